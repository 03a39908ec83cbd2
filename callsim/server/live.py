"""A world whose time somebody else keeps: what is to come waits here, sorted, and what goes out to applications is handed on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Any, NamedTuple, Self

from callsim.application import Arrival, Asking, Page, requested
from callsim.course import LONGEST, Band
from callsim.dialects import Dialect
from callsim.far_end import Act
from callsim.model import Call, CallState
from callsim.motion import Motion
from callsim.server.media import Media
from callsim.switch import Clock
from callsim.switch.forgetting import forget_over
from callsim.trace import absolute, as_data


class Coming(NamedTuple):
    """Something that is to come: when, its place among those of one instant, and what the doing of it needs to know."""

    due: int
    band: Band
    order: int
    serial: int
    what: Any


class Outgoing(NamedTuple):
    """One attempt of a vendor to reach an application: `kind` is a callback's or, for a document, what it is asked for; `sent`
    the time at which it was made, in milliseconds."""

    vendor: str
    asking: Asking
    kind: str
    url: str
    method: str
    params: Mapping[str, Any]
    sent: int

    @property
    def document(self) -> bool:
        """Whether what comes back is to be read."""
        return self.asking.todo.purpose is not None


class LiveWorld(Motion):
    """One vendor's world. Whoever keeps the time sets `now`, and lets what is due `come`.

    `send` takes what is for an application outside; None: only what `pages` have is ever answered. `step` does what was put
    off by `later`. Times are milliseconds.
    """

    def __init__(
        self, dialect: Dialect, pages: Mapping[str, Page] | None = None, media: Mapping[str, int] | None = None,
        send: Callable[[Outgoing], None] | None = None, step: Callable[[Any], None] | None = None, complaint: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(dialect, pages, complaint=complaint)
        self.switch.media = Media(self.switch.media | dict(media or {}), self._warn)
        self.send, self.step = send, step or (lambda what: None)
        self._heap: list[Coming] = []
        self._count = 0
        self._dropped, self._chain = 0, sha256(b"").hexdigest()
        self._reckoned = 0, self._chain

    def copy(self) -> Self:
        """The same world at the same time, to be gone back to."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._seen, other._heap, other.far_ends = self._seen.copy(), self._heap.copy(), self.far_ends.copy()
        other.switch = self.switch.copy()
        other.switch.media = Media(self.switch.media, other._warn)
        other._watch = self._watch.beside(other.switch)
        other._arrivals = self._arrivals.copy()
        return other

    # -- what is to come -------------------------------------------------------------------------------------------

    def due(self) -> int | None:
        """When the next thing comes; None if nothing is to."""
        heap = self._heap
        while heap and not self._holds(heap[0]):
            heappop(heap)
        return heap[0].due if heap else None

    @property
    def first(self) -> tuple[int, int]:
        """The place of what comes next among all that is due at its instant."""
        first = self._heap[0]
        return first.band, first.order

    def come(self) -> None:
        """Let the next thing happen, with all that follows from it at this instant."""
        one = heappop(self._heap)
        match one.band:
            case Band.TIMER:
                self._strike(one.what.command, one.what.because)
            case Band.FAR_PARTY:
                name, command, stage = one.what
                self._far_party_acts((self.switch.calls[name], command, stage))
            case Band.DOCUMENT:
                self._arrived(one.what)
            case _:
                self.step(one.what)

    def goes_on(self) -> bool:
        """Whether anything is to come but time limits of what is still up."""
        return any(one.band is not Band.TIMER or one.what.key[1] not in LONGEST for one in self._heap if self._holds(one))

    def later(self, due: int, what: Any) -> None:
        """Let `step` do this when its time has come."""
        self._await(due, Band.STEP, self._count, what)

    def _holds(self, one: Coming) -> bool:
        """Whether it still matters: a clock may have been forgotten, and nobody at the far end hears of a call that is over."""
        if one.band is Band.TIMER:
            return self.switch.timers.get(one.what.key) is one.what
        if one.band is Band.FAR_PARTY:
            call = self.switch.calls.get(one.what[0])
            return call is not None and call.ending is None
        return True

    def _await(self, due: int, band: Band, order: int, what: Any) -> None:
        self._count += 1
        heap = self._heap
        heappush(heap, Coming(due, band, order, self._count, what))
        if len(heap) > 64 + 4 * (len(self.switch.timers) + len(self.switch.live)):
            self._heap = [one for one in heap if self._holds(one)]
            heapify(self._heap)

    # -- what a motion asks of its driver --------------------------------------------------------------------------

    def _far_party_later(self, call: Call, act: Act) -> None:
        delay, command, stage = act
        self._await(self.now + delay, Band.FAR_PARTY, call.number, (call.name, command, stage))

    def _document_later(self, arrival: Arrival, delay: int) -> None:
        if delay:
            self._await(self.now + delay, Band.DOCUMENT, self._count, arrival)
        else:
            self._arrivals.append(arrival)

    def _clock_set(self, clock: Clock) -> None:
        if self.switch.timers.get(clock.key) is clock:
            self._await(clock.due, Band.TIMER, clock.order, clock)

    # -- what goes out ---------------------------------------------------------------------------------------------

    def _reach(self, asking: Asking, params: Mapping[str, Any] | None) -> None:
        todo = asking.todo
        page = self._defined(todo.url)
        if page is not None:
            self._answered(asking, page, self.now)
        elif self.send is None:
            super()._reach(asking, params)
        else:
            call = self.switch.calls[todo.name]
            if params is None:
                assert todo.purpose is not None
                params = self.dialect.asks(todo.purpose, call, call.state)[0]
            url, kind = absolute(requested(todo.url)), todo.callback or str(todo.purpose)
            self.send(Outgoing(self.dialect.vendor.name, asking, kind, url, todo.method.upper(), dict(params), self.now))

    def came_back(self, asking: Asking, page: Page, sent: int) -> None:
        """Take in what an application has answered to an attempt that was sent at that time."""
        self._answered(asking, page, sent)
        if self._arrivals:
            self._arrive()

    # -- bounds ----------------------------------------------------------------------------------------------------

    def drop_entries(self, keep: int) -> None:
        """Forget the oldest of what was seen, once there is a quarter more of it than is to be kept."""
        if len(self._seen) > keep + keep // 4:
            over = len(self._seen) - keep
            self._chain = _chained(self._chain, self.trace[:over])
            del self._seen[:over]
            self._named -= over
            self._dropped += over

    def drop_calls(self, keep: int, spared: Iterable[str]) -> None:
        """Forget the oldest calls that are over, once there is a quarter more of them than are to be kept."""
        switch = self.switch
        if switch.tally[CallState.COMPLETED] <= keep + keep // 4:
            return
        self.trace  # noqa: B018 - what was seen of them is worded while they are known
        gone = forget_over(switch, keep, self._awaited().union(spared))
        self._watch.forget(gone)
        for name in gone:
            self.far_ends.pop(name, None)
        self.dialect.forget_calls()

    def _awaited(self) -> set[str]:
        """The calls about which something is to be said to an application, or is to come from one."""
        documents = {one.what.asking.todo.name for one in self._heap if one.band is Band.DOCUMENT}
        late = {one.what[0].asking.todo.name for one in self._heap if one.band is Band.STEP and not isinstance(one.what, str)}
        return documents | late

    @property
    def entries_dropped(self) -> int:
        """How many of the oldest entries of the trace have been forgotten."""
        return self._dropped

    @property
    def entries_seen(self) -> int:
        """How many entries the trace has ever had."""
        return self._dropped + len(self._seen)

    def fingerprint(self) -> str:
        """What tells this world's story from any other, forgotten entries included."""
        known, chain = self._reckoned
        first = max(0, known - self._dropped)
        chain = _chained(chain if known >= self._dropped else self._chain, islice(self.trace, first, None))
        # Who looks again and again has only what is new to be reckoned in.
        self._reckoned = self._dropped + len(self._seen), chain
        return chain


def _chained(before: str, entries: Any) -> str:
    for entry in entries:
        line = json.dumps(as_data(entry), separators=(",", ":"), sort_keys=True)
        before = sha256(f"{before}\n{line}".encode()).hexdigest()
    return before


__all__ = ["Coming", "LiveWorld", "Outgoing"]
