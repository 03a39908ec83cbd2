"""The line in which an account's calls wait for their turn, and what an account may have at once. Nothing of it is there
unless a world says what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from callsim.model import By, Call, CallState, Direction, Exceeded, Line, OwnClocks, Timer, Verb
from callsim.switch.clocks import forget, set_clock

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch
    from callsim.switch.world import World

_SECOND = 1000


def meter(call: Call, by: By) -> None:
    """Let a call that the API makes stand in line. What a document calls stands in none."""
    if by is By.API and call.direction is Direction.OUTBOUND and call.line is Line.NONE:
        call.line, call.clocks = Line.WAITING, OwnClocks.SOME


def waiting(world: World, account: str) -> Iterator[Call]:
    """The calls of an account that stand in line, in order of placing."""
    return (call for call in world.live.values() if call.line is Line.WAITING and call.placement.account == account)


def dialled(world: World, account: str) -> list[Call]:
    """The calls of an account that the platform has taken on and that are not over."""
    return [call for call in world.live.values() if call.taken_on_at is not None and call.placement.account == account]


def recent(world: World, account: str) -> list[int]:
    """When calls of an account were taken on in the last second, the earliest first."""
    times = (call.taken_on_at for call in world.calls.values() if call.placement.account == account)
    return sorted(at for at in times if at is not None and at > world.now - _SECOND)


def _turn(switch: Switch, call: Call) -> int:
    """In how many milliseconds a call may be taken on that is the first in line."""
    most = switch.allowed.calls_per_second if switch.allowed is not None else None
    times = recent(switch, call.placement.account)
    return 0 if most is None or len(times) < most else times[-most] + _SECOND - switch.now


def _give_turn(switch: Switch, call: Call, due: Due) -> None:
    """Take a call on that is the first in line, or let a clock say when."""
    wait = _turn(switch, call)
    if wait:
        set_clock(switch, call.name, Timer.QUEUE, Verb.TAKE_ON, wait, due.row.id, due.because)
    else:
        forget(switch, call.name, Timer.QUEUE, due.row.id)
        switch._do(call, Verb.TAKE_ON, By.PLATFORM, due.because, due.row.id, None)


def line_up(switch: Switch, call: Call, due: Due) -> None:
    """Whoever stands in line alone has its turn as soon as there is one."""
    if call.line is Line.WAITING and next(waiting(switch, call.placement.account), None) is call:
        _give_turn(switch, call, due)


def call_next(switch: Switch, call: Call, due: Due) -> None:
    """A call stands in line no longer: the next has its turn as soon as there is one."""
    if switch.allowed is None:
        return
    if call.line is Line.WAITING:
        call.line = Line.OUT
        forget(switch, call.name, Timer.QUEUE, due.row.id)
    first = next(waiting(switch, call.placement.account), None)
    if first is not None:
        _give_turn(switch, first, due)


def dial_out(switch: Switch, call: Call, due: Due) -> None:
    """Let a call whose turn it is reach for its far party, unless it is one more than there may be."""
    call.line = Line.OUT
    exceeded = _exceeded(switch, call)
    if exceeded is None:
        call.taken_on_at = switch.now
    else:
        switch._do(call, Verb.EXCEED, By.PLATFORM, due.because, due.row.id, exceeded)


def _exceeded(switch: Switch, call: Call) -> Exceeded | None:
    allowed = switch.allowed
    if allowed is None:
        return None
    up = dialled(switch, call.placement.account)
    if allowed.concurrent_calls is not None and len(up) >= allowed.concurrent_calls:
        return Exceeded.CALLS
    same = [each for each in up if each.placement.to == call.placement.to and each.state is not CallState.IN_PROGRESS]
    return Exceeded.DIALS if allowed.dials_to_one is not None and len(same) >= allowed.dials_to_one else None
