"""`callsim traffic`: make the calls of a file, replication by replication, and tell what became of them all.

With --format json the document is

    "callsim": {"version", "format": 1, "of": "traffic"}
    "complete": whether every replication of every case was made
    "runs": [RUN]        one for each case and vendor, in the order of the file

A RUN is what `callsim.traffic.results` describes, with "case", its name in a file of several (null in others). Of one of which
nothing is known it has only case, title, vendor and replications.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callsim import __version__
from callsim.cli.assuming import assumed, check_concerned
from callsim.cli.cases import check_vendor, reporting
from callsim.cli.guard import FAILS, HOLDS, UNDECIDED, told
from callsim.cli.output import Output, complain, unwritable
from callsim.cli.watching import Watch
from callsim.cli.writable import check_free
from callsim.dialects import dialect
from callsim.errors import InputError, UsageError
from callsim.report.visible import cut, visible
from callsim.scenario.loading import Case
from callsim.scenario.values import parse_duration
from callsim.traffic.making import Made, make
from callsim.traffic.plan import Plan
from callsim.traffic.plots import format_of, of_run
from callsim.traffic.reading import adjusted, cases_of, files_of, plan_of
from callsim.traffic.records import Writer, kind_of, writer
from callsim.traffic.results import FORMAT, Results
from callsim.traffic.sweep import check_libraries
from callsim.traffic.working import Task

_ROOM = 24


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line. Times are as they were written."""

    file: str
    vendor: str | None = None
    assume: Sequence[str] = ()
    case: str | None = None
    horizon: str | None = None
    warm_up: str | None = None
    replications: int | None = None
    batches: int | None = None
    seed: int | None = None
    trunks: int | None = None
    workers: int | None = None
    laws: bool = False
    format: str | None = None
    output: str | None = None
    plot: str | None = None
    cdr: str | None = None


def traffic(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    try:
        return _traffic(wishes)
    except KeyboardInterrupt:
        # Before anything is made, or once more while it is told.
        complain("interrupted")
        return UNDECIDED


def _traffic(wishes: Wishes) -> int:
    check_vendor(wishes.vendor)
    check_libraries(wishes.plot is not None)
    if wishes.plot is not None:
        format_of(wishes.plot)
    if wishes.cdr is not None:
        kind_of(wishes.cdr)
    cases = cases_of(wishes.file, wishes.vendor, wishes.case)
    plans = _plans(cases, wishes)
    _check_alone(wishes, cases)
    _check_files(wishes, cases)
    return reporting(wishes.output, lambda output: _Making(wishes, Made(plans), output).do())


def _plans(cases: Sequence[Case], wishes: Wishes) -> list[Plan]:
    assume = assumed(wishes.assume)
    check_concerned(assume, {case.vendor for case in cases})
    times = {name: _time(name, getattr(wishes, name)) for name in ("horizon", "warm_up")}
    numbers = {name: getattr(wishes, name) for name in ("replications", "batches", "seed", "trunks")}
    made, problems = [], []
    for case in cases:
        try:
            made.append(adjusted(plan_of(case, assume), **times, **numbers))
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(*problems)
    return made


def _time(name: str, written: str | None) -> int | None:
    try:
        return None if written is None else parse_duration(written)
    except ValueError as error:
        raise UsageError(f"--{name.replace('_', '-')}: {visible(error)}") from None


def _check_alone(wishes: Wishes, cases: Sequence[Case]) -> None:
    """A picture, and a file of call records, is of one run."""
    for option, path, what in (("--plot", wishes.plot, "a picture"), ("--cdr", wishes.cdr, "a file of call records")):
        if path is not None and len(cases) > 1:
            names = visible(", ".join(repr(case.case) for case in cases))
            raise UsageError(f"{option}: {what} is of one run, and the file has {len(cases)} cases; choose one with --case: {names}")


def _check_files(wishes: Wishes, cases: Sequence[Case]) -> None:
    """Nothing that is read is written over, and nothing is written twice."""
    read = [wishes.file, *(str(path) for case in cases for path in files_of(case))]
    written: list[str] = []
    for path in (wishes.output, wishes.plot, wishes.cdr):
        if path is not None:
            check_free(path, read, "what this traffic is made from")
            if str(Path(path).absolute()) in written:
                raise UsageError(f"{visible(path)} is to be written twice; name two files")
            written.append(str(Path(path).absolute()))


@dataclass(slots=True)
class _Making:
    wishes: Wishes
    made: Made
    output: Output
    watch: Watch = field(default_factory=Watch)

    def do(self) -> int:
        """Make what is to be made, and tell what is known at the end, whatever that end is."""
        code, records = HOLDS, None
        try:
            records = self._records()
            with records or nullcontext():
                make(self.made, self.wishes.workers, self.wishes.laws, None if records is None else records.over, self._further)
            self.watch.stop()
        except KeyboardInterrupt:
            self.watch.stop()
            complain(f"interrupted: {self._how_far(records)}")
            code = UNDECIDED
        except Exception as error:
            self.watch.stop()
            if not self.made.tallies:
                raise
            code = told(error)
            complain(self._how_far(records))
        found = self._tell()
        return code or found

    def _records(self) -> Writer | None:
        if self.wishes.cdr is None:
            return None
        [plan] = self.made.plans
        return writer(self.wishes.cdr, dialect(plan.vendor, plan.assume, plan.setting).call_records())

    def _further(self, task: Task, share: float, arrived: int) -> None:
        plan = self.made.plans[task.point]
        name = f"{cut(plan.case or plan.title, _ROOM)}  {task.replication + 1}/{plan.replications}"
        self.watch.further(share, name + (f"  {arrived:,} calls" if arrived else ""))

    def _how_far(self, records: Writer | None) -> str:
        known = f"{len(self.made.tallies):,} of {self.made.size:,} replications are finished"
        return known if records is None else f"{known}; {visible(self.wishes.cdr)} has {records.safe:,} call records"

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell(self) -> int:
        """Tell what is known; returns the exit code of that alone."""
        found = self.made.known()
        wanted = self.wishes.format or ("json" if (self.wishes.output or "").endswith(".json") else "text")
        if wanted == "json":
            from callsim.report.results import as_json

            self.output.write(as_json(_document(self.made, found)))
        else:
            self._print(found)
        if self.wishes.plot is not None and found[0] is not None:
            self._draw(found[0], self.wishes.plot)
        return FAILS if any(each is not None and each.errors for each in found) else HOLDS

    def _print(self, found: Sequence[Results | None]) -> None:
        from callsim.report.grid import line
        from callsim.report.paper import Paper
        from callsim.report.traffic import told as lines
        from callsim.traffic.telling import as_told

        paper = Paper(self.output, self.output.is_terminal)
        for number, (plan, run) in enumerate(zip(self.made.plans, found, strict=True)):
            if len(found) > 1:
                paper.print(*[line()] * bool(number), line(visible(f"{self.wishes.file} [{plan.case}]"), style="bold cyan"))
            if run is not None:
                paper.print(*lines(as_told(run), paper.width))
            elif len(found) > 1:
                paper.print(line("nothing is known of this", style="dim"))

    def _draw(self, found: Results, path: str) -> None:
        picture = of_run(found, format_of(path))
        try:
            Path(path).write_bytes(picture)
        except OSError as error:
            raise unwritable(visible(path), error) from None


def _document(made: Made, found: Sequence[Results | None]) -> dict[str, Any]:
    return {
        "callsim": {"version": __version__, "format": FORMAT, "of": "traffic"},
        "complete": len(made.tallies) == made.size,
        "runs": list(_runs(made, found)),
    }


def _runs(made: Made, found: Sequence[Results | None]) -> Iterator[dict[str, Any]]:
    for plan, run in zip(made.plans, found, strict=True):
        nothing = {"title": plan.title, "vendor": plan.vendor, "replications": {"planned": plan.replications, "finished": []}}
        data = nothing if run is None else run.as_data()
        yield {"case": plan.case, **{name: value for name, value in data.items() if name != "callsim"}}
