"""The calls and multiparty calls that a scenario declares, and where; read from the tree, however wrong the rest is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from callsim import instructions
from callsim.errors import Place
from callsim.scenario.fields import TAKEN_NAMES
from callsim.scenario.nodes import MapNode, Node, TextNode, entries, items, text_at
from callsim.scenario.schema import HANGS
from callsim.scenario.wording import Problems, quoted

OF_LEG = re.compile(r"(.+)-leg-[0-9]{1,4}")


@dataclass(slots=True)
class Declared:
    """Where each name is declared first."""

    calls: dict[str, Place] = field(default_factory=dict)
    mpcs: dict[str, Place] = field(default_factory=dict)

    def is_call(self, name: str) -> bool:
        """Whether a call has that name, or a leg that nobody has named."""
        return name in self.calls or self.leg_of(name) is not None

    def leg_of(self, name: str) -> str | None:
        """The call whose leg has that name where no other is given to it; None if it is no such name."""
        found = OF_LEG.fullmatch(name)
        return found[1] if found and found[1] in self.calls else None

    @property
    def names(self) -> set[str]:
        return {*self.calls, *self.mpcs}


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that parses, and the text in the file that it was read from."""

    text: TextNode
    document: instructions.Document

    def place_of(self, line: int, word: str) -> Place:
        """Where the element of that line stands, at the word if the line holds it."""
        lines = self.text.text.split("\n")
        written = lines[line - 1] if line <= len(lines) else ""
        index = written.find(word) if word in written else len(written) - len(written.lstrip())
        return self.text.inside(line, index + 1)


# The cases of a file mostly share their documents.
_parsed = lru_cache(maxsize=256)(instructions.parse)


def read_documents(root: MapNode) -> Iterator[ReadDocument]:
    """The documents that are answered as such and parse. One that does not may be what the scenario is about."""
    for entry in entries(root.get("documents")).values():
        node = entry.value if isinstance(entry.value, TextNode) else text_at(entry.value, "body")
        status = text_at(entry.value, "status")
        if node is None or node.text == HANGS or (status and not status.text.startswith("2")):
            continue
        document = _parsed(node.text)
        if isinstance(document, instructions.Document):
            yield ReadDocument(node, document)


def declare(root: MapNode, documents: list[ReadDocument], problems: Problems) -> Declared:
    """Collect the names; complain of a call declared twice and of a name that is both."""
    declared = Declared()
    for name, entry in entries(root.get("calls")).items():
        declared.calls[name] = root.source.place(entry.line, entry.column)
    for step in items(root.get("steps")):
        _declare_by_step(step, declared, problems)
    for name, entry in entries(root.get("mpcs")).items():
        declared.mpcs.setdefault(name, root.source.place(entry.line, entry.column))
    for read in documents:
        _declare_by_document(read, declared)
    for name, place in declared.calls.items():
        of = declared.leg_of(name)
        if of is not None:
            problems.add(place, f"{quoted(name)} is what a leg of {quoted(of)} is called", "expected another name")
    for name in declared.calls.keys() & declared.mpcs.keys():
        what = f"{quoted(name)} is a call (line {declared.calls[name].line}) and a multiparty call"
        problems.add(declared.mpcs[name], what, "expected different names")
    return declared


def _declare_by_step(step: Node, declared: Declared, problems: Problems) -> None:
    placed, added, mpc = text_at(step, "place"), text_at(step, "add"), text_at(step, "mpc")
    if placed and placed.text in declared.calls:
        first = declared.calls[placed.text].line
        problems.add(placed.place, f"the call {quoted(placed.text)} is declared twice", f"the first is in line {first}")
    elif placed:
        declared.calls[placed.text] = placed.place
    elif added:
        declared.calls.setdefault(added.text, added.place)
        for name, entry in entries(_also(step)).items():
            declared.calls.setdefault(name, step.source.place(entry.line, entry.column))
        if mpc:
            declared.mpcs.setdefault(mpc.text, mpc.place)


def _also(step: Node) -> Node | None:
    entry = entries(step).get("also")
    return None if entry is None else entry.value


def _declare_by_document(read: ReadDocument, declared: Declared) -> None:
    for element, line in read.document.every():
        if isinstance(element, instructions.MultiPartyCall | instructions.Conference) and element.name not in TAKEN_NAMES:
            declared.mpcs.setdefault(element.name, read.place_of(line, element.name))
