"""A run as pictures are drawn of it: who stands where, what passed between them, what changed, by which rule, and from what it followed.

Ladders, lanes, sequence diagrams and walks through a run all read the same film, so none of them can tell another story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callsim.model import FINAL, STATES, Entity
from callsim.report.wording import says
from callsim.rules import AnyRow, Row, Rulebook

KINDS = (
    "request", "answer", "far", "carrier", "document", "fetch", "callback", "timer", "state", "member", "talk", "action", "stays", "warning",
)  # fmt: skip
"""What an event can be: a request and its answer, somebody at a far end, the network, a document that comes, one that is asked for, a
callback, a clock; and what followed of it: the state of a call or a multiparty call, of a participant, of a conversation, of what runs
on a call; that all stays as it is; and a warning."""


@dataclass(frozen=True, slots=True)
class Column:
    """Who or what stands on a ladder: `application`, `platform`, the `caller` or `callee` of a call, or an `mpc`."""

    kind: str
    name: str

    @property
    def label(self) -> str:
        return self.name if self.kind in ("application", "platform", "mpc") else f"{self.name} ({self.kind})"


@dataclass(slots=True)
class Event:
    """Something that happened at `at` (ms) between two columns, or in one. `because` is the event it follows from, -1 for none;
    `about` the lanes it concerns; `more` what else there is to see, such as a body. `minor`: what changes nothing."""

    at: int
    kind: str
    from_: int
    to: int
    text: str
    note: str = ""
    because: int = -1
    rules: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    more: Any = None
    minor: bool = False


@dataclass(slots=True)
class Lane:
    """One call, multiparty call or participant through time: `moves` are events with the state that each brought."""

    kind: Entity
    name: str
    column: int
    moves: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class End:
    """How a call or a multiparty call came out; `event` is the one that ended it, -1 if it has not ended."""

    name: str
    kind: Entity
    state: str
    cause: str = ""
    by: str = ""
    words: str = ""
    event: int = -1


@dataclass(slots=True)
class Film:
    """All of it. `left_out` counts earlier events that there was no room for."""

    vendor: str
    title: str
    now: int
    columns: list[Column]
    events: list[Event]
    lanes: list[Lane]
    ends: list[End]
    book: Rulebook
    left_out: int = 0

    def as_data(self) -> dict[str, Any]:
        """As plain data for a page: what is usual is left out, columns, rules and lanes are numbers.

        `{"vendor", "title", "now", "left_out", "columns": [{"kind", "name", "label"}], "events": [{"at", "kind", "from", "to", "text",
        "note", "because", "rules": [number], "about": [number of a lane], "more", "minor"}], "lanes": [{"kind", "name", "column",
        "moves": [[event, state]]}], "ends": [...], "charts": {kind: {"states", "moves", "final"}}, "rules": [{"id", "why", "says",
        "basis", "assumption", "choice", "evidence": [{"source", "seen", "says"}]}]}`. Times are milliseconds.
        """
        ids = list(dict.fromkeys(rule for event in self.events for rule in event.rules if rule in self.book.rows))
        rules = {id: number for number, id in enumerate(ids)}
        lanes = {lane.name: number for number, lane in enumerate(self.lanes)}
        return {
            "vendor": self.vendor, "title": self.title, "now": self.now, "left_out": self.left_out,
            "columns": [{"kind": each.kind, "name": each.name, "label": each.label} for each in self.columns],
            "events": [_event(each, rules, lanes) for each in self.events],
            "lanes": [{"kind": str(each.kind), "name": each.name, "column": each.column, "moves": each.moves} for each in self.lanes],
            "ends": [
                {"name": each.name, "kind": str(each.kind), "state": each.state, "cause": each.cause, "by": each.by, "words": each.words,
                 "event": each.event}
                for each in self.ends
            ],
            "charts": {str(kind): _chart(kind, self.book) for kind in dict.fromkeys(lane.kind for lane in self.lanes)},
            "rules": [rule_data(self.book.rows[id], self.book) for id in ids],
        }  # fmt: skip


def _event(event: Event, rules: Mapping[str, int], lanes: Mapping[str, int]) -> dict[str, Any]:
    data: dict[str, Any] = {"at": event.at, "kind": event.kind, "from": event.from_, "to": event.to, "text": event.text}
    about = [lanes[name] for name in event.about if name in lanes]
    told = [rules[rule] for rule in event.rules if rule in rules]
    optional = {
        "note": event.note, "because": event.because if event.because >= 0 else None, "rules": told, "about": about, "more": event.more,
        "minor": event.minor,
    }  # fmt: skip
    return data | {key: value for key, value in optional.items() if value not in (None, "", [], (), False)}


def rule_data(row: AnyRow, book: Rulebook) -> dict[str, Any]:
    """A rule for a page: what it says and why, on what it stands, what is chosen where it is disputed or assumed, and its sources."""
    basis = row.basis
    return {
        "id": row.id, "why": row.why, "says": says(row), "basis": str(basis.kind), "assumption": basis.assumption,
        "choice": book.chosen(basis.assumption) if basis.assumption else None,
        "question": book.assumptions[basis.assumption].question if basis.assumption in book.assumptions else None,
        "evidence": [{"source": each.source, "seen": each.seen, "says": each.says} for each in basis.evidence],
    }  # fmt: skip


def _chart(kind: Entity, book: Rulebook) -> dict[str, Any]:
    """The states of a kind of thing, and which follows which by some rule."""
    moves = {(str(row.state), str(row.to)): None for row in book.transitions if _moves(row, kind)}
    return {
        "states": [str(state) for state in STATES[kind]], "moves": [list(move) for move in moves],
        "final": [str(state) for state in FINAL[kind]],
    }  # fmt: skip


def _moves(row: Row, kind: Entity) -> bool:
    return row.entity is kind and row.to is not row.state
