"""Whether a question has one answer in every order in which a lesson's scenario could go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from callsim.errors import Problem
from callsim.explore import Bound, Kind, Property, Verdict, explore
from callsim.learn.answers import NoAnswer, answer
from callsim.scenario.benches import CaseWorld
from callsim.scenario.expected import Bench
from callsim.scenario.lessons import Question
from callsim.scenario.loading import Case
from callsim.scenario.matchers import Check
from callsim.scenario.playing import chosen, prepared
from callsim.scenario.wording import listed, quoted

MOST_STATES = 20_000
_SHOWN = 8
_LOOK = Check.read({})


def ambiguous(case: Case, questions: Sequence[Question], right: Mapping[int, str]) -> list[Problem]:
    """A problem for each question that some order answers otherwise; of one instant, things happen in any order.

    `right` has the answers as played, by number. Too many orders to try them all are a problem, too.
    """
    world = _Asked(case, questions)
    properties = [Property(f"question {number + 1}", Kind.FINALLY, world.differs(number, said)) for number, said in right.items()]
    found = explore(world, properties, max_states=MOST_STATES)
    if found.bound is Bound.INTERRUPTED:
        raise KeyboardInterrupt
    if not found.complete:
        what = f"there are too many orders to try them all: {MOST_STATES:,} different worlds, and more"
        return [Problem(case.key_place("lesson"), what, "expected a shorter scenario")]
    numbered = zip(right.items(), found.verdicts, strict=False)
    return [_problem(case, number, said, verdict) for (number, said), verdict in numbered if not verdict.holds]


def _problem(case: Case, number: int, said: str, verdict: Verdict[str]) -> Problem:
    order = [quoted(each) for each in verdict.shortest or ()]
    shown = order if len(order) <= _SHOWN else ["...", *order[-_SHOWN:]]
    what = f"this question has no single answer: {quoted(said)} as played, and {verdict.message} in the order {listed(shown, 'and')}"
    return Problem(case.place("lesson", "questions", number), what, "expected something that does not depend on chance")


def _looked_at(case: Case, questions: Sequence[Question]) -> Case:
    """The same, with a look after each step that a question is about."""
    after = {question.after for question in questions}
    steps = tuple(
        step.model_copy(update={"check": _LOOK}) if number in after and step.check is None else step
        for number, step in enumerate(case.spec.steps, 1)
    )  # fmt: skip
    return replace(case, spec=case.spec.model_copy(update={"steps": steps}))


class _Asked(CaseWorld):
    """A case in every order, that notes its questions' answers as their moments come."""

    def __init__(self, case: Case, questions: Sequence[Question]) -> None:
        super().__init__(_looked_at(case, questions), prepared(case, chosen(case, {}), 0), 0)
        self.questions = questions

    def _step(self, bench: Any, number: int) -> None:
        super()._step(bench, number)
        status = int(bench.outcome) if bench.outcome.isdigit() else None
        self._note_after(bench, number, status)

    def _check(self, bench: Any, number: int) -> None:
        super()._check(bench, number)
        self._note_after(bench, number, None)

    def _note_after(self, bench: Any, number: int, status: int | None) -> None:
        """The status of an answer is known with the step, all else once everything has come that follows at this instant."""
        for which, question in enumerate(self.questions):
            if question.after == number + 1 and (question.ask == "status") == (status is not None):
                self._note_answer(bench, which, bench, status)

    def step(self, state: Bench, action: str) -> Bench:
        after = super().step(state, action)
        for which, question in enumerate(self.questions):
            if question.at is not None and state.now <= question.at < after.now:
                self._note_answer(after, which, state, None)
        return after

    def _note_answer(self, bench: Bench, which: int, world: Bench, status: int | None) -> None:
        bench.noted = (*bench.noted, (which, _said(answer(self.questions[which], world, status))))

    def differs(self, which: int, right: str) -> Any:
        """What is answered at the end of an order, where it is something else."""

        def holds(state: Bench) -> str | None:
            noted = dict(state.noted).get(which)
            if noted is None:
                question = self.questions[which]
                missed = question.after is not None
                noted = "nothing (it cannot be said)" if missed else _said(answer(question, state, None))
            return None if noted == right else quoted(noted)

        return holds


def _said(found: str | NoAnswer) -> str:
    return found if isinstance(found, str) else f"nothing ({found.why})"
