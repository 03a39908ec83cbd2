"""`always`, `never` and `eventually`: what must be so at every moment, at none, or at some."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import InputError
from callsim.scenario.judging import Judge
from callsim.scenario.loading import Case, load_bytes
from callsim.scenario.playing import Played, play
from callsim.simulation import Simulation
from callsim.trace import Fetched, Said, Told, Warned

# Alice rings at 0, answers at 2 s, and hangs up at 12 s; bert is placed at 5 s, and cancelled at 8 s.
WORLD = """callsim: 1
title: t
vendor: plivo
calls:
  alice: {to: "+15550100006", hangup_url: /over}
  bert: {to: "+15550100003", placed: 5s, hangup_url: /over}
steps: [{at: 8s, hang_up: bert}]
"""
ANSWERED = "(by call.hang_up.in-progress.far-party)"


def case_of(text: str, world: str = WORLD) -> Case:
    return load_bytes((world + text).encode(), "f")[0]


def played(text: str) -> Played:
    return play(case_of(text))


@pytest.mark.parametrize("text", [
    "always: {alice: {by: {one_of: [none, callee]}}}",
    "always: {bert: {answered: never}}",
    "always: [{callbacks: {at_most: 2}}, {warnings: none}]",
    "always: {one_of: [{bert: {state: completed}}, {callbacks: none}]}",
    "never: {alice: {cause: busy}}",
    "never: {alice: {state: queued}, bert: {state: ringing}}",
    "never: [{carl: {}}]\nmpcs: {carl: {}}",
    "never: {callbacks: {at_least: 3}}",
    "eventually: {alice: {state: in-progress}}",
    "eventually: [{alice: {state: ringing}}, {alice: {state: in-progress}, bert: {state: ringing}}]",
    "eventually: {callbacks: {count: 1}}",
    "eventually: {callbacks: none}",
    "eventually: {alice: {state: completed}, bert: {state: completed}}",
    "always: []\nnever: []\neventually: []",
])  # fmt: skip
def test_what_is_so_at_every_moment_at_none_or_at_some_holds(text: str) -> None:
    assert [str(failure) for failure in played(text).failures] == []


@pytest.mark.parametrize(("text", "complaint"), [
    ("always: {alice: {state: {one_of: [queued, ringing, in-progress]}}}",
     "f:8:1: this must always hold; at 12s (12000 ms) expected alice's state to be queued, ringing or in-progress, "
     f"found completed {ANSWERED}"),
    ("always:\n  - warnings: none\n  - {bert: {state: ringing}, callbacks: none}",
     "f:10:5: this must always hold; at 5s (5000 ms) expected bert's state to be ringing, found queued"),
    ("never: {alice: {state: in-progress}, bert: {state: ringing}}",
     "f:8:1: this must never hold; at 5s (5000 ms) found {alice: {state: in-progress}, bert: {state: ringing}}"),
    ("never: [{alice: {}}]", "f:8:9: this must never hold; at 0s (0 ms) found {alice: {}}"),
    ("never: {warnings: none}", "f:8:1: this must never hold; at 0s (0 ms) found {warnings: []}"),
    ("eventually: {alice: {cause: busy}}",
     "f:8:1: this must hold at some moment and never did; at the end, at 12s (12000 ms), expected alice's cause to be busy, "
     f"found normal {ANSWERED}"),
    ("eventually: {callbacks: {at_least: 3}, carl: {}}\nmpcs: {carl: {}}",
     "f:8:1: this must hold at some moment and never did; at the end, at 12s (12000 ms), there is no carl yet; expected at "
     "least 3 callbacks, found 2: [{at: 8000, call: bert, kind: hangup, url: http://app.test/over}, "
     "{at: 12000, call: alice, kind: hangup, url: http://app.test/over}]"),
])  # fmt: skip
def test_a_property_fails_once_at_the_first_moment_that_shows_it(text: str, complaint: str) -> None:
    done = played(text)
    assert [str(failure) for failure in done.failures] == [complaint]
    assert not done.passed


def test_the_list_of_alternatives_is_told_as_one_sentence() -> None:
    (failure,) = played("always: {alice: {state: {one_of: [queued, ringing]}}}").failures
    assert (failure.subject, failure.expected) == ("always", "{alice: {state: {one_of: [queued, ringing]}}}")


def test_a_property_is_judged_only_once_everything_that_follows_has_followed() -> None:
    # Between the end of a call and its callback there is no moment.
    text = "always: {one_of: [{bert: {ended: never}}, {callbacks: {at_least: 1}}]}"
    assert played(text).failures == []


def test_each_property_fails_for_itself() -> None:
    done = played("always: [{alice: {by: api}}, {alice: {by: api}}, {alice: {by: none}}]\nnever: {alice: {by: callee}}")
    assert [failure.place.line for failure in done.failures] == [8, 8, 8, 9]
    assert [failure.place.column for failure in done.failures] == [10, 30, 50, 1]


def test_references_are_filled_in_as_they_stand() -> None:
    text = "eventually: {callbacks: [{params: {CallUUID: $bert}}]}\nnever: {callbacks: [{params: {CallUUID: $alice}}]}"
    assert played(text).failures == []


def test_a_scenario_without_properties_is_played_by_the_plain_simulation() -> None:
    assert type(played("").simulation) is Simulation
    assert type(played("always: {alice: {}}").simulation) is not Simulation


LOOP = """documents: {/l: <Response><Wait length="1"/><Record maxLength="1" action="/l"/></Response>}
calls: {alice: {to: "+15550100001", answer_url: /l}}
until: 60s
"""


def test_a_world_that_is_watched_has_seen_what_any_other_has() -> None:
    head = "callsim: 1\ntitle: t\nvendor: plivo\n"
    watched, plain = play(case_of("always: {fetched: {at_least: 0}}", head + LOOP)), play(case_of("", head + LOOP))
    for kind in (Told, Fetched, Warned, Said):
        assert watched.simulation.entries(kind) == plain.simulation.entries(kind)
    assert watched.simulation.trace_sha256() == plain.simulation.trace_sha256()


def test_of_a_great_many_only_the_first_are_told() -> None:
    (failure,) = play(case_of("expect: {fetched: {at_most: 5}}", "callsim: 1\ntitle: t\nvendor: plivo\n" + LOOP)).failures
    assert failure.message.startswith("expected at most 5 fetched, found 30: [{at: 2000, call: alice, url: http://app.test/l}, ")
    assert failure.message.endswith("url: http://app.test/l}] and 10 more")


def test_properties_say_what_is_wrong_now_and_remember_nothing() -> None:
    case = case_of("always: {alice: {by: none}}\nnever: [{alice: {by: callee}}, {warnings: {at_least: 1}}]\n"
                   "eventually: {bert: {by: callee}}\n")  # fmt: skip
    before, after = play(case_of("steps: []\nuntil: 3s", WORLD.replace("steps:", "x-steps:"))), play(case)
    judge = Judge(before.simulation, str)
    always, never, other, eventually = judge.properties(case)
    assert [(each.kind, each.number, each.place.line) for each in (always, never, other, eventually)] == [
        ("always", 1, 8), ("never", 1, 9), ("never", 2, 9), ("eventually", 1, 10),
    ]  # fmt: skip
    assert [each.wrong() for each in (always, never, other, eventually)] == [None, None, None, "there is no bert yet"]
    judge.world = after.simulation
    assert [each.wrong() for each in (always, never, other)] == [
        f"expected alice's by to be none, found callee {ANSWERED}", "found {alice: {by: callee}}", None,
    ]  # fmt: skip
    judge.world = before.simulation
    assert [each.wrong() for each in (always, never, other)] == [None, None, None]
    assert judge.failures == []


def test_there_are_not_too_many_properties() -> None:
    with pytest.raises(InputError, match=r"f:8:8: there are 201 of these; at most 200 are read"):
        case_of("never: [" + "{alice: {by: api}}, " * 201 + "]")


# -- laws ------------------------------------------------------------------------------------------------------------

THINGS = st.fixed_dictionaries({}, optional={
    "state": st.sampled_from(["queued", "ringing", "in-progress", "completed", "{one_of: [ringing, completed]}"]),
    "by": st.sampled_from(["none", "api", "callee"]),
    "answered": st.sampled_from(["never", "2s", "{one_of: [2s, 3s]}"]),
})  # fmt: skip
SEVERAL = st.sampled_from(["none", "{count: 1}", "{at_least: 1}", "{at_most: 1}", "{one_of: [none, {count: 2}]}"])
CHECKS = st.recursive(
    st.fixed_dictionaries({}, optional={"alice": THINGS, "bert": THINGS, "callbacks": SEVERAL}).filter(bool),
    lambda below: st.lists(below, min_size=1, max_size=3).map(lambda several: {"one_of": several}), max_leaves=4,
)  # fmt: skip


def flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]" if isinstance(value, list) else str(value)


@given(CHECKS)
@settings(max_examples=60, deadline=None)
def test_what_never_happens_does_not_happen_eventually(check: dict[str, object]) -> None:
    failed = [failure.subject for failure in played(f"never: {flow(check)}\neventually: {flow(check)}").failures]
    assert failed in (["never"], ["eventually"])


@given(CHECKS)
@settings(max_examples=60, deadline=None)
def test_what_is_always_so_is_so_in_the_end(check: dict[str, object]) -> None:
    failed = [failure.subject for failure in played(f"always: {flow(check)}\nexpect: {flow(check)}").failures]
    assert "always" in failed or not failed


# -- clients and orders ----------------------------------------------------------------------------------------------


def test_a_request_may_say_which_client_sends_it() -> None:
    case = case_of("", WORLD.replace("hang_up: bert}", "hang_up: bert, client: crm}, {request: GET /x}, {answer: alice}"))
    assert [getattr(step, "client", "no request") for step in case.spec.steps] == ["crm", None, "no request"]


@pytest.mark.parametrize("step", [
    "request: GET /x", "hang_up: alice", "hang_up: alice, by: api", "hang_up_all: all", "cancel: alice", "stop: room",
    "kick: alice", "add: carl, mpc: room", "place: carl",
])  # fmt: skip
def test_every_request_to_the_api_may_have_a_client(step: str) -> None:
    assert case_of("mpcs: {room: {}}\n", WORLD.replace("hang_up: bert", f"{step}, client: crm")).spec.steps[0].client == "crm"  # type: ignore[attr-defined]


def test_who_sends_a_request_does_not_change_what_comes_of_it() -> None:
    one, other = played(""), play(case_of("", WORLD.replace("hang_up: bert", "hang_up: bert, client: crm")))
    unnamed = [line.replace('"client":"crm",', "") for line in other.simulation.trace_lines()]
    assert unnamed == list(one.simulation.trace_lines()) != list(other.simulation.trace_lines())
    assert [each.client for each in other.responses] == ["crm"]


def test_an_order_is_kept_as_it_is_written() -> None:
    assert case_of('order: [alice answers, "8s", x]').spec.order == ("alice answers", "8s", "x")
    assert case_of("").spec.order == ()


def test_an_order_has_a_bound() -> None:
    with pytest.raises(InputError, match=r"f:8:8: there are 100,001 of these; at most 100,000 are read"):
        case_of("order: [" + "x," * 100_001 + "]")
