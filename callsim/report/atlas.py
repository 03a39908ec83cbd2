"""The atlas told: as tables for people, as Markdown, as comma-separated values, as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from callsim.atlas.cells import KEYS, Cell
from callsim.atlas.worlds import World
from callsim.dialects import dialect_class
from callsim.provenance import Kind
from callsim.report.grid import Cell as Box, grid, line
from callsim.report.tables import markdown
from callsim.report.text import BASES
from callsim.report.visible import visible
from callsim.report.wording import error_code, in_words
from callsim.trace import APPLICATION

HEADINGS = ("state", "by", "operation", "answer", "to", "cause", "in their words", "the application hears", "stands on")
_TITLES = Mapping[tuple[str, str], str]


def titles(worlds: Iterable[World]) -> dict[tuple[str, str], str]:
    """What each world is about, by its vendor and its name."""
    return {(world.vendor, world.name): world.title for world in worlds}


# -- a cell in words -----------------------------------------------------------------------------------------------


def answer(cell: Cell) -> str:
    """The HTTP status, with the code of an error; nothing where it was no request."""
    return "" if cell.status is None else f"{cell.status} {error_code(cell.body)}".rstrip()


def their_words(cell: Cell) -> str:
    """The vendor's words for an end."""
    return in_words(cell.words)


def hears(cell: Cell) -> str:
    """What the application is told and asked."""
    return "; ".join(map(callback, cell.callbacks))


def callback(each: Mapping[str, Any]) -> str:
    """One callback or fetch, with the words that it says of state and cause."""
    words = ", ".join(str(word) for word in each["words"].values())
    return f"{each['kind']} of {each['call']}: {str(each['url']).removeprefix(APPLICATION)}" + (f" ({words})" if words else "")


def stands_on(cell: Cell) -> str:
    """The basis, and the switch that turns it round."""
    return f"{cell.basis} ({cell.assumption})" if cell.assumption else cell.basis


def words(cell: Cell) -> list[str]:
    """All of it, in the order of the headings."""
    return [
        cell.state, cell.by, cell.operation, answer(cell), cell.to, cell.cause or "", their_words(cell), hears(cell), stands_on(cell),
    ]  # fmt: skip


def counted(cells: Sequence[Cell]) -> str:
    """How many cells, and how many stand on what."""
    kinds = [cell.basis for cell in cells]
    parts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in Kind if kinds.count(kind))
    return f"{len(cells)} cell{'' if len(cells) == 1 else 's'}" + (f": {parts}" if parts else "")


def _by_world(cells: Iterable[Cell]) -> Iterator[tuple[str, str, list[Cell]]]:
    for (vendor, world), some in groupby(cells, key=lambda cell: (cell.vendor, cell.world)):
        yield vendor, world, list(some)


def heading(vendor: str, world: str, about: _TITLES) -> str:
    """The line over the table of one world."""
    name, _, subject = world.partition(": ")
    title = about.get((vendor, name), name)
    return f"{dialect_class(vendor).vendor.title}: {title} [{name}]" + (f", seen from {subject}" if subject else "")


# -- forms ---------------------------------------------------------------------------------------------------------


def as_text(cells: Sequence[Cell], about: _TITLES, width: int) -> Iterator[Text]:
    """A table for each world of each vendor."""
    for vendor, world, some in _by_world(cells):
        yield line(visible(heading(vendor, world, about)), style="bold")
        rows = [[Box(Text(each, "bold")) for each in HEADINGS], *map(_boxes, some)]
        yield from grid(rows, width, (0, 2, 3, 4, 6, 7, 8))
        yield line()
    yield line(counted(cells))


def _boxes(cell: Cell) -> list[Box]:
    styles = ["", "cyan", "", "", "", "", "", "dim", BASES[Kind(cell.basis)]]
    return [Box(Text(visible(text), style)) for text, style in zip(words(cell), styles, strict=True)]


def as_markdown(cells: Sequence[Cell], about: _TITLES) -> Iterator[str]:
    """The same tables in Markdown."""
    for vendor, world, some in _by_world(cells):
        yield f"## {escaped(heading(vendor, world, about))}"
        yield ""
        yield from markdown(HEADINGS, ([escaped(word) for word in words(cell)] for cell in some))
        yield ""
    yield counted(cells)


def escaped(text: str) -> str:
    """A text that Markdown leaves as it is, but for pipes, which a table escapes."""
    shown = visible(text)
    for char in "\\`*_<[#":
        shown = shown.replace(char, f"\\{char}")
    return shown


def as_csv(cells: Iterable[Cell]) -> str:
    """One line for each cell under the names of its keys; bodies and callbacks as JSON, what there is not as nothing."""
    return comma_separated(KEYS, ([_field(value) for value in cell.as_data().values()] for cell in cells))


def comma_separated(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as spreadsheets read it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue()


def _field(value: Any) -> Any:
    if value is None:
        return ""
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else visible(value) if isinstance(value, str) else value


def as_json(cells: Iterable[Cell]) -> str:
    """The atlas as data: one object with `cells`, each with all the keys."""
    return json.dumps({"cells": [cell.as_data() for cell in cells]}, indent=1) + "\n"
