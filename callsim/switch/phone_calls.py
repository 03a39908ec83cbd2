"""What is done to a phone call while it goes on: hold, parking lot and recording, each something that runs beside its document."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim.model import ActionUrl, By, Call
from callsim.rules import Effect
from callsim.switch.beginnings import start_action

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


def _hold(switch: Switch, call: Call, due: Due) -> None:
    start_action(switch, call, "hold", None, due.because, By.PLATFORM, action_url_fact=ActionUrl.ASIDE)


def _park(switch: Switch, call: Call, due: Due) -> None:
    """`due.detail` is how long it may wait, in milliseconds; None: as long as the platform lets it."""
    length = int(switch.limit("parking")) if due.detail is None else due.detail
    start_action(switch, call, "park", length, due.because, By.PLATFORM, action_url_fact=ActionUrl.PARKING)


def _record(switch: Switch, call: Call, due: Due) -> None:
    start_action(switch, call, "recording", None, due.because, By.PLATFORM, action_url_fact=ActionUrl.ASIDE)


def _pause(switch: Switch, call: Call, due: Due) -> None:
    start_action(switch, call, "recording-pause", None, due.because, By.PLATFORM, action_url_fact=ActionUrl.ASIDE)


PHONE_CALL_EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.START_HOLD: _hold,
    Effect.START_PARKING: _park,
    Effect.START_RECORDING: _record,
    Effect.START_RECORDING_PAUSE: _pause,
}
