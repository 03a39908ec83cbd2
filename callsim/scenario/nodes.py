"""What a YAML file says, as a tree of texts, lists and mappings that remember where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from callsim.errors import Place

Step = str | int
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


class Source:
    """One file: the name that complaints give it, and its text."""

    def __init__(self, name: str, text: str = "") -> None:
        self.name = name
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        return _LINE_BREAK.split(self.text)

    def place(self, line: int, column: int) -> Place:
        return Place(self.name, line, column)


@dataclass(slots=True, eq=False)
class Node:
    """Anything in the tree; line and column, of its first character, count from 1."""

    source: Source
    line: int
    column: int

    @property
    def place(self) -> Place:
        return self.source.place(self.line, self.column)

    def inside(self, line: int, column: int) -> Place:
        """Where line and column of what the node holds, each from 1, stand in the file."""
        return self.place


@dataclass(slots=True, eq=False)
class TextNode(Node):
    """A scalar: text, whatever it looks like. `style` is YAML's: None for plain, or one of ' " | >."""

    text: str = ""
    style: str | None = None
    one_line: bool = True
    indent: int = 0

    def inside(self, line: int, column: int) -> Place:
        if self.style == "|":
            # A literal block begins on the line after its mark and keeps its lines; only the indent is not in the text.
            return self.source.place(self.line + line, self.indent + column)
        if line == 1 and self.one_line and self.style != ">":
            return self.source.place(self.line, self.column + column - 1 + (self.style is not None))
        return self.place


@dataclass(slots=True, eq=False)
class ListNode(Node):
    """A list, in order."""

    items: list[Node] = field(default_factory=list)


class Entry(NamedTuple):
    """One value of a mapping and where its key stands."""

    line: int
    column: int
    value: Node


@dataclass(slots=True, eq=False)
class MapNode(Node):
    """A mapping, in the order of the file."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.value if entry else None

    def key_place(self, key: str) -> Place:
        entry = self.entries[key]
        return self.source.place(entry.line, entry.column)


def child(node: Node, step: Step) -> Node | None:
    """What one step into a node leads to; None if there is no such thing."""
    if isinstance(node, MapNode):
        return node.get(str(step))
    if isinstance(node, ListNode) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def find(root: Node, path: Iterable[Step]) -> Node:
    """The node at a path, or the nearest one above it that exists."""
    node = root
    for step in path:
        below = child(node, step)
        if below is None:
            break
        node = below
    return node


def key_place(root: Node, path: tuple[Step, ...]) -> Place:
    """Where the key that ends a path stands; the nearest place above it if there is no such key."""
    above = find(root, path[:-1])
    if isinstance(above, MapNode) and path and str(path[-1]) in above.entries:
        return above.key_place(str(path[-1]))
    return find(root, path).place


def items(node: Node | None) -> list[Node]:
    """The items of a list; none if it is no list."""
    return node.items if isinstance(node, ListNode) else []


def entries(node: Node | None) -> dict[str, Entry]:
    """The entries of a mapping; none if it is no mapping."""
    return node.entries if isinstance(node, MapNode) else {}


def text_at(node: Node | None, *path: Step) -> TextNode | None:
    """The text at the end of a path; None if there is no such path or something else."""
    for step in path:
        node = child(node, step) if node else None
    return node if isinstance(node, TextNode) else None


def texts(root: Node) -> Iterator[TextNode]:
    """Every text in the tree that is no key, in order."""
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, TextNode):
            yield node
        else:
            open_nodes += reversed([entry.value for entry in entries(node).values()] or items(node))


def plain(node: Node) -> Any:
    """The tree as dicts, lists and strings."""
    if isinstance(node, MapNode):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    return [plain(item) for item in node.items] if isinstance(node, ListNode) else getattr(node, "text", "")
