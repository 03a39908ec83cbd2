"""What Plivo tells of a call, a multiparty call or a participant to whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from callsim.model import Call, CallState, Direction, EndsOnExit, MultipartyCall, Participant, RoomKind, StayAlone
from callsim.provenance import Evidence, assumed, documented, observed
from callsim.rules import AnyRow, Assumption, Spelling, patch
from callsim.switch import is_live

from .parts import how_heard
from .recordings import how_recorded
from .rules import CALL
from .times import billed, console_time, seconds, session_time

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

SEEN = "2026-11-22"
SAMPLES = Evidence(
    "https://github.com/plivo/plivo-python tests/resources/fixtures/callGetResponse.json and callListResponse.json", SEEN,
    "a record's fields: what is billed beside what was talked, and nothing but null for an answer that never was"
)  # fmt: skip
Told = tuple[dict[str, Any], tuple[str, ...]]
"""An object as it is sent, and the rules it stands on."""

ROWS: tuple[AnyRow, ...] = (
    Spelling("record-state", "answered", None, (), {"text": "ANSWER"}, documented(CALL), "The state of a call that was answered."),
    Spelling("record-state", "unanswered", None, (), {"text": "none"}, assumed("plivo.record.state", CALL), "Of one that never was."),
    Spelling("record", "not-modelled", None, (), {"total_amount": "0.00000", "total_rate": "0.00000", "stir_verification": "Not Applicable"},
             assumed("plivo.record.not_modelled", SAMPLES), "What is not modelled: nothing costs anything, and nobody attests."),
    Spelling("record", "billed", None, (), {"bill_duration": "talked", "billed_duration": "by-interval"}, observed(SAMPLES),
             "One is how long was talked, the other the intervals that were begun."),
)  # fmt: skip
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.record.state", "null", "Which call_state has the record of a call that was never answered?",
        "Every record that was found is of an answered call.",
        {"NO_ANSWER": (patch("spelling.record-state.unanswered", words={"text": "NO_ANSWER"}),)},
    ),
    Assumption(
        "plivo.record.not_modelled", "nothing", "What does a record tell of prices and attestation, which are not modelled?",
        "Programs read these fields, and nothing is the plainest they can have.",
    ),
)  # fmt: skip


def zoned(ms: int | None) -> str | None:
    """Date and time with the zone, of an account whose zone is UTC; None for what never happened."""
    return None if ms is None else f"{console_time(ms)}+00:00"


def record(dialect: Plivo, call: Call) -> Told:
    """The record of a call that is over."""
    assert call.ending is not None
    cause, source, rule = dialect.cause(call.ending)
    state = dialect.spelling("record-state", "unanswered" if call.answered_at is None else "answered")
    more, kinds = dialect.spelling("record", "not-modelled"), dialect.spelling("record", "billed")
    lasted, lasting = dialect.lasted(call)
    length = {"talked": lasted["Duration"], "by-interval": lasted["BillDuration"]}
    placed, one = call.placement, call.participant
    parent = None if call.leg_of is None or call.leg_of.call is call else dialect.call_id(call.leg_of.call)
    told = {
        "answer_time": zoned(call.answered_at), **{name: length[str(kind)] for name, kind in kinds.words.items()},
        "call_direction": str(call.direction), "call_duration": lasted["Duration"],
        "call_state": None if state.words["text"] == "none" else state.words["text"], "call_uuid": dialect.call_id(call),
        "conference_uuid": dialect.mpc_id(one.mpc) if one is not None and one.mpc.kind is RoomKind.CONFERENCE else None,
        "end_time": zoned(call.ended_at), "from_number": placed.from_, "hangup_cause_code": cause.code,
        "hangup_cause_name": cause.name, "hangup_source": source,
        "initiation_time": zoned(call.ringing_at if call.queued_at is None else call.queued_at), "parent_call_uuid": parent,
        "resource_uri": f"/v1/Account/{dialect.account_id(placed.account)}/Call/{dialect.call_id(call)}/", "to_number": placed.to,
        **more.words,
    }  # fmt: skip
    return told, (rule, state.id, more.id, kinds.id, *lasting)


def ongoing(dialect: Plivo, call: Call) -> Told:
    """What is told of a call that is queued or live."""
    status, placed, waits = dialect.spelling("state", call.state), call.placement, call.state is CallState.QUEUED
    requested = dialect.request_id(call) if call.direction is Direction.OUTBOUND else dialect.call_id(call)
    told = {
        "call_status": status.words["text"], "call_uuid": requested if waits else dialect.call_id(call), "caller_name": "",
        "direction": str(call.direction), "from": placed.from_, "request_uuid": requested, "to": placed.to,
    }  # fmt: skip
    if waits:
        return told, (status.id, "limit.request_uuid")
    session = dialect.spelling("time", "session-start")
    began = call.ringing_at if call.queued_at is None else call.queued_at
    since = {"placed": began, "ringing": call.ringing_at}[str(session.words["since"])]
    return {**told, "session_start": session_time(since)}, (status.id, session.id, "limit.request_uuid")


def room(dialect: Plivo, mpc: MultipartyCall) -> Told:
    """What is told of a multiparty call."""
    state, path, ended = dialect.spelling("mpc-state", mpc.state), room_path(dialect, mpc), not is_live(mpc)
    lasted, _, rules = _billing(dialect, mpc.started_at, mpc.ended_at)
    each = [_billing(dialect, one.joined_at, one.exited_at) for one in mpc.participants if ended]
    rules = (*rules, *(rule for more in each for rule in more[2]))
    end = None if mpc.termination is None else dialect.spelling("termination", mpc.termination)
    taped, taping = how_recorded(dialect, mpc)
    longest = mpc.max_duration or int(dialect.rulebook.limits["mpc_duration"].value)
    return {
        "billed_amount": dialect.spelling("record", "not-modelled").words["total_amount"] if ended else None,
        "billed_duration": sum(more[1] or 0 for more in each) if ended else None,
        "creation_time": zoned(mpc.created_at), "duration": lasted, "end_time": zoned(mpc.ended_at), "friendly_name": mpc.name,
        "max_duration": longest // 1000, "max_participants": mpc.bound, "mpc_uuid": dialect.mpc_id(mpc),
        "participants": f"{path}Participant/", **taped, "resource_uri": path, "start_time": zoned(mpc.started_at),
        "status": state.words["text"], "stay_alone": mpc.stay_alone is StayAlone.YES, "sub_account": None,
        "termination_cause": None if end is None else end.words["text"],
        "termination_cause_code": None if end is None else end.words["code"],
    }, (state.id, *taping, *rules, *(() if end is None else (end.id,)))  # fmt: skip


def participant(dialect: Plivo, one: Participant) -> Told:
    """What is told of somebody who takes part in a multiparty call, or has."""
    left = dialect.spelling("exit", one.exit) if one.exit is not None else None
    lasted, charged, rules = _billing(dialect, one.joined_at, one.exited_at)
    member = dialect.member_id(one)
    return {
        "billed_amount": dialect.spelling("record", "not-modelled").words["total_amount"] if left else None, "billed_duration": charged,
        "call_uuid": dialect.call_id(one.call), **how_heard(one), "duration": lasted, "end_mpc_on_exit": one.ends_on_exit is EndsOnExit.YES,
        "exit_cause": None if left is None else left.words["text"], "exit_time": zoned(one.exited_at), "join_time": zoned(one.joined_at),
        "member_id": member, "mpc_uuid": dialect.mpc_id(one.mpc),
        "resource_uri": f"{room_path(dialect, one.mpc)}Participant/{member}/", "role": one.role, "start_mpc_on_enter": one.starts,
    }, (*rules, *(() if left is None else (left.id,)))  # fmt: skip


def room_path(dialect: Plivo, mpc: MultipartyCall) -> str:
    """Where a multiparty call is found: by its name while it lives, by its id afterwards."""
    word = f"name_{quote(mpc.name)}" if is_live(mpc) else f"uuid_{dialect.mpc_id(mpc)}"
    return f"/v1/Account/{dialect.account_id(mpc.account)}/MultiPartyCall/{word}/"


def _billing(dialect: Plivo, since: int | None, until: int | None) -> tuple[int | None, int | None, tuple[str, ...]]:
    """How long something lasted and what of it is billed; nothing as long as it lasts, 0 for what never began."""
    if until is None:
        return None, None, ()
    if since is None:
        return 0, 0, ()
    told, bill = dialect.spelling("duration", "told"), dialect.spelling("duration", "billed")
    whole = seconds(until - since, told)
    return whole, billed(whole, bill), (told.id, bill.id)
