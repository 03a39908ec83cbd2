"""What Plivo says of calls that dial others: its words for how their legs end, and what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callsim.dialects.dialect import Dialect
from callsim.model import (
    Action,
    ActionUrl,
    By,
    Call,
    CallState,
    Cause,
    Conversation,
    Direction,
    OtherParty,
    Runs,
    Scope,
)
from callsim.provenance import Evidence, assumed, disputed, documented
from callsim.rules import AnyRow, Assumption, Patch, Spelling, patch
from callsim.switch import Switch

from .causes import HC
from .rules import CALL, FRAMEWORK, XREQ

DIAL = Evidence(
    "https://plivo.com/docs/voice/xml/routing.md", "2026-11-22",
    "several are called at once, the first to answer is connected, the others are called off; then the next element or the action URL",
)  # fmt: skip
_DIAL, _CAUSES = documented(DIAL), documented(HC)
_OTHER_LEG = assumed("plivo.dial.other_leg", HC)
_UNSTATED = assumed("plivo.cause.unstated", HC)
_STATUS = disputed("plivo.hangup_callback.status", XREQ, CALL)


def _ends(cause: Cause, by: By, code: int, source: str, basis: object, why: str, *when: object) -> Spelling:
    return Spelling("ending", cause, by, when, {"code": code, "source": source}, basis, why)  # type: ignore[arg-type]


_BY_PARTY = {OtherParty.CALLER: "Caller", OtherParty.CALLEE: "Callee"}
_TAKEN = "The other leg was hung up, and this one with it."
WORDS: tuple[AnyRow, ...] = (
    *(_ends(Cause.CANCELLED, By.API, 1000, "API Request", _OTHER_LEG, _TAKEN, Scope.RELEASED, was)
      for was in (CallState.QUEUED, CallState.RINGING)),
    _ends(Cause.NORMAL, By.API, 4000, "API Request", _OTHER_LEG, _TAKEN, Scope.RELEASED),
    _ends(Cause.NORMAL, By.PLATFORM, 4000, "Plivo", _OTHER_LEG, "The other leg ended, and this one with it.", Scope.RELEASED),
    *(_ends(cause, By.OTHER_LEG, code, source, _OTHER_LEG, _TAKEN, party)
      for cause, code in ((Cause.CANCELLED, 1000), (Cause.NORMAL, 4000)) for party, source in _BY_PARTY.items()),
    _ends(Cause.LOST_RACE, By.PLATFORM, 9000, "Plivo", _UNSTATED, "Another was first; the table's code, its source read off the wording."),
    _ends(Cause.LOOP, By.PLATFORM, 2060, "Plivo", _UNSTATED, "A call to itself; the table's code, its source read off the wording."),
    *(Spelling("callback-status", cause, None, (way,), {"status": status}, basis, why)
      for cause, word in ((Cause.LOST_RACE, "cancel"), (Cause.LOOP, "failed"))
      for way, status, basis, why in (
          (Direction.OUTBOUND, word, _STATUS, "How the hangup callback puts it."),
          (Direction.INBOUND, "completed", documented(XREQ), "Always, for inbound."))),
)  # fmt: skip

_OUTCOME = assumed("plivo.dial.status", DIAL)
_STATUSES: dict[Cause, tuple[str, str]] = {
    Cause.NORMAL: ("completed", "NORMAL_CLEARING"),
    Cause.BUSY: ("busy", "USER_BUSY"),
    Cause.REJECTED: ("busy", "CALL_REJECTED"),
    Cause.NO_ANSWER: ("no-answer", "NO_ANSWER"),
    Cause.RING_TIMEOUT: ("timeout", "NO_ANSWER"),
    Cause.FAILED: ("failed", "NETWORK_OUT_OF_ORDER"),
    Cause.LOOP: ("failed", "CALL_REJECTED"),
    Cause.CANCELLED: ("cancel", "ORIGINATOR_CANCEL"),
}
WORDS += tuple(
    Spelling("dial-status", cause, None, (), {"status": status, "hangup_cause": told}, _OUTCOME,
             "Six statuses are published; which of them fits which end is read off the words.")
    for cause, (status, told) in _STATUSES.items()
)  # fmt: skip
WORDS += (Spelling("callback", "dial", None, (), {"text": "Dial"}, _OUTCOME, "The event of what an action URL is told of."),)
MAPPED_OTHERWISE = tuple(f"spelling.callback-status.{cause}.outbound" for cause in (Cause.LOST_RACE, Cause.LOOP))

OVERLAY: tuple[Patch, ...] = (
    *(patch(f"call.lose_race.{state}.platform", basis=_CAUSES) for state in ("queued", "ringing")),
    patch("call.detect_loop.queued.platform", basis=_CAUSES),
    patch("instruction.dial", basis=assumed("plivo.dial.answers", FRAMEWORK)),
    patch("conversation.begins.for-a-call", basis=_DIAL),
    patch("conversation.connect.dialling.platform", basis=_DIAL),
    patch("conversation.lose_leg.dialling.platform", basis=_DIAL),
    patch("conversation.lose_leg.joined.platform.no-leg-left", basis=_DIAL),
    patch("conversation.then.joined.each-other-leg.lose_race", basis=_DIAL),
    patch("conversation.then.joined.its-call.answer", basis=assumed("plivo.dial.answers", FRAMEWORK)),
    patch("conversation.then.over.its-action.finish", basis=_DIAL),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.dial.status", "by-last-leg", "Which DialStatus has a call that dialled several?",
        "The page lists the statuses and not how several ends come to one: that of whom it was joined to, or who was last.",
    ),
    Assumption(
        "plivo.dial.answers", "on-answer", "When is an incoming call answered that dials somebody?",
        "In the vendor's open-source ancestor dialling does not answer by itself: the caller hears it ring until somebody does.",
        {"at-once": (patch("instruction.dial", answers=True, why="It is answered as any other element would."),)},
    ),
    Assumption(
        "plivo.dial.other_leg", "by-party", "Whom does Plivo name for a leg that ends because its other leg was hung up?",
        "The table of causes says who hung up and knows a call as a whole; nothing says what the record of each leg holds.",
        {"Plivo": tuple(
            patch(f"spelling.ending.{cause}.other-leg.{party}", words={"code": code, "source": "Plivo"})
            for cause, code in ((Cause.CANCELLED, 1000), (Cause.NORMAL, 4000)) for party in OtherParty
        )},
    ),
)  # fmt: skip


def latest(switch: Switch, call: Call) -> Conversation:
    """The latest conversation for which a call has dialled."""
    return next(one for one in reversed(switch.conversations.values()) if one.call is call)


def asked_by(actions: Sequence[Action]) -> Conversation | None:
    """The conversation whose end asks how to go on; None if something else has asked, or nothing. What runs beside the rest
    asks nothing."""
    asking = (each for each in reversed(actions) if each.runs is Runs.ALONE or each.action_url_fact is ActionUrl.BEHIND_FOLLOWED)
    last = next(asking, None)
    return None if last is None else last.conversation


def outcome(dialect: Dialect, one: Conversation) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What an action URL is told of a conversation: its outcome and its legs, and the rules that spell them."""
    leg = one.joined or max(one.legs, key=lambda leg: (leg.ended_at or 0, leg.number), default=None)
    ending = None if leg is None else leg.ending
    cause = Cause.CANCELLED if ending is None else ending.cause
    if one.joined is not None or cause is Cause.NORMAL:
        # Whoever has answered and was hung up on before being joined is to the caller as who never pressed the key.
        cause = Cause.NORMAL if one.joined is not None else Cause.UNCONFIRMED
    row = dialect.spelling("dial-status", cause)
    rang = leg is not None and leg.ringing_at is not None
    return {
        "DialStatus": row.words["status"], "DialRingStatus": "true" if rang else "false",
        "DialHangupCause": row.words["hangup_cause"], "DialALegUUID": dialect.call_id(one.call),
        "DialBLegUUID": "" if leg is None else dialect.call_id(leg),
    }, (row.id,)  # fmt: skip
