"""A part of a film that holds by itself: what concerns some of those in it, or what happened last."""

from __future__ import annotations

from collections.abc import Iterable

from callsim.motion import Motion
from callsim.report.film import End, Film, Lane

PLATFORM = 1
"""The column after which everybody's own begin."""


def owner(name: str) -> str:
    """Whose action or conversation this is: `anna` of `anna/speak#1`."""
    return name.rpartition("/")[0] or name


def kin(motion: Motion, name: str) -> frozenset[str]:
    """A call or a multiparty call, who takes part in it or where it takes part, and whom it talks with."""
    switch, found = motion.switch, {name}
    for mpc in switch.mpcs.values():
        members = {one.call.name for one in mpc.participants}
        if mpc.key == name:
            found |= members
        elif name in members:
            found.add(mpc.key)
    call = switch.calls.get(name)
    if call is not None:
        talks = call.leg_of
        found |= {each.name for each in switch.calls.values() if talks is not None and each.leg_of is talks}
        found |= {each.name for each in switch.calls.values() if each.leg_of is not None and owner(each.leg_of.name) == name}
        if talks is not None:
            found.add(owner(talks.name))
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
