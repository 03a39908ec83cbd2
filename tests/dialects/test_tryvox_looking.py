"""TryVox: what is told of calls and conferences to those who only look, in which pages, and by which filters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsim.dialects import request
from callsim.instructions import Document, Record
from callsim.model import Answerer, By, Call, Handling, MachineDetection, Verb

from .desk import IN, NUMBER, OUR_NUMBER, Desk, table

ROOT = "/v1/voice/accounts/$account"
BEGAN = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def desk() -> Desk:
    return Desk("tryvox")


def hung_up_after(desk: Desk, ms: int, **placed: Any) -> Call:
    """A call that was answered at once and lasted so long."""
    call = desk.place("anna", "in-progress", **placed)
    desk.now += ms
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    return call


# -- one call --------------------------------------------------------------------------------------------------------


def test_all_there_is_to_know_of_a_call_is_told(desk: Desk) -> None:
    hung_up_after(desk, 125_000, answer_url="http://app.test/answer", hangup_url="http://app.test/bye", ring_url="http://app.test/rings")
    response = desk.ask(f"GET {ROOT}/calls/$anna")
    assert (response.status, response.body) == (200, {
        "call_uuid": desk.id("anna"), "request_uuid": desk.id("anna"), "from": OUR_NUMBER, "to": NUMBER, "direction": "outbound",
        "status": "completed", "duration": 125, "billed_duration": 126, "start_time": BEGAN, "ring_time": BEGAN, "answer_time": BEGAN,
        "end_time": "2026-01-01T00:02:05.000Z", "end_reason": "callee-hangup", "price": "0.0000", "price_unit": "USD",
        "answer_url": "http://app.test/answer", "hangup_url": "http://app.test/bye", "ring_url": "http://app.test/rings",
        "machine_detection": "Disable", "machine_detection_result": None, "recording_urls": [], "parent_call_uuid": None,
        "transfer_time": None,
    })  # fmt: skip


def test_what_has_not_happened_is_null(desk: Desk) -> None:
    desk.place("anna")
    body = desk.ask(f"GET {ROOT}/calls/$anna").body
    assert {name for name, value in body.items() if value is None} == {
        "ring_time", "answer_time", "end_time", "end_reason", "answer_url", "hangup_url", "ring_url", "machine_detection_result",
        "parent_call_uuid", "transfer_time",
    }  # fmt: skip
    assert (body["status"], body["duration"], body["billed_duration"], body["start_time"]) == ("queued", 0, 0, BEGAN)


def test_an_inbound_call_begins_as_it_rings(desk: Desk) -> None:
    desk.now = 2000
    desk.place("anna", "ringing", IN)
    assert desk.ask(f"GET {ROOT}/calls/$anna").body["start_time"] == "2026-01-01T00:00:02.000Z"


@pytest.mark.parametrize(
    ("choice", "ms", "billed"),
    [("6s", 0, 0), ("6s", 1, 6), ("6s", 6000, 6), ("6s", 6001, 12), ("1s", 1, 1), ("1s", 6001, 7), ("60s", 1, 60), ("60s", 60_001, 120)],
)
def test_a_call_is_billed_in_steps(choice: str, ms: int, billed: int) -> None:
    desk = Desk("tryvox", {"tryvox.call.billed": choice})
    hung_up_after(desk, ms)
    assert desk.ask(f"GET {ROOT}/calls/$anna").body["billed_duration"] == billed


DETECTED = """
asked  | answered by | machine_detection | result
-------|-------------|-------------------|--------
none   | person      | Disable           | None
told   | nobody      | Enable            | None
told   | person      | Enable            | human
told   | machine     | Enable            | machine
hangup | person      | Hangup            | human
hangup | machine     | Hangup            | machine
"""


@pytest.mark.parametrize("row", table(DETECTED), ids=" ".join)
def test_who_answered_is_told_if_it_was_asked(desk: Desk, row: list[str]) -> None:
    asked, who, detection, result = row
    handling = None if asked == "none" else Handling(machine_detection=MachineDetection[asked.upper()])
    desk.place("anna", "ringing", handling=handling)
    if who != "nobody":
        desk.say(Verb.ANSWER, "anna", By.FAR_PARTY, Answerer.MACHINE if who == "machine" else None)
    body = desk.ask(f"GET {ROOT}/calls/$anna").body
    assert (body["machine_detection"], str(body["machine_detection_result"])) == (detection, result)


def test_a_call_that_was_recorded_has_its_recording(desk: Desk) -> None:
    desk.place("anna", "in-progress", answer_url="http://app.test/answer")
    desk.say(Verb.RUN, "anna", By.DOCUMENT, Document((Record(1000),)))
    assert desk.ask(f"GET {ROOT}/calls/$anna").body["recording_urls"] == [f"https://recordings.tryvox.io/{desk.id('anna')}.mp3"]


def test_a_call_of_another_account_is_none_of_this_one(desk: Desk) -> None:
    desk.place("anna", account="another")
    response = desk.ask(f"GET {ROOT}/calls/$anna")
    assert (response.status, response.body) == (404, {"error": "call_not_found", "message": f"Call with UUID {desk.id('anna')} not found"})
    assert desk.ask("GET /v1/voice/accounts/another/calls/$anna").status == 200


# -- lists -------------------------------------------------------------------------------------------------------------


def fill(desk: Desk) -> None:
    """A queued call, one that rings in, one that is talked on, two that are over."""
    desk.place("anna")
    desk.place("bert", "ringing", IN)
    desk.place("carl", "in-progress")
    desk.place("dora", "completed")
    desk.place("emil", "ringing")
    desk.say(Verb.BUSY, "emil", By.FAR_PARTY)
    desk.place("else", account="another")


FILTERS = """
query                            | found
---------------------------------|---------------------------
                                 | emil dora carl bert anna
status=completed                 | dora
status=busy                      | emil
status=ringing                   | bert
status=in-progress               | carl
status=no-answer                 |
direction=inbound                | bert
direction=outbound&status=busy   | emil
from=+15550100003                | bert
from=%2B15550100003              | bert
to=+15550100000&direction=outbound |
page=2&per_page=2                | carl bert
page=3&per_page=2                | anna
page=4&per_page=2                |
per_page=100                     | emil dora carl bert anna
colour=red                       | emil dora carl bert anna
"""


@pytest.mark.parametrize("row", table(FILTERS.replace("\n                                 |", "\n- |")), ids=" ".join)
def test_a_list_holds_what_was_asked_for(desk: Desk, row: list[str]) -> None:
    fill(desk)
    query, found = row
    response = desk.ask(f"GET {ROOT}/calls" + ("" if query == "-" else f"?{query}"))
    names = {desk.id(name): name for name in desk.switch.calls}
    assert (response.status, [names[call["call_uuid"]] for call in response.body["calls"]]) == (200, found.split())


@pytest.mark.parametrize(
    ("query", "pages"),
    [("", (1, 20, 1, 5)), ("?per_page=2", (1, 2, 3, 5)), ("?per_page=5&page=9", (9, 5, 1, 5)), ("?status=failed", (1, 20, 0, 0))],
)
def test_a_page_tells_where_it_is_among_the_others(desk: Desk, query: str, pages: tuple[int, ...]) -> None:
    fill(desk)
    body = desk.ask(f"GET {ROOT}/calls{query}").body
    assert body["pagination"] == dict(zip(("page", "per_page", "total_pages", "total_count"), pages, strict=True))


def test_twenty_calls_are_on_a_page(desk: Desk) -> None:
    for number in range(21):
        desk.place(f"call-{number}")
    assert len(desk.ask(f"GET {ROOT}/calls").body["calls"]) == 20


def test_a_list_tells_this_of_each_call(desk: Desk) -> None:
    hung_up_after(desk, 5000)
    assert desk.ask(f"GET {ROOT}/calls").body["calls"] == [{
        "call_uuid": desk.id("anna"), "from": OUR_NUMBER, "to": NUMBER, "direction": "outbound", "status": "completed", "duration": 5,
        "start_time": BEGAN, "answer_time": BEGAN, "end_time": "2026-01-01T00:00:05.000Z", "end_reason": "callee-hangup",
    }]  # fmt: skip


NONSENSE = """
query                | problem                                                | otherwise
---------------------|--------------------------------------------------------|---------
page=0               | page must be a whole number from 1                     | 1 20 5
page=-1              | page must be a whole number from 1                     | 1 20 5
page=two             | page must be a whole number from 1                     | 1 20 5
page=%D9%A1          | page must be a whole number from 1                     | 1 20 5
page=9999999999      | page must be a whole number from 1                     | 1 20 5
per_page=0           | per_page must be a whole number from 1 to 100          | 1 20 5
per_page=1.5         | per_page must be a whole number from 1 to 100          | 1 20 5
per_page=101         | per_page must be a whole number from 1 to 100          | 1 100 5
status=queued        | status must be one of ringing, in-progress, completed, failed, busy, no-answer, canceled | 1 20 5
status=              | status must be one of ringing, in-progress, completed, failed, busy, no-answer, canceled | 1 20 5
direction=sideways   | direction must be one of outbound, inbound             | 1 20 5
"""


@pytest.mark.parametrize("row", table(NONSENSE), ids=lambda row: row[0])
def test_a_page_or_filter_that_is_none_is_refused_or_left_out(desk: Desk, row: list[str]) -> None:
    query, problem, otherwise = row
    fill(desk)
    response = desk.ask(f"GET {ROOT}/calls?{query}")
    assert (response.status, response.body) == (400, {"error": "validation_failed", "message": problem})
    lenient = Desk("tryvox", {"tryvox.list.nonsense": "ignored"})
    fill(lenient)
    pages = lenient.ask(f"GET {ROOT}/calls?{query}").body["pagination"]
    assert f"{pages['page']} {pages['per_page']} {pages['total_count']}" == otherwise


def test_the_order_of_a_list_is_a_rule(desk: Desk) -> None:
    fill(desk)
    row = desk.speaks.rulebook.rows["limit.list_order"]
    rows = {**desk.speaks.rulebook.rows, row.id: replace(row, value="oldest-first")}
    desk.speaks.rulebook = desk.speaks.rulebook.with_rows(rows.values())
    assert desk.ask(f"GET {ROOT}/calls").body["calls"][0]["call_uuid"] == desk.id("anna")


def test_a_list_stands_on_the_rules_that_had_their_say(desk: Desk) -> None:
    usual = ("route.tryvox.list_calls", "limit.per_page", "limit.list_order", "answer.tryvox.list_calls.done")
    assert desk.ask(f"GET {ROOT}/calls").rules == usual
    assert desk.ask(f"GET {ROOT}/calls?per_page=7&status=busy").rules == (usual[0], "limit.list_statuses", *usual[2:])
    refused = ("route.tryvox.list_calls", "limit.per_page_most", "limit.list_nonsense", "answer.tryvox.list_calls.bad-request")
    assert desk.ask(f"GET {ROOT}/calls?per_page=101").rules == refused


# -- conferences -----------------------------------------------------------------------------------------------------


def test_conferences_are_listed_with_how_many_are_in_each(desk: Desk) -> None:
    desk.add("anna"), desk.add("bert"), desk.add("carl", room="other", answered=False), desk.add("dora", room="gone")
    desk.say(Verb.STOP, "gone", By.API)
    listed = desk.ask(f"GET {ROOT}/conferences").body
    assert listed == {"conferences": [
        {"name": "room", "status": "in-progress", "created_at": BEGAN, "members": 2},
        {"name": "other", "status": "initialized", "created_at": BEGAN, "members": 0},
    ]}  # fmt: skip
    assert desk.ask("GET /v1/voice/accounts/another/conferences").body == {"conferences": []}


def test_a_conference_is_told_with_its_members(desk: Desk) -> None:
    desk.add("anna"), desk.add("bert", answered=False)
    response = desk.ask(f"GET {ROOT}/conferences/room")
    member = {"member_id": "m1", "call_uuid": desk.id("anna"), "number": NUMBER, "muted": False, "hold": False, "joined_at": BEGAN}
    assert (response.status, response.body) == (200, {"name": "room", "status": "in-progress", "created_at": BEGAN, "members": [member]})


@pytest.mark.parametrize("path", [f"{ROOT}/conferences/lobby", "/v1/voice/accounts/another/conferences/room"])
def test_a_conference_that_is_none_is_not_found(desk: Desk, path: str) -> None:
    desk.add("anna")
    response = desk.ask(f"GET {path}")
    message = f"Conference {path.rpartition('/')[2]} not found"
    assert (response.status, response.body) == (404, {"error": "conference_not_found", "message": message})


def test_whoever_looks_changes_nothing_and_finds_what_there_is(desk: Desk) -> None:
    desk.place("anna"), desk.add("bert")
    before = desk.switch.key()
    came = {}
    for line in desk.speaks.looks(desk.switch):
        plan = desk.speaks.read(request(line), desk.switch)
        assert plan.commands == ()
        came[line.partition("demo/")[2]] = desk.speaks.answer(plan, None, desk.switch, 1).status
    assert came == {
        "conferences": 200, "conferences/-": 404, "conferences/room": 200, "calls": 200, "calls?status=completed": 200,
        "calls?per_page=0": 400, "calls/-": 404, f"calls/{desk.id('anna')}": 200, f"calls/{desk.id('bert')}": 200,
    }  # fmt: skip
    assert desk.switch.key() == before


@pytest.mark.parametrize("path", ["calls?page=0", "calls/4711", "conferences/lobby"])
def test_their_errors_may_be_nested_as_well(path: str) -> None:
    error = Desk("tryvox", {"tryvox.errors": "nested"}).ask(f"GET {ROOT}/{path}").body["error"]
    assert error["code"] == ("VALIDATION_FAILED" if "page" in path else "NOT_FOUND")
