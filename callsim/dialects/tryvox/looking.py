"""What TryVox tells of calls and conferences to those who only look: requests, answers, words, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from callsim.dialects.dialect import Plan, epoch, whole_seconds
from callsim.dialects.http import Request
from callsim.model import Answerer, Call, MachineDetection, MultipartyCall
from callsim.provenance import assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, Route, Spelling, patch
from callsim.switch import Switch

from .sources import GET, LISTED, LOOK, MAKE, Error

if TYPE_CHECKING:
    from callsim.dialects.tryvox import TryVox

ROOT = "/v1/voice/accounts/{account}"
CALL, CALLS, ROOM, ROOMS = "tryvox.get_call", "tryvox.list_calls", "tryvox.get_conference", "tryvox.list_conferences"

ROUTES: tuple[AnyRow, ...] = (
    Route(CALL, "GET", f"{ROOT}/calls/{{call}}", None, documented(GET), "All there is to know of one call."),
    Route(CALLS, "GET", f"{ROOT}/calls", None, documented(LISTED), "The calls there are and have been, in pages."),
    Route(ROOM, "GET", f"{ROOT}/conferences/{{mpc}}", None, documented(LOOK), "One conference and who is in it."),
    Route(ROOMS, "GET", f"{ROOT}/conferences", None, documented(LOOK), "The conferences that are active."),
)
ERRORS = (
    Error(CALL, Reply.UNKNOWN, 404, "call_not_found", "NOT_FOUND", "Call with UUID {uuid} not found", "No call has this id."),
    Error(CALLS, Reply.BAD_REQUEST, 400, "validation_failed", "VALIDATION_FAILED", "{problem}", "No page or filter is written so."),
    Error(ROOM, Reply.UNKNOWN, 404, "conference_not_found", "NOT_FOUND", "Conference {mpc} not found", "No live one has this name."),
)
ANSWERS: tuple[AnyRow, ...] = (
    Answer(CALL, Reply.DONE, 200, "{found}", documented(GET), "The call as it stands, over or not."),
    Answer(CALLS, Reply.DONE, 200, {"calls": "{found}", "pagination": "{pagination}"}, documented(LISTED), "One page of them."),
    Answer(ROOM, Reply.DONE, 200, "{found}", documented(LOOK), "The conference as it stands."),
    Answer(ROOMS, Reply.DONE, 200, {"conferences": "{found}"}, documented(LOOK), "Each with how many are in it."),
    *(each.answer for each in ERRORS),
)

_DETECTION = assumed("tryvox.call.detection", GET)
WORDS: tuple[AnyRow, ...] = (
    Limit("per_page", 20, documented(LISTED), "How many calls a page has unless more or fewer are asked for."),
    Limit("per_page_most", 100, documented(LISTED), "How many calls a page has at most."),
    Limit("list_order", "newest-first", documented(LISTED), "The example has the later call first."),
    Limit("list_statuses", "ringing in-progress completed failed busy no-answer canceled", documented(LISTED),
          "The statuses that calls can be listed by."),
    Limit("list_nonsense", "refused", assumed("tryvox.list.nonsense", LISTED), "What becomes of a page or filter that is none."),
    Limit("billed_step", 6000, assumed("tryvox.call.billed", GET), "In steps of how many milliseconds a call is billed."),
    Spelling("call", "price", None, (), {"price": "0.0000", "price_unit": "USD"}, assumed("tryvox.call.price", GET),
             "What a call costs is not part of the model."),
    Spelling("detection", MachineDetection.NONE, None, (), {"machine_detection": "Disable"}, documented(MAKE), "Nobody asked for it."),
    Spelling("detection", MachineDetection.TOLD, None, (), {"machine_detection": "Enable"}, documented(MAKE), "It was asked for."),
    Spelling("detection", MachineDetection.HANGUP, None, (), {"machine_detection": "Hangup"}, _DETECTION,
             "No page knows it; it is spelled like the others."),
    Spelling("answerer", Answerer.PERSON, None, (), {"machine_detection_result": "human"}, documented(GET), "As in the example."),
    Spelling("answerer", Answerer.MACHINE, None, (), {"machine_detection_result": "machine"}, _DETECTION, "The other one of the two."),
)  # fmt: skip

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "tryvox.list.nonsense", "400", "What does a list come to whose page, or whose filter, is none?",
        "The page says which values there are; bad parameters are what 400 is for.",
        {"ignored": (patch("limit.list_nonsense", value="ignored"),)},
    ),
    Assumption(
        "tryvox.call.billed", "6s", "In which steps is a call billed?",
        "The page says rounded up, and its example bills 126 seconds for 125: a multiple of six.",
        {"1s": (patch("limit.billed_step", value=1000),), "60s": (patch("limit.billed_step", value=60_000),)},
    ),
    Assumption(
        "tryvox.call.price", "0.0000", "What does a call cost?",
        "No price is published with it; nor does the model know when a call was transferred, so that time stays null.",
    ),
    Assumption(
        "tryvox.call.detection", "core word, capitalized", "Which words has a call for what nobody published of machine detection?",
        "Enable, Disable and human are on the pages.",
    ),
)  # fmt: skip


# -- reading ---------------------------------------------------------------------------------------------------------

_WHOLE = re.compile(r"[0-9]{1,9}")
_DIRECTIONS = ("outbound", "inbound")


def looked_at(dialect: TryVox, name: str, words: dict[str, str], request: Request, switch: Switch) -> Plan:
    """What a request that only looks finds."""
    rules = (f"route.{name}",)
    if name == CALL:
        call = dialect.call_in(words["call"], words["account"], switch)
        if call is None:
            return Plan(name, None, Reply.UNKNOWN, {"uuid": words["call"]}, rules=rules)
        found, because = whole_call(dialect, call)
        return Plan(name, None, Reply.DONE, {"found": found}, rules=(*rules, *because))
    if name == CALLS:
        return _page(dialect, [call for call in switch.calls.values() if dialect.owns(call, words["account"])], request)
    rooms = dialect.rooms_in(words["account"], switch)
    if name == ROOMS:
        spelled = (rule for each in rooms for rule in dialect.mpc_words(each)[1])
        found_rooms = [_room(dialect, each, counted=True) for each in rooms]
        return Plan(name, None, Reply.DONE, {"found": found_rooms}, rules=tuple(dict.fromkeys((*rules, *spelled))))
    room = next((each for each in rooms if each.name == words["mpc"]), None)
    if room is None:
        return Plan(name, None, Reply.UNKNOWN, words, rules=rules)
    return Plan(name, None, Reply.DONE, {"found": _room(dialect, room)}, rules=(*rules, *dialect.mpc_words(room)[1]))


def whole_call(dialect: TryVox, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
    """All that is told of one call, and the rules it stands on."""
    step = int(dialect.rulebook.limits["billed_step"].value)
    detected = call.detection is not MachineDetection.NONE and call.answered_at is not None
    rows = [dialect.spelling("call", "price"), dialect.spelling("detection", call.detection)]
    rows += [dialect.spelling("answerer", call.answerer)] if detected else []
    placed, short = call.placement, in_list(dialect, call)
    parent, recorded = dialect.about(call).get("parent_call_uuid"), any("record" in each.kind for each in call.actions)
    found = {
        **short, "request_uuid": dialect.request_id(call), "ring_time": epoch(call.ringing_at),
        "billed_duration": -(-call.duration // step) * step // 1000,
        "answer_url": placed.answer_url, "hangup_url": placed.hangup_url, "ring_url": placed.ring_url, "machine_detection_result": None,
        **{word: value for row in rows for word, value in row.words.items()},
        "recording_urls": [f"https://recordings.tryvox.io/{short['call_uuid']}.mp3"] if recorded else [],
        "parent_call_uuid": parent, "transfer_time": None,
    }  # fmt: skip
    return found, ("limit.billed_step", *(row.id for row in rows), *dialect.call_words(call)[1])


def in_list(dialect: TryVox, call: Call) -> dict[str, Any]:
    """What a list tells of a call."""
    words = dialect.call_words(call)[0]
    return {
        "call_uuid": dialect.call_id(call), "from": call.placement.from_, "to": call.placement.to, "direction": str(call.direction),
        "status": words["status"], "duration": whole_seconds(call.duration),
        "start_time": epoch(call.ringing_at if call.queued_at is None else call.queued_at),
        "answer_time": epoch(call.answered_at), "end_time": epoch(call.ended_at), "end_reason": words.get("end_reason"),
    }  # fmt: skip


def _room(dialect: TryVox, room: MultipartyCall, counted: bool = False) -> dict[str, Any]:
    words = dialect.mpc_words(room)[0]
    members = words.pop("member_count")
    return {**words, "members": members} if counted else words


def _page(dialect: TryVox, calls: list[Call], request: Request) -> Plan:
    query = _Query(dialect, request)
    page, per_page = query.whole("page", 1), query.whole("per_page", 0, int(query.limits["per_page_most"].value))
    per_page = per_page or int(query.limit("per_page"))
    wanted = query.filters()
    if query.problems and query.limit("list_nonsense") == "refused":
        return Plan(CALLS, None, Reply.BAD_REQUEST, {"problem": query.problems[0]}, rules=tuple(query.rules))
    found = [each for each in (in_list(dialect, call) for call in calls) if all(each[name] == value for name, value in wanted.items())]
    newest = found[::-1] if query.limit("list_order") == "newest-first" else found
    pages = {"page": page, "per_page": per_page, "total_pages": -(-len(found) // per_page), "total_count": len(found)}
    shown = newest[(page - 1) * per_page : page * per_page]
    return Plan(CALLS, None, Reply.DONE, {"found": shown, "pagination": pages}, rules=tuple(query.rules))


class _Query:
    """The parameters of a list as they are read, what is wrong with them, and the rules that had their say."""

    def __init__(self, dialect: TryVox, request: Request) -> None:
        self.limits, self.request = dialect.rulebook.limits, request
        self.problems: list[str] = []
        self.rules = [f"route.{CALLS}"]

    def limit(self, name: str) -> str:
        self.rules.append(f"limit.{name}")
        return str(self.limits[name].value)

    def whole(self, name: str, unsaid: int, most: int | None = None) -> int:
        """A whole number from 1; as good as unsaid if it is none, and the most there may be if it is more."""
        text = self.request.parameter(name)
        if text is None:
            return unsaid
        number = int(text) if _WHOLE.fullmatch(text) else 0
        if number and (most is None or number <= most):
            return number
        limit = "" if most is None else f" to {self.limit('per_page_most')}"
        self.problems.append(f"{name} must be a whole number from 1{limit}")
        return most if number and most is not None else unsaid

    def filters(self) -> dict[str, str]:
        """What calls are to have in common, by the fields of a list."""
        said = {name: self.request.parameter(name) for name in ("status", "direction", "from", "to")}
        known = {"direction": _DIRECTIONS, "status": tuple(self.limit("list_statuses").split()) if said["status"] is not None else ()}
        wanted = {}
        for name, value in said.items():
            if value is not None and name in known and value not in known[name]:
                self.problems.append(f"{name} must be one of {', '.join(known[name])}")
            elif value is not None:
                wanted[name] = value
        return wanted


def lines(dialect: TryVox, account: str, calls: Iterable[Call], rooms: Iterable[str]) -> Iterator[str]:
    """The request lines by which one can look at an account, its calls, and rooms of those names; the mistaken ones included."""
    root = ROOT.format(account=account)
    anyhow = ("conferences", "conferences/-", "calls", "calls?status=completed", "calls?per_page=0", "calls/-")
    yield from (f"GET {root}/{word}" for word in anyhow)
    yield from (f"GET {root}/conferences/{name}" for name in rooms)
    yield from (f"GET {root}/calls/{dialect.call_id(call)}" for call in calls)
