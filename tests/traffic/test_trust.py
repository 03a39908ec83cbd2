"""Whether the figures can be trusted: simulation under the rules against what Erlang's formulas say, over a grid of loads.

Calls that are answered at once and hung up by whoever was called, as every vendor has them, are what the formulas are about.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from callsim.dialects import VENDORS
from callsim.traffic import erlang
from callsim.traffic.driving import replicate
from callsim.traffic.plan import Constant, Distribution, Exponential, Lognormal, Plan
from callsim.traffic.pool import cores, pooled
from callsim.traffic.results import Results, results
from callsim.traffic.tally import Tally
from callsim.traffic.working import Task

from .trunk_group import plan

TALK = 60_000
LEAST, MOST = 364, 393
"""Of 400 true intervals of 95 %, so many cover but for five times in ten thousand."""


class Cell(NamedTuple):
    """One load: which formula, of how many trunks and erlangs, with how much patience in mean talks, how talks are distributed."""

    model: str
    trunks: int
    erlangs: float
    patience: float | None = None
    talks: Distribution = Exponential(TALK)

    @property
    def figure(self) -> str:
        return {"B": "blocked", "C": "mean_wait", "A": "abandoned"}[self.model]

    @property
    def truth(self) -> float:
        if self.model == "B":
            return erlang.blocked(self.erlangs, self.trunks)
        if self.patience is None:
            return erlang.waiting(self.erlangs, self.trunks).wait * TALK / 1000
        return erlang.abandoning(self.erlangs, self.trunks, self.patience).abandons

    def plan(self, seed: int, replications: int = 10, batches: int = 1, talks: int = 500) -> Plan:
        """So many talks are counted in each replication, after twenty times the mean of one."""
        made = plan(
            self.trunks, self.erlangs, "blocked" if self.model == "B" else "waits",
            None if self.patience is None else self.patience * TALK, 20 * TALK + round(talks / self.erlangs) * TALK, replications,
            batches, 20 * TALK,
        )  # fmt: skip
        [stream] = made.streams
        return replace(made, seed=seed, vendor=VENDORS[seed % 3], streams=(replace(stream, talks=self.talks),))


GRID = (
    Cell("B", 5, 3.0), Cell("B", 10, 8.0), Cell("B", 20, 18.0, talks=Constant(TALK)), Cell("B", 30, 33.0),
    Cell("B", 8, 7.0, talks=Lognormal(TALK, 1.5 * TALK)),
    Cell("C", 5, 3.0), Cell("C", 12, 8.0), Cell("A", 5, 5.0, 0.5), Cell("A", 10, 10.0, 1.0), Cell("A", 20, 22.0, 0.5),
)  # fmt: skip


def finished(plans: Sequence[Plan]) -> Iterator[Results]:
    """What each plan comes to."""
    tasks = [Task(point, number) for point, each in enumerate(plans) for number in range(each.replications)]
    made: dict[int, list[Tally]] = {}
    for task, tally in pooled(plans, tasks, cores(), replicate):
        made.setdefault(task.point, []).append(tally)
    return (results(each, made[point]) for point, each in enumerate(plans))


def covers(found: Results, cell: Cell) -> bool:
    assert found.errors == ()
    assert found.as_data()["laws"] == "holds"
    estimate = found[cell.figure]
    return estimate.low is not None and estimate.high is not None and estimate.low <= cell.truth <= estimate.high


def test_at_each_load_of_the_grid_the_simulation_is_about_where_erlang_is() -> None:
    for number, cell in enumerate(GRID):
        asked = cell.plan(number, replications=4, talks=200)
        found = results(asked, [replicate(asked, each) for each in range(4)])
        assert found[cell.figure].value == pytest.approx(cell.truth, rel=0.5), cell
        covers(found, cell)


@pytest.mark.nightly
def test_of_400_experiments_as_many_intervals_cover_erlangs_figures_as_should() -> None:
    experiments = [(cell, cell.plan(1000 * place + number)) for number in range(40) for place, cell in enumerate(GRID)]
    found = finished([made for _, made in experiments])
    covered = [cell for (cell, _), each in zip(experiments, found, strict=True) if covers(each, cell)]
    print({(cell.model, cell.trunks): covered.count(cell) for cell in GRID}, len(covered), "of", len(experiments))
    assert LEAST <= len(covered) <= MOST


@pytest.mark.nightly
def test_of_400_experiments_of_one_replication_as_many_intervals_of_batches_cover_as_should() -> None:
    """Twenty batches of thirty mean talks each."""
    cells = (Cell("B", 5, 3.0), Cell("B", 10, 8.0), Cell("A", 5, 5.0, 0.5), Cell("A", 10, 10.0, 1.0))
    experiments = [
        (cell, cell.plan(1000 * place + number, 1, 20, round(20 * 30 * cell.erlangs)))
        for number in range(100) for place, cell in enumerate(cells)
    ]  # fmt: skip
    found = finished([made for _, made in experiments])
    covered = [cell for (cell, _), each in zip(experiments, found, strict=True) if covers(each, cell)]
    print({(cell.model, cell.trunks): covered.count(cell) for cell in cells}, len(covered), "of", len(experiments))
    assert LEAST <= len(covered) <= MOST


def test_a_replication_comes_to_the_same_bytes_under_every_hash_seed() -> None:
    root = Path(__file__).parents[2]
    code = (
        "from tests.traffic.test_trust import GRID\nfrom callsim.traffic.driving import replicate\n"
        "from callsim.traffic.results import results\nplan = GRID[7].plan(3, 2, talks=40)\n"
        "print(results(plan, [replicate(plan, n) for n in range(2)]).as_json())"
    )
    said = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root,
                       env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(said) == 1
    assert '"laws": "holds"' in said.pop()
