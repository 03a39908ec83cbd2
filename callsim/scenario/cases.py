"""`cases:` one file played several times, with `$words` that each case fills in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from callsim.scenario.fields import NAME_PATTERN
from callsim.scenario.nodes import Entry, ListNode, MapNode, Node, TextNode
from callsim.scenario.references import ACCOUNT, replaced, whole_reference
from callsim.scenario.wording import Problems, quoted

MOST_CASES = 200
MOST_NODES = 400_000
MOST_INSERTED = 8 * 1024 * 1024
_NAME = re.compile(NAME_PATTERN, re.ASCII)
_OUTSIDE = "cases"


@dataclass(frozen=True, slots=True)
class Variant:
    """One case: its name (None if the file has no cases) and the tree with its words filled in."""

    name: str | None
    root: MapNode


def variants(root: MapNode, names: Callable[[], Collection[str]], problems: Problems) -> Iterator[Variant]:
    """The file once for each case. `names` tells those of calls and multiparty calls, which no word may hide."""
    cases = root.get(_OUTSIDE)
    body = MapNode(root.source, root.line, root.column, {key: e for key, e in root.entries.items() if _is_ours(key)})
    if cases is None:
        yield Variant(None, body)
        return
    filler = _Filler(body, problems)
    read = _read(cases, names(), problems)
    for name, words in read.items():
        yield Variant(name, filler.fill(words))
    _complain_of_unused(read, filler.used, problems)


def _is_ours(key: str) -> bool:
    return key != _OUTSIDE and not key.startswith("x-")


def _read(cases: Node, names: Collection[str], problems: Problems) -> dict[str, MapNode]:
    if not isinstance(cases, ListNode) or not cases.items:
        problems.add(cases.place, "'cases' is no list of cases", "expected mappings, each with case: its name")
        return {}
    if len(cases.items) > MOST_CASES:
        problems.add(cases.place, f"there are {len(cases.items)} cases", f"at most {MOST_CASES} are read")
        return {}
    read: dict[str, MapNode] = {}
    for item in cases.items:
        name = item.get("case") if isinstance(item, MapNode) else None
        if not isinstance(item, MapNode) or not isinstance(name, TextNode) or not name.text.strip():
            problems.add(item.place, "a case has no name", "expected a mapping with case: its name")
        elif name.text in read:
            problems.add(name.place, f"there are two cases called {quoted(name.text)}", "expected a name for each")
        else:
            read[name.text] = _checked(item, names, problems)
    return read


def _checked(case: MapNode, names: Collection[str], problems: Problems) -> MapNode:
    """The case without the words that cannot be words."""
    good = dict(case.entries)
    for word in case.entries:
        if not _NAME.fullmatch(word):
            expected = "expected letters, digits, _ and -, with a letter first"
            problems.add(case.key_place(word), f"{quoted(word)} cannot be a word of a case", expected)
        elif word == ACCOUNT or word in names:
            what = f"${word} means something else already"
            problems.add(case.key_place(word), what, "expected a word that is no call and no multiparty call")
        else:
            continue
        del good[word]
    return replace(case, entries=good)


def _complain_of_unused(read: dict[str, MapNode], used: set[str], problems: Problems) -> None:
    complained = {"case"} | used
    for case in read.values():
        for word in case.entries:
            if word not in complained:
                complained.add(word)
                problems.add(case.key_place(word), f"nothing in the file uses ${word}", "leave it out, or use it")


class _Filler:
    """Fills the words of one case after another into the tree; what holds no word is shared between the cases."""

    def __init__(self, body: MapNode, problems: Problems) -> None:
        self.used: set[str] = set()
        self._body = body
        self._problems = problems
        self._size = _size(body)
        self._nodes = 0
        self._inserted = 0
        self._words: MapNode = body

    def fill(self, words: MapNode) -> MapNode:
        self._words = words
        self._grow(nodes=self._size)
        return self._map(self._body)

    def _grow(self, nodes: int = 0, characters: int = 0) -> None:
        # A few words inside words make gigabytes out of a small file; this stops long before.
        self._nodes += nodes
        self._inserted += characters
        if self._nodes > MOST_NODES or self._inserted > MOST_INSERTED:
            self._problems.add(self._words.place, "the cases make too much of this file", "use fewer or shorter words")
            self._problems.settle()

    def _filled(self, node: Node) -> Node:
        if isinstance(node, TextNode):
            return self._text(node) if "$" in node.text else node
        if isinstance(node, ListNode):
            items = [self._filled(item) for item in node.items]
            changed = any(new is not old for new, old in zip(items, node.items, strict=True))
            return replace(node, items=items) if changed else node
        return self._map(node) if isinstance(node, MapNode) else node

    def _map(self, node: MapNode) -> MapNode:
        entries = {key: self._entry(entry) for key, entry in node.entries.items()}
        changed = any(entries[key] is not entry for key, entry in node.entries.items())
        return replace(node, entries=entries) if changed else node

    def _entry(self, entry: Entry) -> Entry:
        value = self._filled(entry.value)
        return entry if value is entry.value else entry._replace(value=value)

    def _word(self, name: str) -> Node | None:
        value = self._words.get(name) if name != "case" else None
        if value is not None:
            self.used.add(name)
        return value

    def _text(self, node: TextNode) -> Node:
        whole = self._word(whole_reference(node.text))
        if whole is not None:
            self._grow(nodes=_size(whole))
            return whole
        new = replaced(node.text, lambda name: self._inside(name, node))
        return node if new == node.text else replace(node, text=new)

    def _inside(self, name: str, node: TextNode) -> str | None:
        value = self._word(name)
        if value is None:
            return None
        if not isinstance(value, TextNode):
            self._problems.add(node.place, f"${name} is no text, and stands inside one", "let it stand alone")
            return None
        self._grow(characters=len(value.text))
        return value.text


def _size(node: Node) -> int:
    if isinstance(node, MapNode):
        return 1 + sum(_size(entry.value) for entry in node.entries.values())
    return 1 + sum(_size(item) for item in node.items) if isinstance(node, ListNode) else 1
