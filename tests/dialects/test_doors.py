"""What each vendor answers to requests that nobody reads, and by which credentials it lets them in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callsim.dialects import rulebook
from callsim.rules import Reply

from .desk import Desk, table

ANSWERS = """
vendor | assume               | reply        | status | body
-------|----------------------|--------------|--------|-----------------------------------------------------------------------------
tryvox |                      | unauthorized | 401    | {"error": "unauthorized", "message": "Invalid or missing API key"}
       |                      | too-many     | 429    | {"error": "rate_limited", "message": "Too many requests"}
       |                      | too-large    | 413    | {"error": "payload_too_large", "message": "The request body is too large"}
       |                      | bad-json     | 400    | {"error": "validation_failed", "message": "The request body is no JSON"}
       |                      | failed       | 500    | {"error": "internal_error", "message": "Internal server error"}
       |                      | unavailable  | 503    | {"error": "service_unavailable", "message": "The service is not available for now"}
       | tryvox.errors=nested | unauthorized | 401    | {"error": {"code": "UNAUTHORIZED", "message": "Invalid or missing API key"}}
       | tryvox.errors=nested | too-many     | 429    | {"error": {"code": "RATE_LIMITED", "message": "Too many requests"}}
       | tryvox.errors=nested | too-large    | 413    | {"error": {"code": "PAYLOAD_TOO_LARGE", "message": "The request body is too large"}}
       | tryvox.errors=nested | bad-json     | 400    | {"error": {"code": "VALIDATION_FAILED", "message": "The request body is no JSON"}}
       | tryvox.errors=nested | failed       | 500    | {"error": {"code": "INTERNAL_ERROR", "message": "Internal server error"}}
       | tryvox.errors=nested |unavailable|503| {"error": {"code": "SERVICE_UNAVAILABLE", "message": "The service is not available for now"}}
voipnow | | unauthorized | 401 | {"error": {"code": "access_denied", "message": "No access token, or none that is known"}}
       |                      | too-many     | 409    | {"error": {"code": "limit_exceeded", "message": "Too many requests"}}
       | voipnow.too_many=429 | too-many     | 429    | {"error": {"code": "limit_exceeded", "message": "Too many requests"}}
       |                      | too-large    | 413    | {"error": {"code": "request_too_large", "message": "The request body is too large"}}
       |                      | bad-json     | 400    | {"error": {"code": "request_invalid", "message": "The request body is no JSON"}}
       |                      | failed       | 500    | {"error": {"code": "internal_server_error", "message": "Something went wrong inside"}}
       |                      | unavailable|503| {"error": {"code": "service_unavailable", "message": "The service is not available for now"}}
"""


def assumed(text: str) -> dict[str, str]:
    id, _, choice = text.partition("=")
    return {id: choice} if id else {}


@pytest.mark.parametrize("row", table(ANSWERS), ids=lambda row: " ".join(row[:3]))
def test_at_the_door_is_answered_so(row: list[str]) -> None:
    vendor, assume, reply, status, body = row
    response = Desk(vendor, assumed(assume)).speaks.at_the_door(Reply(reply), 1)
    assert (response.status, response.body) == (int(status), json.loads(body))
    assert response.rules == (f"answer.{vendor}.door.{reply}",)


@pytest.mark.parametrize(
    ("vendor", "assume", "by"),
    [("tryvox", {}, "bearer+basic"), ("tryvox", {"tryvox.auth": "bearer"}, "bearer"), ("voipnow", {}, "bearer+query")],
)  # fmt: skip
def test_requests_are_let_in_by_these_credentials(vendor: str, assume: dict[str, Any], by: str) -> None:
    assert rulebook(vendor, assume).limits["credentials"].value == by
