"""Exploring in a real process: searches that are interrupted, bounded, piped away, and what they import."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXPLORE = [sys.executable, "-m", "callsim", "explore"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent.parent), "COLUMNS": "100"}


def explore(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*EXPLORE, *arguments], cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


def test_an_interrupting_key_ends_a_search_with_3_and_what_is_known() -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*EXPLORE, "races/many.yaml", "--any"], cwd=HERE, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=follower, text=True
    )
    os.close(follower)
    shown = b""
    while b"states, depth" not in shown:
        shown += os.read(leader, 1024)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    shown += os.read(leader, 65536)
    os.close(leader)
    assert process.returncode == 3
    assert "not every order of all that happens, times forgotten" in out
    assert "UNDECIDED  bound: interrupted" in out
    assert shown.endswith(b"\r\x1b[Kinterrupted after 1 of 1 scenarios\r\n")


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_search_that_is_cut_gives_the_same_answer_whatever_the_hash_seed(format: str) -> None:
    arguments = [*EXPLORE, "races", "--window", "1s", "--max-states", "3000", "--format", format]
    told = {
        subprocess.run(arguments, cwd=HERE, env={**ENVIRONMENT, "PYTHONHASHSEED": seed}, capture_output=True, text=True).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert "states" in told.pop()


def test_a_pipe_that_closes_is_no_matter_for_words() -> None:
    process = subprocess.Popen([*EXPLORE, "races/late.yaml"], cwd=HERE, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("arguments", [["races/late.yaml"], ["races/late.yaml", "--format", "json"], ["--help"]], ids=" ".join)
def test_a_full_disk_behind_the_standard_output_is_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run([*EXPLORE, *arguments], cwd=HERE, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert result.returncode == 2
    assert result.stderr == b"callsim: the standard output cannot be written: No space left on device\n"


def test_the_order_that_is_written_fails_alike_when_it_is_played(tmp_path: Path) -> None:
    path = tmp_path / "failing.yaml"
    assert explore("races/answered.yaml", "--write", str(path)).returncode == 1
    played = subprocess.run(
        [sys.executable, "-m", "callsim", "run", str(path)], cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert (played.returncode, played.stderr) == (1, "")
    assert "expected alice's cause to be cancelled, found normal (by call.hang_up.in-progress.api)" in played.stdout


@pytest.mark.parametrize(("arguments", "absent"), [
    (["--help"], {"simpy", "transitions", "hypothesis", "rich.console", "callsim.explore"}),
    (["races/late.yaml"], {"hypothesis", "pytest", "asyncio", "rich.progress"}),
])  # fmt: skip
def test_exploring_imports_no_more_than_it_needs(arguments: list[str], absent: set[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "callsim", "explore", *arguments],
        cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "callsim.cli" in imported
    assert not imported & absent
