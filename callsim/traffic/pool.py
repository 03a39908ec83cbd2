"""Replications made by several processes of this machine; one that dies loses nothing, its replication is made by another."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from callsim.errors import CallsimError
from callsim.explore.workers import deaf
from callsim.traffic.plan import Plan
from callsim.traffic.tally import Tally
from callsim.traffic.working import READY, Order, Replicate, Task, work

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ATTEMPTS = 3
"""So often a replication may end the process that makes it, and so many processes in a row may end before they begin."""

_AWAKE = 0.5
"""Seconds after which who waits looks up: an interrupt that comes in the moment between the last look and the waiting would not be
heard until some worker has something to say."""

Done = tuple[Task, Tally]


class WorkerLost(CallsimError):  # noqa: N818 - what it says is what happened
    """Workers end again and again: it is no accident any more. What is finished is finished."""

    exit_code = 3


def cores() -> int:
    """How many processes can run at once here."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable is not None else os.cpu_count() or 1


def pooled(plans: Sequence[Plan], tasks: Iterable[Task], workers: int, replicate: Replicate) -> Iterator[Done]:
    """Make replications of plans, and give each as it is finished: in any order if there are several workers. One worker is
    this process itself.

    Raises WorkerLost, and whatever `replicate` raises. Close it, or read it to its end: no process is left then.
    """
    if workers == 1:
        for task in tasks:
            yield task, replicate(plans[task.point], task.replication)
        return
    pool = _Pool(plans, iter(tasks), workers, replicate)
    try:
        yield from pool.run()
    finally:
        pool.end()


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, our end of its connection, and what it is at; `begun`: it has said that it is ready."""

    process: Any
    connection: Connection
    begun: bool = False
    task: Task | None = None
    point: int | None = None
    """The point whose plan it has."""


@dataclass(slots=True)
class _Pool:
    plans: Sequence[Plan]
    tasks: Iterator[Task]
    size: int
    replicate: Replicate
    workers: dict[Any, _Worker] = field(default_factory=dict)
    waiting: Task | None = None
    """What is made next, by whoever is free first."""
    again: deque[Task] = field(default_factory=deque)
    """Replications whose worker was lost: they come first."""
    lost: dict[Task, int] = field(default_factory=dict)
    stillborn: int = 0

    def run(self) -> Iterator[Done]:
        self.waiting = self._next()
        while self.waiting is not None or self.workers:
            if self.waiting is not None and len(self.workers) < self.size:
                self._start()
                continue
            for connection in wait(list(self.workers), _AWAKE):
                done = self._hear(self.workers[connection])
                if done is not None:
                    yield done

    def _hear(self, worker: _Worker) -> Done | None:
        """Take what a worker says, and give it more to do; what it has done, if it has."""
        answer, alive = _received(worker.connection)
        if not alive:
            self._bury(worker)
            return None
        if answer == READY:
            worker.begun, self.stillborn = True, 0
            return None
        task = worker.task
        assert task is not None
        if self.waiting is None:
            self._let_go(worker)
        else:
            self._send(worker)
        return task, self.replicate(self.plans[task.point], task.replication) if answer is None else answer

    def _next(self) -> Task | None:
        return self.again.popleft() if self.again else next(self.tasks, None)

    def _send(self, worker: _Worker) -> None:
        """Let a worker do what waits."""
        task = self.waiting
        assert task is not None
        plan = None if worker.point == task.point else self.plans[task.point]
        worker.task, worker.point = task, task.point
        self.waiting = self._next()
        # Who is dead already is found so when its answer is waited for.
        with suppress(BrokenPipeError, ConnectionResetError):
            worker.connection.send(Order(task.replication, plan))

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, self.replicate), daemon=True)
        worker = self.workers[ours] = _Worker(process, ours)
        with deaf():
            process.start()
        theirs.close()
        self._send(worker)

    def _bury(self, worker: _Worker) -> None:
        """A process is gone: see that its replication is made by another, unless that has been tried often enough."""
        del self.workers[worker.connection]
        worker.connection.close()
        worker.process.join()
        how = _end(worker.process.exitcode)
        self.stillborn += not worker.begun
        if self.stillborn >= ATTEMPTS:
            raise WorkerLost(
                f"{ATTEMPTS} worker processes ended before they began, the last {how}; a script of your own needs "
                "`if __name__ == '__main__':` around what it does, or take one worker"
            )
        if worker.task is not None:
            self._try_again(worker.task, worker.begun, how)

    def _try_again(self, task: Task, begun: bool, how: str) -> None:
        times = self.lost[task] = self.lost.get(task, 0) + begun
        if times >= ATTEMPTS:
            raise WorkerLost(
                f"replication {task.replication} of point {task.point} ended {times} processes, the last {how}; is there too little "
                "memory? Try fewer workers"
            )
        self.again.append(task)
        self.waiting = self.waiting or self._next()

    def _let_go(self, worker: _Worker) -> None:
        """It ends by itself when nobody is at the other end any more."""
        del self.workers[worker.connection]
        worker.connection.close()
        worker.process.join()

    def end(self) -> None:
        """Whatever was left unfinished is stopped."""
        for worker in self.workers.values():
            if worker.process.pid is not None:
                worker.process.kill()
        for worker in self.workers.values():
            worker.connection.close()
            if worker.process.pid is not None:
                worker.process.join()
        self.workers.clear()


def _received(connection: Connection) -> tuple[Any, bool]:
    """What a worker says, and whether it is alive."""
    try:
        return connection.recv(), True
    except (EOFError, ConnectionResetError):
        return None, False


def _end(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"by {signal.Signals(-code).name}"
    return f"with exit code {code}"
