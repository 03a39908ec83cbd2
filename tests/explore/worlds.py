"""Worlds of calls whose states are counted: who begins, what may be said, and who says it in which order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from callsim.dialects import rulebook
from callsim.explore import SwitchWorld, late_timers
from callsim.model import Command
from callsim.rules import Rulebook, lay
from callsim.switch import Switch
from tests.core.language import MEDIA, command, tell

BASE = lay()


def book_of(vendor: str) -> Rulebook:
    return BASE if vendor == "base" else rulebook(vendor)


def switch(lines: Sequence[str], vendor: str = "base") -> Switch:
    """A fresh switch of that vendor to which these lines have been said."""
    made = Switch(book_of(vendor), dict(MEDIA))
    tell(made, list(lines))
    return made


def everything(*more: str) -> Callable[[Switch], tuple[Command, ...]]:
    """All that anybody could say to what exists, clocks that come too late included, and these lines."""
    also = tuple(command(line) for line in more)
    return lambda switch: (*switch.commands(), *late_timers(switch), *also)


def anything(lines: Sequence[str], vendor: str = "base", more: Iterable[str] = ()) -> SwitchWorld:
    """A world in which anybody may say anything at any time."""
    return SwitchWorld(switch(lines, vendor), everything(*more))


Scripted = tuple[tuple[int, ...], Switch]


class Actors:
    """A world in which each of some actors says its lines one after the other, whatever the others do.

    A state is how far each has come, and the switch; an action is a line with who says it.
    """

    def __init__(self, lines: Sequence[str], *actors: Sequence[str], vendor: str = "base") -> None:
        self.actors = actors
        self.said = [[command(line) for line in each] for each in actors]
        self.world = SwitchWorld(switch(lines, vendor), ())

    def begin(self) -> Scripted:
        return (0,) * len(self.actors), self.world.begin()

    def actions(self, state: Scripted) -> Sequence[tuple[int, str]]:
        return [(who, lines[at]) for who, (at, lines) in enumerate(zip(state[0], self.actors, strict=True)) if at < len(lines)]

    def step(self, state: Scripted, action: tuple[int, str]) -> Scripted:
        who, at = action[0], state[0]
        after = self.world.step(state[1], self.said[who][at[who]])
        return (*at[:who], at[who] + 1, *at[who + 1 :]), after

    def key(self, state: Scripted) -> Hashable:
        return state[0], self.world.key(state[1])

    def freeze(self, state: Scripted) -> object:
        return state[0], self.world.freeze(state[1])

    def thaw(self, frozen: tuple[tuple[int, ...], bytes]) -> Scripted:
        return frozen[0], self.world.thaw(frozen[1])


OUT, IN = ["place ann out answer hangup"], ["place ann in answer hangup"]
TWO = ["place ann out", "place bob in"]
ROOM_OF_TWO = ["add ann lobby out", "add bob lobby out exit"]
ROOM_OF_FOUR = [
    "add ann lobby out", "ring ann carrier", "answer ann far-party",
    "add bob lobby out exit", "ring bob carrier", "answer bob far-party",
    "place cyd in answer", "run cyd mpc speak",
    "place dan in answer", "run dan mpc-exit",
]  # fmt: skip
"""Legs that joined by the API and by XML, each without and with an exit URL; all are in."""
CALLEE = ["ring {} carrier", "answer {} far-party", "hang_up {} far-party"]


def callee(name: str) -> list[str]:
    """A far party that rings, answers and hangs up."""
    return [line.format(name) for line in CALLEE]
