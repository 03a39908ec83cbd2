"""Digits that a far party presses: heard one by one by whatever listens, until that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callsim.model import SIGNATURES, Action, ActionState, By, Call, Entity, Keys, Timer, Verb
from callsim.rules import Effect, Of
from callsim.switch.clocks import forget, set_clock
from callsim.switch.conversations import OF_CONVERSATIONS
from callsim.switch.effects import EFFECTS

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


def _take(switch: Switch, call: Call, due: Due) -> None:
    """Let what listens hear the digits. What comes after its end is heard by nobody, and changes nothing."""
    action = next(one for one in reversed(call.actions) if one.keys is not None and one.state is ActionState.RUNNING)
    for digit in due.detail or "":
        if action.state is ActionState.RUNNING:
            _hear(switch, action, action.keys, digit, due)  # type: ignore[arg-type]


def _hear(switch: Switch, action: Action, keys: Keys, digit: str, due: Due) -> None:
    if keys.matches:
        _match(switch, action, keys.matches, digit, due)
    if digit in keys.finish_on and keys.says is not Verb.FINISH:
        _say(switch, action, keys, due)
    elif digit in keys.finish_on:
        _over(switch, action, keys, due)
    elif digit in keys.valid:
        forget(switch, action.awaits, Timer.ACTION, due.row.id)
        action.heard += digit
        action.action_url_fact = keys.then or action.action_url_fact
        if len(action.heard) >= keys.most:
            _over(switch, action, keys, due)
        else:
            _wait_for_next(switch, action, keys, due)


def _match(switch: Switch, action: Action, matches: tuple[str, ...], digit: str, due: Due) -> None:
    """Of all that is pressed only so much is kept as could be the longest of the digits that somebody wants to hear of."""
    action.heard = (action.heard + digit)[-max(map(len, matches)):]
    found = next((each for each in matches if action.heard.endswith(each)), None)
    if found is not None:
        for one in OF_CONVERSATIONS[Of.ITS_CONVERSATION](action):
            switch._do(one, Verb.MATCH_DIGITS, By.FAR_PARTY, due.because, due.row.id, found)


def _say(switch: Switch, action: Action, keys: Keys, due: Due) -> None:
    """A key that says something of its own, to the call or to its conversation. Nothing else is heard after it."""
    action.keys = keys._replace(valid="", finish_on="", matches=())
    whom = [action.call] if SIGNATURES[keys.says].entity is Entity.CALL else OF_CONVERSATIONS[Of.ITS_CONVERSATION](action)
    for thing in whom:
        switch._do(thing, keys.says, By.FAR_PARTY, due.because, due.row.id, None)


def _over(switch: Switch, action: Action, keys: Keys, due: Due) -> None:
    """It has all that it listened for. The key that ends input is none of it; whether it alone is input, a row says."""
    if keys.then is not None and not action.heard and switch.limit("empty_input") == "input":
        action.action_url_fact = keys.then
    switch._do(action, Verb.FINISH, By.PLATFORM, due.because, due.row.id, None)


def _wait_for_next(switch: Switch, action: Action, keys: Keys, due: Due) -> None:
    """From the first digit on it is over when the next one does not come in time."""
    pause = keys.digit_time if keys.until is None else min(keys.digit_time, keys.until - switch.now)
    set_clock(switch, action.awaits, Timer.ACTION, Verb.FINISH, pause, due.row.id, due.because)


EFFECTS[Effect.TAKE_DIGITS] = _take
