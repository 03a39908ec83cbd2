"""The cells of the atlas: for every vendor and world, what each operation by each party comes to in each state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callsim.atlas.moments import Moment, Walk
from callsim.atlas.operations import Operation, operations
from callsim.atlas.stating import NOWHERE
from callsim.atlas.trying import Trial
from callsim.atlas.worlds import World
from callsim.course import Course
from callsim.errors import InputError, Undecided
from callsim.provenance import Basis, Kind

_WEAKEST = tuple(Kind)
KEYS = (
    "vendor", "world", "state", "by", "operation", "status", "body", "to", "cause", "code", "source", "callbacks", "rule",
    "basis", "assumption",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What one operation comes to. `status` and `body` are None where it is no HTTP request; `to` is the state after all
    that follows at that instant; cause, code and source are those of an end that it brings. `rules` is all it stands on,
    the rule that decides first; `basis` is that of the weakest of those. `words` are all the vendor's words for that end."""

    vendor: str
    world: str
    state: str
    by: str
    operation: str
    status: int | None
    body: Any
    to: str
    cause: str | None
    code: int | str | None
    source: str | None
    callbacks: tuple[Mapping[str, Any], ...]
    rule: str
    basis: str
    assumption: str | None
    rules: tuple[str, ...] = field(default=(), compare=False)
    words: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def as_data(self) -> dict[str, Any]:
        """The cell as plain data: exactly the keys of the atlas."""
        data = {key: getattr(self, key) for key in KEYS}
        return {**data, "callbacks": [dict(each) for each in self.callbacks]}

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What it is about, whosever it is: world, state, speaker, operation."""
        return self.world, self.state, self.by, self.operation

    @property
    def came_to(self) -> tuple[Any, ...]:
        """What it says, apart from what that stands on."""
        return self.status, self.body, self.to, self.cause, self.code, self.source, self.callbacks

    @property
    def name(self) -> str:
        """What it is about, in one line."""
        return f"{self.vendor}, {self.world}, {self.state}: {self.operation} by {self.by}"


def cells(worlds: Iterable[World], assume: Mapping[str, str] | None = None, seed: int = 0) -> Iterator[Cell]:
    """Every cell of these worlds, in their order; `assume` goes before what a world assumes.

    Raises Undecided, which names the cell, if the model has no answer; UsageError for an assumption that does not exist.
    """
    for world in worlds:
        yield from _distinct(_Drawing(Walk(world, assume or {}, seed)).in_order())


@dataclass(frozen=True, slots=True)
class _Seen:
    """A cell, with what tells its moment from another of the same state: how the other subjects stood, and when."""

    cell: Cell
    others: str
    at: int


class _Drawing:
    """Draws the cells of one world."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.world = walk, walk.world
        self.asked: set[tuple[str, str]] = set()

    def in_order(self) -> list[_Seen]:
        """Subject by subject, each in the order of its states; what there is not comes last."""
        order = {self._world(name): number for number, name in enumerate(self.world.subjects)}
        return sorted(self._cells(), key=lambda seen: (order[seen.cell.world], seen.cell.state == NOWHERE))

    def _cells(self) -> Iterator[_Seen]:
        for moment in self.walk.moments():
            for name in self.world.subjects:
                for operation in operations(self.walk, moment, name):
                    yield from self._nowhere(operation)
                    yield from self._at(moment, operation)

    def _nowhere(self, operation: Operation) -> Iterator[_Seen]:
        """A request about what there is not, or not yet: sent before anything has happened."""
        key = operation.name, operation.target
        if operation.request is not None and key not in self.asked:
            self.asked.add(key)
            trial = self._tried(self.walk.first, operation, NOWHERE)
            yield _Seen(self._cell(trial, operation.target, NOWHERE), "", -1)

    def _at(self, moment: Moment, operation: Operation) -> Iterator[_Seen]:
        """The cell of the operation's target, and of every other subject to which it makes a difference."""
        trial = self._tried(moment.course, operation, moment.states[operation.target])
        for name, state in moment.states.items():
            if name == operation.target or trial.touches(name):
                others = ", ".join(f"{other} {how.partition(':')[0]}" for other, how in moment.states.items() if other != name)
                yield _Seen(self._cell(trial, name, state), others, moment.course.now)

    def _tried(self, before: Course, operation: Operation, state: str) -> Trial:
        after = self.walk.on(before.copy())
        try:
            return Trial(before, after, operation)
        except InputError:
            raise
        except Exception as error:
            name = Cell(self.world.vendor, self._world(operation.target), state, operation.by, operation.name, *_NOTHING).name
            raise Undecided(f"{name} is undecided: {error}") from error
        finally:
            self.walk.on(before)

    def _world(self, name: str) -> str:
        return f"{self.world.name}: {name}" if len(self.world.subjects) > 1 else self.world.name

    def _cell(self, trial: Trial, name: str, state: str) -> Cell:
        operation, response, rules = trial.operation, trial.response, trial.rules(name)
        basis = self._weakest(rules)
        return Cell(
            self.world.vendor, self._world(name), state, operation.by,
            operation.name if operation.all or name == operation.target else _whom(operation),
            None if response is None else response.status, None if response is None else response.body,
            trial.state(name), *trial.end(name), trial.callbacks(), rules[0] if rules else "", str(basis.kind),
            basis.assumption, rules, trial.words(name),
        )  # fmt: skip

    def _weakest(self, rules: Sequence[str]) -> Basis:
        """A cell stands on several rules; it is as firm as the weakest."""
        rows = self.walk.dialect.rulebook.rows
        return max((rows[rule].basis for rule in rules), key=lambda basis: _WEAKEST.index(basis.kind))


_NOTHING: tuple[Any, ...] = (None, None, "", None, None, None, (), "", "", None)


def _whom(operation: Operation) -> str:
    """What is done, with whom it is done to after its verb; a request that is written out says so itself."""
    return re.sub(r"^[a-z_]+", rf"\g<0> {operation.target}", operation.name)


def _distinct(seen: Sequence[_Seen]) -> Iterator[Cell]:
    """Each cell once. Where one state leads to several, it is told apart by the states of the others, or by its time."""
    found: dict[tuple[str, ...], list[_Seen]] = {}
    for each in seen:
        found.setdefault(each.cell.place, []).append(each)
    for several in found.values():
        yield from _told_apart(several)


def _told_apart(several: Sequence[_Seen]) -> Iterator[Cell]:
    if all(each.cell.came_to == several[0].cell.came_to for each in several):
        yield several[0].cell
        return
    done: dict[str, Cell] = {}
    for each in several:
        state = f"{each.cell.state}; {each.others}" if each.others else each.cell.state
        if state in done and done[state].came_to != each.cell.came_to:
            state = f"{state}, at {each.at} ms"
        done.setdefault(state, replace(each.cell, state=state))
    yield from done.values()
