"""The line of an account: who goes first, how many there are, and what a law says of it when it is broken by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import BrokenLaw
from callsim.model import Allowed, By, CallState, Command, Direction, Placement, Verb
from callsim.properties import Watch, check_all
from callsim.switch import Switch

from .worlds import BASE, world

pytestmark = pytest.mark.core

LINE = ["allow 1 2 -", "place ann out", "place bob out", "place cyd out"]


def broken(law: str, hold: Callable[[], None]) -> str:
    with pytest.raises(BrokenLaw) as caught:
        hold()
    assert caught.value.law == law
    return caught.value.what


def test_a_line_left_alone_breaks_no_law() -> None:
    check_all(world(LINE))


def test_who_is_taken_on_out_of_turn_is_noticed() -> None:
    switch = world(["at 5000", *LINE])
    switch.calls["cyd"].taken_on_at = 0  # in a second of its own
    said = broken("who was placed first goes first", lambda: check_all(switch))
    assert said == "call bob still waits, and cyd, which came later, was taken on"


def test_more_calls_than_an_account_may_have_are_noticed() -> None:
    switch = world(["allow - 1 -", "place ann out", "reject ann far-party", "at 2000", "place bob out"])
    check_all(switch)
    switch.allowed = Allowed(concurrent_calls=0)
    said = broken("no account has more than allowed", lambda: check_all(switch))
    assert said == "account default has 1 calls, and may have 0"


def test_more_calls_in_a_second_than_an_account_may_make_are_noticed() -> None:
    switch = world(["allow 2 - -", "place ann out", "place bob out"])
    switch.allowed = Allowed(calls_per_second=1)
    said = broken("no account has more than allowed", lambda: check_all(switch))
    assert said == "account default made 2 calls in a second, and may make 1"


def test_worlds_in_which_somebody_was_taken_on_just_now_are_told_apart() -> None:
    soon, later = world(["allow 1 - -", "place ann out"]), world(["allow 1 - -", "place ann out"])
    later.apply(Command(Verb.PLACE, "ann", By.API), 1_000)
    assert soon.key() != later.key()
    assert soon.copy().key() == soon.key()


_ACTS = st.lists(st.tuples(st.sampled_from(["place", "cancel", "wait", "ring", "other"]), st.integers(0, 1200)), max_size=25)


@settings(deadline=None)
@given(_ACTS, st.integers(1, 3), st.integers(1, 4))
def test_an_account_never_has_more_than_it_may_whatever_is_said(acts: list[tuple[str, int]], rate: int, most: int) -> None:
    switch = Switch(BASE)
    switch.allowed = Allowed(rate, most)
    watch, now = Watch(switch), 0
    for number, (act, wait) in enumerate(acts):
        now += wait
        while switch.timers and (clock := min(switch.timers.values())).due <= now:
            watch.check(switch.apply(clock.command, clock.due))
        queued = [call.name for call in switch.calls.values() if call.state is CallState.QUEUED]
        if act in ("place", "other"):
            placed = Placement("default" if act == "place" else "another", Direction.OUTBOUND)
            watch.check(switch.apply(Command(Verb.PLACE, f"call{number}", By.API, placed), now))
        elif queued and act != "wait":
            said = Command(Verb.CANCEL, queued[-1], By.API) if act == "cancel" else Command(Verb.RING, queued[0], By.CARRIER)
            watch.check(switch.apply(said, now))
        watch.check_all()
    for account in ("default", "another"):
        line = [call for call in switch.live.values() if call.line == "in-line" and call.placement.account == account]
        clocks = [name for name, timer in switch.timers if timer == "queue" and switch.calls[name].placement.account == account]
        assert clocks == [call.name for call in line[:1]], "only the first in line has a turn"
