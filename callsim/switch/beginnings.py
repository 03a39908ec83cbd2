"""How things begin: calls that are placed, multiparty calls that are opened, participants let in, actions started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callsim.model import (
    Action,
    ActionState,
    By,
    Call,
    CallState,
    Command,
    Conversation,
    ConversationState,
    DetectionUrl,
    Direction,
    Entity,
    Handling,
    JoinedBy,
    Joining,
    Kin,
    Leg,
    Line,
    Membership,
    MpcState,
    MultipartyCall,
    OwnClocks,
    Participant,
    ParticipantState,
    Placement,
    Status,
    Verb,
)
from callsim.switch.queue import meter
from callsim.switch.rooms import coaching, heed, opened, told_alone
from callsim.switch.world import running

if TYPE_CHECKING:
    from callsim.switch.switch import Switch

_BY_DOCUMENT = (JoinedBy.XML, JoinedBy.CONFERENCE)
_MOST_ACTIONS, _LATEST_ACTIONS = 32, 16
_CALL, _MPC, _PARTICIPANT, _ACTION = Entity.CALL, Entity.MPC, Entity.PARTICIPANT, Entity.ACTION
_DONE, _PLACE, _INBOUND, _IN_NO_LINE = Status.DONE, Verb.PLACE, Direction.INBOUND, Line.NONE


def begin(switch: Switch, name: str, command: Command) -> tuple[Status, str | None]:
    """Begin what a command names that does not exist yet."""
    if command.verb is _PLACE:
        return _DONE, place(switch, name, command.detail, command.by)[1]
    joining: Joining = command.detail
    placement = dict(joining.parallel).get(name) or joining.placement or Placement()
    call, rule = place(switch, name, placement, command.by)
    admit(switch, call, joining, JoinedBy.API, switch.change_count - 1, None)
    return _DONE, rule


def place(switch: Switch, name: str, placement: Placement | None, by: By, because: int = -1) -> tuple[Call, str]:
    """Make a call; returns it and the rule by which it begins."""
    placement = placement or Placement()
    direction = placement.direction
    start = switch.rulebook.starts[_CALL, (direction,)]
    state: CallState = start.state  # type: ignore[assignment]
    call = Call(name, len(switch.calls) + switch.forgotten + 1, placement, state, direction, None, switch.now)
    if placement.handling is not None:
        _handle(call, placement.handling)
    if switch.allowed is not None:
        meter(call, by)
    if direction is _INBOUND:
        call.queued_at, call.ringing_at = None, switch.now
    switch.calls[name] = switch.live[name] = call
    switch.tally[state] += 1
    number = switch.change_count
    switch.change_count = number + 1
    switch.used[start.id] = None
    switch._changes.append((number, switch.now, _CALL, name, _PLACE, _DONE, "", state, by, None, start.id, because, None))
    if placement.joins:
        be_one(switch, call, number)
    switch._follow_state(_CALL, state, call, number, by)
    if call.line is not _IN_NO_LINE:
        switch._follow_state(_CALL, _PLACE, call, number, by)
    return call, start.id


def be_one(switch: Switch, call: Call, because: int) -> None:
    """Make a call one phone call with the one it names, and with all that are one with that. It is a phone call of its own if
    that one is nowhere, is over, or was called for another."""
    first = switch.calls.get(call.placement.joins)
    one = None if first is None or first is call or first.leg is Leg.DIALLED else first.leg_of or _equals(switch, first, because)
    if one is not None and one.state is not ConversationState.OVER:
        call.leg, call.leg_of = Leg.PEER, one
        one.legs.append(call)


def _equals(switch: Switch, first: Call, because: int) -> Conversation | None:
    """The conversation of a phone call that has had one leg so far; None if that is over."""
    if first.ending is not None:
        return None
    start = switch.rulebook.starts[Entity.CONVERSATION, (Kin.EQUALS,)]
    state: ConversationState = start.state  # type: ignore[assignment]
    one = Conversation(first, 0, state=state, begun_at=switch.now, joined_at=switch.now, legs=[first], kin=Kin.EQUALS)
    switch.conversations[one.name] = one
    first.leg, first.leg_of = Leg.PEER, one
    switch._begun(one, Entity.CONVERSATION, Verb.PLACE, state, By.PLATFORM, start.id, because)
    return one


def _handle(call: Call, handling: Handling) -> None:
    """Let a call know what else the platform was asked to do with it."""
    call.clocks, call.detection = OwnClocks.SOME, handling.machine_detection
    call.line = Line.NONE if handling.dial_delay is None else Line.LATER
    call.detection_url_fact = DetectionUrl.SET if handling.machine_detection_url else DetectionUrl.NONE


def admit(switch: Switch, call: Call, joining: Joining, joined_by: JoinedBy, because: int, via: str | None) -> Participant:
    """Put a call into the live multiparty call of that name, opening one if there is none."""
    room = switch.room(call.placement.account, joining.mpc, joining.kind)
    mpc = room or _open(switch, call.placement.account, joining, because)
    by = By.DOCUMENT if joined_by in _BY_DOCUMENT else By.API
    if room is not None:
        heed(switch, room, joining, by)
    start = switch.rulebook.starts[_PARTICIPANT, (joined_by,)]
    state: ParticipantState = start.state  # type: ignore[assignment]
    manner = joining.manner
    one = Participant(
        call, mpc, len(mpc.participants) + 1, joined_by, joining.role, joining.exit_url, state,
        starts=manner.starts, ends_on_exit=manner.ends_on_exit, exit_method=manner.exit_method, muted=manner.muted,
        held=manner.held, coaching=coaching(joining), group=tuple(name for name, _ in joining.parallel), **told_alone(joining),
    )  # fmt: skip
    mpc.participants.append(one)
    call.participant, call.membership = one, Membership.JOINING
    number = switch._begun(one, _PARTICIPANT, Verb.JOIN, one.state, by, start.id, because, via)
    switch._follow_state(_PARTICIPANT, state, one, number, by)
    return one


def _open(switch: Switch, account: str, joining: Joining, because: int) -> MultipartyCall:
    key, times = joining.mpc, 1
    while key in switch.mpcs:
        times += 1
        key = f"{joining.mpc}#{times}"
    start = switch.rulebook.starts[_MPC, ()]
    state: MpcState = start.state  # type: ignore[assignment]
    mpc = opened(switch, key, account, joining, state)
    switch.mpcs[key] = switch.rooms[mpc.place] = mpc
    number = switch._begun(mpc, _MPC, Verb.START, state, By.PLATFORM, start.id, because)
    switch._follow_state(_MPC, state, mpc, number, By.PLATFORM)
    return mpc


def start_action(
    switch: Switch, call: Call, kind: str, length: int | None, because: int, by: By = By.DOCUMENT, **more: Any
) -> Action:
    """Let something run on a call; `length` in milliseconds, None for ever; `more` is what else an action has."""
    start = switch.rulebook.starts[_ACTION, ()]
    state: ActionState = start.state  # type: ignore[assignment]
    if len(call.actions) > _MOST_ACTIONS and len(call.actions) % _MOST_ACTIONS == 1:
        # A document can loop for hours; of what is over only the latest are kept, for timers that come late, and what this very
        # command has told of.
        before, latest = call.actions[:-_LATEST_ACTIONS], call.actions[-_LATEST_ACTIONS:]
        kept = {each.number for each in running(before)}
        told = {change[3] for change in switch._changes if change[2] is _ACTION}
        call.actions = [*(each for each in before if each.number in kept or each.name in told), *latest]
    ordinal = call.actions[-1].number + 1 if call.actions else 1
    action = Action(call, kind, ordinal, length, state=state, started_at=switch.now, **more)
    call.actions = [*call.actions, action]
    number = switch._begun(action, _ACTION, Verb.RUN, action.state, by, start.id, because)
    switch._follow_state(_ACTION, action.state, action, number, by)
    return action
