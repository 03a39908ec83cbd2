"""Plivo: making calls, multiparty calls and their participants, ids, and what its callbacks say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsim.dialects import Plivo, Setting, rulebook
from callsim.dialects.plivo.causes import CAUSES, FAILURES
from callsim.errors import UsageError
from callsim.instructions import Document, Element, GetDigits, MultiPartyCall, Record, Speak
from callsim.model import (
    BadDocument,
    By,
    Call,
    CallState,
    Cause,
    Command,
    Direction,
    Ending,
    Exit,
    Joining,
    Placement,
    Purpose,
    StayAlone,
    TodoKind,
    Verb,
)

from .desk import IN, NUMBER, OUR_NUMBER, Desk, table

CALLS = "/v1/Account/$account/Call/"
ROOM = "/v1/Account/$account/MultiPartyCall/name_room/"


@pytest.fixture
def desk() -> Desk:
    return Desk("plivo")


# -- ids -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "id"),
    [("default", "MADEMODEMODEMODEMO00"), ("second", "MASECOND000000000000"), ("a-b", "MAD1BD65B7451F6D9128"), ("ab", "MAAB0000000000000000")],
)
def test_an_account_id_has_twenty_characters(desk: Desk, account: str, id: str) -> None:
    assert desk.speaks.account_id(account) == id
    assert len(id) == 20


def test_ids_come_from_the_seed() -> None:
    one, same, other = (Desk("plivo", setting=Setting(seed=seed)) for seed in (1, 1, 2))
    ids = [each.speaks.call_id(each.place()) for each in (one, same, other)]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0][14] == "4"


def test_a_request_id_is_the_calls_or_its_own() -> None:
    same, separate = Desk("plivo"), Desk("plivo", {"plivo.request_uuid": "separate"})
    assert same.speaks.request_id(same.place()) == same.id("anna")
    assert separate.speaks.request_id(separate.place()) != separate.id("anna")


def test_ids_are_those_of_the_switch_that_is_asked() -> None:
    """The dialect forgets the ids of a longer world when it meets a shorter one."""
    long, short = Desk("plivo"), Desk("plivo")
    long.place("anna"), long.place("bert"), short.place("carl")
    id = long.id("anna")
    call = long.speaks.call_of(id, long.switch)
    assert call is long.switch.calls["anna"]
    assert long.speaks.call_of(id, short.switch) is short.switch.calls["carl"]
    assert long.speaks.call_of("nobody", short.switch) is None


# -- making calls ----------------------------------------------------------------------------------------------------

FULL = {"from": OUR_NUMBER, "to": NUMBER, "answer_url": "http://app.test/answer"}


def test_a_call_is_made_as_its_body_says(desk: Desk) -> None:
    response = desk.ask(f"POST {CALLS}", {**FULL, "hangup_url": "http://app.test/bye", "ring_timeout": "30", "time_limit": 60}, "anna")
    assert response.status == 201
    assert response.body == {"message": "call fired", "request_uuid": desk.id("anna"), "api_id": response.body["api_id"]}
    assert desk.switch.calls["anna"].placement == Placement(
        "default", Direction.OUTBOUND, OUR_NUMBER, NUMBER, "http://app.test/answer", "http://app.test/bye", 30_000, 60_000
    )


@pytest.mark.parametrize("missing", ["from", "to", "answer_url"])
@pytest.mark.parametrize("given", ["", None])
def test_a_call_needs_who_calls_whom_and_where_its_instructions_are(desk: Desk, missing: str, given: Any) -> None:
    response = desk.ask(f"POST {CALLS}", {**FULL, missing: given})
    assert (response.status, response.body["error"]) == (400, f"{missing} parameter is missing")
    assert not desk.switch.calls


@pytest.mark.parametrize("body", [None, "from=1", [1], 7])
def test_a_body_that_is_no_mapping_holds_nothing(desk: Desk, body: Any) -> None:
    assert desk.ask(f"POST {CALLS}", body).body["error"] == "from parameter is missing"


NO_SECONDS = ("0", "", "-1", "soon", "²", "9" * 5_000)


@pytest.mark.parametrize(("written", "ms"), [("30", 30_000), (30, 30_000), *((written, None) for written in NO_SECONDS)])
def test_a_timeout_is_whole_seconds_or_the_vendors_own(desk: Desk, written: Any, ms: int | None) -> None:
    desk.ask(f"POST {CALLS}", {**FULL, "ring_timeout": written}, "anna")
    assert desk.switch.calls["anna"].placement.ring_timeout == ms


@pytest.mark.parametrize("field", ["answer_url", "hangup_url"])
def test_a_url_is_a_text(desk: Desk, field: str) -> None:
    answer = desk.ask(f"POST {CALLS}", {**FULL, field: ["http://app.test/"]})
    assert (answer.status, answer.body["error"]) == (400, f"{field} parameter is not a valid URL")


def test_calls_that_nobody_named_get_names_of_their_own(desk: Desk) -> None:
    desk.place("call-2")
    for _ in range(2):
        desk.ask(f"POST {CALLS}", FULL)
    assert list(desk.switch.calls) == ["call-2", "call#2", "call#3"]


# -- multiparty calls ------------------------------------------------------------------------------------------------

STOPS = """
multiparty call    | by   | status reply
-------------------|------|-------------
with somebody in   | name | 204 done
                   | uuid | 204 done
not joined yet     | name | 204 done
ended              | name | 404 unknown
                   | uuid | 404 already
never there        | name | 404 unknown
"""


@pytest.mark.parametrize("row", table(STOPS), ids=" ".join)
def test_stopping_a_multiparty_call_comes_to_this(desk: Desk, row: list[str]) -> None:
    state, by, came = row
    if state != "never there":
        desk.add("anna", answered=state != "not joined yet")
    if state == "ended":
        desk.say(Verb.STOP, "room", By.API)
    word = "uuid_$room" if by == "uuid" else "name_room"
    response = desk.ask(f"DELETE /v1/Account/$account/MultiPartyCall/{word}/")
    assert f"{response.status} {response.outcome}" == came


@pytest.mark.parametrize(("id", "choice"), [("plivo.mpc_stop.ended", "204"), ("plivo.mpc_stop.unknown", "204")])
def test_stopping_what_is_not_live_may_be_no_error(id: str, choice: str) -> None:
    desk = Desk("plivo", {id: choice})
    desk.add("anna")
    desk.say(Verb.STOP, "room", By.API)
    ended, unknown = desk.ask("DELETE /v1/Account/$account/MultiPartyCall/uuid_$room/"), desk.ask(f"DELETE {ROOM}")
    assert (ended.status, unknown.status) == ((204, 404) if id.endswith("ended") else (404, 204))


@pytest.mark.parametrize("word", ["room", "name_", "name_lobby", "uuid_", "uuid_4711", "id_room", "_room"])
def test_a_word_that_is_neither_name_nor_uuid_finds_nothing(desk: Desk, word: str) -> None:
    desk.add("anna")
    assert desk.ask(f"DELETE /v1/Account/$account/MultiPartyCall/{word}/").status == 404


def test_another_accounts_multiparty_call_is_not_found(desk: Desk) -> None:
    desk.add("anna")
    assert desk.ask("DELETE /v1/Account/MASECOND000000000000/MultiPartyCall/uuid_$room/").status == 404


ADDS = """
body                                | status reply     | error
------------------------------------|------------------|-------------------------------------
role from to                        | 201 done         |
role call_uuid:in-progress          | 201 done         |
role call_uuid:ringing              | 400 refused      | call cannot be added
role call_uuid:completed            | 400 refused      | call cannot be added
role call_uuid:in-mpc               | 400 refused      | call cannot be added
role call_uuid:unknown              | 400 bad-request  | call_uuid parameter names no call
from to                             | 400 bad-request  | role parameter is missing
role to                             | 400 bad-request  | from parameter is missing
role from                           | 400 bad-request  | to parameter is missing
"""


@pytest.mark.parametrize("row", table(ADDS), ids=lambda row: row[0])
def test_adding_a_participant_comes_to_this(desk: Desk, row: list[str]) -> None:
    words, came, error = row
    response = desk.ask(f"POST {ROOM}Participant/", dict(added_body(desk, words.split())))
    assert f"{response.status} {response.outcome}" == came
    assert response.body.get("error", "") == error


def added_body(desk: Desk, words: list[str]) -> list[tuple[str, str]]:
    known = {"role": "Agent", "from": OUR_NUMBER, "to": NUMBER}
    body = []
    for word in words:
        key, _, state = word.partition(":")
        if not state:
            body.append((key, known[key]))
            continue
        if state == "in-mpc":
            desk.add("busy", "other")
        elif state != "unknown":
            desk.place("busy", state)
        body.append((key, desk.id("busy") if "busy" in desk.switch.calls else "4711"))
    return body


@pytest.mark.parametrize(("written", "alone"), [(True, "YES"), ("true", "YES"), ("True", "YES"), (False, "NO"), ("no", "NO")])
def test_an_added_leg_is_as_its_body_says(desk: Desk, written: Any, alone: str) -> None:
    body = {
        "role": "Customer", "from": OUR_NUMBER, "to": NUMBER, "on_exit_action_url": "http://app.test/exit", "stay_alone": written,
        "call_status_callback_url": "http://app.test/status", "ring_timeout": 20,
    }  # fmt: skip
    response = desk.ask(f"POST {ROOM}Participant/", body, "anna")
    call = desk.switch.calls["anna"]
    assert (call.placement.hangup_url, call.placement.ring_timeout) == ("http://app.test/status", 20_000)
    assert call.participant is not None
    assert (call.participant.role, call.participant.exit_url) == ("customer", "http://app.test/exit")
    assert desk.switch.mpcs["room"].stay_alone is StayAlone[alone]
    assert response.body["calls"] == [{"to": NUMBER, "from": OUR_NUMBER, "call_uuid": desk.id("anna")}]


def test_a_leg_is_added_to_a_live_multiparty_call_by_its_uuid_too(desk: Desk) -> None:
    desk.add("anna")
    body = {"role": "agent", "from": OUR_NUMBER, "to": NUMBER}
    assert desk.ask("POST /v1/Account/$account/MultiPartyCall/uuid_$room/Participant/", body, "bert").status == 201
    assert [one.name for one in desk.switch.mpcs["room"].participants] == ["anna", "bert"]
    error = desk.ask("POST /v1/Account/$account/MultiPartyCall/uuid_4711/Participant/", body).body["error"]
    assert error == "no live multiparty call has this uuid"
    error = desk.ask("POST /v1/Account/$account/MultiPartyCall/name_/Participant/", body).body["error"]
    assert error == "the multiparty call has no name"
    error = desk.ask(f"POST {ROOM}Participant/", {**body, "on_exit_action_url": ["/exit"]}).body["error"]
    assert error == "on_exit_action_url parameter is not a valid URL"


KICKS = """
participants     | wanted       | status reply | out
-----------------|--------------|--------------|------------
anna bert carl   | 101          | 204 done     | anna
                 | 101,103      | 204 done     | anna carl
                 | all          | 204 done     | anna bert carl
                 | 999          | 404 unknown  |
                 | 101,999      | 204 done     | anna
nobody           | all          | 404 unknown  |
                 | 101          | 404 unknown  |
"""


@pytest.mark.parametrize("row", table(KICKS), ids=lambda row: " ".join(row[:2]))
def test_kicking_comes_to_this(desk: Desk, row: list[str]) -> None:
    names, wanted, came, out = row
    for name in names.split() if names != "nobody" else []:
        desk.add(name, stay_alone=StayAlone.YES)
    response = desk.ask(f"DELETE {ROOM}Participant/{wanted}/")
    assert f"{response.status} {response.outcome}" == came
    assert [name for name, call in desk.switch.calls.items() if call.participant and call.participant.exit is Exit.KICKED] == out.split()


@pytest.mark.parametrize(("choice", "status"), [("404", 404), ("204", 204)])
def test_kicking_somebody_who_is_out_comes_to_the_same_again(choice: str, status: int) -> None:
    desk = Desk("plivo", {"plivo.kick.gone": choice})
    for name in ("anna", "bert", "carl"):
        desk.add(name)
    assert desk.ask(f"DELETE {ROOM}Participant/101/").status == 204
    again = desk.ask(f"DELETE {ROOM}Participant/101/")
    assert (again.status, again.outcome) == (status, "already")


def test_somebody_who_came_back_is_another_participant(desk: Desk) -> None:
    for name in ("anna", "bert", "carl"):
        desk.add(name, exit_url="http://app.test/exit", stay_alone=StayAlone.YES)
    desk.say(Verb.KICK, "anna", By.API)
    desk.say(Verb.ADD, "anna", By.API, Joining("room"))
    assert desk.ask(f"DELETE {ROOM}Participant/101/").outcome == "unknown"
    assert desk.ask(f"DELETE {ROOM}Participant/104/").outcome == "done"


# -- requests for our verbs ------------------------------------------------------------------------------------------


def test_our_verbs_have_requests_of_theirs(desk: Desk) -> None:
    desk.place("anna", "ringing"), desk.add("bert")
    account, speaks = desk.id("account"), desk.speaks
    placed = Placement("default", Direction.OUTBOUND, "1", "2", None, "http://app.test/bye", 30_000, 60_000)
    joining = Joining("room", "", "http://app.test/exit", StayAlone.YES, placed)
    said: list[tuple[Verb, str, Any, str, Any]] = [
        (Verb.HANG_UP, "anna", None, f"DELETE /v1/Account/{account}/Call/{desk.id('anna')}/", None),
        (Verb.CANCEL, "anna", None, f"DELETE /v1/Account/{account}/Request/{desk.id('anna')}/", None),
        (Verb.HANG_UP_ALL, "default", None, f"DELETE /v1/Account/{account}/Call/", None),
        (Verb.STOP, "room", None, f"DELETE /v1/Account/{account}/MultiPartyCall/name_room/", None),
        (Verb.STOP, "lobby", None, f"DELETE /v1/Account/{account}/MultiPartyCall/name_lobby/", None),
        (Verb.KICK, "bert", None, f"DELETE /v1/Account/{account}/MultiPartyCall/uuid_{desk.id('room')}/Participant/101/", None),
        (Verb.PLACE, "carl", placed, f"POST /v1/Account/{account}/Call/",
         {"from": "1", "to": "2", "answer_url": "http://app.test/no-instructions", "hangup_url": "http://app.test/bye",
          "ring_timeout": 30, "time_limit": 60}),
        (Verb.PLACE, "carl", Placement(to="2", answer_url="http://app.test/a"), f"POST /v1/Account/{account}/Call/",
         {"to": "2", "answer_url": "http://app.test/a"}),
        (Verb.ADD, "carl", joining, f"POST /v1/Account/{account}/MultiPartyCall/name_room/Participant/",
         {"role": "agent", "stay_alone": True, "from": "1", "to": "2", "call_status_callback_url": "http://app.test/bye",
          "ring_timeout": 30, "on_exit_action_url": "http://app.test/exit"}),
        (Verb.ADD, "carl", Joining("room", "supervisor", placement=Placement()),
         f"POST /v1/Account/{account}/MultiPartyCall/name_room/Participant/",
         {"role": "supervisor", "stay_alone": False, "from": "", "to": ""}),
        (Verb.ADD, "anna", Joining("room"), f"POST /v1/Account/{account}/MultiPartyCall/name_room/Participant/",
         {"role": "agent", "stay_alone": False, "call_uuid": desk.id("anna")}),
        (Verb.ADD, "carl", Joining("room"), f"POST /v1/Account/{account}/MultiPartyCall/name_room/Participant/",
         {"role": "agent", "stay_alone": False}),
    ]  # fmt: skip
    for verb, name, detail, line, body in said:
        made = speaks.say(verb, name, desk.switch, detail)
        assert (made.line, made.body) == (line, body)


@pytest.mark.parametrize(
    ("verb", "name"),
    [(Verb.RING, "anna"), (Verb.KICK, "anna")],
)
def test_a_verb_without_a_request_is_said_to_have_none(desk: Desk, verb: Verb, name: str) -> None:
    desk.place("anna")
    with pytest.raises(UsageError, match=f"plivo has no request to {verb.replace('_', ' ')}"):
        desk.speaks.say(verb, name, desk.switch)


@pytest.mark.parametrize("verb", [Verb.KICK, Verb.CANCEL, Verb.HANG_UP])
def test_nothing_can_be_asked_about_a_call_that_is_not_placed(desk: Desk, verb: Verb) -> None:
    with pytest.raises(UsageError, match="there is no call 'nobody' yet"):
        desk.speaks.say(verb, "nobody", desk.switch)


@pytest.mark.parametrize("limit", ["ring_timeout", "time_limit"])
@pytest.mark.parametrize(("ms", "written"), [(None, True), (1_000, True), (90_000, True), (999, False), (0, False), (2_500, False)])
def test_a_limit_is_whole_seconds_or_cannot_be_written(desk: Desk, limit: str, ms: int | None, written: bool) -> None:
    placement = Placement(**{limit: ms})
    if written:
        body = desk.speaks.say(Verb.PLACE, "anna", desk.switch, placement).body
        assert body.get(limit) == (None if ms is None else ms // 1000)
    else:
        with pytest.raises(UsageError, match=f"take {limit} in whole seconds, and {ms} ms is not"):
            desk.speaks.say(Verb.PLACE, "anna", desk.switch, placement)


def test_a_call_made_without_instructions_has_none(desk: Desk) -> None:
    sent = desk.speaks.say(Verb.PLACE, "anna", desk.switch, Placement(from_="1", to="2"))
    desk.ask(sent.line, sent.body, "anna")
    assert desk.switch.calls["anna"].placement.answer_url is None


# -- words -----------------------------------------------------------------------------------------------------------

SPELLINGS = """
cause               | by          | was         | direction | detail        | purpose  | code  source
--------------------|-------------|-------------|-----------|---------------|----------|-----------------
cancelled           | api         | queued      | outbound  |               |          | 1000 API Request
cancelled           | api         | ringing     | outbound  |               |          | 1000 API Request
cancelled           | far-party   | ringing     | inbound   |               |          | 1000 Caller
cancelled           | platform    | ringing     | outbound  |               |          | 1000 Plivo
normal              | api         | in-progress | outbound  |               |          | 4000 API Request
normal              | far-party   | in-progress | inbound   |               |          | 4000 Caller
normal              | far-party   | in-progress | outbound  |               |          | 4000 Callee
normal              | document    | in-progress | outbound  |               |          | 4000 Answer XML
rejected            | far-party   | ringing     | outbound  |               |          | 3020 Callee
rejected            | document    | ringing     | inbound   |               |          | 3020 Answer XML
busy                | far-party   | ringing     | outbound  |               |          | 3010 Callee
busy                | document    | ringing     | inbound   |               |          | 3010 Answer XML
no-answer           | carrier     | ringing     | outbound  |               |          | 3000 Carrier
ring-timeout        | platform    | ringing     | outbound  |               |          | 6010 Plivo
failed              | carrier     | queued      | outbound  | 3050          |          | 3050 Carrier
failed              | platform    | queued      | outbound  | 2030          |          | 2030 Plivo
failed              | carrier     | queued      | outbound  |               |          | 5010 Plivo
failed              | carrier     | queued      | outbound  | 999           |          | 5010 Plivo
failed              | platform    | ringing     | inbound   |               |          | 5010 Plivo
time-limit          | platform    | in-progress | outbound  | limit         |          | 6000 Plivo
time-limit          | platform    | in-progress | outbound  | schedule      |          | 6000 Plivo
time-limit          | platform    | ringing     | inbound   | schedule      |          | 6000 Plivo
end-of-instructions | platform    | in-progress | outbound  |               |          | 4010 Plivo
bad-instructions    | platform    | in-progress | outbound  | unreachable   | answer   | 7011 Error
bad-instructions    | platform    | in-progress | outbound  | unreachable   | action   | 7012 Error
bad-instructions    | platform    | in-progress | outbound  | unreachable   | exit     | 7012 Error
bad-instructions    | platform    | in-progress | outbound  | unreachable   | redirect | 7014 Error
bad-instructions    | platform    | in-progress | outbound  | invalid       | answer   | 8011 Error
bad-instructions    | platform    | in-progress | outbound  | invalid       | action   | 8012 Error
bad-instructions    | platform    | in-progress | outbound  | invalid       | exit     | 8012 Error
bad-instructions    | platform    | in-progress | outbound  | invalid       | redirect | 8014 Error
bad-instructions    | platform    | in-progress | outbound  | empty         | answer   | 8011 Error
bad-instructions    | platform    | in-progress | outbound  | bad-url       | action   | 7022 Error
bad-instructions    | platform    | in-progress | outbound  | bad-url       | exit     | 7022 Error
bad-instructions    | platform    | in-progress | outbound  | bad-url       | redirect | 7024 Error
bad-instructions    | platform    | in-progress | outbound  | bad-method    | action   | 7032 Error
bad-instructions    | platform    | in-progress | outbound  | bad-method    | exit     | 7032 Error
bad-instructions    | platform    | in-progress | outbound  | bad-method    | redirect | 7034 Error
bad-instructions    | platform    | in-progress | outbound  | too-many-redirects | redirect | 8014 Error
mpc-ended           | api         | in-progress | outbound  |               |          | 4020 API Request
mpc-ended           | platform    | in-progress | outbound  |               |          | 4020 Plivo
kicked              | api         | in-progress | outbound  |               |          | 4030 API Request
"""


def ending(row: list[str]) -> Ending:
    cause, by, was, direction, detail, purpose, _ = row
    verb = {"limit": Verb.TIME_LIMIT_REACHED, "schedule": Verb.SCHEDULE_REACHED}.get(detail, Verb.HANG_UP)
    worded = "" if verb is not Verb.HANG_UP else detail
    kept = int(worded) if worded.isdigit() else BadDocument(worded) if worded else None
    return Ending(Cause(cause), By(by), 0, verb, "", CallState(was), Direction(direction), Purpose(purpose) if purpose else None, kept)


@pytest.mark.parametrize("row", table(SPELLINGS), ids=lambda row: " ".join(row[:6]))
def test_an_ending_is_spelled_so(desk: Desk, row: list[str]) -> None:
    assert isinstance(desk.speaks, Plivo)
    cause, source, rule = desk.speaks.cause(ending(row))
    assert f"{cause.code} {source}" == row[-1]
    assert rule in desk.speaks.rulebook.rows


def test_the_code_of_a_failure_that_has_none_is_in_its_row(desk: Desk) -> None:
    book = desk.speaks.rulebook
    failed = {row.id: row for row in book.spellings if row.word == Cause.FAILED and row.of == "ending"}
    others = {id: replace(row, words={**row.words, "otherwise": 5000}) for id, row in failed.items()}
    speaks = Plivo(book.with_rows(others.get(id, row) for id, row in book.rows.items()))
    call = desk.place()
    desk.say(Verb.FAIL, "anna", By.CARRIER)
    assert (desk.words()["code"], speaks.call_words(call)[0]["code"]) == (5010, 5000)


LATE = """
route   | reply   | basis
--------|---------|---------
hang_up | already | assumed
        | unknown | observed
cancel  | already | assumed
        | unknown | observed
        | refused | assumed
"""


@pytest.mark.parametrize("row", table(LATE), ids=lambda row: " ".join(row[:2]))
def test_a_404_for_a_call_that_was_there_is_no_more_than_likely(desk: Desk, row: list[str]) -> None:
    """A sample shows one for an id that is not there; nobody shows one for a call that has ended."""
    assert desk.speaks.rulebook.rows[f"answer.plivo.{row[0]}.{row[1]}"].basis.kind == row[2]


@pytest.mark.parametrize(("clock", "owed"), [("limit", "plivo.cause.unstated"), ("schedule", "plivo.hangup_xml.schedule")])
def test_a_time_limit_owes_nothing_to_what_is_assumed_of_schedules(desk: Desk, clock: str, owed: str) -> None:
    assert isinstance(desk.speaks, Plivo)
    row = next(row for row in table(SPELLINGS) if row[4] == clock)
    assert desk.speaks.rulebook.rows[desk.speaks.cause(ending(row))[2]].basis.assumption == owed


def test_every_code_has_its_name_and_failures_are_those_before_the_answer() -> None:
    assert all(code == each.code and each.name and each.when for code, each in CAUSES.items())
    assert Plivo.failure_codes() == FAILURES
    assert set(FAILURES) < {*range(2000, 2080), *range(3030, 3150), 4210, 4240, 4250, 5000, 5010, 5020}


def test_a_multiparty_call_has_these_words(desk: Desk) -> None:
    desk.add("anna", answered=False)
    mpc = desk.switch.mpcs["room"]
    common = {"friendly_name": "room", "mpc_uuid": desk.id("room")}
    anna = {"member_id": "101", "call_uuid": desk.id("anna"), "role": ""}
    heard, gone = dict.fromkeys(("mute", "hold", "coach_mode"), False), dict.fromkeys(("mute", "hold", "coach_mode"))
    joining = {**anna, "join_time": "", "exit_time": "", "exit_cause": None, **heard}
    assert desk.speaks.mpc_words(mpc)[0] == {"status": "Initialized", "recording": "not-recording", **common, "participants": [joining]}
    desk.now = 4_000
    desk.say(Verb.STOP, "room", By.API)
    assert desk.speaks.mpc_words(mpc)[0] == {
        "status": "Ended", "recording": None, **common, "termination_cause": "Hangup API Triggered", "termination_cause_code": 3000,
        "participants": [{**joining, "exit_time": "2026-01-01 00:00:04", "exit_cause": "Multiparty Call Ended", **gone}],
    }  # fmt: skip


def test_each_participant_has_its_own_exit_cause(desk: Desk) -> None:
    desk.now = 1_000
    for name in ("anna", "bert", "carl", "dora"):
        desk.add(name, stay_alone=StayAlone.YES)
    desk.say(Verb.KICK, "anna", By.API)
    desk.say(Verb.HANG_UP, "bert", By.FAR_PARTY)
    desk.say(Verb.HANG_UP, "carl", By.API)
    words, rules = desk.speaks.mpc_words(desk.switch.mpcs["room"])
    assert [one["exit_cause"] for one in words["participants"]] == [
        "Kicked Out of Multiparty Call", "Participant Call Hangup", "Participant Call Hangup", None,
    ]  # fmt: skip
    assert {one["join_time"] for one in words["participants"]} == {"2026-01-01 00:00:01"}
    assert rules == (
        "spelling.mpc-state.active", "spelling.mpc-recording.recording-off", "spelling.exit.kicked", "spelling.exit.call-ended",
    )  # fmt: skip


# -- callbacks -------------------------------------------------------------------------------------------------------


def test_a_hangup_callback_tells_all_about_an_outbound_call(desk: Desk) -> None:
    call = desk.place("anna")
    desk.now = 250
    desk.say(Verb.RING, "anna", By.CARRIER)
    desk.now = 2_000
    desk.say(Verb.ANSWER, "anna", By.FAR_PARTY)
    desk.now = 63_001
    desk.ask(f"DELETE {CALLS}$anna/")
    params, rules = desk.speaks.callback("hangup", call, desk.switch)
    id = desk.id("anna")
    assert params == {
        "From": OUR_NUMBER, "To": NUMBER, "CallUUID": id, "Direction": "outbound", "RequestUUID": id, "ALegRequestUUID": id,
        "ALegUUID": id, "Event": "Hangup", "CallStatus": "completed", "SessionStart": "2026-01-01 00:00:00.250000",
        "StartTime": "2026-01-01 00:00:00", "AnswerTime": "2026-01-01 00:00:02", "EndTime": "2026-01-01 00:01:03",
        "Duration": 62, "BillDuration": 120,
        "HangupCauseName": "Normal Hangup", "HangupCauseCode": 4000, "HangupSource": "API Request",
    }  # fmt: skip
    assert set(rules) <= set(desk.speaks.rulebook.rows)


def test_a_hangup_callback_of_a_call_nobody_answered_bills_nothing(desk: Desk) -> None:
    call = desk.place("anna", "ringing", IN)
    desk.now = 1_500
    desk.ask(f"DELETE {CALLS}$anna/")
    params, rules = desk.speaks.callback("hangup", call, desk.switch)
    assert {key: params[key] for key in ("AnswerTime", "Duration", "BillDuration", "CallStatus")} == {
        "AnswerTime": "", "Duration": 0, "BillDuration": 0, "CallStatus": "completed",
    }  # fmt: skip
    assert "RequestUUID" not in params
    assert not [rule for rule in rules if rule.startswith("spelling.duration")]
    assert params["SessionStart"] == "2026-01-01 00:00:00.000000"


@pytest.mark.parametrize(("choice", "told"), [("none", []), ("answer_url", ["http://app.test/answer"])])
def test_where_no_hangup_url_is_set_the_answer_url_is_told_if_that_is_assumed(choice: str, told: list[str]) -> None:
    desk = Desk("plivo", {"plivo.hangup_url.unset_inbound": choice})
    desk.place("anna", "in-progress", IN, answer_url="http://app.test/answer")
    outcome = desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    assert [todo.url for todo in outcome.todos if todo.kind is TodoKind.CALLBACK] == told


def test_a_call_that_never_rang_has_no_session(desk: Desk) -> None:
    call = desk.place("anna")
    desk.ask(f"DELETE {CALLS}$anna/")
    assert desk.speaks.callback("hangup", call, desk.switch)[0]["SessionStart"] == ""


LENGTHS = """
assumed               | lasted | told | billed
----------------------|--------|------|-------
rounding: up          | 0      | 0    | 0
                      | 1      | 1    | 60
                      | 60000  | 60   | 60
                      | 60001  | 61   | 120
                      | 65500  | 66   | 120
rounding: nearest     | 499    | 0    | 0
                      | 500    | 1    | 60
                      | 60499  | 60   | 60
billed: 6             | 1      | 1    | 6
                      | 60001  | 61   | 66
billed: 1             | 60001  | 61   | 61
"""


@pytest.mark.parametrize("row", table(LENGTHS), ids=lambda row: " ".join(row[:2]))
def test_a_call_of_this_length_is_told_and_billed_so(row: list[str]) -> None:
    assumed, lasted, told, billed = row
    id, _, choice = assumed.partition(": ")
    desk = Desk("plivo", {f"plivo.duration.{id}": choice})
    call = desk.place("anna", "in-progress")
    desk.now = int(lasted)
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    params, rules = desk.speaks.callback("hangup", call, desk.switch)
    assert (params["Duration"], params["BillDuration"]) == (int(told), int(billed))
    assert {"spelling.duration.told", "spelling.duration.billed"} <= set(rules)


def asked(desk: Desk, *elements: Element) -> Call:
    call = desk.place("anna", "in-progress")
    desk.switch.apply(Command(Verb.RUN, "anna", By.DOCUMENT, Document(elements)), 0)
    return call


def test_digits_are_told_to_the_url_that_asked_for_them(desk: Desk) -> None:
    call = asked(desk, GetDigits("http://app.test/pin", redirect=False, most=2), Speak("Bye."))
    desk.switch.apply(Command(Verb.PRESS, "anna", By.FAR_PARTY, "42"), 0)
    params, rules = desk.speaks.callback("digits", call, desk.switch)
    assert (params["Digits"], params["Event"], rules[-1]) == ("42", "GetDigits", "spelling.callback.digits")
    assert desk.speaks.asks(Purpose.ACTION, call, call.state)[0]["Digits"] == "42"


def test_the_url_of_a_recording_of_the_session_is_asked_before_anybody_knows_how_long_it_is(desk: Desk) -> None:
    call = asked(desk, Record(action="http://app.test/rec", session=True))
    params = desk.speaks.asks(Purpose.ACTION, call, call.state)[0]
    assert (params["RecordingDuration"], params["RecordingDurationMs"]) == (-1, -1)


def test_who_asks_for_nothing_is_told_nothing_of_what_ran(desk: Desk) -> None:
    call = asked(desk, Speak("Bye."))
    assert "RecordingDuration" not in desk.speaks.asks(Purpose.ACTION, call, call.state)[0]


def test_a_recording_callback_tells_how_long_it_was(desk: Desk) -> None:
    call = desk.place("anna", "in-progress")
    desk.switch.apply(Command(Verb.RUN, "anna", By.DOCUMENT, Document((Record(60_000, "http://app.test/rec"), Speak("Bye.")))), 0)
    params, rules = desk.speaks.callback("record", call, desk.switch)
    assert (params["RecordingDuration"], params["RecordingDurationMs"]) == (0, 0)
    assert rules == ("limit.request_uuid", "spelling.callback.record")
    desk.now = 2_500
    desk.say(Verb.HANG_UP, "anna", By.FAR_PARTY)
    params = desk.speaks.callback("record", call, desk.switch)[0]
    assert (params["Event"], params["RecordingDuration"], params["RecordingDurationMs"]) == ("RecordStop", 3, 2_500)


def test_a_leg_that_came_by_its_document_is_kicked_like_any_other(desk: Desk) -> None:
    call = desk.place("anna", "in-progress", IN)
    desk.switch.apply(Command(Verb.RUN, "anna", By.DOCUMENT, Document((MultiPartyCall("room"), Speak("Bye.")))), 0)
    assert desk.ask(f"DELETE {ROOM}Participant/all/").status == 204
    assert (call.state, call.participant and call.participant.exit) == ("in-progress", "kicked")


@pytest.mark.parametrize("id", ["MAXXXXXXXXXXXXXXXXXX", "SA0123456789ABCDEFGH"])
def test_an_account_that_is_named_by_its_id_has_that_id(id: str) -> None:
    assert Plivo(rulebook("plivo")).account_id(id) == id
