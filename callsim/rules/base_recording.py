"""The base rules of recording a multiparty call: it is begun, paused, goes on, and is complete at the latest with the end."""

from __future__ import annotations

from callsim.model import By, Entity, Fact, MpcState, Recording, RecordingTold, State, Status, ToBeRecorded, Verb
from callsim.rules.rows import AnyRow, Consequence, Effect, Of, Row
from callsim.rules.sources import MODEL_MPC

_INITIALIZED, _ACTIVE, _ENDED = MpcState
_OFF, _ON, _PAUSED = Recording
_DONE, _ALREADY, _REFUSED, _ = Status
_API, _PLATFORM = By.API, By.PLATFORM
_NOTHING = "Nothing of it is recorded."


def _row(verb: Verb, state: MpcState, status: Status, why: str, *when: Fact, by: By = _API) -> Row:
    return Row(Entity.MPC, verb, state, by, when, status, state, None, MODEL_MPC, why)


def _then(on: State | Verb, do: Verb | Effect, why: str, *when: Fact) -> Consequence:
    return Consequence(Entity.MPC, on, when, str(do), Of.SELF, do, _PLATFORM, MODEL_MPC, why)


_SAYS: tuple[tuple[Verb, dict[Recording, tuple[Status, str]]], ...] = (
    (Verb.PAUSE_RECORDING, {_OFF: (_REFUSED, _NOTHING), _ON: (_DONE, "What follows is left out."), _PAUSED: (_ALREADY, "It is so already.")}),
    (Verb.RESUME_RECORDING, {_OFF: (_REFUSED, _NOTHING), _ON: (_ALREADY, "It is so already."), _PAUSED: (_DONE, "What follows is kept.")}),
    (Verb.END_RECORDING, {_OFF: (_REFUSED, _NOTHING), _ON: (_DONE, "It is complete."), _PAUSED: (_DONE, "It is complete.")}),
)

RECORDING_ROWS: tuple[AnyRow, ...] = (
    *(_row(Verb.RECORD, _INITIALIZED, _REFUSED, "Nobody talks in it yet.", by=by) for by in (_API, _PLATFORM)),
    *(_row(Verb.RECORD, _ACTIVE, _DONE, "All that is said in it is kept from now on.", _OFF, by=by) for by in (_API, _PLATFORM)),
    *(_row(Verb.RECORD, _ACTIVE, _ALREADY, "It is recorded already.", now, by=by) for now in (_ON, _PAUSED) for by in (_API, _PLATFORM)),
    *(_row(Verb.RECORD, _ENDED, _REFUSED, "What has ended is not recorded.", by=by) for by in (_API, _PLATFORM)),
    *(_row(verb, state, status, why, now)
      for verb, each in _SAYS for state in (_INITIALIZED, _ACTIVE) for now, (status, why) in each.items()),
    *(_row(verb, _ENDED, _REFUSED, "What was recorded of it is complete.") for verb, _ in _SAYS),
)  # fmt: skip

_TAPES = {
    Verb.RECORD: Effect.START_TAPING, Verb.PAUSE_RECORDING: Effect.PAUSE_TAPING, Verb.RESUME_RECORDING: Effect.RESUME_TAPING,
    Verb.END_RECORDING: Effect.END_TAPING,
}  # fmt: skip
RECORDING_CONSEQUENCES: tuple[AnyRow, ...] = (
    _then(_ACTIVE, Verb.RECORD, "Whoever opened it wanted it recorded.", ToBeRecorded.YES),
    *(_then(verb, effect, "It is kept in mind.") for verb, effect in _TAPES.items()),
    *(_then(verb, Effect.TELL_TAPING, "The application is told of the recording.", RecordingTold.YES) for verb in _TAPES),
    *(_then(_ENDED, Effect.END_TAPING, "What was recorded of it is complete.", now) for now in (_ON, _PAUSED)),
    *(_then(_ENDED, Effect.TELL_TAPING, "The application is told of the recording.", now, RecordingTold.YES) for now in (_ON, _PAUSED)),
)  # fmt: skip
