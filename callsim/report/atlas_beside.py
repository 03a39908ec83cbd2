"""Two atlases side by side, told: in two columns, with a mark where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from callsim.atlas.cells import Cell
from callsim.atlas.comparing import Pair
from callsim.report.atlas import answer, comma_separated, escaped, hears, stands_on, their_words
from callsim.report.grid import Cell as Box, grid, line
from callsim.report.tables import markdown
from callsim.report.visible import visible

MARK = "*"
_KEPT = ("status", "body", "to", "cause", "code", "source", "callbacks", "rule", "basis", "assumption")


def said(cell: Cell | None) -> str:
    """What a cell comes to, in one line."""
    if cell is None:
        return "-"
    words = f" ({their_words(cell)})" if cell.words else ""
    parts = [answer(cell), ", ".join(filter(None, [cell.to, cell.cause])) + words, hears(cell), stands_on(cell)]
    return "; ".join(filter(None, parts))


def _headings(sides: tuple[str, str]) -> list[str]:
    return ["", "world", "state", "by", "operation", *sides]


def _row(pair: Pair) -> list[str]:
    return [MARK if pair.differs else "", *pair.place, said(pair.one), said(pair.other)]


def summary(pairs: Sequence[Pair]) -> str:
    """How many there are, and how many differ."""
    differ = sum(pair.differs for pair in pairs)
    return f"{len(pairs)} cell{'' if len(pairs) == 1 else 's'}, {differ} of which differ{'s' if differ == 1 else ''}"


def as_text(pairs: Sequence[Pair], sides: tuple[str, str], width: int) -> Iterator[Text]:
    """A table for each world."""
    for world, some in groupby(pairs, key=lambda pair: (pair.vendor, pair.place[0])):
        rows = [[Box(Text(each, "bold")) for each in _titled(sides)], *map(_boxes, some)]
        yield line(visible(": ".join(world) if sides == BEFORE_AFTER else world[1]), style="bold")
        yield from grid(rows, width, (1, 3, 4, 5))
        yield line()
    yield line(summary(pairs))


BEFORE_AFTER = ("before", "after")


def _titled(sides: tuple[str, str]) -> list[str]:
    headings = _headings(sides)
    return [headings[0], *headings[2:]]


def _boxes(pair: Pair) -> list[Box]:
    row = _row(pair)
    style = "yellow" if pair.differs else ""
    cells = [row[0], *row[2:]]
    return [Box(Text(visible(text), style if number in (0, 4, 5) else "")) for number, text in enumerate(cells)]


def as_markdown(pairs: Sequence[Pair], sides: tuple[str, str]) -> Iterator[str]:
    """One table in Markdown."""
    yield from markdown(_headings(sides), ([escaped(word) if number else word for number, word in enumerate(_row(pair))] for pair in pairs))
    yield ""
    yield summary(pairs)


def as_csv(pairs: Sequence[Pair], sides: tuple[str, str]) -> str:
    """One line for each pair."""
    headings = ["vendor", "differs", *_headings(sides)[1:]]
    return comma_separated(headings, ([pair.vendor, "yes" if pair.differs else "no", *map(visible, _row(pair)[1:])] for pair in pairs))


def as_json(pairs: Sequence[Pair], sides: tuple[str, str]) -> str:
    """One object with `rows`: where, whether it differs, and both sides."""
    return json.dumps({"sides": list(sides), "rows": [_data(pair, sides) for pair in pairs]}, indent=1) + "\n"


def _data(pair: Pair, sides: tuple[str, str]) -> dict[str, Any]:
    place = dict(zip(("world", "state", "by", "operation"), pair.place, strict=True))
    both = {side: _kept(cell) for side, cell in zip(sides, (pair.one, pair.other), strict=True)}
    return {"vendor": pair.vendor, **place, "differs": pair.differs, **both}


def _kept(cell: Cell | None) -> dict[str, Any] | None:
    return None if cell is None else {key: value for key, value in cell.as_data().items() if key in _KEPT}
