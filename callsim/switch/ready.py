"""What a row does to a plain call, made ready: the row, what follows from it and what a switch notes of it, in one piece.

Nearly all that is ever done is done to calls with which nothing else is bound up. For these the tables are read once
for each combination of facts, and what they say is kept as a function. It does what the switch would do step by step, in the
same order; a test holds the two equal. Whatever puts something on the agenda or asks for more than clocks is left to the switch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from callsim.model import (
    FACTS,
    FIXED,
    SIGNATURES,
    Answerer,
    By,
    Call,
    CallState,
    Ending,
    Entity,
    Leg,
    LegTold,
    Membership,
    OwnClocks,
    Routine,
    RoutineOutcome,
    Status,
    Timer,
    TodoKind,
    Verb,
)
from callsim.rules import Consequence, Of, Row, Rulebook
from callsim.switch.clocks import SETS
from callsim.switch.world import Clock

if TYPE_CHECKING:
    from callsim.switch.switch import Switch

TIMED = {
    Verb.RING_TIME_OVER: Timer.RING,
    Verb.TIME_LIMIT_REACHED: Timer.LIMIT,
    Verb.SCHEDULE_REACHED: Timer.SCHEDULE,
    Verb.PRE_ANSWER_TIME_OVER: Timer.PRE_ANSWER,
    Verb.FINISH: Timer.ACTION,
    Verb.RING_SCHEDULE_REACHED: Timer.RING_SCHEDULE,
    Verb.MEDIA_TIME_OVER: Timer.MEDIA,
    Verb.DETECT: Timer.MACHINE,
    Verb.MAX_DURATION_REACHED: Timer.DURATION,
    Verb.TAKE_ON: Timer.QUEUE,
    Verb.DIAL_DELAY_OVER: Timer.DIAL_DELAY,
}
"""Verbs that a clock says when it strikes, and which clock that is."""
PLAIN = frozenset(
    verb
    for verb, signature in SIGNATURES.items()
    if signature.entity is Entity.CALL and verb not in (*TIMED, Verb.PLACE, Verb.ADD, Verb.RUN, Verb.JOIN, Verb.TRANSFER)
)
"""The verbs that are said to a call as it is, with nothing to look at before."""

Doing = Callable[["Switch", Call, int, Any], RoutineOutcome]
"""Does a row to a call at a time, with the detail of its command; returns what comes of it."""
Key = tuple[Verb, CallState, By, str]

_CALL, _RINGING, _IN_PROGRESS = Entity.CALL, CallState.RINGING, CallState.IN_PROGRESS
_SET_TIMER, _FORGET_TIMER, _MACHINE = TodoKind.SET_TIMER, TodoKind.FORGET_TIMER, Answerer.MACHINE
_TOLD_MORE = (Verb.FAIL, Verb.BAD_INSTRUCTIONS, Verb.EXCEED)
"""Of these an ending keeps more than who and when."""
_NO_CLOCKS, _IN_NONE, _NO_LEG, _NOT_TOLD = OwnClocks.NONE, Membership.NONE, Leg.NONE, LegTold.NO
_FIXED = frozenset((*FIXED, "direction", "membership", "clocks", "leg", "leg_told"))
"""The facts of which all plain calls with placements of one sort have the same."""
_new: Any = tuple.__new__


def is_plain(call: Call) -> bool:
    """Whether nothing is bound up with a call: no multiparty call, no other leg, no action, no clock but those that every call has."""
    return (
        call.clocks is _NO_CLOCKS
        and call.membership is _IN_NONE
        and call.leg is _NO_LEG
        and call.leg_told is _NOT_TOLD
        and not call.actions
    )


class Ready(dict[Key, "Doing | None"]):
    """By verb, state, speaker and what is fixed of a call (its placement's sort): what a row does to such a call if it is plain. Made
    when it is first met; None: it takes the switch to do it."""

    def __init__(self, rulebook: Rulebook) -> None:
        super().__init__()
        self._rulebook = rulebook
        self.rules: dict[Key, dict[str, None]] = {}
        """What is used by doing it: the row, and all that follows from it, in order."""

    def learn(self, key: Key, call: Call, row: Row, asked: Sequence[type[StrEnum]]) -> None:
        """Make ready what this row, for which these facts were asked, does to plain calls such as this one, before it is done."""
        self[key] = self._made(key, call, row) if all(FACTS[kind] in _FIXED for kind in asked) else None

    def _made(self, key: Key, call: Call, row: Row) -> Doing | None:
        steps = self._steps(call, row)
        if row.status is not Status.DONE or row.verb in _TOLD_MORE or row.by is By.OTHER_LEG or steps is None:
            return None
        self.rules[key] = dict.fromkeys((row.id, *(step.id for step in steps)))
        doing: list[_Step] = []
        for step in steps:
            starts = SETS.get(step.do)
            if step.of is Of.EACH_ACTION:
                doing.append((step.id, None, None))
            elif not step.at_once or (step.forgets is None and starts is None) or step.forgets is Timer.ACTION:
                return None
            else:
                begins = None if starts is None else (step.id, starts.timer, starts.verb, starts.own, *starts.limits(self._rulebook))
                doing.append((step.id, step.forgets, begins))
        return _doing(row, doing)

    def _steps(self, call: Call, row: Row) -> Sequence[Consequence] | None:
        """What follows from the row; None if that depends on more than the row and what is fixed."""
        followers = None if row.on is None else self._rulebook.followers.get(row.on)
        if followers is None:
            return ()
        decided = {"was": row.state, "ending.cause": row.cause}
        facts: dict[type[StrEnum], object] = {}
        for kind in followers.kinds:
            name = FACTS[kind]
            if name in _FIXED:
                facts[kind] = attrgetter(name)(call)
            elif row.to is CallState.COMPLETED and name in decided:
                facts[kind] = decided[name]
            else:
                return None
        return [step for step in followers.all if all(facts[type(fact)] is fact for fact in step.when)]


_Begins = tuple[str, Timer, Verb, Callable[[Call], "int | None"], int, "int | None"]
_Step = tuple[str, Timer | None, _Begins | None]
"""A consequence made ready: its id, the clock it forgets, or that which it begins: which, what it will say, how long by the call's own
placement, and the platform's limits."""


def _doing(row: Row, steps: Sequence[_Step]) -> Doing | None:
    """The row with its steps as one function: each forgets a clock, or would end actions if there were any, and the last begins one
    unless the call ends. None for any other order, and for a row that moves nothing."""
    # Both kinds begin with the same lines: a function for these would cost more than they do.
    starts = [begins for _, _, begins in steps if begins is not None]
    forgets = tuple((step, timer) for step, timer, _ in steps if timer is not None)
    if row.to is CallState.COMPLETED:
        return None if row.to is row.state or starts else _ending(row, forgets)
    moves = row.to is not row.state and row.to in (_RINGING, _IN_PROGRESS)
    return _moving(row, forgets, starts[0]) if moves and len(starts) == 1 and steps[-1][2] else None


_Forgets = tuple[tuple[str, Timer], ...]


def _routine(row: Row) -> Routine:
    return Routine(row.verb, row.state, row.to, row.by, row.cause, row.id)  # type: ignore[arg-type]  # a row of calls


def _ending(row: Row, forgets: _Forgets) -> Doing:
    """A row that ends a call."""
    id, verb, _, state, to, cause = row.line
    by, routine = row.by, _routine(row)

    def do(switch: Switch, call: Call, now: int, detail: Any) -> RoutineOutcome:
        name = call.name
        number = switch.change_count
        switch.change_count = number + 1
        call.was = state  # type: ignore[assignment]  # a row of calls
        call.state = to  # type: ignore[assignment]
        tally = switch.tally
        tally[state] -= 1  # type: ignore[index]
        tally[to] += 1  # type: ignore[index]
        call.ended_at = now
        call.ending = _new(Ending, (cause, by, now, verb, id, state, call.direction, None, None))
        switch.live.pop(name, None)
        timers = switch.timers
        forgotten = []
        for step, timer in forgets:
            clock = timers.pop((name, timer), None)
            if clock is not None:
                forgotten.append((_FORGET_TIMER, clock, step))
        return (number, now, name, routine), forgotten, None

    return do


def _moving(row: Row, forgets: _Forgets, start: _Begins) -> Doing:
    """A row that lets a call ring, or be answered."""
    state, to = row.state, row.to
    routine, rings = _routine(row), to is _RINGING
    step, begins, says, own, unsaid, longest = start

    def do(switch: Switch, call: Call, now: int, detail: Any) -> RoutineOutcome:
        name = call.name
        number = switch.change_count
        switch.change_count = number + 1
        call.was = state  # type: ignore[assignment]  # a row of calls
        call.state = to  # type: ignore[assignment]
        tally = switch.tally
        tally[state] -= 1  # type: ignore[index]
        tally[to] += 1  # type: ignore[index]
        if rings:
            call.ringing_at = now
        else:
            call.answered_at = now
            if detail is _MACHINE:
                call.answerer = _MACHINE
        timers = switch.timers
        forgotten = []
        for id, timer in forgets:
            clock = timers.pop((name, timer), None)
            if clock is not None:
                forgotten.append((_FORGET_TIMER, clock, id))
        delay = own(call)
        if delay is None:
            delay = unsaid
        elif longest is not None and delay > longest:
            delay = longest
        key = name, begins
        at = now + delay
        running = timers.get(key)
        if running is not None and running[0] <= at:  # of two clocks of one kind the earlier counts
            return (number, now, name, routine), forgotten, None
        switch.timer_count = order = switch.timer_count + 1
        timers[key] = clock = _new(Clock, (at, order, says, key, number))
        return (number, now, name, routine), forgotten, (_SET_TIMER, clock, step)

    return do


@lru_cache(maxsize=32)
def ready_of(rulebook: Rulebook) -> Ready:
    """What was made ready of a rulebook: as yet nothing. Switches of one book share it."""
    return Ready(rulebook)
