"""Replications that cost nothing and go wrong on purpose, for tests of who makes them. Other processes find them by name.

The title of a plan is the folder in which they leave their marks.
"""

from __future__ import annotations

import os
import signal
from hashlib import sha256
from pathlib import Path

from callsim.model import Placement
from callsim.traffic.plan import Plan, Poisson, Stream, Trunks
from callsim.traffic.tally import COUNTS, TIMES, Tally, empty


def plan(folder: Path | str = "", trunks: int = 20, replications: int = 6, seed: int = 1) -> Plan:
    stream = Stream("campaign", Poisson(0.5), Placement(to="+15550100009"))
    return Plan(str(folder), "plivo", (stream,), 60_000, replications=replications, seed=seed, trunks=Trunks(trunks), batches=4)


def replicate(plan: Plan, number: int) -> Tally:
    """Figures that hang on nothing but the plan and the number."""
    chance = sha256(f"{plan.seed} {plan.trunks} {number}".encode()).digest()
    tally = empty(number, plan.horizon // plan.batches, plan.batches)
    for counts in (*(tally.counts[name] for name in COUNTS), *(tally.times[name] for name in TIMES)):
        counts[:] = chance[: plan.batches]
    tally.causes["normal"] = list(chance[4 : 4 + plan.batches])
    tally.peak = chance[9]
    return tally


def ends_its_process_once(plan: Plan, number: int) -> Tally:
    """Number 2 is killed the first time, in each folder."""
    if number == 2 and _first(plan, "killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    return replicate(plan, number)


def ends_its_process(plan: Plan, number: int) -> Tally:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return replicate(plan, number)


def goes_wrong(plan: Plan, number: int) -> Tally:
    if number == 2:
        raise ZeroDivisionError("two is one too many")
    return replicate(plan, number)


def goes_wrong_elsewhere(plan: Plan, number: int) -> Tally:
    """As where something is installed otherwise."""
    if number == 2 and str(os.getpid()) != os.environ["CALLSIM_TEST_HERE"]:
        raise ImportError("there is no such thing here")
    return replicate(plan, number)


def is_stopped_once(plan: Plan, number: int) -> Tally:
    """Number 2, the first time, says its process into the pipe `begun` and goes on when somebody closes `go`."""
    if number == 2 and _first(plan, "stopped"):
        wait(plan)
    return replicate(plan, number)


def is_stopped(plan: Plan, number: int) -> Tally:
    """The same, whenever it is made, from number 2 on."""
    if number >= 2:
        wait(plan)
    return replicate(plan, number)


def wait(plan: Plan) -> None:
    """Hold `begun` open while this process lives, and wait."""
    folder = Path(plan.title)
    begun = os.open(folder / "begun", os.O_WRONLY)
    os.write(begun, f"{os.getpid()}\n".encode())
    with (folder / "go").open() as go:
        go.read()
    os.close(begun)


def pipes(folder: Path) -> Path:
    """A folder in which replications can be stopped."""
    for name in ("begun", "go"):
        os.mkfifo(folder / name)
    return folder


def _first(plan: Plan, mark: str) -> bool:
    try:
        os.close(os.open(Path(plan.title) / mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True
