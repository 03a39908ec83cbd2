"""The tables of Plivo's requests that only look, and what is assumed about them."""

from __future__ import annotations

from typing import Any

from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, Route, patch

from .rooms import ONGOING
from .rules import CALL, HUP, OVER, error

SEEN = "2026-11-22"
LISTS = Evidence(
    "https://plivo.com/docs/voice/api/overview.md", SEEN, "lists hold 1 to 20, 20 if nothing is said, from an offset on"
)
ROOMS = Evidence(
    "https://plivo.com/docs/voice/api/multiparty-calls.md", SEEN, "lists and their filters; by name only those that are ongoing are found"
)
_ROOT = "/v1/Account/{account}"
_D, _ROOM, _LIST, _NOTHING = documented(CALL), documented(ROOMS), documented(CALL, LISTS), documented(OVER)
_NONSENSE, _ONGOING = assumed("plivo.list.nonsense", LISTS), assumed("plivo.record.ongoing", CALL)


def _found(route: str, basis: Any, why: str) -> Answer:
    return Answer(f"plivo.{route}", Reply.DONE, 200, "{found}", basis, why)


def _missed(route: str, said: str, why: str, reply: Reply = Reply.UNKNOWN, basis: Any = _NOTHING) -> Answer:
    return Answer(f"plivo.{route}", reply, 404, error(said), basis, why)


def _bad(route: str) -> Answer:
    return Answer(f"plivo.{route}", Reply.BAD_REQUEST, 400, error("{problem}"), _NONSENSE, "A parameter makes no sense.")


ROWS: tuple[AnyRow, ...] = (
    Route("plivo.list_calls", "GET", f"{_ROOT}/Call", None, _D, "List calls that are over, live or queued."),
    Route("plivo.get_call", "GET", f"{_ROOT}/Call/{{call}}", None, _D, "Look at one call."),
    Route("plivo.list_mpcs", "GET", f"{_ROOT}/MultiPartyCall", None, _ROOM, "List multiparty calls."),
    Route("plivo.get_mpc", "GET", ONGOING, None, _ROOM, "Look at one multiparty call."),
    Route("plivo.list_participants", "GET", f"{ONGOING}/Participant", None, _ROOM, "List who takes part in one, or has."),
    Route("plivo.get_participant", "GET", f"{ONGOING}/Participant/{{member}}", None, _ROOM, "Look at one of them."),
    _found("list_calls", _LIST, "The records of those that are over."), _bad("list_calls"),
    _found("list_live_calls", _D, "The ids of those that are live, and nothing about pages."),
    _found("list_queued_calls", _D, "The ids of those that are queued, and nothing about pages."),
    _found("get_call", _D, "Its record."), _bad("get_call"),
    _missed("get_call", "call not found", "No call has this id."),
    _missed("get_call", "call not found", "It has no record before it is over.", Reply.REFUSED, _ONGOING),
    _found("get_live_call", _D, "It is live."), _missed("get_live_call", "call not found", "No live call has this id."),
    _found("get_queued_call", _D, "It is queued."), _missed("get_queued_call", "call not found", "No queued call has this id."),
    _found("list_mpcs", documented(ROOMS, LISTS), "Those there are, and have been."), _bad("list_mpcs"),
    _found("get_mpc", _ROOM, "There it is."), _missed("get_mpc", "not found", "None such is live, or none has this id."),
    _found("list_participants", documented(ROOMS, LISTS), "Who is in it, and who was."), _bad("list_participants"),
    _missed("list_participants", "not found", "No such multiparty call."),
    _found("get_participant", _ROOM, "There they are."), _missed("get_participant", "not found", "Nobody like that has taken part in it."),
    Limit("listed_time", 604_800_000, _D, "How long ago calls may have ended that are listed if no time is asked for, in milliseconds."),
    Limit("listing_nonsense", "refused", _NONSENSE, "What becomes of a parameter of a list that makes no sense."),
    Limit("listed_first", "newest", assumed("plivo.list.order", CALL), "Which of those that a list holds comes first."),
    Limit("live_states", "ringing,in-progress", assumed("plivo.live.states", CALL, HUP), "In which states a call is live."),
    Limit("live_pages", "all", assumed("plivo.live.pages", CALL), "Whether live and queued calls are listed in pages."),
    Limit("listed_participants", "joined", assumed("plivo.participants.joining", ROOMS), "Who counts as somebody who takes part."),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.list.nonsense", "400", "What does a list come to that is asked for with a parameter that makes no sense?",
        "A parameter that is not valid is a 400 on the general page.",
        {"ignored": (patch("limit.listing_nonsense", value="ignored"),)},
    ),
    Assumption(
        "plivo.record.ongoing", "404", "What does asking for the record of a call come to that is not over?",
        "The list has the records of calls that are over, and others are asked for by their status.",
        {"400": (patch("answer.plivo.get_call.refused", status=400),)},
    ),
    Assumption(
        "plivo.list.order", "newest", "Which of those that a list holds comes first?",
        "The samples of multiparty calls go from the latest to the earliest.",
        {"oldest": (patch("limit.listed_first", value="oldest"),)},
    ),
    Assumption(
        "plivo.live.states", "ringing,in-progress", "Is a call live that rings?",
        "What can be hung up as an ongoing call is live; every sample is of a call in progress.",
        {"in-progress": (patch("limit.live_states", value="in-progress"),)},
    ),
    Assumption(
        "plivo.live.pages", "all", "Does a limit count where the ids of live or queued calls are listed?",
        "An SDK sends one; the answer says nothing about pages, and so nobody could ask for the next.",
        {"paged": (patch("limit.live_pages", value="paged"),)},
    ),
    Assumption(
        "plivo.participants.joining", "not-listed", "Is somebody listed as a participant who is still being called?",
        "A participant has a time of joining in every sample.",
        {"listed": (patch("limit.listed_participants", value="all"),)},
    ),
)  # fmt: skip
