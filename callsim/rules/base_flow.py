"""The base rules of what follows: how things begin, consequences, what elements do, limits."""

from __future__ import annotations

from callsim.model import (
    ActionState,
    ActionUrl,
    AnswerUrl,
    By,
    CallState,
    Cause,
    Direction,
    EndsOnExit,
    Entity,
    Exit,
    ExitUrl,
    Fact,
    FallbackUrl,
    HangupUrl,
    JoinedBy,
    Membership,
    MpcState,
    ParticipantState,
    Purpose,
    RingUrl,
    State,
    Verb,
)
from callsim.provenance import Basis, assumed
from callsim.rules.rows import Consequence, Effect, Executes, Instruction, Limit, Of, Start
from callsim.rules.sources import CSTA, MODEL_MPC, RFC3261_BYE, RFC3261_CANCEL, RFC3261_INVITE, XML_FLOW

STARTS: tuple[Start, ...] = (
    Start(Entity.CALL, (Direction.OUTBOUND,), CallState.QUEUED, RFC3261_INVITE, "A call to be made waits until it rings."),
    Start(Entity.CALL, (Direction.INBOUND,), CallState.RINGING, RFC3261_INVITE, "A call that comes in rings at once."),
    Start(Entity.MPC, (), MpcState.INITIALIZED, MODEL_MPC, "It is opened by the first who asks for it by name."),
    Start(Entity.PARTICIPANT, (JoinedBy.XML,), ParticipantState.JOINING, MODEL_MPC, "Let in by its own document."),
    Start(Entity.PARTICIPANT, (JoinedBy.API,), ParticipantState.JOINING, MODEL_MPC, "Added, and still to be answered."),
    Start(Entity.PARTICIPANT, (JoinedBy.ADOPTED,), ParticipantState.JOINING, MODEL_MPC, "A running call, moved in."),
    Start(Entity.ACTION, (), ActionState.RUNNING, XML_FLOW, "It runs from its first moment."),
)

_rows: list[Consequence] = []


def _then(
    entity: Entity,
    on: State | Verb,
    of: Of,
    do: Verb | Effect,
    basis: Basis,
    why: str,
    *when: Fact,
    by: By | None = By.PLATFORM,
) -> None:
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    _rows.append(Consequence(entity, on, when, name, of, do, by, basis, why))


_CALL, _PART, _MPC, _ACT = Entity.CALL, Entity.PARTICIPANT, Entity.MPC, Entity.ACTION

# A call that rings.
_then(_CALL, CallState.RINGING, Of.SELF, Effect.SET_RING_TIMER, RFC3261_CANCEL, "It may ring only so long.", Direction.OUTBOUND)
_then(_CALL, CallState.RINGING, Of.SELF, Effect.FETCH_ANSWER, XML_FLOW, "The application is asked what to do.",
      Direction.INBOUND, AnswerUrl.SET)  # fmt: skip
_then(_CALL, CallState.RINGING, Of.SELF, Effect.TELL_RING, XML_FLOW, "The application is told that it rings.",
      Direction.OUTBOUND, RingUrl.SET)  # fmt: skip
# A call that is answered.
_then(_CALL, CallState.IN_PROGRESS, Of.SELF, Effect.FORGET_RING_TIMER, RFC3261_CANCEL, "It rings no more.")
_then(_CALL, CallState.IN_PROGRESS, Of.SELF, Effect.SET_LIMIT_TIMER, RFC3261_BYE, "It may last only so long.")
_then(_CALL, CallState.IN_PROGRESS, Of.SELF, Effect.FETCH_ANSWER, XML_FLOW, "The application is asked what to do.",
      Direction.OUTBOUND, AnswerUrl.SET, Membership.NONE)  # fmt: skip
_then(_CALL, CallState.IN_PROGRESS, Of.ITS_PARTICIPANT, Verb.ENTER, MODEL_MPC, "It was called to take part.", Membership.JOINING)
_then(_CALL, CallState.IN_PROGRESS, Of.SELF, Verb.RUN_OUT, MODEL_MPC, "What it was called for is over.",
      AnswerUrl.NONE, Membership.LEFT)  # fmt: skip
# A call that ends.
_then(_CALL, CallState.COMPLETED, Of.EACH_ACTION, Verb.CUT_OFF, RFC3261_BYE, "Nothing runs on a call that is over.")
for _membership in (Membership.JOINING, Membership.ACTIVE):
    _then(_CALL, CallState.COMPLETED, Of.ITS_PARTICIPANT, Verb.LEAVE, CSTA, "It takes part no longer.", _membership)
_then(_CALL, CallState.COMPLETED, Of.SELF, Effect.FORGET_RING_TIMER, RFC3261_CANCEL, "Its clocks have nothing to say.")
_then(_CALL, CallState.COMPLETED, Of.SELF, Effect.FORGET_LIMIT_TIMER, RFC3261_CANCEL, "Its clocks have nothing to say.")
_then(_CALL, CallState.COMPLETED, Of.SELF, Effect.FORGET_SCHEDULE_TIMER, RFC3261_CANCEL, "Its clocks have nothing to say.")
for _cause in (
    Cause.CANCELLED, Cause.REJECTED, Cause.BUSY, Cause.NO_ANSWER, Cause.FAILED, Cause.LOST_RACE, Cause.OUT_OF_CREDIT, Cause.LOOP,
    Cause.OVER_LIMIT,
):  # fmt: skip
    _then(_CALL, CallState.COMPLETED, Of.SELF, Effect.TELL_HANGUP, XML_FLOW, "The application is told of the end.",
          HangupUrl.SET, CallState.QUEUED, _cause)  # fmt: skip
for _was in (CallState.RINGING, CallState.IN_PROGRESS):
    _then(_CALL, CallState.COMPLETED, Of.SELF, Effect.TELL_HANGUP, XML_FLOW, "The application is told of the end.",
          HangupUrl.SET, _was)  # fmt: skip
_then(_CALL, CallState.COMPLETED, Of.SELF, Effect.NOTHING, XML_FLOW, "Nobody asked to be told of the end.",
      HangupUrl.FALLBACK, Direction.INBOUND)  # fmt: skip
# Documents.
_then(_CALL, Verb.RUN, Of.EACH_ACTION, Verb.CUT_OFF, XML_FLOW, "What ran by the old document gives way to the new.",
      by=By.DOCUMENT)  # fmt: skip
_then(_CALL, Verb.RUN, Of.SELF, Effect.TAKE_DOCUMENT, XML_FLOW, "The document that arrived is the one to execute.")
_then(_CALL, Verb.RUN, Of.SELF, Verb.PROCEED, XML_FLOW, "Its first element is executed.")
_then(_CALL, Verb.PROCEED, Of.SELF, Effect.RUN_ELEMENT, XML_FLOW, "The next element is executed.")
for _purpose in Purpose:
    _after = (_purpose, FallbackUrl.NONE) if _purpose is Purpose.ANSWER else (_purpose,)
    _then(_CALL, Verb.BAD_INSTRUCTIONS, Of.SELF, Verb.PROCEED, XML_FLOW, "It goes on without that document.", *_after)
_then(_CALL, Verb.BAD_INSTRUCTIONS, Of.SELF, Effect.FETCH_FALLBACK, XML_FLOW, "The other URL is asked what to do.",
      Purpose.ANSWER, FallbackUrl.SET)  # fmt: skip
_then(_CALL, Verb.ADD, Of.EACH_ACTION, Verb.CUT_OFF, MODEL_MPC, "What ran on the call stops as it is moved.", by=By.DOCUMENT)
_then(_CALL, Verb.ADD, Of.SELF, Effect.ADMIT, MODEL_MPC, "It takes part from now on.")
_then(_CALL, Verb.JOIN, Of.SELF, Effect.ADMIT, MODEL_MPC, "It takes part from now on.")
# Actions.
_then(_ACT, ActionState.RUNNING, Of.SELF, Effect.SET_ACTION_TIMER, XML_FLOW, "It has a length.")
_then(_ACT, ActionState.FINISHED, Of.ITS_CALL, Verb.PROCEED, XML_FLOW, "The next element follows.", ActionUrl.NONE)
_then(_ACT, ActionState.FINISHED, Of.ITS_CALL, Effect.FETCH_ACTION, XML_FLOW, "Its URL says how to go on.", ActionUrl.FOLLOWED)
_then(_ACT, ActionState.FINISHED, Of.SELF, Effect.TELL_RECORDING, XML_FLOW, "Its URL is told.", ActionUrl.TOLD)
_then(_ACT, ActionState.FINISHED, Of.ITS_CALL, Verb.PROCEED, XML_FLOW, "The next element follows.", ActionUrl.TOLD)
_then(_ACT, ActionState.STOPPED, Of.SELF, Effect.FORGET_ACTION_TIMER, XML_FLOW, "Its end came early.")
for _url in (ActionUrl.FOLLOWED, ActionUrl.TOLD):
    _then(_ACT, ActionState.STOPPED, Of.SELF, Effect.TELL_RECORDING, XML_FLOW, "What was recorded is told.", _url)
# Participants: in, and out again.
_then(_PART, ParticipantState.ACTIVE, Of.ITS_MPC, Verb.START, MODEL_MPC, "Somebody is in it.")
for _exit in (Exit.MPC_ENDED, Exit.KICKED):
    _then(_PART, ParticipantState.EXITED, Of.ITS_CALL, Effect.FETCH_EXIT, MODEL_MPC, "Its exit URL says how to go on.",
          ParticipantState.ACTIVE, _exit, ExitUrl.SET)  # fmt: skip
    _then(_PART, ParticipantState.EXITED, Of.ITS_CALL, Verb.PROCEED, MODEL_MPC, "Its own document goes on.",
          ParticipantState.ACTIVE, _exit, ExitUrl.NONE, JoinedBy.XML)  # fmt: skip
    for _joined in (JoinedBy.API, JoinedBy.ADOPTED):
        _then(_PART, ParticipantState.EXITED, Of.ITS_CALL,
              Verb.END_WITH_MPC if _exit is Exit.MPC_ENDED else Verb.END_BY_KICK,
              MODEL_MPC, "It was there for nothing else.",
              ParticipantState.ACTIVE, _exit, ExitUrl.NONE, _joined, by=None)  # fmt: skip
    _then(_PART, ParticipantState.EXITED, Of.ITS_CALL, Verb.CANCEL, MODEL_MPC, "Nobody needs it to be answered now.",
          ParticipantState.JOINING, _exit, by=None)  # fmt: skip
for _exit in (Exit.CALL_ENDED, Exit.KICKED):
    _then(_PART, ParticipantState.EXITED, Of.ITS_MPC, Verb.LOSE_ENDER, MODEL_MPC, "With its exit all ends.",
          ParticipantState.ACTIVE, _exit, EndsOnExit.YES)  # fmt: skip
    _then(_PART, ParticipantState.EXITED, Of.ITS_MPC, Verb.RECOUNT, MODEL_MPC, "Who is left decides.",
          ParticipantState.ACTIVE, _exit)  # fmt: skip
    _then(_PART, ParticipantState.EXITED, Of.ITS_MPC, Verb.LOSE_JOINING, MODEL_MPC, "Perhaps nobody is coming.",
          ParticipantState.JOINING, _exit)  # fmt: skip
# A multiparty call that ends sees its participants out first.
_then(_MPC, MpcState.ENDED, Of.EACH_PARTICIPANT, Verb.DISMISS, MODEL_MPC, "Nobody stays in what is over.", by=None)

CONSEQUENCES: tuple[Consequence, ...] = tuple(_rows)

EXECUTES: tuple[Executes, ...] = (
    Executes(Instruction.SPEAK, True, Effect.START_ACTION, False, False, XML_FLOW, "Speech needs an answered call."),
    Executes(Instruction.PLAY, True, Effect.START_ACTION, False, False, XML_FLOW, "Audio needs an answered call."),
    Executes(Instruction.WAIT, False, Effect.START_ACTION, False, False, XML_FLOW, "Waiting leaves an inbound call ringing."),
    Executes(Instruction.RECORD, True, Effect.START_ACTION, False, False, XML_FLOW, "Recording needs an answered call."),
    Executes(Instruction.HANGUP, False, Verb.HANG_UP, False, False, XML_FLOW, "The call ends here."),
    Executes(Instruction.HANGUP_REJECTED, False, Verb.REJECT, False, False, XML_FLOW, "The call is declined here."),
    Executes(Instruction.HANGUP_BUSY, False, Verb.BUSY, False, False, XML_FLOW, "The call meets a busy tone here."),
    Executes(Instruction.HANGUP_SCHEDULED, False, Effect.SET_SCHEDULE_TIMER, True, False, XML_FLOW, "It ends later, whatever runs."),
    Executes(Instruction.REDIRECT, True, Effect.FETCH_REDIRECT, False, False, XML_FLOW, "Another document takes over."),
    Executes(Instruction.MPC, True, Verb.JOIN, False, False, XML_FLOW, "The call takes part until it is out again."),
    Executes(Instruction.UNKNOWN, False, Verb.BAD_INSTRUCTIONS, False, True, XML_FLOW, "An element nobody knows spoils it all."),
    Executes(Instruction.NONE_LEFT, False, Verb.RUN_OUT, False, False, XML_FLOW, "Nothing is left to execute."),
)

LIMITS: tuple[Limit, ...] = (
    Limit("ring_timeout", 60_000, assumed("core.limits"), "How long an outbound call may ring, in milliseconds."),
    Limit("time_limit", 14_400_000, assumed("core.limits"), "How long an answered call may last, in milliseconds."),
    Limit("redirects", 70, assumed("core.limits"), "How many redirects one call may follow."),
    Limit("brief_action", 1_000, assumed("core.limits"),
          "An action shorter than this leads in circles as fast as a redirect does, and counts as one; in milliseconds."),
    Limit("document_time", 15_000, assumed("core.limits"), "How long a document may take to arrive, in milliseconds."),
    Limit("document_size", 102_400, assumed("core.instructions"), "How long a document may be, in bytes."),
    Limit("document_type", "any", assumed("core.instructions"), "Whether a document must be labelled as XML to be read at all."),
    Limit("speech_pace", 100, assumed("speech.pace"), "How long one spoken character takes, in milliseconds."),
    Limit("recording", "max-length", assumed("record.length"), "How long a recording runs when nobody ends it."),
    Limit("mpc_duration", 0, assumed("core.multiparty"),
          "How long a multiparty call may last from its start, in milliseconds; 0: as long as it likes."),
    Limit("max_participants", 0, assumed("core.multiparty"), "How many may take part in a multiparty call; 0: any number."),
    Limit("mpc_options", "opener", assumed("core.multiparty"), "Whose wishes for a multiparty call count."),
    Limit("many", "snapshot-first", assumed("many.atomic"), "In which order a command on several calls is done."),
    Limit("request_uuid", "same", assumed("core.request_uuid"), "Whether a request and its call share one id."),
)

PURPOSES: dict[Effect, Purpose] = {
    Effect.FETCH_ANSWER: Purpose.ANSWER,
    Effect.FETCH_ACTION: Purpose.ACTION,
    Effect.FETCH_EXIT: Purpose.EXIT,
    Effect.FETCH_REDIRECT: Purpose.REDIRECT,
    Effect.FETCH_TRANSFER: Purpose.TRANSFER,
    Effect.FETCH_FALLBACK: Purpose.FALLBACK,
}
