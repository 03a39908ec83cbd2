"""What was seen of a world in motion, entry by entry: commands, changes, requests, fetches, callbacks, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from callsim.dialects import Request, Response
from callsim.model import Change, Command, Status

APPLICATION = "http://app.test"


class Said(NamedTuple):
    """A command that was applied: what it came to, and the change that led to it (-1: somebody outside)."""

    at: int
    command: Command
    status: Status
    rule: str | None
    because: int
    label: str


class Asked(NamedTuple):
    """A request that was answered; `client`: who of several sent it, or empty."""

    at: int
    request: Request
    response: Response
    number: int
    client: str = ""


class Fetched(NamedTuple):
    """A document that was asked for; `attempt` counts how often for the same."""

    at: int
    call: str
    url: str
    purpose: str
    rule: str
    because: int
    method: str = "POST"
    attempt: int = 1
    params: Mapping[str, Any] = {}
    rules: tuple[str, ...] = ()


class Told(NamedTuple):
    """A callback that was made; `attempt` counts how often the same."""

    at: int
    call: str
    kind: str
    url: str
    params: dict[str, Any]
    rule: str
    because: int
    rules: tuple[str, ...]
    method: str = "POST"
    attempt: int = 1


class Warned(NamedTuple):
    """Something the author of a world may not have meant."""

    at: int
    text: str


Entry = Said | Asked | Fetched | Told | Warned | Change
_KINDS: dict[type, str] = {
    Said: "command", Asked: "request", Fetched: "fetch", Told: "callback", Warned: "warning", Change: "change",
}  # fmt: skip


def absolute(url: str) -> str:
    """A path is one of the application's."""
    return APPLICATION + url if url.startswith("/") else url


def as_data(entry: Entry) -> dict[str, Any]:
    """An entry of the trace as plain data, with its kind."""
    data: dict[str, Any] = {"kind": _KINDS[type(entry)], **entry._asdict()}
    if isinstance(entry, Said):
        command = entry.command
        del data["command"]
        target = command.target if isinstance(command.target, str) else list(command.target)
        data |= {"verb": command.verb, "target": target, "by": command.by, "purpose": command.purpose}
    elif isinstance(entry, Asked):
        response = entry.response
        del data["response"]
        if not entry.client:
            del data["client"]
        data |= {
            "request": entry.request.line, "status": response.status, "body": response.body,
            "headers": dict(response.headers), "outcome": response.outcome, "rule": response.rule, "basis": response.basis,
        }  # fmt: skip
    elif isinstance(entry, (Fetched, Told)):
        data["rules"] = list(entry.rules)
    return data
