"""Plivo's call records: what it answers of a call that is over, in the order of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from callsim.dialects.call_records import Arrival, CallRecords, arrival, moment, number, text
from callsim.model import Call

from .causes import FAILURES
from .records import record

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo


class PlivoCallRecords(CallRecords):
    """Those of GET Call, without the id of a request: nobody asked for them."""

    columns: ClassVar[Mapping[str, type]] = {
        "call_uuid": str, "from_number": str, "to_number": str, "call_direction": str, "initiation_time": str, "answer_time": str,
        "end_time": str, "call_duration": int, "bill_duration": int, "billed_duration": int, "call_state": str,
        "hangup_cause_code": int, "hangup_cause_name": str, "hangup_source": str, "parent_call_uuid": str, "conference_uuid": str,
        "total_amount": str, "total_rate": str, "stir_verification": str, "resource_uri": str,
    }  # fmt: skip
    needed: ClassVar[tuple[str, ...]] = ("to_number", "initiation_time", "answer_time", "end_time", "hangup_cause_code")

    def __init__(self, dialect: Plivo) -> None:
        super().__init__(dialect)
        self.plivo = dialect
        self._fates = dict.fromkeys(FAILURES, "fails") | self.fates(lambda words: words["code"])

    def record(self, call: Call) -> dict[str, Any]:
        told = record(self.plivo, call)[0]
        return {name: told[name] for name in self.columns}

    def ended_as(self, call: Call) -> tuple[str, tuple[str, ...]]:
        assert call.ending is not None
        cause, _, rule = self.plivo.cause(call.ending)
        return f"{cause.code} {cause.name}", (call.ending.rule, rule)

    def arrived(self, row: Mapping[str, Any]) -> Arrival:
        fate = self._fates.get(number(row, "hangup_cause_code"))
        placed = ("initiation_time", moment(row, "initiation_time"))
        return arrival(text(row, "to_number"), fate, placed, None, moment(row, "answer_time"), moment(row, "end_time"))
