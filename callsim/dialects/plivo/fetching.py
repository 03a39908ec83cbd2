"""Plivo's rows about what its applications are asked for: transfers, fallbacks, and what is wrong with what comes."""

from __future__ import annotations

from typing import Any

from callsim.model import BadDocument, By, CallState, Cause, Exit, Purpose, Verb
from callsim.provenance import Evidence, assumed, disputed, documented, observed
from callsim.rules import Answer, AnyRow, Assumption, Patch, Reply, Route, Spelling, patch

from .causes import AGENT, HC
from .rules import CALL, EXAMPLES, MPC, OVER, ROUTE, error

SEEN = "2026-11-22"
TRF = Evidence(
    "https://docs.plivo.com/docs/voice/api/call/transfer-a-call", SEEN,
    "an ongoing call executes another document; legs, their URLs and methods; at most 70 transfers, then Loop Detected",
)  # fmt: skip
MAKE = Evidence(
    "https://docs.plivo.com/docs/voice/api/call/make-a-call", SEEN,
    "the fallback URL is asked once the answer URL has failed 3 times or for 60 s"
)
SDKS = Evidence(
    "plivo-node and plivo-ruby, arguments of a call", SEEN, "the fallback URL is for an answer URL that is unavailable or whose XML is invalid"
)
CALLBACKS = Evidence(
    "https://docs.plivo.com/docs/voice/concepts/callbacks", SEEN, "the fallback URL is for an answer URL that is not reachable"
)
RESPONSE = Evidence("https://docs.plivo.com/docs/voice/xml/response", SEEN, "the content type must be text/xml or application/xml")
_D, _FALLBACK = documented(HC), assumed("plivo.fallback.code", MAKE, HC)


def _bad(purpose: Purpose, problem: BadDocument, code: int, basis: Any, why: str, source: str = "Error") -> Spelling:
    words: dict[str, str | int] = {"code": code, "source": source}
    return Spelling("ending", Cause.BAD_INSTRUCTIONS, By.PLATFORM, (purpose, problem), words, basis, why)


_NOT_LIVE = assumed("plivo.transfer.not_live", TRF, EXAMPLES)
_NO_OTHER = assumed("plivo.transfer.no_other_leg", TRF)
ROWS: tuple[AnyRow, ...] = (
    Route("plivo.transfer", "POST", "/v1/Account/{account}/Call/{call}", Verb.TRANSFER, documented(TRF), "Send a call to another document."),
    Answer("plivo.transfer", Reply.DONE, 202, {"message": "call transferred", "api_id": "{api_id}"}, documented(TRF),
           "It goes on elsewhere. One page spells the message with a single r."),
    Answer("plivo.transfer", Reply.REFUSED, 404, error("call not found"), _NOT_LIVE, "The page speaks of ongoing calls only."),
    Answer("plivo.transfer", Reply.ALREADY, 404, error("call not found"), _NOT_LIVE, "A call that has ended is no longer found."),
    Answer("plivo.transfer", Reply.UNKNOWN, 404, error("call not found"), observed(EXAMPLES), "No call has this id."),
    Answer("plivo.transfer", Reply.NOTHING, 404, error("call not found"), _NO_OTHER, "It has no other leg that could be sent anywhere."),
    Answer("plivo.transfer", Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "A parameter is missing or none that is known."),
    _bad(Purpose.TRANSFER, BadDocument.UNREACHABLE, 7013, _D, "No usable answer came."),
    _bad(Purpose.TRANSFER, BadDocument.INVALID, 8013, _D, "What came is no valid document."),
    _bad(Purpose.TRANSFER, BadDocument.EMPTY, 8013, disputed("plivo.answer.empty_body", AGENT), "What came is empty."),
    _bad(Purpose.TRANSFER, BadDocument.BAD_URL, 7023, _D, "The URL is not http or https."),
    _bad(Purpose.TRANSFER, BadDocument.BAD_METHOD, 7033, _D, "The method is neither GET nor POST."),
    _bad(Purpose.TRANSFER, BadDocument.TOO_MANY, 2060, documented(TRF), "It was sent elsewhere too often.", "Plivo"),
    *(_bad(Purpose.FALLBACK, problem, code, _FALLBACK, "Its fallback URL has failed as well.") for problem, code in (
        (BadDocument.UNREACHABLE, 7011), (BadDocument.INVALID, 8011), (BadDocument.EMPTY, 8011), (BadDocument.BAD_URL, 7011),
        (BadDocument.BAD_METHOD, 7011))),
    _bad(Purpose.ANSWER, BadDocument.BAD_METHOD, 7011, assumed("plivo.cause.unstated", HC), "No cause is published for this method."),
    Spelling("exit", Exit.TRANSFERRED, None, (), {"text": "Participant Call Transferred"}, documented(MPC), "Its call was sent elsewhere."),
)  # fmt: skip

OVERLAY: tuple[Patch, ...] = (
    patch("call.transfer.in-progress.api", basis=documented(TRF)),
    *(patch(f"call.transfer.{state}.api", basis=_NOT_LIVE) for state in ("queued", "ringing", "completed")),
    patch("call.then.transfer.fetch-transfer", basis=documented(TRF)),
    patch("call.bad_instructions.in-progress.platform.transfer", basis=_D),
    patch("limit.transfers", basis=documented(TRF)),
    patch("call.then.transfer.its-participant.withdraw.in-mpc", basis=documented(MPC)),
    patch("participant.withdraw.active.platform", basis=documented(MPC)),
    patch("call.then.transfer.each-action.cut_off", basis=documented(TRF, ROUTE)),
)

_FAILED = "call.bad_instructions.{}.fallback-url.{}"
_PLACES = ("ringing.platform.answer", "in-progress.platform.answer.in-no-mpc", "in-progress.platform.answer.left-mpc")
OVERLAY += (
    *(patch(_FAILED.format(place, "nothing-came"), basis=documented(MAKE)) for place in _PLACES),
    *(patch(_FAILED.format(place, "something-came"), basis=disputed("plivo.fallback.invalid_xml", SDKS, CALLBACKS)) for place in _PLACES),
    patch("call.then.bad_instructions.fetch-fallback", basis=documented(MAKE)),
    patch("call.then.ringing.tell-ring", basis=documented(CALL)),
    patch("limit.document_size", basis=documented(AGENT)),
    patch("limit.document_type", value="xml", basis=assumed("plivo.document.type", RESPONSE, AGENT)),
)

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.transfer.not_live", "404", "What does sending a call elsewhere come to that is not in progress?",
        "The page is about ongoing calls, and what is not there is not found elsewhere.",
        {"400": tuple(patch(f"answer.plivo.transfer.{reply}", status=400) for reply in ("refused", "already"))},
    ),
    Assumption(
        "plivo.transfer.no_other_leg", "404", "What does it come to where only the other leg is to be sent, and there is none?",
        "An SDK says that the bridged leg is sent elsewhere if one is found.",
        {"202": (patch("answer.plivo.transfer.nothing-to-do", status=202, body={"message": "call transferred", "api_id": "{api_id}"}),)},
    ),
    Assumption(
        "plivo.fallback.code", "as the answer URL", "Which code has a call whose fallback URL fails as well?",
        "It stands in the place of the answer URL; the table has no codes for it.",
    ),
    Assumption(
        "plivo.fallback.invalid_xml", "asked", "Is the fallback URL asked where the answer URL gave something that is no document?",
        "The SDKs say so; the page about callbacks speaks of an answer URL that cannot be reached.",
        {"not-asked": tuple(
            patch(_FAILED.format(place, "something-came"), to=CallState.COMPLETED, cause=Cause.BAD_INSTRUCTIONS,
                  why="It cannot be told what to do.")
            for place in _PLACES
        )}, disputed=True,
    ),
    Assumption(
        "plivo.document.type", "xml", "What becomes of a document that is not labelled as XML?",
        "The page demands a label, and does not say what comes of another one.",
        {"any": (patch("limit.document_type", value="any", why="Whatever it is labelled as, it is read."),)},
    ),
)  # fmt: skip
