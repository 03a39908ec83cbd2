"""The page of the atlas in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callsim.atlas.proofs import Proofs
from callsim.atlas.worlds import reference_worlds
from callsim.report.atlas import titles
from callsim.report.atlas_page import page as drawn
from tests.atlas.drawn import atlas
from tests.atlas.test_forms import nasty

from .minding import Minded

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("atlas") / "atlas.html"
    path.write_text(drawn(atlas(), titles(reference_worlds()), {}, Proofs(str(ROOT / "scenarios"))), encoding="utf-8")
    return path.as_uri()


def test_a_choice_leaves_what_matches_and_a_click_tells_the_rule_and_its_source(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_label("Vendor").select_option("tryvox")
    page.get_by_label("State").select_option("ringing")
    shown = page.locator("#cells > tr:visible")
    assert 0 < shown.count() < len(atlas())
    button = shown.first.get_by_role("button")
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    told = page.locator(".more")
    assert told.locator("code").count() > 0
    assert told.locator("li", has_text="seen 20").count() > 0


def test_it_is_used_by_keyboard_alone(page: Any, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("kick")
    page.wait_for_function("document.querySelectorAll('#cells > tr[hidden]').length > 0")
    page.locator("#cells > tr:visible button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".more").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_left_out(minded: Callable[..., Minded], axe: Callable[[Any], None], tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "part.html"
    some = [cell for cell in atlas() if cell.vendor == "plivo"][:60]
    path.write_text(drawn(some, titles(reference_worlds()), {}, Proofs(str(ROOT / "scenarios"))), encoding="utf-8")
    page = minded(color_scheme=scheme).page
    page.goto(path.as_uri())
    page.locator("#cells button").first.click()
    axe(page)


def test_what_people_wrote_is_shown_and_not_run(page: Any, tmp_path: Path) -> None:
    cells, about = nasty()
    path = tmp_path / "nasty.html"
    path.write_text(drawn(cells, about, {}, Proofs(str(ROOT / "scenarios"))), encoding="utf-8")
    page.goto(path.as_uri())
    for button in page.locator("#cells button").all():
        button.click()
    assert page.locator("#cells img, #cells b, #cells script").count() == 0
