"""What traffic is to be made, as plain data: it goes to another process, or another machine, as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from callsim.application import Page
from callsim.dialects import Setting
from callsim.model import Allowed, Direction, Placement

FATES = ("answers", "busy", "rejects", "silent", "unreachable", "fails")
"""What may become of a call at its destination, by the words of `mix`."""

Enders = tuple[tuple[Literal["far_end", "api"], float], ...]
"""Who hangs up, each with its weight; weights add to 1."""
WhenFull = Literal["blocked", "waits"]


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same time. Times are milliseconds here and below."""

    value: int


@dataclass(frozen=True, slots=True)
class Exponential:
    """Times without memory."""

    mean: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Times whose logarithm is normal, by their own mean and standard deviation."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any time from `least` to `most`."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Empirical:
    """Times that were seen: each is as likely as another."""

    values: tuple[int, ...]


Distribution = Constant | Exponential | Lognormal | Uniform | Empirical


@dataclass(frozen=True, slots=True)
class Poisson:
    """Arrivals that know nothing of each other; `rate` in calls a second."""

    rate: float


@dataclass(frozen=True, slots=True)
class Regular:
    """Arrivals at even distances; `rate` in calls a second."""

    rate: float


@dataclass(frozen=True, slots=True)
class ByTimeOfDay:
    """Poisson arrivals whose rate changes with the time of day: from each moment (milliseconds after midnight) a rate in calls
    a second, until the next; the last goes on over midnight. `begins`: the time of day at which the run begins."""

    rates: tuple[tuple[int, float], ...]
    begins: int = 0


@dataclass(frozen=True, slots=True)
class Arrived:
    """One arrival that was recorded: when, and what is known of it; None: it is drawn."""

    at: int
    to: str | None = None
    fate: str | None = None
    rings: int | None = None
    answers: int | None = None
    talks: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Arrivals as they were, in order of time."""

    arrivals: tuple[Arrived, ...]


Process = Poisson | Regular | ByTimeOfDay | Recorded


@dataclass(frozen=True, slots=True)
class Meeting:
    """Every arrival of a stream is a multiparty call: how many are called into it, and how many such calls are stopped by the
    API a second, each time one that is up, by chance."""

    size: tuple[tuple[int, float], ...]
    """How many participants, each number with its weight; weights add to 1."""
    stops: float = 0.0


@dataclass(frozen=True, slots=True)
class Stream:
    """Calls of one kind: how they arrive, what becomes of them, how long everything takes."""

    name: str
    process: Process
    placement: Placement = field(default_factory=Placement)
    mix: tuple[tuple[str, float], ...] = (("answers", 1.0),)
    """What becomes of a call, each word of FATES with its weight; weights add to 1."""
    fails_with: int = 503
    """The code of a call that fails, as the carrier gives it."""
    rings: Distribution = Constant(0)
    """From placing to ringing."""
    answers: Distribution = Constant(0)
    """From ringing to the answer, or to being turned away."""
    talks: Distribution | None = None
    """From the answer to whoever hangs up; None: nobody does."""
    hangs_up: Enders = (("far_end", 1.0),)
    """Who hangs up when talk is over."""
    api_hang_ups: float = 0.0
    """How many calls of this stream the API hangs up a second, each time one that is up, by chance."""
    meeting: Meeting | None = None

    @property
    def direction(self) -> Direction:
        return self.placement.direction


@dataclass(frozen=True, slots=True)
class Trunks:
    """How many calls may be up at once, whoever makes them; and what becomes of one that finds all taken: it is blocked, or it
    waits as long as its patience lasts (None: for ever)."""

    count: int
    when_full: WhenFull = "blocked"
    patience: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run: whose rules, which streams, how long, how often. Counting begins after `warm_up` and ends at `horizon`, both in
    milliseconds from the beginning of each replication."""

    title: str
    vendor: str
    streams: tuple[Stream, ...]
    horizon: int
    warm_up: int = 0
    replications: int = 1
    batches: int = 20
    seed: int = 0
    trunks: Trunks | None = None
    assume: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)
    case: str | None = None
    """The case of its file; None if the file holds one alone."""
    allowed: Allowed | None = None
    """What else each account may do; None: nothing is limited."""
    setting: Setting = field(default_factory=Setting)
    """Who makes the requests of the API."""
