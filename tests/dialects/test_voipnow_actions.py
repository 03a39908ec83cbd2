"""VoipNow: what can be done to a phone call while it goes on, what comes of it, and how it is written."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.dialects import dialect
from callsim.dialects.voipnow import actions
from callsim.errors import UsageError
from callsim.model import Verb
from callsim.switch import Switch

from .desk import IN, OUT, Desk, table

VIEW = {"phoneCallViewId": "00"}
PATH = "/uapi/phoneCalls/@me/@self/$anna"


def did(desk: Desk, action: str, **more: Any) -> str:
    """What asking for an action comes to: the status, and the error's code if there is one."""
    response = desk.ask(f"PUT {PATH}", {"action": action, **VIEW, **more})
    code = response.body["error"]["code"] if response.status >= 400 else ""
    return f"{response.status} {code}".strip()


DONE = """
state       | before         | action              | came | runs
------------|----------------|---------------------|------|-----------
queued      |                | OnHold              | 204  |
            |                | Park                | 204  |
            |                | StartRecording      | 204  |
            |                | Transfer            | 204  |
            |                | TransferToVoicemail | 204  |
            |                | PickUp              | 204  |
ringing     |                | OnHold              | 204  |
            |                | OffHold             | 204  |
            |                | Park                | 204  |
            |                | UnPark              | 204  |
            |                | StartRecording      | 204  |
            |                | StopRecording       | 204  |
            |                | Transfer            | 204  |
            |                | TransferToVoicemail | 204  |
            |                | PickUp              | 204  |
            |                | BargeIn             | 501 request_not_implemented |
in-progress |                | OnHold              | 200  | hold
            | OnHold         | OnHold              | 204  | hold
            | OnHold         | OffHold             | 200  |
            |                | OffHold             | 204  |
            |                | Park                | 200  | park
            | Park           | Park                | 204  | park
            | OnHold         | Park                | 200  | park
            | Park           | OnHold              | 204  | park
            | Park           | UnPark              | 200  |
            |                | UnPark              | 204  |
            |                | StartRecording      | 200  | recording
            | StartRecording | StartRecording      | 204  | recording
            | StartRecording | StopRecording       | 200  |
            |                | StopRecording       | 204  |
            | StartRecording | Park                | 200  | recording park
            | OnHold         | Transfer            | 200  |
            | StartRecording | Transfer            | 200  | recording
            | Park           | TransferToVoicemail | 200  |
            |                | PickUp              | 204  |
            |                | BargeIn             | 501 request_not_implemented |
            |                | Whisper             | 501 request_not_implemented |
            |                | Monitor             | 501 request_not_implemented |
completed   |                | OnHold              | 400 pc_phonecall_invalid |
            |                | BargeIn             | 400 pc_phonecall_invalid |
"""


@pytest.mark.parametrize("row", [[*row, ""][:5] for row in table(DONE)], ids=" ".join)
def test_an_action_comes_to_this(row: list[str]) -> None:
    state, before, action, came, runs = row
    desk = Desk("voipnow")
    call = desk.place("anna", state)
    if before:
        assert did(desk, before) == "200"
    assert did(desk, action, sendCallTo="0003*211") == came
    assert [each.kind for each in call.actions if each.ended_at is None] == runs.split()


def test_an_inbound_call_that_rings_can_be_picked_up_and_sent_to_the_voice_mail() -> None:
    for action in ("PickUp", "TransferToVoicemail"):
        desk = Desk("voipnow")
        call = desk.place("anna", "ringing", IN)
        assert did(desk, action, sendCallTo="0003*211") == "200"
        assert call.state == "in-progress"


MALFORMED: list[Any] = [
    None, "OnHold", [], {}, {"action": "Dance", **VIEW}, {"action": "OnHold"}, {"action": "OnHold", "phoneCallViewId": "01"},
    {"action": "onhold", **VIEW}, {"action": "Park", **VIEW, "maxInParking": "9"}, {"action": "Park", **VIEW, "maxInParking": 3601},
    {"action": "Park", **VIEW, "maxInParking": "soon"}, {"action": "Park", **VIEW, "maxInParking": -20}, {"action": "Transfer"},
    {"action": "Transfer", "sendCallTo": "home"}, {"action": "Transfer", "sendCallTo": "1", "phoneCallViewId": "7"},
    {"action": "TransferToVoicemail"}, {"action": {"a": 1}, **VIEW}, {"action": "Park", **VIEW, "maxInParking": "9" * 5000},
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: str(body)[:60])
def test_what_is_no_action_is_an_error(body: Any) -> None:
    desk = Desk("voipnow")
    call = desk.place("anna", "in-progress")
    response = desk.ask(f"PUT {PATH}", body)
    assert (response.status, response.outcome) == (400, "bad-request")
    assert not call.actions


@pytest.mark.parametrize(("said", "length"), [(None, 180_000), (10, 10_000), ("3600", 3_600_000), ("0010", 10_000)])
def test_a_call_is_parked_for_so_long(said: Any, length: int) -> None:
    desk = Desk("voipnow")
    call = desk.place("anna", "in-progress")
    assert did(desk, "Park", **({} if said is None else {"maxInParking": said})) == "200"
    assert call.actions[-1].length == length


def test_a_view_tells_since_when_it_is_on_hold_parked_and_recorded() -> None:
    desk = Desk("voipnow")
    desk.place("anna", "in-progress")
    desk.now = 1_000
    did(desk, "StartRecording"), did(desk, "OnHold")
    recording, hold = "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:02.000Z"
    assert desk.words() == {"status": 5, "text": "on call", "onHold": recording, "recording": recording}
    desk.now = 2_000
    (view,) = desk.ask(f"PUT {PATH}", {"action": "Park", **VIEW}).body["phoneCallView"]
    assert (view["recording"], view["parked"], view["parkedBy"]) == (recording, hold, "0003*210")
    assert "onHold" not in view
    (ended,) = desk.ask(f"DELETE {PATH}").body[0]["phoneCallView"]
    assert not {"recording", "parked", "parkedBy", "onHold"} & set(ended)


@pytest.mark.parametrize(("choice", "came"), [("200", "200"), ("400", "400 pc_phonecall_invalid")])
def test_what_cannot_be_done_may_come_to_something_else(choice: str, came: str) -> None:
    desk = Desk("voipnow", {"voipnow.action.no_effect": choice})
    desk.place("anna", "ringing")
    assert did(desk, "OnHold") == did(desk, "UnPark") == came


def test_what_has_no_model_may_be_said_to_be_done_and_changes_nothing() -> None:
    desk = Desk("voipnow", {"voipnow.action.not_implemented": "200"})
    call = desk.place("anna", "in-progress")
    before = desk.switch.key()
    assert did(desk, "BargeIn") == did(desk, "Whisper") == did(desk, "Monitor") == "200"
    assert (desk.switch.key(), list(call.actions)) == (before, [])


OTHERWISE = [
    ({"voipnow.pick_up": "501"}, "PickUp", "501 request_not_implemented", "ringing"),
    ({"voipnow.voicemail.ringing": "refused"}, "TransferToVoicemail", "204", "ringing"),
]


@pytest.mark.parametrize(("assume", "action", "came", "state"), OTHERWISE)
def test_a_ringing_call_may_be_left_alone(assume: dict[str, str], action: str, came: str, state: str) -> None:
    desk = Desk("voipnow", assume)
    call = desk.place("anna", "ringing", IN)
    assert did(desk, action, sendCallTo="0003*211") == came
    assert call.state == state


WHOSE = [
    ("@me/0003*211/$anna", 400, "unknown"), ("@me/0009*1/$anna", 400, "bad-extension"), ("9/@self/$anna", 400, "bad-user"),
    ("@me/@self/4711", 400, "unknown"), ("@me/@self/47-11", 400, "bad-id"), ("@owner/0003*210/$anna", 200, "done"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status", "outcome"), WHOSE)
def test_an_action_is_done_to_the_phone_calls_that_a_request_may_act_for(path: str, status: int, outcome: str) -> None:
    desk = Desk("voipnow")
    desk.place("anna", "in-progress", OUT, extension="0003*210")
    response = desk.ask(f"PUT /uapi/phoneCalls/{path}", {"action": "OnHold", **VIEW})
    assert (response.status, response.outcome) == (status, outcome)


def test_our_verbs_are_written_as_actions() -> None:
    desk = Desk("voipnow")
    desk.place("anna", "in-progress")
    made = {verb: desk.speaks.say(verb, "anna", desk.switch).body for verb in actions.VERBS}
    assert {verb: body["action"] for verb, body in made.items()} == {
        Verb.HOLD_CALL: "OnHold", Verb.UNHOLD_CALL: "OffHold", Verb.PARK: "Park", Verb.UNPARK: "UnPark",
        Verb.RECORD_CALL: "StartRecording", Verb.STOP_RECORDING: "StopRecording", Verb.REFER: "Transfer",
        Verb.DIVERT: "TransferToVoicemail",
    }  # fmt: skip
    parked = desk.speaks.say(Verb.PARK, "anna", desk.switch, 30_000)
    assert parked.body == {"action": "Park", "phoneCallViewId": "00", "maxInParking": 30}
    assert parked.line == f"PUT /uapi/phoneCalls/@me/0003*210/{desk.id('anna')}"
    for verb in actions.VERBS:
        assert desk.speaks.read(desk.speaks.say(verb, "anna", desk.switch), desk.switch).command is not None


def test_of_a_call_that_is_not_placed_yet_no_action_can_be_asked() -> None:
    spoken = dialect("voipnow")
    for verb in actions.VERBS:
        with pytest.raises(UsageError, match="there is no call 'ann' yet"):
            spoken.say(verb, "ann", Switch(spoken.rulebook))
