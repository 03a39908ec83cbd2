"""A course: the lessons of a folder or a file, in their order; callsim brings one along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from itertools import pairwise
from pathlib import Path

from callsim.errors import InputError, Place, Problem, UsageError
from callsim.scenario.lessons import MOST_LESSONS, Lesson as Said
from callsim.scenario.loading import Case, find, load
from callsim.scenario.playing import RulebookVocabulary
from callsim.scenario.vetting import vet
from callsim.scenario.wording import listed, nearest, quoted

OWN = "callsim"
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: its id, by which progress knows it, and its scenario."""

    id: str
    case: Case

    @property
    def said(self) -> Said:
        """What its file says of it as a lesson."""
        assert self.case.spec.lesson is not None, self.id
        return self.case.spec.lesson

    @property
    def number(self) -> int:
        return self.said.number

    @property
    def title(self) -> str:
        return self.case.spec.title


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons in the order of their numbers; `id` is what progress calls it."""

    id: str
    lessons: tuple[Lesson, ...]

    def lesson(self, id: str) -> Lesson | None:
        """The lesson of that id."""
        return next((each for each in self.lessons if each.id == id), None)

    def named(self, word: str) -> Lesson:
        """The lesson of that number, or of that name, with or without the number before it. Raises UsageError."""
        for each in self.lessons:
            if word in (str(each.number), each.id, each.id.partition("-")[2]) or word == f"{each.number:02}":
                return each
        names = [each.id for each in self.lessons]
        hint = nearest(word, [*names, *(name.partition("-")[2] for name in names)])
        numbers = listed([str(self.lessons[0].number), str(self.lessons[-1].number)], "to")
        raise UsageError("; ".join(filter(None, [f"there is no lesson {quoted(word)}", hint or f"there are {numbers}: callsim learn --list"])))


def shipped() -> Course:
    """The course that callsim brings along: of a wheel that in it, of a checkout its own folder."""
    inside = Path(str(resources.files("callsim"))) / "lessons"
    own = Path(__file__).parents[2] / "scenarios" / "lessons"
    return _course(OWN, [inside if inside.is_dir() else own])


def course(path: str) -> Course:
    """The lessons of a file, or of the files of a folder; files that are no lessons are left out.

    Raises InputError with every problem found."""
    try:
        whole = str(Path(path).resolve())
    except (OSError, ValueError):
        whole = path  # What is wrong with it is told by whoever opens it.
    id = whole if len(whole) <= _LONGEST_ID else sha256(whole.encode("utf-8", "replace")).hexdigest()
    return _course(id, [Path(path)])


def _course(id: str, paths: Sequence[Path]) -> Course:
    problems: list[Problem] = []
    found = sorted(_lessons(find(paths), problems), key=lambda each: each.number)
    problems += _repeated(found)
    if problems:
        raise InputError(*problems)
    if not found:
        raise InputError(Problem(Place(str(paths[0])), "there is no lesson here", "expected a scenario with the key lesson"))
    if len(found) > MOST_LESSONS:
        raise InputError(Problem(Place(str(paths[0])), f"there are {len(found)} lessons", f"at most {MOST_LESSONS} make a course"))
    return Course(id, tuple(found))


def _lessons(files: Iterable[Path], problems: list[Problem]) -> Iterator[Lesson]:
    vocabulary = RulebookVocabulary()
    for file in files:
        try:
            cases = load(file, vocabulary=vocabulary)
        except InputError as error:
            problems += error.problems
            continue
        first = cases[0]
        if first.spec.lesson is None:
            continue
        if len(cases) > 1:
            what = f"a lesson is played once, and this file holds {len(cases)} scenarios"
            problems.append(Problem(first.key_place("lesson"), what, "expected one vendor and no cases"))
        elif first.spec.order:
            what = "a lesson goes by its times, and this file gives an order"
            problems.append(Problem(first.key_place("order"), what, "leave it out"))
        else:
            problems += vet(first)
            yield Lesson(file.stem[:_LONGEST_ID], first)


def _repeated(lessons: Sequence[Lesson]) -> Iterator[Problem]:
    for one, other in pairwise(lessons):
        if one.number == other.number:
            what = f"there are two lessons {one.number}"
            yield Problem(other.case.place("lesson", "number"), what, f"the other is {one.case.place('lesson', 'number')}")
    ids = [each.id for each in lessons]
    for each in lessons:
        if ids.count(each.id) > 1:
            yield Problem(each.case.place(), f"there are two lessons called {quoted(each.id)}", "expected a file name for each")
