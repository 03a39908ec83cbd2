"""Every case of every scenario there is, each played once for all the tests that look at it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from callsim.errors import InputError
from callsim.scenario.loading import Case, load
from callsim.scenario.playing import Played, RulebookVocabulary, play

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
TRAFFIC = SCENARIOS / "traffic"
"""What lies here is not played but made, and has tests of its own."""
FILES = sorted(path for path in SCENARIOS.rglob("*.yaml") if TRAFFIC not in path.parents)


def name_of(path: Path) -> str:
    """A file's place below the scenarios, without its ending."""
    return path.relative_to(SCENARIOS).with_suffix("").as_posix()


@cache
def cases_of(path: Path) -> tuple[Case, ...]:
    """The cases of a file, its rules and assumptions held against the rulebooks."""
    return tuple(load(path, vocabulary=RulebookVocabulary()))


@cache
def played(path: Path, number: int) -> Played:
    """What came of a file's n-th case."""
    return play(cases_of(path)[number])


def all_cases() -> list[tuple[Path, int]]:
    """Every case of every file that can be read."""
    return [(path, number) for path in FILES for number in range(len(_readable(path)))]


def _readable(path: Path) -> tuple[Case, ...]:
    try:
        return cases_of(path)
    except InputError:
        return ()  # A test of its own says what is wrong with it.


def all_played() -> list[Played]:
    """What came of every case."""
    return [played(path, number) for path, number in all_cases()]


def case_params() -> list[object]:
    """Every case, as parameters of a test, by the name of its file and its own."""
    return [pytest.param(path, number, id=_id(path, number)) for path, number in all_cases()]


def _id(path: Path, number: int) -> str:
    case = cases_of(path)[number].case
    return name_of(path) + (f"[{case}]" if case else "")
