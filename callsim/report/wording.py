"""Rules put into words: what a row says, and where two versions of one differ; and vendors' words, in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from callsim.model import Status
from callsim.rules import Answer, AnyRow, Consequence, Executes, Limit, Route, Row, Spelling, Start

SECTIONS: dict[type, tuple[str, str]] = {
    Row: ("Transitions", "what a verb does, by who says it and in which state"),
    Start: ("Beginnings", "in which state things begin"),
    Consequence: ("Consequences", "what follows from a change"),
    Executes: ("Instructions", "what the elements of a document do"),
    Limit: ("Limits", "the figures and policies a platform lives by"),
    Route: ("Requests", "what a vendor can be asked"),
    Answer: ("Answers", "what a vendor sends back"),
    Spelling: ("Spellings", "a vendor's words for ours"),
}


def says(row: AnyRow) -> str:
    """What a row says, in one line, without its id."""
    match row:
        case Row():
            return _transition(row)
        case Start():
            return f"begins as {row.state}"
        case Consequence():
            by = f" by {row.by}" if row.by else ""
            whom = "" if row.of == "itself" else f" of {row.of.replace('-', ' ')}"
            return f"after {row.on}: {row.do}{whom}{by}"
        case Executes():
            return _execution(row)
        case Limit():
            return f"{row.value}"
        case Route():
            return f"{row.method} {row.path}"
        case Answer():
            return f"{row.status}, {'no body' if row.body is None else json.dumps(row.body)}"
        case _:
            return ", ".join(f"{name} {value}" for name, value in row.words.items())


def _transition(row: Row) -> str:
    if row.status is not Status.DONE:
        return f"{row.status}: stays {row.state}"
    move = f"{row.state} -> {row.to}" if row.to is not row.state else f"done: stays {row.state}"
    return move + (f", {row.cause}" if row.cause else "")


def _execution(row: Executes) -> str:
    parts = ["answers first" if row.answers else "", str(row.do), "then the next" if row.goes_on else ""]
    return ", ".join(part for part in parts if part) + (" (spoils its document)" if row.spoils else "")


def differing(old: AnyRow, new: AnyRow) -> Iterator[tuple[str, str, str]]:
    """What differs between two versions of a row: field, old value, new value; the basis by its kind and switch."""
    for field in fields(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.compare and before != after:
            yield field.name, _value(before), _value(after)


def _value(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value) if isinstance(value, (dict, list)) else str(value)


# -- vendors' words -------------------------------------------------------------------------------------------------


def in_words(words: Mapping[str, Any], *known: str) -> str:
    """A vendor's words in one line: texts as they are, numbers with their name; what is known anyway is left out."""
    said = (
        value if isinstance(value, str) else f"{name} {value}"
        for name, value in words.items()
        if value not in known and value not in (None, "") and not isinstance(value, (Mapping, list, tuple))
    )  # fmt: skip
    return ", ".join(dict.fromkeys(said))


def error_code(body: Any) -> str:
    """The code of an error, wherever the vendor puts it; nothing for any other body."""
    if not isinstance(body, Mapping) or not body.get("error"):
        return ""
    error = body["error"]
    return str(error.get("code", "") if isinstance(error, Mapping) else error)
