"""The switches: what is disputed or assumed, what else it might be, and what changes if it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callsim.errors import UsageError


@dataclass(frozen=True, slots=True)
class Patch:
    """A row, or a family of rows by the beginning of their ids, laid over with other values."""

    id: str
    values: Mapping[str, Any]


def patch(id: str, **values: Any) -> Patch:
    """Lay `values` over the row, or every row of the family, called `id`."""
    return Patch(id, values)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing nobody states, or about which sources disagree.

    `choices` maps every other choice to the patches that make it so; the default needs none. `measure` names the limit
    that an open choice (a duration) sets. A reserved one is known, and takes only its default for now.
    """

    id: str
    default: str
    question: str
    reason: str
    choices: Mapping[str, tuple[Patch, ...]] = field(default_factory=dict)
    disputed: bool = False
    reserved: bool = False
    measure: str | None = None

    @property
    def kind(self) -> str:
        return "disputed" if self.disputed else "assumed"

    def all_choices(self) -> tuple[str, ...]:
        return (self.default, *self.choices)

    def patches(self, value: str) -> tuple[Patch, ...]:
        """What choosing `value` lays over the rules. Raises UsageError for a value that is no choice."""
        if value == self.default:
            return ()
        if self.measure is not None:
            return (patch(self.measure, value=_milliseconds(self.id, value)),)
        if value not in self.choices:
            raise UsageError(self.complaint(value))
        return self.choices[value]

    def complaint(self, value: str) -> str:
        if self.reserved and value in self.choices:
            return f"{self.id} is reserved: for now it is always {self.default}"
        if not self.choices:
            return f"{self.id} is always {self.default}; it has a name so that you can see what stands on it"
        return f"{self.id} cannot be {value!r}; it is one of {', '.join(self.all_choices())}"


def _milliseconds(id: str, value: str) -> int:
    digits = value.removesuffix("ms").strip()
    if not digits.isascii() or not digits.isdigit() or not value.endswith("ms") or not 0 < int(digits) <= 60_000:
        raise UsageError(f"{id} cannot be {value!r}; it is a whole number of milliseconds up to 60000ms, such as 80ms")
    return int(digits)


CORE_ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "many.atomic", "snapshot-first", "When one command ends several calls, do they all end before anything follows?",
        "Else ending all calls of a multiparty call would let its second leg end for another reason before its turn.",
        {"one-by-one": (patch("limit.many", value="one-by-one"),)},
    ),
    Assumption(
        "speech.pace", "100ms", "How long does a spoken character take?",
        "About 150 words a minute of ordinary English.", measure="limit.speech_pace",
    ),
    Assumption(
        "record.length", "max-length", "How long does a recording run when no scenario says who falls silent?",
        "No voice is modelled, so the only end that can be known is the longest one allowed.",
    ),
    Assumption(
        "core.multiparty", "as-published", "What does a multiparty call do where its own vendor is silent?",
        "One vendor publishes the whole life of a multiparty call; the others are taken to be alike until they say.",
    ),
    Assumption(
        "core.conversations", "as-published", "What becomes of calls that are joined to each other where their vendor is silent?",
        "One vendor publishes how one call dials others; the rest follows from what is cancelled and ended anywhere.",
    ),
    Assumption(
        "core.instructions", "as-published", "How does a call execute its document where its vendor's language is not modelled?",
        "One vendor publishes its language in full; documents are read in that one until another is modelled.",
    ),
    Assumption(
        "core.platform", "as-published", "What does a platform end calls for by itself where its vendor is silent?",
        "One vendor publishes what its platform ends calls for; the others are taken to be alike until they say.",
    ),
    Assumption(
        "core.phone_calls", "as-published", "What do hold, a parking lot and the like do where a vendor is silent?",
        "One vendor publishes a request for each; what follows from them is read off their names where it says no more.",
    ),
    Assumption(
        "core.limits", "common", "How long may a call ring and last where its vendor publishes no figure?",
        "One minute and four hours are the commonest published figures.",
    ),
    Assumption(
        "core.request_uuid", "same", "Is the id of a request the id of the call it makes?",
        "Where no vendor says otherwise one id is simplest.",
    ),
)  # fmt: skip
