"""How many orders there are, counted on the finished graph of states without walking any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def count_orders(states: int, sources: Sequence[int], targets: Sequence[int], ends: Iterable[int]) -> dict[int, int] | None:
    """The number of ways from state 0 to each end; None if a way leads back to where it has been.

    States are numbers below `states`; the step number i leads from `sources[i]` to `targets[i]`, the steps of one state
    stand together, and every state can be reached from 0. Two steps between the same states are two ways.
    """
    ways = [0] * states
    ways[0] = 1
    if all(source < target for source, target in zip(sources, targets, strict=True)):
        # States are numbered in the order found; mostly that is an order in which every way goes on.
        for source, target in zip(sources, targets, strict=True):
            ways[target] += ways[source]
        return {end: ways[end] for end in ends}
    sorted_out = 0
    for source, ahead in _in_order(states, sources, targets):
        sorted_out += 1
        for target in ahead:
            ways[target] += ways[source]
    return {end: ways[end] for end in ends} if sorted_out == states else None


def _in_order(states: int, sources: Sequence[int], targets: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Every state after all that lead to it, with those it leads to; those on or behind a circle never come."""
    begins, leading = [len(sources)] * (states + 1), [0] * states
    for step in range(len(sources) - 1, -1, -1):
        begins[sources[step]] = step
        leading[targets[step]] += 1
    finishes = {source: step for step, source in enumerate(sources, start=1)}
    ready = [0] if leading[0] == 0 else []
    while ready:
        source = ready.pop()
        ahead = targets[begins[source] : finishes.get(source, begins[source])]
        yield source, ahead
        for target in ahead:
            leading[target] -= 1
            if not leading[target]:
                ready.append(target)
