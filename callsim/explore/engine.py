"""The search itself: breadth first over every state that actions lead to, each state visited once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callsim.explore.nouns import A, Exploration, Progress, Property, S, World


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
    """Try every order in which things can happen in a world, and judge the properties in all of them."""
    raise NotImplementedError
