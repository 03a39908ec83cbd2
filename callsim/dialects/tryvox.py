"""TryVox: its routes, answers, words and assumptions."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.dialect import NO_INSTRUCTIONS, Dialect, Made, Plan, epoch, instructions_url, whole_seconds
from callsim.dialects.http import Request
from callsim.model import (
    By,
    Call,
    CallState,
    Cause,
    Command,
    ConversationState,
    Direction,
    Handling,
    Held,
    MachineDetection,
    MpcState,
    MultipartyCall,
    Muted,
    OtherParty,
    Participant,
    ParticipantState,
    Parting,
    Placement,
    Purpose,
    Status,
    Termination,
    Transfer,
    Verb,
)
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Of, Patch, Reply, Route, Spelling, Vendor, patch
from callsim.switch import Switch

SEEN = "2026-11-21"
PAGE = Evidence("TryVox, Hangup Call (docs.tryvox.io/voice/hangup-call)", SEEN, "what hanging up does, and its two errors")
MAKE = Evidence("https://docs.tryvox.io/voice/make-call", SEEN, "ring_timeout 60 s, time_limit 14400 s")
LIST = Evidence("https://docs.tryvox.io/voice/list-calls", SEEN, "the statuses one can filter by")
HOOKS = Evidence("https://docs.tryvox.io/getting-started/webhooks", SEEN, "JSON posts with event, ids, status, timestamp")
CONF = Evidence("https://docs.tryvox.io/voice/conferences", SEEN, "deleting one ends it and disconnects everybody: 204")
VERBS = Evidence(
    "https://docs.tryvox.io/voxml/conference", "2026-11-22", "who starts one, with whose exit it ends, 250 members at most"
)
ACTIONS = Evidence(
    "https://docs.tryvox.io/voice/call-actions", "2026-11-22", "an active call is transferred to a number; answer_url, and the body sent back"
)
ERRORS = Evidence("https://docs.tryvox.io/getting-started/errors", SEEN, "errors nested under 'error' with code and message")
CLIENT = Evidence("Dograh, TryVox provider (branch agent/add-tryvox-telephony)", SEEN, "treats 204, 404 and 409 as hung up")
DOC = documented(PAGE)

_UNPUBLISHED = assumed("tryvox.end_reason.unpublished", LIST)
_RINGING = assumed("tryvox.hang_up.ringing_status", PAGE, LIST)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": code, "message": message}


def _nested(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


_NOT_FOUND = ("call_not_found", "Call with UUID {uuid} not found")
_ENDED = ("call_already_ended", "Call has already ended")
_STATE = ("invalid_call_state", "Call is queued; only ringing and in-progress calls can be hung up")
_ROOT = "/v1/voice/accounts/{account}"

ROUTES: tuple[AnyRow, ...] = (
    Route("tryvox.hang_up", "DELETE", f"{_ROOT}/calls/{{call}}", Verb.HANG_UP, DOC, "Hang up one call."),
    Route("tryvox.make_call", "POST", f"{_ROOT}/calls", Verb.PLACE, documented(MAKE), "Make a call."),
    Route("tryvox.transfer", "POST", f"{_ROOT}/calls/{{call}}/transfer", Verb.TRANSFER, documented(ACTIONS), "Send a call elsewhere."),
    Route("tryvox.end_conference", "DELETE", f"{_ROOT}/conferences/{{mpc}}", Verb.STOP, documented(CONF), "End a conference."),
)

_FLAT = assumed("tryvox.errors", PAGE, ERRORS)
_NOT_LIVE = assumed("tryvox.transfer.not_live", ACTIONS, PAGE)
_PAYLOAD = assumed("tryvox.request.payload", HOOKS)
ANSWERS: tuple[AnyRow, ...] = (
    Answer("tryvox.hang_up", Reply.DONE, 204, None, DOC, "It is hung up; there is no body."),
    Answer("tryvox.hang_up", Reply.ALREADY, 404, _error(*_ENDED), DOC, "A call that has ended is an error."),
    Answer("tryvox.hang_up", Reply.UNKNOWN, 404, _error(*_NOT_FOUND), assumed("tryvox.hang_up.unknown_status", PAGE),
           "The body is published, its status is not."),
    Answer("tryvox.hang_up", Reply.REFUSED, 409, _error(*_STATE), assumed("tryvox.hang_up.queued", PAGE, CLIENT),
           "Only ringing and in-progress calls can be hung up; the client knows a 409."),
    Answer("tryvox.make_call", Reply.DONE, 201, "{made}", documented(MAKE), "The call is on its way."),
    Answer("tryvox.make_call", Reply.BAD_REQUEST, 400, _error("validation_failed", "{problem}"), _FLAT, "A field is missing."),
    Answer("tryvox.transfer", Reply.DONE, 200, {"transfer_uuid": "{transfer_uuid}", "status": "transferring", "to": "{to}"},
           assumed("tryvox.transfer.status", ACTIONS), "The body is published, its status is not."),
    Answer("tryvox.transfer", Reply.REFUSED, 409, _error("invalid_call_state", "Call is not in progress"), _NOT_LIVE,
           "The page speaks of active calls."),
    Answer("tryvox.transfer", Reply.ALREADY, 404, _error(*_ENDED), _NOT_LIVE, "As where an ended call is hung up."),
    Answer("tryvox.transfer", Reply.UNKNOWN, 404, _error(*_NOT_FOUND), assumed("tryvox.hang_up.unknown_status", PAGE), "No call has this id."),
    Answer("tryvox.transfer", Reply.BAD_REQUEST, 400, _error("validation_failed", "{problem}"), _FLAT, "A field is missing."),
    Answer("tryvox.end_conference", Reply.DONE, 204, None, documented(CONF), "It is over for everybody."),
    Answer("tryvox.end_conference", Reply.UNKNOWN, 404, _error("conference_not_found", "Conference {mpc} not found"), _FLAT,
           "No live conference has this name."),
    Answer("tryvox.nowhere", Reply.UNKNOWN, 404, _error("not_found", "No such resource"), _FLAT, "No such path."),
    Answer("tryvox.nowhere", Reply.REFUSED, 405, _error("method_not_allowed", "Method not allowed"), _FLAT, "No such method."),
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
)  # fmt: skip

_HANG = "call.hang_up"
OVERLAY: tuple[Patch, ...] = (
    patch(f"{_HANG}.queued.api", status=Status.REFUSED, to=CallState.QUEUED, cause=None,
          basis=assumed("tryvox.hang_up.queued", PAGE, CLIENT), why="Only ringing and in-progress calls can be hung up."),
    patch(f"{_HANG}.ringing.api.outbound", basis=DOC),
    patch(f"{_HANG}.ringing.api.inbound", basis=assumed("tryvox.hang_up.inbound_ringing", PAGE)),
    patch(f"{_HANG}.in-progress.api", basis=DOC),
    patch(f"{_HANG}.completed.api", basis=DOC),
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

_ALONE = {"status": Status.DONE, "to": MpcState.ENDED, "cause": Termination.STAY_ALONE}
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "tryvox.hang_up.queued", "409", "What does hanging up a queued call come to?",
        "The page allows ringing and in-progress only, and its best-known client tolerates a 409.",
        {"404": (patch("answer.tryvox.hang_up.refused", status=404, body=_error(*_NOT_FOUND)),),
         "204": (patch(f"{_HANG}.queued.api", status=Status.DONE, to=CallState.COMPLETED, cause=Cause.CANCELLED),)},
    ),
    Assumption(
        "tryvox.hang_up.inbound_ringing", "204", "Can an inbound call be hung up while it rings?",
        "The page says ringing calls can be hung up, and its example is an outbound one.",
        {"404": (patch(f"{_HANG}.ringing.api.inbound", status=Status.UNKNOWN, to=CallState.RINGING, cause=None),)},
    ),
    Assumption(
        "tryvox.hang_up.unknown_status", "404", "With which status does call_not_found come?",
        "The page prints the body without a status; 404 is what not found means everywhere else.",
        {"400": tuple(patch(f"answer.tryvox.{route}.unknown", status=400) for route in ("hang_up", "transfer"))},
    ),
    Assumption(
        "tryvox.hang_up.callback_order", "status-first", "Is the status completed before the hangup callback is made?",
        "The page lists the callback before the status and does not say that the list is an order.",
        {"callback-first": ()}, reserved=True,
    ),
    Assumption(
        "tryvox.hang_up.ringing_status", "completed", "Which status has a call that was cancelled while it rang?",
        "The page says completed for every hang-up; the list of calls can be filtered by canceled.",
        {"canceled": (patch("spelling.ending.cancelled.api", words={"status": "canceled", "end_reason": "api-hangup"}),)},
    ),
    Assumption(
        "tryvox.hang_up.payload", "our-fields", "Which fields has the hangup callback?",
        "Final details and end_reason are promised; the fields of the other callbacks and of a call are sent.",
    ),
    Assumption(
        "tryvox.request.payload", "our-fields", "Which fields has a request for a document?",
        "Its pages show callbacks only, with an event, ids, numbers and a status.",
    ),
    Assumption(
        "tryvox.transfer.status", "200", "With which status is a transfer acknowledged?",
        "The page prints the body alone.",
        {"202": (patch("answer.tryvox.transfer.done", status=202),)},
    ),
    Assumption(
        "tryvox.transfer.not_live", "409 or 404", "What does transferring a call come to that is not in progress?",
        "The page is about active calls; an ended one is taken to be answered as where it is hung up.",
        {"404": (patch("answer.tryvox.transfer.refused", status=404),)},
    ),
    Assumption(
        "tryvox.transfer.document", "answer_url", "What does a call do that is transferred to a number?",
        "The page has a URL for it; the number that is called is not part of the model.",
    ),
    Assumption(
        "tryvox.errors", "flat", "Are errors flat or nested?",
        "The hang-up page prints them flat, the page about errors nested.",
        {"nested": tuple(
            patch(f"answer.{route}.{reply}", body=_nested(code, message))
            for route, reply, code, message in (
                ("tryvox.make_call", "bad-request", "VALIDATION_FAILED", "{problem}"),
                ("tryvox.transfer", "bad-request", "VALIDATION_FAILED", "{problem}"),
                ("tryvox.end_conference", "unknown", "NOT_FOUND", "Conference {mpc} not found"),
                ("tryvox.nowhere", "unknown", "NOT_FOUND", "No such resource"),
                ("tryvox.nowhere", "refused", "METHOD_NOT_ALLOWED", "Method not allowed"),
            )
        )},
    ),
    Assumption(
        "tryvox.end_reason.unpublished", "core word, mapped", "Which end reason has an end that no page names?",
        "Three reasons are published; for all others our own word is used beside the status that fits.",
    ),
    Assumption(
        "tryvox.conference.status", "core word, mapped", "Which status has a conference that waits, or that has ended?",
        "The page shows one that is in progress.",
    ),
    Assumption(
        "tryvox.conference.alone", "stays", "May the last member of a conference stay alone in it?",
        "The page says when a conference ends and does not name this.",
        {"ends": tuple(patch(f"mpc.recount.{state}.platform.one.no-stay-alone.{pending}", **_ALONE)
                       for state in (MpcState.INITIALIZED, MpcState.ACTIVE) for pending in ("none-joining", "some-joining"))},
    ),
)  # fmt: skip


class TryVox(Dialect):
    """docs.tryvox.io, as far as its voice pages go."""

    vendor: ClassVar[Vendor] = Vendor("tryvox", "TryVox", OVERLAY, (*ROUTES, *ANSWERS, *ENDINGS, *STATES), ASSUMPTIONS)

    root: ClassVar[str] = "/v1/voice/accounts/"
    signature: ClassVar[str] = "tryvox"
    form: ClassVar[bool] = False
    verbs: ClassVar[tuple[Verb, ...]] = (Verb.HANG_UP, Verb.STOP, Verb.PLACE, Verb.TRANSFER)
    handles: ClassVar[tuple[str, ...]] = ("machine_detection",)

    def account_id(self, account: str) -> str:
        return {"default": "demo", "demo": "demo-account"}.get(account, account)

    def plan(self, route: Route, words: dict[str, str], request: Request, switch: Switch, name: str | None) -> Plan:
        account = words["account"]
        if route.verb is Verb.PLACE:
            return self._make(route, account, request, switch, name)
        if route.verb is Verb.STOP:
            mpc = next((each for each in switch.rooms.values() if each.name == words["mpc"] and self._own(each.account, account)), None)
            command = None if mpc is None else Command(Verb.STOP, mpc.key, By.API)
            return Plan(route.name, command, None if mpc else Reply.UNKNOWN, words, rules=(route.id,))
        call = self.call_of(words["call"], switch)
        if call is None or not self._own(call.placement.account, account):
            return Plan(route.name, None, Reply.UNKNOWN, {"uuid": words["call"]}, rules=(route.id,))
        if route.verb is Verb.TRANSFER:
            return self._transfer(route, call, request, words)
        command = Command(Verb.HANG_UP, call.name, By.API)
        return Plan(route.name, command, None, {"uuid": words["call"]}, rules=(route.id,))

    def _transfer(self, route: Route, call: Call, request: Request, words: dict[str, str]) -> Plan:
        body = request.body if isinstance(request.body, dict) else {}
        problem = "" if body.get("to") else "to is required"
        if not isinstance(body.get("answer_url", ""), str):
            problem = problem or "answer_url is not a URL"
        if problem:
            return Plan(route.name, None, Reply.BAD_REQUEST, {"problem": problem}, rules=(route.id,))
        command = Command(Verb.TRANSFER, call.name, By.API, Transfer(body.get("answer_url") or None))
        return Plan(route.name, command, None, {"uuid": words["call"], "to": str(body["to"])}, rules=(route.id,))

    def _own(self, account: str, id: str) -> bool:
        return self.account_id(account) == id

    def _make(self, route: Route, account: str, request: Request, switch: Switch, name: str | None) -> Plan:
        body = request.body if isinstance(request.body, dict) else {}
        missing = [field for field in ("from", "to", "answer_url") if not body.get(field)]
        if missing:
            return Plan(route.name, None, Reply.BAD_REQUEST, {"problem": f"{missing[0]} is required"}, rules=(route.id,))
        wrong = [field for field in ("answer_url", "hangup_url", "fallback_url", "ring_url") if not isinstance(body.get(field, ""), str)]
        if wrong:
            return Plan(route.name, None, Reply.BAD_REQUEST, {"problem": f"{wrong[0]} is not a URL"}, rules=(route.id,))
        placement = Placement(
            {"demo": "default", "demo-account": "demo"}.get(account, account), _OUT, str(body["from"]), str(body["to"]),
            instructions_url(body["answer_url"]), body.get("hangup_url"), _ms(body.get("ring_timeout")), _ms(body.get("time_limit")),
            handling=_handling(body.get("machine_detection")),
            fallback_url=body.get("fallback_url"), ring_url=body.get("ring_url"),
            answer_method="GET" if str(body.get("answer_method")).upper() == "GET" else "POST",
        )  # fmt: skip
        command = Command(Verb.PLACE, name or self.free_name(switch), By.API, placement)
        return Plan(route.name, command, rules=(route.id,))

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        call = switch.calls.get(str(plan.command.target)) if plan.command is not None else None
        if plan.route == "tryvox.transfer":
            return {"transfer_uuid": ids.uuid(self.setting.seed, "transfer", number)}
        if call is None or plan.route != "tryvox.make_call":
            return {}
        return {"made": {**self._about(call), "request_uuid": self.request_id(call), "created_at": epoch(switch.now),
                         "status": self.call_words(call)[0]["status"]}}  # fmt: skip

    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        if verb is Verb.HANG_UP:
            call = switch.calls[name]
            return Made("DELETE", f"/v1/voice/accounts/{self.account_id(call.placement.account)}/calls/{self.call_id(call)}")
        if verb is Verb.TRANSFER and detail is not None:
            call = switch.calls[name]
            root = f"/v1/voice/accounts/{self.account_id(call.placement.account)}"
            # A number is required, also of a call that nobody gave one.
            body = {"to": call.placement.to or "unknown", "answer_url": detail.url}
            return Made("POST", f"{root}/calls/{self.call_id(call)}/transfer", body)
        if verb is Verb.STOP:
            account = switch.mpcs[name].account if name in switch.mpcs else "default"
            room = switch.mpcs[name].name if name in switch.mpcs else name
            return Made("DELETE", f"/v1/voice/accounts/{self.account_id(account)}/conferences/{room}")
        if verb is Verb.PLACE:
            return Made("POST", f"/v1/voice/accounts/{self.account_id(detail.account)}/calls", _body(detail))
        return None

    def call_words(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        if call.ending is None:
            row = self.spelling("state", call.state)
        else:
            row = self.ending(call.ending)
        return dict(row.words), (row.id,)

    def mpc_words(self, mpc: MultipartyCall) -> tuple[dict[str, Any], tuple[str, ...]]:
        row = self.spelling("mpc-state", mpc.state)
        members = [self._member(one) for one in mpc.participants if one.state is ParticipantState.ACTIVE]
        words = {"name": mpc.name, **row.words, "member_count": len(members), "created_at": epoch(mpc.created_at), "members": members}
        return words, (row.id,)

    def _member(self, one: Participant) -> dict[str, Any]:
        placed = one.call.placement
        return {
            "member_id": f"m{one.number}", "call_uuid": self.call_id(one.call),
            "number": placed.to if placed.direction is _OUT else placed.from_, "muted": one.muted is Muted.YES,
            "hold": one.held is Held.YES, "joined_at": epoch(one.joined_at),
        }  # fmt: skip

    def asks(self, purpose: Purpose, call: Call, state: CallState) -> tuple[dict[str, Any], tuple[str, ...]]:
        row, status = self.spelling("request", purpose), self.spelling("state", state)
        return {**row.words, **self._about(call), **status.words}, (row.id, status.id)

    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        row = self.spelling("callback", kind)
        words, rules = self.call_words(call)
        times = {"start_time": call.queued_at, "ring_time": call.ringing_at, "answer_time": call.answered_at, "end_time": call.ended_at}
        params = {
            **row.words, **self._about(call), **words,
            "duration": whole_seconds(call.duration), "timestamp": epoch(switch.now),
            **{name: epoch(at) for name, at in times.items() if at is not None},
        }  # fmt: skip
        return params, (row.id, *rules)

    def _about(self, call: Call) -> dict[str, Any]:
        parent = {"parent_call_uuid": ids.uuid(self.setting.seed, "call", call.parent)} if call.parent else {}
        return {
            "call_uuid": self.call_id(call), "account_id": self.account_id(call.placement.account),
            "from": call.placement.from_, "to": call.placement.to, "direction": str(call.direction), **parent,
        }  # fmt: skip


_SECONDS = re.compile(r"[0-9]{1,9}")


def _ms(seconds: Any) -> int | None:
    return int(seconds) * 1000 or None if _SECONDS.fullmatch(str(seconds)) else None


_DETECTS = {"true": MachineDetection.TOLD, "hangup": MachineDetection.HANGUP}


def _handling(word: Any) -> Handling | None:
    """Whether a request asks who answers."""
    how = _DETECTS.get(str(word).lower())
    return None if how is None else Handling(machine_detection=how)


def _detection(placement: Placement) -> str | None:
    asked = placement.handling
    return None if asked is None else next((word for word, how in _DETECTS.items() if how is asked.machine_detection), None)


def _body(placement: Placement) -> dict[str, Any]:
    """The JSON of a request that would make this call."""
    fields = {
        "from": placement.from_, "to": placement.to, "answer_url": placement.answer_url or NO_INSTRUCTIONS, "hangup_url": placement.hangup_url,
        "fallback_url": placement.fallback_url, "ring_url": placement.ring_url,
        "answer_method": placement.answer_method if placement.answer_method != "POST" else None,
        "ring_timeout": placement.ring_timeout and placement.ring_timeout // 1000,
        "time_limit": placement.time_limit and placement.time_limit // 1000,
        "machine_detection": _detection(placement),
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value}
