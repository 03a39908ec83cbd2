"""Lessons that tests write themselves, and where they are put."""

from __future__ import annotations

from pathlib import Path

from callsim.learn.course import Course, course
from callsim.learn.desk import Desk
from callsim.learn.keeping import Keeper

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
