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
    CONVERSATION = "conversation"


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


class ConversationState(StrEnum):
    """Calls joined to each other: others are called for one, two of them talk, they do no more."""

    DIALLING = "dialling"
    JOINED = "joined"
    OVER = "over"


State = CallState | MpcState | ParticipantState | ActionState | ConversationState
STATES: dict[Entity, tuple[State, ...]] = {
    Entity.CALL: tuple(CallState),
    Entity.MPC: tuple(MpcState),
    Entity.PARTICIPANT: tuple(ParticipantState),
    Entity.ACTION: tuple(ActionState),
    Entity.CONVERSATION: tuple(ConversationState),
}
FINAL: dict[Entity, tuple[State, ...]] = {
    Entity.CALL: (CallState.COMPLETED,),
    Entity.MPC: (MpcState.ENDED,),
    Entity.PARTICIPANT: (ParticipantState.EXITED,),
    Entity.ACTION: (ActionState.FINISHED, ActionState.STOPPED),
    Entity.CONVERSATION: (ConversationState.OVER,),
}


class By(StrEnum):
    """Who says a command. The far party is the callee of an outbound call and the caller of an inbound one; the other leg
    is the far party of another call of the same conversation."""

    API = "api"
    FAR_PARTY = "far-party"
    DOCUMENT = "document"
    PLATFORM = "platform"
    CARRIER = "carrier"
    OTHER_LEG = "other-leg"


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
    LOSE_RACE = "lose_race"
    LOSE_MEDIA = "lose_media"
    DETECT = "detect"
    END_FOR_MACHINE = "end_for_machine"
    OUT_OF_CREDIT = "out_of_credit"
    DETECT_LOOP = "detect_loop"
    CONFIRM = "confirm"
    END_UNCONFIRMED = "end_unconfirmed"
    RELEASE = "release"
    TAKE_ON = "take_on"
    DIAL_DELAY_OVER = "dial_delay_over"
    EXCEED = "exceed"
    RING_TIME_OVER = "ring_time_over"
    TIME_LIMIT_REACHED = "time_limit_reached"
    SCHEDULE_REACHED = "schedule_reached"
    RING_SCHEDULE_REACHED = "ring_schedule_reached"
    MEDIA_TIME_OVER = "media_time_over"
    PRE_ANSWER_TIME_OVER = "pre_answer_time_over"
    PRESS = "press"
    RUN = "run"
    PROCEED = "proceed"
    RUN_OUT = "run_out"
    BAD_INSTRUCTIONS = "bad_instructions"
    TRANSFER = "transfer"
    ARRIVE_LATE = "arrive_late"
    ADD = "add"
    JOIN = "join"
    STAY_OUT = "stay_out"
    END_WITH_MPC = "end_with_mpc"
    END_BY_KICK = "end_by_kick"
    START = "start"
    STOP = "stop"
    RECOUNT = "recount"
    LET_IN = "let_in"
    LOSE_ENDER = "lose_ender"
    MAX_DURATION_REACHED = "max_duration_reached"
    LOSE_JOINING = "lose_joining"
    ENTER = "enter"
    LEAVE = "leave"
    KICK = "kick"
    MUTE = "mute"
    UNMUTE = "unmute"
    HOLD = "hold"
    UNHOLD = "unhold"
    COACH = "coach"
    UNCOACH = "uncoach"
    RECORD = "record"
    PAUSE_RECORDING = "pause_recording"
    RESUME_RECORDING = "resume_recording"
    END_RECORDING = "end_recording"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"
    FINISH = "finish"
    CUT_OFF = "cut_off"
    HOLD_CALL = "hold_call"
    UNHOLD_CALL = "unhold_call"
    PARK = "park"
    UNPARK = "unpark"
    PARK_TIME_OVER = "park_time_over"
    RECORD_CALL = "record_call"
    STOP_RECORDING = "stop_recording"
    PAUSE_CALL_RECORDING = "pause_call_recording"
    RESUME_CALL_RECORDING = "resume_call_recording"
    REFER = "refer"
    HEAR = "hear"
    DIVERT = "divert"
    CONNECT = "connect"
    LOSE_LEG = "lose_leg"
    LOSE_PEER = "lose_peer"
    DROP_LEG = "drop_leg"
    MATCH_DIGITS = "match_digits"
    CLEAR = "clear"


class Signature(NamedTuple):
    """What a verb is said to, and by whom it may be said."""

    entity: Entity
    by: tuple[By, ...]


SIGNATURES: dict[Verb, Signature] = {
    Verb.PLACE: Signature(Entity.CALL, (By.API, By.FAR_PARTY, By.DOCUMENT)),
    Verb.RING: Signature(Entity.CALL, (By.CARRIER,)),
    Verb.ANSWER: Signature(Entity.CALL, (By.FAR_PARTY, By.API, By.DOCUMENT)),
    Verb.HANG_UP: Signature(Entity.CALL, (By.API, By.FAR_PARTY, By.DOCUMENT)),
    Verb.HANG_UP_ALL: Signature(Entity.CALL, (By.API,)),
    Verb.CANCEL: Signature(Entity.CALL, (By.API, By.PLATFORM)),
    Verb.REJECT: Signature(Entity.CALL, (By.FAR_PARTY, By.DOCUMENT)),
    Verb.BUSY: Signature(Entity.CALL, (By.FAR_PARTY, By.DOCUMENT)),
    Verb.NO_ANSWER: Signature(Entity.CALL, (By.CARRIER,)),
    Verb.FAIL: Signature(Entity.CALL, (By.CARRIER, By.PLATFORM)),
    Verb.LOSE_RACE: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.LOSE_MEDIA: Signature(Entity.CALL, (By.CARRIER,)),
    Verb.DETECT: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.END_FOR_MACHINE: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.OUT_OF_CREDIT: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.DETECT_LOOP: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.CONFIRM: Signature(Entity.CALL, (By.FAR_PARTY,)),
    Verb.END_UNCONFIRMED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RELEASE: Signature(Entity.CALL, (By.API, By.OTHER_LEG, By.PLATFORM)),
    Verb.TAKE_ON: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.DIAL_DELAY_OVER: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.EXCEED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RING_TIME_OVER: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.TIME_LIMIT_REACHED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.SCHEDULE_REACHED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RING_SCHEDULE_REACHED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.MEDIA_TIME_OVER: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.PRE_ANSWER_TIME_OVER: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.PRESS: Signature(Entity.CALL, (By.FAR_PARTY,)),
    Verb.RUN: Signature(Entity.CALL, (By.DOCUMENT,)),
    Verb.PROCEED: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RUN_OUT: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.BAD_INSTRUCTIONS: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.TRANSFER: Signature(Entity.CALL, (By.API,)),
    Verb.ARRIVE_LATE: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.ADD: Signature(Entity.CALL, (By.API,)),
    Verb.JOIN: Signature(Entity.CALL, (By.DOCUMENT,)),
    Verb.END_WITH_MPC: Signature(Entity.CALL, (By.API, By.PLATFORM)),
    Verb.END_BY_KICK: Signature(Entity.CALL, (By.API,)),
    Verb.STAY_OUT: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.START: Signature(Entity.MPC, (By.PLATFORM, By.API)),
    Verb.STOP: Signature(Entity.MPC, (By.API,)),
    Verb.RECOUNT: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.LET_IN: Signature(Entity.MPC, (By.API, By.DOCUMENT)),
    Verb.LOSE_ENDER: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.MAX_DURATION_REACHED: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.LOSE_JOINING: Signature(Entity.MPC, (By.PLATFORM,)),
    Verb.RECORD: Signature(Entity.MPC, (By.API, By.PLATFORM)),
    Verb.PAUSE_RECORDING: Signature(Entity.MPC, (By.API,)),
    Verb.RESUME_RECORDING: Signature(Entity.MPC, (By.API,)),
    Verb.END_RECORDING: Signature(Entity.MPC, (By.API,)),
    Verb.ENTER: Signature(Entity.PARTICIPANT, (By.PLATFORM,)),
    Verb.LEAVE: Signature(Entity.PARTICIPANT, (By.PLATFORM,)),
    Verb.KICK: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.MUTE: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.UNMUTE: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.HOLD: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.UNHOLD: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.COACH: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.UNCOACH: Signature(Entity.PARTICIPANT, (By.API,)),
    Verb.DISMISS: Signature(Entity.PARTICIPANT, (By.API, By.PLATFORM)),
    Verb.WITHDRAW: Signature(Entity.PARTICIPANT, (By.PLATFORM,)),
    Verb.FINISH: Signature(Entity.ACTION, (By.PLATFORM,)),
    Verb.CUT_OFF: Signature(Entity.ACTION, (By.PLATFORM, By.DOCUMENT)),
    Verb.HOLD_CALL: Signature(Entity.CALL, (By.API,)),
    Verb.UNHOLD_CALL: Signature(Entity.CALL, (By.API,)),
    Verb.PARK: Signature(Entity.CALL, (By.API,)),
    Verb.UNPARK: Signature(Entity.CALL, (By.API,)),
    Verb.PARK_TIME_OVER: Signature(Entity.CALL, (By.PLATFORM,)),
    Verb.RECORD_CALL: Signature(Entity.CALL, (By.API,)),
    Verb.STOP_RECORDING: Signature(Entity.CALL, (By.API,)),
    Verb.PAUSE_CALL_RECORDING: Signature(Entity.CALL, (By.API,)),
    Verb.RESUME_CALL_RECORDING: Signature(Entity.CALL, (By.API,)),
    Verb.REFER: Signature(Entity.CALL, (By.API,)),
    Verb.HEAR: Signature(Entity.CALL, (By.API,)),
    Verb.DIVERT: Signature(Entity.CALL, (By.API,)),
    Verb.CONNECT: Signature(Entity.CONVERSATION, (By.PLATFORM,)),
    Verb.LOSE_LEG: Signature(Entity.CONVERSATION, (By.PLATFORM,)),
    Verb.LOSE_PEER: Signature(Entity.CONVERSATION, (By.PLATFORM,)),
    Verb.DROP_LEG: Signature(Entity.CONVERSATION, (By.FAR_PARTY,)),
    Verb.MATCH_DIGITS: Signature(Entity.CONVERSATION, (By.FAR_PARTY,)),
    Verb.CLEAR: Signature(Entity.CONVERSATION, (By.PLATFORM,)),
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
    LOST_RACE = "lost-race"
    MACHINE = "machine"
    MEDIA_TIMEOUT = "media-timeout"
    OUT_OF_CREDIT = "out-of-credit"
    PARK_TIMEOUT = "park-timeout"
    LOOP = "loop-detected"
    UNCONFIRMED = "unconfirmed"
    OVER_LIMIT = "over-limit"


class Termination(StrEnum):
    """Why a multiparty call ended."""

    STOPPED = "stopped"
    NO_PARTICIPANTS = "no-participants"
    STAY_ALONE = "stay-alone"
    MAX_DURATION = "max-duration"
    ENDED_ON_EXIT = "ended-on-exit"


class Exit(StrEnum):
    """Why a participant left."""

    CALL_ENDED = "call-ended"
    KICKED = "kicked"
    MPC_ENDED = "mpc-ended"
    TRANSFERRED = "transferred"


class Parting(StrEnum):
    """Why a conversation was over: nobody answered, who had answered ended, the call that dialled went away, or a request
    hung one of them up for all; of equals: one of them is left alone, or nobody."""

    UNANSWERED = "unanswered"
    LEG_ENDED = "leg-ended"
    CALL_LEFT = "call-left"
    HUNG_UP = "hung-up"
    LEFT_ALONE = "left-alone"
    NOBODY_LEFT = "nobody-left"


EntityCause = Cause | Termination | Exit | Parting
CAUSES: dict[Entity, tuple[EntityCause, ...]] = {
    Entity.CALL: tuple(Cause),
    Entity.MPC: tuple(Termination),
    Entity.PARTICIPANT: tuple(Exit),
    Entity.ACTION: (),
    Entity.CONVERSATION: tuple(Parting),
}
