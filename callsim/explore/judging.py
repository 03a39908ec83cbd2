"""What becomes of properties on the way: which have failed so far and which were met, and what is wrong with an end."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from callsim.explore.nouns import Kind, Property, S

Wrong = dict[int, str]
"""What is wrong with a state, by the number of the property that says so."""

Waiting = tuple[int, int, Any, bool]
"""A state to be stepped from: its number, its marks, the state or what another process made of it, whether that."""


@dataclass(slots=True)
class Found(Generic[S]):
    """A state that is new to a search: what tells it apart, what it marks by itself, its marks, what is wrong with it.

    `kept` is the state, or what another process has made of it; `frozen` says which.
    """

    identity: Hashable
    key: Hashable
    own: int
    marks: int
    wrong: Wrong
    kept: Any
    frozen: bool = False


class Judge(Generic[S]):
    """Looks at states with the eyes of some properties.

    Marks are bits, one for each property by its number: an ALWAYS that has failed on the way here, an EVENTUALLY that was
    met. They belong to what a state is, so that orders can be counted by them. What a state adds to them depends on its
    key alone and is asked once for each key.
    """

    def __init__(self, properties: Sequence[Property[S]]) -> None:
        self.properties = tuple(properties)
        self.always = [pair for pair in enumerate(properties) if pair[1].kind is Kind.ALWAYS]
        self.finally_ = [pair for pair in enumerate(properties) if pair[1].kind is Kind.FINALLY]
        self.eventually = [pair for pair in enumerate(properties) if pair[1].kind is Kind.EVENTUALLY]
        self.sticky = bool(self.always or self.eventually)
        self._own: dict[Hashable, int] = {}
        self._failing = sum(1 << which for which, _ in self.always)

    def found(self, state: S, key: Hashable, before: int) -> Found[S]:
        """All there is to know of a state of that key, reached with these marks."""
        own, wrong = self._look(state, key) if self.sticky else (0, {})
        marks = before | own
        return Found((key, marks) if self.sticky else key, key, own, marks, wrong, state)

    def _look(self, state: S, key: Hashable) -> tuple[int, Wrong]:
        known = self._own.get(key)
        if known is not None:
            return known, {}
        said = ((which, each.holds(state)) for which, each in self.always)
        wrong = {which: what for which, what in said if what is not None}
        met = [which for which, each in self.eventually if each.holds(state) is None]
        return sum(1 << which for which in (*wrong, *met)), wrong

    def remember(self, found: Found[S]) -> None:
        """Of this state's key no property is asked again."""
        if self.sticky:
            self._own[found.key] = found.own

    def failed_so_far(self, marks: int) -> int:
        """Of these marks those that are failures."""
        return marks & self._failing

    def at_end(self, state: S, marks: int) -> tuple[int, Wrong]:
        """Which properties fail in an order that ends in this state with these marks, and what is wrong at its end."""
        late = [*self.finally_, *(pair for pair in self.eventually if not marks >> pair[0] & 1)]
        said = ((which, each.holds(state)) for which, each in late)
        wrong = {which: what for which, what in said if what is not None}
        return self.failed_so_far(marks) | sum(1 << which for which in wrong), wrong
