"""Traffic from a notebook or a program: make it, and look at it as arrays, tables, plots and words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callsim.errors import UsageError
from callsim.report.paper import PIPED_WIDTH
from callsim.report.visible import visible
from callsim.scenario.front import Scenario
from callsim.scenario.loading import Case, read_bytes
from callsim.scenario.values import parse_duration
from callsim.traffic import tables
from callsim.traffic.intervals import Estimate
from callsim.traffic.making import Made, make
from callsim.traffic.plan import Plan
from callsim.traffic.plots import format_of, of_run
from callsim.traffic.reading import adjusted, cases_of, plan_of
from callsim.traffic.results import Results
from callsim.traffic.sweep import Gathered, document, gather, on_a_cluster, on_this_machine, sweep
from callsim.traffic.telling import as_told

if TYPE_CHECKING:
    import numpy
    import pyarrow

Duration = str | int
"""As in scenario files, such as `"2h"` or `"90s"`; or a number of milliseconds."""
Told = Callable[[float], object]
"""Is told now and then how much is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What one run of traffic came to. `results` has all of it: `figures`, `causes`, `codes`, `formula`, `warnings`, `errors` and more;
    a notebook shows it as tables, `print` in words."""

    results: Results

    def __getitem__(self, name: str) -> Estimate:
        """A figure by its name, such as `blocked`: its `value`, and `low` and `high` of its 95 % interval (None where there is none).
        Shares are of 1, times seconds, rates an hour. Raises KeyError."""
        return self.results[name]

    def table(self) -> pyarrow.Table:
        """A row for each figure: name, title, unit, value, low, high, by what that was found, from how many samples. Raises MissingExtra."""
        return tables.figures(self.results)

    def endings(self) -> pyarrow.Table:
        """A row for each way calls ended, in our words and in the vendor's: of, name, count, basis, and its share as `table` has figures.
        Raises MissingExtra."""
        return tables.endings(self.results)

    def batches(self) -> dict[str, numpy.ndarray[Any, Any]]:
        """What was counted, by name: arrays of whole numbers, a row for each replication and a column for each batch. Counts are calls,
        times milliseconds. Raises MissingExtra."""
        return tables.arrays(self.results)

    def plot(self, path: str | Path) -> Path:
        """Draw it over its time, into a file that ends in .svg or .png; returns where. Raises UsageError, MissingExtra."""
        return _written(path, of_run(self.results, format_of(str(path))))

    def as_data(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return self.results.as_data()

    def __str__(self) -> str:
        from callsim.report.traffic import told

        return "\n".join(line.plain.rstrip() for line in told(as_told(self.results), PIPED_WIDTH))

    def _repr_html_(self) -> str:
        told = as_told(self.results)
        relies = [] if told.relies_on is None else [f"how calls ended relies on: {', '.join(told.relies_on) or 'nothing disputed or assumed'}"]
        said = [*told.beside, *relies, *(f"error: {each}" for each in told.errors), *(f"note: {each}" for each in told.warnings)]
        return _html(told.title, told.about, [_grid(heads, rows) for heads, rows in told.sections if rows], said)


@dataclass(frozen=True, slots=True, eq=False)
class SweepRun:
    """What a sweep came to, point by point. A notebook shows it as a table, `print` in words."""

    gathered: Gathered

    def table(self) -> pyarrow.Table:
        """A row for each figure of each point; what is varied has a column each. Raises MissingExtra."""
        found = ((dict(point.values), point.case, measures) for point, _, measures in self.gathered.measures())
        return tables.points([
            ({**values, **({"case": case} if case else {})}, measures.results) for values, case, measures in found if measures is not None
        ])  # fmt: skip

    def plot(self, path: str | Path, measure: str | None = None) -> Path:
        """Draw a figure, that which people want most unless named, over what is varied first, into a file that ends in .svg or .png;
        returns where. Raises UsageError, MissingExtra."""
        from callsim.traffic.swept import drawn

        return _written(path, drawn(self.gathered, measure, format_of(str(path))))

    def as_data(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return document(self.gathered)

    def __str__(self) -> str:
        from callsim.report.sweeping import told
        from callsim.traffic.swept import as_told as swept

        return "\n".join(line.plain.rstrip() for line in told(swept(self.as_data()), PIPED_WIDTH))

    def _repr_html_(self) -> str:
        from callsim.traffic.swept import as_told as swept

        told = swept(self.as_data())
        heads = [*told.names, *(head for each in told.columns for head in (each.title, "95 % interval"))]
        rows = [
            [*labels, *(text for each in told.columns for text in (each.values[number], each.intervals[number]))]
            for number, labels in enumerate(told.labels)
        ]  # fmt: skip
        return _html(told.title, told.about, [_grid(heads, rows)], told.beside)


def run(
    file: str | Path | Scenario,
    *,
    vendor: str | None = None,
    case: str | None = None,
    assume: Mapping[str, str] | None = None,
    horizon: Duration | None = None,
    warm_up: Duration | None = None,
    replications: int | None = None,
    batches: int | None = None,
    seed: int | None = None,
    trunks: int | None = None,
    workers: int = 1,
    laws: bool = False,
    told: Told = lambda share: None,
) -> Run:
    """Make the traffic of a scenario file, or of a `Scenario` that was read, and count what becomes of it.

    What is given goes before what the file says: `horizon`, when each replication ends, and `warm_up`, how long calls arrive before
    anything is counted, both from its beginning; `replications`, how often it is made anew; `batches`, into how many parts of time a
    replication is divided; `trunks`, how many calls may be up at once; `seed`, what chance is made from. `case` names one of a file
    that has several, `workers` says how many processes make it (the result is the same; a script needs `if __name__ == "__main__":`
    then), `laws` holds every law of the rules after every command.

    >>> found = run("campaign.yaml", trunks=40, replications=20)      # doctest: +SKIP
    >>> found["blocked"].value

    Raises InputError with every problem in the file, UsageError for what cannot be, MissingExtra without numpy or scipy.
    """
    plan = adjusted(plan_of(_one(file, vendor, case), assume), _ms("horizon", horizon), _ms("warm_up", warm_up), replications, batches,
                    seed, trunks)  # fmt: skip
    made = Made([plan])
    make(made, workers, laws, told=lambda task, share, arrived: told(share))
    [found] = made.known()
    assert found is not None  # There is a replication at least, and all are finished.
    return Run(found)


def run_sweep(
    file: str | Path,
    vary: Mapping[str, str | Iterable[object]],
    *,
    vendor: str | None = None,
    assume: Mapping[str, str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    cluster: str | None = None,
    told: Told = lambda share: None,
) -> SweepRun:
    """Make the traffic of a scenario file for every combination of some values: `vary` has them by the name of a place in the file,
    as `callsim sweep --vary` takes them (`"20..60:5"`) or one by one. `cluster` is the address of a Dask scheduler, whose workers are
    used instead of processes of this machine; for the rest see `run`.

    >>> run_sweep("campaign.yaml", {"trunks": range(20, 61, 5)}, replications=100).table()      # doctest: +SKIP

    Raises as `run` does.
    """
    from callsim.traffic.driving import replicate

    def planned(of: Case) -> Plan:
        return adjusted(plan_of(of, assume), replications=replications, seed=seed)

    options = [f"{name}={values if isinstance(values, str) else ','.join(map(str, values))}" for name, values in vary.items()]
    whole = sweep(read_bytes(file), str(file), options, planned, vendor)
    gathered = Gathered(whole)
    makers = on_this_machine(workers, replicate) if cluster is None else on_a_cluster(cluster, replicate)
    gather(gathered, makers, told=lambda task: told(len(gathered.known) / whole.size))
    return SweepRun(gathered)


def _one(file: str | Path | Scenario, vendor: str | None, name: str | None) -> Case:
    cases = cases_of(file, vendor, name)
    if len(cases) > 1:
        names = visible(", ".join(repr(case.case) for case in cases))
        raise UsageError(f"the file has {len(cases)} cases; choose one with case=: {names}")
    return cases[0]


def _ms(name: str, written: Duration | None) -> int | None:
    try:
        return parse_duration(written) if isinstance(written, str) else written
    except ValueError as error:
        raise UsageError(f"{name}: {visible(error)}") from None


def _written(path: str | Path, picture: bytes) -> Path:
    try:
        Path(path).write_bytes(picture)
    except (OSError, ValueError) as error:
        raise UsageError(f"{visible(path)} cannot be written: {getattr(error, 'strerror', None) or error}") from None
    return Path(path)


def _html(title: str, about: str, grids: Iterable[str], said: Iterable[str]) -> str:
    below = "".join(f"<p>{escape(visible(each))}</p>" for each in said)
    return f"<h4>{escape(visible(title))}</h4><p>{escape(visible(about))}</p>{''.join(grids)}{below}"


def _grid(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = (f"<tr>{''.join(f'<td>{escape(visible(each))}</td>' for each in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(visible(each))}</th>' for each in heads)}</tr>{''.join(body)}</table>"
