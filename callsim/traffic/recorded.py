"""Arrivals and times that were recorded, read from CSV files: a list of arrivals, or the call records of a vendor."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from sys import intern

from callsim.dialects import VENDORS, dialect
from callsim.dialects.call_records import Arrival
from callsim.errors import UnreadableField
from callsim.scenario.values import parse_duration
from callsim.scenario.wording import listed, nearest, quoted
from callsim.traffic.csv_files import MOST_BYTES, CsvFile, FieldError
from callsim.traffic.plan import Arrived
from callsim.traffic.records import harmless

COLUMNS = ("at", "to", "outcome", "rings", "answers", "talks")
_TIMES = ("rings", "answers", "talks")
_OWN = "x-"
_LONGEST_NUMBER = 200
_LONGEST_TIME = 32
_KEPT = 4
"""So many files are read once for all the points of a sweep, which then share what is in them."""
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,18})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].{4,40}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TIME_WORDS = "expected a duration such as 1.5s, or seconds"



def arrivals_of(path: Path, vendor: str, fates: Collection[str]) -> tuple[Arrived, ...]:
    """The arrivals of a file in order of time, of which only such `fates` can be. One with a column `at` lists arrivals; any other
    holds call records, of this vendor or another.

    Raises InputError with what is wrong, each with its place.
    """
    return _arrivals(path, vendor, tuple(fates), _edition(path))


@lru_cache(maxsize=_KEPT)
def _arrivals(path: Path, vendor: str, fates: tuple[str, ...], _: bytes) -> tuple[Arrived, ...]:
    file = CsvFile(path)
    read, moves = _listed(file, fates) if "at" in file.header else (_records(file, vendor, fates), lambda: True)
    rows = file.rows(read)
    if not rows:
        raise file.wrong("nothing arrives", "expected a row for each arrival")
    rows.sort(key=lambda row: row.at)
    first = rows[0].at if moves() else 0
    # From the last on, so that each row goes as its arrival comes: of two million there is no room for both.
    found = []
    while rows:
        row = rows.pop()
        found.append(Arrived(row.at - first, *row[1:]))
    found.reverse()
    return tuple(found)


def times_of(path: Path, column: str) -> tuple[int, ...]:
    """The times in a column of a file, in milliseconds, in its order; a field may be empty.

    Raises InputError with what is wrong, each with its place.
    """
    return _times_in(path, column, _edition(path))


@lru_cache(maxsize=_KEPT)
def _times_in(path: Path, column: str, _: bytes) -> tuple[int, ...]:
    file = CsvFile(path)
    index = file.column(column)
    times = file.rows(lambda row: _duration(row, index))
    if not times:
        raise file.wrong(f"the column {quoted(column)} holds no time", _TIME_WORDS)
    return tuple(times)


def _edition(path: Path) -> bytes:
    """What differs if what is in the file does; empty where nothing can be read."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return sha256(file.read(MOST_BYTES + 1)).digest()
    except (OSError, ValueError):
        pass
    return b""


# -- lists of arrivals ---------------------------------------------------------------------------------------------------


def _listed(file: CsvFile, fates: Collection[str]) -> tuple[Callable[[Sequence[str]], Arrival], Callable[[], bool]]:
    """What reads a row of a list of arrivals, and what tells, once they are read, whether they are counted from the first."""
    _check_columns(file)
    moment, to, outcome = _Moment(file.column("at")), *(_optional(file, name) for name in ("to", "outcome"))
    times = [_optional(file, name) for name in _TIMES]

    def read(row: Sequence[str]) -> Arrival:
        return Arrival(
            moment.read(row), _number(row, to), _outcome(row, outcome, fates),
            *(None if index is None else _duration(row, index) for index in times),
        )  # fmt: skip

    return read, lambda: bool(moment.dates)


def _check_columns(file: CsvFile) -> None:
    """Whatever is not ours is called x-..., so that a slip of the pen does not go unnoticed."""
    for index, name in enumerate(file.header):
        if name and name not in COLUMNS and not name.startswith(_OWN):
            expected = f"expected {listed(COLUMNS)}, or {_OWN}... for your own"
            raise file.wrong_column(index, f"the column {quoted(name)} is not known here", expected, nearest(name, COLUMNS))


def _optional(file: CsvFile, name: str) -> int | None:
    return file.column(name) if name in file.header else None


class _Moment:
    """Reads when something arrived: a duration or seconds from the beginning, or a date and time, all rows alike."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.dates: bool | None = None

    def read(self, row: Sequence[str]) -> int:
        said = row[self.index].strip()
        is_date = _DATE.fullmatch(said) is not None
        if self.dates is None:
            self.dates = is_date
        if is_date != self.dates:
            if not said:
                raise FieldError(self.index, "nothing says when it arrived", self._expected)
            raise FieldError(self.index, f"{quoted(said)} is of another kind than the first", self._expected)
        return _date(said, self.index) if is_date else _needed(row, self.index)

    @property
    def _expected(self) -> str:
        return "expected a date and time such as 2026-01-01T08:00:00Z" if self.dates else _TIME_WORDS


def _date(said: str, index: int) -> int:
    try:
        found = datetime.fromisoformat(said)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return round((aware - _EPOCH) / _MILLISECOND)
    except (ValueError, OverflowError):
        raise FieldError(index, f"{quoted(said)} is no date and time", "expected one such as 2026-01-01T08:00:00Z") from None


def _needed(row: Sequence[str], index: int) -> int:
    found = _duration(row, index)
    if found is None:
        raise FieldError(index, "nothing says when it arrived", f"{_TIME_WORDS}, or a date and time")
    return found


def _duration(row: Sequence[str], index: int) -> int | None:
    """Milliseconds; None for nothing. A bare number is seconds here, as in everybody's tables."""
    said = row[index].strip()
    if not said:
        return None
    try:
        return _milliseconds(said) if len(said) <= _LONGEST_TIME else parse_duration(said)
    except ValueError:
        raise FieldError(index, f"{quoted(said)} is no time", _TIME_WORDS) from None


@lru_cache(maxsize=65_536)
def _milliseconds(said: str) -> int:
    """Columns hold the same times over and over."""
    return round(float(said) * 1_000) if _SECONDS.fullmatch(said) else parse_duration(said)


def _number(row: Sequence[str], index: int | None) -> str | None:
    said = "" if index is None else row[index].strip()
    if len(said) > _LONGEST_NUMBER:
        raise FieldError(index or 0, f"{quoted(said)} is too long for a number", f"expected at most {_LONGEST_NUMBER} characters")
    return said or None


def _outcome(row: Sequence[str], index: int | None, fates: Collection[str]) -> str | None:
    said = "" if index is None else row[index].strip()
    if said and said not in fates:
        raise FieldError(index or 0, f"{quoted(said)} is not a known fate", f"expected {listed(fates)}", nearest(said, fates))
    return intern(said) or None


# -- call records ----------------------------------------------------------------------------------------------------------


def _records(file: CsvFile, vendor: str, fates: Collection[str]) -> Callable[[Sequence[str]], Arrival]:
    """What reads a row of call records, of the first vendor whose columns are all there, beginning with this one."""
    for each in dict.fromkeys((vendor, *VENDORS)):
        records = dialect(each).call_records()
        if set(records.needed) <= set(file.header):
            places = {name: file.column(name) for name in records.needed}
            return _reader_of_records(records.arrived, places, fates)
    own = listed(dialect(vendor).call_records().needed, "and")
    raise file.wrong_column(0, "this lists no arrivals and holds no call records", f"expected the column at, or {own} as {vendor} has them")


def _reader_of_records(
    arrived: Callable[[Mapping[str, str]], Arrival],
    places: Mapping[str, int],
    fates: Collection[str],
) -> Callable[[Sequence[str]], Arrival]:
    def read(row: Sequence[str]) -> Arrival:
        try:
            found = arrived({name: _as_it_was(row[index]) for name, index in places.items()})
        except UnreadableField as bad:
            raise FieldError(places[bad.column], f"{bad.column} {bad.what}", f"expected {bad.expected}") from None
        # What a record tells of an inbound call may be no fate of one.
        return found if found.fate in fates else found._replace(fate=None)

    return read


def _as_it_was(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell
