"""The base rules of what is done to a phone call while it goes on: hold, parking lot, recording, and who is at its other end."""

from __future__ import annotations

from callsim.model import (
    ActionState,
    ActionUrl,
    By,
    CallState,
    Direction,
    Entity,
    Fact,
    OnHold,
    Parked,
    Recorded,
    Status,
    Verb,
)
from callsim.rules.rows import Consequence, Effect, Limit, Of, Row
from callsim.rules.sources import PHONE_CALL

QUEUED, RINGING, IN_PROGRESS, COMPLETED = CallState
DONE, ALREADY, REFUSED, _ = Status

_rows: list[Row] = []


def _on(
    verb: Verb,
    states: CallState | tuple[CallState, ...],
    status: Status,
    why: str,
    *when: Fact,
    to: CallState | None = None,
    by: By = By.API,
) -> None:
    """Write one row for every state named."""
    for state in states if isinstance(states, tuple) else (states,):
        _rows.append(Row(Entity.CALL, verb, state, by, when, status, to or state, None, PHONE_CALL, why))


_RECORDING = (Verb.RECORD_CALL, Verb.STOP_RECORDING, Verb.PAUSE_CALL_RECORDING, Verb.RESUME_CALL_RECORDING)
for _verb in (Verb.HOLD_CALL, Verb.UNHOLD_CALL, Verb.PARK, Verb.UNPARK, *_RECORDING, Verb.REFER, Verb.HEAR):
    _on(_verb, (QUEUED, RINGING), REFUSED, "Only a call that was answered has two sides.")
    _on(_verb, COMPLETED, REFUSED, "There is nothing to be done to a call that is over.")

_on(Verb.HOLD_CALL, IN_PROGRESS, DONE, "Its far party waits, and hears nobody.", OnHold.NO, Parked.NO)
_on(Verb.HOLD_CALL, IN_PROGRESS, ALREADY, "It is on hold.", OnHold.YES, Parked.NO)
_on(Verb.HOLD_CALL, IN_PROGRESS, REFUSED, "Nobody is at the near end of a parked call who could hold it.", Parked.YES)
_on(Verb.UNHOLD_CALL, IN_PROGRESS, DONE, "They talk again.", OnHold.YES)
_on(Verb.UNHOLD_CALL, IN_PROGRESS, ALREADY, "It is not on hold.", OnHold.NO)
_on(Verb.PARK, IN_PROGRESS, DONE, "It waits in the parking lot for somebody to take it.", Parked.NO)
_on(Verb.PARK, IN_PROGRESS, ALREADY, "It is in the parking lot.", Parked.YES)
_on(Verb.UNPARK, IN_PROGRESS, DONE, "Somebody takes it out of the parking lot.", Parked.YES)
_on(Verb.UNPARK, IN_PROGRESS, ALREADY, "It is not in the parking lot.", Parked.NO)
_on(Verb.PARK_TIME_OVER, (QUEUED, RINGING), REFUSED, "Only a call that was answered can be parked.", by=By.PLATFORM)
_on(Verb.PARK_TIME_OVER, IN_PROGRESS, DONE, "Whoever parked it takes it back.", by=By.PLATFORM)
_on(Verb.PARK_TIME_OVER, COMPLETED, ALREADY, "It is over already; nothing changes.", by=By.PLATFORM)
_on(Verb.RECORD_CALL, IN_PROGRESS, DONE, "What is said is recorded from now on.", Recorded.NO)
_on(Verb.RECORD_CALL, IN_PROGRESS, ALREADY, "It is being recorded.", Recorded.YES)
_on(Verb.RECORD_CALL, IN_PROGRESS, ALREADY, "It is being recorded, but for a pause.", Recorded.PAUSED)
_on(Verb.STOP_RECORDING, IN_PROGRESS, DONE, "What is said is recorded no longer.", Recorded.YES)
_on(Verb.STOP_RECORDING, IN_PROGRESS, DONE, "It is not gone on with.", Recorded.PAUSED)
_on(Verb.STOP_RECORDING, IN_PROGRESS, ALREADY, "It is not being recorded.", Recorded.NO)
_on(Verb.PAUSE_CALL_RECORDING, IN_PROGRESS, DONE, "What follows is left out.", Recorded.YES)
_on(Verb.PAUSE_CALL_RECORDING, IN_PROGRESS, ALREADY, "It is so already.", Recorded.PAUSED)
_on(Verb.PAUSE_CALL_RECORDING, IN_PROGRESS, REFUSED, "It is not being recorded.", Recorded.NO)
_on(Verb.RESUME_CALL_RECORDING, IN_PROGRESS, DONE, "What follows is kept.", Recorded.PAUSED)
_on(Verb.RESUME_CALL_RECORDING, IN_PROGRESS, ALREADY, "It is so already.", Recorded.YES)
_on(Verb.RESUME_CALL_RECORDING, IN_PROGRESS, REFUSED, "It is not being recorded.", Recorded.NO)
_on(Verb.REFER, IN_PROGRESS, DONE, "Its far party goes on with somebody else.")
_on(Verb.HEAR, IN_PROGRESS, DONE, "It is heard beside what its document lets be heard, and changes nothing.")
_on(Verb.DIVERT, QUEUED, REFUSED, "Nobody has been reached yet.")
_on(Verb.DIVERT, RINGING, DONE, "The voice mail answers its caller.", Direction.INBOUND, to=IN_PROGRESS)
_on(Verb.DIVERT, RINGING, REFUSED, "Only the callee can answer an outbound call.", Direction.OUTBOUND)
_on(Verb.DIVERT, IN_PROGRESS, DONE, "Its far party goes on with the voice mail.")
_on(Verb.DIVERT, COMPLETED, REFUSED, "There is nothing to be done to a call that is over.")

PHONE_CALL_ROWS: tuple[Row, ...] = tuple(_rows)

_followers: list[Consequence] = []


def _then(on: Verb | ActionState, of: Of, do: Verb | Effect, why: str, *when: Fact) -> None:
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    entity = Entity.ACTION if isinstance(on, ActionState) else Entity.CALL
    _followers.append(Consequence(entity, on, when, name, of, do, By.PLATFORM, PHONE_CALL, why))


_then(Verb.HOLD_CALL, Of.SELF, Effect.START_HOLD, "From now on.")
_then(Verb.UNHOLD_CALL, Of.ITS_HOLD, Verb.CUT_OFF, "The hold is over.")
_then(Verb.PARK, Of.ITS_HOLD, Verb.CUT_OFF, "Nobody is at its near end who could hold it.")
_then(Verb.PARK, Of.SELF, Effect.START_PARKING, "Until somebody takes it, or its time is over.")
_then(Verb.UNPARK, Of.ITS_PARKING, Verb.CUT_OFF, "It is in the parking lot no longer.")
_then(Verb.RECORD_CALL, Of.SELF, Effect.START_RECORDING, "From now on.")
_then(Verb.STOP_RECORDING, Of.ITS_RECORDING_PAUSE, Verb.CUT_OFF, "There is nothing left that could pause.")
_then(Verb.STOP_RECORDING, Of.ITS_RECORDING, Verb.CUT_OFF, "The recording is over.")
_then(Verb.PAUSE_CALL_RECORDING, Of.SELF, Effect.START_RECORDING_PAUSE, "From now on.")
_then(Verb.RESUME_CALL_RECORDING, Of.ITS_RECORDING_PAUSE, Verb.CUT_OFF, "The pause is over.")
for _verb in (Verb.REFER, Verb.DIVERT):
    _then(_verb, Of.ITS_HOLD, Verb.CUT_OFF, "Who comes in has not put it on hold.")
    _then(_verb, Of.ITS_PARKING, Verb.CUT_OFF, "Somebody has it.")
_then(ActionState.FINISHED, Of.ITS_CALL, Verb.PARK_TIME_OVER, "It waited as long as it may.", ActionUrl.PARKING)

PHONE_CALL_CONSEQUENCES: tuple[Consequence, ...] = tuple(_followers)

PHONE_CALL_LIMITS: tuple[Limit, ...] = (
    Limit("parking", 180_000, PHONE_CALL, "How long a call may wait in the parking lot, in milliseconds."),
)
