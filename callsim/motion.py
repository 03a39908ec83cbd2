"""A world in motion, whoever moves its time: a switch, its far parties, the application that answers, and what was seen.

Nothing here knows a clock. A driver says what time it is, is told what is to come and when, and lets it come: through
time, as `simulation` does, or in every order, as exploring does.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from callsim.application import (
    Arrival,
    Asking,
    Page,
    document_of,
    nothing_usable,
    requested,
    tried,
    wrong_with_request,
)
from callsim.dialects import AGAIN, Dialect, Failure, Request, Response
from callsim.dialects.dialect import Plan, best
from callsim.errors import BrokenLaw
from callsim.far_end import PLACED, SILENT, TEST_NUMBERS, Act, FarEnd, next_act
from callsim.instructions import Rejected
from callsim.model import (
    OF_A_ROUTINE,
    By,
    Call,
    Change,
    Command,
    Direction,
    LateAnswer,
    Line,
    Outcome,
    Placement,
    Plain,
    Purpose,
    Routine,
    Status,
    Todo,
    TodoKind,
    Verb,
    change_of,
    named,
)
from callsim.properties import Watch
from callsim.switch import Clock, Switch
from callsim.trace import APPLICATION, Asked, Entry, Fetched, Said, Told, Warned, absolute, as_data

# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_API, _FAR_PARTY, _OUTBOUND, _DONE = By.API, By.FAR_PARTY, Direction.OUTBOUND, Status.DONE
_SET_TIMER, _FORGET, _FETCH, _PLACED = TodoKind.SET_TIMER, TodoKind.FORGET_TIMER, TodoKind.FETCH, TodoKind.PLACED
_PLACE, _TAKE_ON, _IN_NO_LINE = Verb.PLACE, Verb.TAKE_ON, Line.NONE
_PLACING = frozenset((Verb.PLACE, Verb.ADD))
_LIMITS = {Verb.RING_TIME_OVER: "ring_timeout", Verb.TIME_LIMIT_REACHED: "time_limit"}
_ANSWER = Purpose.ANSWER
_FETCHED = 9
"""How much is kept of a document that was asked for until somebody looks."""
_LAST_COMMANDS = 1_000
"""How many commands are kept of a world that is not traced, to tell what led to a broken law."""
_new: Any = tuple.__new__


def _said(_: int, at: int, name: str, routine: Routine) -> Said:
    """What was said that came to a routine change, and nothing but that."""
    return Said(at, Command(routine.verb, name, routine.by), _DONE, routine.rule, -1, "")


class Motion(ABC):
    """One world: a switch, a vendor's dialect, far parties, and an application that answers.

    `pages` is what the application answers by path below http://app.test, `media` the length of audio files by URL.
    `complaint` words what is wrong with a document that cannot be used. `now` is in milliseconds since the world began;
    a driver keeps it.
    """

    # What most worlds never have is the class's: Python 3.11 finds what is on an object fast up to thirty things.
    complaint: Callable[[str, Rejected], str] | None = None

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
        self.laws, self.traced = laws, traced
        if complaint is not None:
            self.complaint = complaint
        lengths = dict(media or {})
        lengths.update({APPLICATION + url: length for url, length in lengths.items() if url.startswith("/")})
        self.switch = Switch(dialect.rulebook, lengths)
        self.now = 0
        self._seen: list[Any] = []
        self._named = self.requests = 0
        self.far_ends: dict[str, FarEnd] = {}
        self._arrivals: deque[Arrival] = deque()
        self._log: deque[tuple[int, Command]] = deque(maxlen=_LAST_COMMANDS)
        self._take_up(self.switch)

    def _take_up(self, switch: Switch) -> None:
        """Go on with this switch."""
        self.switch, self._watch = switch, Watch(switch)

    # -- what a driver does ----------------------------------------------------------------------------------------

    @abstractmethod
    def _far_party_later(self, call: Call, act: Act) -> None:
        """Let a far party act when its time has come."""

    @abstractmethod
    def _document_later(self, arrival: Arrival, delay: int) -> None:
        """Let what comes of asking the application come after so many milliseconds."""

    @abstractmethod
    def _clock_set(self, clock: Clock) -> None:
        """Let a clock strike at its time unless it is forgotten before, or was already."""

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
        self.switch.now = self.now  # Who only looks sees the time as well.
        plan = self.dialect.read(request, self.switch, name)
        if far_end is not None and plan.command is not None and isinstance(plan.command.target, str):
            self.far_ends.setdefault(plan.command.target, far_end)
        place = len(self._seen)
        outcome = best([named(command, self._apply(command, -1, request.line)) for command in plan.commands])
        response = self.dialect.answer(plan, outcome, self.switch, self.requests)
        late = self._told_later(plan, response) if plan.later is not None and response.status < 300 else None
        response = response if late is None else self.dialect.acknowledged(self.requests)
        if self.traced:
            asked = Asked(self.now, request, response, self.requests, client)
            self._note_at(place, asked, (Warned(self.now, text) for text in plan.warnings))
        if late is not None:
            self._call_back(late)
        self._arrive()
        return response

    def _told_later(self, plan: Plan, response: Response) -> Todo:
        """What is to be told of an answer that is not sent back."""
        assert plan.later is not None, plan.route
        (url, method), (first, *_) = plan.later, plan.commands
        said = ((name, tuple(each) if isinstance(each, list) else each) for name, each in response.body.items())
        about = LateAnswer(tuple(said), response.rules)
        return Todo(TodoKind.CALLBACK, str(first.target), self.now, response.rule, url, method, callback="answer", about=about)

    def _note_at(self, place: int, asked: Asked, warned: Iterable[Warned]) -> None:
        """A request goes before all that came of it."""
        self._seen.insert(place, asked)
        if self._named > place:
            self._named += 1
        self._seen.extend(warned)

    def _apply(self, command: Command, because: int, label: str) -> Plain:
        now = self.now
        try:
            plain = self.switch.carry_out(command, now)
            if self.laws:
                self._watch.check(plain)
        except BrokenLaw as broken:
            raise self._with_commands(broken, (now, command)) from None
        status, rule, changes, todos, _ = plain
        if self.traced:
            seen = self._seen
            seen.append((now, command, status, rule, because, label))
            seen += changes
        else:
            self._log.append((now, command))
        for todo in todos:
            kind = todo[0]
            if kind is _SET_TIMER:
                self._clock_set(todo[1])
            elif kind is _FORGET:
                pass  # the switch has dropped it already
            elif kind is _FETCH:
                self._fetch(todo)
            elif kind is _PLACED:
                self._begin_far_party(todo[1])
            else:
                self._call_back(todo)
        if command[0] in _PLACING and status is _DONE:
            self._placed(command[1], changes)
        if self.switch.allowed is not None:
            self._begin_taken_on(changes)
        return plain

    def _act(self, command: Command) -> tuple[int, int, str, Routine] | None:
        """Let a far party say something. Returns its change if that was routine, as nearly all is that they do."""
        now = self.now
        done = self.switch.routinely(command, now)
        if done is None:
            self._apply(command, -1, "")
            return None
        change, forgotten, begun = done
        if self.laws and not self._watch.plainly_kept(change):
            try:
                self._watch.check((_DONE, None, [change], forgotten, None))
            except BrokenLaw as broken:
                raise self._with_commands(broken, (now, command)) from None
        if self.traced:
            seen = self._seen
            # What was said is known by what came of it, but for a detail.
            seen.append(change if command[3] is None else (now, command, _DONE, change[3].rule, -1, ""))
            seen.append(change)
        else:
            self._log.append((now, command))
        if begun is not None:
            self._clock_set(begun[1])
        return change

    def _arrive(self) -> None:
        """Take in the documents that took no time."""
        while self._arrivals:
            self._take_in(self._arrivals.popleft())

    def _arrived(self, arrival: Arrival) -> None:
        """Take in what has come of asking the application, with all that follows at this instant."""
        self._take_in(arrival)
        if self._arrivals:
            self._arrive()

    # -- far parties -----------------------------------------------------------------------------------------------

    def _placed(self, name: str | tuple[str, ...], changes: list[Any]) -> None:
        """A call that has just been placed, alone or into a multiparty call, has somebody at its other end."""
        if isinstance(name, str):
            if not changes[0][6]:
                self._begin_far_party(name)
            return
        for each in [change[3] for change in changes if change[4] is _PLACE and not change[6]]:
            self._begin_far_party(each)

    def _begin_far_party(self, name: str) -> None:
        call, far_ends = self.switch.calls[name], self.far_ends
        far_end = far_ends.get(name)
        if far_end is None:
            far_ends[name] = far_end = TEST_NUMBERS.get(call.placement.to, SILENT)
        if call.ending is None and call.line is _IN_NO_LINE:
            act = next_act(call, far_end, PLACED)
            if act is not None:
                self._far_party_later(call, act)

    def _begin_taken_on(self, changes: list[Any]) -> None:
        """A call that stood in line reaches its far party when it is taken on."""
        for change in map(change_of, changes):
            name = change.name
            call = self.switch.calls[name] if change.verb is _TAKE_ON and change.status is _DONE else None
            if call is not None and call.ending is None:
                act = next_act(call, self.far_ends[name], PLACED)
                if act is not None:
                    self._far_party_later(call, act)

    def _far_party_acts(self, act: tuple[Call, Command, int]) -> None:
        """Let the far party of a call do what its time has come for, by which it comes to a stage, and then what comes next. Nobody
        at the far end hears of a call that is over: its phone has fallen silent."""
        call, command, stage = act
        if call.ending is None:
            self._act(command)
            if self._arrivals:
                self._arrive()
            if call.ending is None:
                further = next_act(call, self.far_ends[call.name], stage)
                if further is not None:
                    self._far_party_later(call, further)

    # -- timers ----------------------------------------------------------------------------------------------------

    def _strike(self, command: Command, because: int) -> None:
        """Let a clock say what it was set for. A limit is used when it strikes, if it is the platform's own."""
        limit = _LIMITS.get(command.verb)
        call = self.switch.calls.get(str(command.target))
        if limit is not None and call is not None:
            own = getattr(call.placement, limit)
            if own is None or (limit == "time_limit" and own > int(self.dialect.rulebook.limits["longest_call"].value)):
                self.switch.limit(limit if own is None else "longest_call")
        mpc = self.switch.mpcs.get(str(command.target)) if command.verb is Verb.MAX_DURATION_REACHED else None
        if mpc is not None and mpc.max_duration is None:
            self.switch.limit("mpc_duration")
        self.say(command, because)

    # -- the application -------------------------------------------------------------------------------------------

    def _fetch(self, todo: Todo) -> None:
        """Ask for a document, or say at once that it cannot be asked for."""
        purpose, call = todo.purpose, self.switch.calls[todo.name]
        assert purpose is not None
        asking = Asking(todo, self.dialect.policy(todo.url, call, purpose), 1, self.now, call.transfers)
        bad = wrong_with_request(todo)
        if bad is None:
            self._attempt(asking)
        else:
            self._note_fetch(asking)
            self._arrivals.append(Arrival(nothing_usable(todo, bad), asking))

    def _attempt(self, asking: Asking) -> None:
        """Ask the application once more, or for the first time."""
        todo, policy, number, _, _ = asking
        params = self._note_callback(asking) if todo.purpose is None else None
        if params is None:
            self._note_fetch(asking)
        if number == 1 and policy.complaints:
            self._use(policy.rules)
            for complaint in policy.complaints:
                self._warn(complaint)
        self._reach(asking, params)

    def _reach(self, asking: Asking, params: Mapping[str, Any] | None) -> None:
        """Let an attempt reach the application: here its answer is known at once, and only takes its time to come. `params` are
        those of a callback; None: nobody has worded them yet."""
        todo = asking.todo
        page = self._callback_page(todo.url) if todo.purpose is None else self._page(todo.url, asking.number == 1)
        if page is not None:
            self._answered(asking, page, self.now)

    def _answered(self, asking: Asking, page: Page, sent: int) -> None:
        """What the application answers to an attempt that was sent at some time: it comes, or is asked for again."""
        todo, policy, number, began, _ = asking
        took, failure = tried(page, policy, sent - began)
        left = max(0, sent + took - self.now)
        if failure is not None:
            self._use(policy.because.get(failure, ()))
            if policy.goes_on(failure, number, sent - began + took):
                self._use(policy.because.get(AGAIN, ()))
                if left:
                    self._document_later(Arrival(None, asking), left)
                else:
                    self._attempt(asking.next)
                return
        if todo.purpose is not None:
            self._document_later(Arrival(self._come(todo, page, failure), asking), left)

    def _come(self, todo: Todo, page: Page, failure: Failure | None) -> Command:
        """The command that an answer of the application comes to, or that there is none."""
        if failure is not None:
            return nothing_usable(todo)
        most = int(self.switch.rulebook.limits["document_size"].value)
        if page.bytes > most:
            self.switch.limit("document_size")
        command, wrong = document_of(todo, page, self.switch.limit("document_type") == "xml", most)
        if wrong is not None:
            said = self.complaint or (lambda url, rejected: f"{url} is no document that can be used: {rejected.message}")
            self._warn(said(requested(todo.url), wrong))
        return command

    def _use(self, rules: Iterable[str]) -> None:
        self.switch.used.update(dict.fromkeys(rules))

    def _take_in(self, arrival: Arrival) -> None:
        """What came of asking the application: said to the switch, or asked for once more if it still matters."""
        command, asking = arrival
        todo = asking.todo
        call = self.switch.calls[todo.name]
        outdated = todo.purpose is not None and call.transfers != asking.transfers
        if command is None:
            if todo.purpose is None or not (outdated or call.ending is not None):
                self._attempt(asking.next)
        elif outdated:
            self._apply(Command(Verb.ARRIVE_LATE, todo.name, By.PLATFORM), todo.because, "")
        else:
            self._apply(command, todo.because, "")

    def _page(self, url: str, first: bool = True) -> Page:
        """What the application has for a URL."""
        found = self._defined(url)
        if found is None:
            if first:
                self._warn(f"nobody defined {requested(url)}: it is answered with 404")
            return Page(status=404)
        return found

    def _defined(self, url: str) -> Page | None:
        """What the application has for a URL, by its path with its query, or else by its path alone."""
        path = requested(url).removeprefix(APPLICATION)
        found = self.pages.get(path)
        if found is None and "?" in path:
            found = self.pages.get(path.partition("?")[0])
        return found

    def _callback_page(self, url: str) -> Page | None:
        """What the application answers to a callback; None: nobody says, and it is delivered."""
        return self._defined(url) if self.pages else None

    def _call_back(self, todo: Todo) -> None:
        call = self.switch.calls[todo.name]
        self._attempt(Asking(todo, self.dialect.policy(todo.url, call, None), 1, self.now, call.transfers))

    def _note_fetch(self, asking: Asking) -> None:
        """Keep that a document is asked for. For the first document of a call with what it takes to say the rest later: to
        word its parameters would cost a run of many calls more than the rules themselves."""
        if not self.traced:
            return
        todo, _, number, _, _ = asking
        purpose, call = todo.purpose, self.switch.calls[todo.name]
        assert purpose is not None
        url = absolute(requested(todo.url))
        plain = (self.now, todo.name, url, purpose, todo.rule, todo.because, todo.method, number, call.state)
        self._seen.append(plain if purpose is _ANSWER else self._fetched(plain))

    def _fetched(self, plain: tuple[Any, ...]) -> Fetched:
        params, rules = self.dialect.asks(plain[3], self.switch.calls[plain[1]], plain[8])
        return Fetched._make((*plain[:8], params, rules))

    def _note_callback(self, asking: Asking) -> dict[str, Any]:
        """Keep that a callback is made; returns its parameters."""
        todo, _, number, _, _ = asking
        call = self.switch.calls[todo.name]
        if todo.about is None:
            params, rules = self.dialect.callback(todo.callback, call, self.switch)
        elif isinstance(todo.about, LateAnswer):
            params, rules = dict(todo.about.said), todo.about.rules
        else:
            params, rules = self.dialect.tells(todo.about, self.switch)
        if self.traced:
            url = absolute(requested(todo.url))
            self._seen.append(
                Told(self.now, call.name, todo.callback, url, params, todo.rule, todo.because, rules, todo.method, number)
            )
        return params

    def _warn(self, text: str) -> None:
        if self.traced:
            self._seen.append(Warned(self.now, text))

    # -- what was seen ---------------------------------------------------------------------------------------------

    @property
    def trace(self) -> list[Entry]:
        """Everything seen so far, in order.

        Commands and changes are kept as plain tuples until somebody looks: to give each a name would cost a run of many calls
        more than the rules themselves. Where one tuple stands twice, the first is the command and the second what came of it.
        """
        seen = self._seen
        count = len(seen)
        for place in range(self._named, count):
            entry = seen[place]
            if type(entry) is tuple:
                said = place + 1 < count and entry is seen[place + 1]
                seen[place] = _said(*entry) if said else self._entry(entry)
        self._named = count
        return seen

    def _entry(self, plain: tuple[Any, ...]) -> Entry:
        """A command, a change or a document asked for, with its names."""
        size = len(plain)
        if size == OF_A_ROUTINE or size == len(Change._fields):
            return change_of(plain)
        if size == _FETCHED:
            return self._fetched(plain)
        at, command, *rest = plain
        return Said(at, Command._make(command), *rest)

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
