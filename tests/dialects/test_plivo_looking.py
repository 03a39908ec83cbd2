"""What Plivo tells those who only look: records of calls that are over, calls that are live or queued, multiparty calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from callsim.instructions import Conference, Dial, Document, MultiPartyCall, Number
from callsim.model import By, StayAlone, Verb

from .desk import IN, NUMBER, OUR_NUMBER, OUT, Desk, table

P = "/v1/Account/$account"
ROOT = "/v1/Account/MADEMODEMODEMODEMO00"


def talked(*, assume: Mapping[str, str] | None = None) -> Desk:
    """Three calls that are over: one that was answered, one that was not, one from outside; and one that rings."""
    desk = Desk("plivo", assume)
    desk.place("anna", "in-progress")
    desk.now = 61_200
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    desk.now = 62_000
    desk.place("bert", "ringing")
    desk.now = 120_000
    desk.say(Verb.BUSY, "bert", By.FAR_PARTY)
    desk.place("carl", "in-progress", IN)
    desk.now = 125_000
    desk.say(Verb.HANG_UP, "carl", By.API)
    desk.place("dora", "ringing")
    return desk


def listed(desk: Desk, query: str = "", path: str = "Call") -> list[str]:
    """The names of the calls, or of the multiparty calls, that are listed."""
    body = desk.ask(f"GET {P}/{path}/{query}").body
    names = {desk.id(name): name for name in (*desk.switch.calls, *desk.switch.mpcs)}
    found = body.get("calls", body.get("objects"))
    return [names[each if isinstance(each, str) else each.get("call_uuid", each.get("mpc_uuid"))] for each in found]


# -- calls -----------------------------------------------------------------------------------------------------------


def test_the_record_of_a_call_has_what_is_published_of_one() -> None:
    desk = talked()
    response = desk.ask(f"GET {P}/Call/$anna/")
    anna = desk.id("anna")
    assert response.status == 200
    assert response.body == {
        "answer_time": "2026-01-01 00:00:00+00:00", "api_id": response.body["api_id"], "bill_duration": 62, "billed_duration": 120,
        "call_direction": "outbound", "call_duration": 62, "call_state": "ANSWER", "call_uuid": anna, "conference_uuid": None,
        "end_time": "2026-01-01 00:01:01+00:00", "from_number": OUR_NUMBER, "hangup_cause_code": 4000,
        "hangup_cause_name": "Normal Hangup", "hangup_source": "Callee", "initiation_time": "2026-01-01 00:00:00+00:00",
        "parent_call_uuid": None, "resource_uri": f"{ROOT}/Call/{anna}/", "stir_verification": "Not Applicable", "to_number": NUMBER,
        "total_amount": "0.00000", "total_rate": "0.00000",
    }  # fmt: skip
    assert {"route.plivo.get_call", "spelling.record-state.answered", "spelling.record.billed"} <= set(response.rules)


@pytest.mark.parametrize(("assume", "state"), [("null", None), ("NO_ANSWER", "NO_ANSWER")])
def test_a_call_that_nobody_answered_was_answered_never_and_lasted_for_nothing(assume: str, state: str | None) -> None:
    desk = talked(assume={"plivo.record.state": assume})
    body = desk.ask(f"GET {P}/Call/$bert/").body
    assert (body["answer_time"], body["call_duration"], body["bill_duration"], body["billed_duration"]) == (None, 0, 0, 0)
    assert (body["call_state"], body["hangup_cause_code"], body["initiation_time"]) == (state, 3010, "2026-01-01 00:01:02+00:00")


def test_a_call_that_never_was_queued_begins_as_it_rings() -> None:
    assert talked().ask(f"GET {P}/Call/$carl/").body["initiation_time"] == "2026-01-01 00:02:00+00:00"


FILTERS = """
query                                     | whom
?                                         | carl bert anna
?limit=1                                  | carl
?limit=1&offset=1                         | bert
?offset=3                                 |
?call_direction=inbound                   | carl
?call_direction=OUTBOUND                  | bert anna
?from_number=+15550100003                 | carl
?from_number=15550100003                  | carl
?to_number=%2B15550100003                 | bert anna
?hangup_cause_code=3010                   | bert
?hangup_cause_code=03010                  | bert
?hangup_source=Callee                     | bert anna
?hangup_source=api%20request              | carl
?bill_duration=0                          | bert
?bill_duration__gt=5                      | anna
?bill_duration__gte=5                     | carl anna
?bill_duration__lt=5                      | bert
?bill_duration__lte=5                     | carl bert
?bill_duration__gt=1&bill_duration__lt=9  | carl
?end_time=2026-01-01%2000:02              | carl bert
?end_time=2026-01-01%2000:02:05           | carl
?end_time__gt=2026-01-01%2000:02          | carl
?end_time__gte=2026-01-01%2000:02:00      | carl bert
?end_time__lt=2026-01-01%2000:02:00.5     | anna
?end_time__lte=2026-01-01%2000:02         | bert anna
?parent_call_uuid=x                       |
?subaccount=SAX                           |
?hangup_cause_code=3010&call_direction=inbound |
?status=live                              | dora
?status=LIVE&from_number=15550100000      | dora
?status=live&call_direction=inbound       |
?status=live&to_number=1                  |
?status=live&limit=20&offset=0            | dora
?status=queued                            |
"""


@pytest.mark.parametrize(("query", "whom"), table(FILTERS), ids=str)
def test_what_is_listed_is_what_was_asked_for(query: str, whom: str) -> None:
    assert listed(talked(), query) == whom.split()


def test_the_earliest_can_be_taken_to_come_first() -> None:
    assert listed(talked(assume={"plivo.list.order": "oldest"})) == ["anna", "bert", "carl"]


NONSENSE = """
query                              | what
?limit=0                           | limit
?limit=21                          | limit
?limit=x                           | limit
?limit=-1                          | limit
?offset=-1                         | offset
?offset=1e3                        | offset
?call_direction=sideways           | call_direction
?bill_duration__gt=long            | bill_duration__gt
?end_time=yesterday                | end_time
?end_time__lt=2026-01-01           | end_time__lt
?hangup_cause_code=busy            | hangup_cause_code
?status=dead                       | status
?status=live&limit=0               | limit
?status=queued&call_direction=x    | call_direction
"""


@pytest.mark.parametrize(("query", "what"), table(NONSENSE), ids=str)
def test_what_makes_no_sense_is_refused_or_passed_over(query: str, what: str) -> None:
    response = talked().ask(f"GET {P}/Call/{query}")
    assert (response.status, response.body["error"]) == (400, f"{what} parameter is not valid")
    assert "limit.listing_nonsense" in response.rules
    lenient = talked(assume={"plivo.list.nonsense": "ignored"})
    assert lenient.ask(f"GET {P}/Call/{query}").status == 200
    assert listed(lenient, query) == ([] if "queued" in query else ["dora"] if "live" in query else ["carl", "bert", "anna"])


def test_one_call_is_not_looked_at_by_a_status_that_there_is_not() -> None:
    assert talked().ask(f"GET {P}/Call/$anna/?status=dead").body["error"] == "status parameter is not valid"
    assert talked(assume={"plivo.list.nonsense": "ignored"}).ask(f"GET {P}/Call/$anna/?status=dead").body["call_state"] == "ANSWER"


def test_a_list_says_where_it_goes_on_and_where_it_came_from() -> None:
    desk = talked()
    response = desk.ask(f"GET {P}/Call/?limit=1&offset=1&to_number=%2B15550100003")
    link = f"{ROOT}/Call/?limit=1&offset={{}}&to_number=%2B15550100003"
    assert response.body["meta"] == {"limit": 1, "next": None, "offset": 1, "previous": link.format(0), "total_count": 2}
    first = desk.ask(f"GET {P}/Call/?limit=1&to_number=%2B15550100003").body
    assert first["meta"] == {"limit": 1, "next": link.format(1), "offset": 0, "previous": None, "total_count": 2}
    assert [each["call_uuid"] for each in desk.ask(f"GET {first['meta']['next']}").body["objects"]] == [desk.id("anna")]
    assert first["objects"][0]["api_id"] == first["api_id"] != response.body["api_id"]


def test_what_ended_more_than_a_week_ago_is_listed_only_if_a_time_is_asked_for() -> None:
    desk = talked()
    desk.now = 61_200 + 7 * 86_400_000
    desk.say(Verb.HANG_UP, "dora", By.API)
    assert listed(desk) == ["dora", "carl", "bert", "anna"]
    desk.now += 1
    desk.say(Verb.HANG_UP, "dora", By.API)
    assert listed(desk) == ["dora", "carl", "bert"]
    assert listed(desk, "?end_time__lt=2026-01-02%2000:00") == ["carl", "bert", "anna"]


def test_live_calls_are_bare_ids_and_one_of_them_tells_what_is_published() -> None:
    desk = talked()
    response = desk.ask(f"GET {P}/Call/?status=live")
    dora = desk.id("dora")
    assert response.body == {"api_id": response.body["api_id"], "calls": [dora]}
    one = desk.ask(f"GET {P}/Call/$dora?status=live").body  # As Node's SDK asks: without a slash.
    assert one == {
        "api_id": one["api_id"], "call_status": "ringing", "call_uuid": dora, "caller_name": "", "direction": "outbound",
        "from": OUR_NUMBER, "request_uuid": dora, "session_start": "2026-01-01 00:02:05.000000", "to": NUMBER,
    }  # fmt: skip
    assert desk.ask(f"GET {P}/Call/$anna/?status=live").status == 404


def test_whether_a_call_that_rings_is_live_is_assumed() -> None:
    desk = talked(assume={"plivo.live.states": "in-progress"})
    assert listed(desk, "?status=live") == []
    assert desk.ask(f"GET {P}/Call/$dora/?status=live").status == 404


def test_ids_are_listed_in_pages_only_if_that_is_assumed() -> None:
    for pages, found in (("all", ["anna", "bert", "carl"]), ("paged", ["bert"])):
        desk = Desk("plivo", {"plivo.live.pages": pages})
        for name in ("anna", "bert", "carl"):
            desk.place(name, "in-progress")
        assert listed(desk, "?status=live&limit=1&offset=1") == found


def test_an_inbound_call_that_is_live_was_made_by_no_request() -> None:
    desk = Desk("plivo", {"plivo.request_uuid": "separate"})
    desk.place("anna", "ringing", IN)
    assert desk.ask(f"GET {P}/Call/$anna/?status=live").body["request_uuid"] == desk.id("anna")


@pytest.mark.parametrize("ids", ["same", "separate"])
def test_a_queued_call_is_listed_by_the_id_by_which_it_can_be_looked_at(ids: str) -> None:
    desk = Desk("plivo", {"plivo.request_uuid": ids})
    desk.place("anna")
    listing = desk.ask(f"GET {P}/Call/?status=queued").body
    assert listing == {"api_id": listing["api_id"], "calls": [desk.id("anna", "request_uuid")]}
    one = desk.ask(f"GET {P}/Call/{listing['calls'][0]}/?status=queued").body
    assert one == {
        "api_id": one["api_id"], "call_status": "queued", "call_uuid": listing["calls"][0], "caller_name": "", "direction": "outbound",
        "from": OUR_NUMBER, "request_uuid": desk.id("anna", "request_uuid"), "to": NUMBER,
    }  # fmt: skip
    assert desk.ask(f"GET {P}/Call/$anna/?status=queued").status == (200 if ids == "same" else 404)
    assert desk.ask(f"GET {P}/Call/$anna/").status == 404
    assert desk.ask(f"GET {P}/Call/$anna/?status=live").status == 404


@pytest.mark.parametrize(("assume", "status"), [("404", 404), ("400", 400)])
def test_a_call_has_no_record_before_it_is_over(assume: str, status: int) -> None:
    desk = talked(assume={"plivo.record.ongoing": assume})
    assert desk.ask(f"GET {P}/Call/$dora/").status == status
    assert desk.ask(f"GET {P}/Call/4711/").body["error"] == "call not found"


def test_a_copy_of_the_id_in_the_query_changes_nothing() -> None:
    desk = talked()
    assert desk.ask(f"GET {P}/Call/$anna/?call_uuid=$anna").body["call_uuid"] == desk.id("anna")


def test_the_calls_of_another_account_are_not_found() -> None:
    desk = talked()
    other = "/v1/Account/MAOTHER0000000000000"
    assert desk.ask(f"GET {other}/Call/$anna/").status == 404
    assert desk.ask(f"GET {other}/Call/").body["objects"] == []
    assert desk.ask(f"GET {other}/Call/?status=live").body["calls"] == []
    assert desk.ask(f"GET {other}/MultiPartyCall/").body["objects"] == []


def test_a_leg_that_was_dialled_has_a_parent_and_who_was_in_a_conference_says_in_which() -> None:
    desk = Desk("plivo")
    desk.place("anna", "ringing", IN)
    desk.say(Verb.RUN, "anna", By.DOCUMENT, Document((Dial((Number(NUMBER),)),)))
    (leg,) = (name for name in desk.switch.calls if name != "anna")
    desk.place("carl", "ringing", IN)
    desk.say(Verb.RUN, "carl", By.DOCUMENT, Document((Conference("yard"),)))
    for name in ("anna", "carl"):
        desk.say(Verb.HANG_UP, name, By.FAR_PARTY)
    assert listed(desk, f"?parent_call_uuid={desk.id('anna')}") == [leg]
    assert desk.ask(f"GET {P}/Call/$anna/").body["parent_call_uuid"] is None
    (yard,) = desk.switch.mpcs.values()
    assert desk.ask(f"GET {P}/Call/$carl/").body["conference_uuid"] == desk.speaks.mpc_id(yard)
    assert desk.ask(f"GET {P}/MultiPartyCall/").body["objects"] == []


# -- multiparty calls --------------------------------------------------------------------------------------------------


def met(assume: Mapping[str, str] | None = None) -> Desk:
    """One that has ended, one that goes on, and one that waits to be started."""
    desk = Desk("plivo", assume)
    desk.add("anna", "hall")
    desk.now = 1_500
    desk.add("bert", "hall", stay_alone=StayAlone.YES)
    desk.now = 11_000
    desk.say(Verb.STOP, "hall", By.API)
    desk.now = 60_000
    desk.add("carl", "hall", role="supervisor", stay_alone=StayAlone.YES)
    desk.add("dora", "hall", answered=False)
    desk.place("emil", "ringing", IN)
    desk.say(Verb.RUN, "emil", By.DOCUMENT, Document((MultiPartyCall("attic loft", "agent", start_on_enter=False, max_duration=300_000),)))
    return desk


def test_one_that_goes_on_tells_what_is_published_and_is_found_by_its_name() -> None:
    desk = met()
    body = desk.ask(f"GET {P}/MultiPartyCall/name_hall").body
    path = f"{ROOT}/MultiPartyCall/name_hall/"
    assert body == {
        "api_id": body["api_id"], "billed_amount": None, "billed_duration": None, "creation_time": "2026-01-01 00:01:00+00:00",
        "duration": None, "end_time": None, "friendly_name": "hall", "max_duration": 14400, "max_participants": 10,
        "mpc_uuid": desk.id("hall#2"), "participants": f"{path}Participant/", "recording": "not-recording", "resource_uri": path,
        "start_time": "2026-01-01 00:01:00+00:00", "status": "Active", "stay_alone": True, "sub_account": None,
        "termination_cause": None, "termination_cause_code": None,
    }  # fmt: skip


def test_one_that_has_ended_is_found_by_its_id_and_bills_whoever_was_in_it() -> None:
    desk = met()
    body = desk.ask(f"GET {P}/MultiPartyCall/uuid_$hall/").body
    path = f"{ROOT}/MultiPartyCall/uuid_{desk.id('hall')}/"
    expected = {
        "billed_amount": "0.00000", "billed_duration": 120, "duration": 11, "end_time": "2026-01-01 00:00:11+00:00", "status": "Ended",
        "recording": None, "stay_alone": False, "resource_uri": path, "participants": f"{path}Participant/",
        "termination_cause": "Hangup API Triggered", "termination_cause_code": 3000,
    }  # fmt: skip
    assert {name: body[name] for name in expected} == expected
    assert desk.ask(f"GET {P}/MultiPartyCall/name_nowhere/").status == 404


def test_one_that_never_started_lasted_for_nothing() -> None:
    desk = met()
    waiting = desk.ask(f"GET {P}/MultiPartyCall/name_attic%20loft/").body
    assert (waiting["status"], waiting["start_time"], waiting["duration"], waiting["max_duration"]) == ("Initialized", None, None, 300)
    assert waiting["resource_uri"] == f"{ROOT}/MultiPartyCall/name_attic%20loft/"
    assert desk.ask(f"GET {waiting['participants']}").status == 200
    desk.say(Verb.STOP, "attic loft", By.API)
    ended = desk.ask(f"GET {P}/MultiPartyCall/uuid_{waiting['mpc_uuid']}/").body
    assert (ended["start_time"], ended["duration"], ended["status"]) == (None, 0, "Ended")


ROOMS = """
query                                        | which
?                                            | attic+loft hall#2 hall
?friendly_name=hall                          | hall#2 hall
?status=ended                                | hall
?status=Active                               | hall#2
?status=initialized                          | attic+loft
?termination_cause_code=3000                 | hall
?termination_cause_code=1000                 |
?end_time__gt=2026-01-01%2000:00             | hall
?creation_time__gte=2026-01-01%2000:01       | attic+loft hall#2
?creation_time=2026-01-01%2000:00:00         | hall
?sub_account=x                               |
?limit=1&offset=1                            | hall#2
"""


@pytest.mark.parametrize(("query", "which"), table(ROOMS), ids=str)
def test_multiparty_calls_are_listed_as_they_are_asked_for(query: str, which: str) -> None:
    assert [name.replace(" ", "+") for name in listed(met(), query, "MultiPartyCall")] == which.split()


def test_a_list_of_multiparty_calls_has_a_count_and_no_total() -> None:
    desk = met()
    body = desk.ask(f"GET {P}/MultiPartyCall/?limit=2").body
    assert body["meta"] == {"count": 3, "limit": 2, "next": f"{ROOT}/MultiPartyCall/?limit=2&offset=2", "offset": 0, "previous": None}
    assert desk.ask(f"GET {P}/MultiPartyCall/?status=over").status == 400
    assert "api_id" not in body["objects"][0]


def test_a_participant_tells_what_is_published() -> None:
    desk = met()
    (one,) = desk.ask(f"GET {P}/MultiPartyCall/name_hall/Participant/").body["objects"]
    assert one == {
        "billed_amount": None, "billed_duration": None, "call_uuid": desk.id("carl"), "coach_mode": True, "duration": None,
        "end_mpc_on_exit": False, "exit_cause": None, "exit_time": None, "hold": False, "join_time": "2026-01-01 00:01:00+00:00",
        "member_id": "201", "mpc_uuid": desk.id("hall#2"), "mute": False, "resource_uri": f"{ROOT}/MultiPartyCall/name_hall/Participant/201/",
        "role": "supervisor", "start_mpc_on_enter": True,
    }  # fmt: skip
    assert desk.ask(f"GET {P}/MultiPartyCall/name_hall/Participant/201/").body.items() > one.items()


def test_who_has_left_is_neither_muted_nor_not() -> None:
    desk = met()
    path = f"{P}/MultiPartyCall/uuid_$hall/Participant"
    body = desk.ask(f"GET {path}/?call_uuid=$anna").body
    assert body["meta"]["count"] == 1
    expected: dict[str, Any] = {
        "mute": None, "hold": None, "coach_mode": None, "duration": 11, "billed_duration": 60, "billed_amount": "0.00000",
        "exit_cause": "Multiparty Call Ended", "exit_time": "2026-01-01 00:00:11+00:00",
        "resource_uri": f"{ROOT}/MultiPartyCall/uuid_{desk.id('hall')}/Participant/101/",
    }  # fmt: skip
    assert {name: body["objects"][0][name] for name in expected} == expected
    assert [each["call_uuid"] for each in desk.ask(f"GET {path}/").body["objects"]] == [desk.id("bert"), desk.id("anna")]
    further = desk.ask(f"GET {path}/?limit=1").body["meta"]["next"]
    assert further == f"{ROOT}/MultiPartyCall/uuid_{desk.id('hall')}/Participant/?limit=1&offset=1"


@pytest.mark.parametrize(("assume", "status", "inside"), [("not-listed", 404, 1), ("listed", 200, 2)])
def test_whether_somebody_takes_part_who_is_still_called_is_assumed(assume: str, status: int, inside: int) -> None:
    desk = met({"plivo.participants.joining": assume})
    assert desk.ask(f"GET {P}/MultiPartyCall/name_hall/Participant/202/").status == status
    assert desk.ask(f"GET {P}/MultiPartyCall/name_hall/Participant/").body["meta"]["count"] == inside


@pytest.mark.parametrize("rest", ["name_x", "uuid_x", "x", "name_x/Participant", "name_hall/Participant/999", "name_x/Participant/1"])
def test_who_is_not_there_is_not_found(rest: str) -> None:
    response = met().ask(f"GET {P}/MultiPartyCall/{rest}/")
    assert (response.status, response.body["error"]) == (404, "not found")


def test_nothing_that_looks_says_anything_to_the_switch() -> None:
    for desk in (talked(), met()):
        before = desk.switch.key(), desk.switch.change_count
        for line in desk.speaks.looks(desk.switch):
            assert desk.ask(line).outcome in ("done", "unknown", "refused", "bad-request")
            assert not desk.plan.commands
        assert (desk.switch.key(), desk.switch.change_count) == before


def test_a_page_holds_twenty_at_most() -> None:
    desk = Desk("plivo")
    for number in range(25):
        desk.place(f"call-{number}", "completed", OUT)
    assert len(listed(desk)) == 20
    assert listed(desk, "?limit=20&offset=20") == [f"call-{number}" for number in range(4, -1, -1)]
