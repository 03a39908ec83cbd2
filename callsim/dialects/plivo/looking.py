"""Plivo's requests that only look: at calls that are over, live or queued, at multiparty calls and who takes part in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from callsim.dialects.dialect import Plan
from callsim.dialects.http import Request
from callsim.model import Call, CallState, MultipartyCall, Participant, RoomKind
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Reply, Route, patch
from callsim.switch import Switch

from .paging import Field, Page, Query, asked, fits, meta, page, wrong_with
from .records import Told, ongoing, participant, record, room, room_path
from .rooms import ONGOING
from .rules import CALL, HUP, OVER

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

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


def _error(text: str) -> dict[str, Any]:
    return {"api_id": "{api_id}", "error": text}


def _found(route: str, basis: Any, why: str) -> Answer:
    return Answer(f"plivo.{route}", Reply.DONE, 200, "{found}", basis, why)


def _missed(route: str, error: str, why: str, reply: Reply = Reply.UNKNOWN, basis: Any = _NOTHING) -> Answer:
    return Answer(f"plivo.{route}", reply, 404, _error(error), basis, why)


def _bad(route: str) -> Answer:
    return Answer(f"plivo.{route}", Reply.BAD_REQUEST, 400, _error("{problem}"), _NONSENSE, "A parameter makes no sense.")


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

_DIRECTIONS = ("inbound", "outbound")
RECORDED = (
    Field("subaccount", "subaccount"), Field("call_direction", "call_direction", words=_DIRECTIONS),
    Field("from_number", "from_number", "phone"), Field("to_number", "to_number", "phone"),
    Field("parent_call_uuid", "parent_call_uuid"), Field("bill_duration", "bill_duration", "number"),
    Field("end_time", "end_time", "time"), Field("hangup_cause_code", "hangup_cause_code", "number"),
    Field("hangup_source", "hangup_source"),
)  # fmt: skip
LIVE = (
    Field("call_direction", "direction", words=_DIRECTIONS), Field("from_number", "from", "phone"), Field("to_number", "to", "phone"),
)
HELD = (
    Field("friendly_name", "friendly_name"), Field("sub_account", "sub_account"),
    Field("status", "status", words=("initialized", "active", "ended")), Field("termination_cause_code", "termination_cause_code", "number"),
    Field("end_time", "end_time", "time"), Field("creation_time", "creation_time", "time"),
)  # fmt: skip
INSIDE = (Field("call_uuid", "call_uuid"),)
_VIEWS = ("live", "queued")


class Looking:
    """What one request that only looks finds: made for one, in one world."""

    def __init__(self, dialect: Plivo, route: Route, account: str, words: dict[str, str], request: Request, switch: Switch) -> None:
        self.dialect, self.route, self.account, self.words, self.switch = dialect, route, account, words, switch
        self.query: Query = request.query
        self.rules: list[str] = [route.id]

    def plan(self) -> Plan:
        return _LOOKS[self.route.name](self)

    # -- calls -----------------------------------------------------------------------------------------------------

    def calls(self) -> Plan:
        """Calls that are over, or the ids of those that are live or queued."""
        view = self._view()
        if view in _VIEWS:
            return self._ids(view)
        if view:
            return self._nonsense("status parameter is not valid")
        problem = self._wrong(RECORDED)
        if problem:
            return self._nonsense(problem)
        filters = asked(self.query, RECORDED)
        over = [call for call in self._own() if call.ended_at is not None]
        if not any(name.startswith("end_time") for name in filters):
            since = self.switch.now - int(self._limit("listed_time"))
            over = [call for call in over if (call.ended_at or 0) >= since]
        ordered = sorted(over, key=lambda call: (call.ended_at or 0, call.number))
        return self._listed(ordered, record, RECORDED, filters, "total_count", {"subaccount": None})

    def call(self) -> Plan:
        """One call: its record, or what it is now."""
        view = self._view()
        if view and view not in _VIEWS:
            return self._nonsense("status parameter is not valid")
        self.rules.append("limit.request_uuid")
        if view:
            found = next((call for call in self._seen_as(view) if self._id(call, view) == self.words["call"]), None)
            name = f"plivo.get_{view}_call"
            return self._plan(name, Reply.UNKNOWN) if found is None else self._one(name, ongoing(self.dialect, found))
        call = self.dialect.known(self.words["call"], self.account, self.switch)
        if call is None or call.ending is None:
            return self._plan("plivo.get_call", Reply.UNKNOWN if call is None else Reply.REFUSED)
        return self._one("plivo.get_call", record(self.dialect, call))

    def _view(self) -> str:
        """Which calls are meant; nothing: those that are over."""
        view = (dict(self.query).get("status") or "").lower()
        return "" if view not in _VIEWS and self._limit("listing_nonsense") == "ignored" else view

    def _own(self) -> Iterator[Call]:
        return (call for call in self.switch.calls.values() if call.placement.account == self.account)

    def _seen_as(self, view: str) -> Iterator[Call]:
        if view == "queued":
            return (call for call in self._own() if call.state is CallState.QUEUED)
        states = str(self._limit("live_states")).split(",")
        return (call for call in self._own() if call.state in states)

    def _id(self, call: Call, view: str) -> str:
        """By which id a call is listed: one that is queued may not have its own yet."""
        return self.dialect.request_id(call) if view == "queued" else self.dialect.call_id(call)

    def _ids(self, view: str) -> Plan:
        problem = self._wrong(LIVE)
        if problem:
            return self._nonsense(problem)
        filters = asked(self.query, LIVE)
        found = [call for call in self._seen_as(view) if fits(ongoing(self.dialect, call)[0], filters, LIVE)]
        at = page(self.query) if self._limit("live_pages") == "paged" else Page(len(found), 0)
        shown = [self._id(call, view) for call in found][at.offset : at.offset + at.limit]
        return self._plan(f"plivo.list_{view}_calls", Reply.DONE, {"calls": shown})

    # -- multiparty calls --------------------------------------------------------------------------------------------

    def rooms(self) -> Plan:
        """Every multiparty call there is, and has been."""
        problem = self._wrong(HELD)
        if problem:
            return self._nonsense(problem)
        known = [mpc for mpc in self.switch.mpcs.values() if mpc.account == self.account and mpc.kind is RoomKind.MPC]
        return self._listed(known, room, HELD, asked(self.query, HELD), "count")

    def room(self) -> Plan:
        """One of them."""
        mpc = self._mpc()
        return self._plan(self.route.name, Reply.UNKNOWN) if mpc is None else self._one(self.route.name, room(self.dialect, mpc))

    def participants(self) -> Plan:
        """Everybody who takes part in one, or has."""
        mpc, problem = self._mpc(), self._wrong(INSIDE)
        if mpc is None:
            return self._plan(self.route.name, Reply.UNKNOWN)
        if problem:
            return self._nonsense(problem)
        path = f"{room_path(self.dialect, mpc)}Participant/"
        return self._listed(self._inside(mpc), participant, INSIDE, asked(self.query, INSIDE), "count", path=path)

    def participant(self) -> Plan:
        """One of those."""
        mpc = self._mpc()
        inside = [] if mpc is None else self._inside(mpc)
        one = next((one for one in inside if self.dialect.member_id(one) == self.words["member"]), None)
        return self._plan(self.route.name, Reply.UNKNOWN) if one is None else self._one(self.route.name, participant(self.dialect, one))

    def _mpc(self) -> MultipartyCall | None:
        return self.dialect.room_of(self.words["mpc"], self.account, self.switch)

    def _inside(self, mpc: MultipartyCall) -> list[Participant]:
        every = self._limit("listed_participants") == "all"
        return [one for one in mpc.participants if every or one.joined_at is not None]

    # -- what comes of it --------------------------------------------------------------------------------------------

    def _limit(self, name: str) -> int | str:
        row = self.dialect.rulebook.limits[name]
        self.rules.append(row.id)
        return row.value

    def _wrong(self, fields: Iterable[Field]) -> str:
        problem = wrong_with(self.query, fields)
        return "" if problem and self._limit("listing_nonsense") == "ignored" else problem

    def _nonsense(self, problem: str) -> Plan:
        return Plan(self.route.name, None, Reply.BAD_REQUEST, {**self.words, "problem": problem}, rules=tuple(self.rules))

    def _plan(self, name: str, reply: Reply, found: dict[str, Any] | None = None) -> Plan:
        words = self.words if found is None else {**self.words, "found": found}
        return Plan(name, None, reply, words, rules=tuple(dict.fromkeys(self.rules)))

    def _one(self, name: str, told: Told) -> Plan:
        self.rules += told[1]
        return self._plan(name, Reply.DONE, told[0])

    def _listed(
        self, things: list[Any], tell: Callable[[Plivo, Any], Told], fields: tuple[Field, ...], filters: dict[str, str], count: str,
        more: dict[str, Any] | None = None, path: str = "",
    ) -> Plan:  # fmt: skip
        """A page of those things that fit, each told of; without filters only those on the page are looked at."""
        if filters:
            things = [each for each in things if fits({**(more or {}), **tell(self.dialect, each)[0]}, filters, fields)]
        if self._limit("listed_first") == "newest":
            things = things[::-1]
        at = page(self.query)
        told = [tell(self.dialect, each) for each in things[at.offset : at.offset + at.limit]]
        self.rules += dict.fromkeys(rule for each in told for rule in each[1])
        path = path or self.route.path.replace("{account}", self.words["account"]) + "/"
        found = {"meta": meta(path, len(things), at, filters, count), "objects": [each[0] for each in told]}
        return self._plan(self.route.name, Reply.DONE, found)


_LOOKS: dict[str, Callable[[Looking], Plan]] = {
    "plivo.list_calls": Looking.calls, "plivo.get_call": Looking.call, "plivo.list_mpcs": Looking.rooms,
    "plivo.get_mpc": Looking.room, "plivo.list_participants": Looking.participants, "plivo.get_participant": Looking.participant,
}  # fmt: skip


def stamped(plan: Plan, api_id: str) -> dict[str, Any]:
    """What was found, with the id of the request; each record of a call has one as well."""
    found: dict[str, Any] = plan.words["found"]
    if plan.route == "plivo.list_calls":
        found = {**found, "objects": [{"api_id": api_id, **each} for each in found["objects"]]}
    return {"api_id": api_id, **found}


def looks(dialect: Plivo, switch: Switch) -> Iterator[str]:
    """The request lines by which one can look at what there is, and at what there is not."""
    root = f"GET /v1/Account/{dialect.account_id('default')}"
    yield from (f"{root}/Call/{query}" for query in ("", "?status=live", "?status=queued", "?status=x", "?limit=0", "?status=live&offset=x"))
    yield from (f"{root}/Call/x/{query}" for query in ("", "?status=live", "?status=queued", "?status=x"))
    yield from (f"{root}/MultiPartyCall/{rest}" for rest in ("", "?limit=x", "name_x/", "name_x/Participant/", "name_x/Participant/1/"))
    for call in switch.calls.values():
        yield from (f"{root}/Call/{dialect.call_id(call)}/{query}" for query in ("", "?status=live", "?status=queued"))
        yield f"{root}/Call/{dialect.request_id(call)}/?status=queued"
    for mpc in switch.mpcs.values():
        path = f"{root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/"
        yield from (path, f"{path}Participant/", f"{path}Participant/?limit=x")
        yield from (f"{path}Participant/{dialect.member_id(one)}/" for one in mpc.participants)
