"""The same calls in several ways: SimPy alone, SimPy with a transitions Machine for each call, and callsim.

A call is placed, rings a second later, is answered two seconds after that, and is hung up by its callee ten seconds after
that; one begins every ten milliseconds.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import simpy
from transitions import Machine

from callsim import FarEnd, Placement, Simulation, dialect

EVERY, RING, ANSWER, TALK = 10, 1_000, 2_000, 10_000
Rates = dict[str, float]


# -- (a) SimPy alone ------------------------------------------------------------------------------------------------


def _waiting(env: simpy.Environment, begins: int) -> Iterator[simpy.Event]:
    yield env.timeout(begins)
    yield env.timeout(RING)
    yield env.timeout(ANSWER)
    yield env.timeout(TALK)


def simpy_alone(calls: int) -> int:
    """A process for each call that waits as a call does, and nothing else. Returns the time at the end."""
    env = simpy.Environment()
    for number in range(calls):
        env.process(_waiting(env, number * EVERY))
    env.run()
    return int(env.now)


# -- (b) SimPy and transitions, as their tutorials write it ---------------------------------------------------------


class TutorialCall:
    """A call with a Machine of its own."""

    states = ("queued", "ringing", "in-progress", "completed")

    def __init__(self, name: str) -> None:
        self.name = name
        self.machine = Machine(model=self, states=TutorialCall.states, initial="queued")
        self.machine.add_transition("ring", "queued", "ringing")
        self.machine.add_transition("answer", "ringing", "in-progress")
        self.machine.add_transition("hang_up", ["queued", "ringing", "in-progress"], "completed")


def _living(env: simpy.Environment, name: str, begins: int) -> Iterator[simpy.Event]:
    yield env.timeout(begins)
    call: Any = TutorialCall(name)
    yield env.timeout(RING)
    call.ring()
    yield env.timeout(ANSWER)
    call.answer()
    yield env.timeout(TALK)
    call.hang_up()


def simpy_and_transitions(calls: int) -> int:
    """A process and a Machine for each call. Returns the time at the end."""
    env = simpy.Environment()
    for number in range(calls):
        env.process(_living(env, f"call-{number}", number * EVERY))
    env.run()
    return int(env.now)


# -- (c) callsim ----------------------------------------------------------------------------------------------------


def callsim(calls: int, traced: bool = True, laws: bool = True) -> int:
    """The switch under Plivo's rules, traced, its laws held after every command. Returns the time at the end."""
    simulation = Simulation(dialect("plivo"), traced=traced, laws=laws)
    placement = Placement(to="+15550100001")
    far_end = FarEnd(RING, ANSWER, TALK)
    for number in range(calls):
        name = f"call-{number}"
        simulation.at(number * EVERY, lambda name=name: simulation.place(name, placement, far_end))  # type: ignore[misc]
    simulation.run()
    if laws:
        simulation.check_all()
    return simulation.now


WAYS: dict[str, tuple[str, Callable[[int], int]]] = {
    "a": ("SimPy alone: a process for each call, the same waits", simpy_alone),
    "b": ("SimPy and transitions as their tutorials write it: a Machine each", simpy_and_transitions),
    "c": ("callsim: Plivo's rules, every change traced, laws on", callsim),
    "d": ("callsim with the trace off, laws on", partial(callsim, traced=False)),
    "e": ("callsim with the trace and the laws off, as traffic is made", partial(callsim, traced=False, laws=False)),
}


def measure(calls: int, rounds: int, ways: str = "abcde") -> Rates:
    """Calls a second of CPU time by each way: the median over rounds, in each of which every way has its turn."""
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in ways:
            gc.collect()
            began = process_time()
            WAYS[name][1](calls)
            seen[name].append(calls / (process_time() - began))
    return {name: median(rates) for name, rates in seen.items()}
