"""A case played: its world set up, its steps said, its expectations judged, and what the verdict stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from callsim.course import Course
from callsim.dialects import VENDORS, Dialect, Setting, User, dialect, rulebook
from callsim.errors import InputError, Problem, UsageError
from callsim.motion import Motion
from callsim.scenario.judging import Failure, Judge
from callsim.scenario.loading import Case
from callsim.scenario.parts import label, parts
from callsim.scenario.saying import Answered, Stage, far_command
from callsim.scenario.schema import PROPERTIES
from callsim.scenario.steps import CheckOnly, Step
from callsim.scenario.vetting import vet
from callsim.scenario.watching import Vigil, WatchedSimulation
from callsim.scenario.wording import listed, quoted
from callsim.simulation import Asked, Fetched, OutOfOrder, Simulation, Told, Warned, run_in_order

_MOMENTS = 100_000
"""How many moments a scenario may have before its play is called undecided."""


@dataclass
class Played:
    """What came of a case. `complete` is off if a bound was hit before its end: the verdict is then undecided."""

    case: Case
    simulation: Motion
    assume: dict[str, str]
    passed: bool = False
    complete: bool = True
    failures: list[Failure] = field(default_factory=list)
    responses: list[Answered] = field(default_factory=list)
    rules_used: tuple[str, ...] = ()
    relied_on: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)


Look = Callable[[int, Played], None]
"""Takes a look after each step: its number from 0, and what has been played so far."""


def play(
    case: Case, seed: int = 0, assume: Mapping[str, str] | None = None, laws: bool = True, look: Look | None = None
) -> Played:
    """Play a case and judge it. `assume` goes before what its file assumes; what another vendor leaves open is no matter. `look`
    is called right after each step.

    Raises InputError for what its author got wrong, UsageError for an assumption or choice that does not exist, BrokenLaw
    if callsim itself went wrong.
    """
    assumed = chosen(case, assume or {})
    player = _Player(case, prepared(case, assumed, seed), assumed, laws)
    player.look = look
    return player.play()


def prepared(case: Case, assume: Mapping[str, str], seed: int) -> Dialect:
    """The dialect in which a case is played. Raises InputError for what its author got wrong, and for traffic, which is not
    played."""
    problems = [*untimed(case), *vet(case)]
    if problems:
        raise InputError(*problems)
    return _dialect(case, assume, seed)


def untimed(case: Case) -> Iterator[Problem]:
    """What is wrong with playing a case whose calls arrive at random."""
    if case.spec.arrivals is not None:
        what = "calls arrive at random here, and nothing is said step by step"
        file = "FILE" if case.file.startswith("<") else case.file
        yield Problem(case.key_place("arrivals"), what, f"expected a scenario with steps, or callsim traffic {file}")


def chosen(case: Case, assume: Mapping[str, str]) -> dict[str, str]:
    """The assumptions that concern this case's vendor, the given ones before the file's."""
    known = rulebook(case.vendor).assumptions
    both = {**case.spec.assume, **assume}
    for id in both:
        if id not in known and not any(id in rulebook(vendor).assumptions for vendor in VENDORS):
            raise UsageError(f"there is no assumption {id!r}{rulebook(case.vendor).suggestion(id)}")
    return {id: value for id, value in both.items() if id in known}


def setting(case: Case, seed: int = 0) -> Setting:
    """Who makes a case's requests, and what its ids are made of."""
    spec = case.spec
    users = {id: User(user.organization, tuple(user.extensions)) for id, user in spec.users.items()}
    return Setting(users, next(iter(users), "1"), spec.token, seed)


def _dialect(case: Case, assume: Mapping[str, str], seed: int) -> Dialect:
    return dialect(case.vendor, assume, setting(case, seed))


class _Player:
    """Sets a world up, lets its steps happen at their times, and collects what was seen."""

    look: Look | None = None

    def __init__(self, case: Case, dialect: Dialect, assume: dict[str, str], laws: bool) -> None:
        self.case, self.spec, self.dialect = case, case.spec, dialect
        self.stage = Stage(case, dialect)
        self.simulation = self._world(laws)
        self.stage.set_up(self.simulation)
        self.played = Played(case, self.simulation, assume)
        self.judge = Judge(self.simulation, self.stage.resolve)
        self.vigil = Vigil(self.judge.properties(case))
        if isinstance(self.simulation, WatchedSimulation):
            self.simulation.at_rest = self._at_rest

    def _world(self, laws: bool) -> Simulation | Course:
        """Time decides what comes next, or the order that the case gives."""
        case, stage = self.case, self.stage
        if self.spec.order:
            script = tuple(parts(case, stage, self._say_in_order, self._look_in_order))
            return Course(self.dialect, script, stage.pages, stage.media, laws, stage.about_document)
        watched = any(getattr(self.spec, kind) for kind in PROPERTIES)
        return (WatchedSimulation if watched else Simulation)(
            self.dialect, stage.pages, stage.media, laws, moment_bound=_MOMENTS, complaint=stage.about_document
        )

    def _say_in_order(self, _: object, number: int) -> None:
        self._say(number, self.spec.steps[number])

    def _look_in_order(self, _: object, number: int) -> None:
        self._look(number, self.spec.steps[number])

    def _at_rest(self) -> None:
        self.vigil.look(self.simulation.now)

    def _in_time(self, simulation: Simulation) -> bool:
        for name, call in self.spec.placed.items():
            simulation.at(call.placed, partial(self.stage.place, name, call))
        for number, step in enumerate(self.spec.steps):
            simulation.at(step.at_ms, partial(self._step, number, step))
        return simulation.run(self.spec.until)

    def _in_order(self, course: Course) -> bool:
        order = self.spec.order
        try:
            complete = run_in_order(course, order, self.spec.until, _MOMENTS, self._at_rest)
        except OutOfOrder as error:
            wanted = order[error.number]
            hint = f"what can is {listed(map(quoted, error.instead))}" if error.instead else "nothing can any more"
            problem = f"{quoted(wanted)} cannot come here"
            raise InputError(Problem(self.case.place("order", error.number), problem, hint)) from None
        for number in course.open:
            self._left_unsaid(number - len(self.spec.placed))
        return complete

    def _left_unsaid(self, number: int) -> None:
        """Of a step that never could be said nobody had the answer that is expected."""
        step = self.spec.steps[number] if number >= 0 else None
        late = step is not None and self.spec.until is not None and step.at_ms > self.spec.until
        if step is not None and getattr(step, "expect", None) is not None and not late:
            message = f"{label(number, step)} cannot be said in this order"
            self.judge.failures.append(Failure(self.case.place("steps", number, "expect"), "answer", "an answer", "none", message))

    def play(self) -> Played:
        simulation, played = self.simulation, self.played
        self.vigil.look(simulation.now)
        played.complete = self._in_order(simulation) if isinstance(simulation, Course) else self._in_time(simulation)
        self.judge.failures += self.vigil.conclude(simulation.now)
        if self.spec.expect is not None:
            self.judge.check(self.spec.expect, self._teller("expect"))
        if simulation.laws:
            simulation.check_all()
        self._conclude()
        return played

    def _conclude(self) -> None:
        played = self.played
        played.rules_used = tuple(self._rules())
        book = self.dialect.rulebook
        bases = (book.rows[id].basis.assumption for id in played.rules_used if id in book.rows)
        played.relied_on = tuple(dict.fromkeys(id for id in bases if id is not None))
        for number, id in enumerate(self.spec.teaches):
            if not any(row.id in played.rules_used for row in book.family(id)):
                place = self.case.place("teaches", number)
                message = f"this scenario says it teaches {id}, and never uses it"
                self.judge.failures.append(Failure(place, "teaches", id, "not used", message))
        played.failures = sorted(self.judge.failures, key=lambda failure: failure.place)
        played.warnings = [entry.text for entry in self.simulation.entries(Warned)]
        played.passed = not played.failures and played.complete

    def _rules(self) -> Iterable[str]:
        """Every rule that had its say, in order of first use, then those that spelled it out."""
        simulation = self.simulation
        used = dict.fromkeys(simulation.switch.used)
        for entry in simulation.trace:
            if isinstance(entry, Asked):
                used.update(dict.fromkeys(entry.response.rules))
            elif isinstance(entry, (Fetched, Told)):
                used.update(dict.fromkeys(entry.rules))
        used.update(self.judge.spelled)
        for call in simulation.switch.calls.values():
            used.update(dict.fromkeys(self.dialect.call_words(call)[1]))
        for mpc in simulation.switch.mpcs.values():
            used.update(dict.fromkeys(self.dialect.mpc_words(mpc)[1]))
        return used

    # -- steps -----------------------------------------------------------------------------------------------------

    def _teller(self, *path: str | int) -> Any:
        """Where a part of an expectation stands in the file."""
        return lambda *rest: self.case.place(*path, *rest)

    def _step(self, number: int, step: Step) -> None:
        self._say(number, step)
        self._look(number, step)

    def _say(self, number: int, step: Step) -> None:
        try:
            self._do(number, step)
        except UsageError as error:
            raise InputError(Problem(self.case.place("steps", number), str(error))) from None

    def _look(self, number: int, step: Step) -> None:
        if step.check is not None:
            self.judge.check(step.check, self._teller("steps", number, "check"))
        if self.look is not None:
            self.look(number, self.played)

    def _do(self, number: int, step: Step) -> None:
        if isinstance(step, CheckOnly):
            return
        expected = getattr(step, "expect", None)
        tell = self._teller("steps", number, "expect")
        command = far_command(step)
        if command is not None:
            outcome = self.stage.say(command)
            self.judge.outcome(expected, outcome.status, outcome.rule, tell)
        else:
            answered = self.stage.ask(number, step)
            self.played.responses.append(answered)
            self.judge.answer(expected, answered, tell)


class RulebookVocabulary:
    """What scenario files may name, as the rulebooks know it."""

    vendors = VENDORS

    def rule_known(self, vendor: str, id: str) -> bool:
        return bool(rulebook(vendor).family(id))

    def rule_suggestions(self, vendor: str, id: str) -> list[str]:
        return [near for near in rulebook(vendor).near(id) if near in rulebook(vendor).rows]

    def assumption_problem(self, vendor: str, id: str, value: str) -> str | None:
        try:
            rulebook(vendor, {id: value})
        except UsageError as error:
            return str(error)
        return None
