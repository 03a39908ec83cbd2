"""`callsim learn`: the course in a terminal, line by line, so that a pipe can be a learner, too."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from callsim.cli.guard import HOLDS, UNDECIDED, WRONG_INPUT, told
from callsim.cli.output import Output, complain
from callsim.errors import InputError, UsageError
from callsim.learn.course import OWN, Course, Lesson, course, shipped
from callsim.learn.desk import Desk, Graded, counts, expected
from callsim.learn.keeping import Keeper, usual_place
from callsim.learn.prepared import Item, Prepared, prepare
from callsim.report.grid import Cell, grid
from callsim.report.paper import Paper
from callsim.report.text import BASES, paragraph, story_told
from callsim.report.visible import visible

_LONGEST_LINE = 10_000
_QUIT, _HINT = ("q", "quit", "exit"), ("?", "hint", "help")


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


class Stop(Exception):  # noqa: N818 - what it says is what happens
    """The learner does not want any more, or there is nothing more to read."""


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
    return _Talk(desk).go(lesson)


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


class _Talk:
    """A talk with a learner. Between two questions nothing is kept here that the file does not have."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.output = Output()
        self.paper = Paper(self.output, self.output.is_terminal)

    def go(self, lesson: Lesson | None) -> int:
        """Teach one lesson, or go on from where one stopped; returns the exit code."""
        try:
            if lesson is not None:
                self._lesson(lesson)
                self._review()
            else:
                self._go_on()
        except Stop:
            self._line(f"What you have answered is kept; {self._again} goes on.")
            return HOLDS
        except KeyboardInterrupt:
            self._line("")
            complain(f"interrupted; what you have answered is kept, and {self._again} goes on")
            return UNDECIDED
        return HOLDS

    @property
    def _again(self) -> str:
        return "callsim learn" if self.desk.course.id == OWN else "callsim learn with the same folder"

    def _go_on(self) -> None:
        self._review()
        while (lesson := self.desk.next()) is not None:
            self._lesson(lesson)
            self._review()
            if self.desk.next() is not None:
                self._ask("Enter goes on with the next lesson, q stops. ", lambda word: None)
        left = len(self.desk.standing.box)
        self._line(
            f"{left} of your mistakes will come back: callsim learn asks again." if left
            else "You have been through all of it, and nothing is left to come back. callsim learn 1 begins anew."
        )  # fmt: skip

    # -- a lesson --------------------------------------------------------------------------------------------------

    def _lesson(self, lesson: Lesson) -> None:
        prepared = self.desk.open(lesson)
        first = self.desk.reached(lesson)
        self._opening(prepared)
        if first:
            self._line(f"You have answered {first} of its {len(prepared.items)} questions already. This has happened so far:")
            self._print(*story_told(prepared.before(first), self.paper.width))
        for number in range(first, len(prepared.items)):
            self._question(prepared, number, self._given(prepared, number, partial(self.desk.answer, lesson, number)))
        self._closing(prepared)

    def _opening(self, prepared: Prepared) -> None:
        lesson = prepared.lesson
        self._line("")
        self._print(Text(f"Lesson {lesson.number}: {visible(lesson.title)}", "bold"))
        self._line("")
        self._paragraphs(lesson.said.about)
        self._line("")
        for sentence in prepared.setting:
            self._print(Padding(Text(f"- {visible(sentence)}"), (0, 0, 0, 2)))

    def _closing(self, prepared: Prepared) -> None:
        rest = prepared.rest()
        if rest:
            self._line("And then:")
            self._print(*story_told(rest, self.paper.width))
        if prepared.lesson.said.remember:
            self._line("")
            self._print(Text.assemble(("Remember: ", "bold"), visible(" ".join(prepared.lesson.said.remember.split()))))
        self._line("")

    def _review(self) -> None:
        """Whatever comes back now, each once."""
        due = self.desk.due()
        if not due:
            return
        self._line(f"{len(due)} question{'s come' if len(due) > 1 else ' comes'} back that you had wrong before.")
        for asked in due:
            prepared, number = self.desk.found(asked)
            self._line("")
            self._print(Text(f"From lesson {prepared.lesson.number}: {visible(prepared.lesson.title)}", "bold"))
            for sentence in prepared.setting:
                self._print(Padding(Text(f"- {visible(sentence)}"), (0, 0, 0, 2)))
            self._print(*story_told(prepared.before(number), self.paper.width))
            self._question(prepared, number, self._given(prepared, number, partial(self.desk.review, asked)))
        self._line("")

    # -- a question ------------------------------------------------------------------------------------------------

    def _given(self, prepared: Prepared, number: int, grade: Callable[[str], Graded]) -> Graded:
        """Ask until there is an answer."""
        item = prepared.items[number]
        self._line("")
        for said in item.said:
            self._print(Text(f"> {visible(said)}", "cyan"))
        self._print(Text(f"Question {number + 1} of {len(prepared.items)}: {visible(item.text)}", "bold"))
        self._choices(item)
        return self._ask(f"Your answer ({_how(item)}, ? for a hint, q to stop): ", grade, item.hint)

    def _choices(self, item: Item) -> None:
        if counts(item):
            return
        width = max(map(len, item.choices))
        for number, choice in enumerate(item.choices, 1):
            means = item.meaning(choice)
            self._print(Text.assemble(f"  {number}  {visible(choice)}", (f"{' ' * (width - len(choice))}  {means}" if means else "", "dim")))

    def _ask(self, prompt: str, take: Callable[[str], Graded | None], hint: str = "") -> Graded:
        while True:
            word = self._read(prompt)
            if word.lower() in _QUIT:
                raise Stop
            if hint and word.lower() in _HINT:
                self._paragraphs(hint)
                continue
            try:
                return take(word)  # type: ignore[return-value]  # who takes nothing is asked for nothing
            except UsageError as error:
                if not hint:
                    raise
                self._line(str(error))

    def _read(self, prompt: str) -> str:
        self.output.write(prompt)
        try:
            line = sys.stdin.readline(_LONGEST_LINE)
        except (OSError, ValueError) as error:
            self._line("")
            raise UsageError(f"what you say cannot be read: {error}") from None
        if not sys.stdin.isatty():
            self._line(visible(line.strip()[:80]))
        if not line:
            self._line("" if sys.stdin.isatty() else "(nothing more to read)")
            raise Stop
        return line.strip()

    def _question(self, prepared: Prepared, number: int, graded: Graded) -> None:
        """What came of an answer, and why."""
        self._print(Text(graded.difference, "bold green" if graded.right else "bold yellow"))
        after = prepared.after(number)
        if after:
            self._print(*story_told(after, self.paper.width))
        for reason in prepared.reasons(number):
            self._print(Padding(Text.assemble("Why: ", visible(reason.why), "  ", (reason.rule, "blue")), (0, 0, 0, 2)))
            basis = Text.assemble((reason.basis, BASES.get(reason.basis.partition(" ")[0], "")))
            for source in reason.sources[:1]:
                basis.append(f"  {visible(source)}", "dim")
            self._print(Padding(basis, (0, 0, 0, 7)))
        if prepared.remark(number):
            self._print(Padding(Text(f"Why: {prepared.remark(number)}"), (0, 0, 0, 2)))
        chain = prepared.causes(number)
        if len(chain) > 1 and not graded.right:
            self._line("  From its end back to the first cause:")
            for link in chain:
                self._print(Padding(Text(visible(link)), (0, 0, 0, 4)))

    # -- paper -----------------------------------------------------------------------------------------------------

    def _line(self, text: str) -> None:
        self.output.write(f"{text}\n")

    def _print(self, *parts: RenderableType) -> None:
        self.paper.print(*parts)

    def _paragraphs(self, text: str) -> None:
        for part in _parts(text):
            self._print(*paragraph(Text(visible(part)), self.paper.width))


def _parts(text: str) -> Iterable[str]:
    """The paragraphs of a longer text, each in one line."""
    return (" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _how(item: Item) -> str:
    if counts(item):
        return expected(item)
    return f"1 to {len(item.choices)} or the word"


