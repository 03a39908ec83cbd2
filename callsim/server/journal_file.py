"""The file of a journal: an SQLite database that is looked at before anything may change it.

Whatever is refused is left byte for byte as it was, with nothing new beside it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from callsim.errors import UsageError

_OURS = 0x63616C6C
"""What says in the head of a file that it is a journal: the application id of its database."""
_FORMAT = 1
_MAGIC = b"SQLite format 3\x00"
_MOST_LINE = 8 * 1024 * 1024
_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT",
    "CREATE TABLE inputs (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT",
    "CREATE TABLE pictures (after INTEGER PRIMARY KEY, state BLOB NOT NULL) STRICT",
)
_ASIDE = ("-wal", "-shm")
SYNCHRONOUS = "FULL"
"""How sure SQLite makes that what is written stays there: after a power cut, too."""


def resolved(path: str | Path) -> Path:
    """Where a file really is. Raises UsageError for what is no name of one."""
    try:
        return Path(path).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{str(path)!r} cannot be the name of a journal: {getattr(error, 'strerror', None) or error}") from None


def look(path: Path) -> bool:
    """Whether there is a file, from its first bytes; nothing opens it. Raises UsageError for one that is no journal, or is cut
    short."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"{path} is no file; name one that callsim may write, or one that is not there yet")
        with path.open("rb") as file:
            head, size = file.read(100), os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(head) < 100 or head[:16] != _MAGIC or int.from_bytes(head[68:72], "big") != _OURS:
        raise UsageError(f"{path} is no journal of callsim; it is left as it is. Name another file, or one that is not there yet")
    page = int.from_bytes(head[16:18], "big")
    whole = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    # Who was killed may have left the rest of it in the file beside.
    if size < whole and not _size(path, "-wal"):
        raise UsageError(f"{path} is cut short; it is left as it is. What is in it cannot be relied on: begin another one")
    return True


def make(path: Path, about: Mapping[str, str]) -> None:
    """Make a journal in which nothing is yet. It gets its name when it is complete. Raises UsageError if that cannot be."""
    # Nobody else who is alive has this name: what is there already was left by somebody who is not.
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        _remove(draft)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _lay_out(draft, about)
        _give_name(draft, path)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise UsageError(f"{path} cannot be made: {getattr(error, 'strerror', None) or error}") from None
    finally:
        _remove(draft)


def _remove(draft: Path) -> None:
    for suffix in ("", "-journal", *_ASIDE):
        with suppress(OSError, ValueError):
            _aside(draft, suffix).unlink()


def _lay_out(path: Path, about: Mapping[str, str]) -> None:
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        base.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        base.executescript(f"BEGIN; {'; '.join(_TABLES)}; PRAGMA application_id = {_OURS}; PRAGMA user_version = {_FORMAT}; COMMIT;")
        base.execute("BEGIN")
        base.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        base.execute("COMMIT")
        base.execute("PRAGMA journal_mode = WAL")
    finally:
        base.close()


def _give_name(draft: Path, path: Path) -> None:
    """Let the file be found under its name, after a power cut, too, where folders can be written through. Whoever was quicker
    stays."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        # Some file systems have no links. There nothing can be named in one go without what was there being lost.
        if not path.exists():
            draft.rename(path)
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, to be read only, once it is checked; neither it nor anything beside it is changed. Raises UsageError if it is
    in use, damaged, or of another format."""
    before = [suffix for suffix in _ASIDE if _size(path, suffix) is not None]
    # Without a file beside it nobody uses it: so it can be read where nothing may be written.
    way = "mode=ro" if "-wal" in before else "mode=ro&immutable=1"
    try:
        base = sqlite3.connect(f"{path.absolute().as_uri()}?{way}", uri=True, timeout=0, isolation_level=None)
        try:
            _check(base, path)
            yield base
        finally:
            base.close()
    except sqlite3.DatabaseError as error:
        raise _wrong(path, error) from None
    except UnicodeDecodeError as error:
        raise damaged(path, str(error)) from None
    finally:
        # What SQLite has put there to read goes again.
        for suffix in _ASIDE:
            if suffix not in before:
                with suppress(OSError):
                    _aside(path, suffix).unlink()


def writing(path: Path) -> sqlite3.Connection:
    """The database for one user alone, who has checked it. Raises UsageError if another has it."""
    if not os.access(path, os.W_OK):
        raise UsageError(f"{path} cannot be written: you may only read it")
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        base.execute("BEGIN EXCLUSIVE")
        base.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        base.close()
        raise _wrong(path, error) from None
    return base


def _wrong(path: Path, error: sqlite3.DatabaseError) -> UsageError:
    said = str(error)
    if "locked" in said:
        return UsageError(f"{path} is in use by a server; give another one a journal of its own, or stop that one first")
    if isinstance(error, sqlite3.OperationalError):
        return UsageError(f"{path} cannot be used: {said}")
    return damaged(path, said)


def damaged(path: Path, how: str) -> UsageError:
    """What to say of a journal that cannot be relied on."""
    said = " ".join(how.split())  # What a library complains of may be of several lines.
    return UsageError(f"{path} is damaged: {said}; it is left as it is. What is in it cannot be relied on: begin another one")


def _check(base: sqlite3.Connection, path: Path) -> None:
    """Hold a journal against itself: what it is, what it consists of, and that nothing in it is beyond all bounds."""
    base.execute("PRAGMA trusted_schema = OFF")
    version = base.execute("PRAGMA user_version").fetchone()[0]
    if version != _FORMAT:
        raise UsageError(f"{path} is a journal of format {version}; this callsim reads format {_FORMAT}")
    tables = tuple(sql for (sql,) in base.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid LIMIT 10"))
    if tables != _TABLES:
        raise damaged(path, "its tables are not those of a journal")
    found = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged(path, " ".join(str(found).split())[:200])
    longest, least, last, count = base.execute("SELECT max(length(line)), min(number), max(number), count(*) FROM inputs").fetchone()
    if count and (longest > _MOST_LINE or (least, last) != (1, count)):
        raise damaged(path, "its inputs are not in order")


def about_of(base: sqlite3.Connection) -> dict[str, str]:
    """What a journal is about."""
    return dict(base.execute("SELECT name, said FROM about"))


def compare(base: sqlite3.Connection, about: Mapping[str, str], path: Path) -> None:
    """Raises UsageError, naming what differs, unless a journal is about this."""
    written = about_of(base)
    for name, said in about.items():
        if written.get(name) != said:
            was, here = f"{written.get(name, 'none')!s:.200}", f"{said!s:.200}"
            raise UsageError(
                f"{path} was begun with another {name}: {was}, and this is {here}; it is left as it is. Go on with that one, or "
                "begin another file"
            )


def last_number(base: sqlite3.Connection) -> int:
    """How many inputs there are."""
    return int(base.execute("SELECT coalesce(max(number), 0) FROM inputs").fetchone()[0])


def _aside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _size(path: Path, suffix: str) -> int | None:
    """How long a file beside it is; None: there is none."""
    try:
        return _aside(path, suffix).stat().st_size
    except (OSError, ValueError):
        return None
