"""The laws of what there is: calls, multiparty calls, participants, actions and clocks."""

from __future__ import annotations

from callsim.model import (
    FINAL,
    Action,
    ActionState,
    ActionUrl,
    Call,
    CallState,
    Entity,
    Members,
    Membership,
    MpcState,
    MultipartyCall,
    Opening,
    Participant,
    ParticipantState,
    Pending,
    Recording,
    RoomKind,
    Runs,
    Timer,
)
from callsim.properties.wording import ended, moment, seen
from callsim.switch import Clock, World, is_live, present, running

# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_COMPLETED, _IN_PROGRESS, _RINGING = CallState.COMPLETED, CallState.IN_PROGRESS, CallState.RINGING
_CALL, _EXITED, _IN_NONE = Entity.CALL, ParticipantState.EXITED, Membership.NONE

# -- calls ---------------------------------------------------------------------------------------------------------


def a_call_ends_once(world: World, call: Call) -> str | None:
    """Completed, having an ending and having an end time are one and the same."""
    over = call.state is _COMPLETED
    if (call.ending is not None) is over and (call.ended_at is not None) is over:
        return None
    return f"call {call.name} is {call.state}, ended at {moment(call.ended_at)} and has {ended(call.ending)}"


def the_first_ending_stays(world: World, call: Call) -> str | None:
    """An ending keeps its time, its rule and the state it ended, which was not the final one."""
    ending = call.ending
    if ending is None or (
        ending.at == call.ended_at and ending.was is call.was is not _COMPLETED and ending.rule in world.rulebook.rows
    ):
        return None
    return f"call {call.name} was {call.was or 'nothing'} and ended at {moment(call.ended_at)}, and has {ended(ending)}"


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
    return ", ".join(map(moment, times))


def states_have_their_times(world: World, call: Call) -> str | None:
    """A call that rings has begun to ring, one in progress was answered, and nobody else was."""
    late = call.was if call.state is _COMPLETED else call.state
    rang = late is not _RINGING or call.ringing_at is not None
    if rang and (late is _IN_PROGRESS) is (call.answered_at is not None):
        return None
    return f"call {call.name} is {call.state} and was {call.was or 'nothing'}; queued, ringing, answered, ended: {_times(call)}"


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
    by_name, alive = seen(world.calls.get(name), call), seen(world.live.get(name), call)
    return f"call {name} is {call.state}; found by its name: {by_name}; among the live ones: {alive}"


# -- multiparty calls, participants, actions, clocks ------------------------------------------------------------------


def an_ended_mpc_is_empty(world: World, mpc: MultipartyCall) -> str | None:
    """Nobody is in, or joining, a multiparty call that has ended."""
    if is_live(mpc) or not present(mpc):
        return None
    return f"multiparty call {mpc.key} has ended and {present(mpc)[0].name} is {present(mpc)[0].state}"


def a_name_is_free_again(world: World, mpc: MultipartyCall) -> str | None:
    """A multiparty call has its name while it lives and not a moment longer."""
    holds = world.rooms.get(mpc.place) is mpc
    if holds is is_live(mpc) and world.mpcs.get(mpc.key) is mpc:
        return None
    return f"multiparty call {mpc.key} is {mpc.state} and {'holds' if holds else 'does not hold'} the name {mpc.name}"


def an_mpcs_end_is_complete(world: World, mpc: MultipartyCall) -> str | None:
    """Ended means: when, why, by whom and by which rule; and its times are in order."""
    ended = mpc.state is MpcState.ENDED
    parts = {"time": mpc.ended_at, "cause": mpc.termination, "speaker": mpc.ended_by, "rule": mpc.rule}
    wrong = [name for name, part in parts.items() if (part is not None) is not ended]
    if wrong:
        return f"multiparty call {mpc.key} is {mpc.state} and its end has {'no' if ended else 'a'} {' and '.join(wrong)}"
    times = [at for at in (mpc.created_at, mpc.started_at, mpc.ended_at, world.now) if at is not None]
    return None if times == sorted(times) else f"the times of multiparty call {mpc.key} are not in order: {', '.join(map(moment, times))}"


def an_active_mpc_has_somebody_in_it(world: World, mpc: MultipartyCall) -> str | None:
    """While a multiparty call lives, somebody is in it, waits in it for its start, or is on the way there: whether those who
    join are waited for when the last one leaves is for the rules to say."""
    somebody = mpc.members is not Members.NONE or mpc.pending is not Pending.NONE
    if not is_live(mpc) or somebody:
        return None
    return f"multiparty call {mpc.key} is {mpc.state} with {mpc.members} in it"


def an_mpc_has_started_or_waits_to(world: World, mpc: MultipartyCall) -> str | None:
    """It has a start exactly if it has been active; and it waits no longer once somebody is in it who starts it."""
    active = mpc.state is MpcState.ACTIVE or (mpc.state is MpcState.ENDED and mpc.was is MpcState.ACTIVE)
    waits = mpc.state is MpcState.INITIALIZED and mpc.opening is Opening.READY
    if (mpc.started_at is not None) is active and not waits:
        return None
    return f"multiparty call {mpc.key} is {mpc.state}, was {mpc.was or 'nothing'}, started at {moment(mpc.started_at)} with {mpc.opening}"


def an_mpc_is_not_overfull(world: World, mpc: MultipartyCall) -> str | None:
    """No more are in a multiparty call, or joining it, than may be."""
    taken = len(present(mpc))
    return f"{taken} take part in multiparty call {mpc.key} of {mpc.bound}" if 0 < mpc.bound < taken else None


def an_mpc_is_recorded_as_it_says(world: World, mpc: MultipartyCall) -> str | None:
    """A recording runs exactly while a multiparty call says so, which is over when it has ended; no more is on it than it lasted."""
    tape = mpc.tape
    off, runs = tape is None or tape.ended_at is not None, tape is not None and tape.since is not None
    fine = (mpc.recording is Recording.OFF) is off and (mpc.recording is Recording.ON) is runs and (off or is_live(mpc))
    if fine and (tape is None or tape.length <= world.now - tape.began_at):
        return None
    ended = moment(None if tape is None else tape.ended_at)
    what = "no recording" if tape is None else f"a recording of {tape.length} ms from {moment(tape.began_at)}, ended at {ended}"
    return f"multiparty call {mpc.key} is {mpc.state} with {mpc.recording} and {what}"


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
    return f"participant {one.name} is {one.state}, left at {moment(one.exited_at)} and for {one.exit or 'no reason'}"


def what_runs_has_a_live_call(world: World, action: Action) -> str | None:
    """An action runs only on a call that is not over, and has an end exactly when it is over itself."""
    runs = action.state is ActionState.RUNNING
    if (action.ended_at is None) is runs and not (runs and action.call.state is _COMPLETED):
        return None
    return f"{action.name} is {action.state}, ended at {moment(action.ended_at)}, and its call is {action.call.state}"


_WHOSE = {Timer.ACTION: Entity.ACTION, Timer.DURATION: Entity.MPC}


_BESIDE = (ActionUrl.BEFORE_ANSWER, ActionUrl.ASIDE, ActionUrl.PARKING)


def _is_waited_for(action: Action) -> bool:
    """Whether it is an element's, and the next one waits for it."""
    return action.runs is Runs.ALONE and action.action_url_fact not in _BESIDE


def one_element_runs_at_a_time(world: World, action: Action) -> str | None:
    """The next element of a document waits for what runs, unless that runs behind all that follows."""
    if action.state is not ActionState.RUNNING or not _is_waited_for(action):
        return None
    others = [one for one in running(action.call.actions) if one is not action and _is_waited_for(one)]
    return f"{action.name} runs, and so does {others[0].name}" if others else None


def a_stay_lasts_as_long_as_its_member(world: World, action: Action) -> str | None:
    """A call stays in a conference, as its document has it, exactly as long as it is a member there."""
    if action.kind != "conference" or action.state is not ActionState.RUNNING:
        return None
    one = action.call.participant
    if one is not None and one.state is ParticipantState.ACTIVE and one.mpc.kind is RoomKind.CONFERENCE:
        return None
    return f"{action.name} runs, and its call is {'no member' if one is None else f'{one.state} in {one.mpc.key}'}"


def a_clock_runs_for_what_is_not_over(world: World, clock: Clock) -> str | None:
    """A clock is that of a call or a multiparty call that is not over, or of an action that still runs."""
    name, timer = clock.key
    entity = _WHOSE.get(timer, _CALL)
    thing = world.find(entity, name)
    if thing is not None and thing.state not in FINAL[entity]:
        return None
    return f"the {timer} clock of {name} is due at {moment(clock.due)}, and {name} is {thing.state if thing else 'nothing'}"
