"""What exploring speaks of: worlds that can be stepped through, properties they should have, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

S = TypeVar("S")
A = TypeVar("A", bound=Hashable)


class World(Protocol[S, A]):
    """What can be explored: a beginning, and what could happen next in every state. S is a state, A an action.

    Everything here gives the same answer whenever it is asked. An action's `str()` is shown to people. A world whose
    states cannot be pickled, or not cheaply, may also offer `freeze(state) -> object` and `thaw(object) -> state`:
    with several workers, what is sent from one process to another is what `freeze` makes of a state. A world that gathers
    something on the way may offer `gathered() -> object` and `gather(object)`, to take in what another process has gathered.
    """

    def begin(self) -> S:
        """The state in which every order begins."""
        ...

    def actions(self, state: S) -> Sequence[A]:
        """What could happen next, in a fixed order. Empty: nothing, an order ends here."""
        ...

    def step(self, state: S, action: A) -> S:
        """The state after an action; leaves `state` as it is. May raise BrokenLaw, which ends the order."""
        ...

    def key(self, state: S) -> Hashable:
        """What tells states apart: states with one key have one future, and properties say of them the same."""
        ...


class Kind(StrEnum):
    """When a property must hold: in every state, in every end, or in at least one state of each order."""

    ALWAYS = "always"
    FINALLY = "finally"
    EVENTUALLY = "eventually"


@dataclass(frozen=True, slots=True)
class Property(Generic[S]):
    """Something expected of every order. `holds` looks at a state and says what is wrong with it, or None.

    ALWAYS: nothing is wrong in any state, the first one included. FINALLY: nothing is wrong in any end. EVENTUALLY:
    nothing is wrong in at least one state of each order; where there is none, what is wrong in its end is reported.
    """

    name: str
    kind: Kind
    holds: Callable[[S], str | None]


class Bound(StrEnum):
    """What cut a search short; NONE if every order was tried."""

    NONE = ""
    STATES = "states"
    MEMORY = "memory"
    DEPTH = "depth"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has come: `depth` actions deep, with `waiting` states found and not yet stepped from."""

    states: int
    transitions: int
    depth: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Verdict(Generic[A]):
    """What exploring found out about one property, or about one law that was broken on the way.

    `holds`: no order was found in which it is wrong; worth as much as the exploration is complete. `failing_orders`:
    in how many orders it is wrong, None where orders were not counted. `shortest`: the fewest actions that lead from the
    beginning to a state in which it is wrong, of equally many the first in the order of actions; None if it holds.
    `message`: what is wrong there. `at_end`: whether that state is an end, so that the whole order is told.
    """

    name: str
    holds: bool
    failing_orders: int | None = 0
    shortest: tuple[A, ...] | None = None
    message: str = ""
    at_end: bool = False
    law: bool = False


@dataclass(frozen=True, slots=True)
class Exploration(Generic[A]):
    """What a search has found.

    `orders`: how many complete orders there are, which is the number of ways from the beginning to an end; None if the
    search was cut or some state leads back to itself, so that there is no end of orders. `states`: distinct states, told
    apart by their keys and by what became of the properties on the way there. `transitions`: steps taken, those that
    broke a law included. `depth`: the fewest actions that lead to the farthest state. `ends`: states in which nothing
    can happen any more, and broken laws. `verdicts`: one for each property, in the order given, then one for each law
    that was broken, in the order found.
    """

    orders: int | None
    states: int
    transitions: int
    depth: int
    ends: int
    bound: Bound
    verdicts: tuple[Verdict[A], ...]

    @property
    def complete(self) -> bool:
        """Whether everything that can happen was tried."""
        return self.bound is Bound.NONE

    @property
    def holds(self) -> bool:
        """Whether nothing wrong was found; together with `complete`, that nothing can go wrong."""
        return all(verdict.holds for verdict in self.verdicts)
