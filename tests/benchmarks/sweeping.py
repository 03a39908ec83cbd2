"""What a second worker of a sweep brings, beside what a second process of pure arithmetic brings in the same run."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from statistics import median

from callsim.model import Placement
from callsim.traffic.driving import replicate
from callsim.traffic.plan import Exponential, Plan, Poisson, Stream, Trunks
from callsim.traffic.pool import pooled
from callsim.traffic.working import Task

REQUIRED = 0.85
_LOOPS = 8_000_000


def a_plan(hours: float, replications: int) -> Plan:
    """A campaign of half a call a second on forty trunks."""
    stream = Stream("campaign", Poisson(0.5), Placement(to="+15550100009"), talks=Exponential(60_000.0))
    return Plan("sweeping", "plivo", (stream,), round(hours * 3_600_000), replications=replications, trunks=Trunks(40))


def sweeping(workers: int, plan: Plan) -> float:
    """Seconds for all replications of a plan."""
    began = time.perf_counter()
    tasks = [Task(0, number) for number in range(plan.replications)]
    assert len(list(pooled([plan], tasks, workers, replicate))) == plan.replications
    return time.perf_counter() - began


def reckoning(processes: int, loops: int = _LOOPS) -> float:
    """Seconds for so much arithmetic, by this process or shared by several."""
    began = time.perf_counter()
    if processes == 1:
        arithmetic(loops)
    else:
        context = multiprocessing.get_context("spawn")
        started = [context.Process(target=arithmetic, args=(loops // processes,)) for _ in range(processes)]
        for process in started:
            process.start()
        for process in started:
            process.join()
    return time.perf_counter() - began


def arithmetic(loops: int) -> int:
    """Nothing but numbers, which no process shares with another."""
    value = 1
    for number in range(loops):
        value = (value * 1103515245 + number) & 0x7FFFFFFF
    return value


def tell(rounds: int, hours: float = 2.0, replications: int = 40, loops: int = 6 * _LOOPS) -> None:
    """Measure both, one after the other in each round, and print."""
    plan = a_plan(hours, replications)
    ways: dict[str, Callable[[int], float]] = {
        "sweep": lambda count: sweeping(count, plan), "arithmetic": lambda count: reckoning(count, loops),
    }  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way(1) / way(2))
    swept, reckoned = median(found["sweep"]), median(found["arithmetic"])
    print(f"\na sweep of {replications} replications of {hours} h, beside pure arithmetic; median of {rounds} interleaved rounds")
    print(f"  two workers are {swept:.2f} times as fast as one, two processes of arithmetic {reckoned:.2f} times")
    print(f"  {swept / reckoned:.2f} of it (required {REQUIRED})")
