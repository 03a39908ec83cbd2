"""From pydantic's errors to problems: its path joined to the places in the file, its jargon to plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from callsim.errors import Place
from callsim.scenario.nodes import ListNode, MapNode, Node, Step, TextNode, find, key_place
from callsim.scenario.steps import VERBS
from callsim.scenario.wording import Problems, listed, quoted

_KEY = "[key]"
_EXPECTED = {
    "model_type": "expected a mapping",
    "model_attributes_type": "expected a mapping",
    "dict_type": "expected a mapping",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "string_type": "expected a text",
}


def translate(error: ValidationError, root: Node, problems: Problems) -> None:
    """Add a problem for each error of validating what `root` says."""
    errors = error.errors(include_url=False)
    unknown = {one["loc"][:-1] for one in errors if one["type"] == "unknown_key"}
    for one in errors:
        # A step with a misspelt verb lacks one, too; one complaint of it is enough.
        if not (_is_step_without_verb(one) and one["loc"][:-1] in unknown):
            place, words = _explained(one, root)
            problems.add(place, *words)


def _explained(error: Mapping[str, Any], root: Node) -> tuple[Place, tuple[str, ...]]:
    loc, kind, context = error["loc"], error["type"], error.get("ctx", {})
    path = _path(loc)
    if kind == "complaint":
        place = key_place(root, path) if loc[-1:] == (_KEY,) else find(root, path).place
        return place, (context["what"], context["expected"], context["hint"])
    if kind == "unknown_key":
        return key_place(root, path), context["shape"].unknown_key(str(context["key"]))
    if kind == "missing":
        return find(root, path[:-1]).place, _missing(error)
    node = find(root, path)
    return node.place, (f"{_kind(node)} stands here", _EXPECTED.get(kind, "expected something else"))


def _path(loc: tuple[Step, ...]) -> tuple[Step, ...]:
    """The keys and indexes of the file."""
    return tuple(step for step in loc if step != _KEY)


def _is_step_without_verb(error: Mapping[str, Any]) -> bool:
    return bool(error["type"] == "missing" and error["loc"][-1] == "check")


def _missing(error: Mapping[str, Any]) -> tuple[str, ...]:
    if _is_step_without_verb(error):
        return "a step says nothing", f"expected one verb of {listed(VERBS)}, or check"
    return (f"{quoted(str(error['loc'][-1]))} is missing",)


def _kind(node: Node) -> str:
    if isinstance(node, MapNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    return quoted(node.text) if isinstance(node, TextNode) and node.text else "nothing"
