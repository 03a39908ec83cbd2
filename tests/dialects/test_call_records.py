"""Call records: every vendor's own fields of a call that is over, and how the call arrived, read back from them."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.dialects import VENDORS
from callsim.dialects.call_records import Arrival
from callsim.errors import UnreadableField, UsageError
from callsim.instructions import Document, Record
from callsim.model import By, Verb

from .desk import IN, NUMBER, OUR_NUMBER, OUT, Desk
from .test_adding_a_vendor import Tiny
from .test_voipnow_views import talking

PLACED, RANG, OVER, ENDED = 1000, 3000, 9000, 70_000


def ended(vendor: str, fate: str, assume: dict[str, str] | None = None) -> Desk:
    """A call, anna, placed after a second and ringing two later; answered or turned away after nine, over after seventy."""
    desk = Desk(vendor, assume)
    desk.now = PLACED
    desk.place("anna")
    if fate in ("unreachable", "fails"):
        desk.now = OVER
        desk.say(*{"unreachable": (Verb.NO_ANSWER, "anna", By.CARRIER), "fails": (Verb.FAIL, "anna", By.CARRIER, 503)}[fate])
        return desk
    desk.now = RANG
    desk.say(Verb.RING, "anna", By.CARRIER)
    desk.now = OVER
    if fate == "cancelled":
        desk.say(Verb.HANG_UP, "anna", By.API)
    elif fate != "silent":
        verb = {"answers": Verb.ANSWER, "busy": Verb.BUSY, "rejects": Verb.REJECT}[fate]
        desk.say(verb, "anna", By.FAR_PARTY)
    desk.now = ENDED
    desk.say(Verb.RING_TIME_OVER, "anna", By.PLATFORM) if fate == "silent" else desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    return desk


def row(desk: Desk, name: str = "anna") -> dict[str, Any]:
    return desk.speaks.call_records().record(desk.switch.calls[name])


EXACTLY = {
    "plivo": {
        "call_uuid": "$anna", "from_number": OUR_NUMBER, "to_number": NUMBER, "call_direction": "outbound",
        "initiation_time": "2026-01-01 00:00:01+00:00", "answer_time": "2026-01-01 00:00:09+00:00",
        "end_time": "2026-01-01 00:01:10+00:00", "call_duration": 61, "bill_duration": 61, "billed_duration": 120,
        "call_state": "ANSWER", "hangup_cause_code": 4000, "hangup_cause_name": "Normal Hangup", "hangup_source": "Callee",
        "parent_call_uuid": None, "conference_uuid": None, "total_amount": "0.00000", "total_rate": "0.00000",
        "stir_verification": "Not Applicable", "resource_uri": "/v1/Account/$account/Call/$anna/",
    },
    "tryvox": {
        "call_uuid": "$anna", "request_uuid": "$anna-request", "from": OUR_NUMBER, "to": NUMBER, "direction": "outbound",
        "status": "completed", "duration": 61, "billed_duration": 66, "start_time": "2026-01-01T00:00:01.000Z",
        "ring_time": "2026-01-01T00:00:03.000Z", "answer_time": "2026-01-01T00:00:09.000Z",
        "end_time": "2026-01-01T00:01:10.000Z", "end_reason": "callee-hangup", "price": "0.0000", "price_unit": "USD",
        "answer_url": None, "hangup_url": None, "ring_url": None, "machine_detection": "Disable", "machine_detection_result": None,
        "recording_urls": None, "parent_call_uuid": None, "transfer_time": None,
    },
    "voipnow": {
        "id": "$anna", "ownerId": "1", "extension": "0003*210", "published": "2026-01-01T00:00:01.000Z",
        "answered": "2026-01-01T00:00:09.000Z", "phoneCallView.id": "00", "phoneCallView.extension": "0003*210",
        "phoneCallView.source": "0003*210", "phoneCallView.destination": NUMBER, "phoneCallView.flow": 4,
        "phoneCallView.ringing": "2026-01-01T00:00:03.000Z", "phoneCallView.answered": "2026-01-01T00:00:09.000Z",
        "phoneCallView.disposition": 0, "phoneCallView.duration": 61,
    },
}  # fmt: skip


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_record_has_the_vendors_own_fields_in_their_order(vendor: str) -> None:
    desk = ended(vendor, "answers")
    names = {"$account": desk.id("account"), "$anna-request": desk.id("anna", "request"), "$anna": desk.id("anna")}
    expected = dict(EXACTLY[vendor])
    for word, id in names.items():
        expected = {name: value.replace(word, id) if isinstance(value, str) else value for name, value in expected.items()}
    assert row(desk) == expected
    assert list(row(desk)) == list(desk.speaks.call_records().columns)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fate", ["answers", "busy", "rejects", "silent", "unreachable", "fails", "cancelled"])
def test_what_stands_in_a_field_is_of_its_kind(vendor: str, fate: str) -> None:
    desk = ended(vendor, fate)
    for name, kind in desk.speaks.call_records().columns.items():
        assert type(row(desk)[name]) in (kind, type(None)), name


def test_what_plivo_answers_of_a_call_is_its_record() -> None:
    desk = ended("plivo", "busy")
    answered = desk.ask("GET /v1/Account/$account/Call/$anna/").body
    assert row(desk) == {name: value for name, value in answered.items() if name != "api_id"}


def test_what_tryvox_answers_of_a_call_is_its_record_but_for_the_urls_of_its_recordings() -> None:
    desk = Desk("tryvox")
    desk.place("anna", "in-progress", IN, answer_url="http://app.test/answer")
    desk.say(Verb.RUN, "anna", By.DOCUMENT, Document((Record(1000),)))
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    answered = desk.ask("GET /v1/voice/accounts/demo/calls/$anna").body
    [url] = answered["recording_urls"]
    assert row(desk) == {**answered, "recording_urls": url}


def test_a_leg_of_a_phone_call_has_the_record_of_its_view() -> None:
    desk = talking(2, beside=False)
    desk.now = 5000
    desk.say(Verb.HANG_UP, "pat", By.FAR_PARTY)
    found = {name: row(desk, name) for name in ("desk", "pat")}
    assert [each["phoneCallView.id"] for each in found.values()] == ["00", "01"]
    assert len({each["id"] for each in found.values()}) == 1
    assert found["pat"]["phoneCallView.destination"] == "+15550100021"


CALLED = {
    ("plivo", "answers"): ("4000 Normal Hangup", "call.hang_up.in-progress.far-party", "spelling.ending.normal.far-party.outbound"),
    ("plivo", "busy"): ("3010 Busy Line", "call.busy.ringing.far-party.outbound", "spelling.ending.busy.far-party"),
    ("tryvox", "answers"): ("completed (callee-hangup)", "call.hang_up.in-progress.far-party",
                            "spelling.ending.normal.far-party.outbound"),
    ("tryvox", "silent"): ("no-answer (ring-timeout)", "call.ring_time_over.ringing.platform", "spelling.ending.ring-timeout.platform"),
    ("voipnow", "answers"): ("0 ANSWERED", "call.hang_up.in-progress.far-party", "spelling.ending.normal.far-party"),
    ("voipnow", "fails"): ("2 FAILED", "call.fail.queued.carrier", "spelling.ending.failed.carrier"),
}  # fmt: skip


@pytest.mark.parametrize(("vendor", "fate"), CALLED)
def test_how_a_call_ended_has_the_vendors_word_and_the_rules_it_stands_on(vendor: str, fate: str) -> None:
    desk = ended(vendor, fate)
    word, rules = desk.speaks.call_records().ended_as(desk.switch.calls["anna"])
    assert (word, *rules) == CALLED[vendor, fate]
    assert set(rules) <= set(desk.speaks.rulebook.rows)


# -- and back ----------------------------------------------------------------------------------------------------------

ARRIVED = {
    ("plivo", "answers"): Arrival(PLACED, NUMBER, "answers", 0, 8000, 61_000),
    ("plivo", "busy"): Arrival(PLACED, NUMBER, "busy", 0, 8000, None),
    ("plivo", "rejects"): Arrival(PLACED, NUMBER, "rejects", 0, 8000, None),
    ("plivo", "silent"): Arrival(PLACED, NUMBER, "silent", 0, None, None),
    ("plivo", "cancelled"): Arrival(PLACED, NUMBER, "silent", 0, None, None),
    ("plivo", "unreachable"): Arrival(PLACED, NUMBER, "unreachable", 0, 8000, None),
    ("plivo", "fails"): Arrival(PLACED, NUMBER, "fails", 0, 8000, None),
    ("tryvox", "answers"): Arrival(PLACED, NUMBER, "answers", 2000, 6000, 61_000),
    ("tryvox", "busy"): Arrival(PLACED, NUMBER, "busy", 2000, 6000, None),
    ("tryvox", "rejects"): Arrival(PLACED, NUMBER, "rejects", 2000, 6000, None),
    ("tryvox", "silent"): Arrival(PLACED, NUMBER, "silent", 2000, None, None),
    ("tryvox", "cancelled"): Arrival(PLACED, NUMBER, "silent", 2000, None, None),
    ("tryvox", "unreachable"): Arrival(PLACED, NUMBER, "unreachable", 0, 8000, None),
    ("tryvox", "fails"): Arrival(PLACED, NUMBER, "fails", 0, 8000, None),
    ("voipnow", "answers"): Arrival(PLACED, NUMBER, "answers", 2000, 6000, 61_000),
    ("voipnow", "busy"): Arrival(PLACED, NUMBER, "busy", 2000, None, None),
    ("voipnow", "rejects"): Arrival(PLACED, NUMBER, "busy", 2000, None, None),
    ("voipnow", "silent"): Arrival(PLACED, NUMBER, "silent", 2000, None, None),
    ("voipnow", "cancelled"): Arrival(PLACED, NUMBER, "silent", 2000, None, None),
    ("voipnow", "unreachable"): Arrival(PLACED, NUMBER, "silent", 0, None, None),
    ("voipnow", "fails"): Arrival(PLACED, NUMBER, "fails", 0, None, None),
}


@pytest.mark.parametrize(("vendor", "fate"), ARRIVED)
def test_a_record_tells_how_its_call_arrived_also_where_all_of_it_is_text(vendor: str, fate: str) -> None:
    desk = ended(vendor, fate)
    written = {name: "" if value is None else f" {value}" for name, value in row(desk).items()}
    assert desk.speaks.call_records().arrived(row(desk)) == desk.speaks.call_records().arrived(written) == ARRIVED[vendor, fate]


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_a_call_needs_to_arrive_are_columns(vendor: str) -> None:
    desk = ended(vendor, "answers")
    records = desk.speaks.call_records()
    assert set(records.needed) <= set(records.columns)
    less = {name: row(desk)[name] for name in records.needed}
    assert records.arrived(less) == records.arrived(row(desk))


READ = [
    ("plivo", {"to_number": ""}, {"to": None}),
    ("plivo", {"initiation_time": "2025-12-31 23:59:59+00:00"}, {"at": -1000, "answers": 10_000}),
    ("plivo", {"initiation_time": "2026-01-01 05:30:01+05:30"}, {"at": PLACED}),
    ("plivo", {"answer_time": "2026-01-01T00:00:00Z"}, {"answers": 0}),
    ("plivo", {"end_time": ""}, {"talks": None}),
    ("plivo", {"end_time": "2026-01-01 00:00:02+00:00"}, {"talks": 0}),
    ("plivo", {"answer_time": "", "hangup_cause_code": "0"}, {"fate": "silent", "answers": None}),
    ("plivo", {"answer_time": "", "hangup_cause_code": "9000"}, {"fate": None, "answers": None}),
    ("plivo", {"answer_time": "", "hangup_cause_code": "3100", "end_time": ""}, {"fate": "fails", "answers": None}),
    ("plivo", {"answer_time": "", "hangup_cause_code": "3010", "end_time": "2026-01-01 00:00:00+00:00"}, {"fate": "busy", "answers": 0}),
    ("tryvox", {"ring_time": "2026-01-01T00:00:00Z"}, {"rings": 0}),
    ("voipnow", {"phoneCallView.duration": ""}, {"talks": None}),
    ("voipnow", {"phoneCallView.destination": "1 2"}, {"to": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("vendor", "changed", "found"), READ)
def test_a_record_may_leave_things_out_or_have_them_in_no_order(vendor: str, changed: dict[str, str], found: dict[str, Any]) -> None:
    desk = ended(vendor, "answers")
    arrived = desk.speaks.call_records().arrived({**row(desk), **changed})
    assert {name: arrived._asdict()[name] for name in found} == found


WRONG = [
    ("plivo", "initiation_time", "", "initiation_time is empty; expected when the call began"),
    ("plivo", "end_time", "soon", "end_time is 'soon'; expected a date and time, such as 2026-01-01 00:00:00+00:00"),
    ("plivo", "hangup_cause_code", "-1", "hangup_cause_code is '-1'; expected a whole number from 0 to 1000000000"),
    ("plivo", "hangup_cause_code", "9" * 5000, f"hangup_cause_code is '{'9' * 40}'; expected a whole number from 0 to 1000000000"),
    ("plivo", "hangup_cause_code", "²", "hangup_cause_code is '²'; expected a whole number from 0 to 1000000000"),
    ("voipnow", "phoneCallView.duration", 10**9 + 1,
     "phoneCallView.duration is '1000000001'; expected a whole number from 0 to 1000000000"),
]  # fmt: skip


@pytest.mark.parametrize(("vendor", "column", "value", "message"), WRONG)
def test_a_field_that_is_not_what_the_vendor_writes_is_named(vendor: str, column: str, value: Any, message: str) -> None:
    desk = ended(vendor, "answers")
    with pytest.raises(UnreadableField) as caught:
        desk.speaks.call_records().arrived({**row(desk), column: value})
    assert (str(caught.value), caught.value.column) == (message, column)


def test_a_vendor_of_whose_records_nobody_knows_has_none() -> None:
    desk = Desk(Tiny)
    with pytest.raises(UsageError, match="tiny has no call records"):
        desk.speaks.call_records()


def test_an_inbound_call_was_to_our_number() -> None:
    desk = Desk("plivo")
    desk.place("anna", "completed", IN)
    assert desk.speaks.call_records().arrived(row(desk)).to == OUR_NUMBER
    assert (row(desk)["call_direction"], OUT) == ("inbound", "outbound")
