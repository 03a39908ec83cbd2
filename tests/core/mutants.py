"""Every way in which one row could be wrong: taken away, or one of its fields replaced by another member of its type.

Building a whole rulebook for each would take minutes. `built` puts together only what a mutant touches, from the same
parts that the rulebook and the machines are made of; a test holds it against building the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from callsim import machines
from callsim.machines import Events
from callsim.model import CAUSES, FACTS, SIGNATURES, STATES, By, Entity, Fact, Status, Verb
from callsim.rules import (
    Answer,
    AnyRow,
    Consequence,
    Effect,
    Executes,
    Instruction,
    Limit,
    Of,
    Picker,
    Reply,
    Route,
    Row,
    Rulebook,
    Spelling,
    Start,
)
from callsim.rules.rows import Followers
from callsim.rules.rulebook import _by_id
from callsim.rules.soundness import check_following, check_row


@dataclass(frozen=True)
class Mutant:
    """A row and what it has become; None if it is gone."""

    old: AnyRow
    new: AnyRow | None
    how: str

    def __str__(self) -> str:
        return f"{self.old.id}: {self.how}"


# -- what a row can be mistaken for ----------------------------------------------------------------------------------

Fields = Iterator[tuple[str, Any]]


def mutants(row: AnyRow) -> Iterator[Mutant]:
    """Every mutant of one row."""
    yield Mutant(row, None, "gone")
    for name, value in others(row):
        if value != getattr(row, name):
            yield Mutant(row, replace(row, **{name: value}), f"{name} {value}")


def _whens(when: Sequence[Fact]) -> Fields:
    """Each fact replaced by every other of its kind, and dropped."""
    for place, fact in enumerate(when):
        yield "when", (*when[:place], *when[place + 1 :])
        yield from (("when", (*when[:place], each, *when[place + 1 :])) for each in type(fact))


def _each(name: str, values: Any) -> Fields:
    return ((name, value) for value in values)


@singledispatch
def others(row: Any) -> Fields:
    """Every field of a row with everything else it could have held; its own value may be among them."""
    raise NotImplementedError(type(row))


@others.register
def _(row: Row) -> Fields:
    yield from _each("status", Status)
    yield from _each("to", STATES[row.entity])
    yield from _each("state", STATES[row.entity])
    yield from _each("by", By)
    yield from _each("cause", (None, *CAUSES[row.entity]))
    yield from _whens(row.when)


@others.register
def _(row: Start) -> Fields:
    yield from _each("state", STATES[row.entity])
    yield from _whens(row.when)


@others.register
def _(row: Consequence) -> Fields:
    verbs = (verb for verb, signature in SIGNATURES.items() if signature.entity is row.entity)
    yield from _each("on", (*STATES[row.entity], *verbs))
    yield from _each("of", Of)
    yield from _each("do", (*Verb, *Effect))
    yield from _each("by", (None, *By))
    yield from _whens(row.when)


@others.register
def _(row: Executes) -> Fields:
    yield from _each("instruction", Instruction)
    yield from _each("answers", (not row.answers,))
    yield from _each("do", (*Verb, *Effect))
    yield from _each("goes_on", (not row.goes_on,))
    yield from _each("spoils", (not row.spoils,))


@others.register
def _(row: Limit) -> Fields:
    yield "value", row.value + 1 if isinstance(row.value, int) else f"not {row.value}"


@others.register
def _(row: Route) -> Fields:
    yield from _each("method", ("GET", "POST", "PUT", "DELETE"))
    yield from _each("path", (f"{row.path}/more", row.path.rpartition("/")[0]))
    yield from _each("verb", Verb)


@others.register
def _(row: Answer) -> Fields:
    yield from _each("status", (200, 201, 202, 204, 400, 404, 405, 409, 500))
    yield from _each("body", (None, {"error": "another"}))
    yield from _each("reply", Reply)


@others.register
def _(row: Spelling) -> Fields:
    for key, word in row.words.items():
        yield "words", {**row.words, key: word + 1 if isinstance(word, int) else f"not {word}"}
        yield "words", {name: kept for name, kept in row.words.items() if name != key}
    yield from _each("by", (None, *By))
    yield from _whens(row.when)


# -- the rulebook a mutant makes -------------------------------------------------------------------------------------


def rows_of(mutant: Mutant, book: Rulebook) -> list[AnyRow]:
    """The rows of the mutated book, in their order."""
    changed = (mutant.new if row is mutant.old else row for row in book.rows.values())
    return [row for row in changed if row is not None]


def whole(mutant: Mutant, book: Rulebook) -> tuple[Rulebook, Events]:
    """The mutated rulebook and its machines, built as they always are."""
    changed = book.with_rows(rows_of(mutant, book))
    return changed, machines.events(changed)


def built(mutant: Mutant, book: Rulebook, on: Events) -> tuple[Rulebook, Events]:
    """The same, with everything the mutant does not touch taken from the book it was made of."""
    changed = copy(book)
    changed.rows = _by_id(rows_of(mutant, book))
    old = mutant.old
    if mutant.new is not None:
        check_row(mutant.new)
    if isinstance(old, Row):
        return changed, _transitions(mutant, changed, on)
    if isinstance(old, Consequence):
        _followers(mutant, changed)
    else:
        _replace_index(mutant, changed)
    return changed, on


def _transitions(mutant: Mutant, changed: Rulebook, on: Events) -> Events:
    changed.transitions = tuple(row for row in changed.rows.values() if isinstance(row, Row))
    old, new = mutant.old, mutant.new
    assert isinstance(old, Row)
    check_following(_relays(changed, old.entity), changed.transitions, changed.starts.values())
    machines._require_every_case(old.entity, changed)
    keys = {(row.state, row.by) for row in (old, new) if isinstance(row, Row)}
    rows = [row for row in changed.transitions if row.verb is old.verb and row.entity is old.entity]
    event = copy(on[old.verb])
    event.pickers = dict(event.pickers)
    for key in keys:
        group = [row for row in rows if (row.state, row.by) == key]
        event.pickers[key] = Picker(group, lambda row: row.when, FACTS)
    return {**on, old.verb: event}


def _followers(mutant: Mutant, changed: Rulebook) -> None:
    changed.followers = dict(changed.followers)
    for row in (mutant.old, mutant.new):
        if isinstance(row, Consequence):
            group = [
                each for each in changed.rows.values()
                if isinstance(each, Consequence) and (each.entity, each.on) == (row.entity, row.on)
            ]  # fmt: skip
            changed.followers.pop((row.entity, row.on), None)
            if group:
                changed.followers[row.entity, row.on] = Followers(group)
    if isinstance(mutant.new, Consequence):
        check_following((mutant.new,), changed.transitions, changed.starts.values())


def _relays(book: Rulebook, entity: Entity) -> list[Consequence]:
    """What whoever changed such a thing says in turn: all that a mutated decision can make unfit."""
    rows = [row for each in book.followers.values() for row in each.all if row.entity is entity]
    return [row for row in rows if row.by is None and isinstance(row.do, Verb)]


def _replace_index(mutant: Mutant, changed: Rulebook) -> None:
    rows = changed.rows.values()
    changed.starts = {(row.entity, row.when): row for row in rows if isinstance(row, Start)}
    changed.executes = {row.instruction: row for row in rows if isinstance(row, Executes)}
    changed.limits = {row.name: row for row in rows if isinstance(row, Limit)}
    changed.routes = tuple(row for row in rows if isinstance(row, Route))
    changed.requests = frozenset(row.verb for row in changed.routes if row.verb is not None)
    changed.answers = {(row.route, row.reply): row for row in rows if isinstance(row, Answer)}
    changed.spellings = tuple(row for row in rows if isinstance(row, Spelling))
    changed._check()
