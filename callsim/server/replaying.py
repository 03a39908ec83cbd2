"""Says to an exchange again what was once said to it, from what a journal has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from callsim.application import Page
from callsim.dialects import Request
from callsim.dialects.http import pairs
from callsim.errors import UsageError
from callsim.far_end import FarEnd
from callsim.model import By, Command, Direction, Placement, Verb
from callsim.server.exchange import Exchange
from callsim.server.faults import Fault


def repeat(exchange: Exchange, line: list[Any]) -> None:
    """Let as many things come as had come, and say what was said. Raises UsageError for a line that no journal has."""
    try:
        moments, now, what = line
        for _ in range(moments):
            exchange.come()
        exchange.wait(now)
        if what is not None:
            # What was refused then is refused again.
            with suppress(UsageError):
                _AGAIN[what[0]](exchange, *what[1:])
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UsageError(f"this is no line of a journal: {str(line)[:100]} ({type(error).__name__})") from None


def request_of(line: str, body: Any) -> Request:
    """A request as it was kept."""
    method, _, target = line.partition(" ")
    path, _, query = target.partition("?")
    return Request(method, path, pairs(query), body, line)


def _ask(exchange: Exchange, vendor: str, line: str, body: Any) -> None:
    exchange.ask(vendor, request_of(line, body))


def _say(exchange: Exchange, vendor: str, verb: str, target: Any, by: str, detail: Any) -> None:
    named = target if isinstance(target, str) else tuple(target)
    exchange.say(vendor, Command(Verb(verb), named, By(by), detail))


def _call(exchange: Exchange, vendor: str, name: str, placed: Mapping[str, Any], far_end: Mapping[str, Any]) -> None:
    words = {("from_" if key == "from" else key): value for key, value in placed.items()}
    exchange.call_in(vendor, name, Placement(direction=Direction.INBOUND, **words), FarEnd(**far_end))


def _back(
    exchange: Exchange, number: int, body: str, status: int, hangs: bool, type: str, refuses: bool, size: int
) -> None:
    exchange.came_back(number, Page(body, status, 0, hangs, type, refuses, size))


def _fault(exchange: Exchange, fault: Mapping[str, Any]) -> None:
    exchange.set_fault(Fault.read(fault))


def _used(exchange: Exchange, fault: Mapping[str, Any]) -> None:
    exchange.faults.waiting.remove(Fault.read(fault))


_AGAIN: Mapping[str, Callable[..., Any]] = {
    "ask": _ask, "say": _say, "call": _call, "back": _back, "fault": _fault, "used": _used,
    "release": Exchange.release, "reset": Exchange.reset, "snapshot": Exchange.snapshot, "restore": Exchange.restore,
}  # fmt: skip
