"""callsim under load: calls a second and bytes by how many are up, and memory over how many are over. Each world in a process of its own.

As many calls are up all the time as are asked for: whenever one ends another is placed. Nothing is traced, and who is over is forgotten.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from callsim.dialects import dialect
from callsim.far_end import FarEnd
from callsim.model import Call, Placement
from callsim.traffic.passing import Passing
from callsim.traffic.plan import Constant, Plan, Poisson, Stream

LIVE = (1_000, 10_000, 50_000, 250_000)
FINISHED = 5_000_000
RING, ANSWER, TALK = 1_000, 2_000, 180_000
MIB = 1 << 20
_PAGE = 4_096


class Closed:
    """A world in which the same number of calls is up all the time, each talking as long as chance will have it."""

    def __init__(self, live: int, seed: int = 1) -> None:
        plan = Plan("load", "plivo", (Stream("all", Poisson(1.0), talks=Constant(TALK)),), 1)
        self.world = Passing(dialect("plivo"), plan, lambda name: None, self._over)
        self.placement, self.chance, self.placed, self.over, self.until = Placement(to="+15550100001"), Random(seed), 0, 0, 0
        self.live = live
        for _ in range(live):
            self.place()

    def place(self, _: Any = None) -> None:
        self.placed += 1
        talk = int(self.chance.expovariate(1 / TALK))
        self.world.place(f"call-{self.placed}", self.placement, FarEnd(RING, ANSWER, talk))

    def _over(self, call: Call) -> None:
        self.over += 1
        self.world.later(0, self.place, None)

    def turn_over(self, calls: int) -> None:
        """Go on until so many more are over."""
        wanted = self.over + calls
        while self.over < wanted:
            left = wanted - self.over
            self.world.run(self.world.now + max(1, left * TALK // self.live))


def memory() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def live(connection: Connection, number: int, turnover: int) -> None:
    """Send how many calls a second end, how many bytes a live call takes, and what the process takes in all."""
    before = memory()
    world = Closed(number)
    world.turn_over(max(1_000, number // 50))
    taken = memory()
    began = process_time()
    was = world.over
    world.turn_over(turnover)
    connection.send(((world.over - was) / (process_time() - began), (taken - before) / number, memory()))


def finished(connection: Connection, number: int, parts: int) -> None:
    """Send what the process takes after each part of so many finished calls, a thousand up all the time."""
    world = Closed(1_000)
    world.turn_over(5_000)
    found = [memory()]
    for _ in range(parts):
        world.turn_over(number // parts)
        found.append(memory())
    connection.send(found)


def alone(measure: Any, *arguments: int) -> Any:
    """What a measurement sends that runs in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=measure, args=(there, *arguments))
    process.start()
    there.close()
    try:
        return here.recv()
    finally:
        process.join()
        here.close()


def tell(numbers: Sequence[int] = LIVE, turnover: int = 20_000, over: int = 200_000) -> None:
    """Measure and print."""
    print("\nunder load, nothing traced, finished calls forgotten; each world in its own process\n")
    for number in numbers:
        rate, each, whole = alone(live, number, turnover)
        need = "  (required under 512 MiB)" if number == 250_000 else ""
        print(f"  {number:>9,} calls up {rate:>9,.0f} calls/s {each:>8,.0f} bytes a live call {whole / MIB:>7,.0f} MiB in all{need}")
    found = alone(finished, over, 5)
    told = " ".join(f"{each / MIB:.1f}" for each in found)
    print(f"\n  over {over:,} finished calls the process takes, in MiB: {told} (required flat)")
