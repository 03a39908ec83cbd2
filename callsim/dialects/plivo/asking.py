"""With which parameters Plivo asks for a document, by what it is asked for."""

from __future__ import annotations

from typing import Any

from callsim.model import Participant, Purpose
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import AnyRow, Assumption, Spelling

from .fetching import MAKE, SEEN
from .rules import CALL, MPC, PARAMS
from .times import console_time

EVENTS = Evidence(
    "https://www.plivo.com/docs/voice/xml/request/event/", SEEN, "StartApp for the answer, Redirect and Transfer for those, Ring, Hangup"
)


def _asks(purpose: Purpose, event: str, basis: Any, why: str) -> Spelling:
    return Spelling("request", purpose, None, (), {"event": event}, basis, why)


ROWS: tuple[AnyRow, ...] = (
    _asks(Purpose.ANSWER, "StartApp", documented(CALL, PARAMS, EVENTS), "What a call's first document is asked for with. Left out is what is "
          "not modelled: caller attestation, and by whom a call was forwarded."),
    _asks(Purpose.FALLBACK, "StartApp", documented(MAKE, CALL), "As the answer URL."),
    _asks(Purpose.REDIRECT, "Redirect", documented(EVENTS), "The event of a redirect."),
    _asks(Purpose.TRANSFER, "Transfer", documented(EVENTS), "The event of a transfer."),
    _asks(Purpose.ACTION, "none", assumed("plivo.request.action_event", EVENTS), "No event is published for the URL of an element."),
    _asks(Purpose.EXIT, "none", documented(MPC), "What the page lists for an exit URL: its multiparty call, its participant and its times."),
    Spelling("callback", "ring", None, (), {"text": "Ring"}, documented(CALL, EVENTS), "The event of a callback about ringing."),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.request.action_event", "none", "Which event does a request to the URL of an element name?",
        "The page that lists the events has none for it.",
    ),
)


def of_participant(one: Participant, member_id: str, mpc_id: str, call_id: str) -> dict[str, Any]:
    """What an exit URL is told of the participant that has left."""
    return {
        "MPCUUID": mpc_id, "MPCFriendlyName": one.mpc.name, "MemberID": member_id, "ParticipantCallUUID": call_id,
        "ParticipantRole": one.role, "ParticipantJoinTime": console_time(one.joined_at), "ParticipantEndTime": console_time(one.exited_at),
    }  # fmt: skip
