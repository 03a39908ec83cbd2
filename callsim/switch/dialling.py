"""What a dial does besides calling: it asks for a key, listens, records, and tells what becomes of its legs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim import instructions as xml
from callsim.model import (
    ActionUrl,
    By,
    Call,
    CallState,
    Conversation,
    ConversationState,
    DialEvent,
    Keys,
    Leg,
    Runs,
    State,
    Todo,
    TodoKind,
    Verb,
)
from callsim.rules import Effect, Of
from callsim.switch.beginnings import start_action
from callsim.switch.conversations import OF_CONVERSATIONS
from callsim.switch.elements import asks_aside, length_behind
from callsim.switch.world import running

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch

_KEYS = "1234567890*#"
_WHAT: dict[State | Verb, str] = {
    CallState.IN_PROGRESS: "answer", ConversationState.JOINED: "connected", CallState.COMPLETED: "hangup",
    Verb.MATCH_DIGITS: "digits",
}  # fmt: skip


def _ask(switch: Switch, call: Call, due: Due) -> None:
    """Let a leg that was answered be asked for a key; what it hears meanwhile moves nothing."""
    for one in _of_dials(call):
        element: xml.Dial = one.element
        others = "" if switch.limit("other_key") == "ignored" else _KEYS.replace(element.confirm_key, "")
        keys = Keys(others, element.confirm_key, 1, says=Verb.CONFIRM)
        more = {"keys": keys, "action_url_fact": ActionUrl.AWAITS_KEY}
        start_action(switch, call, "confirm", element.confirm_timeout, due.because, By.PLATFORM, **more)
        if element.confirm_sound:
            _told(switch, one, "sound", call, due, element.confirm_sound)


def _be_confirmed(switch: Switch, call: Call, due: Due) -> None:
    for _ in _of_dials(call):
        call.leg = Leg.DIALLED


def _of_dials(call: Call) -> list[Conversation]:
    return [one for one in OF_CONVERSATIONS[Of.ITS_CONVERSATION](call) if one.element is not None]


def _listen(switch: Switch, one: Conversation, due: Due) -> None:
    """Let the call that dialled hear its far party's keys while two are joined, if any of them means something."""
    element: xml.Dial = one.element
    if element.hangup_on_star or element.digits_match:
        for action in OF_CONVERSATIONS[Of.ITS_ACTION](one):
            action.keys = Keys("", "*" if element.hangup_on_star else "", says=Verb.DROP_LEG, matches=element.digits_match)


def _record(switch: Switch, one: Conversation, due: Due) -> None:
    """Begin the recording that a document has asked for before it dialled."""
    call = one.call
    done = call.document.elements[: call.position]
    asked = [each for each in done if isinstance(each, xml.Record) and each.on_dial_answer]
    others = [each for each in running(call.actions) if each.kind == "record" and each.runs is Runs.BEHIND]
    if asked and not (others and switch.limit("background_recordings") == "one"):
        more = asks_aside(asked[-1])
        start_action(switch, call, "record", length_behind(switch, asked[-1]), due.because, **more)


def _tell(switch: Switch, one: Conversation, due: Due) -> None:
    """Tell what became of a leg: of the one that it happened to, or of whom the call talks to."""
    leg = due.thing if isinstance(due.thing, Call) else one.joined or one.call
    what = _WHAT.get(due.row.on, str(due.row.on))
    method = "POST" if one.element is None else one.element.callback_method
    _told(switch, one, what, leg, due, one.callback_url or "", method)


def _told(switch: Switch, one: Conversation, what: str, leg: Call, due: Due, url: str, method: str = "POST") -> None:
    digits: Any = due.detail if what == "digits" else ""
    about = DialEvent(one.name, what, leg.name, digits or "")
    kind = "confirm-sound" if what == "sound" else f"dial-{what}"
    switch._todos.append(
        Todo(TodoKind.CALLBACK, leg.name, switch.now, due.row.id, url, method, callback=kind, because=due.because, about=about)
    )


DIALLING_EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.ASK_CONFIRMATION: _ask,
    Effect.BE_CONFIRMED: _be_confirmed,
    Effect.LISTEN: _listen,
    Effect.RECORD_DIAL: _record,
    Effect.TELL_DIAL: _tell,
}
