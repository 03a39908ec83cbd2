"""The base rules of what a dial asks for besides calling: a key to be pressed, a star that hangs up, who hears of it all."""

from __future__ import annotations

from callsim.model import (
    ActionState,
    ActionUrl,
    By,
    CallbackUrl,
    CallState,
    Cause,
    ConversationState,
    Entity,
    Fact,
    Leg,
    LegTold,
    State,
    Status,
    Verb,
)
from callsim.provenance import Basis
from callsim.rules.rows import Consequence, Effect, Limit, Of, Row
from callsim.rules.sources import CSTA, MODEL_DIAL, RFC3261_CANCEL

_QUEUED, _RINGING, _IN_PROGRESS, _COMPLETED = CallState
_DIALLING, _JOINED, _OVER = ConversationState
_DONE, _ALREADY, _REFUSED, _ = Status
_CALL, _CONVERSATION, _ACTION = Entity.CALL, Entity.CONVERSATION, Entity.ACTION
_CONFIRM, _END, _LOSE = Verb.CONFIRM, Verb.END_UNCONFIRMED, Verb.LOSE_RACE


def _call(
    verb: Verb, state: CallState, by: By, status: Status, why: str, *when: Fact, to: CallState | None = None,
    cause: Cause | None = None, basis: Basis = MODEL_DIAL,
) -> Row:  # fmt: skip
    return Row(_CALL, verb, state, by, when, status, to or state, cause, basis, why)


def _talk(verb: Verb, state: ConversationState, status: Status, why: str, basis: Basis = MODEL_DIAL) -> Row:
    return Row(_CONVERSATION, verb, state, By.FAR_PARTY, (), status, state, None, basis, why)


_OTHERS = tuple(leg for leg in Leg if leg is not Leg.UNCONFIRMED)
DIAL_ROWS: tuple[Row, ...] = (
    # Who answers has to press a key first.
    *(_call(_CONFIRM, state, By.FAR_PARTY, _REFUSED, "Who has not answered presses in vain.") for state in (_QUEUED, _RINGING)),
    _call(_CONFIRM, _IN_PROGRESS, By.FAR_PARTY, _DONE, "It was asked to, and has.", Leg.UNCONFIRMED),
    *(_call(_CONFIRM, _IN_PROGRESS, By.FAR_PARTY, _REFUSED, "Nobody asked it to.", leg) for leg in _OTHERS),
    _call(_CONFIRM, _COMPLETED, By.FAR_PARTY, _REFUSED, "The call is over.", basis=CSTA),
    *(_call(_END, state, By.PLATFORM, _REFUSED, "It is asked once it has answered.") for state in (_QUEUED, _RINGING)),
    _call(_END, _IN_PROGRESS, By.PLATFORM, _DONE, "It has not pressed the key in time.", to=_COMPLETED, cause=Cause.UNCONFIRMED),
    _call(_END, _COMPLETED, By.PLATFORM, _ALREADY, "It is over already; nothing changes.", basis=CSTA),
    _call(_LOSE, _IN_PROGRESS, By.PLATFORM, _DONE, "Somebody else has pressed the key first.", Leg.UNCONFIRMED,
          to=_COMPLETED, cause=Cause.LOST_RACE),
    *(_call(_LOSE, _IN_PROGRESS, By.PLATFORM, _REFUSED, "Who has answered has not lost.", leg, basis=RFC3261_CANCEL)
      for leg in _OTHERS),
    # While two are joined.
    _talk(Verb.DROP_LEG, _DIALLING, _REFUSED, "Nobody is joined to it yet."),
    _talk(Verb.DROP_LEG, _JOINED, _DONE, "Who dialled hangs up on whom he talks to, and stays."),
    _talk(Verb.DROP_LEG, _OVER, _REFUSED, "It is over.", CSTA),
    _talk(Verb.MATCH_DIGITS, _DIALLING, _REFUSED, "Nobody is joined to it yet."),
    _talk(Verb.MATCH_DIGITS, _JOINED, _DONE, "Somebody wants to hear of these."),
    _talk(Verb.MATCH_DIGITS, _OVER, _REFUSED, "It is over.", CSTA),
)  # fmt: skip


def _then(entity: Entity, on: State | Verb, of: Of, do: Verb | Effect, why: str, *when: Fact, by: By = By.PLATFORM) -> Consequence:
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    return Consequence(entity, on, when, name, of, do, by, MODEL_DIAL, why)


_TALK = Of.ITS_CONVERSATION
DIAL_CONSEQUENCES: tuple[Consequence, ...] = (
    # A leg that has to press a key.
    _then(_CALL, _IN_PROGRESS, Of.SELF, Effect.ASK_CONFIRMATION, "It is joined once it has pressed a key.", Leg.UNCONFIRMED),
    _then(_CALL, _CONFIRM, Of.EACH_ACTION, Verb.CUT_OFF, "It is asked no longer."),
    _then(_CALL, _CONFIRM, Of.SELF, Effect.BE_CONFIRMED, "From now on it is a leg like any other."),
    _then(_CALL, _CONFIRM, _TALK, Verb.CONNECT, "It was made to be joined."),
    _then(_CALL, _COMPLETED, _TALK, Verb.LOSE_LEG, "Perhaps nobody else is called.", Leg.UNCONFIRMED),
    *(_then(_CALL, verb, Of.SELF, Effect.PART, "From now on it goes its own way.", Leg.UNCONFIRMED)
      for verb in (Verb.RUN, Verb.ADD, Verb.TRANSFER)),
    _then(_ACTION, ActionState.FINISHED, Of.ITS_CALL, _END, "The key was not pressed in time.", ActionUrl.AWAITS_KEY),
    # What is listened for, recorded and told.
    _then(_CONVERSATION, _JOINED, Of.SELF, Effect.LISTEN, "Keys may mean something while they talk."),
    _then(_CONVERSATION, _JOINED, Of.SELF, Effect.RECORD_DIAL, "A recording may begin with it."),
    _then(_CONVERSATION, Verb.DROP_LEG, Of.EACH_LEG, Verb.RELEASE, "It was hung up on.", by=By.OTHER_LEG),
    _then(_ACTION, ActionState.RUNNING, Of.SELF, Effect.TELL_RECORDING, "Its URL is told that it has begun.", ActionUrl.ASIDE_TOLD),
    _then(_CALL, _IN_PROGRESS, _TALK, Effect.TELL_DIAL, "The application is told who has answered.", LegTold.YES),
    _then(_CONVERSATION, _JOINED, Of.SELF, Effect.TELL_DIAL, "The application is told who is joined.", CallbackUrl.SET),
    *(_then(_CALL, _COMPLETED, _TALK, Effect.TELL_DIAL, "The application is told who has gone.", LegTold.YES, was)
      for was in (_QUEUED, _RINGING, _IN_PROGRESS)),
    _then(_CONVERSATION, Verb.MATCH_DIGITS, Of.SELF, Effect.TELL_DIAL, "The application is told the digits.", CallbackUrl.SET),
)  # fmt: skip

DIAL_LIMITS: tuple[Limit, ...] = (
    Limit("confirm_sound", "not-needed", MODEL_DIAL, "Whether a key is asked for where no sound says so."),
    Limit("other_key", "ignored", MODEL_DIAL, "What becomes of who presses another key than the one asked for."),
)
