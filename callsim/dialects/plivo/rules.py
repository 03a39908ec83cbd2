"""What Plivo lays over the base rules, and its routes and answers."""

from __future__ import annotations

from typing import Any

from callsim.model import Direction, Verb
from callsim.provenance import Evidence, assumed, disputed, documented, observed
from callsim.rules import Answer, AnyRow, Limit, Patch, Reply, Route, patch

from .causes import AGENT, HC, SEEN

HUP = Evidence("https://www.plivo.com/docs/voice/detailed-reference/api/call/hangup-a-call/", SEEN, "hanging up one call, or all")
END = Evidence("https://docs.plivo.com/docs/voice/api/multiparty-call/end-a-multiparty-call", SEEN, "what becomes of each leg")
KICK = Evidence(
    "https://docs.plivo.com/docs/voice/api/multiparty-call/participants/kick-out-a-participant", SEEN, "kicking, told as ending is"
)
MPC = Evidence("https://plivo.com/docs/voice/api/multiparty-calls.md", SEEN, "names, statuses, terminations, exit causes")
ADD = Evidence(
    "https://docs.plivo.com/docs/voice/api/multiparty-call/participants/add-a-participant-to-a-multiparty-call-using-api",
    SEEN, "adding opens the multiparty call if none of that name is live",
)  # fmt: skip
CALL = Evidence("https://www.plivo.com/docs/voice/api/calls.md", SEEN, "making, listing and limits of calls")
OVER = Evidence("https://plivo.com/docs/voice/api/overview.md", SEEN, "status codes, error bodies, api_id")
ROUTE = Evidence("https://plivo.com/docs/voice/xml/routing.md", SEEN, "redirect, hangup, and elements one at a time")
XHUP = Evidence("https://docs.plivo.com/docs/voice/xml/hangup", SEEN, "reason and schedule")
XREQ = Evidence("https://docs.plivo.com/docs/voice/xml/request", SEEN, "an inbound call rings until an element answers it")
PARAMS = Evidence(
    "https://docs.plivo.com/docs/voice/xml/request", SEEN, "what a call's requests tell, its length and its billed length in seconds among it"
)
TRF = Evidence("https://docs.plivo.com/docs/voice/api/call/transfer-a-call", SEEN, "more than 70 transfers end a call")
SDK = Evidence("plivo-python 4.63.0 and plivo node 4.79.0", SEEN, "the requests they send and the errors they know")
EXAMPLES = Evidence("https://github.com/plivo/plivo-examples-python", SEEN, "a call that is gone is not found")
FRAMEWORK = Evidence("https://github.com/plivo/plivoframework", SEEN, "which elements answer an unanswered call")
PHP = Evidence("https://github.com/plivo/plivo-php tests", SEEN, "201 for made and added calls, 204 for ended ones")
PIPECAT = Evidence("https://github.com/pipecat-ai/pipecat serializers/plivo.py", SEEN, "takes a 404 for already hung up")
QUEUE = Evidence(
    "https://support.plivo.com/support/solutions/articles/17000105611-how-does-call-queueing-work", SEEN, "queued calls can be cancelled"
)

OBJECT = Evidence(
    "https://www.plivo.com/docs/voice/api/call/the-call-object/", "2026-11-22", "what is billed depends on the interval of the prefix called"
)
RECORD = Evidence(
    "A hangup callback of 2024-09-26, kept as a comment in a public voice agent's server", "2026-11-22",
    "answered 14:05:18, ended 14:06:23, Duration 66, BillDuration 120; its session starts between its start and its answer",
)  # fmt: skip

OUT, IN = Direction.OUTBOUND, Direction.INBOUND
_ROOT = "/v1/Account/{account}"
_MPC = f"{_ROOT}/MultiPartyCall/{{mpc}}"

ROUTES: tuple[AnyRow, ...] = (
    Route("plivo.hang_up", "DELETE", f"{_ROOT}/Call/{{call}}", Verb.HANG_UP, documented(HUP), "Hang up one call."),
    Route("plivo.hang_up_all", "DELETE", f"{_ROOT}/Call", Verb.HANG_UP_ALL, documented(HUP), "Hang up every ongoing call."),
    Route("plivo.cancel", "DELETE", f"{_ROOT}/Request/{{request}}", Verb.CANCEL, observed(SDK), "Cancel by request id."),
    Route("plivo.make_call", "POST", f"{_ROOT}/Call", Verb.PLACE, documented(CALL), "Make a call."),
    Route("plivo.stop_mpc", "DELETE", _MPC, Verb.STOP, documented(END), "End a multiparty call."),
    Route("plivo.add_participant", "POST", f"{_MPC}/Participant", Verb.ADD, documented(ADD), "Add a participant."),
    Route("plivo.kick", "DELETE", f"{_MPC}/Participant/{{member}}", Verb.KICK, documented(KICK), "Kick participants."),
)


def error(text: str) -> dict[str, Any]:
    """The body of every refusal but one."""
    return {"api_id": "{api_id}", "error": text}


_NO_CALL, _NO_THING = error("call not found"), error("not found")
_ENDED = assumed("plivo.hang_up.ended", EXAMPLES, PIPECAT)
_CANCELLED_LATE = assumed("plivo.cancel.answered", EXAMPLES)
_NONE = assumed("plivo.hang_up_all.none", HUP)


def _answer(route: str, reply: Reply, status: int, body: Any, basis: Any, why: str) -> Answer:
    return Answer(f"plivo.{route}", reply, status, body, basis, why)


LIMITS: tuple[AnyRow, ...] = (
    Limit("add_ring_timeout", 45_000, documented(ADD), "How long an added participant may ring, in milliseconds."),
)

ANSWERS: tuple[AnyRow, ...] = (
    _answer("hang_up", Reply.DONE, 204, None, documented(HUP), "It is hung up."),
    _answer("hang_up", Reply.ALREADY, 404, _NO_CALL, _ENDED, "A call that has ended is no longer found."),
    _answer("hang_up", Reply.UNKNOWN, 404, _NO_CALL, observed(EXAMPLES), "No call has this id."),
    _answer("hang_up_all", Reply.DONE, 204, None, documented(HUP), "Those that were ongoing are hung up."),
    _answer("hang_up_all", Reply.REFUSED, 204, None, _NONE, "Only queued calls: none of them is ongoing."),
    _answer("hang_up_all", Reply.NOTHING, 204, None, _NONE, "There was none to hang up, and that is no error."),
    _answer("cancel", Reply.DONE, 204, None, observed(SDK, PHP), "It is cancelled."),
    _answer("cancel", Reply.REFUSED, 404, _NO_CALL, _CANCELLED_LATE, "Answered: no request waits under this id."),
    _answer("cancel", Reply.ALREADY, 404, _NO_CALL, _ENDED, "A call that has ended is no longer found."),
    _answer("cancel", Reply.UNKNOWN, 404, _NO_CALL, observed(EXAMPLES), "No request has this id."),
    _answer("make_call", Reply.DONE, 201, {"message": "call fired", "request_uuid": "{request_uuid}", "api_id": "{api_id}"},
            disputed("plivo.create.status", PHP, CALL), "The call is on its way."),
    _answer("make_call", Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "A parameter is missing."),
    _answer("stop_mpc", Reply.DONE, 204, None, documented(END), "It has ended."),
    _answer("stop_mpc", Reply.ALREADY, 404, _NO_THING, assumed("plivo.mpc_stop.ended", MPC), "It has ended before."),
    _answer("stop_mpc", Reply.UNKNOWN, 404, _NO_THING, assumed("plivo.mpc_stop.unknown", MPC), "None such is live."),
    _answer("add_participant", Reply.DONE, 201, "{added}", assumed("plivo.participant.add_status", PHP), "Its call is on its way."),
    _answer("add_participant", Reply.REFUSED, 400, error("call cannot be added"), assumed("plivo.participant.refused"),
            "That call cannot be added now."),
    _answer("add_participant", Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "A parameter is missing."),
    _answer("kick", Reply.DONE, 204, None, documented(KICK), "They are out."),
    _answer("kick", Reply.ALREADY, 404, _NO_THING, assumed("plivo.kick.gone"), "That participant is out already."),
    _answer("kick", Reply.UNKNOWN, 404, _NO_THING, assumed("plivo.kick.gone"), "No such participant."),
    _answer("nowhere", Reply.UNKNOWN, 404, _NO_THING, documented(OVER), "No such path."),
    _answer("nowhere", Reply.REFUSED, 405, error("method not allowed"), documented(OVER), "No such method."),
)  # fmt: skip

_END_ROW = "participant.then.exited.its-call"
OVERLAY: tuple[Patch, ...] = (
    patch("call.hang_up.queued.api", basis=documented(HUP, QUEUE)),
    patch("call.hang_up.ringing.api.outbound", basis=documented(HC, HUP)),
    patch("call.hang_up.ringing.api.inbound", basis=assumed("plivo.hang_up.inbound_ringing", HUP)),
    patch("call.hang_up.in-progress.api", basis=documented(HUP)),
    patch("call.hang_up_all.queued.api", basis=assumed("plivo.hang_up_all.scope", HUP)),
    patch("call.hang_up_all.ringing.api", basis=documented(HUP)),
    patch("call.hang_up_all.in-progress.api", basis=documented(HUP)),
    patch("call.cancel.queued.api", basis=observed(SDK)),
    patch("call.cancel.ringing.api", basis=observed(SDK)),
    patch("call.cancel.in-progress.api", basis=assumed("plivo.cancel.answered", EXAMPLES)),
    patch("call.hang_up.ringing.document", basis=disputed("plivo.hangup_xml.unanswered", XHUP, ROUTE)),
    *(patch(f"call.schedule_reached.{state}.platform", basis=assumed("plivo.hangup_xml.schedule", XHUP))
      for state in ("ringing", "in-progress")),
    patch("call.reject.ringing.document", basis=observed(AGENT)),
    patch("call.busy.ringing.document", basis=observed(AGENT)),
    patch("call.reject.in-progress.document", basis=assumed("plivo.hangup_xml.reason_after_answer", XHUP)),
    patch("call.busy.in-progress.document", basis=assumed("plivo.hangup_xml.reason_after_answer", XHUP)),
    patch("call.bad_instructions.in-progress.platform.exit", basis=assumed("plivo.mpc_exit.bad_url", HC)),
    patch("call.then.completed.tell-hangup.hangup-url.was-queued.cancelled",
          basis=assumed("plivo.hangup_url.queued_cancel", CALL)),
    *(patch(f"call.then.completed.tell-hangup.hangup-url.was-queued.{cause}", basis=documented(CALL))
      for cause in ("rejected", "busy", "no-answer", "failed")),
    patch("call.then.completed.tell-hangup.hangup-url.was-ringing", basis=documented(CALL)),
    patch("call.then.completed.tell-hangup.hangup-url.was-in-progress", basis=documented(CALL)),
    patch("call.then.completed.nothing", basis=disputed("plivo.hangup_url.unset_inbound", CALL, FRAMEWORK)),
    *(patch(f"action.then.stopped.tell-recording.{url}", basis=assumed("plivo.record.cut_callback"))
      for url in ("action-url", "action-url-only-told")),
    patch("mpc.stop", basis=documented(END)),
    *(patch(f"{_END_ROW}.{what}.was-active.mpc-ended.{rest}", basis=documented(END)) for what, rest in (
        ("fetch-exit", "exit-url"), ("proceed", "no-exit-url.xml"), ("end_with_mpc", "no-exit-url.api"))),
    patch(f"{_END_ROW}.end_with_mpc.was-active.mpc-ended.no-exit-url.adopted", basis=assumed("plivo.mpc_stop.adopted", ADD)),
    patch(f"{_END_ROW}.end_by_kick.was-active.kicked.no-exit-url.adopted", basis=assumed("plivo.mpc_stop.adopted", ADD)),
    patch(f"{_END_ROW}.cancel.was-joining.mpc-ended", basis=assumed("plivo.mpc_stop.joining", END)),
    patch(f"{_END_ROW}.cancel.was-joining.kicked", basis=assumed("plivo.mpc_stop.joining", KICK)),
    patch("mpc.recount.active.platform.nobody.some-joining", basis=assumed("plivo.mpc_end.joining", MPC)),
    patch("mpc.recount.active.platform.one.no-stay-alone.some-joining", basis=assumed("plivo.mpc_end.joining", MPC)),
    patch("instruction.speak", basis=observed(FRAMEWORK)),
    patch("instruction.play", basis=observed(FRAMEWORK)),
    patch("instruction.wait", basis=observed(FRAMEWORK)),
    patch("instruction.record", basis=observed(FRAMEWORK)),
    patch("instruction.redirect", basis=observed(FRAMEWORK)),
    patch("instruction.unknown", basis=assumed("plivo.xml.unknown_element", AGENT)),
    patch("instruction.hangup-scheduled", basis=documented(XHUP)),
    patch("limit.ring_timeout", value=120_000, basis=documented(CALL)),
    patch("limit.time_limit", basis=documented(CALL)),
    patch("limit.document_time", basis=observed(AGENT)),
    patch("limit.redirects", basis=assumed("plivo.redirect.bound", TRF)),
    patch("limit.request_uuid", basis=disputed("plivo.request_uuid", SDK, EXAMPLES)),
)  # fmt: skip

_FLOW, _LIFE = documented(ROUTE, XREQ), documented(MPC)
PUBLISHED: tuple[Patch, ...] = (
    # What its pages about documents say: one element after the other, what ends a call, what is fetched and told.
    *(patch(id, basis=_FLOW) for id in (
        "call.run.ringing.document.inbound", "call.run.in-progress.document.in-no-mpc", "call.run.in-progress.document.left-mpc",
        "call.proceed.ringing.platform", "call.proceed.in-progress.platform", "call.run_out.ringing.platform",
        "call.run_out.in-progress.platform", "call.hang_up.in-progress.document", "call.then.ringing.fetch-answer",
        "call.then.in-progress.fetch-answer", "call.then.run.take-document", "call.then.run.proceed",
        "call.then.proceed.run-element", "action.finish.running.platform", "action.then.finished.its-call.proceed",
        "action.then.finished.its-call.fetch-action", "action.then.running.set-action-timer", "action.begins",
        "instruction.hangup", "instruction.multipartycall", "instruction.none-left")),
    *(patch(f"call.bad_instructions.in-progress.platform.{purpose}", basis=documented(HC))
      for purpose in ("answer", "action", "redirect")),
    patch("call.bad_instructions.ringing.platform", basis=documented(HC)),
    patch("instruction.hangup-rejected", basis=documented(XHUP)),
    patch("instruction.hangup-busy", basis=documented(XHUP)),
    # What its pages about multiparty calls say: who opens one, who is in it, how it ends, and why somebody left.
    *(patch(id, basis=_LIFE) for id in (
        "mpc.begins", "mpc.start.initialized.platform", "participant.begins.xml", "participant.begins.api",
        "participant.enter.joining.platform", "participant.then.active.its-mpc.start", "mpc.then.ended.each-participant.dismiss",
        "participant.leave.active.platform", "participant.kick.active.api", "participant.dismiss.active",
        "mpc.recount.active.platform.nobody.none-joining", "mpc.recount.active.platform.one.no-stay-alone.none-joining",
        "mpc.recount.active.platform.one.stay-alone", "mpc.recount.active.platform.several",
        "call.join.in-progress.document.in-no-mpc", "call.join.in-progress.document.left-mpc", "call.then.join.admit",
        "call.then.in-progress.its-participant.enter", "participant.then.exited.its-mpc.recount",
        "call.end_with_mpc.in-progress.api", "call.end_by_kick.in-progress.api")),
    *(patch(f"{_END_ROW}.{what}.was-active.kicked.{rest}", basis=documented(KICK)) for what, rest in (
        ("fetch-exit", "exit-url"), ("proceed", "no-exit-url.xml"), ("end_by_kick", "no-exit-url.api"))),
)  # fmt: skip
