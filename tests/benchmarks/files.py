"""How long a long file takes to validate, and a small one to run from the command line."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from callsim.scenario.front import VOCABULARY
from callsim.scenario.loading import load_bytes

ROOT = Path(__file__).parents[2]
SMALL = """\
callsim: 1
title: Hung up while it rings
vendor: plivo
calls:
  alice: {hangup_url: /hangup}
steps:
  - {at: 5s, hang_up: alice, expect: 204}
expect:
  alice: {state: completed, cause: cancelled, by: api, ended: 5s}
"""
_FOUR_STEPS = """\
  - {{after: 10ms, place: call-{n}, to: "+15550100003", hangup_url: /hangup}}
  - {{after: 10ms, answer: call-{n}, expect: done}}
  - {{after: 10ms, hang_up: call-{n}, expect: 204, check: {{call-{n}: {{state: completed, cause: normal}}}}}}
  - {{after: 10ms, request: DELETE /v1/Account/$account/Call/$call-{n}/, expect: 404}}
"""


def machine() -> str:
    """What was measured on."""
    return f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}; {platform.python_implementation()} {platform.python_version()}"


def long_scenario(steps: int) -> bytes:
    """A scenario of so many steps: calls placed, answered, hung up, and hung up once more."""
    parts = [_FOUR_STEPS.format(n=number) for number in range(-(-steps // 4))]
    return ("callsim: 1\ntitle: A long day\nvendor: plivo\nsteps:\n" + "".join(parts)).encode()


def checking(steps: int, rounds: int) -> float:
    """CPU seconds it takes to read and check such a scenario, imports not counted: the median."""
    data = long_scenario(steps)
    load_bytes(SMALL.encode(), "small.yaml", vocabulary=VOCABULARY)
    seen = []
    for _ in range(rounds):
        began = process_time()
        load_bytes(data, "long.yaml", vocabulary=VOCABULARY)
        seen.append(process_time() - began)
    return median(seen)


def running(rounds: int) -> float:
    """CPU seconds of `callsim run` of one small file, the interpreter's start included, once compiled: the median."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.yaml"
        path.write_text(SMALL)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        _run(path, environment)
        return median(_run(path, environment) for _ in range(rounds))


def _run(path: Path, environment: dict[str, str]) -> float:
    before = _children()
    command = [sys.executable, "-m", "callsim", "run", str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
