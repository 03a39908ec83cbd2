"""What VoipNow lets one do to a phone call while it goes on: the request, its words for each action, its answers, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callsim.model import CallState, Cause, Status, Verb
from callsim.provenance import Basis, Evidence, assumed, disputed, documented, observed
from callsim.rules import Answer, AnyRow, Assumption, Patch, Reply, Route, Spelling, patch

SEEN = "2026-11-22"
_WIKI = "https://wiki.4psa.com/display/VNUAPI30"
PARK = Evidence(f"{_WIKI}/UnPark+PhoneCalls", SEEN, "a parked phone call is retrieved by PUT, naming one view of it")
TRANSFER = Evidence(f"{_WIKI}/Transfer+PhoneCalls", SEEN, "who transfers, who is transferred and to whom; the phone call comes back")
VOICEMAIL = Evidence(f"{_WIKI}/TransferToVoicemail+PhoneCalls", SEEN, "to the voice mail of an extension of the same organization")
RECORDING = Evidence(f"{_WIKI}/StartRecording+PhoneCalls", SEEN, "the view is required; 200, or 204 where there are no phone calls")
HOLD = Evidence("4PSA wiki, VNUAPI30, OnHold and OffHold PhoneCalls", SEEN, "a view is put on hold, and taken off it")
OTHERS = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078660", SEEN, "the actions there are, and what each needs")
CLIENT = Evidence(
    "https://github.com/4psa/mcp-voipnow", SEEN, "10 to 3600 s in the lot, 180 unless said; then its extension takes the call back"
)
CODES = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078740", SEEN, "501 where a request is not implemented")

ROUTE = "voipnow.act"
FEWEST_SECONDS, MOST_SECONDS = 10, 3600

_NO_EFFECT = assumed("voipnow.action.no_effect", RECORDING)
_MALFORMED = assumed("voipnow.action.malformed", RECORDING)
_NOT_LIVE = disputed("voipnow.hang_up.not_live", RECORDING)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


_BAD_CALL = _error("pc_phonecall_invalid", "The phone call {call} does not exist or its id is not alphanumeric")
_BAD_ACTION = _error("pc_phonecall_invalid", "The action is not one that can be done: {problem}")
_NO_ACTION = _error("request_not_implemented", "The action {action} is not implemented")


def rows(common: tuple[AnyRow, ...]) -> tuple[AnyRow, ...]:
    """The request and its answers, after those that every request to a phone call has in common."""
    return (
        Route(ROUTE, "PUT", "/uapi/phoneCalls/{user}/{extension}/{call}", Verb.HOLD_CALL, documented(TRANSFER),
              "Do something to a phone call while it goes on."),
        *common,
        Answer(ROUTE, Reply.DONE, 200, "{phone_call}", documented(TRANSFER), "The phone call is returned as it is now."),
        Answer(ROUTE, Reply.BAD_ID, 400, _BAD_CALL, documented(HOLD), "An id is alphanumeric."),
        Answer(ROUTE, Reply.UNKNOWN, 400, _BAD_CALL, _NOT_LIVE, "The id must reference an existing phone call."),
        Answer(ROUTE, Reply.ALREADY, 204, None, _NO_EFFECT, "There is no phone call to which this could be done."),
        Answer(ROUTE, Reply.REFUSED, 204, None, _NO_EFFECT, "There is no phone call to which this could be done."),
        Answer(ROUTE, Reply.BAD_REQUEST, 400, _BAD_ACTION, _MALFORMED, "What is sent along is no action."),
        Answer(ROUTE, Reply.NOT_IMPLEMENTED, 501, _NO_ACTION, documented(CODES), "The code of what is not implemented."),
        *_WORDS,
    )  # fmt: skip


def _words(action: str, done: bool = True, view: str = "required") -> dict[str, str | int]:
    return {"action": action, "is": "done" if done else "not-implemented", "view": view}


def _word(verb: str, action: str, basis: Basis, why: str, done: bool = True, view: str = "required") -> Spelling:
    return Spelling("action", verb, None, (), _words(action, done, view), basis, why)


_UNDONE = assumed("voipnow.action.not_implemented", OTHERS)
_LISTENING = {"barge_in": "BargeIn", "whisper": "Whisper", "monitor": "Monitor"}
_ALONE = "Nobody is modelled who listens without taking part."
_WORDS: tuple[AnyRow, ...] = (
    _word(Verb.HOLD_CALL, "OnHold", documented(HOLD), "Its word for putting on hold."),
    _word(Verb.UNHOLD_CALL, "OffHold", documented(HOLD), "Its word for taking off hold."),
    _word(Verb.PARK, "Park", documented(PARK), "Its word for putting into the parking lot."),
    _word(Verb.UNPARK, "UnPark", documented(PARK), "Its word for taking out of the parking lot."),
    _word(Verb.RECORD_CALL, "StartRecording", documented(RECORDING), "Its word for having a call recorded."),
    _word(Verb.STOP_RECORDING, "StopRecording", documented(RECORDING), "Its word for having that stopped."),
    _word(Verb.REFER, "Transfer", documented(TRANSFER), "Its word for letting somebody else go on with a call.", view="any"),
    _word(Verb.DIVERT, "TransferToVoicemail", documented(VOICEMAIL), "Its word for letting the voice mail do so.", view="any"),
    _word(Verb.ANSWER, "PickUp", assumed("voipnow.pick_up", OTHERS), "Another extension answers a call that comes in."),
    *(_word(word, action, _UNDONE, _ALONE, done=False) for word, action in _LISTENING.items()),
)

_DOES = {
    HOLD: ("hold_call.in-progress.api.off-hold.not-parked", "unhold_call.in-progress.api.on-hold"),
    PARK: ("park.in-progress.api.not-parked", "unpark.in-progress.api.parked"),
    RECORDING: ("record_call.in-progress.api.not-recorded", "stop_recording.in-progress.api.recorded"),
    TRANSFER: ("refer.in-progress.api",),
    VOICEMAIL: ("divert.in-progress.api",),
}
_TIME_OVER = "call.park_time_over.in-progress.platform"
OVERLAY: tuple[Patch, ...] = (
    *(patch(f"call.{id}", basis=documented(page)) for page, ids in _DOES.items() for id in ids),
    patch("call.divert.ringing.api.inbound", basis=assumed("voipnow.voicemail.ringing", VOICEMAIL)),
    patch(_TIME_OVER, basis=assumed("voipnow.park.time_over", CLIENT)),
    patch("limit.parking", basis=observed(CLIENT)),
)

_ANSWERS_OF_NO_EFFECT = (f"answer.{ROUTE}.already", f"answer.{ROUTE}.refused")
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.action.no_effect", "204", "What does an action come to that cannot be done, or has been done before?",
        "Its pages say 204 where there are no phone calls to which it could be done, and know no error of a wrong state.",
        {
            "200": tuple(patch(id, status=200, body="{phone_call}") for id in _ANSWERS_OF_NO_EFFECT),
            "400": tuple(patch(id, status=400, body=_BAD_CALL) for id in _ANSWERS_OF_NO_EFFECT),
        },
    ),
    Assumption(
        "voipnow.action.malformed", "pc_phonecall_invalid", "Which code has an action that lacks something or is none?",
        "Its pages say what each action must hold, and this code is the one they list for what is wrong with a phone call.",
    ),
    Assumption(
        "voipnow.action.not_implemented", "501", "What do actions come to for which there is no model?",
        "Somebody who listens in has no part in how a call ends; 501 says honestly that nothing was done.",
        {"200": tuple(patch(f"spelling.action.{word}", words=_words(action)) for word, action in _LISTENING.items())},
    ),
    Assumption(
        "voipnow.pick_up", "answers", "What does it do to a call to pick it up?",
        "Its client takes it for the answer of another extension to what rings; nothing else would be picked up.",
        {"501": (patch("spelling.action.answer", words=_words("PickUp", done=False)),)},
    ),
    Assumption(
        "voipnow.park.time_over", "returns", "What becomes of a call that has waited in the parking lot as long as it may?",
        "Its client says that the extension takes it back that put it there, and not what comes of it if nobody is there.",
        {"ends": (patch(_TIME_OVER, to=CallState.COMPLETED, cause=Cause.PARK_TIMEOUT),)},
    ),
    Assumption(
        "voipnow.voicemail.ringing", "answers", "What becomes of a call that rings when it is transferred to the voice mail?",
        "A voice mail answers whatever it gets; the page does not say that the call must have been answered before.",
        {"refused": (patch("call.divert.ringing.api.inbound", status=Status.REFUSED, to=CallState.RINGING),)},
    ),
)  # fmt: skip


# -- reading ---------------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"\+?[0-9*]+")
_SENDS = (Verb.REFER, Verb.DIVERT)
LONE_VIEW = "00"
VERBS = (
    Verb.HOLD_CALL, Verb.UNHOLD_CALL, Verb.PARK, Verb.UNPARK, Verb.RECORD_CALL, Verb.STOP_RECORDING, Verb.REFER, Verb.DIVERT,
)  # fmt: skip
"""What can be said to a call by this request and by no other."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a body asks for: its word, the row that knows it, what to say to the call with which detail; or what is wrong with it."""

    name: str
    row: Spelling | None = None
    verb: Verb | None = None
    detail: int | None = None
    problem: str = ""
    view: str = ""


def read(body: Any, known: Mapping[str, Spelling], views: Container[str] = (LONE_VIEW,)) -> Action:
    """The action that a body holds. `known` are the rows of actions by the vendor's word, `views` those of the phone call."""
    fields = body if isinstance(body, dict) else {}
    name = str(fields.get("action", ""))
    row = known.get(name)
    if row is None:
        return Action(name, problem=f"there is no action {name!r}")
    problem = _lacking(row, fields, views)
    verb = Verb(row.word) if row.word in Verb._value2member_map_ else None
    return Action(name, row, verb, _time_in_lot(verb, fields), problem, str(fields.get("phoneCallViewId", "")))


def _lacking(row: Spelling, fields: Mapping[str, Any], views: Container[str]) -> str:
    """What is wrong with what an action needs; nothing if nothing is."""
    view, to = fields.get("phoneCallViewId"), str(fields.get("sendCallTo", ""))
    if row.words["view"] == "required" and view is None:
        return "phoneCallViewId is missing"
    if view is not None and str(view) not in views:
        return f"there is no view {str(view)!r}"
    if row.word in _SENDS and not _NUMBER.fullmatch(to):
        return "sendCallTo is missing or no number"
    if row.word == Verb.PARK and not _fits_lot(fields):
        return f"maxInParking is from {FEWEST_SECONDS} to {MOST_SECONDS}"
    return ""


def _fits_lot(fields: Mapping[str, Any]) -> bool:
    seconds = str(fields.get("maxInParking", FEWEST_SECONDS))
    return bool(_DIGITS.fullmatch(seconds)) and FEWEST_SECONDS <= int(seconds) <= MOST_SECONDS


def _time_in_lot(verb: Verb | None, fields: Mapping[str, Any]) -> int | None:
    """How long a call may wait in the parking lot, in milliseconds; None if nothing is said of it."""
    if verb is not Verb.PARK or "maxInParking" not in fields or not _fits_lot(fields):
        return None
    return int(fields["maxInParking"]) * 1000


def body(verb: Verb, length: int | None, extension: str, known: Iterable[Spelling]) -> dict[str, Any]:
    """What is sent along to have that done to a phone call of one view; whoever needs a number to go on with gets the extension's."""
    row = next(each for each in known if each.word == verb)
    waits = {"maxInParking": length // 1000} if verb is Verb.PARK and length is not None else {}
    sent = {"sendCallTo": extension} if verb in _SENDS else {}
    return {"action": row.words["action"], "phoneCallViewId": LONE_VIEW, **waits, **sent}
