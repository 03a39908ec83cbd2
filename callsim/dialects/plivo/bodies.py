"""The JSON of Plivo's requests: what is wrong with one that came, and what one of ours holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callsim.dialects.dialect import NO_INSTRUCTIONS
from callsim.errors import UsageError
from callsim.model import Joining, Placement, StayAlone

from .delay import delaying
from .recordings import recording
from .rooms import wanting
from .telling import subscribing

_SECONDS = re.compile(r"[0-9]{1,6}")


def missing(body: Mapping[str, Any], *names: str) -> str:
    """The complaint about the first of these parameters that is not there; nothing if all are."""
    return next((f"{name} parameter is missing" for name in names if not body.get(name)), "")


def no_url(body: Mapping[str, Any], *names: str) -> str:
    """The complaint about the first of these parameters that is there and no text; nothing if none is."""
    return next((f"{name} parameter is not a valid URL" for name in names if not isinstance(body.get(name, ""), str)), "")


URLS = ("answer_url", "hangup_url", "fallback_url", "ring_url")
METHODS = ("answer_method", "hangup_method", "fallback_method", "ring_method")


def no_method(body: Mapping[str, Any], *names: str) -> str:
    """The complaint about the first of these parameters that is there and neither GET nor POST; nothing if none is."""
    wrong = (name for name in names if str(body.get(name) or "POST").upper() not in ("GET", "POST"))
    return next((f"{name} parameter is not valid" for name in wrong), "")


def more_urls(body: Mapping[str, Any]) -> dict[str, str]:
    """What a request to make a call says of its other URLs and of how each is asked."""
    urls = {name: body[name] for name in ("fallback_url", "ring_url") if body.get(name)}
    return urls | {name: str(body[name]).upper() for name in METHODS if body.get(name)}


def milliseconds(seconds: Any) -> int | None:
    """A limit that a request gives in seconds; None for one that is no whole number of them, or 0."""
    return int(seconds) * 1000 or None if _SECONDS.fullmatch(str(seconds)) else None


def whole(name: str, ms: int | None) -> int | None:
    """A limit as Plivo's requests write it. Raises UsageError for one they cannot write."""
    if ms is not None and (ms < 1000 or ms % 1000):
        raise UsageError(f"Plivo's requests take {name} in whole seconds, and {ms} ms is not")
    return None if ms is None else ms // 1000


def placing(placement: Placement) -> dict[str, Any]:
    """What a request to make this call holds. Raises UsageError for what it cannot say."""
    fields = {
        "from": placement.from_, "to": placement.to, "answer_url": placement.answer_url or NO_INSTRUCTIONS,
        "hangup_url": placement.hangup_url, "ring_timeout": whole("ring_timeout", placement.ring_timeout),
        "time_limit": whole("time_limit", placement.time_limit), "fallback_url": placement.fallback_url, "ring_url": placement.ring_url,
        **{name: method for name in METHODS if (method := getattr(placement, name)) != "POST"},
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def adding(joining: Joining, call_id: str | None) -> dict[str, Any]:
    """What a request to add a participant holds: that running call, or one to be made. Raises UsageError like `placing`."""
    body: dict[str, Any] = {"role": joining.role or "agent", "stay_alone": joining.stay_alone is StayAlone.YES}
    placed = joining.placement
    if call_id is not None:
        body["call_uuid"] = call_id
    placed = joining.parallel[0][1] if joining.parallel else placed
    if call_id is None and placed is not None:
        to = "<".join(each.to for _, each in joining.parallel) or placed.to
        body |= {"from": placed.from_, "to": to}
        body |= {"call_status_callback_url": placed.hangup_url} if placed.hangup_url else {}
        body |= {"ring_timeout": whole("ring_timeout", placed.ring_timeout)} if placed.ring_timeout is not None else {}
    body |= {"on_exit_action_url": joining.exit_url} if joining.exit_url else {}
    body |= delaying(joining) if call_id is None else {}
    return body | wanting(joining) | subscribing(joining.options.told) | recording(joining.options)
