"""What Plivo says of keys, recordings and callbacks of a dial, and what it leaves open about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from callsim.model import By, Call, Cause, DialEvent, Direction
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import AnyRow, Assumption, Effect, Patch, Spelling, patch
from callsim.switch import Switch

from .causes import HC
from .documents import RECORDING
from .rules import XREQ

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

SEEN = "2026-11-22"
KEYS = Evidence(
    "https://docs.plivo.com/docs/voice/xml/dial", SEEN,
    "a star hangs up on the called party and the call goes on; who is called presses a key within so long of answering; "
    "the key needs the sound; a URL hears of answer, connected, hangup and digits"
)  # fmt: skip
CLONE = Evidence(
    "https://www.vobiz.ai/docs: dial status reporting, of an interface made after Plivo's", SEEN,
    "answer, connected, digits, hangup in this order; hangup also of who never answered or lost the race; aleg pressed the digits"
)  # fmt: skip
FIELD = Evidence(
    "A test in a project that records dialled calls", SEEN,
    "redirect has to be off for a recording that starts as the dial is answered, or the call goes to its action URL at once"
)  # fmt: skip
_DIAL, _KEY = documented(KEYS), "plivo.dial.confirm_sound"
_EVENTS, _LEFT = documented(KEYS, CLONE), assumed("plivo.dial.callback_hangup", CLONE)
_STATUS = assumed("plivo.dial.leg_status", KEYS)
_HANGUP = "call.then.completed.its-conversation.tell-dial.leg-told"
_LOST = "call.lose_race.in-progress.platform.to-be-confirmed"

OVERLAY: tuple[Patch, ...] = (
    patch("call.confirm.in-progress.far-party.to-be-confirmed", basis=_DIAL),
    patch("call.then.in-progress.ask-confirmation", basis=_DIAL),
    patch("call.end_unconfirmed.in-progress.platform", basis=documented(HC)),
    patch(_LOST, basis=assumed("plivo.dial.answered_rivals", KEYS)),
    patch("conversation.drop_leg.joined.far-party", basis=_DIAL),
    patch("conversation.match_digits.joined.far-party", basis=_DIAL),
    patch("conversation.then.drop_leg.each-leg.release", basis=_DIAL),
    patch("limit.confirm_sound", value="needed", basis=assumed(_KEY, KEYS)),
    patch("limit.other_key", basis=assumed("plivo.dial.other_key", KEYS)),
    patch("call.then.in-progress.its-conversation.tell-dial", basis=_EVENTS),
    patch("conversation.then.joined.tell-dial", basis=_EVENTS),
    patch("conversation.then.match_digits.tell-dial", basis=_EVENTS),
    patch(f"{_HANGUP}.was-in-progress", basis=_EVENTS),
    *(patch(f"{_HANGUP}.was-{was}", basis=_LEFT) for was in ("queued", "ringing")),
    patch("conversation.then.joined.record-dial", basis=documented(RECORDING)),
    patch("instruction.record-on-dial-answer", basis=assumed("plivo.record.dial_action", RECORDING, FIELD)),
    patch("action.then.running.tell-recording.aside-url-only-told", basis=assumed("plivo.record.dial_action", RECORDING, FIELD)),
)  # fmt: skip

_BY_WHAT = {"answer": "in-progress", "connected": "in-progress", "digits": "in-progress", "hangup": "by-ending"}
_UNJOINED = (
    (Cause.UNCONFIRMED, "no-answer", "NO_ANSWER", "To the caller it is as if nobody had answered."),
    (Cause.TIME_LIMIT, "timeout", "NO_ANSWER", "Its time was over before it was joined."),
    (Cause.MEDIA_TIMEOUT, "failed", "NETWORK_OUT_OF_ORDER", "It fell silent before it was joined."),
    (Cause.OUT_OF_CREDIT, "failed", "CALL_REJECTED", "Nobody pays for it."),
    (Cause.OVER_LIMIT, "failed", "CALL_REJECTED", "It was one too many."),
)
ROWS: tuple[AnyRow, ...] = (
    Spelling("ending", Cause.UNCONFIRMED, By.PLATFORM, (), {"code": 9110, "source": "Plivo"}, assumed("plivo.cause.unstated", HC),
             "The key was not pressed; the table's code, its source read off the wording."),
    *(Spelling("callback-status", Cause.UNCONFIRMED, None, (way,), {"status": "completed"}, documented(XREQ), "It was answered.")
      for way in Direction),
    *(Spelling("dial-status", cause, None, (), {"status": status, "hangup_cause": told}, assumed("plivo.dial.status", KEYS), why)
      for cause, status, told, why in _UNJOINED),
    *(Spelling("dial-leg", what, None, (), {"status": status}, _STATUS, "How a leg stands, in the words for calls.")
      for what, status in _BY_WHAT.items()),
    Spelling("dial-leg", "sound", None, (), {"status": "in-progress"}, _STATUS, "Who is to hear it has answered."),
)  # fmt: skip


def _switch(
    id: str, default: str, question: str, reason: str, choices: Mapping[str, tuple[Patch, ...]] | None = None
) -> Assumption:
    return Assumption(f"plivo.{id}", default, question, reason, choices or {})


ASSUMPTIONS: tuple[Assumption, ...] = (
    _switch("dial.confirm_sound", "needed", "Is a key asked for where a Dial names one and no sound?",
            "The page says that the key needs the sound, and not what becomes of a key without one.",
            {"not-needed": (patch("limit.confirm_sound", value="not-needed"),)}),
    _switch("dial.other_key", "ignored", "What becomes of who presses another key than the one that a Dial asks for?",
            "The page ends the challenge by time alone.",
            {"fails": (patch("limit.other_key", value="fails"),)}),
    _switch("dial.answered_rivals", "9000", "How do those end who have answered and not pressed the key when somebody else has?",
            "Who presses first is joined, and the table calls the others a lost race.",
            {"9110": (patch(_LOST, cause=Cause.UNCONFIRMED),)}),
    _switch("dial.callback_hangup", "every-leg", "Is the callback URL of a Dial told of legs that were never answered?",
            "The page names hangup and not of whom; an interface made after Plivo's tells of all of them.",
            {"answered-legs": tuple(patch(f"{_HANGUP}.was-{was}", do=Effect.NOTHING, why="Who was not answered is not told of.")
                                    for was in ("queued", "ringing"))}),
    _switch("dial.leg_status", "call-status", "Which words has DialBLegStatus?",
            "The page names the parameter and none of its values.",
            {"dial-action": tuple(patch(f"spelling.dial-leg.{what}", words={"status": what}) for what in _BY_WHAT)}),
    _switch("record.dial_action", "told", "What becomes of the action URL of a recording that begins as a Dial is answered?",
            "To follow it would take the call out of its Dial; so it is told as the recording begins, like that of a session.",
            {"at-once": (patch("instruction.record-on-dial-answer", do=Effect.START_BEHIND, goes_on=False,
                               why="It is taken for a recording of the session."),)}),
)  # fmt: skip


def told(dialect: Plivo, event: DialEvent, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the URL of a Dial is told of one of its legs, and the rules that spell it."""
    one, leg = switch.conversations[event.conversation], switch.calls[event.leg]
    params, rules = dialect.about(one.call)
    row = dialect.spelling("dial-leg", event.what)
    word = str(row.words["status"])
    status, more, rest = _of_end(dialect, leg, word) if event.what == "hangup" else (word, {}, ())
    action = {} if event.what == "sound" else {"DialAction": event.what}
    digits = {"DialDigitsMatch": event.digits, "DialDigitsPressedBy": "ALeg"} if event.what == "digits" else {}
    return {
        **params, **action, "DialBLegStatus": status, "DialALegUUID": dialect.call_id(one.call),
        "DialBLegUUID": dialect.call_id(leg), "DialBLegFrom": leg.placement.from_, "DialBLegTo": leg.placement.to, **digits, **more,
    }, (*rules, row.id, *rest)  # fmt: skip


def _of_end(dialect: Plivo, leg: Call, word: str) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """How a leg ended: the word for it, what is told of it, and the rules for that."""
    assert leg.ending is not None
    cause, source, rule = dialect.cause(leg.ending)
    spelled = dialect.spelling("callback-status", leg.ending.cause, None, leg)
    lasted, lasting = dialect.lasted(leg)
    told = {
        "DialBLegDuration": lasted["Duration"], "DialBLegBillDuration": lasted["BillDuration"], "DialBLegHangupCauseName": cause.name,
        "DialBLegHangupCauseCode": cause.code, "DialBLegHangupSource": source,
    }  # fmt: skip
    by_ending = word == "by-ending"
    return str(spelled.words["status"]) if by_ending else word, told, (rule, *lasting, *((spelled.id,) if by_ending else ()))
