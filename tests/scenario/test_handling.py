"""What a scenario asks of the platform beside carrying calls: what a vendor does not offer, and how it is retold."""

from __future__ import annotations

import pytest

from callsim.model import By, Command, Handling, MachineDetection, Placement, Verb
from callsim.scenario.loading import load_bytes
from callsim.scenario.playing import play
from callsim.scenario.vetting import vet
from callsim.scenario.writing import scenario_of, written

HEAD = "callsim: 1\ntitle: A title\nvendor: {vendor}\n"
_NO = "expected no such key"


def problems(vendor: str, text: str) -> list[str]:
    (case,) = load_bytes((HEAD.format(vendor=vendor) + text).encode(), "f")
    return [str(each) for each in vet(case)]


@pytest.mark.parametrize(
    ("vendor", "text", "problem"),
    [
        ("voipnow", "calls: {a: {machine_detection: yes}}", f"f:4:13: voipnow has no machine_detection; {_NO}"),
        ("tryvox", "calls: {a: {hangup_on_ring: 5s}}", "f:4:13: tryvox has no hangup_on_ring; expected machine_detection"),
        ("plivo", "calls: {a: {machine_detection: yes, machine_detection_time: 1s}}",
         "f:4:61: 1s is no time in which a machine is detected; expected 2s to 10s"),
        ("plivo", "steps: [{add: a, mpc: m, dial_delay: 1500ms}]",
         "f:4:38: dial_delay goes into a request, which has whole seconds; expected such a duration"),
        ("plivo", "steps: [{add: a, mpc: m, also: {b: {to: '1', dial_delay: 200ms}}}]",
         "f:4:58: dial_delay goes into a request, which has whole seconds; expected such a duration"),
        ("plivo", "steps: [{place: a, hangup_on_ring: 1500ms}]",
         "f:4:36: hangup_on_ring goes into a request, which has whole seconds; expected such a duration, or the call under calls:"),
        ("tryvox", "limits: {calls_per_second: as-published}",
         "f:4:28: tryvox publishes no number of calls per second; expected a number of your own"),
        ("plivo", "steps: [{out_of_credit: nobody}]",
         "f:4:25: no call belongs to an account 'nobody'; expected $account, all or default"),
    ],
)  # fmt: skip
def test_what_a_vendor_does_not_offer_is_told(vendor: str, text: str, problem: str) -> None:
    assert problems(vendor, text) == [problem]


@pytest.mark.parametrize("text", ["calls: {a: {hangup_on_ring: 1500ms}}", "limits: {calls_per_second: as-published}", "limits: {}"])
def test_what_it_offers_is_not(text: str) -> None:
    assert problems("plivo", text) == []


HANDLINGS = [
    Handling(5_000), Handling(0), Handling(None, MachineDetection.TOLD),
    Handling(None, MachineDetection.HANGUP, 2_000, "http://app.test/machine"),
]  # fmt: skip


@pytest.mark.parametrize("handling", HANDLINGS)
def test_a_call_is_retold_with_what_was_asked_of_the_platform(handling: Handling) -> None:
    said = [(0, Command(Verb.PLACE, "anna", By.API, Placement(to="+15550100003", answer_url="http://app.test/a", handling=handling)))]
    text = written(scenario_of(said, pages={}))
    (case,) = load_bytes(text.encode(), "f")
    played = play(case)
    assert played.passed
    assert played.simulation.switch.calls["anna"].placement.handling == handling


def test_a_call_of_a_file_need_not_ask_anything() -> None:
    (case,) = load_bytes((HEAD.format(vendor="plivo") + "calls: {a: {machine_detection: no}}").encode(), "f")
    assert play(case).simulation.switch.calls["a"].placement.handling is None
