"""The things themselves: calls, multiparty calls, participants, actions; what is fixed about a call, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from callsim.model.facts import (
    ActionUrl,
    Added,
    AddsTold,
    Answerer,
    AnswerUrl,
    BadDocument,
    CallbackUrl,
    Came,
    Coaching,
    ConferenceTold,
    DetectionUrl,
    Dials,
    Direction,
    Early,
    Enders,
    EndsOnExit,
    Exceeded,
    ExitUrl,
    FallbackUrl,
    HangupUrl,
    Hears,
    Held,
    JoinedBy,
    Kin,
    Leaver,
    Leg,
    LegHungUp,
    LegsLeft,
    LegTold,
    Line,
    MachineDetection,
    Members,
    Membership,
    Muted,
    OnHold,
    Opening,
    OtherParty,
    OwnClocks,
    Parked,
    ParticipantsTold,
    Pending,
    Purpose,
    Recorded,
    Recording,
    RecordingTold,
    RingUrl,
    Room,
    RoomKind,
    Runs,
    Scope,
    StatesTold,
    StayAlone,
    Timer,
    ToBeRecorded,
    Waiting,
)
from callsim.model.states import (
    ActionState,
    By,
    CallState,
    Cause,
    ConversationState,
    Exit,
    MpcState,
    ParticipantState,
    Parting,
    Termination,
    Verb,
)


class Allowed(NamedTuple):
    """What each account of a world may do: how many calls it may make a second, have up at once, and let ring at one
    destination. None: as many as it likes."""

    calls_per_second: int | None = None
    concurrent_calls: int | None = None
    dials_to_one: int | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """What else the platform is asked to do with an outbound call: to hang it up so long after it began to ring (None: not),
    to find out who answers, and to dial only so much later. Times are milliseconds; None for the vendor's own."""

    hangup_on_ring: int | None = None
    machine_detection: MachineDetection = MachineDetection.NONE
    machine_detection_time: int | None = None
    machine_detection_url: str | None = None
    dial_delay: int | None = None

    @property
    def detects_first(self) -> bool:
        """Whether the call's own document has to wait until it is known who answered."""
        return self.machine_detection is not MachineDetection.NONE and self.machine_detection_url is None


@dataclass(frozen=True, slots=True)
class Placement:
    """What is fixed about a call when it is placed. URLs may be None; limits are milliseconds, None for the vendor's own.
    `joins` names a call of which it is a further leg, in the same phone call."""

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
    answer_method: str = "POST"
    hangup_method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    ring_url: str | None = None
    ring_method: str = "POST"
    handling: Handling | None = None
    joins: str = ""
    answer_url_fact: AnswerUrl = field(init=False, compare=False, repr=False)
    hangup_url_fact: HangupUrl = field(init=False, compare=False, repr=False)
    fallback_url_fact: FallbackUrl = field(init=False, compare=False, repr=False)
    ring_url_fact: RingUrl = field(init=False, compare=False, repr=False)
    sort: str = field(init=False, compare=False, repr=False)
    """All its facts in one word: calls placed alike in this have the same rules."""

    def __post_init__(self) -> None:
        known = AnswerUrl.SET if self.answer_url else AnswerUrl.NONE
        if self.handling is not None and self.answer_url and self.handling.detects_first:
            known = AnswerUrl.LATER
        told = HangupUrl.SET if self.hangup_url else HangupUrl.FALLBACK if self.answer_url else HangupUrl.NONE
        object.__setattr__(self, "answer_url_fact", known)
        object.__setattr__(self, "hangup_url_fact", told)
        object.__setattr__(self, "fallback_url_fact", FallbackUrl.SET if self.fallback_url else FallbackUrl.NONE)
        object.__setattr__(self, "ring_url_fact", RingUrl.SET if self.ring_url else RingUrl.NONE)
        facts = (self.direction, known, told, self.fallback_url_fact, self.ring_url_fact)
        object.__setattr__(self, "sort", " ".join(facts))


_STRIKES = {
    Verb.RING_TIME_OVER: Timer.RING, Verb.TIME_LIMIT_REACHED: Timer.LIMIT, Verb.SCHEDULE_REACHED: Timer.SCHEDULE,
    Verb.RING_SCHEDULE_REACHED: Timer.RING_SCHEDULE, Verb.MEDIA_TIME_OVER: Timer.MEDIA,
}  # fmt: skip

_SCOPES = {Verb.HANG_UP_ALL: Scope.ALL, Verb.RELEASE: Scope.RELEASED}
_OTHERS = {Direction.INBOUND: OtherParty.CALLER, Direction.OUTBOUND: OtherParty.CALLEE}


class Ending(NamedTuple):
    """How a call ended: frozen by the first command that cleared it. `detail`: a failure's code, what was wrong, or for
    one that another leg took along the direction of that leg."""

    cause: Cause
    by: By
    at: int
    verb: Verb
    rule: str
    was: CallState
    direction: Direction
    purpose: Purpose | None = None
    detail: int | BadDocument | Direction | Exceeded | None = None

    @property
    def scope(self) -> Scope:
        return _SCOPES.get(self.verb, Scope.ONE)

    @property
    def other_party(self) -> OtherParty | None:
        """Who hung up the other leg, where that ended this one: `detail` is then that leg's direction."""
        return _OTHERS.get(self.detail) if self.by is By.OTHER_LEG else None  # type: ignore[arg-type]

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
    actions: Sequence[Action] = ()
    clocks: OwnClocks = OwnClocks.NONE
    leg: Leg = Leg.NONE
    leg_of: Conversation | None = None
    leg_told: LegTold = LegTold.NO
    line: Line = Line.NONE
    document: Any = None
    position: int = 0
    redirects: int = 0
    purpose: Purpose = Purpose.ANSWER
    transfers: int = 0
    came: Came = Came.SOMETHING
    detection: MachineDetection = MachineDetection.NONE
    detection_url_fact: DetectionUrl = DetectionUrl.NONE
    answerer: Answerer = Answerer.PERSON
    dialled: int = 0
    taken_on_at: int | None = None
    early: tuple[Any, ...] | None = None
    early_position: int = 0
    parent: int = 0

    @property
    def hears(self) -> Hears:
        listens = any(action.keys is not None and action.state is ActionState.RUNNING for action in self.actions)
        return Hears.YES if listens else Hears.NO

    @property
    def early_fact(self) -> Early:
        return Early.NO if self.early is None else Early.YES

    @property
    def duration(self) -> int:
        """Milliseconds from answer to end; 0 if never answered or not over."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return self.ended_at - self.answered_at

    def runs(self, kind: str) -> Action | None:
        """The action of that kind that runs on it, or None."""
        return next((each for each in self.actions if each.kind == kind and each.state is ActionState.RUNNING), None)

    @property
    def on_hold(self) -> OnHold:
        return OnHold.YES if self.runs("hold") else OnHold.NO

    @property
    def parked(self) -> Parked:
        return Parked.YES if self.runs("park") else Parked.NO

    @property
    def recorded(self) -> Recorded:
        if not self.runs("recording"):
            return Recorded.NO
        return Recorded.PAUSED if self.runs("recording-pause") else Recorded.YES

    def copied(self) -> Call:
        """A copy that still points at the same participant, actions and conversation; a Switch that copies itself mends those."""
        return Call(
            self.name, self.number, self.placement, self.state, self.direction, self.was, self.queued_at, self.ringing_at,
            self.answered_at, self.ended_at, self.ending, self.participant, self.membership, self.actions, self.clocks, self.leg,
            self.leg_of, self.leg_told, self.line, self.document, self.position, self.redirects, self.purpose, self.transfers, self.came,
            self.detection, self.detection_url_fact, self.answerer, self.dialled, self.taken_on_at, self.early, self.early_position,
            self.parent,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told what of a multiparty call."""

    url: str
    method: str = "POST"
    states: bool = True
    participants: bool = True
    adds: bool = False


@dataclass(frozen=True, slots=True)
class MpcOptions:
    """What somebody wants of a multiparty call; None: nothing was said. `max_duration` is in milliseconds, `single` whether
    it starts for one alone, `record` whether it is recorded from its start, and `recorded_to` who is told of that."""

    stay_alone: StayAlone | None = None
    single: bool | None = None
    max_duration: int | None = None
    max_participants: int | None = None
    told: Subscription | None = None
    record: bool = False
    recorded_to: Subscription | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody takes part: whether a multiparty call starts as they enter and ends as they leave; how their exit URL is
    asked; how they are heard from the beginning; whether they coach, should they be a supervisor."""

    starts: bool = True
    ends_on_exit: EndsOnExit = EndsOnExit.NO
    exit_method: str = "POST"
    muted: Muted = Muted.NO
    held: Held = Held.NO
    coaches: bool = True


UNSAID, USUAL = MpcOptions(), Manner()
"""Of somebody who wants nothing in particular."""


class Tape(NamedTuple):
    """A recording of a multiparty call, the so-manieth: when it was begun and ended, how much is on it so far, since when it has
    been running (None: it is paused, or complete), and how often the application was told of it. Times are milliseconds."""

    number: int
    began_at: int = 0
    since: int | None = None
    length: int = 0
    ended_at: int | None = None
    told: int = 0


def place_of(account: str, name: str, kind: RoomKind) -> tuple[str, ...]:
    """Where the live room of that name and kind is found: a conference and a multiparty call may share a name."""
    return (account, name) if kind is RoomKind.MPC else (account, name, str(kind))


@dataclass(slots=True, eq=False)
class MultipartyCall:
    """A named room. `name` is unique among the live ones of an account, `key` among all of them. `max_duration` is in
    milliseconds from its start, None for the platform's own; `telling` counts what was told of it; `max_participants` is as
    somebody said, `bound` what holds, 0 for any
    number."""

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
    single: bool = True
    max_duration: int | None = None
    max_participants: int | None = None
    bound: int = 0
    told: Subscription | None = None
    states_told: StatesTold = StatesTold.NO
    participants_told: ParticipantsTold = ParticipantsTold.NO
    adds_told: AddsTold = AddsTold.NO
    telling: int = 0
    recording: Recording = Recording.OFF
    recording_told: RecordingTold = RecordingTold.NO
    to_be_recorded: ToBeRecorded = ToBeRecorded.NO
    recorded_to: Subscription | None = None
    tape: Tape | None = None
    kind: RoomKind = RoomKind.MPC
    participants: list[Participant] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, ...]:
        """Where it is found while it lives."""
        return place_of(self.account, self.name, self.kind)

    @property
    def members(self) -> Members:
        count = sum(1 for one in self.participants if one.state is ParticipantState.ACTIVE)
        return Members.NONE if not count else Members.ONE if count == 1 else Members.SEVERAL

    @property
    def pending(self) -> Pending:
        joining = any(one.state is ParticipantState.JOINING for one in self.participants)
        return Pending.SOME if joining else Pending.NONE

    @property
    def opening(self) -> Opening:
        inside = [one for one in self.participants if one.state is ParticipantState.ACTIVE]
        if not any(one.starts for one in inside):
            return Opening.NOBODY
        return Opening.READY if self.single or len(inside) > 1 else Opening.ALONE

    @property
    def room(self) -> Room:
        taken = sum(1 for one in self.participants if one.state is not ParticipantState.EXITED)
        return Room.FULL if 0 < self.bound <= taken else Room.FREE

    @property
    def enders(self) -> Enders:
        inside = (one for one in self.participants if one.state is ParticipantState.ACTIVE)
        return Enders.SOME if any(one.ends_on_exit is EndsOnExit.YES for one in inside) else Enders.NONE


@dataclass(slots=True, eq=False)
class Participant:
    """One call's membership of one multiparty call, from joining to its exit. `group` names those called together."""

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
    starts: bool = True
    ends_on_exit: EndsOnExit = EndsOnExit.NO
    exit_method: str = "POST"
    muted: Muted = Muted.NO
    held: Held = Held.NO
    coaching: Coaching = Coaching.NO
    group: tuple[str, ...] = ()
    told: Subscription | None = None
    conference_told: ConferenceTold = ConferenceTold.NO

    @property
    def participants_told(self) -> ParticipantsTold:
        return self.mpc.participants_told

    @property
    def adds_told(self) -> AddsTold:
        return self.mpc.adds_told

    @property
    def added(self) -> Added:
        return Added.PARALLEL if self.group else Added.ALONE

    @property
    def rivals(self) -> list[Call]:
        """Those called together with it that are still on their way."""
        return [
            each.call for each in self.mpc.participants
            if each is not self and self.group and each.group == self.group and each.state is ParticipantState.JOINING
        ]  # fmt: skip

    @property
    def exit_url_fact(self) -> ExitUrl:
        return ExitUrl.SET if self.exit_url else ExitUrl.NONE

    @property
    def name(self) -> str:
        return self.call.name


class Keys(NamedTuple):
    """Which digits an action listens for, and what becomes of it. It is over with one of those in `finish_on`, with `most`
    others, or when none has come for `digit_time` milliseconds, but not after `until`; `then` is what it asks for once one
    has come. `says` is what a key in `finish_on` says to it, to its call or to its conversation; `matches` are the digits in
    a row that its conversation wants to hear of."""

    valid: str
    finish_on: str
    most: int = 0
    digit_time: int = 0
    until: int | None = None
    then: ActionUrl | None = None
    says: Verb = Verb.FINISH
    matches: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Action:
    """Something running on a call. `length` in milliseconds, None if it goes on until stopped; `heard` are the digits that
    came of those that it listens for."""

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
    dials: Dials = Dials.NO
    runs: Runs = Runs.ALONE
    callback_url: str | None = None
    callback_fact: CallbackUrl = CallbackUrl.NONE
    keys: Keys | None = None
    heard: str = ""
    conversation: Conversation | None = None

    @property
    def name(self) -> str:
        return f"{self.call.name}/{self.kind}#{self.number}"

    @property
    def awaits(self) -> str:
        """What its clock runs for. With each digit that is heard another wait begins, and the clock of the one before it means
        nothing any more, whether or not somebody has forgotten it."""
        return self.name if self.keys is None else f"{self.name}+{len(self.heard)}"


@dataclass(slots=True, eq=False)
class Conversation:
    """Calls joined to each other: `call` is the one whose document dials, `legs` are those made for it, `joined` the one that
    was answered first. It has the number of the action that runs on `call` as long as it lasts.

    `element` is the one that dials; `url` is asked or told at its end, by `action_url_fact`; `callback_url` is told of its
    legs. One of equals has `call`, the first of them, among its legs, and neither an element nor an action.
    """

    call: Call
    number: int
    url: str | None = None
    action_url_fact: ActionUrl = ActionUrl.NONE
    callback_url: str | None = None
    state: ConversationState = ConversationState.DIALLING
    was: ConversationState | None = None
    parting: Parting | None = None
    begun_at: int = 0
    joined_at: int | None = None
    over_at: int | None = None
    kin: Kin = Kin.DIALLED
    element: Any = None
    legs: list[Call] = field(default_factory=list)
    joined: Call | None = None

    @property
    def name(self) -> str:
        return f"{self.call.name}/dial#{self.number}" if self.kin is Kin.DIALLED else f"{self.call.name}/phone-call"

    @property
    def action(self) -> Action | None:
        """What runs on the call that dials; None once a long document has left it behind."""
        return next((each for each in self.call.actions if each.number == self.number), None)

    @property
    def callback_fact(self) -> CallbackUrl:
        return CallbackUrl.SET if self.callback_url else CallbackUrl.NONE

    @property
    def live_legs(self) -> list[Call]:
        return [leg for leg in self.legs if leg.state is not CallState.COMPLETED]

    @property
    def members(self) -> Members:
        count = len(self.live_legs)
        return Members.NONE if not count else Members.ONE if count == 1 else Members.SEVERAL

    @property
    def legs_left(self) -> LegsLeft:
        return LegsLeft.SOME if self.live_legs else LegsLeft.NONE

    @property
    def leg_hung_up(self) -> LegHungUp:
        endings = (leg.ending for leg in self.legs)
        asked = any(each is not None and each.by is By.API and each.verb is Verb.HANG_UP for each in endings)
        return LegHungUp.YES if asked else LegHungUp.NO

    @property
    def waiting(self) -> Waiting:
        return Waiting.YES if self.call.answered_at is None else Waiting.NO

    @property
    def leaver(self) -> Leaver:
        """Who took the call away; only a request moves one that is not over."""
        ending = self.call.ending
        return Leaver.API if ending is None else _LEAVERS.get(ending.by, Leaver.PLATFORM)


_LEAVERS = {By.FAR_PARTY: Leaver.FAR_PARTY, By.API: Leaver.API}
Thing = Call | MultipartyCall | Participant | Action | Conversation
