"""How Plivo writes down moments and how long something lasted."""

from __future__ import annotations

from collections.abc import Callable

from callsim.dialects.dialect import epoch, whole_seconds
from callsim.rules import Spelling

ROUNDINGS: dict[str, Callable[[int], int]] = {
    "up": whole_seconds,
    "nearest": lambda ms: (ms + 500) // 1000,
}
"""Milliseconds to whole seconds, by the word of the row that says which."""


def seconds(ms: int, told: Spelling) -> int:
    """How long something lasted, as it is told: whole seconds."""
    return ROUNDINGS[str(told.words["rounding"])](ms)


def billed(told_seconds: int, by: Spelling) -> int:
    """How many seconds are billed: every interval that was begun, whole."""
    interval = int(by.words["interval"])
    return -(-told_seconds // interval) * interval


def console_time(ms: int | None) -> str:
    """Date and time to the second; nothing for what never happened."""
    return "" if ms is None else (epoch(ms) or "").replace("T", " ")[:19]


def session_time(ms: int | None) -> str:
    """Date and time in UTC to the microsecond, of which the world counts milliseconds; nothing for what never happened."""
    return "" if ms is None else f"{console_time(ms)}.{ms % 1000:03}000"
