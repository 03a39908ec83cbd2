"""What an element of a document asks for, how long it runs, and what it makes run: no rule, only the reading of elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callsim import instructions as xml
from callsim.model import ActionUrl, CallbackUrl, Keys, Runs
from callsim.rules import Instruction

if TYPE_CHECKING:
    from callsim.switch.switch import Switch

PLAIN: dict[type, Instruction] = {
    xml.Speak: Instruction.SPEAK,
    xml.Play: Instruction.PLAY,
    xml.Wait: Instruction.WAIT,
    xml.Dtmf: Instruction.DTMF,
    xml.GetDigits: Instruction.GET_DIGITS,
    xml.GetInput: Instruction.GET_INPUT,
    xml.Record: Instruction.RECORD,
    xml.Hangup: Instruction.HANGUP,
    xml.Redirect: Instruction.REDIRECT,
    xml.Conference: Instruction.CONFERENCE,
    xml.MultiPartyCall: Instruction.MPC,
    xml.Message: Instruction.MESSAGE,
    xml.Stream: Instruction.STREAM,
    xml.Dial: Instruction.DIAL,
    xml.PreAnswer: Instruction.PRE_ANSWER,
    xml.Unknown: Instruction.UNKNOWN,
}
"""What an element asks for where its attributes make no difference; what runs is called after it."""


def instruction_of(element: xml.Element | None, last: bool, answered: bool = False) -> Instruction:
    """What an element asks for. A scheduled hang-up with nothing after it has nothing to wait for."""
    match element:
        case None:
            return Instruction.NONE_LEFT
        case xml.Hangup():
            return _hangup(element, last)
        case xml.Record(on_dial_answer=True):
            return Instruction.RECORD_ON_DIAL
        case xml.Record(session=True):
            return Instruction.RECORD_SESSION
        case xml.Stream(keep_alive=True, bidirectional=both):
            return Instruction.STREAM_KEPT if both else Instruction.STREAM_KEPT_ONE_WAY
        case xml.Dtmf(run_on=False):
            return Instruction.DTMF_WAITED
        case xml.PreAnswer() if answered:
            return Instruction.PRE_ANSWER_LATE
        case _:
            return PLAIN.get(type(element), Instruction.UNKNOWN)


def _hangup(element: xml.Hangup, last: bool) -> Instruction:
    if element.schedule is not None and not last:
        return Instruction.HANGUP_SCHEDULED
    if element.reason:
        return Instruction.HANGUP_REJECTED if element.reason == "rejected" else Instruction.HANGUP_BUSY
    return Instruction.HANGUP


def length(switch: Switch, element: Any) -> int | None:
    """How long an element runs, in milliseconds; None for ever."""
    match element:
        case xml.Speak(text=text, loop=loop):
            return len(text) * int(switch.limit("speech_pace")) * loop if loop else None
        case xml.Play(url=url, loop=loop):
            return switch.media[url] * loop if loop else None
        case xml.Wait(length=length):
            return int(length)
        case xml.Dtmf(digits=digits):
            return _tones(digits, int(switch.limit("tone_pace")))
        case xml.Stream(timeout=timeout):
            return int(timeout)
        case xml.GetDigits(timeout=timeout, retries=retries):
            times = retries if switch.limit("digit_tries") == "attempts" else retries + 1
            return _asked(switch, element, timeout, times)
        case xml.GetInput(timeout=timeout):
            return _asked(switch, element, timeout, 1)
        case _:
            switch.limit("recording")
            return int(element.max_length)


def length_behind(switch: Switch, element: Any) -> int | None:
    """The same of what runs behind all that follows."""
    if isinstance(element, xml.Record) and switch.limit("session_recording") == "until-end":
        return None
    return element.max_length if isinstance(element, xml.Record) else length(switch, element)


def _tones(digits: str, pace: int) -> int:
    """`w` is half a second of silence and `W` a whole one; what stands after an @ is the length of each tone."""
    tones, _, own = digits.partition("@")
    silence = 500 * tones.count("w") + 1000 * tones.count("W")
    return silence + (int(own) if own else pace) * sum(tone not in "wW" for tone in tones)


def _asked(switch: Switch, element: xml.GetDigits | xml.GetInput, timeout: int, times: int) -> int | None:
    """The prompts and the time for the first digit, so many times."""
    prompts = [length(switch, prompt) for prompt in element.prompts]
    return None if None in prompts else times * (sum(filter(None, prompts)) + timeout)


def asks(element: Any) -> dict[str, Any]:
    """What an action that an element starts asks for when it is over, and whom it tells."""
    if not isinstance(element, xml.Record | xml.GetDigits | xml.GetInput):
        return {}
    found: dict[str, Any] = {"method": element.method}
    if isinstance(element, xml.Record):
        if element.action:
            found |= {"url": element.action, "action_url_fact": ActionUrl.FOLLOWED if element.redirect else ActionUrl.TOLD}
        return found | _recorded(element)
    return found | {"url": element.action}


def _recorded(element: xml.Record) -> dict[str, Any]:
    return {"callback_url": element.callback_url, "callback_fact": CallbackUrl.SET} if element.callback_url else {}


_BEHIND = {ActionUrl.NONE: ActionUrl.BEHIND, ActionUrl.FOLLOWED: ActionUrl.BEHIND_FOLLOWED, ActionUrl.TOLD: ActionUrl.BEHIND_TOLD}


def asks_behind(element: Any) -> dict[str, Any]:
    """The same for one that runs behind all that follows: what it asks for, it asks for as it begins."""
    found = asks(element)
    return {**found, "action_url_fact": _BEHIND[found.get("action_url_fact", ActionUrl.NONE)], "runs": Runs.BEHIND}


def asks_aside(element: Any) -> dict[str, Any]:
    """The same for one that begins while another element runs: its URL is told, and leads nowhere."""
    url = ActionUrl.ASIDE_TOLD if element.action else ActionUrl.ASIDE
    return {**asks(element), "action_url_fact": url, "runs": Runs.BEHIND}


def keys(switch: Switch, element: Any, runs_for: int | None) -> Keys | None:
    """Which digits an element listens for while it runs; None for none."""
    match element:
        case xml.Record(finish_on_key=finish):
            return Keys(finish, finish) if finish else None
        case xml.GetDigits():
            return Keys(element.valid, element.finish_on_key, element.most, element.digit_timeout, None, _once_heard(element))
        case xml.GetInput(kinds=kinds) if "dtmf" in kinds:
            pause = int(switch.limit("digit_end_time")) if element.digit_timeout is None else element.digit_timeout
            until = None if runs_for is None else switch.now + runs_for
            return Keys("1234567890*#", element.finish_on_key, element.most, pause, until, _once_heard(element))
        case _:
            return None


def _once_heard(element: xml.GetDigits | xml.GetInput) -> ActionUrl:
    if not element.action:
        return ActionUrl.INPUT_UNASKED
    return ActionUrl.INPUT if element.redirect else ActionUrl.INPUT_TOLD
