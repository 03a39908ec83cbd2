"""A vendor's interface as an OpenAPI document, made from its routes and answers: what can be sent, and what may come back."""

from __future__ import annotations

import re
from typing import Any

from callsim.dialects import Dialect
from callsim.rules import Answer, Route, Rulebook

_WORD = re.compile(r"\{([a-z_]+)\}")
_SECURITY = {
    "basic": {"type": "http", "scheme": "basic"}, "bearer": {"type": "http", "scheme": "bearer"},
    "query": {"type": "apiKey", "in": "query", "name": "accessRequestToken"},
}  # fmt: skip


def document(dialect: Dialect) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a vendor's interface, as this rulebook has it."""
    book, vendor = dialect.rulebook, dialect.vendor
    paths: dict[str, dict[str, Any]] = {}
    for route in book.routes:
        for path in (route.path, f"{route.path}/"):
            paths.setdefault(path, {})[route.method.lower()] = _operation(book, route, path.endswith("/"))
    ways = str(book.limits["credentials"].value).split("+")
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{vendor.title}, as callsim emulates it", "version": "1",
                 "description": "Every answer names its rule and what the rule stands on: X-Callsim-Rule, X-Callsim-Basis."},
        "paths": paths,
        "components": {"securitySchemes": {way: _SECURITY[way] for way in ways}},
        "security": [{way: []} for way in ways],
    }  # fmt: skip


def _operation(book: Rulebook, route: Route, slash: bool) -> dict[str, Any]:
    answers: dict[int, list[Answer]] = {}
    door, nowhere = f"{book.vendor}.door", f"{book.vendor}.nowhere"
    for (name, _), row in book.answers.items():
        if name in (route.name, door, nowhere):
            answers.setdefault(row.status, []).append(row)
    words = _WORD.findall(route.path)
    found: dict[str, Any] = {
        "operationId": f"{route.name}{'.slash' if slash else ''}", "summary": route.why, "x-callsim-rule": route.id,
        "x-callsim-basis": str(route.basis.kind),
        "parameters": [{"name": word, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for word in words],
        "responses": {str(status): _response(rows) for status, rows in sorted(answers.items())},
    }  # fmt: skip
    if route.method in ("POST", "PUT"):
        found["requestBody"] = {"required": False, "content": {"application/json": {"schema": {"type": "object"}}}}
    return found


def _response(rows: list[Answer]) -> dict[str, Any]:
    said: dict[str, Any] = {"description": " ".join(dict.fromkeys(row.why for row in rows)), "x-callsim-rules": [row.id for row in rows]}
    if any(row.body is not None for row in rows):
        said["content"] = {"application/json": {"schema": {}}}
    return said
