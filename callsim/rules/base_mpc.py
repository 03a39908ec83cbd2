"""The base rules of multiparty calls, their participants, and the actions that run on calls."""

from __future__ import annotations

from callsim.model import (
    ActionState,
    By,
    Entity,
    EntityCause,
    Exit,
    Fact,
    Members,
    MpcState,
    ParticipantState,
    Pending,
    State,
    Status,
    StayAlone,
    Termination,
    Verb,
)
from callsim.provenance import Basis
from callsim.rules.rows import Row
from callsim.rules.sources import CSTA, MODEL_MPC, XML_FLOW

INITIALIZED, ACTIVE, ENDED = MpcState
RUNNING, FINISHED, STOPPED = ActionState
DONE, ALREADY, REFUSED, _ = Status

_rows: list[Row] = []


def _on(
    entity: Entity,
    verb: Verb,
    states: State | tuple[State, ...],
    by: By | tuple[By, ...],
    status: Status,
    why: str,
    to: State | None = None,
    cause: EntityCause | None = None,
    when: tuple[Fact, ...] = (),
    basis: Basis = MODEL_MPC,
) -> None:
    """Write one row for every state and every speaker named."""
    for state in states if isinstance(states, tuple) else (states,):
        for who in by if isinstance(by, tuple) else (by,):
            _rows.append(Row(entity, verb, state, who, when, status, to or state, cause, basis, why))


# A multiparty call: somebody stops it, it empties. How it starts and goes on is in base_room.
_on(Entity.MPC, Verb.STOP, (INITIALIZED, ACTIVE), By.API, DONE, "It is ended on request.", ENDED, Termination.STOPPED)
_on(Entity.MPC, Verb.STOP, ENDED, By.API, ALREADY, "It is over already; nothing changes.")

# Recount: an active participant has left, whether it had started by then or not. Who is still there decides.
for _state in (INITIALIZED, ACTIVE):
    for _pending in Pending:
        _on(Entity.MPC, Verb.RECOUNT, _state, By.PLATFORM, DONE, "The last one has left.", ENDED,
            Termination.NO_PARTICIPANTS, (Members.NONE, _pending))  # fmt: skip
        _on(Entity.MPC, Verb.RECOUNT, _state, By.PLATFORM, DONE, "One is left who may not stay alone.", ENDED,
            Termination.STAY_ALONE, (Members.ONE, StayAlone.NO, _pending))  # fmt: skip
    _on(Entity.MPC, Verb.RECOUNT, _state, By.PLATFORM, ALREADY, "The one left may stay.", when=(Members.ONE, StayAlone.YES))
    _on(Entity.MPC, Verb.RECOUNT, _state, By.PLATFORM, ALREADY, "Enough are left.", when=(Members.SEVERAL,))
_on(Entity.MPC, Verb.RECOUNT, ENDED, By.PLATFORM, ALREADY, "It is over already; nothing changes.")

# Lose joining: a participant left before it was in.
for _state in (INITIALIZED, ACTIVE):
    _on(Entity.MPC, Verb.LOSE_JOINING, _state, By.PLATFORM, DONE, "Nobody is in it and nobody is coming.", ENDED,
        Termination.NO_PARTICIPANTS, (Members.NONE, Pending.NONE))  # fmt: skip
    _on(Entity.MPC, Verb.LOSE_JOINING, _state, By.PLATFORM, ALREADY, "Others are still joining.",
        when=(Members.NONE, Pending.SOME))  # fmt: skip
    for _members in (Members.ONE, Members.SEVERAL):
        _on(Entity.MPC, Verb.LOSE_JOINING, _state, By.PLATFORM, ALREADY, "Those inside do not mind.", when=(_members,))
_on(Entity.MPC, Verb.LOSE_JOINING, ENDED, By.PLATFORM, ALREADY, "It is over already; nothing changes.")

# A participant: in, and out again for one of three reasons.
_JOINING, _ACTIVE, _EXITED = ParticipantState
_PART = Entity.PARTICIPANT
_on(_PART, Verb.ENTER, _JOINING, By.PLATFORM, DONE, "Its call was answered: it is in.", _ACTIVE)
_on(_PART, Verb.ENTER, _ACTIVE, By.PLATFORM, ALREADY, "It is in already.")
_on(_PART, Verb.ENTER, _EXITED, By.PLATFORM, REFUSED, "It is out for good; coming back makes a new participant.")
_on(_PART, Verb.LEAVE, (_JOINING, _ACTIVE), By.PLATFORM, DONE, "Its call is over.", _EXITED, Exit.CALL_ENDED)
_on(_PART, Verb.KICK, (_JOINING, _ACTIVE), By.API, DONE, "It is removed on request.", _EXITED, Exit.KICKED)
_on(_PART, Verb.DISMISS, (_JOINING, _ACTIVE), (By.API, By.PLATFORM), DONE, "The multiparty call ends.", _EXITED, Exit.MPC_ENDED)
_on(_PART, Verb.LEAVE, _EXITED, By.PLATFORM, ALREADY, "It is out already; nothing changes.")
_on(_PART, Verb.KICK, _EXITED, By.API, ALREADY, "It is out already; nothing changes.")
_on(_PART, Verb.DISMISS, _EXITED, (By.API, By.PLATFORM), ALREADY, "It is out already; nothing changes.")

# An action: it runs to its end, or is cut off.
_on(Entity.ACTION, Verb.FINISH, RUNNING, By.PLATFORM, DONE, "It has run its length.", FINISHED, basis=XML_FLOW)
_on(Entity.ACTION, Verb.FINISH, (FINISHED, STOPPED), By.PLATFORM, ALREADY, "It runs no more.", basis=CSTA)
_on(Entity.ACTION, Verb.CUT_OFF, RUNNING, By.PLATFORM, DONE, "Its call goes another way.", STOPPED, basis=XML_FLOW)
_on(Entity.ACTION, Verb.CUT_OFF, (FINISHED, STOPPED), By.PLATFORM, ALREADY, "It runs no more.", basis=CSTA)

MPC_ROWS: tuple[Row, ...] = tuple(_rows)
