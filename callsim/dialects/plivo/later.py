"""Plivo's answers that come later: a request that names a URL for its answer is told so there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.provenance import Evidence, assumed
from callsim.rules import Answer, AnyRow, Assumption, Reply, patch

LATER = Evidence(
    "https://plivo.com/docs/voice/api/overview.md", "2026-11-22",
    "with a callback_url a request is acknowledged with its api_id alone, and the answer itself is sent to that URL"
)
SAMPLE = Evidence(
    "https://github.com/plivo/plivo-examples-node, a recorded call", "2026-11-22", "a request with a callback URL was acknowledged with 201"
)
ROWS: tuple[AnyRow, ...] = (
    Answer("plivo.later", Reply.DONE, 201, {"message": "async api spawned", "api_id": "{api_id}"},
           assumed("plivo.later.status", LATER, SAMPLE), "What it comes to is told to its URL."),
)  # fmt: skip
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.later.status", "201", "With which status is a request acknowledged whose answer is told to a URL?",
        "A sample of another request was 201; the page prints none.",
        {"202": (patch("answer.plivo.later.done", status=202),)},
    ),
)  # fmt: skip


def told_to(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Where the answer to a request is told, and how; None: it is what the request is answered with."""
    url = body.get("callback_url")
    return (url, str(body.get("callback_method") or "POST").upper()) if url else None
