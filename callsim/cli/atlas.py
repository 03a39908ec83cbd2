"""`callsim atlas`: the worlds found, their cells drawn and chosen among, and told in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from callsim.atlas.cells import Cell, cells
from callsim.atlas.comparing import Pair, assumed_otherwise, vendors_beside
from callsim.atlas.stating import plain_state
from callsim.atlas.worlds import World, load_worlds, named, reference_worlds
from callsim.cli.assuming import assumed, check_concerned, knowing
from callsim.cli.cases import reporting
from callsim.cli.guard import HOLDS
from callsim.cli.output import Output
from callsim.dialects import dialect_class, rulebook
from callsim.errors import UsageError
from callsim.report.visible import visible
from callsim.scenario.wording import listed, nearest

TABLE_WIDTH = 240


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    vendor: str | None = None
    world: str | None = None
    state: str | None = None
    basis: str | None = None
    word: str | None = None
    format: str = "text"
    output: str | None = None
    assume: Sequence[str] = ()
    diff: tuple[str, str] | None = None
    diff_assume: str | None = None
    worlds: str | None = None
    scenarios: str | None = None


def atlas(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    _check_together(wishes)
    assume = assumed(wishes.assume)
    worlds = _worlds(wishes)
    check_concerned(assume, {world.vendor for world in worlds}, "world")
    if wishes.diff or wishes.diff_assume:
        text = _Beside(wishes, worlds, assume)
        return reporting(wishes.output, text.write)
    drawn = _chosen(list(cells(worlds, assume)), wishes)
    return reporting(wishes.output, lambda output: _write(output, drawn, worlds, wishes))


def _check_together(wishes: Wishes) -> None:
    """What does not go together, before anything is drawn."""
    if wishes.diff and wishes.diff_assume:
        raise UsageError("--diff and --diff-assume are two questions; ask one of them")
    if wishes.diff and wishes.vendor:
        raise UsageError("--diff names both its vendors; leave --vendor out")
    if wishes.format == "html" and (wishes.diff or wishes.diff_assume):
        raise UsageError("a difference has no page; ask for --format text, md, json or csv")
    for vendor in filter(None, (wishes.vendor, *(wishes.diff or ()))):
        dialect_class(vendor)


def _worlds(wishes: Wishes) -> list[World]:
    found = list(reference_worlds() if wishes.worlds is None else load_worlds(wishes.worlds))
    if wishes.world is not None:
        found = named(found, wishes.world)
    kept = [world for world in found if wishes.vendor in (None, world.vendor)]
    if not kept:
        vendors = listed(dict.fromkeys(world.vendor for world in found), "and")
        raise UsageError(f"no world here is played by {wishes.vendor}; there are worlds of {vendors or 'nobody'}")
    return kept


# -- choosing ------------------------------------------------------------------------------------------------------


def _chosen(drawn: list[Cell], wishes: Wishes) -> list[Cell]:
    """The cells that were asked for."""
    _check_state(wishes.state, (cell.state for cell in drawn))
    return [cell for cell in drawn if _asked_for(cell, wishes)]


def _asked_for(cell: Cell, wishes: Wishes) -> bool:
    if wishes.word is not None and wishes.word.casefold() not in " ".join(map(str, cell.as_data().values())).casefold():
        return False
    return wishes.basis in (None, cell.basis) and wishes.state in (None, cell.state, plain_state(cell.state))


def _check_state(state: str | None, states: Iterator[str]) -> None:
    if state is None:
        return
    known = dict.fromkeys(each for whole in states for each in (plain_state(whole), whole))
    if state not in known:
        plain = dict.fromkeys(map(plain_state, known))
        hint = nearest(state, known)
        raise UsageError("; ".join(filter(None, [f"nothing here is ever {visible(state)!r}", f"there are {listed(plain, 'and')}", hint])))


# -- telling -------------------------------------------------------------------------------------------------------


def _write(output: Output, drawn: Sequence[Cell], worlds: Sequence[World], wishes: Wishes) -> int:
    from callsim.report import atlas as report

    about = report.titles(worlds)
    match wishes.format:
        case "json":
            output.write(report.as_json(drawn))
        case "csv":
            output.write(report.as_csv(drawn))
        case "md":
            output.write("\n".join(report.as_markdown(drawn, about)) + "\n")
        case "html":
            from callsim.atlas.proofs import Proofs
            from callsim.report.atlas_page import page

            output.write(page(drawn, about, assumed(wishes.assume), Proofs(wishes.scenarios)))
        case _:
            paper = _paper(output)
            paper.print(*report.as_text(drawn, about, paper.width))
    return HOLDS


def _paper(output: Output) -> Any:
    from callsim.report.paper import Paper

    # Into a pipe a table may be as wide as it likes: lines are what grep finds things by.
    return Paper(output, output.is_terminal, None if output.is_terminal else TABLE_WIDTH)


class _Beside:
    """Two atlases side by side."""

    def __init__(self, wishes: Wishes, worlds: Sequence[World], assume: dict[str, str]) -> None:
        self.wishes = wishes
        pairs = self._vendors(worlds, assume) if wishes.diff else self._assumption(worlds, assume)
        drawn = [cell for pair in pairs for cell in (pair.one, pair.other) if cell is not None]
        _check_state(wishes.state, (cell.state for cell in drawn))
        self.pairs = [pair for pair in pairs if any(cell and _asked_for(cell, wishes) for cell in (pair.one, pair.other))]

    def _vendors(self, worlds: Sequence[World], assume: dict[str, str]) -> list[Pair]:
        one, other = self.wishes.diff or ("", "")
        self.sides = one, other
        return vendors_beside(worlds, one, other, assume)

    def _assumption(self, worlds: Sequence[World], assume: dict[str, str]) -> list[Pair]:
        word = str(self.wishes.diff_assume)
        ((id, value),) = assumed([word], "--diff-assume").items()
        check_concerned([id], {world.vendor for world in worlds}, "world", "--diff-assume")
        if value == assume.get(id, rulebook(knowing(id)[0]).assumptions[id].default):
            raise UsageError(f"{id} is {visible(value)} already; choose another value to see what it changes")
        self.sides = "before", "after"
        return assumed_otherwise(worlds, id, value, assume)

    def write(self, output: Output) -> int:
        from callsim.report import atlas_beside as report

        match self.wishes.format:
            case "json":
                output.write(report.as_json(self.pairs, self.sides))
            case "csv":
                output.write(report.as_csv(self.pairs, self.sides))
            case "md":
                output.write("\n".join(report.as_markdown(self.pairs, self.sides)) + "\n")
            case _:
                paper = _paper(output)
                paper.print(*report.as_text(self.pairs, self.sides, paper.width))
        return HOLDS
