"""What `--vary` means: which place of the file, which values, and what is said of one that means nothing."""

from __future__ import annotations

import pytest

from callsim.errors import UsageError
from callsim.scenario.loading import tree
from callsim.scenario.nodes import MapNode, plain, text_at
from callsim.scenario.wording import Problems
from callsim.traffic.varying import MOST_POINTS, combinations, placed, varied, with_values

FILE = b"""
callsim: 1
title: How many trunks
traffic: {horizon: 2h, seed: 1}
limits: {trunks: {count: 40, patience: 30s}}
documents: {/welcome: <Response/>}
arrivals:
  campaign: {poisson: 30/min, talks: {exponential: 3m}, mix: {answers: $share, busy: 0.4}, rings: {uniform: [1s, 5s]}}
  second: {constant: 0.5/s, talks: {exponential: 90s}, answers: $pick}
cases:
  - {case: few, share: 0.6, pick: 1s}
  - {case: many, share: 0.7, pick: 2s}
"""


def root(text: bytes = FILE) -> MapNode:
    return tree(text, "campaign.yaml", Problems())


@pytest.mark.parametrize(("option", "values"), [
    ("trunks=20..60:20", "20 40 60"), ("trunks=20..59:20", "20 40"), ("trunks=5..5:1", "5"), ("trunks=20,40, 80", "20 40 80"),
    ("share=0.1..0.3:0.1", "0.1 0.2 0.3"), ("share=1..1.5:0.25", "1 1.25 1.5"), ("poisson=10/min..30/min:10/min", "10/min 20/min 30/min"),
    ("poisson=10..30:10/min", "10/min 20/min 30/min"), ("patience=30s,1m", "30s 1m"), ("trunks=40", "40"),
    ("when_full=blocked,waits", "blocked waits"),
])  # fmt: skip
def test_an_option_means_these_values(option: str, values: str) -> None:
    assert varied(option).values == tuple(values.split())


@pytest.mark.parametrize(("option", "told"), [
    ("trunks", "no NAME=VALUES; write one such as trunks=20..60:5"), ("=1,2", "no NAME=VALUES"), ("trunks=", "no NAME=VALUES"),
    ("trunks=1,,2", "empty value"), ("trunks=20..60", "no range"), ("trunks=a..b:c", "no range"), ("trunks=-1..5:1", "no range"),
    ("poisson=1/s..9/min:1", "all of one unit"), ("trunks=1..5:0", "step greater than 0"), ("trunks=5..1:1", "least to the greatest"),
    ("trunks=1..100000:1", "100,000 values; at most 10,000"), ("trunks=1..999999999999:0.000000001", "at most 10,000 are tried"),
    ("trunks=1,2,1", "1 stands there twice"), (f"trunks={'9' * 500}..1:1", "no range"),
])  # fmt: skip
def test_an_option_that_means_nothing_is_told_so(option: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^--vary") as caught:
        varied(option)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(("name", "place"), [
    ("limits.trunks.count", "limits.trunks.count"), ("trunks", "limits.trunks.count"), ("limits.trunks", "limits.trunks.count"),
    ("patience", "limits.trunks.patience"), ("poisson", "arrivals.campaign.poisson"),
    ("campaign.talks.exponential", "arrivals.campaign.talks.exponential"),
    ("busy", "arrivals.campaign.mix.busy"), ("uniform.1", "arrivals.campaign.rings.uniform.1"), ("seed", "traffic.seed"),
    ("share", "$share"), ("$share", "$share"), ("mix.answers", "$share"), ("second.answers", "$pick"),
])  # fmt: skip
def test_a_name_means_one_place(name: str, place: str) -> None:
    ((_, found),) = placed(root(), [varied(f"{name}=1,2")])
    assert found.name == place


def test_trunks_that_are_a_number_are_one_place() -> None:
    ((_, found),) = placed(root(b"callsim: 1\nlimits: {trunks: 4}"), [varied("trunks=1,2")])
    assert found.name == "limits.trunks"


@pytest.mark.parametrize(("name", "told"), [
    ("exponential", "this may be arrivals.campaign.talks.exponential or arrivals.second.talks.exponential; say which"),
    ("trunk", "campaign.yaml has no such place; did you mean 'trunks'?; write"),
    ("campaign.talks", "this is no single value; vary arrivals.campaign.talks.exponential"),
    ("uniform", "this is no single value; vary arrivals.campaign.rings.uniform.0 or arrivals.campaign.rings.uniform.1"),
    ("zzz", "campaign.yaml has no such place; it has title, traffic.horizon"),
    ("/welcome", "has no such place"), ("callsim", "has no such place"),
])  # fmt: skip
def test_a_name_that_means_no_place_or_several_is_told_so(name: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^--vary") as caught:
        placed(root(), [varied(f"{name}=1,2")])
    assert told in str(caught.value)


def test_one_place_cannot_be_varied_twice() -> None:
    with pytest.raises(UsageError, match=r"--vary limits.trunks: limits.trunks.count is varied already"):
        placed(root(), [varied("trunks=1,2"), varied("limits.trunks=3,4")])


@pytest.mark.parametrize(("option", "values"), [
    ("poisson=10..30:10", "10/min 20/min 30/min"), ("poisson=10/s,20", "10/s 20/min"), ("patience=10,1m", "10s 1m"),
    ("trunks=1,2", "1 2"), ("horizon=1,2", "1h 2h"),
])  # fmt: skip
def test_a_bare_number_takes_the_unit_that_is_in_the_file(option: str, values: str) -> None:
    ((found, _),) = placed(root(), [varied(option)])
    assert found.values == tuple(values.split())


def test_two_values_that_are_the_same_in_the_unit_of_the_file_are_told_of() -> None:
    with pytest.raises(UsageError, match="10/min stands there twice"):
        placed(root(), [varied("poisson=10,10/min")])


def test_values_go_where_they_belong_and_the_file_stays_as_it_was() -> None:
    file = root()
    before = plain(file)
    changed = with_values(file, placed(file, [varied("trunks=7"), varied("share=0.5"), varied("uniform.0=2s")]), ["7", "0.5", "2s"])
    assert plain(file) == before
    now = plain(changed)
    assert now["limits"]["trunks"] == {"count": "7", "patience": "30s"}
    assert [each["share"] for each in now["cases"]] == ["0.5", "0.5"]
    assert now["arrivals"]["campaign"]["rings"]["uniform"] == ["2s", "5s"]


def test_the_place_of_a_value_is_its_option() -> None:
    file = root()
    node = text_at(with_values(file, placed(file, [varied("trunks=7")]), ["7"]), "limits", "trunks", "count")
    assert node is not None
    assert str(node.place) == str(node.inside(1, 4)) == "--vary trunks=7"


def test_every_combination_is_tried_the_last_changing_first() -> None:
    assert combinations([varied("a=1,2"), varied("b=x,y")]) == [("1", "x"), ("1", "y"), ("2", "x"), ("2", "y")]
    assert combinations([]) == [()]


def test_there_is_an_end_to_combinations() -> None:
    assert MOST_POINTS == 10_000
    assert len(combinations([varied("a=1..100:1"), varied("b=1..100:1")])) == 10_000
    with pytest.raises(UsageError, match="10,100 combinations; at most 10,000 are tried"):
        combinations([varied("a=1..100:1"), varied("b=0..100:1")])
