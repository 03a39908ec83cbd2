"""`one_of:` a value that may be any of several, wherever values are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from callsim.scenario.fields import (
    STATUS_SCHEMA,
    TEXT_SCHEMA,
    TIME_SCHEMA,
    Reads,
    Shape,
    complaint,
    complaint_at,
    kind_of,
    status,
    text,
    time,
)
from callsim.scenario.wording import nearest

ONE_OF = "one_of"
EITHER = "{one_of: [...]}"


class Matcher(Shape):
    """A mapping of what is compared."""

    @property
    def said(self) -> dict[str, Any]:
        """What is named, by key, as plain mappings and lists."""
        named = self.model_fields_set
        return {key: plain(getattr(self, key)) for key in type(self).model_fields if key in named}


def plain(value: Any) -> Any:
    """The same as plain mappings and lists."""
    if isinstance(value, Matcher):
        return value.said
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _listed_alternatives(value: Any, listed: Callable[[Any], list[Any]]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise complaint(f"{kind_of(value)} stands here", "expected a list of alternatives")
    if not value:
        raise complaint("there is no alternative", "expected at least one")
    return tuple(listed(value))


def alternatives(read: Callable[[Any], Any] | Reads, schema: Any) -> Reads:
    """The annotation of a list of what may be there instead of each other."""
    return Reads(_listed_alternatives, {"type": "array", "minItems": 1, "items": schema}, items=read)


INSTEAD = "What it may be: one of these."
WHOLLY = "At least one of these must hold wholly, beside what else is named."


class OneText(Matcher):
    """A text that is one of several."""

    one_of: Annotated[tuple[str, ...], alternatives(text, TEXT_SCHEMA)] = Field(description=INSTEAD)


class OneTime(Matcher):
    """A time that is one of several."""

    one_of: Annotated[tuple[str, ...], alternatives(time, TIME_SCHEMA)] = Field(description=INSTEAD)


class OneStatus(Matcher):
    """An HTTP status that is one of several."""

    one_of: Annotated[tuple[int, ...], alternatives(status, STATUS_SCHEMA)] = Field(description=INSTEAD)


def _either(read: Callable[[Any], Any], shape: type[Shape], what: str) -> Callable[[Any], Any]:
    """Reads a value, or the mapping that lists what it may be."""

    def reads(value: Any) -> Any:
        if not isinstance(value, dict):
            return read(value)
        if ONE_OF not in value:
            hint = next((near for key in value if (near := nearest(key, [ONE_OF]))), "")
            raise complaint("a mapping stands here", f"expected {what} or {EITHER}", hint)
        return shape.read(value)

    return reads


def or_one_of(read: Callable[..., Any], shape: type[Shape]) -> Callable[[Any, Any], Any]:
    """Reads several, or the mapping that lists what they may be."""

    def reads(value: Any, listed: Callable[[Any], list[Any]]) -> Any:
        return shape.read(value) if isinstance(value, dict) and ONE_OF in value else read(value, listed)

    return reads


def or_schema(schema: dict[str, Any], shape: type[Shape]) -> dict[str, Any]:
    """The JSON Schema of a value, or of the shape that lists what it may be."""
    return {"anyOf": [schema, shape]}


some_text = _either(text, OneText, "a text")
SOME_TEXT_SCHEMA = or_schema(TEXT_SCHEMA, OneText)
_time = _either(time, OneTime, "a time")
SomeText = Annotated[str | OneText, Reads(some_text, SOME_TEXT_SCHEMA)]
SomeTime = Annotated[str | OneTime, Reads(_time, or_schema(TIME_SCHEMA, OneTime))]
SomeStatus = Annotated[
    int | OneStatus, Reads(_either(status, OneStatus, "an HTTP status"), or_schema(STATUS_SCHEMA, OneStatus))
]


def _sound(value: Any) -> Any:
    """What a vendor writes is read as it stands; only alternatives must be a list, wherever they are."""
    for path, found in _ill_alternatives(value, ()):
        raise complaint_at(path, f"{kind_of(found)} stands here", "expected a list of alternatives, at least one")
    return value


def _ill_alternatives(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == ONE_OF and not (each and isinstance(each, list)):
                yield (*path, key), each
            yield from _ill_alternatives(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _ill_alternatives(each, (*path, number))


Loose = Annotated[Any, Reads(_sound, {})]
LooseMapping = Annotated[dict[str, Any], AfterValidator(_sound)]
