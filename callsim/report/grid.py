"""Columns of text, as rich's tables lay them out and several times as fast: a story is printed for every scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

GAP = 2
SLIMMEST = 12
# Rich wraps text for a console, and asks it for styles only where text is justified; making one takes a while.
_NO_CONSOLE = cast("Console", None)


class Cell(NamedTuple):
    """What stands in a column; `indent` blanks stand before each of its lines."""

    text: Text
    indent: int = 0

    @property
    def width(self) -> int:
        return self.text.cell_len + self.indent


def line(*parts: str | tuple[str, str], style: str = "") -> Text:
    """A line that is never broken."""
    return Text.assemble(*parts, style=style, no_wrap=True, overflow="ignore")


def grid(
    rows: Sequence[Sequence[Cell]], width: int, flexible: Sequence[int], right: Sequence[int] = ()
) -> Iterator[Text]:
    """Lines that fit `width`: flexible columns, by their numbers, give way and wrap; those in `right` end flush."""
    if not rows:
        return
    natural = [max(row[column].width for row in rows) for column in range(len(rows[0]))]
    widths = _fitted(natural, width, flexible)
    for row in rows:
        yield from _row(row, widths, right)


def _fitted(natural: Sequence[int], width: int, flexible: Sequence[int]) -> list[int]:
    """Every column as wide as its content, but flexible ones share what room there is: the slim ones take what they need,
    and the others get equal parts of the rest."""
    widths = list(natural)
    room = width - GAP * (len(natural) - 1) - sum(each for column, each in enumerate(natural) if column not in flexible)
    waiting = sorted(flexible, key=lambda column: natural[column])
    for number, column in enumerate(waiting):
        widths[column] = min(natural[column], max(SLIMMEST, room // (len(waiting) - number)))
        room -= widths[column]
    return widths


def _row(row: Sequence[Cell], widths: Sequence[int], right: Sequence[int]) -> Iterator[Text]:
    columns = [_lines(cell, width) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, columns))):
        whole = line()
        for column, lines in enumerate(columns):
            part = lines[number] if number < len(lines) else Text()
            pad = " " * (widths[column] - part.cell_len)
            whole = whole.append(pad).append_text(part) if column in right else whole.append_text(part).append(pad)
            whole.append(" " * GAP)
        whole.rstrip()
        yield whole


def _lines(cell: Cell, width: int) -> list[Text]:
    indent = min(cell.indent, max(0, width - SLIMMEST))
    if cell.text.cell_len + indent <= width:
        return [_indented(cell.text, indent)]
    parts = cell.text.wrap(_NO_CONSOLE, width - indent, overflow="fold")
    return [_indented(part, indent) for part in parts]


def _indented(text: Text, indent: int) -> Text:
    text.rstrip()
    return Text(" " * indent).append_text(text) if indent else text
