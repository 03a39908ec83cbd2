"""The Python interface of traffic: make a run, and have what it came to.

>>> from callsim.traffic import run, tables
>>> found = run("scenarios/traffic/01-a-campaign.yaml", replications=4, trunks=70)
>>> found["blocked"].value, found["blocked"].low, found["blocked"].high
>>> tables.figures(found).to_pandas()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from callsim.errors import UsageError
from callsim.traffic.driving import replicate
from callsim.traffic.plan import Plan
from callsim.traffic.pool import pooled
from callsim.traffic.reading import adjusted, plans_of
from callsim.traffic.results import Results, results
from callsim.traffic.tally import Tally
from callsim.traffic.working import Task

Finished = Callable[[int, int], None]
"""Is told how many replications are finished, of how many."""


def run(
    what: str | Path | Plan, *, vendor: str | None = None, assume: Mapping[str, str] | None = None, horizon: int | None = None,
    warm_up: int | None = None, replications: int | None = None, batches: int | None = None, seed: int | None = None,
    trunks: int | None = None, workers: int = 1, finished: Finished | None = None,
) -> Results:  # fmt: skip
    """Make all replications of a scenario file, or of a plan, and tell what they came to.

    `vendor` and `assume` go before what a file says; times are milliseconds. `workers` are processes: with one, this one does it
    all; the results are the same. An interrupt ends it with what is finished, if anything is.

    Raises InputError for mistakes in the file, UsageError for what cannot be, or for a file of several cases or vendors (`plans`
    gives each of those), MissingExtra without the libraries of traffic.
    """
    plan = what if isinstance(what, Plan) else _only(plans_of(what, vendor, assume), what)
    plan = adjusted(plan, horizon, warm_up, replications, batches, seed, trunks)
    if workers < 1:
        raise UsageError(f"{workers} processes make nothing; expected 1 or more")
    made: list[Tally] = []
    try:
        for tally in _replications(plan, workers):
            made.append(tally)
            if finished is not None:
                finished(len(made), plan.replications)
    except KeyboardInterrupt:
        if not made:
            raise
    return results(plan, made)


def plans(path: str | Path, vendor: str | None = None, assume: Mapping[str, str] | None = None) -> list[Plan]:
    """What is to be made of a scenario file: one plan for each of its cases and vendors. Raises as `run` does."""
    return plans_of(path, vendor, assume)


def _only(found: list[Plan], what: str | Path) -> Plan:
    if len(found) != 1:
        titles = "; ".join(f"{plan.title} ({plan.vendor})" for plan in found[:5])
        raise UsageError(f"{what} holds {len(found)} runs ({titles}); take one of callsim.traffic.plans({str(what)!r})")
    return found[0]


def _replications(plan: Plan, workers: int) -> Iterator[Tally]:
    pool = pooled([plan], (Task(0, number) for number in range(plan.replications)), workers, replicate)
    try:
        for _, tally in pool:
            yield tally
    finally:
        pool.close()  # type: ignore[attr-defined]  # it is a generator
