"""The moments of a world: it is played in its own order, and wherever a subject has come to a new state it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from callsim.atlas.stating import state_of
from callsim.atlas.worlds import World
from callsim.course import Course
from callsim.dialects import Dialect
from callsim.errors import UsageError
from callsim.scenario.parts import parts
from callsim.scenario.playing import chosen, prepared
from callsim.scenario.saying import Stage, far_command
from callsim.scenario.steps import CheckOnly

MOST_MOMENTS = 10_000


class Moment(NamedTuple):
    """A world at rest: nothing more follows at this instant. `states` are those of its subjects, `clocks` all
    that have run so far."""

    course: Course
    states: dict[str, str]
    clocks: tuple[Any, ...]


class Walk:
    """One world under its vendor's rules, played once from its beginning."""

    def __init__(self, world: World, assume: Mapping[str, str], seed: int = 0) -> None:
        self.world, case = world, world.case
        self.dialect: Dialect = prepared(case, chosen(case, assume), seed)
        self.stage = Stage(case, self.dialect)
        script = list(parts(case, self.stage, self._say, self._look))[: len(case.spec.calls) + world.played]
        self.first = Course(
            self.dialect, script, self.stage.pages, self.stage.media, complaint=self.stage.about_document
        )
        self.stage.set_up(self.first)

    def on(self, course: Course) -> Course:
        """Let what is said and fetched from now on be of this world."""
        self.stage.motion = course
        return course

    def _say(self, course: Course, number: int) -> None:
        step = self.world.case.spec.steps[number]
        if isinstance(step, CheckOnly):
            return
        self.on(course)
        command = far_command(step)
        if command is None:
            self.stage.ask(number, step)
        else:
            course.say(command)

    def _look(self, course: Course, number: int) -> None:
        """An atlas expects nothing."""

    def moments(self) -> Iterator[Moment]:
        """Every moment at which a subject is in a state that it, beside the others, has not been in before."""
        course, until = self.on(self.first.copy()), self.world.case.spec.until
        seen, clocks = set(), dict[Any, Any]()
        for _ in range(MOST_MOMENTS):
            coming = course.coming()
            clocks.update(course.switch.timers)
            if not coming or coming[0].due > course.now:
                states = {name: state_of(course, name) for name in self.world.subjects}
                if tuple(states.values()) not in seen:
                    seen.add(tuple(states.values()))
                    _ = course.trace  # What has been seen is given its names here, once for all the copies.
                    yield Moment(course.copy(), states, tuple(clocks.values()))
                    self.on(course)
            if not course.goes_on(coming) or (until is not None and coming[0].due > until):
                return
            course.take(coming[0], coming)
        raise UsageError(f"the world {self.world.name!r} has more than {MOST_MOMENTS} moments; give it an end with until")
