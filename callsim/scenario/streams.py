"""How a scenario describes traffic: streams of calls that arrive at random, what becomes of them, how long it is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from callsim.model import Direction
from callsim.scenario.calls import AnyDirection, CallTerms
from callsim.scenario.chances import SHARE_SCHEMA, AnySpread, CsvFile, Rate, Share, SomeRate, SomeTime, whole
from callsim.scenario.fields import (
    Duration,
    Name,
    Reads,
    Shape,
    Whole,
    complaint,
    complaint_at,
    complaints_at,
    one_of,
    text,
)
from callsim.scenario.handling import Handled
from callsim.scenario.values import format_duration
from callsim.scenario.wording import listed, quoted

FATES = ("answers", "busy", "rejects", "silent", "unreachable", "fails")
INBOUND_FATES = ("answers", "silent")
ENDERS = ("far_end", "api")
PROCESSES = ("poisson", "constant", "by_time_of_day", "recorded")
MOST_REPLICATIONS = 100_000
MOST_BATCHES = 10_000
MOST_SIZE = 1_000
MOST_STREAMS = 100
MOST_CODE = 99_999
_KEY = "[key]"
_Wrong = tuple[tuple[str, ...], str, str]
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_TIME_SCHEMA = {"type": "string", "pattern": f"^{_TIME.pattern}$"}
_NUMBER: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]{1,6}$"}]}


def _number(least: int, most: int, what: str) -> Reads:
    """The annotation of a whole number within bounds."""

    def read(value: Any) -> int:
        if isinstance(value, int):
            return value
        written = text(value)
        if not (written.isascii() and written.isdigit() and len(written) < 10 and least <= int(written) <= most):
            raise complaint(f"{quoted(written)} is no {what}", f"expected a whole number from {least} to {most:,}")
        return int(written)

    return Reads(read, _NUMBER)


class Traffic(Shape):
    """How long traffic goes on, and how often it is made anew. Durations are milliseconds."""

    warm_up: Duration = Field(default=0, description="How long calls arrive before anything is counted.")
    horizon: SomeTime = Field(description="When it ends, counted from the beginning of the warm-up.")
    replications: Annotated[int, _number(1, MOST_REPLICATIONS, "number of replications")] = Field(
        default=1, description="How often it is made anew, each time with other chances."
    )
    batches: Annotated[int, _number(2, MOST_BATCHES, "number of batches")] = Field(
        default=20, description="Into how many equal parts what is counted is divided."
    )
    seed: Whole = Field(default=0, description="The same seed gives the same chances.")

    @model_validator(mode="after")
    def _something_is_counted(self) -> Self:
        if self.horizon <= self.warm_up:
            what = f"it ends at {format_duration(self.horizon)}, and counting begins at {format_duration(self.warm_up)}"
            raise complaint_at("horizon", what, "expected a horizon after the warm_up")
        if self.horizon - self.warm_up < self.batches:
            what = f"{self.batches:,} batches find no room in {format_duration(self.horizon - self.warm_up)}"
            raise complaint_at("batches", what, "expected at least a millisecond for each")
        return self


class StreamCall(CallTerms, Handled):
    """What is fixed about every call of a stream."""

    direction: AnyDirection = Field(default=Direction.OUTBOUND, description="outbound (unless said) or inbound.")

    @classmethod
    def unknown_key(cls, key: str) -> tuple[str, str, str]:
        if key == "far_end":
            return "what far ends do is said by the stream", "expected mix, rings, answers and talks beside call", ""
        return super().unknown_key(key)


def _participants(value: Any) -> int:
    written = str(value)
    if not (written.isascii() and written.isdigit() and len(written) < 6 and 1 <= int(written) <= MOST_SIZE):
        raise complaint(f"{quoted(written)} is no number of participants", f"expected a whole number from 1 to {MOST_SIZE:,}")
    return int(written)


def _alone(value: Any) -> Any:
    """One word for itself is all there is."""
    return {value: "1"} if isinstance(value, str) else value


_SHARES = {"type": "object", "additionalProperties": SHARE_SCHEMA, "minProperties": 1}
_Fate = Annotated[str, one_of(FATES, "fate")]
_Ender = Annotated[str, one_of(ENDERS, "party that hangs up")]
_Size = Annotated[int, Reads(_participants, _NUMBER)]
Mix = Annotated[dict[_Fate, Share], AfterValidator(whole)]
Enders = Annotated[
    dict[_Ender, Share], BeforeValidator(_alone), AfterValidator(whole), WithJsonSchema({"anyOf": [{"enum": list(ENDERS)}, _SHARES]}),
]  # fmt: skip
Sizes = Annotated[
    dict[_Size, Share], BeforeValidator(_alone), AfterValidator(whole), WithJsonSchema({"anyOf": [*_NUMBER["anyOf"], _SHARES]}),
]  # fmt: skip


class StreamMpc(Shape):
    """What is said of the multiparty calls of a stream."""

    size: Sizes = Field(description="How many are called into it: a number, or a share for each of several.")
    stops: Rate = Field(default=0.0, description="How often the API stops one of those that are up, by chance.")


def _time_of_day(value: Any) -> str:
    if not _TIME.fullmatch(text(value)):
        raise complaint(f"{quoted(value)} is no time of day", "expected one from 00:00 to 23:59, in quotes")
    return str(value)


def time_of_day(written: str) -> int:
    """The milliseconds after midnight of a time as it is written, such as 08:30."""
    hours, minutes, seconds = (int(each or 0) for each in _TIME.fullmatch(written).groups())  # type: ignore[union-attr]
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000


def _rates(rates: dict[str, float]) -> dict[str, float]:
    """The same, in order of the day; complains of one moment said twice, and where nothing ever comes."""
    ordered = sorted(rates, key=time_of_day)
    for one, other in pairwise(ordered):
        if time_of_day(one) == time_of_day(other):
            raise complaint(f"{quoted(one)} and {quoted(other)} are one moment", "expected each once")
    if not any(rates.values()):
        raise complaint("nothing ever comes at these rates", "expected one above 0")
    return {moment: rates[moment] for moment in ordered}


TimeOfDay = Annotated[str, Reads(_time_of_day, _TIME_SCHEMA)]
_Rates = Annotated[dict[TimeOfDay, Rate], AfterValidator(_rates)]
_CODE = _number(1, MOST_CODE, "code of a failure")


class Stream(Shape):
    """Calls of one kind: how they arrive, what becomes of them, how long everything takes."""

    poisson: SomeRate | None = Field(default=None, description="They know nothing of each other; so many arrive in a time.")
    constant: SomeRate | None = Field(default=None, description="They arrive at even distances, so many in a time.")
    by_time_of_day: _Rates | None = Field(
        default=None, description="As poisson, from each time of day at a rate of its own until the next; the last goes on over midnight."
    )
    begins: TimeOfDay | None = Field(default=None, description="The time of day at which the warm-up begins; 00:00 unless said.")
    recorded: CsvFile | None = Field(default=None, description="They arrive as this CSV file tells, which lies beside this one.")
    call: Annotated[StreamCall, Reads(StreamCall.read, StreamCall)] = Field(
        default_factory=StreamCall, description="What is fixed about each of these calls."
    )
    mix: Mix | None = Field(default=None, description="What becomes of them, each with its share; all are answered unless said.")
    fails_with: Annotated[int, _CODE] | None = Field(default=None, description="The code with which those fail that do.")
    rings: AnySpread | None = Field(default=None, description="How long until they ring; at once unless said.")
    answers: AnySpread | None = Field(
        default=None, description="How long they ring until they are answered or turned away; at once unless said."
    )
    talks: AnySpread | None = Field(default=None, description="How long they are up once answered; unless said nobody hangs up.")
    hangs_up: Enders | None = Field(default=None, description="Who hangs up then: far_end (unless said), api, or a share for each.")
    api_hang_ups: Rate = Field(default=0.0, description="How often the API hangs up one of those that are up, by chance.")
    mpc: Annotated[StreamMpc, Reads(StreamMpc.read, StreamMpc)] | None = Field(
        default=None, description="Each arrival is a multiparty call, into which calls as described are made."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        wrong = [*self._of_arriving(), *self._in_vain(), *self._of_direction()]
        if wrong:
            raise complaints_at(wrong)
        return self

    def _of_arriving(self) -> Iterator[_Wrong]:
        """They arrive in one way."""
        said, expected = [word for word in PROCESSES if getattr(self, word) is not None], f"expected one of {listed(PROCESSES)}"
        if not said:
            yield (), "nothing says how these calls arrive", expected
        for word in said[1:]:
            yield (word, _KEY), f"these calls arrive in another way already, {said[0]}", expected
        if self.begins is not None and self.by_time_of_day is None:
            yield ("begins", _KEY), "no rate here goes by the time of day", "expected by_time_of_day beside it"

    def _in_vain(self) -> Iterator[_Wrong]:
        """Nothing is said that never matters."""
        if self.hangs_up is not None and self.talks is None:
            yield ("hangs_up", _KEY), "nothing says when somebody hangs up", "expected talks beside it"
        if self.fails_with is not None and not (self.mix or {}).get("fails") and self.recorded is None:
            yield ("fails_with", _KEY), "none of these calls fails", "expected a share of fails in mix"
        for key in ("answer_url", "fallback_url"):
            if self.mpc is not None and getattr(self.call, key) is not None:
                what = f"{key!r} means nothing to a call that is added to a multiparty call"
                yield ("call", key, _KEY), what, "expected no such key beside mpc"

    def _of_direction(self) -> Iterator[_Wrong]:
        """The far party of an inbound call is its caller, whom nobody calls."""
        if self.call.direction is Direction.OUTBOUND:
            return
        for fate in self.mix or ():
            if fate not in INBOUND_FATES:
                what = f"{fate!r} becomes of a callee, and the far party of an inbound call is its caller"
                yield ("mix", fate, _KEY), what, f"expected {listed(INBOUND_FATES)}"
            elif fate == "silent" and self.call.answer_url is not None:
                what = "whether these calls are answered is for the document of their answer_url to say"
                yield ("mix", fate, _KEY), what, "expected no share of silent, or no answer_url"
        if self.mpc is not None:
            yield ("mpc", _KEY), "participants are called, and these calls are inbound", "expected direction: outbound"


AnyTraffic = Annotated[Traffic, Reads(Traffic.read, Traffic)]
AnyStream = Annotated[Stream, Reads(Stream.read, Stream)]


def _streams(streams: dict[str, Stream]) -> dict[str, Stream]:
    if not streams:
        raise complaint("no calls arrive", "expected at least one stream, by name")
    if len(streams) > MOST_STREAMS:
        raise complaint(f"there are {len(streams):,} streams", f"at most {MOST_STREAMS} are read")
    return streams


Streams = Annotated[dict[Name, AnyStream], AfterValidator(_streams)]
