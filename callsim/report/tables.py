"""The rulebook as a table, for people, for Markdown and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from callsim.dialects import DIALECTS, rulebook
from callsim.provenance import Kind
from callsim.report.explaining import versions
from callsim.report.grid import Cell, grid, line
from callsim.report.text import BASES
from callsim.report.wording import SECTIONS, says
from callsim.rules import AnyRow

ROOMY = 140
HEADINGS = ("id", "vendors", "says", "basis", "why")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a row, and whose it is: `all`, or the vendors that have it so."""

    row: AnyRow
    vendors: str


def entries(vendor: str | None = None, basis: str | None = None) -> list[Entry]:
    """The rows of one vendor, or every version of every row that some vendor has; perhaps of one basis only."""
    found = [Entry(row, vendor) for row in rulebook(vendor).rows.values()] if vendor else list(_all())
    return [entry for entry in found if basis is None or entry.row.basis.kind == Kind(basis)]


def _all() -> Iterator[Entry]:
    books = [rulebook(each.vendor.name) for each in DIALECTS]
    for id in dict.fromkeys(id for book in books for id in book.rows):
        for row, names in versions(id, books):
            yield Entry(row, "all" if len(names) == len(books) else ", ".join(names))


def _sections(found: Sequence[Entry]) -> Iterator[tuple[str, str, list[Entry]]]:
    for kind, (title, about) in SECTIONS.items():
        some = [entry for entry in found if isinstance(entry.row, kind)]
        if some:
            yield title, about, some


def as_text(found: Sequence[Entry], width: int) -> Iterator[Text]:
    """A table for each kind of rule. Ids are kept whole where there is room for them, so that they can be searched for."""
    flexible = (2, 4) if width >= ROOMY else (0, 2, 4)
    for title, about, some in _sections(found):
        yield line(f"{title}: {about}", style="bold")
        rows = [[Cell(Text(heading, "bold")) for heading in HEADINGS], *map(_cells, some)]
        yield from grid(rows, width, flexible)
        yield line()
    yield line(counted(found))


def _cells(entry: Entry) -> list[Cell]:
    row, kind = entry.row, entry.row.basis.kind
    cells = ((row.id, ""), (entry.vendors, "cyan"), (says(row), ""), (str(kind), BASES[kind]), (row.why, "dim"))
    return [Cell(Text(text, style)) for text, style in cells]


def counted(found: Sequence[Entry]) -> str:
    """How many rules, and how many of each basis."""
    kinds = [entry.row.basis.kind for entry in found]
    parts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in Kind if kinds.count(kind))
    return f"{len(kinds)} rule{'' if len(kinds) == 1 else 's'}" + (f": {parts}" if parts else "")


def as_markdown(found: Sequence[Entry]) -> Iterator[str]:
    """The same tables in Markdown, with the assumption that a row stands on."""
    for title, about, some in _sections(found):
        yield f"## {title}: {about}"
        yield ""
        cells = ((f"`{e.row.id}`", e.vendors, says(e.row), str(e.row.basis), e.row.why) for e in some)
        yield from markdown(HEADINGS, cells)
        yield ""


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of one Markdown table."""
    yield _markdown_row(headings)
    yield _markdown_row(["---"] * len(headings))
    for row in rows:
        yield _markdown_row([cell.replace("|", "\\|") for cell in row])


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def as_data(found: Sequence[Entry]) -> list[dict[str, Any]]:
    """The same as plain data, with all the evidence."""
    return [
        {
            "id": entry.row.id, "kind": SECTIONS[type(entry.row)][0].lower(), "vendors": entry.vendors,
            "says": says(entry.row), "why": entry.row.why, "basis": str(entry.row.basis.kind),
            "assumption": entry.row.basis.assumption,
            "evidence": [{"source": e.source, "seen": e.seen, "says": e.says} for e in entry.row.basis.evidence],
        }
        for entry in found
    ]  # fmt: skip


def as_json(found: Sequence[Entry]) -> str:
    """`as_data` as JSON."""
    return json.dumps(as_data(found), indent=2) + "\n"
