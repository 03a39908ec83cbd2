"""The switch driven through time by SimPy: steps, far parties, timers and documents, each at its moment.

The only file that imports simpy. Time is whole milliseconds. What happens at one instant happens in this order: all that
follows from the command just applied, documents that take no time included; documents that arrive; steps as written; far
parties in the order of their calls; timers in the order they were set.
"""

from __future__ import annotations

import gc
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from typing import Any

import simpy
from simpy.events import Event

from callsim.application import Arrival, Page
from callsim.course import LONGEST, Band, Coming, Course
from callsim.dialects import Dialect
from callsim.far_end import SILENT, TEST_NUMBERS, WORDS, Act, FarEnd
from callsim.instructions import Rejected
from callsim.model import Call, Todo
from callsim.motion import Motion
from callsim.switch import Clock
from callsim.trace import APPLICATION, Asked, Entry, Fetched, Said, Told, Warned, as_data

_BAND = 1 << 40
_DOCUMENTS, _STEPS, _FAR_PARTIES, _TIMERS, _END = (band * _BAND for band in range(2, 7))
MOMENT_BOUND = 1_000_000
_PATIENCE = 5_000_000


@contextmanager
def _patient_collection() -> Iterator[None]:
    """Let Python look for garbage less often while a world runs: it keeps nearly all that it makes, and makes no cycles
    that it drops, so looking through all of it costs a tenth of the time and finds nothing. Set back afterwards."""
    before = gc.get_threshold()
    if not 0 < before[0] < _PATIENCE:
        yield
        return
    gc.set_threshold(_PATIENCE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Moment(Event):
    """A SimPy event that does one thing at one time, with a place of its own among those of the same instant.

    `at` is that time, which spares asking the environment for it; `what` is whatever the doing of it needs to know.
    """

    def __init__(
        self, env: simpy.Environment, at: int, delay: int, priority: int, do: Callable[[Any], None], what: Any
    ) -> None:
        self.env = env
        self.callbacks = [do]
        self._value = None
        self._ok = True
        self.at = at
        self.what = what
        env.schedule(self, priority, delay)  # type: ignore[arg-type]  # any integer is a priority


class Simulation(Motion):
    """One world in motion: a switch, a vendor's dialect, an application that answers, and a clock.

    `pages` is what the application answers by path below http://app.test, `media` the length of audio files by URL. With
    `forget` off, timers that were forgotten strike all the same and meet the rules: the end must be alike. `complaint` words
    what is wrong with a document that cannot be used. `now` is in milliseconds since the world began.
    """

    def __init__(
        self,
        dialect: Dialect,
        pages: Mapping[str, Page] | None = None,
        media: Mapping[str, int] | None = None,
        laws: bool = True,
        forget: bool = True,
        traced: bool = True,
        moment_bound: int = MOMENT_BOUND,
        complaint: Callable[[str, Rejected], str] | None = None,
    ) -> None:
        super().__init__(dialect, pages, media, laws, traced, complaint)
        self.forget, self.moment_bound = forget, moment_bound
        self.env = simpy.Environment()
        self._clocks: list[Clock] = []
        self._alarm: int | None = None
        self._steps: deque[tuple[int, int, Callable[[], None]]] = deque()
        self._step_count = self._documents = 0
        self._moments = self._alarms = 0
        self._far_act = self._far_party_moment

    # -- things to come --------------------------------------------------------------------------------------------

    def at(self, time: int, do: Callable[[], None]) -> None:
        """Do something as a step at a time; steps of one instant in the order they were given.

        Raises ValueError for a time that has passed.
        """
        if time < self.now:
            raise ValueError(f"{time} ms has passed: it is {self.now} ms")
        self._step_count = count = self._step_count + 1
        steps = self._steps
        if not steps or time >= steps[-1][0]:
            steps.append((time, count, do))
        else:
            insort(steps, (time, count, do))
        # Only the step that comes next has a moment: a long list of them would slow every other moment down.
        if steps[0][1] == count:
            self._next_step()

    def _next_step(self) -> None:
        time, count, _ = self._steps[0]
        self._moment(time - self.now, _STEPS + count, self._do_step, count)

    def _do_step(self, moment: Any) -> None:
        self.now = moment.at
        # An earlier step may have been given since: this one then has another moment, and may be over.
        if not self._steps or self._steps[0][1] != moment.what:
            return
        _, _, do = self._steps.popleft()
        if self._steps:
            self._next_step()
        do()

    def _moment(self, delay: int, priority: int, do: Callable[[Any], None], what: Any = None) -> None:
        self._moments += 1
        _Moment(self.env, self.now + delay, delay, priority, do, what)

    def run(self, until: int | None = None) -> bool:
        """Go on until nothing is due but the time limits of what is still up, or until a time, inclusive.

        Returns False if a bound was hit: more moments passed than `moment_bound`.
        """
        env, bound = self.env, self.moment_bound
        if until is not None:
            self._moment(max(0, until - self.now), _END, self._end_of_run)
        with _patient_collection():
            while self._moments > self._alarms or (until is not None and self._moments) or self._more_than_limits():
                if until is not None and env.peek() > until:
                    return True
                if not bound:
                    return False
                bound -= 1
                self._moments -= 1
                env.step()
        return True

    def _end_of_run(self, moment: Any) -> None:
        """The last moment of a bounded play only brings the time up to it."""
        self.now = moment.at

    def _more_than_limits(self) -> bool:
        """Whether, with nothing to come but alarms, some clock is running that is no mere time limit."""
        return any(timer not in LONGEST for _, timer in self.switch.timers)

    # -- far parties and documents -----------------------------------------------------------------------------------

    def _far_party_later(self, call: Call, act: Act) -> None:
        self._moments += 1
        delay = act[0]
        _Moment(self.env, self.now + delay, delay, _FAR_PARTIES + call.number, self._far_act, (call, act))

    def _far_party_moment(self, moment: Any) -> None:
        self.now = moment.at
        call, (_, command, stage) = moment.what
        self._far_party_acts(call, command, stage)

    def _document_later(self, arrival: Arrival, delay: int) -> None:
        if not delay:
            self._arrivals.append(arrival)
            return
        self._documents += 1
        self._moment(delay, _DOCUMENTS + self._documents, self._document_moment, arrival)

    def _document_moment(self, moment: Any) -> None:
        self.now = moment.at
        self._arrived(moment.what)

    # -- timers ----------------------------------------------------------------------------------------------------

    def _clock_set(self, todo: Todo) -> None:
        """Keep the clock and see that an alarm rings for the earliest. A forgotten clock just leaves the switch: what is
        left of it here is thrown away as soon as such leftovers are by far the larger part."""
        clocks, timers = self._clocks, self.switch.timers
        at, key = todo[2], todo[8]
        clock = timers.get(key)  # type: ignore[arg-type]  # the todo of a clock has its key
        if clock is None or clock[0] != at:
            if self.forget:
                return  # Set and forgotten, or set anew, by one command.
            clock = Clock(at, self.switch.timer_count, todo[9], key, todo[10])  # type: ignore[arg-type]  # plain: it has the verb
        if not self.forget:
            # Nobody forgets, but a clock that is set anew is the same clock: it strikes when it was last set for.
            self._clocks = clocks = [each for each in clocks if each.key != key]
            heapify(clocks)
        heappush(clocks, clock)
        if self.forget and len(clocks) > 64 + 4 * len(timers):
            self._clocks = clocks = [each for each in clocks if timers.get(each[3]) is each]
            heapify(clocks)
        alarm = self._alarm
        if alarm is None or at < alarm:
            self._wake(at)

    def _runs(self, clock: Clock) -> bool:
        return not self.forget or self.switch.timers.get(clock.key) is clock

    def _wake(self, due: int) -> None:
        self._alarm = due
        self._alarms += 1
        self._moment(due - self.now, _TIMERS, self._ring)

    def _ring(self, moment: Any) -> None:
        """Let one clock strike that is due, and wake up for the next."""
        self.now = now = moment.at
        self._alarms -= 1
        if self._alarm != now:
            return
        self._alarm = None
        while self._clocks and not self._runs(self._clocks[0]):
            heappop(self._clocks)
        if self._clocks and self._clocks[0].due <= now:
            clock = heappop(self._clocks)
            self._strike(clock.command, clock.because)
        if self._clocks and (self._alarm is None or self._clocks[0].due < self._alarm):
            self._wake(max(self._clocks[0].due, now))


class OutOfOrder(Exception):  # noqa: N818 - what it says is what happened
    """What was to come next does not come: its place in the order, and what could have come instead."""

    def __init__(self, number: int, instead: tuple[str, ...]) -> None:
        super().__init__(number, instead)
        self.number, self.instead = number, instead


def run_in_order(
    course: Course,
    order: Sequence[str],
    until: int | None = None,
    moment_bound: int = MOMENT_BOUND,
    at_rest: Callable[[], None] = lambda: None,
) -> bool:
    """Let things come in a given order, by their labels, each at its time or as soon as the one before it has come; then let
    the rest come by itself, as a simulation would.

    `at_rest` is called whenever something has come with all that follows. Returns False if more came than `moment_bound`;
    raises OutOfOrder if what is to come next cannot.
    """
    env = simpy.Environment()
    left = [moment_bound]

    def come() -> Iterator[Event]:
        for number, label in enumerate(order):
            while left[0]:
                coming = course.all_coming()
                named = next((each for each in coming if each.label == label), None)
                if named is None:
                    raise OutOfOrder(number, tuple(each.label for each in coming))
                # A look is nobody's act: one that the order does not name is taken when its time has come.
                now = course.time_of(named, coming)
                looks = (each for each in course.coming() if _is_look(each) and each.due <= now and each.label not in order)
                one = next(looks, named)
                yield from take(one, coming)
                if one is named:
                    break
        while left[0] and (coming := _still_to_come(course, until)):
            yield from take(coming[0], coming)

    def take(one: Coming, coming: Sequence[Coming]) -> Iterator[Event]:
        left[0] -= 1
        yield env.timeout(max(0, course.time_of(one, coming) - env.now))
        course.take(one, coming)
        at_rest()

    env.run(env.process(come()))  # type: ignore[arg-type]  # an iterator of events is what a process is
    return left[0] > 0


def _is_look(one: Coming) -> bool:
    return one.band is Band.STEP and bool(one.what.look)


def _still_to_come(course: Course, until: int | None) -> list[Coming]:
    """What is to come by itself: until a time, or while anything is to come but the time limits of what is still up."""
    coming = course.coming()
    if until is not None:
        return [each for each in coming if max(each.due, course.now) <= until]
    return coming if course.goes_on(coming) else []


__all__ = [
    "APPLICATION", "MOMENT_BOUND", "SILENT", "TEST_NUMBERS", "WORDS", "Asked", "Entry", "FarEnd", "Fetched", "OutOfOrder", "Page",
    "Said", "Simulation", "Told", "Warned", "as_data", "run_in_order",
]  # fmt: skip
