"""What was said to an emulator, kept in a file, so that one which was killed goes on where it stopped.

The file holds the inputs in their order, each with how many things had come by themselves since the one before; to say them
again leads to the same worlds. Now and then it holds a picture of everything, from which fewer inputs have to be said again.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from callsim.errors import CallsimError, UsageError
from callsim.server.exchange import Exchange, Input
from callsim.server.freezing import frozen, thaw
from callsim.server.journal_file import compare, damaged, last_number, look, make, reading, resolved, writing
from callsim.server.replaying import repeat

PICTURE_EVERY = 2_000
"""After so many inputs a picture is taken, of a world in which little has been seen yet."""
_MUCH = 4_000
"""As often as so many entries are in the traces, a picture is taken so much more seldom: it takes that much longer."""


class NotWritten(CallsimError):  # noqa: N818 - what it says is what happened
    """Something could not be written down, and has not happened for whoever asked for it."""


class Journal:
    """The journal of one exchange. `begin` opens the file and brings the exchange to where it was; `trouble` says why the latest
    attempt to write failed, if it did."""

    def __init__(self, path: str | Path, exchange: Exchange, about: Mapping[str, str]) -> None:
        self.path, self.exchange, self.about = Path(path), exchange, dict(about)
        self.trouble = ""
        self.writes = 0
        """How often something was written: whatever is put down meanwhile goes together."""
        self._lines: list[str] = []
        self._moments, self._now = 0, 0
        self._noted = self._number = self._pictured = 0
        self._flushing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "journal")
        self._base: sqlite3.Connection | None = None

    # -- opening ---------------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """Open the file, or make it, and say again what is in it; returns how many inputs that were. Raises UsageError for a file
        that is none of ours, is damaged, belongs to another world, or is in use by another server; it is left as it was."""
        path = self.path = resolved(self.path)
        if not look(path):
            make(path, self.about)
        with reading(path) as base:
            compare(base, self.about, path)
            count = self._repeat(base)
        self._base = writing(path)
        if last_number(self._base) != self._number:
            self.close()
            raise UsageError(f"{path} is in use by a server; give another one a journal of its own, or stop that one first")
        self._moments, self._now, self._noted = self.exchange.moments, self.exchange.now, self._number
        self.exchange.send_again()
        self.exchange.record = self.note
        return count

    def _repeat(self, base: sqlite3.Connection) -> int:
        picture = base.execute("SELECT after, state FROM pictures ORDER BY after DESC LIMIT 1").fetchone()
        try:
            if picture is not None:
                self._pictured = self._number = picture[0]
                thaw(picture[1], self.exchange)
            lines = base.execute("SELECT number, line FROM inputs WHERE number > ? ORDER BY number", (self._pictured,))
            for number, line in lines:
                repeat(self.exchange, json.loads(line))
                self.exchange.take_fresh()
                self._number = number
        except (UsageError, ValueError, RecursionError) as error:
            raise damaged(self.path, str(error)) from None
        return self._number - self._pictured

    # -- writing ---------------------------------------------------------------------------------------------------

    def note(self, what: Input | None) -> None:
        """Put an input down to be written, with what has come since the one before; None: only what has come."""
        exchange = self.exchange
        moments = exchange.moments - self._moments
        if what is None and not moments and exchange.now == self._now:
            return
        line = json.dumps([moments, exchange.now, what], separators=(",", ":"))
        self._moments, self._now = exchange.moments, exchange.now
        self._lines.append(line)
        self._noted += 1

    async def written(self) -> None:
        """Wait until everything put down so far is in the file for good. Raises NotWritten if that cannot be."""
        self.note(None)
        until = self._noted
        while self._number < until:
            if self._flushing is None:
                self._flushing = asyncio.get_running_loop().create_task(self._flush())
                self._flushing.add_done_callback(_seen)
            await asyncio.shield(self._flushing)

    async def _flush(self) -> None:
        """Write all that is put down by now, in one go. Lines that could not be written wait for the next attempt."""
        self.note(None)
        lines, after = self._lines.copy(), self._noted
        picture = self._picture(after)
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._write, lines, picture)
        except sqlite3.Error as error:
            self.trouble = f"the journal {self.path} cannot be written: {error}"
            raise NotWritten(self.trouble) from None
        else:
            del self._lines[: len(lines)]
            self._number, self.trouble = after, ""
            self._pictured = self._pictured if picture is None else after
        finally:
            self._flushing = None

    def _picture(self, after: int) -> bytes | None:
        # Where there was trouble, room is for what was said first of all.
        if self.trouble or after - self._pictured < PICTURE_EVERY:
            return None
        much = sum(len(world.trace) for world in self.exchange.worlds()) // _MUCH
        return frozen(self.exchange) if after - self._pictured >= PICTURE_EVERY * (1 + much) else None

    def _write(self, lines: list[str], picture: bytes | None) -> None:
        assert self._base is not None
        last = self._number + len(lines)
        with self._base as base:
            base.execute("BEGIN IMMEDIATE")
            base.executemany("INSERT INTO inputs VALUES (?, ?)", enumerate(lines, self._number + 1))
            if picture is not None:
                base.execute("DELETE FROM pictures")
                base.execute("INSERT INTO pictures VALUES (?, ?)", (last, picture))
        self.writes += 1

    def close(self) -> None:
        """Write what is left, as far as that can be, and close the file."""
        if self._base is not None:
            self.note(None)
            with suppress(sqlite3.Error):
                self._thread.submit(self._finish).result()
            self._base = None
        self._thread.shutdown()

    def _finish(self) -> None:
        assert self._base is not None
        try:
            # What was being written when everything stopped is in the file by now, or never will be.
            done = last_number(self._base) - self._number
            lines, self._number = self._lines[done:], self._number + done
            if lines:
                self._write(lines, None)
        finally:
            self._base.close()


def _seen(flushing: asyncio.Task[None]) -> None:
    """Whoever waited has been told; if nobody did, nothing is lost by it."""
    if not flushing.cancelled():
        flushing.exception()
