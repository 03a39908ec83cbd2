"""Calls that dial others, as far as no table can say it: what legs are called, and what a copy of a world keeps of them."""

from __future__ import annotations

from callsim.model import Dials, Leg
from callsim.properties import check_all

from .language import tell
from .worlds import world


def test_a_leg_has_the_name_that_was_given_to_its_number_and_the_first_of_several_that_is_free() -> None:
    switch = world(["place ann in", "place bob out"])
    switch.leg_names = {("ann", "+1"): ("bob", "cyd"), ("ann", "+9"): ("dan",)}
    tell(switch, ["run ann dial-three"])
    assert [leg.name for leg in switch.conversations["ann/dial#1"].legs] == ["cyd", "ann-leg-1", "ann-leg-2"]


def test_a_leg_that_nobody_has_named_takes_no_name_that_is_taken() -> None:
    switch = world(["place ann-leg-1 out", "place ann in", "run ann dial-three"])
    assert [leg.name for leg in switch.conversations["ann/dial#1"].legs] == ["ann-leg-2", "ann-leg-3", "ann-leg-4"]


def test_a_copy_of_a_world_has_conversations_of_its_own() -> None:
    switch = world(["place ann in", "run ann dial-three wait", "ring ann-leg-1 carrier", "answer ann-leg-1 far-party"])
    twin = switch.copy()
    tell(twin, ["hang_up ann-leg-1 far-party"])
    check_all(twin)
    check_all(switch)
    kept, gone = switch.conversations["ann/dial#1"], twin.conversations["ann/dial#1"]
    assert (str(kept.state), str(gone.state)) == ("joined", "over")
    assert kept.joined is switch.calls["ann-leg-1"]
    assert gone.joined is twin.calls["ann-leg-1"]
    assert [leg.leg_of for leg in gone.legs] == [gone] * 3
    assert gone.action is not None
    assert (gone.action.conversation, gone.action.dials) == (gone, Dials.DONE)


def test_a_dial_of_long_ago_is_known_no_more_to_the_call_but_to_its_legs() -> None:
    switch = world(["place ann in", "run ann dial", "busy ann-leg-1 far-party", "place bob in"])
    for _ in range(40):
        tell(switch, ["run bob wait wait"])
    tell(switch, ["run bob dial"])
    for _ in range(40):
        tell(switch, ["run bob wait"])
    one = switch.conversations[next(name for name in switch.conversations if name.startswith("bob/"))]
    assert one.action is None
    copied = switch.copy().conversations[one.name]
    assert (copied.action, copied.legs[0].leg) == (None, Leg.DIALLED)


def test_a_far_end_is_asked_for_with_every_leg() -> None:
    switch = world(["place ann in"])
    (outcome,) = tell(switch, ["run ann dial-three"])
    assert [(str(todo.kind), todo.name) for todo in outcome.todos] == [("placed", f"ann-leg-{number}") for number in (1, 2, 3)]
    assert [leg.placement.to for leg in switch.conversations["ann/dial#1"].legs] == ["+1", "+2", "sip:cyd@phone"]
    assert {leg.placement.from_ for leg in switch.conversations["ann/dial#1"].legs} == {"+7"}
    tell(switch, ["run ann dial-followed"])
    assert switch.calls["ann-leg-4"].placement.from_ == "+9"
