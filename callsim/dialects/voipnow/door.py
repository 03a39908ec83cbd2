"""What VoipNow answers before anybody reads what a request asks for: its token, its size, its JSON, trouble of its own."""

from __future__ import annotations

from typing import Any

from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, patch

SEEN = "2026-11-22"
LOGIN = Evidence(
    "https://wiki.4psa.com/pages/viewpage.action?pageId=44078657", SEEN, "a bearer token, in a header or as the parameter accessRequestToken"
)
CODES = Evidence(
    "https://wiki.4psa.com/VoipNow/Developer-Guide/UnifiedAPI-v5/HTTP-Return-Codes.html", SEEN, "401, 500 and 501, and the codes of 400"
)
CLIENTS = Evidence("client libraries of UnifiedAPI", SEEN, "name 409 for a limit that is exceeded, and 413")

_OURS = assumed("voipnow.door", CLIENTS)


def error(code: str, message: str) -> dict[str, Any]:
    """An error as VoipNow writes each of its own."""
    return {"error": {"code": code, "message": message}}


_DOOR = "voipnow.door"
ROWS: tuple[AnyRow, ...] = (
    Limit("credentials", "bearer+query", documented(LOGIN), "By which credentials a request is let in."),
    Answer(_DOOR, Reply.UNAUTHORIZED, 401, error("access_denied", "No access token, or none that is known"),
           documented(CODES), "No token, or none that is known."),
    Answer(_DOOR, Reply.TOO_MANY, 409, error("limit_exceeded", "Too many requests"), assumed("voipnow.too_many", CLIENTS),
           "No page has a figure; clients know a status for it."),
    Answer(_DOOR, Reply.TOO_LARGE, 413, error("request_too_large", "The request body is too large"), _OURS, "The code is ours."),
    Answer(_DOOR, Reply.BAD_JSON, 400, error("request_invalid", "The request body is no JSON"), _OURS, "The code is ours."),
    Answer(_DOOR, Reply.FAILED, 500, error("internal_server_error", "Something went wrong inside"), documented(CODES), "Its published code."),
    Answer(_DOOR, Reply.UNAVAILABLE, 503, error("service_unavailable", "The service is not available for now"), _OURS, "The code is ours."),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.too_many", "409", "With which status are too many requests refused?",
        "No page speaks of it; client libraries take 409 for a limit that is exceeded.",
        {"429": (patch(f"answer.{_DOOR}.too-many", status=429),)},
    ),
    Assumption(
        "voipnow.door", "our codes", "Which codes have a body that is too long or no JSON, and a service that is not there?",
        "No page has any; the statuses are those of the web.",
    ),
)  # fmt: skip
