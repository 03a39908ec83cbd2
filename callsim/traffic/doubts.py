"""What is to be said beside figures: a law they break, a system or a generator that is saturated, samples that are none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from callsim.traffic.intervals import Samples
from callsim.traffic.measures import HOUR, is_steady
from callsim.traffic.plan import Plan
from callsim.traffic.tally import Tally

FULL = 0.995
"""From this share of trunks on, all of them are taken as good as always."""
_FEWEST_BATCHES = 5
_SURE = 0.999


def broken_laws(tallies: Sequence[Tally]) -> Iterator[str]:
    """What must be so in each replication, and is not; of those that say what was there at both ends.

    Little's law, to the millisecond: what is up at any moment, added up over time, is how long each call was up. Of calls up at
    either end only a part counts: of those that were up before, that is taken away, and of those that are left what there was of
    them is added. The same of those that wait. And no call is lost: those that were there, or came, are turned away, give up, are
    over, or are left.
    """
    for tally in (each for each in tallies if each.ages):
        for live, stays, what in (("live", "stays", "calls up"), ("waiting", "waits", "calls that wait")):
            known = tally.total(stays) + tally.ages[f"{live}_after"] - tally.ages[f"{live}_before"]
            if tally.total(live) != known:
                yield _broken("Little's law", tally, f"{what} add up to {tally.total(live)} ms, the times of each to {known} ms")
        came = tally.in_flight + tally.total("offered")
        went = tally.total("blocked") + tally.total("abandoned") + sum(map(sum, tally.causes.values())) + tally.left
        if came != went:
            yield _broken("the law that no call is lost", tally, f"{came} were there or came, of {went} it is known where they went")


def _broken(law: str, tally: Tally, how: str) -> str:
    return f"{law} is broken in replication {tally.replication}: {how}; the figures are wrong, please report this"


def is_checked(tallies: Sequence[Tally]) -> bool:
    """Whether every tally has what Little's law needs."""
    return all(tally.ages for tally in tallies)


def saturated(plan: Plan, tallies: Sequence[Tally]) -> Iterator[str]:
    """A system with more traffic than trunks, one that has not settled, and a generator that could not do what it was asked."""
    trunks = plan.trunks
    if trunks is not None and trunks.when_full == "waits":
        growing = grows(tallies, "waiting")
        if growing:
            yield (
                f"saturated: the queue grows all the time, from {growing[0]:.3g} to {growing[1]:.3g} calls on average, so the figures "
                f"hang on how long it was watched; more trunks, or patience, would let it settle"
            )
        elif trunks.patience is None and _occupancy(plan, tallies) >= FULL:
            yield "saturated: all trunks are taken as good as always and nobody gives up, so the queue has no end; add trunks"
    growing = grows(tallies, "live") if is_steady(plan) and trunks is None else None
    if growing:
        yield (
            f"not settled: calls up grow all the time, from {growing[0]:.3g} to {growing[1]:.3g} on average; a longer warm_up would "
            f"let the figures begin later"
        )
    yield from _behind(plan, tallies)


def grows(tallies: Sequence[Tally], name: str) -> tuple[float, float] | None:
    """Whether how many there are on average grows from batch to batch, by more than chance and by enough to matter: a straight line
    through the batches rises with 99.9 % certainty, by one call and half of the mean at least. From how many to how many, or None."""
    batches = min(tally.batches for tally in tallies)
    if batches < _FEWEST_BATCHES:
        return None
    each = [sum(tally.times[name][batch] / tally.length for tally in tallies) / len(tallies) for batch in range(batches)]
    mean, middle = sum(each) / batches, (batches - 1) / 2
    spread = sum((place - middle) ** 2 for place in range(batches))
    slope = sum((place - middle) * (value - mean) for place, value in enumerate(each)) / spread
    off = sum((value - mean - slope * (place - middle)) ** 2 for place, value in enumerate(each))
    rise = slope * (batches - 1)
    if rise < max(1.0, mean / 2) or not _certain(slope, off / (batches - 2) / spread, batches - 2):
        return None
    return max(mean - rise / 2, 0.0), mean + rise / 2


def _certain(slope: float, variance: float, freedom: int) -> bool:
    from scipy.special import stdtr

    return variance <= 0 or bool(stdtr(freedom, slope / math.sqrt(variance)) > _SURE)


def _occupancy(plan: Plan, tallies: Sequence[Tally]) -> float:
    assert plan.trunks is not None
    taken = sum(tally.total("busy") for tally in tallies)
    return taken / (plan.trunks.count * sum(tally.length * tally.batches for tally in tallies))


def _behind(plan: Plan, tallies: Sequence[Tally]) -> Iterator[str]:
    """Hang-ups and stops are asked for at a rate, whether or not anything is there to end."""
    hours = sum(tally.length * tally.batches for tally in tallies) / HOUR
    asked = {
        "hung_up_by_api": ("hang-ups by the API", sum(stream.api_hang_ups for stream in plan.streams) * 3600),
        "stops": ("stops", sum(stream.meeting.stops for stream in plan.streams if stream.meeting) * 3600),
    }  # fmt: skip
    for name, (what, wanted) in asked.items():
        done = sum(tally.total(name) for tally in tallies)
        expected = wanted * hours
        if expected - done > 4 * math.sqrt(expected) + 0.02 * expected:
            yield (
                f"saturated: {wanted:.4g} {what} an hour were asked for, {done / hours:.4g} took effect, as too few calls were up "
                f"to be ended"
            )


def doubtful(found: Samples, dependent: Sequence[str], planned: int, finished: int) -> Iterator[str]:
    """What is to be known of the samples themselves."""
    if finished < planned:
        yield f"{finished} of {planned} replications are finished; the figures are of those"
    if len(found.each) < 2:
        yield "one sample has no intervals; more replications, or more batches, would give them"
    elif dependent:
        yield f"batches depend on each other ({', '.join(dependent)}): their intervals are too narrow; use longer ones, or replications"
