"""Scenario files for Python programs: read one, play it, look at what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from callsim.scenario.explored import Explored
from callsim.scenario.exploring import MOST_STATES, explore_case
from callsim.scenario.loading import Case, load, load_bytes
from callsim.scenario.playing import Played, RulebookVocabulary, play as play_case

VOCABULARY = RulebookVocabulary()


@dataclass(frozen=True)
class Scenario:
    """A scenario file, read and checked. `cases` is what it plays: one for each of its cases and vendors.

    >>> for played in Scenario.load("scenarios/plivo/one.yaml").play():      # doctest: +SKIP
    ...     print(played.case.case, played.passed, played.relied_on)
    """

    cases: tuple[Case, ...]
    _under: Callable[[str], list[Case]] = field(repr=False, compare=False)

    @classmethod
    def load(cls, path: str | Path) -> Scenario:
        """Read a file. Raises InputError with every problem in it, each with its line and column."""
        return cls._read(partial(load, path))

    @classmethod
    def from_text(cls, text: str, name: str = "<text>") -> Scenario:
        """Read a text as if it were a file of that name. Raises InputError with every problem in it."""
        return cls._read(partial(load_bytes, text.encode(), name))

    @classmethod
    def _read(cls, read: Callable[..., list[Case]]) -> Scenario:
        return cls(tuple(read(vocabulary=VOCABULARY)), lambda vendor: read(vendor=vendor, vocabulary=VOCABULARY))

    @property
    def title(self) -> str:
        """What the scenario shows, in one line: the title of its first case."""
        return self.cases[0].spec.title

    def under(self, vendor: str | None) -> Sequence[Case]:
        """What it plays under a vendor instead of its own; as it is for None. Raises InputError."""
        return self.cases if vendor is None else self._under(vendor)

    def play(
        self, seed: int = 0, assume: Mapping[str, str] | None = None, vendor: str | None = None
    ) -> list[Played]:
        """Play every case. `assume` goes before what the file assumes, and `vendor` takes the place of its own.

        The same seed makes the same ids. Raises InputError and UsageError for what cannot be played so, and BrokenLaw if
        callsim itself went wrong; an expectation that does not hold is no exception but `Played.failures`.
        """
        return [play_case(case, seed, assume) for case in self.under(vendor)]

    def explore(
        self,
        window: int | None = 0,
        seed: int = 0,
        assume: Mapping[str, str] | None = None,
        vendor: str | None = None,
        max_states: int = MOST_STATES,
    ) -> list[Explored]:
        """Try every case in every order in which its actors could have acted.

        `window`: things due so many milliseconds apart, or less, may change places: 0, of one instant; None: whatever their
        times, which are forgotten. `max_states` bounds the search. Raises as `play` does; what does not hold in some order is no
        exception but `Explored.failures`, each with the shortest order in which it does not.
        """
        return [explore_case(case, seed, assume, window, max_states) for case in self.under(vendor)]


def play(
    path: str | Path, seed: int = 0, assume: Mapping[str, str] | None = None, vendor: str | None = None
) -> list[Played]:
    """Read a scenario file and play it: `Scenario.load(path).play(...)`."""
    return Scenario.load(path).play(seed, assume, vendor)
