"""Small worlds of tuples, whose orders can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from callsim.errors import BrokenLaw

State = tuple[int, ...]


class Actors:
    """Actors that each take so many steps, in any order among them; a state is how many each has taken.

    `faults` says by which state, when stepped into, a law is broken.
    """

    def __init__(self, *steps: int, faults: Mapping[State, str] | None = None) -> None:
        self.steps, self.faults = steps, faults or {}

    def begin(self) -> State:
        return (0,) * len(self.steps)

    def actions(self, state: State) -> Sequence[str]:
        return [chr(97 + who) for who, (done, all_) in enumerate(zip(state, self.steps, strict=True)) if done < all_]

    def step(self, state: State, action: str) -> State:
        who = ord(action) - 97
        after = (*state[:who], state[who] + 1, *state[who + 1 :])
        if after in self.faults:
            raise BrokenLaw(self.faults[after], f"stepped into {after}")
        return after

    def key(self, state: State) -> Hashable:
        return state


class Remembering(Actors):
    """The same, but a state is the whole order that led to it: nothing merges."""

    def actions(self, state: State) -> Sequence[str]:
        return super().actions(tuple(state.count(who) for who in range(len(self.steps))))

    def begin(self) -> State:
        return ()

    def step(self, state: State, action: str) -> State:
        return (*state, ord(action) - 97)


class Graph:
    """States are letters; from each lead the letters written after it, each step called by where it leads."""

    def __init__(self, **ways: str) -> None:
        self.ways = ways

    def begin(self) -> str:
        return next(iter(self.ways))

    def actions(self, state: str) -> Sequence[str]:
        return tuple(self.ways.get(state, ""))

    def step(self, state: str, action: str) -> str:
        return action

    def key(self, state: str) -> Hashable:
        return state


def unless(*wrong: Hashable) -> Callable[[Hashable], str | None]:
    """What is wrong with these states and no other."""
    return lambda state: f"at {state}" if state in wrong else None


def only(*right: Hashable) -> Callable[[Hashable], str | None]:
    """What is wrong with all states but these."""
    return lambda state: None if state in right else f"not {state}"
