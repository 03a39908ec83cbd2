"""The base rules of conferences: calls whose documents let them into one, which is over for them as they leave it."""

from __future__ import annotations

from callsim.model import By, ConferenceTold, Entity, Exit, Fact, JoinedBy, ParticipantState, State, Verb
from callsim.provenance import assumed
from callsim.rules.rows import AnyRow, Consequence, Effect, Executes, Instruction, Limit, Of, Start
from callsim.rules.sources import MODEL_MPC, XML_FLOW

_PART, _PLATFORM = Entity.PARTICIPANT, By.PLATFORM
_JOINING, _ACTIVE, _EXITED = ParticipantState


def _then(on: State, of: Of, do: Verb | Effect, why: str, *when: Fact) -> Consequence:
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    return Consequence(_PART, on, when, name, of, do, _PLATFORM, MODEL_MPC, why)


CONFERENCE_ROWS: tuple[AnyRow, ...] = (
    Start(_PART, (JoinedBy.CONFERENCE,), _JOINING, MODEL_MPC, "Its document lets it into a conference."),
    *(_then(_EXITED, Of.ITS_STAY, Verb.FINISH, "Its stay is over, and its call goes on.", _ACTIVE, exit, JoinedBy.CONFERENCE)
      for exit in (Exit.MPC_ENDED, Exit.KICKED)),
    _then(_ACTIVE, Of.SELF, Effect.TELL_CONFERENCE, "The application is told who is in.", ConferenceTold.YES),
    _then(_EXITED, Of.SELF, Effect.TELL_CONFERENCE, "The application is told who is out.", _ACTIVE, ConferenceTold.YES),
    Executes(Instruction.CONFERENCE, True, Effect.CONFER, False, False, XML_FLOW, "The call takes part until it leaves."),
    Limit("conference_members", 0, assumed("core.multiparty"), "How many may take part in a conference; 0: any number."),
)  # fmt: skip
