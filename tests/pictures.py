"""Makes the pictures of the README anew, from real runs: `python -m tests.pictures`, or `python -m tests.pictures trunks` for the plot alone.

For the others it needs what the tests of pages need (see CONTRIBUTING.md, 'Pages'). Each picture is what a command of the README
opens or draws.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.readme import sweep
from tests.server.process import serving

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "pictures"
RACE = "scenarios/races/26-the-caller-gives-up-as-somebody-answers.yaml"
STOPPED = "scenarios/plivo/34-stop-while-somebody-is-joining.yaml"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    sweep(FOLDER / "trunks.svg")
    print("tests/pictures/trunks.svg is made")
    if sys.argv[1:] != ["trunks"]:
        pages()


def pages() -> None:
    """Those that a browser shows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        for name, draw in PICTURES.items():
            draw(page, Path(folder), partial(page.screenshot, path=FOLDER / f"{name}.png"))
            print(f"tests/pictures/{name}.png is made")
        browser.close()


def callsim(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "callsim", *arguments], cwd=ROOT, check=True)


Take = Callable[[], object]


def ladder(page: Any, folder: Path, take: Take) -> None:
    """A multiparty call that is stopped, and why somebody's call ended with it."""
    callsim("run", STOPPED, "--format", "html", "--output", str(folder / "report.html"))
    page.goto((folder / "report.html").as_uri())
    page.locator(".ends button").first.click()
    page.evaluate("window.scrollTo(0, document.querySelector('.ladder').offsetTop - 330)")
    take()


def orders(page: Any, folder: Path, take: Take) -> None:
    """A race, in two orders."""
    callsim("explore", RACE, "--as", "plivo", "--format", "html", "--output", str(folder / "orders.html"))
    page.goto((folder / "orders.html").as_uri())
    page.wait_for_selector(".events li")
    page.evaluate("document.querySelector('.ladder').scrollIntoView({ block: 'end' })")
    take()


def atlas(page: Any, folder: Path, take: Take) -> None:
    """The page of the atlas, with one cell opened."""
    callsim("atlas", "--format", "html", "--vendor", "plivo", "--output", str(folder / "atlas.html"))
    page.goto((folder / "atlas.html").as_uri())
    page.get_by_label("State").select_option("ringing")
    page.locator("#cells > tr:visible button").first.click()
    take()


def inspector(page: Any, folder: Path, take: Take) -> None:
    """A running emulator, with a call that is being answered."""
    with serving() as server:
        for number in ("+15550100001", "+15550100003"):
            server.call(to=number)
        server.do("clock/advance", ms=1_000)
        page.goto(f"{server.url}/_callsim/")
        page.locator("#calls tr").first.locator("a, button").first.click()
        page.wait_for_selector(".events li")
        page.wait_for_timeout(500)
        take()


PICTURES = {"ladder": ladder, "orders": orders, "atlas": atlas, "inspector": inspector}

if __name__ == "__main__":
    main()
