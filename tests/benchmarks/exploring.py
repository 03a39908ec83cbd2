"""How many distinct states a second are explored: plain tuples by plain code, plain tuples by callsim, switches by callsim.

The world: three calls whose callees ring, answer and hang up, an application that hangs up each of them, and one that
cancels the first; in every order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter, process_time

from callsim.explore import World, explore
from tests.explore.independent import OneCall
from tests.explore.worlds import Actors, callee

NAMES = ("ann", "bob", "cyd")
ACTORS = [*map(callee, NAMES), [f"hang_up {name} api" for name in NAMES], ["cancel ann api"]]
BIGGER = [*ACTORS, ["hang_up_all ann,bob,cyd api"]]
RULES = OneCall(outbound=True)
Plain = tuple[tuple[int, ...], tuple[object, ...]]


class Tuples:
    """The same world in tuples: how far each actor has come, and the state of each call by a few plain ifs."""

    def __init__(self, actors: Sequence[Sequence[str]]) -> None:
        self.said = [[tuple(line.split()) for line in lines] for lines in actors]

    def begin(self) -> Plain:
        return (0,) * len(self.said), (RULES.begin(),) * len(NAMES)

    def actions(self, state: Plain) -> Sequence[int]:
        return [who for who, lines in enumerate(self.said) if state[0][who] < len(lines)]

    def step(self, state: Plain, who: int) -> Plain:
        at, calls = state
        verb, names, by = self.said[who][at[who]]
        after = tuple(
            RULES.step(call, (verb, name, by)) if name in names else call for name, call in zip(NAMES, calls, strict=True)
        )
        return (*at[:who], at[who] + 1, *at[who + 1 :]), after

    def key(self, state: Plain) -> Plain:
        return state


def plainly(world: World) -> int:
    """A breadth-first search as one writes it in a minute; how many states it finds."""
    begin = world.begin()
    known, waiting = {begin}, deque([begin])
    while waiting:
        state = waiting.popleft()
        for action in world.actions(state):
            after = world.step(state, action)
            if after not in known:
                known.add(after)
                waiting.append(after)
    return len(known)


def switches(actors: Sequence[Sequence[str]]) -> Actors:
    return Actors([f"place {name} out" for name in NAMES], *actors)


WAYS: dict[str, tuple[str, Callable[[], int]]] = {
    "t": ("tuples and ifs by a deque and a set", lambda: plainly(Tuples(ACTORS))),
    "e": ("the same tuples by callsim, with orders counted", lambda: explore(Tuples(ACTORS)).states),
    "s": ("switches by callsim, with orders counted and every law held", lambda: explore(switches(ACTORS)).states),
}
"""Each way: what it is, and how many states it finds."""


def measure(rounds: int) -> dict[str, float]:
    """States a CPU second of each way: the median of interleaved rounds."""
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, (_, find) in WAYS.items():
            began = process_time()
            states = find()
            rates[name].append(states / (process_time() - began))
    return {name: median(seen) for name, seen in rates.items()}


def sharing(workers: int, rounds: int) -> tuple[float, float]:
    """Seconds by the wall clock that a bigger world takes one worker, and so many: medians."""
    seen: dict[int, list[float]] = {1: [], workers: []}
    for _ in range(rounds):
        for number, taken in seen.items():
            began = perf_counter()
            explore(switches(BIGGER), workers=number)
            taken.append(perf_counter() - began)
    return median(seen[1]), median(seen[workers])


def tell(rounds: int) -> None:
    """Measure, and print the states a second of each way and what callsim makes of the plainest."""
    rates = measure(rounds)
    print(f"\nexploring three calls and five actors; median of {rounds} interleaved rounds, CPU time\n")
    for name, (title, _) in WAYS.items():
        print(f"  ({name}) {title:<68} {rates[name]:>9,.0f} states/s")
    print(f"\n  s/t {rates['s'] / rates['t']:.2f}, s {rates['s']:,.0f} states/s (required 5,000, aim 20,000)")
    one, two = sharing(2, max(1, rounds // 2))
    print(f"  a bigger world by one worker: {one:.2f} s, by two: {two:.2f} s, wall clock")
