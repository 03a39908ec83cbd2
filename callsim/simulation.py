"""The switch driven through time by SimPy: steps, far parties, timers and documents, each at its moment.

The only file that imports simpy. Time is whole milliseconds. What happens at one instant happens in this order: all that
follows from the command just applied, documents that take no time included; documents that arrive; steps as written; far
parties in the order of their calls; timers in the order they were set.
"""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple, cast

import simpy
from simpy.events import Event

from callsim.dialects import Dialect, Plan, Request, Response
from callsim.errors import BrokenLaw
from callsim.instructions import Document, Rejected, parse
from callsim.model import (
    BadDocument,
    By,
    Call,
    Change,
    Command,
    Direction,
    Outcome,
    Placement,
    Status,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.properties import Watch
from callsim.switch import Switch

APPLICATION = "http://app.test"
_BAND = 1 << 40
_DOCUMENTS, _STEPS, _FAR_PARTIES, _TIMERS, _END = (band * _BAND for band in range(2, 7))
MOMENT_BOUND = 1_000_000
_LIMITS = {Verb.RING_TIME_OVER: "ring_timeout", Verb.TIME_LIMIT_REACHED: "time_limit"}


@dataclass(frozen=True, slots=True)
class Page:
    """What the application answers for one path: status, body, and after how many milliseconds; `hangs`: never."""

    body: str = ""
    status: int = 200
    after: int = 0
    hangs: bool = False


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What the far party does, each after so many milliseconds from the stage before; None: it never does.

    `rings` None means that it never rings. An inbound call's far party is its caller, who only hangs up.
    """

    rings: int | None = 0
    answers: int | None = None
    hangs_up: int | None = None
    rejects: int | None = None
    busy: int | None = None
    fails: int | None = None
    unreachable: bool = False


SILENT = FarEnd()
WORDS: dict[str, FarEnd] = {
    "silent": SILENT,
    "busy": FarEnd(rings=None, busy=0),
    "rejects": FarEnd(rejects=0),
    "unreachable": FarEnd(rings=None, unreachable=True),
}
TEST_NUMBERS: dict[str, FarEnd] = {
    "+15550100001": FarEnd(answers=2_000),
    "+15550100002": WORDS["busy"],
    "+15550100003": SILENT,
    "+15550100004": WORDS["rejects"],
    "+15550100005": WORDS["unreachable"],
    "+15550100006": FarEnd(answers=2_000, hangs_up=10_000),
}
"""How the test numbers behave, in scenarios and wherever else a call is made without a far party of its own."""


class Said(NamedTuple):
    """A command that was applied: what it came to, and the change that led to it (-1: somebody outside)."""

    at: int
    command: Command
    status: Status
    rule: str | None
    because: int
    label: str


class Asked(NamedTuple):
    """A request that was answered."""

    at: int
    request: Request
    response: Response
    number: int


class Fetched(NamedTuple):
    """A document that was asked for."""

    at: int
    call: str
    url: str
    purpose: str
    rule: str
    because: int


class Told(NamedTuple):
    """A callback that was made."""

    at: int
    call: str
    kind: str
    url: str
    params: dict[str, Any]
    rule: str
    because: int
    rules: tuple[str, ...]


class Warned(NamedTuple):
    """Something the author of a world may not have meant."""

    at: int
    text: str


_Clock = tuple[int, int, tuple[str, Timer], Command, int]
"""When it is due, its place among those set, its key, what it says, and the change that set it."""
Entry = Said | Asked | Fetched | Told | Warned | Change
_KINDS: dict[type, str] = {
    Said: "command", Asked: "request", Fetched: "fetch", Told: "callback", Warned: "warning", Change: "change",
}  # fmt: skip


# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_API, _FAR_PARTY, _CARRIER = By.API, By.FAR_PARTY, By.CARRIER
_INBOUND, _OUTBOUND, _DONE, _LIMIT = Direction.INBOUND, Direction.OUTBOUND, Status.DONE, Timer.LIMIT
_SET_TIMER, _FORGET, _FETCH, _ = TodoKind
_PLACE, _ADD, _RING, _ANSWER, _HANG_UP = Verb.PLACE, Verb.ADD, Verb.RING, Verb.ANSWER, Verb.HANG_UP
_new: Any = tuple.__new__


_PATIENCE = 500_000


@contextmanager
def _patient_collection() -> Iterator[None]:
    """Let Python look for garbage less often while a world runs: it keeps nearly all that it makes, and makes no cycles
    that it drops, so looking through it every few hundred objects is work for nothing. Set back afterwards."""
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
    """A SimPy event that does one thing at one time, with a place of its own among those of the same instant."""

    far: tuple[Call, Command, Callable[[Call, FarEnd], None] | None]

    def __init__(self, env: simpy.Environment, delay: int, priority: int, do: Callable[[Event], None]) -> None:
        self.env = env
        self.callbacks = [do]
        self._value = None
        self._ok = True
        env.schedule(self, priority, delay)  # type: ignore[arg-type]  # any integer is a priority


@dataclass
class Simulation:
    """One world in motion: a switch, a vendor's dialect, an application that answers, and a clock.

    `pages` is what the application answers by path below http://app.test, `media` the length of audio files by URL. With
    `forget` off, timers that were forgotten strike all the same and meet the rules: the end must be alike. `complaint` words
    what is wrong with a document that cannot be used.
    """

    dialect: Dialect
    pages: Mapping[str, Page] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)
    laws: bool = True
    forget: bool = True
    traced: bool = True
    moment_bound: int = MOMENT_BOUND
    complaint: Callable[[str, Rejected], str] | None = None

    def __post_init__(self) -> None:
        self.env = simpy.Environment()
        lengths = dict(self.media)
        lengths.update({APPLICATION + url: length for url, length in self.media.items() if url.startswith("/")})
        self.switch = Switch(self.dialect.rulebook, lengths)
        self.trace: list[Entry] = []
        self.far_ends: dict[str, FarEnd] = {}
        self.requests = 0
        self._watch = Watch(self.switch)
        self._act = self._far_party_acts
        self._hold_laws = self._watch.check
        self._obey = self.switch.apply
        self._clocks: list[_Clock] = []
        self._clock_order = 0
        self._alarm: int | None = None
        self._arrivals: deque[tuple[Command, int]] = deque()
        self._far_count = 0
        self._documents = 0
        self._steps = 0
        self._log: list[tuple[int, Command]] = []
        self._moments = 0
        self._alarms = 0

    @property
    def now(self) -> int:
        """Milliseconds since the world began."""
        return self.env.now  # type: ignore[return-value]  # we only ever add whole numbers

    # -- things to come --------------------------------------------------------------------------------------------

    def at(self, time: int, do: Callable[[], None]) -> None:
        """Do something as a step at a time; steps of one instant in the order they were given."""
        self._steps += 1
        self._moment(time - self.now, _STEPS + self._steps, lambda _: do())

    def _moment(self, delay: int, priority: int, do: Callable[[Event], None]) -> None:
        self._moments += 1
        _Moment(self.env, delay, priority, do)

    def place(self, name: str, placement: Placement, far_end: FarEnd | None = None) -> Outcome:
        """Place a call now and let its far party live."""
        by = _API if placement.direction is _OUTBOUND else _FAR_PARTY
        if far_end is not None:
            self.far_ends[name] = far_end
        return self.say(_new(Command, (_PLACE, name, by, placement, None)))

    def run(self, until: int | None = None) -> bool:
        """Go on until nothing is due but the time limits of what is still up, or until a time, inclusive.

        Returns False if a bound was hit: more moments passed than `moment_bound`.
        """
        env, bound = self.env, self.moment_bound
        if until is not None:
            self._moment(max(0, until - self.now), _END, _nothing)
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

    def _more_than_limits(self) -> bool:
        """Whether, with nothing to come but alarms, some clock is running that is no mere time limit."""
        return any(timer is not _LIMIT for _, timer in self.switch.timers)

    # -- saying things ---------------------------------------------------------------------------------------------

    def say(self, command: Command, because: int = -1, label: str = "") -> Outcome:
        """Apply a command now, with all that follows at this instant."""
        outcome = self._apply(command, because, label)
        if self._arrivals:
            self._arrive()
        return outcome

    def ask(self, request: Request, name: str | None = None, far_end: FarEnd | None = None) -> Response:
        """Send a vendor's request now. `name` and `far_end` are for a call that it makes."""
        self.requests += 1
        plan = self.dialect.read(request, self.switch, name)
        if far_end is not None and plan.command is not None and isinstance(plan.command.target, str):
            self.far_ends.setdefault(plan.command.target, far_end)
        place = len(self.trace)
        outcome = None if plan.command is None else self._apply(plan.command, -1, request.line)
        response = self.dialect.answer(plan, outcome, self.switch, self.requests)
        self._ask_noted(place, request, response, plan)
        self._arrive()
        return response

    def _ask_noted(self, place: int, request: Request, response: Response, plan: Plan) -> None:
        if self.traced:
            self.trace.insert(place, Asked(self.now, request, response, self.requests))
            self.trace.extend(Warned(self.now, text) for text in plan.warnings)

    def _apply(self, command: Command, because: int, label: str) -> Outcome:
        now: int = self.env.now  # type: ignore[assignment]
        if not self.traced:
            self._log.append((now, command))
        try:
            outcome = self._obey(command, now)
            if self.laws:
                self._hold_laws(outcome)
        except BrokenLaw as broken:
            raise self._with_commands(broken, (now, command)) from None
        if self.traced:
            trace = self.trace
            trace.append(_new(Said, (now, command, outcome[0], outcome[1], because, label)))
            trace += outcome[2]
        for todo in outcome[3]:
            kind = todo[0]
            if kind is _SET_TIMER:
                self._set(todo)
            elif kind is not _FORGET:
                self._do(todo)
        verb = command[0]
        if verb is _PLACE or verb is _ADD:
            self._begin_far_parties(command, outcome)
        return outcome

    def _arrive(self) -> None:
        while self._arrivals:
            command, because = self._arrivals.popleft()
            self._apply(command, because, "")

    def _do(self, todo: Todo) -> None:
        if todo.kind is _FETCH:
            self._fetch(todo)
        else:
            self._call_back(todo)

    # -- far parties -----------------------------------------------------------------------------------------------

    def _begin_far_parties(self, command: Command, outcome: Outcome) -> None:
        if outcome.status is _DONE and isinstance(command.target, str) and not outcome.changes[0].from_:
            call = self.switch.calls[command.target]
            far_end = self.far_ends.setdefault(call.name, TEST_NUMBERS.get(call.placement.to, SILENT))
            self._first_stage(call, far_end)

    def _first_stage(self, call: Call, far: FarEnd) -> None:
        name = call.name
        if call.direction is _INBOUND:
            if far.hangs_up is not None:
                self._later(call, far.hangs_up, Command(_HANG_UP, name, _FAR_PARTY))
        elif far.rings is not None:
            self._later(call, far.rings, _new(Command, (_RING, name, _CARRIER, None, None)), self._second_stage)
        else:
            self._second_stage(call, far)

    def _second_stage(self, call: Call, far: FarEnd) -> None:
        name = call.name
        if far.answers is not None:
            command = _new(Command, (_ANSWER, name, _FAR_PARTY, None, None))
            self._later(call, far.answers, command, self._third_stage)
        elif far.rejects is not None:
            self._later(call, far.rejects, Command(Verb.REJECT, name, _FAR_PARTY))
        elif far.busy is not None:
            self._later(call, far.busy, Command(Verb.BUSY, name, _FAR_PARTY))
        elif far.fails is not None:
            self._later(call, 0, Command(Verb.FAIL, name, _CARRIER, far.fails))
        elif far.unreachable:
            self._later(call, 0, Command(Verb.NO_ANSWER, name, _CARRIER))

    def _third_stage(self, call: Call, far: FarEnd) -> None:
        if far.hangs_up is not None:
            self._later(call, far.hangs_up, _new(Command, (_HANG_UP, call.name, _FAR_PARTY, None, None)))

    def _later(
        self, call: Call, delay: int, command: Command, then: Callable[[Call, FarEnd], None] | None = None
    ) -> None:
        self._moments += 1
        moment = _Moment(self.env, delay, _FAR_PARTIES + call.number, self._act)
        moment.far = (call, command, then)

    def _far_party_acts(self, moment: Any) -> None:
        call, command, then = moment.far
        # Nobody at the far end hears of a call that is over: its phone has fallen silent.
        if call.ending is None:
            self._apply(command, -1, "")
            if self._arrivals:
                self._arrive()
            if then is not None and call.ending is None:
                then(call, self.far_ends[call.name])

    # -- timers ----------------------------------------------------------------------------------------------------

    def _set(self, todo: Todo) -> None:
        """Keep the clock and see that an alarm rings for the earliest. A forgotten clock just leaves the switch: what is
        left of it here is thrown away as soon as such leftovers are by far the larger part."""
        at = todo[2]
        self._clock_order = order = self._clock_order + 1
        heappush(self._clocks, cast("_Clock", (at, order, todo[8], todo[9], todo[10])))
        if self.forget and len(self._clocks) > 64 + 4 * len(self.switch.timers):
            self._clocks = [clock for clock in self._clocks if self._runs(clock)]
            heapify(self._clocks)
        if self._alarm is None or at < self._alarm:
            self._wake(at)

    def _runs(self, clock: _Clock) -> bool:
        running = self.switch.timers.get(clock[2])
        return not self.forget or (running is not None and running.due == clock[0])

    def _wake(self, due: int) -> None:
        self._alarm = due
        self._alarms += 1
        self._moment(due - self.now, _TIMERS, self._ring)

    def _ring(self, moment: Event) -> None:
        """Let one clock strike that is due, and wake up for the next."""
        self._alarms -= 1
        if self._alarm != self.now:
            return
        self._alarm = None
        while self._clocks and not self._runs(self._clocks[0]):
            heappop(self._clocks)
        if self._clocks and self._clocks[0][0] <= self.now:
            *_, command, because = heappop(self._clocks)
            self._reached(command)
            self.say(command, because)
        if self._clocks and (self._alarm is None or self._clocks[0][0] < self._alarm):
            self._wake(max(self._clocks[0][0], self.now))

    def _reached(self, command: Command) -> None:
        """A limit is used when it strikes, if it is the platform's own and not the call's."""
        limit = _LIMITS.get(command.verb)
        call = self.switch.calls.get(str(command.target))
        if limit is not None and call is not None and getattr(call.placement, limit) is None:
            self.switch.limit(limit)

    # -- the application -------------------------------------------------------------------------------------------

    def _fetch(self, todo: Todo) -> None:
        purpose = todo.purpose
        assert purpose is not None
        if self.traced:
            self.trace.append(Fetched(self.now, todo.name, _absolute(todo.url), purpose, todo.rule, todo.because))
        because = todo.because
        bad = _bad_request(todo)
        if bad is not None:
            self._arrivals.append((Command(Verb.BAD_INSTRUCTIONS, todo.name, By.PLATFORM, bad, purpose), because))
            return
        page = self._page(todo.url)
        patience = int(self.dialect.rulebook.limits["document_time"].value)
        late = page.hangs or page.after > patience
        if late:
            self.switch.limit("document_time")
        command = self._arrival(todo, Page(status=504) if late else page)
        delay = patience if late else page.after
        if not delay:
            self._arrivals.append((command, because))
            return
        self._documents += 1
        self._moment(delay, _DOCUMENTS + self._documents, lambda _: self._say_quietly(command, because))

    def _say_quietly(self, command: Command, because: int) -> None:
        self.say(command, because)

    def _arrival(self, todo: Todo, page: Page) -> Command:
        """The command that an answer from the application comes to."""
        name, purpose = todo.name, todo.purpose
        if not 200 <= page.status < 300:
            return Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, BadDocument.UNREACHABLE, purpose)
        document = parse(page.body)
        if isinstance(document, Document):
            return Command(Verb.RUN, name, By.DOCUMENT, document, purpose)
        said = self.complaint or (lambda url, rejected: f"{url} is no document that can be used: {rejected.message}")
        self._warn(said(todo.url, document))
        problem = BadDocument.EMPTY if document.empty else BadDocument.INVALID
        return Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, problem, purpose)

    def _page(self, url: str) -> Page:
        path = url.removeprefix(APPLICATION)
        found = self.pages.get(path)
        if found is None:
            self._warn(f"nobody defined {url}: it is answered with 404")
            return Page(status=404)
        return found

    def _call_back(self, todo: Todo) -> None:
        call = self.switch.calls[todo.name]
        params, rules = self.dialect.callback(todo.callback, call, self.switch)
        if self.traced:
            self.trace.append(
                Told(self.now, call.name, todo.callback, _absolute(todo.url), params, todo.rule, todo.because, rules)
            )

    def _warn(self, text: str) -> None:
        if self.traced:
            self.trace.append(Warned(self.now, text))

    # -- what was seen ---------------------------------------------------------------------------------------------

    def entries(self, kind: type[Entry]) -> list[Any]:
        """The entries of the trace that are of one kind, in order."""
        return [entry for entry in self.trace if isinstance(entry, kind)]

    def trace_lines(self) -> Iterator[str]:
        """The trace as JSON lines: the same text for the same world and seed, everywhere."""
        for entry in self.trace:
            yield json.dumps(as_data(entry), separators=(",", ":"), sort_keys=True)

    def trace_sha256(self) -> str:
        """The fingerprint of the trace."""
        digest = sha256()
        for line in self.trace_lines():
            digest.update(line.encode() + b"\n")
        return digest.hexdigest()

    def check_all(self) -> None:
        """Hold every law over everything. Raises BrokenLaw."""
        try:
            self._watch.check_all()
        except BrokenLaw as broken:
            raise self._with_commands(broken) from None

    def _with_commands(self, broken: BrokenLaw, *last: tuple[int, Command]) -> BrokenLaw:
        """The same, with the commands that led to it."""
        said = [(entry.at, entry.command) for entry in self.entries(Said)] or self._log
        return BrokenLaw(broken.law, broken.what, [f"{at} ms: {command}" for at, command in (*said, *last)])


def _nothing(_: Event) -> None:
    """What the last moment of a bounded play does."""


def _absolute(url: str) -> str:
    """A path is one of the application's."""
    return APPLICATION + url if url.startswith("/") else url


def _bad_request(todo: Todo) -> BadDocument | None:
    """What is wrong with asking for a document at all."""
    if not todo.url.startswith(("http://", "https://", "/")):
        return BadDocument.BAD_URL
    return None if todo.method.upper() in ("GET", "POST") else BadDocument.BAD_METHOD


def as_data(entry: Entry) -> dict[str, Any]:
    """An entry of the trace as plain data, with its kind."""
    data: dict[str, Any] = {"kind": _KINDS[type(entry)], **entry._asdict()}
    if isinstance(entry, Said):
        command = entry.command
        del data["command"]
        target = command.target if isinstance(command.target, str) else list(command.target)
        data |= {"verb": command.verb, "target": target, "by": command.by, "purpose": command.purpose}
    elif isinstance(entry, Asked):
        response = entry.response
        del data["response"]
        data |= {
            "request": entry.request.line, "status": response.status, "body": response.body,
            "headers": dict(response.headers), "outcome": response.outcome, "rule": response.rule, "basis": response.basis,
        }  # fmt: skip
    elif isinstance(entry, Told):
        data["rules"] = list(entry.rules)
    return data
