"""What Plivo's requests ask of the platform, and that there is a way to every code of its table."""

from __future__ import annotations

import pytest

from callsim.dialects import rulebook
from callsim.dialects.plivo import platform
from callsim.dialects.plivo.causes import CAUSES, FAILURES
from callsim.errors import UsageError
from callsim.model import Answerer, By, Handling, MachineDetection, Placement, Verb

from .desk import NUMBER, OUR_NUMBER, Desk

MADE = {"from": OUR_NUMBER, "to": NUMBER, "answer_url": "http://app.test/answer"}
PATH = "POST /v1/Account/$account/Call/"
URL = "http://app.test/machine"
NO_WAY_YET = {9110}
"""Nobody presses a key to confirm that they are there."""


def ways() -> set[int]:
    """Every code that some ending is spelled with, whatever is assumed, and every one that a call can fail with."""
    book = rulebook("plivo")
    chosen = [{each.id: value} for each in book.assumptions.values() if not each.reserved for value in each.choices]
    rows = (row for assume in ({}, *chosen) for row in rulebook("plivo", assume).spellings if row.of == "ending")
    return {int(row.words["code"]) for row in rows if row.words["code"] != "by-code"} | set(FAILURES)


def test_a_call_can_end_with_every_code_of_the_table() -> None:
    assert set(CAUSES) - ways() <= NO_WAY_YET


@pytest.mark.parametrize(
    ("asked", "handling"),
    [
        ({}, None),
        ({"hangup_on_ring": 0}, Handling(0)),
        ({"hangup_on_ring": "5"}, Handling(5_000)),
        ({"hangup_on_ring": -1}, None),
        ({"machine_detection": "true"}, Handling(None, MachineDetection.TOLD)),
        ({"machine_detection": True}, Handling(None, MachineDetection.TOLD)),
        ({"machine_detection": "hangup", "machine_detection_time": 3000}, Handling(None, MachineDetection.HANGUP, 3_000)),
        ({"machine_detection": "hangup", "machine_detection_time": 1999}, Handling(None, MachineDetection.HANGUP)),
        ({"machine_detection": "hangup", "machine_detection_time": 10001}, Handling(None, MachineDetection.HANGUP)),
        ({"machine_detection": "true", "machine_detection_url": URL}, Handling(None, MachineDetection.TOLD, None, URL)),
        ({"machine_detection": "maybe", "machine_detection_url": URL, "machine_detection_time": 3000}, None),
    ],
)  # fmt: skip
def test_a_request_asks_for_what_it_says(asked: dict[str, object], handling: Handling | None) -> None:
    desk = Desk("plivo")
    assert desk.ask(PATH, {**MADE, **asked}).status == 201
    call = next(iter(desk.switch.calls.values()))
    assert call.placement.handling == handling


@pytest.mark.parametrize("name", ["ring_timeout", "time_limit", "hangup_on_ring", "machine_detection_time"])
def test_a_limit_that_is_none_may_be_refused_by_name(name: str) -> None:
    refusing = Desk("plivo", {"plivo.limits.nonsense": "refused"})
    response = refusing.ask(PATH, {**MADE, name: "soon"})
    assert (response.status, response.body["error"]) == (400, f"{name} parameter is not valid")
    assert "limit.nonsense" in response.rules
    assert Desk("plivo").ask(PATH, {**MADE, name: "soon"}).status == 201
    assert "limit.nonsense" not in refusing.ask(PATH, {**MADE, name: ""}).rules


def test_a_machine_detection_url_is_a_text() -> None:
    assert Desk("plivo").ask(PATH, {**MADE, "machine_detection_url": 7}).status == 400


@pytest.mark.parametrize("handling", [Handling(0), Handling(7_000), Handling(None, MachineDetection.HANGUP, 2_500, URL)])
def test_what_is_asked_of_the_platform_goes_through_a_request(handling: Handling) -> None:
    assert platform.handling(platform.asking(Placement(handling=handling))) == handling


def test_a_request_writes_whole_seconds_only() -> None:
    with pytest.raises(UsageError, match="hangup_on_ring in whole seconds"):
        platform.asking(Placement(handling=Handling(1_500)))


@pytest.mark.parametrize(
    ("how", "answerer", "lasts", "told"),
    [
        (MachineDetection.TOLD, Answerer.MACHINE, 6_000, True),
        (MachineDetection.TOLD, Answerer.MACHINE, 4_000, False),
        (MachineDetection.TOLD, None, 6_000, False),
        (MachineDetection.NONE, Answerer.MACHINE, 6_000, False),
    ],
)
def test_a_hangup_callback_tells_of_a_machine_that_was_found(
    how: MachineDetection, answerer: Answerer | None, lasts: int, told: bool
) -> None:
    desk = Desk("plivo")
    handling = Handling(hangup_on_ring=None if how is not MachineDetection.NONE else 60_000, machine_detection=how)
    desk.place("anna", "ringing", handling=handling)
    desk.say(Verb.ANSWER, "anna", By.FAR_PARTY, answerer)
    desk.now = lasts
    desk.say(Verb.HANG_UP, "anna", By.API)
    known = platform.machine_known(desk.switch.calls["anna"], desk.speaks.rulebook)
    assert known == ({"Machine": "true"} if told else {})


@pytest.mark.parametrize(
    ("how", "answerer", "then", "machine"),
    [
        (MachineDetection.TOLD, Answerer.MACHINE, "continue", "true"),
        (MachineDetection.TOLD, Answerer.PERSON, "continue", "false"),
        (MachineDetection.HANGUP, Answerer.MACHINE, "hangup", "true"),
    ],
)
def test_the_url_of_machine_detection_is_told_who_answered_and_what_was_to_be_done_with_machines(
    how: MachineDetection, answerer: Answerer, then: str, machine: str
) -> None:
    desk = Desk("plivo")
    desk.place("anna", "ringing", handling=Handling(machine_detection=how, machine_detection_url=URL))
    desk.say(Verb.ANSWER, "anna", By.FAR_PARTY, answerer)
    told, rules = desk.speaks.callback("machine", desk.switch.calls["anna"], desk.switch)
    assert {key: told[key] for key in ("Event", "Machine", "IfMachine", "CallStatus")} == {
        "Event": "MachineDetection", "Machine": machine, "IfMachine": then, "CallStatus": "in-progress",
    }  # fmt: skip
    assert "spelling.callback.machine" in rules


def test_what_is_known_of_a_machine_waits_for_the_end_and_for_somebody_to_ask() -> None:
    desk = Desk("plivo")
    assert platform.machine_known(desk.place("bert"), desk.speaks.rulebook) == {}
    assert platform.machine_known(desk.place("anna", handling=Handling(0)), desk.speaks.rulebook) == {}
