"""Assertions hold where they should, and where they do not they say what was expected, what is, and how it came."""

from __future__ import annotations

from typing import Any

import pytest

from callsim import FarEnd, Placement, Simulation, Switch, UsageError, dialect, rulebook
from callsim.model import By, Command, Joining, Verb
from callsim.testing.expecting import assert_called_back, assert_ended, assert_mpc_ended, assert_state
from callsim.testing.laws import assert_lawful


@pytest.fixture
def world() -> Simulation:
    """Alice is answered after 2.5 s and hung up by the API at 5 s; bob and carol are in a room that is stopped at 9 s."""
    simulation = Simulation(dialect("plivo"))
    simulation.place("alice", Placement(hangup_url="/over"), FarEnd(rings=500, answers=2_000))
    for name in ("bob", "carol"):
        simulation.at(6_000, lambda name=name: join(simulation, name))  # type: ignore[misc]
    simulation.at(5_000, lambda: simulation.say(Command(Verb.HANG_UP, "alice", By.API)) and None)
    simulation.at(9_000, lambda: simulation.say(Command(Verb.STOP, "room", By.API)) and None)
    simulation.run()
    return simulation


def join(simulation: Simulation, name: str) -> None:
    simulation.far_ends[name] = FarEnd(answers=1_000)
    simulation.say(Command(Verb.ADD, name, By.API, Joining("room", placement=Placement(hangup_url="/over"))))


def test_what_is_so_can_be_asserted(world: Simulation) -> None:
    calls, mpcs = world.switch.calls, world.switch.mpcs
    assert_state(calls["alice"], "completed")
    assert_ended(calls["alice"])
    assert_ended(calls["alice"], cause="normal", by="api", at="5s", rule="call.hang_up.in-progress.api")
    assert_ended(calls["bob"], cause="mpc-ended", at=9_000)
    assert_mpc_ended(mpcs["room"], termination="stopped", by="api", at="9s")
    assert_called_back(world, ["alice", "bob", {"call": "carol", "kind": "hangup", "at": "9s", "url": "/over"}])
    assert_called_back(world, [{"params": {"HangupCauseCode": 4000}}, {}, {"params": {}}])
    assert_lawful(world)
    assert_lawful(world.switch)


def test_a_call_that_ended_otherwise_is_told_with_its_story(world: Simulation) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_ended(world.switch.calls["alice"], cause="cancelled", by="callee", at="4s")
    assert str(caught.value) == """\
alice did not end like this
  cause: expected cancelled, found normal
  by:    expected callee, found api
  at:    expected 4s, found 5s
story of alice, outbound:
        0s  queued
     500ms  ringing
      2.5s  answered
        5s  ended: normal by api, by rule call.hang_up.in-progress.api"""


def test_a_call_that_goes_on_has_not_ended() -> None:
    simulation = Simulation(dialect("tryvox"))
    simulation.place("dora", Placement(), FarEnd(rings=None))
    with pytest.raises(AssertionError, match="state: expected completed, found queued\n  cause: expected normal, found nothing"):
        assert_ended(simulation.switch.calls["dora"], cause="normal")
    with pytest.raises(AssertionError, match="dora is in another state\n  state: expected ringing, found queued\nstory of dora"):
        assert_state(simulation.switch.calls["dora"], "ringing")


def test_a_room_that_ended_otherwise_is_told_with_everybody_in_it(world: Simulation) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_mpc_ended(world.switch.mpcs["room"], termination="stay-alone")
    assert str(caught.value) == """\
room did not end like this
  termination: expected stay-alone, found stopped
story of room:
        6s  opened
        7s  somebody in it
        7s  bob in room, joined by api
        7s  carol in room, joined by api
        9s  bob out of room: mpc-ended
        9s  carol out of room: mpc-ended
        9s  ended: stopped by api, by rule mpc.stop.active.api"""


def test_other_callbacks_are_all_listed(world: Simulation) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_called_back(world, ["alice", {"call": "bob", "at": "8s", "params": {"HangupCauseCode": 4000, "Nothing": 1}}])
    told = str(caught.value)
    assert told.startswith("""\
other callbacks were made
  expected 2, found 3
  callback 2:
    at:                     expected 8s, found 9s
    params.HangupCauseCode: expected 4000, found 4020
    params.Nothing:         expected 1, found nothing
callbacks that were made:
        5s  hangup of alice to http://app.test/over
        9s  hangup of bob to http://app.test/over
        9s  hangup of carol to http://app.test/over
story of alice, outbound:
""")
    with pytest.raises(AssertionError, match=r"\n  expected 1, found 0\nno callback was made$"):
        assert_called_back(Simulation(dialect("plivo")), ["alice"])


MISTAKES: list[tuple[Any, dict[str, Any], str]] = [
    (assert_ended, {"cause": "canceled"}, "'canceled' is no cause; there are .*; did you mean 'cancelled'?"),
    (assert_ended, {"by": "far-party"}, "'far-party' is no by; there are api, callee"),
    (assert_ended, {"at": "5"}, "'5' has no unit; write 5s"),
    (assert_state, {"state": "ended"}, "'ended' is no state; there are queued, ringing"),
]


@pytest.mark.parametrize(("assertion", "arguments", "message"), MISTAKES)
def test_a_word_that_is_none_of_ours_is_a_mistake_and_no_failure(
    world: Simulation, assertion: Any, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        assertion(world.switch.calls["alice"], **arguments)


def test_so_is_a_key_that_no_callback_has(world: Simulation) -> None:
    with pytest.raises(UsageError, match=r"'param' is no callback key; .*did you mean 'params'"):
        assert_called_back(world, [{"param": {}}])


def test_a_broken_law_is_named() -> None:
    switch = Switch(rulebook("plivo"))
    switch.apply(Command(Verb.PLACE, "alice", By.API), 0)
    switch.calls["alice"].answered_at = 5
    with pytest.raises(AssertionError, match=r"^broken law '"):
        assert_lawful(switch)
