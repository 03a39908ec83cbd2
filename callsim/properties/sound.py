"""Whether a call plainly keeps every law of calls, asked in one go: what nearly every call does after every command."""

from __future__ import annotations

from callsim.model import Call, CallState, Line, Membership
from callsim.switch import World

# Looked up once: this is asked of every change of every run.
_COMPLETED, _IN_PROGRESS, _RINGING, _IN_NONE = CallState.COMPLETED, CallState.IN_PROGRESS, CallState.RINGING, Membership.NONE
_IN_NO_LINE = Line.NONE


def is_sound(world: World, call: Call) -> bool:
    """Whether a call plainly keeps every law of calls. If it does not, the laws must be asked."""
    state, name = call.state, call.name
    if call.line is not _IN_NO_LINE:
        return False
    if state is _COMPLETED:
        return _is_soundly_over(world, call)
    if call.ending is not None or call.ended_at is not None or world.live.get(name) is not call:
        return False
    if call.participant is not None or call.membership is not _IN_NONE or world.calls.get(name) is not call:
        return False
    if call.leg_of is not None:
        return False
    return _is_in_order(call, state, world.now)


def _is_soundly_over(world: World, call: Call) -> bool:
    name, ending, ended, was = call.name, call.ending, call.ended_at, call.was
    if ending is None or ended is None or ended > world.now or was is None or was is _COMPLETED:
        return False
    if ending.at != ended or ending.was is not was or ending.rule not in world.rulebook.rows:
        return False
    if call.actions or call.leg_of is not None or name in world.live or world.calls.get(name) is not call:
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
