"""The base rules of transfers: a call in progress that the API sends to another document, and what that leaves behind."""

from __future__ import annotations

from callsim.model import (
    By,
    CallState,
    EndsOnExit,
    Entity,
    Exit,
    Fact,
    Membership,
    ParticipantState,
    State,
    Status,
    Verb,
)
from callsim.provenance import Basis, assumed
from callsim.rules.rows import Consequence, Effect, Limit, Of, Row
from callsim.rules.sources import CSTA, MODEL_MPC, XML_FLOW

_CALL, _PART, _PLATFORM = Entity.CALL, Entity.PARTICIPANT, By.PLATFORM
_JOINING, _ACTIVE, _EXITED = ParticipantState


def _call(verb: Verb, state: CallState, by: By, status: Status, why: str, basis: Basis = XML_FLOW) -> Row:
    return Row(_CALL, verb, state, by, (), status, state, None, basis, why)


def _part(state: ParticipantState, status: Status, why: str) -> Row:
    cause = Exit.TRANSFERRED if status is Status.DONE else None
    return Row(_PART, Verb.WITHDRAW, state, _PLATFORM, (), status, _EXITED, cause, MODEL_MPC, why)


TRANSFER_ROWS: tuple[Row, ...] = (
    *(_call(Verb.TRANSFER, state, By.API, Status.REFUSED, "Only an answered call can be sent elsewhere.")
      for state in (CallState.QUEUED, CallState.RINGING)),
    _call(Verb.TRANSFER, CallState.IN_PROGRESS, By.API, Status.DONE, "It leaves what it was doing and goes on elsewhere."),
    _call(Verb.TRANSFER, CallState.COMPLETED, By.API, Status.ALREADY, "It is over already; nothing changes.", CSTA),
    *(_call(Verb.ARRIVE_LATE, state, _PLATFORM, Status.REFUSED, "It was sent elsewhere before this document arrived.")
      for state in CallState),
    _part(_JOINING, Status.DONE, "Its call is sent elsewhere."),
    _part(_ACTIVE, Status.DONE, "Its call is sent elsewhere."),
    _part(_EXITED, Status.ALREADY, "It is out already; nothing changes."),
)  # fmt: skip


def _then(entity: Entity, on: State | Verb, of: Of, do: Verb | Effect, why: str, *when: Fact, by: By = _PLATFORM) -> Consequence:
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    basis = XML_FLOW if entity is _CALL else MODEL_MPC
    return Consequence(entity, on, when, name, of, do, by, basis, why)


TRANSFERRED: tuple[Consequence, ...] = (
    _then(_CALL, Verb.TRANSFER, Of.EACH_ACTION, Verb.CUT_OFF, "What ran on the call stops as it is sent elsewhere.", by=By.DOCUMENT),
    *(_then(_CALL, Verb.TRANSFER, Of.ITS_PARTICIPANT, Verb.WITHDRAW, "It takes part no longer.", membership)
      for membership in (Membership.JOINING, Membership.ACTIVE)),
    _then(_CALL, Verb.TRANSFER, Of.SELF, Effect.FETCH_TRANSFER, "The document it was sent to is asked for."),
    _then(_PART, _EXITED, Of.ITS_MPC, Verb.LOSE_ENDER, "With its exit all ends.", _ACTIVE, Exit.TRANSFERRED, EndsOnExit.YES),
    _then(_PART, _EXITED, Of.ITS_MPC, Verb.RECOUNT, "Who is left decides.", _ACTIVE, Exit.TRANSFERRED),
    _then(_PART, _EXITED, Of.ITS_MPC, Verb.LOSE_JOINING, "Perhaps nobody is coming.", _JOINING, Exit.TRANSFERRED),
)  # fmt: skip

TRANSFER_LIMITS: tuple[Limit, ...] = (
    Limit("transfers", 70, assumed("core.limits"), "How many times one call may be sent elsewhere."),
)
