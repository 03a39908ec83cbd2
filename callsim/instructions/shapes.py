"""How each element is written: its attributes, what must stand between its tags, and which elements it may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from callsim.instructions.elements import (
    Conference,
    Dial,
    Dtmf,
    GetDigits,
    GetInput,
    Hangup,
    Message,
    MultiPartyCall,
    Number,
    Play,
    PreAnswer,
    Record,
    Redirect,
    Speak,
    Stream,
    User,
    Wait,
)
from callsim.instructions.values import (
    FLAG,
    INPUTS,
    KEY,
    KEYS_OF,
    LISTED,
    LOOPS,
    LOWER,
    REASON,
    SECONDS,
    TEXT,
    TONES,
    URL,
    Form,
    automatic,
    seconds,
    whole,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How an element is written.

    `attributes` tells for each one we act on which field it fills, and its form. One not given leaves the field's
    default. What a vendor does with an attribute it does not know is not documented, so any other one is ignored.
    `text` says what must be between the tags, to fill the first field: "" is anything or nothing, None is no field;
    `written` is its form. `holds` names the elements that may stand within, which fill the field `into`; where one has to,
    `needs` says so.
    """

    make: Callable[..., Any]
    attributes: Mapping[str, tuple[str, Form]]
    text: str | None = None
    written: Form = TEXT
    holds: tuple[str, ...] = ()
    into: str = ""
    needs: str = ""


_METHOD: tuple[str, Form] = ("method", TEXT)
_ACTION: Mapping[str, tuple[str, Form]] = {
    "action": ("action", URL), "redirect": ("redirect", FLAG), "method": _METHOD,
}
_CALLBACK: Mapping[str, tuple[str, Form]] = {
    "callbackUrl": ("callback_url", URL), "callbackMethod": ("callback_method", TEXT),
}
_DIALLED: Mapping[str, tuple[str, Form]] = {
    "sendDigits": ("send_digits", TEXT), "sendOnPreanswer": ("on_preanswer", FLAG),
}
_PROMPTS = ("Speak", "Play", "Wait")

SHAPES: Final[Mapping[str, Shape]] = {
    "Speak": Shape(Speak, {"loop": ("loop", LOOPS)}, text=""),
    "Play": Shape(Play, {"loop": ("loop", LOOPS)}, text="the URL of an audio file"),
    "Wait": Shape(
        Wait,
        {
            "length": ("length", SECONDS), "silence": ("silence", FLAG), "beep": ("beep", FLAG),
            "minSilence": ("min_silence", whole(0, 86_400_000)),
        },
    ),
    "DTMF": Shape(Dtmf, {"async": ("run_on", FLAG)}, text="digits to send", written=TONES),
    "GetDigits": Shape(
        GetDigits,
        {
            **_ACTION,
            "timeout": ("timeout", SECONDS),
            "digitTimeout": ("digit_timeout", SECONDS),
            "finishOnKey": ("finish_on_key", KEY),
            "numDigits": ("most", whole(1, 1000)),
            "retries": ("retries", whole(1, 1000)),
            "validDigits": ("valid", KEYS_OF),
        },
        holds=_PROMPTS, into="prompts",
    ),
    "GetInput": Shape(
        GetInput,
        {
            **_ACTION,
            "inputType": ("kinds", INPUTS),
            "executionTimeout": ("timeout", seconds(5, 60)),
            "digitEndTimeout": ("digit_timeout", automatic(seconds(2, 10))),
            "finishOnKey": ("finish_on_key", KEY),
            "numDigits": ("most", whole(1, 1000)),
        },
        holds=_PROMPTS, into="prompts",
    ),
    "Record": Shape(
        Record,
        {
            **_ACTION,
            **_CALLBACK,
            "maxLength": ("max_length", SECONDS),
            "timeout": ("timeout", SECONDS),
            "finishOnKey": ("finish_on_key", KEYS_OF),
            "recordSession": ("session", FLAG),
            "startOnDialAnswer": ("on_dial_answer", FLAG),
        },
    ),
    "Dial": Shape(
        Dial,
        {
            **_ACTION,
            **_CALLBACK,
            "timeout": ("timeout", SECONDS),
            "timeLimit": ("time_limit", seconds(1, capped=True)),
            "hangupOnStar": ("hangup_on_star", FLAG),
            "callerId": ("caller_id", TEXT),
            "callerName": ("caller_name", TEXT),
            "confirmKey": ("confirm_key", KEY),
            "confirmSound": ("confirm_sound", URL),
            "confirmTimeout": ("confirm_timeout", SECONDS),
            "digitsMatch": ("digits_match", LISTED),
        },
        holds=("Number", "User"), into="legs", needs="a Number or a User",
    ),
    "Number": Shape(Number, _DIALLED, text="the number to dial"),
    "User": Shape(User, _DIALLED, text="the SIP address to dial"),
    "Redirect": Shape(Redirect, {"method": _METHOD}, text="the URL of a document"),
    "Conference": Shape(
        Conference,
        {
            **_ACTION,
            **_CALLBACK,
            "stayAlone": ("stay_alone", FLAG),
            "startConferenceOnEnter": ("start_on_enter", FLAG),
            "endConferenceOnExit": ("end_on_exit", FLAG),
            "maxMembers": ("max_members", whole(1, 20)),
            "timeLimit": ("time_limit", seconds(1, capped=True)),
            "muted": ("muted", FLAG),
            "hangupOnStar": ("hangup_on_star", FLAG),
        },
        text="the name of a conference",
    ),
    "MultiPartyCall": Shape(
        MultiPartyCall,
        {
            "role": ("role", LOWER),
            "onExitActionUrl": ("exit_url", URL),
            "onExitActionMethod": ("exit_method", TEXT),
            "stayAlone": ("stay_alone", FLAG),
            "startMpcOnEnter": ("start_on_enter", FLAG),
            "endMpcOnExit": ("end_on_exit", FLAG),
            "maxDuration": ("max_duration", seconds(300, 28_800)),
            "maxParticipants": ("max_participants", whole(2, 10)),
            "mute": ("mute", FLAG),
            "hold": ("hold", FLAG),
            "coachMode": ("coach", FLAG),
            "statusCallbackUrl": ("status_url", URL),
            "statusCallbackMethod": ("status_method", TEXT),
            "statusCallbackEvents": ("status_events", LISTED),
            "createMpcWithSingleParticipant": ("create_with_one", FLAG),
            "record": ("record", FLAG),
            "recordingCallbackUrl": ("recording_url", URL),
            "recordingCallbackMethod": ("recording_method", TEXT),
            "relayDTMFInputs": ("relay_dtmf", FLAG),
            "waitTime": ("wait_time", seconds(0, 1800)),
        },
        text="the name of a multiparty call",
    ),
    "Message": Shape(Message, {**_CALLBACK, "src": ("src", TEXT), "dst": ("dst", TEXT)}, text="the text to send"),
    "Stream": Shape(
        Stream,
        {
            "keepCallAlive": ("keep_alive", FLAG),
            "bidirectional": ("bidirectional", FLAG),
            "streamTimeout": ("timeout", seconds(1, capped=True)),
            "statusCallbackUrl": ("callback_url", URL),
            "statusCallbackMethod": ("callback_method", TEXT),
        },
        text="the URL of a WebSocket",
    ),
    "Hangup": Shape(Hangup, {"reason": ("reason", REASON), "schedule": ("schedule", SECONDS)}),
    "PreAnswer": Shape(
        PreAnswer, {}, holds=(*_PROMPTS, "GetDigits", "Redirect", "Message", "DTMF"), into="elements",
    ),
}
NESTED_ONLY: Final = ("Number", "User")
"""What stands within another element and nowhere else."""
