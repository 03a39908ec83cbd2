"""What every vendor's dialect does: a request becomes a command, an outcome an answer, a cause the vendor's words.

A dialect is tables (routes, answers, spellings) and the few readings a table cannot hold: which call an id means, what a
callback says. It has no socket and keeps nothing but the ids it has made.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar

from callsim.dialects import ids
from callsim.dialects.http import Request, Response, filled, match, request, segments
from callsim.dialects.policy import Failure, Policy
from callsim.errors import RulebookError, UsageError
from callsim.model import (
    FACTS,
    By,
    Call,
    CallState,
    Command,
    DialEvent,
    Ending,
    MpcEvent,
    MultipartyCall,
    Outcome,
    Purpose,
    Status,
    Verb,
)
from callsim.rules import Answer, Picker, Reply, Route, Rulebook, Spelling, Vendor
from callsim.switch import Switch

if TYPE_CHECKING:
    from callsim.dialects.call_records import CallRecords


@dataclass(frozen=True, slots=True)
class User:
    """Somebody a vendor's extensions belong to."""

    organization: str
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a vendor's requests are made in: the users there are, and whom the credentials in use stand for."""

    users: Mapping[str, User] = field(default_factory=lambda: {"1": User("1", ("0003*210", "0003*211"))})
    user: str = "1"
    token: str = "user"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request comes to before the switch is asked: a command to apply and perhaps `more`, or a reply that is certain
    already."""

    route: str
    command: Command | None = None
    reply: Reply | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    more: tuple[Command, ...] = ()
    later: tuple[str, str] | None = None
    """Where the answer is told if all goes well, and by which method; None: it is what is sent back."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """All that is to be applied, one after the other; the answer is that of the best outcome."""
        return () if self.command is None else (self.command, *self.more)


def best(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The outcome that a request of several commands is answered by."""
    return min(outcomes, key=lambda each: _RANK.index(each.status), default=None)


_RANK = tuple(Status)


@dataclass(frozen=True, slots=True)
class Made:
    """A request for a verb that a scenario names in our words."""

    method: str
    path: str
    body: Any = None


_DONE_AS_WELL = (Reply.QUEUED, Reply.EXCEEDED)


class Dialect(ABC):
    """One vendor's interface over one rulebook. Subclasses fill in the readings: what is abstract here, each must."""

    vendor: ClassVar[Vendor]
    content_type: ClassVar[str] = "application/json"
    verbs: ClassVar[tuple[Verb, ...]] = ()
    """The verbs the vendor has a request for."""
    several_views: ClassVar[bool] = False
    """Whether the vendor knows phone calls of more than one leg."""
    handles: ClassVar[tuple[str, ...]] = ()
    """What else its platform can be asked to do with a call, by the keys of a scenario."""
    signature: ClassVar[str] = ""
    """How what it sends to an application is signed, by a name; empty: not at all."""
    form: ClassVar[bool] = True
    """Whether parameters that it posts to an application are a form; else they are JSON."""
    root: ClassVar[str] = "/"
    """What the paths of its requests begin with."""

    def __init__(self, rulebook: Rulebook, setting: Setting | None = None) -> None:
        self.rulebook = rulebook
        self.setting = setting or Setting()
        self._spellings = _spelling_pickers(rulebook)
        self._calls: dict[str, str] = {}
        self._seen = 0
        self._switch: Switch | None = None
        self._once: Policy | None = None
        self._nothing: Switch | None = None

    # -- requests --------------------------------------------------------------------------------------------------

    def read(self, request: Request, switch: Switch, name: str | None = None) -> Plan:
        """What a request means now. `name` is what a call that it makes is to be called; else one is found for it."""
        parts = segments(request.path)
        found = [] if parts is None else [(route, match(route.path, parts)) for route in self.rulebook.routes]
        fits = [(route, words) for route, words in found if words is not None]
        for route, words in fits:
            if route.method == request.method:
                if route.verb is None:
                    return self.look(route, words, request, switch)
                return self.plan(route, words, request, switch, name)
        nowhere = f"{self.vendor.name}.nowhere"
        return Plan(nowhere, reply=Reply.REFUSED if fits else Reply.UNKNOWN)

    @abstractmethod
    def plan(self, route: Route, words: dict[str, str], request: Request, switch: Switch, name: str | None) -> Plan:
        """What a request to a known route means. Each vendor reads its own ids and parameters."""

    def look(self, route: Route, words: dict[str, str], request: Request, switch: Switch) -> Plan:
        """What a request that only looks finds: its plan has a reply, no command."""
        raise RulebookError(f"{self.vendor.name} has {route.id}, and nothing that looks")

    def answer(self, plan: Plan, outcome: Outcome | None, switch: Switch, number: int) -> Response:
        """What is sent back; `number` counts the requests of this world and makes their ids."""
        reply = plan.reply or self.came_to(plan, outcome or Outcome(Status.UNKNOWN, None), switch)
        row = self.rulebook.answers.get((plan.route, reply))
        if row is None:
            raise RulebookError(f"{self.vendor.name} has no answer for {plan.route} when it comes to {reply}")
        body = filled(row.body, {**plan.words, **self.words_of_answer(plan, switch, number)})
        return self._response(row, reply, body, plan, outcome)

    def acknowledged(self, number: int) -> Response:
        """What is sent back to a request whose answer is told later. `number` counts the requests of this world."""
        return self.answer(Plan(f"{self.vendor.name}.later", reply=Reply.DONE), None, self._empty(), number)

    def at_the_door(self, reply: Reply, number: int) -> Response:
        """What is sent back to a request that nobody reads: its credentials, its size or its JSON are wrong, there were too many,
        or there is trouble that has nothing to do with it. `number` counts the requests of this world."""
        return self.answer(Plan(f"{self.vendor.name}.door", reply=reply), None, self._empty(), number)

    def _empty(self) -> Switch:
        """A world in which there is nothing."""
        if self._nothing is None:
            self._nothing = Switch(self.rulebook)
        return self._nothing

    def looks(self, switch: Switch) -> Iterable[str]:
        """The request lines by which one can look at what there is, without changing it."""
        return ()

    def came_to(self, plan: Plan, outcome: Outcome, switch: Switch) -> Reply:
        """What a command came to, as far as the answer depends on it: its status, unless a vendor tells more apart."""
        return Reply(outcome.status.value)

    def _response(self, row: Answer, reply: Reply, body: Any, plan: Plan, outcome: Outcome | None) -> Response:
        headers = {} if body is None else {"Content-Type": self.content_type}
        said = (outcome.rule,) if outcome is not None and outcome.rule is not None else ()
        rules = (*plan.rules, *said, row.id)
        came = "done" if reply in _DONE_AS_WELL else reply.value
        return Response(row.status, headers, body, came, row.id, row.basis.kind.value, plan.warnings, rules)

    def words_of_answer(self, plan: Plan, switch: Switch, number: int) -> dict[str, Any]:
        """What fills the {words} of an answer's body beyond those of the plan."""
        return {}

    def say(self, verb: Verb, name: str, switch: Switch, detail: Any = None) -> Request:
        """The vendor's own request for one of our verbs. Raises UsageError where the vendor has none."""
        if verb in _ABOUT_CALLS and name not in switch.calls:
            raise UsageError(f"there is no call {name!r} yet: it is placed later, and has no id before")
        made = self.made(verb, name, switch, detail)
        if made is None:
            raise UsageError(f"{self.vendor.name} has no request to {verb.replace('_', ' ')}")
        return request(f"{made.method} {made.path}", made.body)

    @abstractmethod
    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        """Method, path and body of the vendor's request for a verb, or None."""

    # -- ids -------------------------------------------------------------------------------------------------------

    def account_id(self, account: str) -> str:
        """How the vendor writes an account of that name."""
        return account

    def call_id(self, call: Call) -> str:
        """The id by which the vendor knows a call."""
        return ids.uuid(self.setting.seed, "call", call.number)

    def mpc_id(self, mpc: MultipartyCall) -> str:
        """The id by which the vendor knows a multiparty call."""
        return ids.uuid(self.setting.seed, "mpc", mpc.number)

    def request_id(self, call: Call) -> str:
        """The id of the request that made a call."""
        if self.rulebook.limits["request_uuid"].value == "same":
            return self.call_id(call)
        return ids.uuid(self.setting.seed, "request", call.number)

    def call_of(self, id: str, switch: Switch) -> Call | None:
        """The call of that id, or None."""
        if self._switch is not switch:
            self._switch, self._calls, self._seen = switch, {}, 0
        made = len(switch.calls) + switch.forgotten
        if self._seen < made:
            new = list(takewhile(lambda call: call.number > self._seen, reversed(switch.calls.values())))
            self._calls.update({self.call_id(call): call.name for call in reversed(new)})
            self._seen = made
        name = self._calls.get(id)
        return None if name is None else switch.calls.get(name)

    def free_name(self, switch: Switch) -> str:
        """A name for a call that a request makes and nobody has named; no scenario can give the same."""
        return f"call#{len(switch.calls) + switch.forgotten + 1}"

    def forget_calls(self) -> None:
        """The switch has forgotten some calls: what is known of ids is looked up anew."""
        self._switch = None

    # -- words -----------------------------------------------------------------------------------------------------

    def spelling(self, of: str, word: str, by: By | None = None, facts: object = None) -> Spelling:
        """The row that spells one of our words; a word nobody spelled is an error of the tables."""
        picker = self._spellings.get((of, word, by))
        if picker is None:
            raise RulebookError(f"{self.vendor.name} has no spelling for {of} {word}" + (f" by {by}" if by else ""))
        try:
            return picker.pick(facts)
        except KeyError:
            raise RulebookError(f"{self.vendor.name} has no spelling for {of} {word} of {facts}") from None

    def ending(self, ending: Ending) -> Spelling:
        """How an ending is spelled."""
        return self.spelling("ending", ending.cause, ending.by, ending)

    @abstractmethod
    def call_words(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The vendor's words for a call as it stands, and the rules they stand on."""

    def mpc_words(self, mpc: MultipartyCall) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The vendor's words for a multiparty call as it stands, and the rules they stand on."""
        return {}, ()

    @abstractmethod
    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The parameters of a callback about a call, and the rules they stand on."""

    def policy(self, url: str, call: Call, purpose: Purpose | None) -> Policy:
        """How a URL is asked, for a document or, without a purpose, to be told something. Unless a vendor says more: once,
        and for as long as a document may take."""
        if self._once is None:
            patience = int(self.rulebook.limits["document_time"].value)
            self._once = Policy(1, patience, patience, patience, because=dict.fromkeys(Failure, ("limit.document_time",)))
        return self._once

    def asks(self, purpose: Purpose, call: Call, state: CallState) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The parameters with which a document is asked for that a call in that state is to go on with, and the rules they
        stand on."""
        return {}, ()

    def tells(self, event: MpcEvent | DialEvent, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The parameters of a callback about a multiparty call or a leg, and the rules they stand on."""
        if isinstance(event, DialEvent):
            words, rules = self.call_words(switch.calls[event.leg])
            return {"event": f"dial.{event.what}", **words}, rules
        return {"event": event.what, "sequence": event.number, **self.mpc_words(switch.mpcs[event.mpc])[0]}, ()

    def call_records(self) -> CallRecords:
        """What the vendor keeps of calls that are over. Raises UsageError where nobody knows what that is."""
        raise UsageError(f"{self.vendor.name} has no call records")

    @classmethod
    def failure_codes(cls) -> Mapping[int, str] | None:
        """The codes a call may fail with, by their meaning; None where the vendor publishes none."""
        return None


def _spelling_pickers(rulebook: Rulebook) -> dict[tuple[str, str, By | None], Picker[Spelling]]:
    groups: dict[tuple[str, str, By | None], list[Spelling]] = {}
    for row in rulebook.spellings:
        groups.setdefault((row.of, row.word, row.by), []).append(row)
    return {key: Picker(rows, lambda row: row.when, FACTS, total=False) for key, rows in groups.items()}


_ABOUT_CALLS = (
    Verb.HANG_UP, Verb.CANCEL, Verb.KICK, Verb.TRANSFER, Verb.HOLD_CALL, Verb.UNHOLD_CALL, Verb.PARK, Verb.UNPARK, Verb.RECORD_CALL,
    Verb.STOP_RECORDING, Verb.PAUSE_CALL_RECORDING, Verb.RESUME_CALL_RECORDING, Verb.REFER, Verb.DIVERT,
)  # fmt: skip
WORLD_BEGINS = date(2026, 1, 1)


def epoch(ms: int | None) -> str | None:
    """A virtual time as a date and time in UTC: the world begins on 2026-01-01 at midnight."""
    if ms is None:
        return None
    days, rest = divmod(ms, 86_400_000)
    seconds, millis = divmod(rest, 1000)
    date = (WORLD_BEGINS + timedelta(days=min(days, 2_900_000))).isoformat()
    return f"{date}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{millis:03}Z"


def instant(text: str) -> int | None:
    """The virtual time of a date and time as ISO 8601 writes them, in milliseconds, before the world's beginning below 0; None if
    it is none. UTC unless it says otherwise."""
    try:
        found = datetime.fromisoformat(text[:_LONGEST_DATE])
    except ValueError:
        return None
    begins = datetime.combine(WORLD_BEGINS, time(), UTC)
    return ((found if found.tzinfo else found.replace(tzinfo=UTC)) - begins) // timedelta(milliseconds=1)


_LONGEST_DATE = 40


def whole_seconds(ms: int) -> int:
    """Seconds as vendors count and bill them: any part of one counts as one."""
    return -(-ms // 1000)


NO_INSTRUCTIONS = "http://app.test/no-instructions"
"""The answer URL of a call whose scenario gives it none though the vendor demands one: it is never fetched."""


def instructions_url(url: Any) -> str | None:
    """An answer URL as the model keeps it."""
    return None if url == NO_INSTRUCTIONS else str(url)
