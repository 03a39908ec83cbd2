"""Several processes make what one would; one that is killed loses nothing, and none is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from callsim.traffic.plan import Plan
from callsim.traffic.pool import WorkerLost, cores, pooled
from callsim.traffic.working import Replicate, Task

from . import standing_in
from .standing_in import plan

TESTS = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}


def made(plans: list[Plan], workers: int, replicate: Replicate = standing_in.replicate) -> list[tuple[Task, object]]:
    tasks = [Task(point, number) for point, each in enumerate(plans) for number in range(each.replications)]
    return sorted((task, tally.as_data()) for task, tally in pooled(plans, tasks, workers, replicate))


def test_two_and_three_workers_make_what_one_makes() -> None:
    plans = [plan(trunks=20), plan(trunks=30), plan(trunks=40)]
    alone = made(plans, 1)
    assert len(alone) == 18
    assert made(plans, 2) == alone
    assert made(plans, 3) == alone


def test_nothing_to_do_is_done() -> None:
    assert list(pooled([], [], 2, standing_in.replicate)) == []


def test_there_are_no_more_workers_than_there_is_work() -> None:
    assert len(made([plan(replications=1)], 3)) == 1


def test_a_worker_that_ends_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    plans = [plan(tmp_path)]
    assert made(plans, 2, standing_in.ends_its_process_once) == made(plans, 1)


def test_a_worker_that_somebody_kills_loses_nothing(tmp_path: Path) -> None:
    plans = [plan(standing_in.pipes(tmp_path))]
    threading.Thread(target=kill, args=(tmp_path,), daemon=True).start()
    assert made(plans, 2, standing_in.is_stopped_once) == made(plans, 1)


def kill(folder: Path) -> None:
    with (folder / "begun").open() as begun:
        os.kill(int(begun.readline()), signal.SIGKILL)


def test_a_replication_that_ends_every_process_is_given_up_and_named() -> None:
    with pytest.raises(WorkerLost, match=r"replication 2 of point 0 ended 3 processes, the last by SIGKILL; is there too little memory"):
        made([plan()], 2, standing_in.ends_its_process)


def test_an_error_in_a_worker_comes_out_where_it_can_be_seen() -> None:
    with pytest.raises(ZeroDivisionError, match="two is one too many"):
        made([plan()], 2, standing_in.goes_wrong)


def test_what_only_a_worker_cannot_make_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIM_TEST_HERE", str(os.getpid()))
    assert made([plan()], 2, standing_in.goes_wrong_elsewhere) == made([plan()], 1)


def test_workers_that_cannot_even_begin_are_told_of(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text("from traffic.test_pool import made, plan\nmade([plan()], 2)\n")
    result = subprocess.run([sys.executable, script], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    assert "3 worker processes ended before they began, the last with exit code 1; a script of your own needs" in result.stderr


def test_who_has_enough_leaves_no_process_behind(tmp_path: Path) -> None:
    folder = standing_in.pipes(tmp_path)
    finished = pooled([plan(folder)], [Task(0, number) for number in range(6)], 3, standing_in.is_stopped)
    assert {next(finished)[0], next(finished)[0]} == {Task(0, 0), Task(0, 1)}
    with (folder / "begun").open() as begun:
        assert begun.readline()
        finished.close()
        assert begun.read().count("\n") < 3  # it ends when the last that holds it has ended


def test_workers_whose_parent_is_killed_end_in_the_middle_of_their_work(tmp_path: Path) -> None:
    folder = standing_in.pipes(tmp_path)
    script = f"""
from traffic import test_pool, standing_in
if __name__ == "__main__":
    test_pool.made([standing_in.plan({str(folder)!r})], 2, standing_in.is_stopped)
"""
    (tmp_path / "parent.py").write_text(script)
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py"], env=ENVIRONMENT, stderr=subprocess.PIPE)
    with (folder / "begun").open() as begun:
        assert begun.readline()
        parent.kill()
        begun.read()
    parent.communicate(timeout=60)
    assert parent.returncode == -signal.SIGKILL


def test_there_is_a_core_to_work_on() -> None:
    assert cores() >= 1
