"""What Plivo tells of a multiparty call: the names of its events, and the parameters that come with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from callsim.model import MpcEvent, Participant, Subscription
from callsim.provenance import Evidence, documented
from callsim.rules import AnyRow, Patch, Spelling, patch
from callsim.switch import Switch
from callsim.switch.rooms import GROUPS

from .parts import how_heard
from .times import console_time, seconds

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

EVENTS = Evidence("https://plivo.com/docs/voice/xml/conferencing.md", "2026-11-22", "the groups of events, their names and parameters")
LOGGED = Evidence("A logger of these callbacks by one of its engineers", "2026-11-22", "SequenceNumber, termination cause and code")
_NAMES = {
    "mpc.initialized": "MPCInitialized", "mpc.active": "MPCStart", "mpc.ended": "MPCEnd",
    "participant.active": "ParticipantJoin", "participant.exited": "ParticipantExit",
    "participant.mute": "ParticipantMute", "participant.unmute": "ParticipantUnmute",
    "participant.hold": "ParticipantHold", "participant.unhold": "ParticipantUnhold",
    "participant.coach": "ParticipantCoachModeStart", "participant.uncoach": "ParticipantCoachModeStop",
    "adding.joining": "AddParticipantByAPIActionInitiated", "adding.active": "AddParticipantByAPIActionCompleted",
    "adding.exited": "AddParticipantByAPIActionCompleted",
}  # fmt: skip
TELLING_WORDS: tuple[AnyRow, ...] = tuple(
    Spelling("mpc-event", what, None, (), {"text": name}, documented(EVENTS, LOGGED), "What it is called where it is told.")
    for what, name in _NAMES.items()
)
_WHO = ("mpc.then.initialized", "mpc.then.active", "mpc.then.ended")
TELLING_OVERLAY: tuple[Patch, ...] = (
    *(patch(f"{id}.tell-mpc", basis=documented(EVENTS)) for id in _WHO),
    patch("participant.then.active.tell-participant", basis=documented(EVENTS)),
    patch("participant.then.exited.tell-participant", basis=documented(EVENTS)),
    *(patch(f"participant.then.{verb}.tell-participant", basis=documented(EVENTS))
      for verb in ("mute", "unmute", "hold", "unhold", "coach", "uncoach")),
    *(patch(f"participant.then.{state}.tell-adding", basis=documented(EVENTS)) for state in ("joining", "active", "exited")),
)


def subscription(body: Mapping[str, Any]) -> Subscription | None:
    """Who is to be told what, as a request to add a participant wants it."""
    url = body.get("status_callback_url")
    if not url:
        return None
    events = str(body.get("status_callback_events", "mpc-state-changes,participant-state-changes")).split(",")
    groups = {GROUPS[event.strip()] for event in events if event.strip() in GROUPS}
    method = str(body.get("status_callback_method", "POST"))
    return Subscription(str(url), method, *(name in groups for name in GROUPS.values()))


def subscribing(told: Subscription | None) -> dict[str, Any]:
    """What a request holds that wants this to be told."""
    if told is None:
        return {}
    events = ",".join(event for event, name in GROUPS.items() if getattr(told, name))
    method = {} if told.method == "POST" else {"status_callback_method": told.method}
    return {"status_callback_url": told.url, "status_callback_events": events, **method}


def told(dialect: Plivo, event: MpcEvent, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters of one of these callbacks, and the rules they stand on."""
    mpc = switch.mpcs[event.mpc]
    named = dialect.spelling("mpc-event", event.what)
    words: dict[str, Any] = {
        "EventName": named.words["text"], "EventTimestamp": console_time(switch.now), "SequenceNumber": event.number,
        "MPCUUID": dialect.mpc_id(mpc), "MPCName": mpc.name,
    }  # fmt: skip
    rules = (named.id,)
    if event.participant is not None:
        more, spelled = _participant(dialect, mpc.participants[event.participant - 1], event)
        return words | more, (*rules, *spelled)
    if mpc.termination is None or event.what != "mpc.ended":
        return words, rules
    row, lasting = dialect.spelling("termination", mpc.termination), dialect.spelling("duration", "told")
    lasted = 0 if mpc.started_at is None else (mpc.ended_at or 0) - mpc.started_at
    words |= {
        "MPCDuration": seconds(lasted, lasting), "MPCTerminationCause": row.words["text"], "MPCTerminationCauseCode": row.words["code"],
    }  # fmt: skip
    return words, (*rules, row.id, *((lasting.id,) if lasted else ()))


def _participant(dialect: Plivo, one: Participant, event: MpcEvent) -> tuple[dict[str, Any], tuple[str, ...]]:
    placed = one.call.placement
    words: dict[str, Any] = {
        "MemberID": dialect.member_id(one), "ParticipantRole": one.role, "ParticipantCallUUID": dialect.call_id(one.call),
        "ParticipantCoachMode": how_heard(one)["coach_mode"], "ParticipantCallFrom": placed.from_, "ParticipantCallTo": placed.to,
        "ParticipantCallDirection": str(one.call.direction),
    }  # fmt: skip
    if event.what.startswith("adding.") and event.what != "adding.joining":
        words["AddParticipantAPIRequestOutcome"] = "success" if event.what == "adding.active" else "failure"
    if one.exit is None:
        return words, ()
    why = dialect.spelling("exit", one.exit)
    return words | {"ParticipantExitCause": why.words["text"]}, (why.id,)
