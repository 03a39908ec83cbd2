"""VoipNow's tables: its routes, answers, words, what it lays over the base rules, and its assumptions."""

from __future__ import annotations

from callsim.model import By, CallState, Cause, ConversationState, Direction, Fact, Status, Verb
from callsim.provenance import Basis, Evidence, assumed, disputed, documented
from callsim.rules import Answer, AnyRow, Assumption, Effect, Limit, Patch, Reply, Route, Spelling, patch

from . import actions, call_records, door, listing, making
from .door import error

SEEN = "2026-11-21"
PAGE = Evidence("4PSA wiki, VNUAPI30, Delete PhoneCalls", SEEN, "hanging up: identifiers, statuses, error codes")
CREATE = Evidence("4PSA wiki, VNUAPI30, Create Simple PhoneCalls", SEEN, "waitForPickup is 25 s unless said otherwise")
OBJECT = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078660", SEEN, "PhoneCall, its views, their statuses")
CODES = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078740", SEEN, "error body and common codes")
HOOKS = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44088102", SEEN, "callback parameters of phone call events")
DOC = documented(PAGE)
_NOT_LIVE = disputed("voipnow.hang_up.not_live", PAGE)
_PREFIX = "/uapi/phoneCalls/{user}"


_BAD_CALL = error("pc_phonecall_invalid", "The phone call {call} does not exist or its id is not alphanumeric")
_BAD_NUMBER = error("pc_phonenumber_invalid", "The phone number must be digits with an optional +")
_BAD_USER = error("user_invalid", "The user {user} is not one this request can act for")
_BAD_EXTENSION = error("extension_invalid", "The extension {extension} is not one of this user")

ROUTES: tuple[AnyRow, ...] = (
    Route("voipnow.hang_up", "DELETE", f"{_PREFIX}/{{extension}}/{{call}}", Verb.HANG_UP, DOC, "Hang up one phone call."),
    Route("voipnow.hang_up_all", "DELETE", f"{_PREFIX}/{{extension}}", Verb.HANG_UP, DOC, "Hang up all of an extension."),
    Route("voipnow.make_call", "POST", f"{_PREFIX}/simple", Verb.PLACE, documented(CREATE), "Make a phone call."),
    *making.ROUTES,
    *listing.ROUTES,
)


def _whose(route: str) -> tuple[AnyRow, ...]:
    """What every request to phone calls that there are is checked for first: user, extension."""
    return (
        Answer(route, Reply.BAD_USER, 400, _BAD_USER, documented(CODES), "No such user, or not within the token's reach."),
        Answer(route, Reply.BAD_EXTENSION, 400, _BAD_EXTENSION, documented(CODES), "No such extension of this user."),
    )


def _common(route: str) -> tuple[AnyRow, ...]:
    """What both hang-up requests are checked for, in this order: user, extension, number."""
    return (
        Answer(route, Reply.DONE, 200, "{phone_calls}", DOC, "What was hung up is returned."),
        *_whose(route),
        Answer(route, Reply.BAD_NUMBER, 400, _BAD_NUMBER, DOC, "The number is not written as one."),
    )


_REFUSED = (
    Answer(making.SIMPLE, Reply.BAD_USER, 400, _BAD_USER, documented(CODES), "No such user, or not within reach."),
    Answer(making.SIMPLE, Reply.BAD_EXTENSION, 400, _BAD_EXTENSION, documented(CODES), "No such extension."),
)
ANSWERS: tuple[AnyRow, ...] = (
    *_common("voipnow.hang_up"),
    Answer("voipnow.hang_up", Reply.BAD_ID, 400, _BAD_CALL, DOC, "An id is alphanumeric."),
    Answer("voipnow.hang_up", Reply.ALREADY, 400, _BAD_CALL, _NOT_LIVE, "The id must reference an existing phone call."),
    Answer("voipnow.hang_up", Reply.UNKNOWN, 400, _BAD_CALL, _NOT_LIVE, "The id must reference an existing phone call."),
    Answer("voipnow.hang_up", Reply.MISMATCH, 204, None, assumed("voipnow.number.mismatch", PAGE), "Nothing is hung up."),
    *_common("voipnow.hang_up_all"),
    Answer("voipnow.hang_up_all", Reply.NOTHING, 204, None, DOC, "There is nothing to hang up."),
    Answer("voipnow.make_call", Reply.DONE, 200, "{phone_calls}", documented(CREATE), "The phone call is on its way."),
    *_REFUSED,
    *making.rows(*_REFUSED),
    *listing.rows(_whose),
    *actions.rows(_whose(actions.ROUTE)),
    Answer("voipnow.nowhere", Reply.UNKNOWN, 404, error("not_found", "No such resource"), assumed("voipnow.nowhere"),
           "No page says what an unknown path comes to."),
    Answer("voipnow.nowhere", Reply.REFUSED, 405, error("method_not_allowed", "No such method here"),
           assumed("voipnow.nowhere"), "No page says what a wrong method comes to."),
)  # fmt: skip

_ANSWERED, _BUSY, _FAILED, _NO_ANSWER = (0, "ANSWERED"), (1, "BUSY"), (2, "FAILED"), (3, "NO ANSWER")
_NOT_ALLOWED = (5, "NOT ALLOWED")
_UNPUBLISHED = assumed("voipnow.disposition.unpublished", OBJECT)
_OBJ = documented(OBJECT)


def _ending(cause: Cause, by: By, disposition: tuple[int, str], basis: Basis, why: str, *when: Fact) -> Spelling:
    words: dict[str, str | int] = {"code": disposition[0], "disposition": disposition[1]}
    return Spelling("ending", cause, by, when, words, basis, why)


_NEAREST = "Six dispositions are published; this is the nearest."
ENDINGS: tuple[AnyRow, ...] = (
    _ending(Cause.CANCELLED, By.API, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    _ending(Cause.CANCELLED, By.FAR_PARTY, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    _ending(Cause.CANCELLED, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    *(_ending(Cause.NORMAL, by, _ANSWERED, _OBJ, "It was answered.") for by in (By.API, By.FAR_PARTY, By.DOCUMENT)),
    *(_ending(Cause.REJECTED, by, _BUSY, _UNPUBLISHED, _NEAREST) for by in (By.FAR_PARTY, By.DOCUMENT)),
    *(_ending(Cause.BUSY, by, _BUSY, _OBJ, "It was busy.") for by in (By.FAR_PARTY, By.DOCUMENT)),
    _ending(Cause.NO_ANSWER, By.CARRIER, _NO_ANSWER, _OBJ, "Nobody answered."),
    _ending(Cause.RING_TIMEOUT, By.PLATFORM, _NO_ANSWER, _OBJ, "Nobody answered in time."),
    *(_ending(Cause.FAILED, by, _FAILED, _OBJ, "It failed.") for by in (By.CARRIER, By.PLATFORM)),
    _ending(Cause.TIME_LIMIT, By.PLATFORM, _ANSWERED, _OBJ, "It was answered.", CallState.IN_PROGRESS),
    _ending(Cause.TIME_LIMIT, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST, CallState.RINGING),
    _ending(Cause.END_OF_INSTRUCTIONS, By.PLATFORM, _ANSWERED, _UNPUBLISHED, _NEAREST, CallState.IN_PROGRESS),
    _ending(Cause.END_OF_INSTRUCTIONS, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST, CallState.RINGING),
    _ending(Cause.BAD_INSTRUCTIONS, By.PLATFORM, _FAILED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.PARK_TIMEOUT, By.PLATFORM, _ANSWERED, _OBJ, "It was answered."),
    _ending(Cause.KICKED, By.API, _ANSWERED, _UNPUBLISHED, _NEAREST),
    *(_ending(Cause.MPC_ENDED, by, _ANSWERED, _UNPUBLISHED, _NEAREST) for by in (By.API, By.PLATFORM)),
    _ending(Cause.LOST_RACE, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    _ending(Cause.OUT_OF_CREDIT, By.PLATFORM, _NOT_ALLOWED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.OVER_LIMIT, By.PLATFORM, _NOT_ALLOWED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.MEDIA_TIMEOUT, By.PLATFORM, _ANSWERED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.MACHINE, By.PLATFORM, _ANSWERED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.LOOP, By.PLATFORM, _FAILED, _UNPUBLISHED, _NEAREST),
    _ending(Cause.UNCONFIRMED, By.PLATFORM, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    _ending(Cause.CANCELLED, By.OTHER_LEG, _NO_ANSWER, _UNPUBLISHED, _NEAREST),
    *(_ending(Cause.NORMAL, by, _ANSWERED, _OBJ, "It was answered.") for by in (By.OTHER_LEG, By.PLATFORM)),
)

IN, OUT = Direction.INBOUND, Direction.OUTBOUND
STATES: tuple[AnyRow, ...] = (
    Limit("number_scope", "leg", assumed("voipnow.number.scope", PAGE), "How much of a phone call a number in a request ends."),
    Limit("context", "own-user", assumed("voipnow.context", PAGE), "For whom a request can act besides its own user."),
    *door.ROWS,
    *listing.WORDS,
    *call_records.ROWS,
    Spelling("state", CallState.QUEUED, None, (), {"status": 2, "text": "trying"}, _OBJ, "A view's status is a number."),
    Spelling("state", CallState.RINGING, None, (IN,), {"status": 3, "text": "ringing"}, _OBJ, "The extension rings."),
    Spelling("state", CallState.RINGING, None, (OUT,), {"status": 4, "text": "other side is ringing"}, _OBJ, "The other rings."),
    Spelling("state", CallState.IN_PROGRESS, None, (), {"status": 5, "text": "on call"}, _OBJ, "They talk."),
    Spelling("callback", "hangup", None, (IN,), {"CallFlow": "IN"}, documented(HOOKS), "Which way the call went."),
    Spelling("callback", "hangup", None, (OUT,), {"CallFlow": "OUT"}, documented(HOOKS), "Which way the call went."),
    Spelling("callback", "dial", None, (), {"CallFlow": "UNKNOWN"}, assumed("voipnow.recording"), "No page shows one."),
    Spelling("callback", "record", None, (), {"CallFlow": "UNKNOWN"}, assumed("voipnow.recording"), "No page shows one."),
    Spelling("callback", "recording", None, (), {"CallFlow": "UNKNOWN"}, assumed("voipnow.recording"), "No page shows one."),
    Spelling("callback", "digits", None, (), {"CallFlow": "UNKNOWN"}, assumed("voipnow.recording"), "No page shows one."),
    Spelling("callback", "conference", None, (), {"CallFlow": "UNKNOWN"}, assumed("voipnow.recording"), "No page shows one."),
)

_HANG = "call.hang_up"
OVERLAY: tuple[Patch, ...] = (
    *(patch(f"{_HANG}.{state}", basis=DOC) for state in (
        "queued.api", "ringing.api.outbound", "ringing.api.inbound", "in-progress.api")),
    patch("call.then.ringing.tell-ring", do=Effect.NOTHING, why="Its callbacks are set up otherwise, and none is about ringing."),
    patch("limit.ring_timeout", value=25_000, basis=documented(CREATE)),
    *actions.OVERLAY,
    patch("conversation.begins.of-equals", basis=_OBJ),
    patch("conversation.lose_peer.joined.platform.several", basis=DOC),
    patch("conversation.lose_peer.joined.platform.one", basis=assumed("voipnow.view.left_alone", PAGE)),
)  # fmt: skip

_GONE = ("answer.voipnow.hang_up.already", "answer.voipnow.hang_up.unknown", f"answer.{actions.ROUTE}.unknown")
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.hang_up.not_live", "400", "What does a request for a phone call that is not live come to?",
        "The page says both: the id must reference an existing phone call, and 204 when there is nothing to hang up.",
        {"204": tuple(patch(id, status=204, body=None) for id in _GONE)}, disputed=True,
    ),
    Assumption(
        "voipnow.number.scope", "leg", "Does a number end its own leg or the whole phone call?",
        "The page closes the number's leg and the extension's; in a call of two that is all of it.",
        {"call": (patch("limit.number_scope", value="call"),)},
    ),
    Assumption(
        "voipnow.view.left_alone", "ends", "What becomes of the last leg of a phone call that had several?",
        "In a call of two, to close both is to close all; whoever is left alone has nobody to talk to.",
        {"stays": (patch("conversation.lose_peer.joined.platform.one", status=Status.ALREADY, to=ConversationState.JOINED,
                         cause=None),)},
    ),
    Assumption(
        "voipnow.number.mismatch", "204", "What does an id with a number that is not in it come to?",
        "The page says that nothing is deleted, and 204 is its answer where there is nothing to hang up.",
        {"400": (patch("answer.voipnow.hang_up.mismatch", status=400, body=_BAD_NUMBER),)},
    ),
    Assumption(
        "voipnow.context", "own-user", "For whom can a request act?",
        "The page names three contexts and does not say which token opens which: one's own user is safe.",
        {"as-token": (patch("limit.context", value="as-token"),)},
    ),
    Assumption(
        "voipnow.disposition.unpublished", "nearest", "Which disposition has an end that none of the six names?",
        "Cancelled is no answer, rejected is busy, a bad document is a failure.",
    ),
    Assumption(
        "voipnow.nowhere", "404 and 405", "What do unknown paths and methods come to?",
        "They are what every web server says.",
    ),
    Assumption(
        "voipnow.recording", "our-fields", "What does a callback about a recording hold?",
        "The page about callbacks knows none for recordings.",
    ),
    *actions.ASSUMPTIONS,
    *call_records.ASSUMPTIONS,
    *door.ASSUMPTIONS,
    *listing.ASSUMPTIONS,
    *making.ASSUMPTIONS,
)  # fmt: skip
