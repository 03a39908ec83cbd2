"""One request of Plivo's makes as many calls as it names destinations."""

from __future__ import annotations

import pytest

from callsim.model import Allowed

from .desk import NUMBER, OUR_NUMBER, Desk

P = "/v1/Account/$account"
BODY = {"from": OUR_NUMBER, "to": f"{NUMBER}<+15550100001<sip:bob@phone.plivo.com", "answer_url": "http://app.test/answer"}


def test_each_destination_is_a_call_of_its_own() -> None:
    desk = Desk("plivo")
    response = desk.ask(f"POST {P}/Call/", BODY, name="anna<bert<carl")
    assert response.status == 201
    assert response.body == {
        "message": "calls fired", "api_id": response.body["api_id"],
        "request_uuid": [desk.id(name, "request_uuid") for name in ("anna", "bert", "carl")],
    }  # fmt: skip
    assert [call.placement.to for call in desk.switch.calls.values()] == BODY["to"].split("<")
    assert desk.ask(f"DELETE {P}/Call/$bert/").status == 204
    assert list(desk.switch.live) == ["anna", "carl"]


def test_calls_that_nobody_names_are_named_as_others_are() -> None:
    desk = Desk("plivo")
    desk.place("anna")
    for named in (None, "bert", "bert<carl"):
        made = desk.copy()
        made.ask(f"POST {P}/Call/", BODY, name=named)
        assert list(made.switch.calls) == ["anna", "call#2", "call#3", "call#4"]


def test_one_destination_is_one_call_and_keeps_its_name() -> None:
    desk = Desk("plivo")
    response = desk.ask(f"POST {P}/Call/", {**BODY, "to": NUMBER}, name="a<b")
    assert (response.body["message"], list(desk.switch.calls)) == ("call fired", ["a<b"])


@pytest.mark.parametrize(("assume", "message"), [("calls fired", "calls fired"), ("calls queued", "calls queued")])
def test_what_is_said_when_some_wait_is_assumed(assume: str, message: str) -> None:
    desk = Desk("plivo", {"plivo.bulk.queued": assume})
    desk.switch.allowed = Allowed(2)
    assert desk.ask(f"POST {P}/Call/", BODY).body["message"] == message


def test_those_that_are_too_many_at_once_are_rejected_one_by_one() -> None:
    desk = Desk("plivo")
    desk.switch.allowed = Allowed(None, 1)
    response = desk.ask(f"POST {P}/Call/", BODY)
    assert (response.rule, response.body["message"]) == ("answer.plivo.make_calls.exceeded", "calls fired")
    assert len(desk.switch.live) == 1


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("<".join([NUMBER] * 1001), "to parameter may name at most 1000 destinations"),
        (f"{NUMBER}<", "to parameter names an empty destination"),
        (f"{NUMBER}< <1", "to parameter names an empty destination"),
    ],
    ids=["too many", "nobody last", "nobody between"],
)
def test_too_many_destinations_and_none_are_refused(to: str, error: str) -> None:
    desk = Desk("plivo")
    response = desk.ask(f"POST {P}/Call/", {**BODY, "to": to})
    assert (response.status, response.body["error"], desk.switch.calls) == (400, error, {})


def test_a_thousand_can_be_called() -> None:
    desk = Desk("plivo")
    assert len(desk.ask(f"POST {P}/Call/", {**BODY, "to": "<".join([NUMBER] * 1000)}).body["request_uuid"]) == 1000
