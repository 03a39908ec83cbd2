"""A scenario in plain values, or the tree of one that was read, as the YAML that a person would have written.

`written(scenario)` reads back to the same texts, lists and mappings. `scenario_of(said)` makes a scenario of what was said
to a switch, so that a story found by a program is a file that everybody can play.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from callsim.errors import UsageError
from callsim.scenario.nodes import Node, plain
from callsim.scenario.reading import DEEPEST
from callsim.scenario.retelling import scenario_of
from callsim.scenario.wording import quoted

__all__ = ["scenario_of", "written"]

WIDTH = 120
_STEP = 2
_LONGEST_KEY = 500
"""YAML takes a key of at most 1024 characters without more ado, escapes included."""
_HEAD = ("callsim", "title", "about", "vendor", "proves", "teaches", "token")
"""What stands at the top of a file without empty lines between."""

_JUNK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_FIRST = r"[A-Za-z0-9/$_(<.+~=]"
_IN_FLOW = re.compile(_FIRST + r"(?:[^\s:#,\[\]{}]|:(?=[^\s,\[\]{}])|(?<=\S)#| +(?=[^\s#]))*")
_IN_BLOCK = re.compile(_FIRST + r"(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#]))*")
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,8}")
_MISTAKEN = re.compile(
    r"[-+.]?[0-9][0-9_,.:]*(e[-+]?[0-9]+)?|0[box][0-9a-f_]+|[-+]?\.(inf|nan)|~|null|=|<<|on|off|y|n|true|false"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
    re.IGNORECASE,
)
"""What editors and other readers of YAML take for a number, a date, a truth or nothing."""
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def written(scenario: Mapping[str, Any] | Node) -> str:
    """The YAML of a scenario: texts, numbers, truths, lists and mappings; a key whose value is None is left out.

    Raises UsageError for what no scenario file can hold: control characters, a nesting too deep, a key too long.
    """
    values = plain(scenario) if isinstance(scenario, Node) else scenario
    if not isinstance(values, Mapping):
        raise UsageError("a scenario is written from a mapping; give one that begins with callsim: 1")
    parts: list[str] = []
    for key, value in values.items():
        if value is not None:
            parts += [""] if parts and key not in _HEAD else []
            parts += _entry(key, value, 0)
    return "\n".join(parts) + "\n" if parts else "{}\n"


# -- lines -----------------------------------------------------------------------------------------------------------


def _entry(key: Any, value: Any, indent: int) -> Iterator[str]:
    """One key of a block mapping with its value, as lines."""
    start = f"{' ' * indent}{_key(key)}:"
    if indent // _STEP > DEEPEST:
        raise UsageError(f"this is nested more than {DEEPEST} deep, and no scenario is")
    if not isinstance(value, (Mapping, list, tuple)):
        yield from _text_lines(start, _text(value), indent, isinstance(value, str))
        return
    flow = _flow(value)
    if flow is not None and len(start) + 1 + len(flow) <= WIDTH and (indent or _is_flat(value)):
        yield f"{start} {flow}"
        return
    yield start
    yield from _block(value, indent + _STEP)


def _is_flat(value: Any) -> bool:
    """Whether what stands at the top of a file is short enough by nature to be one line."""
    parts = value.values() if isinstance(value, Mapping) else value
    return not any(isinstance(part, (Mapping, list, tuple)) for part in parts)


def _block(value: Any, indent: int) -> Iterator[str]:
    """A mapping or a list that needs several lines."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if each is not None:
                yield from _entry(key, each, indent)
        return
    for item in value:
        yield from _item(item, indent)


def _item(item: Any, indent: int) -> Iterator[str]:
    flow, dash = _flow(item), f"{' ' * indent}- "
    if flow is not None and (len(dash) + len(flow) <= WIDTH or not isinstance(item, (Mapping, list, tuple)) or not item):
        yield dash + flow
        return
    if not isinstance(item, (Mapping, list, tuple)):
        yield from _text_lines(dash[:-1], _text(item), indent, True)
        return
    first, *others = _block(item, indent + _STEP)
    yield dash + first[len(dash) :]
    yield from others


def _text_lines(start: str, text: str, indent: int, may_fold: bool) -> Iterator[str]:
    """A text after its key: on its line, as a literal block if it has lines of its own, folded if it is long."""
    _refuse_junk(text)
    below = " " * (indent + _STEP)
    line = text.removesuffix("\n")
    if may_fold and len(start) + 1 + len(line) > WIDTH and _is_foldable(line):
        yield f"{start} >" + ("-" if text == line else "")
        yield from (below + part for part in wrap(line, WIDTH - len(below), break_long_words=False, break_on_hyphens=False))
    elif _is_literal(text):
        yield f"{start} |" + ("-" if text == line else "")
        yield from (below + part if part else "" for part in line.split("\n"))
    else:
        yield f"{start} {_scalar(text, _IN_BLOCK)}"


def _is_literal(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    plain_lines = all((line.isprintable() and line.strip()) or not line for line in lines)
    return "\n" in text and plain_lines and bool(lines[0]) and bool(lines[-1]) and lines[0][0] != " "


def _is_foldable(text: str) -> bool:
    return text.isprintable() and" " in text and all(text.split(" "))


# -- values on one line ----------------------------------------------------------------------------------------------


def _flow(value: Any) -> str | None:
    """A value on one line; None if it holds a text that wants lines of its own."""
    if isinstance(value, Mapping):
        pairs = [(_key(key, _IN_FLOW), _flow(each)) for key, each in value.items() if each is not None]
        return None if any(flow is None for _, flow in pairs) else "{" + ", ".join(f"{key}: {flow}" for key, flow in pairs) + "}"
    if isinstance(value, (list, tuple)):
        parts = [_flow(each) for each in value]
        return None if None in parts else "[" + ", ".join(part for part in parts if part is not None) + "]"
    text = _text(value)
    _refuse_junk(text)
    return None if _is_literal(text) else _scalar(text, _IN_FLOW)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _key(key: Any, fits: re.Pattern[str] = _IN_FLOW) -> str:
    text = _text(key)
    _refuse_junk(text)
    if len(text) > _LONGEST_KEY:
        raise UsageError(f"the key {quoted(text)} is too long; at most {_LONGEST_KEY} characters can be written")
    return _scalar(text, fits)


def _scalar(text: str, fits: re.Pattern[str]) -> str:
    """As it is where nobody can take it for something else, else in quotes."""
    if text.isprintable() and fits.fullmatch(text) and (_NUMBER.fullmatch(text) or not _MISTAKEN.fullmatch(text)):
        return text
    return '"' + "".join(_NAMED.get(char) or (char if char.isprintable() else f"\\U{ord(char):08X}") for char in text) + '"'


def _refuse_junk(text: str) -> None:
    found = _JUNK.search(text)
    if found:
        raise UsageError(f"the character U+{ord(found[0]):04X} in {quoted(text)} cannot stand in a scenario file; leave it out")
