"""The base rules of calls that are one phone call as equals: nobody of them dialled the others, and who is left alone goes, too."""

from __future__ import annotations

from callsim.model import By, CallState, ConversationState, Entity, Kin, Leg, Members, Parting, Status, Verb
from callsim.rules.rows import Consequence, Of, Row, Start
from callsim.rules.sources import CSTA, MODEL_DIAL

DIALLING, JOINED, OVER = ConversationState
_CONVERSATION = Entity.CONVERSATION


def _lose_peer(
    state: ConversationState, status: Status, why: str, *when: Members, to: ConversationState | None = None,
    parting: Parting | None = None,
) -> Row:  # fmt: skip
    basis = CSTA if state is OVER else MODEL_DIAL
    return Row(_CONVERSATION, Verb.LOSE_PEER, state, By.PLATFORM, when, status, to or state, parting, basis, why)


EQUALS_ROWS: tuple[Row, ...] = (
    _lose_peer(DIALLING, Status.REFUSED, "Who is called for a call is no equal of it."),
    _lose_peer(JOINED, Status.DONE, "Nobody is left.", Members.NONE, to=OVER, parting=Parting.NOBODY_LEFT),
    _lose_peer(JOINED, Status.DONE, "Who is left has nobody to talk to.", Members.ONE, to=OVER, parting=Parting.LEFT_ALONE),
    _lose_peer(JOINED, Status.ALREADY, "The others talk on.", Members.SEVERAL),
    _lose_peer(OVER, Status.ALREADY, "It is over already; nothing changes."),
)
EQUALS_STARTS: tuple[Start, ...] = (
    Start(_CONVERSATION, (Kin.EQUALS,), JOINED, MODEL_DIAL, "A further leg makes one phone call of two."),
)


def _then(entity: Entity, on: CallState | ConversationState, of: Of, do: Verb, why: str, when: Leg | Parting, by: By) -> Consequence:
    return Consequence(entity, on, (when,), f"{of}.{do}", of, do, by, MODEL_DIAL, why)


EQUALS_CONSEQUENCES: tuple[Consequence, ...] = (
    _then(Entity.CALL, CallState.COMPLETED, Of.ITS_CONVERSATION, Verb.LOSE_PEER, "Who is left decides.", Leg.PEER, By.PLATFORM),
    _then(_CONVERSATION, OVER, Of.EACH_LEG, Verb.RELEASE, "Nobody stays alone.", Parting.LEFT_ALONE, By.OTHER_LEG),
)
