"""Plivo's delay_dial: a participant who is added is dialled only so many seconds later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callsim.errors import UsageError
from callsim.model import Handling, Joining, Placement
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Assumption, Patch, patch

from .rules import ADD

SDK = Evidence(
    "https://github.com/plivo/plivo-python plivo/resources/multipartycall.py", "2026-11-22",
    "delay_dial is a number of seconds, or one for each destination with < between them"
)
_SECONDS = re.compile(r"[0-9]{1,6}")
_MEANWHILE = assumed("plivo.delay_dial.meanwhile", ADD)

DELAY_OVERLAY: tuple[Patch, ...] = (
    patch("call.then.place.set-dial-delay-timer", basis=_MEANWHILE),
    patch("call.dial_delay_over.queued.platform.dialled-later", basis=documented(ADD, SDK)),
    patch("call.then.dial_delay_over.dial-now", basis=documented(ADD, SDK)),
)
DELAY_ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.delay_dial.meanwhile", "queued", "What is a call that is to be dialled later, until it is dialled?",
        "The request is answered with its id at once, and nobody has been called: so it waits as a queued call, and its "
        "participant is on the way.",
    ),
)


def wrong_with(body: Mapping[str, Any], destinations: int) -> str:
    """The complaint about delays that are none, or too many; nothing if there is nothing to complain of."""
    if body.get("delay_dial") in (None, ""):
        return ""
    delays = str(body["delay_dial"]).split("<")
    if not all(_SECONDS.fullmatch(delay) for delay in delays):
        return "delay_dial parameter must be a number of seconds"
    return "delay_dial parameter names more delays than there are destinations" if len(delays) > destinations else ""


def delays(body: Mapping[str, Any], destinations: int) -> list[Handling | None]:
    """How much later each destination is dialled: a single delay holds for all, of several the first for the first."""
    found = [int(delay) * 1000 for delay in str(body.get("delay_dial") or 0).split("<")]
    each = found * destinations if len(found) == 1 else [*found, *[0] * (destinations - len(found))]
    return [Handling(dial_delay=delay) if delay else None for delay in each]


def delaying(joining: Joining) -> dict[str, str | int]:
    """What of a request to add somebody asks for it. Raises UsageError for a time that no request can write."""
    placed = [each for _, each in joining.parallel] or [joining.placement or Placement()]
    found = [_seconds(each.handling) for each in placed]
    if not any(found):
        return {}
    return {"delay_dial": found[0] if len(set(found)) == 1 else "<".join(map(str, found))}


def _seconds(handling: Handling | None) -> int:
    delay = 0 if handling is None else handling.dial_delay or 0
    if delay % 1000:
        raise UsageError(f"Plivo's requests take delay_dial in whole seconds, and {delay} ms is not")
    return delay // 1000
