"""`callsim sweep`: what it prints and writes, what it says of mistakes, and that it can be stopped anywhere and resumed."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]), "COLUMNS": "100"}
CAMPAIGN = """
callsim: 1
title: How many trunks
vendor: plivo
traffic: {horizon: 10m, replications: 3, batches: 5}
limits: {trunks: 4}
arrivals:
  campaign: {poisson: 2/min, call: {to: "+15550100009"}, talks: {exponential: 2m}}
"""
STOPPED = """
import sys
from callsim.__main__ import main
from callsim.cli import sweeping
from traffic import standing_in
sweeping.replicate = standing_in.is_stopped
main()
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "campaign.yaml"
    path.write_text(CAMPAIGN)
    return str(path)


def test_a_sweep_tells_each_point_with_its_figures(callsim, file: str) -> None:
    result = callsim("sweep", file, "--vary", "trunks=1,4", "--workers", "1")
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[:2] == ["How many trunks", "plivo; 2 points of 3 replications; seed 0, the same chance at every point"]
    headings = ["trunks", "blocked", "95 % interval", "occupancy of trunks", "95 % interval", "answer-seizure ratio", "95 % interval"]
    assert re.split("  +", lines[3]) == headings
    assert [line.split()[0] for line in lines[4:6]] == ["1", "4"]
    assert "--format json has all" in result.output


def test_the_bytes_are_the_same_for_one_and_for_two_workers(callsim, file: str, tmp_path: Path) -> None:
    written = []
    for workers in ("1", "2"):
        path = tmp_path / f"{workers}.json"
        assert callsim("sweep", file, "--vary", "trunks=1..4:1", "--workers", workers, "--output", str(path)).exit_code == 0
        written.append(path.read_bytes())
    assert written[0] == written[1]
    data = json.loads(written[0])
    assert data["complete"] is True
    assert [point["values"]["limits.trunks"] for point in data["points"]] == ["1", "2", "3", "4"]
    blocked = [point["measures"]["figures"]["blocked"]["value"] for point in data["points"]]
    assert blocked == sorted(blocked, reverse=True)
    offered = {point["measures"]["counts"]["offered"] for point in data["points"]}
    assert len(offered) == 1  # the points share their chance


@pytest.mark.parametrize(("arguments", "told"), [
    ("--vary trunks=0", "--vary trunks=0: '0' is no number of trunks; expected a whole number from 1 to 1,000,000"),
    ("--vary trunk=1", "callsim: --vary trunk: FILE has no such place; did you mean 'trunks'?; write it into the file first"),
    ("--vary trunks=1,2 --resume", "callsim: --resume goes on with a journal; name it by --journal"),
    ("--vary trunks=1 --workers 2 --cluster tcp://127.0.0.1:1",
     "callsim: --workers are processes of this machine, and --cluster has workers of its own; give one of them"),
    ("--vary trunks=1 --cluster here", "callsim: --cluster here: this is no address of a scheduler; write one such as tcp://127.0.0.1:8786"),
    ("--vary trunks=1 --plot trunks.pdf", "callsim: trunks.pdf: plots are drawn as .svg or .png; name a file that ends so"),
    ("--vary trunks=1 --measure blocked", "callsim: --measure says what is drawn; name the picture by --plot"),
    ("--vary trunks=1 --plot a.svg --measure blokked", "callsim: --measure blokked: this sweep has no such figure; did you mean 'blocked'?"),
    ("--vary trunks=1 --plot a.svg --measure mean_wait", "callsim: --measure mean_wait: this sweep has no such figure; "),
    ("--vary trunks=1 --output FILE", "callsim: FILE is the very file that is swept over, and is not written over"),
    ("--vary trunks=1 --journal FILE", "callsim: FILE is the very file that is swept over, and is not written over"),
    ("--vary trunks=1 --plot no/such.svg", "callsim: no/such.svg cannot be written: No such file or directory"),
    ("--vary trunks=1 --as nobody", "callsim: there is no vendor"),
    ("--vary trunks=1 --assume voipnow.delay=x", "callsim: "),
])  # fmt: skip
def test_what_cannot_be_swept_is_told_in_one_line(callsim, file: str, arguments: str, told: str) -> None:
    before = Path(file).read_bytes()
    result = callsim("sweep", file, *arguments.replace("FILE", file).split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told.replace("FILE", file))
    assert result.stderr.count("\n") == 1
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize(("library", "extra", "arguments"), [
    ("numpy", "traffic", ()), ("scipy", "traffic", ()), ("matplotlib", "traffic", ("--plot", "a.svg")),
    ("distributed", "cluster", ("--cluster", "tcp://127.0.0.1:1")),
])  # fmt: skip
def test_what_is_not_installed_is_told_before_anything_is_made(
    callsim, file: str, monkeypatch: pytest.MonkeyPatch, library: str, extra: str, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    result = callsim("sweep", file, "--vary", "trunks=1", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"{library}; install it with: pip install 'callsim[{extra}]'\n")
    assert result.stderr.count("\n") == 1


def test_a_file_without_arrivals_is_none_of_its_business(callsim) -> None:
    result = callsim("sweep", "worlds/room.yaml", "--vary", "title=x,y")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no calls arrive at random here; expected arrivals, or callsim run worlds/room.yaml" in result.stderr


def test_a_journal_that_is_complete_is_all_that_is_needed(callsim, file: str, tmp_path: Path) -> None:
    arguments = ("sweep", file, "--vary", "trunks=1,2", "--workers", "1", "--journal", str(tmp_path / "kept.jsonl"))
    first = callsim(*arguments)
    again = callsim(*arguments)
    assert again.exit_code == 2
    assert "is there already; go on with it by --resume, or name another file" in again.stderr
    assert callsim(*arguments, "--resume").output == first.output
    other = callsim(*arguments, "--resume", "--seed", "5")
    assert other.exit_code == 2
    assert "kept.jsonl is of another sweep: there the plan's seed is 0, here 5; it is left as it is" in other.stderr


def test_a_sweep_that_is_interrupted_tells_what_is_known_and_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    for name in ("begun", "go"):
        os.mkfifo(tmp_path / name)
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN.replace("How many trunks", str(tmp_path)))
    arguments = ["sweep", str(file), "--vary", "trunks=1,2", "--replications", "4", "--workers", "2", "--format", "json"]
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, *arguments, "--journal", str(tmp_path / "kept.jsonl")],
        env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=follower, text=True, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    with (tmp_path / "begun").open() as begun:
        begun.readline()
        begun.readline()  # both workers are in the middle
        shown = b""
        while b"2/8 limits.trunks=1 " not in shown:
            shown += os.read(leader, 1024)
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=120)
        assert begun.read() == ""  # no worker is left
    shown += os.read(leader, 65536)
    os.close(leader)
    assert process.returncode == 3
    data = json.loads(out)
    assert (data["complete"], [point["known"] for point in data["points"]]) == (False, [2, 0])
    end = f" left\r\x1b[Kinterrupted: 2 of 8 replications are known; go on by: --journal {tmp_path / 'kept.jsonl'} --resume\r\n"
    assert shown.decode().endswith(end)
    results = [
        subprocess.run([sys.executable, "-c", STOPPED.replace("is_stopped", "replicate"), *each], env=ENVIRONMENT, capture_output=True)
        for each in (arguments, [*arguments, "--journal", str(tmp_path / "kept.jsonl"), "--resume"])
    ]
    assert [(each.returncode, each.stderr) for each in results] == [(0, b""), (0, b"")]
    assert results[0].stdout == results[1].stdout


def test_what_is_varied_first_is_drawn_with_its_figure(callsim, file: str, tmp_path: Path) -> None:
    pictures = []
    for name, measure in (("a.svg", ()), ("b.svg", ()), ("c.svg", ("--measure", "occupancy")), ("d.png", ())):
        path = tmp_path / name
        result = callsim("sweep", file, "--vary", "trunks=1..4:1", "--workers", "1", "--plot", str(path), *measure)
        assert result.exit_code == 0
        pictures.append(path.read_bytes())
    assert pictures[0] == pictures[1] != pictures[2]
    assert b"blocked, %" in pictures[0]
    assert b">trunks<" in pictures[0]
    assert b"occupancy of trunks, %" in pictures[2]
    assert pictures[3].startswith(b"\x89PNG")


def test_help_imports_nothing_heavy() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "callsim", "sweep", "--help"], env=ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "callsim.cli" in imported
    assert not imported & {"numpy", "scipy", "distributed", "simpy", "multiprocessing", "callsim.traffic"}
