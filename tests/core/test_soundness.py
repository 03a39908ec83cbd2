"""What no switch could carry out is refused as the book is made, with a sentence that says what was expected."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from callsim.errors import RulebookError
from callsim.machines import events
from callsim.model import (
    ActionState,
    By,
    CallState,
    Cause,
    Direction,
    Entity,
    Exit,
    ExitUrl,
    Fact,
    JoinedBy,
    Members,
    MpcState,
    ParticipantState,
    Purpose,
    State,
    Status,
    Termination,
    Verb,
)
from callsim.rules import Consequence, Effect, Instruction, Of, Rulebook, Start
from callsim.rules.soundness import BY_ELEMENT, FACTS_OF, FOLLOWS, HAPPENS_TO, LEADS_TO, LIMITS
from callsim.switch.effects import EFFECTS

from .worlds import BASE

BASIS = BASE.rows["mpc.begins"].basis


def otherwise(id: str, **values: Any) -> Rulebook:
    """The base rules, but this row says something else."""
    return BASE.with_rows(replace(row, **values) if row.id == id else row for row in BASE.rows.values())


def and_then(
    entity: Entity, on: State | Verb, of: Of, do: Verb | Effect, by: By | None = None, when: tuple[Fact, ...] = ()
) -> Rulebook:
    """The base rules, and one consequence more."""
    row = Consequence(entity, on, when, "besides", of, do, by, BASIS, "Nobody should have written this.")
    return BASE.with_rows([*BASE.rows.values(), row])


CALL, MPC, PARTICIPANT, ACTION, _ = Entity
COMPLETED, EXITED, ENDED = CallState.COMPLETED, ParticipantState.EXITED, MpcState.ENDED

# -- rows that say what cannot be: the row, what it says instead, the complaint -------------------------------------

DECISIONS = [
    ("call.hang_up.queued.api", {"to": MpcState.ENDED}, "'ended' is no state of a call; it has queued, ringing"),
    ("call.hang_up.queued.api", {"status": Status.REFUSED}, "a row that is refused cannot move to completed"),
    ("call.hang_up.queued.api", {"cause": None}, "a call is completed for no cause; expected one of cancelled, normal"),
    ("call.hang_up.queued.api", {"cause": Exit.KICKED}, "'kicked' is no cause of a call; it has cancelled, normal"),
    ("call.ring.queued.carrier", {"to": COMPLETED}, "a call is completed for no cause"),
    ("mpc.stop.active.api", {"cause": None}, "an mpc is ended for no cause; expected one of stopped, no-participants"),
    ("participant.kick.active.api", {"cause": None}, "a participant is exited for no cause; expected one of call-ended"),
    ("participant.kick.active.api", {"state": MpcState.ACTIVE}, "'active' or 'exited' is no state of a participant"),
    ("participant.kick.active.api", {"cause": Termination.STOPPED}, "'stopped' is no cause of a participant"),
    ("action.cut_off.running.platform", {"cause": Cause.NORMAL}, "'normal' is no cause of an action"),
    ("call.answer.ringing.far-party.outbound", {"to": CallState.QUEUED}, "nothing comes back to queued, in which a call only"),
    ("participant.enter.active.platform", {"status": Status.DONE, "to": ParticipantState.JOINING}, "nothing comes back"),
    ("call.ring.queued.carrier", {"when": (Members.ONE,)}, "'one' is nothing that can be asked of a call; that is Direction"),
    ("call.ring.queued.carrier", {"when": (Cause.BUSY,)}, "'busy' is known only of a call that is completed"),
    ("call.ring.queued.carrier", {"when": (CallState.QUEUED,)}, "at queued a call may have come from no state"),
]
BEGINNINGS = [
    ("call.begins.inbound", {"state": COMPLETED}, "a call cannot begin as 'completed'; expected one of queued, ringing"),
    ("mpc.begins", {"state": CallState.QUEUED}, "an mpc cannot begin as 'queued'; expected one of initialized, active"),
    ("action.begins", {"state": ActionState.STOPPED}, "an action cannot begin as 'stopped'; expected one of running"),
    ("call.begins.inbound", {"when": ()}, "no call begins like that; expected one of call.begins.outbound, call.begins.inbound"),
]
ELEMENTS = [
    ("instruction.speak", {"do": Verb.RING}, "'ring' is nothing that an element says to its call"),
    ("instruction.speak", {"do": Verb.KICK}, "'kick' is nothing that an element says to its call"),
    ("instruction.speak", {"do": Verb.RUN}, "'run' is nothing that an element says to its call"),
    ("instruction.speak", {"do": Verb.JOIN}, "'join' needs what speak does not have; it is for multipartycall"),
    ("instruction.hangup", {"do": Effect.START_ACTION}, "'start-action' needs what hangup does not have; it is for speak, play"),
    ("instruction.speak", {"do": Effect.FETCH_EXIT}, "'fetch-exit' is nothing that an element does; expected a verb or one of"),
]
FIGURES = [
    ("limit.redirects", {"value": "many"}, "'many' is no limit; expected a whole number from 0"),
    ("limit.ring_timeout", {"value": -1}, "-1 is no limit"),
    ("limit.ring_timeout", {"value": True}, "True is no limit"),
    ("limit.many", {"value": "one-by-on"}, "'one-by-on' is no choice; expected one of snapshot-first, one-by-one"),
]


@pytest.mark.parametrize(("id", "values", "complaint"), [*DECISIONS, *BEGINNINGS, *ELEMENTS, *FIGURES])
def test_a_row_that_cannot_be_is_refused(id: str, values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(complaint)) as refused:
        otherwise(id, **values)
    assert str(refused.value).startswith(id.partition(".")[0])


# -- consequences that cannot follow ---------------------------------------------------------------------------------

SELF, ITS_CALL, ITS_MPC, ITS_PARTICIPANT = Of.SELF, Of.ITS_CALL, Of.ITS_MPC, Of.ITS_PARTICIPANT
UNFIT: list[tuple[tuple[Any, ...], str]] = [
    ((CALL, ENDED, SELF, Verb.RUN_OUT), "'ended' is no state of a call and no verb said to it"),
    ((CALL, Verb.KICK, SELF, Verb.RUN_OUT), "'kick' is no state of a call and no verb said to it"),
    ((CALL, COMPLETED, ITS_MPC, Verb.RECOUNT), "from a call nothing leads to its-mpc; expected one of itself, its-participant"),
    ((ACTION, ActionState.FINISHED, ITS_PARTICIPANT, Verb.LEAVE), "from an action nothing leads to its-participant"),
    ((CALL, COMPLETED, SELF, Verb.LEAVE, By.PLATFORM), "'leave' is said to a participant, and itself is a call here"),
    ((CALL, COMPLETED, SELF, Verb.RUN_OUT, By.API), "'run_out' cannot be said by api; it is said by platform"),
    ((CALL, COMPLETED, SELF, Verb.ADD, By.API), "'add' needs what only a command or an element brings"),
    ((CALL, COMPLETED, SELF, Verb.JOIN, By.DOCUMENT), "'join' needs what only a command or an element brings"),
    ((CALL, COMPLETED, SELF, Effect.FETCH_EXIT), "'fetch-exit' can only follow from what becomes of a participant"),
    ((CALL, COMPLETED, SELF, Effect.ADMIT), "'admit' can only follow from add, join of a call, not from completed of a call"),
    ((CALL, COMPLETED, Of.ITS_CONVERSATION, Effect.LISTEN), "'listen' can only follow from what becomes of a conversation"),
    ((CALL, COMPLETED, Of.ITS_CONVERSATION, Effect.RECORD_DIAL), "'record-dial' can only follow from what becomes of a conversation"),
    ((CALL, Verb.ADD, SELF, Effect.TAKE_DOCUMENT), "'take-document' can only follow from run of a call"),
    ((CALL, Verb.RUN, SELF, Effect.START_ACTION), "'start-action' needs an element of a document"),
    ((PARTICIPANT, EXITED, SELF, Effect.TELL_HANGUP), "'tell-hangup' happens to a call, and itself is a participant here"),
    ((MPC, ENDED, Of.EACH_PARTICIPANT, Verb.LEAVE, By.PLATFORM, (Exit.KICKED,)), "'kicked' is nothing that can be asked of an mpc"),
    ((PARTICIPANT, ParticipantState.ACTIVE, SELF, Effect.NOTHING, None, (Exit.KICKED,)), "'kicked' is known only of a participant"),
    ((CALL, CallState.RINGING, SELF, Effect.NOTHING, None, (CallState.QUEUED,)), "at ringing a call may have come from no state"),
    ((CALL, Verb.PROCEED, SELF, Effect.NOTHING, None, (CallState.RINGING,)), "at proceed a call may have come from no state"),
]


@pytest.mark.parametrize(("row", "complaint"), UNFIT)
def test_a_consequence_that_cannot_follow_is_refused(row: tuple[Any, ...], complaint: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(complaint)) as refused:
        and_then(*row)
    assert str(refused.value).startswith(f"{row[0]}.then.{row[1]}.besides")


def test_who_did_it_must_be_able_to_say_what_follows() -> None:
    complaint = "it follows from what platform did, and 'end_by_kick' cannot be said by platform; it is said by api"
    with pytest.raises(RulebookError, match=complaint):
        and_then(PARTICIPANT, EXITED, ITS_CALL, Verb.END_BY_KICK, when=(Exit.CALL_ENDED,))
    with pytest.raises(RulebookError, match=complaint):
        otherwise("participant.leave.active.platform", cause=Exit.KICKED)
    with pytest.raises(RulebookError, match="follows from what document did, and 'finish' cannot be said by document"):
        and_then(ACTION, ActionState.RUNNING, SELF, Verb.FINISH)
    kicked = (Exit.KICKED, ExitUrl.SET, JoinedBy.XML, ParticipantState.ACTIVE)
    assert events(and_then(PARTICIPANT, EXITED, ITS_CALL, Verb.END_BY_KICK, when=kicked))


# -- what every book must have -----------------------------------------------------------------------------------------

NEEDED = ["call.begins.inbound", "mpc.begins", "participant.begins.adopted", "action.begins", "limit.redirects", "limit.many"]


@pytest.mark.parametrize("id", [*NEEDED, *(f"instruction.{each}" for each in Instruction)])
def test_a_book_without_what_every_book_needs_is_refused(id: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(f"the book has no row {id}; every book needs one")):
        BASE.with_rows(row for row in BASE.rows.values() if row.id != id)


# -- the tables by which this is judged ----------------------------------------------------------------------------------


def test_every_effect_of_the_switch_happens_to_something_and_the_tables_name_no_other() -> None:
    assert set(EFFECTS) == set(Effect) == set(HAPPENS_TO)
    assert set(FOLLOWS) | {each for each in BY_ELEMENT if isinstance(each, Effect)} <= set(HAPPENS_TO)
    assert {entity for entity, _ in LEADS_TO} == set(FACTS_OF) == set(Entity)


def test_the_base_rules_have_the_limits_that_every_book_must_have_and_of_their_kind() -> None:
    assert set(BASE.limits) == set(LIMITS)
    for name, words in LIMITS.items():
        value = BASE.limits[name].value
        assert value in words if words else isinstance(value, int), name


def test_a_beginning_in_another_state_is_no_mistake_of_form() -> None:
    rings = Start(CALL, (Direction.OUTBOUND,), CallState.RINGING, BASIS, "It rings at once.")
    book = BASE.with_rows(rings if row.id == rings.id else row for row in BASE.rows.values())
    assert book.starts[CALL, (Direction.OUTBOUND,)] is rings
    assert Purpose in FACTS_OF[CALL]
