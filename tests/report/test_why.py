"""The way back from a call's end to its first cause."""

from __future__ import annotations

import pytest

from callsim.errors import UsageError
from callsim.report.why import chain, told_why
from tests.report.worlds import CANCELLED, ROOM, UP


def whats(plays, text: str, call: str) -> list[str]:
    return [link.what for link in chain(plays(text)[0].simulation, call)]


def test_a_call_that_was_hung_up_leads_to_the_request(plays) -> None:
    assert whats(plays, CANCELLED, "alice") == [
        "alice: ringing -> completed, cancelled by api",
        "DELETE /v1/voice/accounts/$account/calls/$alice, answered 204",
    ]


def test_a_leg_that_fell_with_its_room_leads_through_its_exit_to_the_stop(plays) -> None:
    assert whats(plays, ROOM, "cleo") == [
        "cleo: in-progress -> completed, mpc-ended by api",
        "participant cleo: active -> exited, mpc-ended by api",
        "stop room by api",
        "DELETE /v1/Account/$account/MultiPartyCall/name_room/, answered 204",
    ]


def test_a_leg_that_lived_on_leads_through_its_clock_and_its_document_to_the_stop(plays) -> None:
    found = whats(plays, ROOM, "dora")
    assert found[0] == "dora: in-progress -> completed, end-of-instructions by platform"
    assert "action dora/wait#1: running -> finished by platform" in found
    assert "dora fetched /survey" in found
    assert found[-1] == "DELETE /v1/Account/$account/MultiPartyCall/name_room/, answered 204"


def test_every_link_but_a_bare_command_names_its_rules(plays) -> None:
    links = chain(plays(ROOM)[0].simulation, "dora")
    assert all(link.rules for link in links)
    assert all(row.basis for link in links for row in link.rules)


def test_a_far_party_is_a_first_cause(plays, drawn) -> None:
    (played,) = plays("title: t\nvendor: plivo\ncalls:\n  ann: {to: '+15550100002'}\n")
    shown = drawn(*told_why(played, "ann"))
    assert shown.startswith("ann ended at 0s: busy by callee (completed, code 3010, Busy Line, Callee)\n")


def test_a_call_that_is_up_is_said_to_be(plays, drawn) -> None:
    assert drawn(*told_why(plays(UP)[0], "alice")) == "alice has not ended: it is in-progress at 2s\n"


def test_a_call_that_is_not_there_is_a_mistake_with_a_hint(plays) -> None:
    with pytest.raises(UsageError, match=r"no call is called 'alic'; there is alice; did you mean 'alice'\?"):
        chain(plays(UP)[0].simulation, "alic")
