"""The worlds an atlas is drawn from: each a small scenario, and what in it is looked at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from callsim.errors import InputError, UsageError
from callsim.scenario.cases import variants
from callsim.scenario.checks import Vocabulary, declared_in
from callsim.scenario.fields import NAME_PATTERN
from callsim.scenario.loading import Case, cases_in, read_bytes
from callsim.scenario.nodes import Entry, ListNode, MapNode, Node, TextNode, items
from callsim.scenario.playing import RulebookVocabulary
from callsim.scenario.reading import read
from callsim.scenario.steps import Step
from callsim.scenario.vetting import vet
from callsim.scenario.wording import Problems, listed, nearest, quoted

SHIPPED = "worlds.yaml"
MOST_WORLDS = 500
_VERSION, _WORLDS, _SUBJECT, _OPERATIONS, _STEPS = "callsim", "worlds", "subject", "operations", "steps"
_LEG = re.compile(r"-leg-[1-9][0-9]?$", re.ASCII)
_MAPPING = "expected a mapping of callsim: 1 and worlds"


@dataclass(frozen=True, slots=True)
class World:
    """One world under one vendor: the scenario that leads through its states, and the calls and multiparty calls that are
    looked at. The first `played` steps are its story; the others are operations to be tried beside those known anyway."""

    name: str
    case: Case
    subjects: tuple[str, ...]
    played: int

    @property
    def vendor(self) -> str:
        return self.case.vendor

    @property
    def title(self) -> str:
        return self.case.spec.title

    @property
    def operations(self) -> tuple[Step, ...]:
        return self.case.spec.steps[self.played :]


@lru_cache(maxsize=1)
def reference_worlds() -> tuple[World, ...]:
    """The worlds that callsim brings along: of a wheel those in it, of a checkout its own file."""
    shipped = resources.files("callsim") / SHIPPED
    if shipped.is_file():
        return tuple(read_worlds(shipped.read_bytes(), SHIPPED))
    own = Path(__file__).parents[2] / "tests" / SHIPPED
    return tuple(read_worlds(own.read_bytes(), f"tests/{SHIPPED}"))


def load_worlds(path: str | Path) -> list[World]:
    """The worlds of a file. Raises InputError with every problem found."""
    return read_worlds(read_bytes(path), str(path))


def read_worlds(data: bytes, name: str) -> list[World]:
    """The worlds of a file's bytes; `name` is what places call it. Raises InputError with every problem found."""
    problems = Problems()
    root = read(data, name, problems)
    found = list(_Reader(name, problems).worlds(root))
    problems.settle()
    vetted = [problem for world in found for problem in vet(world.case)]
    if vetted:
        raise InputError(*vetted)
    return found


def named(worlds: Sequence[World], name: str) -> list[World]:
    """Those of one name, or of all its cases. Raises UsageError with the nearest name if there is none."""
    kept = [world for world in worlds if world.name == name or world.name.startswith(f"{name}, ")]
    if kept:
        return kept
    names = list(dict.fromkeys(world.name for world in worlds))
    hint = nearest(name, names)
    raise UsageError("; ".join(filter(None, [f"there is no world {quoted(name)}", hint or f"there are {listed(names, 'and')}"])))


def _dialled_by(name: str) -> str:
    """The call whose document makes a leg of that name, if it can be one's: `anna` of `anna-leg-1`."""
    return _LEG.sub("", name)


class _Reader:
    """Reads the worlds out of a tree, and gathers what is wrong with them."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.name, self.problems = name, problems
        self.vocabulary: Vocabulary = RulebookVocabulary()

    def worlds(self, root: Node) -> Iterator[World]:
        version, worlds = (root.get(_VERSION), root.get(_WORLDS)) if isinstance(root, MapNode) else (None, None)
        if not isinstance(root, MapNode) or not isinstance(worlds, MapNode):
            self.problems.add(root.place, "this holds no worlds", _MAPPING)
            return
        for key in root.entries:
            if key not in (_VERSION, _WORLDS) and not key.startswith("x-"):
                self.problems.add(root.key_place(key), f"the key {quoted(key)} is not known here", _MAPPING)
        if len(worlds.entries) > MOST_WORLDS:
            self.problems.add(worlds.place, f"there are {len(worlds.entries)} worlds", f"at most {MOST_WORLDS} are read")
            return
        stamp = root.entries[_VERSION] if version is not None else None
        for name, entry in worlds.entries.items():
            yield from self._world(name, entry.value, worlds, stamp)

    def _world(self, name: str, node: Node, above: MapNode, stamp: Entry | None) -> Iterator[World]:
        if not re.fullmatch(NAME_PATTERN, name):
            expected = "expected letters, digits, _ and -, with a letter first"
            self.problems.add(above.key_place(name), f"{quoted(name)} cannot be the name of a world", expected)
        if not isinstance(node, MapNode):
            self.problems.add(node.place, f"the world {quoted(name)} is no mapping", "expected a scenario with a subject")
            return
        whole = MapNode(node.source, node.line, node.column, {**({_VERSION: stamp} if stamp else {}), **node.entries})
        for variant in variants(whole, lambda: declared_in(whole).names, self.problems):
            yield from self._cases(f"{name}, {variant.name}" if variant.name else name, variant.root)

    def _cases(self, name: str, root: MapNode) -> Iterator[World]:
        kept = {key: entry for key, entry in root.entries.items() if key not in (_SUBJECT, _OPERATIONS)}
        steps, operations = root.get(_STEPS), root.get(_OPERATIONS)
        played = len(items(steps))
        if operations is not None and not isinstance(operations, ListNode):
            self.problems.add(operations.place, "'operations' is no list of steps", "expected steps without times")
        elif operations is not None:
            first = steps if isinstance(steps, ListNode) else operations
            both = ListNode(first.source, first.line, first.column, [*items(steps), *items(operations)])
            kept[_STEPS] = Entry(first.line, first.column, both)
        scenario = MapNode(root.source, root.line, root.column, kept)
        subjects = self._subjects(root, declared_in(scenario).names)
        for case in cases_in(scenario, self.name, self.vocabulary, self.problems):
            yield World(name, case, subjects, played)

    def _subjects(self, root: MapNode, known: Collection[str]) -> tuple[str, ...]:
        node = root.get(_SUBJECT)
        nodes: list[Node] = items(node) or [root if node is None else node]
        found = []
        for each in nodes:
            if not isinstance(each, TextNode):
                expected = "expected subject: a call or a multiparty call of it, or a list of them"
                self.problems.add(each.place, "this world has no subject", expected)
            elif each.text not in known and _dialled_by(each.text) not in known:
                expected = f"expected {listed(sorted(known))}" if known else "declare a call first"
                self.problems.add(each.place, f"nothing here is called {quoted(each.text)}", expected, nearest(each.text, known))
            else:
                found.append(each.text)
        return tuple(dict.fromkeys(found))
