"""How Plivo's request to send a call elsewhere is read, and what one of ours holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from callsim.model import By, Call, Command, ConversationState, Transfer, Verb
from callsim.switch import Switch

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


def other_leg(call: Call, switch: Switch) -> Call | None:
    """The call that this one is joined to, if it still is."""
    for conversation in switch.conversations.values():
        if conversation.state is ConversationState.JOINED and conversation.joined is not None:
            pair = (conversation.call, conversation.joined)
            if call in pair:
                return pair[1] if call is pair[0] else pair[0]
    return None


def transfer_command(call: Call, body: Mapping[str, Any], switch: Switch) -> Command | None:
    """What is said to the call, to its other leg, or to both; None if only the other leg is to be sent and there is none."""
    meant, other = legs_meant(body), other_leg(call, switch)
    if meant == "bleg":
        return None if other is None else Command(Verb.TRANSFER, other.name, By.API, _transfer(body, "bleg"))
    own = _transfer(body, "aleg")
    if meant == "aleg" or other is None:
        return Command(Verb.TRANSFER, call.name, By.API, own)
    return Command(Verb.TRANSFER, (call.name, other.name), By.API, replace(own, others=(_transfer(body, "bleg"),)))


def _transfer(body: Mapping[str, Any], leg: str) -> Transfer:
    return Transfer(str(body[f"{leg}_url"]), str(body.get(f"{leg}_method") or "POST"))


def transferring(transfer: Transfer) -> dict[str, Any]:
    """What a request to send a call elsewhere holds."""
    return {"legs": "aleg", "aleg_url": transfer.url, "aleg_method": transfer.method}
