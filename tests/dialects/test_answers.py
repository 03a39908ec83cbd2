"""Every request that can be made, of every world it can be made in, has exactly one answer, and no answer is spare."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from callsim.dialects import VENDORS, dialect_class, rulebook
from callsim.errors import RulebookError
from callsim.instructions import Conference, Document
from callsim.model import Allowed, By, Manner, StayAlone, Verb
from callsim.rules import Answer, Reply

from .desk import IN, NUMBER, OUR_NUMBER, OUT, Desk

STATES = ("queued", "ringing", "in-progress", "completed")
WORLDS = ("empty", *STATES, "inbound ringing", "inbound in-progress", "in a room", "waiting", "joining", "kicked", "room ended",
          "recorded", "recording paused", "taped and paused", "conference", "call recorded")  # fmt: skip
LIMITED = {"one a second": Allowed(1), "no more at once": Allowed(None, 0)}

_CALL = {"from": OUR_NUMBER, "to": NUMBER, "answer_url": "http://app.test/answer"}
_ADDED = {"role": "agent", "from": OUR_NUMBER, "to": NUMBER}
_MADE = {"extension": "0003*210", "phoneCallView": [{"destination": [NUMBER]}]}
_P, _T, _V = "/v1/Account/$account", "/v1/voice/accounts/$account", "/uapi/phoneCalls"
REQUESTS: dict[str, list[tuple[str, object]]] = {
    "plivo": [
        (f"DELETE {_P}/Call/$anna/", None), (f"DELETE {_P}/Call/4711/", None), (f"DELETE {_P}/Call/", None),
        (f"DELETE {_P}/Request/$anna.request_uuid/", None), (f"DELETE {_P}/Request/4711/", None),
        (f"POST {_P}/Call/", _CALL), (f"POST {_P}/Call/", {}),
        (f"POST {_P}/Call/", {**_CALL, "to": f"{NUMBER}<{NUMBER}"}), (f"POST {_P}/Call/", {**_CALL, "callback_url": "http://app.test/later"}),
        *((f"{method} {_P}/{whom}/{what}/", body)
          for whom in ("Call/$anna", "Call/4711", "MultiPartyCall/name_room/Member/all", "MultiPartyCall/name_room/Member/101")
          for method, what, body in (
              ("POST", "Record", None), ("DELETE", "Record", None), ("POST", "Play", {"urls": "x"}), ("POST", "Play", {}),
              ("DELETE", "Play", None), ("POST", "Speak", {"text": "x"}), ("POST", "Speak", {}), ("DELETE", "Speak", None),
              ("POST", "DTMF", {"digits": "1"}), ("POST", "DTMF", {}))),
        *((f"{method} {_P}/MultiPartyCall/name_room/Participant/{who}/Record/{path}", None)
          for who in ("101", "all", "999") for method, path in (("POST", ""), ("DELETE", ""), ("POST", "Pause/"), ("POST", "Resume/"))),
        (f"DELETE {_P}/MultiPartyCall/name_room/", None), (f"DELETE {_P}/MultiPartyCall/uuid_$room/", None),
        *((f"POST {_P}/MultiPartyCall/name_room/Participant/{member}/", body) for member in ("101", "102,101", "999", "all")
          for body in ({"mute": True}, {"mute": False}, {"mute": "true", "hold": "false", "coach_mode": True}, {"mute": "loud"}, {})),
        (f"POST {_P}/MultiPartyCall/uuid_$room/Participant/101/", {"hold": True}),
        *((f"POST {_P}/MultiPartyCall/name_room/Participant/", {**_ADDED, "role": role, "to": "<".join([NUMBER] * many)})
          for role, many in (("agent", 2), ("agent", 11), ("customer", 2))),
        *((f"POST {_P}/MultiPartyCall/{room}/", body)
          for room in ("name_room", "uuid_$room") for body in ({"status": "active"}, {"status": ["active"]}, {})),
        (f"POST {_P}/MultiPartyCall/name_room/Participant/", _ADDED),
        (f"POST {_P}/MultiPartyCall/name_room/Participant/", {"role": "agent", "call_uuid": "$anna"}),
        (f"POST {_P}/MultiPartyCall/name_room/Participant/", {}),
        *((f"{method} {_P}/MultiPartyCall/name_room/Record{path}/", None)
          for method, path in (("POST", ""), ("DELETE", ""), ("POST", "/Pause"), ("POST", "/Resume"))),
        (f"POST {_P}/MultiPartyCall/name_room/Record/", {"recording_callback_url": 7}),
        *((f"{method} {_P}/Conference/yard/{path}", None)
          for method, path in (("DELETE", ""), ("DELETE", "Member/101/"), ("POST", "Member/101/Kick/"))),
        (f"DELETE {_P}/MultiPartyCall/name_room/Participant/101/", None),
        (f"DELETE {_P}/MultiPartyCall/uuid_$room/Participant/101/", None),
        (f"DELETE {_P}/MultiPartyCall/name_room/Participant/all/", None),
        *((f"POST {_P}/Call/{id}/", {"aleg_url": "http://app.test/on"}) for id in ("$anna", "4711")),
        (f"POST {_P}/Call/$anna/", {"legs": "bleg", "bleg_url": "http://app.test/on"}), (f"POST {_P}/Call/$anna/", {}),
        ("GET /v1/nowhere", None), (f"PUT {_P}/Call/", None),
    ],
    "tryvox": [
        (f"DELETE {_T}/calls/$anna", None), (f"DELETE {_T}/calls/4711", None), (f"POST {_T}/calls", _CALL),
        (f"POST {_T}/calls", {}), (f"DELETE {_T}/conferences/room", None),
        *((f"POST {_T}/calls/{id}/transfer", {"to": NUMBER}) for id in ("$anna", "4711")), (f"POST {_T}/calls/$anna/transfer", {}),
        *((f"GET {_T}/{path}", None)
          for path in ("calls", "calls?per_page=0", "calls/$anna", "calls/4711", "conferences", "conferences/room", "conferences/x")),
        ("GET /v1/nowhere", None), (f"PUT {_T}/calls", None),
    ],
    "voipnow": [
        *((f"DELETE {_V}/{user}/{extension}{id}{query}", None)
          for user in ("@me", "9") for extension in ("@self", "0003*210", "9")
          for id in ("", "/$anna", "/4711", "/a-b") for query in ("", "?phoneNumber=x", f"?phoneNumber={NUMBER}", "?phoneNumber=1")),
        *((f"POST {_V}/{user}/{how}", body)
          for user in ("@me", "9") for how in ("simple", "callback", "conferenceInvite") for body in (_MADE, {})),
        *((f"PUT {_V}/{user}/{extension}/{id}", {"action": action, "phoneCallViewId": "00"})
          for user in ("@me", "9") for extension in ("@self", "9") for id in ("$anna", "4711", "a-b")
          for action in ("OnHold", "OffHold", "BargeIn", "PickUp", "Dance")),
        ("GET /v1/nowhere", None), (f"PUT {_V}/@me/simple", None),
    ],
}  # fmt: skip


def world(vendor: str, kind: str, assume: dict[str, str]) -> Desk:
    """A desk over a world of that kind; `anna` is in it unless it is empty."""
    desk = Desk(vendor, assume)
    if kind in STATES:
        desk.place("anna", kind)
    elif kind.startswith("inbound"):
        desk.place("anna", kind.removeprefix("inbound "), IN)
    elif kind in LIMITED:
        desk.switch.allowed = LIMITED[kind]
        desk.place("anna")
    elif kind == "conference":
        desk.place("anna", "ringing", IN)
        desk.say(Verb.RUN, "anna", By.DOCUMENT, Document((Conference("yard"),)))
    elif kind == "call recorded":
        desk.place("anna", "in-progress")
        desk.say(Verb.RECORD_CALL, "anna", By.API)
    elif kind != "empty":
        manner = Manner(starts=kind != "waiting")
        desk.add("anna", answered=kind != "joining", stay_alone=StayAlone.YES, manner=manner)
        desk.add("bert", manner=manner)
        desk.say(Verb.KICK, "anna", By.API) if kind == "kicked" else None
        desk.say(Verb.STOP, "room", By.API) if kind == "room ended" else None
        desk.say(Verb.RECORD, "room", By.API) if "record" in kind else None
        desk.say(Verb.PAUSE_RECORDING, "room", By.API) if kind == "recording paused" else None
        desk.say(Verb.RECORD_CALL, "anna", By.API) if kind in ("recorded", "taped and paused") else None
        desk.say(Verb.PAUSE_CALL_RECORDING, "anna", By.API) if kind == "taped and paused" else None
    return desk


def asked(vendor: str, assume: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Route and reply of every request in every world."""
    kinds = (*WORLDS, *LIMITED)
    for kind in kinds if vendor == "plivo" else (kind for kind in kinds if kind != "kicked"):  # the others cannot kick
        made = world(vendor, kind, assume)
        for line, body in REQUESTS[vendor]:
            desk = made.copy()
            for name, stand_in in (("$anna.request_uuid", "4711"), ("$anna", "4711"), ("$room", "4711")):
                known = name.lstrip("$").partition(".")[0] in {**desk.switch.calls, **desk.switch.mpcs}
                line = line if known else line.replace(name, stand_in)
            if isinstance(body, dict) and body.get("call_uuid") == "$anna":
                body = {**body, "call_uuid": desk.id("anna") if "anna" in desk.switch.calls else "4711"}
            response = desk.ask(line, body)
            route, _, reply = response.rule.removeprefix("answer.").rpartition(".")
            assert route in (desk.plan.route, f"{vendor}.later")
            yield route, reply
        for line in made.speaks.looks(made.switch):
            response = made.ask(line)
            assert not made.plan.commands, f"{line} changes something"
            yield made.plan.route, response.rule.removeprefix(f"answer.{made.plan.route}.")
    desk = world(vendor, "empty", assume)
    for route, reply in desk.speaks.rulebook.answers:
        if route.endswith(".door"):
            yield route, desk.speaks.at_the_door(reply, 1).rule.removeprefix(f"answer.{route}.")


@cache
def choices(vendor: str) -> list[dict[str, str]]:
    """No assumption chosen, and each one chosen otherwise."""
    assumptions = dialect_class(vendor).vendor.assumptions
    return [{}, *({each.id: value} for each in assumptions if not each.reserved for value in each.choices)]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_answer_is_reached_and_everything_reached_is_answered(vendor: str) -> None:
    reached = {(route, Reply(reply)) for route, reply in asked(vendor, {})}
    assert reached == set(rulebook(vendor).answers)


@pytest.mark.parametrize(("vendor", "assume"), [(vendor, assume) for vendor in VENDORS for assume in choices(vendor)[1:]], ids=str)
def test_whatever_is_assumed_every_request_is_answered(vendor: str, assume: dict[str, str]) -> None:
    assert all(asked(vendor, assume))


AT_THE_DOOR = {Reply.UNAUTHORIZED, Reply.TOO_MANY, Reply.TOO_LARGE, Reply.BAD_JSON, Reply.FAILED, Reply.UNAVAILABLE}


@pytest.mark.parametrize("vendor", VENDORS)
def test_whoever_answers_at_the_door_answers_all_that_can_go_wrong_there(vendor: str) -> None:
    answered = {reply for route, reply in rulebook(vendor).answers if route == f"{vendor}.door"}
    assert not answered or answered >= AT_THE_DOOR


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_answer_without_a_body_has_no_content_type_and_one_with_a_body_has(vendor: str) -> None:
    desk = Desk(vendor)
    for row in desk.speaks.rulebook.rows.values():
        if isinstance(row, Answer):
            assert (row.status == 204) is (row.body is None)


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_answer_that_was_taken_away_is_missed(vendor: str) -> None:
    desk = Desk(vendor)
    rows = [row for row in desk.speaks.rulebook.rows.values() if row.id != f"answer.{vendor}.nowhere.unknown"]
    desk.speaks.rulebook = desk.speaks.rulebook.with_rows(rows)
    with pytest.raises(RulebookError, match=f"{vendor} has no answer for {vendor}.nowhere when it comes to unknown"):
        desk.ask("GET /nowhere")


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_answer_tells_every_rule_it_stands_on(vendor: str) -> None:
    desk = Desk(vendor)
    desk.place("anna", "ringing", OUT)
    response = desk.ask(REQUESTS[vendor][0][0].replace("@me/@self", "@me/@self/$anna"))
    assert set(response.rules) <= set(desk.speaks.rulebook.rows)
    assert response.rules[-1] == response.rule
    assert {rule.partition(".")[0] for rule in response.rules} >= {"route", "call", "answer"}
    assert response.basis == desk.speaks.rulebook.rows[response.rule].basis.kind
