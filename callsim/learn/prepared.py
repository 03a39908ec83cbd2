"""A lesson made ready to be taught: played, each question with its one answer, and what is told before and after it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from callsim.errors import InputError, Place, Problem
from callsim.learn import wording
from callsim.learn.answers import NoAnswer, answer, choices
from callsim.learn.course import Lesson
from callsim.learn.holding import OF_ENDS, held_back
from callsim.learn.orders import ambiguous
from callsim.learn.reasons import Reason, causes, reasons
from callsim.report.references import Shortener
from callsim.report.telling import Line, story
from callsim.scenario.facts import World
from callsim.scenario.lessons import Question, moment
from callsim.scenario.loading import Case
from callsim.scenario.playing import Played, play
from callsim.scenario.values import format_duration


@dataclass(frozen=True, slots=True)
class Item:
    """One question, ready to be asked. `key` tells it from others of its lesson; `place`: how much of the trace it is about."""

    question: Question
    key: str
    text: str
    choices: tuple[str, ...]
    right: str
    said: tuple[str, ...]
    place: int

    @property
    def hint(self) -> str:
        """What helps somebody who does not know."""
        return wording.hint(self.question)

    def meaning(self, choice: str) -> str:
        """What a choice means."""
        return wording.meaning(self.question, choice)


@dataclass(frozen=True)
class Prepared:
    """A lesson that was played; its questions are `items`."""

    lesson: Lesson
    played: Played
    items: tuple[Item, ...]

    @cached_property
    def setting(self) -> tuple[str, ...]:
        """Who there is, in sentences."""
        return tuple(wording.setting(self.lesson.case))

    def before(self, number: int) -> list[Line]:
        """What was told at the question before: nothing of it answers this one, or one that is still to come."""
        return self._until(number - 1) if number else []

    def after(self, number: int) -> list[Line]:
        """What is told beside that, now that the question is answered."""
        return _beside(self._until(number), self.before(number))

    def rest(self) -> list[Line]:
        """What still happens once the last question is answered."""
        return _beside(list(story(self.played.simulation)), self._until(len(self.items) - 1))

    def reasons(self, number: int) -> tuple[Reason, ...]:
        """The rules by which the answer is what it is; of an answer of the vendor's not those that answer a question to come."""
        found = self._reasons(self.items[number])
        if self.items[number].question.ask != "status":
            return found
        later = {reason.rule for item in self.items[number + 1 :] for reason in self._reasons(item)}
        return tuple(reason for reason in found if reason.rule not in later) or found

    def remark(self, number: int) -> str:
        """What there is to say where no rule has had its say; mostly nothing."""
        return "" if self.reasons(number) else _NOTHING

    def _reasons(self, item: Item) -> tuple[Reason, ...]:
        world = self.played.simulation
        return reasons(item.question, world, world.trace[: item.place])

    def causes(self, number: int) -> tuple[str, ...]:
        """From the end that a question is about back to its first cause; nothing while more is to be asked about that end."""
        question = self.items[number].question
        more = any(item.question.of == question.of and item.question.ask in OF_ENDS for item in self.items[number + 1 :])
        return () if more else causes(question, self.played.simulation)

    def _until(self, number: int) -> list[Line]:
        """The story as it is told once a question is answered."""
        place, world = self.items[number].place, self.played.simulation
        start = max((item.place for item in self.items[:number] if item.place < place), default=0)
        known, lines = list(story(world, start)), list(story(world, place))
        fresh = _beside(lines, known)
        heard = any(item.question.ask == "callbacks" for item in self.items[: number + 1])
        later = [
            (item.question, item.place == place) for item in self.items[number + 1 :]
            if not (heard and item.question.ask == "callbacks")  # Whoever has counted some may see those that come.
        ]  # fmt: skip
        return list(held_back([*_beside(lines, fresh), *fresh], len(lines) - len(fresh), later))


def _beside(lines: Sequence[Line], known: Sequence[Line]) -> list[Line]:
    """The lines that are not among those known already."""
    left = Counter(known)
    kept = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            kept.append(line)
    return kept


def prepare(lesson: Lesson) -> Prepared:
    """Play a lesson and find what is right. Raises InputError for a question that has not one answer, and for a lesson whose
    scenario does not hold."""
    case, watcher = lesson.case, _Watcher(lesson.said.questions)
    played = play(case, look=watcher.look)
    _check_verdict(case, played)
    found = watcher.answers(case, played)
    wrong = [
        Problem(_where(case, number), each.why, each.instead)
        for number, each in found.items() if isinstance(each, NoAnswer)
    ]  # fmt: skip
    if not wrong:
        right = {number: str(each) for number, each in found.items()}
        wrong = ambiguous(case, lesson.said.questions, right)
    items = () if wrong else tuple(_items(lesson, played, right, watcher))
    wrong += [Problem(_where(case, number), *_ALONE) for number, item in enumerate(items) if len(item.choices) < 2]
    wrong += _twice(case, items)
    if wrong:
        raise InputError(*wrong)
    return Prepared(lesson, played, items)


_NOTHING = "No rule has had its say: nothing of it has happened, or nobody gave a URL to be told at."
_ALONE = ("callsim knows nothing else that could be said here", "expected a word that the vendor's tables have")


def _where(case: Case, number: int) -> Place:
    return case.place("lesson", "questions", number)


def _check_verdict(case: Case, played: Played) -> None:
    if not played.complete:
        raise InputError(Problem(case.key_place("lesson"), "the scenario of this lesson does not come to an end"))
    if played.failures:
        what = "the scenario of this lesson does not hold"
        wrong = (Problem(each.place, each.message, "a lesson's scenario has to hold") for each in played.failures)
        raise InputError(Problem(case.key_place("lesson"), what, "callsim run tells the same"), *wrong)


def _twice(case: Case, items: Sequence[Item]) -> Iterator[Problem]:
    keys = Counter(item.key for item in items)
    for number, item in enumerate(items):
        if keys[item.key] > 1:
            keys[item.key] = 0
            yield Problem(_where(case, number), "this is asked twice", "ask once")


class _Watcher:
    """Takes answers while a lesson is played."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = questions
        self.taken: dict[int, str | NoAnswer] = {}
        self.places: dict[int, int] = {}
        self.requests: dict[int, str] = {}

    def look(self, number: int, played: Played) -> None:
        """After a step."""
        world, responses = played.simulation, played.responses
        status = None
        if len(responses) > len(self.requests):
            self.requests[number], status = responses[-1].request, responses[-1].status
        for which, question in enumerate(self.questions):
            if question.after == number + 1:
                self.taken[which], self.places[which] = answer(question, world, status), len(world.trace)

    def answers(self, case: Case, played: Played) -> dict[int, str | NoAnswer]:
        """The answer to each question, once all has been played."""
        world = played.simulation
        times = [entry.at for entry in world.trace]
        end = max(world.now, case.spec.until or 0)
        for which, question in enumerate(self.questions):
            if question.after is None:
                self.places[which] = len(times) if question.at is None else bisect_right(times, question.at)
                self.taken[which] = answer(question, world, None) if question.at is None else _at(case, question, end)
            elif which not in self.taken:
                self.taken[which] = NoAnswer("this step is never said", "expected one before the end")
        return dict(sorted(self.taken.items()))


def _at(case: Case, question: Question, end: int) -> str | NoAnswer:
    """The answer at a time, in a play that ends then."""
    assert question.at is not None
    if question.at > end:
        return NoAnswer(f"the scenario is over at {format_duration(end)}", "expected a time before, or until: a later one")
    cut = replace(case, spec=case.spec.model_copy(update={"until": question.at}))
    world: World = play(cut).simulation
    return answer(question, world, None)


def _items(lesson: Lesson, played: Played, right: dict[int, str], watcher: _Watcher) -> Iterator[Item]:
    steps, short = lesson.case.spec.steps, Shortener(played.simulation)
    says = [
        wording.said(number, step, short.line(watcher.requests[number]) if number in watcher.requests else "")
        for number, step in enumerate(steps)
    ]  # fmt: skip
    told = 0
    for number, question in enumerate(lesson.said.questions):
        until, first = moment(question, steps), told
        while told < len(steps) and (steps[told].at_ms, told + 1) <= until:
            told += 1
        said = tuple(filter(None, says[first:told]))
        step = says[question.after - 1] if question.after is not None else ""
        key = wording.key(question)
        words = choices(question, right[number], played.simulation, f"{lesson.id} {key}")
        just = question.after is not None and not any(says[question.after : told])
        text = wording.asked(question, step, just)
        yield Item(question, key, text, words, right[number], said, watcher.places[number])
