"""What a switch forgets of what is long over, so that a world which runs for months stays small."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from callsim.model import Call, CallState

if TYPE_CHECKING:
    from callsim.switch.world import World


def forget_over(world: World, most: int, spared: Collection[str] = ()) -> tuple[str, ...]:
    """Forget the oldest calls that are over until at most so many are left; returns their names.

    With a call go the multiparty calls it took part in and the conversations it was in, so all whose parties are over, and no
    `spared` one is among them, go together or stay together.
    """
    over = [name for name, call in world.calls.items() if call.ending is not None]
    old = over[: max(0, len(over) - most)]
    gone = _whole(world, set(old).difference(spared)) if old else set()
    _drop(world, gone)
    return tuple(name for name in old if name in gone)


def forget_together(world: World, name: str, spared: Collection[str] = ()) -> tuple[str, ...]:
    """Forget a call with all that belongs together with it, if all of them are over and none is `spared`; returns their names, none
    if they have to stay.

    Who forgets each call as it ends never looks at those that go on, however many they are.
    """
    call = world.calls.get(name)
    if call is None or call.ending is None:
        return ()
    if call.participant is None and call.leg_of is None and not world.conversations:
        del world.calls[name]
        world.tally[CallState.COMPLETED] -= 1
        world.forgotten += 1
        return (name,)
    together = _bound_to(world, call)
    if any(each.ending is None or each.name in spared for each in together.values()):
        return ()
    _drop(world, set(together))
    return tuple(together)


def _bound_to(world: World, call: Call) -> dict[str, Call]:
    """A call and all that are tied to it by multiparty calls and conversations, and to these, and so on."""
    found, left = {call.name: call}, [call]
    while left:
        each = left.pop()
        tied = [] if each.participant is None else [one.call for one in each.participant.mpc.participants]
        for talk in world.conversations.values():
            if talk.call is each or each in talk.legs:
                tied += [talk.call, *talk.legs]
        for one in tied:
            if one.name not in found:
                found[one.name] = one
                left.append(one)
    return found


def _whole(world: World, wanted: set[str]) -> set[str]:
    """Those of them with whom nobody belongs together who is to stay."""
    groups = [group for group in _together(world) if not group.isdisjoint(wanted)]
    while True:
        torn = [group for group in groups if not group <= wanted]
        if not torn:
            return wanted
        for group in torn:
            wanted -= group
        groups = [group for group in groups if not group.isdisjoint(wanted)]


def _together(world: World) -> Iterator[set[str]]:
    """The names of calls that are tied to each other by a multiparty call or a conversation."""
    for mpc in world.mpcs.values():
        yield _names(one.call for one in mpc.participants)
    for each in world.conversations.values():
        yield _names((each.call, *each.legs))


def _names(calls: Iterable[Call]) -> set[str]:
    return {call.name for call in calls}


def _drop(world: World, gone: set[str]) -> None:
    for name in gone:
        del world.calls[name]
    world.tally[CallState.COMPLETED] -= len(gone)
    world.forgotten += len(gone)
    rooms = [key for key, mpc in world.mpcs.items() if mpc.participants and mpc.participants[0].call.name in gone]
    for key in rooms:
        del world.mpcs[key]
    world.rooms_forgotten += len(rooms)
    for name in [name for name, each in world.conversations.items() if each.call.name in gone]:
        del world.conversations[name]
