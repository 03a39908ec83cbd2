"""Who looks on as things change: each has a place in what was seen, and is told about whom there is more since, in one piece.

Nothing is put by for anybody: what has changed is found where it is kept anyway, once somebody looks. So nobody who looks on
costs those anything who make calls, and whoever is slow is told less often, never too late and never too much.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from secrets import token_hex
from typing import Any, NamedTuple

from callsim.errors import UsageError
from callsim.model import Change, Entity
from callsim.server.driver import Driver
from callsim.server.live import LiveWorld
from callsim.trace import Entry, Fetched, Said, Told

MOST_WATCHERS = 32
"""How many may look on at once."""
MOST_TOLD = 1000
"""After more entries than this nobody is told what there is, but to look again."""


class Crowded(UsageError):  # noqa: N818 - what it says is what it is
    """As many look on as may."""


class Place(NamedTuple):
    """How much somebody has seen: of which world, how many entries of each vendor's trace; and what else can be told apart."""

    world: str
    seen: tuple[int, ...]
    now: int = -1
    faults: int = -1

    @property
    def id(self) -> str:
        """It as a short text."""
        return ".".join((self.world, *map(str, self.seen)))

    @classmethod
    def read(cls, id: str) -> Place:
        """What `id` wrote; of any other text a place in no world."""
        world, *seen = id[:200].split(".")
        good = all(each.isascii() and each.isdigit() and len(each) < 18 for each in seen)
        return cls(world, tuple(map(int, seen))) if good else cls("", ())


class Watchers:
    """All who look on at one emulator."""

    def __init__(self, driver: Driver, most: int = MOST_WATCHERS) -> None:
        self.driver, self.most = driver, most
        self.closed = False
        self._all: set[Watcher] = set()
        self._boot = token_hex(4)

    def __len__(self) -> int:
        return len(self._all)

    def admit(self, last: str = "") -> Watcher:
        """One more, who has seen everything up to a place by its id, or nothing. Raises Crowded if there are too many."""
        if self.closed or len(self._all) >= self.most:
            raise Crowded(f"{self.most} look on already; close one of the pages that show what happens here")
        watcher = Watcher(self, Place.read(last))
        self._all.add(watcher)
        self.driver.woken = self.wake
        return watcher

    def dismiss(self, watcher: Watcher) -> None:
        """One fewer."""
        self._all.discard(watcher)
        if not self._all:
            self.driver.woken = None

    def wake(self) -> None:
        """Something may have happened."""
        for each in self._all:
            each.woken.set()

    def close(self) -> None:
        """Nobody looks on any more: the emulator ends."""
        self.closed = True
        self.wake()

    def place(self) -> Place:
        """The place of somebody who has seen everything."""
        exchange = self.driver.exchange
        seen = tuple(world.entries_seen for world in exchange.worlds())
        return Place(f"{self._boot}-{self.driver.worlds}", seen, exchange.now, len(exchange.faults.waiting))

    def since(self, place: Place) -> dict[str, Any]:
        """What there is to be told to somebody who has seen that much: about whom there is more, or that all is `new`."""
        exchange, here = self.driver.exchange, self.place()
        said: dict[str, Any] = {"now": exchange.now, "due": exchange.due()}
        offices = exchange.offices.items()
        known = place.world == here.world and len(place.seen) == len(here.seen)
        if not known or any(
            not max(office.world.entries_dropped, end - MOST_TOLD) <= first <= end
            for (_, office), first, end in zip(offices, place.seen, here.seen, strict=True)
        ):  # fmt: skip
            return {**said, "new": True, "calls": [], "multiparty_calls": []}
        calls: list[list[str]] = []
        rooms: list[list[str]] = []
        for (vendor, office), first in zip(offices, place.seen, strict=True):
            more = list(islice(office.world.trace, first - office.world.entries_dropped, None))
            calls += ([vendor, name] for name in dict.fromkeys(name for entry in more for name in _calls(entry)))
            rooms += ([vendor, key] for key in dict.fromkeys(_rooms(more, office.world)))
        return {**said, "new": False, "calls": calls, "multiparty_calls": rooms}


class Watcher:
    """One who looks on."""

    def __init__(self, watchers: Watchers, place: Place) -> None:
        self.watchers, self.place = watchers, place
        self.woken = asyncio.Event()
        self.woken.set()

    async def more(self, patience: float) -> dict[str, Any] | None:
        """What there is to be told since the last time; None: nothing in so many seconds, or all is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not self.watchers.closed:
                    await self.woken.wait()
                    self.woken.clear()
                    here = self.watchers.place()
                    if here != self.place:
                        told, self.place = self.watchers.since(self.place), here
                        return told
        return None

    def leave(self) -> None:
        """Look no longer."""
        self.watchers.dismiss(self)


def _calls(entry: Entry) -> tuple[str, ...]:
    """The calls that an entry concerns."""
    if isinstance(entry, Change):
        return () if entry.entity is Entity.MPC else (entry.name.partition("/")[0],)
    if isinstance(entry, Said):
        target = entry.command.target
        return (target,) if isinstance(target, str) else target
    return (entry.call,) if isinstance(entry, (Told, Fetched)) else ()


def _rooms(entries: Iterable[Entry], world: LiveWorld) -> Iterator[str]:
    """The multiparty calls that changed, and those of everybody who has come to one or has left one."""
    parts = set()
    for entry in entries:
        if isinstance(entry, Change):
            if entry.entity is Entity.MPC:
                yield entry.name
            elif entry.entity is Entity.PARTICIPANT:
                parts.add(entry.name)
    if parts:
        yield from (key for key, mpc in world.switch.mpcs.items() if any(one.call.name in parts for one in mpc.participants))
