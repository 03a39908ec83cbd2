"""The search itself: breadth first over every state that actions lead to, each state stepped from once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from callsim.errors import BrokenLaw, UsageError
from callsim.explore.counting import count_orders
from callsim.explore.judging import Found, Judge, Waiting
from callsim.explore.nouns import A, Bound, Exploration, Progress, Property, S, Verdict, World
from callsim.explore.workers import memory_used, split, thaw

TICK = 1_024
"""After so many states progress is told and the memory looked at."""


def explore(
    world: World[S, A],
    properties: Sequence[Property[S]] = (),
    *,
    max_states: int = 1_000_000,
    max_memory: int | None = None,
    max_depth: int | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    seen: Callable[[S, A, S], None] | None = None,
) -> Exploration[A]:
    """Try every order in which things can happen in a world, and judge the properties in all of them.

    `max_states` distinct states, `max_memory` bytes of this process at their most, `max_depth` actions, or a keyboard
    interrupt cut the search; what is known by then is told, and `bound` says what cut it. `progress` is called every
    thousand states or so and after each depth. `seen` is called with every step taken: state, action, state after it.

    The answer is the same for every number of `workers` and every hash seed. Where processes can be forked, a depth of
    many states is split among the workers; with `seen`, or where there is no fork, all is done in this process. It is
    worth it only where steps are far dearer than states are to send; switches are not, see `callsim.explore.workers`.

    Raises UsageError for a bound below 1, and whatever else but BrokenLaw the world raises.
    """
    for name, bound in (("max_states", max_states), ("max_memory", max_memory), ("workers", workers)):
        if bound is not None and bound < 1:
            raise UsageError(f"{name} must be at least 1, not {bound}")
    if max_depth is not None and max_depth < 0:
        raise UsageError(f"max_depth must be at least 0, not {max_depth}")
    search = Search(world, properties, Bounds(max_states, max_memory, max_depth), progress, seen)
    return search.run(1 if seen is not None else workers)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a search may go."""

    states: int
    memory: int | None
    depth: int | None


class Cut(Exception):  # noqa: N818 - no error: what ends a search early
    """A bound was met."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound


class Search(Generic[S, A]):
    """The states found, by number in the order found, and the steps between them."""

    def __init__(
        self,
        world: World[S, A],
        properties: Sequence[Property[S]],
        bounds: Bounds,
        progress: Callable[[Progress], None] | None,
        seen: Callable[[S, A, S], None] | None,
    ) -> None:
        self.world, self.bounds, self.progress, self.seen = world, bounds, progress, seen
        self.judge: Judge[S] = Judge(properties)
        self.index: dict[Hashable, int] = {}
        self.parents, self.chosen = array("q"), array("q")
        self.sources, self.targets = array("q"), array("q")
        self.ends: dict[int, int] = {}
        self.broken: dict[tuple[str, int], int] = {}
        self.first: dict[int | str, tuple[int, str]] = {}
        self.waiting: list[Waiting] = []
        self.depth = self.done = 0
        self.bound = Bound.NONE

    # -- going on ------------------------------------------------------------------------------------------------------

    def run(self, workers: int) -> Exploration[A]:
        """Search until there is nothing left to try or a bound is met, and sum up."""
        orders: int | None = None
        failing: dict[int | str, int] | None = None
        try:
            self._search(workers)
            orders, failing = self._count()
        except Cut as cut:
            self.bound = cut.bound
        except KeyboardInterrupt:
            self.bound = Bound.INTERRUPTED
        return Exploration(
            orders, len(self.parents) - len(self.broken), len(self.targets), self.depth,
            len(self.ends), self.bound, tuple(self._verdicts(failing)),
        )  # fmt: skip

    def _search(self, workers: int) -> None:
        state = self.world.begin()
        self._enter(-1, 0, self.judge.found(state, self.world.key(state), 0))
        while self.waiting:
            layer, self.waiting = self.waiting, []
            if self.depth == self.bounds.depth:
                self._stop_at(layer)
                return
            if workers == 1 or not split(self, layer, workers):
                layer.reverse()
                while layer:  # one by one, so that none is kept longer than needed
                    self.step_from(layer.pop())
            self._tell()
            self.depth += bool(self.waiting)

    def _stop_at(self, layer: Iterable[Waiting]) -> None:
        """What is as deep as may be gone is judged if it is an end; if it is not, the search is cut."""
        cut = False
        for number, marks, kept, frozen in layer:
            state = self.thawed(kept, frozen)
            if self.world.actions(state):
                cut = True
            else:
                self.end(number, *self.judge.at_end(state, marks))
        if cut:
            raise Cut(Bound.DEPTH)

    def step_from(self, each: Waiting) -> None:
        """Take every action of one state."""
        number, marks, kept, frozen = each
        state = self.thawed(kept, frozen)
        actions, step, seen = self.world.actions(state), self.world.step, self.seen
        if not actions:
            self.end(number, *self.judge.at_end(state, marks))
        for chosen, action in enumerate(actions):
            try:
                after = step(state, action)
            except BrokenLaw as broken:
                self.breaks(number, chosen, marks, broken.law, broken.what)
                continue
            self.reach(number, chosen, number if after is state else self.look(after, marks))
            if seen is not None:
                seen(state, action, after)
        self.tick()

    def tick(self) -> None:
        """One state more has been stepped from; now and then, look up."""
        self.done += 1
        if self.done % TICK == 0:
            self._tell()

    def _tell(self) -> None:
        if self.progress is not None:
            states = len(self.parents) - len(self.broken)
            self.progress(Progress(states, len(self.targets), self.depth, states - self.done))
        if self.bounds.memory is not None and memory_used() > self.bounds.memory:
            raise Cut(Bound.MEMORY)

    # -- states ----------------------------------------------------------------------------------------------------

    def look(self, state: S, before: int) -> int | Found[S]:
        """The number of a state that is known, or all that is to be known of one that is new."""
        key = self.world.key(state)
        if not self.judge.sticky:
            number = self.index.get(key)
            return number if number is not None else Found(key, key, 0, 0, {}, state)
        found = self.judge.found(state, key, before)
        return self.index.get(found.identity, found)

    def reach(self, source: int, chosen: int, target: int | Found[S]) -> int:
        """Note a step to a state, and that state if it is new. Its number."""
        number = target if isinstance(target, int) else self._enter(source, chosen, target)
        self.sources.append(source)
        self.targets.append(number)
        return number

    def _enter(self, parent: int, chosen: int, found: Found[S]) -> int:
        if len(self.index) >= self.bounds.states:
            raise Cut(Bound.STATES)
        number = self._numbered(parent, chosen)
        self.judge.remember(found)
        for which, what in found.wrong.items():
            self.first.setdefault(which, (number, what))
        self.index[found.identity] = number
        self.waiting.append((number, found.marks, found.kept, found.frozen))
        return number

    def _numbered(self, parent: int, chosen: int) -> int:
        number = len(self.parents)
        self.chosen.append(chosen)
        self.parents.append(parent)
        return number

    def end(self, number: int, failed: int, wrong: dict[int, str]) -> None:
        """Note an end, which properties failed on the way to it or at it, and what is wrong with it."""
        self.ends[number] = failed
        for which, what in wrong.items():
            self.first.setdefault(which, (number, what))

    def breaks(self, source: int, chosen: int, marks: int, law: str, what: str) -> None:
        """Note a step that broke a law: an end of its own."""
        number = self.broken.get((law, marks))
        if number is None:
            number = self._numbered(source, chosen)
            self.broken[law, marks] = number
            self.first.setdefault(law, (number, what))
            self.ends[number] = self.judge.failed_so_far(marks)
        self.sources.append(source)
        self.targets.append(number)

    def thawed(self, kept: Any, frozen: bool) -> S:
        """The state again, of what another process has made of it."""
        return thaw(self.world, kept) if frozen else kept  # type: ignore[no-any-return]

    # -- summing up ------------------------------------------------------------------------------------------------

    def _count(self) -> tuple[int | None, dict[int | str, int] | None]:
        """How many orders there are, and in how many each property and law is wrong; None if there is no end of them."""
        counts = count_orders(len(self.parents), self.sources, self.targets, self.ends)
        if counts is None:
            return None, None
        failing: dict[int | str, int] = {}
        for number, ways in counts.items():
            for which in range(len(self.judge.properties)):
                failing[which] = failing.get(which, 0) + (ways if self.ends[number] >> which & 1 else 0)
        for (law, _), number in self.broken.items():
            failing[law] = failing.get(law, 0) + counts[number]
        return sum(counts.values()), failing

    def _verdicts(self, failing: dict[int | str, int] | None) -> Iterable[Verdict[A]]:
        for which, each in enumerate(self.judge.properties):
            count = None if failing is None else failing.get(which, 0)
            yield self._verdict(each.name, which, count)
        for law in dict.fromkeys(law for law, _ in self.broken):
            yield self._verdict(law, law, None if failing is None else failing[law])

    def _verdict(self, name: str, which: int | str, failing: int | None) -> Verdict[A]:
        if which not in self.first:
            return Verdict(name, True, failing)
        number, what = self.first[which]
        law = isinstance(which, str)
        actions, state = self._replayed(number, law)
        return Verdict(name, False, failing, actions, what, law or not self.world.actions(state), law)

    def _replayed(self, number: int, broken: bool) -> tuple[tuple[A, ...], S]:
        """The actions that lead to a state, taken once more, and the state; that before it if its last one breaks a law."""
        choices = []
        while self.parents[number] >= 0:
            choices.append(self.chosen[number])
            number = self.parents[number]
        state, actions = self.world.begin(), []
        for left, chosen in zip(range(len(choices) - 1, -1, -1), reversed(choices), strict=True):
            action = self.world.actions(state)[chosen]
            actions.append(action)
            if left or not broken:
                state = self.world.step(state, action)
        return tuple(actions), state
