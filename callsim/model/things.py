"""The things themselves: calls, multiparty calls, participants, actions; what is fixed about a call, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from callsim.model.facts import (
    ActionUrl,
    AnswerUrl,
    BadDocument,
    Direction,
    ExitUrl,
    HangupUrl,
    JoinedBy,
    Members,
    Membership,
    Pending,
    Purpose,
    Scope,
    StayAlone,
    Timer,
)
from callsim.model.states import ActionState, By, CallState, Cause, Exit, MpcState, ParticipantState, Termination, Verb


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
