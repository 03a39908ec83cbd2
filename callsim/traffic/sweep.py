"""A sweep: a plan for each combination of values, each replicated often, on one process, several, or a cluster.

Whoever makes a replication, it is the same: its chance hangs on the plan's seed and its own number alone. So do the points of a
sweep share their chance, and differ by what was varied and nothing else. What is finished is put together in order of point and
replication, and nobody can tell who made it, or whether it was stopped on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from functools import partial
from hashlib import sha256
from importlib import import_module
from itertools import groupby
from typing import Any, NamedTuple

from callsim import __version__
from callsim.errors import MissingExtra, UsageError
from callsim.scenario.loading import Case, load_tree, tree
from callsim.scenario.nodes import MapNode
from callsim.scenario.playing import RulebookVocabulary
from callsim.scenario.wording import Problems
from callsim.traffic.cluster import clustered
from callsim.traffic.keeping import Journal
from callsim.traffic.plan import Plan
from callsim.traffic.pool import Done, pooled
from callsim.traffic.results import Results, results
from callsim.traffic.tally import Tally
from callsim.traffic.varying import MOST_POINTS, Varied, combinations, placed, varied, with_values
from callsim.traffic.working import Replicate, Task, versions

MOST_REPLICATIONS = 1_000_000
"""So many replications one sweep may have, over all its points."""
_SHORT = 60

Runner = Callable[[Sequence[Plan], Iterable[Task]], Iterator[Done]]
"""Makes replications of plans, somewhere, and gives each as it is finished."""
Planned = Callable[[Case], Plan]
"""Makes a plan of a case. Raises InputError for what cannot be made one."""


@dataclass(frozen=True, slots=True)
class Point:
    """One plan of a sweep, and which value each thing that is varied has there. `case` names the file's case, where it has several."""

    values: tuple[tuple[str, str], ...]
    case: str | None
    plan: Plan

    @property
    def name(self) -> str:
        """In one line."""
        return " ".join([*(f"{name}={value}" for name, value in self.values), *([f"[{self.case}]"] if self.case else [])])


@dataclass(frozen=True, slots=True)
class Sweep:
    """All points in order, and what is varied. Every point has the same number of replications."""

    points: tuple[Point, ...]
    several: tuple[Varied, ...]

    @property
    def size(self) -> int:
        """How many replications there are."""
        return sum(point.plan.replications for point in self.points)

    def tasks(self) -> Iterator[Task]:
        for number, point in enumerate(self.points):
            yield from (Task(number, replication) for replication in range(point.plan.replications))

    def about(self) -> dict[str, str]:
        """What must be the same for two sweeps to have the same figures: versions, what is varied, and every field of the plans."""
        about = {**versions(), "what is varied": "; ".join(f"{each.name}={','.join(each.values)}" for each in self.several)}
        for each in fields(Plan):
            # Most fields are the same at every point, and some are long.
            said = (_said(value) for value, _ in groupby(getattr(point.plan, each.name) for point in self.points))
            about[f"the plan's {each.name}"] = _short(", ".join(said))
        return about


def _said(value: Any) -> str:
    return _short(repr(sorted(value.items()) if isinstance(value, Mapping) else value))


def _short(text: str) -> str:
    """The text itself, or if that is long something that differs if it does."""
    return text if len(text) <= _SHORT else f"of digest {sha256(text.encode()).hexdigest()[:16]}"


def sweep(data: bytes, name: str, options: Sequence[str], planned: Planned, vendor: str | None = None) -> Sweep:
    """The sweep of a file's bytes, `options` being what each `--vary` says. Raises UsageError for an option that is of no use, and
    InputError for a value or a file that is wrong."""
    problems = Problems()
    root = tree(data, name, problems)
    problems.settle()
    several = placed(root, [varied(option) for option in options])
    points: list[Point] = []
    vocabulary = RulebookVocabulary()
    for values in combinations([each for each, _ in several]):
        points += _points(with_values(root, several, values), name, vendor, vocabulary, planned,
                          [(place.name, value) for (_, place), value in zip(several, values, strict=True)])  # fmt: skip
        if len(points) > MOST_POINTS:
            raise UsageError(f"--vary: with every case of the file these are more than {MOST_POINTS:,} points; take greater steps")
    whole = Sweep(tuple(points), tuple(Varied(place.name, each.values) for each, place in several))
    if whole.size > MOST_REPLICATIONS:
        raise UsageError(f"this sweep has {whole.size:,} replications; at most {MOST_REPLICATIONS:,} are made: take fewer")
    return whole


def _points(
    root: MapNode, name: str, vendor: str | None, vocabulary: RulebookVocabulary, planned: Planned, values: list[tuple[str, str]]
) -> list[Point]:
    cases = load_tree(root, name, vendor, vocabulary, Problems())
    return [Point(tuple(values), case.case, planned(case)) for case in cases]


def check_libraries(drawn: bool) -> None:
    """Raises MissingExtra now for what would be missed after long work; `drawn`: a picture is wanted."""
    for library in ("numpy", "scipy", "matplotlib")[: 3 if drawn else 2]:
        try:
            import_module(library)
        except ImportError:
            raise MissingExtra(library, "traffic") from None


def on_this_machine(workers: int, replicate: Replicate) -> Runner:
    """So many processes."""
    return partial(pooled, workers=workers, replicate=replicate)


def on_a_cluster(address: str, replicate: Replicate) -> Runner:
    """The workers of the Dask scheduler at an address."""
    return partial(clustered, address=address, replicate=replicate)


class Measures(NamedTuple):
    """What the replications of a point come to: for programs, and with its figures as they are, but without its tallies."""

    data: Mapping[str, Any]
    results: Results


def measured(plan: Plan, tallies: Sequence[Tally]) -> Measures:
    """What replications of a plan come to. Raises UsageError where there is none, MissingExtra."""
    found = results(plan, tallies)
    return Measures(found.as_data(), replace(found, tallies=()))


@dataclass(slots=True)
class Gathered:
    """What is known of a sweep so far. A point is measured as soon as it is complete, and its tallies let go."""

    sweep: Sweep
    known: set[Task] = field(default_factory=set)
    _open: dict[int, dict[int, Tally]] = field(default_factory=dict)
    _closed: dict[int, Measures] = field(default_factory=dict)

    def add(self, task: Task, tally: Tally) -> None:
        """Take what one replication came to; what is known already is passed over."""
        if task in self.known:
            return
        tallies = self._open.setdefault(task.point, {})
        tallies[task.replication] = tally
        self.known.add(task)
        plan = self.sweep.points[task.point].plan
        if len(tallies) == plan.replications:
            self._closed[task.point] = self._measured(task.point)
            del self._open[task.point]

    def _measured(self, point: int) -> Measures:
        return measured(self.sweep.points[point].plan, [tally for _, tally in sorted(self._open[point].items())])

    @property
    def complete(self) -> bool:
        return len(self.known) == self.sweep.size

    def measures(self) -> list[tuple[Point, int, Measures | None]]:
        """Each point, how many of its replications are known, and what those come to; None where there are none."""
        return [
            (point, len(self._open.get(number, ())) if number not in self._closed else point.plan.replications, self._now(number))
            for number, point in enumerate(self.sweep.points)
        ]

    def _now(self, point: int) -> Measures | None:
        return self._closed[point] if point in self._closed else self._measured(point) if point in self._open else None


def gather(gathered: Gathered, run: Runner, journal: Journal | None = None, told: Callable[[Task], object] = lambda _: None) -> None:
    """Make every replication that is not known yet. With a journal, what is in it is known, and what is finished is noted in it.
    `told` is called after each. Whatever stops it, `gathered` has what was finished."""
    points = gathered.sweep.points
    if journal is not None:
        for task, tally in journal.known():
            if 0 <= task.point < len(points) and 0 <= task.replication < points[task.point].plan.replications:
                gathered.add(task, tally)
    left = (task for task in gathered.sweep.tasks() if task not in gathered.known)
    with closing(run([point.plan for point in points], left)) as finished:  # type: ignore[type-var]
        for task, tally in finished:
            if journal is not None:
                journal.note(task, tally)
            gathered.add(task, tally)
            told(task)


def document(gathered: Gathered) -> dict[str, Any]:
    """What is known, as JSON would have it: the same whoever made it."""
    whole = gathered.sweep
    return {
        "callsim": __version__,
        "complete": gathered.complete,
        "varied": [{"name": each.name, "values": list(each.values)} for each in whole.several],
        "points": [
            {
                "values": dict(point.values), "case": point.case, "title": point.plan.title, "vendor": point.plan.vendor,
                "seed": point.plan.seed, "replications": point.plan.replications, "known": known, "measures": measures and measures.data,
            }
            for point, known, measures in gathered.measures()
        ],
    }  # fmt: skip
