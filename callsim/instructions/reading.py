"""Reading documents: XML text to elements, within bounds. The only module that parses XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callsim.instructions.elements import Document, Element, Rejected, Unknown
from callsim.instructions.shapes import NESTED_ONLY, SHAPES, Shape
from callsim.instructions.values import Form, Misshapen

MAX_BYTES: Final = 102_400
"""The longest body read, in bytes; a text counts as its UTF-8."""
MAX_DEPTH: Final = 32
"""The deepest nesting read; `<Response>` is at depth 1."""
MAX_ELEMENTS: Final = 2_000
"""The most XML elements read, `<Response>` and nested ones included."""


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


def _shown(found: str) -> str:
    """What was found, fit for one line of a message however long it is."""
    return repr(found if len(found) <= 40 else found[:40] + "...")


def _one_of(names: Sequence[str]) -> str:
    """Which elements would have been right there, if any."""
    return f", expected {', '.join(names[:-1])} or {names[-1]}" if names else ""


@dataclass(slots=True)
class _Tag:
    """An XML element that is still open: its start tag, where that stands, and what was met within it since: text, and the
    elements that it holds, with the lines of all of them. `shape` is None for the root and for an element nobody knows."""

    name: str
    attributes: Mapping[str, str]
    line: int
    column: int
    shape: Shape | None
    texts: list[str] = field(default_factory=list)
    held: list[Any] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def wrong(self, message: str) -> _Unusable:
        return _Unusable(message, self.line, self.column)

    def element(self) -> Any:
        """What the tag stands for, once it is complete."""
        shape = self.shape
        if shape is None:
            return Unknown(self.name)
        values = {
            name: self._value(attribute, form)
            for attribute, (name, form) in shape.attributes.items()
            if attribute in self.attributes
        }
        if shape.into:
            values[shape.into] = self._children(shape)
        return shape.make(**values) if shape.text is None else shape.make(self._text(shape, shape.text), **values)

    def _value(self, attribute: str, form: Form) -> object:
        value = self.attributes[attribute]
        try:
            return form.read(value)
        except Misshapen as expected:
            raise self.wrong(f"{self.name}: {attribute} is {_shown(value)}, expected {expected}") from None

    def _text(self, shape: Shape, expected: str) -> object:
        text = "".join(self.texts).strip()
        if expected and not text:
            raise self.wrong(f"{self.name} is empty, expected {expected}")
        try:
            return shape.written.read(text)
        except Misshapen as better:
            raise self.wrong(f"{self.name} holds {_shown(text)}, expected {better}") from None

    def _children(self, shape: Shape) -> tuple[Any, ...]:
        if shape.needs and not self.held:
            raise self.wrong(f"{self.name} is empty, expected {shape.needs}")
        return tuple(self.held)


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
        self._below = 0
        self._count = 0
        self._elements: list[Element] = []
        self._lines: list[int] = []
        self._nested: list[int] = []

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
        return Document(tuple(self._elements), tuple(self._lines), tuple(self._nested))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _Tag(name, attributes, *self._here(), SHAPES.get(name) if self._open else None)
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise tag.wrong(f"too many elements, expected at most {MAX_ELEMENTS}")
        if len(self._open) + self._below >= MAX_DEPTH:
            raise tag.wrong(f"elements are nested too deep, expected at most {MAX_DEPTH} levels")
        if self._below or not self._check_place(tag):
            self._below += 1
        else:
            self._open.append(tag)

    def _check_place(self, tag: _Tag) -> bool:
        """Whether it is an element that may stand where it stands, and not part of what is spoken, or of what nobody knows."""
        if not self._open:
            if tag.name != "Response":
                raise tag.wrong(f"the root is {_shown(tag.name)}, expected 'Response'")
            return True
        parent = self._open[-1]
        if len(self._open) == 1:
            if tag.name in NESTED_ONLY:
                raise tag.wrong(f"{_shown(tag.name)} is not nestable in Response")
            return True
        # Below a Speak is SSML, which is spoken; what may be in an element we do not know is not for us to say.
        if parent.name == "Speak" or parent.shape is None:
            return False
        if tag.name not in parent.shape.holds:
            expected = _one_of(parent.shape.holds)
            raise tag.wrong(f"{_shown(tag.name)} is not nestable in {parent.name}{expected}")
        return True

    def data(self, text: str) -> None:
        # Text of SSML is the Speak's. Text between the children of the root is nobody's.
        if len(self._open) > 1:
            self._open[-1].texts.append(text)

    def end(self, name: str) -> None:
        if self._below:
            self._below -= 1
            return
        tag = self._open.pop()
        if not self._open:
            return
        if len(self._open) == 1:
            self._elements.append(tag.element())
            self._lines.append(tag.line)
            self._nested += tag.lines
        else:
            self._open[-1].held.append(tag.element())
            self._open[-1].lines += [tag.line, *tag.lines]

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in _ENCODINGS:
            expected = ", ".join(_ENCODINGS)
            raise _Unusable(f"the encoding is {_shown(encoding)}, expected one of {expected}", *self._here())

    def _here(self) -> tuple[int, int]:
        return self._expat.CurrentLineNumber, self._expat.CurrentColumnNumber + 1
