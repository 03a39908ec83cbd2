"""`one_of:` what may come out either way, wherever values are compared."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callsim.model import Status
from callsim.scenario.comparing import differences, shown
from callsim.scenario.judging import Judge, alternatives
from callsim.scenario.loading import Case, load_bytes
from callsim.scenario.matchers import Count
from callsim.scenario.playing import Played, play

WORLD = """callsim: 1
title: t
vendor: plivo
calls:
  alice: {to: "+15550100001", hangup_url: /over}
  bert: {to: "+15550100003", hangup_url: /over}
steps:
  - {at: 5s, hang_up: alice, by: callee, expect: {one_of: [refused, done]}}
  - {request: DELETE /v1/Account/$account/Call/$bert/, expect: {one_of: [204, 404]}}
"""


def case_of(text: str) -> Case:
    return load_bytes((WORLD + text).encode(), "f")[0]


def played(text: str) -> Played:
    return play(case_of(text))


def failures(text: str) -> list[str]:
    return [str(failure) for failure in played(text).failures]


@pytest.mark.parametrize("expected", [
    "{alice: {cause: {one_of: [busy, normal]}}}",
    "{alice: {ended: {one_of: [never, 5s]}, duration: {one_of: [3s]}}}",
    "{alice: {vendor: {code: {one_of: [1000, 4000]}}}}",
    "{alice: {vendor: {one_of: [{code: 1000}, {code: 4000, source: Callee}]}}}",
    "{alice: {state: completed, one_of: [{by: api}, {cause: normal, by: callee}]}}",
    "{one_of: [{alice: {by: api}}, {bert: {by: api}}]}",
    "{one_of: [{one_of: [{alice: {by: api}}, {bert: {by: callee}}]}, {warnings: none, one_of: [{bert: {by: api}}]}]}",
    "{callbacks: [{one_of: [{call: bert}, {call: alice}]}, {url: {one_of: [/other, /over]}}]}",
    "{callbacks: {one_of: [none, [{call: alice}, {call: bert}]]}}",
    "{callbacks: {one_of: [{count: 1}, {at_least: 2, at_most: 2}]}}",
    "{fetched: {one_of: [[/a], none]}, warnings: {at_most: 0}}",
    "{callbacks: [{params: {CallUUID: {one_of: [$bert, $alice]}}}, {}]}",
])  # fmt: skip
def test_one_alternative_that_holds_wholly_is_enough(expected: str) -> None:
    assert failures(f"expect: {expected}\n") == []


@pytest.mark.parametrize(("expected", "complaint"), [
    ("{alice: {cause: {one_of: [busy, failed]}}}",
     "f:10:34: expected alice's cause to be busy or failed, found normal (by call.hang_up.in-progress.far-party)"),
    ("{alice: {ended: {one_of: [4s, never]}}}",
     "f:10:34: expected alice's ended to be 4s or never, found 5s (by call.hang_up.in-progress.far-party)"),
    ("{alice: {one_of: [{cause: busy, by: carrier}, {cause: normal, by: api}]}}",
     "f:10:75: expected alice's by to be api, found callee (by call.hang_up.in-progress.far-party); "
     "alternative 2 of 2 comes nearest"),
    ("{alice: {one_of: [{state: completed, by: api}, {state: completed, by: carrier}]}}",
     "f:10:26: expected alice's by to be api or carrier, found callee (by call.hang_up.in-progress.far-party)"),
    ("{one_of: [{alice: {by: api}}, {bert: {by: callee}}]}",
     "f:10:32: expected alice's by to be api, found callee (by call.hang_up.in-progress.far-party); "
     "alternative 1 of 2 comes nearest"),
    ("{callbacks: {one_of: [none, {at_least: 3}]}}",
     "f:10:30: expected 0 or at least 3 callbacks, found 2: [{at: 5000, call: alice, kind: hangup, "
     "url: http://app.test/over}, {at: 5000, call: bert, kind: hangup, url: http://app.test/over}]"),
    ("{callbacks: [{one_of: [{call: bert}, {call: carl}]}, {}]}",
     "f:10:31: of callbacks, number 1: expected call to be bert or carl, found alice"),
    ("{fetched: {at_least: 1}}", "f:10:19: expected at least 1 fetched, found 0: []"),
])  # fmt: skip
def test_if_none_holds_the_nearest_is_told(expected: str, complaint: str) -> None:
    assert failures(f"expect: {expected}\n") == [complaint]


def test_answers_may_be_one_of_several() -> None:
    text = WORLD.replace("[refused, done]", "[refused, unknown]").replace("[204, 404]", "[404, 500]")
    (case,) = load_bytes(text.encode(), "f")
    word, status = [str(failure) for failure in play(case).failures]
    assert word.startswith("f:8:50: expected refused or unknown, found done (by ")
    assert status.startswith("f:9:73: expected the answer's status to be 404 or 500, found 204; DELETE /v1/Account/")


def test_the_judge_knows_which_alternatives_held_and_which_never_did() -> None:
    case = case_of("expect: {one_of: [{alice: {by: {one_of: [callee, api]}}}, {bert: {by: callee}}]}\n")
    done = play(case)
    assert case.spec.expect is not None
    word, status = case.spec.steps
    judge = Judge(done.simulation, str)
    judge.check(case.spec.expect, partial(case.place, "expect"))
    judge.outcome(word.expect, Status.DONE, None, partial(case.place, "steps", 0, "expect"))
    judge.answer(status.expect, done.responses[0], partial(case.place, "steps", 1, "expect"))
    assert judge.failures == []
    missing = [(str(each.place), each.said) for each in alternatives(case) if each.place not in judge.held]
    assert missing == [("f:8:60", "refused"), ("f:9:79", "404"), ("f:10:50", "api"), ("f:10:59", "{bert: {by: callee}}")]


def test_an_alternative_about_nobody_has_not_held() -> None:
    case = case_of("always: {one_of: [{carl: {state: ended}}, {warnings: {at_least: 0}}]}\nmpcs: {carl: {}}\n")
    judge = Judge(play(case).simulation, str)
    assert [each.wrong() for each in judge.properties(case)] == [None]
    assert [place.column for place in judge.held] == [43]


def test_an_alternative_inside_one_that_does_not_hold_has_not_held() -> None:
    held: set[Any] = set()
    expected = {"one_of": [{"a": {"one_of": ["1", "2"]}, "b": "3"}, {"a": "1"}]}
    assert not list(differences(expected, {"a": "1", "b": "2"}, ("x",), held))
    assert held == {("x", "one_of", 1)}


# -- laws ------------------------------------------------------------------------------------------------------------

LEAVES = st.sampled_from(["a", "b", "none", "1"])
FOUND = st.recursive(
    st.sampled_from(["a", "b", None, 1]), lambda below: st.lists(below, max_size=3) | st.dictionaries(LEAVES, below, max_size=3)
)
EXPECTED = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(LEAVES, below, max_size=3) | st.just(Count(at_least=1))
)


def holds(expected: Any, found: Any) -> bool:
    return not list(differences(expected, found, ("x",), set()))


@given(st.lists(EXPECTED, min_size=1, max_size=4), FOUND)
def test_one_of_several_holds_exactly_if_one_of_them_does(several: list[Any], found: Any) -> None:
    held: set[Any] = set()
    wrong = list(differences({"one_of": several}, found, ("x",), held))
    numbers = {path[2] for path in held}
    assert (not wrong) == any(holds(each, found) for each in several)
    assert numbers == {number for number, each in enumerate(several) if holds(each, found)}
    assert all(shown(each.want) is not None and each.found for each in wrong)


@given(EXPECTED, FOUND)
def test_one_alternative_alone_is_as_good_as_itself(expected: Any, found: Any) -> None:
    assert holds({"one_of": [expected]}, found) is holds(expected, found)
