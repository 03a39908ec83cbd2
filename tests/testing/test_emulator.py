"""The emulator in a test of one's own: the vendor's client, a clock that the test holds, callbacks as values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plivo
import pytest
import requests
from plivo.utils import validate_v3_signature

from callsim.application import Page
from callsim.errors import CallsimError, InputError, UsageError
from callsim.model import Status
from callsim.testing import Emulator

pytest_plugins = ("pytester", "callsim.testing.plugin")

ANSWER, HANGUP = "http://my.app/answer", "http://my.app/hangup"
TALK = "<Response><Wait length='3000'/></Response>"


@pytest.fixture
def emulator() -> Emulator:
    one = Emulator()
    one.pages["/answer"] = TALK
    return one


def made(emulator: Emulator, to: str = "+15550100001", **more: Any) -> str:
    with emulator.plivo() as client:
        return str(client.calls.create(from_="+15550100000", to_=to, answer_url=ANSWER, hangup_url=HANGUP, **more).request_uuid)


def test_the_vendors_own_client_reaches_it(emulator: Emulator) -> None:
    client = emulator.plivo()
    assert type(client) is plivo.RestClient
    id = client.calls.create(from_="+15550100000", to_="+15550100001", answer_url=ANSWER).request_uuid
    assert emulator.advance("3s") == 3_000
    assert client.live_calls.get(id).call_status == "in-progress"
    assert client.calls.delete(id) is None
    with pytest.raises(plivo.exceptions.ResourceNotFoundError):
        client.calls.delete(id)


def test_what_has_become_of_a_call_is_seen_in_our_words_and_the_vendors(emulator: Emulator) -> None:
    id = made(emulator)
    emulator.advance(2_500)
    emulator.hang_up(id)
    call = emulator.call(id)
    assert (call.state, call.answered, call.ended, call.cause, call.by) == ("completed", 2_000, 2_500, "normal", "far-party")
    assert (call.words["code"], call.rule) == (4000, "call.hang_up.in-progress.far-party")
    assert emulator.calls == [call]


def test_callbacks_are_values_in_the_order_in_which_they_were_made(emulator: Emulator) -> None:
    id = made(emulator, ring_url="http://my.app/ring")
    emulator.advance("5s")
    emulator.plivo().calls.delete(id)
    told = [(each.kind, each.url, each.at, each.params["CallStatus"]) for each in emulator.callbacks]
    assert told == [("ring", "http://my.app/ring", 0, "ringing"), ("hangup", HANGUP, 5_000, "completed")]


def test_an_application_is_asked_as_the_vendor_asks_and_can_check_who_asks(emulator: Emulator) -> None:
    asked = []
    emulator.pages.clear()
    emulator.application = lambda each: asked.append(each) or (TALK if each.document else None)  # type: ignore[func-returns-value]
    id = made(emulator)
    emulator.advance("3s")
    emulator.hang_up(id, by="api")
    assert [(each.kind, each.document, each.method, each.url) for each in asked] == [
        ("answer", True, "POST", ANSWER), ("hangup", False, "POST", HANGUP),
    ]  # fmt: skip
    for each in asked:
        said = {name: str(value) for name, value in each.params.items()}
        signature, nonce = each.headers["X-Plivo-Signature-V3"], each.headers["X-Plivo-Signature-V3-Nonce"]
        assert validate_v3_signature("POST", each.url, nonce, "demo-token", signature, said)
        assert b"CallUUID=" in each.body


ANSWERS = [
    (None, 7011), ((500, "no"), 7011), ((200, "<Response/>"), 4010), (Page("junk"), 8011), ("<Response><Hangup/></Response>", 4000),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "code"), ANSWERS)
def test_whatever_an_application_answers_is_taken_as_it_would_be(emulator: Emulator, answer: Any, code: int) -> None:
    emulator.pages.clear()
    emulator.application = lambda each: answer if each.document else None
    id = made(emulator)
    emulator.idle()
    assert emulator.call(id).words["code"] == code


def test_pages_are_found_by_url_by_path_with_its_query_and_by_path(emulator: Emulator) -> None:
    emulator.pages = {f"{ANSWER}?n=1": "<Response/>", "/answer?n=2": "<Response><Hangup/></Response>", "/answer": TALK}
    client = emulator.plivo()
    ids = [client.calls.create(from_="1", to_="+15550100001", answer_url=f"{ANSWER}?n={n}").request_uuid for n in (1, 2, 3)]
    emulator.advance("3s")
    assert [emulator.call(id).words.get("code") for id in ids] == [4010, 4000, None]


def test_the_far_party_does_what_the_test_wants(emulator: Emulator) -> None:
    id = made(emulator, to="+15550100003")
    emulator.advance(0)
    assert emulator.answer(id).status is Status.DONE
    assert emulator.hang_up(id).status is Status.DONE
    assert emulator.hang_up(id).status is Status.ALREADY


def test_keys_are_pressed_and_somebody_calls_in(emulator: Emulator) -> None:
    emulator.pages["/menu"] = "<Response><GetDigits action='http://my.app/got' numDigits='1'/></Response>"
    emulator.pages["/got"] = "<Response><Hangup/></Response>"
    id = emulator.inbound("http://my.app/menu", hangup_url=HANGUP)
    emulator.press(id, "1")
    assert (emulator.call(id).state, emulator.call(id).direction) == ("completed", "inbound")


def test_until_goes_as_far_as_a_state_and_says_if_it_never_comes(emulator: Emulator) -> None:
    id = made(emulator)
    assert emulator.until(id, "in-progress") == 2_000
    late = made(emulator, to="+15550100002")
    with pytest.raises(UsageError, match="does not come to be in-progress"):
        emulator.until(late, "in-progress")


def test_what_follows_a_snapshot_can_be_tried_again(emulator: Emulator) -> None:
    id = made(emulator)
    emulator.advance("3s")
    before = emulator.snapshot()
    emulator.hang_up(id)
    emulator.restore(before)
    assert emulator.call(id).state == "in-progress"


def test_a_reply_that_is_lost_is_the_error_that_a_network_makes(emulator: Emulator) -> None:
    id = made(emulator)
    emulator.fault("lost-reply", method="DELETE")
    with pytest.raises(requests.exceptions.ConnectionError):
        emulator.plivo().calls.delete(id)
    assert emulator.call(id).state == "completed"


def test_a_request_that_fails_is_tried_again_by_the_client_and_succeeds(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    id = made(emulator)
    emulator.fault("error", method="DELETE")
    assert emulator.plivo().calls.delete(id) is None
    assert [each["status"] for each in emulator.requests[-2:]] == [500, 204]


def test_every_vendor_can_be_asked_without_its_client(emulator: Emulator) -> None:
    assert emulator.request("GET", "/v1/Account/MADEMODEMODEMODEMO00/Call/").status == 200
    assert emulator.request("GET", "/v1/voice/accounts/demo/calls").status == 200
    assert emulator.request("GET", "/uapi/phoneCalls/@me/@self").status == 200
    assert emulator.request("GET", "/nowhere").status == 404


def test_what_is_assumed_otherwise_is_so_here(emulator: Emulator) -> None:
    other = Emulator(assume={"plivo.hang_up.answered": "1000"})
    other.pages["/answer"] = TALK
    id = made(other)
    other.advance("3s")
    other.hang_up(id, by="api")
    assert other.call(id).words["code"] == 1000


def test_a_world_from_a_file_is_there(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("callsim: 1\ntitle: W\nvendor: tryvox\ncalls: {ann: {to: '+15550100001', answer_url: /a}}\n")
    one = Emulator(world=tmp_path / "w.yaml")
    assert [call.vendor for call in one.calls] == ["tryvox"]
    with pytest.raises(UsageError, match="tryvox"):
        one.plivo()
    (tmp_path / "w.yaml").write_text("callsim: 1\ntitle: W\nvendor: plivo\nsteps: []\n")
    with pytest.raises(InputError, match="steps"):
        Emulator(world=tmp_path / "w.yaml")


def test_mistakes_are_told_in_one_sentence(emulator: Emulator) -> None:
    mistakes = (
        lambda: emulator.advance("soon"), lambda: emulator.advance(-1), lambda: emulator.hang_up("nobody"), lambda: emulator.restore("s1"),
        lambda: emulator.hang_up(made(emulator), by="me"), lambda: emulator.inbound(vendor="twilio"), lambda: emulator.fault("flood"),
        lambda: emulator.until("nobody", "ringing"), lambda: emulator.until(made(emulator), "asleep"),
        lambda: Emulator(assume={"plivo.kick.cause": "1"}),
    )  # fmt: skip
    for mistake in mistakes:
        with pytest.raises(CallsimError, match=r"\w{3,}"):
            mistake()


def test_a_world_that_never_comes_to_rest_is_stopped(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.testing.emulator.MOST_MOMENTS", 40)
    emulator.pages["/answer"] = "<Response><Wait length='1'/><Redirect>http://my.app/answer</Redirect></Response>"
    made(emulator)
    with pytest.raises(UsageError, match="may never end"):
        emulator.idle()


def test_pytest_hands_one_to_every_test_that_wants_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_a_hang_up(callsim_emulator):
            emulator = callsim_emulator
            client = emulator.plivo()
            id = client.calls.create(from_="+15550100000", to_="+15550100001", answer_url="http://my.app/answer").request_uuid
            client.calls.delete(id)
            assert emulator.call(id).words["source"] == "API Request"
            assert [request["status"] for request in emulator.requests] == [201, 204]
    """)
    plugins = ("-p", "no:callsim", "-p", "callsim.testing.plugin", "-p", "no:schemathesis")
    result = pytester.runpytest_subprocess(*plugins)
    result.assert_outcomes(passed=1)


def test_only_so_much_of_what_is_over_is_kept(emulator: Emulator) -> None:
    emulator.exchange.keep = 20
    for _ in range(60):
        emulator.hang_up(made(emulator), by="api")
        emulator.advance("1s")
    world = emulator.exchange.offices["plivo"].world
    assert 20 <= len(emulator.calls) <= 26
    assert world.switch.forgotten + len(emulator.calls) == 60
    assert world.entries_dropped
    world.check_all()
    assert emulator.call(made(emulator)).state == "queued"
