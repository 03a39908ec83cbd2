"""The words of complaints: quoting what somebody wrote, listing what could have been, guessing what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

from callsim.errors import InputError, Place, Problem

MOST_PROBLEMS = 100
_LONGEST_QUOTE = 60
_MOST_CANDIDATES = 200
_MOST_COMPLAINTS = 1000


def quoted(text: str) -> str:
    """The text between quotes, cut if long, with nothing in it that a terminal would obey."""
    short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."
    return repr(short)


def listed(words: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    several = list(words)
    return " ".join((", ".join(several[:-1]), last, several[-1])) if len(several) > 1 else "".join(several)


def nearest(word: str, words: Iterable[str]) -> str:
    """The hint that names the word most like this one; empty if none is."""
    if len(word) > _LONGEST_QUOTE:
        return ""
    close = get_close_matches(word.lower(), list(islice(words, _MOST_CANDIDATES)), n=1, cutoff=0.6)
    return f"did you mean {quoted(close[0])}?" if close else ""


class Problems:
    """The problems of one file, each said once. A hundred are enough: at the next one the reading stops.

    The cases of a file may say the same over and over; that, too, has an end.
    """

    def __init__(self) -> None:
        self._all: dict[Problem, None] = {}
        self._said = 0
        self.moot: set[Place] = set()
        """Where nothing more need be said: what stands there has the wrong name, or cannot be read."""

    def __bool__(self) -> bool:
        return bool(self._all)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._all)

    def add(self, place: Place, what: str, expected: str = "", hint: str = "") -> None:
        if place in self.moot:
            return
        self._said += 1
        if len(self._all) >= MOST_PROBLEMS or self._said > _MOST_COMPLAINTS:
            self.settle()
        self._all[Problem(place, what, expected, hint)] = None

    def settle(self) -> None:
        """Raise them all, if there are any."""
        if self._all:
            raise InputError(*self._all)
