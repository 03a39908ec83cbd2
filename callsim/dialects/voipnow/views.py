"""The views of a VoipNow phone call: the legs it has, which of them a number means, and how each is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from callsim.dialects.dialect import epoch
from callsim.model import Call, Direction, Leg

_RUNNING = {"onHold": "hold", "parked": "park", "recording": "recording"}


def legs(call: Call) -> Sequence[Call]:
    """All legs of the phone call that a call is of, in the order of their views: itself alone, or with those joined to it."""
    return call.leg_of.legs if call.leg is Leg.PEER and call.leg_of is not None else (call,)


def live(calls: Iterable[Call]) -> list[Call]:
    """Those that are not over."""
    return [call for call in calls if call.ending is None]


def has(call: Call, number: str) -> bool:
    """Whether a leg connects its extension with that number, written with or without its plus."""
    return other(call).removeprefix("+") == number.removeprefix("+")


def other(call: Call) -> str:
    """The number of the far party."""
    return call.placement.to if call.direction is Direction.OUTBOUND else call.placement.from_


def meant(whole: Sequence[Call], number: str | None, scope: str) -> list[Call]:
    """The legs of one phone call that a request ends: all that are live, or those of a number and the extension's own."""
    there = live(whole) or list(whole[:1])
    if number is None or scope == "call":
        return there
    return [leg for leg in there if has(leg, number) or leg is whole[0]]


def answered(whole: Sequence[Call]) -> int | None:
    """When two of a phone call could talk: a lone one when it was answered, one of several when the second of them was."""
    times = sorted(leg.answered_at for leg in whole if leg.answered_at is not None)
    place = min(len(whole), 2) - 1
    return times[place] if place < len(times) else None


def written(leg: Call, number: int, several: bool, extension: str, words: dict[str, Any]) -> dict[str, Any]:
    """A view, empty fields left out; `number` is its place among those of its phone call."""
    out = leg.direction is Direction.OUTBOUND
    public = 4 if out else 8
    flow = 2 if several and "*" in other(leg) else public
    return {
        "id": f"{number:02}", "extension": extension, "flow": flow, "status": words.get("status"),
        "source": [extension if out else leg.placement.from_], "destination": [leg.placement.to if out else extension],
        "ringing": epoch(leg.ringing_at), "answered": epoch(leg.answered_at), "disposition": words.get("code"),
        **dated(leg), "parkedBy": extension if leg.runs("park") else None,
    }  # fmt: skip


def dated(leg: Call) -> dict[str, str | None]:
    """Since when it is on hold, parked, recorded."""
    running = {word: leg.runs(kind) for word, kind in _RUNNING.items()}
    return {word: epoch(action.started_at) if action else None for word, action in running.items()}
