"""What a worker process does: one replication after the other, as it is told, until nobody is there to tell it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple

from callsim import __version__
from callsim.traffic.plan import Plan
from callsim.traffic.tally import Tally

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Replicate = Callable[[Plan, int], Tally]
"""Makes one replication of a plan, by its number. It must be importable by name: another process has to find it."""


class Task(NamedTuple):
    """One replication of one point of a sweep; both count from 0."""

    point: int
    replication: int


class Order(NamedTuple):
    """What a worker is sent: which replication, and its plan, pickled; None: that of the order before."""

    replication: int
    plan: Plan | None


READY = "ready"
"""What a worker says before anything else: it has started, and found all it needs."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def work(connection: Connection, replicate: Replicate) -> None:
    """Take orders from a connection and answer each with its tally, or with None if it could not be made: it is made again
    where the error can be seen."""
    # The key that interrupts goes to every process of the terminal. Only the one that gives the orders is meant.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(READY)
        plan = None
        while True:
            order: Order = connection.recv()
            plan = order.plan or plan
            assert plan is not None
            connection.send(_made(replicate, plan, order.replication))


def _made(replicate: Replicate, plan: Plan, replication: int) -> Tally | None:
    try:
        return replicate(plan, replication)
    except Exception:  # whatever it is, it comes again where it can be seen
        return None


def _end_with_parent() -> None:
    """In the middle of a replication nobody looks at the connection: so this ends a worker whose parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def versions() -> dict[str, str]:
    """What the figures depend on besides the plan: of callsim, of numpy and of Python, here."""
    try:
        numpy = version("numpy")
    except PackageNotFoundError:
        numpy = "none"
    return {"callsim": __version__, "numpy": numpy, "Python": "{}.{}".format(*sys.version_info)}
