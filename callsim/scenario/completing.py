"""The JSON Schema of a scenario file, by which editors complete it."""

from __future__ import annotations

from typing import Any

from callsim.scenario.schema import Scenario

_CASES = {
    "description": "Variants of the scenario: each key but `case` becomes a $word in the rest of the file.",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["case"],
        "properties": {"case": {"type": ["string", "integer", "number", "boolean"], "description": "Its name."}},
        "additionalProperties": True,
    },
}


_WORD = {"type": "string", "pattern": r"^\$[A-Za-z]", "description": "A $word that each of the cases fills in."}
_ANY_WORD = {"$ref": "#/$defs/Word"}
_ABOUT = ("title", "description", "default")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scenario file as YAML authors write it, for completion in editors."""
    schema = _with_words(_without_null(Scenario.model_json_schema()))
    schema["$defs"]["Word"] = dict(_WORD)
    schema["properties"]["cases"] = dict(_CASES)
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "A callsim scenario"}
    return {**named, "patternProperties": {"^x-": {"description": "The author's own; callsim does not look at it."}}}


def _without_null(schema: Any) -> Any:
    """Absent is said by leaving a key out, so the schema offers neither null nor its default."""
    if isinstance(schema, list):
        return [_without_null(one) for one in schema if one != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(value) for key, value in schema.items() if not (key == "default" and value is None)}
    if len(kept.get("anyOf", ())) == 1:
        kept = {**kept.pop("anyOf")[0], **kept}
    if "$ref" in kept:
        kept.pop("title", None)  # What it refers to has a better one.
    return kept


def _with_words(schema: Any) -> Any:
    """The same, with a $word of the cases allowed wherever a value may stand that is no free text."""
    if isinstance(schema, list):
        return [_with_words(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _with_words(value) for key, value in schema.items()}
    for key in ("items", "additionalProperties"):
        if isinstance(changed.get(key), dict):
            changed[key] = _or_word(changed[key])
    if isinstance(schema.get("properties"), dict):
        changed["properties"] = {key: _or_word(value) for key, value in changed["properties"].items()}
    return changed


def _or_word(schema: dict[str, Any]) -> dict[str, Any]:
    about = {key: value for key, value in schema.items() if key in _ABOUT}
    rest = {key: value for key, value in schema.items() if key not in _ABOUT}
    if not rest or _takes_any_text(rest):
        return schema
    several = rest["anyOf"] if rest.keys() == {"anyOf"} else [rest]
    return {"anyOf": [*several, dict(_ANY_WORD)], **about}


def _takes_any_text(schema: dict[str, Any]) -> bool:
    if any(_takes_any_text(one) for one in schema.get("anyOf", ())):
        return True
    return "string" in schema.get("type", ()) and not schema.keys() & {"pattern", "enum", "const"}
