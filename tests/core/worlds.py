"""Puts a call, a multiparty call, a participant or an action into a state, by real commands wherever they lead there.

A world is made once by the base rules and then copied under whatever rulebook is to be tried on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from callsim.instructions import Document, MultiPartyCall
from callsim.machines import Events, events
from callsim.model import (
    ActionState,
    Call,
    CallState,
    Direction,
    Entity,
    Fact,
    Members,
    Membership,
    MpcState,
    ParticipantState,
    Pending,
    Purpose,
    State,
    StayAlone,
    Thing,
)
from callsim.rules import Rulebook, lay
from callsim.switch import Switch

from .language import MEDIA, tell

F = TypeVar("F")
BASE = lay()
BASE_EVENTS = events(BASE)


def world(lines: list[str], book: Rulebook = BASE, on: Events | None = None) -> Switch:
    """A fresh switch to which these lines have been said."""
    switch = Switch(book, dict(MEDIA), on or (BASE_EVENTS if book is BASE else events(book)))
    tell(switch, lines)
    return switch


def under(made: Switch, book: Rulebook, on: Events) -> Switch:
    """A copy of a world as it stands, from now on under another rulebook."""
    other = Switch(book, made.media, on)
    made._copy_into(other)
    return other


@dataclass(frozen=True)
class Case:
    """One case of a table: what it is about, the state it is in and its facts."""

    entity: Entity
    state: State
    facts: tuple[Fact, ...]

    def fact(self, kind: type[F], default: F) -> F:
        return next((fact for fact in self.facts if isinstance(fact, kind)), default)


def named(entity: Entity) -> str:
    """What the thing that a case is about is called."""
    return {Entity.MPC: "lobby", Entity.ACTION: "ann/speak#1"}.get(entity, "ann")


@cache
def put(case: Case) -> Switch:
    """A world in which the thing of that kind is in that state with those facts. Copy it; never change it."""
    makers = {Entity.CALL: _call, Entity.MPC: _mpc, Entity.PARTICIPANT: _participant, Entity.ACTION: _action}
    return makers[case.entity](case)


def found(switch: Switch, entity: Entity) -> Thing:
    thing = switch.find(entity, named(entity))
    assert thing is not None
    return thing


def _call(case: Case) -> Switch:
    direction = case.fact(Direction, Direction.OUTBOUND)
    switch = world(_CALLS[direction, case.state])
    call = switch.calls["ann"]
    _become_member(switch, call, case.fact(Membership, Membership.NONE))
    call.direction = direction
    call.purpose = case.fact(Purpose, Purpose.ANSWER)
    call.document, call.position = Document((MultiPartyCall("lobby"),)), 1
    return switch


_CALLS: dict[tuple[Direction, State], list[str]] = {
    (Direction.OUTBOUND, CallState.QUEUED): ["place ann out"],
    (Direction.OUTBOUND, CallState.RINGING): ["place ann out", "ring ann carrier"],
    (Direction.OUTBOUND, CallState.IN_PROGRESS): ["place ann out", "ring ann carrier", "answer ann far-party"],
    (Direction.OUTBOUND, CallState.COMPLETED): ["place ann out", "busy ann far-party"],
    (Direction.INBOUND, CallState.QUEUED): ["place ann out"],
    (Direction.INBOUND, CallState.RINGING): ["place ann in"],
    (Direction.INBOUND, CallState.IN_PROGRESS): ["place ann in", "answer ann api"],
    (Direction.INBOUND, CallState.COMPLETED): ["place ann in", "hang_up ann far-party"],
}


def _become_member(switch: Switch, call: Call, membership: Membership) -> None:
    """Only an answered call can be adopted; that one is joining it afterwards no command can bring about."""
    if membership is Membership.NONE or call.state is not CallState.IN_PROGRESS:
        return
    tell(switch, ["add ann attic exit stay-alone"])
    if membership is Membership.LEFT:
        tell(switch, ["kick ann api"])
    if membership is Membership.JOINING:
        assert call.participant is not None
        call.membership, call.participant.state = membership, ParticipantState.JOINING


def _mpc(case: Case) -> Switch:
    """Members answer, the pending still ring; states that contradict the members are set by hand."""
    actives = {Members.NONE: 0, Members.ONE: 1, Members.SEVERAL: 2}[case.fact(Members, Members.ONE)]
    pending = case.fact(Pending, Pending.SOME) is Pending.SOME
    alone = "stay-alone" if case.fact(StayAlone, StayAlone.NO) is StayAlone.YES else ""
    switch = world([f"add ann lobby out {alone}", "ring ann carrier", "answer ann far-party"])
    mpc = switch.mpcs["lobby"]
    if actives > 1:
        tell(switch, ["add bob lobby out", "ring bob carrier", "answer bob far-party"])
    if not actives:
        one = mpc.participants[0]
        one.state, one.call.membership = ParticipantState.EXITED, Membership.LEFT
    if pending:
        tell(switch, ["add cyd lobby out"])
    if case.state is MpcState.ENDED:
        tell(switch, ["stop lobby api"])
    mpc.state = case.state  # type: ignore[assignment]
    return switch


def _participant(case: Case) -> Switch:
    lines = ["add ann lobby out", "ring ann carrier"]
    lines += ["answer ann far-party"] if case.state is not ParticipantState.JOINING else []
    lines += ["kick ann api"] if case.state is ParticipantState.EXITED else []
    return world(lines)


def _action(case: Case) -> Switch:
    lines = ["place ann in", "run ann speak wait"]
    lines += ["finish ann/speak#1 platform"] if case.state is ActionState.FINISHED else []
    lines += ["run ann wait"] if case.state is ActionState.STOPPED else []
    return world(lines)
