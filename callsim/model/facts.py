"""Facts: what a row may ask of the entity it is about, each kind a closed set."""

from __future__ import annotations

from enum import StrEnum

from callsim.model.states import CallState, Cause, Exit, MpcState, ParticipantState, Parting


class Direction(StrEnum):
    """Outbound: the platform calls the far party. Inbound: the far party calls the platform."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class JoinedBy(StrEnum):
    """How a leg came into its multiparty call: by its own document, added by the API, or a running call adopted by it; or
    into a conference, by its own document."""

    XML = "xml"
    API = "api"
    ADOPTED = "adopted"
    CONFERENCE = "conference"


class ExitUrl(StrEnum):
    """Whether a participant has a URL to go on with after its exit."""

    SET = "exit-url"
    NONE = "no-exit-url"


class AnswerUrl(StrEnum):
    """Whether a call has a URL that says what to do with it; `later`: one that is asked once it is known who answered."""

    SET = "answer-url"
    NONE = "no-answer-url"
    LATER = "answer-url-asked-later"


class HangupUrl(StrEnum):
    """Whether a call's application wants to hear of its end; `fallback`: only its answer URL is known."""

    SET = "hangup-url"
    FALLBACK = "answer-url-only"
    NONE = "no-hangup-url"


class FallbackUrl(StrEnum):
    """Whether a call has a URL to ask where its answer URL gives no document that can be used."""

    SET = "fallback-url"
    NONE = "no-fallback-url"


class RingUrl(StrEnum):
    """Whether a call's application wants to hear that it rings."""

    SET = "ring-url"
    NONE = "no-ring-url"


class Came(StrEnum):
    """Whether anything came from where a document was asked for that cannot be used."""

    NOTHING = "nothing-came"
    SOMETHING = "something-came"


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


class Opening(StrEnum):
    """Whether a multiparty call could start: somebody is in it who starts it, and not alone where one alone is not enough."""

    NOBODY = "nobody-starts"
    ALONE = "starter-alone"
    READY = "starter-in"


class Room(StrEnum):
    """Whether one more may take part in a multiparty call."""

    FREE = "has-room"
    FULL = "full"


class Muted(StrEnum):
    """Whether a participant is heard."""

    YES = "muted"
    NO = "unmuted"


class Held(StrEnum):
    """Whether a participant is on hold."""

    YES = "held"
    NO = "not-held"


class Coaching(StrEnum):
    """Whether a participant is heard by agents only."""

    YES = "coaching"
    NO = "not-coaching"


class Added(StrEnum):
    """Whether others were called together with a participant, of whom the first to answer comes in."""

    ALONE = "added-alone"
    PARALLEL = "added-in-parallel"


class StatesTold(StrEnum):
    """Whether the application is told that a multiparty call was opened, started and ended."""

    YES = "states-told"
    NO = "states-untold"


class ParticipantsTold(StrEnum):
    """Whether the application is told who comes into a multiparty call and leaves it, and how they take part."""

    YES = "participants-told"
    NO = "participants-untold"


class AddsTold(StrEnum):
    """Whether the application is told what becomes of those who are added to a multiparty call."""

    YES = "adds-told"
    NO = "adds-untold"


class RoomKind(StrEnum):
    """What a named room is: a multiparty call, or a conference, which is nothing that requests about multiparty calls know."""

    MPC = "multiparty-call"
    CONFERENCE = "conference"


class ConferenceTold(StrEnum):
    """Whether the application is told that somebody comes into a conference and leaves it."""

    YES = "conference-told"
    NO = "conference-untold"


class Recording(StrEnum):
    """Whether a multiparty call is recorded."""

    OFF = "recording-off"
    ON = "recording-on"
    PAUSED = "recording-paused"


class RecordingTold(StrEnum):
    """Whether the application is told what becomes of a recording of a multiparty call."""

    YES = "recording-told"
    NO = "recording-untold"


class ToBeRecorded(StrEnum):
    """Whether whoever opened a multiparty call wants it recorded from its start."""

    YES = "to-be-recorded"
    NO = "not-to-be-recorded"


class EndsOnExit(StrEnum):
    """Whether a multiparty call is to end as this participant leaves it."""

    YES = "ends-on-exit"
    NO = "just-leaves"


class Enders(StrEnum):
    """Whether others are in a multiparty call with whose exit it is to end."""

    SOME = "other-enders"
    NONE = "no-other-enders"


class ActionUrl(StrEnum):
    """What is asked when an action is over: nothing, a URL whose document takes over, or one that is only told; the same
    once digits were heard that had been asked for. `behind`: it is asked as the action begins, because that runs behind
    whatever follows. `before-answer`: nothing, and the call may be answered from then on. `aside`: it runs beside the
    document, which does not wait for it, and perhaps a URL is told as it begins; `parking`: so does a stay in the parking
    lot, and somebody comes for it. `awaits-key`: nothing, and if it is over before that key was pressed, so is its call."""

    NONE = "no-action-url"
    FOLLOWED = "action-url"
    TOLD = "action-url-only-told"
    INPUT = "input"
    INPUT_TOLD = "input-only-told"
    INPUT_UNASKED = "input-without-url"
    BEHIND = "behind"
    BEHIND_FOLLOWED = "behind-action-url"
    BEHIND_TOLD = "behind-action-url-only-told"
    BEFORE_ANSWER = "before-answer"
    ASIDE = "aside"
    ASIDE_TOLD = "aside-url-only-told"
    AWAITS_KEY = "awaits-key"
    PARKING = "parking"


class OnHold(StrEnum):
    """Whether a call is on hold."""

    YES = "on-hold"
    NO = "off-hold"


class Parked(StrEnum):
    """Whether a call waits in the parking lot."""

    YES = "parked"
    NO = "not-parked"


class Recorded(StrEnum):
    """Whether somebody has a call recorded, whatever its document says, and whether that is paused."""

    YES = "recorded"
    NO = "not-recorded"
    PAUSED = "recorded-paused"


class Runs(StrEnum):
    """Whether the next element waits for an action, or the action goes on behind all that follows."""

    ALONE = "alone"
    BEHIND = "in-background"


class CallbackUrl(StrEnum):
    """Whether somebody else than an action URL wants to hear of what was recorded."""

    SET = "callback-url"
    NONE = "no-callback-url"


class Hears(StrEnum):
    """Whether anything on a call listens for digits."""

    YES = "listening"
    NO = "not-listening"


class Early(StrEnum):
    """Whether a call executes what is meant for before its answer."""

    YES = "in-preanswer"
    NO = "not-in-preanswer"


class Purpose(StrEnum):
    """What a call's last document was fetched for."""

    ANSWER = "answer"
    ACTION = "action"
    REDIRECT = "redirect"
    EXIT = "exit"
    TRANSFER = "transfer"
    FALLBACK = "fallback"


class Scope(StrEnum):
    """Whether a call was ended by name, with all others, or because another one of its conversation left."""

    ONE = "by-name"
    ALL = "with-all"
    RELEASED = "released"


class BadDocument(StrEnum):
    """What can be wrong with instructions."""

    UNREACHABLE = "unreachable"
    BAD_URL = "bad-url"
    BAD_METHOD = "bad-method"
    EMPTY = "empty"
    INVALID = "invalid"
    TOO_MANY = "too-many-redirects"


class Timer(StrEnum):
    """The clocks that can run on a call, an action or a multiparty call."""

    RING = "ring"
    LIMIT = "limit"
    SCHEDULE = "schedule"
    ACTION = "action"
    RING_SCHEDULE = "ring-schedule"
    MEDIA = "media"
    MACHINE = "machine-detection"
    DURATION = "duration"
    QUEUE = "queue"
    PRE_ANSWER = "preanswer"
    DIAL_DELAY = "dial-delay"


class OwnClocks(StrEnum):
    """Whether a call may have clocks that most calls never have."""

    NONE = "plain-clocks"
    SOME = "own-clocks"


class Line(StrEnum):
    """Whether a call stands in the line of its account, where calls are limited: it never did, it does, it has left it;
    or whether it is to be dialled later, and stands nowhere yet."""

    NONE = "in-no-line"
    WAITING = "in-line"
    OUT = "out-of-line"
    LATER = "dialled-later"


class Exceeded(StrEnum):
    """Of what a call was one too many: of its account's calls, or of those that ring at one destination."""

    CALLS = "too-many-calls"
    DIALS = "too-many-dials"


class MachineDetection(StrEnum):
    """Whether the platform finds out who answers: a machine is told of, or hung up on."""

    NONE = "no-machine-detection"
    TOLD = "machine-detection"
    HANGUP = "machine-hangup"


class DetectionUrl(StrEnum):
    """Whether there is a URL that is told who answered, while the call goes on."""

    SET = "machine-url"
    NONE = "no-machine-url"


class Answerer(StrEnum):
    """Who answers a call."""

    PERSON = "person-answers"
    MACHINE = "machine-answers"


class Leg(StrEnum):
    """Whether a call was made for another one, to be joined to it (once it has pressed a key, or as it answers), or is one
    phone call with others as their peer."""

    NONE = "of-its-own"
    DIALLED = "dialled"
    UNCONFIRMED = "to-be-confirmed"
    PEER = "peer"


class LegTold(StrEnum):
    """Whether somebody wants to hear what becomes of a call that was made for another."""

    YES = "leg-told"
    NO = "leg-untold"


class Kin(StrEnum):
    """Whether the legs of a conversation were called for a call, or are one phone call with it as its equals."""

    DIALLED = "for-a-call"
    EQUALS = "of-equals"


class Dials(StrEnum):
    """Whether an action calls others and waits for them: not at all, still, or no more."""

    NO = "dials-nobody"
    YES = "dials"
    DONE = "has-dialled"


class LegsLeft(StrEnum):
    """Whether any leg of a conversation is not over."""

    NONE = "no-leg-left"
    SOME = "some-leg-left"


class LegHungUp(StrEnum):
    """Whether a request has hung up any leg of a conversation."""

    NO = "no-leg-hung-up"
    YES = "leg-hung-up"


class Waiting(StrEnum):
    """Whether the call for which others are called is still unanswered itself."""

    YES = "call-unanswered"
    NO = "call-answered"


class Leaver(StrEnum):
    """Who took the call that dialled out of its conversation: its far party, a request, or the platform for it."""

    FAR_PARTY = "left-by-far-party"
    API = "left-by-request"
    PLATFORM = "left-by-platform"


class OtherParty(StrEnum):
    """Who the far party of the other leg is."""

    CALLER = "other-is-caller"
    CALLEE = "other-is-callee"


Fact = (
    FallbackUrl | RingUrl | Came
    | Opening | Room | EndsOnExit | Enders | Muted | Held | Coaching | Added
    | StatesTold | ParticipantsTold | AddsTold | Recording | RecordingTold | ToBeRecorded | ConferenceTold
    | Direction | JoinedBy | ExitUrl | AnswerUrl | HangupUrl | Membership | Members | Pending | StayAlone | ActionUrl | Purpose
    | Line | Exceeded | OwnClocks | MachineDetection | DetectionUrl | Answerer | Runs | CallbackUrl | Hears | Early
    | Exit | CallState | MpcState | ParticipantState | Scope | Timer | BadDocument | Cause | OnHold | Parked | Recorded
    | Leg | LegTold | Kin | Dials | LegsLeft | LegHungUp | Waiting | Leaver | OtherParty | Parting
)  # fmt: skip
FACTS: dict[type[StrEnum], str] = {
    Direction: "direction",
    JoinedBy: "joined_by",
    ExitUrl: "exit_url_fact",
    AnswerUrl: "placement.answer_url_fact",
    HangupUrl: "placement.hangup_url_fact",
    FallbackUrl: "placement.fallback_url_fact",
    RingUrl: "placement.ring_url_fact",
    Came: "came",
    Membership: "membership",
    Members: "members",
    Pending: "pending",
    StayAlone: "stay_alone",
    Opening: "opening",
    Room: "room",
    EndsOnExit: "ends_on_exit",
    Muted: "muted",
    Held: "held",
    Coaching: "coaching",
    Added: "added",
    StatesTold: "states_told",
    ParticipantsTold: "participants_told",
    AddsTold: "adds_told",
    Recording: "recording",
    RecordingTold: "recording_told",
    ToBeRecorded: "to_be_recorded",
    ConferenceTold: "conference_told",
    Enders: "enders",
    ActionUrl: "action_url_fact",
    Runs: "runs",
    CallbackUrl: "callback_fact",
    Hears: "hears",
    Early: "early_fact",
    Purpose: "purpose",
    OwnClocks: "clocks",
    Line: "line",
    Exceeded: "detail",
    MachineDetection: "detection",
    DetectionUrl: "detection_url_fact",
    Answerer: "answerer",
    Exit: "exit",
    CallState: "was",
    MpcState: "was",
    ParticipantState: "was",
    Scope: "scope",
    Timer: "timer",
    BadDocument: "detail",
    Cause: "ending.cause",
    OnHold: "on_hold",
    Parked: "parked",
    Recorded: "recorded",
    Leg: "leg",
    LegTold: "leg_told",
    Kin: "kin",
    Dials: "dials",
    LegsLeft: "legs_left",
    LegHungUp: "leg_hung_up",
    Waiting: "waiting",
    Leaver: "leaver",
    OtherParty: "other_party",
    Parting: "parting",
}
"""Which attribute of an entity answers which fact, dots and all. A state as a fact is the one it came from."""
FIXED = frozenset(name for name in FACTS.values() if name.startswith("placement."))
"""The facts of a call that are fixed when it is placed."""
