"""What a step may say: one shape for each verb, with the options that go with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, PrivateAttr, model_validator

from callsim.model import Direction
from callsim.scenario.calls import AnyRival, CallOptions, DirectedCall, WantedMpc, check_far_end
from callsim.scenario.fields import (
    Duration,
    Filled,
    Method,
    Name,
    Reads,
    Shape,
    Url,
    Whole,
    YesNo,
    complaint,
    complaint_at,
    one_of,
    text,
)
from callsim.scenario.matchers import AnyCheck, ExpectedAnswer
from callsim.scenario.wording import listed, nearest, quoted

CLIENT = "client"
_REQUEST = re.compile(r"([A-Za-z]+) +(/\S*)")


def _request(value: Any) -> str:
    # Whoever only wants the shapes, such as `callsim schema`, need not wait for the vendors.
    from callsim.dialects.http import METHODS

    found = _REQUEST.fullmatch(text(value))
    if not found:
        raise complaint(
            f"{quoted(value)} is no request", "expected a method and a path, such as DELETE /v1/Call/$alice/"
        )
    if found[1] not in METHODS:
        raise complaint(
            f"{quoted(found[1])} is no method",
            f"expected {listed(METHODS)}",
            f"did you mean {quoted(upper)}?" if (upper := found[1].upper()) in METHODS else "",
        )
    return str(value)


Request = Annotated[str, Reads(_request, {"type": "string", "pattern": r"^(DELETE|GET|PATCH|POST|PUT) +/\S*$"})]


class Step(Shape):
    """One moment of a scenario. `at_ms` is its absolute time, known once the whole scenario has been read."""

    verb: ClassVar[str] = ""

    at: Duration | None = Field(default=None, description="When, from the start.")
    after: Duration | None = Field(default=None, description="How long after the step before.")
    check: AnyCheck | None = Field(default=None, description="What must be so right after it, its consequences included.")
    _at_ms: int = PrivateAttr(0)

    @property
    def at_ms(self) -> int:
        return self._at_ms

    @property
    def target(self) -> str:
        """What the verb is said to: a call, a multiparty call, an account, or the request itself."""
        return str(getattr(self, self.verb, ""))

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.at is not None and self.after is not None:
            raise complaint_at("after", "a step has one time", "expected at or after, not both")
        return self

    @classmethod
    def unknown_key(cls, key: str) -> tuple[str, str, str]:
        if key == CLIENT:
            what = f"{quoted(cls.verb) if cls.verb else 'a look'} is no request to the API"
            return what, f"expected no client, or one verb of {listed(REQUESTS)}", ""
        if not cls.verb:
            expected = f"expected one verb of {listed(VERBS)}"
            return (
                f"{quoted(key)} is not something a step can say",
                expected,
                nearest(key, (*VERBS, *cls.written_keys())),
            )
        if key in VERBS:
            return (
                f"{quoted(key)} stands in a step that says {quoted(cls.verb)} already",
                "expected one verb in a step",
                "",
            )
        known = [word for word in cls.written_keys() if word != cls.verb]
        what = f"{quoted(key)} does not go with {quoted(cls.verb)}"
        return what, f"expected {listed(known)}", nearest(key, (*known, *VERBS))


class CheckOnly(Step):
    """A look at the world; nothing is said."""

    check: AnyCheck = Field(description="What must be so at this time.")


class _Saying(Step):
    expect: ExpectedAnswer | None = Field(
        default=None, description="The answer: an HTTP status, {status, body, headers}, or a word."
    )


class _Requesting(_Saying):
    client: Name | None = Field(default=None, description="Which client of the API sends it; one without a name unless said.")


class RequestStep(_Requesting):
    """A raw HTTP request to the vendor's API."""

    verb = "request"
    request: Request = Field(description="The method and the path, with its query.")
    body: Any = Field(default=None, description="What is sent along: a text, or a mapping or list sent as JSON.")


class HangUpStep(_Requesting):
    """Hang up a call."""

    verb = "hang_up"
    hang_up: Name = Field(description="The call.")
    by: Annotated[str, one_of(("api", "caller", "callee"), "party")] = Field(
        default="api", description="Who; the API unless said."
    )

    @model_validator(mode="after")
    def _only_clients_of_the_api(self) -> Self:
        if self.client is not None and self.by != "api":
            raise complaint_at(CLIENT, f"the {self.by} is no client of the API", "expected no client, or by: api")
        return self


class HangUpAllStep(_Requesting):
    """Hang up every call of an account."""

    verb = "hang_up_all"
    hang_up_all: Filled = Field(description="The account, or all.")


class CancelStep(_Requesting):
    """Cancel a call that has not been answered."""

    verb = "cancel"
    cancel: Name = Field(description="The call.")


class StopStep(_Requesting):
    """End a multiparty call."""

    verb = "stop"
    stop: Filled = Field(description="The multiparty call.")


class StartStep(_Requesting):
    """Start a multiparty call in which somebody waits."""

    verb = "start"
    start: Name = Field(description="The multiparty call.")


class RecordStep(_Requesting):
    """Record a multiparty call from now on."""

    verb = "record"
    record: Name = Field(description="The multiparty call.")
    callback_url: Url | None = Field(default=None, description="Who is told of the recording: a path or a URL.")


class PauseRecordingStep(_Requesting):
    """Leave out of a recording what follows."""

    verb = "pause_recording"
    pause_recording: Name = Field(description="The multiparty call.")


class ResumeRecordingStep(_Requesting):
    """Go on with a recording that was paused."""

    verb = "resume_recording"
    resume_recording: Name = Field(description="The multiparty call.")


class EndRecordingStep(_Requesting):
    """Complete the recording of a multiparty call."""

    verb = "end_recording"
    end_recording: Name = Field(description="The multiparty call.")


TO_RECORDINGS = (RecordStep, PauseRecordingStep, ResumeRecordingStep, EndRecordingStep)


class KickStep(_Requesting):
    """Remove a call from its multiparty call."""

    verb = "kick"
    kick: Name = Field(description="The call.")


class _ToParticipant(_Requesting):
    """Something said to a participant by its call."""


class MuteStep(_ToParticipant):
    """Let a participant be heard by nobody."""

    verb = "mute"
    mute: Name = Field(description="The call.")


class UnmuteStep(_ToParticipant):
    """Let a participant be heard again."""

    verb = "unmute"
    unmute: Name = Field(description="The call.")


class HoldStep(_ToParticipant):
    """Put a participant on hold."""

    verb = "hold"
    hold: Name = Field(description="The call.")


class UnholdStep(_ToParticipant):
    """Take a participant off hold."""

    verb = "unhold"
    unhold: Name = Field(description="The call.")


class CoachStep(_ToParticipant):
    """Let a participant be heard by agents only."""

    verb = "coach"
    coach: Name = Field(description="The call.")


class UncoachStep(_ToParticipant):
    """Let a participant be heard by everybody again."""

    verb = "uncoach"
    uncoach: Name = Field(description="The call.")


TO_PARTICIPANTS = (MuteStep, UnmuteStep, HoldStep, UnholdStep, CoachStep, UncoachStep)


class TransferStep(_Requesting):
    """Send a call in progress to another document."""

    verb = "transfer"
    transfer: Name = Field(description="The call.")
    to: Url = Field(description="The document it goes on with: a path or a URL.")
    method: Method = Field(default="POST", description="How it is asked for.")


class AddStep(CallOptions, WantedMpc, _Requesting):
    """Add a call to a multiparty call: a new one, or one that is declared elsewhere."""

    verb = "add"
    add: Name = Field(description="The call; declared by this unless it is declared already.")
    mpc: Name = Field(description="The multiparty call.")
    role: Filled | None = Field(default=None, description="Its role there.")
    exit_url: Url | None = Field(default=None, description="What it goes on with after its exit: a path or a URL.")
    exit_method: Filled | None = Field(default=None, description="How its exit URL is asked: POST unless said.")
    start_on_enter: YesNo | None = Field(default=None, description="Whether the multiparty call starts as it enters; it does unless said.")
    muted: YesNo | None = Field(default=None, description="Whether it is heard by nobody.")
    held: YesNo | None = Field(default=None, description="Whether it is on hold.")
    coaching: YesNo | None = Field(default=None, description="Whether a supervisor is heard by agents only; so it is unless said.")
    dial_delay: Duration | None = Field(default=None, description="How much later it is dialled; at once unless said.")
    also: dict[Name, AnyRival] = Field(default={}, description="Who is called at the same time; the first to answer takes part.")
    end_on_exit: YesNo | None = Field(default=None, description="Whether the multiparty call ends as it leaves.")

    @model_validator(mode="after")
    def _a_far_end_for_outbound(self) -> Self:
        check_far_end(self.far_end, Direction.OUTBOUND)
        return self


class PlaceStep(DirectedCall, _Requesting):
    """Place a call now."""

    verb = "place"
    place: Name = Field(description="The call; declared by this.")


class AnswerStep(_Saying):
    """Answer a call."""

    verb = "answer"
    answer: Name = Field(description="The call.")
    by: Annotated[str, one_of(("callee", "api"), "party")] = Field(
        default="callee", description="Who; the callee unless said."
    )


class RingStep(_Saying):
    """Let a call ring."""

    verb = "ring"
    ring: Name = Field(description="The call.")


class RejectStep(_Saying):
    """The callee rejects a call."""

    verb = "reject"
    reject: Name = Field(description="The call.")


class BusyStep(_Saying):
    """The callee is busy."""

    verb = "busy"
    busy: Name = Field(description="The call.")


def _digits(value: Any) -> str:
    found = text(value)
    if not re.fullmatch(r"[0-9*#]{1,100}", found):
        raise complaint(f"{quoted(found)} cannot be pressed", 'expected 1 to 100 of the keys 0 to 9, * and #, such as "12#"')
    return found


class PressStep(_Saying):
    """The far party presses keys."""

    verb = "press"
    press: Name = Field(description="The call.")
    digits: Annotated[str, Reads(_digits, {"type": "string", "pattern": "^[0-9*#]{1,100}$"})] = Field(description="The keys, in order.")


class FailStep(_Saying):
    """A call fails on its way."""

    verb = "fail"
    fail: Name = Field(description="The call.")
    code: Whole = Field(description="The code it fails with.")


class LoseMediaStep(_Saying):
    """Nothing more is heard of a call's far party."""

    verb = "lose_media"
    lose_media: Name = Field(description="The call.")


class OutOfCreditStep(_Saying):
    """An account cannot pay any more."""

    verb = "out_of_credit"
    out_of_credit: Filled = Field(description="The account, or all.")


SAYING: tuple[type[_Saying], ...] = (
    RequestStep, HangUpStep, HangUpAllStep, CancelStep, StartStep, StopStep, *TO_RECORDINGS, KickStep, *TO_PARTICIPANTS, TransferStep,
    AddStep, PlaceStep, AnswerStep,
    RingStep,
    RejectStep, BusyStep, PressStep, FailStep,
    LoseMediaStep, OutOfCreditStep,
)  # fmt: skip
VERBS = tuple(shape.verb for shape in SAYING)
REQUESTS = tuple(shape.verb for shape in SAYING if issubclass(shape, _Requesting))
_SHAPE_OF = dict(zip(VERBS, SAYING, strict=True))


def _step(value: Any) -> Step:
    shapes: Iterator[type[Step]] = (_SHAPE_OF[key] for key in value if key in _SHAPE_OF) if isinstance(value, dict) else iter(())
    return next(shapes, CheckOnly).read(value)


AnyStep = Annotated[Step, Reads(_step, {"oneOf": [CheckOnly, *SAYING]})]
"""A step has the shape of its verb; without one it can only be a check."""
