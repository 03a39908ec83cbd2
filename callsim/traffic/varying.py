"""`--vary NAME=A..B:STEP`: values put into a scenario before anything in it is checked, and every combination of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from itertools import product

from callsim.errors import UsageError
from callsim.scenario.nodes import ListNode, MapNode, Node, Source, Step, TextNode, entries, find, items
from callsim.scenario.references import whole_reference
from callsim.scenario.wording import listed, nearest

MOST_POINTS = 10_000
"""So many combinations one sweep may have."""

EXAMPLES = "write one such as trunks=20..60:5 or trunks=20,40,80"
_MOST_NAMED = 12
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,9})?"
_UNIT = r"[A-Za-z/%][A-Za-z/%]{0,9}"
_RANGE = re.compile(rf"({_NUMBER})({_UNIT})?\.\.({_NUMBER})({_UNIT})?:({_NUMBER})({_UNIT})?", re.ASCII)
_BARE = re.compile(_NUMBER, re.ASCII)
_WITH_UNIT = re.compile(rf"{_NUMBER}({_UNIT})", re.ASCII)
_CASES = "cases"
_BY_ITS_FIRST = {"trunks": "count"}
"""What may be a mapping or one value by itself, and which key of the mapping that value is."""

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Varied:
    """One thing that is varied: what the person called it, and its values as they stand in a file."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file it stands: a path, or one in each of several cases."""

    name: str
    paths: tuple[Path, ...]


def varied(option: str) -> Varied:
    """What one `--vary` says. Raises UsageError."""
    name, sign, text = option.partition("=")
    if not sign or not name.strip() or not text.strip():
        raise UsageError(f"--vary {option!s:.100}: this is no NAME=VALUES; {EXAMPLES}")
    values = tuple(_range(option, text) if ".." in text else [each.strip() for each in text.split(",")])
    if "" in values:
        raise UsageError(f"--vary {option!s:.100}: there is an empty value; {EXAMPLES}")
    _check_distinct(option, values)
    return Varied(name.strip(), values)


def _check_distinct(option: str, values: Sequence[str]) -> None:
    if len(values) > MOST_POINTS:
        raise UsageError(f"--vary {option!s:.100}: these are {len(values):,} values; at most {MOST_POINTS:,} are tried")
    twice = next((each for each in values if values.count(each) > 1), None) if len(set(values)) < len(values) else None
    if twice is not None:
        raise UsageError(f"--vary {option!s:.100}: {twice!s:.60} stands there twice")


def _range(option: str, text: str) -> list[str]:
    found = _RANGE.fullmatch(text.strip())
    units = {each for each in (found[2], found[4], found[6]) if each} if found else set()
    if found is None or len(units) > 1:
        raise UsageError(f"--vary {option!s:.100}: this is no range; {EXAMPLES}, all of one unit")
    first, last, step = (Decimal(found[number]) for number in (1, 3, 5))
    if step == 0 or last < first:
        raise UsageError(f"--vary {option!s:.100}: from the least to the greatest, by a step greater than 0; {EXAMPLES}")
    count = int((last - first) / step) + 1
    if count > MOST_POINTS:
        raise UsageError(f"--vary {option!s:.100}: these are {count:,} values; at most {MOST_POINTS:,} are tried")
    return [f"{(first + step * number).normalize():f}{''.join(units)}" for number in range(count)]


def combinations(several: Sequence[Varied]) -> list[tuple[str, ...]]:
    """Every combination of the values, the last thing varied changing first. Raises UsageError if there are too many."""
    count = reduce(lambda product, each: product * len(each.values), several, 1)
    if count > MOST_POINTS:
        raise UsageError(f"--vary: these are {count:,} combinations; at most {MOST_POINTS:,} are tried: take greater steps")
    return list(product(*(each.values for each in several)))


def placed(root: MapNode, several: Sequence[Varied]) -> list[tuple[Varied, Place]]:
    """Where in a file each thing stands, and its values as that place spells them: a bare number takes the unit of the number that
    is there. Raises UsageError for what is nowhere, in several places, no single value, or varied twice."""
    found = [(each, _place(root, each.name)) for each in several]
    for number, (each, place) in enumerate(found):
        if any(set(place.paths) & set(other.paths) for _, other in found[:number]):
            raise UsageError(f"--vary {each.name}: {place.name} is varied already; give all its values to one --vary")
    return [(_spelled(root, each, place), place) for each, place in found]


def with_values(root: MapNode, several: Sequence[tuple[Varied, Place]], values: Sequence[str]) -> MapNode:
    """The file with a value in each place. What is wrong with a value is told with the option as its place."""
    for (each, place), value in zip(several, values, strict=True):
        source = Source(f"--vary {each.name}={value}")
        for path in place.paths:
            new = _with(root, path, TextNode(source, 0, 0, value))
            assert isinstance(new, MapNode)
            root = new
    return root


def _with(node: Node, path: Path, value: TextNode) -> Node:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(node, MapNode):
        entry = node.entries[str(step)]
        new = entry._replace(value=_with(entry.value, rest, value))
        return replace(node, entries={**node.entries, str(step): new})
    assert isinstance(node, ListNode)
    below = list(node.items)
    below[int(step)] = _with(below[int(step)], rest, value)
    return replace(node, items=below)


def _spelled(root: MapNode, each: Varied, place: Place) -> Varied:
    there = find(root, place.paths[0])
    unit = _WITH_UNIT.fullmatch(there.text) if isinstance(there, TextNode) else None
    if unit is None:
        return each
    spelled = tuple(f"{value}{unit[1]}" if _BARE.fullmatch(value) else value for value in each.values)
    _check_distinct(f"{each.name}={','.join(each.values)}", spelled)
    return replace(each, values=spelled)


def _place(root: MapNode, name: str) -> Place:
    words = _words(root)
    word = name.removeprefix("$")
    if word in words:
        return Place(f"${word}", words[word])
    leaves = {path: _dotted(path) for path in _leaves(root)}
    paths = [path for path, dotted in leaves.items() if dotted == name] or [
        path for path, dotted in leaves.items() if _is_meant(dotted, name)
    ]
    if len(paths) == 1:
        return _through_words(root, paths[0], words)
    if paths:
        places = listed(leaves[path] for path in paths[:_MOST_NAMED])
        raise UsageError(f"--vary {name!s:.100}: this may be {places}; say which")
    raise UsageError(f"--vary {name!s:.100}: {_nowhere(root, name, leaves.values(), words)}")


def _through_words(root: MapNode, path: Path, words: dict[str, tuple[Path, ...]]) -> Place:
    """A place that holds nothing but a word of the cases is varied by varying the word."""
    there = find(root, path)
    word = whole_reference(there.text) if isinstance(there, TextNode) else ""
    return Place(f"${word}", words[word]) if word in words else Place(_dotted(path), (path,))


def _is_meant(dotted: str, name: str) -> bool:
    *_, above = name.split(".")
    return any(dotted == each or dotted.endswith(f".{each}") for each in (name, f"{name}.{_BY_ITS_FIRST.get(above, '')}"))


def _nowhere(root: MapNode, name: str, places: Iterable[str], words: Iterable[str]) -> str:
    known = [*places, *(f"${word}" for word in words)]
    inside = [each for each in known if f".{name}." in f".{each}"]
    if inside:
        return f"this is no single value; vary {listed(inside[:_MOST_NAMED])}"
    meant = {*(each.rpartition(".")[2] for each in known), *(each for each in _BY_ITS_FIRST if any(_is_meant(one, each) for one in known))}
    hint = nearest(name.rpartition(".")[2], sorted(meant)) or f"it has {listed(known[:_MOST_NAMED], 'and')}"
    return f"{root.source.name} has no such place; {hint}; write it into the file first"


def _words(root: MapNode) -> dict[str, tuple[Path, ...]]:
    """The words of the cases, and where each is given its value."""
    found: dict[str, tuple[Path, ...]] = {}
    for number, case in enumerate(items(root.get(_CASES))):
        for word, entry in entries(case).items():
            if word != "case" and isinstance(entry.value, TextNode):
                found[word] = (*found.get(word, ()), (_CASES, number, word))
    return found


def _leaves(root: MapNode) -> Iterator[Path]:
    """Every single value of the file, in its order, but for its cases and documents."""
    open_: list[tuple[Path, Node]] = [((key,), entry.value) for key, entry in reversed(root.entries.items()) if _is_varied(key)]
    while open_:
        path, node = open_.pop()
        if isinstance(node, TextNode):
            yield path
        below: Iterable[tuple[Step, Node]] = ((key, entry.value) for key, entry in entries(node).items())
        open_ += reversed([((*path, step), each) for step, each in (*below, *enumerate(items(node)))])


def _is_varied(key: str) -> bool:
    return key not in (_CASES, "documents", "callsim") and not key.startswith("x-")


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))

