"""A lesson in a terminal, line by line, so that a pipe can be a learner, too."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from callsim.cli.guard import HOLDS, UNDECIDED
from callsim.cli.output import Output, complain
from callsim.errors import UsageError
from callsim.learn.course import OWN, Lesson
from callsim.learn.desk import Desk, Graded, counts, expected
from callsim.learn.prepared import Item, Prepared
from callsim.report.paper import Paper
from callsim.report.text import BASES, paragraph, story_told
from callsim.report.visible import visible

_LONGEST_LINE = 10_000
_QUIT, _HINT = ("q", "quit", "exit"), ("?", "hint", "help")


class Stop(Exception):  # noqa: N818 - what it says is what happens
    """The learner does not want any more, or there is nothing more to read."""


class Talk:
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


