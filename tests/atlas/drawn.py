"""The atlas of the reference worlds, drawn once for all the tests that look at it."""

from __future__ import annotations

from functools import cache

from callsim.atlas.cells import Cell, cells
from callsim.atlas.worlds import read_worlds, reference_worlds


@cache
def atlas() -> tuple[Cell, ...]:
    """Every cell of the reference worlds."""
    return tuple(cells(reference_worlds()))


def cell(vendor: str, world: str, state: str, operation: str, by: str = "api") -> Cell:
    """The one cell of that place."""
    (found,) = [each for each in atlas() if each.vendor == vendor and each.place == (world, state, by, operation)]
    return found


def drawn(text: str, **assume: str) -> list[Cell]:
    """The cells of worlds written here, below `worlds:`."""
    lines = "".join(f"  {line}\n" for line in text.strip("\n").splitlines())
    return list(cells(read_worlds(f"callsim: 1\nworlds:\n{lines}".encode(), "worlds.yaml"), assume))
