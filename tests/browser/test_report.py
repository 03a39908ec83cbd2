"""The page of runs in a real browser: time goes by slider and by keys, a click tells why, and nobody is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from callsim.report.filming import film
from callsim.report.run_page import Group, Run, group_of_orders, groups_of, page as drawn
from callsim.scenario.exploring import explore_case
from callsim.scenario.loading import load
from callsim.scenario.playing import RulebookVocabulary, play
from tests.report.nasty import NAMES, nasty

from .minding import Minded

ROOT = Path(__file__).parents[2] / "scenarios"
LIT = "[...document.querySelectorAll('.lane')].map((lane) => lane.querySelector('.lit') ? lane.querySelector('.lit').textContent : '')"

IN_VIEW = """(box) => {
  const row = box.querySelector(".differs").getBoundingClientRect(), all = box.getBoundingClientRect();
  return row.top >= all.top && row.bottom <= all.bottom;
}"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Group]], str]:
    folder = tmp_path_factory.mktemp("reports")

    def write(groups: Sequence[Group]) -> str:
        path = folder / f"{len(list(folder.iterdir()))}.html"
        path.write_text(drawn(groups), encoding="utf-8")
        return path.as_uri()

    return write


def cases(name: str) -> list[Any]:
    folder, number = name.split("/")
    (path,) = (ROOT / folder).glob(f"{number}-*.yaml")
    return load(path, None, RulebookVocabulary())


@pytest.fixture(scope="module")
def one(written: Callable[..., str]) -> str:
    return written(groups_of([play(cases("races/10")[0])]))


def slide(page: Any, step: int) -> None:
    page.get_by_label("Step in time").evaluate(
        "(slider, step) => { slider.value = step; slider.dispatchEvent(new Event('input', { bubbles: true })); }", step
    )


def test_the_slider_moves_the_states(page: Any, one: str) -> None:
    page.goto(one)
    page.wait_for_selector(".events li")
    slide(page, 0)
    assert set(page.evaluate(LIT)) == {""}
    seen = []
    for step in range(1, 12):
        slide(page, step)
        seen.append(page.evaluate(LIT)[0])
    assert list(dict.fromkeys(state for state in seen if state)) == ["queued", "ringing", "in-progress"]
    slide(page, 10_000)
    lit = page.evaluate(LIT)
    assert {"completed", "ended", "exited"} == set(lit)


def test_the_keys_go_through_time(page: Any, one: str) -> None:
    page.goto(one)
    page.wait_for_selector(".events li")
    where = page.locator("#where")
    page.keyboard.press("Home")
    assert where.inner_text().startswith("before anything")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert where.inner_text().startswith("step 3 of")
    page.keyboard.press("ArrowLeft")
    assert where.inner_text().startswith("step 2 of")
    page.keyboard.press("End")
    last = where.inner_text().split()[1]
    assert where.inner_text().startswith(f"step {last} of {last}")


def test_how_it_ended_is_told_with_when_with_what_it_began_and_its_weakest_ground(page: Any, one: str) -> None:
    page.goto(one)
    row = page.locator(".ends tbody tr").filter(has_text="emil")
    assert row.locator("td").all_inner_texts()[:5] == [
        "10s", "completed: cancelled by api", "completed, code 1000, Canceled, API Request",
        "10s application to platform: DELETE .../MultiPartyCall/name_room/, desk", "assumed",
    ]  # fmt: skip


def test_a_click_tells_the_rule_its_source_and_the_chain_of_causes(page: Any, one: str) -> None:
    page.goto(one)
    page.get_by_role("button", name="Why cleo ended").click()
    behind = page.locator("#behind")
    assert behind.locator("h2").inner_text() == "cleo (callee): completed, mpc-ended"
    assert behind.locator("code").first.inner_text() == "call.end_with_mpc.in-progress.api"
    assert behind.locator(".basis").first.inner_text() == "documented: a page or a standard says so"
    assert "spelling.ending.mpc-ended.api" in behind.inner_text()
    assert '"code": 4020' in behind.locator("pre").inner_text()
    assert behind.locator(".sources a").first.get_attribute("href").startswith("https://")
    causes = behind.locator(".causes li")
    assert "DELETE .../MultiPartyCall/name_room/" in causes.last.inner_text()
    assert "where it began" in causes.last.inner_text()
    causes.last.get_by_role("button").click()
    assert "DELETE .../MultiPartyCall/name_room/" in behind.locator("h2").inner_text()


def test_every_row_can_be_reached_and_chosen_by_keyboard(page: Any, one: str) -> None:
    page.goto(one)
    page.wait_for_selector(".events li")
    page.keyboard.press("Home")
    page.locator(".events button").first.focus()
    count = int(page.locator(".events li").first.get_attribute("aria-setsize"))
    for _ in range(count + 3):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("Number(document.activeElement.closest('li').ariaPosInSet)") == count
    page.keyboard.press("Enter")
    assert page.locator(".events [aria-current]").count() == 1
    assert page.locator("#behind h2").count() == 1


def test_only_what_concerns_one_call_is_drawn_if_wished(page: Any, one: str) -> None:
    page.goto(one)
    page.get_by_label("About").select_option("emil")
    heads = page.locator(".heads .head").all_inner_texts()
    assert heads == ["application", "platform", "emil (callee)", "room"]


def test_what_changes_nothing_is_drawn_if_wished(page: Any, written: Callable[..., str]) -> None:
    page.goto(written(groups_of([play(cases("plivo/01")[0])])))
    page.wait_for_selector(".events li")
    before = int(page.locator(".events li").first.get_attribute("aria-setsize"))
    page.get_by_label("show what changes nothing").check()
    assert int(page.locator(".events li").first.get_attribute("aria-setsize")) > before


def test_vendors_and_orders_stand_side_by_side_with_their_first_difference_in_view(page: Any, written: Callable[..., str]) -> None:
    for group in (*groups_of([play(case) for case in cases("side-by-side/01")]), group_of_orders(explore_case(cases("races/01")[0]))):
        page.goto(written([group]))
        page.wait_for_selector(".events li")
        assert page.locator(".side").count() == len(group.runs) > 1
        assert page.locator(".events li.differs").count() == len(group.runs)
        alike = len({tuple((end.name, end.cause, end.by) for end in run.film.ends) for run in group.runs}) == 1
        assert ("the same" in page.locator("#alike").inner_text()) is alike
        for each in page.locator(".ladder").all():
            assert each.evaluate(IN_VIEW)


def test_several_scenarios_are_chosen_from(page: Any, written: Callable[..., str]) -> None:
    page.goto(written(groups_of([play(cases(name)[0]) for name in ("plivo/01", "plivo/03")])))
    page.get_by_label("Run").select_option("1")
    assert page.locator("h1").inner_text() == cases("plivo/03")[0].spec.title
    page.reload()
    page.wait_for_selector(".events li")
    assert page.locator("h1").inner_text() == cases("plivo/03")[0].spec.title


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_left_out(minded: Callable[..., Minded], axe: Callable[[Any], None], one: str, scheme: str) -> None:
    page = minded(color_scheme=scheme).page
    page.goto(one)
    page.get_by_role("button", name="Why cleo ended").click()
    slide(page, 1000)
    axe(page)


def test_what_people_wrote_is_shown_and_not_run(page: Any, written: Callable[..., str]) -> None:
    taken = film(nasty(), NAMES[0])
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(written([Group(NAMES[1], NAMES[0], [Run(taken, NAMES[0], NAMES[1], failures=NAMES)])]))
    page.wait_for_selector(".events li")
    assert page.locator("h1").inner_text() == NAMES[0]
    for button in page.locator(".ends button").all():
        button.click()
    assert NAMES[0] in page.locator(".lanes").inner_text()
    assert page.locator("img, main script").count() == 0


def test_on_paper_all_of_it_is_there(page: Any, one: str, tmp_path: Path) -> None:
    page.goto(one)
    page.wait_for_selector(".events li")
    count = int(page.locator(".events li").first.get_attribute("aria-setsize"))
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".events li").count() == count
    page.emulate_media(media="print")
    assert page.locator(".controls").is_hidden()


def test_without_scripts_the_story_is_there_as_text(minded: Callable[..., Minded], one: str) -> None:
    page = minded(java_script_enabled=False).page
    page.goto(one)
    assert "cleo in room" in page.locator("noscript").inner_text()
