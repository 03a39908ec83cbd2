"""Two atlases side by side: two vendors', or one before and after something assumed is turned round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callsim.atlas.cells import Cell, cells
from callsim.atlas.worlds import World
from callsim.dialects import rulebook
from callsim.errors import UsageError
from callsim.scenario.wording import quoted

_Place = tuple[str, ...]
_Side = Mapping[_Place, Cell]


@dataclass(frozen=True, slots=True)
class Pair:
    """What one operation comes to on either side; None where a side has no such cell. `differs`: not the same, vendors' own
    words aside where the sides are two vendors."""

    place: tuple[str, ...]
    one: Cell | None
    other: Cell | None
    differs: bool

    @property
    def vendor(self) -> str:
        """Whose cell it is, where both are of one vendor."""
        cell = self.one or self.other
        return cell.vendor if cell is not None else ""


def vendors_beside(
    worlds: Sequence[World], one: str, other: str, assume: Mapping[str, str] | None = None
) -> list[Pair]:
    """The cells of two vendors in the worlds that both have. Raises UsageError if there are none."""
    if one == other:
        raise UsageError(f"{quoted(one)} is no different from itself; name two vendors")
    names = {vendor: {world.name for world in worlds if world.vendor == vendor} for vendor in (one, other)}
    shared = [world for world in worlds if world.vendor in names and world.name in names[one] & names[other]]
    if not shared:
        raise UsageError(f"no world here is played by both {one} and {other}")
    drawn = list(cells(shared, assume))
    first, second = (_side(cell for cell in drawn if cell.vendor == vendor) for vendor in (one, other))
    return [Pair(place, a, b, _neutral(a) != _neutral(b)) for place, a, b in _beside(first, second)]


def _neutral(cell: Cell | None) -> object:
    """What a cell says without the vendor's own words: those always differ."""
    if cell is None:
        return None
    return cell.status, cell.to, cell.cause, [(each["kind"], each["call"], each["url"]) for each in cell.callbacks]


def assumed_otherwise(
    worlds: Iterable[World], id: str, value: str, assume: Mapping[str, str] | None = None
) -> list[Pair]:
    """The cells that one assumption changes, before and after, of all vendors that have it."""
    concerned = [world for world in worlds if id in rulebook(world.vendor).assumptions]
    before, after = (
        _side(cells(concerned, chosen), True)
        for chosen in (assume or {}, {**(assume or {}), id: value})
    )
    pairs = (Pair(place[1:], a, b, _said(a) != _said(b)) for place, a, b in _beside(before, after))
    return [pair for pair in pairs if pair.differs]


def _said(cell: Cell | None) -> object:
    return None if cell is None else cell.came_to


def _side(some: Iterable[Cell], several_vendors: bool = False) -> dict[_Place, Cell]:
    return {(cell.vendor, *cell.place) if several_vendors else cell.place: cell for cell in some}


def _beside(one: _Side, other: _Side) -> Iterable[tuple[_Place, Cell | None, Cell | None]]:
    for place in dict.fromkeys([*one, *other]):
        yield place, one.get(place), other.get(place)
