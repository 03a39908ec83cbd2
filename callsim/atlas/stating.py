"""The state of what is looked at, put into a few words: of a call what it does in it, of a multiparty call who is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from callsim.course import Band, Coming, Course
from callsim.model import Action, Call, Membership, MultipartyCall, Timer
from callsim.scenario.facts import room
from callsim.switch import Switch, present
from callsim.switch.world import running

NOWHERE = "unknown"
"""The state of what there is not."""


def subject(switch: Switch, name: str) -> Call | MultipartyCall | None:
    """The call of that name, or the latest multiparty call of it; None if there is none yet."""
    return switch.calls.get(name) or room(switch, name)


def state_of(course: Course, name: str, also: Iterable[str] = ()) -> str:
    """How a subject stands: `in-progress (in-mpc)`; `active: anna in-progress (in-mpc)`. Of a multiparty call the legs in
    `also` are told even if they have left it."""
    thing = subject(course.switch, name)
    if thing is None:
        return NOWHERE
    return _call(thing, course) if isinstance(thing, Call) else _mpc(thing, course, also)


def plain_state(state: str) -> str:
    """The state itself, without what is told of it besides: `in-progress` of `in-progress (speak)`."""
    return re.split(r"[:;,]| \(", state)[0]


def legs(switch: Switch, name: str) -> list[str]:
    """The calls in a multiparty call or joining it; of a call none."""
    thing = subject(switch, name)
    return [one.call.name for one in present(thing)] if isinstance(thing, MultipartyCall) else []


def awaited(course: Course, name: str) -> list[Coming]:
    """The documents on their way to a call."""
    documents = (each for each in course.pending if each.band is Band.DOCUMENT)
    return [each for each in documents if each.what.asking.todo.name == name and each.what.asking.todo.purpose is not None]


def _call(call: Call, course: Course) -> str:
    if call.ending is not None:
        return str(call.state)
    runs = (word for action in running(call.actions) for word in _action(action))
    waits = dict.fromkeys(f"awaits {each.what.asking.todo.purpose}" for each in awaited(course, call.name))
    said = ", ".join([*_place(call), *runs, *waits, *_clocks(call, course.switch)])
    return f"{call.state} ({said})" if said else str(call.state)


def _action(action: Action) -> list[str]:
    """What runs; of a call that dials others, whether it is joined to one."""
    return [action.kind] if action.conversation is None else [action.kind, str(action.conversation.state)]


def _place(call: Call) -> list[str]:
    """Where it is, if it has anything to do with a multiparty call."""
    return [] if call.membership is Membership.NONE else [str(call.membership)]


def _clocks(call: Call, switch: Switch) -> list[str]:
    """The clocks that not every call has: what they wait for is part of how a call stands."""
    return [f"{timer} clock" for name, timer in switch.timers if name == call.name and timer not in _USUAL]


_USUAL = (Timer.RING, Timer.LIMIT, Timer.ACTION)


def _mpc(mpc: MultipartyCall, course: Course, also: Iterable[str]) -> str:
    names = dict.fromkeys([*(one.call.name for one in present(mpc)), *also])
    told = ", ".join(f"{name} {_leg(course.switch.calls[name], course)}" for name in names)
    return f"{mpc.state}: {told}" if told else str(mpc.state)


def _leg(call: Call, course: Course) -> str:
    return _call(call, course) if call.ending is None else f"{call.state} {call.ending.cause}"
