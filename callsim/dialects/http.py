"""Requests and responses as values, and paths taken apart safely. No socket anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

from callsim.errors import UsageError

_WORD = re.compile(r"\{([a-z_]+)\}")
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it would go over the wire: `path` is raw, `query` decoded pairs in order, `body` parsed JSON or None."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    line: str = ""

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter, or None if it is absent."""
        return next((value for key, value in self.query if key == name), None)


@dataclass(frozen=True, slots=True)
class Response:
    """What a vendor sends back, and why: the reply it came to, the answer row, and every rule it stands on."""

    status: int
    headers: Mapping[str, str]
    body: Any
    outcome: str
    rule: str
    basis: str
    warnings: tuple[str, ...] = ()
    rules: tuple[str, ...] = field(default=(), compare=False)


def request(line: str, body: Any = None) -> Request:
    """Read a request line such as `DELETE /v1/Account/MA/Call/1/?x=y`. Raises UsageError saying what one looks like."""
    method, _, target = line.strip().partition(" ")
    target = target.strip()
    if method not in METHODS or not target.startswith("/") or " " in target:
        raise UsageError(f"{line!r} is no request; write a method and a path, such as 'DELETE /v1/Account/$account/Call/$alice/'")
    path, _, query = target.partition("?")
    return Request(method, path, pairs(query.partition("#")[0]), body, f"{method} {target}")


def pairs(query: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a raw query, percent-decoded once; a literal plus stays a plus, as telephone numbers need it."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return tuple((unquote(name), unquote(value)) for name, _, value in parts)


def segments(path: str) -> tuple[str, ...] | None:
    """The decoded segments of a raw path, one trailing slash allowed; None for a path that could be read in two ways.

    The path is split first and each segment decoded once, so `//`, `%2F`, `..`, `%2e%2e`, `;x` and control characters
    never lead to another route than the one written.
    """
    if not path.startswith("/"):
        return None
    parts = path[1:].split("/")
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    decoded = tuple(unquote(part) for part in parts)
    return None if any(_doubtful(part) for part in decoded) else decoded


def _doubtful(segment: str) -> bool:
    return segment in ("", ".", "..") or not segment.isprintable() or any(char in segment for char in "/\\;")


@cache
def _wanted(pattern: str) -> tuple[str, ...]:
    """The segments of a route's path: of each there are only as many as a rulebook has rows."""
    return tuple(pattern.strip("/").split("/"))


def match(pattern: str, parts: tuple[str, ...]) -> dict[str, str] | None:
    """The {words} of a route's path as these segments fill them, or None if the path is another one."""
    wanted = _wanted(pattern)
    if len(wanted) != len(parts):
        return None
    words: dict[str, str] = {}
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            words[want[1:-1]] = part
        elif want != part:
            return None
    return words


def filled(template: Any, words: Mapping[str, Any]) -> Any:
    """A body with its {words} filled in: a word that stands alone keeps its type."""
    if isinstance(template, str):
        if template.startswith("{") and template.endswith("}") and template[1:-1] in words:
            return words[template[1:-1]]
        return _WORD.sub(lambda found: str(words.get(found[1], found[0])), template)
    if isinstance(template, Mapping):
        return {key: filled(value, words) for key, value in template.items()}
    if isinstance(template, (list, tuple)):
        return [filled(value, words) for value in template]
    return template
