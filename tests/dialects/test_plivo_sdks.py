"""What Plivo's own SDKs send is understood, each in its way of writing it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from callsim.model import Manner

from .desk import NUMBER, OUR_NUMBER, Desk

P = "/v1/Account/$account"
LINES = ("GET {}/Call", "GET {}/Call/$anna", "GET {}/MultiPartyCall/name_room", "GET {}/MultiPartyCall/name_room/Participant",
         "DELETE {}/Call/$anna", "DELETE {}/Request/$anna.request_uuid", "DELETE {}/MultiPartyCall/name_room", "DELETE {}/Call")  # fmt: skip


def world() -> Desk:
    desk = Desk("plivo")
    desk.place("anna", "ringing")
    desk.add("bert")
    return desk


@pytest.mark.parametrize("line", LINES)
def test_a_slash_at_the_end_makes_no_difference_and_two_are_no_path(line: str) -> None:
    without, with_one, with_two = (world().ask(line.format(P) + slashes) for slashes in ("", "/", "//"))
    assert (without.status, without.body, without.rule) == (with_one.status, with_one.body, with_one.rule)
    assert (with_two.status, with_two.rule) == (404, "answer.plivo.nowhere.unknown")


def test_an_empty_id_hangs_nobody_up() -> None:
    desk = world()
    assert desk.ask(f"DELETE {P}/Call//", {"call_uuid": ""}).status == 404
    assert len(desk.switch.live) == 2


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("DELETE {}/Call/$anna/", {"call_uuid": "x"}), ("DELETE {}/Request/$anna.request_uuid/", {}),
        ("DELETE {}/MultiPartyCall/name_room/", {"friendly_name": "room"}), ("DELETE {}/MultiPartyCall/name_room/", {}),
        ("DELETE {}/MultiPartyCall/name_room/Participant/101/", {"participant_id": 101, "friendly_name": "room"}),
    ],
)  # fmt: skip
def test_a_body_that_repeats_the_path_changes_nothing_of_a_deletion(line: str, body: Any) -> None:
    response = world().ask(line.format(P), body)
    assert (response.status, response.body, dict(response.headers)) == (204, None, {})


@pytest.mark.parametrize("status", ["active", ["active"]])
def test_a_multiparty_call_is_started_by_a_word_or_by_a_list_of_one(status: Any) -> None:
    desk = Desk("plivo")
    desk.add("anna", manner=Manner(starts=False))
    assert desk.ask(f"POST {P}/MultiPartyCall/name_room/", {"status": status}).status == 204


@pytest.mark.parametrize("yes", [True, "true", "True"])
@pytest.mark.parametrize("role", ["agent", "Agent", "AGENT"])
def test_booleans_may_be_text_and_a_role_may_be_written_in_any_way(role: str, yes: Any) -> None:
    desk = Desk("plivo")
    body = {"role": role, "from": OUR_NUMBER, "to": NUMBER, "mute": yes, "stay_alone": yes, "coach_mode": "false"}
    assert desk.ask(f"POST {P}/MultiPartyCall/name_room/Participant/", body).status == 201
    one = desk.switch.mpcs["room"].participants[0]
    assert (one.role, one.muted, desk.switch.mpcs["room"].stay_alone) == ("agent", "muted", "stay-alone")


@pytest.mark.parametrize("name", ["a b", "tür", "50%", "a+b"])
def test_a_name_is_found_as_it_is_written_in_a_path(name: str) -> None:
    desk = Desk("plivo")
    desk.add("anna", name)
    body = desk.ask(f"GET {P}/MultiPartyCall/name_{quote(name)}/").body
    assert body["friendly_name"] == name
    assert desk.ask(f"GET {body['resource_uri']}").body["mpc_uuid"] == body["mpc_uuid"]
