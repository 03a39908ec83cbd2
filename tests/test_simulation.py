"""A world is moved through time by SimPy: each thing at its moment, and those of one instant in their order."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from callsim import FarEnd, Placement, Simulation, dialect
from callsim.errors import BrokenLaw
from callsim.model import CallState
from callsim.simulation import Trunks

TO = Placement(to="+15550100009")


@pytest.fixture
def world() -> Simulation:
    return Simulation(dialect("plivo"))


def test_steps_come_at_their_times_and_those_of_one_instant_as_they_were_given(world: Simulation) -> None:
    seen: list[tuple[int, str]] = []
    for time, name in ((20, "c"), (10, "a"), (20, "d"), (10, "b")):
        world.at(time, lambda name=name: seen.append((world.now, name)))  # type: ignore[misc]
    world.at(10, lambda: world.later(10, lambda what: seen.append((world.now, what)), "e"))
    world.at(10, lambda: world.later(0, lambda what: seen.append((world.now, what)), "at once"))
    assert world.run()
    assert seen == [(10, "a"), (10, "b"), (10, "at once"), (20, "c"), (20, "d"), (20, "e")]
    with pytest.raises(ValueError, match="5 ms has passed: it is 20 ms"):
        world.at(5, print)


@given(
    steps=st.lists(st.tuples(st.integers(0, 40), st.lists(st.integers(0, 30), max_size=3)), max_size=12),
    pauses=st.lists(st.integers(0, 60), max_size=3),
)
def test_whatever_is_to_come_comes_in_the_order_of_its_time_whenever_it_was_asked_for(
    steps: list[tuple[int, list[int]]], pauses: list[int]
) -> None:
    world = Simulation(dialect("plivo"))
    asked: list[tuple[int, int]] = []
    seen: list[tuple[int, int]] = []

    def ask(time: int, then: list[int]) -> None:
        mine = time, len(asked)
        asked.append(mine)

        def come() -> None:
            seen.append(mine)
            assert world.now == time
            for delay in then:
                ask(time + delay, [])

        world.at(time, come)

    for time, then in steps:
        ask(time, then)
    for pause in sorted(pauses):
        assert world.run(until=pause)
        assert seen == sorted(each for each in asked if each[0] <= pause)
        ask(pause + 1, [0, 1])  # sooner than what is waited for already
    assert world.run()
    assert seen == sorted(asked)


def test_the_end_of_time_is_as_far_away_as_anybody_wants(world: Simulation) -> None:
    world.at(1 << 80, lambda: world.place("ann", TO))
    assert world.run()
    assert world.switch.calls["ann"].queued_at == 1 << 80


def test_at_one_instant_steps_come_before_far_parties_and_those_before_clocks(world: Simulation) -> None:
    seen: list[CallState] = []
    late = Placement(to="+15550100009", ring_timeout=2_000)
    world.place("ann", late, FarEnd(rings=0, answers=2_000))
    world.place("bob", late, FarEnd(rings=0))
    world.at(2_000, lambda: seen.extend(world.switch.calls[name].state for name in ("ann", "bob")))
    world.run()
    assert seen == [CallState.RINGING, CallState.RINGING]
    assert world.switch.calls["ann"].state is CallState.IN_PROGRESS
    assert world.switch.calls["bob"].ended_at == 2_000


def test_a_play_goes_on_until_a_time_and_no_further(world: Simulation) -> None:
    seen: list[int] = []
    for time in (10, 20, 30):
        world.at(time, lambda time=time: seen.append(time))  # type: ignore[misc]
    assert world.run(until=20)
    assert (seen, world.now) == ([10, 20], 20)
    assert world.run(until=5)
    assert (seen, world.now) == ([10, 20], 20)
    assert world.run(until=40)
    assert (seen, world.now) == ([10, 20, 30], 40)


def test_time_limits_alone_keep_no_world_going(world: Simulation) -> None:
    world.place("ann", TO, FarEnd(rings=0, answers=1_000))
    assert world.run()
    assert (world.now, world.switch.calls["ann"].state) == (1_000, CallState.IN_PROGRESS)


def test_what_never_ends_meets_the_bound_and_may_go_on_from_there() -> None:
    world = Simulation(dialect("plivo"), moment_bound=10)
    seen: list[int] = []

    def again(_: None) -> None:
        seen.append(world.now)
        world.later(0 if len(seen) % 3 else 5, again, None)

    world.later(0, again, None)
    assert not world.run()
    assert len(seen) == 10
    assert not world.run()
    assert len(seen) == 20
    assert seen == sorted(seen)


def test_what_goes_wrong_in_one_step_leaves_the_rest_to_come(world: Simulation) -> None:
    seen: list[int] = []
    for time in (10, 10, 20):
        world.at(time, lambda time=time: seen.append(time))  # type: ignore[misc]
    world.at(10, lambda: [][1])
    world.at(30, lambda: [][1])
    for _ in range(2):
        with pytest.raises(IndexError):
            world.run()
    assert world.run()
    assert seen == [10, 10, 20]


def test_who_waits_for_a_trunk_has_it_in_his_turn_unless_his_patience_ends(world: Simulation) -> None:
    trunks, seen = Trunks(world, 1), []
    held = trunks.take()
    assert not trunks.free

    def ask(name: str, patience: int | None) -> None:
        def then(taken: object) -> None:
            seen.append((world.now, name))
            world.later(10, trunks.give_back, taken)

        trunks.wait(then, patience, lambda: seen.append((world.now, f"{name} gives up")))

    for name, patience in (("a", None), ("b", 30), ("c", None), ("d", 1_000)):
        ask(name, patience)
    world.at(50, lambda: trunks.give_back(held))
    world.run(2_000)
    assert seen == [(30, "b gives up"), (50, "a"), (60, "c"), (70, "d")]
    assert trunks.free


def test_a_world_that_is_not_traced_tells_each_command_that_led_to_a_broken_law_once() -> None:
    world = Simulation(dialect("plivo"), traced=False)
    world.place("ann", TO, FarEnd(rings=1_000))
    world.switch.calls["ann"].ended_at = 500
    with pytest.raises(BrokenLaw) as caught:
        world.run()
    assert [line.partition(" by ")[0] for line in caught.value.commands] == ["0 ms: place ann", "1000 ms: ring ann"]
