"""`callsim learn`: which course and which lesson, and whether it is listed, checked, forgotten, taught here or in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from callsim.cli.guard import HOLDS, WRONG_INPUT, told
from callsim.cli.output import Output
from callsim.cli.talking import Talk
from callsim.errors import InputError
from callsim.learn.course import Course, course, shipped
from callsim.learn.desk import Desk
from callsim.learn.keeping import Keeper, usual_place
from callsim.learn.prepared import prepare
from callsim.report.grid import Cell, grid
from callsim.report.paper import Paper
from callsim.report.visible import visible


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    lesson: str | None = None
    course: str | None = None
    progress: str | None = None
    list_only: bool = False
    check: bool = False
    reset: bool = False
    web: bool = False
    host: str = "127.0.0.1"
    port: int = 0


def learn(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    lessons, wanted = _course(wishes)
    if wishes.check:
        return _check(lessons)
    keeper = Keeper(usual_place() if wishes.progress is None else Path(wishes.progress), lessons.id)
    if wishes.list_only:
        return _list(lessons, keeper)
    lesson = None if wanted is None else lessons.named(wanted)
    desk = Desk(lessons, keeper)
    if wishes.reset:
        desk.reset()
        Output().write("the progress of this course is forgotten\n")
        return HOLDS
    if wishes.web:
        from callsim.learn.serving import serve

        serve(desk, wishes.host, wishes.port, lambda line: Output().write(f"{line}\n"), told)
        return HOLDS
    return Talk(desk).go(lesson)


def _course(wishes: Wishes) -> tuple[Course, str | None]:
    """The course, and the word for the lesson in it if one is wanted. Raises UsageError and InputError."""
    if wishes.course is not None:
        return course(wishes.course), wishes.lesson
    word = wishes.lesson
    if word is not None and (any(mark in word for mark in "/\\") or word.endswith((".yaml", ".yml")) or _is_there(word)):
        return course(word), None
    return shipped(), word


def _is_there(word: str) -> bool:
    try:
        return not word.isdigit() and Path(word).is_dir()
    except (OSError, ValueError):
        return False


def _check(lessons: Course) -> int:
    wrong = 0
    for lesson in lessons.lessons:
        try:
            prepare(lesson)
        except InputError as error:
            wrong += 1
            told(error)
    if not wrong:
        several = len(lessons.lessons)
        questions = sum(len(each.said.questions) for each in lessons.lessons)
        Output().write(f"{several} lesson{'s' * (several != 1)}, {questions} questions: each has one answer\n")
    return WRONG_INPUT if wrong else HOLDS


def _list(lessons: Course, keeper: Keeper) -> int:
    """The lessons, each with how far one is."""
    standing, output = keeper.read(), Output()
    paper = Paper(output, output.is_terminal)
    rows = []
    for each in lessons.lessons:
        reached, several = standing.reached.get(each.id, 0), len(each.said.questions)
        state = f"{reached} of {several}" if reached else "done" if each.id in standing.finished else ""
        wrong = standing.mistakes(each.id)
        back = f"{wrong} to come back" if wrong else ""
        cells = (Text(str(each.number)), Text(visible(each.title)), Text(state, "green"), Text(back, "yellow"))
        rows.append([Cell(cell) for cell in cells])
    paper.print(*grid(rows, paper.width, (1,), (0,)))
    paper.print(Text(f"{len(standing.finished)} of {len(lessons.lessons)} done; {standing.right} of {standing.asked} answers were right"))
    return HOLDS
