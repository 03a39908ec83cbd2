"""What one replication came to: plain numbers, a column of them for each batch of time, that any machine can send to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COUNTS = (
    "offered", "blocked", "waited", "abandoned", "seized", "answered", "ended", "cancelled", "stopped", "hung_up_by_api", "stops",
    "refused", "mpcs",
)  # fmt: skip
"""What is counted, each where it happens: calls that arrived; that found every trunk taken and were turned away; that had to wait;
that gave up waiting; that took a trunk (or, without trunks, were placed); that were answered; that were answered and are over; that
ended while they rang or were queued because somebody cancelled them; that a stop of their multiparty call ended; that the API hung
up; stops of multiparty calls that took effect; commands of the API that came to nothing; multiparty calls that began."""

TIMES = ("busy", "live", "waiting", "talk", "waits", "stays")
"""Milliseconds added up: trunks taken, calls up and calls waiting, each over the time they were (their integrals); the
durations, from answer to end, of calls that ended; how long those waited that began or gave up; how long those were up that ended."""

AGES = ("live_before", "live_after", "waiting_before", "waiting_after")
"""What is added up when counting begins and at its end, of those calls that are up, and of those that wait."""


@dataclass(slots=True)
class Tally:
    """One replication. Each name of COUNTS and TIMES, each core cause and each code of the vendor has a number for each batch.

    `length` is that of one batch in milliseconds. `causes` are the core's words for how calls ended, `codes` the vendor's words as
    it spells them (for Plivo the cause name with its code). `peak` is the most calls that were up at once; `in_flight` the calls
    that were up or waiting when counting began; `left` those at its end; `late` how many arrivals the horizon cut off
    while they waited.
    """

    replication: int
    length: int
    counts: dict[str, list[int]]
    times: dict[str, list[int]]
    causes: dict[str, list[int]] = field(default_factory=dict)
    codes: dict[str, list[int]] = field(default_factory=dict)
    peak: int = 0
    in_flight: int = 0
    left: int = 0
    late: int = 0
    finished: int = 0
    """Calls that ended, counted from the very beginning."""
    moments: int = 0
    """Things that came in the whole replication: its size, whatever the machine."""
    ages: dict[str, int] = field(default_factory=dict)
    """Milliseconds, by the names of AGES: how long the calls that were up, and those that waited, had been so when counting began
    and at its end. With them Little's law holds to the millisecond; empty: nobody looked."""
    because: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the rules that each code stands on."""

    @property
    def batches(self) -> int:
        return len(self.counts["offered"])

    def total(self, name: str) -> int:
        """A count or a time over all batches."""
        return sum((self.counts if name in self.counts else self.times)[name])

    def as_data(self) -> dict[str, Any]:
        """The same as JSON would have it, keys in a fixed order."""
        return {
            "replication": self.replication, "length": self.length,
            "counts": {name: list(self.counts[name]) for name in COUNTS},
            "times": {name: list(self.times[name]) for name in TIMES},
            "causes": {name: list(each) for name, each in sorted(self.causes.items())},
            "codes": {name: list(each) for name, each in sorted(self.codes.items())},
            "peak": self.peak, "in_flight": self.in_flight, "left": self.left, "late": self.late, "finished": self.finished,
            "moments": self.moments, "ages": {name: self.ages[name] for name in AGES if name in self.ages},
            "because": {name: list(each) for name, each in sorted(self.because.items())},
        }  # fmt: skip

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Tally:
        """What `as_data` gave."""
        return cls(**data)


def empty(replication: int, length: int, batches: int) -> Tally:
    """A tally in which nothing has happened yet."""
    return Tally(replication, length, _zeros(COUNTS, batches), _zeros(TIMES, batches))


def _zeros(names: Sequence[str], batches: int) -> dict[str, list[int]]:
    return {name: [0] * batches for name in names}
