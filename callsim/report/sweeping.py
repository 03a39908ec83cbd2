"""A sweep in words: a line for each point, a column for each thing that was varied and for each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from callsim.report.grid import GAP, Cell, grid, line
from callsim.report.visible import visible


@dataclass(frozen=True, slots=True)
class Column:
    """A figure: what it is called, and for each point what it came to and between which bounds; empty where nothing is known."""

    title: str
    values: Sequence[str]
    intervals: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A sweep as it is printed. `labels` are the values of each point, in the order of `names`; the columns that come first matter
    most: the others are left out where there is no room. `beside` are lines for below."""

    title: str
    about: str
    names: Sequence[str]
    labels: Sequence[Sequence[str]]
    columns: Sequence[Column]
    beside: Sequence[str]


def told(sweep: Told, width: int) -> Iterator[Text]:
    """The lines of a sweep."""
    yield line(visible(sweep.title), style="bold")
    yield Text(visible(sweep.about), style="dim")
    yield line()
    shown = list(_fitting(sweep, width))
    heads = [Cell(Text(name, "bold")) for name in (*sweep.names, *(head for each in shown for head in (each.title, "95 % interval")))]
    rows = [heads]
    for number, labels in enumerate(sweep.labels):
        figures = [Cell(Text(text, style)) for each in shown for text, style in ((each.values[number], ""), (each.intervals[number], "dim"))]
        rows.append([*(Cell(Text(visible(label), "cyan")) for label in labels), *figures])
    yield from grid(rows, width, (), right=range(len(sweep.names), len(heads)))
    yield line()
    left_out = [each.title for each in sweep.columns if each not in shown]
    if left_out:
        yield Text(f"There is no room for: {', '.join(left_out)}; --format json has all.", style="dim")
    yield from (Text(visible(each)) for each in sweep.beside)


def _fitting(sweep: Told, width: int) -> Iterator[Column]:
    """The columns there is room for; the first is shown in any case."""
    room = width - sum(_wide([name, *(labels[column] for labels in sweep.labels)]) for column, name in enumerate(sweep.names))
    for number, each in enumerate(sweep.columns):
        room -= _wide([each.title, *each.values]) + _wide(["95 % interval", *each.intervals])
        if number and room < -GAP:
            return
        yield each


def _wide(texts: Sequence[str]) -> int:
    return max(map(len, texts)) + GAP
