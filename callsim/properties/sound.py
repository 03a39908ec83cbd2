"""Whether a call plainly keeps every law of calls, asked in one go: what nearly every call does after every command."""

from __future__ import annotations

from typing import Any

from callsim.model import Call, CallState, Line, Membership
from callsim.switch import World

# Looked up once: this is asked of every change of every run.
_COMPLETED, _IN_PROGRESS, _RINGING = CallState.COMPLETED, CallState.IN_PROGRESS, CallState.RINGING
_IN_NO_LINE, _IN_NONE = Line.NONE, Membership.NONE


def is_sound(world: World, call: Call) -> bool:
    """Whether a call plainly keeps every law of calls. If it does not, the laws must be asked."""
    state, name, until = call.state, call.name, world.now
    if call.participant is not None or call.leg_of is not None or call.line is not _IN_NO_LINE or call.membership is not _IN_NONE:
        return False
    if world.calls.get(name) is not call:
        return False
    if state is not _COMPLETED:
        if call.ending is not None or call.ended_at is not None or world.live.get(name) is not call:
            return False
    else:
        ending = call.ending
        if ending is None or call.actions or name in world.live:
            return False
        at, was = call.ended_at, call.was
        if at is None or at != ending[2] or at > until or was is not ending[5] or was is _COMPLETED or ending[4] not in world.rulebook.rows:
            return False
        return in_order(call, was, at)
    return in_order(call, state, until)


def in_order(call: Call, state: Any, until: int) -> bool:
    """Whether a call has the times that its latest state but the end asks for, one after the other."""
    # Each comparison alone, since Python makes only those fast that a jump follows.
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
    if answered is not None:
        if state is not _IN_PROGRESS or answered < before:
            return False
        before = answered
    elif state is _IN_PROGRESS:
        return False
    return before <= until
