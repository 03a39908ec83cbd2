"""Untrusted CSV files in, rows with places out, within bounds: what is wrong with a row is told with its line and column."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from callsim.errors import InputError, Place, Problem
from callsim.scenario.wording import listed, nearest, quoted

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 2_000_000
LONGEST_LINE = 65_536
MOST_TOLD = 20
_MOST_NAMED = 12
Read = TypeVar("Read")


class FieldError(Exception):
    """A field that cannot be used: the index of its column, what is wrong, what was expected."""

    def __init__(self, column: int, what: str, expected: str, hint: str = "") -> None:
        self.column, self.what, self.expected, self.hint = column, what, expected, hint


class CsvFile:
    """One file, whose first line names its columns. Raises InputError for what cannot be read at all."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._problems: list[Problem] = []
        self._untold = 0
        self._fed = self._line = self._last_bad = 0
        self._raw = ""
        self._records = csv.reader(self._lines(_bytes(path)), strict=True)
        self.header = [name.strip() for name in self._next() or self._refuse(0, "the file is empty", "expected a line that names columns")]

    # -- reading ---------------------------------------------------------------------------------------------------

    def rows(self, read: Callable[[Sequence[str]], Read | None]) -> list[Read]:
        """What `read` makes of every row; nothing for None. It raises FieldError for one that cannot be used.

        Raises InputError with the first of those, and how many more there are.
        """
        found: list[Read] = []
        number, width = 0, len(self.header)
        while row := self._next():
            number += 1
            if number > MOST_ROWS:
                self._refuse(0, "the file holds too many rows", f"at most {MOST_ROWS:,} are read")
            try:
                made = read(row) if len(row) == width else _refuse_width(len(row), width)
            except FieldError as bad:
                self._note(bad)
            else:
                if made is not None:
                    found.append(made)
        if self._untold:
            more = f"{self._untold:,} more row{'s' if self._untold > 1 else ''} of this file cannot be used"
            self._problems.append(Problem(Place(self.name, self._last_bad, 1), f"{more}, the last of them here"))
        if self._problems:
            raise InputError(*self._problems)
        return found

    def column(self, name: str) -> int:
        """The index of a column. Raises InputError if there is none of that name, or more than one."""
        if name in self.header and self.header.count(name) == 1:
            return self.header.index(name)
        if name in self.header:
            second = self.header.index(name, self.header.index(name) + 1)
            raise self.wrong_column(second, f"the column {quoted(name)} stands there twice", "expected each once")
        named = listed(map(quoted, self.header[:_MOST_NAMED])) + (", ..." if len(self.header) > _MOST_NAMED else "")
        raise self.wrong_column(0, f"there is no column {quoted(name)}", f"expected {named}", nearest(name, self.header))

    def wrong_column(self, column: int, what: str, expected: str, hint: str = "") -> InputError:
        """The complaint of a column, before any row is read."""
        return InputError(Problem(self._place(column), what, expected, hint))

    def wrong(self, what: str, expected: str) -> InputError:
        """The complaint of what the file holds, once it is read."""
        return InputError(Problem(Place(self.name, max(self._fed, 1), 1), what, expected))

    # -- lines and places ------------------------------------------------------------------------------------------

    def _lines(self, data: bytes) -> Iterator[str]:
        for line in io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=None):
            self._fed += 1
            self._raw = line
            if len(line) > LONGEST_LINE:
                place = Place(self.name, self._fed, LONGEST_LINE + 1)
                raise InputError(Problem(place, "the line is too long", f"at most {LONGEST_LINE:,} characters are read"))
            yield line

    def _next(self) -> list[str]:
        """The next row that is not blank; an empty one at the end."""
        row: list[str] = []
        while not row:
            self._line = self._fed + 1
            try:
                row = next(self._records)
            except StopIteration:
                return []
            except csv.Error as error:
                self._complain_of_quotes(str(error))
        return row

    def _complain_of_quotes(self, error: str) -> NoReturn:
        unclosed = "end of data" in error or "limit" in error
        what = "a quotation mark is never closed in what begins here" if unclosed else "something follows a closing quotation mark"
        expected = "expected one more" if unclosed else "expected a comma, and quotation marks inside a field doubled"
        problem = Problem(Place(self.name, self._line, 1), what, expected)
        raise InputError(*self._problems, problem)

    def _note(self, bad: FieldError) -> None:
        if len(self._problems) < MOST_TOLD:
            self._problems.append(Problem(self._place(bad.column), bad.what, bad.expected, bad.hint))
        else:
            self._untold += 1
            self._last_bad = self._line

    def _refuse(self, column: int, what: str, expected: str) -> NoReturn:
        raise InputError(*self._problems, Problem(self._place(column), what, expected))

    def _place(self, column: int) -> Place:
        """Where a field of the row that was read last begins; the beginning of the row if it goes over several lines."""
        line = max(self._line, 1)
        return Place(self.name, line, _start(self._raw, column) if self._fed == line else 1)


def _start(line: str, column: int) -> int:
    """Where a field begins in its line, counted from 1."""
    inside = False
    for index, character in enumerate(line):
        if not column:
            return index + 1
        if character == '"':
            inside = not inside
        elif character == "," and not inside:
            column -= 1
    return len(line) if column == 0 else 1


def _refuse_width(found: int, width: int) -> NoReturn:
    what = f"{found} field{'s' if found != 1 else ''} stand{'s' if found == 1 else ''} here"
    raise FieldError(min(found - 1, width), what, f"expected {width}, as in the first line")


def _bytes(path: Path) -> bytes:
    """What a file holds, as far as one may be read, which is text."""
    name = str(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(Problem(Place(name), "this is no file", "expected one of comma-separated values"))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(Problem(Place(name), f"this cannot be read: {reason}")) from None
    if len(data) > MOST_BYTES:
        raise InputError(Problem(Place(name), "the file is too large", f"at most {MOST_BYTES // 1024**2} MiB are read"))
    _check_text(data, name)
    return data


def _check_text(data: bytes, name: str) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _after(name, data[: error.start].decode("utf-8-sig", errors="replace"))
        raise InputError(Problem(place, f"the byte 0x{data[error.start]:02x} here is not UTF-8", "save it as UTF-8")) from None
    index = text.find("\0")
    if index >= 0:
        raise InputError(Problem(_after(name, text[:index]), "a NUL has no place in a text file", "save it as UTF-8 text"))


def _after(name: str, before: str) -> Place:
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
