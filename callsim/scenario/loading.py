"""Scenario files in, cases ready to be played out; every mistake in a file is told at once, with its place."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from callsim.errors import InputError, Place, Problem
from callsim.scenario import nodes
from callsim.scenario.cases import Variant, variants
from callsim.scenario.checks import Vocabulary, check, check_vocabulary, declared_in, unknown_vendor
from callsim.scenario.nodes import MapNode, Step
from callsim.scenario.reading import MOST_BYTES, read, too_large
from callsim.scenario.schema import VERSION, Scenario
from callsim.scenario.translating import translate
from callsim.scenario.wording import Problems, quoted

__all__ = ["Case", "Vocabulary", "cases_in", "find", "load", "load_bytes", "load_tree", "read_bytes", "tree"]

STDIN = Path("-")
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to play: a file's scenario with the words of one case filled in, under one vendor.

    `case` is None where the file holds just one. Paths are of keys and indexes, such as "steps", 3, "expect".
    """

    file: str
    case: str | None
    vendor: str
    spec: Scenario
    root: MapNode = field(repr=False)

    def place(self, *path: Step) -> Place:
        """Where what is at a path stands; the nearest place above it if nothing is."""
        return nodes.find(self.root, path).place

    def key_place(self, *path: Step) -> Place:
        """Where the key that ends a path stands."""
        return nodes.key_place(self.root, path)

    def text_place(self, path: Iterable[Step], line: int, column: int) -> Place:
        """Where line and column of the text at a path, both from 1, stand in the file."""
        return nodes.find(self.root, path).inside(line, column)


def load(path: str | Path, vendor: str | None = None, vocabulary: Vocabulary | None = None) -> list[Case]:
    """The cases of a file; `-` is the standard input. Raises InputError with every problem found."""
    return load_bytes(read_bytes(path), "<stdin>" if Path(path) == STDIN else str(path), vendor, vocabulary)


def read_bytes(path: str | Path) -> bytes:
    """What a file holds, as far as one may be read; `-` is the standard input. Raises InputError if it cannot be read."""
    # One byte past the bound is enough to know; a file need not be of the size it claims.
    if Path(path) == STDIN:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(_unreadable(path, error)) from None


def load_bytes(data: bytes, name: str, vendor: str | None = None, vocabulary: Vocabulary | None = None) -> list[Case]:
    """The cases of a file's bytes; `name` is what places call it. `vendor` takes the place of the file's own.

    Raises InputError with every problem found, sorted by place.
    """
    problems = Problems()
    return load_tree(tree(data, name, problems), name, vendor, vocabulary, problems)


def tree(data: bytes, name: str, problems: Problems) -> MapNode:
    """What a file says, before anything in it is checked. What is wrong and leaves a tree all the same is added to `problems`;
    raises InputError otherwise."""
    if len(data) > MOST_BYTES:
        raise InputError(too_large(name))
    root = read(data, name, problems)
    if not isinstance(root, MapNode):
        problems.add(root.place, "this is no scenario", "expected a mapping that begins with callsim: 1")
        raise InputError(*problems)
    return root


def load_tree(root: MapNode, name: str, vendor: str | None, vocabulary: Vocabulary | None, problems: Problems) -> list[Case]:
    """The cases of what a file says. Raises InputError with every problem found, and those there are already, sorted by place."""
    if vendor and vocabulary and vendor not in vocabulary.vendors:
        raise InputError(Problem(Place(name), *unknown_vendor(vendor, vocabulary)))
    _check_version(root)
    found: list[Case] = []
    for variant in variants(root, lambda: declared_in(root).names, problems):
        found += _cases(variant, name, vendor, vocabulary, problems)
    problems.settle()
    return found


def _check_version(root: MapNode) -> None:
    version = nodes.text_at(root, "callsim")
    if version and version.text != VERSION:
        # Whatever else may look wrong in another format need not be.
        raise InputError(
            Problem(version.place, f"this is format {quoted(version.text)}", f"expected callsim: {VERSION}")
        )


def _cases(
    variant: Variant, name: str, vendor: str | None, vocabulary: Vocabulary | None, problems: Problems
) -> Iterator[Case]:
    check(variant.root, problems)
    if vocabulary:
        check_vocabulary(variant.root, vendor, vocabulary, problems)
    try:
        spec = Scenario.read(nodes.plain(variant.root))
    except ValidationError as error:
        translate(error, variant.root, problems)
        return
    vendors = (vendor,) if vendor else spec.vendor
    several = not vendor and isinstance(variant.root.get("vendor"), nodes.ListNode)
    for one in vendors:
        words = [word for word in (variant.name, one if several else None) if word]
        yield Case(name, " ".join(words) or None, one, spec, variant.root)


def cases_in(root: MapNode, name: str, vocabulary: Vocabulary, problems: Problems) -> list[Case]:
    """The cases of a scenario that is part of a greater file, one for each of its vendors; what is wrong is added."""
    return list(_cases(Variant(None, root), name, None, vocabulary, problems))


def find(paths: Iterable[str | Path]) -> list[Path]:
    """The files that paths mean, each once: files as they are, the scenarios in folders sorted, `-` for standard input.

    Raises InputError for what is missing, cannot be read, or is a folder without scenarios.
    """
    files: dict[Path, None] = {}
    problems = []
    for path in map(Path, paths):
        try:
            files.update(dict.fromkeys(_files(path)))
        except (OSError, ValueError) as error:
            problems.append(_unreadable(path, error))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return list(files)


def _files(path: Path) -> list[Path]:
    if path == STDIN:
        return [path]
    if not path.is_dir():
        path.open("rb").close() if path.is_file() else path.stat()
        return [path]
    found = sorted(below for below in path.rglob("*") if below.suffix in _SUFFIXES and below.is_file())
    if not found:
        raise InputError(Problem(Place(str(path)), "this folder holds no scenarios", "expected files *.yaml or *.yml"))
    return found


def _unreadable(path: str | Path, error: OSError | ValueError) -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(Place(str(path)), f"this cannot be read: {reason}")
