"""What only a real process shows: pipes that close, keys that interrupt, disks that are full, and what is imported."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "callsim"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent.parent), "COLUMNS": "100"}


def callsim(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, **options
    )  # type: ignore[call-overload, no-any-return]


def test_a_process_ends_with_the_code_of_its_verdict() -> None:
    result = callsim("run", "worlds/fails.yaml", "worlds/cancelled.yaml")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.endswith("2 scenarios: 1 holds, 1 FAILS\n")


@pytest.mark.parametrize("arguments", [["rules"], ["run", "worlds"], ["run", "worlds", "--format", "json"]])
def test_a_pipe_that_closes_is_no_matter_for_words(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=HERE, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == (3 if arguments[0] == "run" else 0)


def test_an_interrupting_key_ends_it_with_3_and_one_line() -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", "-"],
        cwd=HERE,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _wait_until_it_reads(process.pid)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out, error) == (3, b"", b"interrupted\n")


def _wait_until_it_reads(pid: int) -> None:
    """Until the process waits for its standard input."""
    for _ in range(600):
        time.sleep(0.05)
        waits = Path(f"/proc/{pid}/wchan")
        if waits.exists() and "pipe" in waits.read_text():
            return
        if not waits.exists():
            time.sleep(3)
            return


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("arguments", [["run", "worlds/cancelled.yaml"], ["schema"], ["rules"], ["new", "-"]])
def test_a_full_disk_behind_the_standard_output_is_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments], cwd=HERE, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert result.returncode == 2
    assert result.stderr == b"callsim: the standard output cannot be written: No space left on device\n"


HELPS = [["--help"], ["run", "--help"], ["rules", "--help"], ["--version"]]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_help_that_a_full_disk_does_not_take_is_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments], cwd=HERE, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert result.stderr == b"callsim: the standard output cannot be written: No space left on device\n"
    assert result.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("arguments", [["nothing"], ["run"], ["run", "missing.yaml"]], ids=" ".join)
def test_a_complaint_that_a_full_disk_does_not_take_still_ends_with_2(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments], cwd=HERE, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=full, timeout=60
        )
    assert (result.returncode, result.stdout) == (2, b"")


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_help_into_a_pipe_that_closes_is_no_matter_for_words(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(
        [*COMMAND, *arguments], cwd=HERE, env=ENVIRONMENT, stdout=writer, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


def test_an_output_that_knows_only_ascii_shows_the_rest_as_escapes(tmp_path: Path) -> None:
    text = (HERE / "worlds" / "cancelled.yaml").read_text().replace("A call", "Ein Gespräch")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    result = subprocess.run(
        [*COMMAND, "run", str(tmp_path)],
        env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert result.returncode == 0
    assert rb"Ein Gespr\xe4ch" in result.stdout


def test_a_file_one_may_not_read_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("callsim: 1\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    result = callsim("run", str(path))
    assert (result.returncode, result.stderr) == (2, f"{path}: this cannot be read: Permission denied\n")


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["schema"], ["new", "-"]])
def test_what_plays_nothing_imports_no_engine(arguments: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "callsim", *arguments],
        cwd=HERE,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "callsim.cli" in imported
    assert not imported & {"simpy", "transitions", "hypothesis", "rich.console"}


def test_playing_imports_no_testing_library() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "callsim", "run", "worlds/cancelled.yaml"],
        cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert not imported & {"hypothesis", "pytest", "rich.progress", "rich.markdown", "rich.traceback", "asyncio"}


def test_a_terminal_gets_colour_at_its_width() -> None:
    code, shown = _on_a_terminal(["run", "worlds/cancelled.yaml"], {"TERM": "xterm-256color"})
    assert code == 0
    assert b"\x1b[1;32mholds" in shown


def test_a_terminal_gets_no_colour_where_none_is_wanted() -> None:
    _, shown = _on_a_terminal(["run", "worlds/cancelled.yaml"], {"TERM": "xterm-256color", "NO_COLOR": "1"})
    assert b"32m" not in shown
    _, shown = _on_a_terminal(["run", "worlds/cancelled.yaml"], {"TERM": "dumb"})
    assert b"\x1b" not in shown


def _on_a_terminal(arguments: list[str], more: dict[str, str]) -> tuple[int, bytes]:
    leader, follower = pty.openpty()
    environment = {key: value for key, value in ENVIRONMENT.items() if key not in ("NO_COLOR", "COLORTERM")}
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=HERE, env={**environment, **more}, stdout=follower, stderr=follower, stdin=follower
    )
    os.close(follower)
    shown = b""
    try:
        while chunk := os.read(leader, 65536):
            shown += chunk
    except OSError:
        pass
    os.close(leader)
    return process.wait(60), shown
