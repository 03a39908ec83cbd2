"""`callsim run --step` and `--predict`: a walk forwards and backwards, and whoever predicts is told what was right."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from callsim.cli import cli

SCENARIO = str(Path(__file__).parents[2] / "scenarios" / "plivo" / "01-hang-up-an-answered-call.yaml")


def walked(*words: str, predict: bool = False) -> list[str]:
    """What is printed for these lines typed."""
    arguments = ["run", SCENARIO, "--predict" if predict else "--step"]
    result = CliRunner().invoke(cli, arguments, input="".join(f"{word}\n" for word in words))
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_it_goes_on_and_back_one_event_after_the_other() -> None:
    found = walked("", "n", "b", "b", "b", "q")
    told = [line.strip() for line in found if "alice" in line or "Nothing" in line]
    assert told == [
        "0s  application -> platform: place alice", "0s  alice (callee): queued", "0s  application -> platform: place alice",
        "Nothing has happened yet.", "Nothing has happened yet.",
    ]  # fmt: skip


def test_it_goes_to_a_step_and_tells_the_states_and_why() -> None:
    found = "\n".join(walked("g 11", "s", "w", "q"))
    assert "alice (callee): completed  (normal)" in found
    assert "  alice completed" in found
    assert "call.hang_up.in-progress.api" in found
    assert "documented" in found
    assert found.index("it follows from:") < found.rindex("DELETE .../Call/$alice/")


def test_to_the_end_and_past_it_nothing_more_happens() -> None:
    found = walked("e", "n", "b", "q")
    assert sum("204" in line for line in found) == 1
    assert "That is all that happened." in found


@pytest.mark.parametrize("word", ["x", "g", "g 1000", "g -1", "g x", "n n", "?"])
def test_what_it_does_not_know_it_answers_with_what_it_does(word: str) -> None:
    assert sum("Enter or n: on" in line for line in walked(word, "q")) == 2


def test_who_predicts_is_asked_before_each_answer_and_told_what_was_right() -> None:
    right = "\n".join(walked(*[""] * 14, "204", "q", predict=True))
    assert "DELETE .../Call/$alice/: which HTTP status is the answer?" in right
    assert "  right" in right
    assert right.index("which HTTP status") < right.index("platform -> application: 204")
    assert "1 of 1 answers were predicted" in right
    wrong = "\n".join(walked("e", "200", "q", predict=True))
    assert "  no: 204" in wrong
    assert "answer.plivo.hang_up.done" in wrong
    assert "0 of 1 answers were predicted" in wrong


def test_the_end_of_what_is_typed_ends_the_walk() -> None:
    found = [line.strip() for line in walked("n") if line.strip()]
    assert found[-2:] == ["0s  application -> platform: place alice", "[1 of 14]"]


def test_past_the_end_comes_the_next_scenario_and_who_stops_stops_all() -> None:
    def titles(*words: str) -> int:
        typed = "".join(f"{word}\n" for word in words)
        return CliRunner().invoke(cli, ["run", SCENARIO, SCENARIO.replace("01-hang-up-an-answered-call", "03-cancel-a-ringing-call"), "--step"],
                                  input=typed).output.count("Enter or n: on")  # fmt: skip

    assert titles("e", "n", "n", "q") == 2
    assert titles("n", "q") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize(("keys", "code"), [(b"q", 0), (b"\x04", 0), (b"\x03", 3)], ids=["q", "Ctrl-D", "Ctrl-C"])
def test_at_a_terminal_arrows_go_on_and_back_and_every_way_to_stop_is_clean(keys: bytes, code: int) -> None:
    import pty
    import termios

    here, there = pty.openpty()
    command = [sys.executable, "-m", "callsim", "run", SCENARIO, "--step"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=environment, start_new_session=True)
    os.close(there)
    seen = b""
    for key, awaited in ((b"\x1b[C", b"[0 of 14]"), (b"\x1b[C", b"[1 of 14]"), (b"\x1b[D", b"[2 of 14]"), (keys, b"[1 of 14]")):
        while awaited not in seen:
            seen += os.read(here, 10_000)
        seen = b""
        while termios.tcgetattr(here)[3] & termios.ICANON:
            time.sleep(0.01)  # what is typed before it listens for keys is thrown away
        os.write(here, key)
    with suppress(OSError):  # the other end is gone once the process is
        while more := os.read(here, 10_000):
            seen += more
    assert process.wait(30) == code
    assert b"Traceback" not in seen
    os.close(here)


@pytest.mark.parametrize("more", [["--format", "json"], ["--coverage"], ["--output", "x.txt"]])
def test_a_walk_is_for_somebody_who_looks(more: list[str]) -> None:
    result = CliRunner().invoke(cli, ["run", SCENARIO, "--step", *more])
    assert result.exit_code != 0
