"""TryVox's call records: all it answers of one call, in the order of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from callsim.dialects.call_records import Arrival, CallRecords, arrival, moment, text
from callsim.model import Call

from .looking import whole_call

if TYPE_CHECKING:
    from callsim.dialects.tryvox import TryVox


class TryVoxCallRecords(CallRecords):
    """The call object. Of several recordings the URLs stand in one field, with blanks between them."""

    columns: ClassVar[Mapping[str, type]] = {
        "call_uuid": str, "request_uuid": str, "from": str, "to": str, "direction": str, "status": str, "duration": int,
        "billed_duration": int, "start_time": str, "ring_time": str, "answer_time": str, "end_time": str, "end_reason": str,
        "price": str, "price_unit": str, "answer_url": str, "hangup_url": str, "ring_url": str, "machine_detection": str,
        "machine_detection_result": str, "recording_urls": str, "parent_call_uuid": str, "transfer_time": str,
    }  # fmt: skip
    needed: ClassVar[tuple[str, ...]] = ("to", "status", "start_time", "ring_time", "answer_time", "end_time", "end_reason")

    def __init__(self, dialect: TryVox) -> None:
        super().__init__(dialect)
        self.tryvox = dialect
        self._fates = self.fates(lambda words: (words["status"], words["end_reason"]))

    def record(self, call: Call) -> dict[str, Any]:
        told = whole_call(self.tryvox, call)[0]
        return {name: told[name] for name in self.columns} | {"recording_urls": " ".join(told["recording_urls"]) or None}

    def ended_as(self, call: Call) -> tuple[str, tuple[str, ...]]:
        assert call.ending is not None
        row = self.tryvox.ending(call.ending)
        return f"{row.words['status']} ({row.words['end_reason']})", (call.ending.rule, row.id)

    def arrived(self, row: Mapping[str, Any]) -> Arrival:
        fate = self._fates.get((text(row, "status"), text(row, "end_reason")))
        began, rang, answered, ended = (moment(row, name) for name in ("start_time", "ring_time", "answer_time", "end_time"))
        return arrival(text(row, "to"), fate, ("start_time", began), rang, answered, ended)
