"""The Python interface of traffic: make a run or a sweep, and have what it came to.

>>> from callsim.traffic import run, run_sweep
>>> found = run("scenarios/traffic/01-a-campaign.yaml", replications=4, trunks=70)
>>> found["blocked"].value, found["blocked"].low, found["blocked"].high
>>> found.table().to_pandas()
>>> run_sweep("scenarios/traffic/01-a-campaign.yaml", {"trunks": range(70, 90, 5)}).plot("trunks.svg")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from callsim.errors import UsageError
from callsim.report.visible import visible
from callsim.scenario.front import Scenario
from callsim.scenario.loading import Case, read_bytes
from callsim.scenario.values import parse_duration
from callsim.traffic.driving import replicate
from callsim.traffic.making import Made, make
from callsim.traffic.plan import Plan
from callsim.traffic.reading import adjusted, cases_of, plan_of, plans_of
from callsim.traffic.results import Results
from callsim.traffic.showing import SweepRun
from callsim.traffic.sweep import Gathered, gather, on_a_cluster, on_this_machine, sweep
from callsim.traffic.working import Task

Duration = str | int
"""As in scenario files, such as `"2h"` or `"90s"`; or a number of milliseconds."""
Finished = Callable[[int, int], None]
"""Is told how many replications are finished, of how many."""


def run(
    what: str | Path | Scenario | Plan, *, vendor: str | None = None, case: str | None = None, assume: Mapping[str, str] | None = None,
    horizon: Duration | None = None, warm_up: Duration | None = None, replications: int | None = None, batches: int | None = None,
    seed: int | None = None, trunks: int | None = None, workers: int = 1, laws: bool = False, finished: Finished | None = None,
) -> Results:  # fmt: skip
    """Make all replications of a scenario file, of a `Scenario` that was read, or of a plan, and tell what they came to.

    What is given goes before what the file says: `horizon`, when each replication ends, and `warm_up`, how long calls arrive before
    anything is counted, both from its beginning; `replications`, how often it is made anew; `batches`, into how many parts of time a
    replication is divided; `trunks`, how many calls may be up at once; `seed`, what chance is made from. `case` names one of a file
    that has several. `workers` are processes: with one, this one does it all; the results are the same, but a script needs
    `if __name__ == "__main__":` for several. `laws` holds every law of the rules after every command. An interrupt ends it with what
    is known, if anything is.

    >>> run("campaign.yaml", trunks=40, replications=20)["blocked"].value      # doctest: +SKIP

    Raises InputError for mistakes in the file, UsageError for what cannot be, or for a file of several cases or vendors (`plans`
    gives each of those), MissingExtra without the libraries of traffic.
    """
    _check_workers(workers)
    plan = what if isinstance(what, Plan) else plan_of(_only(what, vendor, case), assume)
    made = Made([adjusted(plan, _ms("horizon", horizon), _ms("warm_up", warm_up), replications, batches, seed, trunks)])
    known = 0

    def told(task: Task, share: float, arrived: int) -> None:
        nonlocal known
        if finished is not None and len(made.tallies) > known:
            known = len(made.tallies)
            finished(known, made.size)

    try:
        make(made, workers, laws, told=told)
    except KeyboardInterrupt:
        if made.known() == [None]:
            raise
    [found] = made.known()
    assert found is not None  # There is a replication at least, and all are finished, or some.
    return found


def plans(path: str | Path, vendor: str | None = None, assume: Mapping[str, str] | None = None) -> list[Plan]:
    """What is to be made of a scenario file: one plan for each of its cases and vendors. Raises as `run` does."""
    return plans_of(path, vendor, assume)


def run_sweep(
    file: str | Path, vary: Mapping[str, str | Iterable[object]], *, vendor: str | None = None, assume: Mapping[str, str] | None = None,
    replications: int | None = None, seed: int | None = None, workers: int = 1, cluster: str | None = None,
    finished: Finished | None = None,
) -> SweepRun:  # fmt: skip
    """Make the traffic of a scenario file for every combination of some values: `vary` has them by the name of a place in the file,
    as `callsim sweep --vary` takes them (`"20..60:5"`) or one by one. `cluster` is the address of a Dask scheduler, whose workers are
    used instead of processes of this machine; for the rest see `run`.

    >>> run_sweep("campaign.yaml", {"trunks": range(20, 61, 5)}, replications=100).table()      # doctest: +SKIP

    Raises as `run` does.
    """
    _check_workers(workers)

    def planned(of: Case) -> Plan:
        return adjusted(plan_of(of, assume), replications=replications, seed=seed)

    options = [f"{name}={values if isinstance(values, str) else ','.join(map(str, values))}" for name, values in vary.items()]
    whole = sweep(read_bytes(file), str(file), options, planned, vendor)
    gathered = Gathered(whole)
    makers = on_this_machine(workers, replicate) if cluster is None else on_a_cluster(cluster, replicate)
    gather(gathered, makers, told=lambda task: finished and finished(len(gathered.known), whole.size))
    return SweepRun(gathered)


def _check_workers(workers: int) -> None:
    if workers < 1:
        raise UsageError(f"{workers} processes make nothing; expected 1 or more")


def _only(what: str | Path | Scenario, vendor: str | None, name: str | None) -> Case:
    found = cases_of(what, vendor, name)
    if len(found) != 1:
        titles = visible("; ".join(f"{case.spec.title} ({case.vendor})" for case in found[:5]))
        file = visible(found[0].file)
        raise UsageError(
            f"{file} holds {len(found)} runs ({titles}); take one of callsim.traffic.plans({file!r}), or name one: case={found[0].case!r}"
        )
    return found[0]


def _ms(name: str, written: Duration | None) -> int | None:
    try:
        return parse_duration(written) if isinstance(written, str) else written
    except ValueError as error:
        raise UsageError(f"{name}: {visible(error)}") from None
