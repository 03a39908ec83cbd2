"""Puts a call, a multiparty call, a participant or an action into a state, by real commands wherever they lead there.

A world is made once by the base rules and then copied under whatever rulebook is to be tried on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from callsim.instructions import Document, MultiPartyCall
from callsim.machines import Events, events
from callsim.model import (
    Action,
    ActionState,
    Call,
    CallState,
    Came,
    Coaching,
    Conversation,
    ConversationState,
    Direction,
    Early,
    Enders,
    EndsOnExit,
    Entity,
    Fact,
    FallbackUrl,
    Hears,
    Held,
    Keys,
    Leg,
    LegHungUp,
    LegsLeft,
    Line,
    MachineDetection,
    Members,
    Membership,
    MpcState,
    Muted,
    OnHold,
    Opening,
    Parked,
    ParticipantState,
    Pending,
    Purpose,
    Recorded,
    Recording,
    Room,
    Runs,
    State,
    StayAlone,
    Thing,
)
from callsim.rules import Rulebook, lay
from callsim.switch import Switch, present

from .language import FALLBACK, MEDIA, tell

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
    return {Entity.MPC: "lobby", Entity.ACTION: "ann/speak#1", Entity.CONVERSATION: "ann/dial#1"}.get(entity, "ann")


@cache
def put(case: Case) -> Switch:
    """A world in which the thing of that kind is in that state with those facts. Copy it; never change it."""
    makers = {
        Entity.CALL: _call, Entity.MPC: _mpc, Entity.PARTICIPANT: _participant, Entity.ACTION: _action,
        Entity.CONVERSATION: _conversation,
    }  # fmt: skip
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
    _run_beside(call, case)
    call.direction = direction
    call.purpose, call.came = case.fact(Purpose, Purpose.ANSWER), case.fact(Came, Came.SOMETHING)
    call.line, call.leg = case.fact(Line, Line.NONE), case.fact(Leg, Leg.NONE)
    call.detection = case.fact(MachineDetection, MachineDetection.NONE)
    if case.fact(FallbackUrl, FallbackUrl.NONE) is FallbackUrl.SET:
        call.placement = replace(call.placement, fallback_url=FALLBACK)
    call.document, call.position = Document((MultiPartyCall("lobby"),)), 1
    if case.fact(Hears, Hears.NO) is Hears.YES:
        call.actions = [*call.actions, Action(call, "getdigits", 1, None, keys=Keys("1", "#", 2))]
    if case.fact(Early, Early.NO) is Early.YES:
        call.early = ()
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


def _run_beside(call: Call, case: Case) -> None:
    """Hold, parking lot and recording as the case has them: set by hand, because no command parks a call that is held."""
    running = (
        ("hold", OnHold.YES), ("park", Parked.YES), ("recording", Recorded.YES), ("recording", Recorded.PAUSED),
        ("recording-pause", Recorded.PAUSED),
    )  # fmt: skip
    beside = [
        Action(call, kind, number, None)
        for number, (kind, fact) in enumerate(running, 1)
        if fact in case.facts and call.state is CallState.IN_PROGRESS
    ]
    call.actions = [*call.actions, *beside]


_LONE = {(Opening.READY, Members.NONE), (Opening.ALONE, Members.NONE), (Opening.ALONE, Members.SEVERAL), (Enders.SOME, Members.NONE)}


def contradicts(facts: tuple[Fact, ...]) -> bool:
    """Whether no multiparty call can have all of these: nobody is in it, say, and it is somebody who starts it."""
    nobody = {Members.NONE, Pending.NONE, Room.FULL} <= {*facts}
    return nobody or any({*pair} <= {*facts} for pair in _LONE)


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
    for one in mpc.participants:
        one.starts = case.fact(Opening, Opening.READY) is not Opening.NOBODY
        one.ends_on_exit = EndsOnExit.YES if case.fact(Enders, Enders.NONE) is Enders.SOME else EndsOnExit.NO
    mpc.single = case.fact(Opening, Opening.READY) is not Opening.ALONE
    mpc.recording = case.fact(Recording, Recording.OFF)
    mpc.bound = len(present(mpc)) if case.fact(Room, Room.FREE) is Room.FULL else 0
    return switch


def _participant(case: Case) -> Switch:
    lines = ["add ann lobby out", "ring ann carrier"]
    lines += ["answer ann far-party"] if case.state is not ParticipantState.JOINING else []
    lines += ["kick ann api"] if case.state is ParticipantState.EXITED else []
    switch = world(lines)
    one = switch.mpcs["lobby"].participants[0]
    one.muted, one.held = case.fact(Muted, Muted.NO), case.fact(Held, Held.NO)
    one.coaching = case.fact(Coaching, Coaching.NO)
    return switch


def _action(case: Case) -> Switch:
    lines = ["place ann in", "run ann speak wait"]
    lines += ["finish ann/speak#1 platform"] if case.state is ActionState.FINISHED else []
    lines += ["run ann wait"] if case.state is ActionState.STOPPED else []
    switch = world(lines)
    found(switch, Entity.ACTION).runs = case.fact(Runs, Runs.ALONE)  # type: ignore[union-attr]
    return switch


def _have_members(one: Conversation, case: Case) -> None:
    """Let so many legs be live; how many of equals there are does not depend on how they came together."""
    wanted = next((fact for fact in case.facts if isinstance(fact, Members)), None)
    if wanted is not None:
        many = {Members.NONE: 0, Members.ONE: 1, Members.SEVERAL: 2}[wanted]
        for place, leg in enumerate(one.legs):
            leg.state = CallState.IN_PROGRESS if place < many else CallState.COMPLETED


def _conversation(case: Case) -> Switch:
    """Three are called; that none of them is left, and the conversation does not know of it, no command can bring about."""
    switch = world(["place ann in", "run ann dial-three"])
    if case.fact(LegHungUp, LegHungUp.NO) is LegHungUp.YES:
        tell(switch, ["hang_up ann-leg-3 api"])
    if case.state is ConversationState.JOINED:
        tell(switch, ["ring ann-leg-1 carrier", "answer ann-leg-1 far-party"])
    if case.state is ConversationState.OVER:
        tell(switch, ["hang_up ann far-party"])
    if case.fact(LegsLeft, LegsLeft.SOME) is LegsLeft.NONE:
        for leg in switch.conversations["ann/dial#1"].live_legs:
            leg.state = CallState.COMPLETED
    _have_members(switch.conversations["ann/dial#1"], case)
    return switch
