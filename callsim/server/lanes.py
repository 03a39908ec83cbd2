"""Carries errands to their receivers: to one of them one after the other, to different ones side by side, and to so many at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from callsim.application import Page
from callsim.server.exchange import Errand
from callsim.server.journal import NotWritten
from callsim.server.live import Outgoing
from callsim.server.sending import Sent

MOST_AT_ONCE = 64
"""How many errands are out at once, over all receivers."""
MOST_WAITING = 10_000
"""How many errands may wait for one receiver; beyond them the oldest is given up, as if nobody had taken the connection."""
_MOST_NOTES = 1000
_LONGEST_NOTE = 500
_AGAIN = 0.25
"""After so many seconds it is tried again to write down what comes before sending."""

Carry = Callable[[Errand], Awaitable[Sent]]


class Lanes:
    """One lane for each receiver. `carry` takes one errand to its application and brings back what it answers, which `back` is
    told; `counts` says whether it still matters.

    `before_sending` is awaited before anything leaves; it may raise NotWritten, and then nothing does for now.
    """

    def __init__(
        self, carry: Carry, counts: Callable[[Errand], bool], back: Callable[[Errand, Page], None],
        before_sending: Callable[[], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        self._carry, self._counts, self._back = carry, counts, back
        self.before_sending = before_sending
        self.notes: deque[str] = deque(maxlen=_MOST_NOTES)
        self.delivered = 0
        self._lanes: dict[str, deque[Errand]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._stuck: NotWritten | None = None

    def put(self, errand: Errand) -> None:
        """Carry this once those before it, to the same receiver, are carried."""
        lane = _receiver(errand.outgoing)
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(errand)
            return
        self._lanes[lane] = deque([errand])
        self._quiet.clear()
        task = asyncio.get_running_loop().create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way."""
        return not self._lanes

    async def quiet(self) -> None:
        """Wait until nothing is on its way. Raises NotWritten if nothing can be sent."""
        await self._quiet.wait()
        if self._stuck is not None:
            raise self._stuck

    async def stop(self) -> None:
        """Stop at once; what is on its way is given up."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def _run(self, lane: str) -> None:
        """Carry out the errands to one receiver, one after the other."""
        waiting = self._lanes[lane]
        try:
            while waiting:
                errand = waiting.popleft()
                await self._may_send()
                # One that does not count belongs to a world that is no longer there.
                if self._counts(errand):
                    page = self._given_up(lane) if len(waiting) >= MOST_WAITING else await self._carried(errand)
                    self.delivered += 1
                    self._back(errand, page)
        finally:
            del self._lanes[lane]
            if not self._lanes:
                self._quiet.set()

    async def _may_send(self) -> None:
        """Wait until what led to an errand is written down. Who waits for all to be delivered need not wait for that."""
        while self.before_sending is not None:
            try:
                await self.before_sending()
                break
            except NotWritten as error:
                self._stuck = error
                self._quiet.set()
                await asyncio.sleep(_AGAIN)
        if self._stuck is not None:
            self._stuck = None
            self._quiet.clear()

    async def _carried(self, errand: Errand) -> Page:
        try:
            async with self._room:
                page, note = await self._carry(errand)
        except Exception as error:  # Whatever goes wrong with one receiver is no matter of the others.
            page, note = Page(refuses=True), f"{errand.outgoing.url:.200} cannot be asked: {type(error).__name__}: {error}"
        if note:
            self.notes.append(note[:_LONGEST_NOTE])
        return page

    def _given_up(self, lane: str) -> Page:
        self.notes.append(f"{lane:.200} is too slow: more than {MOST_WAITING:,} errands wait for it, and the oldest are given up")
        return Page(refuses=True)


def _receiver(outgoing: Outgoing) -> str:
    """Who receives it: errands to one wait for each other."""
    try:
        parts = urlsplit(outgoing.url)
    except ValueError:  # Nobody: whoever carries it says so.
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
