"""`lesson:` what is asked about a scenario's play, and in which order; the answers are never written down, they are played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from callsim.scenario.fields import Duration, Filled, Name, Reads, Shape, Text, complaint, one_of, text
from callsim.scenario.nodes import Node, TextNode, entries, items, text_at
from callsim.scenario.steps import REQUESTS, Step
from callsim.scenario.values import format_duration
from callsim.scenario.wording import Problems, listed, nearest, quoted

if TYPE_CHECKING:
    from callsim.scenario.declarations import Declared

MOST_QUESTIONS = 50
MOST_LESSONS = 200
CALLBACK_KINDS = ("ring", "hangup", "record", "recording", "dial", "digits", "machine", "conference", "mpc", "answer")
_CALLS, _MPCS = "call", "multiparty call"


@dataclass(frozen=True, slots=True)
class Ask:
    """What can be asked: of what sort of thing, whether one has to be named, and which other keys it needs or takes."""

    about: tuple[str, ...] = (_CALLS, _MPCS)
    named: bool = True
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The keys that go with it, beside those that go with all."""
        return {*self.needs, *self.takes, *(("of",) if self.about else ())}


ASKS: dict[str, Ask] = {
    "state": Ask(),
    "status": Ask((), False, ("after",)),
    "cause": Ask(),
    "vendor": Ask(needs=("word",)),
    "by": Ask(),
    "basis": Ask(),
    "callbacks": Ask((_CALLS,), False, (), ("kind",)),
    "participants": Ask((_MPCS,)),
}
"""The next state; the HTTP status of a step's answer; why it ended; a vendor's word for it; who ended it; on what the rule
stands by which it ended; how many callbacks the application has heard; how many take part."""

_OWN = ("of", "kind", "word")


def _ordinal(value: Any) -> int:
    written = text(value)
    if not (written.isascii() and written.isdigit() and len(written) < 6 and int(written)):
        raise complaint(f"{quoted(written)} is no number of a step", "expected a whole number from 1")
    return int(written)


def _number(value: Any) -> int:
    written = text(value)
    if not (written.isascii() and written.isdigit() and len(written) < 6 and int(written)):
        raise complaint(f"{quoted(written)} is no number of a lesson", "expected a whole number from 1")
    return int(written)


_WHOLE = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]{1,5}$"}]}


class Question(Shape):
    """One question; what is right is found by playing."""

    ask: Annotated[str, one_of(tuple(ASKS), "question")] = Field(description="What is asked.")
    of: Name | None = Field(default=None, description="The call or multiparty call that it is about.")
    after: Annotated[int, Reads(_ordinal, _WHOLE)] | None = Field(
        default=None, description="Right after which step, counted from 1, all its consequences included."
    )
    at: Duration | None = Field(default=None, description="At which time, once all of that instant has happened. Neither: at the end.")
    kind: Annotated[str, one_of(CALLBACK_KINDS, "kind of callback")] | None = Field(
        default=None, description="Of callbacks: which ones are counted; all unless said."
    )
    word: Filled | None = Field(default=None, description="Which of the vendor's words for an end, such as code or end_reason.")
    asking: Filled | None = Field(default=None, description="The question in words of your own.")
    hint: Filled | None = Field(default=None, description="What helps somebody who does not know.")

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        wanted, given = ASKS[self.ask], self.model_fields_set
        if "after" in given and "at" in given:
            raise _refused([("at", "a question has one moment", "expected after or at, not both")])
        lacking = [*(("of",) if wanted.named and "of" not in given else ()), *(key for key in wanted.needs if key not in given)]
        if lacking:
            raise complaint(f"the question {quoted(self.ask)} does not say {listed(map(quoted, lacking), 'and')}", _expected(lacking[0]))
        spare = [key for key in _OWN if key in given and key not in wanted.keys]
        if spare:
            raise _refused([(key, f"{quoted(key)} does not go with the question {quoted(self.ask)}", "leave it out") for key in spare])
        return self


def _expected(key: str) -> str:
    return {
        "of": "expected of: the name of what it is about", "after": "expected after: the number of the step that is answered",
        "word": "expected word: one of the vendor's, such as code",
    }[key]  # fmt: skip


AnyQuestion = Annotated[Question, Reads(Question.read, Question)]


class Lesson(Shape):
    """What a learner reads and is asked, in order of time."""

    number: Annotated[int, Reads(_number, _WHOLE)] = Field(description="Its place in the course, from 1.")
    about: Filled = Field(description="What the learner reads first.")
    questions: tuple[AnyQuestion, ...] = Field(description="What is asked, in order of time; at least one.")
    remember: Text = Field(default="", description="What is to stay, in one sentence.")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.questions:
            raise _refused([("questions", "nothing is asked", "expected at least one question")])
        if len(self.questions) > MOST_QUESTIONS:
            raise _refused([("questions", f"there are {len(self.questions)} questions", f"at most {MOST_QUESTIONS} are asked")])
        return self


AnyLesson = Annotated[Lesson, Reads(Lesson.read, Lesson)]


def _refused(wrong: Sequence[tuple[str | tuple[str | int, ...], str, str]]) -> ValidationError:
    """Several complaints, each with its path, what is wrong and what was expected."""
    errors: list[InitErrorDetails] = [
        {"type": complaint(what, expected), "loc": (path,) if isinstance(path, str) else path, "input": None}
        for path, what, expected in wrong
    ]
    return ValidationError.from_exception_data("lesson", errors)


# -- held against the scenario ---------------------------------------------------------------------------------------


Moment = tuple[float, float]
"""When a question is asked: a time in milliseconds and how many steps have been said by then; both infinite at the end."""


def moment(question: Question, steps: Sequence[Step]) -> Moment:
    """When a question is asked of a scenario with these steps."""
    if question.after is not None:
        return steps[question.after - 1].at_ms, question.after
    return (float("inf") if question.at is None else question.at), float("inf")


def answers(step: Step) -> bool:
    """Whether a step is a request to the API, which has an HTTP answer."""
    return step.verb in REQUESTS and getattr(step, "by", "api") == "api"


def check_moments(lesson: Lesson, steps: Sequence[Step]) -> None:
    """Raises ValidationError for questions about steps that there are not, or that go back in time."""
    wrong = list(_wrong_moments(lesson, steps))
    if wrong:
        raise _refused(wrong)


def _wrong_moments(lesson: Lesson, steps: Sequence[Step]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    latest: Moment = (-1, -1)
    for number, question in enumerate(lesson.questions):
        path: tuple[str | int, ...] = ("lesson", "questions", number)
        after = question.after
        if after is not None and after > len(steps):
            there = f"expected 1 to {len(steps)}" if steps else "the scenario has no steps"
            yield (*path, "after"), f"there is no step {after}", there
            continue
        if question.ask == "status" and after is not None and not answers(steps[after - 1]):
            yield (*path, "after"), f"step {after} has no HTTP answer", "expected a step that is a request to the API"
            continue
        now = moment(question, steps)
        if now < latest:
            when = "the end" if latest[0] == float("inf") else format_duration(int(latest[0]))
            yield (*path, *_said(question)), f"this is asked of a time before the question above, which is at {when}", "times do not go back"
        latest = max(now, latest)


def _said(question: Question) -> tuple[str, ...]:
    return ("after",) if question.after is not None else ("at",) if question.at is not None else ()


def check_names(root: Node, declared: Declared, problems: Problems) -> None:
    """Add a problem for each name in a lesson that nothing in its scenario has. The tree may be of a wrong shape."""
    lesson = entries(root).get("lesson")
    for question in items(entries(lesson.value).get("questions", lesson).value if lesson else None):
        of, ask = text_at(question, "of"), text_at(question, "ask")
        wanted = ASKS.get(ask.text) if ask else None
        if of is not None and wanted is not None and wanted.about:
            _check_name(of, wanted, declared, problems)


def _check_name(of: TextNode, wanted: Ask, declared: Declared, problems: Problems) -> None:
    is_call, is_mpc = declared.is_call(of.text), of.text in declared.mpcs
    if (is_call and _CALLS in wanted.about) or (is_mpc and _MPCS in wanted.about) or of.text.startswith("$"):
        return
    if is_call or is_mpc:
        kind = _CALLS if is_call else _MPCS
        problems.add(of.place, f"{quoted(of.text)} is a {kind}", f"expected a {listed(wanted.about)}")
        return
    known = [*(declared.calls if _CALLS in wanted.about else ()), *(declared.mpcs if _MPCS in wanted.about else ())]
    expected = f"expected {listed(known)}" if 0 < len(known) <= 12 else "declare it first"
    problems.add(of.place, f"no {listed(wanted.about)} is called {quoted(of.text)}", expected, nearest(of.text, known))
