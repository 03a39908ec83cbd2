"""TryVox's tables: its routes, answers, words, and what it lays over the base rules."""

from __future__ import annotations

from typing import Any

from callsim.model import (
    By,
    CallState,
    Cause,
    ConversationState,
    Direction,
    MpcState,
    OtherParty,
    Parting,
    Purpose,
    Status,
    Verb,
)
from callsim.provenance import assumed, documented
from callsim.rules import Answer, AnyRow, Of, Patch, Reply, Route, Spelling, patch

from . import door, looking
from .looking import ROOT
from .sources import ACTIONS, CLIENT, CONF, DOC, HOOKS, LIST, MAKE, PAGE, VERBS, Error, flat

_UNPUBLISHED = assumed("tryvox.end_reason.unpublished", LIST)
_RINGING = assumed("tryvox.hang_up.ringing_status", PAGE, LIST)


NOT_FOUND = ("call_not_found", "Call with UUID {uuid} not found")
_ENDED = ("call_already_ended", "Call has already ended")
_QUEUED = ("invalid_call_state", "Call is queued; only ringing and in-progress calls can be hung up")

ROUTES: tuple[AnyRow, ...] = (
    Route("tryvox.hang_up", "DELETE", f"{ROOT}/calls/{{call}}", Verb.HANG_UP, DOC, "Hang up one call."),
    Route("tryvox.make_call", "POST", f"{ROOT}/calls", Verb.PLACE, documented(MAKE), "Make a call."),
    Route("tryvox.transfer", "POST", f"{ROOT}/calls/{{call}}/transfer", Verb.TRANSFER, documented(ACTIONS), "Send a call elsewhere."),
    Route("tryvox.end_conference", "DELETE", f"{ROOT}/conferences/{{mpc}}", Verb.STOP, documented(CONF), "End a conference."),
    *looking.ROUTES,
)

ERRORS = (
    Error("tryvox.make_call", Reply.BAD_REQUEST, 400, "validation_failed", "VALIDATION_FAILED", "{problem}", "A field is missing."),
    Error("tryvox.transfer", Reply.BAD_REQUEST, 400, "validation_failed", "VALIDATION_FAILED", "{problem}", "A field is missing."),
    Error("tryvox.end_conference", Reply.UNKNOWN, 404, "conference_not_found", "NOT_FOUND", "Conference {mpc} not found",
          "No live conference has this name."),
    Error("tryvox.nowhere", Reply.UNKNOWN, 404, "not_found", "NOT_FOUND", "No such resource", "No such path."),
    Error("tryvox.nowhere", Reply.REFUSED, 405, "method_not_allowed", "METHOD_NOT_ALLOWED", "Method not allowed", "No such method."),
)  # fmt: skip
_NOT_LIVE = assumed("tryvox.transfer.not_live", ACTIONS, PAGE)
_PAYLOAD = assumed("tryvox.request.payload", HOOKS)
ANSWERS: tuple[AnyRow, ...] = (
    Answer("tryvox.hang_up", Reply.DONE, 204, None, DOC, "It is hung up; there is no body."),
    Answer("tryvox.hang_up", Reply.ALREADY, 404, flat(*_ENDED), DOC, "A call that has ended is an error."),
    Answer("tryvox.hang_up", Reply.UNKNOWN, 404, flat(*NOT_FOUND), assumed("tryvox.hang_up.unknown_status", PAGE),
           "The body is published, its status is not."),
    Answer("tryvox.hang_up", Reply.REFUSED, 409, flat(*_QUEUED), assumed("tryvox.hang_up.queued", PAGE, CLIENT),
           "Only ringing and in-progress calls can be hung up; the client knows a 409."),
    Answer("tryvox.make_call", Reply.DONE, 201, "{made}", documented(MAKE), "The call is on its way."),
    Answer("tryvox.transfer", Reply.DONE, 200, {"transfer_uuid": "{transfer_uuid}", "status": "transferring", "to": "{to}"},
           assumed("tryvox.transfer.status", ACTIONS), "The body is published, its status is not."),
    Answer("tryvox.transfer", Reply.REFUSED, 409, flat("invalid_call_state", "Call is not in progress"), _NOT_LIVE,
           "The page speaks of active calls."),
    Answer("tryvox.transfer", Reply.ALREADY, 404, flat(*_ENDED), _NOT_LIVE, "As where an ended call is hung up."),
    Answer("tryvox.transfer", Reply.UNKNOWN, 404, flat(*NOT_FOUND), assumed("tryvox.hang_up.unknown_status", PAGE), "No call has this id."),
    Answer("tryvox.end_conference", Reply.DONE, 204, None, documented(CONF), "It is over for everybody."),
    *(each.answer for each in ERRORS),
    *looking.ANSWERS,
)  # fmt: skip


def _ending(cause: Cause, by: By, status: str, reason: str, basis: Any, why: str, *when: Any) -> Spelling:
    return Spelling("ending", cause, by, when, {"status": status, "end_reason": reason}, basis, why)


_OUT, _IN = Direction.OUTBOUND, Direction.INBOUND
_CORE = "TryVox publishes three reasons only; for the rest our word is kept."
_LIST = "An end reason nobody published, beside the status that fits it."
ENDINGS: tuple[AnyRow, ...] = (
    _ending(Cause.CANCELLED, By.API, "completed", "api-hangup", _RINGING, "Completed, says the page; a filter knows canceled."),
    _ending(Cause.CANCELLED, By.FAR_PARTY, "completed", "caller-hangup", documented(LIST), "The caller gave up."),
    _ending(Cause.CANCELLED, By.PLATFORM, "completed", "cancelled", _UNPUBLISHED, _CORE),
    _ending(Cause.NORMAL, By.API, "completed", "api-hangup", DOC, "The request ended it."),
    _ending(Cause.NORMAL, By.FAR_PARTY, "completed", "callee-hangup", documented(LIST), "The callee put down.", _OUT),
    _ending(Cause.NORMAL, By.FAR_PARTY, "completed", "caller-hangup", documented(LIST), "The caller put down.", _IN),
    _ending(Cause.NORMAL, By.DOCUMENT, "completed", "normal", _UNPUBLISHED, _CORE),
    _ending(Cause.REJECTED, By.FAR_PARTY, "failed", "rejected", _UNPUBLISHED, _LIST),
    _ending(Cause.REJECTED, By.DOCUMENT, "failed", "rejected", _UNPUBLISHED, _LIST),
    _ending(Cause.BUSY, By.FAR_PARTY, "busy", "busy", _UNPUBLISHED, _LIST),
    _ending(Cause.BUSY, By.DOCUMENT, "busy", "busy", _UNPUBLISHED, _LIST),
    _ending(Cause.NO_ANSWER, By.CARRIER, "no-answer", "no-answer", _UNPUBLISHED, _LIST),
    _ending(Cause.RING_TIMEOUT, By.PLATFORM, "no-answer", "ring-timeout", _UNPUBLISHED, _LIST),
    _ending(Cause.FAILED, By.CARRIER, "failed", "failed", _UNPUBLISHED, _LIST),
    _ending(Cause.FAILED, By.PLATFORM, "failed", "failed", _UNPUBLISHED, _LIST),
    _ending(Cause.TIME_LIMIT, By.PLATFORM, "completed", "time-limit", _UNPUBLISHED, _CORE),
    _ending(Cause.END_OF_INSTRUCTIONS, By.PLATFORM, "completed", "end-of-instructions", _UNPUBLISHED, _CORE),
    _ending(Cause.BAD_INSTRUCTIONS, By.PLATFORM, "failed", "bad-instructions", _UNPUBLISHED, _LIST),
    _ending(Cause.KICKED, By.API, "completed", "kicked", _UNPUBLISHED, _CORE),
    _ending(Cause.MPC_ENDED, By.API, "completed", "conference-ended", _UNPUBLISHED, _CORE),
    _ending(Cause.MPC_ENDED, By.PLATFORM, "completed", "conference-ended", _UNPUBLISHED, _CORE),
    _ending(Cause.LOST_RACE, By.PLATFORM, "completed", "lost-race", _UNPUBLISHED, _CORE),
    _ending(Cause.OUT_OF_CREDIT, By.PLATFORM, "failed", "out-of-credit", _UNPUBLISHED, _LIST),
    _ending(Cause.OVER_LIMIT, By.PLATFORM, "failed", "over-limit", _UNPUBLISHED, _LIST),
    _ending(Cause.MEDIA_TIMEOUT, By.PLATFORM, "completed", "media-timeout", _UNPUBLISHED, _CORE),
    _ending(Cause.MACHINE, By.PLATFORM, "completed", "machine", _UNPUBLISHED, _CORE),
    _ending(Cause.LOOP, By.PLATFORM, "failed", "loop-detected", _UNPUBLISHED, _LIST),
    _ending(Cause.UNCONFIRMED, By.PLATFORM, "no-answer", "unconfirmed", _UNPUBLISHED, _LIST),
    _ending(Cause.NORMAL, By.PLATFORM, "completed", "normal", _UNPUBLISHED, _CORE),
    *(_ending(cause, By.OTHER_LEG, "completed", reason, _UNPUBLISHED, "The party at the other end of it is named.", party)
      for cause in (Cause.CANCELLED, Cause.NORMAL)
      for party, reason in ((OtherParty.CALLER, "caller-hangup"), (OtherParty.CALLEE, "callee-hangup"))),
)

STATES: tuple[AnyRow, ...] = (
    Spelling("state", CallState.QUEUED, None, (), {"status": "queued"}, documented(HOOKS), "Known from its callbacks."),
    Spelling("state", CallState.RINGING, None, (), {"status": "ringing"}, documented(LIST), "A status one can filter by."),
    Spelling("state", CallState.IN_PROGRESS, None, (), {"status": "in-progress"}, documented(LIST), "A status one can filter by."),
    Spelling("callback", "hangup", None, (), {"event": "call.ended"}, assumed("tryvox.hang_up.payload", HOOKS),
             "The page promises final details and an end reason; the other fields are those of its other callbacks."),
    Spelling("callback", "ring", None, (), {"event": "call.ringing"}, assumed("tryvox.hang_up.payload", HOOKS),
             "The status is published, the event is made like those that are."),
    *(Spelling("request", purpose, None, (), {"event": event}, _PAYLOAD, "The fields of its callbacks; no page shows this request.")
      for purpose, event in (
          (Purpose.ANSWER, "call.answered"), (Purpose.FALLBACK, "call.answered"), (Purpose.TRANSFER, "call.transferred"),
          (Purpose.ACTION, "call.action"), (Purpose.REDIRECT, "call.redirect"), (Purpose.EXIT, "conference.left"))),
    Spelling("callback", "dial", None, (), {"event": "dial.completed"}, assumed("tryvox.hang_up.payload", HOOKS),
             "No page shows this callback."),
    Spelling("callback", "record", None, (), {"event": "recording.completed"}, assumed("tryvox.hang_up.payload", HOOKS),
             "No page shows this callback."),
    Spelling("callback", "recording", None, (), {"event": "recording.completed"}, assumed("tryvox.hang_up.payload", HOOKS),
             "No page shows this callback."),
    Spelling("callback", "digits", None, (), {"event": "digits.received"}, assumed("tryvox.hang_up.payload", HOOKS),
             "No page shows this callback."),
    Spelling("callback", "conference", None, (), {"event": "conference.left"}, assumed("tryvox.hang_up.payload", HOOKS),
             "No page shows this callback."),
    Spelling("mpc-state", MpcState.INITIALIZED, None, (), {"status": "initialized"}, assumed("tryvox.conference.status", CONF),
             "One in which all wait has no published status; our word is kept."),
    Spelling("mpc-state", MpcState.ACTIVE, None, (), {"status": "in-progress"}, documented(CONF), "The status its page shows."),
    Spelling("mpc-state", MpcState.ENDED, None, (), {"status": "completed"}, assumed("tryvox.conference.status", CONF),
             "One that has ended is listed no more; the word is that of calls."),
    *looking.WORDS,
    *door.ROWS,
)  # fmt: skip

HANG = "call.hang_up"
OVERLAY: tuple[Patch, ...] = (
    patch(f"{HANG}.queued.api", status=Status.REFUSED, to=CallState.QUEUED, cause=None,
          basis=assumed("tryvox.hang_up.queued", PAGE, CLIENT), why="Only ringing and in-progress calls can be hung up."),
    patch(f"{HANG}.ringing.api.outbound", basis=DOC),
    patch(f"{HANG}.ringing.api.inbound", basis=assumed("tryvox.hang_up.inbound_ringing", PAGE)),
    patch(f"{HANG}.in-progress.api", basis=DOC),
    patch(f"{HANG}.completed.api", basis=DOC),
    patch("call.then.completed.each-action.cut_off", basis=DOC),
    patch("call.then.completed.tell-hangup", basis=DOC),
    patch("call.then.completed.its-participant.leave", basis=DOC),
    patch("call.transfer.in-progress.api", basis=documented(ACTIONS)),
    *(patch(f"call.transfer.{state}.api", basis=_NOT_LIVE) for state in ("queued", "ringing", "completed")),
    patch("call.then.transfer.fetch-transfer", basis=assumed("tryvox.transfer.document", ACTIONS)),
    patch("call.then.bad_instructions.fetch-fallback", basis=documented(MAKE)),
    patch("call.then.ringing.tell-ring", basis=documented(MAKE)),
    *(patch(f"call.bad_instructions.{place}.fallback-url", basis=documented(MAKE)) for place in (
        "ringing.platform.answer", "in-progress.platform.answer.in-no-mpc", "in-progress.platform.answer.left-mpc")),
    patch("limit.ring_timeout", basis=documented(MAKE)),
    patch("limit.time_limit", basis=documented(MAKE)),
    patch("mpc.stop", basis=documented(CONF)),
    patch("participant.then.exited.its-call.proceed.was-active.mpc-ended", do=Verb.END_WITH_MPC, by=None,
          basis=documented(CONF), why="Deleting a conference disconnects everybody in it."),
    patch("participant.then.exited.its-call.fetch-exit.was-active.mpc-ended", do=Verb.END_WITH_MPC, by=None,
          basis=documented(CONF), why="Deleting a conference disconnects everybody in it."),
    *(patch(f"mpc.recount.{state}.platform.one.no-stay-alone.{pending}", status=Status.ALREADY, to=state,
            cause=None, basis=assumed("tryvox.conference.alone", CONF), why="Nobody says a lone member must go.")
      for state in (MpcState.INITIALIZED, MpcState.ACTIVE) for pending in ("none-joining", "some-joining")),
    patch("limit.max_participants", value=250, basis=documented(VERBS)),
    patch("limit.conference_members", value=250, basis=documented(VERBS)),
    patch("instruction.conference", basis=documented(VERBS)),
    patch("participant.then.exited.its-stay.finish.was-active.mpc-ended.conference", of=Of.ITS_CALL, do=Verb.END_WITH_MPC, by=None,
          basis=documented(CONF), why="Deleting a conference disconnects everybody in it."),
    patch("mpc.let_in", basis=documented(VERBS)),
    patch("mpc.start.initialized.platform.starter-in", basis=documented(VERBS)),
    patch("mpc.start.initialized.platform.nobody-starts", basis=documented(VERBS)),
    patch("mpc.lose_ender.initialized", basis=documented(VERBS)),
    patch("mpc.lose_ender.active", basis=documented(VERBS)),
    *(patch(f"conversation.lose_leg.{lost}.leg-hung-up", status=Status.DONE, to=ConversationState.OVER, cause=Parting.HUNG_UP,
            basis=DOC, why="Hanging up any of its calls ends it for all parties.")
      for lost in ("dialling.platform.no-leg-left", "dialling.platform.some-leg-left", "joined.platform.no-leg-left")),
    *(patch(f"conversation.then.over.{whom}.release.hung-up", basis=DOC) for whom in ("its-call", "each-leg")),
    patch("conversation.then.over.each-leg.release.call-left.left-by-request", basis=DOC),
)  # fmt: skip
