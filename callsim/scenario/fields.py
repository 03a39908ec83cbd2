"""What the values of a scenario are made of: pydantic types that read text, and complain in words for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from callsim.scenario.values import DURATION_EXAMPLES, DURATION_PATTERN, parse_duration
from callsim.scenario.wording import listed, nearest, quoted

APP = "http://app.test"
NAME_PATTERN = r"^[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9_])?$"
TAKEN_NAMES = (
    "callbacks", "fetched", "responses", "warnings", "account", "api", "callee", "caller", "none", "never",
)  # fmt: skip
_NAME = re.compile(NAME_PATTERN, re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_TEMPLATES: dict[str, Any] = {"complaint": "{what}", "unknown_key": "{key}"}
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def complaint(what: str, expected: str = "", hint: str = "") -> PydanticCustomError:
    """An error that says these words as they are; whoever reports it adds the place."""
    return PydanticCustomError("complaint", "{what}", {"what": what, "expected": expected, "hint": hint})


def complaint_at(key: str, what: str, expected: str = "") -> ValidationError:
    """The same, for a check of a whole mapping that finds one of its keys at fault."""
    return ValidationError.from_exception_data(
        key, [InitErrorDetails(type=complaint(what, expected), loc=(key,), input=None)]
    )


class Shape(BaseModel):
    """A mapping with known keys. An unknown one is reported with the class, which knows what it could have been."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="wrap")
    @classmethod
    def _name_the_shape(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
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


@dataclass(frozen=True, slots=True, eq=False)
class OrElse:
    """For the JSON schema only: what an author may write besides what the type itself takes."""

    schema: dict[str, Any]

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(core_schema), self.schema]}


def refuse(what: str, expected: str = "", hint: str = "") -> NoReturn:
    raise complaint(what, expected, hint)


def text(value: Any) -> str:
    if not isinstance(value, str):
        refuse(f"{_kind(value)} stands here", "expected a text")
    return value


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else quoted(str(value))


@dataclass(frozen=True, slots=True)
class OneOf:
    """The annotation of a text that is one of these words."""

    known: tuple[str, ...]
    what: str = "word"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"enum": [str(word) for word in self.known]}

    def _check(self, value: Any) -> str:
        if text(value) not in self.known:
            refuse(
                f"{quoted(value)} is not a known {self.what}",
                f"expected {listed(self.known)}",
                nearest(value, self.known),
            )
        return str(value)


def _duration(value: Any) -> int:
    if isinstance(value, int):
        return value
    try:
        return parse_duration(text(value))
    except ValueError as error:
        raise complaint(str(error)) from None


def _time(value: Any) -> str:
    if text(value) != "never":
        _duration(value)
    return str(value)


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    if not _WHOLE.fullmatch(text(value)):
        refuse(f"{quoted(value)} is not a whole number")
    return int(value)


def _status(value: Any) -> int:
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


def _filled(value: Any) -> str:
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
_TIME_SCHEMA = {"anyOf": [_WRITTEN_DURATION, {"const": 0}, {"const": "never"}]}
TEXT_SCHEMA: dict[str, Any] = {"type": ["string", "integer", "number", "boolean"]}
_YES_NO_SCHEMA = {"enum": [True, False, *_YES_NO]}
_NUMBER_SCHEMA = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,9}$"}]}
STATUS_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 100, "maximum": 599}
_STATUS_SCHEMA = {"anyOf": [STATUS_NUMBER, {"type": "string", "pattern": "^[1-5][0-9]{2}$"}]}

Duration = Annotated[int, BeforeValidator(_duration), WithJsonSchema(DURATION_SCHEMA)]
"""Written as text, held as whole milliseconds."""
Time = Annotated[str, BeforeValidator(_time), WithJsonSchema(_TIME_SCHEMA)]
"""A duration since the start or `never`, as it was written."""
Text = Annotated[str, BeforeValidator(text), WithJsonSchema(TEXT_SCHEMA)]
Filled = Annotated[str, BeforeValidator(_filled), WithJsonSchema(TEXT_SCHEMA)]
Name = Annotated[str, BeforeValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema(_NUMBER_SCHEMA)]
HttpStatus = Annotated[int, BeforeValidator(_status), WithJsonSchema(_STATUS_SCHEMA)]
YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema(_YES_NO_SCHEMA)]
Url = Annotated[str, BeforeValidator(_url), WithJsonSchema({"type": "string"})]
"""Held absolute: `/hangup` becomes `http://app.test/hangup`."""
AppPath = Annotated[str, BeforeValidator(_path), WithJsonSchema({"type": "string", "pattern": "^/"})]
