"""Who says so: the basis of every row, with its sources and the date each was seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The four ways a rule can be known, from the firmest to the weakest."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    DISPUTED = "disputed"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source: a URL or a page title, the day it was seen (ISO 8601), and what it says in our words."""

    source: str
    seen: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.source} (seen {self.seen})" + (f": {self.says}" if self.says else "")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a row stands on. `assumption` is the id of its switch: always there when disputed or assumed."""

    kind: Kind
    evidence: tuple[Evidence, ...] = ()
    assumption: str | None = None

    def __post_init__(self) -> None:
        if (self.kind in (Kind.DISPUTED, Kind.ASSUMED)) != (self.assumption is not None):
            raise ValueError(f"a {self.kind} basis {'needs' if self.assumption is None else 'has no'} assumption id")
        if self.kind is not Kind.ASSUMED and not self.evidence:
            raise ValueError(f"a {self.kind} basis needs evidence")

    @property
    def source(self) -> str:
        """The first source, for one-line use; an assumption's id where there is none."""
        return self.evidence[0].source if self.evidence else f"assumption {self.assumption}"

    def __str__(self) -> str:
        return f"{self.kind} ({self.assumption})" if self.assumption else str(self.kind)


def documented(*evidence: Evidence) -> Basis:
    """The system's own page, or a standard, states it."""
    return Basis(Kind.DOCUMENTED, evidence)


def observed(*evidence: Evidence) -> Basis:
    """Seen in the vendor's SDKs, samples and agent files, or told by users."""
    return Basis(Kind.OBSERVED, evidence)


def disputed(assumption: str, *evidence: Evidence) -> Basis:
    """Sources contradict each other; the first is followed, the others are named."""
    return Basis(Kind.DISPUTED, evidence, assumption)


def assumed(assumption: str, *evidence: Evidence) -> Basis:
    """Nobody states it; evidence, if any, only makes it likely."""
    return Basis(Kind.ASSUMED, evidence, assumption)
