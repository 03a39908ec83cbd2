"""VoipNow's call records: of each leg its phone call, and the view there is of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from callsim.dialects.call_records import Arrival, CallRecords, arrival, moment, number, text
from callsim.dialects.dialect import whole_seconds
from callsim.model import Call
from callsim.provenance import Evidence, assumed
from callsim.rules import AnyRow, Assumption, Spelling

from . import views
from .listing import published

if TYPE_CHECKING:
    from callsim.dialects.voipnow import VoipNow

SEEN = "2026-11-22"
PAGE = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078681", SEEN, "a record is a PhoneCall with its views")
CLIENT = Evidence("a PHP client of UnifiedAPI", SEEN, "reads of each view source, destination, flow, disposition, duration")

ROWS: tuple[AnyRow, ...] = (
    Spelling("record", "duration", None, (), {"since": "answered"}, assumed("voipnow.record.duration", PAGE, CLIENT),
             "How long was talked, in whole seconds."),
)  # fmt: skip
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.record.duration", "answered", "From when on does the duration of a record count?",
        "A client reads it, no page describes it; what is charged for is talk.",
    ),
)  # fmt: skip
_WHOLE = {"id": str, "ownerId": str, "extension": str, "published": str, "answered": str}
_VIEW = {
    "id": str, "extension": str, "source": str, "destination": str, "flow": int, "ringing": str, "answered": str, "disposition": int,
}  # fmt: skip


class VoipNowCallRecords(CallRecords):
    """A field of a view has a dot in its name: `phoneCallView.source`."""

    columns: ClassVar[Mapping[str, type]] = {
        **_WHOLE, **{f"phoneCallView.{name}": kind for name, kind in _VIEW.items()}, "phoneCallView.duration": int,
    }  # fmt: skip
    needed: ClassVar[tuple[str, ...]] = (
        "published", *(f"phoneCallView.{name}" for name in ("destination", "ringing", "answered", "disposition", "duration")),
    )  # fmt: skip

    def __init__(self, dialect: VoipNow) -> None:
        super().__init__(dialect)
        self.voipnow = dialect
        self._fates = self.fates(lambda words: words["code"])

    def record(self, call: Call) -> dict[str, Any]:
        whole = self.voipnow.phone_call(call, shown=(call.name,))
        [view] = whole["phoneCallView"]
        numbers = {side: " ".join(view[side]) for side in ("source", "destination")}
        stay = (call.ended_at or 0) - published(views.legs(call)[0])
        lasted = {"answered": call.duration, "published": stay}[str(self.voipnow.spelling("record", "duration").words["since"])]
        return {
            **{name: whole.get(name) for name in _WHOLE},
            **{f"phoneCallView.{name}": {**view, **numbers}.get(name) for name in _VIEW},
            "phoneCallView.duration": whole_seconds(lasted),
        }  # fmt: skip

    def ended_as(self, call: Call) -> tuple[str, tuple[str, ...]]:
        assert call.ending is not None
        row = self.voipnow.ending(call.ending)
        return f"{row.words['code']} {row.words['disposition']}", (call.ending.rule, row.id)

    def arrived(self, row: Mapping[str, Any]) -> Arrival:
        ringing, answered = (moment(row, f"phoneCallView.{name}") for name in ("ringing", "answered"))
        talked = number(row, "phoneCallView.duration")
        ended = None if answered is None or talked is None else answered + 1000 * talked
        fate = self._fates.get(number(row, "phoneCallView.disposition"))
        to = text(row, "phoneCallView.destination").partition(" ")[0]
        return arrival(to, fate, ("published", moment(row, "published")), ringing, answered, ended)

