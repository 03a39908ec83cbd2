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
    Plain,
    Status,
    Timer,
    TodoKind,
    Verb,
)
from callsim.rules import Consequence, Of, Row, Rulebook
from callsim.switch.clocks import SETS, set_clock
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

Doing = Callable[["Switch", Call, int, Any], Plain]
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

    def learn(self, key: Key, call: Call, row: Row, asked: Sequence[type[StrEnum]]) -> None:
        """Make ready what this row, for which these facts were asked, does to plain calls such as this one, before it is done."""
        self[key] = self._made(call, row) if all(FACTS[kind] in _FIXED for kind in asked) else None

    def _made(self, call: Call, row: Row) -> Doing | None:
        steps = self._steps(call, row)
        if row.status is not Status.DONE or row.verb in _TOLD_MORE or row.by is By.OTHER_LEG or steps is None:
            return None
        doing: list[_Step] = []
        for step in steps:
            starts = SETS.get(step.do)
            if step.of is Of.EACH_ACTION:
                doing.append((step.id, None, None))
            elif not step.at_once or (step.forgets is None and starts is None) or step.forgets is Timer.ACTION:
                return None
            else:
                begins = None if starts is None else (starts.timer, starts.verb, starts.own, *starts.limits(self._rulebook))
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


_Step = tuple[str, Timer | None, tuple[Timer, Verb, Callable[[Call], "int | None"], int, "int | None"] | None]
"""A consequence made ready: its id, the clock it forgets, or that which it begins: which, what it will say, how long by the call's own
placement, and the platform's limits."""


def _doing(row: Row, steps: Sequence[_Step]) -> Doing | None:
    """The row with its steps as one function: each either forgets a clock, or begins one, or would end actions if there were any."""
    id, verb, status, state, to, cause = row.line
    by = row.by
    every = dict.fromkeys((id, *(step for step, _, _ in steps)))
    clocks = tuple(step for step in steps if step[1] is not None or step[2] is not None)
    sign = object()
    ends = to is CallState.COMPLETED

    def do(switch: Switch, call: Call, now: int, detail: Any) -> Plain:
        name = call.name
        number = switch.change_count
        switch.change_count = number + 1
        if sign not in switch.ready_used:
            switch.ready_used.add(sign)
            switch.used.update(every)
        switch._todos = todos = []
        call.was = state  # type: ignore[assignment]  # a row of calls
        call.state = to  # type: ignore[assignment]
        tally = switch.tally
        tally[state] -= 1  # type: ignore[index]
        tally[to] += 1  # type: ignore[index]
        if ends:
            call.ended_at = now
            call.ending = _new(Ending, (cause, by, now, verb, id, state, call.direction, None, None))
            switch.live.pop(name, None)
        elif to is _RINGING:
            call.ringing_at = now
        else:
            call.answered_at = now
            if detail is _MACHINE:
                call.answerer = _MACHINE
        timers = switch.timers
        for step, timer, begins in clocks:
            if timer is not None:
                clock = timers.pop((name, timer), None)
                if clock is not None:
                    todos.append((_FORGET_TIMER, clock, step))
                continue
            begun, says, own, unsaid, longest = begins  # type: ignore[misc]  # one of the two is there
            delay = own(call)
            if delay is None:
                delay = unsaid
            elif longest is not None and delay > longest:
                delay = longest
            key = name, begun
            if key in timers:
                set_clock(switch, name, begun, says, delay, step, number)
            else:
                switch.timer_count = order = switch.timer_count + 1
                timers[key] = clock = _new(Clock, (now + delay, order, says, key, number))
                todos.append((_SET_TIMER, clock, step))
        return status, id, [(number, now, _CALL, name, verb, status, state, to, by, cause, id, -1, None)], todos, None

    return do if to is not state and to in (CallState.COMPLETED, _RINGING, _IN_PROGRESS) else None


@lru_cache(maxsize=32)
def ready_of(rulebook: Rulebook) -> Ready:
    """What was made ready of a rulebook: as yet nothing. Switches of one book share it."""
    return Ready(rulebook)
