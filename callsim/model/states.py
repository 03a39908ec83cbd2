"""The closed sets the tables speak of: entities and their states, verbs and who may say them, causes."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


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
