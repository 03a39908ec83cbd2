"""The base rules of a call that is to be dialled only later: it waits, is dialled, or is gone before."""

from __future__ import annotations

from callsim.model import By, CallState, Entity, Fact, Line, OwnClocks, State, Status, Verb
from callsim.provenance import Basis
from callsim.rules.rows import AnyRow, Consequence, Effect, Of, Row
from callsim.rules.sources import CSTA, PLATFORM

_QUEUED, _RINGING, _IN_PROGRESS, _COMPLETED = CallState
_OVER, _BY = Verb.DIAL_DELAY_OVER, By.PLATFORM


def _row(state: CallState, status: Status, why: str, *when: Fact, basis: Basis = PLATFORM) -> Row:
    return Row(Entity.CALL, _OVER, state, _BY, when, status, state, None, basis, why)


def _then(on: State | Verb, effect: Effect, why: str, *when: Fact) -> Consequence:
    return Consequence(Entity.CALL, on, when, str(effect), Of.SELF, effect, _BY, PLATFORM, why)


DELAY_ROWS: tuple[AnyRow, ...] = (
    _row(_QUEUED, Status.DONE, "It has waited as long as it was to.", Line.LATER),
    *(_row(_QUEUED, Status.ALREADY, "It does not wait to be dialled.", line) for line in Line if line is not Line.LATER),
    *(_row(state, Status.ALREADY, "It does not wait to be dialled.") for state in (_RINGING, _IN_PROGRESS)),
    _row(_COMPLETED, Status.ALREADY, "It is over already; nothing changes.", basis=CSTA),
    _then(Verb.PLACE, Effect.SET_DIAL_DELAY_TIMER, "It is to be dialled only so much later.", Line.LATER),
    _then(_OVER, Effect.DIAL_NOW, "Somebody is called, as soon as its account may."),
    _then(_RINGING, Effect.FORGET_DIAL_DELAY_TIMER, "It waits no longer.", OwnClocks.SOME),
    _then(_COMPLETED, Effect.FORGET_DIAL_DELAY_TIMER, "Its clocks have nothing to say.", OwnClocks.SOME),
)
