"""How a scenario describes a call: where it goes, what it may do, and how its far party behaves."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from callsim.model import Direction
from callsim.scenario.fields import Duration, Filled, Reads, Shape, Text, Url, Whole, complaint, complaint_at, one_of
from callsim.scenario.wording import listed, nearest, quoted

FAR_END_WORDS = ("busy", "rejects", "silent", "unreachable")
_ENDS = ("answers", "rejects", "busy", "fails")


class FarEnd(Shape):
    """The far party, stage by stage; each duration counts from the stage before."""

    rings: Duration | None = Field(default=None, description="How long until it rings.")
    answers: Duration | None = Field(default=None, description="How long it rings until somebody answers.")
    hangs_up: Duration | None = Field(
        default=None, description="How long after the answer (inbound: the placing) it hangs up."
    )
    rejects: Duration | None = Field(default=None, description="How long it rings until the call is rejected.")
    busy: Duration | None = Field(default=None, description="How long until it turns out to be busy.")
    fails: Whole | None = Field(default=None, description="The code with which the call fails.")

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        ends = [key for key in _ENDS if key in self.model_fields_set]
        if len(ends) > 1:
            what = f"a far end cannot have both {listed(ends, 'and')}"
            raise complaint_at(ends[1], what, f"expected one of {listed(_ENDS)}")
        return self


def _far_end(value: Any) -> FarEnd | str:
    if not isinstance(value, str):
        return FarEnd.read(value)
    if value not in FAR_END_WORDS:
        expected = f"expected {listed(FAR_END_WORDS)}, or a mapping of {listed(FarEnd.written_keys(), 'and')}"
        raise complaint(f"{quoted(value)} is nothing a far end does", expected, nearest(value, FAR_END_WORDS))
    return value


AnyFarEnd = Annotated[str | FarEnd, Reads(_far_end, {"oneOf": [{"enum": list(FAR_END_WORDS)}, FarEnd]})]


class CallOptions(Shape):
    """What is said of a call wherever it is declared. URLs are absolute; durations are milliseconds."""

    to: Text = Field(default="", description="The number or address called.")
    from_: Text = Field(default="", alias="from", description="The number or address it comes from.")
    account: Filled = Field(default="default", description="The account it belongs to.")
    user: Text = Field(default="", description="The user that owns its extension (VoipNow).")
    extension: Text = Field(default="", description="The extension it is made from or for (VoipNow).")
    answer_url: Url | None = Field(default=None, description="Where its instructions are: a path or a URL.")
    hangup_url: Url | None = Field(default=None, description="Who is told of its end: a path or a URL.")
    ring_timeout: Duration | None = Field(
        default=None, description="How long it may ring; the vendor's own limit unless said."
    )
    time_limit: Duration | None = Field(
        default=None, description="How long it may last; the vendor's own limit unless said."
    )
    far_end: AnyFarEnd | None = Field(
        default=None, description="What the far party does; unless said it rings and is silent."
    )


_Direction = Annotated[Direction, one_of(tuple(Direction), "direction", Direction)]


class DirectedCall(CallOptions):
    """A call that may come from either side."""

    direction: _Direction = Field(default=Direction.OUTBOUND, description="outbound (unless said) or inbound.")

    @model_validator(mode="after")
    def _a_far_end_for_the_direction(self) -> Self:
        check_far_end(self.far_end, self.direction)
        return self


class Call(DirectedCall):
    """A call declared under `calls:`."""

    placed: Duration = Field(default=0, description="When it is placed; at the start unless said.")


AnyCall = Annotated[Call, Reads(Call.read, Call)]


def check_far_end(far_end: FarEnd | str | None, direction: Direction) -> None:
    """Refuse what the far party of such a call cannot do."""
    if far_end is None:
        return
    said = {far_end} if isinstance(far_end, str) else far_end.model_fields_set
    if direction is Direction.INBOUND and said - {"hangs_up"}:
        raise complaint_at(
            "far_end",
            "the far party of an inbound call is its caller",
            "expected hangs_up alone, counted from its placing",
        )
    if direction is Direction.OUTBOUND and "hangs_up" in said and "answers" not in said:
        raise complaint_at("far_end", "a far end that hangs_up must have answered", "expected answers beside it")
