"""What a switch does about conferences: it lets calls in for a stay that runs on them, and tells who comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim import instructions as xml
from callsim.model import (
    ActionUrl,
    By,
    Call,
    EndsOnExit,
    JoinedBy,
    Joining,
    Manner,
    MpcEvent,
    MpcOptions,
    Participant,
    RoomKind,
    StayAlone,
    Subscription,
    Todo,
    TodoKind,
    Verb,
)
from callsim.rules import Effect
from callsim.switch.beginnings import admit, start_action
from callsim.switch.rooms import heard, stays_out

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


def _wanted(switch: Switch, element: xml.Conference) -> Joining:
    """How an element of a document puts its call into a conference."""
    alone = StayAlone.YES if element.stay_alone else StayAlone.NO
    ends = EndsOnExit.YES if element.end_on_exit else EndsOnExit.NO
    most = int(switch.limit("conference_members")) if element.max_members is None else element.max_members
    told = Subscription(element.callback_url, element.callback_method) if element.callback_url else None
    return Joining(
        element.name, stay_alone=alone, manner=Manner(element.start_on_enter, ends, "POST", *heard(element.muted, False), False),
        options=MpcOptions(max_duration=element.time_limit, max_participants=most or None, told=told), kind=RoomKind.CONFERENCE,
    )  # fmt: skip


def _confer(switch: Switch, call: Call, due: Due) -> None:
    """Let a call into a conference, unless that is full."""
    element: xml.Conference = due.detail
    joining = _wanted(switch, element)
    if stays_out(switch, call, joining, due):
        return
    asked = ActionUrl.NONE if not element.action else ActionUrl.FOLLOWED if element.redirect else ActionUrl.TOLD
    start_action(
        switch, call, "conference", None, due.because, url=element.action, method=element.method, action_url_fact=asked
    )  # fmt: skip
    one = admit(switch, call, joining, JoinedBy.CONFERENCE, due.because, due.row.id)
    switch._do(one, Verb.ENTER, By.PLATFORM, due.because, due.row.id, None)


def _tell(switch: Switch, one: Participant, due: Due) -> None:
    """Tell the application that somebody has come into a conference, or left it."""
    told, mpc = one.told or Subscription(""), one.mpc
    mpc.telling += 1
    event = MpcEvent(mpc.key, f"conference.{due.row.on}", mpc.telling, one.number)
    switch._todos.append(
        Todo(TodoKind.CALLBACK, one.name, switch.now, due.row.id, told.url, told.method, callback="mpc", because=due.because, about=event)
    )


CONFERENCE_EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.CONFER: _confer,
    Effect.TELL_CONFERENCE: _tell,
}
