"""What may be expected: of an answer, of a call or a multiparty call, of what was sent and fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from callsim.model import Status
from callsim.scenario.alternatives import (
    EITHER,
    INSTEAD,
    ONE_OF,
    SOME_TEXT_SCHEMA,
    WHOLLY,
    Loose,
    LooseMapping,
    Matcher,
    SomeStatus,
    SomeText,
    SomeTime,
    alternatives,
    or_one_of,
    or_schema,
    plain,
    some_text,
)
from callsim.scenario.fields import STATUS_NUMBER, Reads, Shape, Whole, complaint, kind_of
from callsim.scenario.wording import listed, nearest, quoted

# -- answers ---------------------------------------------------------------------------------------------------------

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


def _answer_schema(shape: Any) -> dict[str, Any]:
    return {"anyOf": [{"oneOf": [shape, {"enum": list(_OUTCOMES)}]}, STATUS_NUMBER]}


class Answer(Matcher):
    """What an answer must be; only what is named is compared."""

    status: SomeStatus | None = Field(default=None, description="The HTTP status.")
    body: Loose = Field(
        default=None, description="What the body must hold: a text, or a mapping or list of what is compared."
    )
    headers: dict[str, SomeText] | None = Field(
        default=None, description="Headers by name; `none` for one that must not be there."
    )
    one_of: Annotated[tuple[Answer | Status, ...], alternatives(_answer, _answer_schema(lambda: Answer))] | None = Field(
        default=None, description=WHOLLY
    )


ExpectedAnswer = Annotated[Answer | Status, Reads(_answer, _answer_schema(Answer))]
"""`204`, `{status, body, headers}`, or what became of the command in our words."""


# -- calls and multiparty calls --------------------------------------------------------------------------------------


def _names(value: Any, listed: Callable[[Any], list[Any]]) -> Any:
    if not isinstance(value, list):
        raise complaint(f"{kind_of(value)} stands here", f"expected a list or {EITHER}")
    return listed(value)


_NAMES = Reads(_names, {"type": "array", "items": SOME_TEXT_SCHEMA}, items=some_text)


class OneList(Matcher):
    """A list of texts that is one of several."""

    one_of: Annotated[tuple[Any, ...], alternatives(_NAMES, _NAMES.schema)] = Field(description=INSTEAD)


Names = Annotated[
    list[Any] | OneList, Reads(or_one_of(_names, OneList), or_schema(_NAMES.schema, OneList), items=some_text)
]


class Thing(Matcher):
    """What is expected of a call or of a multiparty call; only what is named is compared."""

    state: SomeText | None = Field(
        default=None, description="queued, ringing, in-progress, completed; or initialized, active, ended."
    )
    cause: SomeText | None = Field(default=None, description="Why the call ended, in our words.")
    by: SomeText | None = Field(default=None, description="Who ended it.")
    queued: SomeTime | None = Field(default=None, description="When the call was queued, or never.")
    ringing: SomeTime | None = Field(default=None, description="When the call began to ring, or never.")
    answered: SomeTime | None = Field(default=None, description="When the call was answered, or never.")
    ended: SomeTime | None = Field(default=None, description="When it ended, or never.")
    duration: SomeTime | None = Field(default=None, description="How long the call lasted from answer to end.")
    running: SomeText | None = Field(
        default=None, description="What runs on the call: speak, record, dial, getdigits and the like, hold, park, recording, or none."
    )
    rule: SomeText | None = Field(default=None, description="The id of the rule by which it ended.")
    basis: SomeText | None = Field(
        default=None, description="What that rule stands on: documented, observed, disputed or assumed."
    )
    direction: SomeText | None = Field(default=None, description="outbound or inbound.")
    participant: SomeText | None = Field(default=None, description="The multiparty call it takes part in, or none.")
    legs: Names | None = Field(default=None, description="The live calls that it has dialled, in order.")
    talks_with: SomeText | None = Field(default=None, description="The call it is joined to, or none.")
    started: SomeTime | None = Field(default=None, description="When the multiparty call started, or never.")
    termination: SomeText | None = Field(default=None, description="Why the multiparty call ended, in our words.")
    role: SomeText | None = Field(default=None, description="The role of the call's participant, or none.")
    muted: SomeText | None = Field(default=None, description="Whether the call's participant is muted: yes, no or none.")
    held: SomeText | None = Field(default=None, description="Whether the call's participant is on hold: yes, no or none.")
    coaching: SomeText | None = Field(default=None, description="Whether the call's participant coaches: yes, no or none.")
    participants: Names | None = Field(
        default=None, description="The calls in the multiparty call, in order of joining."
    )
    vendor: LooseMapping | None = Field(default=None, description="The same in the vendor's words.")
    one_of: Annotated[tuple[Thing, ...], alternatives(lambda value: Thing.read(value), lambda: Thing)] | None = Field(
        default=None, description=WHOLLY
    )


_OF_MPCS = ("started", "termination", "participants")
CALL_KEYS = tuple(key for key in Thing.model_fields if key not in _OF_MPCS)
MPC_KEYS = ("state", *_OF_MPCS, "ended", "by", "rule", "basis", "vendor", ONE_OF)
AnyThing = Annotated[Thing, Reads(Thing.read, Thing)]


# -- what was sent, fetched and warned of ----------------------------------------------------------------------------


class Callback(Matcher):
    """One callback to the application; only what is named is compared."""

    at: SomeTime | None = Field(default=None, description="When it is sent.")
    call: SomeText | None = Field(default=None, description="The call it is about.")
    kind: SomeText | None = Field(default=None, description="What it tells: ring, hangup, record, recording, dial, digits, machine or answer.")
    url: SomeText | None = Field(default=None, description="Where it goes: a path below http://app.test or a URL.")
    method: SomeText | None = Field(default=None, description="POST or GET.")
    attempt: SomeText | None = Field(default=None, description="Which attempt it is to tell the same, from 1.")
    params: LooseMapping | None = Field(default=None, description="What it holds; only the named are compared.")
    one_of: (
        Annotated[tuple[Callback, ...], alternatives(lambda value: Callback.read(value), lambda: Callback)] | None
    ) = Field(default=None, description=WHOLLY)


class Fetch(Matcher):
    """One request for a document; only what is named is compared."""

    url: SomeText | None = Field(default=None, description="What is asked for: a path below http://app.test or a URL.")
    at: SomeTime | None = Field(default=None, description="When it is asked for.")
    call: SomeText | None = Field(default=None, description="The call that is to go on with it.")
    method: SomeText | None = Field(default=None, description="POST or GET.")
    purpose: SomeText | None = Field(default=None, description="answer, fallback, action, redirect, transfer or exit.")
    attempt: SomeText | None = Field(default=None, description="Which attempt it is to ask for the same, from 1.")
    params: LooseMapping | None = Field(default=None, description="With which parameters; only the named are compared.")
    one_of: (
        Annotated[tuple[Fetch, ...], alternatives(lambda value: Fetch.read(value), lambda: Fetch)] | None
    ) = Field(default=None, description=WHOLLY)


def _fetch(value: Any) -> Any:
    """A document that was asked for, or its URL alone, or one of several URLs."""
    if isinstance(value, dict) and not (value.keys() == {ONE_OF} and _texts_alone(value[ONE_OF])):
        return Fetch.read(value)
    return some_text(value)


def _texts_alone(values: Any) -> bool:
    return isinstance(values, list) and not any(isinstance(each, dict) for each in values)


class Count(Shape):
    """How many there are, whatever they are."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, json_schema_extra={"minProperties": 1})

    count: Whole | None = Field(default=None, description="How many.")
    at_least: Whole | None = Field(default=None, description="How many at the least.")
    at_most: Whole | None = Field(default=None, description="How many at the most.")

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if not self.model_fields_set:
            raise complaint("nothing is counted", "expected count, at_least, at_most or one_of")
        return self

    def holds(self, number: int) -> bool:
        """Whether so many are as many as this says."""
        most = number if self.at_most is None else self.at_most
        return self.count in (None, number) and (self.at_least or 0) <= number <= most

    def __str__(self) -> str:
        words = (("", self.count), ("at least ", self.at_least), ("at most ", self.at_most))
        return " and ".join(f"{word}{number}" for word, number in words if number is not None)


_NOTHING = ("none", "never")


def _several(value: Any, listed: Callable[[Any], list[Any]]) -> Any:
    if isinstance(value, dict):
        return Count.read(value)
    if isinstance(value, str) and value not in _NOTHING:
        raise complaint(f"{quoted(value)} is no list", "expected a list, none, never or {count: 2}")
    return listed([] if isinstance(value, str) else value)


def _any_of(schema: Any) -> list[Any]:
    return list(schema["anyOf"]) if set(schema) == {"anyOf"} else [schema]


def _list_of(item: Any) -> dict[str, Any]:
    return {"anyOf": [{"oneOf": [{"type": "array", "items": item}, Count]}, {"enum": list(_NOTHING)}]}


_TEXTS = Reads(_several, _list_of(SOME_TEXT_SCHEMA), items=some_text)
_FETCHES = Reads(_several, _list_of({"anyOf": [*_any_of(SOME_TEXT_SCHEMA), Fetch]}), items=_fetch)
_CALLBACKS = Reads(_several, _list_of(Callback), items=Callback.read)


class OneTexts(Matcher):
    """A list of texts that is one of several."""

    one_of: Annotated[tuple[Any, ...], alternatives(_TEXTS, _TEXTS.schema)] = Field(description=INSTEAD)


class OneFetches(Matcher):
    """A list of documents that were asked for, which is one of several."""

    one_of: Annotated[tuple[Any, ...], alternatives(_FETCHES, _FETCHES.schema)] = Field(description=INSTEAD)


class OneCallbacks(Matcher):
    """A list of callbacks that is one of several."""

    one_of: Annotated[tuple[Any, ...], alternatives(_CALLBACKS, _CALLBACKS.schema)] = Field(description=INSTEAD)


def _some_schema(reads: Reads, shape: type[Shape]) -> dict[str, Any]:
    return {"anyOf": [*reads.schema["anyOf"], shape]}


Texts = Annotated[
    list[Any] | Count | OneTexts, Reads(or_one_of(_several, OneTexts), _some_schema(_TEXTS, OneTexts), items=some_text)
]
"""All of them in order, or how many, or one of several; `none` and `never` are the empty list."""
Fetches = Annotated[
    list[Any] | Count | OneFetches, Reads(or_one_of(_several, OneFetches), _some_schema(_FETCHES, OneFetches), items=_fetch)
]
Callbacks = Annotated[
    list[Callback] | Count | OneCallbacks,
    Reads(or_one_of(_several, OneCallbacks), _some_schema(_CALLBACKS, OneCallbacks), items=Callback.read),
]


# -- all of it -------------------------------------------------------------------------------------------------------


class Check(Shape):
    """What must be so: of everything sent, fetched and warned of, and of calls and multiparty calls by name."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)
    __pydantic_extra__: dict[str, AnyThing]

    callbacks: Callbacks | None = Field(
        default=None, description="All callbacks so far, in order; `none` or `never`; or how many."
    )
    fetched: Fetches | None = Field(
        default=None, description="All documents fetched so far, in order; `none` or `never`; or how many."
    )
    warnings: Texts | None = Field(
        default=None, description="All warnings so far, in order; `none` or `never`; or how many."
    )
    one_of: Annotated[tuple[Check, ...], alternatives(lambda value: Check.read(value), lambda: Check)] | None = Field(
        default=None, description=WHOLLY
    )

    @property
    def things(self) -> dict[str, Thing]:
        """What is expected of calls and multiparty calls, by name."""
        return self.__pydantic_extra__

    @property
    def several(self) -> dict[str, Any]:
        """What is expected of everything sent, fetched and warned of: lists, a `Count`, or one of several."""
        named = {key: getattr(self, key) for key in SEVERAL}
        return {key: plain(value) for key, value in named.items() if value is not None}


AnyCheck = Annotated[Check, Reads(Check.read, Check)]
SUBJECTS = tuple(Check.model_fields)
SEVERAL = tuple(subject for subject in SUBJECTS if subject != ONE_OF)
