"""What a switch does about calls that are to be dialled only later: their clock, and the dialling."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim.model import By, Call, Line, Timer, Todo, TodoKind, Verb
from callsim.rules import Effect
from callsim.switch.clocks import set_clock
from callsim.switch.queue import line_up, meter

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


def _set_delay(switch: Switch, call: Call, due: Due) -> None:
    handling = call.placement.handling
    delay = 0 if handling is None else handling.dial_delay or 0
    set_clock(switch, call.name, Timer.DIAL_DELAY, Verb.DIAL_DELAY_OVER, delay, due.row.id, due.because)


def _dial_now(switch: Switch, call: Call, due: Due) -> None:
    """Let a call reach for its far party; where calls are limited, once it is its turn."""
    call.line = Line.NONE
    if switch.allowed is None:
        switch._todos.append(Todo(TodoKind.PLACED, call.name, switch.now, due.row.id, because=due.because))
    else:
        meter(call, By.API)
        line_up(switch, call, due)


DELAY_EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.SET_DIAL_DELAY_TIMER: _set_delay,
    Effect.DIAL_NOW: _dial_now,
}
