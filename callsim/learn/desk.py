"""Where a learner sits: lessons are opened, questions asked and answered, mistakes brought back; every answer is kept at once.

The terminal and the browser sit at the same desk.
"""

from __future__ import annotations

from dataclasses import dataclass

from callsim.errors import InputError, UsageError
from callsim.learn.course import Course, Lesson
from callsim.learn.keeping import Keeper
from callsim.learn.prepared import Item, Prepared, prepare
from callsim.learn.standing import Asked, Standing
from callsim.scenario.wording import listed, quoted


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer, and what was right."""

    given: str
    answer: str
    right: bool

    @property
    def difference(self) -> str:
        """In one sentence."""
        return f"Right: {self.answer}." if self.right else f"Not quite. You said {self.given}; it is {self.answer}."


class Desk:
    """One course and one learner. Lessons are made ready when they are first opened."""

    def __init__(self, course: Course, keeper: Keeper) -> None:
        self.course, self.keeper = course, keeper
        self.standing = keeper.begin()
        self._ready: dict[str, Prepared] = {}

    def again(self) -> Standing:
        """The standing as it is kept: another window may have gone on."""
        self.standing = self.keeper.read()
        return self.standing

    def open(self, lesson: Lesson) -> Prepared:
        """A lesson made ready. Raises InputError if it cannot be taught."""
        if lesson.id not in self._ready:
            self._ready[lesson.id] = prepare(lesson)
        return self._ready[lesson.id]

    def reached(self, lesson: Lesson) -> int:
        """How many of its questions are answered; 0 for one that has not been begun, is begun anew, or has fewer by now."""
        reached = self.standing.reached.get(lesson.id, 0)
        return reached if reached < len(lesson.said.questions) else 0

    def next(self) -> Lesson | None:
        """What to go on with: a lesson that was begun, or the first that was never finished; None if there is none."""
        begun = (each for each in self.course.lessons if self.reached(each))
        fresh = (each for each in self.course.lessons if each.id not in self.standing.finished)
        return next(begun, None) or next(fresh, None)

    def anew(self, lesson: Lesson) -> None:
        """Begin a lesson from its beginning."""
        self.standing = self.keeper.change(lambda standing: standing.anew(lesson.id))

    def reset(self) -> None:
        """Forget all progress in this course."""
        self.standing = self.keeper.change(lambda _: Standing())

    # -- questions -------------------------------------------------------------------------------------------------

    def answer(self, lesson: Lesson, number: int, word: str) -> Graded:
        """Answer a question of a lesson, which is the next one. The last one closes the lesson. Raises UsageError for a word
        that is none of the choices."""
        item = self.open(lesson).items[number]
        given = chosen(item, word)
        graded = Graded(given, item.right, given == item.right)

        def change(standing: Standing) -> Standing:
            after = standing.answered((lesson.id, item.key), graded.right, number + 1)
            return after.closed(lesson.id) if number + 1 == len(lesson.said.questions) else after

        self.standing = self.keeper.change(change)
        return graded

    def review(self, asked: Asked, word: str) -> Graded:
        """Answer something that has come back. Raises UsageError for a word that is none of the choices."""
        prepared, number = self.found(asked)
        item = prepared.items[number]
        given = chosen(item, word)
        graded = Graded(given, item.right, given == item.right)
        self.standing = self.keeper.change(lambda standing: standing.reviewed(asked, graded.right))
        return graded

    def due(self) -> list[Asked]:
        """What comes back now: after the last lesson, all there is. What its lesson does not ask any more stays where it is."""
        everything = self.next() is None
        return [asked for asked in self.standing.due(everything) if self._place(asked) is not None]

    def found(self, asked: Asked) -> tuple[Prepared, int]:
        """Where something that has come back is asked. Raises UsageError for what nobody asks."""
        place = self._place(asked)
        if place is None:
            raise UsageError(f"no lesson asks {quoted(asked[1])}")
        return place

    def _place(self, asked: Asked) -> tuple[Prepared, int] | None:
        lesson = self.course.lesson(asked[0])
        try:
            prepared = self.open(lesson) if lesson is not None else None
        except InputError:
            prepared = None  # Whoever opens that lesson is told; the others can be taught all the same.
        if prepared is None:
            return None
        return next(((prepared, number) for number, item in enumerate(prepared.items) if item.key == asked[1]), None)


def chosen(item: Item, word: str) -> str:
    """The choice that somebody means: the word itself, or its number in the list, from 1. Raises UsageError for any other."""
    plain = word.strip().lower()
    for choice in item.choices:
        if plain == choice.lower():
            return choice
    if not counts(item) and plain.isascii() and plain.isdigit() and 0 < int(plain[:6]) <= len(item.choices):
        return item.choices[int(plain) - 1]
    what = f"{quoted(word)} is none of the choices" if plain else "nothing is no answer"
    raise UsageError(f"{what}; expected {expected(item)}")


def counts(item: Item) -> bool:
    """Whether the choices are numbers of things: these stand for themselves."""
    return item.question.ask in ("callbacks", "participants")


def expected(item: Item) -> str:
    """What can be answered."""
    if counts(item):
        return f"a number from {item.choices[0]} to {item.choices[-1]}"
    return f"1 to {len(item.choices)}, or {listed(item.choices)}"
