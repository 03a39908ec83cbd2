"""What a rule looks like: the kinds of rows a rulebook is made of, and how the one row that fits is found.

Every row carries its basis and one sentence of why. Ids are derived from what a row is about, so two rows for one case
have one id, and that is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from operator import attrgetter
from typing import Any, Generic, TypeVar

from callsim.errors import RulebookError
from callsim.model import (
    FACTS,
    SIGNATURES,
    By,
    CallState,
    Entity,
    EntityCause,
    Fact,
    MpcState,
    ParticipantState,
    State,
    Status,
    Timer,
    Verb,
)
from callsim.provenance import Basis


def suffix(when: Sequence[Fact]) -> str:
    """The part of an id that names the facts a row asks for."""
    return "".join(f".{_word(fact)}" for fact in when)


def _word(fact: Fact) -> str:
    return f"was-{fact.value}" if isinstance(fact, (CallState, MpcState, ParticipantState)) else str(fact.value)


@dataclass(frozen=True, slots=True)
class Row:
    """What one verb, said by one party, does to an entity in one state. `to` equals `state` where nothing moves.

    `on` is what consequences follow it by, None if it is not done; `line` is what a switch notes of it, to be taken at once.
    """

    entity: Entity
    verb: Verb
    state: State
    by: By
    when: tuple[Fact, ...]
    status: Status
    to: State
    cause: EntityCause | None
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")
    on: tuple[Entity, State | Verb] | None = field(init=False, compare=False, repr=False, default=None)
    line: tuple[str, Verb, Status, State, State, EntityCause | None] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        id = f"{self.entity}.{self.verb}.{self.state}.{self.by}{suffix(self.when)}"
        follows = self.verb if self.to is self.state else self.to
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "on", (self.entity, follows) if self.status is Status.DONE else None)
        object.__setattr__(self, "line", (id, self.verb, self.status, self.state, self.to, self.cause))


@dataclass(frozen=True, slots=True)
class Start:
    """In which state something begins to exist."""

    entity: Entity
    when: tuple[Fact, ...]
    state: State
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.entity}.begins{suffix(self.when)}")


class Of(StrEnum):
    """To whom a consequence happens, seen from the entity that changed."""

    SELF = "itself"
    ITS_CALL = "its-call"
    ITS_MPC = "its-mpc"
    ITS_PARTICIPANT = "its-participant"
    EACH_PARTICIPANT = "each-participant"
    EACH_RIVAL = "each-rival"
    EACH_ACTION = "each-action"
    ITS_HOLD = "its-hold"
    ITS_PARKING = "its-parking"
    ITS_RECORDING = "its-recording"
    ITS_RECORDING_PAUSE = "its-recording-pause"
    ITS_ACTION = "its-action"
    ITS_STAY = "its-stay"
    ITS_CONVERSATION = "its-conversation"
    EACH_LEG = "each-leg"
    EACH_OTHER_LEG = "each-other-leg"
    EACH_LOOPING_LEG = "each-looping-leg"


class Effect(StrEnum):
    """What a consequence does besides saying a verb: clocks, fetches, callbacks, the next element."""

    SET_RING_TIMER = "set-ring-timer"
    FORGET_RING_TIMER = "forget-ring-timer"
    SET_LIMIT_TIMER = "set-limit-timer"
    FORGET_LIMIT_TIMER = "forget-limit-timer"
    SET_SCHEDULE_TIMER = "set-schedule-timer"
    FORGET_SCHEDULE_TIMER = "forget-schedule-timer"
    SET_RING_SCHEDULE_TIMER = "set-ring-schedule-timer"
    FORGET_RING_SCHEDULE_TIMER = "forget-ring-schedule-timer"
    LINE_UP = "line-up"
    DIAL_OUT = "dial-out"
    CALL_NEXT = "call-next"
    FORGET_QUEUE_TIMER = "forget-queue-timer"
    SET_DIAL_DELAY_TIMER = "set-dial-delay-timer"
    FORGET_DIAL_DELAY_TIMER = "forget-dial-delay-timer"
    DIAL_NOW = "dial-now"
    SET_MEDIA_TIMER = "set-media-timer"
    FORGET_MEDIA_TIMER = "forget-media-timer"
    SET_MACHINE_TIMER = "set-machine-timer"
    FORGET_MACHINE_TIMER = "forget-machine-timer"
    SET_ACTION_TIMER = "set-action-timer"
    FORGET_ACTION_TIMER = "forget-action-timer"
    FETCH_ANSWER = "fetch-answer"
    FETCH_ACTION = "fetch-action"
    FETCH_EXIT = "fetch-exit"
    FETCH_REDIRECT = "fetch-redirect"
    FETCH_TRANSFER = "fetch-transfer"
    FETCH_FALLBACK = "fetch-fallback"
    TELL_HANGUP = "tell-hangup"
    TELL_HANGUP_TO_ANSWER_URL = "tell-hangup-to-answer-url"
    TELL_RECORDING = "tell-recording"
    TELL_RING = "tell-ring"
    TELL_MACHINE = "tell-machine"
    TELL_RECORDED = "tell-recorded"
    TELL_INPUT = "tell-input"
    TAKE_DIGITS = "take-digits"
    START_BEHIND = "start-behind"
    START_PRE_ANSWER = "start-preanswer"
    FINISH_PRE_ANSWER = "finish-preanswer"
    LEAVE_PRE_ANSWER = "leave-preanswer"
    START_ACTION = "start-action"
    ADMIT = "admit"
    DIAL = "dial"
    PART = "part"
    CONCLUDE = "conclude"
    ASK_CONFIRMATION = "ask-confirmation"
    BE_CONFIRMED = "be-confirmed"
    LISTEN = "listen"
    RECORD_DIAL = "record-dial"
    TELL_DIAL = "tell-dial"
    TAKE_DOCUMENT = "take-document"
    RUN_ELEMENT = "run-element"
    START_HOLD = "start-hold"
    START_PARKING = "start-parking"
    START_RECORDING = "start-recording"
    START_RECORDING_PAUSE = "start-recording-pause"
    SET_DURATION_TIMER = "set-duration-timer"
    FORGET_DURATION_TIMER = "forget-duration-timer"
    START_TAPING = "start-taping"
    PAUSE_TAPING = "pause-taping"
    RESUME_TAPING = "resume-taping"
    END_TAPING = "end-taping"
    TELL_TAPING = "tell-taping"
    CONFER = "confer"
    TELL_CONFERENCE = "tell-conference"
    TELL_MPC = "tell-mpc"
    TELL_PARTICIPANT = "tell-participant"
    TELL_ADDING = "tell-adding"
    MARK_MUTED = "mark-muted"
    MARK_UNMUTED = "mark-unmuted"
    MARK_HELD = "mark-held"
    MARK_UNHELD = "mark-unheld"
    MARK_COACHING = "mark-coaching"
    MARK_NOT_COACHING = "mark-not-coaching"
    NOTHING = "nothing"


_ENTITY_STAGE = {Entity.ACTION: 0, Entity.PARTICIPANT: 1, Entity.CONVERSATION: 1, Entity.CALL: 2, Entity.MPC: 3}
_EFFECT_STAGE = {
    Effect.FETCH_ANSWER: 2,
    Effect.FETCH_ACTION: 2,
    Effect.FETCH_EXIT: 2,
    Effect.FETCH_REDIRECT: 2,
    Effect.FETCH_TRANSFER: 2,
    Effect.FETCH_FALLBACK: 2,
    Effect.ADMIT: 2,
    Effect.RUN_ELEMENT: 2,
    Effect.TELL_HANGUP: 5,
    Effect.TELL_HANGUP_TO_ANSWER_URL: 5,
    Effect.TELL_RECORDING: 4,
    Effect.TELL_RING: 4,
    Effect.TELL_MPC: 4,
    Effect.TELL_CONFERENCE: 4,
    Effect.CONFER: 2,
    Effect.TELL_TAPING: 4,
    Effect.TELL_PARTICIPANT: 4,
    Effect.TELL_ADDING: 4,
    Effect.TELL_MACHINE: 4,
    Effect.RECORD_DIAL: 2,
    Effect.TELL_DIAL: 2,
    Effect.LINE_UP: 2,
    Effect.DIAL_NOW: 2,
    Effect.DIAL_OUT: 2,
    Effect.CALL_NEXT: 2,
    Effect.TELL_RECORDED: 4,
    Effect.TELL_INPUT: 4,
}
STAGES: dict[Verb | Effect, int] = {
    **{verb: _ENTITY_STAGE[signature.entity] for verb, signature in SIGNATURES.items()},
    **{effect: _EFFECT_STAGE.get(effect, 0) for effect in Effect},
}
"""When a consequence has its turn: what stops at once, who leaves, what becomes of calls, of multiparty calls, the
callbacks, and last the one with the final details. Within one stage, first come first served."""


FORGETS: dict[Verb | Effect, Timer] = {
    Effect.FORGET_RING_TIMER: Timer.RING,
    Effect.FORGET_LIMIT_TIMER: Timer.LIMIT,
    Effect.FORGET_SCHEDULE_TIMER: Timer.SCHEDULE,
    Effect.FORGET_RING_SCHEDULE_TIMER: Timer.RING_SCHEDULE,
    Effect.FORGET_MEDIA_TIMER: Timer.MEDIA,
    Effect.FORGET_QUEUE_TIMER: Timer.QUEUE,
    Effect.FORGET_DIAL_DELAY_TIMER: Timer.DIAL_DELAY,
    Effect.FORGET_MACHINE_TIMER: Timer.MACHINE,
    Effect.FORGET_ACTION_TIMER: Timer.ACTION,
}
"""Which clock an effect forgets."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows when an entity enters a state (`on` is that state) or when a verb is done that moves nothing (`on`
    is that verb). `by` None: whoever did it. `name` stays when a vendor lets something else follow. What follows from the
    end of a multiparty call happens before it moves."""

    entity: Entity
    on: State | Verb
    when: tuple[Fact, ...]
    name: str
    of: Of
    do: Verb | Effect
    by: By | None
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")
    stage: int = field(init=False, compare=False, default=0)
    at_once: bool = field(init=False, compare=False, default=False)
    forgets: Timer | None = field(init=False, compare=False, default=None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.entity}.then.{self.on}.{self.name}{suffix(self.when)}")
        object.__setattr__(self, "stage", STAGES[self.do])
        object.__setattr__(self, "forgets", FORGETS.get(self.do))
        object.__setattr__(self, "at_once", self.of is Of.SELF and isinstance(self.do, Effect) and self.stage == 0)


class Instruction(StrEnum):
    """What an element of a document can ask for, after its attributes."""

    SPEAK = "speak"
    PLAY = "play"
    WAIT = "wait"
    RECORD = "record"
    HANGUP = "hangup"
    HANGUP_REJECTED = "hangup-rejected"
    HANGUP_BUSY = "hangup-busy"
    HANGUP_SCHEDULED = "hangup-scheduled"
    REDIRECT = "redirect"
    MPC = "multipartycall"
    DIAL = "dial"
    DTMF = "dtmf"
    DTMF_WAITED = "dtmf-waited"
    MESSAGE = "message"
    STREAM = "stream"
    STREAM_KEPT = "stream-kept-alive"
    STREAM_KEPT_ONE_WAY = "stream-kept-alive-one-way"
    GET_DIGITS = "getdigits"
    GET_INPUT = "getinput"
    RECORD_SESSION = "record-session"
    RECORD_ON_DIAL = "record-on-dial-answer"
    CONFERENCE = "conference"
    PRE_ANSWER = "preanswer"
    PRE_ANSWER_LATE = "preanswer-answered"
    PRE_ANSWER_OVER = "preanswer-over"
    UNKNOWN = "unknown"
    NONE_LEFT = "none-left"


@dataclass(frozen=True, slots=True)
class Executes:
    """What a call does with an instruction: whether it answers an unanswered call first, what it says to the call, and
    whether the next element is run at once. One that spoils its document is executed first, wherever it stands."""

    instruction: Instruction
    answers: bool
    do: Verb | Effect
    goes_on: bool
    spoils: bool
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"instruction.{self.instruction}")


@dataclass(frozen=True, slots=True)
class Limit:
    """A number or a word the platform lives by: milliseconds, a count, or the name of a policy."""

    name: str
    value: int | str
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"limit.{self.name}")


class Reply(StrEnum):
    """What a vendor's request can come to, as far as its answer depends on it. The first four are a command's status, the last
    seven what a request comes to before anybody has read what it asks for."""

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOTHING = "nothing-to-do"
    BAD_USER = "bad-user"
    BAD_EXTENSION = "bad-extension"
    BAD_NUMBER = "bad-number"
    BAD_ID = "bad-id"
    MISMATCH = "mismatch"
    BAD_REQUEST = "bad-request"
    NOT_IMPLEMENTED = "not-implemented"
    QUEUED = "queued"
    EXCEEDED = "exceeded"
    UNAUTHORIZED = "unauthorized"
    FOREIGN = "foreign"
    TOO_MANY = "too-many"
    TOO_LARGE = "too-large"
    BAD_JSON = "bad-json"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Route:
    """One request of a vendor's interface: method, path with {words}, and the command it stands for; None: it only looks, and
    changes nothing."""

    name: str
    method: str
    path: str
    verb: Verb | None
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"route.{self.name}")

    @property
    def said(self) -> Verb:
        """The verb of a request that does not only look."""
        assert self.verb is not None, self.id
        return self.verb


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor sends back when a request came to `reply`. `body` is the JSON sent, with {words} to be
    filled in; None is an empty body."""

    route: str
    reply: Reply
    status: int
    body: Any
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"answer.{self.route}.{self.reply}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A vendor's words for one of ours: `of` is what is spelled (an ending's cause, a state, a termination...)."""

    of: str
    word: str
    by: By | None
    when: tuple[Fact, ...]
    words: Mapping[str, str | int]
    basis: Basis
    why: str
    id: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"spelling.{self.of}.{self.word}" + (f".{self.by}" if self.by else "") + suffix(self.when))

    def __hash__(self) -> int:
        return hash(self.id)


AnyRow = Row | Start | Consequence | Executes | Limit | Route | Answer | Spelling
R = TypeVar("R")




class Picker(Generic[R]):
    """Finds the one row, of those that share a key, whose facts a thing has. Two that fit are an error; so is none, unless
    `total` is off: then a case nobody wrote down is an error when it is met."""

    __slots__ = ("get", "kinds", "only", "table")

    def __init__(
        self,
        rows: Sequence[R],
        when: Callable[[R], Sequence[Fact]],
        names: Mapping[type[StrEnum], str],
        total: bool = True,
    ) -> None:
        self.kinds = fact_kinds(when(row) for row in rows)
        self.get = attrgetter(*(names[kind] for kind in self.kinds)) if self.kinds else None
        self.only = rows[0] if not self.kinds and len(rows) == 1 else None
        self.table: dict[Any, R] = {}
        for combination in product(*(tuple(kind) for kind in self.kinds)):
            fits = [row for row in rows if set(when(row)) <= set(combination)]
            if len(fits) > 1 or (total and not fits):
                raise RulebookError(_not_one(rows, fits, combination))
            if fits:
                self.table[combination[0] if len(combination) == 1 else combination] = fits[0]

    def pick(self, thing: object) -> R:
        """The row for this thing as it stands."""
        return self.only if self.get is None else self.table[self.get(thing)]  # type: ignore[return-value]

    def rows(self) -> Iterable[R]:
        return self.table.values()


def _not_one(rows: Sequence[Any], fits: Sequence[Any], combination: Sequence[StrEnum]) -> str:
    facts = ", ".join(str(fact) for fact in combination) or "no facts"
    found = ", ".join(row.id for row in fits) or "none"
    return f"exactly one of {', '.join(row.id for row in rows)} must fit {facts}; found {found}"


def fact_kinds(whens: Iterable[Sequence[Fact]]) -> tuple[type[StrEnum], ...]:
    """The kinds of facts asked for, each once, in order of first mention."""
    seen: dict[type[StrEnum], None] = {}
    for when in whens:
        for fact in when:
            seen.setdefault(type(fact))
    return tuple(seen)


Step = tuple[str, int, "Timer | None", Consequence]
"""A consequence made ready: its id, its stage (-1: done at once), the clock it forgets at once, and itself."""


class Followers:
    """Finds all the consequences, of those that share a trigger, whose facts an entity has; in the order written."""

    __slots__ = ("all", "every_step", "get", "kinds", "steps")

    def __init__(self, rows: Sequence[Consequence]) -> None:
        self.kinds = kinds = fact_kinds(row.when for row in rows)
        self.get = attrgetter(*(FACTS[kind] for kind in kinds)) if kinds else None
        self.all = tuple(rows)
        self.every_step = _steps(self.all)
        self.steps = _StepsByFacts(self.all, kinds)

    def pick(self, thing: object) -> tuple[Consequence, ...]:
        """Every consequence that fits this thing as it stands."""
        return self.all if self.get is None else tuple([step[3] for step in self.steps[self.get(thing)]])


class _StepsByFacts(dict[Any, tuple[Step, ...]]):
    """The steps that fit each combination of facts, made when it is first met: of thousands a run meets a handful."""

    def __init__(self, rows: Sequence[Consequence], kinds: Sequence[type[StrEnum]]) -> None:
        super().__init__()
        self._rows, self._kinds = [(row, frozenset(row.when)) for row in rows], tuple(kinds)

    def __missing__(self, facts: Any) -> tuple[Step, ...]:
        known = facts if len(self._kinds) > 1 else (facts,)
        if not all(map(isinstance, known, self._kinds)):
            raise KeyError(facts)
        self[facts] = steps = _steps(row for row, asked in self._rows if asked <= set(known))
        return steps


def _steps(rows: Iterable[Consequence]) -> tuple[Step, ...]:
    return tuple(
        (row.id, -1, row.forgets, row) if row.at_once else (row.id, row.stage, None, row) for row in rows
    )
