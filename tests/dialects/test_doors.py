"""What each vendor answers to requests that nobody reads, and by which credentials it lets them in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callsim.dialects import VENDORS, rulebook
from callsim.rules import Reply

from .desk import Desk, table

AT_THE_DOOR = (Reply.UNAUTHORIZED, Reply.TOO_MANY, Reply.TOO_LARGE, Reply.BAD_JSON, Reply.FAILED, Reply.UNAVAILABLE)
SPOKEN_FOR = tuple(vendor for vendor in VENDORS if (f"{vendor}.door", Reply.FAILED) in rulebook(vendor).answers)

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


@pytest.mark.parametrize("vendor", SPOKEN_FOR)
def test_each_vendor_has_an_answer_at_the_door_for_whatever_goes_wrong_there(vendor: str) -> None:
    speaks = Desk(vendor).speaks
    statuses = {reply: speaks.at_the_door(reply, 7).status for reply in AT_THE_DOOR}
    assert {reply for vendor_door, reply in speaks.rulebook.answers if vendor_door == f"{vendor}.door"} >= set(AT_THE_DOOR)
    assert all(status >= 400 for status in statuses.values())


@pytest.mark.parametrize(
    ("vendor", "assume", "by"), [("tryvox", {}, "bearer+basic"), ("tryvox", {"tryvox.auth": "bearer"}, "bearer")]
)  # fmt: skip
def test_requests_are_let_in_by_these_credentials(vendor: str, assume: dict[str, Any], by: str) -> None:
    assert rulebook(vendor, assume).limits["credentials"].value == by
