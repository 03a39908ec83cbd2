"""The base rules of how participants take part: muted, on hold, coaching; and several called at once of whom one comes in."""

from __future__ import annotations

from callsim.model import (
    Added,
    By,
    Coaching,
    Entity,
    Fact,
    Held,
    Muted,
    ParticipantState,
    Status,
    Verb,
)
from callsim.rules.rows import Consequence, Effect, Of, Row
from callsim.rules.sources import MODEL_MPC

_PART, _API = Entity.PARTICIPANT, By.API
_JOINING, _ACTIVE, _EXITED = ParticipantState
_SWITCHES: tuple[tuple[Verb, Effect, Fact, Fact, str], ...] = (
    (Verb.MUTE, Effect.MARK_MUTED, Muted.NO, Muted.YES, "Nobody hears it from now on."),
    (Verb.UNMUTE, Effect.MARK_UNMUTED, Muted.YES, Muted.NO, "It is heard again."),
    (Verb.HOLD, Effect.MARK_HELD, Held.NO, Held.YES, "It neither hears nor is heard from now on."),
    (Verb.UNHOLD, Effect.MARK_UNHELD, Held.YES, Held.NO, "It is back among the others."),
    (Verb.COACH, Effect.MARK_COACHING, Coaching.NO, Coaching.YES, "Only agents hear it from now on."),
    (Verb.UNCOACH, Effect.MARK_NOT_COACHING, Coaching.YES, Coaching.NO, "Everybody hears it again."),
)


def _row(verb: Verb, state: ParticipantState, status: Status, why: str, *when: Fact) -> Row:
    return Row(_PART, verb, state, _API, when, status, state, None, MODEL_MPC, why)


PART_ROWS: tuple[Row, ...] = tuple(
    row
    for verb, _, now, then, why in _SWITCHES
    for row in (
        _row(verb, _JOINING, Status.REFUSED, "It is not in yet."),
        _row(verb, _ACTIVE, Status.DONE, why, now),
        _row(verb, _ACTIVE, Status.ALREADY, "It is so already.", then),
        _row(verb, _EXITED, Status.REFUSED, "It is out."),
    )
)

PART_CONSEQUENCES: tuple[Consequence, ...] = (
    *(Consequence(_PART, verb, (), str(effect), Of.SELF, effect, By.PLATFORM, MODEL_MPC, "It is kept in mind.")
      for verb, effect, *_ in _SWITCHES),
    Consequence(_PART, _ACTIVE, (Added.PARALLEL,), "each-rival.lose_race", Of.EACH_RIVAL, Verb.LOSE_RACE, By.PLATFORM, MODEL_MPC,
                "Several were called for one place, and it is taken."),
)  # fmt: skip
