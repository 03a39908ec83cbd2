"""What a switch does about multiparty calls: opening them as was wanted, letting calls in or not, their clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim import instructions as xml
from callsim.model import (
    AddsTold,
    By,
    Call,
    Coaching,
    Command,
    ConferenceTold,
    EndsOnExit,
    Held,
    Joining,
    Manner,
    MpcEvent,
    MpcOptions,
    MpcState,
    MultipartyCall,
    Muted,
    Participant,
    ParticipantState,
    ParticipantsTold,
    Placement,
    RoomKind,
    StatesTold,
    Status,
    StayAlone,
    Subscription,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.model.things import UNSAID
from callsim.rules import Effect, Row
from callsim.switch.clocks import forget, set_clock
from callsim.switch.recordings import wanted_of

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch

# -- opening and entering ------------------------------------------------------------------------------------------


def opened(switch: Switch, key: str, account: str, joining: Joining, state: MpcState) -> MultipartyCall:
    """A multiparty call as whoever opens it wants it; what a world says of those of its name counts for more."""
    said, wanted = _said(switch, joining), joining.options
    single = wanted.single if said.single is None else said.single
    most = said.max_participants or wanted.max_participants
    # To ask for the platform's own limit is not to use it: it is used when it strikes.
    bound = most or int(switch.rulebook.limits["max_participants"].value)
    number = len(switch.mpcs) + switch.rooms_forgotten + 1
    return MultipartyCall(
        key, joining.mpc, number, account, state, None, said.stay_alone or joining.stay_alone, switch.now,
        single=single is not False, max_duration=said.max_duration or wanted.max_duration, max_participants=most, bound=bound,
        kind=joining.kind, **told_of(said.told or _told_to_all(joining)), **wanted_of(said if said.record else wanted),
    )  # fmt: skip


def _told_to_all(joining: Joining) -> Subscription | None:
    """Who is told of all of a multiparty call. What a member of a conference wants to be told is of itself alone."""
    return joining.options.told if joining.kind is RoomKind.MPC else None


def _said(switch: Switch, joining: Joining) -> MpcOptions:
    """What a world says of multiparty calls of that name; of conferences it says nothing."""
    return switch.options.get(joining.mpc, UNSAID) if joining.kind is RoomKind.MPC else UNSAID


def told_alone(joining: Joining) -> dict[str, Any]:
    """Who is told of a member of a conference, as facts of it."""
    told = joining.options.told if joining.kind is RoomKind.CONFERENCE else None
    return {"told": told, "conference_told": ConferenceTold.NO if told is None else ConferenceTold.YES}


def told_of(told: Subscription | None) -> dict[str, Any]:
    """What is told of a multiparty call, as facts of it."""
    if told is None:
        return {}
    return {
        "told": told, "states_told": StatesTold.YES if told.states else StatesTold.NO,
        "participants_told": ParticipantsTold.YES if told.participants else ParticipantsTold.NO,
        "adds_told": AddsTold.YES if told.adds else AddsTold.NO,
    }  # fmt: skip


def heed(switch: Switch, mpc: MultipartyCall, joining: Joining, by: By) -> None:
    """Somebody is let into a multiparty call that was there already: do its wishes count? Nobody is put out by them."""
    # That there is room is no news, and no change: it is only what was asked.
    switch.used[_let_in(switch, mpc, by).id] = None
    if switch.limit("mpc_options") == "latest" and joining.mpc not in switch.options:
        mpc.stay_alone = joining.stay_alone
        most = joining.options.max_participants
        if most is not None:
            taken = sum(1 for one in mpc.participants if one.state is not ParticipantState.EXITED)
            mpc.max_participants = mpc.bound = max(most, taken + 1)


def closed_to(switch: Switch, call: Call | None, command: Command) -> MultipartyCall | None:
    """The multiparty call that refuses who is to be added to it; None if it has room, is yet to be opened, or it is the call
    that refuses."""
    if call is not None and switch.events[Verb.ADD].find(call, command.by).status is not Status.DONE:
        return None
    joining: Joining = command.detail
    placed = call.placement if call is not None else joining.placement or Placement()
    mpc = switch.room(placed.account, joining.mpc, joining.kind)
    return None if mpc is None or _let_in(switch, mpc, command.by).status is Status.DONE else mpc


def _let_in(switch: Switch, mpc: MultipartyCall, by: By) -> Row:
    return switch.events[Verb.LET_IN].find(mpc, by)


def turn_away(switch: Switch, mpc: MultipartyCall, by: By, because: int = -1, via: str | None = None) -> Row:
    """Let a multiparty call refuse somebody."""
    if mpc.max_participants is None:
        switch.limit("max_participants")
    return switch._do(mpc, Verb.LET_IN, by, because, via, None)


def heard(mute: bool, hold: bool) -> tuple[Muted, Held]:
    """How a participant is heard from the beginning."""
    return Muted.YES if mute else Muted.NO, Held.YES if hold else Held.NO


def coaching(joining: Joining) -> Coaching:
    """Whether somebody coaches from the beginning: only a supervisor does."""
    return Coaching.YES if joining.manner.coaches and joining.role == "supervisor" else Coaching.NO


GROUPS = {
    "mpc-state-changes": "states", "participant-state-changes": "participants", "add-participant-api-events": "adds",
}
"""What an element of a document calls the groups of what is told."""


def subscribed(element: xml.MultiPartyCall) -> Subscription | None:
    """Who is told what, as an element of a document wants it."""
    if element.status_url is None:
        return None
    groups = {GROUPS[event] for event in element.status_events if event in GROUPS}
    return Subscription(element.status_url, element.status_method, *(name in groups for name in GROUPS.values()))


def by_document(element: xml.MultiPartyCall) -> Joining:
    """How an element of a document puts its call into a multiparty call."""
    alone = StayAlone.YES if element.stay_alone else StayAlone.NO
    ends = EndsOnExit.YES if element.end_on_exit else EndsOnExit.NO
    manner = Manner(element.start_on_enter, ends, element.exit_method, *heard(element.mute, element.hold), element.coach)
    options = MpcOptions(
        None, element.create_with_one, element.max_duration, element.max_participants, subscribed(element),
        element.record, Subscription(element.recording_url, element.recording_method) if element.recording_url else None,
    )  # fmt: skip
    return Joining(element.name, element.role, element.exit_url, alone, None, manner, options)


def stays_out(switch: Switch, call: Call, joining: Joining, due: Due) -> bool:
    """Whether there is no room for a call where its document would let it in; if so it is told."""
    mpc = switch.room(call.placement.account, joining.mpc, joining.kind)
    if mpc is None or _let_in(switch, mpc, By.DOCUMENT).status is Status.DONE:
        return False
    turn_away(switch, mpc, By.DOCUMENT, due.because, due.row.id)
    switch._do(call, Verb.STAY_OUT, By.PLATFORM, due.because, due.row.id, None)
    return True


# -- its clock -----------------------------------------------------------------------------------------------------


def _set_duration(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    """Start the clock of a multiparty call that has started, if it may last only so long."""
    own = mpc.max_duration
    delay = int(switch.rulebook.limits["mpc_duration"].value) if own is None else own
    if delay:
        set_clock(switch, mpc.key, Timer.DURATION, Verb.MAX_DURATION_REACHED, delay, due.row.id, due.because)


def _forget_duration(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    forget(switch, mpc.key, Timer.DURATION, due.row.id)


def _tells(kind: str) -> Callable[[Switch, Any, Due], None]:
    """Tell the application of a multiparty call, or of a participant of one: what has just become of it."""

    def tell(switch: Switch, thing: MultipartyCall | Participant, due: Due) -> None:
        one = thing if isinstance(thing, Participant) else None
        mpc: MultipartyCall = thing if one is None else one.mpc  # type: ignore[assignment]
        told = mpc.told or Subscription("")
        mpc.telling += 1
        event = MpcEvent(mpc.key, f"{kind}.{due.row.on}", mpc.telling, None if one is None else one.number)
        # What is told is told by some call: that of a multiparty call itself by whoever came last.
        name = (one or mpc.participants[-1]).call.name
        switch._todos.append(
            Todo(TodoKind.CALLBACK, name, switch.now, due.row.id, told.url, told.method, callback="mpc", because=due.because, about=event)
        )

    return tell


def _marks(name: str, value: Muted | Held | Coaching) -> Callable[[Switch, Any, Due], None]:
    return lambda switch, one, due: setattr(one, name, value)


ROOM_EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.SET_DURATION_TIMER: _set_duration,
    Effect.FORGET_DURATION_TIMER: _forget_duration,
    Effect.TELL_MPC: _tells("mpc"),
    Effect.TELL_PARTICIPANT: _tells("participant"),
    Effect.TELL_ADDING: _tells("adding"),
    Effect.MARK_MUTED: _marks("muted", Muted.YES),
    Effect.MARK_UNMUTED: _marks("muted", Muted.NO),
    Effect.MARK_HELD: _marks("held", Held.YES),
    Effect.MARK_UNHELD: _marks("held", Held.NO),
    Effect.MARK_COACHING: _marks("coaching", Coaching.YES),
    Effect.MARK_NOT_COACHING: _marks("coaching", Coaching.NO),
}
