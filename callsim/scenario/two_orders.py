"""Two orders of one case to be seen side by side: that in which it is played, and one that goes otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callsim.errors import BrokenLaw
from callsim.motion import Motion
from callsim.scenario.benches import CaseWorld
from callsim.scenario.explored import Explored
from callsim.scenario.playing import prepared

_LONGEST = 20_000
"""After how many things an order is seen as far as it has come."""


def two_orders(explored: Explored, seed: int = 0) -> list[tuple[str, Motion]]:
    """The order in which of all that could come next always the first does, as in a play, and beside it one that goes otherwise, each
    with what it is called: the shortest in which something fails, if there is one, else that in which the last always comes first.
    Only one, where there is no other."""
    world = CaseWorld(explored.case, prepared(explored.case, explored.assume, seed), explored.window)
    played, labels = _followed(world, lambda _, actions: actions[0])
    found = [("in the order that is played", played)]
    failures = [each for each in explored.failures if each.shortest]
    if failures:
        wanted = [happening.label for happening in failures[0].shortest]
        other, _ = _followed(world, lambda number, actions: wanted[number] if number < len(wanted) else actions[0])
        return [*found, (f"the shortest order in which this fails: {failures[0].subject}", other)]
    other, turned = _followed(world, lambda _, actions: actions[-1])
    return found if turned == labels else [*found, ("the other way round: what is played later comes first, wherever it could", other)]


def _followed(world: CaseWorld, choose: Callable[[int, Sequence[str]], str]) -> tuple[Motion, list[str]]:
    """A world at the end of the order that somebody chooses, and the order."""
    labels: list[str] = []
    state = world.begin()
    while len(labels) < _LONGEST and (actions := world.actions(state)):
        labels.append(choose(len(labels), actions))
        try:
            state = world.step(state, labels[-1])
        except BrokenLaw:
            break
    return state, labels
