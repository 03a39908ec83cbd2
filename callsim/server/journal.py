"""A file that keeps what was said to an emulator, so that one which was killed goes on where it stopped.

It holds the inputs in their order, each with how many things had come by themselves since the one before; to say them again
leads to the same worlds. Now and then it holds a picture of everything, from which fewer inputs have to be said again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from callsim.errors import CallsimError, UsageError
from callsim.server.exchange import Exchange, Input
from callsim.server.freezing import frozen, thawed
from callsim.server.replaying import repeat

_OURS = 0x63616C6C
"""What says in the head of a file that it is a journal: the application id of its database."""
_FORMAT = 1
_MAGIC = b"SQLite format 3\x00"
PICTURE_EVERY = 2_000
"""After so many inputs a picture is taken."""
_MOST_LINE = 8 * 1024 * 1024
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT;
CREATE TABLE inputs (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
CREATE TABLE pictures (after INTEGER PRIMARY KEY, state BLOB NOT NULL) STRICT;
"""


class NotWritten(CallsimError):  # noqa: N818 - what it says is what happened
    """Something could not be written down, and has not happened for whoever asked for it."""


class Journal:
    """The journal of one exchange. `begin` opens the file and brings the exchange to where it was."""

    def __init__(self, path: str | Path, exchange: Exchange, about: Mapping[str, str]) -> None:
        self.path, self.exchange, self.about = Path(path), exchange, dict(about)
        self.trouble = ""
        self._lines: list[str] = []
        self._moments, self._now = 0, 0
        self._number = self._pictured = 0
        self._flushing: asyncio.Future[None] | None = None
        self._thread = ThreadPoolExecutor(1, "journal")
        self._base: sqlite3.Connection | None = None

    # -- opening ---------------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """Open the file, or make it, and say again what is in it; returns how many inputs that were. Raises UsageError for a file
        that is none of ours, is damaged, belongs to another world, or is in use by another server."""
        look(self.path)
        new = not self.path.exists()
        if new:
            _make(self.path)
        base = self._base = connected(self.path)
        try:
            if new:
                _lay_out(base, self.about)
            check(base, self.path)
            _compare(base, self.about, self.path)
            count = self._repeat(base)
        except BaseException:
            self.close()
            raise
        self._moments, self._now = self.exchange.moments, self.exchange.now
        self.exchange.record = self.note
        return count

    def _repeat(self, base: sqlite3.Connection) -> int:
        picture = base.execute("SELECT after, state FROM pictures ORDER BY after DESC LIMIT 1").fetchone()
        after = 0
        if picture is not None:
            after = self._pictured = picture[0]
            self.exchange.take_up(thawed(picture[1], self.exchange))
        lines = base.execute("SELECT number, line FROM inputs WHERE number > ? ORDER BY number", (after,))
        count = 0
        for number, line in lines:
            repeat(self.exchange, json.loads(line))
            self._number, count = number, count + 1
        self._number = max(self._number, after)
        self.exchange.fresh = [errand for errand in self.exchange.fresh if errand.number in self.exchange.out]
        return count

    # -- writing ---------------------------------------------------------------------------------------------------

    def note(self, what: Input | None) -> None:
        """Put an input down to be written, with what has come since the one before; None: only what has come."""
        exchange = self.exchange
        moments = exchange.moments - self._moments
        if what is None and not moments and exchange.now == self._now:
            return
        self._moments, self._now = exchange.moments, exchange.now
        self._lines.append(json.dumps([moments, exchange.now, what], separators=(",", ":")))
        if what is not None and what[0] in ("reset", "restore"):
            self._moments = 0 if what[0] == "reset" else self._moments

    async def written(self) -> None:
        """Wait until everything put down so far is in the file for good. Raises NotWritten if that cannot be."""
        self.note(None)
        while self._lines or self._flushing is not None:
            if self._flushing is None:
                self._flushing = asyncio.ensure_future(self._flush())
            flushing = self._flushing
            try:
                await asyncio.shield(flushing)
            finally:
                if self._flushing is flushing and flushing.done():
                    self._flushing = None
            if not self._lines:
                return

    async def _flush(self) -> None:
        lines, self._lines = self._lines, []
        picture = self._picture(len(lines))
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._write, lines, picture)
        except sqlite3.Error as error:
            self._lines = lines + self._lines
            self.trouble = f"the journal {self.path} cannot be written: {error}"
            raise NotWritten(self.trouble) from None
        self.trouble = ""
        self._number += len(lines)

    def _picture(self, more: int) -> tuple[int, bytes] | None:
        after = self._number + more
        if after - self._pictured < PICTURE_EVERY:
            return None
        self._pictured = after
        return after, frozen(self.exchange)

    def _write(self, lines: list[str], picture: tuple[int, bytes] | None) -> None:
        assert self._base is not None
        with self._base as base:
            base.execute("BEGIN IMMEDIATE")
            base.executemany("INSERT INTO inputs (line) VALUES (?)", ((line,) for line in lines))
            if picture is not None:
                base.execute("DELETE FROM pictures")
                base.execute("INSERT INTO pictures VALUES (?, ?)", picture)

    def close(self) -> None:
        """Write what is left, as far as that can be, and close the file."""
        if self._base is not None:
            self.note(None)
            with suppress(sqlite3.Error):
                self._thread.submit(self._write, self._lines, None).result()
            self._thread.submit(self._base.close).result()
            self._base = None
        self._thread.shutdown()


# -- files -----------------------------------------------------------------------------------------------------------


def look(path: Path) -> None:
    """Look at the head of a file before anything opens it. Raises UsageError for one that is no journal, or is cut short."""
    try:
        with path.open("rb") as file:
            head, size = file.read(100), os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(head) < 100 or head[:16] != _MAGIC or int.from_bytes(head[68:72], "big") != _OURS:
        raise UsageError(f"{path} is no journal of callsim; it is left as it is. Name another file, or one that is not there yet")
    page = int.from_bytes(head[16:18], "big")
    if size < (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big"):
        raise UsageError(f"{path} is cut short; it is left as it is. What is in it cannot be relied on: begin another one")


def _make(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise UsageError(f"{path} cannot be made: {error.strerror}") from None


def connected(path: Path, only_read: bool = False) -> sqlite3.Connection:
    """The database of a journal, for one user alone. Raises UsageError if another has it."""
    base = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if only_read else 'rw'}", uri=True, timeout=0, isolation_level=None, check_same_thread=False,
    )  # fmt: skip
    try:
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if not only_read:
            base.execute("BEGIN EXCLUSIVE")
            base.execute("COMMIT")
            base.execute("PRAGMA synchronous = FULL")
    except sqlite3.OperationalError as error:
        base.close()
        if "locked" in str(error):
            raise UsageError(f"{path} is in use by another server; give this one a journal of its own") from None
        raise UsageError(f"{path} cannot be used: {error}") from None
    except sqlite3.DatabaseError as error:
        base.close()
        raise UsageError(f"{path} is damaged: {error}; it is left as it is") from None
    return base


def _lay_out(base: sqlite3.Connection, about: Mapping[str, str]) -> None:
    base.executescript(f"BEGIN; {_TABLES} PRAGMA application_id = {_OURS}; PRAGMA user_version = {_FORMAT}; COMMIT;")
    base.executemany("INSERT INTO about VALUES (?, ?)", about.items())
    base.execute("PRAGMA journal_mode = WAL")


def check(base: sqlite3.Connection, path: Path) -> None:
    """Hold a journal against itself. Raises UsageError if it is damaged or of another format."""
    try:
        version = base.execute("PRAGMA user_version").fetchone()[0]
        found = base.execute("PRAGMA quick_check(1)").fetchone()[0]
        longest = base.execute("SELECT coalesce(max(length(line)), 0) FROM inputs").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise UsageError(f"{path} is damaged: {error}; it is left as it is") from None
    if version != _FORMAT:
        raise UsageError(f"{path} is a journal of format {version}; this callsim reads format {_FORMAT}")
    if found != "ok" or longest > _MOST_LINE:
        raise UsageError(f"{path} is damaged ({found}); it is left as it is")


def _compare(base: sqlite3.Connection, about: Mapping[str, str], path: Path) -> None:
    written = dict(base.execute("SELECT name, said FROM about"))
    for name, said in about.items():
        if written.get(name) != said:
            was, here = f"{written.get(name)!s:.200}", f"{said!s:.200}"
            raise UsageError(f"{path} was begun with another {name}: {was}, and this is {here}; go on with that one, or begin another file")


def inputs_of(path: str | Path) -> Iterator[tuple[Mapping[str, str], list[Any]]]:
    """What a journal says it is about, with each of its inputs in order. Raises UsageError for what is none."""
    path = Path(path)
    if not path.exists():
        raise UsageError(f"there is no journal {path}")
    look(path)
    base = connected(path, only_read=True)
    try:
        check(base, path)
        about = dict(base.execute("SELECT name, said FROM about"))
        for (line,) in base.execute("SELECT line FROM inputs ORDER BY number"):
            yield about, json.loads(line)
    finally:
        base.close()
