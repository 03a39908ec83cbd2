"""A case as a world to be explored: its steps parted among those who do them, its expectations as properties of every order."""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from callsim.course import Band, Coming, Course
from callsim.dialects import Dialect
from callsim.errors import InputError, Place, Problem, UsageError
from callsim.model import Change
from callsim.scenario.covering import Coverage
from callsim.scenario.expected import Bench, Expected
from callsim.scenario.judging import Failure, Judge
from callsim.scenario.loading import Case
from callsim.scenario.parts import parts
from callsim.scenario.saying import Stage, far_command
from callsim.scenario.steps import CheckOnly, Step
from callsim.trace import Asked, Fetched, Told, Warned

UNSAID = "the rest cannot be said"


class CaseWorld:
    """A case under one dialect, in every order that its window allows: states are benches, actions the labels of what comes.

    `window`: how many milliseconds apart things may be and still change places; None forgets times. `used` gathers the rules
    that had their say in any order; `coverage`, if there is one, what was exercised of the rulebook.
    """

    def __init__(
        self, case: Case, dialect: Dialect, window: int | None, coverage: Coverage | None = None
    ) -> None:
        self.coverage = coverage
        self.case, self.spec, self.dialect, self.window = case, case.spec, dialect, window
        self.stage = Stage(case, dialect)
        self.used: dict[str, None] = {}
        script = list(parts(case, self.stage, self._step, self._check))
        self._labels = [part.label for part in script]
        self._first = Bench(
            dialect, script, self.stage.pages, self.stage.media,
            complaint=self.stage.about_document, timeless=window is None,
        )  # fmt: skip
        self.stage.set_up(self._first)
        if window is None:
            self._first.open = tuple(number for number, part in enumerate(script) if not part.look)
        self.judge = Judge(self._first, self.stage.resolve, timeless=window is None)
        self.expected = Expected(case, self.judge, self.look_at, window is None)
        self._history = _history(case)

    # -- the script ------------------------------------------------------------------------------------------------

    def _step(self, bench: Any, number: int) -> None:
        step, judge = self.spec.steps[number], self.judge
        judge.failures, judge.held = [], set()
        try:
            if not isinstance(step, CheckOnly):
                bench.outcome = self._say(number, step)
        except UsageError as error:
            raise InputError(Problem(self.case.place("steps", number), str(error))) from None
        self._judged(bench, number, "expect")

    def _check(self, bench: Any, number: int) -> None:
        check, judge = self.spec.steps[number].check, self.judge
        judge.failures, judge.held = [], set()
        if check is not None:
            judge.check(check, lambda *path: self.case.place("steps", number, "check", *path))
        self._judged(bench, number, "check")

    def _judged(self, bench: Bench, number: int, word: str) -> None:
        """Note what the judge has found of one word of a step."""
        failed = dict(bench.failed)
        if self.judge.failures:
            self.expected.fails(bench, failed, (number, word), _told(self.judge.failures))
        bench.failed = tuple(failed.items())
        bench.met = tuple(sorted({*bench.met, *self.expected.met(self.judge.held)}))

    def _leave(self, bench: Bench) -> None:
        """End an order in which some steps never could be said."""
        failed: dict[int, str] = {}
        for number, step in self._unsaid(bench):
            self.expected.fails(bench, failed, (step, "expect"), f"{self._labels[number]} cannot be said in this order")
        bench.failed, bench.open = tuple(failed.items()), ()

    def _unsaid(self, bench: Bench) -> list[tuple[int, int]]:
        """The parts of the script that are left and of which an answer is expected, with the numbers of their steps."""
        first, until = len(self.spec.placed), self.spec.until
        left = [(number, number - first) for number in bench.open if number >= first]
        return [
            (number, step) for number, step in left
            if (step, "expect") in self.expected.of_steps and (until is None or self.spec.steps[step].at_ms <= until)
        ]  # fmt: skip

    def _say(self, number: int, step: Step) -> str:
        expected = getattr(step, "expect", None)

        def tell(*path: str | int) -> Place:
            return self.case.place("steps", number, "expect", *path)

        command = far_command(step)
        if command is not None:
            outcome = self.stage.say(command)
            self.judge.outcome(expected, outcome.status, outcome.rule, tell)
            return str(outcome.status)
        answered = self.stage.ask(number, step)
        self.judge.answer(expected, answered, tell)
        return str(answered.status)

    # -- a world to be explored ------------------------------------------------------------------------------------

    def begin(self) -> Bench:
        """Before anything has happened."""
        return self._first.copy()

    def actions(self, state: Bench) -> Sequence[str]:
        """The labels of what could happen next."""
        if state.choices is None:
            state.choices = tuple(self._choices(state))
            if not state.choices:
                self._note_words(state)
        if not state.choices and self._unsaid(state):
            return [UNSAID]
        return [one.label for one in state.choices]

    def _choices(self, state: Bench) -> list[Coming]:
        coming = state.coming()
        until = self.spec.until
        if until is not None:
            # Where times are forgotten, all that comes at all comes before that one.
            coming = [each for each in coming if self.window is None or max(each.due, state.now) <= until]
        elif not state.goes_on(coming):
            return []
        if self.window is None or not coming:
            return coming
        return list(_at_once(coming, self.window))

    def step(self, state: Bench, action: str) -> Bench:
        """Let one thing happen in a copy. Raises BrokenLaw, and InputError for a step that nobody can say."""
        after = state.copy()
        after.failed, after.met, after.outcome, after.choices = (), (), "", None
        self.look_at(after)
        if action == UNSAID:
            self._leave(after)
            return after
        choices = state.choices or ()
        one = next(each for each in choices if each.label == action)
        after.take(one, choices)
        self._note(state, after)
        return after

    def _note(self, state: Bench, after: Bench) -> None:
        """Gather the rules that had their say in a step: those of the switch, and those that worded what was sent."""
        new, changed = after.seen_since(state), []
        self.used.update(after.switch.used)
        for entry in new:
            if isinstance(entry, (Asked, Fetched, Told)):
                self.used.update(dict.fromkeys(entry.response.rules if isinstance(entry, Asked) else entry.rules))
            elif isinstance(entry, Change):
                changed.append(entry)
        self.used.update(self.judge.spelled)
        if self.coverage is not None:
            after.last = self.coverage.saw_after(self.dialect.rulebook, state.last, changed)

    def _note_words(self, state: Bench) -> None:
        """At the end of an order all that there is is told in the vendor's words."""
        for call in state.switch.calls.values():
            self.used.update(dict.fromkeys(self.dialect.call_words(call)[1]))
        for mpc in state.switch.mpcs.values():
            self.used.update(dict.fromkeys(self.dialect.mpc_words(mpc)[1]))

    def gathered(self) -> Any:
        """What was gathered in this process."""
        return self.used, self.coverage

    def gather(self, other: Any) -> None:
        """Add what was gathered in another."""
        used, coverage = other
        self.used.update(used)
        if self.coverage is not None:
            self.coverage.include(coverage)

    def look_at(self, state: Bench) -> None:
        """Let everything that looks at a world look at this one."""
        self.stage.motion = self.judge.world = state

    def key(self, state: Bench) -> Hashable:
        """What distinguishes a state for all that can still happen and all that is expected."""
        history = tuple([_as_key(entry, self.window is None) for entry in state.told_of(self._history)])
        return Course.key(state), history, state.failed, state.met, state.as_expected, state.noted

    # -- between processes -----------------------------------------------------------------------------------------

    def freeze(self, state: Bench) -> bytes:
        """What a state knows beside what all states share."""
        switch = state.switch
        data = {key: value for key, value in state.__dict__.items() if key not in _SHARED}
        of_switch = {key: value for key, value in switch.__dict__.items() if key not in _SHARED_BY_SWITCHES}
        return pickle.dumps((data, of_switch, state._watch.endings), pickle.HIGHEST_PROTOCOL)

    def thaw(self, frozen: bytes) -> Bench:
        """A state that knows that."""
        data, of_switch, endings = pickle.loads(frozen)
        state = self._first.copy()
        state.__dict__.update(data)
        state.switch.__dict__.update(of_switch)
        state._watch.endings = endings
        return state


_SHARED = frozenset({
    "dialect", "pages", "complaint", "script", "switch", "_watch", "choices",
})  # fmt: skip
_SHARED_BY_SWITCHES = frozenset({"rulebook", "events", "media", "_followers", "_ready", "ready"})


def _at_once(coming: Sequence[Coming], window: int) -> Iterator[Coming]:
    """What may come next: what is due within the window of the first; and answers in flight, if one of them arrives."""
    latest = coming[0].due + window
    near = [each for each in coming if each.due <= latest]
    yield from near
    if any(each.band is Band.DOCUMENT for each in near):
        yield from (each for each in coming if each.band is Band.DOCUMENT and each.due > latest)


def _told(failures: Sequence[Failure]) -> str:
    return "; ".join(failure.message for failure in failures)


def _history(case: Case) -> tuple[type, ...]:
    """Of what happened, what the case has expectations about."""
    kinds = {"callbacks": Told, "fetched": Fetched, "warnings": Warned}
    spec = case.spec
    checks = [spec.expect, *(step.check for step in spec.steps), *spec.always, *spec.never, *spec.eventually]
    named = {subject for check in checks if check is not None for subject in _subjects(check)}
    return tuple(kind for subject, kind in kinds.items() if subject in named)


def _subjects(check: Any) -> Iterator[str]:
    yield from check.several
    for each in check.one_of or ():
        yield from _subjects(each)


def _as_key(entry: Any, timeless: bool) -> Hashable:
    """An entry as far as somebody may expect something of it."""
    if isinstance(entry, Told):
        said = () if timeless else (entry.at, _frozen(entry.params))
        return entry.call, entry.kind, entry.url, entry.method, entry.attempt, said, entry.rules
    if isinstance(entry, Fetched):
        said = () if timeless else (entry.at, _frozen(entry.params))
        return entry.call, entry.url, entry.method, entry.purpose, entry.attempt, said, entry.rules
    return entry.text, None if timeless else entry.at


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((key, _frozen(each)) for key, each in value.items())
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value
