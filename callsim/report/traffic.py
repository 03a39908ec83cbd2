"""What traffic came to, for people: figures with their intervals, how calls ended, and what is to be known beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.text import Text

from callsim.report.grid import Cell, grid, line
from callsim.report.text import BASES, paragraph
from callsim.report.visible import visible


class Row(NamedTuple):
    """One figure, or one way calls ended: its name, its value, its interval, and beside it how it was found or is known."""

    name: str
    value: str
    interval: str
    beside: str


@dataclass(frozen=True, slots=True)
class Told:
    """A whole run in words. `sections` are tables under their headings; `beside` is said below them; `relies_on`, what is disputed or
    assumed of how calls ended, is None where nobody looked."""

    title: str
    about: str
    sections: Sequence[tuple[tuple[str, ...], Sequence[Row]]]
    beside: Sequence[str]
    relies_on: Sequence[str] | None
    warnings: Sequence[str]
    errors: Sequence[str]


def told(run: Told, width: int) -> Iterator[Text]:
    """All of it, in lines that fit `width`."""
    yield from paragraph(Text(visible(run.title), "bold"), width)
    yield from paragraph(Text(run.about, "dim"), width)
    for headings, rows in run.sections:
        if rows:
            yield line()
            yield from grid([[Cell(Text(each, "bold")) for each in headings], *map(_cells, rows)], width, (0, 3), right=(1,))
    yield line()
    for each in run.beside:
        yield from paragraph(Text(each), width)
    if run.relies_on is not None:
        yield from paragraph(Text(f"how calls ended relies on: {', '.join(run.relies_on) or 'nothing disputed or assumed'}", "dim"), width)
    for kind, style, words in (("error", "bold red", run.errors), ("note", "yellow", run.warnings)):
        for each in words:
            yield from paragraph(Text.assemble((f"{kind}: ", style), each), width)


def _cells(row: Row) -> list[Cell]:
    beside = Text(row.beside, BASES.get(row.beside, "dim"))
    return [Cell(Text(visible(row.name))), Cell(Text(row.value, "bold")), Cell(Text(row.interval)), Cell(beside)]
