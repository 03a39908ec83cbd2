"""`$alice`, `$alice.request_uuid`, `$room`, `$account` in a text, and `$$` for a dollar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

ACCOUNT = "account"
REQUEST_UUID = "request_uuid"
_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<name>[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?))", re.ASCII)
_ATTRIBUTE = re.compile(rf"\.{REQUEST_UUID}(?![A-Za-z0-9_])", re.ASCII)
Lookup = Callable[[str, str], str]


def references(text: str) -> Iterator[tuple[int, str, str]]:
    """Every reference in a text: its index, the name, and the attribute asked of it or ""."""
    if "$" not in text:
        return
    for found in _REFERENCE.finditer(text):
        if found["name"]:
            yield found.start(), found["name"], REQUEST_UUID if _ATTRIBUTE.match(text, found.end()) else ""


def whole_reference(text: str) -> str:
    """The name, if the text is one reference and nothing else; or ""."""
    found = _REFERENCE.fullmatch(text)
    return found["name"] or "" if found else ""


def replaced(text: str, word: Callable[[str], str | None]) -> str:
    """The text with `$name` replaced where `word` knows the name. All else stays, `$$` too."""
    if "$" not in text:
        return text
    return _REFERENCE.sub(lambda found: _known(found, word), text)


def _known(found: re.Match[str], word: Callable[[str], str | None]) -> str:
    new = word(found["name"]) if found["name"] else None
    return found[0] if new is None else new


def resolved(text: str, lookup: Lookup) -> str:
    """The text with each reference replaced by what `lookup(name, attribute)` says, and each `$$` by a dollar."""
    parts, position = [], 0
    for found in _REFERENCE.finditer(text):
        parts.append(text[position : found.start()])
        position = found.end()
        if found["dollar"]:
            parts.append("$")
            continue
        attribute = _ATTRIBUTE.match(text, position)
        parts.append(lookup(found["name"], REQUEST_UUID if attribute else ""))
        position = attribute.end() if attribute else position
    return "".join((*parts, text[position:]))
