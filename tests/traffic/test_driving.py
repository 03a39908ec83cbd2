"""One replication: who arrives, what becomes of them, what is counted, and that nothing of it stays behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callsim.application import Page
from callsim.dialects import Dialect
from callsim.model import Allowed, By, Call, Cause, Direction, Placement, Verb
from callsim.traffic import driving
from callsim.traffic.driving import replicate
from callsim.traffic.plan import (
    Arrived,
    Constant,
    Exponential,
    Meeting,
    Plan,
    Poisson,
    Recorded,
    Regular,
    Stream,
    Trunks,
    Uniform,
)
from callsim.traffic.tally import Tally

TO = Placement(to="+15550100009")
IN = Placement(direction=Direction.INBOUND)
SECOND, HOUR = 1_000, 3_600_000


def a_plan(*streams: Stream, horizon: int = HOUR, **more: Any) -> Plan:
    return Plan("test", more.pop("vendor", "plivo"), streams, horizon, **{"batches": 2, **more})


def once(at: int = 0, **known: Any) -> Recorded:
    return Recorded((Arrived(at, **known),))


def records(plan: Plan, number: int = 0) -> tuple[list[Call], Tally]:
    """Every call of a replication that ended, and what was counted."""
    seen: list[Call] = []
    tally = replicate(plan, number, over=lambda call, dialect: seen.append(call))
    return seen, tally


def busy_streams() -> tuple[Stream, ...]:
    """A little of everything."""
    mix = (("answers", 0.5), ("busy", 0.1), ("rejects", 0.1), ("silent", 0.1), ("unreachable", 0.1), ("fails", 0.1))
    talks = Exponential(30 * SECOND)
    who: tuple[tuple[Any, float], ...] = (("far_end", 0.5), ("api", 0.5))
    return (
        Stream("out", Poisson(0.2), TO, mix, rings=Uniform(0, 2_000), answers=Uniform(0, 9_000), talks=talks, hangs_up=who, api_hang_ups=0.02),
        Stream("in", Poisson(0.1), IN, (("answers", 0.8), ("silent", 0.2)), answers=Uniform(0, 9_000), talks=talks, hangs_up=who),
        Stream("met", Poisson(0.02), TO, mix, talks=talks, meeting=Meeting(((2, 0.5), (4, 0.5)), 0.01)),
    )


def test_a_replication_is_a_function_of_its_plan_and_its_number() -> None:
    plan = a_plan(*busy_streams(), trunks=Trunks(12, "waits", Exponential(20 * SECOND)), seed=3)
    first, again, other = replicate(plan, 0), replicate(plan, 0), replicate(plan, 1)
    assert first.as_data() == again.as_data()
    assert first.as_data() != other.as_data()
    assert replicate(replace(plan, seed=4), 0).as_data() != first.as_data()
    assert Tally.of_data(first.as_data()).as_data() == first.as_data()


def test_laws_change_no_figure() -> None:
    plan = a_plan(*busy_streams(), horizon=HOUR // 4)
    assert replicate(plan, 0, laws=True).as_data() == replicate(plan, 0).as_data()


@pytest.mark.parametrize("vendor", ["plivo", "tryvox", "voipnow"])
def test_nothing_of_a_call_that_is_over_stays_behind(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[driving._Replication] = []

    class Kept(driving._Replication):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(driving, "_Replication", Kept)
    streams = busy_streams() if vendor != "voipnow" else busy_streams()[:2]
    tally = replicate(a_plan(*streams, vendor=vendor), 0)
    [whole] = made
    switch = whole.world.switch
    together = sum(len(mpc.participants) for mpc in switch.mpcs.values())
    assert tally.finished > 900
    assert set(switch.live) == set(whole.up)
    assert set(whole.world.far_ends) == set(switch.calls)
    assert len(switch.calls) <= len(switch.live) + together + len(whole.world._ended)
    assert len(switch.timers) <= 2 * len(switch.live) + len(switch.mpcs)
    assert not whole.world._watch.endings


def test_another_number_of_trunks_meets_the_same_callers() -> None:
    stream = Stream("out", Poisson(0.5), TO, answers=Uniform(0, 9_000), talks=Exponential(60 * SECOND))
    few, many = (records(a_plan(stream, trunks=Trunks(count))) for count in (5, 500))
    assert few[1].total("offered") == many[1].total("offered")
    assert few[1].total("blocked") > 0 == many[1].total("blocked")
    lasted = {call.name: (call.answered_at, call.ended_at) for call in many[0]}
    first = min(few[0], key=lambda call: call.number)
    assert lasted[first.name] == (first.answered_at, first.ended_at)


def test_who_finds_every_trunk_taken_is_turned_away_or_waits_his_turn() -> None:
    arrivals = Recorded(tuple(Arrived(at) for at in (0, 10, 20, 30)))
    stream = Stream("out", arrivals, TO, talks=Constant(SECOND))
    blocked = replicate(a_plan(stream, trunks=Trunks(1)), 0)
    assert [blocked.total(name) for name in ("offered", "blocked", "seized", "waited")] == [4, 3, 1, 0]
    calls, waiting = records(a_plan(stream, trunks=Trunks(1, "waits")))
    assert [(call.queued_at, call.ended_at) for call in calls] == [(at, at + SECOND) for at in (0, 1_000, 2_000, 3_000)]
    assert [waiting.total(name) for name in ("blocked", "waited", "abandoned", "waits")] == [0, 3, 0, 990 + 1_980 + 2_970]
    patient = replicate(a_plan(stream, trunks=Trunks(1, "waits", Constant(1_500))), 0)
    assert [patient.total(name) for name in ("waited", "abandoned", "seized", "waits")] == [3, 2, 2, 990 + 1_500 * 2]


def test_a_trunk_that_is_given_back_as_patience_ends_is_had() -> None:
    arrivals = Recorded((Arrived(0), Arrived(100)))
    stream = Stream("out", arrivals, TO, talks=Constant(SECOND))
    tally = replicate(a_plan(stream, trunks=Trunks(1, "waits", Constant(900))), 0)
    assert tally.total("seized") + tally.total("abandoned") == 2
    assert tally.total("waits") == 900


@pytest.mark.parametrize(("fate", "cause"), [
    ("answers", Cause.NORMAL), ("busy", Cause.BUSY), ("rejects", Cause.REJECTED), ("silent", Cause.RING_TIMEOUT),
    ("unreachable", Cause.NO_ANSWER), ("fails", Cause.FAILED),
])  # fmt: skip
def test_every_fate_ends_as_it_is_called(fate: str, cause: Cause) -> None:
    stream = Stream("out", once(), TO, ((fate, 1.0),), talks=Constant(SECOND))
    [call], tally = records(a_plan(stream))
    assert call.ending is not None
    assert call.ending.cause is cause
    assert {str(name): sum(each) for name, each in tally.causes.items()} == {str(cause): 1}


def test_what_was_recorded_of_a_call_goes_before_what_is_drawn() -> None:
    stream = Stream("out", once(500, to="+15550100007", rings=100, answers=200, talks=300), TO, talks=Constant(SECOND))
    [call], _ = records(a_plan(stream))
    assert (call.placement.to, call.queued_at, call.ringing_at, call.answered_at, call.ended_at) == ("+15550100007", 500, 600, 800, 1_100)
    [call], _ = records(a_plan(replace(stream, talks=None, process=once(fate="answers", talks=70))))
    assert call.duration == 70


def test_a_stream_without_talk_is_ended_by_nobody_but_the_platform() -> None:
    stream = Stream("out", once(), replace(TO, time_limit=5_000), talks=None)
    [call], _ = records(a_plan(stream))
    assert call.ending is not None
    assert (call.ending.cause, call.duration) == (Cause.TIME_LIMIT, 5_000)


@pytest.mark.parametrize("placement", [TO, IN])
@pytest.mark.parametrize("who", ["far_end", "api"])
def test_talk_lasts_from_the_answer_to_whoever_hangs_up(placement: Placement, who: Any) -> None:
    stream = Stream("any", once(), placement, rings=Constant(300), answers=Constant(2_000), talks=Constant(7_000), hangs_up=((who, 1.0),))
    [call], tally = records(a_plan(stream))
    assert call.ending is not None
    assert (call.answered_at, call.duration) == (2_300, 7_000)
    assert call.ending.by is (By.API if who == "api" else By.FAR_PARTY)
    assert tally.total("hung_up_by_api") == (who == "api")


def test_an_inbound_call_that_its_document_answers_talks_as_long_as_any_other() -> None:
    pages = {"/answer": Page("<Response><Speak>Hello</Speak><Wait length='600'/></Response>", after=400)}
    stream = Stream("in", once(), replace(IN, answer_url="/answer"), answers=Constant(9_000), talks=Constant(7_000))
    [call], _ = records(a_plan(stream, pages=pages))
    assert (call.answered_at, call.duration) == (400, 7_000)


def test_a_caller_whom_nobody_answers_gives_up() -> None:
    [call], _ = records(a_plan(Stream("in", once(), IN, (("silent", 1.0),), answers=Constant(8_000))))
    assert (call.answered_at, call.ended_at) == (None, 8_000)


def test_a_call_that_stood_in_line_talks_its_time_before_the_api_hangs_up() -> None:
    arrivals = Recorded(tuple(Arrived(0) for _ in range(4)))
    stream = Stream("out", arrivals, TO, answers=Constant(100), talks=Constant(500), hangs_up=(("api", 1.0),))
    calls, _ = records(a_plan(stream, allowed=Allowed(calls_per_second=1)))
    assert [call.duration for call in calls] == [500] * 4
    assert len({call.answered_at for call in calls}) == 4


def test_the_api_hangs_up_whom_it_finds_and_asks_in_vain_where_nobody_is() -> None:
    stream = Stream("out", Regular(0.05), TO, talks=Constant(10 * SECOND), api_hang_ups=0.2)
    calls, tally = records(a_plan(stream))
    by_api = [call for call in calls if call.ending is not None and call.ending.by is By.API]
    assert tally.total("hung_up_by_api") == len(by_api) > 20
    assert tally.total("refused") > 200
    assert all(call.ending is not None and call.ending.verb is Verb.HANG_UP for call in by_api)


def test_a_stop_ends_who_talks_and_cancels_who_rings() -> None:
    mix = (("answers", 0.5), ("silent", 0.5))
    stream = Stream("met", Regular(0.02), TO, mix, talks=Constant(HOUR), meeting=Meeting(((4, 1.0),), 0.05))
    calls, tally = records(a_plan(stream))
    ended = [call.ending.cause for call in calls if call.ending is not None]
    assert tally.total("stops") > 40
    assert tally.total("stopped") == ended.count(Cause.MPC_ENDED) > 0
    assert tally.total("cancelled") == ended.count(Cause.CANCELLED) > 0
    assert tally.total("hung_up_by_api") == 0, "what a stop ends the API did not hang up"


def test_who_is_not_let_in_takes_no_trunk() -> None:
    stream = Stream("met", once(), TO, talks=Constant(SECOND), meeting=Meeting(((30, 1.0),)))
    tally = replicate(a_plan(stream, trunks=Trunks(40)), 0)
    assert [tally.total(name) for name in ("offered", "seized", "refused", "ended")] == [30, 10, 20, 10], "plivo lets ten in"
    assert tally.left == 0


def test_counting_begins_after_the_warm_up_and_ends_with_the_last_whole_batch() -> None:
    stream = Stream("out", Regular(1.0), TO, talks=Constant(5_500))
    tally = replicate(a_plan(stream, horizon=70_500, warm_up=10_500, batches=7), 0)
    assert tally.length == 8_571
    assert tally.counts["offered"] == [9, 8, 9, 8, 9, 8, 9]
    assert (tally.in_flight, tally.left, tally.peak) == (6, 6, 6)
    assert sum(tally.times["live"]) == pytest.approx(5.5 * 7 * 8_571, rel=0.02)


def test_what_is_dialled_by_documents_is_no_call_of_a_stream_but_has_a_record() -> None:
    pages = {"/dial": Page("<Response><Dial><Number>15550100001</Number></Dial></Response>")}
    stream = Stream("out", once(), replace(TO, answer_url="/dial"), talks=Constant(20 * SECOND))
    calls, tally = records(a_plan(stream, pages=pages))
    assert len(calls) == 2
    assert (tally.finished, tally.total("seized")) == (1, 1)


def test_calls_whose_hangup_url_fails_are_kept_until_the_last_attempt() -> None:
    pages = {"/over": Page(status=500, after=2_000)}
    stream = Stream("out", Regular(1.0), replace(TO, hangup_url="/over", answer_url="/answer"), talks=Constant(1_000))
    tally = replicate(a_plan(stream, pages={**pages, "/answer": Page("<Response/>", after=50)}, horizon=600_000), 0, laws=True)
    assert tally.finished > 550


def test_how_far_it_is_gets_told() -> None:
    told: list[tuple[float, int]] = []
    stream = Stream("out", Regular(1.0), TO, talks=Constant(1_000))
    replicate(a_plan(stream), 0, told=lambda part, calls: told.append((part, calls)))
    assert len(told) > 100
    assert told == sorted(told)
    assert told[-1] == (1.0, pytest.approx(3_600, abs=20))


def test_the_dialect_is_given_with_each_record() -> None:
    seen: list[Dialect] = []
    replicate(a_plan(Stream("out", once(), TO, talks=Constant(1)), vendor="tryvox"), 0, over=lambda call, dialect: seen.append(dialect))
    assert [each.vendor.name for each in seen] == ["tryvox"]
