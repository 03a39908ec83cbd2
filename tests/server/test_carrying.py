"""What a receiver is given of time: its vendor's policy, as fast as the clock runs."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from callsim.application import Page
from callsim.server.carrying import Carrier
from callsim.server.outside import Outside
from callsim.server.sending import Sending, Sent

from .emulated import Emulated


class _Outside:
    def __init__(self) -> None:
        self.sent: list[Sending] = []

    async def send(self, sending: Sending) -> Sent:
        self.sent.append(sending)
        return Sent(Page())


@pytest.mark.parametrize("speed", [0, 1, 60, 0.5, 1e9])
def test_a_receiver_has_its_vendors_time_divided_by_the_speed_of_the_clock(speed: float) -> None:
    async def story() -> None:
        async with Emulated() as one:
            outside = _Outside()
            one.driver.lanes._carry = Carrier(one.exchange, cast(Outside, cast(Any, outside)), speed=speed)
            await one.plivo("DELETE", f"/Call/{await one.call()}/")
            policy = next(iter(one.exchange.out.values())).outgoing.asking.policy
            await one.driver.settle()
            [sending] = outside.sent
            times = [max(1, round(ms / speed)) if speed else 0 for ms in (policy.connect, policy.read)]
            assert [sending.connect_ms, sending.read_ms] == times

    asyncio.run(story())
