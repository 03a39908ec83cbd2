"""Plivo: its routes, answers, words and assumptions, and the readings that tables cannot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.dialect import Dialect, Made, Plan, instructions_url, whole_seconds
from callsim.dialects.http import Request
from callsim.model import (
    Action,
    By,
    Call,
    CallState,
    Command,
    Direction,
    Ending,
    Joining,
    MultipartyCall,
    Participant,
    Placement,
    StayAlone,
    Verb,
)
from callsim.rules import Reply, Route, Spelling, Vendor
from callsim.switch import Switch, present

from .assumptions import ASSUMPTIONS
from .bodies import adding, milliseconds, missing, no_url, placing
from .causes import CAUSES, FAILURES, HangupCause
from .rules import ANSWERS, LIMITS, OVERLAY, PUBLISHED, ROUTES
from .times import billed, console_time, seconds, session_time
from .words import WORDS

_PLAIN_NAME = re.compile(r"[a-z]{1,18}")
_ONE_CALL_NAMED = "its {place} names one call, its path none: every ongoing call of the account is ended, as Plivo would"


class Plivo(Dialect):
    """api.plivo.com/v1, as far as its voice pages, SDKs and users tell."""

    vendor: ClassVar[Vendor] = Vendor(
        "plivo", "Plivo", (*PUBLISHED, *OVERLAY), (*ROUTES, *LIMITS, *ANSWERS, *WORDS), ASSUMPTIONS
    )

    verbs: ClassVar[tuple[Verb, ...]] = (
        Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.CANCEL, Verb.STOP, Verb.KICK, Verb.PLACE, Verb.ADD,
    )  # fmt: skip

    # -- ids -------------------------------------------------------------------------------------------------------

    def account_id(self, account: str) -> str:
        """Twenty characters that begin with MA, as the SDKs demand."""
        if account == "default":
            return "MADEMODEMODEMODEMO00"
        if _PLAIN_NAME.fullmatch(account):
            return f"MA{account.upper()}".ljust(20, "0")
        # Two names must not come to one id, however alike they are.
        return "MA" + ids.hexadecimal(0, f"account {account}", 0, 18).upper()

    def _account(self, id: str, switch: Switch) -> str:
        """Our name for a vendor's account id; the id itself if no call of the world has it."""
        for call in switch.calls.values():
            if self.account_id(call.placement.account) == id:
                return call.placement.account
        return "default" if id == self.account_id("default") else id

    def _known(self, id: str, account: str, switch: Switch) -> Call | None:
        """The call of that id, if it is the account's and its id is known yet."""
        call = self.call_of(id, switch)
        if call is None or call.placement.account != account:
            return None
        separate = self.rulebook.limits["request_uuid"].value == "separate"
        return None if separate and call.state is CallState.QUEUED else call

    def _mpc(self, word: str, account: str, switch: Switch) -> MultipartyCall | None:
        """By name only live ones are found, by uuid any."""
        kind, _, rest = word.partition("_")
        if kind == "name":
            return switch.room(account, rest)
        found = (mpc for mpc in switch.mpcs.values() if mpc.account == account and self.mpc_id(mpc) == rest)
        return next(found, None) if kind == "uuid" else None

    # -- requests --------------------------------------------------------------------------------------------------

    def plan(self, route: Route, words: dict[str, str], request: Request, switch: Switch, name: str | None) -> Plan:
        account = self._account(words["account"], switch)
        match route.verb:
            case Verb.HANG_UP:
                return self._one(route, self._known(words["call"], account, switch), words)
            case Verb.CANCEL:
                return self._one(route, self._requested(words["request"], account, switch), words)
            case Verb.HANG_UP_ALL:
                return self._all(route, account, request, switch, words)
            case Verb.STOP:
                mpc = self._mpc(words["mpc"], account, switch)
                command = None if mpc is None else Command(Verb.STOP, mpc.key, By.API)
                return self._plan(route, command, Reply.UNKNOWN, words)
            case Verb.KICK:
                return self._kick(route, account, words, switch)
            case Verb.PLACE:
                return self._make(route, account, request, switch, name, words)
            case _:
                return self._add(route, account, request, switch, name, words)

    def _plan(self, route: Route, command: Command | None, otherwise: Reply, words: Mapping[str, Any], *warnings: str) -> Plan:
        rules: tuple[str, ...] = (route.id,)
        if route.verb in (Verb.HANG_UP, Verb.CANCEL):
            rules = (route.id, "limit.request_uuid")
        elif route.verb is Verb.ADD:
            rules = (route.id, "limit.add_ring_timeout")
        return Plan(route.name, command, otherwise if command is None else None, words, warnings, rules)

    def _one(self, route: Route, call: Call | None, words: Mapping[str, Any]) -> Plan:
        command = None if call is None else Command(route.verb, call.name, By.API)
        return self._plan(route, command, Reply.UNKNOWN, words)

    def _requested(self, id: str, account: str, switch: Switch) -> Call | None:
        calls = (call for call in switch.calls.values() if call.placement.account == account)
        return next((call for call in calls if self.request_id(call) == id), None)

    def _all(self, route: Route, account: str, request: Request, switch: Switch, words: Mapping[str, Any]) -> Plan:
        names = tuple(call.name for call in switch.live_calls(account))
        warnings: tuple[str, ...] = ()
        if isinstance(request.body, Mapping) and "call_uuid" in request.body:
            warnings = (_ONE_CALL_NAMED.format(place="body"),)
        elif request.parameter("call_uuid") is not None:
            warnings = (_ONE_CALL_NAMED.format(place="query"),)
        return self._plan(route, Command(Verb.HANG_UP_ALL, names, By.API) if names else None, Reply.NOTHING, words, *warnings)

    def _kick(self, route: Route, account: str, words: Mapping[str, Any], switch: Switch) -> Plan:
        mpc = self._mpc(words["mpc"], account, switch)
        wanted = words["member"].split(",")
        members = [] if mpc is None else mpc.participants
        if wanted == ["all"] and mpc is not None:
            chosen = present(mpc)
        else:
            chosen = [one for one in members if self.member_id(one) in wanted]
        names = tuple(one.call.name for one in chosen if one.call.participant is one)
        return self._plan(route, Command(Verb.KICK, names, By.API) if names else None, Reply.UNKNOWN, words)

    def _make(
        self, route: Route, account: str, request: Request, switch: Switch, name: str | None, words: Mapping[str, Any]
    ) -> Plan:
        body = request.body if isinstance(request.body, Mapping) else {}
        problem = missing(body, "from", "to", "answer_url") or no_url(body, "answer_url", "hangup_url")
        if problem:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem})
        placement = Placement(
            account, Direction.OUTBOUND, str(body["from"]), str(body["to"]), instructions_url(body["answer_url"]),
            body.get("hangup_url"), milliseconds(body.get("ring_timeout")), milliseconds(body.get("time_limit")),
        )  # fmt: skip
        return self._plan(route, Command(Verb.PLACE, name or self.free_name(switch), By.API, placement), Reply.UNKNOWN, words)

    def _add(
        self, route: Route, account: str, request: Request, switch: Switch, name: str | None, words: Mapping[str, Any]
    ) -> Plan:
        body = request.body if isinstance(request.body, Mapping) else {}
        existing = self._known(str(body.get("call_uuid")), account, switch) if body.get("call_uuid") else None
        problem = missing(body, "role") or ("" if body.get("call_uuid") else missing(body, "from", "to"))
        kind, _, room = words["mpc"].partition("_")
        mpc = self._mpc(words["mpc"], account, switch)
        if not problem and kind != "name" and mpc is None:
            problem = "no live multiparty call has this uuid"
        if not problem and kind == "name" and not room:
            problem = "the multiparty call has no name"
        problem = problem or no_url(body, "on_exit_action_url", "call_status_callback_url")
        if not problem and body.get("call_uuid") and existing is None:
            problem = "call_uuid parameter names no call"
        if problem:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem})
        ring = milliseconds(body.get("ring_timeout")) or int(self.rulebook.limits["add_ring_timeout"].value)
        placement = Placement(
            account, Direction.OUTBOUND, str(body.get("from", "")), str(body.get("to", "")), None,
            body.get("call_status_callback_url"), ring,
        )  # fmt: skip
        alone = StayAlone.YES if str(body.get("stay_alone", False)).lower() == "true" else StayAlone.NO
        joining = Joining(
            mpc.name if mpc else room, str(body["role"]).lower(), body.get("on_exit_action_url"), alone,
            None if existing else placement,
        )  # fmt: skip
        target = existing.name if existing else name or self.free_name(switch)
        return self._plan(route, Command(Verb.ADD, target, By.API, joining), Reply.UNKNOWN, words)

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        words: dict[str, Any] = {"api_id": ids.uuid(self.setting.seed, "api", number)}
        target = plan.command.target if plan.command is not None else ""
        call = switch.calls.get(target) if isinstance(target, str) else None
        if call is not None:
            words["request_uuid"] = self.request_id(call)
            words["added"] = {
                "api_id": words["api_id"],
                "calls": [{"to": call.placement.to, "from": call.placement.from_, "call_uuid": self.call_id(call)}],
                "message": "add participant action initiated",
                "request_uuid": self.request_id(call),
            }
        return words

    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        call = switch.calls.get(name)
        account = call.placement.account if call else getattr(detail, "account", None) or "default"
        root = f"/v1/Account/{self.account_id(account)}"
        match verb:
            case Verb.HANG_UP if call:
                return Made("DELETE", f"{root}/Call/{self.call_id(call)}/")
            case Verb.CANCEL if call:
                return Made("DELETE", f"{root}/Request/{self.request_id(call)}/")
            case Verb.HANG_UP_ALL:
                return Made("DELETE", f"/v1/Account/{self.account_id(name)}/Call/")
            case Verb.STOP:
                return self._made_stop(name, switch)
            case Verb.KICK if call and call.participant:
                mpc = call.participant.mpc
                return Made("DELETE", f"{root}/MultiPartyCall/uuid_{self.mpc_id(mpc)}/Participant/{self.member_id(call.participant)}/")
            case Verb.PLACE:
                return Made("POST", f"{root}/Call/", placing(detail))
            case Verb.ADD:
                return self._made_add(call, detail)
            case _:
                return None

    def _made_stop(self, name: str, switch: Switch) -> Made:
        mpc = switch.mpcs.get(name)
        account = self.account_id(mpc.account if mpc else "default")
        return Made("DELETE", f"/v1/Account/{account}/MultiPartyCall/name_{mpc.name if mpc else name}/")

    def _made_add(self, call: Call | None, joining: Joining) -> Made:
        account = call.placement.account if call else joining.placement.account if joining.placement else "default"
        body = adding(joining, None if call is None else self.call_id(call))
        return Made("POST", f"/v1/Account/{self.account_id(account)}/MultiPartyCall/name_{joining.mpc}/Participant/", body)

    # -- words -----------------------------------------------------------------------------------------------------

    def member_id(self, one: Participant) -> str:
        """A participant's number, as a string: unique in its world."""
        return str(100 * one.mpc.number + one.number)

    def cause(self, ending: Ending) -> tuple[HangupCause, str, str]:
        """Plivo's cause of an ending, the source it names, and the row that spells it."""
        row = self.ending(ending)
        cause = CAUSES[_code(row, ending)]
        source = row.words["source"]
        return cause, cause.source if source == "by-code" else str(source), row.id

    def call_words(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        state = self.spelling("state", call.state)
        words: dict[str, Any] = {"call_status": state.words["text"]}
        if call.ending is None:
            return words, (state.id,)
        cause, source, rule = self.cause(call.ending)
        return {**words, "code": cause.code, "name": cause.name, "source": source}, (state.id, rule)

    def mpc_words(self, mpc: MultipartyCall) -> tuple[dict[str, Any], tuple[str, ...]]:
        state = self.spelling("mpc-state", mpc.state)
        words: dict[str, Any] = {"status": state.words["text"], "friendly_name": mpc.name, "mpc_uuid": self.mpc_id(mpc)}
        rules = [state.id]
        if mpc.termination is not None:
            row = self.spelling("termination", mpc.termination)
            words |= {"termination_cause": row.words["text"], "termination_cause_code": row.words["code"]}
            rules.append(row.id)
        exits = [None if one.exit is None else self.spelling("exit", one.exit) for one in mpc.participants]
        words["participants"] = [self._participant(one, why) for one, why in zip(mpc.participants, exits, strict=True)]
        return words, (*rules, *dict.fromkeys(why.id for why in exits if why is not None))

    def _participant(self, one: Participant, why: Spelling | None) -> dict[str, Any]:
        return {
            "member_id": self.member_id(one), "call_uuid": self.call_id(one.call), "role": one.role,
            "join_time": console_time(one.joined_at), "exit_time": console_time(one.exited_at),
            "exit_cause": None if why is None else why.words["text"],
        }  # fmt: skip

    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        placed = call.placement
        params: dict[str, Any] = {
            "From": placed.from_, "To": placed.to, "CallUUID": self.call_id(call), "Direction": str(call.direction),
        }  # fmt: skip
        rules: tuple[str, ...] = ()
        if call.direction is Direction.OUTBOUND:
            rules = ("limit.request_uuid",)
            same = {"RequestUUID": self.request_id(call), "ALegRequestUUID": self.request_id(call), "ALegUUID": self.call_id(call)}
            params |= same
        row = self.spelling("callback", kind)
        params |= {"Event": row.words["text"]}
        if kind == "record":
            return {**params, **_recording(call.actions)}, (*rules, row.id)
        return self._hangup(params, call, (*rules, row.id))

    def _hangup(
        self, params: dict[str, Any], call: Call, rules: tuple[str, ...]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        ending: Ending = call.ending  # type: ignore[assignment]
        cause, source, rule = self.cause(ending)
        status = self.spelling("callback-status", ending.cause, None, call)
        session = self.spelling("time", "session-start")
        lasted, lasting = self._lasted(call)
        params |= {
            "CallStatus": status.words["status"], **_times(call, session), **lasted, "HangupCauseName": cause.name,
            "HangupCauseCode": cause.code, "HangupSource": source,
        }  # fmt: skip
        return params, (*rules, rule, status.id, session.id, *lasting)

    def _lasted(self, call: Call) -> tuple[dict[str, int], tuple[str, ...]]:
        """How long a call lasted and what of it is billed; where nobody answered there is nothing to round."""
        if call.answered_at is None:
            return {"Duration": 0, "BillDuration": 0}, ()
        told, bill = self.spelling("duration", "told"), self.spelling("duration", "billed")
        whole = seconds(call.duration, told)
        return {"Duration": whole, "BillDuration": billed(whole, bill)}, (told.id, bill.id)

    @classmethod
    def failure_codes(cls) -> Mapping[int, str] | None:
        return FAILURES


def _code(row: Spelling, ending: Ending) -> int:
    """The code a row spells; with `by-code` that of the failure itself, if it is a published one."""
    if row.words["code"] != "by-code":
        return int(row.words["code"])
    return ending.detail if isinstance(ending.detail, int) and ending.detail in CAUSES else int(row.words["otherwise"])


def _times(call: Call, session: Spelling) -> dict[str, str]:
    began = call.ringing_at if call.queued_at is None else call.queued_at
    told = {"StartTime": began, "AnswerTime": call.answered_at, "EndTime": call.ended_at}
    since = {"placed": began, "ringing": call.ringing_at}[str(session.words["since"])]
    return {"SessionStart": session_time(since), **{name: console_time(at) for name, at in told.items()}}


def _recording(actions: list[Action]) -> dict[str, Any]:
    last = [action for action in actions if action.kind == "record"][-1]
    seconds = whole_seconds((last.ended_at or last.started_at) - last.started_at)
    return {"RecordingDuration": seconds, "RecordingDurationMs": (last.ended_at or 0) - last.started_at}
