"""Plivo: its routes, answers, words and assumptions, and the readings that tables cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.call_records import CallRecords
from callsim.dialects.dialect import Dialect, Made, Plan, instructions_url
from callsim.dialects.http import Request
from callsim.dialects.policy import Policy
from callsim.model import (
    By,
    Call,
    CallState,
    Command,
    DialEvent,
    Direction,
    Ending,
    Handling,
    Joining,
    MpcEvent,
    MultipartyCall,
    Outcome,
    Participant,
    Placement,
    Purpose,
    RoomKind,
    Status,
    Verb,
)
from callsim.rules import Reply, Route, Spelling, Vendor
from callsim.switch import Switch, present

from . import (
    asking,
    bulk,
    conferences,
    delay,
    dial,
    dialling,
    documents,
    hearing,
    later,
    looking,
    parts,
    platform,
    policies,
    recordings,
    saying,
    telling,
)
from .bodies import METHODS, URLS, milliseconds, missing, more_urls, no_method, no_url
from .call_records import PlivoCallRecords
from .causes import CAUSES, FAILURES, HangupCause
from .rooms import (
    alone,
    manner,
    options,
    problem_with,
    starting,
)
from .tables import VENDOR
from .times import billed, console_time, seconds, session_time
from .transferring import transfer_command, wrong_with

_ID = re.compile(r"(?:MA|SA)[A-Z0-9]{18}")
_PLAIN_NAME = re.compile(r"[a-z]{1,18}")
_ONE_CALL_NAMED = "its {place} names one call, its path none: every ongoing call of the account is ended, as Plivo would"
_TOLD = {"record": documents.told_of_recording, "recording": documents.told_of_recording, "digits": documents.told_of_digits}


class Plivo(Dialect):
    """api.plivo.com/v1, as far as its voice pages, SDKs and users tell."""

    vendor: ClassVar[Vendor] = VENDOR
    root: ClassVar[str] = "/v1/Account/"
    signature: ClassVar[str] = "plivo"
    verbs: ClassVar[tuple[Verb, ...]] = (
        Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.CANCEL, Verb.START, Verb.STOP, Verb.KICK, *parts.PARAMETERS, *recordings.VERBS,
        Verb.PLACE, Verb.ADD, Verb.TRANSFER,
    )  # fmt: skip

    _policies: policies.Policies | None = None
    handles: ClassVar[tuple[str, ...]] = platform.HANDLES

    # -- ids -------------------------------------------------------------------------------------------------------

    def account_id(self, account: str) -> str:
        """Twenty characters that begin with MA, as the SDKs demand."""
        if account == "default":
            return "MADEMODEMODEMODEMO00"
        if _ID.fullmatch(account):
            return account
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

    def known(self, id: str, account: str, switch: Switch) -> Call | None:
        """The call of that id, if it is the account's and its id is known yet."""
        call = self.call_of(id, switch)
        if call is None or call.placement.account != account:
            return None
        separate = self.rulebook.limits["request_uuid"].value == "separate"
        return None if separate and call.state is CallState.QUEUED else call

    def room_of(self, word: str, account: str, switch: Switch) -> MultipartyCall | None:
        """The multiparty call that a path names: by name only live ones are found, by uuid any."""
        kind, _, rest = word.partition("_")
        if kind == "name":
            return switch.room(account, rest)
        known = (mpc for mpc in switch.mpcs.values() if mpc.account == account and mpc.kind is RoomKind.MPC)
        found = (mpc for mpc in known if self.mpc_id(mpc) == rest)
        return next(found, None) if kind == "uuid" else None

    # -- requests --------------------------------------------------------------------------------------------------

    def plan(self, route: Route, words: dict[str, str], request: Request, switch: Switch, name: str | None) -> Plan:
        account = self._account(words["account"], switch)
        if "conference" in words:
            return self._confer(route, account, words, switch)
        match route.verb:
            case Verb.HANG_UP:
                return self._one(route, self.known(words["call"], account, switch), words)
            case Verb.CANCEL:
                return self._one(route, self._requested(words["request"], account, switch), words)
            case Verb.HANG_UP_ALL:
                return self._all(route, account, request, switch, words)
            case Verb.START:
                return self._start(route, account, request, words, switch)
            case Verb.MUTE:
                return self._update(route, account, request, words, switch)
            case Verb.STOP:
                mpc = self.room_of(words["mpc"], account, switch)
                command = None if mpc is None else Command(Verb.STOP, mpc.key, By.API)
                return self._plan(route, command, Reply.UNKNOWN, words)
            case Verb.RECORD | Verb.PAUSE_RECORDING | Verb.RESUME_RECORDING | Verb.END_RECORDING:
                return self._record(route, self.room_of(words["mpc"], account, switch), request, words)
            case Verb.KICK:
                return self._kick(route, account, words, switch)
            case Verb.TRANSFER:
                return self._transfer(route, self.known(words["call"], account, switch), request, switch, words)
            case Verb.HEAR | Verb.RECORD_CALL | Verb.STOP_RECORDING | Verb.PAUSE_CALL_RECORDING | Verb.RESUME_CALL_RECORDING:
                return hearing.plan(self, route, account, words, request, switch)
            case Verb.PLACE:
                return self._make(route, account, request, switch, name, words)
            case _:
                return self._add(route, account, request, switch, name, words)

    def look(self, route: Route, words: dict[str, str], request: Request, switch: Switch) -> Plan:
        return looking.Looking(self, route, self._account(words["account"], switch), words, request, switch).plan()

    def looks(self, switch: Switch) -> Iterable[str]:
        return looking.looks(self, switch)

    def _plan(
        self, route: Route, command: Command | None, otherwise: Reply, words: Mapping[str, Any], *warnings: str,
        rules: tuple[str, ...] = (),
    ) -> Plan:  # fmt: skip
        rules = (route.id, *rules)
        if route.verb in (Verb.HANG_UP, Verb.CANCEL, Verb.TRANSFER):
            rules = (route.id, "limit.request_uuid")
        elif route.verb is Verb.ADD:
            rules = (route.id, "limit.add_ring_timeout")
        return Plan(route.name, command, otherwise if command is None else None, words, warnings, rules)

    def _one(self, route: Route, call: Call | None, words: Mapping[str, Any]) -> Plan:
        command = None if call is None else Command(route.said, call.name, By.API)
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

    def _start(self, route: Route, account: str, request: Request, words: Mapping[str, Any], switch: Switch) -> Plan:
        problem = starting(request.body)
        if problem:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem})
        mpc = self.room_of(words["mpc"], account, switch)
        return self._plan(route, None if mpc is None else Command(Verb.START, mpc.key, By.API), Reply.UNKNOWN, words)

    def _confer(self, route: Route, account: str, words: Mapping[str, Any], switch: Switch) -> Plan:
        mpc = switch.room(account, words["conference"], RoomKind.CONFERENCE)
        names = conferences.members(mpc, words.get("member", "all"), self)
        return self._plan(route, Command(route.said, names, By.API) if names else None, Reply.UNKNOWN, words)

    def _record(self, route: Route, mpc: MultipartyCall | None, request: Request, words: Mapping[str, Any]) -> Plan:
        body = request.body if isinstance(request.body, Mapping) else {}
        problem = no_url(body, "recording_callback_url") or no_method(body, "recording_callback_method")
        if problem and route.verb is Verb.RECORD:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem})
        told = recordings.told_to(body) if route.verb is Verb.RECORD else None
        command = None if mpc is None else Command(route.said, mpc.key, By.API, told)
        return self._plan(route, command, Reply.UNKNOWN, {**words, "room": "" if mpc is None else mpc.name})

    def _kick(self, route: Route, account: str, words: Mapping[str, Any], switch: Switch) -> Plan:
        mpc = self.room_of(words["mpc"], account, switch)
        names = self.members(mpc, words["member"])
        return self._plan(route, Command(Verb.KICK, names, By.API) if names else None, Reply.UNKNOWN, words)

    def members(self, mpc: MultipartyCall | None, word: str) -> tuple[str, ...]:
        """The calls of the participants that a path names: one, some with commas between them, or all."""
        wanted = word.split(",")
        members = [] if mpc is None else present(mpc) if wanted == ["all"] else mpc.participants
        chosen = (one for one in members if wanted == ["all"] or self.member_id(one) in wanted)
        return tuple(one.call.name for one in chosen if one.call.participant is one)

    def _update(self, route: Route, account: str, request: Request, words: Mapping[str, Any], switch: Switch) -> Plan:
        problem = parts.wrong_with(request.body, words["member"])
        if problem:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem})
        mpc = self.room_of(words["mpc"], account, switch)
        names = self.members(mpc, words["member"])
        said = parts.changes(request.body, names) if names else ()
        plan = self._plan(
            route, said[0] if said else None, Reply.UNKNOWN, {**words, "changed": request.body, "room": "" if mpc is None else mpc.name}
        )
        return replace(plan, more=said[1:])

    def _transfer(self, route: Route, call: Call | None, request: Request, switch: Switch, words: Mapping[str, Any]) -> Plan:
        body = request.body if isinstance(request.body, Mapping) else {}
        problem = wrong_with(body)
        if problem or call is None:
            return self._plan(route, None, Reply.BAD_REQUEST if problem else Reply.UNKNOWN, {**words, "problem": problem})
        return self._plan(route, transfer_command(call, body, switch), Reply.NOTHING, words)

    def _make(
        self, route: Route, account: str, request: Request, switch: Switch, name: str | None, words: Mapping[str, Any]
    ) -> Plan:
        body = request.body if isinstance(request.body, Mapping) else {}
        problem = missing(body, "from", "to", "answer_url") or no_url(body, *URLS, "machine_detection_url", "callback_url")
        problem = problem or no_method(body, *METHODS, "callback_method")
        wrong = "" if problem else platform.nonsense(body)
        if wrong and self.rulebook.limits["nonsense"].value == "refused":
            problem = f"{wrong} parameter is not valid"
        to = [] if problem else bulk.destinations(body)
        problem = problem or bulk.wrong_with(to, int(self.rulebook.limits["bulk_calls"].value))
        more = (*(("limit.nonsense",) if wrong else ()), *(("limit.bulk_calls",) if len(to) > 1 else ()))
        if problem:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem}, rules=more)
        placement = Placement(
            account, Direction.OUTBOUND, str(body["from"]), to[0], instructions_url(body["answer_url"]),
            body.get("hangup_url"), milliseconds(body.get("ring_timeout")), milliseconds(body.get("time_limit")),
            **more_urls(body),
            handling=platform.handling(body),
        )  # fmt: skip
        called = bulk.names(name, to, len(switch.calls) + switch.forgotten + 1)
        first, *others = bulk.commands(called, to, placement)
        plan = replace(self._plan(route, first, Reply.UNKNOWN, words, rules=more), later=later.told_to(body))
        return replace(plan, route="plivo.make_calls", more=tuple(others)) if others else plan

    def _add(
        self, route: Route, account: str, request: Request, switch: Switch, name: str | None, words: Mapping[str, Any]
    ) -> Plan:
        body = request.body if isinstance(request.body, Mapping) else {}
        existing = self.known(str(body.get("call_uuid")), account, switch) if body.get("call_uuid") else None
        problem = missing(body, "role") or ("" if body.get("call_uuid") else missing(body, "from", "to"))
        kind, _, room = words["mpc"].partition("_")
        mpc = self.room_of(words["mpc"], account, switch)
        if not problem and kind != "name" and mpc is None:
            problem = "no live multiparty call has this uuid"
        if not problem and kind == "name" and not room:
            problem = "the multiparty call has no name"
        destinations = str(body.get("to", "")).split("<")
        problem = problem or parts.too_many(destinations, str(body.get("role", ""))) or delay.wrong_with(body, len(destinations))
        problem = problem or no_url(body, "on_exit_action_url", "call_status_callback_url", "status_callback_url", "recording_callback_url")
        problem = problem or problem_with(body)
        if not problem and body.get("call_uuid") and existing is None:
            problem = "call_uuid parameter names no call"
        if problem:
            return self._plan(route, None, Reply.BAD_REQUEST, {**words, "problem": problem})
        ring = milliseconds(body.get("ring_timeout")) or int(self.rulebook.limits["add_ring_timeout"].value)
        later = delay.delays(body, len(destinations))
        placement = Placement(
            account, Direction.OUTBOUND, str(body.get("from", "")), str(body.get("to", "")), None,
            body.get("call_status_callback_url"), ring, handling=later[0],
        )  # fmt: skip
        joining = Joining(
            mpc.name if mpc else room, str(body["role"]).lower(), body.get("on_exit_action_url"), alone(body),
            None if existing else placement, manner(body), replace(options(body), told=telling.subscription(body), **recordings.wanted(body)),
        )  # fmt: skip
        if existing is None and len(destinations) > 1:
            return self._plan(route, self._parallel(joining, destinations, later, name, switch), Reply.UNKNOWN, words)
        target = existing.name if existing else name or self.free_name(switch)
        return self._plan(route, Command(Verb.ADD, target, By.API, joining), Reply.UNKNOWN, words)

    def _parallel(
        self, joining: Joining, destinations: list[str], later: list[Handling | None], name: str | None, switch: Switch
    ) -> Command:
        """Several called at once: as many names as there are given, others as they are free."""
        given = name.split("<") if name else []
        free = (f"call#{len(switch.calls) + switch.forgotten + place}" for place in range(1, len(destinations) + 1))
        names = tuple(given if len(given) == len(destinations) else free)
        placement: Placement = joining.placement  # type: ignore[assignment]  # who is called is new
        placed = tuple(
            (each, replace(placement, to=to, handling=delayed))
            for each, to, delayed in zip(names, destinations, later, strict=True)
        )
        return Command(Verb.ADD, names, By.API, replace(joining, placement=None, parallel=placed))

    def came_to(self, plan: Plan, outcome: Outcome, switch: Switch) -> Reply:
        if plan.command is not None and plan.command.verb is Verb.PLACE and outcome.status is Status.DONE:
            found = [platform.came_to(switch.calls[str(each.target)]) for each in plan.commands]
            return next((each for each in found if each is not None), Reply.DONE)
        return super().came_to(plan, outcome, switch)

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        words: dict[str, Any] = {"api_id": ids.uuid(self.setting.seed, "api", number)}
        if "found" in plan.words:
            words["found"] = looking.stamped(plan, words["api_id"])
        target = plan.command.target if plan.command is not None else ""
        if "changed" in plan.words:
            words["updated"] = parts.updated(plan.words["changed"], plan.words["room"], words["api_id"])
        if "room" in plan.words and isinstance(target, str) and target in switch.mpcs:
            words["recording_id"] = self.recording_id(switch.mpcs[target])
        names = tuple(str(each.target) for each in plan.commands) if isinstance(target, str) else target
        made = [switch.calls[each] for each in names if each in switch.calls]
        if made:
            call = made[0]
            if plan.route in ("plivo.record_call", "plivo.record_participant"):
                words["recording_id"] = hearing.recording_id(self, call)
            words |= {"request_uuid": self.request_id(call), "request_uuids": [self.request_id(each) for each in made]}
            words["added"] = {
                "api_id": words["api_id"],
                "calls": [
                    {"to": each.placement.to, "from": each.placement.from_, "call_uuid": self.call_id(each)} for each in made
                ],
                "message": "add participant action initiated",
                "request_uuid": self.request_id(call),
            }
        return words

    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        return saying.made(self, verb, name, switch, detail)

    # -- words -----------------------------------------------------------------------------------------------------

    def recording_id(self, mpc: MultipartyCall) -> str:
        """The id of the latest recording of a multiparty call."""
        return ids.uuid(self.setting.seed, "recording", 1000 * mpc.number + (0 if mpc.tape is None else mpc.tape.number))

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
        taped, spelled = recordings.how_recorded(self, mpc)
        words |= taped
        rules = [state.id, *spelled]
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
            "exit_cause": None if why is None else why.words["text"], **parts.how_heard(one),
        }  # fmt: skip

    def policy(self, url: str, call: Call, purpose: Purpose | None) -> Policy:
        if self._policies is None:
            self._policies = policies.Policies(self.rulebook)
        if purpose is None:
            return self._policies.of(url, "tell")
        has_other = purpose is Purpose.ANSWER and call.placement.fallback_url
        return self._policies.of(url, "answer" if has_other else "document")

    def about(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What every request tells of a call, and the rules it stands on."""
        placed = call.placement
        params: dict[str, Any] = {
            "From": placed.from_, "To": placed.to, "CallUUID": self.call_id(call), "Direction": str(call.direction),
        }  # fmt: skip
        if call.direction is not Direction.OUTBOUND:
            return params, ()
        request = self.request_id(call)
        return params | {"RequestUUID": request, "ALegRequestUUID": request}, ("limit.request_uuid",)

    def asks(self, purpose: Purpose, call: Call, state: CallState) -> tuple[dict[str, Any], tuple[str, ...]]:
        row = self.spelling("request", purpose)
        if purpose is Purpose.EXIT and call.participant is not None:
            one = call.participant
            return asking.of_participant(one, self.member_id(one), self.mpc_id(one.mpc), self.call_id(call)), (row.id,)
        params, rules = self.about(call)
        status = self.spelling("state", state)
        event = {"Event": row.words["event"]} if row.words["event"] != "none" else {}
        params |= {**event, "CallStatus": status.words["text"]}
        rules = (*rules, row.id, status.id)
        if call.direction is Direction.OUTBOUND:
            session = self.spelling("time", "session-start")
            params |= {"ALegUUID": self.call_id(call), "SessionStart": _times(call, session)["SessionStart"]}
            rules = (*rules, session.id)
        last = dial.asked_by(call.actions) if purpose is Purpose.ACTION else None
        if last is not None:
            about, more = dial.outcome(self, last)
            return {**params, **about}, (*rules, *more)
        if purpose is Purpose.ACTION:
            params |= documents.told_of_action(call.actions) | conferences.left(self, call, documents.latest_asked(call.actions))
        return params, rules

    def tells(self, event: MpcEvent | DialEvent, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        if isinstance(event, DialEvent):
            return dialling.told(self, event, switch)
        group = {"recording": recordings.told, "conference": conferences.told}.get(event.what.partition(".")[0], telling.told)
        return group(self, event, switch)

    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        params, rules = self.about(call)
        row = self.spelling("callback", kind)
        if kind == "ring":
            session, status = self.spelling("time", "session-start"), self.spelling("state", CallState.RINGING)
            told = {"Event": row.words["text"], "CallStatus": status.words["text"], "SessionStart": _times(call, session)["SessionStart"]}
            return {**params, **told}, (*rules, row.id, status.id, session.id)
        if call.direction is Direction.OUTBOUND:
            params |= {"ALegUUID": self.call_id(call)}
        params |= {"Event": row.words["text"]}
        if kind in _TOLD:
            return {**params, **_TOLD[kind](call.actions)}, (*rules, row.id)
        if kind == "conference":
            return {**params, **conferences.left(self, call, documents.latest_asked(call.actions))}, (*rules, row.id)
        if kind == "machine":
            return {**params, **platform.told_of_machine(call)}, (*rules, row.id)
        if kind == "dial":
            about, more = dial.outcome(self, dial.latest(switch, call))
            return {**params, **about}, (*rules, row.id, *more)
        return self._hangup(params, call, (*rules, row.id))

    def _hangup(
        self, params: dict[str, Any], call: Call, rules: tuple[str, ...]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        ending: Ending = call.ending  # type: ignore[assignment]
        cause, source, rule = self.cause(ending)
        status = self.spelling("callback-status", ending.cause, None, call)
        session = self.spelling("time", "session-start")
        lasted, lasting = self.lasted(call)
        params |= {
            "CallStatus": status.words["status"], **_times(call, session), **lasted, "HangupCauseName": cause.name,
            "HangupCauseCode": cause.code, "HangupSource": source, **platform.machine_known(call, self.rulebook),
        }  # fmt: skip
        return params, (*rules, rule, status.id, session.id, *lasting)

    def lasted(self, call: Call) -> tuple[dict[str, int], tuple[str, ...]]:
        """How long a call lasted and what of it is billed; where nobody answered there is nothing to round."""
        if call.answered_at is None:
            return {"Duration": 0, "BillDuration": 0}, ()
        told, bill = self.spelling("duration", "told"), self.spelling("duration", "billed")
        whole = seconds(call.duration, told)
        return {"Duration": whole, "BillDuration": billed(whole, bill)}, (told.id, bill.id)

    def call_records(self) -> CallRecords:
        return PlivoCallRecords(self)

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
