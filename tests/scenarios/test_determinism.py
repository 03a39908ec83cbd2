"""The same world and seed give the same story: under every hash seed, and whether or not forgotten timers strike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from callsim.scenario import playing
from callsim.simulation import Simulation
from tests import traces

from .played import FILES, ROOT, all_cases, case_params, cases_of, name_of

HASH_SEEDS = ("0", "1", "4294967295")
A_DAY = 86_400_000

_HASH_ALL = """
import json, sys
from callsim.scenario.loading import load
from callsim.scenario.playing import play
hashes = {}
for path in sys.argv[1:]:
    for number, case in enumerate(load(path)):
        hashes[f"{path} {number}"] = play(case, laws=False).simulation.trace_sha256()
print(json.dumps(hashes))
"""


def _hashing(hash_seed: str) -> subprocess.Popen[str]:
    paths = [path.relative_to(ROOT).as_posix() for path in FILES]
    found = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": found}
    return subprocess.Popen(
        [sys.executable, "-c", _HASH_ALL, *paths], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def test_every_trace_is_the_same_under_every_hash_seed() -> None:
    running = [_hashing(seed) for seed in HASH_SEEDS]
    hashes = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    assert len(hashes[0]) == len(all_cases())
    differing = [name for name in hashes[0] if len({each[name] for each in hashes}) > 1]
    assert not differing, f"the trace depends on the hash seed: {differing}"


def test_every_scenario_leaves_the_trace_that_was_written_down() -> None:
    assert list(traces.of_scenarios()) == traces.OF_SCENARIOS.read_text(encoding="utf-8").splitlines(), (
        "if that is meant: python -m tests.traces --pin"
    )


def _end(simulation: Simulation) -> tuple[Any, ...]:
    """All that is so at the end, without ids."""
    switch = simulation.switch
    times = [(call.queued_at, call.ringing_at, call.answered_at, call.ending) for call in switch.calls.values()]
    rooms = [(mpc.created_at, mpc.started_at, mpc.ended_at, mpc.rule) for mpc in switch.mpcs.values()]
    actions = [(each.name, each.state, each.ended_at) for call in switch.calls.values() for each in call.actions]
    return switch.key(), times, rooms, actions


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_timers_that_are_not_forgotten_lead_to_the_same_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in cases_of(path):
        ends = []
        for forget in (True, False):
            monkeypatch.setattr(playing, "Simulation", partial(Simulation, forget=forget))
            simulation = playing.play(case).simulation
            simulation.run(simulation.now + A_DAY)  # So that every clock strikes, those of the longest limits included.
            ends.append(_end(simulation))
        assert ends[0] == ends[1], f"forgetting timers changes the end of {path}: {case.case}"


@pytest.mark.parametrize(("path", "number"), case_params())
def test_a_seed_changes_ids_and_nothing_else(path: Path, number: int) -> None:
    case = cases_of(path)[number]
    first, second = (playing.play(case, seed=seed) for seed in (0, 77))
    assert first.passed == second.passed
    assert _end(first.simulation) == _end(second.simulation)
    for call in first.simulation.switch.calls.values():
        ids = {one.simulation.dialect.call_id(one.simulation.switch.calls[call.name]) for one in (first, second)}
        assert len(ids) == 2, f"{call.name} has the same id whatever the seed"
