"""Call-flow documents as data: XML text in, elements out. The only file that parses XML.

`parse` reads untrusted text within bounds and never raises for what it reads: a document that cannot be used is a
`Rejected` value, and what becomes of the call is for the rules to say. Whether a URL or a method can be used is left
to them as well, because a vendor ends the call differently for those than for XML it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_BYTES: Final = 102_400
"""The longest body read, in bytes; a text counts as its UTF-8."""
MAX_DEPTH: Final = 32
"""The deepest nesting read; `<Response>` is at depth 1."""
MAX_ELEMENTS: Final = 2_000
"""The most XML elements read, `<Response>` and nested ones included."""
MAX_SECONDS: Final = 86_400
"""The longest time an attribute may ask for."""
MAX_LOOPS: Final = 1_000
"""The most repetitions an attribute may ask for, for ever excepted."""


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
    """Join the multiparty call `name`; `role` is in lower case, as the vendor's API spells it."""

    name: str
    role: str = ""
    exit_url: str | None = None
    exit_method: str = "POST"
    stay_alone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """An element whose name is none of ours, whatever it contains; a name in an XML namespace is `{uri}name`."""

    name: str


Element = Speak | Play | Wait | Record | Hangup | Redirect | MultiPartyCall | Unknown


@dataclass(frozen=True, slots=True)
class Document:
    """What a call executes, top to bottom. `lines` holds each element's line in the text, counted from 1."""

    elements: tuple[Element, ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that is no usable document: `empty` tells an empty body from an invalid one.

    Line and column, counted from 1, are where it shows; 0 means the text as a whole.
    """

    message: str
    line: int = 0
    column: int = 0
    empty: bool = False


def parse(text: str | bytes) -> Document | Rejected:
    """Read a document of at most 100 KB, depth 32 and 2,000 elements. Bytes are in the encoding that they declare."""
    try:
        body = _body(text)
        return _Reader(encoding="utf-8" if isinstance(text, str) else None).read(body)
    except _Unusable as unusable:
        return unusable.rejected


# -- what elements are written like ---------------------------------------------------------------------------------


class _Unusable(Exception):  # noqa: N818 - no error: it carries an answer out of expat's callbacks
    """Ends the reading of a text; `rejected` is the answer."""

    def __init__(self, message: str, line: int = 0, column: int = 0, *, empty: bool = False) -> None:
        super().__init__(message)
        self.rejected = Rejected(message, line, column, empty)


class _Misshapen(Exception):  # noqa: N818 - always caught by who knows which attribute it was
    """An attribute's value is not of its shape; the message says what was expected."""


def _milliseconds(value: str) -> int:
    """Seconds, whole or decimal, as whole milliseconds."""
    seconds = float(value) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) else -1.0
    if not 0 <= seconds <= MAX_SECONDS:
        raise _Misshapen(f"seconds from 0 to {MAX_SECONDS}, such as 2 or 0.5")
    return round(seconds * 1000)


def _loops(value: str) -> int:
    # Not int(): Python refuses to convert thousands of digits, and a float only becomes infinite.
    loops = float(value) if re.fullmatch(r"[0-9]+", value) else -1.0
    if not 0 <= loops <= MAX_LOOPS:
        raise _Misshapen(f"a whole number from 0 (for ever) to {MAX_LOOPS}")
    return int(loops)


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise _Misshapen("true or false")
    return value == "true"


def _optional_url(value: str) -> str | None:
    return value.strip() or None


def _reason(value: str) -> str:
    # What other texts do is not documented (the vendor's own SDK lets them pass), so they are as if not given.
    return value if value in ("rejected", "busy") else ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How an element is written.

    `attributes` tells for each one we act on which field it fills, and how it is read. One not given leaves the field's
    default. What a vendor does with an attribute it does not know is not documented, so any other one is ignored.
    `text` says what must be between the tags, to fill the first field: "" is anything or nothing, None is no field.
    """

    make: Callable[..., Element]
    attributes: Mapping[str, tuple[str, Callable[[str], object]]]
    text: str | None = None


_SHAPES: Final[Mapping[str, _Shape]] = {
    "Speak": _Shape(Speak, {"loop": ("loop", _loops)}, text=""),
    "Play": _Shape(Play, {"loop": ("loop", _loops)}, text="the URL of an audio file"),
    "Wait": _Shape(Wait, {"length": ("length", _milliseconds)}),
    "Record": _Shape(
        Record,
        {
            "maxLength": ("max_length", _milliseconds),
            "action": ("action", _optional_url),
            "redirect": ("redirect", _flag),
            "method": ("method", str),
        },
    ),
    "Hangup": _Shape(Hangup, {"reason": ("reason", _reason), "schedule": ("schedule", _milliseconds)}),
    "Redirect": _Shape(Redirect, {"method": ("method", str)}, text="the URL of a document"),
    "MultiPartyCall": _Shape(
        MultiPartyCall,
        {
            "role": ("role", str.lower),
            "onExitActionUrl": ("exit_url", _optional_url),
            "onExitActionMethod": ("exit_method", str),
            "stayAlone": ("stay_alone", _flag),
        },
        text="the name of a multiparty call",
    ),
}


def _shown(found: str) -> str:
    """What was found, fit for one line of a message however long it is."""
    return repr(found if len(found) <= 40 else found[:40] + "...")


@dataclass(slots=True)
class _Tag:
    """An XML element that is still open: its start tag, where that stands, and the text met since."""

    name: str
    attributes: Mapping[str, str]
    line: int
    column: int
    texts: list[str] = field(default_factory=list)

    def wrong(self, message: str) -> _Unusable:
        return _Unusable(message, self.line, self.column)

    def element(self) -> Element:
        """What the tag stands for, once it is complete."""
        shape = _SHAPES.get(self.name)
        if shape is None:
            return Unknown(self.name)
        values = {
            name: self._value(attribute, read)
            for attribute, (name, read) in shape.attributes.items()
            if attribute in self.attributes
        }
        return shape.make(**values) if shape.text is None else shape.make(self._text(shape.text), **values)

    def _value(self, attribute: str, read: Callable[[str], object]) -> object:
        value = self.attributes[attribute]
        try:
            return read(value)
        except _Misshapen as expected:
            raise self.wrong(f"{self.name}: {attribute} is {_shown(value)}, expected {expected}") from None

    def _text(self, expected: str) -> str:
        text = "".join(self.texts).strip()
        if expected and not text:
            raise self.wrong(f"{self.name} is empty, expected {expected}")
        return text


# -- reading --------------------------------------------------------------------------------------------------------

# Those expat reads by itself. For any other it would ask Python's codecs, some of which warn or raise, and not the same
# in every version.
_ENCODINGS: Final = ("UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE", "US-ASCII", "ISO-8859-1")


def _body(text: str | bytes) -> bytes:
    """The bytes to read, which are neither too many nor none."""
    # A text has at least as many bytes as characters, so a huge one need not be encoded in full to be refused.
    body = _encoded(text[: MAX_BYTES + 1]) if isinstance(text, str) else text
    if len(body) > MAX_BYTES:
        raise _Unusable(f"the document is too long, expected at most {MAX_BYTES} bytes")
    if not body.removeprefix(b"\xef\xbb\xbf").strip():
        raise _Unusable("the document is empty, expected a <Response>", empty=True)
    return body


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        before = text[: error.start]
        line, column = before.count("\n") + 1, error.start - before.rfind("\n")
        raise _Unusable("half a surrogate pair, expected text that has a UTF-8 form", line, column) from None


class _Reader:
    """What expat calls while it reads; a bound that is passed stops it there. Reads one text."""

    def __init__(self, encoding: str | None) -> None:
        """`encoding` overrules the one a text declares; with None it is obeyed."""
        # Imported when the first document is read: not every scenario has one.
        from defusedxml.ElementTree import DefusedXMLParser

        # DTDs are refused as a whole: nothing in call flows needs them, and entities can only be declared there.
        self._defused = DefusedXMLParser(target=self, encoding=encoding, forbid_dtd=True)
        self._expat = self._defused.parser
        if encoding is None:
            self._expat.XmlDeclHandler = self._declared
        self._open: list[_Tag] = []
        self._count = 0
        self._elements: list[Element] = []
        self._lines: list[int] = []

    def read(self, body: bytes) -> Document:
        from xml.parsers.expat import ErrorString

        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError

        try:
            self._defused.feed(body)
            self._defused.close()
        except ParseError as error:
            line, offset = error.position
            raise _Unusable(f"not well-formed XML: {ErrorString(error.code)}", line, offset + 1) from None
        except DefusedXmlException:
            raise _Unusable("a DOCTYPE, which call flows may not have", *self._here()) from None
        return Document(tuple(self._elements), tuple(self._lines))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _Tag(name, attributes, *self._here())
        self._open.append(tag)
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise tag.wrong(f"too many elements, expected at most {MAX_ELEMENTS}")
        if len(self._open) > MAX_DEPTH:
            raise tag.wrong(f"elements are nested too deep, expected at most {MAX_DEPTH} levels")
        self._check_place(tag)

    def _check_place(self, tag: _Tag) -> None:
        if len(self._open) == 1 and tag.name != "Response":
            raise tag.wrong(f"the root is {_shown(tag.name)}, expected 'Response'")
        if len(self._open) > 2:
            child = self._open[1].name
            # Below a Speak is SSML, which is spoken; what may be in an element we do not know is not for us to say.
            if child in _SHAPES and child != "Speak":
                raise tag.wrong(f"{_shown(tag.name)} is not nestable in {child}")

    def data(self, text: str) -> None:
        # Text of SSML is the Speak's. Text between the children of the root is nobody's.
        if len(self._open) > 1:
            self._open[1].texts.append(text)

    def end(self, name: str) -> None:
        tag = self._open.pop()
        if len(self._open) == 1:
            self._elements.append(tag.element())
            self._lines.append(tag.line)

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in _ENCODINGS:
            expected = ", ".join(_ENCODINGS)
            raise _Unusable(f"the encoding is {_shown(encoding)}, expected one of {expected}", *self._here())

    def _here(self) -> tuple[int, int]:
        return self._expat.CurrentLineNumber, self._expat.CurrentColumnNumber + 1
