"""Where a learner sits: going on, beginning anew, and lessons that have changed since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from callsim.errors import InputError, UsageError
from callsim.learn.course import Course, course
from callsim.learn.desk import Desk
from callsim.learn.keeping import Keeper
from callsim.learn.standing import Standing

from .written import ASKS, PLAIN, desk, small_course, write

RIGHT = ("ringing", "204", "normal")


def through(at: Desk, *words: str) -> None:
    """Go through the lesson that is next."""
    lesson = at.next()
    assert lesson is not None
    for number, word in enumerate(words):
        at.answer(lesson, number, word)


def test_it_goes_on_with_what_was_begun_and_then_with_what_is_new(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.answer(at.course.lessons[1], 0, "ringing")
    assert at.next() is at.course.lessons[1]
    at.anew(at.course.lessons[1])
    assert at.next() is at.course.lessons[0]
    for _ in range(3):
        through(at, *RIGHT)
    assert at.next() is None


def test_a_new_desk_is_where_the_old_one_was(tmp_path: Path) -> None:
    at = desk(tmp_path)
    through(at, "queued", "204", "busy")
    assert desk(tmp_path).standing == at.standing


def test_a_lesson_that_has_fewer_questions_by_now_begins_anew(tmp_path: Path) -> None:
    at = desk(tmp_path)
    for reached in (3, 4, 99):
        at.standing = at.keeper.change(lambda standing, now=reached: replace(standing, reached={"01-lesson": now}))
        assert at.reached(at.course.lessons[0]) == 0


def test_what_nobody_asks_any_more_does_not_come_back_and_is_not_lost(tmp_path: Path) -> None:
    at = desk(tmp_path)
    through(at, "queued", "204", "busy")
    for _ in range(2):
        through(at, *RIGHT)
    assert [key for _, key in at.due()] == ["cause of alice at the end", "state of alice at 1s"]
    write(tmp_path / "lessons", "01-lesson", PLAIN + (ASKS % 1).replace("at: 1s", "at: 3s"))
    later = Desk(small_course_again(tmp_path), at.keeper)
    assert [key for _, key in later.due()] == ["cause of alice at the end"]
    assert len(later.standing.box) == 2
    with pytest.raises(UsageError, match="no lesson asks 'state of alice at 1s'"):
        later.found(("01-lesson", "state of alice at 1s"))


def small_course_again(folder: Path) -> Course:
    return course(str(folder / "lessons"))


def test_a_lesson_that_cannot_be_taught_any_more_does_not_stop_the_others(tmp_path: Path) -> None:
    at = desk(tmp_path)
    through(at, "queued", "204", "busy")
    write(tmp_path / "lessons", "01-lesson", PLAIN.replace("cause: normal", "cause: busy") + ASKS % 1)
    later = Desk(small_course_again(tmp_path), at.keeper)
    for _ in range(2):
        through(later, *RIGHT)
    assert later.due() == []
    with pytest.raises(InputError):
        later.open(later.course.lessons[0])


def test_a_course_is_forgotten_if_that_is_wished(tmp_path: Path) -> None:
    at = desk(tmp_path)
    through(at, *RIGHT)
    at.reset()
    assert at.standing == Keeper(tmp_path / "progress.json", "course").read() == Standing()


@given(words=st.lists(st.booleans(), min_size=9, max_size=9))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_is_answered_every_mistake_leaves_the_box_once_it_is_known(
    words: list[bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    at = Desk(small_course(folder / "lessons"), Keeper(folder / "p.json", "course"))
    given_words = iter(words)
    while (lesson := at.next()) is not None:
        number = at.reached(lesson)
        item = at.open(lesson).items[number]
        wrong = next(choice for choice in item.choices if choice != item.right)
        at.answer(lesson, number, item.right if next(given_words) else wrong)
    assert len(at.standing.box) == words.count(False)
    for _ in range(2):
        for asked in at.due():
            prepared, number = at.found(asked)
            at.review(asked, prepared.items[number].right)
    assert at.standing.box == {}
    assert at.standing.asked == 9 + 2 * words.count(False)
