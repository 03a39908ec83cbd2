"""What is assumed about TryVox, and what else it might be."""

from __future__ import annotations

from callsim.model import CallState, Cause, MpcState, Status, Termination
from callsim.rules import Assumption, patch

from . import door, looking
from .rules import ERRORS, HANG, NOT_FOUND
from .sources import flat

_ALONE = {"status": Status.DONE, "to": MpcState.ENDED, "cause": Termination.STAY_ALONE}
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "tryvox.hang_up.queued", "409", "What does hanging up a queued call come to?",
        "The page allows ringing and in-progress only, and its best-known client tolerates a 409.",
        {"404": (patch("answer.tryvox.hang_up.refused", status=404, body=flat(*NOT_FOUND)),),
         "204": (patch(f"{HANG}.queued.api", status=Status.DONE, to=CallState.COMPLETED, cause=Cause.CANCELLED),)},
    ),
    Assumption(
        "tryvox.hang_up.inbound_ringing", "204", "Can an inbound call be hung up while it rings?",
        "The page says ringing calls can be hung up, and its example is an outbound one.",
        {"404": (patch(f"{HANG}.ringing.api.inbound", status=Status.UNKNOWN, to=CallState.RINGING, cause=None),)},
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
        "The hang-up page prints them flat, the page about errors nested; a code that no page lists is made like those.",
        {"nested": tuple(each.nested for each in (*ERRORS, *looking.ERRORS, *door.ERRORS))},
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
    *looking.ASSUMPTIONS,
    *door.ASSUMPTIONS,
)  # fmt: skip
