"""Plivo's switches: what its pages leave open or contradict, and what else it might be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.model import By, CallState, Cause, MpcState, Status, Verb
from callsim.rules import Assumption, Effect, Patch, patch

from . import dial
from .words import MAPPED_OTHERWISE

_END = "participant.then.exited.its-call"
_JOINING = ("nobody.some-joining", "one.no-stay-alone.some-joining")
_MAPPED = (*MAPPED_OTHERWISE, *dial.MAPPED_OTHERWISE)


def _words(id: str, code: int, source: str) -> Patch:
    return patch(f"spelling.ending.{id}", words={"code": code, "source": source})


def _answers(status: int, *ids: str) -> tuple[Patch, ...]:
    body = {"body": None} if status == 204 else {}
    return tuple(patch(f"answer.plivo.{id}", status=status, **body) for id in ids)


def _switch(
    id: str, default: str, question: str, reason: str, choices: Mapping[str, tuple[Patch, ...]] | None = None, **more: Any
) -> Assumption:
    return Assumption(f"plivo.{id}", default, question, reason, choices or {}, **more)


_CALLS = (
    _switch("hang_up.answered", "4000", "Which code has an answered call that the API hung up?",
            "The table calls 4000 an ordinary end after the answer; an agent file tells of 1000.",
            {"1000": (_words("normal.api.by-name", 1000, "API Request"),)}, disputed=True),
    _switch("hang_up.queued.code", "1000", "Which code has a queued call that the API cancelled?",
            "1000 is the code for hanging up before the answer; its phases do not name the queue.",
            {"0": (_words("cancelled.api.by-name.was-queued", 0, "Unknown"),)}),
    _switch("hang_up.ended", "404", "What does hanging up a call that has ended come to?",
            "A client takes a 404 for already hung up, as it does elsewhere; no page and no record of an answer says so.",
            {"204": _answers(204, "hang_up.already", "cancel.already")}),
    _switch("hang_up.inbound_ringing", "204", "Can an inbound call be hung up by the API while it rings?",
            "The page sends readers to the Hangup element for that, and does not say that the API refuses.",
            {"404": (patch("call.hang_up.ringing.api.inbound", status=Status.UNKNOWN, to=CallState.RINGING, cause=None),)}),
    _switch("cancel.answered", "404", "What does cancelling by request id come to once the call is answered?",
            "A sample says that the request id is for calls not yet answered.",
            {"204": (patch("call.cancel.in-progress.api", status=Status.DONE, to=CallState.COMPLETED, cause=Cause.NORMAL),)}),
    _switch("hang_up_all.scope", "ringing+in-progress", "Does hanging up all calls reach queued ones?",
            "The page says ongoing, and its other sentence tells queued calls from ongoing ones.",
            {"+queued": (patch("call.hang_up_all.queued.api", status=Status.DONE, to=CallState.COMPLETED,
                               cause=Cause.CANCELLED),)}),
    _switch("hang_up_all.none", "204", "What does hanging up all calls come to when there are none?",
            "Nothing in the page makes an empty account an error.",
            {"404": tuple(patch(f"answer.plivo.hang_up_all.{reply}", status=404,
                                body={"api_id": "{api_id}", "error": "not found"}) for reply in ("refused", "nothing-to-do"))}),
    _switch("hang_up_all.code", "0", "Which code have calls that were ended all at once?",
            "The table documents Unknown as a bug; a repaired Plivo would say Normal Hangup.",
            {"4000": tuple(_words(id, 4000, "API Request") for id in (
                "cancelled.api.with-all.was-queued", "cancelled.api.with-all.was-ringing", "normal.api.with-all"))}),
    _switch("cause.caller_abandons", "1000", "Which code has an inbound call whose caller gives up?",
            "It was cancelled before the answer; the table names only the API for that.",
            {"4000": (_words("cancelled.far-party", 4000, "Caller"),)}),
    _switch("cause.unstated", "by wording", "Whom does Plivo name, and which code, where its table is silent?",
            "The names of the causes tell whose doing they are."),
    _switch("record.callback", "our-fields", "What does a callback about a recording hold?",
            "Its pages name the URL and hardly the fields."),
    _switch("source.busy", "Callee", "Whom does Plivo name for a busy callee?",
            "It is the callee who is busy, though the carrier reports it.",
            {"Carrier": (_words("busy.far-party", 3010, "Carrier"),)}),
    _switch("hangup_url.unset_inbound", "none", "Is the answer URL told of the end where no hangup URL is set?",
            "Today's page calls the hangup URL optional; a legacy page made the answer URL its default.",
            {"answer_url": (patch("call.then.completed.nothing", do=Effect.TELL_HANGUP_TO_ANSWER_URL,
                                  why="A legacy page makes the answer URL the default."),)}, disputed=True),
    _switch("hangup_url.queued_cancel", "sent", "Is the hangup callback made for a call cancelled in the queue?",
            "The call has ended, and its application has asked to be told.",
            {"not-sent": (patch("call.then.completed.tell-hangup.hangup-url.was-queued.cancelled", do=Effect.NOTHING),)}),
    _switch("hangup_callback.status", "mapped", "Which CallStatus has the hangup callback of an outbound call?",
            "One page lists busy, failed, timeout, no-answer beside completed; another says always completed.",
            {"completed": tuple(patch(id, words={"status": "completed"}) for id in _MAPPED)}, disputed=True),
    _switch("duration.rounding", "up", "How does a call's length become whole seconds?",
            "The one record that was found excludes rounding down, and would fit the nearest second too.",
            {"nearest": (patch("spelling.duration.told", words={"rounding": "nearest"}, why="The nearest whole second."),)}),
    _switch("duration.billed", "60", "By which interval, in seconds, is a call billed?",
            "It depends on the prefix called, says the page; a minute is what the one record shows.",
            {str(each): (patch("spelling.duration.billed", words={"interval": each}),) for each in (1, 6)}),
    _switch("session_start", "ringing", "When does a call's session start?",
            "Its callback is documented to tell while it rings, and in the one record it lies between start and answer."),
    _switch("request_uuid", "same", "Is the request id of a call its call id?",
            "A maintainer and a sample record say so; another sample says the call id comes later.",
            {"separate": (patch("limit.request_uuid", value="separate"),)}, disputed=True),
    _switch("create.status", "201", "With which status is a made call acknowledged?",
            "The general page and the SDK's tests say 201, the page about calls prints 200.",
            {"200": (patch("answer.plivo.make_call.done", status=200),)}, disputed=True),
)  # fmt: skip

_MPCS = (
    _switch("kick.cause", "4030", "Which code has an API-added leg that was kicked?",
            "The table defines 4030 for it; the page about kicking repeats 4020.",
            {"4020": (_words("kicked.api", 4020, "API Request"),)}, disputed=True),
    _switch("kick.gone", "404", "What does kicking somebody who is not there come to?",
            "What cannot be found is a 404 everywhere else.",
            {"204": _answers(204, "kick.already", "kick.unknown")}),
    _switch("mpc_stop.ended", "404", "What does stopping a multiparty call that has ended come to?",
            "An ended one cannot be found by its name, and cannot end again.",
            {"204": _answers(204, "stop_mpc.already")}),
    _switch("mpc_stop.unknown", "404", "What does stopping a multiparty call that never was come to?",
            "What cannot be found is a 404 everywhere else.",
            {"204": _answers(204, "stop_mpc.unknown")}),
    _switch("mpc_stop.joining", "cancel", "What becomes of a leg that still rings when it loses its multiparty call?",
            "Other systems cancel pending legs; nobody would be there to talk to.",
            {"ring-on": tuple(patch(f"{_END}.cancel.was-joining.{exit}", do=Effect.NOTHING,
                                    why="It rings on, and finds nothing to do once answered.")
                              for exit in ("mpc-ended", "kicked"))}),
    _switch("mpc_stop.adopted", "api", "Does a running call that the API added count as API-added?",
            "It was the API that added it.",
            {"xml": tuple(patch(f"{_END}.{what}.no-exit-url.adopted", do=Verb.PROCEED, by=By.PLATFORM,
                                why="It was running a document, and goes on with that.")
                          for what in ("end_with_mpc.was-active.mpc-ended", "end_by_kick.was-active.kicked"))}),
    _switch("mpc_exit.bad_url", "ends", "What becomes of a call whose exit URL fails?",
            "For action URLs whose document takes over the table says the call ends with these codes.",
            {"goes-on": (patch("call.bad_instructions.in-progress.platform.exit", to=CallState.IN_PROGRESS, cause=None,
                               why="It goes on with its own document."),)}),
    _switch("mpc_end.joining", "cancel", "Does a multiparty call end while others are still joining?",
            "The page ends it when its last active participant leaves; those joining are not active.",
            {"wait": tuple(patch(f"mpc.recount.{state}.platform.{id}", status=Status.ALREADY, to=state, cause=None,
                                 why="Others are still joining.")
                           for state in (MpcState.INITIALIZED, MpcState.ACTIVE) for id in _JOINING)}),
    _switch("mpc_end.source", "by-asker", "Whom does Plivo name when the platform itself ended the multiparty call?",
            "Where nobody asked, the platform did it; the page names API Request for its own case only.",
            {"API Request": (_words("mpc-ended.platform", 4020, "API Request"),)}),
    _switch("participant.refused", "400", "What does adding a call that cannot be added come to?",
            "A request that cannot be carried out is a 400 on the general page.",
            {"404": (patch("answer.plivo.add_participant.refused", status=404),)}),
    _switch("participant.add_status", "201", "With which status is an added participant acknowledged?",
            "The SDK's tests say 201; the page prints none.",
            {"200": (patch("answer.plivo.add_participant.done", status=200),)}),
)  # fmt: skip

_DOCUMENTS = (
    _switch("hangup_xml.unanswered", "3020", "How does an unanswered call end whose document says to hang up?",
            "One page says that a hang-up as first element rejects; another that it is a normal one.",
            {"4000": (patch("call.hang_up.ringing.document", cause=Cause.NORMAL),)}, disputed=True),
    _switch("hangup_xml.reason_after_answer", "4000", "Does a reason count once the call is answered?",
            "A reason is for declining, and what was answered can no longer be declined.",
            {"by-reason": (patch("call.reject.in-progress.document", cause=Cause.REJECTED),
                           patch("call.busy.in-progress.document", cause=Cause.BUSY))}),
    _switch("hangup_xml.schedule", "6000", "Which code has a call that a scheduled hang-up ends?",
            "6000 is called Scheduled Hangup, though the table ties it to time limits.",
            {"4000": (patch("call.schedule_reached.in-progress.platform", cause=Cause.NORMAL),
                      patch("call.schedule_reached.ringing.platform", cause=Cause.NORMAL))}),
    _switch("answer.empty_body", "8011", "Is an empty body an unreachable URL or an invalid document?",
            "Two of its agent files disagree; what came was a document, though an empty one.",
            {"7011": tuple(_words(f"bad-instructions.platform.{purpose}.empty", code, "Error")
                           for purpose, code in (("answer", 7011), ("action", 7012), ("exit", 7012), ("redirect", 7014), ("transfer", 7013)))},
            disputed=True),
    _switch("xml.unknown_element", "8011", "What becomes of a call whose document has an element nobody knows?",
            "One such element was seen to end the call, another to be passed over.",
            {"ignored": (patch("instruction.unknown", do=Effect.NOTHING, goes_on=True, spoils=False),)}),
    _switch("redirect.bound", "8014", "How does a call end that is redirected without end?",
            "More than 70 transfers end a call; redirects are taken to be alike.",
            {"2060": (_words("bad-instructions.platform.redirect.too-many-redirects", 2060, "Plivo"),)}),
    _switch("record.cut_callback", "sent", "Is a recording told of that the end of its call cut short?",
            "What was recorded until then exists.",
            {"not-sent": tuple(patch(f"action.then.stopped.tell-recording.{url}", do=Effect.NOTHING)
                               for url in ("action-url", "action-url-only-told"))}),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (*_CALLS, *_MPCS, *_DOCUMENTS, *dial.ASSUMPTIONS)
