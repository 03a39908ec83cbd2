"""What a scenario lets each account do: how many calls a second, at once, to one destination; and on how many trunks."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from callsim.model import Allowed
from callsim.scenario.chances import Patience
from callsim.scenario.fields import Reads, Shape, complaint, complaint_at, one_of, text

AS_PUBLISHED = "as-published"
MOST = 1_000_000
WHEN_FULL = ("blocked", "waits")


def _count(value: Any, of: str = "calls") -> int:
    if isinstance(value, int):
        return value
    written = text(value)
    if not (written.isascii() and written.isdigit() and len(written) < 8 and 0 < int(written) <= MOST):
        raise complaint(f"'{written}' is no number of {of}", f"expected a whole number from 1 to {MOST:,}")
    return int(written)


def _rate(value: Any) -> int | str:
    return AS_PUBLISHED if value == AS_PUBLISHED else _count(value)


_NUMBER = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST}, {"type": "string", "pattern": "^[0-9]{1,7}$"}]}
_Count = Annotated[int, Reads(_count, _NUMBER)]
_TrunkCount = Annotated[int, Reads(lambda value: _count(value, "trunks"), _NUMBER)]
_Rate = Annotated[int | str, Reads(_rate, {"anyOf": [*_NUMBER["anyOf"], {"const": AS_PUBLISHED}]})]


class Trunks(Shape):
    """How many calls of all accounts may be up at once, and what becomes of one that finds them taken."""

    count: _TrunkCount = Field(description="How many there are.")
    when_full: Annotated[str, one_of(WHEN_FULL, "word for what becomes of a call")] = Field(
        default="blocked", description="blocked (unless said), or waits until one is free."
    )
    patience: Patience | None = Field(default=None, description="How long such a call waits; for ever unless said.")

    @model_validator(mode="after")
    def _who_is_blocked_needs_no_patience(self) -> Self:
        if self.patience is not None and self.when_full != "waits":
            raise complaint_at("patience", "a call that is blocked does not wait", "expected when_full: waits beside it")
        return self


def _trunks(value: Any) -> Trunks:
    return Trunks(count=_count(value, "trunks")) if isinstance(value, str) else Trunks.read(value)


class Limits(Shape):
    """What each account may do. What is not named is not limited."""

    calls_per_second: _Rate | None = Field(
        default=None, description="How many calls it may make a second, the others wait; or as-published by the vendor."
    )
    concurrent_calls: _Count | None = Field(default=None, description="How many of its calls may be up at once.")
    dials_to_one: _Count | None = Field(default=None, description="How many of its calls may ring at one destination at once.")
    trunks: Annotated[Trunks, Reads(_trunks, {"anyOf": [*_NUMBER["anyOf"], Trunks]})] | None = Field(
        default=None, description="How many calls may be up at once, whosever they are; for arrivals alone."
    )


AnyLimits = Annotated[Limits, Reads(Limits.read, Limits)]


def allowed(limits: Limits | None, published: int | None) -> Allowed | None:
    """What a world is told; None if nothing is limited. `published` is the vendor's own figure."""
    if limits is None or not limits.model_fields_set - {"trunks"}:
        return None
    rate = published if limits.calls_per_second == AS_PUBLISHED else limits.calls_per_second
    return Allowed(None if rate is None else int(rate), limits.concurrent_calls, limits.dials_to_one)
