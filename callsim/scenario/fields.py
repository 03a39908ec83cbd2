"""What the values of a scenario are made of: pydantic types that read text, and complain in words for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, NoReturn, Self, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from callsim.scenario.values import DURATION_EXAMPLES, DURATION_PATTERN, parse_duration
from callsim.scenario.wording import listed, nearest, quoted

APP = "http://app.test"
NAME_PATTERN = r"^[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9_])?$"
TAKEN_NAMES = (
    "callbacks", "fetched", "responses", "warnings", "one_of", "account", "api", "callee", "caller", "none", "never",
)  # fmt: skip
_NAME = re.compile(NAME_PATTERN, re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_TEMPLATES: dict[str, Any] = {"complaint": "{what}", "unknown_key": "{key}"}
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def complaint(what: str, expected: str = "", hint: str = "") -> PydanticCustomError:
    """An error that says these words as they are; whoever reports it adds the place."""
    return PydanticCustomError("complaint", "{what}", {"what": what, "expected": expected, "hint": hint})


def complaint_at(path: str | tuple[str | int, ...], what: str, expected: str = "") -> ValidationError:
    """The same, for a check of a whole mapping that finds one of its keys at fault, or something deep inside."""
    return complaints_at([(path, what, expected)])


def complaints_at(several: Iterable[tuple[str | tuple[str | int, ...], str, str]]) -> ValidationError:
    """Several at once: where each stands, what is wrong, what was expected."""
    return ValidationError.from_exception_data(
        "mapping",
        [
            InitErrorDetails(type=complaint(what, expected), loc=(path,) if isinstance(path, str) else path, input=None)
            for path, what, expected in several
        ],
    )


class Shape(BaseModel):
    """A mapping with known keys. An unknown one is reported with the class, which knows what it could have been.

    A shape inside another is not built into it but has a validator of its own, made when a file first holds such a thing:
    most files use few of the shapes, and building them all would take longer than playing a scenario.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def read(cls, data: Any) -> Self:
        """Validate, and name this shape in the error if a key is not known."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if not any(_is_unknown_key(one) for one in errors):
                raise
            raise ValidationError.from_exception_data(cls.__name__, [cls._rebuilt(one) for one in errors]) from None

    @classmethod
    def _rebuilt(cls, error: Any) -> InitErrorDetails:
        kind, context = error["type"], error.get("ctx", {})
        if _is_unknown_key(error):
            kind = PydanticCustomError("unknown_key", "{key}", {"key": error["loc"][0], "shape": cls})
        elif kind in ("complaint", "unknown_key"):
            kind = PydanticCustomError(kind, _TEMPLATES[kind], context)
        return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=context)

    @classmethod
    def written_keys(cls) -> list[str]:
        """The keys as they are written in a file."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def unknown_key(cls, key: str) -> tuple[str, str, str]:
        """What to say of a key that is none of ours: what is wrong, what was expected, what was meant."""
        words = cls.written_keys()
        return f"the key {quoted(key)} is not known here", f"expected {listed(words)}", nearest(key, words)


def _is_unknown_key(error: Any) -> bool:
    return error["type"] == "extra_forbidden" and len(error["loc"]) == 1


class Reads:
    """The annotation of a value that a function reads from what is written, and that needs no other validation.

    `schema` is what the JSON Schema says of it; a shape in there stands for its own, and one that holds itself is named by a
    function. With `items`, the function gets a second one to pass a list on to, whose items that one reads.
    """

    def __init__(self, read: Callable[..., Any], schema: Any, items: Callable[[Any], Any] | Reads | None = None) -> None:
        self.schema = schema
        self.core: CoreSchema = core_schema.no_info_plain_validator_function(read)
        if items is not None:
            item = items.core if isinstance(items, Reads) else core_schema.no_info_plain_validator_function(items)
            several = core_schema.list_schema(item)
            self.core = core_schema.no_info_wrap_validator_function(read, several)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast(CoreSchema, {**self.core})  # Pydantic writes its notes into it.

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        return _with_shapes(self.schema, handler)


def _with_shapes(schema: Any, handler: GetJsonSchemaHandler) -> Any:
    if isinstance(schema, type) and issubclass(schema, Shape):
        schema.model_rebuild()
        # What is a step of something else gets a definition of its own, and is referred to wherever it stands.
        return handler(core_schema.chain_schema([schema.__pydantic_core_schema__]))
    if callable(schema):
        # Its definition is being made around this very place, so that a reference is all there can be.
        inner = cast(Any, schema().__pydantic_core_schema__)
        return handler(core_schema.definition_reference_schema(inner["ref"]))
    if isinstance(schema, dict):
        return {key: _with_shapes(value, handler) for key, value in schema.items()}
    return [_with_shapes(one, handler) for one in schema] if isinstance(schema, list) else schema


def refuse(what: str, expected: str = "", hint: str = "") -> NoReturn:
    raise complaint(what, expected, hint)


def text(value: Any) -> str:
    if not isinstance(value, str):
        refuse(f"{kind_of(value)} stands here", "expected a text")
    return value


def kind_of(value: Any) -> str:
    """What a value is, for a complaint of it."""
    if value == "":
        return "nothing"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else quoted(str(value))


def one_of(known: Sequence[str], what: str = "word", make: Callable[[str], str] = str) -> Reads:
    """The annotation of a text that is one of these words."""

    def read(value: Any) -> str:
        if text(value) not in known:
            refuse(f"{quoted(value)} is not a known {what}", f"expected {listed(known)}", nearest(value, known))
        return make(value)

    return Reads(read, {"enum": [str(word) for word in known]})


def _duration(value: Any) -> int:
    if isinstance(value, int):
        return value
    try:
        return parse_duration(text(value))
    except ValueError as error:
        raise complaint(str(error)) from None


def time(value: Any) -> str:
    if text(value) != "never":
        _duration(value)
    return str(value)


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    if not _WHOLE.fullmatch(text(value)):
        refuse(f"{quoted(value)} is not a whole number")
    return int(value)


def status(value: Any) -> int:
    number = _whole(value)
    if not 100 <= number <= 599:
        refuse(f"{number} is not an HTTP status", "expected 100 to 599")
    return number


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if text(value) not in _YES_NO:
        refuse(f"{quoted(value)} is neither yes nor no")
    return _YES_NO[value]


def filled(value: Any) -> str:
    if not text(value).strip():
        refuse("this is empty", "expected a text")
    return str(value)


def _name(value: Any) -> str:
    if text(value) in TAKEN_NAMES:
        refuse(f"{quoted(value)} is a word of the language", "expected a name of your own")
    if value.startswith("$"):
        refuse(f"{quoted(value)} is no name", "expected one without the $")
    if not _NAME.fullmatch(value):
        refuse(f"{quoted(value)} cannot be a name", "expected letters, digits, _ and -, with a letter first, no - last")
    return str(value)


def absolute(url: str) -> str:
    """The URL a path below the application stands for; any other is left as it is."""
    return APP + url if url.startswith("/") else url


def _url(value: Any) -> str:
    url = absolute(text(value))
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"\s", url):
        refuse(
            f"{quoted(value)} is not a URL", f"expected http://..., https://... or a path below {APP} such as /answer"
        )
    return url


def _path(value: Any) -> str:
    if not text(value).startswith("/"):
        refuse(f"{quoted(value)} is not a path", f"expected one below {APP} that begins with /")
    return str(value)


_WRITTEN_DURATION = {"type": "string", "pattern": DURATION_PATTERN, "description": f"A duration, {DURATION_EXAMPLES}."}
DURATION_SCHEMA: dict[str, Any] = {"anyOf": [_WRITTEN_DURATION, {"const": 0}]}
TIME_SCHEMA: dict[str, Any] = {"anyOf": [_WRITTEN_DURATION, {"const": 0}, {"const": "never"}]}
TEXT_SCHEMA: dict[str, Any] = {"type": ["string", "integer", "number", "boolean"]}
_YES_NO_SCHEMA = {"enum": [True, False, *_YES_NO]}
_NUMBER_SCHEMA = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,9}$"}]}
STATUS_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 100, "maximum": 599}
STATUS_SCHEMA: dict[str, Any] = {"anyOf": [STATUS_NUMBER, {"type": "string", "pattern": "^[1-5][0-9]{2}$"}]}

Duration = Annotated[int, Reads(_duration, DURATION_SCHEMA)]
"""Written as text, held as whole milliseconds."""
Time = Annotated[str, Reads(time, TIME_SCHEMA)]
"""A duration since the start or `never`, as it was written."""
Text = Annotated[str, Reads(text, TEXT_SCHEMA)]
Filled = Annotated[str, Reads(filled, TEXT_SCHEMA)]
Name = Annotated[str, Reads(_name, {"type": "string", "pattern": NAME_PATTERN})]
Whole = Annotated[int, Reads(_whole, _NUMBER_SCHEMA)]
HttpStatus = Annotated[int, Reads(status, STATUS_SCHEMA)]
YesNo = Annotated[bool, Reads(_yes_no, _YES_NO_SCHEMA)]
Url = Annotated[str, Reads(_url, {"type": "string"})]
"""Held absolute: `/hangup` becomes `http://app.test/hangup`."""
METHODS = ("GET", "POST")
Method = Annotated[str, one_of(METHODS, "method")]
AppPath = Annotated[str, Reads(_path, {"type": "string", "pattern": "^/"})]
