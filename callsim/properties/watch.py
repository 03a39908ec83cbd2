"""Holding the laws: over what a command has touched, over everything, and over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from callsim.errors import BrokenLaw
from callsim.model import (
    FINAL,
    By,
    Call,
    CallState,
    Change,
    Command,
    Ending,
    Entity,
    Line,
    Membership,
    Outcome,
    Plain,
    Status,
    Thing,
    Timer,
    Todo,
    TodoKind,
    Verb,
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
    for change in changes:
        # A tuple is taken apart faster than asked by name.
        number, _, entity, name, _, status, from_, to, _, _, rule, _, via = change
        plain = rule in rows and (via is None or via in rows) and status is _DONE and from_ is not _COMPLETED
        if not plain or to is _COMPLETED:
            hold(CHANGE_LAWS, switch, Change._make(change))
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
        """Hold the laws of what this outcome has touched, and remember the calls it ended. Raises BrokenLaw."""
        status, _, changes, todos, _ = outcome
        if status is _DONE and len(changes) == 1 and (not todos or _only_timers(todos)):
            # What nearly every command comes to: one plain change of one call. The call is asked for all at once.
            _, at, entity, name, verb, _, from_, to, by, cause, rule, _, via = changes[0]
            switch = self.switch
            call = switch.calls.get(name)
            if (
                call is not None
                and entity is _CALL
                and via is None
                and rule in self.rules
                and call.state is to
                and (call.was or "") == from_
                and call.name == name
                and call.participant is None
                and call.membership is _IN_NONE
                and call.leg_of is None
                and call.line is _IN_NO_LINE
                and in_order(call, to if to is not _COMPLETED else from_, at)
            ):
                ending = call.ending
                if to is not _COMPLETED:
                    if ending is None and call.ended_at is None and switch.live.get(name) is call:
                        return
                elif (
                    ending is not None
                    and ending[:6] == (cause, by, at, verb, rule, from_)
                    and call.ended_at == at
                    and from_ is not _COMPLETED
                    and not call.actions
                    and name not in switch.live
                ):
                    self._remember(call)
                    return
        _check(self.switch, outcome, self)

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
        name, now = call.name, call.ending
        first = self.endings.get(name)
        if first is None and now is not None:
            self.endings[name] = now
        elif first is not now and first != now:
            raise BrokenLaw(name_of(the_first_ending_stays), f"call {name} had {ended(first)}, and has {ended(now)}", [])
