"""Lessons that tests write themselves, and where they are put."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callsim.learn.course import Course, course
from callsim.learn.desk import Desk
from callsim.learn.keeping import Keeper

ROOT = Path(__file__).parents[2]
HEAD = "callsim: 1\ntitle: A lesson\nvendor: plivo\n"
PLAIN = """\
calls: {alice: {far_end: {answers: 2s}, hangup_url: /over}}
steps:
  - {at: 5s, hang_up: alice, expect: 204}
expect: {alice: {cause: normal}}
"""
ASKS = """\
lesson:
  number: %d
  about: Alice is called.
  questions:
    - {ask: state, of: alice, at: 1s}
    - {ask: status, after: 1, hint: Think of something empty.}
    - {ask: cause, of: alice}
  remember: It ends.
"""


def write(folder: Path, name: str, text: str) -> Path:
    """A scenario file of that body."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text if text.startswith("callsim:") else HEAD + text, encoding="utf-8")
    return path


def small_course(folder: Path, lessons: int = 3) -> Course:
    """A course of lessons that are all alike."""
    for number in range(1, lessons + 1):
        write(folder, f"{number:02}-lesson", PLAIN + ASKS % number)
    return course(str(folder))


def desk(folder: Path, lessons: int = 3) -> Desk:
    """A desk for such a course."""
    return Desk(small_course(folder / "lessons", lessons), Keeper(folder / "progress.json", "course"))


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[str]:
    """The course in the browser, served by a process of its own; where it is."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "callsim", "learn", "--web", "--progress", str(folder / "p.json"), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith("callsim: the course is at "), line + process.stderr.read()
        try:
            yield line.partition(" at ")[2].partition(" ")[0]
        finally:
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
    assert (process.returncode, said) == (0, "")
