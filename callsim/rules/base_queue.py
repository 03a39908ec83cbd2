"""The base rules of the line that calls stand in, and of how many an account may have: only where an account is limited."""

from __future__ import annotations

from callsim.model import By, CallState, Cause, Entity, Fact, Line, OwnClocks, State, Status, Verb
from callsim.rules.rows import AnyRow, Consequence, Effect, Of, Row
from callsim.rules.sources import CSTA, PLATFORM

_QUEUED, _RINGING, _IN_PROGRESS, _COMPLETED = CallState
_DONE, _ALREADY, _REFUSED, _ = Status

_rows: list[AnyRow] = []


def _on(verb: Verb, states: tuple[CallState, ...], status: Status, why: str, *when: Fact, cause: Cause | None = None) -> None:
    """Write one row for every state named; with a cause the call ends."""
    for state in states:
        to = state if cause is None else _COMPLETED
        basis = CSTA if status is _ALREADY else PLATFORM
        _rows.append(Row(Entity.CALL, verb, state, By.PLATFORM, when, status, to, cause, basis, why))


def _then(on: State | Verb, do: Verb | Effect, why: str, *when: Fact) -> None:
    _rows.append(Consequence(Entity.CALL, on, when, str(do), Of.SELF, do, By.PLATFORM, PLATFORM, why))


# Standing in line, and leaving it.
_then(Verb.PLACE, Effect.LINE_UP, "Its account may make only so many calls a second.", Line.WAITING)
_on(Verb.TAKE_ON, (_QUEUED,), _ALREADY, "It never stood in line.", Line.NONE)
_on(Verb.TAKE_ON, (_QUEUED,), _DONE, "It is its turn.", Line.WAITING)
_on(Verb.TAKE_ON, (_QUEUED,), _ALREADY, "It has left the line.", Line.OUT)
_on(Verb.TAKE_ON, (_QUEUED,), _ALREADY, "It stands in no line yet.", Line.LATER)
_on(Verb.TAKE_ON, (_RINGING, _IN_PROGRESS, _COMPLETED), _ALREADY, "It has left the line.")
_then(Verb.TAKE_ON, Effect.DIAL_OUT, "Somebody is called, if its account has room for it.")
_then(Verb.TAKE_ON, Effect.CALL_NEXT, "Who stood behind it moves up.")
_then(_RINGING, Effect.CALL_NEXT, "Who rings stands in no line, and the next has a turn.", OwnClocks.SOME)
_then(_COMPLETED, Effect.FORGET_QUEUE_TIMER, "Its clocks have nothing to say.", OwnClocks.SOME)
_then(_COMPLETED, Effect.CALL_NEXT, "Who stood behind it moves up.", OwnClocks.SOME, _QUEUED)

# One more than an account may have, or than may be made to one destination.
_on(Verb.EXCEED, (_QUEUED, _RINGING), _DONE, "It is one more than there may be.", cause=Cause.OVER_LIMIT)
_on(Verb.EXCEED, (_IN_PROGRESS,), _REFUSED, "It has been taken on.")
_on(Verb.EXCEED, (_COMPLETED,), _ALREADY, "It is over already; nothing changes.")

QUEUE_ROWS: tuple[AnyRow, ...] = tuple(_rows)
