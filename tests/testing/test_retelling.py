"""What was said to a switch, retold as a scenario, plays the same story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from callsim import By, Command, Joining, Page, Placement, Scenario, Simulation, UsageError, Verb, dialect
from callsim.dialects import VENDORS, request
from callsim.instructions import Document, MultiPartyCall, Record, Redirect, Speak
from callsim.model import BadDocument, Direction, Purpose
from callsim.scenario.writing import scenario_of, written
from callsim.simulation import FarEnd
from callsim.testing.strategies import MEDIA, commands, placements

NEVER = FarEnd(rings=None)
IN, OUT = Direction.INBOUND, Direction.OUTBOUND


def retold(said: Sequence[Any], vendor: str = "plivo", **options: Any) -> tuple[dict[str, Any], Any]:
    """The scenario, and what came of playing it."""
    scenario = scenario_of(said, vendor=vendor, **options)
    text = written(scenario)
    (played,) = Scenario.from_text(text).play()
    assert played.passed, (text, played.failures)
    return scenario, played


class Silence(dict[str, Page]):
    """An application that never answers."""

    def get(self, path: str, default: Any = None) -> Any:
        return Page(hangs=True)


def place(name: str, by: By = By.API, **placed: Any) -> Command:
    return Command(Verb.PLACE, name, by, Placement(**placed))


def test_a_story_becomes_steps_a_person_would_write() -> None:
    said = [
        (0, place("alice", answer_url="/hello", hangup_url="http://app.test/over")),
        (0, Command(Verb.RING, "alice", By.CARRIER)),
        (1_000, Command(Verb.ANSWER, "alice", By.FAR_PARTY)),
        (1_500, Command(Verb.RUN, "alice", By.DOCUMENT, Document((Speak("Hello. " * 9),)), Purpose.ANSWER)),
        (2_000, Command(Verb.HANG_UP, "alice", By.FAR_PARTY)),
        (2_000, Command(Verb.HANG_UP, "alice", By.API)),
    ]
    assert written(scenario_of(said, title="She puts down first")) == """\
callsim: 1
title: She puts down first
vendor: plivo

documents:
  /alice-answer:
    after: 500ms
    body: |
      <Response>
        <Speak>Hello. Hello. Hello. Hello. Hello. Hello. Hello. Hello. Hello. </Speak>
      </Response>

steps:
  - {place: alice, answer_url: /alice-answer, hangup_url: /over, far_end: silent, expect: 201}
  - {at: 1s, answer: alice, expect: done}
  - {at: 2s, hang_up: alice, by: callee, expect: done}
  - {hang_up: alice, expect: 404}

until: 2s

expect:
  alice: {state: completed, cause: normal, by: callee, ended: 2s}
"""
    retold(said)


STORIES: dict[str, tuple[str, list[Any], dict[str, dict[str, str]]]] = {
    "a call that comes in and is given up": (
        "tryvox", [(5, place("ivy", By.FAR_PARTY, direction=IN)), (900, Command(Verb.HANG_UP, "ivy", By.FAR_PARTY))],
        {"ivy": {"cause": "cancelled", "by": "caller"}},
    ),
    "every call at once": (
        "voipnow", [(0, place("ann")), (0, place("bob")), (9, Command(Verb.HANG_UP_ALL, ("ann", "bob"), By.API))],
        {"ann": {"by": "api"}, "bob": {"by": "api"}},
    ),
    "every call at once, where there is no such request": (
        "tryvox",
        [(0, place("ann", By.FAR_PARTY, direction=IN)), (9, Command(Verb.HANG_UP_ALL, ("ann", "bob"), By.API))],
        {"ann": {"by": "api"}},
    ),
    "legs by document and by request, one removed, all stopped": (
        "plivo",
        [
            (0, place("ann", By.FAR_PARTY, direction=IN, answer_url="/ann")),
            (0, Command(Verb.RUN, "ann", By.DOCUMENT, Document((MultiPartyCall("my room", exit_url="/left"),)), Purpose.ANSWER)),
            (10, Command(Verb.ADD, "bob", By.API, Joining("my room"))),
            (20, Command(Verb.RING, "bob", By.CARRIER)),
            (30, Command(Verb.ANSWER, "bob", By.FAR_PARTY)),
            (40, Command(Verb.ADD, "cyd", By.API, Joining("my room"))),
            (50, Command(Verb.KICK, ("ann", "nobody"), By.API)),
            (60, Command(Verb.RUN, "ann", By.DOCUMENT, Document((Speak("So long"),)), Purpose.EXIT)),
            (70, Command(Verb.STOP, "my room", By.API)),
        ],
        {"ann": {"state": "in-progress"}, "bob": {"state": "completed"}, "my-room": {"state": "ended"}},
    ),
    "documents one after another, the last one bad": (
        "plivo",
        [
            (0, place("ann", By.FAR_PARTY, direction=IN, answer_url="/ann")),
            (5, Command(Verb.RUN, "ann", By.DOCUMENT, Document((Record(1_000, "/heard"),)), Purpose.ANSWER)),
            (1_005, Command(Verb.RUN, "ann", By.DOCUMENT, Document((Redirect("/on"),)), Purpose.ACTION)),
            (1_050, Command(Verb.BAD_INSTRUCTIONS, "ann", By.PLATFORM, BadDocument.INVALID, Purpose.REDIRECT)),
        ],
        {"ann": {"cause": "bad-instructions"}},
    ),
    "names and numbers that a file cannot have": (
        "plivo",
        [
            (0, place("call#1", to="$5", hangup_url="not a url")), (0, place("call 1")), (0, place("none")),
            (1, Command(Verb.FAIL, "call#1", By.CARRIER, None)), (2, Command(Verb.FAIL, "call 1", By.CARRIER, 3040)),
            (3, Command(Verb.BUSY, "none", By.FAR_PARTY)),
        ],
        {"call-1": {"cause": "failed"}, "call-1-2": {"cause": "failed"}, "x-none": {"cause": "busy"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_a_story_retold_ends_alike(story: str) -> None:
    vendor, said, ends = STORIES[story]
    scenario, _ = retold(said, vendor)
    for name, end in ends.items():
        assert scenario["expect"][name].items() >= end.items(), scenario["expect"]


def test_what_cannot_be_retold_is_named() -> None:
    said = [
        (0, place("ann", By.FAR_PARTY, direction=IN)),
        (1, Command(Verb.HANG_UP, "ghost", By.API)),
        (1, Command(Verb.KICK, "ann", By.API)),
        (2, Command(Verb.STOP, "nowhere", By.API)),
        (2, Command(Verb.ANSWER, "ann", By.FAR_PARTY)),
        (2, Command(Verb.NO_ANSWER, "ann", By.CARRIER)),
        (3, Command(Verb.RUN, "ann", By.DOCUMENT, Document(()), Purpose.REDIRECT)),
        (3, place("ann")),
        (4, request("GET /x%00y\u2028/")),
    ]
    scenario, _ = retold(said, "tryvox")
    assert scenario["about"].startswith("Not retold: hang_up ghost, which is no call at that time; ")
    assert scenario["about"].endswith(" and 3 more.")


def test_requests_are_steps_of_the_language_where_they_can_be() -> None:
    simulation = Simulation(dialect("plivo"))
    said: list[Any] = [(0, request("POST /v1/Account/MADEMODEMODEMODEMO00/Call/", {"from": "1", "to": "2", "answer_url": "/a"}))]
    simulation.ask(said[0][1], "call-1", NEVER)
    id = simulation.dialect.call_id(simulation.switch.calls["call-1"])
    said += [
        (10, request(f"DELETE /v1/Account/MADEMODEMODEMODEMO00/Call/{id}/")),
        (10, request(f"DELETE /v1/Account/MADEMODEMODEMODEMO00/Call/{id}/?$x={id}", {"call": [id, 1, None]})),
        (20, request("DELETE /v1/Account/MADEMODEMODEMODEMO00/Call/")),
    ]
    scenario, _ = retold(said, pages={"/a": Page("<Response>$5</Response>")})
    call = "/v1/Account/$account/Call"
    assert scenario["steps"][1:] == [
        {"at": "10ms", "hang_up": "call-1", "expect": 204},
        {"request": f"DELETE {call}/$call-1/?$$x=$call-1", "body": '{"call": ["$call-1", 1, null]}', "expect": 404},
        {"at": "20ms", "request": f"DELETE {call}/", "expect": 204},
    ]
    assert scenario["documents"] == {"/a": "<Response>$$5</Response>"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([(5, place("a")), (4, place("b"))], "time cannot go back from 5 ms to 4 ms"),
        ([(10**15, place("a"))], "a story of 1000000000000000 ms is too long for a scenario; at most 999999h"),
    ],
)
def test_times_that_no_scenario_has_are_refused(said: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        scenario_of(said)


def test_a_call_that_only_a_declaration_can_place_comes_first_at_its_instant() -> None:
    said = [
        (0, place("ann")), (7, Command(Verb.HANG_UP_ALL, ("ann",), By.API)), (7, place("bob", By.FAR_PARTY, direction=IN)),
    ]  # fmt: skip
    scenario, _ = retold(said)
    assert scenario["about"] == "Not retold: that place bob came after something else at 7ms."
    assert scenario["calls"]["bob"]["placed"] == "7ms"


def test_accounts_have_names_that_a_file_can_have() -> None:
    scenario, _ = retold([(0, place("ann", account="$ 1")), (1, Command(Verb.HANG_UP_ALL, ("ann",), By.API))])
    assert scenario["calls"]["ann"]["account"] == "x-1"
    assert scenario["steps"][0]["hang_up_all"] == "x-1"


def test_a_further_leg_of_a_phone_call_is_told_with_whom() -> None:
    said = [(0, place("ann", By.FAR_PARTY, direction=IN)), (5, place("bob", joins="ann")), (9, Command(Verb.HANG_UP, "ann", By.API))]
    scenario, _ = retold(said, "voipnow")
    assert scenario["calls"]["bob"]["with"] == "ann"
    assert "about" not in scenario
    assert scenario["expect"]["bob"]["ended"] == "9ms"


@pytest.mark.parametrize(("vendor", "first"), [("plivo", "ann"), ("voipnow", "nobody"), ("voipnow", "cyd")])
def test_a_further_leg_where_there_can_be_none_is_a_call_by_itself(vendor: str, first: str) -> None:
    said = [(0, place("ann", By.FAR_PARTY, direction=IN)), (0, place("cyd")), (5, place("bob", By.FAR_PARTY, direction=IN, joins=first))]
    scenario, _ = retold(said, vendor)
    assert scenario["about"] == f"Not retold: that bob is a further leg of {first}."
    assert "with" not in scenario["calls"]["bob"]


def test_a_call_that_is_called_as_legs_are_is_left_out() -> None:
    joining = Joining("lobby", placement=Placement())
    said = [(0, place("cyd")), (1, place("cyd-leg-2")), (2, Command(Verb.ADD, "cyd-leg-1", By.API, joining))]
    scenario, _ = retold(said)
    legs = "place cyd-leg-2, which is what a leg is called; place cyd-leg-1, which is what a leg is called"
    assert scenario["about"] == f"Not retold: {legs}."
    assert [*scenario["expect"]] == ["cyd"]


def test_only_pages_of_the_application_are_documents() -> None:
    pages = {"/a": Page("<Response/>"), "https://b.example/": Page("<Response/>")}
    scenario, _ = retold([(0, place("ann", By.FAR_PARTY, direction=IN, answer_url="/a"))], pages=pages)
    assert scenario["about"] == "Not retold: what https://b.example/ answers."
    assert [*scenario["documents"]] == ["/a"]


def said_by_outsiders(vendor: str) -> st.SearchStrategy[list[tuple[int, Command]]]:
    """Calls and what far parties and the API say of them, sensible or not, at times of their own."""
    verbs = (Verb.RING, Verb.ANSWER, Verb.HANG_UP, Verb.REJECT, Verb.BUSY, Verb.CANCEL, Verb.KICK, Verb.STOP, Verb.ADD)
    outside = commands().filter(lambda command: command.verb in verbs and command.by is not By.DOCUMENT)
    inbound = st.builds(lambda name, placed: Command(Verb.PLACE, name, By.FAR_PARTY, placed), st.sampled_from(("ann", "bob")), placements(IN))
    outbound = st.builds(lambda name, placed: Command(Verb.PLACE, name, By.API, placed), st.sampled_from(("cyd", "dan")), placements(OUT))
    timed = st.tuples(st.integers(0, 400), inbound | outbound | outside)
    return st.lists(timed, max_size=12).map(lambda gaps: [(sum(gap for gap, _ in gaps[: n + 1]), each) for n, (_, each) in enumerate(gaps)])


@pytest.mark.parametrize("vendor", VENDORS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_story_retold_is_a_scenario_that_holds(vendor: str, data: st.DataObject) -> None:
    retold(data.draw(said_by_outsiders(vendor)), vendor, media=MEDIA)


@settings(max_examples=30, deadline=None)
@given(said_by_outsiders("plivo"))
def test_where_nothing_is_left_out_every_call_goes_the_same_way(said: list[tuple[int, Command]]) -> None:
    simulation = Simulation(dialect("plivo"), pages=Silence(), laws=False)
    for at, command in said:
        simulation.at(at, lambda command=command: simulation.say(command))  # type: ignore[misc]
        if command.verb in (Verb.PLACE, Verb.ADD):
            simulation.far_ends.setdefault(str(command.target), NEVER)
    simulation.run(said[-1][0] if said else 0)
    scenario, played = retold(said)
    if "about" not in scenario:
        found = {name: (call.state, call.ending and call.ending.cause) for name, call in played.simulation.switch.calls.items()}
        assert found == {name: (call.state, call.ending and call.ending.cause) for name, call in simulation.switch.calls.items()}
