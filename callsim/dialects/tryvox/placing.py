"""How TryVox's request for a call is read, and written."""

from __future__ import annotations

import re
from typing import Any

from callsim.dialects.dialect import NO_INSTRUCTIONS, instructions_url
from callsim.model import Direction, Handling, MachineDetection, Placement

_REQUIRED, _URLS = ("from", "to", "answer_url"), ("answer_url", "hangup_url", "fallback_url", "ring_url")


def problem(body: dict[str, Any]) -> str:
    """What is wrong with the body of such a request; nothing if nothing is."""
    missing = [field for field in _REQUIRED if not body.get(field)]
    wrong = [field for field in _URLS if not isinstance(body.get(field, ""), str)]
    return f"{missing[0]} is required" if missing else f"{wrong[0]} is not a URL" if wrong else ""


def placement(body: dict[str, Any], account: str) -> Placement:
    """The call that such a body asks for, in the account of that name."""
    return Placement(
        account, Direction.OUTBOUND, str(body["from"]), str(body["to"]),
        instructions_url(body["answer_url"]), body.get("hangup_url"), _ms(body.get("ring_timeout")), _ms(body.get("time_limit")),
        handling=_handling(body.get("machine_detection")),
        fallback_url=body.get("fallback_url"), ring_url=body.get("ring_url"),
        answer_method="GET" if str(body.get("answer_method")).upper() == "GET" else "POST",
    )  # fmt: skip


_SECONDS = re.compile(r"[0-9]{1,9}")


def _ms(seconds: Any) -> int | None:
    return int(seconds) * 1000 or None if _SECONDS.fullmatch(str(seconds)) else None


_DETECTS = {"enable": MachineDetection.TOLD, "true": MachineDetection.TOLD, "hangup": MachineDetection.HANGUP}


def _handling(word: Any) -> Handling | None:
    """Whether a request asks who answers."""
    how = _DETECTS.get(str(word).lower())
    return None if how is None else Handling(machine_detection=how)


def _detection(placement: Placement) -> str | None:
    asked = placement.handling
    return None if asked is None else next((word.capitalize() for word, how in _DETECTS.items() if how is asked.machine_detection), None)


def body(placement: Placement) -> dict[str, Any]:
    """The JSON of a request that would make this call."""
    fields = {
        "from": placement.from_, "to": placement.to, "answer_url": placement.answer_url or NO_INSTRUCTIONS, "hangup_url": placement.hangup_url,
        "fallback_url": placement.fallback_url, "ring_url": placement.ring_url,
        "answer_method": placement.answer_method if placement.answer_method != "POST" else None,
        "ring_timeout": placement.ring_timeout and placement.ring_timeout // 1000,
        "time_limit": placement.time_limit and placement.time_limit // 1000,
        "machine_detection": _detection(placement),
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value}
