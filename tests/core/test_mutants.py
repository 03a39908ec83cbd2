"""No row can be wrong without being noticed: each mutant of each row is refused when it is built, or fails a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice

import pytest

from callsim.dialects import VENDORS
from callsim.errors import BrokenLaw, RulebookError
from callsim.machines import Events
from callsim.model import Verb
from callsim.rules import Answer, Consequence, Executes, Limit, Route, Row, Rulebook, Spelling, Start

from . import checks
from .mutants import Mutant, built, mutants, whole
from .test_tables import BOOKS, book

pytestmark = pytest.mark.core

Check = Callable[[Rulebook, Events], None]


def rows_to_mutate(vendor: str) -> Iterator[Mutant]:
    """All rows of the base; of a vendor those that it adds or has otherwise, its own sources for the same apart."""
    base = {} if vendor == "base" else book("base")[0].rows
    for id, row in book(vendor)[0].rows.items():
        if id not in base or replace(base[id], basis=row.basis, why=row.why) != row:
            yield from mutants(row)


def suspects(mutant: Mutant, vendor: str) -> Iterator[tuple[str, Check]]:
    """The checks most likely to notice, first; each with the name of its kind."""
    old = mutant.old
    if isinstance(old, Row):
        cases = checks.decisions(vendor)[old.verb]
        likely = sorted(cases, key=lambda each: (each.case.state, each.by) != (old.state, old.by))
        return (("decision", lambda book, on, each=each: checks.check_decision(each, book, on)) for each in likely)
    if isinstance(old, Consequence):
        return chain(_stories(vendor, old), [("table", lambda book, on: _trigger(old, mutant, vendor, book))])
    bare = {
        Start: checks.check_beginnings, Executes: checks.check_instructions, Limit: checks.check_limits,
        Route: checks.check_routes, Answer: checks.check_answers, Spelling: checks.check_spellings,
    }  # fmt: skip
    table = ("table", lambda book, on: bare[type(old)](vendor, book))
    seen_at_work = isinstance(old, (Start, Executes))
    return chain(_stories(vendor, old) if seen_at_work else (), [table])


def _stories(vendor: str, row: Consequence | Start | Executes) -> Iterator[tuple[str, Check]]:
    for story in stories_of(vendor):
        if not isinstance(row, Consequence) or (row.entity, str(row.on)) in checks.triggers(story):
            yield "story", lambda book, on, story=story: checks.check_story(story, book, on)


def stories_of(vendor: str) -> list[checks.Story]:
    """The stories that a vendor's rules tell as the base rules do; the others are the tables' to tell apart."""
    if vendor not in _STORIES:
        rules = book(vendor)
        _STORIES[vendor] = [each for each in checks.stories() if checks.happened(each, *rules) == list(each.then)]
    return _STORIES[vendor]


_STORIES: dict[str, list[checks.Story]] = {}


def _trigger(old: Consequence, mutant: Mutant, vendor: str, book: Rulebook) -> None:
    checks.check_trigger((old.entity, str(old.on)), vendor, book)
    if isinstance(mutant.new, Consequence):
        checks.check_trigger((old.entity, str(mutant.new.on)), vendor, book)


def caught(mutant: Mutant, vendor: str) -> str | None:
    """What notices a mutant: building it, a decision, a story, a bare table, or nothing. A switch that fails over it in any
    other way than by a law was given what should have been refused, and the error is not caught here."""
    rules, on = book(vendor)
    try:
        changed, changed_events = built(mutant, rules, on)
    except RulebookError:
        return "building"
    for kind, check in suspects(mutant, vendor):
        try:
            check(changed, changed_events)
        except (AssertionError, BrokenLaw):
            return kind
    return None


@pytest.mark.parametrize("vendor", BOOKS)
def test_every_mutant_of_every_row_is_noticed(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    found: Counter[str | None] = Counter()
    survivors = []
    for mutant in rows_to_mutate(vendor):
        by = caught(mutant, vendor)
        found[by] += 1
        survivors += [str(mutant)] if by is None else []
    with capsys.disabled():
        print(f"\n{vendor}: {found.total()} mutants, {len(survivors)} survivors; caught by {dict(found)}")
    assert survivors == []


@pytest.mark.parametrize("vendor", BOOKS)
def test_a_mutant_built_in_part_is_the_mutant_built_whole(vendor: str) -> None:
    rules, on = book(vendor)
    for mutant in islice(rows_to_mutate(vendor), 0, None, 97):
        in_part = _fate(lambda each=mutant: built(each, rules, on))
        assert in_part == _fate(lambda each=mutant: whole(each, rules)), mutant


def _fate(build: Callable[[], tuple[Rulebook, Events]]) -> object:
    """Refused, or what its book and its machines say, row for row."""
    try:
        book, on = build()
    except RulebookError:
        return "refused"
    followers = {key: each.all for key, each in book.followers.items()}
    pickers = {verb: {key: each.table for key, each in event.pickers.items()} for verb, event in on.items()}
    parts = (book.rows, book.starts, book.executes, book.limits, book.routes, book.answers, book.spellings)
    return parts, followers, pickers


def test_there_are_mutants_of_every_kind_of_row() -> None:
    kinds = {type(mutant.old) for vendor in ("base", *VENDORS) for mutant in rows_to_mutate(vendor)}
    assert kinds == {Row, Start, Consequence, Executes, Limit, Route, Answer, Spelling}
    assert {mutant.old.verb for mutant in rows_to_mutate("base") if isinstance(mutant.old, Row)} == set(Verb)
