"""The base rules of what the application hears of multiparty calls: that one was opened, started, ended, who came and went."""

from __future__ import annotations

from callsim.model import (
    AddsTold,
    By,
    Entity,
    Fact,
    JoinedBy,
    MpcState,
    ParticipantState,
    ParticipantsTold,
    State,
    StatesTold,
    Verb,
)
from callsim.rules.rows import Consequence, Effect, Of
from callsim.rules.sources import MODEL_MPC

_MPC, _PART = Entity.MPC, Entity.PARTICIPANT
_JOINING, _ACTIVE, _EXITED = ParticipantState


def _tell(entity: Entity, on: State | Verb, effect: Effect, why: str, *when: Fact) -> Consequence:
    return Consequence(entity, on, when, str(effect), Of.SELF, effect, By.PLATFORM, MODEL_MPC, why)


_HEARD = (Verb.MUTE, Verb.UNMUTE, Verb.HOLD, Verb.UNHOLD, Verb.COACH, Verb.UNCOACH)
_ADDED = (JoinedBy.API, JoinedBy.ADOPTED)
TOLD_CONSEQUENCES: tuple[Consequence, ...] = (
    *(_tell(_MPC, state, Effect.TELL_MPC, "The application is told how it stands.", StatesTold.YES) for state in MpcState),
    _tell(_PART, _ACTIVE, Effect.TELL_PARTICIPANT, "The application is told who is in.", ParticipantsTold.YES),
    _tell(_PART, _EXITED, Effect.TELL_PARTICIPANT, "The application is told who is out.", _ACTIVE, ParticipantsTold.YES),
    *(_tell(_PART, verb, Effect.TELL_PARTICIPANT, "The application is told how it takes part.", ParticipantsTold.YES)
      for verb in _HEARD),
    *(_tell(_PART, _JOINING, Effect.TELL_ADDING, "The application is told who is being added.", joined, AddsTold.YES)
      for joined in _ADDED),
    *(_tell(_PART, _ACTIVE, Effect.TELL_ADDING, "The application is told that it came.", joined, AddsTold.YES)
      for joined in _ADDED),
    *(_tell(_PART, _EXITED, Effect.TELL_ADDING, "The application is told that it did not come.", _JOINING, joined, AddsTold.YES)
      for joined in _ADDED),
)  # fmt: skip
