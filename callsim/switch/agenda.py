"""What waits on the agenda of a switch, and whom a consequence happens to."""

from __future__ import annotations

from typing import Any, NamedTuple

from callsim.model import By, MultipartyCall, Thing
from callsim.rules import Consequence, Of, Row
from callsim.switch.conversations import OF_CONVERSATIONS
from callsim.switch.world import present, running

AGENDA_BOUND = 100_000
"""So many consequences may follow from one command."""
_KINDS = {Of.ITS_HOLD: "hold", Of.ITS_PARKING: "park", Of.ITS_RECORDING: "recording", Of.ITS_RECORDING_PAUSE: "recording-pause"}
_SELF = Of.SELF  # On Python 3.11 an enum's member costs a function call each time it is asked of its class.


class Due(NamedTuple):
    """A consequence on the agenda: the row, the thing it follows from, the change it follows from, who asked, details."""

    row: Consequence
    thing: Thing
    because: int
    by: By
    detail: Any


class Closing(NamedTuple):
    """A multiparty call whose end is decided, and why, and comes as soon as its participants are out."""

    mpc: MultipartyCall
    row: Row
    by: By
    because: int
    via: str | None


def those(of: Of, thing: Any) -> list[Any]:
    """Whom a consequence happens to, in order."""
    if of is _SELF:
        return [thing]
    if of is Of.ITS_CALL:
        return [thing.call]
    if of is Of.ITS_MPC:
        return [thing.mpc]
    if of is Of.ITS_PARTICIPANT:
        return [thing.participant] if thing.participant is not None else []
    if of is Of.EACH_PARTICIPANT:
        return present(thing)
    if of is Of.EACH_RIVAL:
        return list(thing.rivals)
    if of is Of.EACH_ACTION:
        return running(thing.actions)
    if of is Of.ITS_STAY:
        return [action for action in running(thing.call.actions) if action.kind == "conference"]
    if of in OF_CONVERSATIONS:
        return OF_CONVERSATIONS[of](thing)
    return [action for action in running(thing.actions) if action.kind == _KINDS[of]]
