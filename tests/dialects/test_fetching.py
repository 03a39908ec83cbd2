"""How vendors ask an application: what a fragment says, how an attempt fails, and with which parameters it is made."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from callsim.application import Page, document_of, requested, tried
from callsim.dialects import AGAIN, VENDORS, Failure, Policy, request
from callsim.instructions import parse
from callsim.model import BadDocument, By, CallState, Command, Placement, Purpose, Todo, TodoKind, Transfer, Verb

from .desk import IN, OUT, Desk

NUMBERS = {"from_": "+15550100000", "to": "+15550100003"}
URL = "http://app.test/answer"


def policy(fragment: str = "", purpose: Purpose | None = Purpose.REDIRECT, assume: dict[str, str] | None = None, **urls: str) -> Policy:
    desk = Desk("plivo", assume)
    desk.say(Verb.PLACE, "anna", By.API, Placement(**NUMBERS, answer_url=URL, **urls))
    return desk.speaks.policy(URL + fragment, desk.switch.calls["anna"], purpose)


def figures(found: Policy) -> tuple[int, int, int, int]:
    return found.attempts, found.connect, found.read, found.total


@pytest.mark.parametrize("vendor", ["tryvox", "voipnow"])
def test_who_publishes_no_policy_asks_every_url_once(vendor: str) -> None:
    desk = Desk(vendor)
    call = desk.place("anna")
    found = {desk.speaks.policy(url, call, purpose) for url in (URL, f"{URL}#ct=100&rt=3") for purpose in (Purpose.ANSWER, None)}
    patience = int(desk.speaks.rulebook.limits["document_time"].value)
    assert [figures(each) for each in found] == [(1, patience, patience, patience)]


# -- what a fragment says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fragment", "purpose", "want"),
    [
        ("", Purpose.REDIRECT, (2, 2_000, 15_000, 55_000)),
        ("", None, (2, 2_000, 40_000, 55_000)),
        ("#ct=100&rt=100&tt=100&rc=0", None, (1, 100, 100, 100)),
        ("#ct=10000&rt=40000&tt=55000&rc=5", None, (6, 10_000, 40_000, 55_000)),
        ("#rt=40000", Purpose.ACTION, (2, 2_000, 15_000, 55_000)),
        ("#rt=9000&er=us-east&nothing", Purpose.ACTION, (2, 2_000, 9_000, 55_000)),
        ("#ct=99&rt=40001&tt=55001&rc=6", None, (2, 2_000, 40_000, 55_000)),
        ("#ct=&rt=-1&tt=1e3&rc=\u0663", None, (2, 2_000, 40_000, 55_000)),
        ("#ct=" + "9" * 5_000, None, (2, 2_000, 40_000, 55_000)),
    ],
)
def test_a_fragment_says_how_long_and_how_often(fragment: str, purpose: Purpose | None, want: tuple[int, int, int, int]) -> None:
    assert figures(policy(fragment, purpose)) == want


@pytest.mark.parametrize(
    ("fragment", "want"),
    [("#ct=99&rt=40001&tt=1&rc=6", (6, 100, 40_000, 100)), ("#ct=" + "9" * 5_000, (2, 10_000, 40_000, 55_000)),
     ("#ct=soon&rc=", (2, 2_000, 40_000, 55_000)), ("#ct=300", (2, 300, 40_000, 55_000))],
)  # fmt: skip
def test_what_is_out_of_range_may_count_as_the_nearest(fragment: str, want: tuple[int, int, int, int]) -> None:
    assert figures(policy(fragment, None, {"plivo.callback.bad_option": "nearest"})) == want


def test_a_policy_says_after_which_failures_there_is_another_attempt() -> None:
    assert policy().again == {Failure.CONNECT, Failure.READ}
    assert policy("#rp=4xx").again == {Failure.CLIENT_ERROR}
    assert policy("#rp=5xx,ct").again == {Failure.SERVER_ERROR, Failure.CONNECT}
    assert policy("#rp=all").again == set(Failure) - {Failure.TOTAL}
    assert policy("#rp=never").again == policy("#rp=").again == {Failure.CONNECT, Failure.READ}


def test_what_an_option_cannot_be_is_complained_of_and_stands_on_a_rule() -> None:
    found = policy("#ct=1&rp=x")
    assert found.complaints == tuple(f"{said} in the fragment of a URL is not what that option can be" for said in ("ct=1", "rp=x"))
    assert found.rules == ("limit.bad_option",)
    assert (policy("#ct=100").complaints, policy("#ct=100").rules) == ((), ())
    assert len(policy("#ct=" + "9" * 5_000).complaints[0]) < 120


def test_an_answer_url_with_a_fallback_url_has_a_rule_of_its_own() -> None:
    other = {"fallback_url": "http://app.test/other"}
    own = policy("", Purpose.ANSWER, **other)
    assert figures(own) == (3, 2_000, 15_000, 60_000)
    assert own.again == set(Failure)
    assert own.because[AGAIN] == ("limit.answer_attempts", "limit.answer_policy")
    assert own.because[Failure.TOTAL] == ("limit.answer_time",)
    assert figures(policy("", Purpose.ANSWER)) == figures(policy("", Purpose.FALLBACK, **other)) == (2, 2_000, 15_000, 55_000)
    assert figures(policy("#rc=1", Purpose.ANSWER, **other)) == (2, 2_000, 15_000, 55_000)
    assert figures(policy("#ct=500", Purpose.ANSWER, **other)) == (3, 500, 15_000, 60_000)
    assert figures(policy("", Purpose.ANSWER, {"plivo.answer.attempts": "as any other"}, **other)) == (2, 2_000, 15_000, 55_000)


def test_a_policy_names_the_rows_it_stands_on() -> None:
    usual = policy()
    assert usual.because[Failure.CONNECT] == ("limit.connect_timeout",)
    assert usual.because[Failure.READ] == ("limit.document_time",)
    assert usual.because[AGAIN] == ("limit.retries", "limit.retry_policy")
    said = policy("#ct=100&rt=100&rc=2&rp=all")
    assert said.because[Failure.READ] == ("limit.read_timeout_least", "limit.read_timeout_most")
    assert said.because[AGAIN] == ("limit.retries_least", "limit.retries_most")


def test_a_great_many_fragments_are_read_and_not_all_kept() -> None:
    desk = Desk("plivo")
    desk.say(Verb.PLACE, "anna", By.API, Placement(**NUMBERS))
    call = desk.switch.calls["anna"]
    for _ in range(2):
        assert [desk.speaks.policy(f"{URL}#ct={ms}", call, None).connect for ms in range(100, 500)] == list(range(100, 500))


@pytest.mark.parametrize("vendor", ["tryvox", "voipnow"])
def test_who_publishes_nothing_asks_once(vendor: str) -> None:
    desk = Desk(vendor)
    desk.say(Verb.PLACE, "anna", By.API, Placement(**NUMBERS))
    found = desk.speaks.policy(f"{URL}#rc=5", desk.switch.calls["anna"], Purpose.ANSWER)
    assert figures(found) == (1, 15_000, 15_000, 15_000)
    assert not found.again


# -- attempts ------------------------------------------------------------------------------------------------------------

HOW = Policy(3, 100, 1_000, 1_500, frozenset(Failure))


@pytest.mark.parametrize(
    ("page", "spent", "want"),
    [
        (Page(refuses=True), 0, (100, Failure.CONNECT)),
        (Page(hangs=True), 0, (1_000, Failure.READ)),
        (Page(after=1_001), 0, (1_000, Failure.READ)),
        (Page(after=1_000), 0, (1_000, None)),
        (Page(status=204), 0, (0, None)),
        (Page(status=302, after=5), 0, (5, Failure.OTHER)),
        (Page(status=404), 0, (0, Failure.CLIENT_ERROR)),
        (Page(status=503), 0, (0, Failure.SERVER_ERROR)),
        (Page(hangs=True), 900, (600, Failure.TOTAL)),
        (Page(after=600), 900, (600, None)),
        (Page(after=1), 2_000, (0, Failure.TOTAL)),
    ],
)
def test_an_attempt_fails_in_one_way(page: Page, spent: int, want: tuple[int, Failure | None]) -> None:
    assert tried(page, HOW, spent) == want


@given(st.sampled_from(Failure), st.integers(1, 9), st.integers(0, 3_000))
def test_there_are_never_more_attempts_than_allowed_nor_any_after_their_time(failure: Failure, attempt: int, spent: int) -> None:
    if HOW.goes_on(failure, attempt, spent):
        assert attempt < HOW.attempts
        assert spent < HOW.total


def test_a_fragment_is_no_part_of_what_is_requested() -> None:
    assert requested("http://app.test/menu?x=1#ct=100") == "http://app.test/menu?x=1"


MOST = 102_400


def _todo() -> Todo:
    return Todo(TodoKind.FETCH, "anna", 0, "rule", URL, purpose=Purpose.ANSWER)


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (Page("<Response/>", type="text/html"), BadDocument.INVALID),
        (Page("", type="text/html"), BadDocument.EMPTY),
        (Page("<Response>" + "x" * 200_000 + "</Response>"), BadDocument.INVALID),
        (Page("<Response/>", size=MOST + 1), BadDocument.INVALID),
        (Page(f"<Response><Speak>{MOST // 2 * 'ä'}</Speak></Response>"), BadDocument.INVALID),
        (Page("<Response>"), BadDocument.INVALID),
    ],
)
def test_what_cannot_be_used_is_told_apart(page: Page, what: BadDocument) -> None:
    command, wrong = document_of(_todo(), page, labelled=True, most=MOST)
    assert (command.verb, command.detail, command.purpose) == (Verb.BAD_INSTRUCTIONS, what, Purpose.ANSWER)
    assert wrong is not None


@pytest.mark.parametrize("kind", ["application/xml", "TEXT/XML; charset=utf-8"])
def test_what_is_labelled_as_xml_is_read(kind: str) -> None:
    assert document_of(_todo(), Page("<Response/>", type=kind), labelled=True, most=MOST)[0].verb is Verb.RUN


@pytest.mark.parametrize("page", [Page("<Response/>", size=MOST), Page(f"<Response><Speak>{MOST // 3 * 'ä'}</Speak></Response>")])
def test_what_has_as_many_bytes_as_it_may_is_read(page: Page) -> None:
    assert document_of(_todo(), page, labelled=True, most=MOST)[0].verb is Verb.RUN


def test_where_labels_do_not_matter_anything_is_read() -> None:
    assert document_of(_todo(), Page("<Response/>", type="text/plain"), labelled=False, most=MOST)[0].verb is Verb.RUN


# -- parameters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("purpose", Purpose)
def test_whatever_is_asked_for_its_parameters_stand_on_rules(vendor: str, purpose: Purpose) -> None:
    desk = Desk(vendor)
    desk.place("anna", "in-progress", OUT)
    desk.place("ivy", "ringing", IN)
    for name in ("anna", "ivy"):
        call = desk.switch.calls[name]
        params, rules = desk.speaks.asks(purpose, call, call.state)
        assert set(rules) <= set(desk.speaks.rulebook.rows)
        assert bool(params) is (vendor != "voipnow")


def test_tryvox_asks_with_the_fields_of_its_callbacks() -> None:
    desk = Desk("tryvox")
    desk.place("anna", "in-progress", OUT)
    call = desk.switch.calls["anna"]
    params, _ = desk.speaks.asks(Purpose.ANSWER, call, CallState.IN_PROGRESS)
    assert params == {
        "event": "call.answered", "call_uuid": desk.id("anna"), "account_id": "demo", "from": call.placement.from_,
        "to": call.placement.to, "direction": "outbound", "status": "in-progress",
    }  # fmt: skip


def test_nobody_has_a_request_to_send_a_call_elsewhere_without_saying_where() -> None:
    for vendor in ("plivo", "tryvox"):
        desk = Desk(vendor)
        desk.place("anna", "in-progress", OUT)
        assert desk.speaks.made(Verb.TRANSFER, "anna", desk.switch, None) is None
        made = desk.speaks.made(Verb.TRANSFER, "anna", desk.switch, Transfer(URL, "GET"))
        assert made is not None
        assert made.method == "POST"


# -- both legs -----------------------------------------------------------------------------------------------------------

ON, AWAY = "http://app.test/on", "http://app.test/away"
DIAL = "<Response><Dial><Number>+15550100007</Number></Dial><Speak>Left behind</Speak></Response>"


def dialling() -> Desk:
    """A call joined to another one that its document has dialled."""
    desk = Desk("plivo")
    desk.place("anna", "in-progress", OUT)
    document = parse(DIAL)
    desk.switch.apply(Command(Verb.RUN, "anna", By.DOCUMENT, document, Purpose.ANSWER), 0)
    desk.say(Verb.RING, "anna-leg-1", By.CARRIER)
    desk.say(Verb.ANSWER, "anna-leg-1", By.FAR_PARTY)
    return desk


@pytest.mark.parametrize(
    ("name", "body", "fetched"),
    [
        ("anna", {"aleg_url": ON}, {"anna": ON}),
        ("anna", {"legs": "bleg", "bleg_url": AWAY}, {"anna-leg-1": AWAY}),
        ("anna-leg-1", {"legs": "bleg", "bleg_url": AWAY}, {"anna": AWAY}),
        ("anna", {"legs": "both", "aleg_url": ON, "bleg_url": AWAY}, {"anna": ON, "anna-leg-1": AWAY}),
    ],
)
def test_of_two_calls_that_are_joined_either_or_both_can_be_sent_elsewhere(
    name: str, body: dict[str, str], fetched: dict[str, str]
) -> None:
    desk = dialling()
    sent = desk.speaks.read(request(f"POST /v1/Account/{desk.id('account')}/Call/{desk.id(name)}/", body), desk.switch)
    assert sent.command is not None
    todos = desk.switch.apply(sent.command, 0).todos
    assert {todo.name: todo.url for todo in todos if todo.kind is TodoKind.FETCH} == fetched
    live = {each for each, call in desk.switch.calls.items() if call.ending is None}
    assert live >= set(fetched)


def test_who_is_joined_to_nobody_has_no_other_leg() -> None:
    desk = dialling()
    desk.say(Verb.HANG_UP, "anna-leg-1", By.FAR_PARTY)
    assert desk.ask("POST /v1/Account/$account/Call/$anna/", {"legs": "bleg", "bleg_url": AWAY}).status == 404
    assert desk.ask("POST /v1/Account/$account/Call/$anna/", {"legs": "both", "aleg_url": ON, "bleg_url": AWAY}).status == 202
    assert desk.switch.calls["anna"].transfers == 1


def test_calls_sent_at_once_go_each_where_it_is_said_or_all_to_the_first() -> None:
    away = Transfer(AWAY)
    assert [Transfer(ON, others=(away,)).of(number).url for number in range(3)] == [ON, AWAY, ON]


# -- what Plivo tells in particular ----------------------------------------------------------------------------------------


def test_an_exit_url_is_told_of_the_participant_that_has_left() -> None:
    desk = Desk("plivo")
    call = desk.add("anna", exit_url=ON)
    desk.say(Verb.KICK, "anna", By.API)
    params, rules = desk.speaks.asks(Purpose.EXIT, call, call.state)
    began = "2026-01-01 00:00:00"
    assert params == {
        "MPCUUID": desk.id("room"), "MPCFriendlyName": "room", "MemberID": "101", "ParticipantCallUUID": desk.id("anna"),
        "ParticipantRole": "", "ParticipantJoinTime": began, "ParticipantEndTime": began,
    }  # fmt: skip
    assert rules == ("spelling.request.exit",)


def test_the_url_of_a_recording_is_told_how_long_it_is() -> None:
    desk = Desk("plivo")
    call = desk.place("anna", "in-progress", OUT)
    document = parse(f'<Response><Record maxLength="2" action="{ON}"/></Response>')
    desk.switch.apply(Command(Verb.RUN, "anna", By.DOCUMENT, document, Purpose.ANSWER), 0)
    desk.switch.apply(Command(Verb.FINISH, call.actions[-1].name, By.PLATFORM), 2_000)
    params, _ = desk.speaks.asks(Purpose.ACTION, call, call.state)
    assert params["RecordingDuration"] == 2
    assert "Event" not in params


@pytest.mark.parametrize(("vendor", "event"), [("plivo", {"Event": "Ring", "CallStatus": "ringing"}), ("tryvox", {"event": "call.ringing"})])
def test_an_application_is_told_that_a_call_rings(vendor: str, event: dict[str, str]) -> None:
    desk = Desk(vendor)
    call = desk.place("anna", "ringing", OUT, ring_url=ON)
    params, rules = desk.speaks.callback("ring", call, desk.switch)
    assert event.items() <= params.items()
    assert "spelling.callback.ring" in rules


@pytest.mark.parametrize("vendor", ["plivo", "tryvox"])
def test_a_request_to_make_a_call_says_all_of_its_urls(vendor: str) -> None:
    desk = Desk(vendor)
    placed = Placement(**NUMBERS, answer_url=URL, hangup_url=ON, fallback_url=AWAY, ring_url=ON, answer_method="GET")
    read = desk.speaks.read(desk.speaks.say(Verb.PLACE, "anna", desk.switch, placed), desk.switch, "anna")
    assert read.command is not None
    assert read.command.detail == placed


@pytest.mark.parametrize(
    ("vendor", "body", "problem"),
    [
        ("plivo", {"legs": "head"}, "legs parameter is not valid"),
        ("plivo", {"aleg_url": ["x"]}, "aleg_url parameter is not a valid URL"),
        ("tryvox", {"to": "1", "answer_url": ["x"]}, "answer_url is not a URL"),
    ],
)
def test_a_request_to_send_a_call_elsewhere_may_be_none(vendor: str, body: dict[str, object], problem: str) -> None:
    desk = Desk(vendor)
    desk.place("anna", "in-progress", OUT)
    path = {"plivo": "/v1/Account/$account/Call/$anna/", "tryvox": "/v1/voice/accounts/$account/calls/$anna/transfer"}[vendor]
    answered = desk.ask(f"POST {path}", body)
    assert answered.status == 400
    assert problem in answered.body.values()


def test_among_several_conversations_a_call_finds_its_own() -> None:
    desk = dialling()
    for verb, by, detail in ((Verb.PLACE, By.API, Placement(**NUMBERS)), (Verb.RING, By.CARRIER, None), (Verb.ANSWER, By.FAR_PARTY, None)):
        desk.say(verb, "cora", by, detail)
    assert desk.ask("POST /v1/Account/$account/Call/$cora/", {"legs": "bleg", "bleg_url": AWAY}).status == 404
