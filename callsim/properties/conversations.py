"""The laws of conversations: who is in one, and that nobody stays behind when it is over."""

from __future__ import annotations

from callsim.model import Call, CallState, Conversation, ConversationState, Dials, Kin, Leg
from callsim.properties.wording import moment
from callsim.switch import World, running

_IN_PROGRESS, _COMPLETED = CallState.IN_PROGRESS, CallState.COMPLETED
_JOINED, _OVER = ConversationState.JOINED, ConversationState.OVER


def an_over_conversation_has_no_live_leg(world: World, one: Conversation) -> str | None:
    """Nobody that was called for a conversation is still there when it is over."""
    left = one.live_legs if one.state is _OVER else []
    return f"conversation {one.name} is over and its leg {left[0].name} is {left[0].state}" if left else None


def a_conversation_has_a_call_that_waits(world: World, one: Conversation) -> str | None:
    """While a conversation lasts, the call that dialled is there, and what runs on it is this."""
    if one.state is _OVER or one.kin is Kin.EQUALS:
        return None
    action = one.action
    if action is not None and action in running(one.call.actions) and action.dials is Dials.YES and action.conversation is one:
        return None
    return f"conversation {one.name} is {one.state} and nothing of it runs on {one.call.name}, which is {one.call.state}"


def who_is_joined_talks(world: World, one: Conversation) -> str | None:
    """A joined conversation has exactly one live leg, which was answered, as was the call it was made for; a dialling one
    has none that was answered but for those who still have to press a key, and at least one that may be; one of equals has
    somebody in it."""
    if one.state is _OVER:
        return None
    states = [leg.state for leg in one.live_legs]
    if one.kin is Kin.EQUALS:
        fine = bool(states) and one.state is _JOINED and one.joined is None
    elif one.state is _JOINED:
        fine = states == [_IN_PROGRESS] and one.live_legs[0] is one.joined and one.call.state is _IN_PROGRESS
    else:
        ready = [leg for leg in one.live_legs if leg.state is _IN_PROGRESS and leg.leg is not Leg.UNCONFIRMED]
        fine = bool(states) and not ready and one.joined is None
    legs = ", ".join(f"{leg.name} {leg.state}" for leg in one.legs) or "no legs"
    return None if fine else f"conversation {one.name} is {one.state} with {legs}, and {one.call.name} is {one.call.state}"


def a_conversations_end_is_complete(world: World, one: Conversation) -> str | None:
    """Over means: when and why; it is joined when somebody is; and its times are in order."""
    over = one.state is _OVER
    times = [at for at in (one.begun_at, one.joined_at, one.over_at, world.now) if at is not None]
    if (one.parting is not None) is over and (one.over_at is not None) is over and times == sorted(times):
        return None
    told = ", ".join(map(moment, (one.begun_at, one.joined_at, one.over_at)))
    return f"conversation {one.name} is {one.state} for {one.parting or 'no reason'}; begun, joined, over: {told}"


def a_leg_is_in_one_conversation(world: World, call: Call) -> str | None:
    """A call that was made for another, or is one phone call with others, is in the conversation it says, and in no other."""
    if call.leg_of is None:
        return None
    one = call.leg_of
    if call in one.legs and world.conversations.get(one.name) is one and (one.call is not call or one.kin is Kin.EQUALS):
        return None
    return f"call {call.name} is a leg of {one.name}, where there is no such leg"


def a_live_leg_has_a_live_conversation(world: World, call: Call) -> str | None:
    """A leg that is not over is of a conversation that is not over."""
    if call.leg_of is None or call.state is _COMPLETED or call.leg_of.state is not _OVER:
        return None
    return f"call {call.name} is {call.state} and a leg of {call.leg_of.name}, which is over"
