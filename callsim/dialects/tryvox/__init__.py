"""TryVox: the readings that its tables cannot hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import quote

from callsim.dialects import ids
from callsim.dialects.call_records import CallRecords
from callsim.dialects.dialect import Dialect, Made, Plan, epoch, whole_seconds
from callsim.dialects.http import Request
from callsim.model import (
    By,
    Call,
    CallState,
    Command,
    Direction,
    Held,
    MultipartyCall,
    Muted,
    Participant,
    ParticipantState,
    Purpose,
    Transfer,
    Verb,
)
from callsim.rules import Reply, Route, Vendor
from callsim.switch import Switch

from . import looking, placing
from .assumptions import ASSUMPTIONS
from .call_records import TryVoxCallRecords
from .rules import ANSWERS, ENDINGS, OVERLAY, ROUTES, STATES


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
            room = next((each for each in self.rooms_in(account, switch) if each.name == words["mpc"]), None)
            command = None if room is None else Command(Verb.STOP, room.key, By.API)
            return Plan(route.name, command, None if room else Reply.UNKNOWN, words, rules=(route.id,))
        call = self.call_in(words["call"], account, switch)
        if call is None:
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

    def look(self, route: Route, words: dict[str, str], request: Request, switch: Switch) -> Plan:
        return looking.looked_at(self, route.name, words, request, switch)

    def looks(self, switch: Switch) -> Iterable[str]:
        return looking.lines(self, self.account_id("default"), switch.calls.values(), (room.name for room in switch.rooms.values()))

    def owns(self, call: Call, account: str) -> bool:
        """Whether a call is of the account of that id."""
        return self.account_id(call.placement.account) == account

    def call_in(self, id: str, account: str, switch: Switch) -> Call | None:
        """The call of that id, if it is of the account of that id."""
        call = self.call_of(id, switch)
        return call if call is not None and self.owns(call, account) else None

    def rooms_in(self, account: str, switch: Switch) -> list[MultipartyCall]:
        """The live conferences of the account of that id."""
        return [room for room in switch.rooms.values() if self.account_id(room.account) == account]

    def _make(self, route: Route, account: str, request: Request, switch: Switch, name: str | None) -> Plan:
        body = request.body if isinstance(request.body, dict) else {}
        problem = placing.problem(body)
        if problem:
            return Plan(route.name, None, Reply.BAD_REQUEST, {"problem": problem}, rules=(route.id,))
        placement = placing.placement(body, {"demo": "default", "demo-account": "demo"}.get(account, account))
        command = Command(Verb.PLACE, name or self.free_name(switch), By.API, placement)
        return Plan(route.name, command, rules=(route.id,))

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        call = switch.calls.get(str(plan.command.target)) if plan.command is not None else None
        if plan.route == "tryvox.transfer":
            return {"transfer_uuid": ids.uuid(self.setting.seed, "transfer", number)}
        if call is None or plan.route != "tryvox.make_call":
            return {}
        return {"made": {**self.about(call), "request_uuid": self.request_id(call), "created_at": epoch(switch.now),
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
            room = quote(switch.mpcs[name].name if name in switch.mpcs else name, safe="")
            return Made("DELETE", f"/v1/voice/accounts/{self.account_id(account)}/conferences/{room}")
        if verb is Verb.PLACE:
            return Made("POST", f"/v1/voice/accounts/{self.account_id(detail.account)}/calls", placing.body(detail))
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
            "number": placed.to if placed.direction is Direction.OUTBOUND else placed.from_, "muted": one.muted is Muted.YES,
            "hold": one.held is Held.YES, "joined_at": epoch(one.joined_at),
        }  # fmt: skip

    def asks(self, purpose: Purpose, call: Call, state: CallState) -> tuple[dict[str, Any], tuple[str, ...]]:
        row, status = self.spelling("request", purpose), self.spelling("state", state)
        return {**row.words, **self.about(call), **status.words}, (row.id, status.id)

    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        row = self.spelling("callback", kind)
        words, rules = self.call_words(call)
        times = {"start_time": call.queued_at, "ring_time": call.ringing_at, "answer_time": call.answered_at, "end_time": call.ended_at}
        params = {
            **row.words, **self.about(call), **words,
            "duration": whole_seconds(call.duration), "timestamp": epoch(switch.now),
            **{name: epoch(at) for name, at in times.items() if at is not None},
        }  # fmt: skip
        return params, (row.id, *rules)

    def call_records(self) -> CallRecords:
        return TryVoxCallRecords(self)

    def about(self, call: Call) -> dict[str, Any]:
        """Which call it is, of whose, between whom."""
        parent = {"parent_call_uuid": ids.uuid(self.setting.seed, "call", call.parent)} if call.parent else {}
        return {
            "call_uuid": self.call_id(call), "account_id": self.account_id(call.placement.account),
            "from": call.placement.from_, "to": call.placement.to, "direction": str(call.direction), **parent,
        }  # fmt: skip
