"""Plivo's requests that only look: at calls that are over, live or queued, at multiparty calls and who takes part in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from callsim.dialects.dialect import Plan
from callsim.dialects.http import Request
from callsim.model import Call, CallState, MultipartyCall, Participant, RoomKind
from callsim.rules import Reply, Route
from callsim.switch import Switch

from .paging import Field, Page, Query, asked, fits, meta, page, wrong_with
from .records import Told, ongoing, participant, record, room, room_path

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

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
