"""A real scheduler and real workers, as processes on this machine: they make what one process makes, though one is killed."""

from __future__ import annotations

import json
import os
import pty
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from callsim.errors import MissingExtra, UsageError
from callsim.traffic import cluster
from callsim.traffic.cluster import _Cluster, clustered
from callsim.traffic.plan import Plan
from callsim.traffic.pool import WorkerLost
from callsim.traffic.working import Replicate, Task, versions

from . import standing_in
from .standing_in import plan
from .test_pool import ENVIRONMENT, kill, made

QUIET = {**ENVIRONMENT, "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False", "PYTHONUNBUFFERED": "1"}


class Process:
    """A process whose every line is read, so that it never waits, until the one that says what it is good for."""

    def __init__(self, command: Sequence[str], folder: Path, sign: str) -> None:
        self._process = subprocess.Popen(command, cwd=folder, env=QUIET, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.line = next(line for line in iter(self._next, "") if sign in line)

    def _next(self) -> str:
        return self._lines.get(timeout=60)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, Process]]:
    process = Process([*DASK_SCHEDULER, "--port", "0", "--host", "127.0.0.1", "--no-dashboard"], folder, "Scheduler at:")
    try:
        yield process.line.split()[-1], process
    finally:
        process.end()


DASK_SCHEDULER = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
DASK_WORKER = [sys.executable, "-m", "distributed.cli.dask_worker"]


@contextmanager
def worker(address: str, folder: Path) -> Iterator[Process]:
    process = Process([*DASK_WORKER, address, "--no-nanny", "--nthreads", "1", "--no-dashboard"], folder, "Registered to:")
    try:
        yield process
    finally:
        process.end()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    with scheduler(folder) as (address, _), worker(address, folder), worker(address, folder):
        yield address


def made_there(plans: list[Plan], address: str, replicate: Replicate = standing_in.replicate) -> list[tuple[Task, object]]:
    tasks = [Task(point, number) for point, each in enumerate(plans) for number in range(each.replications)]
    return sorted((task, tally.as_data()) for task, tally in clustered(plans, tasks, address, replicate))


def test_a_cluster_makes_what_one_process_makes(address: str) -> None:
    plans = [plan(trunks=20), plan(trunks=30), plan(trunks=40)]
    assert made_there(plans, address) == made(plans, 1)


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    plans = [plan(standing_in.pipes(tmp_path))]
    with scheduler(tmp_path) as (address, _), worker(address, tmp_path), worker(address, tmp_path):
        threading.Thread(target=kill, args=(tmp_path,), daemon=True).start()
        assert made_there(plans, address, standing_in.is_stopped_once) == made(plans, 1)


CAMPAIGN = """
callsim: 1
title: How many trunks
vendor: plivo
traffic: {horizon: 20m, replications: 20, batches: 5}
limits: {trunks: 4}
arrivals: {campaign: {poisson: 5/min, call: {to: "+15550100009"}, talks: {exponential: 1m}}}
"""


def test_a_sweep_on_a_cluster_gives_the_bytes_of_one_at_home_though_a_worker_is_killed_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "campaign.yaml").write_text(CAMPAIGN)
    sweep = [sys.executable, "-m", "callsim", "sweep", "campaign.yaml", "--vary", "trunks=2,4", "--format", "json"]
    at_home = subprocess.run([*sweep, "--workers", "1"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True)
    with scheduler(tmp_path) as (address, _), worker(address, tmp_path) as one, worker(address, tmp_path):
        leader, follower = pty.openpty()
        process = subprocess.Popen([*sweep, "--cluster", address], cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=follower)
        os.close(follower)
        shown = b""
        while b"/40 limits.trunks=" not in shown:
            shown += os.read(leader, 1024)
        one.end()
        out, _ = process.communicate(timeout=120)
        os.close(leader)
    assert (at_home.returncode, process.returncode) == (0, 0)
    assert json.loads(out)["complete"] is True
    assert out == at_home.stdout


class Lost:
    """What has been made, on a worker that is no more."""

    status = "lost"


def test_what_a_worker_took_with_it_when_it_was_killed_is_made_again() -> None:
    whole = _Cluster(None, "tcp://127.0.0.1:1", [plan()], iter(()), standing_in.replicate)
    assert whole._tally(Task(0, 1), Lost()) is None
    assert list(whole.again) == [Task(0, 1)]


def test_an_error_in_a_worker_comes_out_where_it_can_be_seen(address: str) -> None:
    with pytest.raises(ZeroDivisionError, match="two is one too many"):
        made_there([plan()], address, standing_in.goes_wrong)


def test_what_only_a_worker_cannot_make_is_a_difference_between_machines(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIM_TEST_HERE", str(os.getpid()))
    with pytest.raises(UsageError, match=r"a worker of the cluster could not make what can be made here: .*; install the same there"):
        made_there([plan()], address, standing_in.goes_wrong_elsewhere)


def test_workers_of_other_versions_are_refused_by_name(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "__version__", "0.9.9", raising=False)
    monkeypatch.setattr("callsim.traffic.working.__version__", "0.9.9")
    assert versions()["callsim"] == "0.9.9"
    with pytest.raises(UsageError, match=r"the worker tcp://127.* has callsim 0\.1\.0, here it is 0\.9\.9: figures could differ"):
        made_there([plan()], address)


def test_a_scheduler_that_is_not_there_is_told_of_once(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UsageError, match=f"--cluster tcp://127.0.0.1:{port}: no Dask scheduler answers there within 0.5 s"):
        made_there([plan()], f"tcp://127.0.0.1:{port}")
    assert capfd.readouterr() == ("", "")


def test_a_scheduler_without_workers_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with scheduler(tmp_path) as (address, _), pytest.raises(UsageError, match="no worker came to this scheduler within 1 s; start one by"):
        made_there([plan()], address)


def test_a_scheduler_that_goes_is_told_of(tmp_path: Path) -> None:
    folder = standing_in.pipes(tmp_path)
    with scheduler(tmp_path) as (address, process), worker(address, tmp_path):
        threading.Thread(target=end_when_begun, args=(folder, process), daemon=True).start()
        with pytest.raises(WorkerLost, match=f"the scheduler at {address} is gone"):
            made_there([plan(folder)], address, standing_in.is_stopped)


def end_when_begun(folder: Path, process: Process) -> None:
    with (folder / "begun").open() as begun:
        begun.readline()
        process.end()


@pytest.mark.parametrize("address", ["", "localhost", "127.0.0.1:8786", "tcp://here", "http://127.0.0.1:80", "tcp://a b:1", "inproc://x"])
def test_what_is_no_address_is_told_so(address: str) -> None:
    with pytest.raises(UsageError, match="this is no address of a scheduler; write one such as tcp://"):
        made_there([plan()], address)


def test_without_the_library_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"this needs dask\.distributed; install it with: pip install 'callsim\[cluster\]'"):
        made_there([plan()], "tcp://127.0.0.1:8786")
