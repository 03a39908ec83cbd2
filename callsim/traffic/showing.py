"""Results as they are looked at from Python: in words, as a page of a notebook, as a plot in a file; and a whole sweep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callsim.errors import UsageError
from callsim.report.paper import PIPED_WIDTH
from callsim.report.visible import visible
from callsim.traffic import tables
from callsim.traffic.plots import format_of, of_run
from callsim.traffic.results import Results
from callsim.traffic.sweep import Gathered, document
from callsim.traffic.telling import as_told

if TYPE_CHECKING:
    import pyarrow


def words(found: Results) -> str:
    """A run as the command line prints it."""
    from callsim.report.traffic import told

    return "\n".join(line.plain.rstrip() for line in told(as_told(found), PIPED_WIDTH))


def page(found: Results) -> str:
    """A run as a notebook shows it, in HTML."""
    told = as_told(found)
    relies = [] if told.relies_on is None else [f"how calls ended relies on: {', '.join(told.relies_on) or 'nothing disputed or assumed'}"]
    said = [*told.beside, *relies, *(f"error: {each}" for each in told.errors), *(f"note: {each}" for each in told.warnings)]
    return _html(told.title, told.about, [_grid(heads, rows) for heads, rows in told.sections if rows], said)


def drawn(found: Results, path: str | Path) -> Path:
    """A run over its time, in a file that ends in .svg or .png. Raises UsageError, MissingExtra."""
    return _written(path, of_run(found, format_of(str(path))))


@dataclass(frozen=True, slots=True, eq=False)
class SweepRun:
    """What a sweep came to, point by point. A notebook shows it as a table, `print` in words."""

    gathered: Gathered

    def table(self) -> pyarrow.Table:
        """A row for each figure of each point; what is varied has a column each. Raises MissingExtra."""
        found = ((dict(point.values), point.case, measures) for point, _, measures in self.gathered.measures())
        return tables.points([
            ({**values, **({"case": case} if case else {})}, measures.results) for values, case, measures in found if measures is not None
        ])  # fmt: skip

    def plot(self, path: str | Path, measure: str | None = None) -> Path:
        """Draw a figure, that which people want most unless named, over what is varied first, into a file that ends in .svg or .png;
        returns where. Raises UsageError, MissingExtra."""
        from callsim.traffic.swept import drawn

        return _written(path, drawn(self.gathered, measure, format_of(str(path))))

    def as_data(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return document(self.gathered)

    def __str__(self) -> str:
        from callsim.report.sweeping import told
        from callsim.traffic.swept import as_told as swept

        return "\n".join(line.plain.rstrip() for line in told(swept(self.as_data()), PIPED_WIDTH))

    def _repr_html_(self) -> str:
        from callsim.traffic.swept import as_told as swept

        told = swept(self.as_data())
        heads = [*told.names, *(head for each in told.columns for head in (each.title, "95 % interval"))]
        rows = [
            [*labels, *(text for each in told.columns for text in (each.values[number], each.intervals[number]))]
            for number, labels in enumerate(told.labels)
        ]  # fmt: skip
        return _html(told.title, told.about, [_grid(heads, rows)], told.beside)


def _written(path: str | Path, picture: bytes) -> Path:
    try:
        Path(path).write_bytes(picture)
    except (OSError, ValueError) as error:
        raise UsageError(f"{visible(path)} cannot be written: {getattr(error, 'strerror', None) or error}") from None
    return Path(path)


def _html(title: str, about: str, grids: Iterable[str], said: Iterable[str]) -> str:
    below = "".join(f"<p>{escape(visible(each))}</p>" for each in said)
    return f"<h4>{escape(visible(title))}</h4><p>{escape(visible(about))}</p>{''.join(grids)}{below}"


def _grid(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = (f"<tr>{''.join(f'<td>{escape(visible(each))}</td>' for each in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(visible(each))}</th>' for each in heads)}</tr>{''.join(body)}</table>"
