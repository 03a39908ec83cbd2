"""Takes an errand to its application: words it as the vendor does, signs it, sends it, and brings back what is answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from callsim.application import XML_TYPES
from callsim.dialects import ids
from callsim.dialects.dialect import WORLD_BEGINS
from callsim.server.exchange import Errand, Exchange, Office
from callsim.server.outside import Outside
from callsim.server.sending import Sending, Sent
from callsim.server.signing import Secret, signed

_BEGINNING = int(datetime.combine(WORLD_BEGINS, datetime.min.time(), UTC).timestamp())


def worded(office: Office, errand: Errand, at: int) -> Sending:
    """An errand as its vendor words and signs it; `at` is the time that the signature bears, in seconds since 1970."""
    outgoing, dialect = errand.outgoing, office.dialect
    headers = {"Accept": ", ".join(XML_TYPES)} if outgoing.document else {}
    sending = Sending(outgoing.url, outgoing.method, outgoing.params, dialect.form, headers, document=outgoing.document)
    nonce = ids.uuid(dialect.setting.seed, "nonce", errand.number)
    return signed(dialect.signature, sending, Secret(_token(office, outgoing.asking.todo.name), nonce, at))


def _token(office: Office, name: str) -> str:
    """What opens the account that a call is of; one that nobody has a key to signs as the first does."""
    call = office.world.switch.calls.get(name)
    id = "" if call is None else office.dialect.account_id(call.placement.account)
    return next((each.secret for each in office.accounts if each.id == id), office.accounts[0].secret)


@dataclass(frozen=True)
class Carrier:
    """Carries errands outside. `signature_time` is `real`, or `virtual`: the time of the world, which began with 2026.

    `speed` is how many times as fast as real time the world's runs: so much less time a receiver has, as its vendor's policy
    says. Where time is held (0) none goes by, and only the patience of `outside` ends an attempt.
    """

    exchange: Exchange
    outside: Outside
    signature_time: str = "real"
    speed: float = 0
    clock: Callable[[], float] = time.time

    async def __call__(self, errand: Errand) -> Sent:
        """Carry one."""
        policy = errand.outgoing.asking.policy
        sending = worded(self.exchange.offices[errand.outgoing.vendor], errand, self._time())
        return await self.outside.send(replace(sending, connect_ms=self._real(policy.connect), read_ms=self._real(policy.read)))

    def _real(self, ms: int) -> int:
        """So much time of the world's in milliseconds of real time; 0: no time of the world's bounds anything."""
        return max(1, round(ms / self.speed)) if self.speed else 0

    def _time(self) -> int:
        return int(self.clock()) if self.signature_time == "real" else _BEGINNING + self.exchange.now // 1000
