"""How a call dials others: legs placed for it, who of them is meant by what follows, and how one goes its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim import instructions as xml
from callsim.model import (
    ActionUrl,
    BadDocument,
    By,
    Call,
    Conversation,
    ConversationState,
    Dials,
    Direction,
    Entity,
    Kin,
    Leg,
    LegTold,
    Placement,
    Todo,
    TodoKind,
    Verb,
)
from callsim.rules import Of
from callsim.switch.beginnings import place, start_action

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


def dial(switch: Switch, call: Call, due: Due) -> None:
    """Call everybody an element names, and let the call wait for them."""
    element: xml.Dial = due.detail
    if len(element.legs) > int(switch.rulebook.limits["dial_legs"].value):
        switch.limit("dial_legs")
        switch._do(call, Verb.BAD_INSTRUCTIONS, By.PLATFORM, due.because, "limit.dial_legs", BadDocument.INVALID)
        return
    action = start_action(switch, call, "dial", None, due.because, url=element.action, method=element.method, dials=Dials.YES)
    start = switch.rulebook.starts[Entity.CONVERSATION, (Kin.DIALLED,)]
    state: ConversationState = start.state  # type: ignore[assignment]
    told = ActionUrl.NONE if not element.action else ActionUrl.FOLLOWED if element.redirect else ActionUrl.TOLD
    one = Conversation(
        call, action.number, element.action, told, element.callback_url, state, begun_at=switch.now, element=element
    )
    switch.conversations[one.name] = action.conversation = one
    number = switch._begun(one, Entity.CONVERSATION, Verb.RUN, state, By.DOCUMENT, start.id, due.because)
    for each in element.legs:
        _place_leg(switch, one, element, each, number)
    switch._follow_state(Entity.CONVERSATION, state, one, number, By.DOCUMENT)


def _place_leg(switch: Switch, one: Conversation, element: xml.Dial, dialled: xml.Number | xml.User, because: int) -> None:
    call = one.call
    to = dialled.number if isinstance(dialled, xml.Number) else dialled.address
    placement = Placement(
        call.placement.account, Direction.OUTBOUND, element.caller_id or call.placement.from_, to, None, None,
        element.timeout, element.time_limit, call.placement.user, call.placement.extension,
    )  # fmt: skip
    leg, rule = place(switch, _name(switch, one, to), placement, By.DOCUMENT, because)
    leg.leg, leg.leg_of, leg.parent = Leg.UNCONFIRMED if _confirms(switch, element) else Leg.DIALLED, one, call.number
    leg.leg_told = LegTold.YES if one.callback_url else LegTold.NO
    one.legs.append(leg)
    switch._todos.append(Todo(TodoKind.PLACED, leg.name, switch.now, rule, because=because))


def _confirms(switch: Switch, element: xml.Dial) -> bool:
    """Whether those who answer have to press a key before they are joined."""
    return bool(element.confirm_key) and (element.confirm_sound is not None or switch.limit("confirm_sound") == "not-needed")


def _name(switch: Switch, one: Conversation, to: str) -> str:
    """What a leg is called: as whoever set the world up has called it, or after its call."""
    for name in switch.leg_names.get((one.call.name, to), ()):
        if name not in switch.calls:
            return name
    while True:
        one.call.dialled += 1
        name = f"{one.call.name}-leg-{one.call.dialled}"
        if name not in switch.calls:
            return name


def part(switch: Switch, call: Call, due: Due) -> None:
    """Let a leg go its own way: its conversation loses it, and it is a call like any other."""
    for one in OF_CONVERSATIONS[Of.ITS_CONVERSATION](call):
        call.leg, call.leg_of, call.leg_told = Leg.NONE, None, LegTold.NO
        one.legs.remove(call)
        switch._do(one, Verb.LOSE_LEG, By.PLATFORM, due.because, due.row.id, None)


def conclude(switch: Switch, one: Conversation, due: Due) -> None:
    """Let the URL of an element hear of the outcome, now that there is one: before that there is nothing to tell."""
    for action in OF_CONVERSATIONS[Of.ITS_ACTION](one):
        action.action_url_fact = one.action_url_fact


def _others(one: Conversation) -> list[Call]:
    return [leg for leg in one.live_legs if leg is not one.joined]


def _looping(one: Conversation) -> list[Call]:
    """Legs that would call the phone of the far party for whom they are made."""
    placed = one.call.placement
    own = placed.from_ if placed.direction is Direction.INBOUND else placed.to
    return [leg for leg in one.live_legs if own and leg.placement.to == own]


OF_CONVERSATIONS: dict[Of, Callable[[Any], list[Any]]] = {
    Of.ITS_CONVERSATION: lambda thing: list(filter(None, [thing.leg_of if isinstance(thing, Call) else thing.conversation])),
    Of.ITS_ACTION: lambda one: [] if one.action is None else [one.action],
    Of.EACH_LEG: lambda one: one.live_legs,
    Of.EACH_OTHER_LEG: _others,
    Of.EACH_LOOPING_LEG: _looping,
}
"""Whom a consequence happens to in a conversation."""
