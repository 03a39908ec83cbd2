"""Playing: what a name means while a scenario runs, what is found wrong without playing, and what is warned of."""

from __future__ import annotations

import pytest

from callsim.errors import InputError
from callsim.scenario import playing
from callsim.scenario.loading import load_bytes
from callsim.scenario.playing import Played, RulebookVocabulary, play
from callsim.scenario.vetting import vet
from callsim.simulation import Told


def played(text: str, vendor: str = "plivo") -> Played:
    head = f"callsim: 1\ntitle: t\nvendor: {vendor}\n"
    return play(load_bytes((head + text).encode(), "a.yaml", vocabulary=RulebookVocabulary())[0])


def holds(text: str, vendor: str = "plivo") -> None:
    assert [str(failure) for failure in played(text, vendor).failures] == []


def complaints(text: str, vendor: str = "plivo") -> list[str]:
    head = f"callsim: 1\ntitle: t\nvendor: {vendor}\n"
    return [str(problem) for problem in vet(load_bytes((head + text).encode(), "a.yaml")[0])]


@pytest.mark.parametrize("vendor", ["plivo", "tryvox", "voipnow"])
def test_a_call_that_is_placed_later_has_no_id_before(vendor: str) -> None:
    with pytest.raises(InputError, match=r"a\.yaml:5:9: there is no call 'z' yet: it is placed later"):
        played("calls: {z: {placed: 10s}}\nsteps: [{at: 1s, hang_up: z}]\n", vendor)


def test_accounts_that_look_alike_are_not_the_same() -> None:
    holds("""
calls: {a: {to: "+15550100001", account: a-b}, b: {to: "+15550100001", account: ab}}
steps: [{at: 5s, hang_up_all: ab, expect: 204}, {check: {a: {state: in-progress}, b: {state: completed}}}]
""")


def test_a_room_is_the_live_one_of_the_default_account() -> None:
    holds("""
documents: {/in: <Response><MultiPartyCall>room</MultiPartyCall></Response>}
calls:
  o: {direction: inbound, account: second, answer_url: /in}
  a: {direction: inbound, answer_url: /in}
steps:
  - {at: 1s, check: {room: {participants: [a]}}}
  - {at: 2s, stop: room, expect: 204}
  - {check: {a: {participant: none}, o: {participant: room}, room: {participants: [o]}}}
""")


def test_references_stand_in_urls_and_documents_too() -> None:
    done = played("""
documents: {/talk: "<Response><Play>http://app.test/$$.mp3</Play></Response>"}
media: {/$.mp3: 1s}
calls:
  bob: {to: "+15550100001", answer_url: /talk, hangup_url: /over?who=$account}
  cat: {to: "+15550100001", placed: 1s, hangup_url: "/over?other=$bob&price=$$5"}
steps: [{at: 9s, hang_up: cat}]
""")
    urls = [told.url for told in done.simulation.entries(Told)]
    bob = done.simulation.dialect.call_id(done.simulation.switch.calls["bob"])
    assert urls == ["http://app.test/over?who=MADEMODEMODEMODEMO00", f"http://app.test/over?other={bob}&price=$5"]


@pytest.mark.parametrize(("vendor", "step", "complaint"), [
    ("tryvox", "cancel: a", "a.yaml:5:18: tryvox has no request to cancel; expected hang_up, stop, place or transfer"),
    ("tryvox", "hang_up_all: all", "a.yaml:5:18: tryvox has no request to hang up all; expected hang_up, stop, place or transfer"),
    ("plivo", "hang_up_all: al", "a.yaml:5:31: no call belongs to an account 'al'; "
     "expected $account, all or default; did you mean 'all'?"),
    ("plivo", "place: b, ring_timeout: 1500ms", "a.yaml:5:42: ring_timeout goes into a request, which has whole seconds "
     "and at least one; expected such a duration, or the call under calls:"),
    ("voipnow", "place: b, time_limit: 0", "a.yaml:5:40: time_limit goes into a request, which has whole seconds "
     "and at least one; expected such a duration, or the call under calls:"),
])  # fmt: skip
def test_what_no_request_can_say_is_found_without_playing(vendor: str, step: str, complaint: str) -> None:
    assert complaints(f"calls: {{a: {{}}}}\nsteps: [{{at: 1s, {step}}}]\n", vendor) == [complaint]


@pytest.mark.parametrize(("vendor", "calls", "complaint"), [
    ("plivo", "a: {}, b: {with: a}",
     "a.yaml:4:26: a phone call has one leg at plivo, and 'with' gives it another; expected no such key, or voipnow as the vendor"),
    ("voipnow", "a: {}, b: {with: c}",
     "a.yaml:4:26: 'c' is no other call that is placed by itself under calls; expected a"),
    ("voipnow", "a: {with: a}",
     "a.yaml:4:19: 'a' is no other call that is placed by itself under calls; declare it first"),
    ("voipnow", "a: {with: b}, b: {}",
     "a.yaml:4:19: 'b' is placed after 'a', which is to be a further leg of it; expected it before"),
    ("voipnow", "a: {placed: 1s}, b: {with: a}",
     "a.yaml:4:36: 'a' is placed after 'b', which is to be a further leg of it; expected it before"),
])  # fmt: skip
def test_a_further_leg_is_one_of_a_phone_call_that_there_is(vendor: str, calls: str, complaint: str) -> None:
    assert complaints(f"calls: {{{calls}}}\n", vendor) == [complaint]


def test_a_document_that_cannot_be_used_is_shown_in_its_file() -> None:
    done = played("""
documents:
  /z: |
    <Response>
      <Speak>hi & low</Speak>
    </Response>
calls: {a: {to: "+15550100001", answer_url: /z}}
""")
    assert done.warnings == ["/z, at 8:18, is no document that can be used: not well-formed XML: not well-formed (invalid token)"]


def test_a_body_too_deep_to_be_json_is_sent_as_text() -> None:
    brackets = "[" * 100_000
    holds(f"steps: [{{request: DELETE /v1/Account/$account/Call/x/, body: '{brackets}', expect: 404}}]\n")


def test_a_play_without_end_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "_MOMENTS", 2_000)
    done = played("""
documents: {/l: <Response><Wait length="1"/><Record maxLength="1" action="/l"/></Response>}
calls: {a: {to: "+15550100001", answer_url: /l, time_limit: 1000h}}
""")
    assert (done.complete, done.passed) == (False, False)


def test_only_a_call_cancelled_in_the_queue_goes_untold_if_nobody_tells_of_those() -> None:
    holds("""
assume: {plivo.hangup_url.queued_cancel: not-sent}
calls: {a: {far_end: {rings: 9s}, hangup_url: /a}, b: {far_end: busy, hangup_url: /b}}
steps: [{at: 1s, hang_up: a}]
expect: {callbacks: [{call: b}]}
""")
