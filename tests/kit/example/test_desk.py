"""The desk, beside calls that do whatever calls do."""

from collections.abc import Mapping
from typing import Any

from desk import CENTS_A_MINUTE, Desk
from hypothesis import settings
from hypothesis.stateful import invariant

from callsim.dialects import Request, Response
from callsim.model import Call
from callsim.testing import CallMachine, Race


class DeskMachine(CallMachine):
    vendor = "plivo"
    races = (Race.BEFORE_REPLY, Race.TWICE)

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    def on_answer_document(self, call: Call) -> str:
        return self.desk.answer(self.id_of(call))

    def on_response(self, request: Request, response: Response) -> None:
        self.desk.replied(request.method, request.path, response.status, response.body)

    def on_callback(self, kind: str, params: Mapping[str, Any]) -> None:
        self.desk.webhook(params)

    @invariant()
    def what_is_over_is_not_open(self) -> None:
        assert self.desk.open.keys() <= {self.id_of(call) for call in self.switch.live.values()}

    @invariant()
    def every_minute_begun_is_paid_once(self) -> None:
        minutes = [-(-call.duration // 60_000) for call in self.switch.calls.values()]
        assert self.desk.owed() == sum(minutes) * CENTS_A_MINUTE


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(TestDesk.settings, max_examples=200, derandomize=True)
