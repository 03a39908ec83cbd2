"""Lets an exchange's time go on, and carries out what it puts down: the only place of the emulator that waits.

On a clock that is held, time stands still while anything is on its way: when an advance returns, all that was due has
happened, and has been delivered or has failed. Of one receiver's errands each waits for the one before; different
receivers do not wait for each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from callsim.application import Page
from callsim.errors import UsageError
from callsim.server.clock import Clock
from callsim.server.exchange import Errand, Exchange
from callsim.server.journal import NotWritten
from callsim.server.lanes import Carry, Lanes
from callsim.server.mistakes import raised

MOST_MOMENTS = 100_000
"""How many things may happen in one advance before it is called endless."""
_BREATH = 200
"""After so many moments others get their turn."""


class Advanced(NamedTuple):
    """What an advance came to: the time it is, how many things happened, how many errands were carried out."""

    now: int
    moments: int
    delivered: int


class Driver:
    """Moves an exchange's time by a clock. `carry` takes one errand to its application and brings back what it answers.

    `before_sending` is awaited before anything leaves; it may raise NotWritten, and then nothing does for now. `mistake` is told
    of what goes wrong in here where nobody else could be.
    """

    def __init__(
        self, exchange: Exchange, clock: Clock, carry: Carry, before_sending: Callable[[], Awaitable[None]] | None = None,
        mistake: Callable[[Exception], None] = raised,
    ) -> None:  # fmt: skip
        self.exchange, self.clock = exchange, clock
        self.mistake = mistake
        self.lanes = Lanes(carry, lambda errand: errand.number in exchange.out, self._came_back, before_sending)
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._ticking: asyncio.Task[None] | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self.worlds = 0
        """How many worlds there were before this one."""
        self.woken: Callable[[], None] | None = None
        """Told that something may have happened, while anybody looks on."""

    # -- beginning and ending --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: send what is to be sent already, and let a clock run that is not held."""
        self.clock.begin(self.exchange.now)
        self.dispatch()
        if not self.clock.held:
            self._ticking = asyncio.get_running_loop().create_task(self._tick())

    def restarted(self) -> None:
        """The world is another now: nobody waits for what belonged to the one before."""
        self.worlds += 1
        self.clock.begin(self.exchange.now)
        waiting, self._waiting = self._waiting, []
        _let_go(waiting)
        self.dispatch()

    async def stop(self) -> None:
        """Stop at once; what is on its way is given up."""
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._ticking
        await self.lanes.stop()

    # -- what is on its way ----------------------------------------------------------------------------------------

    def dispatch(self) -> None:
        """Send what has been put down, and let whoever waits for the time know that something has happened."""
        for errand in self.exchange.take_fresh():
            self.lanes.put(errand)
        self._time_has_come()
        self._changed.set()
        if self.woken is not None:
            self.woken()

    async def reached(self, at: int) -> None:
        """Wait until it is that time, or that time will never be."""
        if self.exchange.now < at:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append((at, future))
            self._changed.set()
            await future

    def _time_has_come(self) -> None:
        if self._waiting:
            due = [each for each in self._waiting if each[0] <= self.exchange.now]
            self._waiting = [each for each in self._waiting if each[0] > self.exchange.now]
            _let_go(due)

    def _came_back(self, errand: Errand, page: Page) -> None:
        try:
            self.catch_up()
            self.exchange.came_back(errand.number, page)
        except Exception as error:  # What it led to is lost; what others wait for is not.
            self.mistake(error)
        self.dispatch()

    async def settle(self) -> None:
        """Wait until nothing is on its way, what waits to be overtaken included. Raises NotWritten if nothing can be sent."""
        while True:
            await self.lanes.quiet()
            if not self.exchange.release():
                return
            self.dispatch()

    # -- a clock that runs -----------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Let happen what is due by a clock that runs, and bring the time up to it."""
        if self.clock.held:
            return
        now, left = self.clock.now(), MOST_MOMENTS
        while left and (due := self.exchange.due()) is not None and due <= now:
            self.exchange.come()
            left -= 1
        if left:
            self.exchange.wait(now)

    async def _tick(self) -> None:
        written = self.exchange.moments
        while True:
            try:
                self.catch_up()
            except Exception as error:  # The clock runs on.
                self.mistake(error)
            self.dispatch()
            if self.exchange.moments != written and self.lanes.before_sending is not None:
                # What came by itself is kept, too, though nobody waits for it.
                with suppress(NotWritten):
                    await self.lanes.before_sending()
                written = self.exchange.moments
            self._changed.clear()
            due = self._next_look()
            wait = None if due is None else min(self.clock.seconds_until(due), 3600)
            if wait == 0:
                await asyncio.sleep(0)
                continue
            # Not wait_for: it forgets that it was cancelled where what it waits for comes at the same moment.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    def _next_look(self) -> int | None:
        """When there is next something to do: what is due, or a reply that waits."""
        due = self.exchange.due()
        return min([*(() if due is None else (due,)), *(at for at, _ in self._waiting)], default=None)

    # -- a clock that is held --------------------------------------------------------------------------------------

    def _held(self, what: str) -> None:
        if not self.clock.held:
            raise UsageError(f"{what} is for a clock that is held, and this one is {self.clock.word}: start with --clock manual")

    async def advance(self, ms: int) -> Advanced:
        """Let so much time go by, with all that is due in it. Raises UsageError on a clock that runs."""
        self._held("advance")
        async with self._one_at_a_time:
            until = self.exchange.now + ms
            return await self._go(lambda due: due <= until, until)

    async def next(self) -> Advanced:
        """Let time go on to the next thing that is due, and all that is due at that instant happen."""
        self._held("next")
        async with self._one_at_a_time:
            await self.settle()
            first = self.exchange.due()
            return await self._go(lambda due: first is not None and due <= first, self.exchange.now if first is None else first)

    async def idle(self) -> Advanced:
        """Let time go on until nothing is to come but the time limits of what is still up."""
        self._held("idle")
        async with self._one_at_a_time:
            return await self._go(lambda _: self.exchange.goes_on())

    async def until(self, reached: Callable[[], bool | None], what: str) -> Advanced:
        """Let time go on until something is so (True). Raises UsageError if it never comes to be, or cannot any more (None)."""
        self._held("until")
        async with self._one_at_a_time:
            world = self.worlds
            advanced = await self._go(lambda _: reached() is False)
            if self.worlds != world:
                raise UsageError(f"{what} does not come to be: the world is another by now")
            if not reached():
                why = "nothing more is due" if reached() is False else "it is over"
                raise UsageError(f"{what} does not come to be: it is {advanced.now} ms, and {why}")
            return advanced

    async def _go(self, goes: Callable[[int], bool], until: int | None = None) -> Advanced:
        """Let happen what is due as long as it `goes`, and time go on until then. In another world there is nothing to wait for."""
        exchange, world = self.exchange, self.worlds
        moments, delivered = 0, self.lanes.delivered
        while True:
            await self.settle()
            due = exchange.due()
            if self.worlds != world or due is None or not goes(due):
                break
            if moments == MOST_MOMENTS:
                raise UsageError(f"after {moments:,} moments there is still something due, at {exchange.now} ms: this may never end")
            exchange.come()
            self.dispatch()
            moments += 1
            if moments % _BREATH == 0:
                await asyncio.sleep(0)
        if until is not None and self.worlds == world:
            exchange.wait(until)
            self._time_has_come()
        return Advanced(exchange.now, moments, self.lanes.delivered - delivered)


def _let_go(waiting: Iterable[tuple[int, asyncio.Future[None]]]) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_result(None)
