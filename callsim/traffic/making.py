"""Makes the replications of some plans, here or in several processes, and keeps what is finished whatever stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

from callsim.traffic.counting import Interrupted
from callsim.traffic.driving import Over, replicate
from callsim.traffic.plan import Plan
from callsim.traffic.pool import cores, pooled
from callsim.traffic.results import Results, results
from callsim.traffic.tally import Tally
from callsim.traffic.working import Task

HowFar = Callable[[Task, float, int], object]
"""Is told which replication was gone on with, how much of all replications is done, from 0 to 1, and how many calls arrived in this
one; 0 where another process makes it."""


@dataclass(slots=True)
class Made:
    """What is known of some plans so far. `part` is what was made of the first replication, if that was interrupted."""

    plans: Sequence[Plan]
    tallies: dict[Task, Tally] = field(default_factory=dict)
    part: tuple[int, Tally] | None = None

    @property
    def size(self) -> int:
        """How many replications there are to be made."""
        return sum(plan.replications for plan in self.plans)

    def tasks(self) -> Iterator[Task]:
        """Those that are not finished, in order."""
        every = (Task(point, number) for point, plan in enumerate(self.plans) for number in range(plan.replications))
        return (task for task in every if task not in self.tallies)

    def known(self) -> list[Results | None]:
        """What each plan came to as far as it was made; None where nothing is known. Raises MissingExtra."""
        return [self._of(point, plan) for point, plan in enumerate(self.plans)]

    def _of(self, point: int, plan: Plan) -> Results | None:
        tallies = [tally for task, tally in self.tallies.items() if task.point == point]
        if tallies:
            return results(plan, tallies)
        if self.part is None or self.part[0] != point:
            return None
        tally = self.part[1]
        found = results(replace(plan, horizon=plan.warm_up + tally.batches * tally.length, batches=tally.batches, replications=1), [tally])
        said = f"interrupted in the first replication: the figures are of {tally.batches} of its {plan.batches} batches"
        return replace(found, warnings=(said, *found.warnings))


def make(made: Made, workers: int | None = None, laws: bool = False, over: Over | None = None, told: HowFar = lambda *_: None) -> None:
    """Make every replication that is not finished; the result is the same however many `workers` there are (None: as many as cores).

    `over` is told of each call of the first replication, which is then made in this process; `laws` holds every law after every
    command. Whatever stops it, `made` has what was finished. Raises what `replicate` and `pooled` raise.
    """
    left = list(made.tasks())
    several = min(workers or cores(), len(left))
    if over is not None and left:
        _here(made, left.pop(0), laws, over, told)
    if several <= 1:
        for task in left:
            _here(made, task, laws, None, told)
        return
    with closing(pooled(made.plans, left, several, partial(replicate, laws=laws))) as finished:  # type: ignore[type-var]
        for task, tally in finished:
            made.tallies[task] = tally
            told(task, len(made.tallies) / made.size, 0)


def _here(made: Made, task: Task, laws: bool, over: Over | None, told: HowFar) -> None:
    before, size = len(made.tallies), made.size

    def further(share: float, arrived: int) -> None:
        told(task, (before + share) / size, arrived)

    try:
        made.tallies[task] = replicate(made.plans[task.point], task.replication, over, further, laws)
    except Interrupted as stopped:
        if stopped.tally is not None:
            made.part = task.point, stopped.tally
        raise
    told(task, len(made.tallies) / size, 0)
