"""What time it is: whatever somebody advances it to, or real time, perhaps so many times as fast."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from callsim.errors import UsageError

_FASTER = re.compile(r"x([0-9]{1,6}(?:\.[0-9]{1,3})?)")


@dataclass
class Clock:
    """A clock that is held (`speed` 0), or runs `speed` times as fast as real time from `begin` on. Times are milliseconds."""

    speed: float = 0
    real: Callable[[], float] = monotonic
    _since: float = field(default=0, init=False)
    _at: int = field(default=0, init=False)

    @property
    def held(self) -> bool:
        """Whether time only goes on when somebody says so."""
        return not self.speed

    def begin(self, now: int) -> None:
        """Let it run from this time on."""
        self._since, self._at = self.real(), now

    def now(self) -> int:
        """The time it is; of a clock that is held, the time it was begun at."""
        return self._at + int((self.real() - self._since) * 1000 * self.speed)

    def seconds_until(self, due: int) -> float:
        """How many seconds of real time it is until then."""
        return max(0.0, (due - self.now()) / (1000 * self.speed))

    @property
    def word(self) -> str:
        """What it is called on the command line."""
        return "manual" if self.held else "real" if self.speed == 1 else f"x{self.speed:g}"


def clock(word: str) -> Clock:
    """Read `manual`, `real` or `x10`. Raises UsageError saying so."""
    if word == "manual":
        return Clock(0)
    if word == "real":
        return Clock(1)
    found = _FASTER.fullmatch(word)
    if found is None or not float(found[1]):
        raise UsageError(f"--clock {word!r} is no clock; expected manual, real, or x and how many times as fast, such as x60")
    return Clock(float(found[1]))
