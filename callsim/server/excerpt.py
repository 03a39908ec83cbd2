"""What one call or multiparty call of a world has lived through, cut out of a long trace, and read as pictures are drawn of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, cast

from callsim.model import Call, Change, MultipartyCall
from callsim.motion import Motion
from callsim.report.excerpts import kin
from callsim.report.filming import as_data
from callsim.server.live import LiveWorld
from callsim.trace import Asked, Entry, Fetched, Said, Told, Warned

MOST_EVENTS = 2_000
"""How many events of one thing are shown; the latest are."""
_MOST_READ = 50_000
_AFTERWARDS = 3_600_000
"""So many milliseconds after its end an application may still hear of a call."""


def lived_through(world: LiveWorld, name: str, now: int) -> dict[str, Any]:
    """The film of a call or a multiparty call up to `now` (ms), of those it takes part with and those it talks with, as plain data.

    Only what the trace still has of it is read, and of a long one only the latest.
    """
    switch = world.switch
    names = kin(switch, name)
    calls = {each: switch.calls[each] for each in switch.calls if each in names} if len(names) > 1 else {}
    if name in switch.calls:
        calls.setdefault(name, switch.calls[name])
    mpcs = {key: mpc for key, mpc in switch.mpcs.items() if key in names}
    things: list[Call | MultipartyCall] = [*mpcs.values(), *calls.values()]
    entries = list(_concerning(_meanwhile(world.trace, min(map(_began, things), default=0), [each.ended_at for each in things]), names))
    # Nothing else of the world is looked at: a ladder has a rung for each call there is.
    part = SimpleNamespace(dialect=world.dialect, now=now, switch=SimpleNamespace(calls=calls, mpcs=mpcs), trace=entries)
    return as_data(cast(Motion, part), name, None, MOST_EVENTS)


def _began(thing: Call | MultipartyCall) -> int:
    return (thing.queued_at or 0) if isinstance(thing, Call) else thing.created_at


def _meanwhile(trace: list[Entry], since: int, ends: list[int | None]) -> list[Entry]:
    """The entries from a time on, until a while after all is over; and at most so many, the latest."""
    first = bisect_left(trace, since, key=lambda entry: entry.at)
    over = [end for end in ends if end is not None]
    last = bisect_right(trace, max(over) + _AFTERWARDS, key=lambda entry: entry.at) if len(over) == len(ends) and ends else len(trace)
    return trace[max(first, last - _MOST_READ) : last]


def _concerning(entries: Iterable[Entry], names: frozenset[str]) -> Iterator[Entry]:
    """Those about one of these names; a request with the first thing that came of it for one of them."""
    asked: Asked | None = None
    for entry in entries:
        if isinstance(entry, Asked):
            asked = entry
        elif not isinstance(entry, Warned) and not names.isdisjoint(_names(entry)):
            if asked is not None and isinstance(entry, Said) and entry.label == asked.request.line and entry.at == asked.at:
                yield asked
                asked = None
            yield _for_these(entry, names)


def _for_these(entry: Entry, names: frozenset[str]) -> Entry:
    """The same, without others it is said to as well: of all calls of an account there may be many."""
    if not isinstance(entry, Said) or isinstance(entry.command.target, str):
        return entry
    targets = tuple(name for name in entry.command.target if name in names)
    return entry._replace(command=entry.command._replace(target=targets))


def _names(entry: Entry) -> tuple[str, ...]:
    if isinstance(entry, Change):
        return entry.name, entry.name.partition("/")[0]
    if isinstance(entry, Said):
        target = entry.command.target
        return (target,) if isinstance(target, str) else target
    return (entry.call,) if isinstance(entry, (Fetched, Told)) else ()
