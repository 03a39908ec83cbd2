"""Plots: of one run over its time, and of a figure over what a sweep varies. SVG and PNG, the same bytes for the same figures."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callsim.errors import MissingExtra, UsageError
from callsim.report.visible import visible
from callsim.traffic.intervals import Estimate
from callsim.traffic.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe's and Ito's: apart from each other also for those who do not see all colours."""
_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_MOST_ENDINGS, _MOST_LINES = 8, 7
_ALONE = "simulated"
_LOOKS: dict[Any, Any] = {
    "svg.hashsalt": "callsim", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10.0, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.alpha": 0.3, "text.parse_math": False, "legend.frameon": False,
}  # fmt: skip
_METADATA: Mapping[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": "callsim"}, "png": {"Software": "callsim"}}
_MINUTE = 60_000


def of_run(found: Results, format: str = "svg") -> bytes:
    """One run: calls up and calls waiting over its time, what was blocked or abandoned of what was offered, and how calls ended.

    Lines are means over the replications, and where there are several the band around them reaches from the least to the most.
    Raises MissingExtra.
    """
    with _looks():
        figure = _figure(8.0, 9.0)
        up, lost, ended = figure.subplots(3, 1, height_ratios=(3, 2, 2))
        lost.sharex(up)
        figure.suptitle(_title(found.plan.title))
        _calls(up, found)
        _lost(lost, found)
        _endings(ended, found)
        return _drawn(figure, format)


def of_sweep(several: Sequence[tuple[Mapping[str, str], Results]], measure: str = "blocked", format: str = "svg") -> bytes:
    """A figure, with its intervals, over what is varied first; a line for each value of whatever else is; and where Erlang has a
    formula for it, his curve. Raises UsageError for a figure that these runs do not have, MissingExtra."""
    if not several:
        raise UsageError("there is nothing to plot: no point of the sweep is finished")
    unknown = [found for _, found in several if measure not in {each.name for each in found.figures}]
    if unknown:
        known = ", ".join(each.name for each in unknown[0].figures)
        raise UsageError(f"there is no figure {visible(measure)!r}; these runs have {known}")
    with _looks():
        figure = _figure(8.0, 5.0)
        axes = figure.subplots()
        figure.suptitle(_title(several[0][1].plan.title))
        _sweep(axes, several, measure)
        return _drawn(figure, format)


def format_of(path: str) -> str:
    """The format of a file, by how its name ends. Raises UsageError for another."""
    ending = os.path.splitext(path)[1].lower().removeprefix(".")
    if ending not in FORMATS:
        raise UsageError(f"{visible(path)}: plots are drawn as .svg or .png; name a file that ends so")
    return ending


# -- one run -------------------------------------------------------------------------------------------------------------


def _calls(axes: Axes, found: Results) -> None:
    shown = [("live", "calls up")]
    if found.plan.trunks is not None and found.plan.trunks.when_full == "waits":
        shown.append(("waiting", "calls that wait"))
    for place, (name, label) in enumerate(shown):
        _band(axes, found, [[each / tally.length for each in tally.times[name]] for tally in found.tallies], label, place)
    if found.plan.trunks is not None:
        axes.axhline(found.plan.trunks.count, color=COLOURS[6], linestyle="--", linewidth=1, label="trunks")
    axes.set_ylabel("calls")
    axes.set_ylim(bottom=0)
    axes.legend(loc="best")


def _lost(axes: Axes, found: Results) -> None:
    have = {each.name for each in found.figures}
    shown = [name for name in ("blocked", "abandoned", "waited") if name in have]
    for place, name in enumerate(shown):
        each = [
            [100 * some / of if of else 0.0 for some, of in zip(tally.counts[name], tally.counts["offered"], strict=True)]
            for tally in found.tallies
        ]  # fmt: skip
        _band(axes, found, each, {"waited": "had to wait"}.get(name, name), place + 1)
    if not shown:
        _band(axes, found, [[60_000 * each / tally.length for each in tally.counts["offered"]] for tally in found.tallies], "offered", 1)
    axes.set_ylabel("% of calls offered" if shown else "calls a minute")
    axes.set_xlabel("minutes")
    axes.set_ylim(bottom=0)
    axes.legend(loc="best")


def _band(axes: Axes, found: Results, each: Sequence[Sequence[float]], label: str, place: int) -> None:
    """A line through the middle of batches."""
    length, warm_up = found.tallies[0].length, found.plan.warm_up
    times = [(warm_up + (batch + 0.5) * length) / _MINUTE for batch in range(len(each[0]))]
    columns = list(zip(*each, strict=True))
    axes.plot(times, [sum(column) / len(column) for column in columns], color=COLOURS[place], marker=_MARKS[place], markersize=3,
              label=label)  # fmt: skip
    if len(each) > 1:
        axes.fill_between(times, [min(column) for column in columns], [max(column) for column in columns], color=COLOURS[place],
                          alpha=0.15, linewidth=0)  # fmt: skip


def _endings(axes: Axes, found: Results) -> None:
    shown = (found.codes or found.causes)[:_MOST_ENDINGS][::-1]
    shares = [100 * (each.estimate.value or 0.0) for each in shown]
    axes.barh(range(len(shown)), shares, 0.6, color=COLOURS[5], xerr=_reach([each.estimate for each in shown], 100), ecolor=COLOURS[6],
              capsize=3)  # fmt: skip
    axes.set_yticks(range(len(shown)), [visible(each.name) for each in shown])
    axes.set_xlabel("% of calls that ended, with 95 % interval")
    axes.set_xlim(0, 100 if max(shares, default=0) > 60 else None)
    axes.set_ylim(-0.5, max(len(shown), 3) - 0.5)
    axes.grid(visible=False, axis="y")


def _reach(each: Sequence[Estimate], times: float) -> list[list[float]]:
    """How far intervals reach to either side; not at all where there is none."""
    below = [times * max((one.value or 0.0) - one.low, 0.0) if one.low is not None else 0.0 for one in each]
    above = [times * max(one.high - (one.value or 0.0), 0.0) if one.high is not None else 0.0 for one in each]
    return [below, above]


# -- a sweep -------------------------------------------------------------------------------------------------------------


def _sweep(axes: Axes, several: Sequence[tuple[Mapping[str, str], Results]], measure: str) -> None:
    figure = next(each for each in several[0][1].figures if each.name == measure)
    times = 100.0 if figure.unit == "share" else 1.0
    varied = next(iter(several[0][0]), "")
    lines: dict[str, list[tuple[str, Results]]] = {}
    for values, found in several:
        others = ", ".join(f"{name} {value}" for name, value in values.items() if name != varied)
        lines.setdefault(others, []).append((values.get(varied, ""), found))
    if len(lines) > _MOST_LINES:
        raise UsageError(f"a plot has room for {_MOST_LINES} lines, and this sweep would have {len(lines)}; vary less at once")
    places = _places([value for line in lines.values() for value, _ in line])
    for place, (others, line) in enumerate(lines.items()):
        _line(axes, [(places[value], found) for value, found in line], measure, times, others or _ALONE, place)
    if any(math.isnan(_number(value)) for value in places):
        axes.set_xticks(list(places.values()), [visible(value) for value in places])
    axes.set_xlabel(visible(varied))
    axes.set_ylabel({"share": f"{figure.title}, %"}.get(figure.unit, f"{figure.title}, {figure.unit}"))
    axes.set_ylim(bottom=0)
    axes.legend(loc="best")


def _line(
    axes: Axes, line: Sequence[tuple[float, Results]], measure: str, times: float, label: str, place: int
) -> None:  # fmt: skip
    at, estimates = [x for x, _ in line], [found[measure] for _, found in line]
    values = [math.nan if one.value is None else times * one.value for one in estimates]
    curve = [(x, times * dict(found.formula.values)[measure], found.formula.model) for x, found in line
             if found.formula is not None and measure in dict(found.formula.values)]  # fmt: skip
    finite = [each for each in curve if math.isfinite(each[1])]
    axes.errorbar(at, values, yerr=_reach(estimates, times), color=COLOURS[place], marker=_MARKS[place], capsize=3,
                  linestyle="none" if finite else "-", label=visible(label))  # fmt: skip
    if finite:
        axes.plot([x for x, _, _ in finite], [y for _, y, _ in finite], color=COLOURS[place], linestyle="--", linewidth=1,
                  label=f"Erlang {finite[0][2]}" + ("" if label == _ALONE else f", {visible(label)}"))  # fmt: skip


def _places(values: Sequence[str]) -> dict[str, float]:
    """Where each value stands: numbers where they are, anything else side by side."""
    each = list(dict.fromkeys(values))
    if any(math.isnan(_number(value)) for value in each):
        return {value: float(place) for place, value in enumerate(each)}
    return {value: _number(value) for value in each}


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return math.nan
    return found if math.isfinite(found) else math.nan


# -- drawing -------------------------------------------------------------------------------------------------------------


def _looks() -> Any:
    try:
        import matplotlib
    except ImportError:
        raise MissingExtra("matplotlib", "traffic") from None
    return matplotlib.rc_context({**matplotlib.rcParamsDefault, **_LOOKS, "backend": "agg"})


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _title(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= 90 else f"{shown[:87]}..."


def _drawn(figure: Figure, format: str) -> bytes:
    drawn = io.BytesIO()
    figure.savefig(drawn, format=format, dpi=120, metadata=_METADATA[format])
    return drawn.getvalue()
