"""A journal: what was said is there again, from wherever it broke off."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from callsim.server import journal as journals, journal_file
from callsim.server.exchange import Exchange
from callsim.server.journal import Journal, NotWritten
from tests.server.emulated import Emulated
from tests.server.session import DEEDS, NUMBERS, Deed, Session, exchange, hold_laws, seen

ABOUT = {"version of callsim": "1", "seed": "0"}


@contextmanager
def journal(path: Path, of: Exchange | None = None, about: dict[str, str] = ABOUT) -> Iterator[Journal]:
    """A journal that has begun, and is closed in the end."""
    kept = Journal(path, of or exchange(), about)
    try:
        kept.begin()
        yield kept
    finally:
        kept.close()


def copied(path: Path, to: Path) -> Path:
    """What a SIGKILL would leave: the file and what lies beside it, in mid-air."""
    to.mkdir()
    for each in path.parent.glob(f"{path.name}*"):
        shutil.copy(each, to / each.name)
    return to / path.name


def without_pictures(path: Path) -> Path:
    """The same journal with nothing but what was said."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DELETE FROM pictures")
    return path


@settings(max_examples=60, deadline=None)
@given(st.lists(DEEDS, max_size=25), st.lists(DEEDS, max_size=5), st.sampled_from([1, 3, 7, 1000]), st.sampled_from([1, 10_000]))
def test_an_exchange_is_what_it_was_wherever_its_journal_broke_off(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[Deed], more: list[Deed], every: int, keep: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr(journals, "PICTURE_EVERY", every)
        # What a power cut leaves is no matter here, and waiting for the disk takes longer than all the rest.
        patch.setattr(journal_file, "SYNCHRONOUS", "OFF")
        with journal(folder / "closed.db", exchange(keep)) as kept:
            session = Session(kept.exchange)
            for deed in deeds:
                session.do([deed])
                runner.run(kept.written())
            torn = copied(kept.path, folder / "torn")
            said_only = without_pictures(copied(kept.path, folder / "said"))
            was = seen(kept.exchange)
            for path in (torn, said_only):
                with journal(path, exchange(keep)) as again:
                    assert seen(again.exchange) == was
                    hold_laws(again.exchange)
                    assert [errand.number for errand in again.exchange.take_fresh()] == list(again.exchange.out)
                    Session(again.exchange).do(more)
                    runner.run(again.written())
            session.do(more)
        was = seen(kept.exchange)
        for path in (torn, said_only, kept.path):
            with journal(path, exchange(keep)) as again:
                assert seen(again.exchange) == was


# -- writing -------------------------------------------------------------------------------------------------------


def test_what_is_put_down_meanwhile_is_written_together_and_everybody_waits_for_their_own(tmp_path: Path) -> None:
    with journal(tmp_path / "it.db") as kept:
        session = Session(kept.exchange)

        async def one(number: int) -> int:
            session.do([("make", 0, NUMBERS[number % 8], False)])
            await kept.written()
            # Nobody goes on before what they put down is in the file.
            assert _lines(kept) >= number + 1
            return number

        async def all_at_once() -> None:
            await asyncio.gather(*map(one, range(32)))

        asyncio.run(all_at_once())
        assert kept.writes <= 2
        assert _lines(kept) == 32


def _lines(kept: Journal) -> int:
    assert kept._base is not None
    return int(kept._thread.submit(kept._base.execute, "SELECT count(*) FROM inputs").result().fetchone()[0])


def test_who_has_nothing_to_write_writes_nothing(tmp_path: Path) -> None:
    with journal(tmp_path / "it.db") as kept:
        asyncio.run(kept.written())
        assert kept.writes == 0


def test_a_hang_up_with_its_callback_is_one_write(tmp_path: Path) -> None:
    with journal(tmp_path / "it.db") as kept, asyncio.Runner() as runner:
        session = Session(kept.exchange)
        session.do([("talk", 0, 0)])
        runner.run(kept.written())
        before = kept.writes

        async def hang_up() -> None:
            session.do([("end", 0, 0)])
            # The request before its answer, the callback before it leaves.
            await asyncio.gather(kept.written(), kept.written())

        runner.run(hang_up())
        assert kept.exchange.out
        assert kept.writes == before + 1


def test_trouble_is_told_to_everybody_who_waits_and_the_next_attempt_writes_it_all(tmp_path: Path) -> None:
    with journal(tmp_path / "it.db") as kept, asyncio.Runner() as runner:
        session = Session(kept.exchange)
        session.do([("make", 0, NUMBERS[1], True)])
        runner.run(kept.written())
        _allow_pages(kept, 1)

        async def one() -> str:
            session.do([("ask", "POST", "/v1/Account/MADEMODEMODEMODEMO00/Call/", {"to": "x" * 10_000})])
            try:
                await kept.written()
            except NotWritten as error:
                return str(error)
            return ""

        async def several() -> list[str]:
            return await asyncio.gather(*(one() for _ in range(8)))

        told = runner.run(several())
        assert set(told) == {f"the journal {kept.path} cannot be written: database or disk is full"}
        assert kept.trouble == told[0]
        assert runner.run(one()) == told[0]
        left = copied(kept.path, tmp_path / "full")
        with journal(left) as again:
            assert len(again.exchange.offices["plivo"].world.switch.calls) == 1
        _allow_pages(kept, 10_000)
        assert runner.run(one()) == ""
        assert kept.trouble == ""
        assert _lines(kept) == 11
        was = seen(kept.exchange)
    with journal(kept.path) as again:
        assert seen(again.exchange) == was


def _allow_pages(kept: Journal, count: int) -> None:
    """Let its file grow no longer than that: so a full disk looks to SQLite."""
    assert kept._base is not None
    kept._thread.submit(kept._base.execute, f"PRAGMA max_page_count = {count}").result()


def test_what_was_being_written_when_everything_stopped_is_written_once(tmp_path: Path) -> None:
    kept = Journal(tmp_path / "it.db", exchange(), ABOUT)
    kept.begin()
    session = Session(kept.exchange)

    async def stopped_at_once() -> None:
        for number in range(5):
            session.do([("make", 0, NUMBERS[number], False)])
            waits = asyncio.ensure_future(kept.written())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waits.cancel()

    asyncio.run(stopped_at_once())
    kept.close()
    was = seen(kept.exchange)
    with journal(kept.path) as again:
        assert seen(again.exchange) == was
        assert again.exchange.offices["plivo"].world.requests == 5


@pytest.mark.parametrize("every", [1000, 1])
def test_there_are_no_credentials_in_it(tmp_path: Path, every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "PICTURE_EVERY", every)
    secrets = ["demo-token", "tvx_sk_demo", "Bearer", "Basic", "sesame", "accessRequest"]
    with journal(tmp_path / "it.db") as kept, asyncio.Runner() as runner:
        session = Session(kept.exchange)
        session.do([("talk", 0, 0), ("talk", 1, 0), ("end", 0, 0)])
        token = "Bearer%20sesame"
        for query in (f"accessRequestToken={token}", "accessRequest%54oken=Bearer+sesame", f"x=1&access%52equestToken={token}&y=2"):
            for path in ("/uapi/phoneCalls/@me/simple", "/v1/Account/MADEMODEMODEMODEMO00/Call/", "/v1/voice/accounts/demo/calls"):
                session.request("POST", f"{path}?{query}", {})
                session.request("GET", f"{path}?{query}")
        session.do([("advance", 300_000)])
        runner.run(kept.written())
        content = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert b"/v1/voice/accounts/demo/calls?x=1&y=2" in content
        assert [secret for secret in secrets if secret.encode() in content] == []
        listed = json.dumps([list(session.reception.requests), seen(kept.exchange)["worlds"]], default=repr)
        assert [secret for secret in secrets if secret in listed] == []


# -- what is said beside the vendors' interfaces ---------------------------------------------------------------------

BESIDE: dict[str, list[Deed]] = {
    "a reset": [("talk", 0, 0), ("advance", 1000), ("reset",), ("make", 0, NUMBERS[1], True), ("advance", 500)],
    "a snapshot that is gone back to": [
        ("talk", 0, 0), ("snapshot",), ("advance", 5000), ("end", 0, 0), ("restore", 0), ("advance", 700), ("snapshot",),
    ],
    "going back with something on its way": [
        ("make", 0, NUMBERS[1], True), ("advance", 3000), ("snapshot",), ("back", 0, 0), ("restore", 0), ("back", 0, 1), ("advance", 100),
    ],
    "a reset between a snapshot and going back": [("talk", 1, 0), ("snapshot",), ("reset",), ("talk", 0, 0), ("restore", 0), ("end", 1, 0)],
    "a request that fails": [("fault", 0), ("make", 0, NUMBERS[1], True), ("make", 0, NUMBERS[1], True)],
    "a reply that is lost": [("talk", 0, 0), ("fault", 1), ("end", 0, 0), ("end", 0, 0)],
    "a reply that waits": [("fault", 2), ("make", 0, NUMBERS[1], True), ("advance", 1000)],
    "a callback that is late": [("fault", 6), ("talk", 0, 0), ("end", 0, 0), ("advance", 10_000), ("advance", 10_000), ("back", 0, 0)],
    "a callback that comes twice": [("talk", 0, 0), ("fault", 4), ("end", 0, 0), ("back", 1, 0), ("back", 0, 8)],
    "callbacks that overtake each other": [("talk", 0, 0), ("talk", 0, 0), ("fault", 5), ("end", 0, 0), ("end", 0, 1), ("back", 1, 0)],
    "a callback that nothing overtakes": [("talk", 0, 0), ("fault", 5), ("end", 0, 0), ("release",), ("back", 0, 0)],
    "a fault that waits": [("fault", 3), ("make", 0, NUMBERS[3], False)],
}  # fmt: skip


@pytest.mark.parametrize("every", [1000, 2])
@pytest.mark.parametrize("deeds", BESIDE.values(), ids=BESIDE)
def test_what_is_said_beside_the_vendors_interfaces_is_there_again(
    tmp_path: Path, deeds: list[Deed], every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "PICTURE_EVERY", every)
    with journal(tmp_path / "it.db") as kept, asyncio.Runner() as runner:
        session = Session(kept.exchange)
        for number, deed in enumerate(deeds):
            session.do([deed])
            runner.run(kept.written())
            was = seen(kept.exchange)
            with journal(copied(kept.path, tmp_path / str(number))) as again:
                assert seen(again.exchange) == was


def test_nothing_leaves_that_is_not_written_down_and_nobody_waits_for_it_for_ever(tmp_path: Path) -> None:
    async def story() -> None:
        async with Emulated() as emulated:
            driver, written = emulated.driver, asyncio.Event()

            async def writes() -> None:
                if not written.is_set():
                    raise NotWritten("there is no room")

            driver.lanes.before_sending = writes
            session = Session(emulated.exchange)
            session.do([("make", 0, NUMBERS[1], True)])
            with pytest.raises(NotWritten, match="there is no room"):
                await driver.advance(3000)
            assert emulated.exchange.now == 2000
            assert not emulated.application.taken
            written.set()
            while not emulated.application.taken:
                await asyncio.sleep(0.01)
            assert (await driver.advance(1000)).now == 3000

    asyncio.run(story())


def test_the_more_there_is_the_more_seldom_a_picture_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "PICTURE_EVERY", 4)
    taken = []
    for much in (1_000_000, 10):
        monkeypatch.setattr(journals, "_MUCH", much)
        with journal(tmp_path / f"{much}.db") as kept, asyncio.Runner() as runner:
            for _ in range(12):
                Session(kept.exchange).do([("make", 0, NUMBERS[3], False)])
                runner.run(kept.written())
            taken.append(kept._pictured)
    assert (taken[0], taken[1] < 12) == (12, True)
