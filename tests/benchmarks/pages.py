"""How large the page of a long run is, how long it takes to make, and to open and move through in a browser."""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from callsim.application import Page
from callsim.dialects import dialect
from callsim.model import Change, Placement
from callsim.report.filming import film
from callsim.report.run_page import Group, Run, page
from callsim.simulation import Simulation

_CHANGES_OF_A_CALL = 9
_SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_MOVED = """(step) => { const slider = document.getElementsByName("step")[0];
  slider.value = step; slider.dispatchEvent(new Event("input", { bubbles: true })); }"""


def long_run(changes: int) -> Simulation:
    """A run of at least so many changes: calls that are answered, wait, and end, each telling the application."""
    simulation = Simulation(dialect("plivo"), {"/hold": Page(body='<Response><Wait length="60"/></Response>')})
    for number in range(-(-changes // _CHANGES_OF_A_CALL)):
        placement = Placement(
            from_="+15550100000", to="+15550100001", answer_url="http://app.test/hold", hangup_url="http://app.test/bye"
        )
        simulation.at(100 * number, partial(simulation.place, f"call-{number}", placement))
    simulation.run()
    return simulation


def tell(changes: int = 10_000) -> None:
    """Print the figures, those of a browser where there is one."""
    simulation = long_run(changes)
    count = sum(isinstance(entry, Change) for entry in simulation.trace)
    began = time.process_time()
    text = page([Group("long", "A long run", [Run(film(simulation), "long")])])
    took = time.process_time() - began
    print(f"\nthe page of a run of {count:,} changes: {len(text.encode()) / 1e6:.2f} MB (at most 3), made in {took:.1f} s CPU")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("  playwright is not installed: it was opened in no browser")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        print("  in a browser: " + ", ".join(f"{what} {seconds:.2f} s" for what, seconds in _opened(browser.new_page(), path)))
        browser.close()


def _opened(page: Any, path: Path) -> list[tuple[str, float]]:
    def timed(what: str, do: Any) -> tuple[str, float]:
        began = time.perf_counter()
        do()
        page.evaluate(_SETTLED)
        return what, time.perf_counter() - began

    def opening() -> None:
        page.goto(path.as_uri())
        page.wait_for_selector(".events li")

    return [
        timed("opened in", opening), timed("all drawn in", lambda: page.get_by_label("About").select_option("")),
        timed("half way in", lambda: page.evaluate(_MOVED, 5_000)), timed("a step on in", lambda: page.keyboard.press("ArrowRight")),
    ]  # fmt: skip
