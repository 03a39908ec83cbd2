"""The base rules of conversations: a call dials others, the first to answer is joined to it, and how they part again."""

from __future__ import annotations

from callsim.model import (
    ActionState,
    By,
    CallState,
    Cause,
    ConversationState,
    Dials,
    Entity,
    Fact,
    Kin,
    Leaver,
    Leg,
    LegHungUp,
    LegsLeft,
    Parting,
    State,
    Status,
    Verb,
    Waiting,
)
from callsim.provenance import Basis
from callsim.rules.rows import Consequence, Effect, Executes, Instruction, Limit, Of, Row, Start
from callsim.rules.sources import CSTA, MODEL_DIAL, RFC3261_BYE, RFC3261_CANCEL

QUEUED, RINGING, IN_PROGRESS, COMPLETED = CallState
DIALLING, JOINED, OVER = ConversationState
DONE, ALREADY, REFUSED, _ = Status
_CALL, _CONVERSATION = Entity.CALL, Entity.CONVERSATION
_RELEASERS = (By.API, By.OTHER_LEG, By.PLATFORM)

_rows: list[Row] = []


def _call(
    verb: Verb, states: tuple[CallState, ...], by: tuple[By, ...], status: Status, basis: Basis, why: str,
    cause: Cause | None = None,
) -> None:  # fmt: skip
    """Write one row of a call for every state and every speaker named; with a cause the call ends."""
    for state in states:
        for who in by:
            to = state if cause is None else COMPLETED
            _rows.append(Row(_CALL, verb, state, who, (), status, to, cause, basis, why))


def _on(
    verb: Verb, state: ConversationState, status: Status, why: str,
    to: ConversationState | None = None, parting: Parting | None = None, when: tuple[Fact, ...] = (), basis: Basis = MODEL_DIAL,
) -> None:  # fmt: skip
    _rows.append(Row(_CONVERSATION, verb, state, By.PLATFORM, when, status, to or state, parting, basis, why))


# Several phones ring for one conversation, and somebody else was first.
_PLATFORM = (By.PLATFORM,)
_call(Verb.LOSE_RACE, (QUEUED, RINGING), _PLATFORM, DONE, RFC3261_CANCEL, "Somebody else has answered first.", Cause.LOST_RACE)
_call(Verb.LOSE_RACE, (COMPLETED,), _PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")

# A leg that would call the very phone it is made for.
_call(Verb.DETECT_LOOP, (QUEUED, RINGING), _PLATFORM, DONE, MODEL_DIAL, "It would call the phone for which it is made.", Cause.LOOP)
_call(Verb.DETECT_LOOP, (IN_PROGRESS,), _PLATFORM, REFUSED, MODEL_DIAL, "Whoever answers is somebody else.")
_call(Verb.DETECT_LOOP, (COMPLETED,), _PLATFORM, ALREADY, CSTA, "It is over already; nothing changes.")

# A call that another one of its conversation takes along.
_call(Verb.RELEASE, (QUEUED, RINGING), _RELEASERS, DONE, RFC3261_CANCEL, "Nobody is left to answer for.", Cause.CANCELLED)
_call(Verb.RELEASE, (IN_PROGRESS,), _RELEASERS, DONE, RFC3261_BYE, "Nobody is left to talk to.", Cause.NORMAL)
_call(Verb.RELEASE, (COMPLETED,), _RELEASERS, ALREADY, CSTA, "It is over already; nothing changes.")

# Connect: a leg was answered. The first is joined.
_on(Verb.CONNECT, DIALLING, DONE, "The first to answer is joined.", JOINED)
_on(Verb.CONNECT, JOINED, REFUSED, "Somebody else was first.")
_on(Verb.CONNECT, OVER, REFUSED, "It is over; nobody waits for an answer.")

# Lose leg: a leg has ended, or has gone its own way.
for _hung_up in LegHungUp:
    _on(Verb.LOSE_LEG, DIALLING, DONE, "Nobody is left who could answer.", OVER, Parting.UNANSWERED, (LegsLeft.NONE, _hung_up))
    _on(Verb.LOSE_LEG, DIALLING, ALREADY, "Others may still answer.", when=(LegsLeft.SOME, _hung_up))
    _on(Verb.LOSE_LEG, JOINED, DONE, "Whoever was joined is gone.", OVER, Parting.LEG_ENDED, (LegsLeft.NONE, _hung_up))
_on(Verb.LOSE_LEG, JOINED, ALREADY, "Who was joined is still there.", when=(LegsLeft.SOME,))
_on(Verb.LOSE_LEG, OVER, ALREADY, "It is over already; nothing changes.", basis=CSTA)

# Clear: the call that dialled ends, or goes another way.
for _lasting in (DIALLING, JOINED):
    _on(Verb.CLEAR, _lasting, DONE, "The call for which it was made has left.", OVER, Parting.CALL_LEFT)
_on(Verb.CLEAR, OVER, ALREADY, "It is over already; nothing changes.", basis=CSTA)

CONVERSATION_ROWS: tuple[Row, ...] = tuple(_rows)

CONVERSATION_STARTS: tuple[Start, ...] = (Start(_CONVERSATION, (Kin.DIALLED,), DIALLING, MODEL_DIAL, "Others are called for a call."),)

_consequences: list[Consequence] = []


def _then(
    entity: Entity, on: State | Verb, of: Of, do: Verb | Effect, why: str, *when: Fact,
    by: By = By.PLATFORM, basis: Basis = MODEL_DIAL,
) -> None:  # fmt: skip
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    _consequences.append(Consequence(entity, on, when, name, of, do, by, basis, why))


# Legs.
_then(_CALL, IN_PROGRESS, Of.ITS_CONVERSATION, Verb.CONNECT, "It was made to be joined.", Leg.DIALLED)
_then(_CALL, COMPLETED, Of.ITS_CONVERSATION, Verb.LOSE_LEG, "Perhaps nobody else is called.", Leg.DIALLED)
for _verb in (Verb.RUN, Verb.ADD, Verb.TRANSFER):
    _then(_CALL, _verb, Of.SELF, Effect.PART, "From now on it goes its own way.", Leg.DIALLED)
# The conversation.
_then(_CONVERSATION, DIALLING, Of.EACH_LOOPING_LEG, Verb.DETECT_LOOP, "Nobody can call himself.")
_then(_CONVERSATION, JOINED, Of.EACH_OTHER_LEG, Verb.LOSE_RACE, "One is enough.")
_then(_CONVERSATION, JOINED, Of.ITS_CALL, Verb.ANSWER, "Now there is somebody to talk to.", Waiting.YES, by=By.DOCUMENT)
for _parting in (Parting.UNANSWERED, Parting.LEG_ENDED):
    _then(_CONVERSATION, OVER, Of.SELF, Effect.CONCLUDE, "There is an outcome to be told.", _parting)
    _then(_CONVERSATION, OVER, Of.ITS_ACTION, Verb.FINISH, "The call goes on without it.", _parting)
for _leaver, _by in ((Leaver.FAR_PARTY, By.OTHER_LEG), (Leaver.API, By.API), (Leaver.PLATFORM, By.PLATFORM)):
    _then(_CONVERSATION, OVER, Of.EACH_LEG, Verb.RELEASE, "Nobody stays behind.", Parting.CALL_LEFT, _leaver, by=_by)
for _of in (Of.ITS_CALL, Of.EACH_LEG):
    _then(_CONVERSATION, OVER, _of, Verb.RELEASE, "It is over for all of them.", Parting.HUNG_UP, by=By.API)
# The action on the call that dials.
for _state in (ActionState.STOPPED, ActionState.FINISHED):
    _then(Entity.ACTION, _state, Of.ITS_CONVERSATION, Verb.CLEAR, "The call waits for nobody any more.", Dials.YES)

CONVERSATION_CONSEQUENCES: tuple[Consequence, ...] = tuple(_consequences)

CONVERSATION_EXECUTES: tuple[Executes, ...] = (
    Executes(Instruction.DIAL, False, Effect.DIAL, False, False, MODEL_DIAL, "Others are called; who calls in hears them ring."),
)

CONVERSATION_LIMITS: tuple[Limit, ...] = (
    Limit("dial_legs", 100, MODEL_DIAL, "How many can be called at once by one element."),
)
