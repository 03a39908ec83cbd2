"""Holding the laws: over what a command has touched, over everything, and over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from callsim.errors import BrokenLaw
from callsim.model import (
    FINAL,
    OF_A_ROUTINE,
    By,
    Call,
    CallState,
    Command,
    Ending,
    Entity,
    Line,
    Membership,
    Outcome,
    Plain,
    Routine,
    Status,
    Thing,
    Timer,
    Todo,
    TodoKind,
    Verb,
    change_of,
    named,
)
from callsim.properties.laws import (
    ACTION_LAWS,
    CALL_LAWS,
    CHANGE_LAWS,
    CLOCK_LAWS,
    CONVERSATION_LAWS,
    LAWS_OF,
    MPC_LAWS,
    OUTCOME_LAWS,
    PARTICIPANT_LAWS,
    WORLD_LAWS,
    Law,
    hold,
    name_of,
)
from callsim.properties.sound import in_order, is_sound
from callsim.properties.things import no_call_is_lost, the_first_ending_stays
from callsim.properties.wording import ended
from callsim.rules import AnyRow
from callsim.switch import Switch

# Names looked up once: these laws are asked of every change of every run.
_QUEUED, _RINGING, _IN_PROGRESS, _COMPLETED = CallState.QUEUED, CallState.RINGING, CallState.IN_PROGRESS, CallState.COMPLETED
_DONE, _CALL = Status.DONE, Entity.CALL
_IN_NO_LINE, _IN_NONE = Line.NONE, Membership.NONE
_SET_TIMER, _FORGET_TIMER = TodoKind.SET_TIMER, TodoKind.FORGET_TIMER


def check(switch: Switch, outcome: Outcome) -> None:
    """Hold the laws of everything this outcome has touched. Raises BrokenLaw.

    What is plainly sound is asked once, in one go; only where it is not do the laws have their say one by one.
    """
    _check(switch, outcome, None)


def _check(switch: Switch, outcome: Outcome | Plain, watch: Watch | None) -> None:
    status, _, changes, todos, _ = outcome
    if status is not _DONE or (todos and not _only_timers(todos)):
        hold(OUTCOME_LAWS, switch, _named(outcome))
    calls, rows = switch.calls, switch.rulebook.rows
    for told in changes:
        change = told if len(told) != OF_A_ROUTINE else change_of(told)
        # A tuple is taken apart faster than asked by name.
        number, _, entity, name, _, status, from_, to, _, _, rule, _, via = change
        plain = rule in rows and (via is None or via in rows) and status is _DONE and from_ is not _COMPLETED
        if not plain or to is _COMPLETED:
            hold(CHANGE_LAWS, switch, change_of(change))
        thing: Thing | None
        if entity is _CALL:
            thing = call = calls.get(name)
            if call is not None and is_sound(switch, call):
                if watch is not None and to is _COMPLETED:
                    watch._remember(call)
                continue
        else:
            thing = switch.find(entity, name)
        if thing is None:
            raise BrokenLaw(name_of(no_call_is_lost), f"change {number} is about {entity} {name}: gone", [])
        hold(LAWS_OF[entity], switch, thing)
        if switch.timers and to in FINAL[entity]:
            _hold_clocks(switch, name)
        if watch is not None and to is _COMPLETED and isinstance(thing, Call):
            watch._remember(thing)


def _hold_clocks(switch: Switch, name: str) -> None:
    for timer in Timer:
        clock = switch.timers.get((name, timer))
        if clock is not None:
            hold(CLOCK_LAWS, switch, clock)


def _named(outcome: Outcome | Plain) -> Outcome:
    if isinstance(outcome, Outcome):
        return outcome
    return named(Command(Verb.FAIL, "", By.CARRIER), outcome)  # Which command it was, no law asks.


def _only_timers(todos: Sequence[Todo]) -> bool:
    """Whether nothing is asked for but clocks: what was done and asks for no more breaks no law of outcomes."""
    for todo in todos:
        kind = todo[0]
        if kind is not _SET_TIMER and kind is not _FORGET_TIMER:
            return False
    return True


def check_all(switch: Switch) -> None:
    """Hold every law of everything there is, and count again. Raises BrokenLaw."""
    for call in chain(switch.calls.values(), switch.live.values()):
        if not is_sound(switch, call):
            hold(CALL_LAWS, switch, call)
        for action in call.actions:
            hold(ACTION_LAWS, switch, action)
    for laws, thing in _everything_else(switch):
        hold(laws, switch, thing)
    for clock in switch.timers.values():
        hold(CLOCK_LAWS, switch, clock)
    hold(WORLD_LAWS, switch, None)


def _everything_else(switch: Switch) -> Iterator[tuple[tuple[Law, ...], Thing]]:
    for mpc in (*switch.mpcs.values(), *switch.rooms.values()):
        yield MPC_LAWS, mpc
        for one in mpc.participants:
            yield PARTICIPANT_LAWS, one
    for conversation in switch.conversations.values():
        yield CONVERSATION_LAWS, conversation


@dataclass(slots=True, init=False)
class Watch:
    """A memory of how calls ended, so that an ending that changes later is noticed as well.

    Holds one reference for each call that has ended while it watched.
    """

    switch: Switch
    endings: dict[str, Ending]
    rules: Mapping[str, AnyRow]

    def __init__(self, switch: Switch) -> None:
        self.switch, self.rules = switch, switch.rulebook.rows
        self.endings = {call.name: call.ending for call in switch.calls.values() if call.ending is not None}

    def beside(self, switch: Switch) -> Watch:
        """The same memory for a copy of the switch."""
        other = object.__new__(Watch)
        other.switch, other.rules, other.endings = switch, self.rules, self.endings.copy()
        return other

    def forget(self, names: Iterable[str]) -> None:
        """These calls are over and forgotten: nobody looks at how they ended any more."""
        for name in names:
            self.endings.pop(name, None)

    def check(self, outcome: Outcome | Plain) -> None:
        """Hold the laws of what this outcome has touched, and remember the calls it ended. Raises BrokenLaw.

        What nearly every command comes to is asked in one go: one plain change of one call, and nothing but clocks asked for.
        """
        status, _, changes, todos, _ = outcome
        if status is _DONE and len(changes) == 1 and (not todos or _only_timers(todos)):
            change = changes[0]
            if len(change) == OF_A_ROUTINE:
                if self.plainly_kept(change):  # type: ignore[arg-type]  # it is of that length
                    return
            elif change[2] is _CALL and change[12] is None and change[10] in self.rules:
                switch = self.switch
                call = switch.calls.get(change[3])
                # No ending is told of by what leaves a call up: that it has none is part of being sound.
                if call is not None and call.state is change[7] is not _COMPLETED and (call.was or "") == change[6] and is_sound(switch, call):
                    return
        _check(self.switch, outcome, self)

    def plainly_kept(self, change: tuple[int, int, str, Routine]) -> bool:
        """Whether every law is plainly kept by a routine change of which nothing came but that clocks were set or forgotten, and by the
        call it is of. If not, the laws must be asked."""
        _, at, name, routine = change
        switch = self.switch
        call = switch.calls.get(name)
        if (
            call is None
            or call.name is not name
            or call.state is not (to := routine.to)
            or call.was is not (state := routine.from_)
            or state is _COMPLETED
            or call.participant is not None
            or call.membership is not _IN_NONE
            or call.leg_of is not None
            or call.line is not _IN_NO_LINE
            or routine.rule not in self.rules
        ):
            return False
        if to is not _COMPLETED:
            state = to
            if call.ending is not None or call.ended_at is not None or switch.live.get(name) is not call:
                return False
        else:
            ending = call.ending
            if (
                ending is None
                or ending[:6] != (routine.cause, routine.by, at, routine.verb, routine.rule, state)
                or call.ended_at != at
                or call.actions
                or name in switch.live
            ):
                return False
            self._remember(call)
        # What `in_order` asks, where nearly every call stands: it was in line, and has rung.
        queued, ringing, answered = call.queued_at, call.ringing_at, call.answered_at
        if queued is None or queued < 0 or ringing is None:
            return in_order(call, state, at)
        if ringing < queued:
            return False
        if answered is None:
            return state is _RINGING and ringing <= at
        if answered < ringing:
            return False
        return state is _IN_PROGRESS and answered <= at

    def check_all(self) -> None:
        """Hold every law of everything, and every ending against the one remembered. Raises BrokenLaw."""
        for name, first in self.endings.items():
            call = self.switch.calls.get(name)
            if call is None:
                raise BrokenLaw(name_of(no_call_is_lost), f"call {name} ended and is gone", [])
            if call.ending is not first:
                self._remember(call)
        check_all(self.switch)

    def _remember(self, call: Call) -> None:
        name, ending = call.name, call.ending
        first = self.endings.get(name) if ending is None else self.endings.setdefault(name, ending)
        if first is not ending and first != ending:
            raise BrokenLaw(name_of(the_first_ending_stays), f"call {name} had {ended(first)}, and has {ended(ending)}", [])
