"""Plivo's requests to make several calls at once: as many destinations as are written with < between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from callsim.model import By, Command, Placement, Verb
from callsim.provenance import Evidence, assumed, documented, observed
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, patch

from .rules import CALL

BULK = Evidence(
    "https://github.com/plivo/plivo-examples-python voice/call_api/bulk_call.py", "2026-11-22",
    "several destinations are answered with 'calls fired' and a list of request ids, one for each"
)
_FIRED = {"message": "calls fired", "request_uuid": "{request_uuids}", "api_id": "{api_id}"}
ROWS: tuple[AnyRow, ...] = (
    Answer("plivo.make_calls", Reply.DONE, 201, _FIRED, observed(BULK), "They are on their way."),
    Answer("plivo.make_calls", Reply.QUEUED, 201, _FIRED, assumed("plivo.bulk.queued", BULK), "Some of them wait."),
    Answer("plivo.make_calls", Reply.EXCEEDED, 201, _FIRED, assumed("plivo.bulk.queued", BULK), "Some of them were rejected at once."),
    Limit("bulk_calls", 1000, documented(CALL), "How many destinations one request may name."),
)
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.bulk.queued", "calls fired", "What is said of several calls of which some have to wait?",
        "Only 'calls fired' was found where a request names several.",
        {"calls queued": (patch("answer.plivo.make_calls.queued", body={**_FIRED, "message": "calls queued"}),)},
    ),
)  # fmt: skip


def destinations(body: Mapping[str, Any]) -> list[str]:
    """Whom a request to make calls names."""
    return str(body["to"]).split("<")


def wrong_with(to: list[str], most: int) -> str:
    """The complaint about several destinations; nothing if they can be called."""
    if len(to) > most:
        return f"to parameter may name at most {most} destinations"
    return "" if all(each.strip() for each in to) else "to parameter names an empty destination"


def names(given: str | None, to: list[str], free: int) -> list[str]:
    """As many names as there are given, others as they are free: `free` is the number of the first that is."""
    chosen = given.split("<") if given else []
    if len(to) == 1 and given:
        return [given]
    return chosen if len(chosen) == len(to) else [f"call#{free + place}" for place in range(len(to))]


def commands(called: list[str], to: list[str], placement: Placement) -> list[Command]:
    """One call for each destination."""
    return [Command(Verb.PLACE, name, By.API, replace(placement, to=each)) for name, each in zip(called, to, strict=True)]
