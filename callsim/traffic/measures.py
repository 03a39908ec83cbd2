"""What is measured: each figure as a function of the sums of a tally, with its unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callsim.traffic.intervals import Counts, Samples, Sums
from callsim.traffic.plan import Plan, Poisson, Regular
from callsim.traffic.tally import COUNTS, TIMES, Tally

SECOND, HOUR = 1000, 3_600_000
Shown = Callable[[Plan], bool]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `of` is None where there is nothing to divide by; `share`: it is one, of whatever `counts` says if it is one of
    calls; `shown`: whether it means anything for a plan."""

    name: str
    title: str
    unit: str
    of: Callable[[Sums], float | None]
    counts: Counts | None = None
    share: bool = False
    shown: Shown = lambda plan: True


def ratio(top: str, bottom: str, times: float = 1.0) -> Callable[[Sums], float | None]:
    """One sum over another, in units of `times`."""
    return lambda sums: sums[top] * times / sums[bottom] if sums[bottom] else None


def share(name: str, title: str, some: str, of: str, shown: Shown = lambda plan: True) -> Measure:
    """How many calls of how many. What is counted when it happens may be of a call that was counted before, so it can be a call or
    two more than all there are."""
    return Measure(name, title, "share", _of_all(some, of), lambda sums: (min(sums[some], sums[of]), sums[of]), True, shown)


def _of_all(some: str, of: str) -> Callable[[Sums], float | None]:
    return lambda sums: min(sums[some] / sums[of], 1.0) if sums[of] else None


def rate(name: str, title: str, some: str, shown: Shown = lambda plan: True) -> Measure:
    """How many an hour."""
    return Measure(name, title, "/h", ratio(some, "length", HOUR), shown=shown)


def _offered_traffic(sums: Sums) -> float | None:
    """Arrivals by the time that one which took a trunk held it."""
    return sums["offered"] / sums["length"] * sums["busy"] / sums["seized"] if sums["seized"] else None


def _trunks(plan: Plan) -> bool:
    return plan.trunks is not None


def _waits(plan: Plan) -> bool:
    return plan.trunks is not None and plan.trunks.when_full == "waits"


def _blocks(plan: Plan) -> bool:
    return plan.trunks is not None and plan.trunks.when_full == "blocked"


def _gives_up(plan: Plan) -> bool:
    return _waits(plan) and plan.trunks is not None and plan.trunks.patience is not None


def _api(plan: Plan) -> bool:
    return any(stream.api_hang_ups or "api" in dict(stream.hangs_up) for stream in plan.streams)


def _at_random(plan: Plan) -> bool:
    """Whether the API does things at a rate, whatever is there to be done."""
    return any(stream.api_hang_ups or (stream.meeting and stream.meeting.stops) for stream in plan.streams)


def _meets(plan: Plan) -> bool:
    return any(stream.meeting is not None for stream in plan.streams)


MEASURES: tuple[Measure, ...] = (
    rate("offered", "calls offered", "offered"),
    Measure("offered_traffic", "traffic offered", "erlangs", _offered_traffic),
    rate("carried", "calls carried", "seized"),
    Measure("carried_traffic", "traffic carried", "erlangs", ratio("busy", "length")),
    Measure("occupancy", "occupancy of trunks", "share", ratio("busy", "trunks"), share=True, shown=_trunks),
    share("blocked", "blocked", "blocked", "offered", _blocks),
    share("waited", "had to wait", "waited", "offered", _waits),
    share("abandoned", "abandoned", "abandoned", "offered", _gives_up),
    Measure("mean_wait", "mean wait of all", "s", ratio("waits", "offered", 1 / SECOND), shown=_waits),
    Measure("mean_wait_of_waiting", "mean wait of those who wait", "s", ratio("waits", "waited", 1 / SECOND), shown=_waits),
    Measure("mean_queue", "calls that wait", "calls", ratio("waiting", "length"), shown=_waits),
    share("answer_seizure_ratio", "answer-seizure ratio", "answered", "seized"),
    Measure("average_call_duration", "average call duration", "s", ratio("talk", "ended", 1 / SECOND)),
    Measure("live", "calls up", "calls", ratio("live", "length")),
    Measure("mean_stay", "mean time a call is up", "s", ratio("stays", "over", 1 / SECOND)),
    share("cancelled", "cancelled", "cancelled", "over"),
    share("hung_up_by_api", "hung up by the API", "hung_up_by_api", "over", _api),
    share("stopped", "ended by a stop", "stopped", "over", _meets),
    rate("mpcs", "multiparty calls begun", "mpcs", _meets),
    rate("stops", "stops that took effect", "stops", _meets),
    rate("refused", "commands that came to nothing", "refused", _at_random),
)  # fmt: skip


def of_ending(name: str, title: str) -> Measure:
    """The share of calls that ended so, of all that ended; `name` is that of the sum."""
    return share(name, title, name, "over")


# -- sums ----------------------------------------------------------------------------------------------------------------


def samples(plan: Plan, tallies: Sequence[Tally]) -> Samples:
    """The sums of each replication; of a single one those of its batches."""
    causes, codes = ({name for tally in tallies for name in getattr(tally, kind)} for kind in ("causes", "codes"))
    names = sorted(causes), sorted(codes)
    if len(tallies) > 1:
        return Samples([_sums(plan, tally, *names, range(tally.batches)) for tally in tallies], "replications")
    return Samples([_sums(plan, tally, *names, (batch,)) for tally in tallies for batch in range(tally.batches)], "batch means")


def _sums(plan: Plan, tally: Tally, causes: Sequence[str], codes: Sequence[str], batches: Sequence[int]) -> dict[str, int]:
    length = tally.length * len(batches)
    found = {name: sum(tally.counts[name][batch] for batch in batches) for name in COUNTS}
    found |= {name: sum(tally.times[name][batch] for batch in batches) for name in TIMES}
    found |= {f"cause {name}": sum(tally.causes[name][batch] for batch in batches) if name in tally.causes else 0 for name in causes}
    found |= {f"code {name}": sum(tally.codes[name][batch] for batch in batches) if name in tally.codes else 0 for name in codes}
    over = sum(found[f"cause {name}"] for name in causes)
    return {**found, "length": length, "over": over, "trunks": length * (plan.trunks.count if plan.trunks else 0)}


def is_steady(plan: Plan) -> bool:
    """Whether arrivals come at the same rate all the time."""
    return all(isinstance(stream.process, (Poisson, Regular)) for stream in plan.streams)
