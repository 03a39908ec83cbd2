"""Results in words: numbers as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from callsim.report.traffic import Row, Told
from callsim.scenario.values import format_duration
from callsim.traffic.doubts import is_checked
from callsim.traffic.intervals import Estimate
from callsim.traffic.results import Ending, Results

_MOST_ENDINGS = 20
_UNITS = {"share": (100.0, " %"), "/h": (1.0, " an hour"), "s": (1.0, " s"), "erlangs": (1.0, " erlangs"), "calls": (1.0, "")}


def as_told(found: Results) -> Told:
    """A run as it is printed."""
    figures = [_row(each.title, each.estimate, each.unit, _by(each.estimate)) for each in found.figures]
    sections = (
        (("figure", "value", "95 % interval", "found by"), figures),
        (("how calls ended", "share", "95 % interval", "calls"), list(_endings(found.causes))),
        ((f"as {found.plan.vendor} says it", "share", "95 % interval", "known"), list(_endings(found.codes))),
    )
    looked = any(tally.because for tally in found.tallies)
    relies = [f"{id}={choice} ({kind})" for id, choice, kind in found.relied_on] if looked else None
    return Told(found.plan.title, _about(found), sections, tuple(_beside(found)), relies, found.warnings, found.errors)


def _about(found: Results) -> str:
    plan = found.plan
    trunks = "no limit of trunks" if plan.trunks is None else f"{plan.trunks.count:,} trunks, calls that find them taken " + (
        "are blocked" if plan.trunks.when_full == "blocked" else "wait"
    )  # fmt: skip
    several, batches = f"{len(found.tallies)} replications", f" in {plan.batches} batches" if len(found.tallies) == 1 else ""
    counted = format_duration(plan.horizon - plan.warm_up) + batches + (f" after {format_duration(plan.warm_up)}" if plan.warm_up else "")
    return f"{plan.vendor}, {trunks}; {'one replication' if batches else several} of {counted}; seed {plan.seed}"


def number(value: float | None, unit: str = "calls") -> str:
    """A number of that unit with as many digits as mean something."""
    if value is None or not math.isfinite(value):
        return "-" if value is None else "without end"
    shown = value * _UNITS[unit][0]
    return f"{shown:,.0f}" if abs(shown) >= 1000 else f"{shown:.4g}"


def _row(name: str, found: Estimate, unit: str, beside: str) -> Row:
    interval = "none" if found.low is None else f"{number(found.low, unit)} to {number(found.high, unit)}{' %' if unit == 'share' else ''}"
    return Row(name, _with_unit(found.value, unit), interval, beside)


def _with_unit(value: float | None, unit: str) -> str:
    sign = "" if value is None or not math.isfinite(value) else _UNITS[unit][1]
    return f"{number(value, unit)}{sign}"


def _by(found: Estimate) -> str:
    if found.how == "none":
        return ""
    return f"{found.samples} {'batch means' if found.how == 'batch means' else found.how}" if found.how != "independent calls" else found.how


def _endings(found: Sequence[Ending]) -> Iterator[Row]:
    for each in found[:_MOST_ENDINGS]:
        yield _row(each.name, each.estimate, "share", f"{each.count:,}" if each.basis is None else str(each.basis))
    if len(found) > _MOST_ENDINGS:
        rest = found[_MOST_ENDINGS:]
        yield Row(f"{len(rest)} more", "", "", f"{sum(each.count for each in rest):,}")


def _beside(found: Results) -> Iterator[str]:
    if found.formula is not None:
        units = {each.name: (each.title, each.unit) for each in found.figures}
        told = (f"{units[name][0]} {_with_unit(value, units[name][1])}" for name, value in found.formula.values)
        yield f"Erlang {found.formula.model} of {number(found.formula.traffic)} erlangs: {', '.join(told)}"
    if not found.errors:
        checked = is_checked(found.tallies)
        yield f"Little's law {'holds, to the millisecond' if checked else 'is not checked: that takes a whole replication'}"
    yield f"at most {found.peak:,} {'call was' if found.peak == 1 else 'calls were'} up at once"
