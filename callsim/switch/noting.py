"""What a switch notes of what happens: a line for each change, the times of things, how and why they ended."""

from __future__ import annotations

from typing import Any

from callsim.machines import Events
from callsim.model import (
    Action,
    By,
    Call,
    CallState,
    Conversation,
    ConversationState,
    Dials,
    Ending,
    Entity,
    Kin,
    Leg,
    Membership,
    MpcState,
    MultipartyCall,
    Participant,
    ParticipantState,
    State,
    Status,
    Thing,
    TodoKind,
    Verb,
)
from callsim.rules import Row, Rulebook
from callsim.switch.world import World

# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_MPC, _DONE, _FAIL, _BAD, _EXCEED = Entity.MPC, Status.DONE, Verb.FAIL, Verb.BAD_INSTRUCTIONS, Verb.EXCEED
_OTHER_LEG, _FETCH = By.OTHER_LEG, TodoKind.FETCH
_new: Any = tuple.__new__


class Notes(World):
    """A world that keeps what one command has changed and what it asks for, until the next is said."""

    def __init__(self, rulebook: Rulebook, media: dict[str, int] | None = None, _events: Events | None = None) -> None:
        super().__init__(rulebook, media, _events)
        self._changes: list[Any] = []
        self._todos: list[Any] = []

    def _begun(
        self, thing: Thing, entity: Entity, verb: Verb, state: State, by: By, rule: str, because: int, via: str | None = None
    ) -> int:
        """Write down that something exists from now on, and in which state."""
        number = self.change_count
        self.change_count = number + 1
        self.used[rule] = None
        name = thing.key if isinstance(thing, MultipartyCall) else thing.name
        self._changes.append((number, self.now, entity, name, verb, _DONE, "", state, by, None, rule, because, via))
        return number

    def _record(self, thing: Thing, row: Row, by: By, because: int, via: str | None) -> int:
        number = self.change_count
        self.change_count = number + 1
        id, entity, used = row.id, row.entity, self.used
        used[id] = None
        name = thing.key if entity is _MPC else thing.name  # type: ignore[union-attr]
        line = (number, self.now, entity, name, row.verb, row.status, row.state, row.to, by, row.cause, id, because, via)
        self._changes.append(line)
        return number

    def _entered(self, thing: Thing, row: Row, by: By) -> None:
        """Note the time, and why."""
        if isinstance(thing, Participant):
            self._participant_entered(thing, row)
        elif isinstance(thing, MultipartyCall):
            self._mpc_entered(thing, row, by)
        elif isinstance(thing, Conversation):
            self._conversation_entered(thing, row)
        else:
            thing.ended_at = self.now

    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        """Note when, and how: the first and only ending."""
        verb, bad = row.verb, row.verb is _BAD
        call.ended_at = self.now
        purpose = call.purpose if bad else None
        kept = detail if bad or verb is _FAIL or verb is _EXCEED else None
        if by is _OTHER_LEG and call.leg_of is not None:
            kept = call.leg_of.call.direction
        how = (row.cause, by, self.now, verb, row.id, row.state, call.direction, purpose, kept)
        call.ending = _new(Ending, how)
        self.live.pop(call.name, None)
        # What led to the end may have asked for a document first, for one who leaves a room and is then left alone: nobody hears it.
        self._todos = [todo for todo in self._todos if todo[0] is not _FETCH or todo[1] != call.name]

    def _participant_entered(self, one: Participant, row: Row) -> None:
        if one.state is ParticipantState.ACTIVE:
            one.joined_at = self.now
            one.call.membership = Membership.ACTIVE
        else:
            one.exited_at = self.now
            one.exit = row.cause  # type: ignore[assignment]
            one.call.membership = Membership.LEFT

    def _conversation_entered(self, one: Conversation, row: Row) -> None:
        if one.state is ConversationState.JOINED:
            one.joined_at = self.now
            one.joined = next((leg for leg in one.legs if leg.state is CallState.IN_PROGRESS and leg.leg is Leg.DIALLED), None)
            return
        one.over_at, one.parting = self.now, row.cause  # type: ignore[assignment]
        if one.kin is Kin.DIALLED:
            action: Action = one.action  # type: ignore[assignment]  # what runs, or has just ceased to, is kept
            action.dials = Dials.DONE

    def _mpc_entered(self, mpc: MultipartyCall, row: Row, by: By) -> None:
        if mpc.state is MpcState.ACTIVE:
            mpc.started_at = self.now
        else:
            mpc.ended_at, mpc.ended_by, mpc.rule = self.now, by, row.id
            mpc.termination = row.cause  # type: ignore[assignment]
