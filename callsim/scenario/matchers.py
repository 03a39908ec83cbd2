"""What may be expected: of an answer, of a call or a multiparty call, of what was sent and fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from callsim.model import Status
from callsim.scenario.fields import (
    STATUS_NUMBER,
    TEXT_SCHEMA,
    HttpStatus,
    Reads,
    Shape,
    Text,
    Time,
    Whole,
    complaint,
    text,
)
from callsim.scenario.wording import listed, nearest, quoted


class Answer(Shape):
    """What an answer must be; only what is named is compared."""

    status: HttpStatus | None = Field(default=None, description="The HTTP status.")
    body: Any = Field(
        default=None, description="What the body must hold: a text, or a mapping or list of what is compared."
    )
    headers: dict[str, Text] | None = Field(
        default=None, description="Headers by name; `none` for one that must not be there."
    )


_OUTCOMES = tuple(str(status) for status in Status)


def _answer(value: Any) -> Answer | Status:
    if not isinstance(value, str):
        return Answer.read(value)
    if value[:1].isdigit():
        return Answer.read({"status": value})
    if value not in _OUTCOMES:
        expected = f"expected an HTTP status, {listed(_OUTCOMES)}, or {{status, body, headers}}"
        raise complaint(f"{quoted(value)} is no answer", expected, nearest(value, _OUTCOMES))
    return Status(value)


ExpectedAnswer = Annotated[
    Answer | Status, Reads(_answer, {"anyOf": [{"oneOf": [Answer, {"enum": list(_OUTCOMES)}]}, STATUS_NUMBER]})
]
"""`204`, `{status, body, headers}`, or what became of the command in our words."""


class Thing(Shape):
    """What is expected of a call or of a multiparty call; only what is named is compared."""

    state: Text | None = Field(
        default=None, description="queued, ringing, in-progress, completed; or initialized, active, ended."
    )
    cause: Text | None = Field(default=None, description="Why the call ended, in our words.")
    by: Text | None = Field(default=None, description="Who ended it.")
    queued: Time | None = Field(default=None, description="When the call was queued, or never.")
    ringing: Time | None = Field(default=None, description="When the call began to ring, or never.")
    answered: Time | None = Field(default=None, description="When the call was answered, or never.")
    ended: Time | None = Field(default=None, description="When it ended, or never.")
    duration: Time | None = Field(default=None, description="How long the call lasted from answer to end.")
    running: Text | None = Field(default=None, description="What runs on the call: speak, play, wait, record, or none.")
    rule: Text | None = Field(default=None, description="The id of the rule by which it ended.")
    basis: Text | None = Field(
        default=None, description="What that rule stands on: documented, observed, disputed or assumed."
    )
    direction: Text | None = Field(default=None, description="outbound or inbound.")
    participant: Text | None = Field(default=None, description="The multiparty call it takes part in, or none.")
    participants: list[Text] | None = Field(
        default=None, description="The calls in the multiparty call, in order of joining."
    )
    vendor: dict[str, Any] | None = Field(default=None, description="The same in the vendor's words.")

    @property
    def said(self) -> dict[str, Any]:
        """What is named, by key."""
        return {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}


CALL_KEYS = tuple(key for key in Thing.model_fields if key != "participants")
MPC_KEYS = ("state", "participants", "ended", "by", "rule", "basis", "vendor")


class Callback(Shape):
    """One callback to the application; only what is named is compared."""

    at: Time | None = Field(default=None, description="When it is sent.")
    call: Text | None = Field(default=None, description="The call it is about.")
    kind: Text | None = Field(default=None, description="What it tells: hangup or record.")
    url: Text | None = Field(default=None, description="Where it goes: a path below http://app.test or a URL.")
    params: dict[str, Any] | None = Field(default=None, description="What it holds; only the named are compared.")

    @property
    def said(self) -> dict[str, Any]:
        """What is named, by key."""
        return {key: getattr(self, key) for key in type(self).model_fields if key in self.model_fields_set}


class Count(Shape):
    """How many there are, whatever they are."""

    count: Whole = Field(description="How many.")


_NOTHING = ("none", "never")


def _several(value: Any, listed: Callable[[Any], list[Any]]) -> Any:
    if isinstance(value, dict):
        return Count.read(value)
    if isinstance(value, str) and value not in _NOTHING:
        raise complaint(f"{quoted(value)} is no list", "expected a list, none, never or {count: 2}")
    return listed([] if isinstance(value, str) else value)


def _list_of(item: Any) -> dict[str, Any]:
    return {"anyOf": [{"oneOf": [{"type": "array", "items": item}, Count]}, {"enum": list(_NOTHING)}]}


Texts = Annotated[list[str] | Count, Reads(_several, _list_of(TEXT_SCHEMA), items=text)]
"""All of them in order, or how many; `none` and `never` are the empty list."""
Callbacks = Annotated[list[Callback] | Count, Reads(_several, _list_of(Callback), items=Callback.read)]
AnyThing = Annotated[Thing, Reads(Thing.read, Thing)]


class Check(Shape):
    """What must be so: of everything sent, fetched and warned of, and of calls and multiparty calls by name."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)
    __pydantic_extra__: dict[str, AnyThing]

    callbacks: Callbacks | None = Field(
        default=None, description="All callbacks so far, in order; `none` or `never`; or how many."
    )
    fetched: Texts | None = Field(
        default=None, description="All documents fetched so far, in order; `none` or `never`; or how many."
    )
    warnings: Texts | None = Field(
        default=None, description="All warnings so far, in order; `none` or `never`; or how many."
    )

    @property
    def things(self) -> dict[str, Thing]:
        """What is expected of calls and multiparty calls, by name."""
        return self.__pydantic_extra__


AnyCheck = Annotated[Check, Reads(Check.read, Check)]
SUBJECTS = tuple(Check.model_fields)
