"""A part of a film that holds by itself: what concerns some of those in it, or what happened last."""

from __future__ import annotations

from collections.abc import Iterable

from callsim.report.film import End, Film, Lane
from callsim.switch import Switch

PLATFORM = 1
"""The column after which everybody's own begin."""


def owner(name: str) -> str:
    """Whose action or conversation this is: `anna` of `anna/speak#1`."""
    return name.rpartition("/")[0] or name


def kin(switch: Switch, name: str) -> frozenset[str]:
    """Who is on the picture: a call, where it takes part, and whom it talks with; or a multiparty call and who takes part in it."""
    found, call = {name}, switch.calls.get(name)
    if call is None:
        mpc = switch.mpcs.get(name)
        return frozenset(found | ({one.call.name for one in mpc.participants} if mpc is not None else set()))
    found |= {mpc.key for mpc in switch.mpcs.values() if any(one.call is call for one in mpc.participants)}
    for talk in switch.conversations.values():
        if name in (parties := {talk.call.name, *(leg.name for leg in talk.legs)}):
            found |= parties
    return frozenset(found)


def only(whole: Film, names: frozenset[str]) -> Film:
    """What concerns any of these, with what it follows from as far back as anything else does not come between."""
    kept = [number for number, event in enumerate(whole.events) if names & set(event.about) or event.kind == "warning"]
    return _part(whole, kept, names)


def latest(whole: Film, most: int) -> Film:
    """The latest events, so many of them."""
    return _part(whole, range(len(whole.events) - most, len(whole.events)), None)


def _part(whole: Film, kept: Iterable[int], names: frozenset[str] | None) -> Film:
    """Some events of a film, numbered anew; what followed from one that is gone follows from what that followed from."""
    numbers = {old: new for new, old in enumerate(kept)}
    events = [whole.events[old] for old in numbers]
    columns = [
        number for number, column in enumerate(whole.columns)
        if number <= PLATFORM or names is None or column.name in names
    ]  # fmt: skip
    places = {old: new for new, old in enumerate(columns)}
    for event in events:
        because = event.because
        while because >= 0 and because not in numbers:
            because = whole.events[because].because
        event.because = numbers.get(because, -1)
        event.from_, event.to = places.get(event.from_, PLATFORM), places.get(event.to, PLATFORM)
    lanes = [
        Lane(lane.kind, lane.name, places[lane.column], [(numbers[event], state) for event, state in lane.moves if event in numbers])
        for lane in whole.lanes if lane.column in places
    ]  # fmt: skip
    ends = [
        End(end.name, end.kind, end.state, end.cause, end.by, end.words, numbers.get(end.event, -1))
        for end in whole.ends if names is None or end.name in names
    ]  # fmt: skip
    left_out = whole.left_out if names is not None else len(whole.events) - len(events)
    return Film(whole.vendor, whole.title, whole.now, [whole.columns[old] for old in columns], events,
                [lane for lane in lanes if lane.moves], ends, whole.book, left_out)  # fmt: skip
