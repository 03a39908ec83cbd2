"""VoipNow: which phone calls a list holds, how it is filtered, sorted and paged, and what is wrong with a parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callsim.dialects import Setting, User, request
from callsim.dialects.dialect import instant
from callsim.dialects.voipnow.listing import OPS
from callsim.model import By, Verb

from .desk import IN, NUMBER, OUR_NUMBER, Desk, table

ROOT = "/uapi/phoneCalls/@me/@self"
BEGAN = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def desk() -> Desk:
    return filled()


def filled(assume: dict[str, str] | None = None) -> Desk:
    """Five phone calls, one second after the other: one that is over, of two extensions, and one of another user."""
    desk = Desk("voipnow", assume, Setting({"1": User("1", ("0003*210", "0003*211")), "2": User("1", ("0003*220",))}))
    for number, (name, state, extension) in enumerate((
        ("anna", "queued", "0003*210"), ("bert", "in-progress", "0003*211"), ("carl", "completed", "0003*210"),
        ("dora", "in-progress", "0003*210"), ("emil", "ringing", "0003*220"),
    )):  # fmt: skip
        desk.now = number * 1000
        desk.place(name, state, extension=extension)
    return desk


def names(desk: Desk, body: Any) -> list[str]:
    known = {desk.id(name): name for name in desk.switch.calls}
    return [known[entry["id"]] for entry in body["entry"]]


# -- which ones --------------------------------------------------------------------------------------------------------

LISTED = """
path                        | query                                             | listed
----------------------------|---------------------------------------------------|----------------
@me/@self                   |                                                   | anna bert dora
1/@self                     |                                                   | anna bert dora
@viewer/0003*210            |                                                   | anna dora
@me/0003%2A211              |                                                   | bert
@owner/0003*211             |                                                   | bert
@me/@self                   | sortOrder=descending                              | dora bert anna
                            | sortOrder=ascending                               | anna bert dora
                            | count=2                                           | anna bert
                            | count=2&startIndex=2                              | dora
                            | startIndex=3                                      |
                            | count=5000&startIndex=5000                        |
                            | filterBy=id&filterOp=present                      | anna bert dora
                            | filterBy=id&filterOp=equals&filterValue=$bert     | bert
                            | filterBy=id&filterValue=$bert                     | bert
                            | filterBy=id&filterOp=equals&filterValue=$carl     |
                            | filterBy=id&filterOp=startsWith&filterValue=$anna | anna
                            | filterBy=id&filterOp=startsWith&filterValue=zz    |
                            | filterBy=id&filterOp=inArray&filterValue=$anna,$dora,x | anna dora
                            | filterBy=id&filterOp=inArray&filterValue=x$anna   |
                            | filterBy=published&filterValue=00:00:01           | bert
                            | filterBy=published&filterOp=contains&filterValue=T00 | anna bert dora
                            | filterBy=published&filterOp=startsWith&filterValue=2026-01-01T00:00:03 | dora
                            | filterBy=published&filterOp=equals&filterValue=2026-01-01T00:00:01Z | bert
                            | filterBy=published&filterOp=equals&filterValue=2026-01-01T01:00:01+01:00 | bert
                            | filterBy=published&filterOp=greaterThan&filterValue=2026-01-01T00:00:01 | dora
                            | filterBy=published&filterOp=lessThan&filterValue=2026-01-01T00:00:01.001Z | anna bert
                            | filterBy=published&filterOp=lessThan&filterValue=2025-12-31T23:59:59Z |
                            | filterBy=published&filterOp=greaterThan&filterValue=0001-01-01 | anna bert dora
                            | filterBy=published&filterOp=inArray&filterValue=2026-01-01T00:00:00Z,2026-01-01T00:00:03Z | anna dora
                            | filterBy=published&filterOp=present&filterValue=x | anna bert dora
                            | filterValue=x&filterOp=x                          | anna bert dora
"""


@pytest.mark.parametrize("row", table(LISTED), ids=" ".join)
def test_a_list_holds_the_live_phone_calls_that_were_asked_for(desk: Desk, row: list[str]) -> None:
    path, query, listed = row
    response = desk.ask(f"GET /uapi/phoneCalls/{path}" + (f"?{query}" if query else ""))
    assert (response.status, names(desk, response.body)) == (200, listed.split())


@given(ms=st.integers(-(10**12), 10**12), than=st.integers(-(10**12), 10**12))
def test_phone_calls_are_filtered_by_time_as_times_compare(ms: int, than: int) -> None:
    assert instant((datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=than)).isoformat()) == than
    compared = {op: OPS[op](ms, than) for op in ("lessThan", "equals", "greaterThan")}
    assert compared == {"lessThan": ms < than, "equals": ms == than, "greaterThan": ms > than}


@given(st.text(max_size=60))
def test_whatever_is_written_is_a_time_or_none(text: str) -> None:
    assert instant(text) is None or isinstance(instant(text), int)


def test_an_inbound_phone_call_enters_the_system_as_it_rings() -> None:
    desk = Desk("voipnow")
    desk.now = 4000
    desk.place("anna", "ringing", IN, extension="0003*210")
    for at, found in ((3, []), (4, ["anna"])):
        query = f"filterBy=published&filterOp=equals&filterValue=2026-01-01T00:00:0{at}Z"
        assert names(desk, desk.ask(f"GET {ROOT}?{query}").body) == found


def test_legs_of_one_phone_call_are_one_entry() -> None:
    desk = Desk("voipnow")
    desk.place("anna", "in-progress", extension="0003*210")
    desk.place("bert", "in-progress", joins="anna")
    entry = desk.ask(f"GET {ROOT}").body["entry"]
    assert [(each["id"], len(each["phoneCallView"])) for each in entry] == [(desk.id("anna"), 2)]
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    assert desk.ask(f"GET {ROOT}").body["entry"] == []


@pytest.mark.parametrize(
    ("choice", "query", "first"), [("ascending", "", "anna"), ("descending", "", "dora"), ("descending", "?sortOrder=ascending", "anna")]
)
def test_the_usual_order_is_assumed(choice: str, query: str, first: str) -> None:
    desk = filled({"voipnow.list.order": choice})
    assert names(desk, desk.ask(f"GET {ROOT}{query}").body)[0] == first


def test_how_a_filter_usually_compares_is_assumed() -> None:
    for choice, found in (("contains", ["anna"]), ("equals", [])):
        desk = filled({"voipnow.list.filter_op": choice})
        part = desk.id("anna")[1:]
        assert names(desk, desk.ask(f"GET {ROOT}?filterBy=id&filterValue={part}").body) == found
        assert names(desk, desk.ask(f"GET {ROOT}?filterBy=id&filterValue=$anna").body) == ["anna"]


# -- what is said of them ----------------------------------------------------------------------------------------------


def test_a_phone_call_is_told_without_what_is_empty(desk: Desk) -> None:
    entry = desk.ask("GET /uapi/phoneCalls/@me/0003*211").body["entry"]
    began = "2026-01-01T00:00:01.000Z"
    assert entry == [{
        "id": desk.id("bert"), "extension": "0003*211", "ownerId": "1", "published": began, "answered": began,
        "phoneCallView": [{"id": "00", "extension": "0003*211", "flow": 4, "status": 5, "source": ["0003*211"], "destination": [NUMBER],
                           "ringing": began, "answered": began}],
        "links": {"self": f"/uapi/phoneCalls/@me/0003*211/{desk.id('bert')}"},
    }]  # fmt: skip
    assert "answered" not in desk.ask(f"GET {ROOT}/$anna").body["entry"][0]


@pytest.mark.parametrize(
    ("fields", "told"),
    [("id", ["id"]), ("published,%20id", ["id", "published"]), ("nonce,ownerName", []), ("", None), ("answered,links", ["links"])],
)
def test_only_the_fields_that_are_asked_for_are_told(desk: Desk, fields: str, told: list[str] | None) -> None:
    for path in (ROOT, f"{ROOT}/$anna"):
        entry = desk.ask(f"GET {path}?fields={fields}").body["entry"][0]
        assert list(entry) == (["id", "extension", "ownerId", "published", "phoneCallView", "links"] if told is None else told)


PAGES = """
query                                   | prev              | next
----------------------------------------|-------------------|-----------------
                                        |                   |
count=2                                 |                   | startIndex=2&count=2
count=2&startIndex=2                    | startIndex=0&count=2 |
count=1&startIndex=1                    | startIndex=0&count=1 | startIndex=2&count=1
count=3                                 |                   |
startIndex=30                           | startIndex=10&count=20 |
count=2&startIndex=1                    | startIndex=0&count=2 |
fields=id,%20links&count=1&sortOrder=descending | | fields=id%2C%20links&sortOrder=descending&startIndex=1&count=1
"""


@pytest.mark.parametrize("row", table(PAGES.replace("\n                                        |", "\n- |")), ids=lambda row: row[0])
def test_a_page_links_to_the_one_before_and_the_one_after(desk: Desk, row: list[str]) -> None:
    query, prev, following = row
    links = desk.ask(f"GET {ROOT}" + ("" if query == "-" else f"?{query}")).body["links"]
    wanted = {"prev": prev, "next": following}
    assert links == {word: f"{ROOT}?{page}" for word, page in wanted.items() if page}


def test_whoever_follows_the_links_sees_every_phone_call_once(desk: Desk) -> None:
    line, seen = f"{ROOT}?count=1&sortOrder=descending", []
    while line:
        body = desk.ask(f"GET {line}").body
        seen += names(desk, body)
        line = body["links"].get("next", "")
    assert seen == ["dora", "bert", "anna"]


@pytest.mark.parametrize(
    ("choice", "beside"),
    [("links", {"links": {}}), ("nothing", {}), ("totals", {"links": {}, "totalResults": 3, "startIndex": 0, "itemsPerPage": 20})],
)
def test_what_stands_beside_the_phone_calls_is_assumed(choice: str, beside: dict[str, Any]) -> None:
    body = filled({"voipnow.list.collection": choice}).ask(f"GET {ROOT}").body
    assert {name: value for name, value in body.items() if name != "entry"} == beside


# -- one phone call ----------------------------------------------------------------------------------------------------

ONE = """
path          | assume                     | came                     | entry
--------------|----------------------------|--------------------------|------
@self/$anna   |                            | 200 done                 | anna
0003*210/$anna |                           | 200 done                 | anna
0003*211/$anna |                           | 200 unknown              |
@self/$carl   |                            | 200 already              |
@self/$carl   | voipnow.get.unknown=400    | 200 already              |
@self/4711    |                            | 200 unknown              |
@self/4711    | voipnow.get.unknown=400    | 400 unknown pc_phonecall_invalid |
@self/a-b     |                            | 400 bad-id pc_phonecall_invalid  |
@self/a-b     | voipnow.get.bad_id=200     | 200 bad-id               |
9/$anna       |                            | 400 bad-extension extension_invalid |
0003*220/$emil |                           | 400 bad-extension extension_invalid |
@self/$anna?count=0 |                      | 400 bad-request count_invalid |
@self/$carl?count=0 |                      | 400 bad-request count_invalid |
@self/$anna?startIndex=1 |                 | 200 done                 |
@self/$anna?filterBy=id&filterValue=zz |   | 200 done                 |
"""


@pytest.mark.parametrize("row", table(ONE), ids=lambda row: " ".join(row[:2]))
def test_a_look_at_one_phone_call_comes_to_this(row: list[str]) -> None:
    path, assume, came, found = row
    id, _, choice = assume.partition("=")
    desk = filled({id: choice} if id else None)
    response = desk.ask(f"GET /uapi/phoneCalls/@me/{path}")
    code = response.body.get("error", {}).get("code", "")
    assert f"{response.status} {response.outcome} {code}".strip() == came
    assert code or names(desk, response.body) == found.split()


def test_whom_one_cannot_act_for_has_no_phone_calls(desk: Desk) -> None:
    for path in ("2/@self", "9/@self", "2/0003*220/$emil", "@owner/0003*220"):
        response = desk.ask(f"GET /uapi/phoneCalls/{path}")
        assert (response.status, response.body["error"]["code"]) == (400, "user_invalid"), path


# -- parameters that are none ------------------------------------------------------------------------------------------

MISTAKES = """
query                                  | code                | says
---------------------------------------|---------------------|-----------------------------
fields=id,colour                       | fields_invalid      | 'colour' is no field
fields=id,                             | fields_invalid      | '' is no field
count=0                                | count_invalid       | count is a whole number from 1 to 5000
count=5001                             | count_invalid       | count is a whole number from 1 to 5000
count=-1                               | count_invalid       | count is a whole number from 1 to 5000
count=                                 | count_invalid       | count is a whole number from 1 to 5000
count=%D9%A1                           | count_invalid       | count is a whole number from 1 to 5000
startIndex=-1                          | count_invalid       | startIndex is a whole number from 0 to 5000
startIndex=5001                        | count_invalid       | startIndex is a whole number from 0 to 5000
filterBy=colour                        | filterby_invalid    | filterBy is one of id, published
filterBy=id&filterOp=like              | filterop_invalid    | filterOp is one of contains, equals, greaterThan
filterBy=id                            | filtervalue_invalid | filterValue is missing
filterBy=id&filterOp=equals&filterValue= | filtervalue_invalid | filterValue is missing
filterBy=published&filterOp=equals&filterValue=soon | filtervalue_invalid | 'soon' is no date and time
filterBy=published&filterOp=inArray&filterValue=2026-01-01,soon | filtervalue_invalid | 'soon' is no date and time
sortOrder=up                           | sortorder_invalid   | sortOrder is one of ascending, descending
fields=x&count=0&sortOrder=up          | fields_invalid      | 'x' is no field
count=0&filterBy=x                     | count_invalid       | count is
filterBy=x&filterOp=y&sortOrder=up     | filterby_invalid    | filterBy is
"""


@pytest.mark.parametrize("row", table(MISTAKES), ids=lambda row: row[0])
def test_of_several_mistakes_the_first_is_told(desk: Desk, row: list[str]) -> None:
    query, code, says = row
    for path in (ROOT, f"{ROOT}/$anna"):
        error = desk.ask(f"GET {path}?{query}")
        assert (error.status, error.body["error"]["code"]) == (400, code)
        assert error.body["error"]["message"].startswith(says)


def test_a_list_stands_on_the_rules_that_had_their_say(desk: Desk) -> None:
    usual = ("route.voipnow.list", "limit.context", "limit.count", "limit.sort_order", "answer.voipnow.list.done")
    assert desk.ask(f"GET {ROOT}").rules == usual
    assert desk.ask(f"GET {ROOT}?fields=id&count=1&sortOrder=ascending").rules == (*usual[:2], "limit.fields", usual[-1])
    filtered = ("limit.filter_by", "limit.filter_op")
    assert desk.ask(f"GET {ROOT}?filterBy=id&filterValue=a").rules == (*usual[:3], *filtered, *usual[3:])
    said = desk.ask(f"GET {ROOT}?filterBy=id&filterOp=present").rules
    assert said == (*usual[:3], "limit.filter_by", "limit.filter_ops", *usual[3:])
    refused = desk.ask(f"GET {ROOT}?count=0").rules
    assert refused == (*usual[:2], "limit.count_most", "spelling.parameter.count", "answer.voipnow.list.bad-request")


@pytest.mark.parametrize("many", [19, 21])
def test_twenty_phone_calls_are_on_a_page(many: int) -> None:
    desk = Desk("voipnow")
    for number in range(many):
        desk.place(f"call-{number}", extension="0003*210")
    assert len(desk.ask(f"GET {ROOT}").body["entry"]) == min(many, 20)


def test_whoever_looks_changes_nothing(desk: Desk) -> None:
    before = desk.switch.key()
    came = set()
    for line in desk.speaks.looks(desk.switch):
        plan = desk.speaks.read(request(line), desk.switch)
        assert plan.commands == ()
        came.add(desk.speaks.answer(plan, None, desk.switch, 1).outcome)
    assert came == {"done", "unknown", "already", "bad-id", "bad-user", "bad-extension", "bad-request"}
    assert desk.switch.key() == before


# -- other ways to make a phone call -----------------------------------------------------------------------------------

VIEW = {"extension": "0003*211", "phoneCallView": [{"source": [OUR_NUMBER], "destination": [NUMBER]}]}


@pytest.mark.parametrize(
    ("how", "from_", "longest"), [("simple", "0003*211", 60_000), ("callback", OUR_NUMBER, 60_000), ("conferenceInvite", "0003*211", None)]
)
def test_a_phone_call_is_made_in_three_ways(how: str, from_: str, longest: int | None) -> None:
    desk = Desk("voipnow")
    response = desk.ask(f"POST /uapi/phoneCalls/@me/{how}?waitForPickup=9&callDuration=60&number=3&pin=2233", VIEW, "anna")
    assert (response.status, [call["id"] for call in response.body]) == (200, [desk.id("anna")])
    placed = desk.switch.calls["anna"].placement
    assert (placed.from_, placed.to, placed.extension) == (from_, NUMBER, "0003*211")
    assert (placed.ring_timeout, placed.time_limit) == (9000, longest)
    assert ("limit.extension_kinds" in response.rules) is (how != "simple")


@pytest.mark.parametrize("how", ["callback", "conferenceInvite"])
@pytest.mark.parametrize(
    ("user", "body", "code"), [("9", VIEW, "user_invalid"), ("@me", {}, "extension_invalid"), ("@me", None, "extension_invalid")]
)
def test_a_phone_call_needs_an_extension_of_ones_own(how: str, user: str, body: Any, code: str) -> None:
    desk = Desk("voipnow")
    response = desk.ask(f"POST /uapi/phoneCalls/{user}/{how}", body)
    assert (response.status, response.body["error"]["code"]) == (400, code)
    assert not desk.switch.calls


def test_a_callback_without_a_source_is_from_its_extension() -> None:
    desk = Desk("voipnow")
    desk.ask("POST /uapi/phoneCalls/@me/callback", {"extension": "0003*210", "phoneCallView": [{"destination": NUMBER}]}, "anna")
    assert desk.switch.calls["anna"].placement.from_ == "0003*210"
