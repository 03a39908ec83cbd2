"""Digits that a far party presses: heard one by one by whatever listens, until that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callsim.model import Action, ActionState, By, Call, Keys, Timer, Verb
from callsim.rules import Effect
from callsim.switch.clocks import forget, set_clock
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
    if digit in keys.finish_on:
        _over(switch, action, keys, due)
    elif digit in keys.valid:
        forget(switch, action.awaits, Timer.ACTION, due.row.id)
        action.heard += digit
        action.action_url_fact = keys.then or action.action_url_fact
        if len(action.heard) >= keys.most:
            _over(switch, action, keys, due)
        else:
            _wait_for_next(switch, action, keys, due)


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
