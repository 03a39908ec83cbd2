"""Finds the call somebody means, and tells whether it has come to a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callsim.errors import UsageError
from callsim.model import CallState
from callsim.server.exchange import Exchange

_REACHED = {
    CallState.QUEUED: "queued_at", CallState.RINGING: "ringing_at", CallState.IN_PROGRESS: "answered_at", CallState.COMPLETED: "ended_at",
}  # fmt: skip


def state_reached(exchange: Exchange, call: str, state: str, whose: Any = None) -> Callable[[], bool | None]:
    """Whether a call has come to a state: True if it has been there, None if it is over and never was. Raises UsageError for a
    state there is not, or a call nobody knows."""
    if state not in list(CallState):
        raise UsageError(f"{state!r} is no state of a call; expected one of {', '.join(CallState)}")
    vendor, name = find_call(exchange, call, whose)
    when = _REACHED[CallState(state)]

    def reached() -> bool | None:
        one = exchange.offices[vendor].world.switch.calls.get(name)
        if one is None:  # It is over, and forgotten.
            return True if state == CallState.COMPLETED else None
        return True if getattr(one, when) is not None else None if one.ending is not None else False

    return reached


def find_call(exchange: Exchange, id: str, whose: Any = None) -> tuple[str, str]:
    """The vendor and the name of a call, by its vendor's id, the id of its request, or its name. Vendors may give two calls one id:
    `whose` says which of them is meant, else the first that knows one. Raises UsageError."""
    if whose is not None and whose not in list(exchange.offices):
        raise UsageError(f"there is no vendor {whose!r:.100} here; expected one of {', '.join(exchange.offices)}")
    for vendor, office in exchange.offices.items():
        if whose not in (None, vendor):
            continue
        switch = office.world.switch
        call = office.dialect.call_of(id, switch) or switch.calls.get(id)
        call = call or next((each for each in switch.calls.values() if office.dialect.request_id(each) == id), None)
        if call is not None:
            return vendor, call.name
    raise UsageError(f"there is no call {id!r}; GET /_callsim/calls lists those there are")
