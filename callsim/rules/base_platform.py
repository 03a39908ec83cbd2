"""The base rules of what a platform ends calls for by itself: no media, no credit, a machine, an end set as it rings."""

from __future__ import annotations

from callsim.model import (
    Answerer,
    AnswerUrl,
    By,
    CallState,
    Cause,
    DetectionUrl,
    Direction,
    Entity,
    Fact,
    MachineDetection,
    Membership,
    OwnClocks,
    State,
    Status,
    Verb,
)
from callsim.provenance import assumed
from callsim.rules.rows import AnyRow, Consequence, Effect, Limit, Of, Row
from callsim.rules.sources import CSTA, PLATFORM

_QUEUED, _RINGING, _IN_PROGRESS, _COMPLETED = CallState
_DONE, _ALREADY, _REFUSED, _ = Status
_UP = (_RINGING, _IN_PROGRESS)

_rows: list[AnyRow] = []


def _on(
    verb: Verb, states: tuple[CallState, ...], status: Status, why: str, *when: Fact, cause: Cause | None = None,
    by: By = By.PLATFORM,
) -> None:  # fmt: skip
    """Write one row for every state named; with a cause the call ends."""
    for state in states:
        to = state if cause is None else _COMPLETED
        basis = CSTA if status is _ALREADY else PLATFORM
        _rows.append(Row(Entity.CALL, verb, state, by, when, status, to, cause, basis, why))


def _then(on: State | Verb, do: Verb | Effect, why: str, *when: Fact) -> None:
    _rows.append(Consequence(Entity.CALL, on, when, str(do), Of.SELF, do, By.PLATFORM, PLATFORM, why))


_OVER = "It is over already; nothing changes."

# An end that was set for so long after the call begins to ring.
_on(Verb.RING_SCHEDULE_REACHED, (_QUEUED,), _REFUSED, "It does not ring yet.")
_on(Verb.RING_SCHEDULE_REACHED, _UP, _DONE, "Whoever placed it set this end.", cause=Cause.TIME_LIMIT)
_on(Verb.RING_SCHEDULE_REACHED, (_COMPLETED,), _ALREADY, _OVER)
_then(_RINGING, Effect.SET_RING_SCHEDULE_TIMER, "Its end may be set from here.", Direction.OUTBOUND, OwnClocks.SOME)

# Media that stops, and does not come back.
_on(Verb.LOSE_MEDIA, (_QUEUED, _RINGING), _REFUSED, "Only an answered call has media.", by=By.CARRIER)
_on(Verb.LOSE_MEDIA, (_IN_PROGRESS,), _DONE, "Nothing more is heard of its far party.", by=By.CARRIER)
_on(Verb.LOSE_MEDIA, (_COMPLETED,), _REFUSED, "A call that is over has no media to lose.", by=By.CARRIER)
_then(Verb.LOSE_MEDIA, Effect.SET_MEDIA_TIMER, "It may be without media only so long.")
_on(Verb.MEDIA_TIME_OVER, (_QUEUED, _RINGING), _REFUSED, "Only an answered call has media.")
_on(Verb.MEDIA_TIME_OVER, (_IN_PROGRESS,), _DONE, "Nobody has been heard for too long.", cause=Cause.MEDIA_TIMEOUT)
_on(Verb.MEDIA_TIME_OVER, (_COMPLETED,), _ALREADY, _OVER)

# An account that cannot pay any more.
_on(Verb.OUT_OF_CREDIT, (_QUEUED, *_UP), _DONE, "Its account cannot pay for it any more.", cause=Cause.OUT_OF_CREDIT)
_on(Verb.OUT_OF_CREDIT, (_COMPLETED,), _ALREADY, _OVER)

# Finding out who answered.
_on(Verb.DETECT, (_QUEUED, _RINGING), _REFUSED, "Nobody has answered yet.")
_on(Verb.DETECT, (_IN_PROGRESS,), _REFUSED, "Nobody asked who answers.", MachineDetection.NONE)
for _asked in (MachineDetection.TOLD, MachineDetection.HANGUP):
    _on(Verb.DETECT, (_IN_PROGRESS,), _DONE, "By now it is known who answered.", _asked)
_on(Verb.DETECT, (_COMPLETED,), _ALREADY, _OVER)
_then(_IN_PROGRESS, Effect.SET_MACHINE_TIMER, "To tell a machine from a person takes time.", OwnClocks.SOME)
_then(Verb.DETECT, Effect.TELL_MACHINE, "Its URL is told that a machine answered.", DetectionUrl.SET, Answerer.MACHINE)
_then(Verb.DETECT, Effect.NOTHING, "Nobody is told that a person answered.", DetectionUrl.SET, Answerer.PERSON)
_then(Verb.DETECT, Verb.END_FOR_MACHINE, "Machines are hung up on.", MachineDetection.HANGUP, Answerer.MACHINE)
_then(Verb.DETECT, Effect.FETCH_ANSWER, "Now the application is asked what to do.",
      AnswerUrl.LATER, Membership.NONE, MachineDetection.TOLD)  # fmt: skip
_then(Verb.DETECT, Effect.FETCH_ANSWER, "Now the application is asked what to do.",
      AnswerUrl.LATER, Membership.NONE, MachineDetection.HANGUP, Answerer.PERSON)  # fmt: skip
_on(Verb.END_FOR_MACHINE, (_QUEUED, _RINGING), _REFUSED, "Nobody has answered yet.")
_on(Verb.END_FOR_MACHINE, (_IN_PROGRESS,), _DONE, "It was meant for a person.", cause=Cause.MACHINE)
_on(Verb.END_FOR_MACHINE, (_COMPLETED,), _ALREADY, _OVER)

# Clocks of what is over.
for _forget in (Effect.FORGET_RING_SCHEDULE_TIMER, Effect.FORGET_MEDIA_TIMER, Effect.FORGET_MACHINE_TIMER):
    _then(_COMPLETED, _forget, "Its clocks have nothing to say.", OwnClocks.SOME)

_rows += [
    Limit("longest_call", 86_400_000, assumed("core.limits"), "How long an answered call may last whatever was asked, in milliseconds."),
    Limit("media_timeout", 60_000, assumed("core.limits"), "How long an answered call may be without media, in milliseconds."),
    Limit("machine_detection_time", 5_000, assumed("core.limits"), "How long it takes to tell a machine from a person, in milliseconds."),
]
PLATFORM_ROWS: tuple[AnyRow, ...] = tuple(_rows)
