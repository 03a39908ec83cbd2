"""What else a scenario asks the platform to do with a call: to hang it up so long after it rings, to find out who answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from callsim.model import Direction, Handling, MachineDetection
from callsim.scenario.fields import Duration, Reads, Shape, Url, complaint, complaint_at, text
from callsim.scenario.values import format_duration
from callsim.scenario.wording import nearest, quoted

KEYS = ("hangup_on_ring", "machine_detection", "machine_detection_time", "machine_detection_url")
_DETECTIONS = {
    "yes": MachineDetection.TOLD, "true": MachineDetection.TOLD, "no": MachineDetection.NONE, "false": MachineDetection.NONE,
    "hangup": MachineDetection.HANGUP,
}  # fmt: skip


def _detection(value: Any) -> MachineDetection:
    if isinstance(value, MachineDetection):
        return value
    if text(value) not in _DETECTIONS:
        raise complaint(f"{quoted(value)} is no machine detection", "expected yes, no or hangup", nearest(value, _DETECTIONS))
    return _DETECTIONS[value]


_Detection = Annotated[MachineDetection, Reads(_detection, {"enum": [True, False, *_DETECTIONS]})]


class Handled(Shape):
    """A call with which the platform is asked to do more than to carry it."""

    hangup_on_ring: Duration | None = Field(
        default=None, description="How long after it begins to ring it is hung up, answered or not; never unless said."
    )
    machine_detection: _Detection = Field(
        default=MachineDetection.NONE, description="Whether to find out who answers: yes, no (unless said), or hangup on machines."
    )
    machine_detection_time: Duration | None = Field(
        default=None, description="How long that takes; the vendor's own time unless said."
    )
    machine_detection_url: Url | None = Field(
        default=None, description="Who is told of it while the call goes on; without one the call waits for the result."
    )

    @model_validator(mode="after")
    def _only_where_something_is_asked(self) -> Self:
        given = [key for key in KEYS if key in self.model_fields_set]
        if given and getattr(self, "direction", None) is Direction.INBOUND:
            raise complaint_at(given[0], "this is for calls that the platform makes", "expected no such key of an inbound call")
        if self.machine_detection is MachineDetection.NONE:
            for key in KEYS[2:]:
                if key in given:
                    raise complaint_at(key, "nobody is to find out who answers", "expected machine_detection: yes or hangup beside it")
        return self


def handling(call: Shape) -> Handling | None:
    """What else is asked of a call; None for most."""
    asked = Handling(*(getattr(call, key) for key in KEYS)) if isinstance(call, Handled) else Handling()
    asked = replace(asked, dial_delay=getattr(call, "dial_delay", None) or None)
    return None if asked == Handling() else asked


def later(delay: int) -> Handling | None:
    """What is asked of a call that is to be dialled so many milliseconds later; None at once."""
    return Handling(dial_delay=delay) if delay else None


def handling_words(asked: Handling | None) -> dict[str, Any]:
    """The keys that say it, times as they are written; those of nothing are None."""
    if asked is None:
        return {}
    words = {MachineDetection.TOLD: "yes", MachineDetection.HANGUP: "hangup"}
    times = {"hangup_on_ring": asked.hangup_on_ring, "machine_detection_time": asked.machine_detection_time,
             "dial_delay": asked.dial_delay}  # fmt: skip
    return {
        "machine_detection": words.get(asked.machine_detection), "machine_detection_url": asked.machine_detection_url,
        **{key: None if time is None else format_duration(time) for key, time in times.items()},
    }  # fmt: skip
