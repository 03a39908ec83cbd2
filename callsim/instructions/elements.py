"""The elements of a document as frozen values: what each asks for, with the vendor's defaults for what it leaves out.

Every length is in whole milliseconds. Attributes that move no call (voices, sounds, file formats) are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speak:
    """Text to speech: `text` is spoken `loop` times; 0 is for ever. No text at all is allowed."""

    text: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    """An audio file, `loop` times; 0 is for ever."""

    url: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence for `length` milliseconds.

    With `silence` it may be over once nobody has been heard for `min_silence` milliseconds; with `beep` it listens for an
    answering machine.
    """

    length: int = 1000
    silence: bool = False
    min_silence: int = 2000
    beep: bool = False


Prompt = Speak | Play | Wait
"""What is said to somebody who is asked for digits."""


@dataclass(frozen=True, slots=True)
class Dtmf:
    """Tones sent to the far party: keys, `w` for half a second and `W` for a second of silence. If not `run_on`, the next
    element waits until they are sent."""

    digits: str
    run_on: bool = True


@dataclass(frozen=True, slots=True)
class GetDigits:
    """Digits asked for: `prompts` are said, then so many milliseconds (`timeout`) are waited for the first digit, and all
    that up to `retries` times; each further digit may take `digit_timeout` milliseconds.

    Input ends with `most` digits or with `finish_on_key` ("" is none); keys not in `valid` are no input.
    """

    action: str | None = None
    redirect: bool = True
    method: str = "POST"
    timeout: int = 5000
    digit_timeout: int = 2000
    finish_on_key: str = "#"
    most: int = 99
    retries: int = 1
    valid: str = "1234567890*#"
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class GetInput:
    """Digits or speech asked for: `prompts` are said, then `timeout` milliseconds are waited for input.

    `digit_timeout` is None where the vendor finds it by itself ("auto"). `kinds` holds "dtmf", "speech" or both.
    """

    action: str | None = None
    redirect: bool = True
    method: str = "POST"
    kinds: tuple[str, ...] = ("dtmf",)
    timeout: int = 15_000
    digit_timeout: int | None = None
    finish_on_key: str = "#"
    most: int = 32
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A recording of at most `max_length` milliseconds; its action URL's document is followed if `redirect`.

    It is over earlier after `timeout` milliseconds of silence or with one of the keys in `finish_on_key`. As a `session`
    it runs behind all that follows until the call ends; with `on_dial_answer` from when a dialled party answers.
    """

    max_length: int = 60_000
    action: str | None = None
    redirect: bool = True
    method: str = "POST"
    timeout: int = 15_000
    finish_on_key: str = "#"
    session: bool = False
    on_dial_answer: bool = False
    callback_url: str | None = None
    callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number to be dialled; `send_digits` are sent once it answers, or before, if `on_preanswer`."""

    number: str
    send_digits: str = ""
    on_preanswer: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """A SIP endpoint to be dialled, such as `sip:ann@phone.example`."""

    address: str
    send_digits: str = ""
    on_preanswer: bool = False


@dataclass(frozen=True, slots=True)
class Dial:
    """Other parties called at once, of whom the first to answer talks to the call for at most `time_limit` milliseconds.

    They may ring for `timeout` milliseconds; None is as long as the platform lets them. `confirm_key` is what one who
    answers has to press within `confirm_timeout` milliseconds, once the document at `confirm_sound` has been said.
    """

    legs: tuple[Number | User, ...]
    action: str | None = None
    redirect: bool = True
    method: str = "POST"
    timeout: int | None = None
    time_limit: int = 14_400_000
    hangup_on_star: bool = False
    caller_id: str = ""
    caller_name: str = ""
    confirm_key: str = ""
    confirm_sound: str | None = None
    confirm_timeout: int = 120_000
    callback_url: str | None = None
    callback_method: str = "POST"
    digits_match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with the document at `url`."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Conference:
    """Join the conference `name`, which lasts at most `time_limit` milliseconds; its action URL is asked or told as one leaves.

    `max_members` is from 1 to 20, None where nothing was said. A member with `end_on_exit` ends it for all; one without
    `start_on_enter` waits for somebody who has it; `stay_alone` says whether a lone member stays.
    """

    name: str
    action: str | None = None
    redirect: bool = True
    method: str = "POST"
    stay_alone: bool = True
    start_on_enter: bool = True
    end_on_exit: bool = False
    max_members: int | None = None
    time_limit: int = 86_400_000
    muted: bool = False
    hangup_on_star: bool = False
    callback_url: str | None = None
    callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class MultiPartyCall:
    """Join the multiparty call `name`; `role` is in lower case, as the vendor's API spells it.

    `max_duration` is in milliseconds; it and `max_participants` are None where nothing was said. `status_events` names
    groups of events, in the vendor's words.
    """

    name: str
    role: str = ""
    exit_url: str | None = None
    exit_method: str = "POST"
    stay_alone: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    max_duration: int | None = None
    max_participants: int | None = None
    mute: bool = False
    hold: bool = False
    coach: bool = True
    status_url: str | None = None
    status_method: str = "POST"
    status_events: tuple[str, ...] = ("mpc-state-changes", "participant-state-changes")
    create_with_one: bool = True
    record: bool = False
    recording_url: str | None = None
    recording_method: str = "POST"
    relay_dtmf: bool = False
    wait_time: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A text message sent from one number to one or several others; its URL is told what became of it."""

    text: str
    src: str = ""
    dst: str = ""
    callback_url: str | None = None
    callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Stream:
    """The call's audio sent to a WebSocket for at most `timeout` milliseconds; with `keep_alive` the next element waits
    until it ends."""

    url: str
    keep_alive: bool = False
    bidirectional: bool = False
    timeout: int = 86_400_000
    callback_url: str | None = None
    callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call; `reason` is "", "rejected" or "busy"; `schedule` milliseconds from now, None for at once."""

    reason: str = ""
    schedule: int | None = None


@dataclass(frozen=True, slots=True)
class PreAnswer:
    """What is executed while an inbound call rings, without answering it."""

    elements: tuple[Speak | Play | Wait | GetDigits | Redirect | Message | Dtmf, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """An element whose name is none of ours, whatever it contains; a name in an XML namespace is `{uri}name`."""

    name: str


Element = (
    Speak | Play | Wait | Dtmf | GetDigits | GetInput | Record | Dial | Redirect | Conference | MultiPartyCall | Message
    | Stream | Hangup | PreAnswer | Unknown
)  # fmt: skip


def children(element: Element | Number | User) -> tuple[Element | Number | User, ...]:
    """The elements that one holds, in order."""
    match element:
        case GetDigits(prompts=below) | GetInput(prompts=below) | PreAnswer(elements=below) | Dial(legs=below):
            return below
        case _:
            return ()


def within(element: Element | Number | User) -> Iterator[Element | Number | User]:
    """Every element within one, in the order in which they are written."""
    for child in children(element):
        yield child
        yield from within(child)


@dataclass(frozen=True, slots=True)
class Document:
    """What a call executes, top to bottom. `lines` holds each element's line in the text, counted from 1; `nested` those
    of the elements within elements, in the order in which they are written."""

    elements: tuple[Element, ...]
    lines: tuple[int, ...] = ()
    nested: tuple[int, ...] = ()

    def every(self) -> Iterator[tuple[Element | Number | User, int]]:
        """Every element and the elements within it, each with its line; 0 if that is not known."""
        below = iter(self.nested)
        for number, element in enumerate(self.elements):
            yield element, self.lines[number] if self.lines else 0
            for each in within(element):
                yield each, next(below, 0)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that is no usable document: `empty` tells an empty body from an invalid one.

    Line and column, counted from 1, are where it shows; 0 means the text as a whole.
    """

    message: str
    line: int = 0
    column: int = 0
    empty: bool = False
