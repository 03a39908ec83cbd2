"""Call records on their way to a file, CSV or Parquet: never more than a few thousand at a time in memory, and what was written
stays readable, whatever happens then.

A record is safe once the lines, or the row group, that it is part of are whole in the file; what is not whole is taken off again. A
Parquet file is readable only with what stands at its end, so there is always room kept for that: a row group is written where room
for it and for the end can be had. An interrupt waits until a record is whole.

Cells are as the vendor writes them, telephone numbers with their plus. In CSV a cell that a spreadsheet would take for a formula
(it begins with =, -, @, a tab or a carriage return, or with a plus before anything but a number) is begun with an apostrophe, which
spreadsheets take for text; no vendor's own fields are such.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

from callsim.dialects import Dialect
from callsim.dialects.call_records import CallRecords
from callsim.errors import MissingExtra, UsageError
from callsim.model import Call
from callsim.report.visible import visible

LINES, GROUP = 1_000, 20_000
"""So many records are written at once: of CSV, and of Parquet, where each is a row group."""
_FORMULA = re.compile(r"[=@\-\t\r]|\+(?![0-9 ()./-]*\Z)")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_END = 64 * 1024
_END_OF_GROUP = 16 * 1024


class Sink:
    """A file that is written bit by bit, knows how far it is whole, and is cut back to there when something goes wrong."""

    def __init__(self, path: str) -> None:
        self.path, self.whole, self.closed = path, 0, False
        try:
            self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0), 0o666)
        except (OSError, ValueError) as error:
            raise UsageError(f"{visible(path) or 'a file without a name'}: cannot be written: {_reason(error)}") from None
        self.at = 0

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest:
            count = os.write(self.descriptor, rest)
            rest, self.at = rest[count:], self.at + count
        return len(data)

    def reserve(self, room: int) -> None:
        """See that so many bytes more can be written. Raises OSError; where nobody can tell, nothing is seen to."""
        if not hasattr(os, "posix_fallocate"):
            return
        try:
            os.posix_fallocate(self.descriptor, self.at, room)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise

    def cut(self) -> None:
        """Take off what is not whole."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, self.whole)
            self.at = os.lseek(self.descriptor, self.whole, os.SEEK_SET)

    def keep(self) -> None:
        self.whole = self.at

    # What else a library asks of a file.

    def tell(self) -> int:
        return self.at

    def flush(self) -> None:
        """What is written is in the file."""

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self.descriptor)


class Writer(ABC):
    """Writes call records until it is closed, by `with`; `safe` is how many are whole in the file."""

    at_once = LINES

    def __init__(self, path: str, records: CallRecords) -> None:
        self.records, self.safe, self.failed = records, 0, False
        self._waiting: list[list[Any]] = []
        self._sink = Sink(path)
        self._guarded(self._begin)

    def over(self, call: Call, dialect: Dialect) -> None:
        """Write the record of a call that is over."""
        if dialect is not self.records.dialect:
            self.records = dialect.call_records()
        self.write(self.records.record(call))

    def write(self, record: Mapping[str, Any]) -> None:
        """Write a record. Raises UsageError where the file takes no more."""
        self._waiting.append([record[name] for name in self.records.columns])
        if len(self._waiting) >= self.at_once:
            self.flush()

    def flush(self) -> None:
        """See that all records so far are safe."""
        if self._waiting and not self.failed:
            self._guarded(self._flush)

    def _flush(self) -> None:
        self._put(self._waiting)
        self._sink.keep()
        self.safe += len(self._waiting)
        self._waiting = []

    def close(self) -> None:
        """Write what is left, and end the file."""
        if self._sink.closed:
            return
        # Whoever is impatient interrupts twice; between its last records and its end a file could not be read.
        with uninterrupted():
            try:
                self.flush()
                if not self.failed:
                    self._guarded(self._finish)
            finally:
                self._sink.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _guarded(self, what: Any) -> None:
        """Do something that may fail half-way: then nothing of it stays, and the file is ended as it is."""
        with uninterrupted():
            try:
                what()
            except OSError as error:
                self.failed, self._waiting = True, []
                self._sink.cut()
                with suppress(OSError):
                    self._finish()
                self._sink.close()
                raise UsageError(self._no_more(error)) from None

    def _no_more(self, error: OSError) -> str:
        return f"{visible(self._sink.path)}: {_reason(error)}; the {self.safe:,} call records before that are in it, and can be read"

    @abstractmethod
    def _begin(self) -> None:
        """Write what stands before all records."""

    @abstractmethod
    def _put(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write some records."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what stands after all records."""


class CsvWriter(Writer):
    """A line for each record, after one with the names of its fields; nothing for None."""

    def _begin(self) -> None:
        self._lines([list(self.records.columns)])
        self._sink.keep()

    def _put(self, rows: Sequence[Sequence[Any]]) -> None:
        self._lines([[harmless(cell) for cell in row] for row in rows])

    def _lines(self, rows: Sequence[Sequence[Any]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._sink.write(text.getvalue().encode("utf-8", "backslashreplace"))

    def _finish(self) -> None:
        """Nothing stands at the end."""


class ParquetWriter(Writer):
    """Columns of text and whole numbers, in row groups."""

    at_once = GROUP

    def _begin(self) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            self._sink.close()
            raise MissingExtra("pyarrow", "traffic") from None
        kinds = {str: pyarrow.string(), int: pyarrow.int64()}
        self._arrow, self._groups = pyarrow, 0
        self._schema = pyarrow.schema([(name, kinds[kind]) for name, kind in self.records.columns.items()])
        self._sink.reserve(_END)
        self._file = parquet.ParquetWriter(pyarrow.PythonFile(self._sink, mode="w"), self._schema)
        self._sink.keep()

    def _put(self, rows: Sequence[Sequence[Any]]) -> None:
        columns = zip(*rows, strict=True)
        arrays = [self._arrow.array(column, each.type) for column, each in zip(columns, self._schema, strict=True)]
        table = self._arrow.Table.from_arrays(arrays, schema=self._schema)
        self._sink.reserve(2 * table.nbytes + _END + _END_OF_GROUP * (self._groups + 1))
        self._file.write_table(table)
        self._groups += 1

    def _finish(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()
            self._sink.keep()
            self._sink.cut()


WRITERS: Mapping[str, type[Writer]] = {".csv": CsvWriter, ".parquet": ParquetWriter}


def kind_of(path: str) -> type[Writer]:
    """What writes records into such a file, by how its name ends. Raises UsageError for another ending."""
    kind = WRITERS.get(os.path.splitext(path)[1].lower())
    if kind is None:
        raise UsageError(f"{visible(path)}: call records are written as {' or '.join(WRITERS)}; name a file that ends so")
    return kind


def writer(path: str, records: CallRecords) -> Writer:
    """What writes records into a file, by how its name ends. Raises UsageError for another ending or a file that cannot be written,
    MissingExtra without the library that writes Parquet."""
    return kind_of(path)(path, records)


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error)).lower()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """An interrupt from the keyboard that comes meanwhile has its say afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[Any, Any]] = []
    before = signal.signal(signal.SIGINT, lambda *what: came.append(what))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came and callable(before):
            before(*came[0])
