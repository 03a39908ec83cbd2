"""What TryVox and VoipNow can be asked to do with a call beside carrying it."""

from __future__ import annotations

import pytest

from callsim.dialects import dialect_class
from callsim.model import Handling, MachineDetection, Placement, Verb
from callsim.switch import Switch

from .desk import NUMBER, OUR_NUMBER, Desk

MADE = {"from": OUR_NUMBER, "to": NUMBER, "answer_url": "http://app.test/answer"}


@pytest.mark.parametrize(("word", "how"), [("true", MachineDetection.TOLD), (True, MachineDetection.TOLD), ("hangup", MachineDetection.HANGUP)])
def test_tryvox_is_asked_who_answers(word: object, how: MachineDetection) -> None:
    desk = Desk("tryvox")
    assert desk.ask("POST /v1/voice/accounts/$account/calls", {**MADE, "machine_detection": word}).status == 201
    assert next(iter(desk.switch.calls.values())).placement.handling == Handling(machine_detection=how)


def test_tryvox_is_not_asked_with_another_word() -> None:
    desk = Desk("tryvox")
    desk.ask("POST /v1/voice/accounts/$account/calls", {**MADE, "machine_detection": "maybe"})
    assert next(iter(desk.switch.calls.values())).placement.handling is None


@pytest.mark.parametrize("handling", [None, Handling(machine_detection=MachineDetection.HANGUP)])
def test_what_tryvox_is_asked_goes_through_a_request(handling: Handling | None) -> None:
    desk = Desk("tryvox")
    placed = Placement(from_=OUR_NUMBER, to=NUMBER, answer_url="/a", handling=handling)
    asked = desk.speaks.say(Verb.PLACE, "anna", Switch(desk.speaks.rulebook), placed)
    command = desk.speaks.read(asked, Switch(desk.speaks.rulebook)).command
    assert command is not None
    assert command.detail.handling == handling


@pytest.mark.parametrize(
    ("ring", "longest", "query"),
    [(None, None, ""), (30_000, None, "?waitForPickup=30"), (None, 60_000, "?callDuration=60"),
     (30_000, 60_000, "?waitForPickup=30&callDuration=60")],
)  # fmt: skip
def test_voipnow_takes_how_long_a_phone_call_rings_and_lasts(ring: int | None, longest: int | None, query: str) -> None:
    desk = Desk("voipnow")
    asked = desk.speaks.say(Verb.PLACE, "anna", desk.switch, Placement(to=NUMBER, ring_timeout=ring, time_limit=longest))
    assert asked.line.partition("?")[1] + asked.line.partition("?")[2] == query
    command = desk.speaks.read(asked, desk.switch).command
    assert command is not None
    assert (command.detail.ring_timeout, command.detail.time_limit) == (ring, longest)


def test_what_a_platform_can_be_asked_is_told_by_its_dialect() -> None:
    asked = {vendor: dialect_class(vendor).handles for vendor in ("plivo", "tryvox", "voipnow")}
    assert asked["voipnow"] == ()
    assert asked["tryvox"] == ("machine_detection",)
    assert set(asked["plivo"]) > {"hangup_on_ring", "machine_detection"}
