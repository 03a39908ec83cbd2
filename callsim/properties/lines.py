"""The laws of the line in which an account's calls wait, where a world says what is allowed."""

from __future__ import annotations

from callsim.model import Call, Line
from callsim.switch import World

_SECOND = 1000


def who_was_placed_first_goes_first(world: World, call: Call) -> str | None:
    """Nobody is taken on while somebody of the same account waits who was placed before."""
    if call.line is not Line.WAITING or call.ending is not None:
        return None
    later = (each for each in world.calls.values() if each.taken_on_at is not None and each.number > call.number)
    found = next((each for each in later if each.placement.account == call.placement.account), None)
    return None if found is None else f"call {call.name} still waits, and {found.name}, which came later, was taken on"


def no_account_has_more_than_allowed(world: World, call: Call) -> str | None:
    """Of an account no more calls are up, and in one second no more were taken on, than its world allows."""
    allowed = world.allowed
    if allowed is None or call.taken_on_at is None:
        return None
    own = [each for each in world.calls.values() if each.taken_on_at is not None and each.placement.account == call.placement.account]
    up = sum(each.ending is None for each in own)
    if allowed.concurrent_calls is not None and up > allowed.concurrent_calls:
        return f"account {call.placement.account} has {up} calls, and may have {allowed.concurrent_calls}"
    since = call.taken_on_at - _SECOND
    fast = sum(since < (each.taken_on_at or 0) <= call.taken_on_at for each in own)
    if allowed.calls_per_second is not None and fast > allowed.calls_per_second:
        return f"account {call.placement.account} made {fast} calls in a second, and may make {allowed.calls_per_second}"
    return None
