"""What is offered to choose from, what is held back of a story, and what counts as an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from callsim.errors import UsageError
from callsim.learn.answers import MOST_CHOICES, _window
from callsim.learn.course import course
from callsim.learn.desk import chosen
from callsim.learn.holding import held_back
from callsim.learn.prepared import prepare
from callsim.report.telling import Line
from callsim.scenario.lessons import Question

from .written import PLAIN, desk, write

WORDS = [f"w{number}" for number in range(20)]


@given(st.integers(1, 20), st.data(), st.text(max_size=10))
def test_the_right_word_is_among_few_neighbours_in_their_order(several: int, data: st.DataObject, key: str) -> None:
    known = WORDS[:several]
    right = data.draw(st.sampled_from(known))
    found = _window(known, right, key)
    assert right in found
    assert len(found) == min(several, MOST_CHOICES)
    assert list(found) == [each for each in known if each in found]
    assert found == _window(known, right, key)


def test_where_the_right_word_stands_tells_nothing() -> None:
    places = {_window(WORDS, "w10", f"question {number}").index("w10") for number in range(100)}
    assert places == set(range(MOST_CHOICES))


LATER = {
    "state": Question.read({"ask": "state", "of": "alice"}), "cause": Question.read({"ask": "cause", "of": "alice"}),
    "status": Question.read({"ask": "status", "after": "1"}), "hangup": Question.read({"ask": "callbacks", "kind": "hangup"}),
    "participants": Question.read({"ask": "participants", "of": "room"}),
}  # fmt: skip
END = Line(5, 1, "callee", "hang up alice", "in-progress -> completed", "normal", "code 4000", "rule", "documented")
BARE = replace(END, who="", what="alice", cause="", words="", rule="", basis="")
REQUEST = Line(5, 0, "api", "DELETE /x", "204", "", "", "rule", "documented", "request")
RING = Line(5, 2, "", "ring callback to /r", "", "", "", "rule", "documented", "callback")
CALLBACK = Line(5, 2, "", "hangup callback to /over", "", "", "", "rule", "documented", "callback")
IN = Line(5, 1, "", "alice in room", "active -> exited", "kicked", "", "rule", "documented")
OTHER = replace(END, what="hang up malice")
RUNS = Line(5, 2, "", "speak on alice", "running -> stopped")

HELD = [
    ("cause", False, END, BARE), ("cause", True, END, BARE), ("cause", True, OTHER, OTHER), ("cause", True, RUNS, RUNS),
    ("cause", False, IN, replace(IN, cause="")),
    ("state", True, END, None), ("state", False, END, END), ("state", True, OTHER, OTHER), ("state", True, RUNS, RUNS), ("state", True, IN, IN),
    ("status", True, REQUEST, replace(REQUEST, move="", rule="", basis="")), ("status", False, REQUEST, REQUEST),
    ("hangup", False, CALLBACK, None), ("hangup", False, RING, RING),
    ("participants", True, IN, None), ("participants", False, IN, IN),
]  # fmt: skip


@pytest.mark.parametrize(("later", "now", "line", "shown"), HELD)
def test_what_would_answer_a_later_question_is_held_back(later: str, now: bool, line: Line, shown: Line | None) -> None:
    assert list(held_back([line], 0, [(LATER[later], now)])) == ([] if shown is None else [shown])


def test_what_was_known_before_is_not_taken_back() -> None:
    assert list(held_back([END], 1, [(LATER["state"], True)])) == [END]


@pytest.mark.parametrize(("word", "meant"), [("ringing", "ringing"), (" RINGING ", "ringing"), ("2", "ringing"), ("1", "queued")])
def test_a_choice_is_said_by_its_word_or_its_number(word: str, meant: str, tmp_path: Path) -> None:
    at = desk(tmp_path)
    assert chosen(at.open(at.course.lessons[0]).items[0], word) == meant


@pytest.mark.parametrize("word", ["", "0", "5", "-1", "ring", "queued ringing", "²", "9" * 400, "\x1b[31m"])
def test_anything_else_is_none(word: str, tmp_path: Path) -> None:
    at = desk(tmp_path)
    item = at.open(at.course.lessons[0]).items[0]
    with pytest.raises(UsageError, match="expected 1 to 4, or queued, ringing, in-progress or completed"):
        chosen(item, word)


def test_a_number_of_things_is_itself_and_no_place_in_a_list(tmp_path: Path) -> None:
    text = PLAIN + "lesson: {number: 1, about: a, questions: [{ask: callbacks, kind: hangup}]}\n"
    (lesson,) = course(str(write(tmp_path, "f", text))).lessons
    item = prepare(lesson).items[0]
    assert (item.right, [chosen(item, word) for word in ("0", "1", "5")]) == ("1", ["0", "1", "5"])
    with pytest.raises(UsageError, match="expected a number from 0 to 5"):
        chosen(item, "6")
