"""Call records: what a vendor keeps of a call that is over, column by column, and what a record tells of how the call arrived."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from callsim.dialects.dialect import Dialect, instant
from callsim.errors import UnreadableField
from callsim.model import Call, Cause

FATES: Mapping[Cause, str] = {
    Cause.BUSY: "busy",
    Cause.REJECTED: "rejects",
    Cause.RING_TIMEOUT: "silent",
    Cause.NO_ANSWER: "unreachable",
    Cause.CANCELLED: "silent",
    Cause.FAILED: "fails",
}
"""What became of an unanswered call at its destination, by how it ended. Where a vendor has one word for several of these, the
first of them is meant; a call that ended otherwise tells nothing of its destination."""


class Arrival(NamedTuple):
    """How a call arrived, as far as its record tells; None: it does not. Times are milliseconds: `at` from the world's beginning
    (below 0 before it), `rings` from placing to ringing, `answers` from there to the answer or to being turned away, `talks` from
    the answer to the end."""

    at: int
    to: str | None
    fate: str | None
    rings: int | None
    answers: int | None
    talks: int | None


class CallRecords(ABC):
    """A vendor's call records, in its own fields. A record is a row: text, whole numbers, or None where nothing is known."""

    columns: ClassVar[Mapping[str, type]]
    """The fields in their order, each with `str` or `int`."""
    needed: ClassVar[tuple[str, ...]]
    """Those without which a record does not tell how its call arrived."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    @abstractmethod
    def record(self, call: Call) -> dict[str, Any]:
        """The record of a call that is over: a value for each column."""

    @abstractmethod
    def arrived(self, row: Mapping[str, Any]) -> Arrival:
        """How the call of a record arrived; numbers may be text, as CSV has them. Raises UnreadableField."""

    @abstractmethod
    def ended_as(self, call: Call) -> tuple[str, tuple[str, ...]]:
        """How the vendor calls the way a call ended, with its code where there is one, and the rules that stands on: that by which
        it ended first."""

    def fates(self, spelled: Callable[[Mapping[str, Any]], Any]) -> dict[Any, str]:
        """What became of unanswered calls, by what `spelled` finds in the words of an ending."""
        found: dict[Any, str] = {}
        for cause, fate in FATES.items():
            for row in self.dialect.rulebook.spellings:
                if row.of == "ending" and row.word == cause:
                    found.setdefault(spelled(row.words), fate)
        return found


def text(row: Mapping[str, Any], column: str) -> str:
    """What a row has in a column, without blanks around it; nothing for None and for what it has not."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def moment(row: Mapping[str, Any], column: str) -> int | None:
    """The date and time in a column, in milliseconds from the world's beginning; None for nothing."""
    said = text(row, column)
    if not said:
        return None
    found = instant(said)
    if found is None:
        raise UnreadableField(column, f"is {said[:40]!r}", "a date and time, such as 2026-01-01 00:00:00+00:00")
    return found


def number(row: Mapping[str, Any], column: str, most: int = 10**9) -> int | None:
    """The whole number in a column; None for nothing."""
    said = text(row, column)
    if not said:
        return None
    if not (said.isascii() and said.isdecimal()) or len(said) > 12 or int(said) > most:
        raise UnreadableField(column, f"is {said[:40]!r}", f"a whole number from 0 to {most}")
    return int(said)


def arrival(
    to: str, fate: str | None, placed: tuple[str, int | None], ringing: int | None, answered: int | None, ended: int | None
) -> Arrival:
    """How a call arrived, by the moments of its record; `placed` with its column. A call whose record does not tell when it rang is
    taken to ring at once, so that it is answered when it was. Moments out of order count as one."""
    column, at = placed
    if at is None:
        raise UnreadableField(column, "is empty", "when the call began")
    rang = at if ringing is None else max(ringing, at)
    if answered is not None:
        talked = None if ended is None else max(ended - answered, 0)
        return Arrival(at, to or None, "answers", rang - at, max(answered - rang, 0), talked)
    over = None if ended is None or fate in (None, "silent") else max(ended - rang, 0)
    return Arrival(at, to or None, fate, rang - at, over, None)
