"""The course that callsim brings along: each lesson is played, and each of its questions has one answer and no other."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from callsim.learn.course import Lesson, shipped
from callsim.learn.desk import Graded, chosen
from callsim.learn.prepared import Prepared, prepare
from callsim.learn.standing import Standing
from callsim.report.telling import Line, story
from callsim.scenario.lessons import ASKS

ROOT = Path(__file__).parents[2]
COURSE = shipped()
FEWEST, SHORTEST = 15, 60


@cache
def ready(id: str) -> Prepared:
    lesson = COURSE.lesson(id)
    assert lesson is not None
    return prepare(lesson)


def graded(prepared: Prepared, number: int, word: str) -> Graded:
    item = prepared.items[number]
    given = chosen(item, word)
    return Graded(given, item.right, given == item.right)


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_is_played_and_each_question_has_one_answer_and_no_other(lesson: Lesson) -> None:
    prepared = ready(lesson.id)
    assert 3 <= len(prepared.items) <= 7
    for number, item in enumerate(prepared.items):
        assert item.text.endswith("?")
        assert 2 <= len(item.choices) == len(set(item.choices))
        right = [choice for choice in item.choices if graded(prepared, number, choice).right]
        assert right == [item.right]
        wrong = next(choice for choice in item.choices if choice != item.right)
        assert item.right in graded(prepared, number, wrong).difference


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_every_answer_is_explained_by_a_rule_with_a_source(lesson: Lesson) -> None:
    prepared = ready(lesson.id)
    for number, item in enumerate(prepared.items):
        found = prepared.reasons(number)
        if item.right == "0" and not found:
            assert "nobody gave a URL" in prepared.remark(number)  # What did not happen has no rule of its own.
            continue
        assert found, f"{lesson.id}: {item.text}"
        assert not prepared.remark(number)
        assert all(reason.why and reason.basis for reason in found)
        assert any(reason.sources for reason in found) or found[0].basis.startswith("assumed")


def told_before(prepared: Prepared, number: int) -> list[Line]:
    """All that has been told when a question is asked."""
    return [line for each in range(number) for line in prepared.after(each)]


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_no_question_is_answered_by_what_is_told_before_it(lesson: Lesson) -> None:
    prepared = ready(lesson.id)
    for number, item in enumerate(prepared.items):
        before, asked = told_before(prepared, number), item.question
        if asked.ask == "status":
            place = lesson.case.spec.steps[(asked.after or 1) - 1].at_ms
            answered = [line for line in before if line.kind == "request" and line.at == place and line.move]
            other = [each for each in prepared.items[:number] if each.question.ask == "status" and each.place <= item.place]
            assert len(answered) <= len(other), item.text
        if asked.ask in ("cause", "by", "vendor", "basis"):
            moved = [line for line in before if line.kind == "change" and line.what.endswith(str(asked.of))]
            ends = [line for line in moved if line.move.endswith(("completed", "ended"))]
            assert all(line.cause == line.words == line.rule == line.who == "" for line in ends), item.text
        if asked.ask == "callbacks":
            counted = any(each.question.ask == "callbacks" for each in prepared.items[:number])
            assert counted or not [line for line in before if line.kind == "callback" and line.what.startswith(asked.kind or "")], item.text


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.id)
def test_all_that_happens_is_told_in_the_end(lesson: Lesson) -> None:
    prepared = ready(lesson.id)
    told = [line for number in range(len(prepared.items)) for line in prepared.after(number)] + prepared.rest()
    whole = list(story(prepared.played.simulation))
    assert set(whole) <= set(told)
    assert len(told) - len(whole) <= len(prepared.items) * 2, "only what was held back is told again"


def test_the_course_leads_from_what_a_call_is_to_a_stop_that_races_with_somebody_joining() -> None:
    assert [lesson.number for lesson in COURSE.lessons] == list(range(1, len(COURSE.lessons) + 1))
    assert len(COURSE.lessons) >= FEWEST
    assert (COURSE.lessons[0].id, COURSE.lessons[-1].id[3:]) == ("01-what-is-a-call", "stop-and-joining")
    assert {lesson.case.vendor for lesson in COURSE.lessons} == {"plivo", "tryvox", "voipnow"}


def test_a_lesson_is_a_screenful_and_says_what_to_remember() -> None:
    for lesson in COURSE.lessons:
        lines = Path(lesson.case.file).read_text(encoding="utf-8").splitlines()
        assert len(lines) <= SHORTEST, lesson.id
        assert lesson.said.remember.endswith("."), lesson.id
        assert int(lesson.id[:2]) == lesson.number


def test_every_kind_of_question_is_asked_somewhere() -> None:
    assert {question.ask for lesson in COURSE.lessons for question in lesson.said.questions} == set(ASKS)


def test_no_answer_stands_in_the_key_of_a_question_or_in_a_file_of_progress() -> None:
    for lesson in COURSE.lessons:
        for item in ready(lesson.id).items:
            asked = item.question
            words = f"{asked.ask} {asked.kind} {asked.word} {asked.of} of right after step at the end"
            extra = set(item.key.split()) - set(words.split())
            assert all(re.fullmatch(r"[0-9.]+(ms|s|m)?", word) for word in extra), item.key


def test_a_lesson_is_found_by_its_number_and_by_its_name() -> None:
    for word in ("4", "04", "04-hang-up-twice", "hang-up-twice"):
        assert COURSE.named(word).number == 4


def test_the_wheel_brings_the_lessons_along() -> None:
    house = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert house["wheel"]["force-include"]["scenarios/lessons"] == "callsim/lessons"
    assert "scenarios" in house["sdist"]["include"]


def test_it_is_found_from_anywhere(tmp_path: Path) -> None:
    import os
    import sys

    run = subprocess.run(
        [sys.executable, "-m", "callsim", "learn", "--list", "--progress", "p.json"], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    assert len(run.stdout.splitlines()) == len(COURSE.lessons) + 1
    assert not (tmp_path / "p.json").exists(), "who only looks writes nothing"
    assert Standing().finished == ()
