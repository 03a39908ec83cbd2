"""What a case expects, as properties of every order: each expectation with a verdict of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from callsim.course import Coming, Course
from callsim.errors import BrokenLaw, Place
from callsim.explore import Kind, Property, late_timers
from callsim.model import Status
from callsim.scenario.comparing import NOTHING, TIMES
from callsim.scenario.covering import Last
from callsim.scenario.judging import Judge, Property as Always, alternatives
from callsim.scenario.loading import Case
from callsim.scenario.parts import client
from callsim.scenario.saying import far_command
from callsim.scenario.steps import CheckOnly
from callsim.trace import Entry

FORGOTTEN = "a forgotten timer changes nothing"
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
    noted: tuple[tuple[int, str], ...] = ()
    """What somebody who explores has noted on the way, by number; worlds that differ in it are told apart."""
    last: Last = MappingProxyType({})
    """The row that had its say last about each thing, where coverage is collected."""

    def seen_since(self, before: Bench) -> list[Entry]:
        """What was seen in the step from there to here."""
        return self.trace[len(before._seen) :]

    def told_of(self, kinds: tuple[type, ...]) -> list[Entry]:
        """What was seen of these kinds, in order."""
        return [entry for entry in self.trace if type(entry) in kinds] if kinds else []


class Expected:
    """What one case expects. `units` are its expectations in order, each with a verdict of its own; `of_steps` numbers those of
    a step, by its number and word; `of_clients` are the numbers of those that are answers to several `clients`."""

    def __init__(self, case: Case, judge: Judge, look_at: Callable[[Bench], None], timeless: bool) -> None:
        self.case, self.spec, self.judge, self.look_at, self.timeless = case, case.spec, judge, look_at, timeless
        self.units: list[Unit] = []
        self.of_steps: dict[tuple[int, str], int] = {}
        self.of_clients: set[int] = set()
        self.alternatives = alternatives(case)
        self._alternative = {each.place: number for number, each in enumerate(self.alternatives)}
        self._ended: tuple[Bench, dict[int, str], set[Place]] | None = None
        self._of_steps()
        self.clients = self._clients()

    def _of_steps(self) -> None:
        """Every step's expectations are units of their own."""
        for number, step in enumerate(self.spec.steps):
            for key in ("expect", "check"):
                if getattr(step, key, None) is not None:
                    self.of_steps[number, key] = len(self.units)
                    self.units.append(Unit(key, f"step {number + 1}", self.case.place("steps", number, key)))

    def _clients(self) -> tuple[str, ...]:
        """The clients of the API that expect answers, if there are several; what they expect is noted."""
        found: dict[str, set[int]] = {}
        for number, step in enumerate(self.spec.steps):
            if (number, "expect") in self.of_steps and far_command(step) is None and not isinstance(step, CheckOnly):
                found.setdefault(client(step), set()).add(self.of_steps[number, "expect"])
        if len(found) < 2:
            return ()
        self.of_clients = set().union(*found.values())
        return tuple(found)

    def fails(self, bench: Bench, failed: dict[int, str], which: tuple[int, str], message: str) -> None:
        """Note that what a step expects is not so, by the step's number and the word.

        What several clients expect is asked of no order by itself, but whether there is one that gives it to all of them.
        """
        unit = self.of_steps[which]
        if unit in self.of_clients:
            bench.as_expected = False
        else:
            failed[unit] = message

    def met(self, held: set[Place]) -> tuple[int, ...]:
        """The alternatives that stand where something held, by number."""
        return tuple(sorted(self._alternative[place] for place in held if place in self._alternative))

    # -- properties ------------------------------------------------------------------------------------------------

    def properties(self) -> list[Property[Bench]]:
        """One property for each unit, in the same order; then one for each alternative, that no order leads to it; then,
        if several clients expect answers, that no order gives them all."""
        found = [Property(unit.subject, Kind.ALWAYS, _failing(number)) for number, unit in enumerate(self.units)]
        for subject, place in self._closing():
            found.append(Property(subject, Kind.FINALLY, self._at_end(len(self.units))))
            self.units.append(Unit("expect", subject, place, closing=True))
        for each in self.judge.properties(self.case):
            if self.timeless and _names_a_time(each.said):
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
        if not self.timeless:
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
                forgotten = self.timeless and key in TIMES and want not in NOTHING
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
