"""What a run came to: figures with their intervals, how calls ended, what that stands on, and what is to be said beside it.

As JSON (`Results.as_json`, keys sorted, numbers to ten digits, null for what there is not or has no end):

    "title", "vendor", "seed", "assume", "trunks", "when_full", "warm_up_ms", "horizon_ms", "batches"    what was asked for
    "replications": {"planned": N, "finished": [NUMBER]}
    "method": "replications" | "batch means"        what the samples are; "level": 0.95
    "figures": {NAME: ESTIMATE and "unit"}          units: "share" (of 1), "/h", "erlangs", "s", "calls"
    "endings": {"causes": {OUR WORD: ENDING}, "codes": {VENDOR'S WORD: ENDING}}
    "counts": {NAME: N}, "peak": N                  sums over all replications; the most calls that were up at once
    "laws": "holds" | "broken" | "not checked"
    "erlang": null or {"model": "B" | "C" | "A", "traffic": ERLANGS, FIGURE: VALUE}
    "relied_on": [[ID, CHOICE, KIND]]               what is disputed or assumed of how calls ended
    "errors": [TEXT], "warnings": [TEXT]

An ESTIMATE has "value", "interval" ([LOW, HIGH] or null), "by" (the method, "independent calls" or "none"), "samples" and "lag_1",
how much a batch depends on the one before. An ENDING is an ESTIMATE of a share with "count" and "basis".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callsim import __version__
from callsim.dialects import rulebook
from callsim.errors import UsageError
from callsim.provenance import Kind
from callsim.traffic import erlang
from callsim.traffic.doubts import broken_laws, doubtful, is_checked, saturated
from callsim.traffic.intervals import LEVEL, Estimate, Samples
from callsim.traffic.measures import MEASURES, Measure, of_ending, samples
from callsim.traffic.plan import Exponential, Plan, Poisson
from callsim.traffic.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

    import numpy
    import pyarrow

FORMAT = 1
DIGITS = 10
"""So many digits of a figure are told: as many as are the same on every machine."""
_DEPENDED_ON = ("blocked", "abandoned", "mean_wait", "occupancy", "live")
_WEAKEST = (Kind.ASSUMED, Kind.DISPUTED, Kind.OBSERVED, Kind.DOCUMENTED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure and what it came to."""

    name: str
    title: str
    unit: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Ending:
    """How some calls ended: their share of all that did, how many there were, and how that is known (None: nobody looked)."""

    name: str
    count: int
    estimate: Estimate
    basis: Kind | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """What one of Erlang's formulas makes of the traffic that was offered; `model` is B, C or A."""

    model: str
    traffic: float
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run. `relied_on` are the assumptions behind how calls ended: id, choice, kind. `errors` are broken laws of our own."""

    plan: Plan
    tallies: tuple[Tally, ...]
    method: str
    figures: tuple[Figure, ...]
    causes: tuple[Ending, ...]
    codes: tuple[Ending, ...]
    formula: Formula | None
    relied_on: tuple[tuple[str, str, str], ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    def __getitem__(self, name: str) -> Estimate:
        """A figure by its name, such as `blocked`: its `value`, and `low` and `high` of its 95 % interval (None where there is none).
        Shares are of 1, times seconds, rates an hour. Raises KeyError."""
        found = {each.name: each.estimate for each in self.figures}
        return found[name]

    @property
    def peak(self) -> int:
        """The most calls that were up at once, in any replication."""
        return max(tally.peak for tally in self.tallies)

    def table(self) -> pyarrow.Table:
        """A row for each figure: name, title, unit, value, low, high, by what that was found, from how many samples. Raises MissingExtra."""
        from callsim.traffic import tables

        return tables.figures(self)

    def endings(self) -> pyarrow.Table:
        """A row for each way calls ended, in our words and in the vendor's: of, name, count, basis, and its share as `table` has figures.
        Raises MissingExtra."""
        from callsim.traffic import tables

        return tables.endings(self)

    def batches(self) -> dict[str, numpy.ndarray[Any, Any]]:
        """What was counted, by name: arrays of whole numbers, a row for each replication and a column for each batch. Counts are calls,
        times milliseconds. Raises MissingExtra."""
        from callsim.traffic import tables

        return tables.arrays(self)

    def plot(self, path: str | Path) -> Path:
        """Draw it over its time, into a file that ends in .svg or .png; returns where. Raises UsageError, MissingExtra."""
        from callsim.traffic.showing import drawn

        return drawn(self, path)

    def __str__(self) -> str:
        from callsim.traffic.showing import words

        return words(self)

    def _repr_html_(self) -> str:
        from callsim.traffic.showing import page

        return page(self)

    def as_data(self) -> dict[str, Any]:
        """The same for programs: numbers to ten digits, None for what there is not."""
        plan = self.plan
        return {
            "callsim": {"version": __version__, "format": FORMAT, "of": "traffic"},
            "title": plan.title, "vendor": plan.vendor, "seed": plan.seed, "assume": dict(sorted(plan.assume.items())),
            "trunks": plan.trunks and plan.trunks.count, "when_full": plan.trunks and plan.trunks.when_full,
            "warm_up_ms": plan.warm_up, "horizon_ms": plan.horizon, "batches": plan.batches,
            "replications": {"planned": plan.replications, "finished": [tally.replication for tally in self.tallies]},
            "method": self.method, "level": LEVEL,
            "figures": {each.name: {"unit": each.unit, **_estimate(each.estimate)} for each in self.figures},
            "endings": {"causes": _endings(self.causes), "codes": _endings(self.codes)},
            "counts": {name: sum(tally.total(name) for tally in self.tallies) for name in self.tallies[0].counts},
            "peak": self.peak, "laws": _law(self), "erlang": _formula(self.formula),
            "relied_on": [list(each) for each in self.relied_on], "errors": list(self.errors), "warnings": list(self.warnings),
        }  # fmt: skip

    def as_json(self) -> str:
        """The same bytes for the same run, wherever and in however many processes it was made."""
        return json.dumps(self.as_data(), indent=2, sort_keys=True, allow_nan=False) + "\n"


def results(plan: Plan, tallies: Iterable[Tally]) -> Results:
    """What these replications came to, in whatever order they were finished. Raises UsageError where there is none."""
    every = tuple(sorted(tallies, key=lambda tally: tally.replication))
    if not every:
        raise UsageError("no replication is finished, so there is nothing to tell")
    found = samples(plan, every)
    figures = tuple(_figure(each, found) for each in MEASURES if each.shown(plan))
    dependent = [each.title for each in figures if each.name in _DEPENDED_ON and each.estimate.dependent]
    bases, relied_on = _provenance(plan, every)
    return Results(
        plan, every, found.how, figures, _ended("cause", found, {}), _ended("code", found, bases), _by_formula(plan, found), relied_on,
        tuple(broken_laws(every)), (*saturated(plan, every), *doubtful(found, dependent, plan.replications, len(every))),
    )  # fmt: skip


def _figure(measure: Measure, found: Samples) -> Figure:
    return Figure(measure.name, measure.title, measure.unit, found.estimate(measure.of, measure.counts, measure.share))


def _ended(kind: str, found: Samples, bases: dict[str, Kind]) -> tuple[Ending, ...]:
    """Every ending of a kind, the most frequent first."""
    names = [name for name in found.total if name.startswith(f"{kind} ")]
    told = []
    for name in sorted(names, key=lambda name: (-found.total[name], name)):
        measure, title = of_ending(name, name), name.removeprefix(f"{kind} ")
        told.append(Ending(title, found.total[name], _figure(measure, found).estimate, bases.get(title)))
    return tuple(told)


def _provenance(plan: Plan, tallies: Sequence[Tally]) -> tuple[dict[str, Kind], tuple[tuple[str, str, str], ...]]:
    """How each code is known, by the weakest of the rules it stands on; and what is disputed or assumed of all those."""
    book = rulebook(plan.vendor, plan.assume)
    rules: dict[str, set[str]] = {}
    for tally in tallies:
        for code, ids in tally.because.items():
            rules.setdefault(code, set()).update(id for id in ids if id in book.rows)
    bases = {code: min((book.rows[id].basis.kind for id in ids), key=_WEAKEST.index) for code, ids in rules.items() if ids}
    assumed = {book.rows[id].basis.assumption for ids in rules.values() for id in ids} - {None}
    told = ((id, book.chosen(id), str(book.assumptions[id].kind)) for id in sorted(map(str, assumed)))
    return bases, tuple(told)


def _by_formula(plan: Plan, found: Samples) -> Formula | None:
    """Erlang's own figures, where his formulas are about such a plan: calls that arrive at random, one by one."""
    trunks = plan.trunks
    plain = all(isinstance(stream.process, Poisson) and stream.meeting is None for stream in plan.streams)
    traffic = next(each.of for each in MEASURES if each.name == "offered_traffic")(found.total)
    if trunks is None or traffic is None or not plain:
        return None
    if trunks.when_full == "blocked":
        return Formula("B", traffic, (("blocked", erlang.blocked(traffic, trunks.count)),))
    hold = found.total["busy"] / found.total["seized"] / 1000
    if trunks.patience is None:
        delay, model = erlang.waiting(traffic, trunks.count), "C"
    elif isinstance(trunks.patience, Exponential) and hold > 0:
        delay, model = erlang.abandoning(traffic, trunks.count, trunks.patience.mean / 1000 / hold), "A"
    else:
        return None
    told = (("waited", delay.waits), ("mean_wait", delay.wait * hold), ("mean_queue", delay.queue))
    return Formula(model, traffic, told if model == "C" else (*told, ("abandoned", delay.abandons)))


# -- as data -------------------------------------------------------------------------------------------------------------


def told_number(value: float | None) -> float | None:
    """A number as it is told; None for what is endless, too."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{DIGITS}g}")


def _estimate(found: Estimate) -> dict[str, Any]:
    low, high = told_number(found.low), told_number(found.high)
    return {
        "value": told_number(found.value), "interval": None if found.low is None else [low, high], "by": found.how,
        "samples": found.samples, "lag_1": told_number(found.lag),
    }  # fmt: skip


def _endings(found: Sequence[Ending]) -> dict[str, Any]:
    return {each.name: {"count": each.count, "basis": each.basis, **_estimate(each.estimate)} for each in found}


def _law(found: Results) -> str:
    return "broken" if found.errors else "holds" if is_checked(found.tallies) else "not checked"


def _formula(found: Formula | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"model": found.model, "traffic": told_number(found.traffic), **{name: told_number(value) for name, value in found.values}}
