"""What Plivo lets be heard and recorded while a call goes on."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.instructions import Dial, Document, Number
from callsim.model import By, Recorded, Verb

from .desk import IN, NUMBER, OUR_NUMBER, Desk

P = "/v1/Account/$account"
SAYS: list[tuple[str, str, Any, int, str | None]] = [
    ("POST", "Play", {"urls": "http://app.test/tune.mp3", "call_uuid": "$anna"}, 202, "play started"),
    ("POST", "Play", {"urls": ["http://app.test/tune.mp3"], "loop": "true", "legs": "both"}, 202, "play started"),
    ("DELETE", "Play", {"call_uuid": "$anna"}, 204, None),
    ("POST", "Speak", {"text": "hello", "voice": "WOMAN"}, 202, "speak started"),
    ("DELETE", "Speak", {}, 204, None),
    ("POST", "DTMF", {"digits": "1w2", "leg": "aleg"}, 202, "digits sent"),
]


@pytest.mark.parametrize(("method", "what", "body", "status", "message"), SAYS)
def test_a_call_that_goes_on_hears_it_and_nothing_else_becomes_of_it(
    method: str, what: str, body: Any, status: int, message: str | None
) -> None:
    desk = Desk("plivo")
    desk.place("anna", "in-progress")
    before = desk.switch.key()
    response = desk.ask(f"{method} {P}/Call/$anna/{what}/", body)
    assert (response.status, response.body and response.body["message"]) == (status, message)
    assert desk.switch.key() == before


@pytest.mark.parametrize("assume", ["404", "400"])
@pytest.mark.parametrize("state", ["queued", "ringing", "completed"])
@pytest.mark.parametrize(("method", "what", "body"), [*(each[:3] for each in SAYS), ("POST", "Record", None), ("DELETE", "Record", None)])
def test_a_call_that_does_not_go_on_hears_nothing(method: str, what: str, body: Any, state: str, assume: str) -> None:
    desk = Desk("plivo", {"plivo.heard.not_live": assume})
    desk.place("anna", state)
    assert desk.ask(f"{method} {P}/Call/$anna/{what}/", body).status == int(assume)
    assert desk.ask(f"{method} {P}/Call/4711/{what}/", body).status == 404


@pytest.mark.parametrize(
    ("what", "body", "problem"),
    [
        ("Play", {}, "urls parameter is missing"), ("Play", None, "urls parameter is missing"), ("Speak", [], "text parameter is missing"),
        ("DTMF", {"digits": ""}, "digits parameter is missing"), ("Speak", {"text": "x", "legs": "cleg"}, "legs parameter is not valid"),
    ],
)  # fmt: skip
def test_what_says_nothing_to_be_heard_is_refused(what: str, body: Any, problem: str) -> None:
    desk = Desk("plivo")
    desk.place("anna", "in-progress")
    response = desk.ask(f"POST {P}/Call/$anna/{what}/", body)
    assert (response.status, response.body["error"]) == (400, problem)


def test_the_other_leg_hears_what_is_meant_for_it_if_there_is_one() -> None:
    desk = Desk("plivo")
    desk.place("anna", "in-progress", IN)
    told = {"text": "hello", "legs": "bleg"}
    assert desk.ask(f"POST {P}/Call/$anna/Speak/", told).status == 404
    desk.say(Verb.RUN, "anna", By.DOCUMENT, Document((Dial((Number("+15550100004"),)),)))
    (leg,) = (name for name in desk.switch.calls if name != "anna")
    desk.say(Verb.RING, leg, By.CARRIER)
    desk.say(Verb.ANSWER, leg, By.FAR_PARTY)
    for legs, heard in (("aleg", ("anna",)), ("bleg", (leg,)), ("both", ("anna", leg))):
        assert desk.ask(f"POST {P}/Call/$anna/Speak/", {**told, "legs": legs}).status == 202
        assert desk.plan.command is not None
        assert desk.plan.command.target == heard


# -- recordings --------------------------------------------------------------------------------------------------------


def test_a_call_is_recorded_from_a_request_to_a_request() -> None:
    desk = Desk("plivo")
    call = desk.place("anna", "in-progress")
    response = desk.ask(f"POST {P}/Call/$anna/Record/", {"file_format": "wav", "time_limit": 120})
    taped = response.body["recording_id"]
    assert response.status == 202
    assert response.body == {
        "api_id": response.body["api_id"], "message": "call recording started", "recording_id": taped,
        "url": f"https://media.plivo.com/v1/Account/MADEMODEMODEMODEMO00/Recording/{taped}.mp3",
    }  # fmt: skip
    assert call.runs("recording")
    assert desk.ask(f"POST {P}/Call/$anna/Record/").body["recording_id"] == taped
    assert desk.ask(f"DELETE {P}/Call/$anna/Record/", {"URL": response.body["url"]}).status == 204
    assert not call.runs("recording")
    assert desk.ask(f"POST {P}/Call/$anna/Record/").body["recording_id"] != taped


def test_recording_again_and_stopping_what_is_not_recorded_are_assumed_to_be_no_errors() -> None:
    for assume, again, nothing in ((None, 202, 204), ({"plivo.record_call.again": "400", "plivo.record_call.nothing": "404"}, 400, 404)):
        desk = Desk("plivo", assume)
        desk.place("anna", "in-progress")
        assert desk.ask(f"DELETE {P}/Call/$anna/Record/").status == nothing
        desk.ask(f"POST {P}/Call/$anna/Record/")
        assert desk.ask(f"POST {P}/Call/$anna/Record/").status == again


# -- members of a multiparty call ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("member", "heard"), [("101", ["101"]), ("102,101", ["101", "102"]), ("all", ["101", "102"])])
@pytest.mark.parametrize(("what", "body"), [("Play", {"urls": "/tune"}), ("Play", {"url": "/tune"}), ("Speak", {"text": "hi"})])
def test_members_hear_what_is_queued_for_them(what: str, body: dict[str, str], member: str, heard: list[str]) -> None:
    desk = Desk("plivo")
    desk.add("anna", "a b")
    desk.add("bert", "a b")
    path = f"{P}/MultiPartyCall/name_a%20b/Member/{member}/{what}/"
    response = desk.ask(f"POST {path}", body)
    assert response.status == 202
    assert response.body == {
        "api_id": response.body["api_id"], "message": f"{what.lower()} queued into MPC", "mpcMemberId": heard, "mpcName": "a b",
    }  # fmt: skip
    assert desk.ask(f"DELETE {path}", {}).status == 204


def test_who_is_not_in_a_multiparty_call_hears_nothing_of_it() -> None:
    desk = Desk("plivo")
    desk.add("anna", answered=False)
    path = f"{P}/MultiPartyCall/name_room/Member"
    asked = {"text": "hello"}
    assert [desk.ask(f"POST {path}/{who}/Speak/", asked).status for who in ("101", "999", "all")] == [404, 404, 404]
    assert desk.ask(f"POST {P}/MultiPartyCall/name_x/Member/101/Speak/", asked).body["error"] == "not found"
    assert desk.ask(f"POST {path}/101/Speak/", {}).body["error"] == "text parameter is missing"
    assert desk.switch.calls["anna"].placement.from_ == OUR_NUMBER != NUMBER


def test_a_participant_is_recorded_as_a_call_is() -> None:
    for assume, again, nothing in ((None, 202, 204), ({"plivo.record_call.again": "400", "plivo.record_call.nothing": "404"}, 400, 404)):
        desk = Desk("plivo", assume)
        call = desk.add("anna")
        path = f"{P}/MultiPartyCall/name_room/Participant/101/Record/"
        assert desk.ask(f"DELETE {path}").status == nothing
        response = desk.ask(f"POST {path}", {"record_track_type": "participant"})
        taped = response.body["recording_id"]
        assert response.body == {
            "api_id": response.body["api_id"], "message": "MPC: room record started", "recording_id": taped,
            "recording_url": f"https://media.plivo.com/v1/Account/MADEMODEMODEMODEMO00/Recording/{taped}.mp3",
        }  # fmt: skip
        assert call.runs("recording")
        assert desk.ask(f"POST {path}").status == again
        assert desk.ask(f"DELETE {path}").status == 204
        assert not call.runs("recording")


def test_the_recording_of_a_participant_is_paused_and_goes_on() -> None:
    for assume, again, none in ((None, 204, 404), ({"plivo.record_call.again": "400", "plivo.record_call.no_pause": "400"}, 400, 400)):
        desk = Desk("plivo", assume)
        call = desk.add("anna")
        path = f"{P}/MultiPartyCall/name_room/Participant/101/Record"
        assert [desk.ask(f"POST {path}/{word}/").status for word in ("Pause", "Resume")] == [none, none]
        taped = desk.ask(f"POST {path}/").body["recording_id"]
        assert [desk.ask(f"POST {path}/Pause/").status for _ in range(2)] == [204, again]
        assert call.recorded is Recorded.PAUSED
        assert desk.ask(f"POST {path}/").status == (202 if again == 204 else 400)
        assert [desk.ask(f"POST {path}/Resume/").status for _ in range(2)] == [204, again]
        assert call.recorded is Recorded.YES
        assert desk.ask(f"POST {path}/Pause/").status == 204
        assert desk.ask(f"DELETE {path}/").status == 204
        assert call.recorded is Recorded.NO
        assert not call.runs("recording-pause")
        assert desk.ask(f"POST {path}/").body["recording_id"] != taped
        assert call.recorded is Recorded.YES
        assert desk.ask(f"POST {P}/MultiPartyCall/name_x/Participant/101/Record/Pause/").status == 404
