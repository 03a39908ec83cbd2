"""A world in motion whose time is a list: all that is to come is data, to be copied, and to be taken in any order.

Things happen each at its own time, or as soon as what was let happen before it has happened: late, never early. Only an
answer of the application may come earlier than it was to: one network is faster than another.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, Self

from callsim.application import Arrival, Page
from callsim.dialects import Dialect
from callsim.far_end import Act
from callsim.instructions import Rejected
from callsim.model import Call, Timer, Verb
from callsim.motion import Motion
from callsim.switch import Clock

LONGEST = (Timer.LIMIT, Timer.DURATION)
"""The clocks that alone do not keep a world going: how long what is up may last."""


class Band(IntEnum):
    """Who comes before whom at one instant if nothing else is said, as in a simulation."""

    DOCUMENT = 0
    STEP = 1
    FAR_PARTY = 2
    TIMER = 3


class Coming(NamedTuple):
    """Something that is to come: when, its place among those of one instant, what people call it, whose act it is, and
    what the doing of it needs to know. `actor` None: its own; of one actor's things the first comes first."""

    due: int
    band: Band
    order: int
    label: str
    actor: str | None
    what: Any


@dataclass(frozen=True)
class Part:
    """One thing of a script, done by an actor at a time. `ready` says whether it can be done in a world as it stands; a
    `look` is nobody's act: it waits for all steps that were written before it, and all that was written after it waits for it.
    `free`: no look waits for it. `then` is done once all that follows from it at that instant has come, answers of the
    application that take no time included."""

    due: int
    label: str
    actor: str
    do: Callable[[Course], None]
    ready: Callable[[Course], bool] = lambda course: True
    look: bool = False
    free: bool = False
    then: Callable[[Course], None] | None = None


_ACTS = {
    Verb.RING: "rings", Verb.ANSWER: "answers", Verb.HANG_UP: "hangs up", Verb.REJECT: "rejects", Verb.BUSY: "is busy",
    Verb.FAIL: "fails", Verb.NO_ANSWER: "is not reached", Verb.LOSE_MEDIA: "loses its media",
}  # fmt: skip
_CLOCKS = {
    Timer.RING: "ring timer", Timer.LIMIT: "time limit", Timer.SCHEDULE: "scheduled hang-up",
    Timer.RING_SCHEDULE: "hang-up on ring", Timer.MEDIA: "time without media", Timer.MACHINE: "machine detection",
    Timer.DURATION: "maximum duration",
    Timer.QUEUE: "wait in line", Timer.PRE_ANSWER: "time before the answer", Timer.DIAL_DELAY: "wait to be dialled",
}  # fmt: skip


class Course(Motion):
    """One world, at one point of one order of things. `script` is what people outside do, in the order written;
    `open` are the numbers of what of it is not done yet.

    `timeless`: no time goes by.
    """

    def __init__(
        self,
        dialect: Dialect,
        script: Sequence[Part],
        pages: Mapping[str, Page] | None = None,
        media: Mapping[str, int] | None = None,
        laws: bool = True,
        complaint: Callable[[str, Rejected], str] | None = None,
        timeless: bool = False,
    ) -> None:
        super().__init__(dialect, pages, media, laws, complaint=complaint)
        self.script, self.timeless = tuple(script), timeless
        self.open: tuple[int, ...] = tuple(range(len(self.script)))
        self.pending: tuple[Coming, ...] = ()
        self.owed: tuple[tuple[int, frozenset[str]], ...] = ()
        self.fetches: dict[str, int] = {}
        self.count = self.meant = 0

    def copy(self) -> Self:
        """The same world at the same point, to go on otherwise."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._seen, other.far_ends, other.fetches = self._seen.copy(), self.far_ends.copy(), self.fetches.copy()
        other.switch = self.switch.copy()
        other._watch = self._watch.beside(other.switch)
        other._arrivals = self._arrivals.copy()
        return other

    # -- what is to come -------------------------------------------------------------------------------------------

    def coming(self) -> list[Coming]:
        """All that is to come, of each actor what comes first, in the order in which it would come by itself."""
        actors: set[str] = set()
        first = []
        for each in sorted([*self._pending(), *self._clocks(), *self._parts()], key=lambda each: each[:3]):
            if each.actor is None or each.actor not in actors:
                first.append(each)
            if each.actor is not None:
                actors.add(each.actor)
        return first

    def all_coming(self) -> list[Coming]:
        """The same without asking who waits for whom: what somebody may let come who knows the order. Of the script it has
        what each actor does next, whatever was to be looked at before."""
        found = [*self._pending(), *self._clocks(), *self._parts(waiting=False)]
        return sorted(found, key=lambda each: each[:3])

    def _pending(self) -> list[Coming]:
        """Far parties and documents. The far party of a call that is over does nothing any more: its phone is silent."""
        calls = self.switch.calls
        return [
            each for each in self.pending
            if each.band is not Band.FAR_PARTY or calls[each.what[0]].ending is None
        ]  # fmt: skip

    def _clocks(self) -> list[Coming]:
        return [
            Coming(clock.due, Band.TIMER, clock.order, _clock_label(*clock.key), None, clock)
            for clock in self.switch.timers.values()
        ]

    def _parts(self, waiting: bool = True) -> list[Coming]:
        """Of the script what can come next for each actor; `waiting`: as far as no look has to be taken first."""
        found: list[Coming] = []
        seen: set[str] = set()
        looked_for = False
        for number in self.open:
            part = self.script[number]
            if part.look and waiting:
                if not looked_for:
                    found.append(Coming(part.due, Band.STEP, number, part.label, part.actor, part))
                break
            looked_for |= not part.free
            if part.actor not in seen:
                seen.add(part.actor)
                found.append(Coming(part.due, Band.STEP, number, part.label, part.actor, part))
        return [each for each in found if each.what.ready(self)]

    def goes_on(self, coming: Sequence[Coming]) -> bool:
        """Whether anything is to come but time limits of what is still up, which alone do not keep a world going."""
        return any(each.band is not Band.TIMER or each.what.key[1] not in LONGEST for each in coming)

    # -- letting it come -------------------------------------------------------------------------------------------

    def time_of(self, one: Coming, coming: Sequence[Coming]) -> int:
        """When one of the things that are to come would happen if it came next: when it is due, or now if it is late. An
        answer of the application may come as early as the first of all is due."""
        if self.timeless:
            return self.now
        return max(self.now, min(each.due for each in coming) if one.band is Band.DOCUMENT else one.due)

    def take(self, one: Coming, coming: Sequence[Coming]) -> None:
        """Let one of the things that are to come happen now."""
        self.now, self.meant = self.time_of(one, coming), one.due
        known = self._answers()
        self._let_come(one)
        self._conclude(one, self._answers() - known)

    def _answers(self) -> frozenset[str]:
        """The answers of the application that are due already."""
        now = self._from_now(0)
        return frozenset([each.label for each in self.pending if each.band is Band.DOCUMENT and each.due <= now])

    def _conclude(self, one: Coming, new: frozenset[str]) -> None:
        """Do what is to be done once all has come that follows at this instant, or note what it still waits for."""
        owed = list(self.owed)
        if one.band is Band.STEP and one.what.then is not None:
            owed.append((one.order, new))
        elif one.band is Band.DOCUMENT:
            owed = [(part, (left - {one.label}) | new if one.label in left else left) for part, left in owed]
        self.owed = tuple(each for each in owed if each[1])
        for part, left in owed:
            then = self.script[part].then
            if not left and then is not None:
                then(self)

    def _let_come(self, one: Coming) -> None:
        match one.band:
            case Band.STEP:
                self.open = tuple(number for number in self.open if number != one.order)
                one.what.do(self)
            case Band.TIMER:
                clock = one.what
                self._strike(clock.command, clock.because)
            case Band.FAR_PARTY:
                self.pending = tuple(each for each in self.pending if each is not one)
                name, command, stage = one.what
                self._far_party_acts((self.switch.calls[name], command, stage))
            case Band.DOCUMENT:
                self.pending = tuple(each for each in self.pending if each is not one)
                self._arrived(one.what)

    # -- what a motion asks of its driver ------------------------------------------------------------------------------

    def _far_party_later(self, call: Call, act: Act) -> None:
        delay, command, stage = act
        label = f"{call.name} {_ACTS[command[0]]}"
        what = (call.name, command, stage)
        self._await(Coming(self._from_now(delay), Band.FAR_PARTY, call.number, label, far_party(call.name), what))

    def _document_later(self, arrival: Arrival, delay: int) -> None:
        todo = arrival.asking.todo
        self.fetches[todo.name] = number = self.fetches.get(todo.name, 0) + 1
        self.count += 1
        got = f"gets document {number}" if arrival.command is not None else f"is asked about again, {number}"
        label = f"{todo.name} {got}" if todo.purpose is not None else f"{todo.name}'s {todo.callback} is told again, {number}"
        self._await(Coming(self._from_now(delay), Band.DOCUMENT, self.count, label, None, arrival))

    def _clock_set(self, clock: Clock) -> None:
        """The switch has it."""

    def _from_now(self, delay: int) -> int:
        """When something is due. Where no time goes by it is still to be told what of one actor was meant to come first."""
        return (self.meant if self.timeless else self.now) + delay

    def _await(self, one: Coming) -> None:
        self.pending = (*self.pending, one)

    # -- telling worlds apart ------------------------------------------------------------------------------------------

    def key(self) -> Hashable:
        """What distinguishes this world from another for all that can still happen in it, times included unless it has none."""
        pending = tuple((each.label, 0 if self.timeless else each.due, _told_of(each)) for each in self._pending())
        if self.timeless:
            return self.switch.key(), frozenset(pending), self.open, self.owed
        clocks = tuple((clock.key, clock.due) for clock in self.switch.timers.values())
        return self.switch.key(), self._times(), self.now, frozenset(pending), clocks, self.open, self.owed

    def _times(self) -> Hashable:
        calls, mpcs = self.switch.calls.values(), self.switch.mpcs.values()
        return (
            tuple([(call.queued_at, call.ringing_at, call.answered_at, call.ended_at) for call in calls]),
            tuple([mpc.ended_at for mpc in mpcs]),
        )


def _told_of(one: Coming) -> Hashable:
    """What of something that is to come tells it from others."""
    told: Hashable = one.what.key if one.band is Band.DOCUMENT else one.what[0]
    return told


def far_party(name: str) -> str:
    """The actor at the other end of a call."""
    return f"{name}'s far party"


def _clock_label(name: str, timer: Timer) -> str:
    return f"{name.partition('+')[0]} is over" if timer is Timer.ACTION else f"{name}'s {_CLOCKS[timer]} runs out"
