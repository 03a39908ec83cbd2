"""Calls beside somebody's program: what it is told, in which order, and what is left of a story in which it fails."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from callsim import Page, Scenario, rulebook
from callsim.dialects import VENDORS, Request, Response, request
from callsim.model import Call, CallState, Verb
from callsim.scenario.writing import scenario_of
from callsim.testing.application import CallMachine, Race
from callsim.testing.machine import SwitchMachine

QUICK = settings(
    max_examples=30, stateful_step_count=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


class Retold(CallMachine):
    """Whatever is played, its story as a scenario ends the same way."""

    def teardown(self) -> None:
        super().teardown()
        scenario = scenario_of(self.story.said, vendor=self.vendor, pages=self.story.pages, until=self.story.now)
        assert "about" not in scenario
        from callsim.scenario.writing import written

        (played,) = Scenario.from_text(written(scenario)).play()
        ends = {call.name: (call.state, call.ending) for call in self.switch.calls.values()}
        assert {call.name: (call.state, call.ending) for call in played.simulation.switch.calls.values()} == ends
        assert played.failures == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_story_of_any_play_is_a_scenario_that_ends_alike(vendor: str) -> None:
    run_state_machine_as_test(type("Machine", (Retold,), {"vendor": vendor, "races": tuple(Race)}), settings=QUICK)


class Consumer(CallMachine):
    """Keeps books of what it was told, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def on_callback(self, kind: str, params: Mapping[str, Any]) -> None:
        self.heard.append(f"{kind} {params['CallStatus']}")

    def on_response(self, request: Request, response: Response) -> None:
        self.heard.append(f"{request.method} {response.status}")


def played(machine: type[Consumer], *acts: str) -> Consumer:
    """A machine whose alice has been placed, and then what is named."""
    one = machine()
    one.place("reply late" in acts)
    for act in acts:
        {
            "delete": lambda: one.ask(Verb.HANG_UP, "alice"),
            "delete, callbacks first": lambda: one.ask(Verb.HANG_UP, "alice", callbacks_first=True),
            "reply late": lambda: None,
            "reply arrives": lambda: one.a_reply_arrives(0),
            "arrives": lambda: one.a_callback_arrives(0),
            "arrives again": lambda: one.a_callback_arrives_again(0),
        }[act]()
    return one


MADE, OVER, ENDED = "POST 201", "DELETE 204", "hangup cancel"
ORDERS: dict[str, tuple[tuple[Race, ...], tuple[str, ...], list[str]]] = {
    "the reply, then the callback": ((), ("delete",), [MADE, OVER, ENDED]),
    "no race unless it is on": ((), ("reply late", "delete, callbacks first"), [MADE, OVER, ENDED]),
    "the callback before the reply": ((Race.BEFORE_REPLY,), ("delete, callbacks first",), [MADE, ENDED, OVER]),
    "the callback before the reply to create": (
        (Race.BEFORE_REPLY,), ("reply late", "delete", "reply arrives"), [OVER, ENDED, MADE]
    ),
    "late: not before it arrives": ((Race.LATE,), ("delete",), [MADE, OVER]),
    "late: after the next reply": ((Race.LATE,), ("delete", "delete", "arrives"), [MADE, OVER, "DELETE 404", ENDED]),
    "twice": ((Race.TWICE,), ("delete", "arrives again"), [MADE, OVER, ENDED, ENDED]),
}  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_callbacks_and_replies_come_in_the_order_of_the_races_that_are_on(order: str) -> None:
    races, acts, heard = ORDERS[order]
    one = played(type("Racing", (Consumer,), {"races": races}), *acts)
    assert one.heard == heard


def test_documents_come_from_the_program() -> None:
    class Answering(CallMachine):
        asked: ClassVar[list[str]] = []

        def on_answer_document(self, call: Call) -> str | Page:
            self.asked.append(f"{call.name} {call.state}")
            return Page("<Response><Hangup/></Response>", after=2_000)

    one = Answering()
    one.come_in()
    one.let_time_pass(1_999)
    assert one.switch.calls["alice"].state is CallState.RINGING
    one.let_time_pass(1)
    assert (one.switch.calls["alice"].state, one.now, one.asked) == (CallState.COMPLETED, 2_001, ["alice ringing"])


class Forgetful(CallMachine):
    """Believes that every call it hangs up was answered, and that nothing is told twice."""

    races = (Race.TWICE, Race.BEFORE_REPLY)
    names = ("alice", "bob")

    def __init__(self) -> None:
        super().__init__()
        self.told: set[str] = set()

    def on_callback(self, kind: str, params: Mapping[str, Any]) -> None:
        assert params["CallUUID"] not in self.told, "told twice"
        self.told.add(params["CallUUID"])


def run(machine: type[CallMachine] | type[SwitchMachine], folder: Path) -> BaseException:
    """What running its test raises."""
    machine.failures = str(folder)
    case = machine.TestCase("runTest")
    case.settings = settings(QUICK, phases=[Phase.generate, Phase.shrink])
    with pytest.raises(AssertionError) as caught:
        case.runTest()
    return caught.value


def test_a_failure_shrinks_to_a_scenario_file_that_it_names(tmp_path: Path) -> None:
    error = run(Forgetful, tmp_path / "stories")
    (file,) = (tmp_path / "stories").iterdir()
    assert error.__notes__[-1] == f"callsim wrote the story as a scenario; play it with: callsim run {file}"
    text = file.read_text("utf-8")
    (story,) = Scenario.load(file).play()
    assert (story.passed, len(story.case.spec.steps) + len(story.case.spec.calls)) == (True, 2)
    assert "\nx-found: " in text
    assert "x-notes:" in text
    assert "told twice" in text


def test_every_failure_has_a_file_of_its_own(tmp_path: Path) -> None:
    class Touchy(CallMachine):
        failures = str(tmp_path)

        def on_callback(self, kind: str, params: Mapping[str, Any]) -> None:
            assert params["Direction"] == "inbound"

        def on_response(self, request: Request, response: Response) -> None:
            assert response.status < 400

    case = Touchy.TestCase("runTest")
    case.settings = settings(QUICK, phases=[Phase.generate, Phase.shrink], max_examples=300)
    with pytest.raises(BaseExceptionGroup) as caught:
        case.runTest()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["touchy-assertionerror-2.yaml", "touchy-assertionerror.yaml"]
    assert sorted(each.__notes__[-1].rpartition("/")[2] for each in caught.value.exceptions) == files
    assert all(played.passed for path in tmp_path.iterdir() for played in Scenario.load(path).play())


def test_a_story_that_cannot_be_written_is_no_other_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    error = run(type("Blocked", (Forgetful,), {}), tmp_path / "taken")
    assert error.__notes__[-1].startswith("callsim could not write the story as a scenario: ")


def test_rules_and_invariants_of_a_subclass_are_played(tmp_path: Path) -> None:
    class Counting(CallMachine):
        says = (Verb.PLACE,)

        @rule()
        def do_nothing(self) -> None:
            pass

        @invariant()
        def never_two_calls(self) -> None:
            assert len(self.switch.calls) < 2

    error = run(Counting, tmp_path)
    assert "len" in str(error)
    (story,) = Scenario.load(next(tmp_path.iterdir())).play()
    assert [call.state for call in story.simulation.switch.calls.values()] != []
    assert len(story.simulation.switch.calls) == 2


def test_a_switch_that_fails_leaves_a_story_as_well(tmp_path: Path) -> None:
    class Peaceful(SwitchMachine):
        rulebook = rulebook("plivo")

        @invariant()
        def nobody_ever_talks(self) -> None:
            assert not any(call.answered_at is not None for call in self.switch.calls.values())

    run(Peaceful, tmp_path)
    (story,) = Scenario.load(next(tmp_path.iterdir())).play()
    assert (story.passed, story.case.vendor) == (True, "plivo")
    assert any(call.answered_at is not None for call in story.simulation.switch.calls.values())


class Controlled(CallMachine):
    """A controller that makes its requests itself, and waits for each reply."""

    races = (Race.BEFORE_REPLY,)
    says = ()

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def on_callback(self, kind: str, params: Mapping[str, Any]) -> None:
        self.heard.append(kind)

    def call_and_end(self, callbacks_first: bool) -> None:
        path = "/v1/Account/MADEMODEMODEMODEMO00/Call/"
        body = {"from": "1", "to": "2", "answer_url": "http://app.test/answer", "hangup_url": "http://app.test/over"}
        made = self.send(request(f"POST {path}", body))
        ended = self.send(request(f"DELETE {path}{made.body['request_uuid']}/"), callbacks_first=callbacks_first)
        self.heard.append(str(ended.status))
        self.settle()


@pytest.mark.parametrize(("first", "heard"), [(False, ["204", "hangup"]), (True, ["hangup", "204"])])
def test_a_controller_can_send_requests_of_its_own(first: bool, heard: list[str]) -> None:
    one = Controlled()
    assert not any(one.may_say(verb) for verb in Verb)
    one.call_and_end(first)
    assert one.heard == heard
    scenario = scenario_of(one.story.said, pages=one.story.pages)
    assert [next(iter(step)) for step in scenario["steps"]] == ["place", "hang_up"]


def test_what_a_scenario_cannot_hold_is_noted() -> None:
    class Moody(CallMachine):
        def on_document(self, call: Call, url: str, purpose: str) -> str:
            return f'<Response><Wait length="{self.now // 1000 + 1}"/><Redirect>http://app.test/{purpose[:1]}</Redirect></Response>'

    one = Moody()
    one.come_in()
    one.let_time_pass(60_000)
    assert one.story.notes[0] == "/r is answered in another way at 7000 ms"
    assert len(one.story.notes) == 3
