"""`callsim sweep`: the same traffic for every combination of some values, on one machine or many."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callsim.cli.assuming import assumed, check_concerned
from callsim.cli.cases import check_vendor, reporting
from callsim.cli.guard import HOLDS, UNDECIDED, told
from callsim.cli.output import Output, complain, unwritable
from callsim.cli.progress import Progress
from callsim.cli.writable import check_free
from callsim.errors import UsageError
from callsim.report.visible import visible
from callsim.scenario.loading import STDIN, Case, read_bytes
from callsim.scenario.wording import listed, nearest
from callsim.traffic.driving import replicate
from callsim.traffic.keeping import Journal
from callsim.traffic.measures import MEASURES
from callsim.traffic.plan import Plan
from callsim.traffic.plots import format_of
from callsim.traffic.pool import cores
from callsim.traffic.reading import adjusted, plan_of
from callsim.traffic.sweep import (
    Gathered,
    Runner,
    Sweep,
    check_libraries,
    document,
    gather,
    on_a_cluster,
    on_this_machine,
    sweep as sweep_of,
)
from callsim.traffic.working import Task


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line. Times are as they were written."""

    file: str
    vary: Sequence[str]
    replications: int | None = None
    seed: int | None = None
    workers: int | None = None
    cluster: str | None = None
    journal: str | None = None
    resume: bool = False
    format: str | None = None
    output: str | None = None
    plot: str | None = None
    measure: str | None = None
    assume: Sequence[str] = ()
    vendor: str | None = None


def sweep(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    _check(wishes)
    whole = _whole(wishes)
    if wishes.measure is not None:
        _check_measure(wishes.measure, whole)
    for path in (wishes.output, wishes.plot, wishes.journal):
        if path is not None:
            check_free(path, [wishes.file], "the very file that is swept over")
    run = on_this_machine(wishes.workers or cores(), replicate) if wishes.cluster is None else on_a_cluster(wishes.cluster, replicate)
    journal = None if wishes.journal is None else Journal(wishes.journal, whole.about(), wishes.resume)
    try:
        return reporting(wishes.output, lambda output: _Sweeping(wishes, whole, run, journal, output).do())
    finally:
        if journal is not None:
            journal.close()


def _check(wishes: Wishes) -> None:
    if wishes.resume and wishes.journal is None:
        raise UsageError("--resume goes on with a journal; name it by --journal FILE")
    if wishes.cluster is not None and wishes.workers is not None:
        raise UsageError("--workers are processes of this machine, and --cluster has workers of its own; give one of them")
    check_vendor(wishes.vendor)
    check_libraries(wishes.plot is not None)
    if wishes.plot is not None:
        format_of(wishes.plot)
    elif wishes.measure is not None:
        raise UsageError("--measure says what is drawn; name the picture by --plot FILE")


def _check_measure(measure: str, whole: Sweep) -> None:
    known = [each.name for each in MEASURES if all(each.shown(point.plan) for point in whole.points)]
    if measure not in known:
        hint = nearest(measure, known) or f"it has {listed(known, 'and')}"
        raise UsageError(f"--measure {visible(measure)}: this sweep has no such figure; {hint}")


def _whole(wishes: Wishes) -> Sweep:
    assume = assumed(wishes.assume)

    def planned(case: Case) -> Plan:
        return adjusted(plan_of(case, assume), replications=wishes.replications, seed=wishes.seed)

    name = "<stdin>" if Path(wishes.file) == STDIN else wishes.file
    whole = sweep_of(read_bytes(wishes.file), name, wishes.vary, planned, wishes.vendor)
    check_concerned(assume, {point.plan.vendor for point in whole.points})
    return whole


@dataclass(slots=True)
class _Sweeping:
    wishes: Wishes
    whole: Sweep
    run: Runner
    journal: Journal | None
    output: Output
    progress: Progress = field(init=False)
    began: float = field(default_factory=time.monotonic)
    made: int = 0

    def do(self) -> int:
        """Make what is to be made, and tell what is known at the end, whatever that end is."""
        gathered = Gathered(self.whole)
        self.progress = Progress(self.whole.size, wanted=True)
        code = HOLDS
        try:
            gather(gathered, self.run, self.journal, lambda task: self._further(gathered, task))
            self.progress.clear()
        except KeyboardInterrupt:
            self.progress.clear()
            complain(f"interrupted: {self._how_far(gathered)}")
            code = UNDECIDED
        except Exception as error:
            self.progress.clear()
            if not gathered.known:
                raise
            code = told(error)
            complain(self._how_far(gathered))
        self._tell(gathered)
        if self.wishes.plot is not None and gathered.known:
            self._draw(gathered, self.wishes.plot)
        return code

    def _further(self, gathered: Gathered, task: Task) -> None:
        self.made += 1
        left = self.whole.size - len(gathered.known)
        seconds = (time.monotonic() - self.began) / self.made * left
        self.progress.step(len(gathered.known), f"{self.whole.points[task.point].name}  {_about(seconds)} left")

    def _how_far(self, gathered: Gathered) -> str:
        known = f"{len(gathered.known):,} of {self.whole.size:,} replications are known"
        return known if self.wishes.journal is None else f"{known}; go on by: --journal {self.wishes.journal} --resume"

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell(self, gathered: Gathered) -> None:
        wanted = self.wishes.format or ("json" if (self.wishes.output or "").endswith(".json") else "text")
        data = document(gathered)
        if wanted == "json":
            from callsim.report.results import as_json

            self.output.write(as_json(data))
        else:
            from callsim.report.paper import Paper
            from callsim.report.sweeping import told as lines
            from callsim.traffic.swept import as_told

            paper = Paper(self.output, self.output.is_terminal)
            paper.print(*lines(as_told(data), paper.width))

    def _draw(self, gathered: Gathered, path: str) -> None:
        from callsim.traffic.swept import drawn

        picture = drawn(gathered, self.wishes.measure, format_of(path))
        try:
            Path(path).write_bytes(picture)
        except OSError as error:
            raise unwritable(visible(path), error) from None


def _about(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{round(seconds)} s" if seconds < 100 else f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"
