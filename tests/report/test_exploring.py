"""What exploring found, told to people and to programs: hand-made findings, so that each is told of by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from callsim.errors import Place
from callsim.explore import Bound
from callsim.report import exploring
from callsim.report.exploring_results import document
from callsim.report.results import as_json
from callsim.scenario.explored import Explored, Finding, Happening, Linearizable
from callsim.scenario.judging import Alternative
from callsim.scenario.loading import load_bytes
from tests.report.worlds import CANCELLED

ORDER = (Happening("alice is placed", 0), Happening("alice answers", 5_000), Happening("step 1: hang_up alice", 5_000, "204"))
HOLDS = Finding("expect", "step 1", Place("some.yaml", 7, 28), True)
FAILS = Finding(
    "expect", "alice.cause", Place("some.yaml", 10, 11), False, 1, ORDER, "expected alice's cause to be cancelled, found normal"
)
LAW = Finding("law", "a call ends once", None, False, 1, ORDER[:2], "it ended twice")
EITHER = Alternative(Place("some.yaml", 12, 9), "{by: callee}", "expect")


def explored(*findings: Finding, **values: Any) -> Explored:
    """A case explored in two orders, in which this was found."""
    (case,) = load_bytes(f"callsim: 1\n{CANCELLED}".encode(), "some.yaml")
    found = Explored(case, {}, 0, 2, 6, 6, 4, 2, Bound.NONE, findings, relied_on=("tryvox.hang_up.payload",))
    return replace(found, **values)


def cut(*findings: Finding, **values: Any) -> Explored:
    return explored(*findings, **{"orders": None, "bound": Bound.STATES, **values})


# -- verdicts --------------------------------------------------------------------------------------------------------

VERDICTS = [
    (explored(HOLDS), "holds"),
    (explored(), "holds"),
    (explored(HOLDS, FAILS), "FAILS"),
    (explored(HOLDS, LAW), "FAILS"),
    (explored(HOLDS, unreached=(EITHER,)), "FAILS"),
    (explored(HOLDS, linearizable=Linearizable(("a", "b"), False, 0)), "FAILS"),
    (explored(HOLDS, linearizable=Linearizable(("a", "b"), True, 1, ORDER)), "holds"),
    (explored(HOLDS, not_judged=(Place("some.yaml", 3, 1),), window=None), "holds"),
    (cut(HOLDS), "UNDECIDED"),
    (cut(replace(FAILS, failing=None)), "FAILS"),
    (cut(HOLDS, unreached=(EITHER,)), "UNDECIDED"),
    (cut(HOLDS, linearizable=Linearizable(("a", "b"), False, None)), "UNDECIDED"),
    (explored(HOLDS, orders=None), "holds"),
]


@pytest.mark.parametrize(("found", "word"), VERDICTS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_verdict_says_only_what_is_known(drawn, found: Explored, word: str) -> None:
    assert exploring.verdict(found) == word
    assert document([found], True)["passed"] is (word == "holds")
    assert f"\n{word}" in drawn(*exploring.told(found, 160))


HOW_OFTEN = [
    (explored(HOLDS), "holds in all 2 orders"),
    (explored(FAILS), "FAILS in 1 of 2 orders"),
    (explored(replace(FAILS, failing=2)), "FAILS in all 2 orders"),
    (explored(HOLDS, orders=1), "holds in the only order"),
    (explored(FAILS, orders=1), "FAILS in the only order"),
    (explored(HOLDS, orders=1_234_567), "holds in all 1,234,567 orders"),
    (explored(replace(FAILS, failing=10**30), orders=2 * 10**5_000), "FAILS in about 10^30 of about 10^5000 orders"),
    (explored(HOLDS, orders=None), "holds in every order"),
    (explored(replace(FAILS, failing=None), orders=None), "FAILS in some order"),
    (cut(HOLDS), "holds so far"),
    (cut(replace(FAILS, failing=None)), "FAILS in some order"),
]


@pytest.mark.parametrize(("found", "said"), HOW_OFTEN, ids=lambda value: value if isinstance(value, str) else "")
def test_each_expectation_says_in_how_many_orders_it_holds_or_fails(drawn, found: Explored, said: str) -> None:
    shown = drawn(*exploring.told(found, 160))
    (row,) = [line for line in shown.splitlines() if line.endswith((" expect step 1", " expect alice.cause"))]
    assert row.startswith(f"{said}  ")


TRIED = [
    (explored(), "2 orders of what happens at the same instant: 6 distinct states, depth 4"),
    (explored(window=200), "2 orders of what happens at most 200ms apart: 6 distinct states, depth 4"),
    (explored(window=None), "2 orders of all that happens, times forgotten: 6 distinct states, depth 4"),
    (explored(orders=1, states=1, depth=0), "1 order of what happens at the same instant: 1 distinct state, depth 0"),
    (explored(orders=None), "no end of orders of what happens at the same instant: 6 distinct states, depth 4"),
    (cut(states=1_000_000), "not every order of what happens at the same instant: 1,000,000 distinct states, depth 4"),
]


@pytest.mark.parametrize(("found", "said"), TRIED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_was_tried_is_said_first(drawn, found: Explored, said: str) -> None:
    assert drawn(*exploring.told(found, 160)).splitlines()[2] == said


BOUNDS = [
    (Bound.STATES, "UNDECIDED  bound: states; --max-states allows more"),
    (Bound.MEMORY, "UNDECIDED  bound: memory; --max-memory allows more"),
    (Bound.INTERRUPTED, "UNDECIDED  bound: interrupted"),
]


@pytest.mark.parametrize(("bound", "said"), BOUNDS)
def test_the_bound_that_was_hit_is_named(drawn, bound: Bound, said: str) -> None:
    assert said in drawn(*exploring.told(cut(HOLDS, bound=bound), 160)).splitlines()


# -- what does not hold ------------------------------------------------------------------------------------------------


def test_a_failure_shows_its_shortest_order_and_where_it_stands(drawn) -> None:
    shown = drawn(*exploring.told(explored(HOLDS, FAILS), 160))
    assert shown.partition("\n\n")[2] == (
        "the shortest order in which expect alice.cause fails:\n"
        "   1  0s  alice is placed\n"
        "   2  5s  alice answers\n"
        ">  3  5s  step 1: hang_up alice  204\n"
        "some.yaml:10:11: expected alice's cause to be cancelled, found normal\n"
        "FAILS  1 expectation does not hold in every order\n"
        "relies on: tryvox.hang_up.payload=our-fields (assumed)\n"
        "\n"
    )


def test_what_fails_in_one_order_is_told_with_it_once_and_the_shortest_order_comes_first(drawn) -> None:
    more = [replace(FAILS, subject=f"alice.{name}", message=f"wrong {name}") for name in ("by", "ended", "state")]
    brief = replace(FAILS, subject="bert.by", shortest=ORDER[:1], message="wrong bert")
    shown = drawn(*exploring.told(explored(FAILS, *more, brief), 160))
    orders = [line for line in shown.splitlines() if line.startswith("the shortest order")]
    assert orders == [
        "the shortest order in which expect bert.by fails:",
        "the shortest order in which expect alice.cause, expect alice.by, expect alice.ended and 1 more fail:",
    ]
    assert shown.index("wrong bert") < shown.index("found normal") < shown.index("wrong by") < shown.index("wrong state")


def test_what_is_wrong_before_anything_has_happened_is_said_to_be(drawn) -> None:
    shown = drawn(*exploring.told(explored(replace(FAILS, kind="always", shortest=())), 160))
    assert "at the very beginning, before anything has happened\nsome.yaml:10:11: expected" in shown


def test_an_order_whose_times_are_forgotten_tells_none(drawn) -> None:
    order = tuple(replace(each, at=None) for each in ORDER)
    shown = drawn(*exploring.told(explored(replace(FAILS, shortest=order), window=None), 160))
    assert ">  3    step 1: hang_up alice  204" in shown.splitlines()


def test_a_broken_law_is_told_by_its_name_and_the_laws_that_hold_in_one_line(drawn) -> None:
    kept = Finding("law", "no call is lost", None, True)
    shown = drawn(*exploring.told(explored(HOLDS, kept, LAW), 160))
    assert "law a call ends once: it ended twice" in shown
    assert "no call is lost" not in shown
    assert "callsim's own laws" not in shown
    assert "holds in all 2 orders        callsim's own laws" in drawn(*exploring.told(explored(HOLDS, kept), 160))


def test_what_would_be_too_long_is_cut_in_the_middle_and_at_the_end(drawn) -> None:
    order = tuple(Happening(f"thing {number}", number) for number in range(1, 1_001))
    many = [replace(FAILS, subject=f"call{number}.by", shortest=order[: number + 1]) for number in range(1_000)]
    shown = drawn(*exploring.told(explored(*many), 160))
    assert "... and 800 more, of which 800 FAIL; --format json has them all" in shown
    assert "... and 995 orders more; --format json has them all" in shown
    assert shown.count("the shortest order in which") == exploring.MOST_ORDERS
    long = drawn(*exploring.told(explored(replace(FAILS, shortest=order)), 160))
    assert ">  1000     1s  thing 1000" in long.splitlines()
    assert "800 steps more; --format json has them all" in long
    assert len(long.splitlines()) < 220


def test_hostile_words_are_shown_as_they_are(drawn) -> None:
    evil = "[red]x[/red]\x1b[2J\u202e\n"
    finding = replace(FAILS, subject=evil, message=evil, shortest=(Happening(evil, 0, evil),))
    one = explored(
        finding, unreached=(Alternative(Place(evil, 1, 1), evil, "expect"),), linearizable=Linearizable((evil, "b"), True, 1, finding.shortest)
    )  # fmt: skip
    for width in (40, 160):
        shown = drawn(*exploring.told(one, width), *exploring.summary([one, one], width), width=width)
        assert "[red]x[/red]" in shown
        assert not {"\x1b", "\u202e"} & set(shown)
    assert not {"\x1b", "\u202e"} & set(as_json(document([one], True)))


# -- what must come about ----------------------------------------------------------------------------------------------


def test_alternatives_that_no_order_leads_to_are_named(drawn) -> None:
    shown = drawn(*exploring.told(explored(HOLDS, unreached=(EITHER,)), 160))
    assert "some.yaml:12:9: no order leads to this alternative: {by: callee}" in shown
    assert "FAILS  1 alternative in none" in shown
    assert "some.yaml:12:9: no order leads to this alternative so far" in drawn(*exploring.told(cut(HOLDS, unreached=(EITHER,)), 160))


def test_answers_of_several_clients_are_linearizable_or_not(drawn) -> None:
    yes = Linearizable(("crm", "", "desk"), True, 1, ORDER)
    shown = drawn(*exploring.told(explored(HOLDS, linearizable=yes), 160))
    assert (
        "linearizable: crm, the client without a name and desk can get all the answers they expect, in 1 of 2 orders, first of all "
        "in this one:\n   1  0s  alice is placed\n"
    ).replace("\n", " ") in " ".join(shown.splitlines())  # fmt: skip
    no = drawn(*exploring.told(explored(HOLDS, linearizable=Linearizable(("crm", "desk"), False, 0)), 160))
    assert "not linearizable: in no order do crm and desk get all the answers they expect" in no
    unknown = drawn(*exploring.told(cut(HOLDS, linearizable=Linearizable(("a", "b"), False, None)), 160))
    assert "not known to be linearizable: so far in no order do a and b get all the answers they expect" in unknown


def test_what_is_not_judged_is_named(drawn) -> None:
    found = explored(HOLDS, window=None, not_judged=(Place("some.yaml", 3, 1), Place("some.yaml", 9, 5)))
    assert "not judged, because times are forgotten: 3:1 and 9:5" in drawn(*exploring.told(found, 160))


def test_a_summary_has_a_row_for_each_case_and_a_sum(drawn) -> None:
    shown = drawn(*exploring.summary([explored(HOLDS), explored(FAILS, orders=12_345), cut(HOLDS)], 100))
    assert shown.splitlines() == [
        "verdict    orders  states  vendor  scenario",
        "holds           2       6  tryvox  some.yaml",
        "FAILS      12,345       6  tryvox  some.yaml",
        "UNDECIDED  states       6  tryvox  some.yaml",
        "",
        "3 scenarios: 1 holds, 1 FAILS, 1 UNDECIDED",
    ]


# -- for programs --------------------------------------------------------------------------------------------------------


def test_the_document_has_the_keys_that_were_promised() -> None:
    found = explored(
        FAILS, LAW, unreached=(EITHER,), not_judged=(Place("some.yaml", 3, 1),), window=200,
        linearizable=Linearizable(("a", "b"), True, 1, ORDER[:1]),
    )  # fmt: skip
    data = json.loads(as_json(document([found], True, "failing.yaml")))
    assert (list(data), data["passed"], data["written"]) == (["callsim", "passed", "written", "scenarios"], False, "failing.yaml")
    (one,) = data["scenarios"]
    assert list(one) == [
        "file", "case", "title", "vendor", "assume", "relied_on", "passed", "window_ms", "bound", "orders", "states", "transitions",
        "depth", "ends", "findings", "unreached", "not_judged", "linearizable", "rules_used",
    ]  # fmt: skip
    assert (one["bound"], one["window_ms"], one["orders"]) == (None, 200, 2)
    cause, law = one["findings"]
    assert list(cause) == ["kind", "subject", "line", "column", "holds", "failing_orders", "message", "shortest"]
    assert cause["shortest"][2] == {"at_ms": 5000, "what": "step 1: hang_up alice", "outcome": "204"}
    assert (law["kind"], law["line"], law["column"]) == ("law", None, None)
    assert one["unreached"] == [{"line": 12, "column": 9, "alternative": "{by: callee}"}]
    assert one["not_judged"] == [{"line": 3, "column": 1}]
    assert one["linearizable"] == {
        "clients": ["a", "b"], "holds": True, "orders": 1, "order": [{"at_ms": 0, "what": "alice is placed", "outcome": ""}],
    }  # fmt: skip


def test_a_number_that_nobody_can_read_is_null_and_a_bound_has_its_name() -> None:
    for orders, written in ((10**18, 10**18), (10**4_999, None), (None, None)):
        (data,) = json.loads(as_json(document([explored(FAILS, orders=orders)], True)))["scenarios"]
        assert data["orders"] == written
    assert document([cut(HOLDS)], True)["scenarios"][0]["bound"] == "states"


def test_a_file_that_could_not_be_read_keeps_all_from_passing() -> None:
    assert document([explored(HOLDS)], False)["passed"] is False
