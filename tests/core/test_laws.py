"""Anything said to anybody in any order: the laws hold, refusals change nothing, and the same again comes to the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.stateful import run_state_machine_as_test

from callsim.dialects import VENDORS, dialect_class, rulebook
from callsim.errors import MissingExtra
from callsim.machines import events
from callsim.model import STATES, Command, Entity, Outcome, Status
from callsim.properties import Watch
from callsim.rules import Rulebook
from callsim.switch import Switch
from callsim.testing.machine import SwitchMachine
from callsim.testing.strategies import MEDIA, calls, commands, rulebooks, stories

from .worlds import BASE, BASE_EVENTS

QUICK = settings(max_examples=80, stateful_step_count=25, deadline=None, derandomize=True, database=None)
NIGHTLY = settings(
    max_examples=3_000, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
STEPS = stories()
Steps = list[tuple[Command, int]]


def fresh(book: Rulebook = BASE) -> Switch:
    return Switch(book, dict(MEDIA), BASE_EVENTS if book is BASE else events(book))


def said(switch: Switch, steps: Steps) -> Iterator[tuple[Command, int]]:
    """Every command at its time, and before it the timers that have come due; the switch is to be told each at once."""
    for command, later in steps:
        at = switch.now + later
        while switch.timers and (clock := min(switch.timers.values())).due <= at:
            yield clock.command, max(clock.due, switch.now)
        yield command, at


def play(switch: Switch, steps: Steps) -> list[Outcome]:
    return [switch.apply(command, at) for command, at in said(switch, steps)]


def everything(switch: Switch) -> object:
    """All there is to see of a switch, down to the last field; things stand for themselves by what they are called."""
    parts: list[object] = [switch.tally.copy(), switch.timers.copy(), list(switch.live), sorted(switch.rooms)]
    for call in switch.calls.values():
        parts += [_fields(call), *map(_fields, call.actions)]
    for mpc in switch.mpcs.values():
        parts += [_fields(mpc), *map(_fields, mpc.participants)]
    for one in switch.conversations.values():
        legs = [(leg.name, leg.leg_of is one) for leg in one.legs]
        parts += [_fields(one), one.name, legs, one.joined and one.joined.name, one.action and one.action.conversation is one]
    return parts


def _fields(thing: Any) -> dict[str, object]:
    linked = ("call", "mpc", "participant", "participants", "actions", "conversation", "leg_of", "legs", "joined")
    shown = {field.name: getattr(thing, field.name) for field in fields(thing) if field.name not in linked}
    return shown | {"links": [str(type(getattr(thing, name, None))) for name in linked]}


def hold_every_law(switch: Switch, steps: Steps) -> None:
    watch = Watch(switch)
    for command, at in said(switch, steps):
        watch.check(switch.apply(command, at))
        watch.check_all()


@settings(QUICK)
@given(STEPS)
def test_every_law_holds_after_anything_said_by_anybody(steps: Steps) -> None:
    hold_every_law(fresh(), steps)


@settings(QUICK)
@given(STEPS)
def test_what_is_not_done_changes_nothing_at_all(steps: Steps) -> None:
    switch = fresh()
    for command, at in said(switch, steps):
        before, key = everything(switch), switch.key()
        outcome = switch.apply(command, at)
        if outcome.status is not Status.DONE:
            assert everything(switch) == before, command
            assert switch.key() == key, command


@settings(QUICK)
@given(STEPS)
def test_the_same_again_comes_to_the_same(steps: Steps) -> None:
    first, second = fresh(), fresh()
    assert play(first, steps) == play(second, steps)
    assert everything(first) == everything(second)


@settings(QUICK)
@given(STEPS, commands())
def test_what_is_promised_is_what_comes_of_it(steps: Steps, last: Command) -> None:
    switch = fresh()
    play(switch, steps)
    for command in (*switch.commands(), last):
        promised = switch.would(command)
        assert switch.copy().apply(command, switch.now).status is promised, command


@settings(QUICK)
@given(STEPS, STEPS)
def test_a_copy_goes_on_as_its_original_does(steps: Steps, more: Steps) -> None:
    switch = fresh()
    play(switch, steps)
    twin = switch.copy()
    assert everything(twin) == everything(switch)
    assert play(twin, more) == play(switch, more)
    assert twin.key() == switch.key()


@pytest.mark.parametrize("vendor", VENDORS)
@settings(QUICK, max_examples=25)
@given(data=st.data())
def test_every_law_holds_by_every_vendor_whatever_is_assumed(vendor: str, data: st.DataObject) -> None:
    switch = fresh(data.draw(rulebooks(dialect_class(vendor).vendor)))
    hold_every_law(switch, data.draw(STEPS))


@settings(QUICK, max_examples=20)
@given(calls())
def test_a_call_that_is_drawn_can_be_placed(place: Command) -> None:
    assert fresh().apply(place, 0).status is Status.DONE


def test_stories_meet_things_in_every_state_and_come_to_every_outcome() -> None:
    seen: set[object] = set()

    @settings(QUICK, max_examples=200)
    @given(STEPS)
    def look(steps: Steps) -> None:
        for outcome in play(fresh(), steps):
            seen.add(outcome.status)
            seen.update((change.entity, change.to) for change in outcome.changes)

    look()
    assert seen == {*Status, *((entity, state) for entity in Entity for state in STATES[entity])}


def machine_of(book: Rulebook) -> type[SwitchMachine]:
    return type("Machine", (SwitchMachine,), {"rulebook": book})


def test_people_applications_and_clocks_break_no_law() -> None:
    run_state_machine_as_test(SwitchMachine, settings=QUICK)


@pytest.mark.nightly
@pytest.mark.parametrize("book", [BASE, *map(rulebook, VENDORS)], ids=["base", *VENDORS])
def test_people_applications_and_clocks_break_no_law_all_night(book: Rulebook) -> None:
    run_state_machine_as_test(machine_of(book), settings=NIGHTLY)


@pytest.mark.nightly
@settings(NIGHTLY)
@given(STEPS)
def test_every_law_holds_all_night(steps: Steps) -> None:
    hold_every_law(fresh(), steps)


@pytest.mark.parametrize("module", ["strategies", "machine"])
def test_without_hypothesis_the_extra_that_brings_it_is_named(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, f"callsim.testing.{module}")
    with pytest.raises(MissingExtra, match=r"this needs hypothesis; install it with: pip install 'callsim\[testing\]'"):
        import_module(f"callsim.testing.{module}")
