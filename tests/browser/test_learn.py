"""The course in a real browser: by keyboard alone, for all people, and with nothing from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from learn.written import served

from callsim.learn.course import course, shipped
from callsim.learn.prepared import prepare

EVIL = "<img src=x onerror=document.title='run'>"
LESSON = """\
callsim: 1
title: "{title}"
vendor: plivo
calls: {{alice: {{far_end: {{answers: 2s}}, hangup_url: /over}}}}
steps: [{{at: 5s, hang_up: alice, expect: 204}}]
expect: {{alice: {{cause: normal}}}}
lesson:
  number: {number}
  about: "About {title}."
  questions:
    - {{ask: state, of: alice, at: 1s, hint: "Think of {title}."}}
    - {{ask: status, after: 1}}
    - {{ask: callbacks, kind: hangup, asking: "How many, {title}?"}}
  remember: "Remember {title}."
"""


@pytest.fixture
def lessons(tmp_path: Path) -> Iterator[str]:
    """Two lessons of one's own, with names as nobody should have."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number:02}-evil.yaml").write_text(LESSON.format(title=f"{EVIL} {number}", number=number))
    with served(tmp_path, str(folder)) as url:
        yield url


def answered(page: Any, word: str) -> Any:
    """Choose a word in the question that is open, and answer; what came of it."""
    page.locator("form").last.locator(f"input[value='{word}']").check()
    page.locator("form").last.get_by_role("button", name="Answer").click()
    outcomes = page.locator(".outcome")
    outcomes.nth(page.locator("form").count() - 1).wait_for()
    return outcomes.last


def test_a_wrong_answer_shows_what_is_right_what_happened_and_why(page: Any, axe: Callable[[Any], None], tmp_path: Path) -> None:
    with served(tmp_path) as url:
        page.goto(url)
        axe(page)
        page.get_by_role("button", name="Begin", exact=True).click()
        page.get_by_role("heading", name="Lesson 1: What is a call").wait_for()
        axe(page)
        outcome = answered(page, "completed")
        assert outcome.get_by_role("heading").first.inner_text() == "Not quite. You said completed; it is queued."
        assert "call.begins.outbound" in outcome.inner_text()
        assert "rfc3261" in outcome.inner_text()
        assert "place alice: queued" in outcome.get_by_role("table").inner_text()
        assert page.locator("#said").inner_text() == "Not quite. You said completed; it is queued."
        axe(page)
        page.reload()
        page.get_by_text("0 of 1 answers were right").wait_for()
        assert page.get_by_text("1 to come back").count() == 1


def test_a_whole_lesson_is_answered_by_the_keyboard_alone(page: Any, tmp_path: Path) -> None:
    prepared = prepare(shipped().lessons[0])
    with served(tmp_path) as url:
        page.goto(url)
        page.get_by_role("button", name="Begin", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Lesson 1: What is a call").wait_for()
        for number, item in enumerate(prepared.items):
            question = page.locator("form").nth(number)
            question.wait_for()
            for _ in range(20):
                if question.evaluate("form => form.contains(document.activeElement) && document.activeElement.type === 'radio'"):
                    break
                page.keyboard.press("Tab")
            page.keyboard.press("Space")
            for _ in range(item.choices.index(item.right)):
                page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.locator(".outcome").nth(number).wait_for()
            # Whoever listens is at what came of it, and one step before where it goes on.
            assert page.evaluate("document.activeElement.textContent") == f"Right: {item.right}."
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        page.get_by_role("heading", name="Lesson 2").wait_for()
        assert page.get_by_text("5 of 5 answers were right").count() == 1


def test_mistakes_come_back_after_the_next_lesson(page: Any, lessons: str) -> None:
    page.goto(lessons)
    page.get_by_role("button", name="Begin", exact=True).click()
    for words in (("queued", "204", "1"), ("ringing", "204", "1")):
        for number, word in enumerate(words):
            answered(page, word)
            if number < len(words) - 1:
                page.get_by_role("button", name="Next question").click()
        if words[0] == "queued":
            page.get_by_role("button", name="Next lesson").click()
            page.locator("form").nth(0).wait_for()
    page.locator("main").get_by_role("button", name="1 question comes back").click()
    page.get_by_role("heading", name="From lesson 1").wait_for()
    assert answered(page, "ringing").get_by_role("heading").first.inner_text() == "Right: ringing."


def test_what_people_wrote_is_shown_and_not_run(page: Any, axe: Callable[[Any], None], lessons: str) -> None:
    page.goto(lessons)
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", name=f"Lesson 1: {EVIL} 1").wait_for()
    page.get_by_role("button", name="Hint").click()
    page.get_by_text(f"Hint: Think of {EVIL} 1.").wait_for()
    for word in ("ringing", "204"):
        answered(page, word)
        page.get_by_role("button", name="Next question").click()
    page.get_by_text(f"How many, {EVIL} 1?").wait_for()
    answered(page, "1")
    page.get_by_text(f"Remember {EVIL} 1.").wait_for()
    line = page.locator(".ladder .events button").last
    line.focus()
    page.keyboard.press("Enter")
    page.locator(".behind").get_by_text("answer.plivo.hang_up.done").first.wait_for()
    assert page.locator("img").count() == 0
    assert page.title() == "callsim: learn what hanging up does"
    axe(page)


def test_nothing_on_the_page_tells_an_answer_before_it_is_given(page: Any, lessons: str, tmp_path: Path) -> None:
    said: list[str] = []
    page.on("response", lambda response: said.append(response.text()) if "/api/" in response.url else None)
    page.goto(lessons)
    page.get_by_role("button", name="Begin", exact=True).click()
    page.locator("form").wait_for()
    items = prepare(course(str(tmp_path / "lessons")).lessons[0]).items
    told = " ".join(said).partition('"choices"')[0]
    assert not any(item.right in told for item in items[:2])


@pytest.mark.parametrize("wishes", [{"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 640}}], ids=["dark", "narrow"])
def test_it_can_be_read_in_the_dark_and_on_a_telephone(
    minded: Callable[..., Any], axe: Callable[[Any], None], wishes: dict[str, Any], tmp_path: Path
) -> None:
    page = minded(**wishes).page
    with served(tmp_path) as url:
        page.goto(url)
        page.get_by_role("button", name="Begin", exact=True).click()
        page.locator("form").wait_for()
        answered(page, "queued")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_goes_wrong_is_said_on_the_page(page: Any, tmp_path: Path) -> None:
    with served(tmp_path) as url:
        page.goto(url)
        page.get_by_role("button", name="Begin", exact=True).click()
        page.locator("form").wait_for()
        page.evaluate("() => { window.reached = window.fetch; window.fetch = () => Promise.reject(new Error('gone')); }")
        page.locator("input[value='queued']").check()
        page.get_by_role("button", name="Answer", exact=True).click()
        page.get_by_text("nobody answers: is callsim learn --web still running?").wait_for()
        page.evaluate("() => { window.fetch = window.reached; }")
        page.get_by_role("button", name="Answer", exact=True).click()
        page.locator(".outcome").wait_for()
