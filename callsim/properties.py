"""What is always true of a switch: its laws, by name, checked in full or only where a command has just been.

A law is a function of the switch and one thing in it, and says what is wrong with that thing, or None. `check` asks the
laws of the things an outcome touched, cheaply enough to be on in every run; `check_all` asks every law of everything.
`Watch` adds the one thing that a look at the present cannot tell: that what was settled once has stayed as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callsim.errors import BrokenLaw
from callsim.model import (
    Action,
    ActionState,
    By,
    Call,
    CallState,
    Change,
    Command,
    Ending,
    Entity,
    Membership,
    MpcState,
    MultipartyCall,
    Outcome,
    Participant,
    ParticipantState,
    Plain,
    Status,
    Thing,
    Todo,
    TodoKind,
    Verb,
    named,
)
from callsim.rules import AnyRow
from callsim.switch import Switch, World, is_live, present, running

# Names looked up once: these laws are asked of every change of every run.
_COMPLETED, _IN_PROGRESS, _RINGING = CallState.COMPLETED, CallState.IN_PROGRESS, CallState.RINGING
_DONE, _CALL, _EXITED, _IN_NONE = Status.DONE, Entity.CALL, ParticipantState.EXITED, Membership.NONE
_SET_TIMER, _FORGET_TIMER, _FETCH, _ = TodoKind


# -- calls ---------------------------------------------------------------------------------------------------------


def a_call_ends_once(world: World, call: Call) -> str | None:
    """Completed, having an ending and having an end time are one and the same."""
    ended = call.state is _COMPLETED
    if (call.ending is not None) is ended and (call.ended_at is not None) is ended:
        return None
    return f"call {call.name} is {call.state} with ending {call.ending} at {call.ended_at}"


def the_first_ending_stays(world: World, call: Call) -> str | None:
    """An ending keeps its time, its rule and the state it ended, which was not the final one."""
    ending = call.ending
    if ending is None or (
        ending.at == call.ended_at and ending.was is call.was is not _COMPLETED and ending.rule in world.rulebook.rows
    ):
        return None
    return f"call {call.name}, over since {call.ended_at} and {call.was} before, has the ending {ending}"


def an_ended_call_has_stopped(world: World, call: Call) -> str | None:
    """Nothing runs on a call that is over, and it takes part in nothing."""
    if call.state is not _COMPLETED:
        return None
    if call.actions and running(call.actions):
        return f"call {call.name} is over and {running(call.actions)[0].name} still runs"
    one = call.participant
    if one is None or one.state is _EXITED:
        return None
    return f"call {call.name} is over and still {one.state} in {one.mpc.key}"


_MEMBERSHIP = {
    ParticipantState.JOINING: Membership.JOINING,
    ParticipantState.ACTIVE: Membership.ACTIVE,
    ParticipantState.EXITED: Membership.LEFT,
}


def membership_is_mutual(world: World, call: Call) -> str | None:
    """What a call thinks of its place in a multiparty call, its participant thinks too."""
    one = call.participant
    expected = _IN_NONE if one is None else _MEMBERSHIP[one.state]
    if call.membership is expected and (one is None or one.call is call):
        return None
    return f"call {call.name} is {call.membership} and its participant says {expected}"


def a_calls_times_are_in_order(world: World, call: Call) -> str | None:
    """Queued, ringing, answered and ended, those that happened, come in that order and not after now."""
    previous = 0
    for at in (call.queued_at, call.ringing_at, call.answered_at, call.ended_at, world.now):
        if at is not None:
            if at < previous:
                return f"the times of call {call.name} are not in order: {_times(call)}, now {world.now} ms"
            previous = at
    return None


def _times(call: Call) -> str:
    times = (call.queued_at, call.ringing_at, call.answered_at, call.ended_at)
    return ", ".join("never" if at is None else f"{at} ms" for at in times)


def states_have_their_times(world: World, call: Call) -> str | None:
    """A call that rings has begun to ring, one in progress was answered, and nobody else was."""
    late = call.was if call.state is _COMPLETED else call.state
    rang = late is not _RINGING or call.ringing_at is not None
    if rang and (late is _IN_PROGRESS) is (call.answered_at is not None):
        return None
    return f"call {call.name} is {call.state} and was {call.was}, at {_times(call)}"


def a_duration_is_from_answer_to_end(world: World, call: Call) -> str | None:
    """A call that was never answered, or is not over, has no duration."""
    if call.state is not _COMPLETED:
        return None
    expected = 0 if call.answered_at is None else (call.ended_at or 0) - call.answered_at
    return None if call.duration == expected else f"call {call.name} lasted {expected} ms, not {call.duration}"


def no_call_is_lost(world: World, call: Call) -> str | None:
    """A call is found by its name, and among the live ones exactly as long as it is not over."""
    name, found = call.name, None if call.state is _COMPLETED else call
    if world.live.get(name) is found and world.calls.get(name) is call:
        return None
    return f"call {name} is {call.state}, found as {world.calls.get(name)} and among the live as {world.live.get(name)}"


# -- multiparty calls, participants, actions ------------------------------------------------------------------------


def an_ended_mpc_is_empty(world: World, mpc: MultipartyCall) -> str | None:
    """Nobody is in, or joining, a multiparty call that has ended."""
    if is_live(mpc) or not present(mpc):
        return None
    return f"multiparty call {mpc.key} has ended and {present(mpc)[0].name} is {present(mpc)[0].state}"


def a_name_is_free_again(world: World, mpc: MultipartyCall) -> str | None:
    """A multiparty call has its name while it lives and not a moment longer."""
    holds = world.rooms.get((mpc.account, mpc.name)) is mpc
    if holds is is_live(mpc) and world.mpcs.get(mpc.key) is mpc:
        return None
    return f"multiparty call {mpc.key} is {mpc.state} and {'holds' if holds else 'does not hold'} the name {mpc.name}"


def an_mpcs_end_is_complete(world: World, mpc: MultipartyCall) -> str | None:
    """Ended means: when, why, by whom and by which rule; and its times are in order."""
    ended = mpc.state is MpcState.ENDED
    parts = (mpc.ended_at, mpc.termination, mpc.ended_by, mpc.rule)
    if any((part is not None) is not ended for part in parts):
        return f"multiparty call {mpc.key} is {mpc.state} with {parts}"
    times = [at for at in (mpc.created_at, mpc.started_at, mpc.ended_at, world.now) if at is not None]
    return None if times == sorted(times) else f"the times of multiparty call {mpc.key} are not in order: {times}"


def who_is_in_is_answered(world: World, one: Participant) -> str | None:
    """An active participant's call is in progress, a joining one's not over, and the multiparty call lives for both."""
    if one.state is ParticipantState.EXITED:
        return None
    active = one.state is ParticipantState.ACTIVE
    fine = one.call.state is CallState.IN_PROGRESS if active else one.call.state is not _COMPLETED
    if fine and is_live(one.mpc) and one.call.participant is one:
        return None
    return f"participant {one.name} is {one.state}, its call {one.call.state} and {one.mpc.key} {one.mpc.state}"


def its_call_knows_of_it(world: World, one: Participant) -> str | None:
    """A call's latest participant and the call itself tell the same of its place; former ones are out."""
    call = one.call
    expected = _MEMBERSHIP[one.state] if call.participant is one else Membership.LEFT
    if one.state is _EXITED or call.membership is expected:
        return None
    return f"participant {one.name} is {one.state} in {one.mpc.key} and its call {call.membership}"


def an_exit_is_complete(world: World, one: Participant) -> str | None:
    """Exited means: when and why."""
    exited = one.state is ParticipantState.EXITED
    if (one.exit is not None) is exited and (one.exited_at is not None) is exited:
        return None
    return f"participant {one.name} is {one.state} with exit {one.exit} at {one.exited_at}"


def what_runs_has_a_live_call(world: World, action: Action) -> str | None:
    """An action runs only on a call that is not over, and has an end exactly when it is over itself."""
    runs = action.state is ActionState.RUNNING
    if (action.ended_at is None) is runs and not (runs and action.call.state is _COMPLETED):
        return None
    return f"{action.name} is {action.state} since {action.ended_at} and its call {action.call.state}"


# -- changes and outcomes ------------------------------------------------------------------------------------------


def every_change_names_its_rule(world: World, change: Change) -> str | None:
    """The rule of a change, and the consequence that led to it, are rows of the rulebook."""
    rows = world.rulebook.rows
    if change.rule in rows and (change.via is None or change.via in rows):
        return None
    return f"change {change.number} names {change.rule!r} via {change.via!r}"


def only_what_is_done_moves(world: World, change: Change) -> str | None:
    """What is refused, was so already or is unknown moves nothing, and nothing is done to a call that is over."""
    if change.status is not _DONE:
        if change.from_ == change.to:
            return None
        return f"change {change.number} is {change.status} and moves {change.name} to {change.to}"
    if change.entity is _CALL and change.from_ is _COMPLETED:
        return f"change {change.number} does {change.verb} to call {change.name}, which is over"
    return None


def an_ending_is_the_change_that_ended(world: World, change: Change) -> str | None:
    """The change that completes a call and the call's ending tell the same."""
    if change.to is not _COMPLETED or change.status is not _DONE:
        return None
    ending = world.calls[change.name].ending
    if ending is not None and ending[:5] == (change.cause, change.by, change.at, change.verb, change.rule):
        return None
    return f"change {change.number} ended call {change.name} ({change.cause} by {change.by}); its ending is {ending}"


def a_refusal_changes_nothing(world: World, outcome: Outcome) -> str | None:
    """A command that was not done has no done change and asks for nothing."""
    if outcome.status is _DONE:
        return None
    if outcome.todos or any(change.status is _DONE for change in outcome.changes):
        return f"a command that is {outcome.status} led to {outcome.todos or outcome.changes}"
    return None


def the_end_is_told_once(world: World, outcome: Outcome) -> str | None:
    """A hang-up callback goes out with the end of its call, once; so there is never a second one, nor an early one."""
    told = [todo.name for todo in outcome.todos if todo.callback == "hangup"] if outcome.todos else ()
    for name in told:
        ends = sum(1 for change in outcome.changes if change.name == name and _ends_a_call(change))
        if ends != 1 or told.count(name) != 1:
            return f"the end of call {name} is told {told.count(name)} times as it ends {ends} times"
    return None


def _ends_a_call(change: Change) -> bool:
    return change.entity is _CALL and change.to is _COMPLETED and change.status is _DONE


def what_ended_asks_for_nothing(world: World, outcome: Outcome) -> str | None:
    """No document is fetched for a call that is over."""
    for todo in outcome.todos:
        if todo.kind is _FETCH and world.calls[todo.name].state is _COMPLETED:
            return f"a document is asked for call {todo.name}, which is over"
    return None


# -- the world as a whole -------------------------------------------------------------------------------------------


def the_counts_add_up(world: World, _: None = None) -> str | None:
    """Calls counted by their state are what the tally says, and the live ones are those not over."""
    counted = Counter(call.state for call in world.calls.values())
    if all(world.tally[state] == counted[state] for state in CallState):
        return None
    return f"the tally says {world.tally}, counted are {dict(counted)}"


def every_rule_has_its_basis(world: World, _: None = None) -> str | None:
    """Each row says on what it stands; an assumption it stands on is one of the rulebook's."""
    book = world.rulebook
    for row in book.rows.values():
        if not (row.basis.evidence or row.basis.assumption in book.assumptions):
            return f"rule {row.id} stands on nothing"
    return None


Law = Callable[[Any, Any], "str | None"]

_CALL_LAWS: tuple[Law, ...] = (
    a_call_ends_once, the_first_ending_stays, an_ended_call_has_stopped, membership_is_mutual, no_call_is_lost,
    a_calls_times_are_in_order, states_have_their_times, a_duration_is_from_answer_to_end,
)  # fmt: skip
_MPC_LAWS: tuple[Law, ...] = (an_ended_mpc_is_empty, a_name_is_free_again, an_mpcs_end_is_complete)
_PARTICIPANT_LAWS: tuple[Law, ...] = (who_is_in_is_answered, its_call_knows_of_it, an_exit_is_complete)
_ACTION_LAWS: tuple[Law, ...] = (what_runs_has_a_live_call,)
_CHANGE_LAWS: tuple[Law, ...] = (
    every_change_names_its_rule, only_what_is_done_moves, an_ending_is_the_change_that_ended,
)  # fmt: skip
_OUTCOME_LAWS: tuple[Law, ...] = (a_refusal_changes_nothing, the_end_is_told_once, what_ended_asks_for_nothing)
_WORLD_LAWS: tuple[Law, ...] = (the_counts_add_up, every_rule_has_its_basis)

_LAWS_OF: dict[Entity, tuple[Law, ...]] = {
    Entity.CALL: _CALL_LAWS,
    Entity.MPC: _MPC_LAWS,
    Entity.PARTICIPANT: _PARTICIPANT_LAWS,
    Entity.ACTION: _ACTION_LAWS,
}


def _name(law: Law) -> str:
    return law.__name__.replace("_", " ")


LAWS: dict[str, Law] = {
    _name(law): law for laws in (*_LAWS_OF.values(), _CHANGE_LAWS, _OUTCOME_LAWS, _WORLD_LAWS) for law in laws
}
"""Every law by name. Each takes the switch and what it is about, and returns what is wrong, or None."""


def _hold(laws: tuple[Law, ...], world: World, about: object) -> None:
    for law in laws:
        wrong = law(world, about)
        if wrong is not None:
            raise BrokenLaw(_name(law), wrong, [])


def check(switch: Switch, outcome: Outcome) -> None:
    """Hold the laws of everything this outcome has touched. Raises BrokenLaw.

    What is plainly sound is asked once, in one go; only where it is not do the laws have their say one by one.
    """
    _check(switch, outcome, None)


def _check(switch: Switch, outcome: Outcome | Plain, watch: Watch | None) -> None:
    status, _, changes, todos, _ = outcome
    if status is not _DONE or (todos and not _only_timers(todos)):
        _hold(_OUTCOME_LAWS, switch, _named(outcome))
    calls, rows = switch.calls, switch.rulebook.rows
    for change in changes:
        # A tuple is taken apart faster than asked by name.
        number, _, entity, name, _, status, from_, to, _, _, rule, _, via = change
        plain = rule in rows and (via is None or via in rows) and status is _DONE and from_ is not _COMPLETED
        if not plain or to is _COMPLETED:
            _hold(_CHANGE_LAWS, switch, Change._make(change))
        thing: Thing | None
        if entity is _CALL:
            thing = call = calls.get(name)
            if call is not None and _is_sound(switch, call):
                if watch is not None and to is _COMPLETED:
                    watch._remember(call)
                continue
        else:
            thing = switch.find(entity, name)
        if thing is None:
            raise BrokenLaw(_name(no_call_is_lost), f"change {number} is about {entity} {name}: gone", [])
        _hold(_LAWS_OF[entity], switch, thing)
        if watch is not None and to is _COMPLETED and isinstance(thing, Call):
            watch._remember(thing)


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


def _is_sound(world: World, call: Call) -> bool:
    """Whether a call plainly keeps every law of calls. If it does not, the laws must be asked."""
    state, name = call.state, call.name
    if state is _COMPLETED:
        return _is_soundly_over(world, call)
    if call.ending is not None or call.ended_at is not None or world.live.get(name) is not call:
        return False
    if call.participant is not None or call.membership is not _IN_NONE or world.calls.get(name) is not call:
        return False
    return _is_in_order(call, state, world.now)


def _is_soundly_over(world: World, call: Call) -> bool:
    name, ending, ended, was = call.name, call.ending, call.ended_at, call.was
    if ending is None or ended is None or ended > world.now or was is None or was is _COMPLETED:
        return False
    if ending.at != ended or ending.was is not was or ending.rule not in world.rulebook.rows:
        return False
    if call.actions or name in world.live or world.calls.get(name) is not call:
        return False
    if call.participant is not None or call.membership is not _IN_NONE:
        return False
    answered = call.answered_at
    return call.duration == (0 if answered is None else ended - answered) and _is_in_order(call, was, ended)


def _is_in_order(call: Call, state: CallState, until: int) -> bool:
    """Whether a call has the times that its latest state but the end asks for, one after the other."""
    queued, ringing, answered = call.queued_at, call.ringing_at, call.answered_at
    before = 0 if queued is None else queued
    if before < 0:
        return False
    if ringing is not None:
        if ringing < before:
            return False
        before = ringing
    elif state is _RINGING:
        return False
    if state is not _IN_PROGRESS:
        return answered is None and before <= until
    return answered is not None and before <= answered <= until


def check_all(switch: Switch) -> None:
    """Hold every law of everything there is, and count again. Raises BrokenLaw."""
    for laws, thing in _everything(switch):
        if laws is not _CALL_LAWS or not _is_sound(switch, thing):  # type: ignore[arg-type]
            _hold(laws, switch, thing)
    _hold(_WORLD_LAWS, switch, None)


def _everything(switch: Switch) -> Iterator[tuple[tuple[Law, ...], Thing]]:
    for call in (*switch.calls.values(), *switch.live.values()):
        yield _CALL_LAWS, call
        for action in call.actions:
            yield _ACTION_LAWS, action
    for mpc in (*switch.mpcs.values(), *switch.rooms.values()):
        yield _MPC_LAWS, mpc
        for one in mpc.participants:
            yield _PARTICIPANT_LAWS, one


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

    def check(self, outcome: Outcome | Plain) -> None:
        """Hold the laws of what this outcome has touched, and remember the calls it ended. Raises BrokenLaw."""
        status, _, changes, todos, _ = outcome
        if len(changes) == 1 and status is _DONE and (not todos or _only_timers(todos)):
            # What nearly every command comes to: one plain change of one sound call.
            _, at, entity, name, verb, _, from_, to, by, cause, rule, _, via = changes[0]
            if entity is _CALL and via is None and from_ is not _COMPLETED and rule in self.rules:
                switch = self.switch
                call = switch.calls.get(name)
                if call is not None and _is_sound(switch, call):
                    if to is not _COMPLETED:
                        return
                    if call.ending[:5] == (cause, by, at, verb, rule):  # type: ignore[index]  # what is over has one
                        self._remember(call)
                        return
        _check(self.switch, outcome, self)

    def check_all(self) -> None:
        """Hold every law of everything, and every ending against the one remembered. Raises BrokenLaw."""
        for name in self.endings:
            if name not in self.switch.calls:
                raise BrokenLaw(_name(no_call_is_lost), f"call {name} ended and is gone", [])
            self._remember(self.switch.calls[name])
        check_all(self.switch)

    def _remember(self, call: Call) -> None:
        now = call.ending
        first = self.endings.get(call.name, now)
        if now is None or first != now:
            raise BrokenLaw(_name(the_first_ending_stays), f"call {call.name} ended by {first}, now by {now}", [])
        self.endings[call.name] = now
