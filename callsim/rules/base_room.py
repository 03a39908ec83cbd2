"""The base rules of how a multiparty call goes on: who starts it, whom it lets in, how long it lasts, whose exit ends it."""

from __future__ import annotations

from callsim.model import (
    By,
    CallState,
    Enders,
    Entity,
    EntityCause,
    Fact,
    MpcState,
    Opening,
    Room,
    State,
    Status,
    Termination,
    Verb,
)
from callsim.provenance import Basis
from callsim.rules.rows import Consequence, Effect, Of, Row
from callsim.rules.sources import CSTA, MODEL_MPC

QUEUED, RINGING, IN_PROGRESS, COMPLETED = CallState
INITIALIZED, ACTIVE, ENDED = MpcState
DONE, ALREADY, REFUSED, _ = Status
_LIVE = (INITIALIZED, ACTIVE)

_rows: list[Row] = []


def _on(
    verb: Verb,
    states: State | tuple[State, ...],
    by: By | tuple[By, ...],
    status: Status,
    why: str,
    to: State | None = None,
    cause: EntityCause | None = None,
    when: tuple[Fact, ...] = (),
    entity: Entity = Entity.MPC,
    basis: Basis = MODEL_MPC,
) -> None:
    """Write one row for every state and every speaker named."""
    for state in states if isinstance(states, tuple) else (states,):
        for who in by if isinstance(by, tuple) else (by,):
            _rows.append(Row(entity, verb, state, who, when, status, to or state, cause, basis, why))


# It starts: with somebody who starts it, or on request.
_on(Verb.START, INITIALIZED, By.PLATFORM, DONE, "Somebody who starts it is in.", ACTIVE, when=(Opening.READY,))
_on(Verb.START, INITIALIZED, By.PLATFORM, REFUSED, "Who is in it waits for somebody who starts it.", when=(Opening.NOBODY,))
_on(Verb.START, INITIALIZED, By.PLATFORM, REFUSED, "It is not to start for one alone.", when=(Opening.ALONE,))
_on(Verb.START, ACTIVE, By.PLATFORM, ALREADY, "It has started before.")
_on(Verb.START, INITIALIZED, By.API, DONE, "It is started on request.", ACTIVE)
_on(Verb.START, ACTIVE, By.API, ALREADY, "It has started before.")
_on(Verb.START, ENDED, (By.PLATFORM, By.API), REFUSED, "What has ended does not start again.")

# It lets in who comes, as long as there is room.
_on(Verb.LET_IN, _LIVE, (By.API, By.DOCUMENT), DONE, "There is room for one more.", when=(Room.FREE,))
_on(Verb.LET_IN, _LIVE, (By.API, By.DOCUMENT), REFUSED, "As many take part as may.", when=(Room.FULL,))
_on(Verb.LET_IN, ENDED, (By.API, By.DOCUMENT), REFUSED, "What has ended lets nobody in.")
_on(Verb.STAY_OUT, (QUEUED, RINGING), By.PLATFORM, REFUSED, "Only an answered call stands at a door.", entity=Entity.CALL)
_on(Verb.STAY_OUT, IN_PROGRESS, By.PLATFORM, DONE, "There is no room for it; its document goes on.", entity=Entity.CALL)
_on(Verb.STAY_OUT, COMPLETED, By.PLATFORM, ALREADY, "It is over already; nothing changes.", entity=Entity.CALL, basis=CSTA)

# It lasts only so long, and it may end as a certain one leaves.
_on(Verb.MAX_DURATION_REACHED, INITIALIZED, By.PLATFORM, REFUSED, "Its duration counts from its start.")
_on(Verb.MAX_DURATION_REACHED, ACTIVE, By.PLATFORM, DONE, "It lasted as long as it may.", ENDED, Termination.MAX_DURATION)
_on(Verb.MAX_DURATION_REACHED, ENDED, By.PLATFORM, ALREADY, "It is over already; nothing changes.")
for _enders in Enders:
    _on(Verb.LOSE_ENDER, _LIVE, By.PLATFORM, DONE, "Somebody left with whose exit it ends.", ENDED, Termination.ENDED_ON_EXIT,
        (_enders,))  # fmt: skip
_on(Verb.LOSE_ENDER, ENDED, By.PLATFORM, ALREADY, "It is over already; nothing changes.")

ROOM_ROWS: tuple[Row, ...] = tuple(_rows)


def _then(entity: Entity, on: State | Verb, do: Verb | Effect, why: str) -> Consequence:
    return Consequence(entity, on, (), str(do), Of.SELF, do, By.PLATFORM, MODEL_MPC, why)


ROOM_CONSEQUENCES: tuple[Consequence, ...] = (
    _then(Entity.MPC, ACTIVE, Effect.SET_DURATION_TIMER, "It may last only so long."),
    _then(Entity.MPC, ENDED, Effect.FORGET_DURATION_TIMER, "Its clock has nothing to say."),
    _then(Entity.CALL, Verb.STAY_OUT, Verb.PROCEED, "Its document goes on without."),
)
