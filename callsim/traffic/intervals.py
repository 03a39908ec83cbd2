"""95 % intervals of figures: by replications, or where there is one by batch means.

A figure is any function of sums (of counts, of milliseconds) over samples: the replications, which are independent, or the batches
of one replication, which are nearly so if they are long. The value is the function of all sums; its interval is the jackknife's:
each sample is left out in turn, n times the value less n - 1 times the one without it is a pseudo-value, and those are taken to be
normal (Student's t, n - 1 degrees of freedom). For a ratio of two random sums, such as blocked of offered, it takes away most of
the bias that a mean of ratios has; the delta method needs a derivative for each figure, and is too narrow for few samples.
Pseudo-values are those of the logit of a share and of the logarithm of anything else: what is rare is lopsided, and on its own
scale far fewer of its intervals cover (tests/traffic/test_intervals.py counts). Where that cannot be, as a sample more or less makes
it nothing or all, the plain scale is used.

Where no sample differs from another the jackknife has nothing to go by. A share then has the interval of as many independent calls
(Clopper and Pearson: for none of n about 0 to 3.7 / n), a floor under what is known, as calls that share trunks fare alike; any
other figure that is not 0 was the same each time, and is its own interval. One sample, or a figure that cannot be reckoned without
one of the samples, has no interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from callsim.errors import MissingExtra

Sums = Mapping[str, int]
Counts = Callable[[Sums], tuple[int, int]]
How = Literal["replications", "batch means", "independent calls", "none"]
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval; None: there is none. `samples` are those it was found by, `lag` how much each depends on the
    one before (of batches only: the correlation of their pseudo-values, from -1 to 1)."""

    value: float | None
    low: float | None = None
    high: float | None = None
    how: How = "none"
    samples: int = 0
    lag: float | None = None

    @property
    def dependent(self) -> bool:
        """Whether batches depend on each other more than chance would have it (one in fifty): they are too short, and the interval
        is too narrow."""
        return self.lag is not None and self.lag > 2.05 / math.sqrt(self.samples)


class Samples:
    """Sums over each sample, over all, and over all but one; every sample has the same names."""

    def __init__(self, each: Sequence[Sums], how: Literal["replications", "batch means"]) -> None:
        self.each, self.how = each, how
        names = each[0] if each else {}
        self.total: Sums = {name: sum(one[name] for one in each) for name in names}
        self.without: list[Sums] = [{name: self.total[name] - one[name] for name in names} for one in each]

    def estimate(self, of: Callable[[Sums], float | None], counts: Counts | None = None, share: bool = False) -> Estimate:
        """A figure, never below 0, and its interval. `share`: nor is it above 1; `counts` says how many of how many that is."""
        value, n = of(self.total), len(self.each)
        less = [each for each in map(of, self.without) if each is not None]
        if value is None or n < 2 or len(less) < n:
            return Estimate(value, samples=n)
        if max(less) - min(less) <= 1e-12 * abs(value):
            return self._alike(value, counts)
        there, back = _scale([value, *less], share)
        pseudo = [n * there(value) - (n - 1) * there(each) for each in less]
        mean = math.fsum(pseudo) / n
        apart = math.fsum((each - mean) ** 2 for each in pseudo)
        half = student(n - 1) * math.sqrt(apart / (n - 1) / n)
        lag = _lag(pseudo, mean, apart) if self.how == "batch means" else None
        return Estimate(value, back(mean - half), back(mean + half), self.how, n, lag)

    def _alike(self, value: float, counts: Counts | None) -> Estimate:
        if counts is not None:
            return Estimate(value, *of_independent(*counts(self.total)), "independent calls", len(self.each))
        return Estimate(value, value, value, self.how, len(self.each)) if value else Estimate(value, samples=len(self.each))


def _scale(values: Sequence[float], share: bool) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The way to the scale on which those values are to be compared, and the way back."""
    if min(values) <= 0 or (share and max(values) >= 1):
        return float, lambda value: min(max(value, 0.0), 1.0 if share else math.inf)
    if share:
        return lambda value: math.log(value / (1 - value)), lambda value: 1 / (1 + math.exp(min(-value, 700.0)))
    return math.log, lambda value: math.exp(min(value, 700.0))


def student(freedom: int) -> float:
    """How many standard errors reach to either end of the interval, with so many degrees of freedom."""
    try:
        from scipy.special import stdtrit
    except ImportError:
        raise MissingExtra("scipy", "traffic") from None
    return float(stdtrit(freedom, (1 + LEVEL) / 2))


def of_independent(some: int, of: int) -> tuple[float, float]:
    """The interval of Clopper and Pearson of a share, as many of as many independent trials, at least one."""
    try:
        from scipy.special import betaincinv
    except ImportError:
        raise MissingExtra("scipy", "traffic") from None
    outside = (1 - LEVEL) / 2
    low = 0.0 if some <= 0 else float(betaincinv(some, of - some + 1, outside))
    high = 1.0 if some >= of else float(betaincinv(some + 1, of - some, 1 - outside))
    return low, high


def _lag(pseudo: list[float], mean: float, apart: float) -> float:
    return math.fsum((one - mean) * (next - mean) for one, next in pairwise(pseudo)) / apart
