"""What somebody wants to go wrong: with the next request that fits, or with the next callback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from callsim.dialects import Request
from callsim.errors import UsageError
from callsim.server.live import Outgoing

MOST_WAIT = 3_600_000
_MOST_FAULTS = 1000


class Mishap(StrEnum):
    """What goes wrong. The first three are of requests: one answers 500 and is not carried out; one is carried out, and its
    reply lost; the reply to one waits. The others are of callbacks."""

    ERROR = "error"
    LOST_REPLY = "lost-reply"
    WAIT = "wait"
    LATE = "late"
    TWICE = "twice"
    REORDERED = "reordered"


_OF_REQUESTS = (Mishap.ERROR, Mishap.LOST_REPLY, Mishap.WAIT)


@dataclass(frozen=True, slots=True)
class Fault:
    """One mishap, for the next request whose `method` it has and whose path has `path` in it, or for the next callback of that
    `kind` whose URL has `url` in it; what is empty fits all. `ms`: how long it waits, or is late, on the world's clock."""

    what: Mishap
    method: str = ""
    path: str = ""
    kind: str = ""
    url: str = ""
    ms: int = 0

    @classmethod
    def read(cls, said: Any) -> Self:
        """Read what was sent. Raises UsageError with what was expected."""
        if not isinstance(said, Mapping):
            raise UsageError('a fault is an object, such as {"what": "error", "method": "DELETE"}')
        unknown = [key for key in said if key not in ("what", "method", "path", "kind", "url", "ms")]
        if unknown:
            raise UsageError(f"a fault has no {unknown[0]!r}; it has what, and method and path, or kind and url, and ms")
        if said.get("what") not in list(Mishap):
            raise UsageError(f"{said.get('what')!r} is nothing that goes wrong; expected one of {', '.join(Mishap)}")
        for key in ("method", "path", "kind", "url"):
            if not isinstance(said.get(key, ""), str):
                raise UsageError(f"the {key} of a fault is a text")
        what, ms = Mishap(said["what"]), said.get("ms", 0)
        if not isinstance(ms, int) or isinstance(ms, bool) or not 0 <= ms <= MOST_WAIT:
            raise UsageError(f"the ms of a fault is a whole number from 0 to {MOST_WAIT:,}")
        if what in (Mishap.WAIT, Mishap.LATE) and not ms:
            raise UsageError(f"a fault that is {what!s} needs ms: how long, in milliseconds of the world's clock")
        theirs = ("kind", "url") if what in _OF_REQUESTS else ("method", "path")
        wrong = [key for key in theirs if said.get(key)]
        if wrong:
            whose = "a request" if what in _OF_REQUESTS else "a callback"
            raise UsageError(f"{what!s} goes wrong with {whose}, which has no {wrong[0]}")
        return cls(what, said.get("method", "").upper(), said.get("path", ""), said.get("kind", ""), said.get("url", ""), ms)

    def as_data(self) -> dict[str, Any]:
        """It as it would be sent."""
        return {key: value for key, value in asdict(self).items() if value}

    def fits_request(self, request: Request) -> bool:
        """Whether this goes wrong with that request."""
        return self.what in _OF_REQUESTS and self.method in ("", request.method) and self.path in request.path

    def fits_callback(self, outgoing: Outgoing) -> bool:
        """Whether this goes wrong with that callback, or request for a document."""
        return self.what not in _OF_REQUESTS and self.kind in ("", outgoing.kind) and self.url in outgoing.url


@dataclass
class Faults:
    """What is still to go wrong, in the order in which it was asked for; each happens once."""

    waiting: list[Fault] = field(default_factory=list)
    held: list[Outgoing] = field(default_factory=list)

    def copy(self) -> Faults:
        return Faults(list(self.waiting), list(self.held))

    def add(self, fault: Fault) -> None:
        """Let this go wrong. Raises UsageError if too much is to already."""
        if len(self.waiting) >= _MOST_FAULTS:
            raise UsageError(f"{_MOST_FAULTS} faults are waiting already; reset, or let some of them happen")
        self.waiting.append(fault)

    def of_request(self, request: Request) -> Fault | None:
        """What is to go wrong with this request."""
        return next((each for each in self.waiting if each.fits_request(request)), None)

    def sent(self, outgoing: Outgoing) -> Iterator[tuple[int, bool, Outgoing]]:
        """What becomes of something that is sent: how late it goes, whether what comes back counts, and what goes."""
        fault = next((each for each in self.waiting if each.fits_callback(outgoing)), None)
        if fault is not None:
            self.waiting.remove(fault)
        what = None if fault is None else fault.what
        if what is Mishap.REORDERED:
            self.held.append(outgoing)
            return
        yield fault.ms if fault is not None and what is Mishap.LATE else 0, True, outgoing
        if what is Mishap.TWICE:
            yield 0, False, outgoing
        held, self.held = self.held, []
        for each in held:
            yield 0, True, each

    def release(self) -> list[Outgoing]:
        """What waits for something to overtake it, and will not be overtaken."""
        held, self.held = self.held, []
        return held
