"""`order:` a case played in the order it gives, each thing at its time or as soon as what comes before it has come."""

from __future__ import annotations

from typing import Any

import pytest

from callsim import Scenario
from callsim.errors import InputError
from callsim.scenario.playing import Played

WORLD = """\
callsim: 1
title: In a given order
vendor: plivo
calls:
  alice: {far_end: {rings: 1s, answers: 2s}, hangup_url: /over}
steps:
  - {at: 3s, hang_up: alice}
"""
BY_ITSELF = ["alice is placed", "alice rings", "step 1: hang_up alice"]


def played(order: list[str], more: str = "") -> Played:
    listed = "".join(f'  - "{each}"\n' for each in order)
    (found,) = Scenario.from_text(WORLD + more + ("order:\n" + listed if order else ""), "order.yaml").play()
    return found


def alice(found: Played) -> Any:
    return found.simulation.switch.calls["alice"]


def test_what_stands_first_comes_first() -> None:
    assert alice(played([])).ending.cause == "cancelled"
    assert alice(played([*BY_ITSELF])).ending.cause == "cancelled"
    assert alice(played(["alice is placed", "alice rings", "alice answers", "step 1: hang_up alice"])).ending.cause == "normal"


def test_what_waits_is_late_and_nothing_is_early() -> None:
    waiting = alice(played(["alice is placed", "alice rings", "alice's ring timer runs out", "step 1: hang_up alice"]))
    assert (waiting.ending.cause, waiting.ended_at) == ("ring-timeout", 121_000)
    hasty = alice(played(["alice is placed", "step 1: hang_up alice"]))
    assert (hasty.ringing_at, hasty.ended_at) == (None, 3_000)


def test_what_the_order_does_not_name_comes_after_it_by_itself() -> None:
    found = played(["alice is placed"])
    assert found.simulation.trace_sha256() == played([]).simulation.trace_sha256()
    assert found.complete


def test_time_goes_on_to_the_end_of_the_play_and_not_beyond() -> None:
    assert not alice(played(["alice is placed"], "until: 2s\n")).ended_at


def test_steps_callbacks_and_properties_are_judged_as_ever() -> None:
    more = "never: {alice: {state: in-progress}}\nexpect: {callbacks: [{at: 3s, url: /over}], alice: {cause: cancelled}}\n"
    assert played(BY_ITSELF, more).passed
    answered = played(["alice is placed", "alice rings", "alice answers"], more)
    assert [failure.subject for failure in answered.failures] == ["never", "alice"]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (["alice rings"], "order.yaml:9:5: 'alice rings' cannot come here; what can is 'alice is placed'"),
        (["alice is placed", "alice answers"], "order.yaml:10:5: 'alice answers' cannot come here"),
        (["alice is placed", "alice is placed"], "order.yaml:10:5: 'alice is placed' cannot come here"),
        ([*BY_ITSELF, "alice answers"], "order.yaml:12:5: 'alice answers' cannot come here; nothing can any more"),
        (["bob is placed"], "order.yaml:9:5: 'bob is placed' cannot come here"),
    ],
)
def test_what_cannot_come_where_it_stands_is_an_error_that_says_what_can(order: list[str], message: str) -> None:
    with pytest.raises(InputError) as error:
        played(order)
    assert message in str(error.value)


def test_an_order_that_goes_on_without_end_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.scenario.playing._MOMENTS", 2)
    assert not played(BY_ITSELF).complete
