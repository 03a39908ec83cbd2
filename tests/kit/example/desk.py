"""A small call desk on top of Plivo: knows which calls are open, hangs up when an agent says so, and bills what was talked.

It hears of calls in three ways: a call asks for its document, a request of ours is replied to, and a webhook tells of an end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CALL = re.compile(r"/v1/Account/[^/]+/Call/([^/]+)/")
CENTS_A_MINUTE = 3
GREETING = '<Response><Speak>An agent is coming.</Speak><Wait length="3600"/></Response>'


@dataclass
class OpenCall:
    """A call that is up, as far as the desk knows."""

    uuid: str
    greeted: bool = False
    agent_hung_up: bool = False


@dataclass
class Desk:
    """The state of the desk: open calls by UUID, which are over and what each costs, and how often we were refused."""

    open: dict[str, OpenCall] = field(default_factory=dict)
    bill: dict[str, int] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    refused: int = 0

    # -- a call asks for its document ----------------------------------------------------------------------------------

    def answer(self, uuid: str) -> str:
        """What the call is to do; one we did not make ourselves has come in, and is open from now on."""
        self.open.setdefault(uuid, OpenCall(uuid)).greeted = True
        return GREETING

    # -- a request of ours is replied to -------------------------------------------------------------------------------

    def replied(self, method: str, path: str, status: int, body: Mapping[str, Any] | None) -> None:
        """The vendor has done what we asked for, or refused."""
        if status >= 400:
            self.refused += 1
        elif method == "POST" and body is not None and body["request_uuid"] not in self.over:
            self.open.setdefault(body["request_uuid"], OpenCall(body["request_uuid"]))
        elif method == "DELETE" and (found := CALL.fullmatch(path)):
            self._hung_up(found[1])

    def _hung_up(self, uuid: str) -> None:
        """Our hang-up has been accepted: the call is no longer open."""
        call = self.open.pop(uuid)
        call.agent_hung_up = True

    # -- a webhook tells of an end -------------------------------------------------------------------------------------

    def webhook(self, params: Mapping[str, Any]) -> None:
        """A call has ended, whoever ended it. Told twice it costs once."""
        if params.get("Event") == "Hangup":
            self.open.pop(params["CallUUID"], None)
            self.over.add(params["CallUUID"])
            self.bill[params["CallUUID"]] = -(-int(params["BillDuration"]) // 60) * CENTS_A_MINUTE

    # -- what the agents see -------------------------------------------------------------------------------------------

    def owed(self) -> int:
        """The sum of the bill, in cents."""
        return sum(self.bill.values())

    def board(self) -> list[str]:
        """One line for each open call."""
        return [f"{call.uuid} {'talking' if call.greeted else 'dialling'}" for call in self.open.values()]
