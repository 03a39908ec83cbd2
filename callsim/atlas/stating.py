"""The state of what is looked at, put into a few words: of a call what it does in it, of a multiparty call who is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from callsim.model import Call, Membership, MultipartyCall
from callsim.scenario.facts import room
from callsim.switch import Switch, present
from callsim.switch.world import running

NOWHERE = "unknown"
"""The state of what there is not."""


def subject(switch: Switch, name: str) -> Call | MultipartyCall | None:
    """The call of that name, or the latest multiparty call of it; None if there is none yet."""
    return switch.calls.get(name) or room(switch, name)


def state_of(switch: Switch, name: str, also: Iterable[str] = ()) -> str:
    """How a subject stands: `in-progress (in-mpc)`; `active: anna in-progress (in-mpc)`. Of a multiparty call the legs in
    `also` are told even if they have left it."""
    thing = subject(switch, name)
    if thing is None:
        return NOWHERE
    return _call(thing) if isinstance(thing, Call) else _mpc(thing, switch, also)


def plain_state(state: str) -> str:
    """The state itself, without what is told of it besides: `in-progress` of `in-progress (speak)`."""
    return re.split(r"[:;,]| \(", state)[0]


def legs(switch: Switch, name: str) -> list[str]:
    """The calls in a multiparty call or joining it; of a call none."""
    thing = subject(switch, name)
    return [one.call.name for one in present(thing)] if isinstance(thing, MultipartyCall) else []


def _call(call: Call) -> str:
    told = [] if call.ending is not None else [_place(call), *(action.kind for action in running(call.actions))]
    said = ", ".join(filter(None, told))
    return f"{call.state} ({said})" if said else str(call.state)


def _place(call: Call) -> str:
    """Where it is, if it has anything to do with a multiparty call; an XML leg waits there for its room."""
    return "" if call.membership is Membership.NONE else str(call.membership)


def _mpc(mpc: MultipartyCall, switch: Switch, also: Iterable[str]) -> str:
    names = dict.fromkeys([*(one.call.name for one in present(mpc)), *also])
    told = ", ".join(f"{name} {_leg(switch.calls[name])}" for name in names)
    return f"{mpc.state}: {told}" if told else str(mpc.state)


def _leg(call: Call) -> str:
    return _call(call) if call.ending is None else f"{call.state} {call.ending.cause}"
