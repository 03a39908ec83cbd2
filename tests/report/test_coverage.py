"""Coverage: what of the rulebooks was exercised, collected order by order or step by step, and told."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from callsim.dialects import DIALECTS, VENDORS, rulebook
from callsim.model import STATES, By, Change, Entity, Exit, Status, Verb
from callsim.report.coverage import FIGURES, MOST_MISSING, Figure, as_data, figures, told
from callsim.rules import Row, Rulebook
from callsim.rules.rulebook import Vendor
from callsim.scenario.covering import Coverage
from callsim.scenario.playing import Played
from callsim.switch import Switch
from callsim.testing.strategies import MEDIA, rulebooks, stories
from tests.report.worlds import CANCELLED, QUEUED, ROOM

README = Path(__file__).parents[2] / "README.md"
QUICK = settings(max_examples=20, deadline=None, derandomize=True, database=None)


def collected(plays: Iterable[Played]) -> Coverage:
    coverage = Coverage()
    for played in plays:
        coverage.played(played)
    return coverage


def counts(plays: Iterable[Played], vendor: str) -> dict[str, int]:
    return {name: figure.seen for name, figure in figures(collected(plays).vendors[vendor]).items()}


# -- what is counted -------------------------------------------------------------------------------------------------


def test_a_call_cancelled_and_hung_up_again_exercises_this_and_no_more(plays) -> None:
    covered = collected(plays(CANCELLED)).vendors["tryvox"]
    assert covered.states == {(Entity.CALL, state) for state in ("queued", "ringing", "completed")}
    assert covered.pairs == {
        ("call.begins.outbound", "call.ring.queued.carrier"),
        ("call.ring.queued.carrier", "call.hang_up.ringing.api.outbound"),
        ("call.hang_up.ringing.api.outbound", "call.hang_up.completed.api"),
    }
    assert {id for id in covered.rules if not id.startswith(("call.", "spelling."))} == {
        "route.tryvox.hang_up", "answer.tryvox.hang_up.done", "answer.tryvox.hang_up.already",
    }  # fmt: skip
    assert counts(plays(CANCELLED), "tryvox") | {"rules": 0} == {
        "rules": 0, "transitions": 3, "beginnings": 1, "consequences": 6, "instructions": 0, "limits": 0, "requests": 1,
        "answers": 2, "spellings": 2, "call_states": 3, "mpc_states": 0, "participant_states": 0, "action_states": 0,
        "conversation_states": 0, "pairs": 3, "moves": 2, "sentences": 0,
    }  # fmt: skip


DORA = "  - {at: 2s, add: dora, mpc: room, role: customer, far_end: {answers: 3s}, exit_url: /survey}\n"


@pytest.mark.parametrize(
    ("text", "vendor", "step", "lower"),
    [
        (CANCELLED, "tryvox", "  - {after: 1s, hang_up: alice, expect: 404}\n", {"rules", "transitions", "answers", "pairs"}),
        (ROOM, "plivo", "  - {at: 30s, stop: room, expect: 204}\n", {"rules", "transitions", "requests", "answers", "moves"}),
        (ROOM, "plivo", DORA, {"rules", "instructions", "pairs"}),
    ],
)  # fmt: skip
def test_a_step_taken_away_lowers_it(plays, text: str, vendor: str, step: str, lower: set[str]) -> None:
    assert step in text
    whole, less = counts(plays(text), vendor), counts(plays(text.replace(step, "")), vendor)
    assert {name for name in lower if less[name] >= whole[name]} == set()


def test_every_kind_of_rule_and_every_entity_is_counted() -> None:
    for vendor in VENDORS:
        coverage = Coverage()
        covered = coverage.of(rulebook(vendor))
        found = figures(covered)
        kinds = [figure.of for name, figure in found.items() if name in list(FIGURES)[1:9]]
        assert sum(kinds) == found["rules"].of == len(rulebook(vendor).rows)
        assert [found[f"{entity}_states"].of for entity in Entity] == [len(STATES[entity]) for entity in Entity]


def test_everything_used_is_all_of_it() -> None:
    book, coverage = rulebook("plivo"), Coverage()
    coverage.used(book, [*list(book.rows)[1:], "no.such.rule"])
    rules = figures(coverage.vendors["plivo"])["rules"]
    assert (rules.share, rules.missing) == ("99%", (next(iter(book.rows)),))
    coverage.used(book, book.rows)
    assert figures(coverage.vendors["plivo"])["rules"] == Figure(len(book.rows), ())


@pytest.mark.parametrize(
    ("seen", "of", "share"), [(0, 0, "-"), (0, 3, "0%"), (2, 3, "66%"), (391, 392, "99%"), (3, 3, "100%")]
)
def test_a_share_is_rounded_down(seen: int, of: int, share: str) -> None:
    assert Figure(seen, ("missing",) * (of - seen)).share == share


# -- sentences -------------------------------------------------------------------------------------------------------

PROVES = CANCELLED.replace("vendor: tryvox", "vendor: [plivo, tryvox]\nproves: [T7, T10, P7]")


def test_a_sentence_is_proved_by_the_rules_of_the_vendor_whose_page_it_is_on(plays) -> None:
    coverage = collected(plays(PROVES))
    assert coverage.vendors["tryvox"].sentences == {"T7", "T10"}
    assert coverage.vendors["plivo"].sentences == {"P7"}
    assert sum(len(coverage.of(rulebook(vendor)).all_sentences) for vendor in VENDORS) == 43


def test_what_fails_proves_nothing_and_exercises_what_it_exercises(plays) -> None:
    holds, fails = plays(PROVES, "tryvox"), plays(PROVES.replace("cause: cancelled", "cause: normal"), "tryvox")
    assert not fails[0].passed
    assert counts(fails, "tryvox") == counts(holds, "tryvox") | {"sentences": 0}


# -- pairs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_pair_is_possible_where_one_thing_can_meet_both_rows(vendor: str) -> None:
    coverage = Coverage()
    covered = coverage.of(rulebook(vendor))
    every, moves = set(covered.all_pairs()), set(covered.all_pairs(moves=True))
    assert moves < every
    for first, second in every:
        one, other = covered.rows[first], covered.rows[second]
        assert isinstance(other, Row)
        assert other.state is (one.to if isinstance(one, Row) else one.state)
        assert not ({"inbound", "outbound"} <= {*one.when, *other.when})
    for first, second in [
        ("call.begins.inbound", "call.ring.queued.carrier"),  # it begins ringing
        ("call.ring.queued.carrier", "call.answer.ringing.api.inbound"),  # what was queued is outbound
        ("call.answer.ringing.api.inbound", "call.ring.ringing.carrier"),
    ]:
        assert {first, second} <= set(covered.rows)
        assert (first, second) not in every


def test_pairs_that_an_assumption_makes_possible_are_possible_once_it_was_played(plays) -> None:
    choice = {"plivo.cancel.answered": "204"}
    pair = ("call.answer.ringing.far-party.outbound", "call.cancel.in-progress.api")
    before = Coverage()
    assert pair not in before.of(rulebook("plivo")).all_pairs(moves=True)
    after = Coverage()
    after.of(rulebook("plivo", choice))
    assert pair in after.of(rulebook("plivo")).all_pairs(moves=True)


def test_who_has_a_name_anew_is_somebody_else() -> None:
    begins = Change(
        0, 0, Entity.PARTICIPANT, "alice", Verb.JOIN, Status.DONE, "", "joining", By.DOCUMENT, None, "participant.begins.xml"
    )
    leaves = Change(
        1, 0, Entity.PARTICIPANT, "alice", Verb.LEAVE, Status.DONE, "joining", "exited", By.PLATFORM, Exit.CALL_ENDED,
        "participant.leave.joining.platform",
    )  # fmt: skip
    coverage = Coverage()
    coverage.saw(rulebook("plivo"), [begins, leaves, begins, leaves])
    assert coverage.vendors["plivo"].pairs == {(begins.rule, leaves.rule)}


# -- laws ------------------------------------------------------------------------------------------------------------


def vendor_of(name: str | None) -> Vendor | None:
    return next((each.vendor for each in DIALECTS if each.vendor.name == name), None)


@cache
def orders(name: str | None = "plivo") -> st.SearchStrategy[tuple[Rulebook, list[list[Change]]]]:
    """A rulebook, and the changes of each of many commands said to a switch that obeys it."""
    return st.builds(_said, rulebooks(vendor_of(name)), stories())


def _said(book: Rulebook, story: list) -> tuple[Rulebook, list[list[Change]]]:  # type: ignore[type-arg]
    switch, now, steps = Switch(book, dict(MEDIA)), 0, []
    for command, later in story:
        now += later
        steps.append(list(switch.apply(command, now).changes))
    return book, steps


def told_of(coverage: Coverage) -> dict[str, tuple[set[object], ...]]:
    return {name: (each.states, each.rules, each.pairs, each.sentences) for name, each in coverage.vendors.items()}


@QUICK
@given(st.sampled_from(VENDORS).flatmap(orders))
def test_every_pair_that_is_seen_is_one_of_those_that_are_possible(order) -> None:
    book, steps = order
    coverage = Coverage()
    coverage.saw(book, chain(*steps))
    covered = coverage.vendors[book.vendor]
    assert covered.pairs <= set(covered.all_pairs())
    assert covered.rules <= set(covered.rows)
    assert covered.states <= set(covered.all_states)


@QUICK
@given(orders())
def test_step_by_step_is_seen_what_is_seen_in_one_go(order) -> None:
    book, steps = order
    whole, stepwise, plain = Coverage(), Coverage(), Coverage()
    whole.saw(book, chain(*steps))
    last, plain_last = {}, {}
    for step in steps:
        before = dict(last)
        after = stepwise.saw_after(book, last, step)
        assert last == before, "what a step begins from may be the beginning of others, too"
        last, plain_last = after, plain.saw_after(book, plain_last, [tuple(change) for change in step])  # type: ignore[misc]
    assert told_of(stepwise) == told_of(whole) == told_of(plain)
    assert last == plain_last


@settings(QUICK, max_examples=8)
@given(st.lists(orders(), min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_who_collects_what_and_in_which_order_makes_no_difference(some, random) -> None:
    one = Coverage()
    for book, steps in some:
        one.saw(book, chain(*steps))
    shuffled = random.sample(some, len(some))
    parts = Coverage()
    for book, steps in [*shuffled, *shuffled]:  # twice: what is collected counts once
        part = Coverage()
        part.saw(book, chain(*steps))
        kept = Coverage()
        kept.vendors = pickle.loads(pickle.dumps(part.vendors))  # as another process would hand it over
        parts.include(kept)
    assert told_of(parts) == told_of(one)
    assert json.dumps(as_data(parts)) == json.dumps(as_data(one))


def test_a_step_can_be_taken_back_and_another_taken(plays) -> None:
    """As an explorer does: what two branches share is seen once, and each has its own pairs."""
    (played,) = plays(CANCELLED)
    book = played.simulation.dialect.rulebook
    begins, ring, over, *_ = [entry for entry in played.simulation.trace if isinstance(entry, Change)]
    coverage = Coverage()
    ringing = coverage.saw_after(book, {}, [begins, ring])
    coverage.saw_after(book, ringing, [over])
    coverage.saw_after(book, ringing, [ring._replace(from_="ringing", rule="call.ring.ringing.carrier")])
    assert {pair for pair in coverage.vendors["tryvox"].pairs if pair[0] == ring.rule} == {
        (ring.rule, over.rule), (ring.rule, "call.ring.ringing.carrier"),
    }  # fmt: skip


# -- told ------------------------------------------------------------------------------------------------------------


def test_vendors_stand_side_by_side_in_their_order(plays, drawn) -> None:
    shown = drawn(*told(collected(reversed(plays(QUEUED))), 180), width=180).splitlines()
    assert shown[0] == "coverage"
    assert re.split(r" {2,}", shown[1].strip()) == ["Plivo", "TryVox", "VoipNow", "what is counted"]
    assert [line[:21].strip().replace(" ", "_") for line in shown[2 : 2 + len(FIGURES)]] == list(FIGURES)
    row = next(line for line in shown if line.startswith("call states"))
    assert re.split(r" {2,}", row) == ["call states", "2 of 4", "50%", "3 of 4", "75%", "2 of 4", "50%", FIGURES["call_states"][0]]


def test_where_there_is_no_room_the_meanings_are_left_out(plays, drawn) -> None:
    shown = drawn(*told(collected(plays(QUEUED)), 80), width=80)
    assert "what is counted" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_first_of_the_rules_that_had_no_say_are_named_refusals_last(plays, drawn) -> None:
    coverage = collected(plays(CANCELLED))
    shown = drawn(*told(coverage, 160)).splitlines()
    missing = figures(coverage.vendors["tryvox"])["rules"].missing
    at = shown.index(f"TryVox: {len(missing)} rules never had a say")
    named = [line.split()[0] for line in shown[at + 1 :]]
    assert len(named) == MOST_MISSING + 1
    assert set(named[:-1]) <= set(missing)
    assert "call.answer.ringing.far-party.outbound" in named
    assert "call.place.queued.api" not in named
    assert shown[-1] == f"  ... and {len(missing) - MOST_MISSING} more; --format json names them all"


def test_refusals_are_named_once_nothing_else_is_missing(drawn) -> None:
    book, coverage = rulebook("voipnow"), Coverage()
    coverage.used(book, [id for id in book.rows if id not in ("call.place.queued.api", "limit.redirects")])
    shown = drawn(*told(coverage, 160)).splitlines()
    assert [line.split()[0] for line in shown[-2:]] == ["limit.redirects", "call.place.queued.api"]


def test_states_and_sentences_that_are_missing_are_named(plays, drawn) -> None:
    shown = drawn(*told(collected(plays(PROVES, "tryvox")), 160)).splitlines()
    assert "TryVox: call states missing: in-progress" in shown
    assert "TryVox: sentences missing: T1, T2, T3, T4, T5, T6, T8, T9, T11, T12" in shown


def test_where_nothing_was_played_nothing_is_covered(drawn) -> None:
    assert drawn(*told(Coverage(), 100)) == "coverage: nothing was played\n"
    assert as_data(Coverage()) == {}


def test_programs_get_every_figure_with_all_that_is_missing(plays) -> None:
    coverage = collected(plays(QUEUED))
    data = json.loads(json.dumps(as_data(coverage)))
    assert list(data) == list(VENDORS)
    for vendor, each in data.items():
        assert list(each) == list(FIGURES)
        for name, figure in each.items():
            assert list(figure) == ["seen", "of"] if name == "pairs" else ["seen", "of", "missing"]
            assert name == "pairs" or len(figure["missing"]) == figure["of"] - figure["seen"]
        assert each["rules"]["missing"] == [id for id in rulebook(vendor).rows if id not in coverage.vendors[vendor].rules]
        assert "call.begins.outbound -> call.cancel.queued.api" in each["moves"]["missing"]


def test_the_readme_says_what_each_figure_means() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [row for row in rows if row[0] in FIGURES] == [(name, means) for name, (means, _) in FIGURES.items()]
