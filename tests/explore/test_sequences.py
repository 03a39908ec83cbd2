"""Every sequence of so many commands is tried, on a call and on a room of four, and no law is broken by any of them.

Sequences that lead to one state go on from it as one: `test_keys` shows that they may. How many there are is counted
on the graph of states, by how many commands lead where.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable

import pytest

from callsim.dialects import VENDORS
from callsim.explore import SwitchWorld, World, explore

from .small import Graph, Remembering
from .worlds import IN, OUT, ROOM_OF_FOUR, anything

DOCUMENTS = [
    "run ann speak hangup", "run ann record-followed mpc-exit speak", "run ann wait hangup-later redirect",
    "bad_instructions ann exit", "add ann attic",
]  # fmt: skip
EXITS = ["run bob speak", "run dan hangup", "bad_instructions dan exit"]


def tried(world: World, most: int) -> tuple[int, int, bool]:
    """How many sequences of up to so many actions there are, to how many states they lead, whether all laws hold."""
    numbers: dict[Hashable, int] = {world.key(world.begin()): 0}
    leads: defaultdict[int, Counter[int]] = defaultdict(Counter)

    def see(before: object, action: object, after: object) -> None:
        one, other = (numbers.setdefault(world.key(state), len(numbers)) for state in (before, after))
        leads[one][other] += 1

    found = explore(world, max_depth=most, seen=see)
    ways, count = Counter({0: 1}), 0
    for _ in range(most):
        later: Counter[int] = Counter()
        for state, times in ways.items():
            for after, steps in leads[state].items():
                later[after] += times * steps
        ways = later
        count += ways.total()
    assert found.states == len(numbers)
    return count, found.states, found.holds and found.bound in ("", "depth")


@pytest.mark.parametrize(("world", "most", "expected"), [
    (Graph(a="b", b="a"), 3, (3, 2)),
    (Graph(a="ab", b="c"), 3, (8, 3)),
    (Remembering(1, 1, 1), 2, (9, 10)),
    (Remembering(1, 1, 1), 5, (15, 16)),
])  # fmt: skip
def test_sequences_are_counted_as_they_would_be_one_by_one(world: World, most: int, expected: tuple[int, int]) -> None:
    assert tried(world, most)[:2] == expected


def test_sequences_of_commands_are_counted_as_they_would_be_one_by_one() -> None:
    world = anything(OUT, more=DOCUMENTS)

    def walk(state: object, left: int) -> int:
        return sum(1 + walk(world.step(state, each), left - 1) for each in world.actions(state)) if left else 0

    assert tried(world, 3)[0] == walk(world.begin(), 3)


# What is tried; how long; how many sequences, how many states.
ONE_CALL = [
    (OUT, "outbound", 6, 34_236_691, 648),
    (IN, "inbound", 6, 43_348_247, 8169),
]


@pytest.mark.parametrize(("lines", "which", "most", "sequences", "states"), ONE_CALL)
def test_every_sequence_of_six_commands_on_a_call_breaks_no_law(
    lines: list[str], which: str, most: int, sequences: int, states: int, tell: Callable[[str], None]
) -> None:
    found = tried(anything(lines, more=DOCUMENTS), most)
    tell(told(f"one {which} call", most, found))
    assert found == (sequences, states, True)


def test_every_sequence_of_four_commands_on_a_room_of_four_breaks_no_law(tell: Callable[[str], None]) -> None:
    found = tried(anything(ROOM_OF_FOUR, more=EXITS), 4)
    tell(told("a room of four legs", 4, found))
    assert found == (15_497_096, 4925, True)


def told(what: str, most: int, found: tuple[int, int, bool]) -> str:
    return f"{what}: every sequence of up to {most} commands, {found[0]:,} of them, through {found[1]:,} states"


@pytest.mark.nightly
@pytest.mark.parametrize("vendor", ["base", *VENDORS])
@pytest.mark.parametrize(("lines", "more", "which", "most", "states"), [
    (OUT, DOCUMENTS, "one outbound call", 6, {"plivo": 663, "tryvox": 647, "others": 648}),
    (IN, DOCUMENTS, "one inbound call", 6, {"plivo": 8361, "others": 8169}),
    (ROOM_OF_FOUR, EXITS, "a room of four legs", 5, {"plivo": 20493, "tryvox": 6143, "others": 13586}),
])  # fmt: skip
def test_every_sequence_breaks_no_law_by_every_vendor(
    lines: list[str], more: list[str], which: str, most: int, states: dict[str, int], vendor: str, tell: Callable[[str], None]
) -> None:
    world: SwitchWorld = anything(lines, vendor, more)
    found = tried(world, most)
    tell(told(f"{vendor}, {which}", most, found))
    assert found[1:] == (states.get(vendor, states["others"]), True)
