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
    Direction,
    Entity,
    JoinedBy,
    Joining,
    Membership,
    MpcState,
    MultipartyCall,
    Participant,
    ParticipantState,
    Placement,
    Status,
    Verb,
)
from callsim.switch.world import running

if TYPE_CHECKING:
    from callsim.switch.switch import Switch

_MOST_ACTIONS, _LATEST_ACTIONS = 32, 16
_CALL, _MPC, _PARTICIPANT, _ACTION = Entity
_DONE, _PLACE, _INBOUND = Status.DONE, Verb.PLACE, Direction.INBOUND


def begin(switch: Switch, name: str, command: Command) -> tuple[Status, str | None]:
    """Begin what a command names that does not exist yet."""
    if command.verb is _PLACE:
        return _DONE, place(switch, name, command.detail, command.by)[1]
    joining: Joining = command.detail
    call, rule = place(switch, name, joining.placement or Placement(), command.by)
    admit(switch, call, joining, JoinedBy.API, switch.change_count - 1, None)
    return _DONE, rule


def place(switch: Switch, name: str, placement: Placement | None, by: By) -> tuple[Call, str]:
    """Make a call; returns it and the rule by which it begins."""
    placement = placement or Placement()
    direction = placement.direction
    start = switch.rulebook.starts[_CALL, (direction,)]
    state: CallState = start.state  # type: ignore[assignment]
    call = Call(name, len(switch.calls) + 1, placement, state, direction, queued_at=switch.now)
    if direction is _INBOUND:
        call.queued_at, call.ringing_at = None, switch.now
    switch.calls[name] = switch.live[name] = call
    switch.tally[state] += 1
    number = switch._begun(call, _CALL, _PLACE, state, by, start.id, -1)
    switch._follow_state(_CALL, state, call, number, by)
    return call, start.id


def admit(switch: Switch, call: Call, joining: Joining, joined_by: JoinedBy, because: int, via: str | None) -> Participant:
    """Put a call into the live multiparty call of that name, opening one if there is none."""
    mpc = switch.room(call.placement.account, joining.mpc) or _open(switch, call.placement.account, joining, because)
    start = switch.rulebook.starts[_PARTICIPANT, (joined_by,)]
    state: ParticipantState = start.state  # type: ignore[assignment]
    one = Participant(call, mpc, len(mpc.participants) + 1, joined_by, joining.role, joining.exit_url, state)
    mpc.participants.append(one)
    call.participant, call.membership = one, Membership.JOINING
    by = By.DOCUMENT if joined_by is JoinedBy.XML else By.API
    switch._begun(one, _PARTICIPANT, Verb.JOIN, one.state, by, start.id, because, via)
    return one


def _open(switch: Switch, account: str, joining: Joining, because: int) -> MultipartyCall:
    key, times = joining.mpc, 1
    while key in switch.mpcs:
        times += 1
        key = f"{joining.mpc}#{times}"
    start = switch.rulebook.starts[_MPC, ()]
    state: MpcState = start.state  # type: ignore[assignment]
    alone = switch.alone.get(joining.mpc, joining.stay_alone)
    mpc = MultipartyCall(key, joining.mpc, len(switch.mpcs) + 1, account, state, None, alone, switch.now)
    switch.mpcs[key] = switch.rooms[account, joining.mpc] = mpc
    switch._begun(mpc, _MPC, Verb.START, state, By.PLATFORM, start.id, because)
    return mpc


def start_action(switch: Switch, call: Call, kind: str, length: int | None, because: int, **urls: Any) -> None:
    """Let something run on a call; `length` in milliseconds, None for ever."""
    start = switch.rulebook.starts[_ACTION, ()]
    state: ActionState = start.state  # type: ignore[assignment]
    if len(call.actions) > _MOST_ACTIONS:
        # A document can loop for hours; of what is over only the latest are kept, for timers that come late.
        call.actions = [*running(call.actions[:-_LATEST_ACTIONS]), *call.actions[-_LATEST_ACTIONS:]]
    ordinal = call.actions[-1].number + 1 if call.actions else 1
    action = Action(call, kind, ordinal, length, state=state, started_at=switch.now, **urls)
    call.actions.append(action)
    number = switch._begun(action, _ACTION, Verb.RUN, action.state, By.DOCUMENT, start.id, because)
    switch._follow_state(_ACTION, action.state, action, number, By.DOCUMENT)
