"""A case in every order of its actors: how many there are, what holds in them, and the shortest in which something does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from callsim import Scenario
from callsim.errors import InputError, UsageError
from callsim.explore import Bound
from callsim.scenario.benches import CaseWorld
from callsim.scenario.covering import Coverage
from callsim.scenario.explored import Explored
from callsim.scenario.exploring import explore_case, failing_order
from callsim.scenario.loading import Case, load, load_bytes
from callsim.scenario.playing import RulebookVocabulary, play, prepared
from callsim.testing import scenarios

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HEAD = "callsim: 1\ntitle: A race\nvendor: {vendor}\n"
RACE = """\
calls:
  alice: {far_end: {rings: 1s, answers: 2s}}
steps:
  - {at: 3s, hang_up: alice}
"""
TWO = """\
calls:
  alice: {}
  bert: {}
"""
TWO_CLIENTS = """\
calls:
  alice: {}
steps:
  - {at: 5s, hang_up: alice, client: one, expect: 204}
  - {at: 5s, hang_up: alice, client: two, expect: 404}
"""


def cases(text: str, vendor: str = "plivo") -> list[Case]:
    return load_bytes((HEAD.format(vendor=vendor) + text).encode(), "race.yaml", vocabulary=RulebookVocabulary())


def explored(text: str, vendor: str = "plivo", **options: Any) -> Explored:
    (case,) = cases(text, vendor)
    return explore_case(case, **options)


def labels(found: Explored, subject: str) -> list[str]:
    (finding,) = (finding for finding in found.findings if finding.subject == subject)
    return [happening.label for happening in finding.shortest]


# -- how many orders there are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "window", "orders"),
    [
        (RACE, 0, 2),  # the answer first, or the hang-up
        (RACE.replace("3s", "3001ms"), 0, 1),
        (RACE.replace("3s", "3001ms"), 1, 2),
        (RACE.replace("3s", "3200ms"), 199, 1),
        (RACE.replace("3s", "3200ms"), 200, 2),
        (TWO, 0, 12),  # placed and ringing, twice: 4 choose 2; and a minute later two timers
        (TWO_CLIENTS, 0, 2),
        (TWO_CLIENTS.replace("client: two", "client: one"), 0, 1),  # one client's requests keep their order
        (TWO_CLIENTS.replace(", client: one", "").replace(", client: two", ""), 0, 1),
    ],
)  # fmt: skip
def test_an_order_is_what_actors_do_at_one_instant_or_within_the_window(text: str, window: int, orders: int) -> None:
    assert explored(text, window=window).orders == orders


def test_with_times_forgotten_every_actor_keeps_its_own_order_and_no_other() -> None:
    text = "calls:\n  alice: {}\nsteps:\n  - {at: 1s, hang_up: alice, client: one}\n  - {at: 9s, hang_up: alice, client: two}\n"
    # Ringing, its timer, one and two: what is over neither rings nor has a timer.
    found = explored(text, window=None)
    assert found.complete
    assert found.orders == explored(text.replace("9s", "1s"), window=None).orders
    assert found.orders > explored(text).orders


def test_a_look_waits_for_the_steps_before_it_and_those_after_wait_for_it() -> None:
    look = "  - {at: 3s, check: {alice: {state: {one_of: [ringing, in-progress]}}}}\n"
    text = RACE.replace("steps:\n", "steps:\n" + look)
    assert explored(text).orders == 3  # the answer comes before both, between them, or after
    assert explored(text).holds


def test_what_is_executed_before_the_answer_has_a_clock_of_its_own() -> None:
    text = """\
documents:
  /early: <Response><PreAnswer><Wait length="9"/></PreAnswer><Wait length="1"/></Response>
calls:
  ann: {direction: inbound, answer_url: /early, far_end: {hangs_up: 9s}}
expect: {ann: {state: completed}}
"""
    assert explored(text).holds
    assert explored(text, window=None).holds


def test_answers_in_flight_together_come_in_any_order() -> None:
    text = """\
documents:
  /a: {after: 1s, body: <Response><Wait length="9"/></Response>}
  /b: {after: 2s, body: <Response><Wait length="9"/></Response>}
calls:
  alice: {direction: inbound, answer_url: /a}
  bert: {direction: inbound, placed: 1ms, answer_url: /b}
expect:
  fetched: [/a, /b]
"""
    # Asked for in one order, answered in two.
    found = explored(text + "never: {alice: {running: wait}, bert: {running: none, state: ringing}}\n")
    (finding,) = found.failures
    assert finding.kind == "never"
    assert finding.shortest[-1].label == "alice gets document 1"
    # Answered together, both have waited long enough at one instant, in either order.
    assert (finding.failing, found.orders) == (1, 3)


# -- what holds --------------------------------------------------------------------------------------------------------


def test_what_holds_in_every_order_holds() -> None:
    found = explored(RACE + "expect:\n  alice: {state: completed, by: api, ended: 3s}\n")
    assert found.holds
    assert [finding.failing for finding in found.findings] == [0] * len(found.findings)


def test_what_fails_in_some_order_names_how_many_and_the_shortest() -> None:
    found = explored(RACE + "expect:\n  alice: {cause: cancelled, state: completed}\n")
    (failure,) = found.failures
    assert (failure.subject, failure.failing, found.orders) == ("alice.cause", 1, 2)
    assert failure.place is not None
    assert str(failure.place) == "race.yaml:9:18"
    assert [each.label for each in failure.shortest] == [
        "alice is placed", "alice rings", "alice answers", "step 1: hang_up alice",
    ]  # fmt: skip
    assert [each.at for each in failure.shortest] == [0, 1_000, 3_000, 3_000]
    assert failure.message.startswith("expected alice's cause to be cancelled, found normal")


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("never: {alice: {state: in-progress}}", False),
        ("never: {alice: {state: completed, by: callee}}", True),
        ("always: {alice: {answered: never}}", False),
        ("always: {alice: {direction: outbound}}", True),
        ("eventually: {alice: {state: in-progress}}", False),
        ("eventually: {alice: {state: ringing}}", True),
    ],
)
def test_properties_are_held_against_every_order(said: str, holds: bool) -> None:
    found = explored(RACE + said + "\n")
    (finding,) = (finding for finding in found.findings if finding.kind in said)
    assert (finding.holds, finding.failing) == (holds, 0 if holds else 1)


def test_an_expectation_of_a_step_fails_where_the_step_was_taken() -> None:
    text = RACE + "  - {at: 3s, hang_up: alice, expect: 404, check: {alice: {answered: never}}}\n"
    found = explored(text.replace("{at: 3s, hang_up: alice}", "{at: 3s, hang_up: alice, expect: 404}"))
    assert labels(found, "step 1") == ["alice is placed", "alice rings", "step 1: hang_up alice"]
    (check,) = (finding for finding in found.failures if finding.kind == "check")
    assert [each.label for each in check.shortest][-2:] == ["step 1: hang_up alice", "step 2: hang_up alice"]
    assert (check.subject, check.failing) == ("step 2", 1)


def test_a_check_waits_for_the_answers_that_take_no_time_and_for_no_others() -> None:
    text = """\
documents:
  /hello: {after: 0, body: <Response><Redirect>http://app.test/then</Redirect></Response>}
  /then: <Response><Wait length="9"/></Response>
calls:
  ann: {direction: outbound, answer_url: /hello}
steps:
  - {at: 3s, answer: ann, check: {ann: {running: wait}}}
"""
    assert explored(text).holds
    late = explored(text.replace("after: 0", "after: 1s"))
    assert [(each.kind, each.failing) for each in late.failures] == [("check", late.orders)]
    (case,) = cases(text)
    (again,) = cases(text + "order: [ann is placed, ann rings, 'step 1: answer ann by callee']\n")
    assert (play(case).failures, play(again).failures) == ([], [])


def test_what_never_can_be_said_in_an_order_fails_in_that_order() -> None:
    text = """\
documents:
  /join: {after: 5s, body: <Response><MultiPartyCall>room</MultiPartyCall></Response>}
calls:
  ann: {direction: inbound, answer_url: /join}
steps:
  - {at: 5s, hang_up: ann, client: one}
  - {at: 5s, kick: ann, expect: {one_of: [204, 404]}}
"""
    found = explored(text)
    (failure,) = found.failures
    # She comes in and is removed, then hung up; or is hung up as she is in; or before: there is nobody to remove.
    assert (failure.subject, failure.failing, found.orders) == ("step 2", 1, 3)
    assert failure.message == "step 2: kick ann cannot be said in this order"
    (again,) = load_bytes(failing_order(found, failure).encode(), "order.yaml", vocabulary=RulebookVocabulary())
    assert [each.message for each in play(again).failures] == [failure.message]


def test_an_alternative_that_no_order_leads_to_is_told() -> None:
    expect = "expect:\n  alice: {cause: {one_of: [cancelled, normal, busy]}}\n"
    found = explored(RACE + expect)
    assert [each.said for each in found.unreached] == ["busy"]
    assert not found.holds
    assert explored(RACE + expect.replace(", busy", "")).holds


def test_alternatives_at_the_end_bind_together_what_belongs_together() -> None:
    both = "    - alice: {cause: cancelled, answered: never}\n    - alice: {cause: normal, answered: 3s}\n"
    assert explored(RACE + "expect:\n  one_of:\n" + both).holds
    wrong = both.replace("answered: never", "answered: 3s")
    found = explored(RACE + "expect:\n  one_of:\n" + wrong)
    assert not found.holds
    assert len(found.unreached) == 1


# -- clients -----------------------------------------------------------------------------------------------------------


def test_answers_that_some_order_gives_are_linearizable_with_that_order() -> None:
    said = explored(TWO_CLIENTS).linearizable
    assert said is not None
    assert (said.clients, said.yes, said.orders) == (("one", "two"), True, 1)
    assert [each.label for each in said.order][-2:] == ["step 1: hang_up alice by one", "step 2: hang_up alice by two"]
    assert explored(TWO_CLIENTS).holds


def test_answers_that_no_order_gives_are_not() -> None:
    said = explored(TWO_CLIENTS.replace("404", "204")).linearizable
    assert said is not None
    assert (said.yes, said.orders, said.order) == (False, 0, ())
    assert not explored(TWO_CLIENTS.replace("404", "204")).holds


def test_one_client_alone_says_nothing_about_orders() -> None:
    assert explored(TWO_CLIENTS.replace("client: two", "client: one")).linearizable is None


# -- times forgotten ---------------------------------------------------------------------------------------------------


def test_where_times_are_forgotten_no_time_is_judged_and_all_else_is() -> None:
    text = RACE + "expect:\n  alice: {state: completed, ended: 3s, answered: never, vendor: {duration: 7}}\nalways:\n  - {alice: {queued: 0}}\n"
    found = explored(text, window=None)
    assert [str(place) for place in found.not_judged] == ["race.yaml:9:36", "race.yaml:11:5"]
    assert {finding.subject for finding in found.failures} == {"alice.answered"}
    assert all(happening.at is None for happening in found.failures[0].shortest)
    assert "found some time" in found.failures[0].message


def test_where_times_are_forgotten_alternatives_that_name_times_come_about_all_the_same() -> None:
    expect = "expect:\n  alice: {one_of: [{cause: normal, answered: 3s}, {cause: cancelled, answered: never, ended: 3s}]}\n"
    found = explored(RACE + expect, window=None)
    assert (found.unreached, found.holds) == ((), False)  # the ring timer may win, too
    assert "ring-timeout" in found.failures[0].message


# -- bounds and mistakes -----------------------------------------------------------------------------------------------


def test_a_bound_that_was_hit_is_named_and_no_order_counted() -> None:
    found = explored(TWO, max_states=5)
    assert (found.bound, found.orders, found.complete) == (Bound.STATES, None, False)


def test_a_step_that_nobody_can_say_is_the_mistake_of_its_author() -> None:
    text = "calls:\n  alice: {}\nsteps:\n  - {at: 1s, hang_up: alice}\n  - {at: 1s, place: bert, direction: inbound}\n"
    with pytest.raises(InputError, match=r"race\.yaml:8:"):
        explored(text)


def test_a_rule_that_no_order_uses_is_not_taught() -> None:
    found = explored("teaches: [call.answer.ringing, call.reject]\n" + RACE)
    assert [(each.kind, each.subject, each.failing) for each in found.failures] == [("teaches", "call.reject", 2)]
    assert str(found.failures[0].place) == "race.yaml:4:32"


def test_an_assumption_nobody_knows_is_an_error() -> None:
    with pytest.raises(UsageError, match="there is no assumption"):
        explored(RACE, assume={"plivo.nothing": "1"})


def test_nobody_hangs_up_a_call_before_there_is_one() -> None:
    text = """\
calls:
  alice: {}
steps:
  - {at: 0, hang_up: alice}
  - {at: 0, request: DELETE /v1/Account/$account/Call/$alice/, client: b}
never: {alice: {state: completed}}
"""
    for window in (0, None):
        assert {finding.shortest[0].label for finding in explored(text, window=window).failures} == {"alice is placed"}


# -- the same whoever asks ---------------------------------------------------------------------------------------------


def test_several_workers_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.explore.workers.LEAST", 4)
    text = RACE + "  - {at: 3s, hang_up: alice, client: other}\nexpect:\n  alice: {cause: {one_of: [normal, busy]}}\n  callbacks: none\n"
    one, several = Coverage(), Coverage()
    (case,) = cases(text)
    assert explore_case(case, coverage=one) == explore_case(case, workers=3, coverage=several)
    assert one.vendors == several.vendors


def test_a_bench_sent_to_another_process_is_the_same_bench() -> None:
    (case,) = cases(RACE)
    world = CaseWorld(case, prepared(case, {}, 0), 0)
    state = world.begin()
    while actions := world.actions(state):
        twin = world.thaw(world.freeze(state))
        assert world.key(twin) == world.key(state)
        assert world.actions(twin) == actions
        assert twin.trace == state.trace
        assert {type(entry) for entry in twin.trace}.isdisjoint({tuple})  # whichever of them was looked at before
        state = world.step(state, actions[-1])


# -- run and explore -----------------------------------------------------------------------------------------------------

SMALL = [
    path for folder in ("plivo", "tryvox", "voipnow", "races") for path in sorted((SCENARIOS / folder).glob("*.yaml"))
]


@pytest.mark.parametrize("path", SMALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_order_that_run_plays_is_one_of_those_explored(path: Path) -> None:
    """So what holds in all of them holds in that one."""
    for case in load(path, vocabulary=RulebookVocabulary()):
        found = explore_case(case, max_states=400)
        if found.complete:
            played = play(case)
            untaught = [failure for failure in played.failures if failure.subject != "teaches"]
            assert not untaught or found.failures, f"{case.case}: run fails and no order does"
            everywhere = [finding.subject for finding in found.failures if finding.failing == found.orders]
            assert not everywhere or played.failures, f"{case.case}: run holds and no order does"
            moved = {row.id for row in played.simulation.switch.rulebook.transitions} & set(played.rules_used)
            assert moved <= set(found.rules_used)


@pytest.mark.parametrize("window", [0, 150, None])
@pytest.mark.parametrize("path", SMALL[1::4], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_failing_order_is_written_as_a_scenario_that_fails_alike(path: Path, window: int | None) -> None:
    for case in load(path, vocabulary=RulebookVocabulary()):
        found = explore_case(case, window=window, max_states=300)
        for finding in found.failures[:3]:
            (again,) = load_bytes(failing_order(found, finding).encode(), "order.yaml", vocabulary=RulebookVocabulary())
            subjects = {failure.subject for failure in play(again).failures}
            expected = finding.subject.partition(".")[0] if finding.kind == "expect" and "step" not in finding.subject else ""
            assert subjects, f"{finding.subject} does not fail again"
            assert not expected or expected in subjects | {"one_of"}


def test_a_program_explores_every_case_of_a_file() -> None:
    scenario = Scenario.from_text(HEAD.format(vendor="[plivo, tryvox]") + RACE + "never: {alice: {state: in-progress}}\n")
    assert [(found.case.vendor, found.orders, found.holds) for found in scenario.explore()] == [
        ("plivo", 2, False), ("tryvox", 2, False),
    ]  # fmt: skip
    assert [found.orders for found in scenario.explore(window=None, vendor="plivo")] == [
        found.orders for found in scenario.explore(window=None)[:1]
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=scenarios(), window=st.sampled_from([0, 500, None]))
def test_whatever_a_scenario_says_no_order_of_it_breaks_a_law_and_those_that_fail_fail_again(text: str, window: int | None) -> None:
    for case in load_bytes(text.encode(), "drawn.yaml", vocabulary=RulebookVocabulary()):
        found = explore_case(case, window=window, max_states=120)
        assert [finding.subject for finding in found.findings if finding.kind == "law" and not finding.holds] == []
        for failure in found.failures[:2]:
            (again,) = load_bytes(failing_order(found, failure).encode(), "order.yaml", vocabulary=RulebookVocabulary())
            assert play(again).failures, f"{failure.subject} does not fail again"
