"""What TryVox answers before anybody reads what a request asks for: credentials, size, JSON, trouble of its own."""

from __future__ import annotations

from callsim.provenance import disputed
from callsim.rules import AnyRow, Assumption, Limit, Reply, patch

from .sources import CODES, LOGIN, Error

_DOOR = "tryvox.door"
ERRORS = (
    Error(_DOOR, Reply.UNAUTHORIZED, 401, "unauthorized", "UNAUTHORIZED", "Invalid or missing API key", "No key, or none that is known."),
    Error(_DOOR, Reply.TOO_MANY, 429, "rate_limited", "RATE_LIMITED", "Too many requests", "The code is published, no figure is."),
    Error(_DOOR, Reply.TOO_LARGE, 413, "payload_too_large", "PAYLOAD_TOO_LARGE", "The request body is too large",
          "No page has this code; it is made like those that are."),
    Error(_DOOR, Reply.BAD_JSON, 400, "validation_failed", "VALIDATION_FAILED", "The request body is no JSON", "The code of a bad body."),
    Error(_DOOR, Reply.FAILED, 500, "internal_error", "INTERNAL_ERROR", "Internal server error", "The code is published."),
    Error(_DOOR, Reply.UNAVAILABLE, 503, "service_unavailable", "SERVICE_UNAVAILABLE", "The service is not available for now",
          "No page has this code; it is made like those that are."),
)  # fmt: skip
ROWS: tuple[AnyRow, ...] = (
    Limit("credentials", "bearer+basic", disputed("tryvox.auth", CODES, LOGIN), "By which credentials a request is let in."),
    *(each.answer for each in ERRORS),
)

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "tryvox.auth", "both", "With which credentials does a request come?",
        "The pages want a bearer key; its best-known client sends basic credentials, and works.",
        {"bearer": (patch("limit.credentials", value="bearer"),)}, disputed=True,
    ),
)  # fmt: skip
