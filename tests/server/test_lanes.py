"""Errands to their receivers: so many at once, and so many waiting; what is too much is given up and said."""

from __future__ import annotations

import asyncio

import pytest

from callsim.application import Page
from callsim.server import lanes
from callsim.server.exchange import Errand
from callsim.server.sending import Sent
from callsim.testing.emulator import Emulator

from .emulated import Emulated, run


def test_only_so_many_errands_are_out_at_once_over_all_receivers() -> None:
    out, most = 0, 0

    async def slowly(_: Errand) -> Sent:
        nonlocal out, most
        out += 1
        most = max(most, out)
        for _ in range(5):
            await asyncio.sleep(0)
        out -= 1
        return Sent(Page())

    async def test(one: Emulated) -> None:
        one.driver.lanes._carry = slowly
        for number in range(100):
            id = await one.call(hangup_url=f"http://host{number}.test/hangup")
            await one.plivo("DELETE", f"/Call/{id}/")
        await one.driver.settle()
        assert (most, one.driver.lanes.delivered) == (lanes.MOST_AT_ONCE, 100)

    run(test)


def test_of_those_who_wait_for_a_slow_receiver_the_oldest_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_WAITING", 3)
    taken: list[int] = []
    go_on = asyncio.Event()

    async def waits(errand: Errand) -> Sent:
        taken.append(errand.number)
        await go_on.wait()
        return Sent(Page())

    async def test(one: Emulated) -> None:
        one.driver.lanes._carry = waits
        for _ in range(10):
            await one.plivo("DELETE", f"/Call/{await one.call()}/")
            while not taken:
                await asyncio.sleep(0)
        go_on.set()
        await one.driver.settle()
        assert taken == [1, 8, 9, 10]
        assert "is too slow: more than 3 errands wait" in (await one.look("state"))["notes"][0]

    run(test)


def test_no_note_is_longer_than_somebody_reads() -> None:
    async def fails(_: Errand) -> Sent:
        raise RuntimeError("x" * 10_000)

    async def test(one: Emulated) -> None:
        one.driver.lanes._carry = fails
        await one.call(answer_url="http://my.app/" + "a" * 5_000)
        await one.advance(2_000)
        assert {len(note) <= 500 for note in one.driver.lanes.notes} == {True}

    run(test)


def test_what_is_no_url_is_carried_to_nobody_and_holds_up_nobody() -> None:
    async def test(one: Emulated) -> None:
        await one.call(answer_url="http://[::1", hangup_url="http://[::1")
        await one.do("inbound", {"answer_url": "http://[::1"})
        assert (await one.advance(60_000))["now"] == 60_000
        assert one.driver.lanes.is_quiet

    run(test)


def test_what_is_no_url_is_answered_by_no_page_of_a_test() -> None:
    emulator = Emulator()
    emulator.inbound("http://[::1")
    emulator.advance(60_000)
    assert [call.state for call in emulator.calls] == ["completed"]
