"""Intervals cover what they say they cover, and say so where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from callsim.traffic.intervals import Estimate, Samples, Sums, of_independent, student

LEAST, MOST = 364, 393
"""Of 400 intervals of 95 % so many cover: beyond lie 0.05 % of all true ones."""


def share(sums: Sums) -> float | None:
    return sums["some"] / sums["all"] if sums["all"] else None


def counts(sums: Sums) -> tuple[int, int]:
    return sums["some"], sums["all"]


def of_pairs(*pairs: tuple[int, int], how: str = "replications") -> Samples:
    return Samples([{"some": some, "all": every} for some, every in pairs], how)  # type: ignore[arg-type]


def covered(truth: float, each: list[Estimate]) -> int:
    return sum(1 for one in each if one.low is not None and one.high is not None and one.low <= truth <= one.high)


@pytest.mark.parametrize("samples", [5, 20])
@pytest.mark.parametrize("truth", [0.02, 0.3, 0.9])
def test_of_ratios_whose_both_sums_are_random_as_many_intervals_cover_as_should(samples: int, truth: float) -> None:
    """Calls come in crowds: how many there are, and how many of them are blocked, differ more than chance alone would have it."""
    found = []
    for experiment in range(400):
        random = np.random.default_rng([7, samples, int(1000 * truth), experiment])
        crowd = random.gamma(4.0, 100.0, samples)
        chance = random.beta(400 * truth, 400 * (1 - truth), samples)
        every = random.poisson(crowd) + 1
        some = random.binomial(every, chance)
        found.append(of_pairs(*zip(map(int, some), map(int, every), strict=True)).estimate(share, counts, share=True))
    assert LEAST <= covered(truth, found) <= MOST


def test_of_batches_that_hardly_depend_on_each_other_as_many_cover_as_should() -> None:
    found = []
    for experiment in range(400):
        random = np.random.default_rng([8, experiment])
        noise, level = random.normal(size=21), 0.1
        each = 1000 + 50 * (noise[1:] + level * noise[:-1])
        sums = [{"some": round(one * 1000), "all": 1000} for one in each]
        found.append(Samples(sums, "batch means").estimate(share))
    assert LEAST <= covered(1000, found) <= MOST
    assert sum(one.dependent for one in found) < 40


def test_batches_that_depend_on_each_other_are_told() -> None:
    walk = np.cumsum(np.random.default_rng(9).normal(size=20)) + 100
    found = Samples([{"some": round(1000 * one), "all": 1000} for one in walk], "batch means").estimate(share)
    assert found.dependent
    assert found.lag is not None
    assert found.lag > 0.6
    assert Samples([{"some": round(1000 * one), "all": 1000} for one in walk], "replications").estimate(share).lag is None


def test_over_equal_times_it_is_the_interval_of_a_mean_of_logarithms_or_of_the_mean_itself_where_one_is_nothing() -> None:
    for values, plain in (([1.0, 2.0, 6.0], False), ([0.0, 0.0, 9.0], True)):
        found = of_pairs(*((round(10 * each), 10) for each in values)).estimate(share)
        less = (sum(values) - np.array(values)) / 2
        pseudo = 3 * (3.0 if plain else np.log(3)) - 2 * (less if plain else np.log(less))
        half = 4.302652729911275 * pseudo.std(ddof=1) / 3**0.5
        low, high = pseudo.mean() - half, pseudo.mean() + half
        assert (found.value, found.how, found.samples) == (3.0, "replications", 3)
        assert (found.low, found.high) == pytest.approx((max(low, 0), high) if plain else (np.exp(low), np.exp(high)))
    assert student(2) == pytest.approx(4.302652729911275)


def test_the_interval_of_a_share_stays_within_what_a_share_can_be() -> None:
    found = of_pairs((999, 1000), (1000, 1000), (980, 1000)).estimate(share, counts, share=True)
    assert found.high is not None
    assert 0.9 < found.high <= 1
    rare = of_pairs((1, 1000), (2, 1000), (9, 1000)).estimate(share, counts, share=True)
    assert rare.low is not None
    assert rare.low > 0


NONE = [
    ((), None),
    (((3, 10),), 0.3),
    (((0, 0), (0, 0)), None),
    (((3, 10), (0, 0)), 0.3),
]


@pytest.mark.parametrize(("pairs", "value"), NONE)
def test_where_there_is_no_interval_there_is_none(pairs: tuple[tuple[int, int], ...], value: float | None) -> None:
    found = Samples([{"some": some, "all": every} for some, every in pairs] or [{"some": 0, "all": 0}], "replications")
    assert found.estimate(share, counts, share=True) == Estimate(value, samples=max(len(pairs), 1))


@pytest.mark.parametrize(
    ("pairs", "low", "high"),
    [
        (((0, 50), (0, 50)), 0.0, 0.0362),
        (((50, 50), (50, 50)), 0.9638, 1.0),
        (((5, 50), (5, 50)), 0.0490, 0.1762),
        (((0, 1), (0, 1)), 0.0, 0.8419),
    ],
)
def test_a_share_of_which_no_sample_differs_is_as_of_independent_calls(
    pairs: tuple[tuple[int, int], ...], low: float, high: float
) -> None:
    """As the tables of exact binomial limits have them: of none of a hundred 0 to 3.62 %, of ten 4.90 to 17.62 %."""
    found = of_pairs(*pairs).estimate(share, counts, share=True)
    assert (found.how, found.samples) == ("independent calls", 2)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_what_was_the_same_each_time_is_its_own_interval() -> None:
    assert of_pairs((70, 10), (77, 11), (63, 9)).estimate(share) == Estimate(7.0, 7.0, 7.0, "replications", 3)
    assert of_pairs((0, 10), (0, 11), (0, 9)).estimate(share) == Estimate(0.0, samples=3)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_of_independent_calls_holds_the_share(some: int, of: int) -> None:
    low, high = of_independent(min(some, of), of)
    assert 0 <= low <= min(some, of) / of <= high <= 1


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12))
def test_an_interval_is_one_and_a_share_stays_a_share(pairs: list[tuple[int, int]]) -> None:
    found = of_pairs(*((min(pair), max(pair)) for pair in pairs)).estimate(share, counts, share=True)
    assert (found.low is None) == (found.high is None) == (found.how == "none")
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= 1
        assert 0 <= found.high <= 1


@given(st.permutations([(1, 7), (3, 9), (0, 4), (8, 11)]))
def test_the_order_of_replications_makes_no_difference(pairs: list[tuple[int, int]]) -> None:
    one, other = (of_pairs(*each).estimate(share, counts, share=True) for each in (pairs, sorted(pairs)))
    assert (one.value, one.low, one.high) == (other.value, pytest.approx(other.low), pytest.approx(other.high))


@pytest.mark.parametrize(("some", "of", "low", "high"), [(1, 10, 0.0025, 0.4450), (9, 10, 0.5550, 0.9975), (5, 10, 0.1871, 0.8129)])
def test_exact_limits_are_those_of_the_tables(some: int, of: int, low: float, high: float) -> None:
    assert of_independent(some, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
