"""The file of a journal: what is refused, in one line, and left byte for byte as it was."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from callsim.errors import UsageError
from callsim.server import journal as journals
from callsim.server.journal import Journal
from tests.server.session import NUMBERS, Session, exchange, seen
from tests.server.test_journal import ABOUT, copied, journal

TOLD = (("make", 0, NUMBERS[1], True), ("advance", 3000), ("make", 1, NUMBERS[1], True), ("advance", 5000), ("back", 0, 0), ("end", 0, 0))


def begun(path: Path, pictures: bool = True) -> Path:
    """A journal with something in it, closed."""
    with pytest.MonkeyPatch.context() as patch, journal(path) as kept, asyncio.Runner() as runner:
        patch.setattr(journals, "PICTURE_EVERY", 3 if pictures else 1000)
        session = Session(kept.exchange)
        for deed in TOLD:
            session.do([deed])
            runner.run(kept.written())
    return path


def killed(path: Path) -> Path:
    """A journal with something in it, and what a SIGKILL leaves beside it."""
    with journal(path.with_name("whole.db")) as kept, asyncio.Runner() as runner:
        session = Session(kept.exchange)
        for deed in TOLD:
            session.do([deed])
            runner.run(kept.written())
        return copied(kept.path, path)


def everything(folder: Path) -> dict[str, bytes]:
    """All there is in a folder."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def refused(path: Path, about: dict[str, str] = ABOUT) -> str:
    """Why a journal is not gone on with; nothing is changed or left behind by that."""
    before = everything(path.parent)
    with pytest.raises(UsageError) as error, journal(path, about=about):
        pass
    assert everything(path.parent) == before
    said = str(error.value)
    assert "\n" not in said
    assert path.name in said
    return said


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript(sql)


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a text": (lambda path: path.write_text("dear diary, " * 100), "is no journal of callsim"),
    "an empty file": (lambda path: path.touch(), "is no journal of callsim"),
    "a few bytes": (lambda path: path.write_bytes(b"SQLite format 3\x00"), "is no journal of callsim"),
    "another program's database": (lambda path: change(path, "CREATE TABLE mine (x)"), "is no journal of callsim"),
    "another program's database in WAL mode": (lambda path: change(path, "PRAGMA journal_mode = WAL; CREATE TABLE mine (x)"), "is no journal"),
    "a folder": (lambda path: path.mkdir(), "is no file"),
    "a pipe": (lambda path: os.mkfifo(path), "is no file"),
    "a journal of another format": (lambda path: change(begun(path), "PRAGMA user_version = 2"), "of format 2; this callsim reads format 1"),
    "one with a trigger": (
        lambda path: change(begun(path), "CREATE TRIGGER t AFTER INSERT ON inputs BEGIN DELETE FROM inputs; END"), "its tables are not those"
    ),
    "one with a view for a table": (
        lambda path: change(begun(path), "DROP TABLE inputs; CREATE VIEW inputs AS SELECT 1 AS number, 'x' AS line"), "its tables are not those"
    ),
    "one whose inputs have a gap": (lambda path: change(begun(path), "DELETE FROM inputs WHERE number = 2"), "its inputs are not in order"),
    "one with a line that is no JSON": (
        lambda path: change(begun(path, False), "UPDATE inputs SET line = '[0,' WHERE number = 2"), "is damaged: Expecting value"
    ),
    "one with a line that nobody said": (
        lambda path: change(begun(path, False), "UPDATE inputs SET line = '[0,0,[\"sing\"]]' WHERE number = 2"), "this is no line of a journal"
    ),
    "one with more moments than come": (
        lambda path: change(begun(path, False), "UPDATE inputs SET line = '[99999999,0,null]' WHERE number = 2"), "this is no line of a journal"
    ),
    "one with a line as deep as the sea": (
        lambda path: change(begun(path, False), f"UPDATE inputs SET line = '{'[' * 100_000}' WHERE number = 2"), "is damaged"
    ),
    "one with a picture of nothing": (lambda path: change(begun(path), "UPDATE pictures SET state = x'00'"), "the picture in it is damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "why"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_journal_is_refused_in_one_line_and_left_as_it_was(tmp_path: Path, made: Callable[[Path], object], why: str) -> None:
    made(tmp_path / "it.db")
    assert why in refused(tmp_path / "it.db")


@pytest.mark.parametrize("name", ABOUT)
def test_a_journal_of_something_else_is_refused_by_name(tmp_path: Path, name: str) -> None:
    said = refused(begun(tmp_path / "it.db"), {**ABOUT, name: "other"})
    assert f"was begun with another {name}: {ABOUT[name]}, and this is other" in said


def test_what_was_begun_with_less_than_there_is_now_is_refused_by_name(tmp_path: Path) -> None:
    assert "was begun with another tide: none, and this is high" in refused(begun(tmp_path / "it.db"), {**ABOUT, "tide": "high"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True))
def test_a_journal_that_was_cut_short_anywhere_is_refused(tmp_path: Path, part: float) -> None:
    whole = tmp_path / "whole.db"
    if not whole.exists():
        begun(whole)
    content = whole.read_bytes()
    (tmp_path / "torn.db").write_bytes(content[: int(part * len(content))])
    assert "it is left as it is" in refused(tmp_path / "torn.db")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=64))
def test_a_journal_with_anything_else_in_its_midst_is_refused_or_read_and_nothing_worse(tmp_path: Path, part: float, junk: bytes) -> None:
    whole = tmp_path / "whole.db"
    if not whole.exists():
        begun(whole)
    content = bytearray(whole.read_bytes())
    place = int(part * len(content))
    content[place : place + len(junk)] = junk[: len(content) - place]
    hurt = tmp_path / "hurt.db"
    hurt.write_bytes(content)
    why = ""
    try:
        with journal(hurt):
            pass
    except UsageError as error:
        why = str(error)
    assert "\n" not in why
    assert not why or hurt.read_bytes() == content
    assert sorted(each.name for each in tmp_path.iterdir()) == ["hurt.db", "whole.db"]


def test_what_was_killed_goes_on_and_what_is_refused_of_it_stays_as_it_was(tmp_path: Path) -> None:
    path = killed(tmp_path / "killed")
    assert sorted(everything(path.parent)) == ["whole.db", "whole.db-wal"]
    assert "another seed" in refused(path, {**ABOUT, "seed": "7"})
    with journal(path) as again:
        was = seen(again.exchange)
    assert sorted(everything(path.parent)) == ["whole.db"]
    with journal(path) as again:
        assert seen(again.exchange) == was
        assert again.exchange.now == 8000


def test_one_that_was_killed_while_its_file_grew_goes_on(tmp_path: Path) -> None:
    """The first page says already how many there are to be; the others are missing, and still in the file beside."""
    with journal(tmp_path / "it.db") as kept, asyncio.Runner() as runner:
        Session(kept.exchange).do([("make", 0, NUMBERS[1], True), ("advance", 1)] * 100)
        runner.run(kept.written())
        path = copied(kept.path, tmp_path / "killed")
    path.write_bytes(kept.path.read_bytes()[: path.stat().st_size])
    with journal(path) as again:
        assert again.exchange.now == 100
    assert path.stat().st_size == kept.path.stat().st_size


def test_a_second_server_on_one_journal_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with journal(tmp_path / "it.db") as first, asyncio.Runner() as runner:
        Session(first.exchange).do(TOLD[:1])
        runner.run(first.written())
        with pytest.raises(UsageError, match=r"it\.db is in use by a server"):
            Journal(tmp_path / "it.db", exchange(), ABOUT).begin()
        Session(first.exchange).do(TOLD[1:])
        runner.run(first.written())
        was = seen(first.exchange)
    with journal(tmp_path / "it.db") as again:
        assert seen(again.exchange) == was


def test_nobody_else_may_read_any_of_its_files(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with journal(tmp_path / "it.db") as kept, asyncio.Runner() as runner:
            Session(kept.exchange).do(TOLD)
            runner.run(kept.written())
            there = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
            assert there == {"it.db": 0o600, "it.db-wal": 0o600}
            left = copied(kept.path, tmp_path / "left")
        with journal(left):
            assert {stat.S_IMODE(each.stat().st_mode) for each in left.parent.iterdir()} == {0o600}
    finally:
        os.umask(before)


@pytest.mark.parametrize("path", ["no/such/folder/it.db", "it.db/inside", "x" * 300, "nul\0", "loop"])
def test_a_journal_that_cannot_be_made_is_told_in_one_line(tmp_path: Path, path: str) -> None:
    (tmp_path / "it.db").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match=r"cannot be (made|read|the name of a journal)"), journal(tmp_path / path):
        pass
    assert everything(tmp_path) == {"it.db": b""}


def test_what_a_killed_one_left_half_made_stands_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f"it.db.{os.getpid()}.new").write_text("half")
    with journal(tmp_path / "it.db"):
        pass
    assert list(everything(tmp_path)) == ["it.db"]


def test_where_nothing_can_be_linked_it_is_made_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("there are no links here")

    monkeypatch.setattr(os, "link", no_links)
    with journal(tmp_path / "it.db"):
        pass
    assert list(everything(tmp_path)) == ["it.db"]


def test_a_name_that_points_elsewhere_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "it.db").symlink_to(tmp_path / "there/real.db")
    with journal(tmp_path / "it.db"):
        assert {each.name for each in (tmp_path / "there").iterdir()} == {"real.db", "real.db-wal"}


def test_every_write_is_waited_for_until_the_disk_has_it(tmp_path: Path) -> None:
    with journal(tmp_path / "it.db") as kept:
        assert kept._base is not None
        assert kept._thread.submit(kept._base.execute, "PRAGMA synchronous").result().fetchone() == (2,)
        assert kept._thread.submit(kept._base.execute, "PRAGMA journal_mode").result().fetchone() == ("wal",)
