"""The story of a failing test, kept: what was said and when, written as a scenario file that the failure names."""

from __future__ import annotations

import re
import sys
import unittest
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from callsim.application import Page
from callsim.errors import MissingExtra, UsageError
from callsim.scenario.arrivals import Saying
from callsim.scenario.writing import scenario_of, written

try:
    from hypothesis.errors import HypothesisException
    from hypothesis.stateful import RuleBasedStateMachine
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

_MOST_NOTES = 50
_LONGEST_NOTE = 200
_Cause = tuple[str, str, int]


class Story:
    """What was said to a world and when, what its application answered, and what else should be known of it."""

    def __init__(self, vendor: str, assume: Mapping[str, str], media: Mapping[str, int] | None = None) -> None:
        self.vendor, self.assume, self.media = vendor, assume, media
        self.said: list[tuple[int, Saying]] = []
        self.pages: dict[str, Page] | None = {}
        """What the application answered; None if it is among what was said."""
        self.notes: list[str] = []
        self.now = 0

    def say(self, at: int, what: Saying) -> None:
        """Somebody outside says something."""
        self.said.append((at, what))
        self.now = at

    def note(self, what: str) -> None:
        """Something happened that a scenario has no word for, such as a callback that came twice."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(what[:_LONGEST_NOTE])

    def answered(self, path: str, page: Page, at: int) -> None:
        """The application was asked for a page. A scenario has one page for each path."""
        if self.pages is not None and self.pages.setdefault(path, page) != page:
            self.note(f"{path} is answered in another way at {at} ms")

    def keep(self, owner: type) -> None:
        """Remember this story for the test's class if it is failing right now."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, HypothesisException):
            _KEPT.setdefault(owner, {})[_cause(error)] = self

    def text(self, title: str, error: BaseException) -> str:
        """The scenario file."""
        scenario = scenario_of(
            self.said, vendor=self.vendor, assume=self.assume, pages=self.pages, media=self.media, title=title, until=self.now,
            about="A test found this story. What callsim makes of it holds; what the tested program made of it did not.",
        )  # fmt: skip
        found = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_NOTE]
        own = {"x-found": _plain(found), "x-notes": [_plain(note) for note in self.notes]}
        return written({**scenario, **{key: value for key, value in own.items() if value}})


_KEPT: dict[type, dict[_Cause, Story]] = {}
"""The latest story by test class and what it failed of. Hypothesis runs the shortest one last."""


def _cause(error: BaseException) -> _Cause:
    """What tells one failure from another: its type and where it was raised."""
    frames = extract_tb(error.__traceback__)
    return type(error).__name__, frames[-1].filename if frames else "", (frames[-1].lineno or 0) if frames else 0


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _write(owner: type, error: BaseException) -> None:
    """Write the story of each failure, and name its file in the failure's message."""
    kept, names = _KEPT.pop(owner, {}), Counter[str]()
    for each in _leaves(error):
        story = kept.get(_cause(each))
        if story is None:
            continue
        name = _name(owner, each)
        names[name] += 1
        try:
            path = _file(owner, each, story, name if names[name] == 1 else f"{name}-{names[name]}")
        except (OSError, UsageError) as problem:
            each.add_note(f"callsim could not write the story as a scenario: {problem}")
        else:
            each.add_note(f"callsim wrote the story as a scenario; play it with: callsim run {path}")


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


def _name(owner: type, error: BaseException) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{owner.__name__}-{type(error).__name__}").strip("-").lower()


def _file(owner: type, error: BaseException, story: Story, name: str) -> Path:
    text = story.text(f"{owner.__name__} finds {type(error).__name__}", error)
    folder = Path(getattr(owner, "failures", ".callsim/failures"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class KeptTestCase:
    """`TestCase` of a state machine: hypothesis's own, which also writes the story of a failure to a file."""

    def __get__(self, instance: object, owner: Any) -> type[unittest.TestCase]:
        return _test_case(owner)


@cache
def _test_case(machine: Any) -> type[unittest.TestCase]:
    plain: Any = RuleBasedStateMachine.__dict__["TestCase"].__get__(None, machine)

    class Kept(plain):  # type: ignore[misc]  # a class made for this machine
        def runTest(self) -> None:  # noqa: N802 - unittest's name
            try:
                super().runTest()
            except BaseException as error:
                _write(machine, error)
                raise

        runTest.is_hypothesis_test = True  # type: ignore[attr-defined]  # as hypothesis marks its own

    Kept.__name__, Kept.__qualname__ = plain.__name__, plain.__qualname__
    return Kept
