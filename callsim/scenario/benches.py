"""A case as a world to be explored: its steps parted among those who do them, its expectations as properties of every order."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from callsim.course import Band, Coming, Course
from callsim.dialects import Dialect
from callsim.errors import BrokenLaw, InputError, Place, Problem, UsageError
from callsim.explore import Kind, Property, late_timers
from callsim.model import CallState, Change, Status
from callsim.scenario.comparing import NOTHING, TIMES
from callsim.scenario.covering import Coverage, Last
from callsim.scenario.judging import Failure, Judge, Property as Always, alternatives
from callsim.scenario.loading import Case
from callsim.scenario.parts import client, parts
from callsim.scenario.saying import Stage, far_command
from callsim.scenario.steps import CheckOnly, Step
from callsim.trace import Asked, Entry, Fetched, Told, Warned

FORGOTTEN = "a forgotten timer changes nothing"
UNSAID = "the rest cannot be said"
LAWFUL = "every law holds when all is over"


@dataclass(frozen=True, slots=True)
class Unit:
    """One expectation that has a verdict of its own. `place` is None for what no file says."""

    kind: str
    subject: str
    place: Place | None
    closing: bool = False


class Bench(Course):
    """A world at one point of one order, with what the step just taken has shown of the expectations.

    `failed`: the expectations of this step that failed, by number of their unit, with what is wrong; `met`: the alternatives
    that held, by number; `as_expected`: whether all clients have had the answers they expect so far; `outcome`: what the last
    thing came to.
    """

    failed: tuple[tuple[int, str], ...] = ()
    met: tuple[int, ...] = ()
    as_expected: bool = True
    outcome: str = ""
    choices: tuple[Coming, ...] | None = None
    last: Last = MappingProxyType({})
    """The row that had its say last about each thing, where coverage is collected."""

    def seen_since(self, before: Bench) -> list[Entry]:
        """What was seen in the step from there to here."""
        return self.trace[len(before._seen) :]

    def told_of(self, kinds: tuple[type, ...]) -> list[Entry]:
        """What was seen of these kinds, in order."""
        return [entry for entry in self.trace if type(entry) in kinds] if kinds else []


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
        self.units: list[Unit] = []
        self.alternatives = alternatives(case)
        self._alternative = {each.place: number for number, each in enumerate(self.alternatives)}
        self._step_units: dict[tuple[int, str], int] = {}
        self.of_clients: set[int] = set()
        """Of the units those that are answers to several clients."""
        self.used: dict[str, None] = {}
        self._expected_of_steps()
        script = list(parts(case, self.stage, self._step))
        self._labels = [part.label for part in script]
        self._first = Bench(
            dialect, script, self.stage.pages, self.stage.media,
            complaint=self.stage.about_document, timeless=window is None,
        )  # fmt: skip
        self.stage.set_up(self._first)
        if window is None:
            self._first.open = tuple(number for number, part in enumerate(script) if not part.look)
        self.judge = Judge(self._first, self.stage.resolve, timeless=window is None)
        self._history = _history(case)
        self._ended: tuple[Bench, dict[int, str], set[Place]] | None = None
        self.clients = self._clients()

    # -- the script ------------------------------------------------------------------------------------------------

    def _expected_of_steps(self) -> None:
        """Every step's expectations are units of their own."""
        for number, step in enumerate(self.spec.steps):
            for key in ("expect", "check"):
                if getattr(step, key, None) is not None:
                    self._step_units[number, key] = len(self.units)
                    self.units.append(Unit(key, f"step {number + 1}", self.case.place("steps", number, key)))

    def _step(self, bench: Any, number: int) -> None:
        step, judge = self.spec.steps[number], self.judge
        judge.failures, judge.held = [], set()
        failed: dict[int, str] = {}
        try:
            if not isinstance(step, CheckOnly):
                bench.outcome = self._say(number, step)
        except UsageError as error:
            raise InputError(Problem(self.case.place("steps", number), str(error))) from None
        if judge.failures:
            self._fails(bench, failed, self._step_units[number, "expect"], _told(judge.failures))
            judge.failures = []
        if step.check is not None:
            judge.check(step.check, lambda *path: self.case.place("steps", number, "check", *path))
            if judge.failures:
                failed[self._step_units[number, "check"]] = _told(judge.failures)
        bench.failed = tuple(failed.items())
        bench.met = tuple(sorted(self._alternative[place] for place in judge.held if place in self._alternative))

    def _fails(self, bench: Bench, failed: dict[int, str], unit: int, message: str) -> None:
        """Note that an answer is not as expected. What several clients expect is asked of no order by itself, but whether there
        is one that gives it to all of them."""
        if unit in self.of_clients:
            bench.as_expected = False
        else:
            failed[unit] = message

    def _leave(self, bench: Bench) -> None:
        """End an order in which some steps never could be said."""
        failed: dict[int, str] = {}
        for number, unit in self._unsaid(bench):
            self._fails(bench, failed, unit, f"{self._labels[number]} cannot be said in this order")
        bench.failed, bench.open = tuple(failed.items()), ()

    def _unsaid(self, bench: Bench) -> list[tuple[int, int]]:
        """The parts of the script that are left and of which an answer is expected, with the units of those."""
        first, until = len(self.spec.calls), self.spec.until
        steps = ((number, int(number) - first) for number in bench.open if number >= first)
        return [
            (number, self._step_units[step, "expect"]) for number, step in steps
            if (step, "expect") in self._step_units and (until is None or self.spec.steps[step].at_ms <= until)
        ]  # fmt: skip

    def _say(self, number: int, step: Step) -> str:
        expected = getattr(step, "expect", None)

        def tell(*path: str | int) -> Place:
            return self.case.place("steps", number, "expect", *path)

        command = far_command(step)
        if command is not None:
            outcome = self.stage.motion.say(command)
            self.judge.outcome(expected, outcome.status, outcome.rule, tell)
            return str(outcome.status)
        answered = self.stage.ask(number, step)
        self.judge.answer(expected, answered, tell)
        return str(answered.status)

    def _clients(self) -> tuple[str, ...]:
        """The clients of the API that expect answers, if there are several; what they expect is noted."""
        found: dict[str, set[int]] = {}
        for number, step in enumerate(self.spec.steps):
            if (number, "expect") in self._step_units and far_command(step) is None and not isinstance(step, CheckOnly):
                found.setdefault(client(step), set()).add(self._step_units[number, "expect"])
        if len(found) < 2:
            return ()
        self.of_clients = set().union(*found.values())
        return tuple(found)

    # -- a world to be explored ------------------------------------------------------------------------------------

    def begin(self) -> Bench:
        """Before anything has happened."""
        return self._first.copy()

    def actions(self, state: Bench) -> Sequence[str]:
        """The labels of what could happen next."""
        if state.choices is None:
            state.choices = tuple(self._choices(state))
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
            if isinstance(entry, (Asked, Told)):
                self.used.update(dict.fromkeys(entry.response.rules if isinstance(entry, Asked) else entry.rules))
            elif isinstance(entry, Change):
                changed.append(entry)
        self.used.update(self.judge.spelled)
        for change in changed:
            if change.to is CallState.COMPLETED and change.status is Status.DONE:
                self.used.update(dict.fromkeys(self.dialect.call_words(after.switch.calls[change.name])[1]))
        if self.coverage is not None:
            after.last = self.coverage.saw_after(self.dialect.rulebook, state.last, changed)

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
        return Course.key(state), history, state.failed, state.met, state.as_expected

    # -- what is expected of every order ---------------------------------------------------------------------------

    def properties(self) -> list[Property[Bench]]:
        """One property for each unit, in the same order; then one for each alternative, that no order leads to it; then,
        if several clients expect answers, that no order gives them all."""
        found = [Property(unit.subject, Kind.ALWAYS, _failing(number)) for number, unit in enumerate(self.units)]
        for subject, place in self._closing():
            found.append(Property(subject, Kind.FINALLY, self._at_end(len(self.units))))
            self.units.append(Unit("expect", subject, place, closing=True))
        for each in self.judge.properties(self.case):
            if self.window is None and _names_a_time(each.said):
                continue
            kind = Kind.EVENTUALLY if each.kind == "eventually" else Kind.ALWAYS
            found.append(Property(each.said, kind, self._looking(each)))
            self.units.append(Unit(each.kind, each.said, each.place))
        for name, kind, holds in ((FORGOTTEN, Kind.ALWAYS, _nothing_late), (LAWFUL, Kind.FINALLY, _lawful)):
            found.append(Property(name, kind, holds))
            self.units.append(Unit("law", name, None))
        for number, alternative in enumerate(self.alternatives):
            kind = Kind.FINALLY if alternative.under == "expect" else Kind.ALWAYS
            found.append(Property(alternative.said, kind, self._meeting(number)))
        if self.clients:
            found.append(Property("answers", Kind.FINALLY, lambda state: "as expected" if state.as_expected else None))
        return found

    def not_judged(self) -> tuple[Place, ...]:
        """Expectations that only tell times, where times are forgotten."""
        if self.window is not None:
            return ()
        closing = [place for _, place, judged in self._parts_at_end() if not judged]
        said = [each.place for each in self.judge.properties(self.case) if _names_a_time(each.said)]
        looks = [
            self.case.place("steps", number, "check")
            for number, step in enumerate(self.spec.steps) if isinstance(step, CheckOnly)
        ]  # fmt: skip
        return tuple(sorted([*closing, *said, *looks]))

    def _closing(self) -> Iterator[tuple[str, Place]]:
        return ((subject, place) for subject, place, judged in self._parts_at_end() if judged)

    def _parts_at_end(self) -> Iterator[tuple[str, Place, bool]]:
        """Of the closing expectation each part: what it is about, where it stands, whether it is judged."""
        expect = self.spec.expect
        if expect is None:
            return
        for name, thing in expect.things.items():
            for key, want in thing.said.items():
                forgotten = self.window is None and key in TIMES and want not in NOTHING
                yield f"{name}.{key}", self.case.place("expect", name, key), not forgotten
            if not thing.said:
                yield name, self.case.place("expect", name), True
        for subject in expect.several:
            yield subject, self.case.place("expect", subject), True
        if expect.one_of:
            yield "one_of", self.case.place("expect", "one_of"), True

    def _at_end(self, number: int) -> Callable[[Bench], str | None]:
        return lambda state: self._judged(state)[0].get(number)

    def _judged(self, state: Bench) -> tuple[dict[int, str], set[Place]]:
        """What is wrong with an end, by unit, and which alternatives hold there."""
        if self._ended is None or self._ended[0] is not state:
            self.look_at(state)
            judge = self.judge
            judge.failures, judge.held = [], set()
            paths: list[tuple[str | int, ...]] = []

            def tell(*path: str | int) -> Place:
                paths.append(path)
                return self.case.place("expect", *path)

            if self.spec.expect is not None:
                judge.check(self.spec.expect, tell)
            wrong: dict[int, str] = {}
            for failure, path in zip(judge.failures, paths, strict=False):
                for number in self._units_of(path):
                    wrong[number] = f"{wrong[number]}; {failure.message}" if number in wrong else failure.message
            self._ended = state, wrong, judge.held
        return self._ended[1], self._ended[2]

    def _units_of(self, path: tuple[str | int, ...]) -> list[int]:
        """The units of the closing expectation that a path into it belongs to."""
        name = str(path[0])
        exact = {name, ".".join(map(str, path[:2]))}
        ends = [number for number, unit in enumerate(self.units) if unit.closing]
        found = [number for number in ends if self.units[number].subject in exact]
        return found or [number for number in ends if self.units[number].subject.startswith(f"{name}.")]

    def _looking(self, one: Always) -> Callable[[Bench], str | None]:
        def holds(state: Bench) -> str | None:
            self.look_at(state)
            return one.wrong()

        return holds

    def _meeting(self, number: int) -> Callable[[Bench], str | None]:
        """Whether an alternative held, put as what is wrong: of what goes wrong it is known in how many orders."""
        one = self.alternatives[number]

        def holds(state: Bench) -> str | None:
            held = self._judged(state)[1] if one.under == "expect" else self._held(state)
            return "held" if number in state.met or one.place in held else None

        return holds

    def _held(self, state: Bench) -> set[Place]:
        """The alternatives under what must always hold or at some moment that hold now."""
        self.look_at(state)
        self.judge.held = set()
        for each in self.judge.properties(self.case):
            each.wrong()
        return self.judge.held

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
    "dialect", "pages", "complaint", "script", "switch", "_watch", "_obey", "_hold_laws", "choices",
})  # fmt: skip
_SHARED_BY_SWITCHES = frozenset({"rulebook", "events", "media", "_followers"})


def _at_once(coming: Sequence[Coming], window: int) -> Iterator[Coming]:
    """What may come next: what is due within the window of the first; and answers in flight, if one of them arrives."""
    latest = coming[0].due + window
    near = [each for each in coming if each.due <= latest]
    yield from near
    if any(each.band is Band.DOCUMENT for each in near):
        yield from (each for each in coming if each.band is Band.DOCUMENT and each.due > latest)


def _told(failures: Sequence[Failure]) -> str:
    return "; ".join(failure.message for failure in failures)


def _failing(number: int) -> Callable[[Bench], str | None]:
    return lambda state: dict(state.failed).get(number)


def _nothing_late(state: Bench) -> str | None:
    """A timer that was forgotten, were it to strike all the same, would meet a rule that lets it do nothing."""
    for command in late_timers(state.switch):
        if state.switch.would(command) is Status.DONE:
            return f"were it to strike late, '{command}' would be done"
    return None


def _lawful(state: Bench) -> str | None:
    try:
        state.check_all()
    except BrokenLaw as broken:
        return f"{broken.law}: {broken.what}"
    return None


def _names_a_time(said: str) -> bool:
    """Whether a property asks for a time that is forgotten."""
    return any(re.search(rf"\b{key}: (?!{'|'.join(NOTHING)})", said) for key in TIMES)


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
        return entry.call, entry.kind, entry.url, said, entry.rules
    if isinstance(entry, Fetched):
        return entry.call, entry.url, None if timeless else entry.at
    return entry.text, None if timeless else entry.at


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple((key, _frozen(each)) for key, each in value.items())
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value
