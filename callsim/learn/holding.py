"""What is held back of a story while a question is still to come that it would answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from callsim.report.telling import Line
from callsim.scenario.lessons import Question

Later = Sequence[tuple[Question, bool]]
"""The questions still to come, each with whether it is asked of the very moment up to which the story is told."""

OF_ENDS = ("cause", "by", "vendor", "basis")
_OVER = ("-> completed", "-> ended")


def held_back(lines: Sequence[Line], known: int, later: Later) -> Iterator[Line]:
    """The lines without what would answer a later question: the end of something without its cause, a request without its answer;
    what moves and is asked about is left out. The first `known` lines were there before, and hold nothing back but causes."""
    for number, line in enumerate(lines):
        shown = _without(line, later, fresh=number >= known)
        if shown is not None:
            yield shown


def _without(line: Line, later: Later, fresh: bool) -> Line | None:
    for question, now in later:
        of = str(question.of)
        if question.ask in OF_ENDS:
            line = _without_cause(line, of)
        elif question.ask == "callbacks" and _counted(line, question):
            return None
        elif fresh and now:
            if question.ask == "status" and line.kind == "request":
                line = replace(line, move="", words="", rule="", basis="")
            elif (question.ask == "state" and _moves(line, of)) or (question.ask == "participants" and line.what.endswith(f" in {of}")):
                return None
    return line


def _without_cause(line: Line, of: str) -> Line:
    if line.what.startswith(f"{of} in "):
        return replace(line, cause="")
    if _moves(line, of) and line.move.endswith(_OVER):
        return replace(line, who="", what=of, cause="", words="", rule="", basis="")
    return line


def _moves(line: Line, of: str) -> bool:
    """Whether a line tells that a call or a multiparty call moves."""
    whole = " in " not in line.what and " on " not in line.what  # no part of a multiparty call, nothing that runs on a call
    return whole and bool(line.move) and line.kind == "change" and line.what.rpartition(" ")[2] == of


def _counted(line: Line, question: Question) -> bool:
    return line.kind == "callback" and (question.kind is None or line.what.startswith(f"{question.kind} "))
