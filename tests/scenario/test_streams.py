"""How a scenario describes calls that arrive at random, and what its author can get wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from callsim.dialects import VENDORS
from callsim.errors import InputError
from callsim.model import Direction
from callsim.scenario.fields import Shape
from callsim.scenario.loading import Case, load_bytes
from callsim.scenario.playing import play
from callsim.scenario.schema import UNTIMED, Scenario
from callsim.scenario.streams import Stream, time_of_day
from callsim.scenario.vetting import vet
from callsim.traffic import plan

HEAD = "callsim: 1\ntitle: A title\nvendor: {vendor}\n"
TRAFFIC = "traffic: {horizon: 1h}\n"
MISTAKES = (Path(__file__).parent / "mistakes_in_traffic.txt").read_text().strip().split("\n\n")[1:]


def case_of(text: str, vendor: str = "plivo") -> Case:
    (case,) = load_bytes((HEAD.format(vendor=vendor) + text).encode(), "f")
    return case


def stream_of(text: str) -> Stream:
    arrivals = case_of(f"{TRAFFIC}arrivals: {{a: {{{text}}}}}").spec.arrivals
    assert arrivals is not None
    return arrivals["a"]


def said(shape: Shape) -> dict[str, object]:
    return {key: getattr(shape, key) for key in shape.model_fields_set}


@pytest.mark.parametrize("block", MISTAKES)
def test_every_mistake_is_told_with_its_place_and_what_would_be_right(block: str) -> None:
    text, *problems = block.split("\n=> ")
    with pytest.raises(InputError) as caught:
        case_of(text)
    assert [str(each) for each in caught.value.problems] == problems


def test_traffic_needs_a_horizon_and_one_stream_that_says_how_it_arrives() -> None:
    spec = case_of(TRAFFIC + "arrivals: {a: {poisson: 1/s}}").spec
    assert spec.traffic is not None
    assert (spec.traffic.warm_up, spec.traffic.horizon, spec.traffic.replications, spec.traffic.batches, spec.traffic.seed) == (
        0, 3_600_000, 1, 20, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "a_second"),
    [("0.5/s", 0.5), ("30/min", 0.5), ("30 / min", 0.5), ("400/h", 400 / 3600), ("100000/s", 100_000.0), ("0.000000001/s", 1e-9)],
)
def test_a_rate_is_held_as_so_many_a_second(written: str, a_second: float) -> None:
    assert stream_of(f"poisson: {written}").poisson == a_second
    assert stream_of(f"constant: {written}").constant == a_second


def test_rates_by_time_of_day_are_held_in_order_of_the_day_and_some_may_be_nothing() -> None:
    stream = stream_of('by_time_of_day: {"20:00": 0/s, "08:30": 1/s, "12:00:30": 2/s}, begins: "07:00"')
    assert list((stream.by_time_of_day or {}).items()) == [("08:30", 1.0), ("12:00:30", 2.0), ("20:00", 0.0)]
    assert [time_of_day(each) for each in stream.by_time_of_day or {}] == [30_600_000, 43_230_000, 72_000_000]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("800ms", {"constant": 800}), ("0", {"constant": 0}), ("{constant: 1s}", {"constant": 1_000}),
        ("{exponential: 3m}", {"exponential": 180_000}), ("{uniform: [1s, 5s]}", {"uniform": (1_000, 5_000)}),
        ("{uniform: [1s, 1s]}", {"uniform": (1_000, 1_000)}), ("{empirical: [2s, 0]}", {"empirical": (2_000, 0)}),
        ("{empirical: a.csv, column: talk}", {"empirical": "a.csv", "column": "talk"}),
    ],
)  # fmt: skip
def test_a_time_is_a_duration_or_a_distribution(written: str, meant: dict[str, object]) -> None:
    stream = stream_of(f"poisson: 1/s, rings: {written}, answers: {written}, talks: {written}")
    for spread in (stream.rings, stream.answers, stream.talks):
        assert spread is not None
        assert said(spread) == meant


def test_who_hangs_up_and_how_many_take_part_may_be_one_word_or_shares() -> None:
    one = stream_of("poisson: 1/s, talks: 1s, hangs_up: api, mpc: {size: 4}")
    several = stream_of("poisson: 1/s, talks: 1s, hangs_up: {far_end: 0.75, api: .25}, mpc: {size: {2: 0.5, 4: 0.5}, stops: 4/h}")
    assert one.mpc is not None
    assert several.mpc is not None
    assert (one.hangs_up, one.mpc.size, one.mpc.stops) == ({"api": 1.0}, {4: 1.0}, 0.0)
    assert (several.hangs_up, several.mpc.size, several.mpc.stops) == ({"far_end": 0.75, "api": 0.25}, {2: 0.5, 4: 0.5}, 4 / 3600)


@pytest.mark.parametrize("mix", ["{answers: 0.1, busy: 0.2, silent: 0.7}", "{answers: 0.333333333333, silent: 0.666666666667}"])
def test_shares_may_miss_one_by_what_rounding_does(mix: str) -> None:
    assert stream_of(f"poisson: 1/s, mix: {mix}").mix


def test_a_call_of_a_stream_is_described_as_any_other() -> None:
    call = stream_of("poisson: 1/s, call: {to: 17, answer_url: /a, ring_timeout: 40s, direction: inbound, account: x}").call
    assert (call.to, call.answer_url, call.ring_timeout, call.direction, call.account) == (
        "17", "http://app.test/a", 40_000, Direction.INBOUND, "x",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "count", "when_full", "patient"),
    [
        ("40", 40, "blocked", False), ("{count: 40}", 40, "blocked", False), ("{count: 4, when_full: waits}", 4, "waits", False),
        ("{count: 4, when_full: waits, patience: {exponential: 30s}}", 4, "waits", True),
    ],
)  # fmt: skip
def test_trunks_block_or_let_wait_for_ever_or_with_patience(written: str, count: int, when_full: str, patient: bool) -> None:
    limits = case_of(f"{TRAFFIC}limits: {{trunks: {written}}}\narrivals: {{a: {{poisson: 1/s}}}}").spec.limits
    assert limits is not None
    assert limits.trunks is not None
    assert (limits.trunks.count, limits.trunks.when_full, limits.trunks.patience is not None) == (count, when_full, patient)


@pytest.mark.parametrize("key", UNTIMED)
def test_what_is_said_step_by_step_has_no_place_beside_arrivals(key: str) -> None:
    assert key in Scenario.written_keys()
    values = {"until": "5s", "lesson": "{number: 1, about: x, questions: [{ask: callbacks, kind: ring}]}"}
    value = values.get(key, "{}" if key in ("calls", "mpcs", "expect") else "[]")
    with pytest.raises(InputError, match=f"f:6:1: '{key}' has no place beside arrivals; expected a file of its own"):
        case_of(f"{TRAFFIC}arrivals: {{a: {{poisson: 1/s}}}}\n{key}: {value}")


def test_words_of_the_cases_may_stand_for_any_of_it() -> None:
    text = (
        "traffic: {horizon: $long}\nlimits: {trunks: $trunks}\narrivals: {a: {poisson: $rate, mix: $mix}}\n"
        "cases: [{case: few, long: 1h, trunks: 4, rate: 1/s, mix: {busy: 1}}, {case: many, long: 2h, trunks: 9, rate: 2/s, mix: {answers: 1}}]"
    )
    few, many = load_bytes((HEAD.format(vendor="plivo") + text).encode(), "f")
    assert few.spec.arrivals is not None
    assert many.spec.limits is not None
    assert few.spec.arrivals["a"].mix == {"busy": 1.0}
    assert many.spec.limits.trunks is not None
    assert many.spec.limits.trunks.count == 9


def test_traffic_is_not_played() -> None:
    with pytest.raises(InputError, match=r"f:5:1: calls arrive at random here.*expected a scenario with steps, or callsim traffic f"):
        play(case_of(f"{TRAFFIC}arrivals: {{a: {{poisson: 1/s}}}}"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_a_vendor_does_not_offer_is_told_of_streams_as_well(vendor: str) -> None:
    text = (
        f"{TRAFFIC}limits: {{calls_per_second: as-published}}\n"
        "arrivals: {a: {poisson: 1/s, call: {hangup_on_ring: 5s}, mix: {fails: 1}, fails_with: 503, mpc: {size: 3, stops: 1/h}}}"
    )
    wrong = {
        "plivo": ["503 is no code with which a call fails at plivo"],
        "tryvox": ["tryvox publishes no number of calls per second", "tryvox has no hangup_on_ring"],
        "voipnow": [
            "voipnow publishes no number of calls per second", "voipnow has no hangup_on_ring", "voipnow has no multiparty calls",
        ],
    }  # fmt: skip
    found = [problem.what for problem in vet(case_of(text, vendor))]
    assert sorted(found) == sorted(wrong[vendor]), found


def test_the_words_of_the_language_are_those_of_the_plan() -> None:
    from callsim.scenario import streams

    assert streams.FATES == plan.FATES


WORDS = st.sampled_from([
    "a", "poisson", "constant", "by_time_of_day", "recorded", "call", "mix", "rings", "talks", "hangs_up", "mpc", "size", "stops", "empirical",
    "uniform", "lognormal", "mean", "answers", "busy", "far_end", "api", "horizon", "count", "trunks", "patience", "1/s", "-1/s", "0", "1",
    "0.5", "1e9", "5s", "1h", "08:00", "f.csv", "", "$x", "$$", "²", "inf", "nan", "9" * 400,
])  # fmt: skip
ANYTHING = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12)


def _lines_complained_of(text: str) -> list[int]:
    try:
        return [problem.place.line for problem in vet(case_of(text))]
    except InputError as error:
        return [problem.place.line for problem in error.problems]


@given(arrivals=ANYTHING, traffic=ANYTHING, limits=ANYTHING, likely=ANYTHING)
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_of_traffic_is_read_or_complained_of(arrivals: object, traffic: object, limits: object, likely: object) -> None:
    stream = {"poisson": "1/s", **likely} if isinstance(likely, dict) else {"poisson": "1/s", "rings": likely, "mpc": likely, "mix": likely}
    good = {"horizon": "1h"}
    for said, how_long in ((arrivals, good), ({"a": arrivals}, good), ({"a": stream}, good), ({"a": {"poisson": "1/s"}}, traffic)):
        text = "".join(f"{key}: {json.dumps(each)}\n" for key, each in (("traffic", how_long), ("limits", limits), ("arrivals", said)))
        assert all(line > 0 for line in _lines_complained_of(text))
