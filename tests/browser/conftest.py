"""A browser for the tests of this folder, that minds what a page does, and a judge of whether all people can use it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .minding import Minded

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (found := shutil.which(name))), None)
AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
REQUIRED = bool(os.environ.get("CALLSIM_REQUIRE_BROWSER"))
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


def without(what: str) -> Any:
    """Skip, saying so, or fail where a browser is a must."""
    text = f"{what}; see CONTRIBUTING.md, 'Pages'"
    return pytest.fail(text) if REQUIRED else pytest.skip(text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser, for all tests of a file."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        without("playwright is not installed")
    if CHROMIUM is None:
        without("there is no Chromium here")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield found
        found.close()


@pytest.fixture
def minded(browser: Any) -> Iterator[Callable[..., Minded]]:
    """Opens pages, each with the wishes of one person (`color_scheme`, `reduced_motion`, `viewport`, `java_script_enabled`); at the
    end none may have complained or asked for anything from outside."""
    opened: list[Minded] = []

    def open_one(**wishes: Any) -> Minded:
        context = browser.new_context(**wishes)
        context.set_default_timeout(15_000)
        opened.append(Minded(context.new_page()))
        return opened[-1]

    yield open_one
    for each in opened:
        each.page.context.close()
    for each in opened:
        assert each.complaints == []
        assert [url for url in each.asked if urlsplit(url).hostname not in (None, "127.0.0.1", "localhost")] == []


@pytest.fixture
def page(minded: Callable[..., Minded]) -> Any:
    """A page of playwright's, minded as `minded` does."""
    return minded().page


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], None]:
    """Holds a page against the rules of axe-core: nothing serious or critical may be found."""
    if not AXE.exists():
        without("axe-core is not installed")
    source = AXE.read_text(encoding="utf-8")

    def judge(page: Any) -> None:
        page.evaluate(source)
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        grave = [
            f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}"
            for each in found if each["impact"] in ("serious", "critical") for node in each["nodes"][:3]
        ]  # fmt: skip
        assert grave == []

    return judge
