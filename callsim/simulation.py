"""The switch driven through time by SimPy: steps, far parties, timers and documents, each at its moment.

The only file that imports simpy. Time is whole milliseconds. What happens at one instant happens in this order: all that
follows from the command just applied, documents that take no time included; documents that arrive; steps as written; far
parties in the order of their calls; timers in the order they were set.
"""

from __future__ import annotations

import gc
import operator
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
from callsim.model import Call
from callsim.motion import Motion
from callsim.switch import Clock
from callsim.trace import APPLICATION, Asked, Entry, Fetched, Said, Told, Warned, as_data

_BAND = 1 << 40
_DOCUMENTS, _STEPS, _FAR_PARTIES, _END = (band * _BAND for band in range(4))
MOMENT_BOUND = 1_000_000
_PATIENCE = 5_000_000
_AN_INSTANT, _AN_ALARM = 2, 3
_FEW_CLOCKS = 64
"""So many that were forgotten may be left lying about before anybody looks."""


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


class _Instant(Event):
    """The SimPy event of one instant at which something is due, however much it is; or of an alarm."""

    # Slots, and what all of them have in the class: there is one for every thing that is to come in a world of many calls.
    __slots__ = ("at", "callbacks")
    _ok, _value = True, None

    def __init__(self, env: simpy.Environment, at: int, priority: int, begin: tuple[Callable[[Any], None]]) -> None:
        self.callbacks = begin  # type: ignore[assignment]  # SimPy only goes through them
        self.at = at
        env.schedule(self, priority, at - env.now)  # type: ignore[arg-type]  # any integer is a priority


_Due = tuple[int, int, Callable[[Any], None], Any]
"""Something due at an instant: its place among all that is due then, its number among all things ever to come, what does it,
and whatever the doing of it needs to know."""


class Simulation(Motion):
    """One world in motion: a switch, a vendor's dialect, an application that answers, and a clock.

    `pages` is what the application answers by path below http://app.test, `media` the length of audio files by URL. With
    `forget` off, timers that were forgotten strike all the same and meet the rules: the end must be alike. `complaint` words
    what is wrong with a document that cannot be used. `now` is in milliseconds since the world began.
    """

    moment_bound = MOMENT_BOUND
    _documents = 0

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
        self.forget = forget
        if moment_bound != MOMENT_BOUND:
            self.moment_bound = moment_bound
        self.env = simpy.Environment()
        self._clocks: list[Clock] = []
        self._most_clocks = _FEW_CLOCKS
        self._alarm: int | None = None
        self._alarms = 0
        self._numbered = 0
        self._instants: dict[int, list[_Due]] = {}
        self._times: list[int] = []  # of these, a heap
        self._waking: list[int] = []  # when SimPy will tell that an instant has come, the soonest last
        self._here: list[_Due] = []
        self._begin, self._far_act = (self._begin_instant,), self._far_party_acts

    # -- things to come --------------------------------------------------------------------------------------------

    def at(self, time: int, do: Callable[[], None]) -> None:
        """Do something as a step at a time; steps of one instant in the order they were given.

        Raises ValueError for a time that has passed.
        """
        if time < self.now:
            raise ValueError(f"{time} ms has passed: it is {self.now} ms")
        self._moment(time, _STEPS, operator.call, do)

    @property
    def moments(self) -> int:
        """How many things have come so far, or are to come, but for alarms."""
        return self._numbered

    def later(self, delay: int, do: Callable[[Any], None], what: Any) -> None:
        """The same after so many milliseconds, told what it is about."""
        self._moment(self.now + delay, _STEPS, do, what)

    def _moment(self, at: int, place: int, do: Callable[[Any], None], what: Any = None) -> None:
        """Let something be done at a time, in its place among all that is due then."""
        self._numbered = number = self._numbered + 1
        due = self._instants.get(at)
        if due is None:
            self._instants[at] = [(place, number, do, what)]
            heappush(self._times, at)
            if not self._waking or at < self._waking[-1]:
                self._wake_at(at)
        else:
            heappush(due, (place, number, do, what))

    def _wake_at(self, at: int) -> None:
        """Let SimPy tell when an instant has come that is sooner than all it was asked for. It is asked for one at a time, where it
        may be: a heap of numbers is searched much faster than one of events."""
        self._waking.append(at)
        _Instant(self.env, at, _AN_INSTANT, self._begin)

    def _begin_instant(self, instant: Any) -> None:
        """The time has come up to an instant: what is due there comes now, one by one."""
        times, waking = self._times, self._waking
        del waking[-1]
        self.now = at = heappop(times)
        self._here = self._instants[at]
        if times and (not waking or times[0] < waking[-1]):
            self._wake_at(times[0])

    def run(self, until: int | None = None) -> bool:
        """Go on until nothing is due but the time limits of what is still up, or until a time, inclusive.

        Returns False if a bound was hit: more moments passed than `moment_bound`.
        """
        if until is not None:
            self._moment(max(self.now, until), _END, _nothing)
        with _patient_collection():
            return self._run(self.env, self._instants, self.moment_bound, until)

    def _run(self, env: simpy.Environment, instants: dict[int, list[_Due]], bound: int, until: int | None) -> bool:
        # `while True`, since Python 3.11 makes a function faster that is called once and stays only as it jumps back unconditionally.
        while True:
            if not instants and not (self._alarms and (until is not None or self._more_than_limits())):
                return True
            here = self._here
            if not here:
                if until is not None and env.peek() > until:
                    return True
                if not bound:
                    return False
                env.step()
                here = self._here
                if not here:  # an alarm
                    bound -= 1
                    continue
            try:
                while True:
                    if not here:
                        break
                    if not bound:
                        return False
                    bound -= 1
                    _, _, do, what = heappop(here)
                    do(what)
            finally:  # whatever goes wrong, what is done is done
                if not here:
                    del instants[self.now]

    def _more_than_limits(self) -> bool:
        """Whether, with nothing to come but alarms, some clock is running that is no mere time limit."""
        return any(timer not in LONGEST for _, timer in self.switch.timers)

    # -- far parties and documents -----------------------------------------------------------------------------------

    def _far_party_later(self, call: Call, act: Act) -> None:
        delay, command, stage = act
        at = self.now + delay
        due = self._instants.get(at)
        if due is None:
            self._moment(at, _FAR_PARTIES + call.number, self._far_act, (call, command, stage))
        else:  # the same, without another call of a function: this is done more often than anything else
            self._numbered = number = self._numbered + 1
            heappush(due, (_FAR_PARTIES + call.number, number, self._far_act, (call, command, stage)))

    def _document_later(self, arrival: Arrival, delay: int) -> None:
        if not delay:
            self._arrivals.append(arrival)
            return
        self._documents += 1
        self._moment(self.now + delay, _DOCUMENTS + self._documents, self._arrived, arrival)

    # -- timers ----------------------------------------------------------------------------------------------------

    def _clock_set(self, clock: Clock) -> None:
        """Keep the clock and see that an alarm rings for the earliest. A forgotten clock just leaves the switch: what is
        left of it here is thrown away as soon as such leftovers are by far the larger part."""
        clocks = self._clocks
        if not self.forget:
            # Nobody forgets, but a clock that is set anew is the same clock: it strikes when it was last set for.
            self._clocks = clocks = [each for each in clocks if each.key != clock.key]
            heapify(clocks)
        heappush(clocks, clock)
        if len(clocks) > self._most_clocks:
            self._throw_away()
        alarm = self._alarm
        if alarm is None or clock[0] < alarm:
            self._wake(clock[0])

    def _throw_away(self) -> None:
        """Drop the clocks that were forgotten, if they are the larger part; and see how many there may be until the next look."""
        if self.forget:
            self._clocks = clocks = list(self.switch.timers.values())
            heapify(clocks)
        self._most_clocks = _FEW_CLOCKS + len(self._clocks) * 3 // 2

    def _runs(self, clock: Clock) -> bool:
        return not self.forget or self.switch.timers.get(clock.key) is clock

    def _wake(self, due: int) -> None:
        self._alarm = due
        self._alarms += 1
        _Instant(self.env, due, _AN_ALARM, (self._ring,))

    def _ring(self, alarm: Any) -> None:
        """Let one clock strike that is due, and wake up for the next."""
        self.now = now = alarm.at
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


def _nothing(_: None) -> None:
    """The last moment of a bounded play only brings the time up to it."""


class Trunks:
    """Lines that calls take, so many and no more: a SimPy resource. Who finds all taken may wait, first come first served."""

    def __init__(self, simulation: Simulation, count: int) -> None:
        self._simulation = simulation
        self._lines = simpy.Resource(simulation.env, count)

    @property
    def free(self) -> bool:
        """Whether somebody who comes now finds a line free."""
        return self._lines.count < self._lines.capacity

    def take(self) -> Any:
        """Take a line that is free; returns what is to be given back."""
        return self._lines.request()

    def wait(self, then: Callable[[Any], None], patience: int | None, give_up: Callable[[], None]) -> None:
        """Wait for a line: `then` is told what is to be given back when it is there, `give_up` if patience, in milliseconds, runs
        out before; None: it never does."""
        request = self._lines.request()
        request.callbacks.append(then)

        def enough(_: None) -> None:
            if not request.triggered:
                request.cancel()
                give_up()

        if patience is not None:
            self._simulation.later(patience, enough, None)

    def give_back(self, taken: Any) -> None:
        """Give a line back: who waits longest has it at once."""
        self._lines.release(taken)


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
    "Said", "Simulation", "Told", "Trunks", "Warned", "as_data", "run_in_order",
]  # fmt: skip
