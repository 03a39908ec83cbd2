"""What becomes of the calls of a stream, drawn as they arrive: whether one is placed at once, later or never, it is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from callsim.far_end import FarEnd
from callsim.traffic.distributions import chooser, sampler
from callsim.traffic.plan import Arrived, Constant, Stream

if TYPE_CHECKING:
    from numpy.random import Generator

_NONE = Constant(0)


class Life:
    """What will become of a call: its fate, after how long it rings and is answered or turned away, how long it talks, whether it is
    the API that hangs up then, whom it calls if that is known, and into which multiparty call."""

    __slots__ = ("answers", "api", "fate", "rings", "room", "talks", "to")

    def __init__(self, fate: str, rings: int, answers: int, talks: int | None, api: bool, to: str | None, room: str | None) -> None:
        self.fate, self.rings, self.answers, self.talks = fate, rings, answers, talks
        self.api, self.to, self.room = api, to, room


_FATES: dict[str, Callable[[int, int, int], FarEnd]] = {
    "busy": lambda rings, answers, code: FarEnd(None, busy=rings + answers),
    "rejects": lambda rings, answers, code: FarEnd(rings, rejects=answers),
    "silent": lambda rings, answers, code: FarEnd(rings),
    "unreachable": lambda rings, answers, code: FarEnd(None, unreachable=True),
    "fails": lambda rings, answers, code: FarEnd(None, fails=code),
}


def callee(life: Life, code: int) -> FarEnd:
    """The far party of an outbound call."""
    if life.fate == "answers":
        return FarEnd(life.rings, life.answers, None if life.api else life.talks)
    return _FATES[life.fate](life.rings, life.answers, code)


def caller(life: Life) -> FarEnd:
    """The far party of an inbound call: a caller, who gives up ringing if nobody answers. Of one who is answered it is not known yet
    when that will be: who drives it hangs up then."""
    return FarEnd(hangs_up=None if life.fate == "answers" else life.rings + life.answers)


class Lives:
    """Draws the lives of a stream's calls, each thing by chances of its own."""

    def __init__(self, stream: Stream, rng: Generator) -> None:
        self._endless = stream.talks is None
        self._fate = chooser(stream.mix, rng)
        self._rings, self._answers = sampler(stream.rings, rng), sampler(stream.answers, rng)
        self._talks = sampler(stream.talks or _NONE, rng)
        self._ender = chooser(stream.hangs_up, rng)

    def draw(self, said: Arrived | None, room: str | None) -> Life:
        """The next one: as it was recorded, as far as that is known, for a multiparty call or by itself."""
        fate, rings, answers, talks, ender = self._fate(), self._rings(), self._answers(), self._talks(), self._ender()
        if said is None:
            return Life(fate, rings, answers, None if self._endless else talks, ender == "api", None, room)
        known = None if self._endless and said.talks is None else _or(said.talks, talks)
        return Life(
            said.fate or fate, _or(said.rings, rings), _or(said.answers, answers), known, ender == "api", said.to, room
        )


def _or(known: int | None, drawn: int) -> int:
    return drawn if known is None else known
