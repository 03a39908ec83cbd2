"""Facts: what a row may ask of the entity it is about, each kind a closed set."""

from __future__ import annotations

from enum import StrEnum

from callsim.model.states import CallState, Cause, Exit, MpcState, ParticipantState


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
