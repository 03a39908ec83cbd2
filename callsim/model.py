"""The nouns of callsim: states, verbs, causes and facts as closed sets; calls, multiparty calls and what is said of them.

Times are whole milliseconds since the start of the world. Nothing here decides anything: that is what `rules` is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Entity(StrEnum):
    """What can change state."""

    CALL = "call"
    MPC = "mpc"
    PARTICIPANT = "participant"
    ACTION = "action"


class CallState(StrEnum):
    """A call is in exactly one of these; `completed` is the only final one."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class MpcState(StrEnum):
    """A multiparty call: opened, with somebody in it, over."""

    INITIALIZED = "initialized"
    ACTIVE = "active"
    ENDED = "ended"


class ParticipantState(StrEnum):
    """One call's membership of one multiparty call."""

    JOINING = "joining"
    ACTIVE = "active"
    EXITED = "exited"


class ActionState(StrEnum):
    """Something that runs on a call: speech, a recording, a pause."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


State = CallState | MpcState | ParticipantState | ActionState
STATES: dict[Entity, tuple[State, ...]] = {
    Entity.CALL: tuple(CallState),
    Entity.MPC: tuple(MpcState),
    Entity.PARTICIPANT: tuple(ParticipantState),
    Entity.ACTION: tuple(ActionState),
}
FINAL: dict[Entity, tuple[State, ...]] = {
    Entity.CALL: (CallState.COMPLETED,),
    Entity.MPC: (MpcState.ENDED,),
    Entity.PARTICIPANT: (ParticipantState.EXITED,),
    Entity.ACTION: (ActionState.FINISHED, ActionState.STOPPED),
}


class By(StrEnum):
    """Who says a command. The far party is the callee of an outbound call and the caller of an inbound one."""

    API = "api"
    FAR_PARTY = "far-party"
    DOCUMENT = "document"
    PLATFORM = "platform"
    CARRIER = "carrier"


class Status(StrEnum):
    """What became of a command: it took effect, it was so before, it is not allowed now, there is no such thing."""

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """What can be said to the model. Which entity a verb is for, and who may say it, is in SIGNATURES."""

    PLACE = "place"
    RING = "ring"
    ANSWER = "answer"
    HANG_UP = "hang_up"
    HANG_UP_ALL = "hang_up_all"
    CANCEL = "cancel"
    REJECT = "reject"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAIL = "fail"
    RING_TIME_OVER = "ring_time_over"
    TIME_LIMIT_REACHED = "time_limit_reached"
    SCHEDULE_REACHED = "schedule_reached"
    RUN = "run"
    PROCEED = "proceed"
    RUN_OUT = "run_out"
    BAD_INSTRUCTIONS = "bad_instructions"
    ADD = "add"
    JOIN = "join"
    END_WITH_MPC = "end_with_mpc"
    END_BY_KICK = "end_by_kick"
    START = "start"
    STOP = "stop"
    RECOUNT = "recount"
    LOSE_JOINING = "lose_joining"
    ENTER = "enter"
    LEAVE = "leave"
    KICK = "kick"
    DISMISS = "dismiss"
    FINISH = "finish"
    CUT_OFF = "cut_off"


class Signature(NamedTuple):
    """What a verb is said to, and by whom it may be said."""

    entity: Entity
    by: tuple[By, ...]


SIGNATURES: dict[Verb, Signature] = {
    Verb.PLACE: Signature(Entity.CALL, (By.API, By.FAR_PARTY)),
    Verb.RING: Signature(Entity.CALL, (By.CARRIER,)),
    Verb.ANSWER: Signature(Entity.CALL, (By.FAR_PARTY, By.API, By.DOCUMENT)),
    Verb.HANG_UP: Signature(Entity.CALL, (By.API, By.FAR_PARTY, By.DOCUMENT)),
    Verb.HANG_UP_ALL: Signature(Entity.CALL, (By.API,)),
    Verb.CANCEL: Signature(Entity.CALL, (By.API, By.PLATFORM)),
    Verb.REJECT: Signature(Entity.CALL, (By.FAR_PARTY, By.DOCUMENT)),
    Verb.BUSY: Signature(Entity.CALL, (By.FAR_PARTY, By.DOCUMENT)),
    Verb.NO_ANSWER: Signature(Entity.CALL, (By.CARRIER,)),
    Verb.FAIL: Signature(Entity.CALL, (By.CARRIER, By.PLATFORM)),
    Verb.RING_TIME_OVER: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.TIME_LIMIT_REACHED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.SCHEDULE_REACHED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RUN: Signature(Entity.CALL, (By.DOCUMENT,)),
    Verb.PROCEED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RUN_OUT: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.BAD_INSTRUCTIONS: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.ADD: Signature(Entity.CALL, (By.API,)),
    Verb.JOIN: Signature(Entity.CALL, (By.DOCUMENT,)),
    Verb.END_WITH_MPC: Signature(Entity.CALL, (By.API, By.PLATFORM)),
    Verb.END_BY_KICK: Signature(Entity.CALL, (By.API,)),
    Verb.START: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.STOP: Signature(Entity.MPC, (By.API,)),
    Verb.RECOUNT: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.LOSE_JOINING: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.ENTER: Signature(Entity.PARTICIPANT, (By.PLATFORM,)),
    Verb.LEAVE: Signature(Entity.PARTICIPANT, (By.PLATFORM,)),
    Verb.KICK: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.DISMISS: Signature(Entity.PARTICIPANT, (By.API, By.PLATFORM)),
    Verb.FINISH: Signature(Entity.ACTION, (By.PLATFORM,)),
    Verb.CUT_OFF: Signature(Entity.ACTION, (By.PLATFORM,)),
}


class Cause(StrEnum):
    """Why a call ended, in our words; a dialect spells it in the vendor's."""

    CANCELLED = "cancelled"
    NORMAL = "normal"
    REJECTED = "rejected"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    RING_TIMEOUT = "ring-timeout"
    FAILED = "failed"
    TIME_LIMIT = "time-limit"
    END_OF_INSTRUCTIONS = "end-of-instructions"
    BAD_INSTRUCTIONS = "bad-instructions"
    MPC_ENDED = "mpc-ended"
    KICKED = "kicked"


class Termination(StrEnum):
    """Why a multiparty call ended."""

    STOPPED = "stopped"
    NO_PARTICIPANTS = "no-participants"
    STAY_ALONE = "stay-alone"


class Exit(StrEnum):
    """Why a participant left."""

    CALL_ENDED = "call-ended"
    KICKED = "kicked"
    MPC_ENDED = "mpc-ended"


EntityCause = Cause | Termination | Exit
CAUSES: dict[Entity, tuple[EntityCause, ...]] = {
    Entity.CALL: tuple(Cause),
    Entity.MPC: tuple(Termination),
    Entity.PARTICIPANT: tuple(Exit),
    Entity.ACTION: (),
}


# -- facts: what a row may ask of the entity it is about ------------------------------------------------------------


class Direction(StrEnum):
    """Outbound: the platform calls the far party. Inbound: the far party calls the platform."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class JoinedBy(StrEnum):
    """How a leg came into its multiparty call: by its own document, added by the API, or a running call adopted by it."""

    XML = "xml"
    API = "api"
    ADOPTED = "adopted"


class ExitUrl(StrEnum):
    """Whether a participant has a URL to go on with after its exit."""

    SET = "exit-url"
    NONE = "no-exit-url"


class AnswerUrl(StrEnum):
    """Whether a call has a URL that says what to do with it."""

    SET = "answer-url"
    NONE = "no-answer-url"


class HangupUrl(StrEnum):
    """Whether a call's application wants to hear of its end; `fallback`: only its answer URL is known."""

    SET = "hangup-url"
    FALLBACK = "answer-url-only"
    NONE = "no-hangup-url"


class Membership(StrEnum):
    """A call's place in a multiparty call."""

    NONE = "in-no-mpc"
    JOINING = "joining-mpc"
    ACTIVE = "in-mpc"
    LEFT = "left-mpc"


class Members(StrEnum):
    """How many active participants a multiparty call has."""

    NONE = "nobody"
    ONE = "one"
    SEVERAL = "several"


class Pending(StrEnum):
    """Whether participants of a multiparty call are still joining."""

    NONE = "none-joining"
    SOME = "some-joining"


class StayAlone(StrEnum):
    """Whether a lone participant may stay."""

    YES = "stay-alone"
    NO = "no-stay-alone"


class ActionUrl(StrEnum):
    """What is asked when a recording is over: nothing, a URL whose document takes over, or one that is only told."""

    NONE = "no-action-url"
    FOLLOWED = "action-url"
    TOLD = "action-url-only-told"


class Purpose(StrEnum):
    """What a call's last document was fetched for."""

    ANSWER = "answer"
    ACTION = "action"
    REDIRECT = "redirect"
    EXIT = "exit"


class Scope(StrEnum):
    """Whether a call was ended by name or with all others."""

    ONE = "by-name"
    ALL = "with-all"


class BadDocument(StrEnum):
    """What can be wrong with instructions."""

    UNREACHABLE = "unreachable"
    BAD_URL = "bad-url"
    BAD_METHOD = "bad-method"
    EMPTY = "empty"
    INVALID = "invalid"
    TOO_MANY = "too-many-redirects"


class Timer(StrEnum):
    """The clocks that can run on a call or an action."""

    RING = "ring"
    LIMIT = "limit"
    SCHEDULE = "schedule"
    ACTION = "action"


Fact = (
    Direction | JoinedBy | ExitUrl | AnswerUrl | HangupUrl | Membership | Members | Pending | StayAlone | ActionUrl | Purpose
    | Exit | CallState | MpcState | ParticipantState | Scope | Timer | BadDocument | Cause
)  # fmt: skip
FACTS: dict[type[StrEnum], str] = {
    Direction: "direction",
    JoinedBy: "joined_by",
    ExitUrl: "exit_url_fact",
    AnswerUrl: "placement.answer_url_fact",
    HangupUrl: "placement.hangup_url_fact",
    Membership: "membership",
    Members: "members",
    Pending: "pending",
    StayAlone: "stay_alone",
    ActionUrl: "action_url_fact",
    Purpose: "purpose",
    Exit: "exit",
    CallState: "was",
    MpcState: "was",
    ParticipantState: "was",
    Scope: "scope",
    Timer: "timer",
    BadDocument: "detail",
    Cause: "ending.cause",
}
"""Which attribute of an entity answers which fact, dots and all. A state as a fact is the one it came from."""


# -- the things themselves -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placement:
    """What is fixed about a call when it is placed. URLs may be None; limits are milliseconds, None for the vendor's own."""

    account: str = "default"
    direction: Direction = Direction.OUTBOUND
    from_: str = ""
    to: str = ""
    answer_url: str | None = None
    hangup_url: str | None = None
    ring_timeout: int | None = None
    time_limit: int | None = None
    user: str = ""
    extension: str = ""
    answer_url_fact: AnswerUrl = field(init=False, compare=False, repr=False)
    hangup_url_fact: HangupUrl = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        known = AnswerUrl.SET if self.answer_url else AnswerUrl.NONE
        told = HangupUrl.SET if self.hangup_url else HangupUrl.FALLBACK if self.answer_url else HangupUrl.NONE
        object.__setattr__(self, "answer_url_fact", known)
        object.__setattr__(self, "hangup_url_fact", told)


_STRIKES = {Verb.RING_TIME_OVER: Timer.RING, Verb.TIME_LIMIT_REACHED: Timer.LIMIT, Verb.SCHEDULE_REACHED: Timer.SCHEDULE}


class Ending(NamedTuple):
    """How a call ended: frozen by the first command that cleared it. `detail`: a failure's code or what was wrong."""

    cause: Cause
    by: By
    at: int
    verb: Verb
    rule: str
    was: CallState
    direction: Direction
    purpose: Purpose | None = None
    detail: int | BadDocument | None = None

    @property
    def scope(self) -> Scope:
        return Scope.ALL if self.verb is Verb.HANG_UP_ALL else Scope.ONE

    @property
    def timer(self) -> Timer | None:
        """The clock that ended it; None if none did."""
        return _STRIKES.get(self.verb)

    @property
    def who(self) -> str:
        """Who ended it, by the word people use: the far party is the callee or the caller."""
        if self.by is not By.FAR_PARTY:
            return str(self.by)
        return "callee" if self.direction is Direction.OUTBOUND else "caller"


@dataclass(slots=True, eq=False)
class Call:
    """One leg: the platform's connection to one far party. Read it freely; only a Switch changes it."""

    name: str
    number: int
    placement: Placement
    state: CallState
    direction: Direction
    was: CallState | None = None
    queued_at: int | None = None
    ringing_at: int | None = None
    answered_at: int | None = None
    ended_at: int | None = None
    ending: Ending | None = None
    participant: Participant | None = None
    membership: Membership = Membership.NONE
    document: Any = None
    position: int = 0
    redirects: int = 0
    purpose: Purpose = Purpose.ANSWER
    actions: list[Action] = field(default_factory=list)

    @property
    def duration(self) -> int:
        """Milliseconds from answer to end; 0 if never answered or not over."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return self.ended_at - self.answered_at

    def copied(self) -> Call:
        """A copy that still points at the same participant and actions; a Switch that copies itself mends those."""
        return Call(
            self.name, self.number, self.placement, self.state, self.direction, self.was, self.queued_at, self.ringing_at,
            self.answered_at, self.ended_at, self.ending, self.participant, self.membership, self.document, self.position,
            self.redirects, self.purpose, self.actions,
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class MultipartyCall:
    """A named room. `name` is unique among the live ones of an account, `key` among all of them."""

    key: str
    name: str
    number: int
    account: str
    state: MpcState = MpcState.INITIALIZED
    was: MpcState | None = None
    stay_alone: StayAlone = StayAlone.NO
    created_at: int = 0
    started_at: int | None = None
    ended_at: int | None = None
    termination: Termination | None = None
    ended_by: By | None = None
    rule: str | None = None
    participants: list[Participant] = field(default_factory=list)

    @property
    def members(self) -> Members:
        count = sum(1 for one in self.participants if one.state is ParticipantState.ACTIVE)
        return Members.NONE if not count else Members.ONE if count == 1 else Members.SEVERAL

    @property
    def pending(self) -> Pending:
        joining = any(one.state is ParticipantState.JOINING for one in self.participants)
        return Pending.SOME if joining else Pending.NONE


@dataclass(slots=True, eq=False)
class Participant:
    """One call's membership of one multiparty call, from joining to its exit."""

    call: Call
    mpc: MultipartyCall
    number: int
    joined_by: JoinedBy
    role: str = ""
    exit_url: str | None = None
    state: ParticipantState = ParticipantState.JOINING
    was: ParticipantState | None = None
    exit: Exit | None = None
    joined_at: int | None = None
    exited_at: int | None = None

    @property
    def exit_url_fact(self) -> ExitUrl:
        return ExitUrl.SET if self.exit_url else ExitUrl.NONE

    @property
    def name(self) -> str:
        return self.call.name


@dataclass(slots=True, eq=False)
class Action:
    """Something running on a call. `length` in milliseconds, None if it goes on until stopped."""

    call: Call
    kind: str
    number: int
    length: int | None
    url: str | None = None
    method: str = "POST"
    action_url_fact: ActionUrl = ActionUrl.NONE
    state: ActionState = ActionState.RUNNING
    was: ActionState | None = None
    started_at: int = 0
    ended_at: int | None = None

    @property
    def name(self) -> str:
        return f"{self.call.name}/{self.kind}#{self.number}"


Thing = Call | MultipartyCall | Participant | Action


# -- what is said, and what comes of it ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Joining:
    """How a call is to be put into a multiparty call by ADD; `placement` is for a call that does not exist yet."""

    mpc: str
    role: str = ""
    exit_url: str | None = None
    stay_alone: StayAlone = StayAlone.NO
    placement: Placement | None = None


class Command(NamedTuple):
    """One thing said to the model: verb, the names it is about (one, or several at once), by whom, and its details.

    A call is named by its name, a multiparty call by its key, a participant by its call, an action by `call/kind#number`.
    `detail` is a Placement (place), a Joining (add), a Document (run), a failure's code (fail) or a BadDocument
    (bad_instructions); for run and bad_instructions `purpose` says what the document was fetched for.
    """

    verb: Verb
    target: str | tuple[str, ...]
    by: By
    detail: Any = None
    purpose: Purpose | None = None

    def __str__(self) -> str:
        target = self.target if isinstance(self.target, str) else ",".join(self.target)
        return f"{self.verb} {target} by {self.by}" + ("" if self.detail is None else f" {self.detail!r}")


class Change(NamedTuple):
    """One line of the story. `because` is the number of the change it follows from, -1 for the command itself;
    `via` is the consequence row that led from there to here. Where status is not done, from_ and to are the same."""

    number: int
    at: int
    entity: Entity
    name: str
    verb: Verb
    status: Status
    from_: str
    to: str
    by: By
    cause: str | None
    rule: str
    because: int = -1
    via: str | None = None


class TodoKind(StrEnum):
    """What a switch asks of whoever drives it."""

    SET_TIMER = "set-timer"
    FORGET_TIMER = "forget-timer"
    FETCH = "fetch"
    CALLBACK = "callback"


class Todo(NamedTuple):
    """One thing a switch asks for. Timer: `key` names it, `at` is its due time, `command` what it says then.
    Fetch: `url` for `purpose`. Callback: `kind` ("hangup" or "record") to `url`. `rule` is the row that asks."""

    kind: TodoKind
    name: str
    at: int
    rule: str
    url: str = ""
    method: str = "POST"
    purpose: Purpose | None = None
    callback: str = ""
    key: tuple[str, Timer] | None = None
    command: Command | None = None
    because: int = -1


class Outcome(NamedTuple):
    """What became of a command: the best status over its targets, the rule that gave it (None when there was no such
    thing), every change in order, what is to be done outside, and the status of each target by name."""

    status: Status
    rule: str | None
    changes: tuple[Change, ...] = ()
    todos: tuple[Todo, ...] = ()
    each: Mapping[str, Status] = {}


Plain = tuple[Status, str | None, list[Any], list[Any], "dict[str, Status] | None"]
"""An Outcome before its parts have names: changes and todos as plain tuples, a timer's with the verb of its command; `each`
only where there are several targets."""


def named(command: Command, plain: Plain) -> Outcome:
    """The outcome of a command, all its parts with their names."""
    status, rule, changes, todos, each = plain
    lines = tuple([_new(Change, change) for change in changes])
    asked = tuple([_named_todo(*todo) for todo in todos])
    return Outcome(status, rule, lines, asked, {str(command[1]): status} if each is None else each)


def _named_todo(*plain: Any) -> Todo:
    verb, name = plain[9], plain[1]
    todo = Todo(*plain)
    return todo if todo.key is None or isinstance(verb, Command) else todo._replace(command=Command(verb, name, By.PLATFORM))


_new: Any = tuple.__new__
