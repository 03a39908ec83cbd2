"""What each vendor's request to end one call comes to, in every state, and how it then says that the call ended."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.model import By, Verb

from .desk import IN, OUT, Desk, table

REQUESTS = {
    "plivo call": ("plivo", "DELETE /v1/Account/$account/Call/$anna/"),
    "plivo request": ("plivo", "DELETE /v1/Account/$account/Request/$anna.request_uuid/"),
    "plivo all": ("plivo", "DELETE /v1/Account/$account/Call/"),
    "tryvox call": ("tryvox", "DELETE /v1/voice/accounts/$account/calls/$anna"),
    "voipnow call": ("voipnow", "DELETE /uapi/phoneCalls/@me/0003*210/$anna"),
    "voipnow all": ("voipnow", "DELETE /uapi/phoneCalls/@me/@self"),
}
TABLE = """
request       | direction | state       | status reply         | cause     | by     | words
--------------|-----------|-------------|----------------------|-----------|--------|----------------------------------------
plivo call    | outbound  | queued      | 204 done             | cancelled | api    | code: 1000; source: API Request
              | outbound  | ringing     | 204 done             | cancelled | api    | code: 1000; source: API Request
              | outbound  | in-progress | 204 done             | normal    | api    | code: 4000; source: API Request
              | outbound  | completed   | 404 already          | normal    | callee | code: 4000; source: Callee
              | inbound   | ringing     | 204 done             | cancelled | api    | code: 1000; source: API Request
              | inbound   | in-progress | 204 done             | normal    | api    | code: 4000; source: API Request
              | inbound   | completed   | 404 already          | normal    | caller | code: 4000; source: Caller
plivo request | outbound  | queued      | 204 done             | cancelled | api    | code: 1000; source: API Request
              | outbound  | ringing     | 204 done             | cancelled | api    | code: 1000; source: API Request
              | outbound  | in-progress | 404 refused          |           |        | call_status: in-progress
              | outbound  | completed   | 404 already          | normal    | callee | code: 4000; source: Callee
plivo all     | outbound  | queued      | 204 refused          |           |        | call_status: queued
              | outbound  | ringing     | 204 done             | cancelled | api    | code: 0; source: Unknown
              | outbound  | in-progress | 204 done             | normal    | api    | code: 0; source: Unknown
              | outbound  | completed   | 204 nothing-to-do    | normal    | callee | code: 4000
              | inbound   | ringing     | 204 done             | cancelled | api    | code: 0; source: Unknown
              | inbound   | in-progress | 204 done             | normal    | api    | code: 0; source: Unknown
tryvox call   | outbound  | queued      | 409 refused          |           |        | status: queued
              | outbound  | ringing     | 204 done             | cancelled | api    | status: completed; end_reason: api-hangup
              | outbound  | in-progress | 204 done             | normal    | api    | status: completed; end_reason: api-hangup
              | outbound  | completed   | 404 already          | normal    | callee | end_reason: callee-hangup
              | inbound   | ringing     | 204 done             | cancelled | api    | status: completed; end_reason: api-hangup
              | inbound   | in-progress | 204 done             | normal    | api    | status: completed; end_reason: api-hangup
              | inbound   | completed   | 404 already          | normal    | caller | end_reason: caller-hangup
voipnow call  | outbound  | queued      | 200 done             | cancelled | api    | code: 3; disposition: NO ANSWER
              | outbound  | ringing     | 200 done             | cancelled | api    | code: 3; disposition: NO ANSWER
              | outbound  | in-progress | 200 done             | normal    | api    | code: 0; disposition: ANSWERED
              | outbound  | completed   | 400 already          | normal    | callee | code: 0; disposition: ANSWERED
              | inbound   | ringing     | 200 done             | cancelled | api    | code: 3; disposition: NO ANSWER
              | inbound   | in-progress | 200 done             | normal    | api    | code: 0; disposition: ANSWERED
              | inbound   | completed   | 400 already          | normal    | caller | code: 0; disposition: ANSWERED
voipnow all   | outbound  | queued      | 200 done             | cancelled | api    | code: 3
              | outbound  | ringing     | 200 done             | cancelled | api    | code: 3
              | outbound  | in-progress | 200 done             | normal    | api    | code: 0
              | outbound  | completed   | 204 nothing-to-do    | normal    | callee | code: 0
              | inbound   | ringing     | 200 done             | cancelled | api    | code: 3
"""


@pytest.mark.parametrize("row", table(TABLE), ids=lambda row: " ".join(row[:3]))
def test_hanging_up_comes_to_this(row: list[str]) -> None:
    asked, direction, state, came, cause, by, words = row
    vendor, line = REQUESTS[asked]
    desk = Desk(vendor)
    call = desk.place(state=state, direction=OUT if direction == "outbound" else IN)
    desk.now = 5_000
    response = desk.ask(line)
    assert f"{response.status} {response.outcome}" == came
    assert (call.ending.cause, call.ending.who) == (cause, by) if call.ending else (cause, by) == ("", "")
    found = desk.words()
    assert {key: str(found.get(key)) for key in stated(words)} == stated(words)
    assert response.headers == ({} if response.status == 204 else {"Content-Type": "application/json"})
    assert (response.body is None) is (response.status == 204)


def stated(words: str) -> dict[str, str]:
    return dict(part.split(": ") for part in words.split("; "))


@pytest.mark.parametrize("asked", [name for name in REQUESTS if name.endswith(("call", "request"))])
def test_a_call_nobody_placed_is_not_there(asked: str) -> None:
    vendor, line = REQUESTS[asked]
    desk = Desk(vendor)
    response = desk.ask(line.replace("$anna.request_uuid", "nobody").replace("$anna", "0badcafe"))
    assert response.outcome == "unknown"
    assert response.status == (400 if vendor == "voipnow" else 404)


@pytest.mark.parametrize("asked", ["plivo all", "voipnow all"])
def test_where_nothing_is_ongoing_nothing_is_hung_up(asked: str) -> None:
    vendor, line = REQUESTS[asked]
    assert (Desk(vendor).ask(line).status, Desk(vendor).ask(line).outcome) == (204, "nothing-to-do")


BODIES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("plivo call", "completed", "an ended call", {"error": "call not found"}),
    ("tryvox call", "completed", "an ended call", {"error": "call_already_ended", "message": "Call has already ended"}),
    ("tryvox call", "queued", "a queued call", {"error": "invalid_call_state"}),
    ("voipnow call", "completed", "an ended call", {"error": {"code": "pc_phonecall_invalid"}}),
]


@pytest.mark.parametrize(("asked", "state", "what", "body"), BODIES)
def test_a_refusal_has_this_body(asked: str, state: str, what: str, body: dict[str, Any]) -> None:
    vendor, line = REQUESTS[asked]
    desk = Desk(vendor)
    desk.place(state=state)
    found = desk.ask(line).body
    assert {key: found[key] for key in body if key != "error" or isinstance(body[key], str)} == {
        key: value for key, value in body.items() if key != "error" or isinstance(value, str)
    }
    if isinstance(body["error"], dict):
        assert found["error"]["code"] == body["error"]["code"]


def test_tryvox_names_the_uuid_it_did_not_find() -> None:
    body = Desk("tryvox").ask("DELETE /v1/voice/accounts/demo/calls/4711").body
    assert body == {"error": "call_not_found", "message": "Call with UUID 4711 not found"}


SWITCHES = """
assumption                     | choice   | request       | direction | state       | status reply  | words
-------------------------------|----------|---------------|-----------|-------------|---------------|----------------------
plivo.hang_up.answered         | 1000     | plivo call    | outbound  | in-progress | 204 done      | code: 1000
plivo.hang_up.queued.code      | 0        | plivo call    | outbound  | queued      | 204 done      | code: 0
plivo.hang_up.ended            | 204      | plivo call    | outbound  | completed   | 204 already   | code: 4000
plivo.hang_up.ended            | 204      | plivo request | outbound  | completed   | 204 already   | code: 4000
plivo.hang_up.inbound_ringing  | 404      | plivo call    | inbound   | ringing     | 404 unknown   | call_status: ringing
plivo.cancel.answered          | 204      | plivo request | outbound  | in-progress | 204 done      | code: 4000
plivo.hang_up_all.scope        | +queued  | plivo all     | outbound  | queued      | 204 done      | code: 0
plivo.hang_up_all.none         | 404      | plivo all     | outbound  | completed   | 404 nothing-to-do | code: 4000
plivo.hang_up_all.none         | 404      | plivo all     | outbound  | queued      | 404 refused   | call_status: queued
plivo.hang_up_all.code         | 4000     | plivo all     | outbound  | in-progress | 204 done      | code: 4000; source: API Request
plivo.request_uuid             | separate | plivo call    | outbound  | queued      | 404 unknown   | call_status: queued
plivo.request_uuid             | separate | plivo request | outbound  | queued      | 204 done      | code: 1000
plivo.request_uuid             | separate | plivo call    | outbound  | ringing     | 204 done      | code: 1000
tryvox.hang_up.queued          | 404      | tryvox call   | outbound  | queued      | 404 refused   | status: queued
tryvox.hang_up.queued          | 204      | tryvox call   | outbound  | queued      | 204 done      | end_reason: api-hangup
tryvox.hang_up.inbound_ringing | 404      | tryvox call   | inbound   | ringing     | 404 unknown   | status: ringing
tryvox.hang_up.ringing_status  | canceled | tryvox call   | outbound  | ringing     | 204 done      | status: canceled
voipnow.hang_up.not_live       | 204      | voipnow call  | outbound  | completed   | 204 already   | code: 0
"""


@pytest.mark.parametrize("row", table(SWITCHES), ids=lambda row: " ".join(row[:5]))
def test_another_assumption_comes_to_this(row: list[str]) -> None:
    id, choice, asked, direction, state, came, words = row
    vendor, line = REQUESTS[asked]
    desk = Desk(vendor, {id: choice})
    desk.place(state=state, direction=OUT if direction == "outbound" else IN)
    response = desk.ask(line)
    found = desk.words()
    assert (f"{response.status} {response.outcome}", {key: str(found.get(key)) for key in stated(words)}) == (came, stated(words))


def test_what_a_call_was_refused_is_unchanged() -> None:
    desk = Desk("tryvox")
    call = desk.place()
    before = desk.switch.key()
    assert desk.ask(REQUESTS["tryvox call"][1]).status == 409
    assert (call.state, desk.switch.key()) == ("queued", before)


# -- several calls, several accounts ---------------------------------------------------------------------------------


def test_hanging_up_all_ends_what_is_ongoing_in_that_account_alone() -> None:
    desk = Desk("plivo")
    for state in ("queued", "ringing", "in-progress", "completed"):
        desk.place(state, state)
    desk.place("other", "in-progress", account="second")
    desk.now = 1_000
    assert desk.ask("DELETE /v1/Account/$account/Call/").status == 204
    ended = [name for name, call in desk.switch.calls.items() if call.ended_at == 1_000]
    assert ended == ["ringing", "in-progress"]


def test_another_accounts_call_is_not_found() -> None:
    desk = Desk("plivo")
    other = desk.place("anna", "ringing", account="second")
    assert desk.ask("DELETE /v1/Account/$account/Call/$anna/").status == 404
    assert desk.ask("DELETE /v1/Account/MASECOND000000000000/Call/$anna/").status == 204
    assert other.ending is not None
    tryvox = Desk("tryvox")
    tryvox.place("anna", "ringing", account="second")
    assert tryvox.ask("DELETE /v1/voice/accounts/$account/calls/$anna").status == 404
    assert tryvox.ask("DELETE /v1/voice/accounts/second/calls/$anna").status == 204


def test_an_account_without_calls_goes_by_its_own_id() -> None:
    desk = Desk("plivo")
    assert desk.ask("DELETE /v1/Account/MANOBODY000000000000/Call/").outcome == "nothing-to-do"


@pytest.mark.parametrize(("body", "warned"), [(None, 0), ({}, 0), ({"x": 1}, 0), ("call_uuid", 0), ({"call_uuid": "1"}, 1)])
def test_a_body_that_names_a_call_warns_and_changes_nothing_else(body: Any, warned: int) -> None:
    desk = Desk("plivo")
    call = desk.place(state="ringing")
    response = desk.ask("DELETE /v1/Account/$account/Call/", body)
    assert (response.status, len(response.warnings), call.ending is not None) == (204, warned, True)


def test_a_call_answered_by_the_api_and_hung_up_by_its_caller_says_caller() -> None:
    desk = Desk("plivo")
    desk.place(direction=IN, state="in-progress")
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    assert desk.words()["source"] == "Caller"


def test_a_call_named_in_the_query_does_not_narrow_the_path_that_names_none() -> None:
    desk = Desk("plivo")
    desk.place("anna", "ringing")
    desk.place("bert", "ringing")
    answer = desk.ask("DELETE /v1/Account/$account/Call/?call_uuid=$anna")
    assert (answer.status, [call.name for call in desk.switch.live_calls()]) == (204, [])
    assert answer.warnings == (
        "its query names one call, its path none: every ongoing call of the account is ended, as Plivo would",
    )
