"""VoipNow: whose calls a request may end, by which extension, id and number; what it returns and calls back."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.dialects import Setting, User
from callsim.errors import UsageError
from callsim.model import By, CallState, Cause, Direction, Ending, Placement, Verb

from .desk import IN, NUMBER, Desk, table

USERS = {
    "1": User("1", ("0003*210", "0003*211")),
    "2": User("1", ("0003*220",)),
    "3": User("2", ("0004*310",)),
    "4": User("2", ()),
}


def desk_of(token: str = "user", context: str = "own-user") -> Desk:
    return Desk("voipnow", {"voipnow.context": context}, Setting(USERS, "1", token))


CONTEXTS = """
user     | extension | context  | token        | call of | came
---------|-----------|----------|--------------|---------|---------------------
@me      | 0003*210  | own-user | user         | 1       | 200
         | 0003%2A210| own-user | user         | 1       | 200
         | @self     | own-user | user         | 1       | 200
         | 0003*211  | own-user | user         | 1       | 400 pc_phonecall_invalid
         | 0003*220  | own-user | user         | 2       | 400 extension_invalid
         | 0003-210  | own-user | user         | 1       | 400 extension_invalid
         | @all      | own-user | user         | 1       | 400 extension_invalid
@viewer  | 0003*210  | own-user | user         | 1       | 200
1        | 0003*210  | own-user | user         | 1       | 200
2        | 0003*220  | own-user | system       | 2       | 400 user_invalid
         | 0003*220  | as-token | user         | 2       | 400 user_invalid
         | 0003*220  | as-token | organization | 2       | 200
         | 0003*220  | as-token | system       | 2       | 200
         | 0003*210  | as-token | system       | 1       | 400 extension_invalid
3        | 0004*310  | as-token | organization | 3       | 400 user_invalid
         | 0004*310  | as-token | system       | 3       | 200
4        | @self     | as-token | system       | 3       | 400 pc_phonecall_invalid
9        | 0004*310  | as-token | system       | 3       | 400 user_invalid
@owner   | 0003*210  | own-user | user         | 1       | 200
         | 0003*220  | own-user | user         | 2       | 400 user_invalid
         | 0003*220  | as-token | organization | 2       | 200
         | 0009*999  | own-user | user         | 1       | 400 extension_invalid
"""
FIRST = {"1": "0003*210", "2": "0003*220", "3": "0004*310"}


@pytest.mark.parametrize("row", table(CONTEXTS), ids=" ".join)
def test_whose_calls_a_request_may_end(row: list[str]) -> None:
    user, extension, context, token, owner, came = row
    desk = desk_of(token, context)
    call = desk.place("anna", "in-progress", extension=FIRST[owner])
    response = desk.ask(f"DELETE /uapi/phoneCalls/{user}/{extension}/$anna")
    assert f"{response.status} {_code(response.body)}".strip() == came
    assert (call.ending is not None) is (came == "200")


def _code(body: Any) -> str:
    return str(body["error"]["code"]) if isinstance(body, dict) else ""


NUMBERS = """
id    | phoneNumber     | came                        | ended
------|-----------------|-----------------------------|------------
      | +15550100003    | 200                         | anna bert
      | 15550100003     | 200                         | anna bert
      | %2B15550100003  | 200                         | anna bert
      | 15550100009     | 204                         |
      | abc             | 400 pc_phonenumber_invalid  |
      |                 | 200                         | anna bert carl
      | +               | 400 pc_phonenumber_invalid  |
$anna | +15550100003    | 200                         | anna
$anna | 15550100009     | 204                         |
$anna | a-b             | 400 pc_phonenumber_invalid  |
a-b   |                 | 400 pc_phonecall_invalid    |
%C3%A9|                 | 400 pc_phonecall_invalid    |
a-b   | a-b             | 400 pc_phonenumber_invalid  |
4711  | 15550100003     | 400 pc_phonecall_invalid    |
"""


@pytest.mark.parametrize("row", [line.split("|") for line in NUMBERS.strip().splitlines()[2:]], ids=lambda row: " ".join(row))
def test_a_number_picks_the_calls_that_have_it(row: list[str]) -> None:
    id, number, came, ended = (cell.strip() for cell in row)
    desk = desk_of()
    desk.place("anna", "in-progress"), desk.place("bert", "ringing", IN), desk.place("carl", "ringing")
    placed = desk.switch.calls["carl"].placement
    desk.switch.calls["carl"].placement = Placement("default", Direction.OUTBOUND, placed.from_, "+15550100004")
    query = f"?phoneNumber={number}" if number else ""
    response = desk.ask(f"DELETE /uapi/phoneCalls/@me/@self{'/' + id if id else ''}{query}")
    assert f"{response.status} {_code(response.body)}".strip() == came
    assert [name for name, call in desk.switch.calls.items() if call.ending] == ended.split()


def test_an_empty_number_is_no_number() -> None:
    desk = desk_of()
    desk.place("anna", "ringing")
    assert _code(desk.ask("DELETE /uapi/phoneCalls/@me/@self?phoneNumber=").body) == "pc_phonenumber_invalid"


def test_a_mismatch_may_be_an_error() -> None:
    desk = Desk("voipnow", {"voipnow.number.mismatch": "400"})
    desk.place("anna", "ringing")
    assert desk.ask("DELETE /uapi/phoneCalls/@me/@self/$anna?phoneNumber=1").status == 400


def test_what_was_hung_up_is_returned_and_its_empty_fields_are_not() -> None:
    desk = desk_of()
    desk.place("anna", "ringing")
    (returned,) = desk.ask("DELETE /uapi/phoneCalls/@me/0003*210/$anna").body
    id = desk.id("anna")
    assert returned == {
        "id": id, "extension": "0003*210", "ownerId": "1", "published": "2026-01-01T00:00:00.000Z",
        "phoneCallView": [{"id": "00", "extension": "0003*210", "flow": 4, "source": ["0003*210"], "destination": [NUMBER],
                           "ringing": "2026-01-01T00:00:00.000Z", "disposition": 3}],
        "links": {"self": f"/uapi/phoneCalls/@me/0003*210/{id}"},
    }  # fmt: skip


def test_an_inbound_call_flows_the_other_way() -> None:
    desk = desk_of()
    desk.place("anna", "in-progress", IN)
    (returned,) = desk.ask("DELETE /uapi/phoneCalls/@me/0003*210/$anna").body
    view = returned["phoneCallView"][0]
    assert (view["flow"], view["source"], view["destination"], view["disposition"]) == (8, [NUMBER], ["0003*210"], 0)


@pytest.mark.parametrize(("fields", "kept"), [("id", ["id"]), ("ownerId,%20id", ["id", "ownerId"]), ("nothing", []), ("", None)])
def test_fields_trim_what_is_returned(fields: str, kept: list[str] | None) -> None:
    desk = desk_of()
    desk.place("anna", "ringing")
    (returned,) = desk.ask(f"DELETE /uapi/phoneCalls/@me/0003*210/$anna?fields={fields}").body
    assert list(returned) == (kept if kept is not None else ["id", "extension", "ownerId", "published", "phoneCallView", "links"])


def test_several_are_ended_at_once_and_all_returned() -> None:
    desk = desk_of()
    for name in ("anna", "bert"):
        desk.place(name, "ringing")
    desk.place("carl", "ringing", extension="0003*211")
    returned = desk.ask("DELETE /uapi/phoneCalls/@me/0003*210").body
    assert [each["id"] for each in returned] == [desk.id("anna"), desk.id("bert")]
    assert desk.switch.calls["carl"].ending is None


# -- making calls ----------------------------------------------------------------------------------------------------

MADE = {"extension": "0003*210", "phoneCallView": [{"source": ["0003*210"], "destination": [NUMBER]}]}
MAKES = """
path                          | extension | came
------------------------------|-----------|----------------------
/uapi/phoneCalls/@me/simple   | 0003*210  | 200
/uapi/phoneCalls/1/simple     | 0003*211  | 200
/uapi/phoneCalls/2/simple     | 0003*220  | 400 user_invalid
/uapi/phoneCalls/@me/simple   | 0003*220  | 400 extension_invalid
/uapi/phoneCalls/@me/simple   | none      | 400 extension_invalid
"""


@pytest.mark.parametrize("row", table(MAKES), ids=" ".join)
def test_making_a_call_comes_to_this(row: list[str]) -> None:
    path, extension, came = row
    desk = desk_of()
    body = {**MADE, "extension": extension} if extension != "none" else None
    response = desk.ask(f"POST {path}", body)
    assert f"{response.status} {_code(response.body)}".strip() == came
    assert len(desk.switch.calls) == (came == "200")


@pytest.mark.parametrize(("query", "ms"), [("", None), ("?waitForPickup=10", 10_000), ("?waitForPickup=soon", None)])
def test_how_long_to_wait_stands_in_the_query(query: str, ms: int | None) -> None:
    desk = desk_of()
    desk.ask(f"POST /uapi/phoneCalls/@me/simple{query}", {**MADE, "x-hangup-url": "http://app.test/bye"}, "anna")
    assert desk.switch.calls["anna"].placement == Placement(
        "default", Direction.OUTBOUND, "0003*210", NUMBER, None, "http://app.test/bye", ms, None, "1", "0003*210"
    )


@pytest.mark.parametrize(
    ("view", "to"),
    [
        ([{"destination": [NUMBER, "2"]}], NUMBER), ([{"destination": NUMBER}], NUMBER), ([{"destination": []}], ""),
        ([{}], ""), ([], ""), (None, ""), ("odd", ""), (["odd"], ""), ({"destination": "1"}, ""),
    ],
)  # fmt: skip
def test_a_destination_is_the_first_of_the_first_view(view: Any, to: str) -> None:
    desk = desk_of()
    desk.ask("POST /uapi/phoneCalls/@me/simple", {"extension": "0003*210", "phoneCallView": view}, "anna")
    assert desk.switch.calls["anna"].placement.to == to


# -- our verbs, words, callbacks -------------------------------------------------------------------------------------


def test_our_verbs_have_requests_of_theirs() -> None:
    desk = desk_of()
    desk.place("anna", "ringing"), desk.place("bert", "ringing", user="2"), desk.place("carl", "ringing", user="4")
    desk.place("dora", "ringing", extension="0003*220")
    placed = Placement(to="2", hangup_url="http://app.test/bye", ring_timeout=30_000)
    said: list[tuple[Verb, str, Any, str, Any]] = [
        (Verb.HANG_UP, "anna", None, f"DELETE /uapi/phoneCalls/@me/0003*210/{desk.id('anna')}", None),
        (Verb.HANG_UP, "bert", None, f"DELETE /uapi/phoneCalls/2/0003*220/{desk.id('bert')}", None),
        (Verb.HANG_UP, "dora", None, f"DELETE /uapi/phoneCalls/2/0003*220/{desk.id('dora')}", None),
        (Verb.HANG_UP_ALL, "default", None, "DELETE /uapi/phoneCalls/@me/@self", None),
        (Verb.PLACE, "eric", placed, "POST /uapi/phoneCalls/1/simple?waitForPickup=30",
         {"extension": "0003*210", "phoneCallView": [{"source": ["0003*210"], "destination": ["2"]}],
          "x-hangup-url": "http://app.test/bye"}),
        (Verb.PLACE, "eric", Placement(to="2", user="2", extension="0003*220"), "POST /uapi/phoneCalls/2/simple",
         {"extension": "0003*220", "phoneCallView": [{"source": ["0003*220"], "destination": ["2"]}]}),
        (Verb.PLACE, "eric", Placement(to="2", user="9"), "POST /uapi/phoneCalls/9/simple",
         {"extension": "", "phoneCallView": [{"source": [""], "destination": ["2"]}]}),
    ]  # fmt: skip
    for verb, name, detail, line, body in said:
        made = desk.speaks.say(verb, name, desk.switch, detail)
        assert (made.line, made.body) == (line, body)
    with pytest.raises(UsageError, match="voipnow has no request to stop"):
        desk.speaks.say(Verb.STOP, "room", desk.switch)


STATES = """
direction | state       | status | text
----------|-------------|--------|----------------------
outbound  | queued      | 2      | trying
outbound  | ringing     | 4      | other side is ringing
inbound   | ringing     | 3      | ringing
outbound  | in-progress | 5      | on call
"""


@pytest.mark.parametrize("row", table(STATES), ids=lambda row: " ".join(row[:2]))
def test_a_live_call_has_the_status_of_its_view(row: list[str]) -> None:
    direction, state, status, text = row
    desk = desk_of()
    desk.place("anna", state, Direction(direction))
    assert desk.words() == {"status": int(status), "text": text}


SPELLINGS = """
cause               | by        | was         | disposition
--------------------|-----------|-------------|-------------
cancelled           | api       | ringing     | 3 NO ANSWER
cancelled           | far-party | ringing     | 3 NO ANSWER
cancelled           | platform  | ringing     | 3 NO ANSWER
normal              | api       | in-progress | 0 ANSWERED
normal              | far-party | in-progress | 0 ANSWERED
normal              | document  | in-progress | 0 ANSWERED
rejected            | far-party | ringing     | 1 BUSY
rejected            | document  | ringing     | 1 BUSY
busy                | far-party | ringing     | 1 BUSY
busy                | document  | ringing     | 1 BUSY
no-answer           | carrier   | ringing     | 3 NO ANSWER
ring-timeout        | platform  | ringing     | 3 NO ANSWER
failed              | carrier   | ringing     | 2 FAILED
failed              | platform  | queued      | 2 FAILED
time-limit          | platform  | in-progress | 0 ANSWERED
time-limit          | platform  | ringing     | 3 NO ANSWER
end-of-instructions | platform  | in-progress | 0 ANSWERED
end-of-instructions | platform  | ringing     | 3 NO ANSWER
bad-instructions    | platform  | ringing     | 2 FAILED
mpc-ended           | api       | in-progress | 0 ANSWERED
mpc-ended           | platform  | in-progress | 0 ANSWERED
"""


@pytest.mark.parametrize("row", table(SPELLINGS), ids=lambda row: " ".join(row[:3]))
def test_an_ending_is_spelled_so(row: list[str]) -> None:
    cause, by, was, disposition = row
    end = Ending(Cause(cause), By(by), 0, Verb.HANG_UP, "", CallState(was), Direction.OUTBOUND)
    words = desk_of().speaks.ending(end).words
    assert f"{words['code']} {words['disposition']}" == disposition


@pytest.mark.parametrize(
    ("direction", "answered", "told"),
    [
        (Direction.OUTBOUND, True, {"CallFlow": "OUT", "CallStatus": "ANSWER", "CallerIDNum": "0003*210", "CalledNumber": NUMBER}),
        (Direction.OUTBOUND, False, {"CallFlow": "OUT", "CallStatus": "UNKNOWN", "CallerExtension": "0003*210", "CalledExtension": ""}),
        (IN, True, {"CallFlow": "IN", "CallStatus": "ANSWER", "CallerIDNum": NUMBER, "CallerExtension": "", "CalledExtension": "0003*210"}),
    ],
)
def test_a_callback_says_which_way_the_call_went(direction: Direction, answered: bool, told: dict[str, str]) -> None:
    desk = desk_of()
    call = desk.place("anna", "in-progress" if answered else "ringing", direction)
    desk.ask("DELETE /uapi/phoneCalls/@me/@self")
    params = desk.speaks.callback("hangup", call, desk.switch)[0]
    assert {key: params[key] for key in told} == told
    assert (params["CallID"], params["CallAPIID"]) == ("1", desk.id("anna"))
    assert desk.speaks.callback("record", call, desk.switch)[0]["CallFlow"] == "UNKNOWN"
