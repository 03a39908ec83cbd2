"""The clocks of a switch: set with what they will say, kept in order, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from callsim.model import Call, MachineDetection, OwnClocks, Timer, TodoKind, Verb
from callsim.rules import Effect, Rulebook
from callsim.switch.world import Clock

if TYPE_CHECKING:
    from callsim.switch.switch import Switch

# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_RING, _LIMIT = Timer.RING, Timer.LIMIT
_SET_TIMER, _FORGET_TIMER = TodoKind.SET_TIMER, TodoKind.FORGET_TIMER
_RING_TIME_OVER, _TIME_LIMIT_REACHED = Verb.RING_TIME_OVER, Verb.TIME_LIMIT_REACHED
_new: Any = tuple.__new__


def set_clock(switch: Switch, name: str, timer: Timer, verb: Verb, delay: int, rule: str, because: int) -> None:
    """Start a clock. Of two clocks of one kind the earlier counts: whichever strikes first has its say."""
    key, at, timers = (name, timer), switch.now + delay, switch.timers
    running = timers.get(key)
    if running is not None and running.due <= at:
        return
    switch.timer_count = order = switch.timer_count + 1
    timers[key] = clock = _new(Clock, (at, order, verb, key, because))
    switch._todos.append((_SET_TIMER, clock, rule))


def forget(switch: Switch, name: str, timer: Timer, rule: str) -> None:
    """Stop a clock if it runs."""
    clock = switch.timers.pop((name, timer), None)
    if clock is not None:
        switch._todos.append((_FORGET_TIMER, clock, rule))


class Sets(NamedTuple):
    """A clock that every call starts at some time: which, what it will say, after how many milliseconds by the call's own placement,
    and by the platform's own limits: that which holds unless said, and the longest that may be said; None: any."""

    timer: Timer
    verb: Verb
    own: Callable[[Call], int | None]
    unsaid: str
    longest: str | None

    def limits(self, rulebook: Rulebook) -> tuple[int, int | None]:
        """What the platform's own limits are. To ask for one is not to use it: it is used when it strikes."""
        values = rulebook.limits
        longest = None if self.longest is None else int(values[self.longest].value)
        return int(values[self.unsaid].value), longest


SETS: dict[Verb | Effect, Sets] = {
    Effect.SET_RING_TIMER: Sets(_RING, _RING_TIME_OVER, attrgetter("placement.ring_timeout"), "ring_timeout", None),
    Effect.SET_LIMIT_TIMER: Sets(_LIMIT, _TIME_LIMIT_REACHED, attrgetter("placement.time_limit"), "time_limit", "longest_call"),
}
"""The clocks that every call starts, which is why they are started without more ado."""


def start(switch: Switch, call: Call, sets: Sets, rule: str, because: int) -> None:
    """Start one of these."""
    own, (unsaid, longest) = sets.own(call), sets.limits(switch.rulebook)
    delay = unsaid if own is None else own if longest is None else min(own, longest)
    set_clock(switch, call.name, sets.timer, sets.verb, delay, rule, because)


# -- clocks that most calls never have -------------------------------------------------------------------------------


def set_ring_schedule(switch: Switch, call: Call, rule: str, because: int) -> None:
    """Start the clock of an end that was set for so long after the ringing, if one was."""
    handling = call.placement.handling
    if handling is not None and handling.hangup_on_ring is not None:
        verb, timer = Verb.RING_SCHEDULE_REACHED, Timer.RING_SCHEDULE
        set_clock(switch, call.name, timer, verb, handling.hangup_on_ring, rule, because)


def set_machine(switch: Switch, call: Call, rule: str, because: int) -> None:
    """Start the clock by which it is known who answered, if somebody asked."""
    handling = call.placement.handling
    if handling is not None and call.detection is not MachineDetection.NONE:
        own = handling.machine_detection_time
        delay = switch.limit("machine_detection_time") if own is None else own
        set_clock(switch, call.name, Timer.MACHINE, Verb.DETECT, int(delay), rule, because)


def set_media(switch: Switch, call: Call, rule: str, because: int) -> None:
    """Start the clock of an answered call of which nothing is heard."""
    call.clocks = OwnClocks.SOME
    delay = int(switch.limit("media_timeout"))
    set_clock(switch, call.name, Timer.MEDIA, Verb.MEDIA_TIME_OVER, delay, rule, because)
