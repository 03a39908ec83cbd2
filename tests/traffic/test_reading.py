"""A scenario of traffic becomes a plan, and what is wrong with it or with the files it names has its place."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from callsim.application import Page
from callsim.dialects import VENDORS, Setting, User, dialect, rulebook
from callsim.errors import InputError, UsageError
from callsim.model import Allowed, Direction
from callsim.scenario.front import Scenario
from callsim.scenario.saying import placement
from callsim.traffic import plan
from callsim.traffic.plan import Plan, Trunks
from callsim.traffic.reading import adjusted, plan_of, plans_of

HEAD = "callsim: 1\ntitle: Many\nvendor: plivo\ntraffic: {horizon: 1h}\n"
ONE = HEAD + "arrivals: {a: {poisson: 1/s}}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(text: str, **others: object) -> Plan:
    Path("f.yaml").write_text(text)
    (one,) = plans_of("f.yaml", **others)  # type: ignore[arg-type]
    return one


def stream(text: str) -> plan.Stream:
    (one,) = made(f"{HEAD}arrivals: {{a: {{{text}}}}}\n").streams
    return one


def problems_of(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        made(text)
    return [str(each) for each in caught.value.problems]


def test_what_is_not_said_is_as_simple_as_can_be() -> None:
    assert made(ONE) == Plan("Many", "plivo", (plan.Stream("a", plan.Poisson(1.0), stream("poisson: 1/s").placement),), 3_600_000)
    one = stream("poisson: 1/s")
    assert (one.direction, one.mix, one.rings, one.answers, one.talks) == (
        Direction.OUTBOUND, (("answers", 1.0),), plan.Constant(0), plan.Constant(0), None,
    )  # fmt: skip


def test_all_of_a_stream_is_in_its_plan() -> None:
    one = stream(
        "constant: 30/min, mix: {answers: 0.5, fails: 0.5}, fails_with: 3050, rings: 800ms, answers: {lognormal: {mean: 9s, deviation: 5s}}, "
        "talks: {exponential: 3m}, hangs_up: {far_end: 0.8, api: 0.2}, api_hang_ups: 6/min, mpc: {size: {2: 0.5, 4: 0.5}, stops: 3.6/h}"
    )
    assert one == plan.Stream(
        "a", plan.Regular(0.5), one.placement, (("answers", 0.5), ("fails", 0.5)), 3050, plan.Constant(800), plan.Lognormal(9_000, 5_000),
        plan.Exponential(180_000), (("far_end", 0.8), ("api", 0.2)), 0.1, plan.Meeting(((2, 0.5), (4, 0.5)), 0.001),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("poisson: 90/min", plan.Poisson(1.5)),
        ('by_time_of_day: {"08:00": 1/s, "00:00": 0/s}', plan.ByTimeOfDay(((0, 0.0), (28_800_000, 1.0)))),
        ('by_time_of_day: {"08:00": 1/s}, begins: "07:30"', plan.ByTimeOfDay(((28_800_000, 1.0),), 27_000_000)),
    ],
)
def test_calls_arrive_as_it_says(written: str, meant: plan.Process) -> None:
    assert stream(written).process == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{uniform: [1s, 5s]}", plan.Uniform(1_000, 5_000)), ("{constant: 0}", plan.Constant(0)), ("2s", plan.Constant(2_000)),
        ("{empirical: [2s, 1s]}", plan.Empirical((2_000, 1_000))),
        ("{empirical: below/t.csv, column: talk}", plan.Empirical((5_000, 7_500))),
    ],
)  # fmt: skip
def test_times_are_distributed_as_it_says(written: str, meant: plan.Distribution) -> None:
    Path("below").mkdir()
    Path("below/t.csv").write_text("talk\n5\n7.5s\n")
    assert stream(f"poisson: 1/s, talks: {written}").talks == meant


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_call_is_placed_as_any_other_call_of_that_vendor(vendor: str) -> None:
    terms = "{to: '+1555', answer_url: /a, ring_timeout: 40s, account: x, direction: inbound, extension: 0003*210}"
    (ordinary,) = Scenario.from_text(f"callsim: 1\ntitle: One\nvendor: {vendor}\ncalls: {{a: {terms}}}\n").cases
    (one,) = made(HEAD.replace("plivo", vendor) + f"arrivals: {{a: {{poisson: 1/s, call: {terms}}}}}").streams
    assert one.placement == placement(ordinary.spec.calls["a"])
    assert one.direction is Direction.INBOUND


def test_the_world_is_that_of_the_file() -> None:
    text = HEAD.replace("vendor: plivo", "vendor: voipnow") + (
        "assume: {speech.pace: '50'}\nusers: {7: {organization: 3, extensions: [0007*1]}}\ntoken: system\nmedia: {/x.mp3: 8s}\n"
        "documents: {/a: <Response><Speak>$account $$5</Speak></Response>, /b: hangs, /c: {status: 500, after: 1s}}\n"
        "limits: {concurrent_calls: 9, trunks: {count: 4, when_full: waits, patience: {exponential: 30s}}}\n"
        "arrivals: {a: {poisson: 1/s, call: {from: $account}}}\n"
    )
    one = made(text.replace("assume: {speech.pace: '50'}\n", ""))
    account = dialect("voipnow").account_id("default")
    assert one.setting == Setting({"7": User("3", ("0007*1",))}, "7", "system")
    assert one.pages == {
        "/a": Page(f"<Response><Speak>{account} $5</Speak></Response>"), "/b": Page(hangs=True), "/c": Page(status=500, after=1_000),
    }  # fmt: skip
    assert one.media == {"/x.mp3": 8_000}
    assert one.allowed == Allowed(None, 9, None)
    assert one.trunks == Trunks(4, "waits", plan.Exponential(30_000))
    assert one.streams[0].placement.from_ == account


def test_the_vendors_own_figure_may_be_asked_for() -> None:
    allowed = made(HEAD + "limits: {calls_per_second: as-published}\narrivals: {a: {poisson: 1/s}}").allowed
    assert allowed is not None
    assert allowed.calls_per_second is not None
    assert made(HEAD + "limits: {trunks: 4}\narrivals: {a: {poisson: 1/s}}").allowed is None


def test_there_is_a_plan_for_each_case_and_vendor() -> None:
    text = ONE.replace("vendor: plivo", "vendor: [plivo, tryvox]").replace("1/s", "$rate")
    Path("f.yaml").write_text(text + "cases: [{case: few, rate: 1/s}, {case: many, rate: 9/s}]\n")
    plans = plans_of("f.yaml")
    assert [(each.case, each.vendor, each.streams[0].process) for each in plans] == [
        (f"{case} {vendor}", vendor, plan.Poisson(rate)) for case, rate in (("few", 1.0), ("many", 9.0)) for vendor in ("plivo", "tryvox")
    ]
    assert [(each.case, each.vendor) for each in plans_of("f.yaml", "voipnow")] == [("few", "voipnow"), ("many", "voipnow")]


def test_what_is_assumed_goes_before_what_the_file_assumes() -> None:
    id, choice = next((id, each) for id, each in rulebook("plivo").assumptions.items() if each.choices)
    text = ONE + f"assume: {{{id}: '{choice.default}'}}\n"
    assert made(text).assume == {id: choice.default}
    other = next(each for each in choice.all_choices() if each != choice.default)
    assert made(text, assume={id: other}).assume == {id: other}
    with pytest.raises(UsageError, match=r"there is no assumption 'no\.such'"):
        made(text, assume={"no.such": "1"})


def test_a_plan_goes_to_another_process_as_it_is() -> None:
    Path("r.csv").write_text("at,outcome\n1,busy\n")
    one = made(HEAD + "documents: {/a: hangs}\narrivals: {a: {recorded: r.csv}, b: {poisson: 1/s, talks: 1s}}\n")
    assert pickle.loads(pickle.dumps(one)) == one


# -- files beside the scenario ---------------------------------------------------------------------------------------------


def test_files_lie_beside_the_scenario_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "r.csv").write_text("at\n1\n2\n")
    (tmp_path / "deep" / "f.yaml").write_text(HEAD + "arrivals: {a: {recorded: r.csv}}\n")
    (one,) = plans_of("deep/f.yaml")
    assert one.streams[0].process == plan.Recorded((plan.Arrived(1_000), plan.Arrived(2_000)))


def test_a_scenario_that_is_no_file_names_files_from_where_we_are() -> None:
    Path("r.csv").write_text("at\n1\n")
    (case,) = Scenario.from_text(HEAD + "arrivals: {a: {recorded: r.csv}}\n").cases
    assert plan_of(case).streams[0].process == plan.Recorded((plan.Arrived(1_000),))


def test_what_is_wrong_with_files_is_told_all_at_once_where_it_stands_or_where_they_are_named() -> None:
    Path("bad.csv").write_text("at\nx\n")
    Path("none.csv").write_text("talk\n\n")
    text = HEAD + (
        "limits: {trunks: {count: 4, when_full: waits, patience: {empirical: gone.csv, column: x}}}\n"
        "arrivals:\n  a: {recorded: gone.csv}\n  b: {recorded: bad.csv}\n"
        "  c: {poisson: 1/s, rings: {empirical: none.csv, column: talk}, answers: {empirical: up.csv, column: x}}\n"
    )
    Path("up.csv").mkdir()
    assert problems_of(text) == [
        "bad.csv:2:1: 'x' is no time; expected a duration such as 1.5s, or seconds",
        "f.yaml:5:69: gone.csv: this cannot be read: No such file or directory",
        "f.yaml:7:17: gone.csv: this cannot be read: No such file or directory",
        "f.yaml:9:86: up.csv: this is no file; expected one of comma-separated values",
        "none.csv:2:1: the column 'talk' holds no time; expected a duration such as 1.5s, or seconds",
    ]


def test_outcomes_of_inbound_calls_are_those_of_inbound_calls() -> None:
    Path("r.csv").write_text("at,outcome\n1,busy\n")
    text = HEAD + "arrivals: {a: {recorded: r.csv, call: {direction: inbound}}}\n"
    assert problems_of(text) == ["r.csv:2:3: 'busy' is not a known fate; expected answers or silent"]


def test_a_scenario_that_is_played_makes_no_traffic() -> None:
    assert problems_of("callsim: 1\ntitle: One\nvendor: plivo\ncalls: {a: {}}\n") == [
        "f.yaml:1:1: no calls arrive at random here; expected arrivals, or callsim run f.yaml"
    ]


def test_what_the_vendor_does_not_offer_is_told_of_every_case_once() -> None:
    text = ONE.replace("1/s}", "1/s, mpc: {size: 3}}").replace("vendor: plivo", "vendor: [voipnow, plivo]") + "about: $x\n"
    assert problems_of(text + "cases: [{case: a, x: 1}, {case: b, x: 2}]\n") == [
        "f.yaml:5:30: voipnow has no multiparty calls; expected no such key, or another vendor"
    ]


# -- something else in place of what the file says --------------------------------------------------------------------------


def test_a_plan_can_be_adjusted() -> None:
    one = made(ONE)
    other = adjusted(one, horizon=7_200_000, warm_up=60_000, replications=5, batches=10, seed=9, trunks=40)
    assert (other.horizon, other.warm_up, other.replications, other.batches, other.seed) == (7_200_000, 60_000, 5, 10, 9)
    assert other.trunks == Trunks(40)
    assert adjusted(one) == one
    waits = made(HEAD + "limits: {trunks: {count: 4, when_full: waits}}\narrivals: {a: {poisson: 1/s}}")
    assert adjusted(waits, trunks=5).trunks == Trunks(5, "waits")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"warm_up": 3_600_000}, "it ends at 1h, and counting begins at 1h; expected a horizon after the warm-up"),
        ({"horizon": 0}, "it ends at 0s, and counting begins at 0s; expected a horizon after the warm-up"),
        ({"horizon": 10}, "20 batches find no room in 10ms; expected fewer"),
        ({"replications": 0}, "0 is no number of replications; expected a whole number from 1 to 100,000"),
        ({"batches": 1}, "1 is no number of batches; expected a whole number from 2 to 10,000"),
        ({"seed": -1}, "-1 is no seed; expected a whole number from 0"),
        ({"trunks": 0}, "0 is no number of trunks; expected a whole number from 1"),
    ],
)
def test_a_plan_cannot_be_adjusted_to_what_makes_no_sense(wish: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError, match=message.replace(".", r"\.")):
        adjusted(made(ONE), **wish)  # type: ignore[arg-type]
