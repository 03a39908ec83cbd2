"""What a scenario leaves to chance, as it is written: rates, shares that add to 1, and how times are distributed."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from callsim.scenario.fields import (
    DURATION_SCHEMA,
    Duration,
    Filled,
    Reads,
    Shape,
    complaint,
    complaint_at,
    kind_of,
    text,
)
from callsim.scenario.values import parse_duration
from callsim.scenario.wording import listed, nearest, quoted

RATE_UNITS = {"s": 1, "min": 60, "h": 3_600}
MOST_A_SECOND = 100_000
MOST_VALUES = 100_000
DISTRIBUTIONS = ("constant", "exponential", "lognormal", "uniform", "empirical")
_NEARLY_ONE = 1e-9
_RATE = re.compile(r"(?P<sign>-?)(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?) ?(?:/ ?(?P<unit>[A-Za-z]{1,9}))?", re.ASCII)
_SHARE = re.compile(r"[01](\.[0-9]{1,12})?|\.[0-9]{1,12}", re.ASCII)
_RATE_WORDS = "expected one such as 0.5/s, 30/min or 400/h"


def _rate(value: Any) -> float:
    """Calls a second."""
    if isinstance(value, float):
        return value
    found = _RATE.fullmatch(text(value))
    unit = found["unit"] if found else None
    if found and found["sign"]:
        raise complaint(f"{quoted(value)} is less than nothing", _RATE_WORDS)
    if unit is not None and unit not in RATE_UNITS:
        meant = {"m": "min", "sec": "s", "hour": "h", "minute": "min", "second": "s"}.get(unit, "")
        raise complaint(f"{quoted(unit)} is no unit of a rate", f"expected {listed(RATE_UNITS)}", f"did you mean {meant!r}?" if meant else "")
    if not found or unit is None:
        raise complaint(f"{quoted(value)} is no rate", _RATE_WORDS)
    rate = Fraction(found["number"]) / RATE_UNITS[unit]
    if rate > MOST_A_SECOND:
        raise complaint(f"{quoted(value)} is too often", f"at most {MOST_A_SECOND:,}/s are made")
    return float(rate)


def _more_than_never(rate: float) -> float:
    if not rate:
        raise complaint("nothing ever comes at this rate", "expected one above 0")
    return rate


def _share(value: Any) -> float:
    if isinstance(value, float):
        return value
    if not _SHARE.fullmatch(text(value)) or float(value) > 1:
        raise complaint(f"{quoted(value)} is no share of all", "expected a number from 0 to 1, such as 0.25")
    return float(value)


def whole(shares: dict[Any, float]) -> dict[Any, float]:
    """The same; complains of shares that do not add to 1."""
    total = sum(shares.values())
    if not shares:
        raise complaint("there are no shares", "expected some that add to 1")
    if abs(total - 1) > _NEARLY_ONE:
        raise complaint(f"the shares add to {total:.10g}", "expected 1")
    return shares


_WRITTEN_RATE = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?/ ?(s|min|h)$", "description": "A rate, such as 30/min."}
SHARE_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"^[01]?(\.[0-9]+)?$"}]}
Rate = Annotated[float, Reads(_rate, _WRITTEN_RATE)]
"""Held as so many a second; it may be 0."""
SomeRate = Annotated[float, Reads(lambda value: _more_than_never(_rate(value)), _WRITTEN_RATE)]
"""One above 0."""
Share = Annotated[float, Reads(_share, SHARE_SCHEMA)]


def _some_time(value: Any) -> int:
    time = value if isinstance(value, int) else parse_time(value)
    if not time:
        raise complaint("this is no time at all", "expected a duration above 0")
    return time


def parse_time(value: Any) -> int:
    """The milliseconds of a duration as it is written."""
    try:
        return parse_duration(text(value))
    except ValueError as error:
        raise complaint(str(error)) from None


SomeTime = Annotated[int, Reads(_some_time, DURATION_SCHEMA)]
"""A duration above 0."""


class LognormalTimes(Shape):
    """Times whose logarithm is normal, by their own mean and standard deviation."""

    mean: SomeTime = Field(description="Their mean.")
    deviation: SomeTime = Field(description="Their standard deviation.")


def _least_and_most(value: Any, several: Callable[[Any], list[int]]) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        what = f"{len(value)} of them" if isinstance(value, list) else kind_of(value)
        raise complaint(f"{what} cannot be a range", "expected two durations, the shortest and the longest")
    least, most = several(value)
    if least > most:
        raise complaint(f"{value[0]} is longer than {value[1]}", "expected the shortest first")
    return least, most


def _seen(value: Any, several: Callable[[Any], list[int]]) -> tuple[int, ...] | str:
    if isinstance(value, str):
        return csv_file(value)
    if not isinstance(value, list) or not value:
        what = "there is no time" if isinstance(value, list) else f"{kind_of(value)} stands here"
        raise complaint(what, "expected a list of durations, or the name of a CSV file")
    if len(value) > MOST_VALUES:
        raise complaint(f"there are {len(value):,} times", f"at most {MOST_VALUES:,} are read here, and more from a CSV file")
    return tuple(several(value))


def csv_file(value: Any) -> str:
    """The name of a CSV file."""
    name = text(value)
    if not name.lower().endswith(".csv") or "\0" in name:
        raise complaint(f"{quoted(name)} is no CSV file", "expected a name that ends with .csv")
    return name


_TIMES = {"type": "array", "items": DURATION_SCHEMA}
_CSV = {"type": "string", "pattern": r"\.[Cc][Ss][Vv]$"}
CsvFile = Annotated[str, Reads(csv_file, _CSV)]


class Spread(Shape):
    """How long something takes, which is not always the same: exactly one of these."""

    constant: Duration | None = Field(default=None, description="Always as long.")
    exponential: SomeTime | None = Field(default=None, description="Without memory, with this mean.")
    lognormal: Annotated[LognormalTimes, Reads(LognormalTimes.read, LognormalTimes)] | None = Field(
        default=None, description="With a logarithm that is normal."
    )
    uniform: Annotated[tuple[int, int], Reads(_least_and_most, {**_TIMES, "minItems": 2, "maxItems": 2}, items=parse_time)] | None = Field(
        default=None, description="Anything from the shortest to the longest."
    )
    empirical: Annotated[tuple[int, ...] | str, Reads(_seen, {"anyOf": [{**_TIMES, "minItems": 1}, _CSV]}, items=parse_time)] | None = Field(
        default=None, description="Times that were seen, each as likely as another: a list, or a CSV file beside this one."
    )
    column: Filled | None = Field(default=None, description="The column of the CSV file that holds them.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        said = [word for word in DISTRIBUTIONS if getattr(self, word) is not None]
        if not said:
            raise complaint("no distribution stands here", f"expected one of {listed(DISTRIBUTIONS)}")
        if len(said) > 1:
            raise complaint_at(said[1], f"{said[0]!r} stands here already", f"expected one of {listed(DISTRIBUTIONS)}")
        if isinstance(self.empirical, str) and self.column is None:
            raise complaint("nothing says which column of the file", "expected column: its name beside empirical")
        if self.column is not None and not isinstance(self.empirical, str):
            raise complaint_at("column", "there is no file here with columns", "expected empirical: FILE.csv beside it")
        return self

    @property
    def longest(self) -> int | None:
        """The longest time there can be, in milliseconds; None if there is no longest or only a file knows."""
        if self.constant is not None:
            return self.constant
        if self.uniform is not None:
            return self.uniform[1]
        return max(self.empirical) if isinstance(self.empirical, tuple) else None

    @classmethod
    def unknown_key(cls, key: str) -> tuple[str, str, str]:
        return f"{quoted(key)} is not a known distribution", f"expected {listed(DISTRIBUTIONS)}", nearest(key, cls.written_keys())


def _spread(value: Any) -> Spread:
    if isinstance(value, str):
        return Spread(constant=parse_time(value))
    return Spread.read(value)


def _some_patience(value: Any) -> Spread:
    found = _spread(value)
    if found.longest == 0:
        raise complaint("nobody has any patience", "expected a time above 0, or when_full: blocked")
    return found


_SPREAD = {"anyOf": [*DURATION_SCHEMA["anyOf"], Spread]}
AnySpread = Annotated[Spread, Reads(_spread, _SPREAD)]
"""A bare duration is one that is always the same."""
Patience = Annotated[Spread, Reads(_some_patience, _SPREAD)]
