"""What a scenario lets each account do: how many calls a second, how many at once, how many to one destination."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from callsim.model import Allowed
from callsim.scenario.fields import Reads, Shape, complaint, text

AS_PUBLISHED = "as-published"
MOST = 1_000_000


def _count(value: Any) -> int:
    if isinstance(value, int):
        return value
    written = text(value)
    if not (written.isascii() and written.isdigit() and len(written) < 8 and 0 < int(written) <= MOST):
        raise complaint(f"'{written}' is no number of calls", f"expected a whole number from 1 to {MOST:,}")
    return int(written)


def _rate(value: Any) -> int | str:
    return AS_PUBLISHED if value == AS_PUBLISHED else _count(value)


_NUMBER = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST}, {"type": "string", "pattern": "^[0-9]{1,7}$"}]}
_Count = Annotated[int, Reads(_count, _NUMBER)]
_Rate = Annotated[int | str, Reads(_rate, {"anyOf": [*_NUMBER["anyOf"], {"const": AS_PUBLISHED}]})]


class Limits(Shape):
    """What each account may do. What is not named is not limited."""

    calls_per_second: _Rate | None = Field(
        default=None, description="How many calls it may make a second, the others wait; or as-published by the vendor."
    )
    concurrent_calls: _Count | None = Field(default=None, description="How many of its calls may be up at once.")
    dials_to_one: _Count | None = Field(default=None, description="How many of its calls may ring at one destination at once.")


AnyLimits = Annotated[Limits, Reads(Limits.read, Limits)]


def allowed(limits: Limits | None, published: int | None) -> Allowed | None:
    """What a world is told; None if nothing is limited. `published` is the vendor's own figure."""
    if limits is None or not limits.model_fields_set:
        return None
    rate = published if limits.calls_per_second == AS_PUBLISHED else limits.calls_per_second
    return Allowed(None if rate is None else int(rate), limits.concurrent_calls, limits.dials_to_one)
