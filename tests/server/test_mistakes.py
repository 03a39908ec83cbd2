"""What callsim does wrong itself: a line for the person, the vendor's own 500 for its client, and everybody else is served."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from callsim.errors import BrokenLaw
from callsim.server.clock import Clock
from callsim.server.exchange import Exchange
from callsim.server.mistakes import Mistakes
from callsim.server.reception import Reception

from .emulated import KEYS, TRYVOX, VOIPNOW, Emulated, run


def _fails(*_: Any) -> Any:
    raise BrokenLaw("no call ends twice", "alice did", [])


def _told(one: Emulated) -> list[Exception]:
    told: list[Exception] = []
    one.driver.mistake = Mistakes(told.append)
    return told


def test_what_goes_wrong_in_here_is_answered_as_the_vendor_does_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(one: Emulated) -> None:
        told = _told(one)
        with monkeypatch.context() as broken:
            broken.setattr(Exchange, "ask", _fails)
            plivo = await one.plivo("GET", "/Call/")
            tryvox = await one.http.get(f"{TRYVOX}/calls", headers=KEYS["tryvox"])
            voipnow = await one.http.get(f"{VOIPNOW}/@self", headers=KEYS["voipnow"])
        assert [each.status_code for each in (plivo, tryvox, voipnow)] == [500] * 3
        assert set(plivo.json()) == {"api_id", "error"}
        assert tryvox.json()["error"] == "internal_error"
        assert voipnow.json()["error"]["code"] == "internal_server_error"
        assert [str(each) for each in told] == ["callsim broke its own law 'no call ends twice': alice did"] * 3
        assert (await one.plivo("GET", "/Call/")).status_code == 200

    run(test)


def test_even_what_cannot_be_answered_at_all_is_answered_with_json(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(one: Emulated) -> None:
        told = _told(one)
        monkeypatch.setattr(Reception, "_office", _fails)
        found = await one.plivo("GET", "/Call/")
        assert (found.status_code, found.json()["error"].startswith("callsim made a mistake")) == (500, True)
        assert len(told) == 2

    run(test)


def test_an_advance_in_which_something_goes_wrong_says_so_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(one: Emulated) -> None:
        told = _told(one)
        await one.call()
        with monkeypatch.context() as broken:
            broken.setattr(Exchange, "come", _fails)
            said = await one.do("clock/advance", {"ms": 5_000}, 500)
        assert ("mistake of its own" in said["error"], len(told)) == (True, 1)
        assert (await one.advance(5_000))["now"] == 5_000

    run(test)


def test_what_goes_wrong_with_an_answer_that_came_back_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(one: Emulated) -> None:
        told = _told(one)
        await one.call()
        monkeypatch.setattr(Exchange, "came_back", _fails)
        await asyncio.wait_for(one.advance(5_000), 30)
        assert len(told) == 1

    run(test)


def test_a_clock_that_runs_goes_on_whatever_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(one: Emulated) -> None:
        told, done, come = _told(one), asyncio.Event(), Exchange.come

        def first_fails(exchange: Exchange) -> None:
            monkeypatch.setattr(Exchange, "come", come)
            done.set()
            _fails()

        monkeypatch.setattr(Exchange, "come", first_fails)
        await one.call()
        await asyncio.wait_for(done.wait(), 30)
        while not one.application.kinds:
            await asyncio.sleep(0)
        assert len(told) == 1

    run(test, Emulated(Clock(1000)))


def test_the_first_mistakes_are_told_and_all_are_counted() -> None:
    told: list[Exception] = []
    mistakes = Mistakes(told.append)
    for number in range(100):
        mistakes(ValueError(str(number)))
    assert (len(told), mistakes.count) == (20, 100)


def test_a_mistake_that_cannot_be_told_is_no_second_one() -> None:
    Mistakes(_fails)(ValueError("once"))
