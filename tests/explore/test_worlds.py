"""How many states worlds of calls have, pinned, and for some counted a second time by somebody who knows no rulebook."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from callsim.explore import World, explore
from callsim.model import Command
from callsim.switch import Switch

from .independent import OneCall, RoomOfTwo
from .worlds import IN, OUT, ROOM_OF_FOUR, ROOM_OF_TWO, TWO, Actors, anything, callee

ELEMENTS = ["place ann in answer", "run ann speak wait record-followed hangup-later speak"]
INSIDE = ["place ann in answer", "run ann mpc-exit speak"]
LATE = ["run ann hangup-busy", "bad_instructions ann exit"]

# The world; states, steps, how deep. Everything may be said in every state, so no order ever ends.
ANYTHING = [
    (OUT, "base", (), (22, 303, 3)),
    (OUT, "plivo", (), (22, 303, 3)),
    (OUT, "tryvox", (), (21, 289, 3)),
    (OUT, "voipnow", (), (22, 303, 3)),
    (IN, "base", (), (11, 151, 2)),
    (IN, "plivo", (), (11, 151, 2)),
    (IN, "tryvox", (), (11, 151, 2)),
    (IN, "voipnow", (), (11, 151, 2)),
    (TWO, "base", (), (239, 6570, 5)),
    (ROOM_OF_TWO, "base", (), (1321, 42993, 6)),
    (ROOM_OF_TWO, "plivo", (), (1552, 50713, 6)),
    (ELEMENTS, "base", (), (20, 327, 4)),
    (INSIDE, "base", LATE, (19, 379, 2)),
]


@pytest.mark.parametrize(("lines", "vendor", "more", "expected"), ANYTHING)
def test_worlds_in_which_anybody_says_anything_have_so_many_states(
    lines: list[str], vendor: str, more: tuple[str, ...], expected: tuple[int, ...]
) -> None:
    found = explore(anything(lines, vendor, more))
    assert found.complete
    assert found.holds
    assert (found.states, found.transitions, found.depth) == expected
    assert (found.orders, found.ends) == (None, 0)


# The world; orders, states, steps, how deep, ends.
SCRIPTED = [
    (Actors(OUT, callee("ann"), ["hang_up ann api"], ["ring_time_over ann platform"]), (20, 34, 47, 5, 5)),
    (Actors(ROOM_OF_TWO, callee("ann"), callee("bob"), ["stop lobby api"], ["kick ann api"]), (1120, 379, 682, 8, 26)),
    (Actors(TWO, callee("ann"), ["answer bob api", "hang_up bob far-party"], ["hang_up_all ann,bob api", "place cyd out"]),
     (210, 121, 212, 7, 9)),
]  # fmt: skip


@pytest.mark.parametrize(("world", "expected"), SCRIPTED)
def test_worlds_of_actors_have_so_many_orders(world: Actors, expected: tuple[int, ...]) -> None:
    found = explore(world)
    assert found.complete
    assert found.holds
    assert (found.orders, found.states, found.transitions, found.depth, found.ends) == expected


def test_a_room_of_four_has_so_many_states_close_to_its_beginning() -> None:
    found = explore(anything(ROOM_OF_FOUR), max_depth=2)
    assert (found.states, found.transitions, found.bound) == (168, 1142, "depth")


# -- counted by somebody else -------------------------------------------------------------------------------------------

Step = tuple[Hashable, str, Hashable]


def steps_of(world: World, seen_as: object = None) -> set[Step]:
    """Every step there is: from where, what is said, to where; where it moves anything."""
    found: set[Step] = set()

    def see(before: Hashable, said: object, after: Hashable) -> None:
        one, other = (before, after) if seen_as is None else (seen_as(before), seen_as(after))
        found.add((one, words(said), other))

    explore(world, seen=see)
    return {step for step in found if step[0] != step[2]}


def words(said: object) -> str:
    if isinstance(said, Command):
        target = said.target if isinstance(said.target, str) else ",".join(said.target)
        return f"{said.verb} {target} {said.by}"
    return " ".join(said)


def a_call(switch: Switch) -> Hashable:
    call = switch.calls["ann"]
    return str(call.state), ending(call)


def ending(call: object) -> Hashable:
    how = call.ending
    return how and tuple(map(str, (how.cause, how.by, how.verb, how.was)))


def a_room(switch: Switch) -> Hashable:
    mpc = switch.mpcs["lobby"]
    legs = tuple(
        (str(one.call.state), ending(one.call), one.call.ending is None and one.call.purpose == "exit", str(one.state),
         one.exit and str(one.exit))
        for one in mpc.participants
    )  # fmt: skip
    clocks = tuple((str(clock.command.verb), clock.command.target) for clock in sorted(switch.timers.values()))
    through = mpc.rule and mpc.rule.split(".")[1]
    return legs, tuple(each and str(each) for each in (mpc.state, mpc.was, mpc.termination, mpc.ended_by, through)), clocks


@pytest.mark.parametrize(("lines", "outbound"), [(OUT, True), (IN, False)])
def test_one_call_does_what_plain_ifs_say(lines: list[str], outbound: bool) -> None:
    assert explore(anything(lines)).states == explore(OneCall(outbound)).states
    assert steps_of(anything(lines), a_call) == steps_of(OneCall(outbound))


def test_a_room_of_two_does_what_plain_ifs_say() -> None:
    theirs, ours = steps_of(RoomOfTwo()), steps_of(anything(ROOM_OF_TWO), a_room)
    assert ours == theirs
    assert explore(anything(ROOM_OF_TWO)).states == explore(RoomOfTwo()).states
