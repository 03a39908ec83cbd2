"""Erlang's formulas: what a group of trunks does to Poisson arrivals, blocked, waiting for ever, or waiting with patience.

`erlangs` is the traffic offered, arrivals a second times the mean seconds a call holds its trunk; `trunks` how many there are.
Raises UsageError for what is no traffic, no number of trunks, or no probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from callsim.errors import MissingExtra, UsageError

MOST_TRUNKS = 1_000_000


class Delay(NamedTuple):
    """What waiting comes to. Times are in units of the mean holding time: multiply by it."""

    waits: float
    """The share of arrivals that find every trunk taken."""
    wait: float
    """The mean wait of all arrivals, with those who need not wait and those who give up."""
    queue: float
    """How many wait on average."""
    abandons: float
    """The share of arrivals that give up."""


def blocked(erlangs: float, trunks: int) -> float:
    """Erlang B: the share of arrivals that find every trunk taken and are turned away; whatever the holding times."""
    _check(erlangs, trunks)
    share = 1.0
    for count in range(1, trunks + 1):
        share = erlangs * share / (count + erlangs * share)
    return share


def waiting(erlangs: float, trunks: int) -> Delay:
    """Erlang C: everybody waits as long as it takes. With as much traffic as trunks, or more, that is for ever."""
    lost = blocked(erlangs, trunks)
    if erlangs >= trunks:
        return Delay(1.0, math.inf, math.inf, 0.0)
    waits = lost / (1 - erlangs / trunks * (1 - lost))
    wait = waits / (trunks - erlangs)
    return Delay(waits, wait, erlangs * wait, 0.0)


def abandoning(erlangs: float, trunks: int, patience: float) -> Delay:
    """Erlang A: who waits gives up after a time without memory; `patience` is its mean, in mean holding times."""
    lost = blocked(erlangs, trunks)
    if not patience > 0 or math.isnan(patience):
        raise UsageError(f"a patience of {patience!r} is none; expected a number above 0")
    if math.isinf(patience):
        return waiting(erlangs, trunks)
    if lost == 0 or erlangs == 0:
        return Delay(0.0, 0.0, 0.0, 0.0)
    waits, queue = _queue(lost, erlangs * patience, trunks * patience)
    return Delay(waits, queue / erlangs, queue, queue / (erlangs * patience))


def _queue(lost: float, arriving: float, serving: float) -> tuple[float, float]:
    """The share that waits and how many do, of a queue that loses one after the other: with `serving` and `arriving` in units
    of one patience, its states beyond full are t[j] = t[j-1] * arriving / (serving + j), t[0] = 1."""
    if arriving > serving:
        beyond = _log_of_sum(arriving, serving)
        waits = 1 / (1 + (1 / lost - 1) * math.exp(-beyond))
        return waits, waits * (arriving - serving + serving * math.exp(-beyond))
    total, weighted, term, place = 1.0, 0.0, 1.0, 0
    while term > 1e-18 * total:
        place += 1
        term *= arriving / (serving + place)
        total += term
        weighted += place * term
    full = 1 / (1 / lost + total - 1)
    return full * total, full * weighted


def _log_of_sum(arriving: float, serving: float) -> float:
    """The logarithm of 1 + t[1] + t[2] + ..., where the terms first grow: an incomplete gamma function, written so that large
    numbers are not taken from large numbers."""
    if serving == 0:
        return arriving
    try:
        from scipy.special import gammainc, gammaln
    except ImportError:
        raise MissingExtra("scipy", "traffic") from None
    more = (arriving - serving) / serving
    stirling = 0.5 * math.log(2 * math.pi * serving) + 1 / (12 * serving)
    rest = stirling if serving > 1e4 else float(gammaln(serving + 1)) - serving * math.log(serving) + serving
    return serving * (more - math.log1p(more)) + rest + math.log(float(gammainc(serving, arriving)))


# -- how many trunks -----------------------------------------------------------------------------------------------------


def trunks_for(target: float, of: Callable[[int], float]) -> int:
    """The fewest trunks with which `of` them, which falls with their number, is at most `target`: for example
    `trunks_for(0.01, lambda trunks: blocked(30, trunks))`."""
    if math.isnan(target) or target < 0:
        raise UsageError(f"a target of {target!r} cannot be met; expected 0 or more")
    most = 1
    while of(most) > target:
        if most >= MOST_TRUNKS:
            raise UsageError(f"more than {MOST_TRUNKS} trunks would be needed")
        most *= 2
    least = -1 if most == 1 else most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if of(middle) <= target else (middle, most)
    return most


def trunks_for_blocking(erlangs: float, target: float) -> int:
    """The fewest trunks that turn away at most that share of arrivals (Erlang B)."""
    return trunks_for(target, lambda trunks: blocked(erlangs, trunks))


def _check(erlangs: float, trunks: int) -> None:
    if not 0 <= erlangs < math.inf:
        raise UsageError(f"{erlangs!r} erlangs are no traffic; expected a number from 0 on")
    if not 0 <= trunks <= 2 * MOST_TRUNKS:
        raise UsageError(f"there cannot be {trunks} trunks; expected a whole number from 0 to {2 * MOST_TRUNKS}")
