"""A world in motion, whoever moves its time: a switch, its far parties, the application that answers, and what was seen.

Nothing here knows a clock. A driver says what time it is, is told what is to come and when, and lets it come: through
time, as `simulation` does, or in every order, as exploring does.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from callsim.dialects import Dialect, Request, Response
from callsim.errors import BrokenLaw
from callsim.far_end import PLACED, SILENT, TEST_NUMBERS, Act, FarEnd, next_act
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
    Plain,
    Status,
    Todo,
    TodoKind,
    Verb,
    named,
)
from callsim.properties import Watch
from callsim.switch import Switch
from callsim.trace import APPLICATION, Asked, Entry, Fetched, Said, Told, Warned, absolute, as_data

# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_API, _FAR_PARTY, _OUTBOUND, _DONE = By.API, By.FAR_PARTY, Direction.OUTBOUND, Status.DONE
_SET_TIMER, _FORGET, _FETCH, _ = TodoKind
_PLACE, _ADD = Verb.PLACE, Verb.ADD
_LIMITS = {Verb.RING_TIME_OVER: "ring_timeout", Verb.TIME_LIMIT_REACHED: "time_limit"}
_new: Any = tuple.__new__


@dataclass(frozen=True, slots=True)
class Page:
    """What the application answers for one path: status, body, and after how many milliseconds; `hangs`: never."""

    body: str = ""
    status: int = 200
    after: int = 0
    hangs: bool = False


class Motion(ABC):
    """One world: a switch, a vendor's dialect, far parties, and an application that answers.

    `pages` is what the application answers by path below http://app.test, `media` the length of audio files by URL.
    `complaint` words what is wrong with a document that cannot be used. `now` is in milliseconds since the world began;
    a driver keeps it.
    """

    def __init__(
        self,
        dialect: Dialect,
        pages: Mapping[str, Page] | None = None,
        media: Mapping[str, int] | None = None,
        laws: bool = True,
        traced: bool = True,
        complaint: Callable[[str, Rejected], str] | None = None,
    ) -> None:
        self.dialect = dialect
        self.pages: Mapping[str, Page] = {} if pages is None else pages
        self.laws, self.traced, self.complaint = laws, traced, complaint
        lengths = dict(media or {})
        lengths.update({APPLICATION + url: length for url, length in lengths.items() if url.startswith("/")})
        self.switch = Switch(dialect.rulebook, lengths)
        self.now = 0
        self._seen: list[Any] = []
        self._named = 0
        self.far_ends: dict[str, FarEnd] = {}
        self.requests = 0
        self._arrivals: deque[tuple[Command, int]] = deque()
        self._log: list[tuple[int, Command]] = []
        self._take_up(self.switch)

    def _take_up(self, switch: Switch) -> None:
        """Go on with this switch."""
        self.switch, self._watch = switch, Watch(switch)
        self._obey, self._hold_laws = switch.carry_out, self._watch.check

    # -- what a driver does ----------------------------------------------------------------------------------------

    @abstractmethod
    def _far_party_later(self, call: Call, act: Act) -> None:
        """Let a far party act when its time has come."""

    @abstractmethod
    def _document_later(self, command: Command, because: int, delay: int) -> None:
        """Let the application's answer arrive after so many milliseconds."""

    @abstractmethod
    def _clock_set(self, todo: Todo) -> None:
        """Let a clock strike at its time unless it is forgotten before."""

    # -- saying things ---------------------------------------------------------------------------------------------

    def place(self, name: str, placement: Placement, far_end: FarEnd | None = None) -> Outcome:
        """Place a call now and let its far party live."""
        by = _API if placement.direction is _OUTBOUND else _FAR_PARTY
        if far_end is not None:
            self.far_ends[name] = far_end
        return self.say(_new(Command, (_PLACE, name, by, placement, None)))

    def say(self, command: Command, because: int = -1, label: str = "") -> Outcome:
        """Apply a command now, with all that follows at this instant."""
        plain = self._apply(command, because, label)
        if self._arrivals:
            self._arrive()
        return named(command, plain)

    def ask(
        self, request: Request, name: str | None = None, far_end: FarEnd | None = None, client: str = ""
    ) -> Response:
        """Send a vendor's request now. `name` and `far_end` are for a call that it makes, `client` says who of several asks."""
        self.requests += 1
        plan = self.dialect.read(request, self.switch, name)
        if far_end is not None and plan.command is not None and isinstance(plan.command.target, str):
            self.far_ends.setdefault(plan.command.target, far_end)
        place = len(self._seen)
        outcome = None if plan.command is None else named(plan.command, self._apply(plan.command, -1, request.line))
        response = self.dialect.answer(plan, outcome, self.switch, self.requests)
        if self.traced:
            asked = Asked(self.now, request, response, self.requests, client)
            self._note_at(place, asked, (Warned(self.now, text) for text in plan.warnings))
        self._arrive()
        return response

    def _note_at(self, place: int, asked: Asked, warned: Iterable[Warned]) -> None:
        """A request goes before all that came of it."""
        self._seen.insert(place, asked)
        if self._named > place:
            self._named += 1
        self._seen.extend(warned)

    def _apply(self, command: Command, because: int, label: str) -> Plain:
        now = self.now
        if not self.traced:
            self._log.append((now, command))
        try:
            plain = self._obey(command, now)
            if self.laws:
                self._hold_laws(plain)
        except BrokenLaw as broken:
            raise self._with_commands(broken, (now, command)) from None
        status, rule, changes, todos, _ = plain
        if self.traced:
            seen = self._seen
            seen.append((now, command, status, rule, because, label))
            seen += changes
        for todo in todos:
            kind = todo[0]
            if kind is _SET_TIMER:
                self._clock_set(todo)
            elif kind is _FETCH:
                self._fetch(todo)
            elif kind is not _FORGET:  # what is forgotten the switch has dropped already
                self._call_back(todo)
        if status is _DONE and (command[0] is _PLACE or command[0] is _ADD):
            self._begin_far_party(command[1], changes)
        return plain

    def _arrive(self) -> None:
        """Take in the documents that took no time."""
        while self._arrivals:
            command, because = self._arrivals.popleft()
            self._apply(command, because, "")

    # -- far parties -----------------------------------------------------------------------------------------------

    def _begin_far_party(self, name: str | tuple[str, ...], changes: list[Any]) -> None:
        """A call that has just been placed, alone or into a multiparty call, has somebody at its other end."""
        if isinstance(name, str) and not changes[0][6]:
            call = self.switch.calls[name]
            far_end = self.far_ends.setdefault(call.name, TEST_NUMBERS.get(call.placement.to, SILENT))
            act = next_act(call, far_end, PLACED)
            if act is not None:
                self._far_party_later(call, act)

    def _far_party_acts(self, call: Call, command: Command, stage: int) -> None:
        """Let a far party do what its time has come for, and then what comes next. Nobody at the far end hears of a call
        that is over: its phone has fallen silent."""
        if call.ending is None:
            self._apply(command, -1, "")
            if self._arrivals:
                self._arrive()
            if call.ending is None:
                act = next_act(call, self.far_ends[call.name], stage)
                if act is not None:
                    self._far_party_later(call, act)

    # -- timers ----------------------------------------------------------------------------------------------------

    def _strike(self, command: Command, because: int) -> None:
        """Let a clock say what it was set for. A limit is used when it strikes, if it is the platform's own."""
        limit = _LIMITS.get(command.verb)
        call = self.switch.calls.get(str(command.target))
        if limit is not None and call is not None and getattr(call.placement, limit) is None:
            self.switch.limit(limit)
        self.say(command, because)

    # -- the application -------------------------------------------------------------------------------------------

    def _fetch(self, todo: Todo) -> None:
        purpose = todo.purpose
        assert purpose is not None
        if self.traced:
            self._seen.append(Fetched(self.now, todo.name, absolute(todo.url), purpose, todo.rule, todo.because))
        bad = _bad_request(todo)
        if bad is not None:
            self._arrivals.append((Command(Verb.BAD_INSTRUCTIONS, todo.name, By.PLATFORM, bad, purpose), todo.because))
            return
        page = self._page(todo.url)
        patience = int(self.dialect.rulebook.limits["document_time"].value)
        late = page.hangs or page.after > patience
        if late:
            self.switch.limit("document_time")
        command = self._arrival(todo, Page(status=504) if late else page)
        self._document_later(command, todo.because, patience if late else page.after)

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
        """What the application has for a URL: by its path with its query, or else by its path alone."""
        path = url.removeprefix(APPLICATION)
        found = self.pages.get(path)
        if found is None and "?" in path:
            found = self.pages.get(path.partition("?")[0])
        if found is None:
            self._warn(f"nobody defined {url}: it is answered with 404")
            return Page(status=404)
        return found

    def _call_back(self, todo: Todo) -> None:
        call = self.switch.calls[todo.name]
        params, rules = self.dialect.callback(todo.callback, call, self.switch)
        if self.traced:
            self._seen.append(
                Told(self.now, call.name, todo.callback, absolute(todo.url), params, todo.rule, todo.because, rules)
            )

    def _warn(self, text: str) -> None:
        if self.traced:
            self._seen.append(Warned(self.now, text))

    # -- what was seen ---------------------------------------------------------------------------------------------

    @property
    def trace(self) -> list[Entry]:
        """Everything seen so far, in order.

        Commands and changes are kept as plain tuples until somebody looks: to give each a name would cost a run of many calls
        more than the rules themselves.
        """
        seen = self._seen
        for place in range(self._named, len(seen)):
            entry = seen[place]
            if type(entry) is tuple:
                seen[place] = _entry(entry)
        self._named = len(seen)
        return seen

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
        lines = [f"{at} ms: {Command._make(command)}" for at, command in (*said, *last)]
        return BrokenLaw(broken.law, broken.what, lines)


def _entry(plain: tuple[Any, ...]) -> Entry:
    """A command or a change with its names."""
    if len(plain) == len(Change._fields):
        return Change._make(plain)
    at, command, *rest = plain
    return Said(at, Command._make(command), *rest)


def _bad_request(todo: Todo) -> BadDocument | None:
    """What is wrong with asking for a document at all."""
    if not todo.url.startswith(("http://", "https://", "/")):
        return BadDocument.BAD_URL
    return None if todo.method.upper() in ("GET", "POST") else BadDocument.BAD_METHOD
