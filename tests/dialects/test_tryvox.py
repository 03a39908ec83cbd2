"""TryVox: making calls, ending conferences, and what its callbacks say."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.errors import UsageError
from callsim.instructions import Conference, Document
from callsim.model import By, CallState, Cause, Direction, Ending, Placement, Verb

from .desk import IN, NUMBER, OUR_NUMBER, Desk, table

CALLS = "/v1/voice/accounts/$account/calls"
FULL = {"from": OUR_NUMBER, "to": NUMBER, "answer_url": "http://app.test/answer"}


@pytest.fixture
def desk() -> Desk:
    return Desk("tryvox")


def test_a_call_is_made_as_its_body_says(desk: Desk) -> None:
    response = desk.ask(f"POST {CALLS}", {**FULL, "hangup_url": "http://app.test/bye", "ring_timeout": 30, "time_limit": 60}, "anna")
    assert (response.status, response.body) == (201, {
        "call_uuid": desk.id("anna"), "account_id": "demo", "from": OUR_NUMBER, "to": NUMBER, "direction": "outbound",
        "request_uuid": desk.id("anna"), "created_at": "2026-01-01T00:00:00.000Z", "status": "queued",
    })  # fmt: skip
    assert desk.switch.calls["anna"].placement == Placement(
        "default", Direction.OUTBOUND, OUR_NUMBER, NUMBER, "http://app.test/answer", "http://app.test/bye", 30_000, 60_000
    )


def test_a_call_is_made_in_the_account_of_its_path(desk: Desk) -> None:
    desk.ask("POST /v1/voice/accounts/second/calls", FULL)
    assert desk.switch.calls["call#1"].placement.account == "second"


@pytest.mark.parametrize("missing", ["from", "to", "answer_url"])
def test_a_call_needs_who_calls_whom_and_where_its_instructions_are(desk: Desk, missing: str) -> None:
    response = desk.ask(f"POST {CALLS}", {**FULL, missing: ""})
    assert (response.status, response.body) == (400, {"error": "validation_failed", "message": f"{missing} is required"})


@pytest.mark.parametrize("body", [None, [], "from=1"])
def test_a_body_that_is_no_mapping_holds_nothing(desk: Desk, body: Any) -> None:
    assert desk.ask(f"POST {CALLS}", body).body["message"] == "from is required"


@pytest.mark.parametrize(("written", "ms"), [(30, 30_000), (0, None), (-1, None), (None, None), ("soon", None)])
def test_a_timeout_is_whole_seconds_or_the_vendors_own(desk: Desk, written: Any, ms: int | None) -> None:
    desk.ask(f"POST {CALLS}", {**FULL, "ring_timeout": written}, "anna")
    assert desk.switch.calls["anna"].placement.ring_timeout == ms


CONFERENCES = """
conference | account  | status reply | error
-----------|----------|--------------|---------------------
live       | $account | 204 done     |
live       | second   | 404 unknown  | conference_not_found
ended      | $account | 404 unknown  | conference_not_found
none       | $account | 404 unknown  | conference_not_found
"""


@pytest.mark.parametrize("row", table(CONFERENCES), ids=lambda row: " ".join(row[:2]))
def test_ending_a_conference_comes_to_this(desk: Desk, row: list[str]) -> None:
    state, account, came, error = row
    if state != "none":
        desk.add("anna"), desk.add("bert")
    if state == "ended":
        desk.say(Verb.STOP, "room", By.API)
    response = desk.ask(f"DELETE /v1/voice/accounts/{account}/conferences/room")
    assert f"{response.status} {response.outcome}" == came
    assert (response.body or {}).get("error", "") == error
    ended = {call.state for call in desk.switch.calls.values()} == {CallState.COMPLETED}
    assert ended is (came == "204 done" or state == "ended")


def test_errors_may_be_nested() -> None:
    desk = Desk("tryvox", {"tryvox.errors": "nested"})
    assert desk.ask("DELETE /v1/voice/accounts/$account/conferences/lobby").body == {
        "error": {"code": "NOT_FOUND", "message": "Conference lobby not found"}
    }
    assert desk.ask("DELETE /v1/nowhere").body["error"]["code"] == "NOT_FOUND"
    assert desk.ask(f"PUT {CALLS}").body["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_our_verbs_have_requests_of_theirs(desk: Desk) -> None:
    desk.place("anna", "ringing"), desk.add("bert")
    placed = Placement("second", Direction.OUTBOUND, "1", "2", None, "http://app.test/bye", 30_000, 60_000)
    said: list[tuple[Verb, str, Any, str, Any]] = [
        (Verb.HANG_UP, "anna", None, f"DELETE /v1/voice/accounts/demo/calls/{desk.id('anna')}", None),
        (Verb.STOP, "room", None, "DELETE /v1/voice/accounts/demo/conferences/room", None),
        (Verb.STOP, "lobby", None, "DELETE /v1/voice/accounts/demo/conferences/lobby", None),
        (Verb.PLACE, "carl", placed, "POST /v1/voice/accounts/second/calls",
         {"from": "1", "to": "2", "answer_url": "http://app.test/no-instructions", "hangup_url": "http://app.test/bye",
          "ring_timeout": 30, "time_limit": 60}),
        (Verb.PLACE, "carl", Placement(to="2"), "POST /v1/voice/accounts/demo/calls",
         {"to": "2", "answer_url": "http://app.test/no-instructions"}),
    ]  # fmt: skip
    for verb, name, detail, line, body in said:
        made = desk.speaks.say(verb, name, desk.switch, detail)
        assert (made.line, made.body) == (line, body)
    with pytest.raises(UsageError, match="tryvox has no request to kick"):
        desk.speaks.say(Verb.KICK, "bert", desk.switch)


SPELLINGS = """
cause               | by        | direction | status    | end_reason
--------------------|-----------|-----------|-----------|--------------------
cancelled           | api       | outbound  | completed | api-hangup
cancelled           | far-party | inbound   | completed | caller-hangup
cancelled           | platform  | outbound  | completed | cancelled
normal              | api       | outbound  | completed | api-hangup
normal              | far-party | outbound  | completed | callee-hangup
normal              | far-party | inbound   | completed | caller-hangup
normal              | document  | outbound  | completed | normal
rejected            | far-party | outbound  | failed    | rejected
rejected            | document  | inbound   | failed    | rejected
busy                | far-party | outbound  | busy      | busy
busy                | document  | inbound   | busy      | busy
no-answer           | carrier   | outbound  | no-answer | no-answer
ring-timeout        | platform  | outbound  | no-answer | ring-timeout
failed              | carrier   | outbound  | failed    | failed
failed              | platform  | outbound  | failed    | failed
time-limit          | platform  | outbound  | completed | time-limit
end-of-instructions | platform  | outbound  | completed | end-of-instructions
bad-instructions    | platform  | outbound  | failed    | bad-instructions
mpc-ended           | api       | outbound  | completed | conference-ended
mpc-ended           | platform  | outbound  | completed | conference-ended
"""


@pytest.mark.parametrize("row", table(SPELLINGS), ids=lambda row: " ".join(row[:3]))
def test_an_ending_is_spelled_so(desk: Desk, row: list[str]) -> None:
    cause, by, direction, status, reason = row
    end = Ending(Cause(cause), By(by), 0, Verb.HANG_UP, "", CallState.RINGING, Direction(direction))
    assert desk.speaks.ending(end).words == {"status": status, "end_reason": reason}


def test_a_conference_has_these_words(desk: Desk) -> None:
    desk.add("anna"), desk.add("bert"), desk.add("carl", answered=False)
    began = "2026-01-01T00:00:00.000Z"
    members = [
        {"member_id": f"m{number}", "call_uuid": desk.id(name), "number": NUMBER, "muted": False, "hold": False, "joined_at": began}
        for number, name in ((1, "anna"), (2, "bert"))
    ]
    assert desk.speaks.mpc_words(desk.switch.mpcs["room"])[0] == {
        "name": "room", "status": "in-progress", "member_count": 2, "created_at": began, "members": members,
    }  # fmt: skip


def test_a_member_is_known_by_the_number_of_its_far_party(desk: Desk) -> None:
    desk.place("anna", "ringing", IN)
    desk.say(Verb.RUN, "anna", By.DOCUMENT, Document((Conference("room", muted=True),)))
    (member,) = desk.speaks.mpc_words(desk.switch.mpcs["room"])[0]["members"]
    assert (member["number"], member["muted"]) == (NUMBER, True)


def test_a_hangup_callback_tells_the_final_details(desk: Desk) -> None:
    call = desk.place("anna", "ringing")
    desk.now = 2_000
    desk.say(Verb.ANSWER, "anna", By.FAR_PARTY)
    desk.now = 63_001
    desk.ask(f"DELETE {CALLS}/$anna")
    params, rules = desk.speaks.callback("hangup", call, desk.switch)
    assert params == {
        "event": "call.ended", "call_uuid": desk.id("anna"), "account_id": "demo", "from": OUR_NUMBER, "to": NUMBER,
        "direction": "outbound", "status": "completed", "end_reason": "api-hangup", "duration": 62,
        "timestamp": "2026-01-01T00:01:03.001Z", "start_time": "2026-01-01T00:00:00.000Z", "ring_time": "2026-01-01T00:00:00.000Z",
        "answer_time": "2026-01-01T00:00:02.000Z", "end_time": "2026-01-01T00:01:03.001Z",
    }  # fmt: skip
    assert set(rules) <= set(desk.speaks.rulebook.rows)


def test_a_callback_leaves_out_what_never_happened(desk: Desk) -> None:
    call = desk.place("anna", "ringing", IN)
    desk.ask(f"DELETE {CALLS}/$anna")
    params = desk.speaks.callback("hangup", call, desk.switch)[0]
    assert not {"start_time", "answer_time"} & set(params)
    assert desk.speaks.callback("record", call, desk.switch)[0]["event"] == "recording.completed"


@pytest.mark.parametrize("field", ["answer_url", "hangup_url"])
def test_a_url_is_a_text(desk: Desk, field: str) -> None:
    answer = desk.ask(f"POST {CALLS}", {**FULL, field: ["http://app.test/"]})
    assert (answer.status, answer.body["message"]) == (400, f"{field} is not a URL")
