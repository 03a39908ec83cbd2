"""The JSON of Plivo's requests: what is wrong with one that came, and what one of ours holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callsim.dialects.dialect import NO_INSTRUCTIONS
from callsim.errors import UsageError
from callsim.model import Joining, Placement, StayAlone

_SECONDS = re.compile(r"[0-9]{1,6}")


def missing(body: Mapping[str, Any], *names: str) -> str:
    """The complaint about the first of these parameters that is not there; nothing if all are."""
    return next((f"{name} parameter is missing" for name in names if not body.get(name)), "")


def no_url(body: Mapping[str, Any], *names: str) -> str:
    """The complaint about the first of these parameters that is there and no text; nothing if none is."""
    return next((f"{name} parameter is not a valid URL" for name in names if not isinstance(body.get(name, ""), str)), "")


def milliseconds(seconds: Any) -> int | None:
    """A limit that a request gives in seconds; None for one that is no whole number of them, or 0."""
    return int(seconds) * 1000 or None if _SECONDS.fullmatch(str(seconds)) else None


def _whole(name: str, ms: int | None) -> int | None:
    """A limit as Plivo's requests write it. Raises UsageError for one they cannot write."""
    if ms is not None and (ms < 1000 or ms % 1000):
        raise UsageError(f"Plivo's requests take {name} in whole seconds, and {ms} ms is not")
    return None if ms is None else ms // 1000


def placing(placement: Placement) -> dict[str, Any]:
    """What a request to make this call holds. Raises UsageError for what it cannot say."""
    fields = {
        "from": placement.from_, "to": placement.to, "answer_url": placement.answer_url or NO_INSTRUCTIONS,
        "hangup_url": placement.hangup_url, "ring_timeout": _whole("ring_timeout", placement.ring_timeout),
        "time_limit": _whole("time_limit", placement.time_limit),
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def adding(joining: Joining, call_id: str | None) -> dict[str, Any]:
    """What a request to add a participant holds: that running call, or one to be made. Raises UsageError like `placing`."""
    body: dict[str, Any] = {"role": joining.role or "agent", "stay_alone": joining.stay_alone is StayAlone.YES}
    placed = joining.placement
    if call_id is not None:
        body["call_uuid"] = call_id
    elif placed is not None:
        body |= {"from": placed.from_, "to": placed.to}
        body |= {"call_status_callback_url": placed.hangup_url} if placed.hangup_url else {}
        body |= {"ring_timeout": _whole("ring_timeout", placed.ring_timeout)} if placed.ring_timeout is not None else {}
    return body | ({"on_exit_action_url": joining.exit_url} if joining.exit_url else {})
