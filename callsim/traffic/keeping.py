"""The journal of a sweep: every replication that is finished, a line of JSON each, so that a sweep which was stopped goes on.

The first line says what the sweep is about; each line bears a checksum. A line is written in one go when its replication is
finished. Of a process that is killed at most the last line is torn, and that one is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any
from zlib import crc32

from callsim.errors import UsageError
from callsim.traffic.pool import Done
from callsim.traffic.tally import COUNTS, TIMES, Tally
from callsim.traffic.working import Task

try:
    import fcntl
except ImportError:  # pragma: no cover - no such thing on Windows
    fcntl = None  # type: ignore[assignment]

_FORMAT = "callsim sweep 1"
_HEAD = b'{"sum":"'
_MOST_LINE = 16 * 1024 * 1024
_LEFT = "it is left as it is"


class Journal:
    """One file, opened for one sweep alone. `about` names what must be the same for what is in it to be of use: name and value.

    Without `resume` the file must not be there yet; with it, it may. Raises UsageError for a file that cannot be used, and whatever
    it is, that is then left as it was. After that read `known` to its end before anything is noted.
    """

    def __init__(self, path: str | Path, about: Mapping[str, str], resume: bool = False) -> None:
        self.path, self._about = Path(path), dict(about)
        try:
            self._file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT | (0 if resume else os.O_EXCL), 0o644), "r+")
        except FileExistsError:
            raise UsageError(f"{self.path} is there already; go on with it by --resume, or name another file") from None
        except (OSError, ValueError) as error:
            raise self._trouble("cannot be used", error) from None
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        self._lock()
        self._end = 0
        first = self._line(0)
        if not first or (first.startswith(_HEAD) and not first.endswith(b"\n")):
            self._append({"journal": _FORMAT, "about": self._about})
            return
        head = _read(first)
        if head is None or head.get("journal") != _FORMAT or not isinstance(head.get("about"), dict):
            raise UsageError(f"{self.path} is no journal of a sweep; {_LEFT}. Name another file, or one that is not there yet")
        self._compare(head["about"])
        self._end = len(first)

    def _lock(self) -> None:
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(f"{self.path} is in use by another sweep; name another file, or wait for that one") from None
            except OSError:
                pass  # some file systems know no locks

    def _compare(self, about: Mapping[str, Any]) -> None:
        for name in [*self._about, *about]:
            was, here = about.get(name, "none"), self._about.get(name, "none")
            if was != here:
                raise UsageError(
                    f"{self.path} is of another sweep: there {name} is {was!s:.200}, here {here:.200}; {_LEFT}. Resume it as it was begun, "
                    "or name another file"
                )

    def known(self) -> Iterator[Done]:
        """Every replication that is in it. Raises UsageError for a line that is damaged; a torn last one is dropped."""
        while line := self._line(self._end):
            done = _done(line)
            if done is None:
                if not self._line(self._end + len(line)):
                    break
                raise UsageError(
                    f"{self.path} is damaged at byte {self._end:,}; {_LEFT}. What comes before is good: cut it there, and --resume"
                )
            self._end += len(line)
            yield done

    def note(self, task: Task, tally: Tally) -> None:
        """Write down one replication. Raises UsageError if that cannot be; what was written stays readable."""
        self._append({"point": task.point, "replication": task.replication, "tally": tally.as_data()})

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()

    def _line(self, begin: int) -> bytes:
        try:
            self._file.seek(begin)
            found = b""
            while b"\n" not in found and len(found) < _MOST_LINE and (more := self._file.read(65536)):
                found += more
        except OSError as error:
            raise self._trouble("cannot be read", error) from None
        line, end, _ = found.partition(b"\n")
        return line + end

    def _append(self, what: Mapping[str, Any]) -> None:
        text = _written(what)
        line = f'{{"sum":"{_sum(text)}","is":{text}}}\n'.encode()
        try:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            rest = memoryview(line)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise self._trouble("cannot be written", error) from None
        self._end += len(line)

    def _trouble(self, what: str, error: OSError | ValueError) -> UsageError:
        return UsageError(f"{self.path} {what}: {getattr(error, 'strerror', None) or error}")


def _written(what: Any) -> str:
    return json.dumps(what, separators=(",", ":"))


def _sum(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def _read(line: bytes) -> dict[str, Any] | None:
    """What a line says; None if it is torn or damaged."""
    if not line.endswith(b"\n"):
        return None
    try:
        whole = json.loads(line)
        what = whole["is"]
        good = isinstance(what, dict) and whole["sum"] == _sum(_written(what))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return what if good else None


def _done(line: bytes) -> Done | None:
    what = _read(line)
    try:
        return what and (Task(int(what["point"]), int(what["replication"])), _tally(what["tally"]))  # type: ignore[return-value]
    except (KeyError, TypeError, ValueError):
        return None


def _tally(data: Mapping[str, Any]) -> Tally:
    tally = Tally.of_data(data)
    if tuple(tally.counts) != COUNTS or tuple(tally.times) != TIMES:
        raise ValueError("it counts something else")
    return tally
