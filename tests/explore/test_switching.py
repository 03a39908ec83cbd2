"""A switch as a world: what it takes for an order, what it notices, and that it can be sent to others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsim.errors import UsageError
from callsim.explore import Kind, Property, SwitchWorld, explore, late_timers, workers as processes
from callsim.model import CallState, Cause, Command, Plain, Status
from callsim.switch import Switch
from tests.core.language import command

from .worlds import BASE, IN, OUT, ROOM_OF_FOUR, ROOM_OF_TWO, TWO, Actors, anything, callee, everything, switch

STOPPED = [*ROOM_OF_FOUR, "stop lobby api"]


def test_what_can_be_said_is_the_alphabet_that_was_given() -> None:
    begun = switch(OUT)
    ring = command("ring ann carrier")
    assert SwitchWorld(begun).actions(begun) == begun.commands()
    assert SwitchWorld(begun, [ring]).actions(begun) == (ring,)
    assert SwitchWorld(begun, lambda world: [ring] * len(world.calls)).actions(begun) == [ring]


def test_a_step_leaves_the_state_it_is_taken_from_as_it_is() -> None:
    world = anything(ROOM_OF_FOUR)
    begun = world.begin()
    key, commands = begun.key(), begun.commands()
    for each in world.actions(begun):
        world.step(begun, each)
        assert (begun.key(), begun.commands()) == (key, commands), each


def test_a_step_that_is_not_done_leads_to_where_one_is() -> None:
    world = anything(OUT)
    begun = world.begin()
    for each in world.actions(begun):
        assert (world.step(begun, each) is begun) is not (begun.would(each) is Status.DONE), each


def test_steps_in_any_order_come_to_what_fresh_copies_come_to() -> None:
    """A copy that was refused something is used again; nobody may notice."""
    world = anything(ROOM_OF_TWO)

    def compare(before: Switch, said: Command, after: Switch) -> None:
        twin = before.copy()
        twin.apply(said, before.now)
        assert twin.key() == after.key() == world.key(after), said
        assert twin.commands() == after.commands()

    explore(world, seen=compare, max_depth=3)


@pytest.mark.parametrize(("lines", "expected"), [
    (OUT, []),
    ([*OUT, "ring ann carrier"], []),
    ([*OUT, *callee("ann")[:2]], ["ring_time_over ann by platform", "pre_answer_time_over ann by platform"]),
    ([*OUT, *callee("ann")],
     ["ring_time_over ann by platform", "time_limit_reached ann by platform", "schedule_reached ann by platform",
      "pre_answer_time_over ann by platform"]),
    (["place ann in", "run ann speak wait", "run ann wait"],
     ["ring_time_over ann by platform", "pre_answer_time_over ann by platform", "finish ann/speak#1 by platform"]),
])  # fmt: skip
def test_clocks_that_were_forgotten_may_strike_all_the_same(lines: list[str], expected: list[str]) -> None:
    assert [str(each) for each in late_timers(switch(lines))] == expected


@pytest.mark.parametrize("lines", [OUT, IN, TWO, ROOM_OF_TWO])
def test_a_clock_that_strikes_too_late_is_never_done(lines: list[str]) -> None:
    def late(before: Switch) -> str | None:
        done = [str(each) for each in late_timers(before) if before.would(each) is Status.DONE]
        return f"{done} would be done" if done else None

    assert explore(anything(lines), [Property("late", Kind.ALWAYS, late)]).holds


def test_what_nobody_may_say_is_an_authors_mistake() -> None:
    with pytest.raises(UsageError, match="'ring' cannot be said by api"):
        explore(SwitchWorld(switch(OUT), [command("ring ann api")]))


# -- what it notices -------------------------------------------------------------------------------------------------


def broken(id: str, **values: object) -> Switch:
    """A fresh switch with a call, by a rulebook in which one row says something else."""
    rows = [replace(row, **values) if row.id == id else row for row in BASE.rows.values()]
    made = Switch(BASE.with_rows(rows))
    made.apply(command(OUT[0]), 0)
    return made


def test_a_rule_that_breaks_a_law_is_found_with_the_shortest_way_to_it() -> None:
    undead = broken("call.answer.completed.far-party", status=Status.DONE, to=CallState.IN_PROGRESS)
    found = explore(SwitchWorld(undead))
    (verdict,) = found.verdicts
    assert (verdict.name, verdict.law) == ("only what is done moves", True)
    assert [str(each) for each in verdict.shortest or ()] == ["hang_up ann by api", "answer ann by far-party"]
    assert verdict.message.endswith("does answer to call ann, which is over")


class Rewriting(Switch):
    """A switch that gives a call that is over another cause when it is told that it rings."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        call = self.calls["ann"]
        if call.ending is not None and said.verb == "ring":
            call.ending = call.ending._replace(cause=Cause.BUSY)
        return outcome

    def copy(self) -> Switch:
        other = Rewriting(self.rulebook, self.media, self.events)
        self._copy_into(other)
        return other


def test_an_ending_that_a_later_command_rewrites_is_found() -> None:
    begun = Rewriting(BASE)
    begun.apply(command(OUT[0]), 0)
    (verdict,) = explore(SwitchWorld(begun)).verdicts
    assert verdict.name == "the first ending stays"
    assert [str(each) for each in verdict.shortest or ()] == ["hang_up ann by api", "ring ann by carrier"]


class Forgetful(Switch):
    """A switch that, when it refuses an answer, forgets the clocks that run."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if outcome[0] is Status.REFUSED and said.verb == "answer":
            self.timers.clear()
        return outcome

    def copy(self) -> Switch:
        other = Forgetful(self.rulebook, self.media, self.events)
        self._copy_into(other)
        return other


def test_a_refusal_that_changes_something_is_found_wherever_it_hides() -> None:
    begun = Forgetful(BASE)
    begun.apply(command(OUT[0]), 0)
    found = explore(SwitchWorld(begun, everything()))
    (verdict,) = found.verdicts
    assert (verdict.name, verdict.message) == ("a refusal changes nothing", "a command that is refused has changed something")
    assert [str(each) for each in verdict.shortest or ()] == ["ring ann by carrier", "answer ann by api"]


# -- sent to others ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [OUT, TWO, ROOM_OF_FOUR, STOPPED, ["place ann in answer", "run ann speak wait record-told"]])
def test_a_switch_that_was_frozen_is_the_same_again(lines: list[str]) -> None:
    world = anything(lines)
    begun = world.begin()
    thawed = world.thaw(world.freeze(begun))
    assert (thawed.key(), thawed.commands(), thawed.tally) == (begun.key(), begun.commands(), begun.tally)
    for each in world.actions(begun):
        assert thawed.copy().apply(each, 0) == begun.copy().apply(each, 0), each


@pytest.mark.parametrize("world", [
    anything(ROOM_OF_TWO),
    Actors(ROOM_OF_TWO, callee("ann"), callee("bob"), ["stop lobby api"], ["kick ann api"]),
    SwitchWorld(broken("call.answer.completed.far-party", status=Status.DONE, to=CallState.IN_PROGRESS)),
], ids=["anything", "actors", "broken"])  # fmt: skip
def test_two_workers_find_in_a_switch_what_one_finds(world: SwitchWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = explore(world)
    monkeypatch.setattr(processes, "LEAST", 4)
    assert explore(world, workers=2) == alone
