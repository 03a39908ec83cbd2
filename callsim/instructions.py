"""Call-flow documents as data: XML text in, elements out. The only file that parses XML.

`parse` reads untrusted text within bounds and never raises for what it reads: a document that cannot be used is a
`Rejected` value, and what becomes of the call is for the rules to say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speak:
    """Text to speech: `characters` spoken, `loop` times; 0 is for ever."""

    text: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    """An audio file, `loop` times; 0 is for ever."""

    url: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence for `length` milliseconds."""

    length: int = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """A recording of at most `max_length` milliseconds; its action URL's document is followed if `redirect`."""

    max_length: int = 60_000
    action: str | None = None
    redirect: bool = True
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call; `reason` is "", "rejected" or "busy"; `schedule` milliseconds from now, None for at once."""

    reason: str = ""
    schedule: int | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with the document at `url`."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class MultiPartyCall:
    """Join the multiparty call `name`."""

    name: str
    role: str = ""
    exit_url: str | None = None
    exit_method: str = "POST"
    stay_alone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """An element whose name is none of ours."""

    name: str


Element = Speak | Play | Wait | Record | Hangup | Redirect | MultiPartyCall | Unknown


@dataclass(frozen=True, slots=True)
class Document:
    """What a call executes, top to bottom. `lines` holds each element's line in the text, counted from 1."""

    elements: tuple[Element, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that is no usable document: `empty` tells an empty body from an invalid one; line and column where it shows."""

    message: str
    line: int = 0
    column: int = 0
    empty: bool = False


def parse(text: str | bytes) -> Document | Rejected:
    """Read a document of at most 100 KB, depth 32 and 2,000 elements."""
    raise NotImplementedError
