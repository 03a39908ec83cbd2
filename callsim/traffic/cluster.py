"""Replications made by the workers of a Dask cluster; one that is killed loses nothing. The only file that imports distributed."""

from __future__ import annotations

import logging
import pickle
import queue
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any

from callsim.errors import MissingExtra, UsageError
from callsim.traffic.plan import Plan
from callsim.traffic.pool import ATTEMPTS, Done, WorkerLost
from callsim.traffic.tally import Tally
from callsim.traffic.working import Replicate, Task, versions

PATIENCE = 5
"""Seconds for a scheduler to answer and for a first worker to be there."""
_LONGEST_ALONE = 60
"""Seconds without any worker after which nobody is expected any more."""
_LOOK_EVERY = 2
_MOST_OUT = 1_000
"""So many replications are with the scheduler at once: enough for any cluster, few enough to be forgotten on an interrupt."""
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/]+:[0-9]{1,5}", re.ASCII)


def clustered(plans: Sequence[Plan], tasks: Iterable[Task], address: str, replicate: Replicate) -> Iterator[Done]:
    """Make replications of plans on a cluster, and give each as it is finished, in any order.

    Raises UsageError for an address at which no scheduler answers and for workers whose versions differ from those here, WorkerLost
    if workers end again and again or are all gone, MissingExtra without the library, and whatever `replicate` raises.
    """
    client = _connected(address)
    try:
        _check_workers(client, address)
        yield from _Cluster(client, address, plans, iter(tasks), replicate).run()
    finally:
        client.close()


def replicated(replicate: Replicate, plan: Plan, replication: int) -> tuple[dict[str, str], Tally]:
    """What a worker of the cluster does: one replication; with it, by which versions it was made."""
    return versions(), replicate(plan, replication)


def _connected(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingExtra("dask.distributed", "cluster") from None
    untyped: Any = distributed
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"--cluster {address!s:.100}: this is no address of a scheduler; write one such as tcp://127.0.0.1:8786")
    # What goes wrong on the way is told by us, once.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return untyped.Client(address, timeout=PATIENCE, set_as_default=False, name="callsim-sweep")
    except (OSError, ValueError, TimeoutError) as error:
        why = " ".join(str(error).split())[:200]
        raise UsageError(
            f"--cluster {address}: no Dask scheduler answers there within {PATIENCE} s ({why}); start one by: dask scheduler"
        ) from None


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise UsageError(
            f"--cluster {address}: no worker came to this scheduler within {PATIENCE} s; start one by: dask worker {address}"
        ) from None
    for worker, found in client.run(versions, on_error="return").items():
        if isinstance(found, Exception):
            raise UsageError(f"the worker {worker} cannot work: {found!s:.200}; install the same callsim[cluster] there as here")
        _compare(found, f"the worker {worker}")


def _compare(found: Mapping[str, str], who: str) -> None:
    for name, here in versions().items():
        if found.get(name) != here:
            raise UsageError(
                f"{who} has {name} {found.get(name, 'none')}, here it is {here}: figures could differ; install the same there as here"
            )


@dataclass(slots=True)
class _Cluster:
    client: Any
    address: str
    plans: Sequence[Plan]
    tasks: Iterator[Task]
    replicate: Replicate
    out: dict[Any, Task] = field(default_factory=dict)
    """What is with the scheduler."""
    over: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)
    again: deque[Task] = field(default_factory=deque)
    lost: dict[Task, int] = field(default_factory=dict)
    plan: tuple[int, Any] | None = None
    """The plan that was sent last, by its point. Workers have it from the scheduler, which knows how to make it again."""
    alone: int = 0

    def run(self) -> Iterator[Done]:
        self._submit()
        while self.out:
            future = self._next()
            if future is None:
                continue
            task = self.out.pop(future)
            tally = self._tally(task, future)
            future.release()
            self._submit()
            if tally is not None:
                yield task, tally

    def _submit(self) -> None:
        while len(self.out) < _MOST_OUT:
            task = self.again.popleft() if self.again else next(self.tasks, None)
            if task is None:
                return
            future = self.client.submit(replicated, self.replicate, self._plan(task.point), task.replication, pure=False)
            self.out[future] = task
            future.add_done_callback(self.over.put)

    def _plan(self, point: int) -> Any:
        if self.plan is None or self.plan[0] != point:
            frozen = pickle.dumps(self.plans[point], pickle.HIGHEST_PROTOCOL)
            self.plan = point, self.client.submit(pickle.loads, frozen, pure=False)
        return self.plan[1]

    def _next(self) -> Any | None:
        """What is over next; None if nothing is for a while."""
        try:
            future = self.over.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            self._look()
            return None
        self.alone = 0
        return future

    def _look(self) -> None:
        try:
            anybody = self.client.status == "running" and bool(self.client.nthreads())
        except Exception as error:  # whatever a connection says that breaks
            raise self._gone() from error
        if self.client.status == "closed":
            raise self._gone()
        self.alone = 0 if anybody else self.alone + _LOOK_EVERY
        if self.alone >= _LONGEST_ALONE:
            raise WorkerLost(f"for {_LONGEST_ALONE} s there has been no worker at {self.address}; start one by: dask worker {self.address}")

    def _gone(self) -> WorkerLost:
        return WorkerLost(f"the scheduler at {self.address} is gone")

    def _tally(self, task: Task, future: Any) -> Tally | None:
        """What came of a replication; None if it has to be made again."""
        from distributed import KilledWorker

        if future.status in ("lost", "pending"):
            # Its worker had made it, and was killed before anybody asked.
            self.again.append(task)
            return None
        if future.status == "cancelled":
            raise self._gone()
        try:
            error = future.exception()
            came: tuple[dict[str, str], Tally] | None = future.result() if error is None else None
        except (OSError, CancelledError):
            raise self._gone() from None
        if came is not None:
            found, tally = came
            _compare(found, "a worker of the cluster")
            return tally
        if isinstance(error, KilledWorker):
            self._try_again(task)
            return None
        self.replicate(self.plans[task.point], task.replication)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise UsageError(f"a worker of the cluster could not make what can be made here: {what!s:.200}; install the same there as here")

    def _try_again(self, task: Task) -> None:
        times = self.lost[task] = self.lost.get(task, 0) + 1
        if times >= ATTEMPTS:
            raise WorkerLost(
                f"replication {task.replication} of point {task.point} ended one worker after the other; have they too little memory?"
            )
        self.again.append(task)
