"""How a scenario describes a call: where it goes, what it may do, and how its far party behaves."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from callsim.model import Direction
from callsim.scenario.fields import (
    Duration,
    Filled,
    Method,
    Name,
    Reads,
    Shape,
    Text,
    Url,
    Whole,
    YesNo,
    complaint,
    complaint_at,
    one_of,
)
from callsim.scenario.handling import Handled
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
    media_stops: Duration | None = Field(
        default=None, description="How long after the answer (inbound: the placing) nothing more is heard of it."
    )
    machine: YesNo = Field(default=False, description="Whether it is a machine that answers.")

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


class CallTerms(Shape):
    """What is fixed about a call when it is placed. URLs are absolute; durations are milliseconds."""

    to: Text = Field(default="", description="The number or address called.")
    from_: Text = Field(default="", alias="from", description="The number or address it comes from.")
    account: Filled = Field(default="default", description="The account it belongs to.")
    user: Text = Field(default="", description="The user that owns its extension (VoipNow).")
    extension: Text = Field(default="", description="The extension it is made from or for (VoipNow).")
    answer_url: Url | None = Field(default=None, description="Where its instructions are: a path or a URL.")
    hangup_url: Url | None = Field(default=None, description="Who is told of its end: a path or a URL.")
    fallback_url: Url | None = Field(default=None, description="Where instructions are if the answer URL gives none: a path or a URL.")
    ring_url: Url | None = Field(default=None, description="Who is told that it rings: a path or a URL.")
    answer_method: Method = Field(default="POST", description="How the answer URL is asked.")
    hangup_method: Method = Field(default="POST", description="How the hangup URL is told.")
    fallback_method: Method = Field(default="POST", description="How the fallback URL is asked.")
    ring_method: Method = Field(default="POST", description="How the ring URL is told.")
    ring_timeout: Duration | None = Field(
        default=None, description="How long it may ring; the vendor's own limit unless said."
    )
    time_limit: Duration | None = Field(
        default=None, description="How long it may last; the vendor's own limit unless said."
    )


class CallOptions(CallTerms):
    """What is said of a call wherever it is declared."""

    far_end: AnyFarEnd | None = Field(
        default=None, description="What the far party does; unless said it rings and is silent."
    )


Group = Annotated[str, one_of(("states", "participants", "adds"), "group of events")]


class WantedMpc(Shape):
    """What is wanted of a multiparty call by who opens it. Durations are milliseconds."""

    stay_alone: YesNo | None = Field(default=None, description="Whether the last participant may stay there alone.")
    single: YesNo | None = Field(default=None, description="Whether it starts for one alone; it does unless said.")
    max_duration: Duration | None = Field(
        default=None, description="How long it may last from its start; the vendor's own limit unless said."
    )
    max_participants: Whole | None = Field(
        default=None, description="How many may take part; the vendor's own limit unless said."
    )
    status_url: Url | None = Field(default=None, description="Who is told what becomes of it: a path or a URL.")
    status_method: Method = Field(default="POST", description="How that URL is asked.")
    status_events: tuple[Group, ...] = Field(
        default=("states", "participants"), description="What is told: states, participants, adds."
    )
    recorded: YesNo | None = Field(default=None, description="Whether it is recorded from its start; it is not unless said.")
    recording_url: Url | None = Field(default=None, description="Who is told of its recording: a path or a URL.")
    recording_method: Method = Field(default="POST", description="How that URL is asked.")


class Rival(Shape):
    """Somebody who is called together with others, of whom the first to answer takes part."""

    to: Filled = Field(description="The number called.")
    dial_delay: Duration | None = Field(default=None, description="How much later it is dialled; as the first unless said.")
    far_end: AnyFarEnd | None = Field(
        default=None, description="What the far party does; unless said it rings and is silent."
    )


AnyRival = Annotated[Rival, Reads(Rival.read, Rival)]
AnyDirection = Annotated[Direction, one_of(tuple(Direction), "direction", Direction)]


class DirectedCall(CallOptions, Handled):
    """A call that may come from either side."""

    direction: AnyDirection = Field(default=Direction.OUTBOUND, description="outbound (unless said) or inbound.")

    @model_validator(mode="after")
    def _a_far_end_for_the_direction(self) -> Self:
        check_far_end(self.far_end, self.direction)
        return self


class Call(DirectedCall):
    """A call declared under `calls:`."""

    placed: Duration = Field(default=0, description="When it is placed; at the start unless said.")
    leg_of: Name | None = Field(default=None, description="The call whose document dials this one, by its number `to`.")
    with_: Name | None = Field(
        default=None, alias="with", description="A call of which it is a further leg, in the same phone call (VoipNow)."
    )

    @model_validator(mode="after")
    def _a_leg_is_dialled(self) -> Self:
        if self.leg_of is None:
            return self
        for key in self.written_keys():
            if _field(key) in self.model_fields_set and key not in _OF_LEGS:
                raise complaint_at(key, f"{quoted(key)} cannot be said of a leg, which its call dials", f"expected {listed(_OF_LEGS)}")
        if not self.to:
            raise complaint_at("leg_of", "a leg without a number is dialled by nobody", "expected `to` beside it")
        return self


_OF_LEGS = ("leg_of", "to", "far_end")


def _field(key: str) -> str:
    return {"from": "from_", "with": "with_"}.get(key, key)


AnyCall = Annotated[Call, Reads(Call.read, Call)]


def check_far_end(far_end: FarEnd | str | None, direction: Direction) -> None:
    """Refuse what the far party of such a call cannot do."""
    if far_end is None:
        return
    said = {far_end} if isinstance(far_end, str) else far_end.model_fields_set
    if direction is Direction.INBOUND and said - {"hangs_up", "media_stops"}:
        raise complaint_at(
            "far_end",
            "the far party of an inbound call is its caller",
            "expected hangs_up or media_stops, counted from its placing",
        )
    for key in ("hangs_up", "media_stops", "machine"):
        if direction is Direction.OUTBOUND and key in said and "answers" not in said:
            what = "a machine must answer to be one" if key == "machine" else f"a far end that {key} must have answered"
            raise complaint_at("far_end", what, "expected answers beside it")
