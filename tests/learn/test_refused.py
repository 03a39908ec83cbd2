"""Lessons that cannot be taught are refused, each problem with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim.errors import InputError
from callsim.learn import orders
from callsim.learn.course import course
from callsim.learn.prepared import prepare

from .written import ASKS, HEAD, PLAIN, write

ALICE = "calls: {alice: {far_end: {answers: 2s}}}\nexpect: {alice: {answered: 2s}}\n"
RACE = "calls: {alice: {far_end: {answers: 5s}}}\nsteps: [{at: 5s, hang_up: alice}, {after: 1s, check: {alice: {state: completed}}}]\n"


def lesson(*questions: str) -> str:
    """The key of a lesson that asks these."""
    return "lesson:\n  number: 1\n  about: a\n  questions:\n" + "".join(f"    - {question}\n" for question in questions)


REFUSED = {
    "nothing there yet": (
        "steps: [{at: 5s, place: alice}]\n" + lesson("{ask: state, of: alice, at: 1s}"),
        "f.yaml:9:7: there is no 'alice' then; expected a time at which it has begun",
    ),
    "not ended": (
        ALICE + lesson("{ask: cause, of: alice}"),
        "f.yaml:10:7: 'alice' has not ended then: it is in-progress; expected a time after its end",
    ),
    "not ended by then": (PLAIN + lesson("{ask: by, of: alice, at: 3s}"), "f.yaml:12:7: 'alice' has not ended then: it is in-progress"),
    "no such word": (
        PLAIN + lesson("{ask: vendor, of: alice, word: cod}"), "f.yaml:12:7: plivo says no 'cod' of 'alice' then; did you mean 'code'?",
    ),
    "nothing else to choose": (
        PLAIN + lesson("{ask: vendor, of: alice, word: name}"),
        "f.yaml:12:7: callsim knows nothing else that could be said here; expected a word that the vendor's tables have",
    ),
    "after the end": (
        PLAIN + lesson("{ask: state, of: alice, at: 9s}"),
        "f.yaml:12:7: the scenario is over at 5s; expected a time before, or until",
    ),
    "asked twice": (
        PLAIN + lesson("{ask: cause, of: alice}", "{ask: cause, of: alice, asking: Why?}"),
        "f.yaml:12:7: this is asked twice; ask once",
    ),
    "two orders, cause": (
        RACE + "expect: {alice: {state: completed}}\n" + lesson("{ask: state, of: alice, at: 3s}", "{ask: cause, of: alice}"),
        "f.yaml:12:7: this question has no single answer: 'cancelled' as played, and 'normal' in the order"
        " 'alice is placed', 'alice rings', 'alice answers', 'step 1: hang_up alice'",
    ),
    "two orders, at their instant": (
        RACE + "expect: {alice: {state: completed}}\n" + lesson("{ask: cause, of: alice, at: 5s}", "{ask: by, of: alice}"),
        "f.yaml:11:7: this question has no single answer: 'cancelled' as played, and 'normal' in the order",
    ),
    "two orders, right after a step": (
        RACE + "expect: {alice: {state: completed}}\n" + lesson("{ask: cause, of: alice, after: 1}"),
        "f.yaml:11:7: this question has no single answer: 'cancelled' as played, and 'normal' in the order",
    ),
    "two orders, callbacks after a step": (
        "calls: {alice: {to: '+15550100003', hangup_url: /a}, bert: {far_end: {answers: 3s, hangs_up: 2s}, hangup_url: /b}}\n"
        "steps: [{at: 5s, hang_up: alice, check: {alice: {state: completed}}}]\n" + lesson("{ask: callbacks, after: 1}"),
        "f.yaml:10:7: this question has no single answer: '1' as played, and '2' in the order",
    ),
    "does not hold": (
        PLAIN.replace("cause: normal", "cause: busy") + ASKS % 1,
        "f.yaml:7:25: expected alice's cause to be busy, found normal (by call.hang_up.in-progress.api); a lesson's scenario has to hold",
    ),
    "several vendors": (
        HEAD.replace("vendor: plivo", "vendor: [plivo, tryvox]") + PLAIN + ASKS % 1,
        "f.yaml:8:1: a lesson is played once, and this file holds 2 scenarios; expected one vendor and no cases",
    ),
    "an order": (
        PLAIN + "order: [alice is placed]\n" + ASKS % 1,
        "f.yaml:8:1: a lesson goes by its times, and this file gives an order; leave it out",
    ),
    "no lesson": (PLAIN, "there is no lesson here; expected a scenario with the key lesson"),
    "a mistake in the scenario": (PLAIN.replace("hang_up", "hangup") + ASKS % 1, "f.yaml:6:14: 'hangup' is not something a step can say"),
}  # fmt: skip


def prepare_all(path: Path) -> None:
    for each in course(str(path)).lessons:
        prepare(each)


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        prepare_all(path)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("why", REFUSED)
def test_a_lesson_is_refused_with_the_place_of_what_is_wrong(why: str, tmp_path: Path) -> None:
    text, expected = REFUSED[why]
    found = problems(write(tmp_path, "f", text))
    assert any(expected in each for each in found), found


def test_what_can_be_asked_of_a_race_is_what_comes_of_it_in_any_order(tmp_path: Path) -> None:
    path = write(tmp_path, "f", RACE + "expect: {alice: {state: completed}}\n" + lesson("{ask: status, after: 1}", "{ask: by, of: alice}"))
    (found,) = course(str(path)).lessons
    assert [item.right for item in prepare(found).items] == ["204", "api"]


def test_too_many_orders_are_told_and_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "MOST_STATES", 3)
    (found,) = problems(write(tmp_path, "f", PLAIN + ASKS % 1))
    assert found.endswith("f.yaml:8:1: there are too many orders to try them all: 3 different worlds, and more; expected a shorter scenario")


def test_two_lessons_have_two_numbers(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, name, PLAIN + ASKS % 7)
    (found,) = problems(tmp_path)
    assert "b.yaml:9:11: there are two lessons 7; the other is" in found


def test_two_files_of_one_name_are_no_two_lessons(tmp_path: Path) -> None:
    for number, folder in enumerate(("x", "y"), 1):
        write(tmp_path / folder, "same", PLAIN + ASKS % number)
    assert all("there are two lessons called 'same'" in each for each in problems(tmp_path))


def test_scenarios_that_are_no_lessons_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "plain", PLAIN)
    write(tmp_path, "taught", PLAIN + ASKS % 3)
    assert [each.id for each in course(str(tmp_path)).lessons] == ["taught"]


def test_a_course_of_too_many_lessons_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.learn.course.MOST_LESSONS", 1)
    for number in (1, 2):
        write(tmp_path, f"l{number}", PLAIN + ASKS % number)
    (found,) = problems(tmp_path)
    assert "there are 2 lessons; at most 1 make a course" in found
