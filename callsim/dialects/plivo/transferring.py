"""How Plivo's request to send a call elsewhere is read, and what one of ours holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.model import Transfer

from .bodies import missing, no_url

_LEGS = {"aleg": ("aleg_url",), "bleg": ("bleg_url",), "both": ("aleg_url", "bleg_url")}


def legs_meant(body: Mapping[str, Any]) -> str:
    """Which legs are to be sent elsewhere: the call itself unless something else is said."""
    return str(body.get("legs") or "aleg")


def wrong_with(body: Mapping[str, Any]) -> str:
    """The complaint about a request to send a call elsewhere; nothing if it can be carried out."""
    needed = _LEGS.get(legs_meant(body))
    if needed is None:
        return "legs parameter is not valid"
    return missing(body, *needed) or no_url(body, "aleg_url", "bleg_url")


def transfer_of(body: Mapping[str, Any]) -> Transfer:
    """Where the call itself is to go."""
    return Transfer(str(body["aleg_url"]), str(body.get("aleg_method") or "POST"))


def transferring(transfer: Transfer) -> dict[str, Any]:
    """What a request to send a call elsewhere holds."""
    return {"legs": "aleg", "aleg_url": transfer.url, "aleg_method": transfer.method}
