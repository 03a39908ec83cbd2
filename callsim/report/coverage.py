"""What was exercised of each vendor's rulebook, for people and for programs: how much of what there is, and what is missing.

With `--coverage` the document of `--format json` has one more key, beside those of `callsim.report.results`:

    "coverage": {VENDOR: {FIGURE: {"seen": 312, "of": 392, "missing": [ID]}}}

with the vendors that were played. The figures, in this order: "rules", and of these "transitions", "beginnings",
"consequences", "instructions", "limits", "requests", "answers" and "spellings"; "call_states", "mpc_states",
"participant_states", "action_states" and "conversation_states"; "pairs" and "moves"; "sentences". `FIGURES` says what each counts.
A pair is written `ID -> ID`; of "pairs" alone nothing is listed as "missing", for it would be thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from callsim.dialects import DIALECTS
from callsim.model import Entity, Status
from callsim.report.grid import Cell, grid, line
from callsim.report.text import WIDE, paragraph
from callsim.report.wording import SECTIONS, says
from callsim.rules import AnyRow, Row
from callsim.scenario.covering import Coverage, Covered, Pair

MOST_MISSING = 20
"""How many rules that were never used are named for people; programs get them all."""
_WITHIN = "  "


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of what there is were seen, and which were not."""

    seen: int
    missing: tuple[str, ...]

    @property
    def of(self) -> int:
        return self.seen + len(self.missing)

    @property
    def share(self) -> str:
        """In percent, rounded down: only all of it is 100%. Of nothing there is no share."""
        return f"{100 * self.seen // self.of}%" if self.of else "-"


Counted = Callable[[Covered], Figure]


def _counted(every: Iterable[Any], seen: Iterable[Any], word: Callable[[Any], str] = str) -> Figure:
    known, everything = set(seen), list(every)
    return Figure(sum(each in known for each in everything), tuple(word(each) for each in everything if each not in known))


def _rules(kind: type | tuple[type, ...]) -> Counted:
    return lambda covered: _counted([id for id, row in covered.rows.items() if isinstance(row, kind)], covered.rules)


def _states(entity: Entity) -> Counted:
    def count(covered: Covered) -> Figure:
        return _counted([each for each in covered.all_states if each[0] is entity], covered.states, lambda each: each[1])

    return count


def _pairs(moves: bool) -> Counted:
    return lambda covered: _counted(covered.all_pairs(moves), covered.pairs, _written)


def _written(pair: Pair) -> str:
    return " -> ".join(pair)


_THINGS = {
    Entity.CALL: "a call", Entity.MPC: "a multiparty call", Entity.PARTICIPANT: "a participant", Entity.ACTION: "an action",
    Entity.CONVERSATION: "a conversation",
}  # fmt: skip
FIGURES: dict[str, tuple[str, Counted]] = {
    "rules": ("rows of the rulebook that had their say, of all kinds", _rules(tuple(SECTIONS))),
    **{title.lower(): (f"of these: {about}", _rules(kind)) for kind, (title, about) in SECTIONS.items()},
    **{f"{entity}_states": (f"states that {thing} was in", _states(entity)) for entity, thing in _THINGS.items()},
    "pairs": ("two rows, one after the other, about one thing: the second about the state the first led to", _pairs(False)),
    "moves": ("of these: both change the state, or begin it", _pairs(True)),
    "sentences": (
        "sentences of the vendor's pages that a scenario which holds says it proves",
        lambda covered: _counted(covered.all_sentences, covered.sentences),
    ),
}
"""What is counted, in the order in which it is told: its name, what that means, and how it is counted."""
_PARTS = ("moves", *(title.lower() for title, _ in SECTIONS.values()))
_NAMED = (*(f"{entity}_states" for entity in _THINGS), "sentences")
_UNLISTED = ("pairs",)


def figures(covered: Covered) -> dict[str, Figure]:
    """Every figure of one vendor, by its name."""
    return {name: count(covered) for name, (_, count) in FIGURES.items()}


def in_order(coverage: Coverage) -> list[tuple[str, Covered]]:
    """What was exercised by the title of the vendor, in the order of the vendors."""
    classes = [each.vendor for each in DIALECTS]
    return [(each.title, coverage.vendors[each.name]) for each in classes if each.name in coverage.vendors]


# -- for people ----------------------------------------------------------------------------------------------------


def told(coverage: Coverage, width: int) -> Iterator[Text]:
    """A table with a column for each vendor, and after it, vendor by vendor, what is missing."""
    found = [(title, covered, figures(covered)) for title, covered in in_order(coverage)]
    if not found:
        yield line("coverage: nothing was played")
        return
    yield line("coverage", style="bold")
    yield from _table([title for title, _, _ in found], [counts for _, _, counts in found], width)
    yield from paragraph(Text(
        "Not all of it can happen: some rows fit no world that there can be, and most pairs are of things said in vain.", "dim",
    ), width)  # fmt: skip
    for title, covered, counts in found:
        yield from _missing(title, covered, counts, width)


def _table(titles: Sequence[str], counts: Sequence[dict[str, Figure]], width: int) -> Iterator[Text]:
    rows = [[Cell(Text(heading, "bold")) for heading in ("", *titles, "what is counted")]]
    for name, (means, _) in FIGURES.items():
        label = (_WITHIN if name in _PARTS else "") + name.replace("_", " ")
        rows.append([Cell(Text(label)), *(_share(each[name]) for each in counts), Cell(Text(means, "dim"))])
    shown = len(titles) + (2 if width >= WIDE else 1)
    flexible = (shown - 1,) if width >= WIDE else ()
    yield from grid([row[:shown] for row in rows], width, flexible, right=range(1, len(titles) + 1))


def _share(figure: Figure) -> Cell:
    style = "" if figure.missing else "green"
    return Cell(Text(f"{figure.seen} of {figure.of} {figure.share:>4}", style))


def _missing(title: str, covered: Covered, counts: dict[str, Figure], width: int) -> Iterator[Text]:
    """The states and sentences that are missing, and the first of the rules: what would do something before refusals."""
    for name, figure in counts.items():
        if figure.missing and name in _NAMED:
            text = f"{title}: {name.replace('_', ' ')} missing: {', '.join(figure.missing)}"
            yield from paragraph(Text(text), width)
    rules = sorted((covered.rows[id] for id in counts["rules"].missing), key=_is_refusal)
    if rules:
        yield line()
        yield line(f"{title}: {len(rules)} rule{'s' if len(rules) > 1 else ''} never had a say", style="bold")
        yield from grid(list(map(_unused, rules[:MOST_MISSING])), width, flexible=(1,))
    if len(rules) > MOST_MISSING:
        yield line(f"{_WITHIN}... and {len(rules) - MOST_MISSING} more; --format json names them all", style="dim")


def _is_refusal(row: AnyRow) -> bool:
    return isinstance(row, Row) and row.status is not Status.DONE


def _unused(row: AnyRow) -> list[Cell]:
    return [Cell(Text(row.id), len(_WITHIN)), Cell(Text(says(row), "dim"))]


# -- for programs --------------------------------------------------------------------------------------------------


def as_data(coverage: Coverage) -> dict[str, dict[str, dict[str, Any]]]:
    """What stands under "coverage" in the document."""
    return {
        covered.vendor: {name: _figure_as_data(name, figure) for name, figure in figures(covered).items()}
        for _, covered in in_order(coverage)
    }


def _figure_as_data(name: str, figure: Figure) -> dict[str, Any]:
    data: dict[str, Any] = {"seen": figure.seen, "of": figure.of}
    return data if name in _UNLISTED else data | {"missing": list(figure.missing)}
