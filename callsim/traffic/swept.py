"""A sweep as it is told: the figures of its points side by side, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.report.sweeping import Column, Told
from callsim.traffic.measures import MEASURES
from callsim.traffic.plots import of_sweep
from callsim.traffic.sweep import Gathered
from callsim.traffic.telling import number

FIRST = ("blocked", "abandoned", "mean_wait", "occupancy", "answer_seizure_ratio", "carried_traffic", "average_call_duration")
"""The figures that people sweep for, the most wanted first; the others stand behind them."""
_SHARE = "share"
_UNITS = {_SHARE: "", "calls": "", "/h": " an hour"}

Document = Mapping[str, Any]


def as_told(sweep: Document) -> Told:
    """The document of a sweep as it is printed."""
    points = sweep["points"]
    names = [each["name"] for each in sweep["varied"]]
    in_cases = any(point["case"] is not None for point in points)
    labels = [[*(point["values"][name] for name in names), *([point["case"] or ""] if in_cases else [])] for point in points]
    heads = _heads(names) + ["case"] * in_cases
    return Told(points[0]["title"], _of(points), heads, labels, list(_columns(points)), list(_beside(sweep)))


def drawn(gathered: Gathered, measure: str | None = None, format: str = "svg") -> bytes:
    """A figure over what is varied first, as a picture; that which people want most, unless named. Raises UsageError, MissingExtra."""
    names = [each.name for each in gathered.sweep.several]
    several = []
    for point, _, measures in gathered.measures():
        if measures is not None:
            labels = {head: value for head, (_, value) in zip(_heads(names), point.values, strict=True)}
            several.append(({**labels, **({"case": point.case} if point.case else {})}, measures.results))
    known = {each.name for _, found in several for each in found.figures}
    return of_sweep(several, measure or next((name for name in FIRST if name in known), FIRST[0]), format)


def _heads(names: Sequence[str]) -> list[str]:
    """What columns are called: the last word of a place, where that says which it is."""
    return [name.rpartition(".")[2] if _alone(name, names) else name for name in names]


def _alone(name: str, names: Sequence[str]) -> bool:
    """Whether the last word of a place says which it is."""
    word = name.rpartition(".")[2]
    return word.isalpha() and [each.rpartition(".")[2] for each in names].count(word) == 1


def _of(points: Sequence[Document]) -> str:
    vendors = ", ".join(dict.fromkeys(point["vendor"] for point in points))
    seeds = ", ".join(dict.fromkeys(str(point["seed"]) for point in points))
    replications = ", ".join(dict.fromkeys(f"{point['replications']:,}" for point in points))
    return f"{vendors}; {len(points):,} points of {replications} replications; seed {seeds}, the same chance at every point"


def _columns(points: Sequence[Document]) -> Iterator[Column]:
    measures = sorted(MEASURES, key=lambda each: FIRST.index(each.name) if each.name in FIRST else len(FIRST))
    for measure in measures:
        figures = [(point["measures"] or {}).get("figures", {}).get(measure.name) for point in points]
        if any(figure is not None and figure["value"] is not None for figure in figures):
            title = f"{measure.title}{_UNITS.get(measure.unit, f' ({measure.unit})')}"
            yield Column(title, [_value(each, measure.unit) for each in figures], [_interval(each, measure.unit) for each in figures])


def _value(figure: Document | None, unit: str) -> str:
    value = None if figure is None else figure["value"]
    return "" if value is None else number(value, unit) + (" %" if unit == _SHARE else "")


def _interval(figure: Document | None, unit: str) -> str:
    interval = None if figure is None else figure["interval"]
    return "" if interval is None else " to ".join("-" if each is None else number(each, unit) for each in interval)


def _beside(sweep: Document) -> Iterator[str]:
    """What is to be said of points, each thing once, with the points it is said of."""
    points = sweep["points"]
    some = [point for point in points if point["known"] < point["replications"]]
    if some:
        known, planned = (sum(point[name] for point in points) for name in ("known", "replications"))
        yield f"not complete: {known:,} of {planned:,} replications are known"
    said: dict[str, list[str]] = {}
    for point in points:
        measures = point["measures"] or {}
        for text in (*measures.get("errors", ()), *measures.get("warnings", ())):
            said.setdefault(text, []).append(_name(point))
    for text, where in said.items():
        yield f"{text} ({'at every point' if len(where) == len(points) else _few(where)})"


def _name(point: Document) -> str:
    return " ".join([*(f"{name}={value}" for name, value in point["values"].items()), *([f"[{point['case']}]"] if point["case"] else [])])


def _few(names: Sequence[str]) -> str:
    return "; ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
