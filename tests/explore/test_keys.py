"""Worlds with one key have one future: exploring steps from one of them for all, so this is what it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings, strategies as st

from callsim.model import Change, Command, Outcome, Status, Todo
from callsim.switch import Switch
from callsim.testing.strategies import MEDIA as DRAWN, stories

from .worlds import BASE, IN, OUT, ROOM_OF_FOUR, ROOM_OF_TWO, TWO, everything, switch

QUICK = settings(max_examples=25, deadline=None, derandomize=True, database=None)
DOCUMENTS = ["run ann speak mpc-exit", "run ann wait", "run ann hangup-later redirect", "bad_instructions ann exit"]
MORE = ["place ann in answer", "add ann lobby", "add ann attic exit", "place cyd out", "kick ann,bob api", *DOCUMENTS]


def told(outcome: Outcome) -> object:
    """All that can be seen of an outcome but when it was and how many changes there had been before."""
    first = outcome.changes[0].number if outcome.changes else 0

    def after(because: int) -> int:
        return because - first if because >= first else -1

    def change(one: Change) -> object:
        return one._replace(number=one.number - first, at=0, because=after(one.because))

    def todo(one: Todo) -> object:
        return one._replace(at=0, because=after(one.because))

    return outcome.status, outcome.rule, [*map(change, outcome.changes)], [*map(todo, outcome.todos)], dict(outcome.each)


def answers(state: Switch, alphabet: Sequence[Command]) -> list[object]:
    """What each command comes to, and where it leads."""
    found: list[object] = []
    for each in alphabet:
        after = state.copy()
        found.append((told(after.apply(each, state.now)), after.key()))
    return found


def walked(state: Switch, said: object, deep: int, later: int = 0) -> Iterator[Switch]:
    """Every world that up to so many commands lead to, once for each order that leads there."""
    yield state
    for each in said(state) if deep else ():
        after = state.copy()
        if after.apply(each, state.now + later).status is Status.DONE:
            yield from walked(after, said, deep - 1, later)


def hold_one_future(worlds: Iterator[Switch], more: Sequence[str]) -> int:
    """Hold each world against the first of its key; how many times two were the same."""
    said = everything(*more)
    first: dict[object, tuple[list[Command], list[object]]] = {}
    same = 0
    for state in worlds:
        alphabet = sorted(said(state), key=str)
        known = first.get(state.key())
        if known is None:
            first[state.key()] = alphabet, answers(state, alphabet)
        else:
            same += 1
            assert alphabet == known[0]
            for command, mine, its in zip(alphabet, answers(state, alphabet), known[1], strict=True):
                assert mine == its, command
    return same


# From where, what may be said beside everything, how many commands deep; how often two worlds were the same.
WALKS = [
    (OUT, MORE, 3, 126),
    (IN, MORE, 3, 290),
    (TWO, [], 3, 198),
    (ROOM_OF_TWO, ["add ann attic", "run bob wait"], 3, 724),
    (ROOM_OF_FOUR, ["run dan hangup-busy", "run bob mpc"], 2, 96),
]


@pytest.mark.parametrize(("lines", "more", "deep", "same"), WALKS)
def test_worlds_with_one_key_answer_everything_alike(lines: list[str], more: list[str], deep: int, same: int) -> None:
    assert hold_one_future(walked(switch(lines), everything(*more), deep), more) == same


@QUICK
@given(stories(max_size=6), st.integers(1, 1_000))
def test_worlds_with_one_key_answer_alike_wherever_they_come_from(steps: list[tuple[Command, int]], later: int) -> None:
    """Whatever was before, and whether time went by in between or not."""
    begun = Switch(BASE, dict(DRAWN))
    for said, after in steps:
        begun.apply(said, begun.now + after)
    hold_one_future((each for late in (0, later) for each in walked(begun, everything(), 1, late)), [])
