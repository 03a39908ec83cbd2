"""Untrusted YAML bytes in, a tree of nodes with places out, within bounds. The only file that imports yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

import yaml

from callsim.errors import InputError, Place, Problem
from callsim.scenario.nodes import Entry, ListNode, MapNode, Node, Source, TextNode
from callsim.scenario.syntax import explained
from callsim.scenario.wording import Problems, quoted

MOST_BYTES = 2 * 1024 * 1024
MOST_NODES = 200_000
DEEPEST = 32
# The loaders' own `compose` recurses in C and takes the interpreter down on deep nesting; their events do not.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_JUNK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read(data: bytes, name: str, problems: Problems | None = None) -> Node:
    """The tree a file holds; `name` is what places call the file. What is wrong with it and leaves a tree all the same is
    added to `problems`, if there are any to add to. Raises InputError with every problem found."""
    source = Source(name, _decoded(data, name))
    builder = _Builder(source, Problems() if problems is None else problems)
    try:
        builder.take(yaml.parse(source.text, Loader=_LOADER))
    except yaml.YAMLError as error:
        _refuse_syntax(builder, error)
    if problems is None:
        builder.problems.settle()
    if builder.root is None or (isinstance(builder.root, TextNode) and not builder.root.text):
        raise InputError(Problem(Place(name), "the file is empty", "expected a mapping that begins with callsim: 1"))
    return builder.root


def _decoded(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise InputError(too_large(name))
    if data.startswith(_UTF_16):
        raise InputError(Problem(Place(name, 1, 1), "this is UTF-16", "save it as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place_after(name, data[: error.start].decode("utf-8-sig"))
        byte = data[error.start]
        raise InputError(Problem(place, f"the byte 0x{byte:02x} here is not UTF-8", "save it as UTF-8")) from None
    junk = _JUNK.search(text)
    if junk:
        what = f"the character U+{ord(junk[0]):04X} has no place in a text file"
        raise InputError(Problem(_place_after(name, text[: junk.start()]), what, "save it as UTF-8 text"))
    return text


def too_large(name: str) -> Problem:
    """The problem of a file over the bound."""
    return Problem(Place(name), "the file is too large", f"at most {MOST_BYTES // (1024 * 1024)} MiB are read")


def _place_after(name: str, before: str) -> Place:
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _refuse_syntax(builder: _Builder, error: yaml.YAMLError) -> NoReturn:
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if opened and (mark is None or mark.index >= len(builder.source.text)):
        mark = opened  # What is never closed shows at the end of the file; it went wrong where it was opened.
    what, expected = explained(str(getattr(error, "problem", "") or ""), str(getattr(error, "context", "") or ""))
    place = builder.source.place(mark.line + 1, mark.column + 1) if mark else Place(builder.source.name)
    raise InputError(*builder.problems, Problem(place, what, expected)) from None


class _Builder:
    """Makes nodes of events. Refuses what a scenario may not hold and goes on, so that one reading shows it all."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.root: Node | None = None
        self._open: list[MapNode | ListNode] = []
        self._keys: list[TextNode | None] = []
        self._count = 0
        self._documents = 0
        self._taking = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._list,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, events: Iterable[Any]) -> None:
        taking = self._taking.get
        for event in events:
            action = taking(type(event))
            if action:
                action(event)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(event, "a second document begins here", "one file holds one scenario")

    def _scalar(self, event: Any) -> None:
        start = event.start_mark
        if event.anchor is not None or event.tag is not None:
            self._check_decorations(event)
        if event.style == '"' and _JUNK.search(event.value):
            self._refuse(event, f"the text {quoted(event.value)} holds a control character", "write it without")
        line = start.line
        node = TextNode(
            self.source, line + 1, start.column + 1, event.value, event.style or None, line == event.end_mark.line
        )
        if node.style == "|":
            node.indent = self._indent(node)
        self._add(node, event)

    def _indent(self, node: TextNode) -> int:
        """How far a literal block is indented: what its first written line has in the file and not in the text."""
        lines = self.source.lines
        for number, line in enumerate(node.text.split("\n"), start=node.line):
            if line.strip() and number < len(lines):
                return max(len(lines[number]) - len(line), 0)
        return 0

    def _mapping(self, event: Any) -> None:
        self._enter(MapNode(self.source, event.start_mark.line + 1, event.start_mark.column + 1), event)

    def _list(self, event: Any) -> None:
        self._enter(ListNode(self.source, event.start_mark.line + 1, event.start_mark.column + 1), event)

    def _alias(self, event: Any) -> None:
        self._refuse(event, f"'*{event.anchor}' is a YAML alias", "write the value out")
        node = TextNode(self.source, event.start_mark.line + 1, event.start_mark.column + 1, f"*{event.anchor}")
        self.problems.moot.add(node.place)
        self._add(node, event)

    def _enter(self, node: MapNode | ListNode, event: Any) -> None:
        self._check_decorations(event)
        self._add(node, event)
        if len(self._open) >= DEEPEST:
            self._stop(event, f"nested more than {DEEPEST} deep", "no scenario needs as much")
        self._open.append(node)
        self._keys.append(None)

    def _close(self, event: Any) -> None:
        self._open.pop()
        self._keys.pop()

    def _add(self, node: Node, event: Any) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            self._stop(event, f"the file holds more than {MOST_NODES:,} values", "split it")
        if not self._open:
            self.root = node
            return
        above = self._open[-1]
        if isinstance(above, ListNode):
            above.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = self._key(node, event)
        else:
            self._keys[-1] = None
            self._set(above, key, node)

    def _key(self, node: Node, event: Any) -> TextNode:
        if not isinstance(node, TextNode):
            self._stop(event, "a list or a mapping stands here as a key", "a key is a text")
        return node

    def _set(self, mapping: MapNode, key: TextNode, value: Node) -> None:
        first = mapping.entries.get(key.text)
        if key.text == "<<" and key.style is None:
            self.problems.add(key.place, "'<<' is a YAML merge key", "write the keys out")
            self.problems.moot.add(mapping.place)  # What it lacks may be in there.
        elif first:
            self.problems.add(
                key.place,
                f"the key {quoted(key.text)} stands twice in one mapping",
                f"the first is in line {first.line}",
            )
        else:
            mapping.entries[key.text] = Entry(key.line, key.column, value)

    def _check_decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"'&{event.anchor}' is a YAML anchor", "write the value out where it is needed")
        if event.tag is not None:
            self._refuse(event, f"{quoted(event.tag)} is a YAML tag", "every value is text; write it without a tag")

    def _refuse(self, event: Any, what: str, expected: str) -> None:
        self.problems.add(self.source.place(event.start_mark.line + 1, event.start_mark.column + 1), what, expected)

    def _stop(self, event: Any, what: str, expected: str) -> NoReturn:
        self._refuse(event, what, expected)
        raise InputError(*self.problems)
