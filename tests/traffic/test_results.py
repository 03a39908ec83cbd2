"""What tallies come to: figures against Erlang's formulas, laws, warnings, and the same bytes in any order."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from callsim.errors import UsageError
from callsim.report.traffic import told
from callsim.traffic import erlang, results as results_module
from callsim.traffic.doubts import grows
from callsim.traffic.plan import ByTimeOfDay, Constant, Meeting, Plan, Regular
from callsim.traffic.results import Results, results, told_number
from callsim.traffic.tally import Tally, empty
from callsim.traffic.telling import as_told, number

from .trunk_group import plan, run

MINUTE = 60_000


def made(batches: int = 4, replication: int = 0, **sums: int | list[int]) -> Tally:
    """A tally of minutes; one number stands for each batch."""
    tally = empty(replication, MINUTE, batches)
    for name, value in sums.items():
        each = value if isinstance(value, list) else [value] * batches
        if name in tally.counts or name in tally.times:
            (tally.counts if name in tally.counts else tally.times)[name][:] = each
        else:
            tally.causes[name] = each
    return tally


def blocking(replications: int = 1, batches: int = 4) -> Plan:
    return plan(trunks=2, replications=replications, batches=batches, horizon=batches * MINUTE, warm_up=0)


def text(found: Results, width: int = 100) -> str:
    return "\n".join(line.plain for line in told(as_told(found), width))


# -- figures -------------------------------------------------------------------------------------------------------------

HAND_MADE = {
    "offered": 600, "offered_traffic": 10 / 60 * 15, "carried": 480, "carried_traffic": 2.0, "occupancy": 1.0, "blocked": 0.2,
    "answer_seizure_ratio": 0.75, "average_call_duration": 15.0, "live": 2.5, "mean_stay": 18.75, "cancelled": 0.125,
}  # fmt: skip


def test_figures_are_what_their_names_say() -> None:
    tally = made(offered=10, blocked=2, seized=8, answered=6, ended=6, cancelled=1, busy=120_000, live=150_000, talk=90_000,
                 stays=150_000, normal=6, busy_line=2)  # fmt: skip
    found = results(blocking(), [tally])
    assert {each.name: each.estimate.value for each in found.figures} == pytest.approx(HAND_MADE)
    assert [(each.name, each.count, each.estimate.value) for each in found.causes] == [("normal", 24, 0.75), ("busy_line", 8, 0.25)]


def test_waiting_has_its_own_figures() -> None:
    tally = made(offered=10, waited=5, abandoned=2, seized=8, waits=20_000, waiting=30_000)
    found = results(plan(when_full="waits", patience=5000, replications=1), [tally])
    assert [found[name].value for name in ("waited", "abandoned", "mean_wait", "mean_wait_of_waiting", "mean_queue")] == [
        0.5, 0.2, 2.0, 4.0, 0.5,
    ]  # fmt: skip
    with pytest.raises(KeyError):
        found["blocked"]
    for_ever = results(plan(when_full="waits", replications=1), [tally])
    assert "abandoned" not in {each.name for each in for_ever.figures}


def test_what_the_api_does_has_figures_where_it_does_something() -> None:
    usual = blocking()
    [stream] = usual.streams
    for changed, shown in (
        ({}, set()), ({"hangs_up": (("api", 1.0),)}, {"hung_up_by_api"}), ({"api_hang_ups": 0.1}, {"hung_up_by_api", "refused"}),
        ({"meeting": Meeting(((2, 1.0),))}, {"stopped", "mpcs", "stops"}),
        ({"meeting": Meeting(((2, 1.0),), 0.1)}, {"stopped", "mpcs", "stops", "refused"}),
    ):  # fmt: skip
        found = results(replace(usual, streams=(replace(stream, **changed),)), [made(offered=3)])
        named = {each.name for each in found.figures}
        assert named & {"hung_up_by_api", "refused", "stopped", "mpcs", "stops"} == shown
    meeting = replace(usual, streams=(replace(stream, api_hang_ups=0.1, meeting=Meeting(((2, 1.0),), 0.1)),))
    found = results(meeting, [made(hung_up_by_api=1, stopped=2, normal=8, mpcs=3, stops=4, refused=5)])
    named_values = {name: found[name].value for name in ("hung_up_by_api", "stopped", "mpcs", "stops", "refused")}
    assert named_values == {"hung_up_by_api": 0.125, "stopped": 0.25, "mpcs": 180, "stops": 240, "refused": 300}


def test_without_calls_there_are_no_ratios_and_no_end_of_the_world() -> None:
    found = results(blocking(), [made()])
    assert found["blocked"].value is found["average_call_duration"].value is None
    assert found["offered"].value == 0
    assert "blocked - none" in " ".join(text(found).split())
    assert json.loads(found.as_json())["figures"]["blocked"]["interval"] is None


def test_more_answered_than_seized_as_some_had_been_seized_before_is_all() -> None:
    found = results(blocking(), [made(seized=[3, 1, 3, 3], answered=[3, 3, 3, 3])])
    assert found["answer_seizure_ratio"].value == 1.0


ERLANG = [("blocked", None), ("waits", None), ("waits", 30_000)]


@pytest.mark.parametrize(("when_full", "patience"), ERLANG)
def test_a_group_of_trunks_comes_to_what_erlang_says(when_full: str, patience: float | None) -> None:
    found = results(asked := plan(when_full=when_full, patience=patience, replications=10), run(asked))
    true = erlang.blocked(8, 10) if when_full == "blocked" else erlang.waiting(8, 10).waits
    true = true if patience is None else erlang.abandoning(8, 10, 0.5).waits
    name = "blocked" if when_full == "blocked" else "waited"
    estimate = found[name]
    assert (estimate.how, estimate.samples) == ("replications", 10)
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low < true < estimate.high
    assert found.formula is not None
    assert dict(found.formula.values)[name] == pytest.approx(true, rel=0.2)
    assert found.formula.model == {None: "B" if when_full == "blocked" else "C"}.get(patience, "A")
    assert (found.errors, found.as_data()["laws"]) == ((), "holds")


def test_erlang_has_nothing_to_say_of_what_he_did_not_reckon_with() -> None:
    tally = made(offered=10, seized=8, busy=100)
    usual = plan(replications=1)
    [stream] = usual.streams
    for other in (
        replace(usual, trunks=None),
        replace(usual, streams=(replace(stream, process=Regular(1.0)),)),
        replace(usual, streams=(replace(stream, meeting=Meeting(((2, 1.0),))),)),
        replace(plan(when_full="waits", replications=1), trunks=replace(plan(when_full="waits").trunks, patience=Constant(3))),  # type: ignore[type-var]
    ):
        assert results(other, [tally]).formula is None
    assert results(usual, [made()]).formula is None


# -- how it was found ----------------------------------------------------------------------------------------------------


def test_one_replication_is_told_by_its_batches_and_several_by_themselves() -> None:
    one, several = plan(replications=1, batches=7), plan(replications=3)
    assert {each.estimate.samples for each in results(one, run(one)).figures} == {7}
    assert results(one, run(one)).method == "batch means"
    assert {each.estimate.samples for each in results(several, run(several)).figures} == {3}
    assert "one replication of 1h40m in 7 batches after 20m" in text(results(one, run(one)), 200)
    assert "3 replications of 1h40m after 20m" in text(results(several, run(several)), 200)


def test_the_order_in_which_replications_are_finished_makes_no_difference() -> None:
    tallies = run(plan())
    there, back = results(plan(), tallies), results(plan(), reversed([Tally.of_data(tally.as_data()) for tally in tallies]))
    assert there.as_json() == back.as_json()


def test_what_is_finished_of_more_is_told_as_such() -> None:
    found = results(plan(replications=4), run(plan(replications=4))[:3])
    assert "3 of 4 replications are finished; the figures are of those" in found.warnings
    assert found.as_data()["replications"] == {"planned": 4, "finished": [0, 1, 2]}


def test_the_document_has_what_its_description_names() -> None:
    data = results(plan(), run(plan())).as_data()
    described = set(re.findall(r'"([a-z_0-9]+)"', str(results_module.__doc__)))
    estimate = next(iter(data["figures"].values()))
    assert set(data) - {"callsim"} | set(data["replications"]) | set(data["endings"]) | set(estimate) <= described


def test_of_nothing_there_are_no_results() -> None:
    with pytest.raises(UsageError, match="no replication is finished, so there is nothing to tell"):
        results(plan(), [])


def test_a_single_sample_has_no_intervals_and_says_so() -> None:
    asked = plan(replications=1, batches=1)
    found = results(asked, run(asked))
    assert all(each.estimate.low is None for each in found.figures)
    assert "one sample has no intervals; more replications, or more batches, would give them" in found.warnings


def test_numbers_are_told_to_ten_digits_and_what_has_no_end_as_nothing() -> None:
    assert told_number(1 / 3) == 0.3333333333
    assert told_number(float("inf")) is told_number(None) is None


# -- laws and warnings -----------------------------------------------------------------------------------------------------


def test_littles_law_is_held_to_the_millisecond() -> None:
    [tally] = run(plan(replications=1))
    tally.times["live"][3] += 1
    found = results(plan(replications=1), [tally])
    [error] = found.errors
    assert error.startswith("Little's law is broken in replication 0: calls up add up to ")
    assert found.as_data()["laws"] == "broken"
    assert f"error: {error[:40]}" in text(found)


def test_no_call_is_lost() -> None:
    [tally] = run(plan(replications=1))
    there = tally.in_flight + tally.total("offered")
    tally.left += 1
    assert results(plan(replications=1), [tally]).errors == (
        f"the law that no call is lost is broken in replication 0: {there} were there or came, of {there + 1} it is known where they "
        f"went; the figures are wrong, please report this",
    )


def test_without_what_was_there_at_both_ends_it_is_not_checked() -> None:
    [tally] = run(plan(replications=1))
    tally.ages = {}
    assert results(plan(replications=1), [tally]).as_data()["laws"] == "not checked"


def test_more_traffic_than_trunks_is_told_where_calls_wait() -> None:
    asked = plan(erlangs=12, when_full="waits")
    assert [each.split(",")[0] for each in results(asked, run(asked)).warnings] == ["saturated: the queue grows all the time"]
    settled = plan(erlangs=12, when_full="waits", patience=60_000)
    assert results(settled, run(settled)).warnings == ()


def test_trunks_that_are_always_taken_are_told_where_nobody_gives_up() -> None:
    tally = made(busy=120_000, waiting=[900_000, 700_000, 900_000, 800_000])
    asked = replace(blocking(), trunks=plan(2, when_full="waits").trunks)
    assert results(asked, [tally]).warnings == (
        "saturated: all trunks are taken as good as always and nobody gives up, so the queue has no end; add trunks",
    )


@pytest.mark.parametrize(
    ("live", "grows"),
    [([1, 2, 3, 4, 5, 6, 7, 8], True), ([8, 7, 6, 5, 4, 3, 2, 1], False), ([50, 51, 52, 53, 54, 55, 56, 57], False),
     ([0, 9, 0, 9, 0, 9, 1, 9], False), ([1, 2, 3, 4], False), ([10] * 8, False)],
)  # fmt: skip
def test_calls_that_grow_by_enough_and_surely_have_not_settled(live: list[int], grows: bool) -> None:
    tally = made(len(live), live=[MINUTE * each for each in live])
    asked = replace(blocking(batches=len(live)), trunks=None)
    found = [each for each in results(asked, [tally]).warnings if each.startswith("not settled")]
    assert bool(found) == grows
    [stream] = asked.streams
    uneven = replace(asked, streams=(replace(stream, process=ByTimeOfDay(((0, 1.0), (3_600_000, 5.0)))),))
    assert not [each for each in results(uneven, [tally]).warnings if each.startswith("not settled")]


def test_a_generator_that_could_not_end_as_many_as_it_was_asked_to_says_so() -> None:
    asked = blocking()
    [stream] = asked.streams
    asked = replace(asked, streams=(replace(stream, api_hang_ups=0.5, meeting=Meeting(((2, 1.0),), 1.0)),))
    found = results(asked, [made(hung_up_by_api=3, stops=60)])
    assert found.warnings[:1] == (
        "saturated: 1800 hang-ups by the API an hour were asked for, 180 took effect, as too few calls were up to be ended",
    )
    assert not [each for each in found.warnings if " stops " in each]


def test_batches_that_depend_on_each_other_are_named() -> None:
    tally = made(20, offered=100, blocked=[*range(1, 11), *range(10, 0, -1)])
    [warning] = results(blocking(batches=20), [tally]).warnings
    assert warning == "batches depend on each other (blocked): their intervals are too narrow; use longer ones, or replications"


# -- provenance and words --------------------------------------------------------------------------------------------------


def test_each_code_says_how_it_is_known_and_all_what_they_rely_on() -> None:
    tally = made(normal=6)
    tally.codes = {"3010 Busy Line": [1] * 4, "4000 Normal Hangup": [2] * 4, "9 Nobody": [0, 0, 0, 1]}
    tally.because = {"3010 Busy Line": ["call.busy.ringing.far-party.outbound", "spelling.ending.busy.far-party"],
                     "4000 Normal Hangup": ["spelling.ending.normal.far-party.outbound", "no.such.rule"]}  # fmt: skip
    found = results(blocking(), [tally])
    assert [(each.name, each.basis) for each in found.codes] == [
        ("4000 Normal Hangup", "observed"), ("3010 Busy Line", "assumed"), ("9 Nobody", None),
    ]  # fmt: skip
    assert [(id, kind) for id, _, kind in found.relied_on] == [("plivo.source.busy", "assumed")]
    assert "relies on: plivo.source.busy=" in text(found)
    assert "assumed" in text(found)


def test_what_nobody_looked_at_is_not_said_to_rely_on_nothing() -> None:
    assert "relies on" not in text(results(blocking(), [made(offered=3)]))


def test_only_the_most_frequent_endings_are_printed() -> None:
    tally = made()
    tally.causes = {f"cause-{number:02}": [number] * 4 for number in range(1, 26)}
    shown = text(results(blocking(), [tally]))
    assert "cause-25" in shown
    assert "cause-05" not in shown
    assert "5 more" in shown


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_its_width(width: int) -> None:
    found = results(plan(), run(plan()))
    assert max(len(line) for line in text(found, width).splitlines()) <= max(width, 68)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(None, "s", "-"), (float("inf"), "s", "without end"), (0.02134, "share", "2.134"), (12345.6, "/h", "12,346"), (3.0, "calls", "3")],
)
def test_numbers_have_as_many_digits_as_mean_something(value: float | None, unit: str, said: str) -> None:
    assert number(value, unit) == said


def test_a_title_does_not_reach_into_the_terminal() -> None:
    assert "\x1b" not in text(results(replace(blocking(), title="a\x1b[2Jb"), [made(offered=3)]))



# -- what grows ----------------------------------------------------------------------------------------------------------


def queue(*calls: float) -> Tally:
    return made(len(calls), waiting=[round(MINUTE * each) for each in calls])


GROWN = [
    ((1, 2, 3, 4, 5, 6, 7, 8), (1, 8)),
    ((0, 0, 0, 0, 0, 0, 0, 9), None),  # 98 % sure are not sure enough
    ((1, 3, 2, 5, 4, 7, 6, 9), (1.083, 8.167)),
    ((9, 10, 11, 12, 13, 14, 15), (9, 15)),
    ((9.1, 10.1, 11.1, 12.1, 13.1, 14.1, 15.1), None),  # not by half of the mean
    ((0, 0.1, 0.2, 0.3, 0.4, 0.5), None),  # not by a call
    ((0, 0.2, 0.4, 0.6, 0.8, 1.0), (0, 1)),
]


@pytest.mark.parametrize(("calls", "ends"), GROWN)
def test_a_queue_grows_from_one_end_of_its_line_to_the_other(calls: tuple[float, ...], ends: tuple[float, float] | None) -> None:
    found = grows([queue(*calls)], "waiting")
    assert found == (None if ends is None else pytest.approx(ends, abs=1e-3))


def test_a_queue_is_that_of_all_replications_on_average() -> None:
    there, back = queue(1, 2, 3, 4, 5, 6, 7, 8), queue(8, 7, 6, 5, 4, 3, 2, 1)
    assert grows([there, back], "waiting") is None
    assert grows([there, there, queue(*[0] * 8)], "waiting") == pytest.approx((2 / 3, 16 / 3))


@pytest.mark.parametrize(
    ("when_full", "patience", "busy", "told"),
    [("waits", None, 119_500, 1), ("waits", None, 118_000, 0), ("waits", 5000, 120_000, 0), ("blocked", None, 120_000, 0)],
)
def test_full_trunks_are_a_matter_of_those_who_wait_for_ever(when_full: str, patience: float | None, busy: int, told: int) -> None:
    asked = replace(blocking(), trunks=plan(2, when_full=when_full, patience=patience).trunks)
    assert len(results(asked, [made(busy=busy)]).warnings) == told


def test_two_samples_are_enough_to_say_nothing() -> None:
    assert results(blocking(batches=2), [made(2, offered=[3, 4])]).warnings == ()


def test_two_replications_are_told_by_themselves_also_of_endings_that_one_of_them_has() -> None:
    found = results(blocking(2), [made(normal=3), made(replication=1, normal=2, rejected=1)])
    assert found.method == "replications"
    assert [(each.name, each.count, each.estimate.value) for each in found.causes] == [("normal", 20, 5 / 6), ("rejected", 4, 1 / 6)]
    coded = [made(normal=1), made(replication=1, normal=1)]
    coded[1].codes["3010 Busy Line"] = [1] * 4
    assert [(each.name, each.count) for each in results(blocking(2), coded).codes] == [("3010 Busy Line", 4)]
