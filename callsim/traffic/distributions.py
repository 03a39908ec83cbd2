"""Chances drawn: times in whole milliseconds, words by their shares, moments of arrival; from numpy's generators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from math import log, log1p, sqrt
from typing import TYPE_CHECKING, Any, TypeVar

from callsim.errors import MissingExtra
from callsim.traffic.plan import (
    ByTimeOfDay,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Poisson,
    Process,
    Recorded,
    Regular,
    Uniform,
)

if TYPE_CHECKING:
    from numpy import floating, integer
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[floating[Any]]
    Integers = NDArray[integer[Any]]

BLOCK = 4_096
DAY = 86_400_000
LONGEST = 1_000_000 * 3_600_000
"""No time is longer, in milliseconds: it is the longest that a scenario can write."""
Word = TypeVar("Word")


def generator(seed: int, *key: int) -> Generator:
    """The chances of one stream in one replication: another key, others that know nothing of these.

    Raises MissingExtra without numpy.
    """
    numpy = _numpy()
    return numpy.random.default_rng(numpy.random.SeedSequence(seed, spawn_key=key))  # type: ignore[no-any-return]


def sampler(distribution: Distribution, rng: Generator, block: int = BLOCK) -> Callable[[], int]:
    """What draws a time each time it is called. It has chances of its own, made from `rng`, so that how many it draws ahead
    changes nothing."""
    own = rng.spawn(1)[0]
    if isinstance(distribution, Constant):
        return repeat(distribution.value).__next__
    return _one_by_one(_drawing(distribution, own), block).__next__


def chooser(shares: Sequence[tuple[Word, float]], rng: Generator, block: int = BLOCK) -> Callable[[], Word]:
    """What draws a word each time it is called, by their weights; these need not add to 1. Chances as `sampler` has them."""
    possible = [(word, weight) for word, weight in shares if weight > 0]
    own = rng.spawn(1)[0]
    if len(possible) == 1:
        return repeat(possible[0][0]).__next__
    numpy = _numpy()
    limits = numpy.cumsum([weight for _, weight in possible])
    limits /= limits[-1]
    words = [word for word, _ in possible]

    def draw(size: int) -> Integers:
        return numpy.searchsorted(limits, own.random(size), side="right")  # type: ignore[no-any-return]

    return map(words.__getitem__, _one_by_one(draw, block)).__next__


def arrivals(process: Process, rng: Generator, block: int = BLOCK) -> Iterator[int]:
    """The moments of arrival in milliseconds from the beginning, in order, several perhaps at one; without end unless they were
    recorded. Chances as `sampler` has them."""
    own = rng.spawn(1)[0]
    match process:
        case Recorded():
            return (each.at for each in process.arrivals)
        case Regular():
            return _regular(process.rate)
        case Poisson():
            return _scattered(own, block, lambda times: times * (1_000 / process.rate)) if process.rate else iter(())
        case ByTimeOfDay():
            return _scattered(own, block, _by_time_of_day(process))


def mean(distribution: Distribution) -> float:
    """How long such a time is on average, in milliseconds."""
    match distribution:
        case Constant():
            return float(distribution.value)
        case Uniform():
            return (distribution.least + distribution.most) / 2
        case Empirical():
            return sum(distribution.values) / len(distribution.values)
        case Exponential() | Lognormal():
            return distribution.mean


# -- times ---------------------------------------------------------------------------------------------------------------


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        raise MissingExtra("numpy", "traffic") from None
    return numpy


def _one_by_one(draw: Callable[[int], Integers], block: int) -> Iterator[int]:
    while True:
        yield from draw(block).tolist()


def _drawing(distribution: Exponential | Lognormal | Uniform | Empirical, rng: Generator) -> Callable[[int], Integers]:
    """What draws so many times at once."""
    numpy = _numpy()
    match distribution:
        case Exponential(middle):
            return lambda size: _whole(rng.exponential(middle, size))
        case Lognormal(middle, deviation):
            spread = log1p((deviation / middle) ** 2)
            return lambda size: _whole(rng.lognormal(log(middle) - spread / 2, sqrt(spread), size))
        case Uniform(least, most):
            return lambda size: rng.integers(least, most, size, endpoint=True)
        case Empirical(values):
            seen = numpy.asarray(values, dtype="int64")
            return lambda size: seen[rng.integers(0, len(seen), size)]


def _whole(times: Floats) -> Integers:
    """The nearest milliseconds: cutting off what is below one would shorten every time by half of one."""
    numpy = _numpy()
    return numpy.rint(numpy.minimum(times, LONGEST)).astype("int64")  # type: ignore[no-any-return]


# -- arrivals ------------------------------------------------------------------------------------------------------------


def _regular(rate: float) -> Iterator[int]:
    """The first comes after one distance. Each is rounded by itself, so that the distances keep their mean."""
    number = 0
    while True:
        number += 1
        yield round(number * 1_000 / rate)


def _scattered(rng: Generator, block: int, moments: Callable[[Floats], Floats]) -> Iterator[int]:
    """Arrivals that know nothing of each other. They come one a unit of a time of their own, of which `moments` makes ours."""
    numpy = _numpy()
    last = 0.0
    while True:
        times = rng.exponential(1.0, block)
        # Added one after the other, so that the sums are the same however many are drawn at once.
        times[0] += last
        times = numpy.cumsum(times)
        last = times[-1]
        yield from numpy.rint(moments(times)).astype("int64").tolist()


def _by_time_of_day(process: ByTimeOfDay) -> Callable[[Floats], Floats]:
    """When so many arrivals were to be expected since the beginning: the sum of the rates, read the other way round."""
    numpy = _numpy()
    moments, rates = _day(process)
    expected = numpy.concatenate(([0.0], numpy.cumsum(numpy.diff(moments) * rates / 1_000)))
    of_a_day = float(expected[-1])

    def moment(times: Floats) -> Floats:
        days, rest = numpy.divmod(times, of_a_day)
        return days * DAY + numpy.interp(rest, expected, moments)  # type: ignore[no-any-return]

    return moment


def _day(process: ByTimeOfDay) -> tuple[list[int], list[float]]:
    """A day from the beginning on: where each of its rates begins and the last ends, and the rates."""
    turned = sorted(((at - process.begins) % DAY, rate) for at, rate in process.rates)
    if turned[0][0]:
        turned.insert(0, (0, turned[-1][1]))
    return [*(at for at, _ in turned), DAY], [rate for _, rate in turned]
