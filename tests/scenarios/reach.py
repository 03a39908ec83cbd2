"""Which rules can have their say at all: found by exploring small worlds, without looking at any scenario.

A world here is a switch and the documents it still waits for. From a few beginnings everything is tried that a scenario
can let happen next: what people and the network do, every request of the vendor's, every clock that runs, every kind of
document. Worlds that are alike are visited once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from callsim.dialects import Dialect, Request, Setting, User, dialect_class, request, rulebook
from callsim.errors import UsageError
from callsim.instructions import (
    Document,
    Element,
    Hangup,
    MultiPartyCall,
    Play,
    Record,
    Redirect,
    Speak,
    Unknown,
    Wait,
)
from callsim.model import (
    BadDocument,
    By,
    Call,
    Command,
    Direction,
    Joining,
    Outcome,
    Placement,
    Purpose,
    StayAlone,
    TodoKind,
    Verb,
)
from callsim.rules import Answer, Limit, Route, Rulebook, Spelling
from callsim.switch import Switch

ROOM, TUNE = "room", "http://app.test/tune.mp3"
ANSWER, HANGUP, EXIT, ACTION = (f"http://app.test/{word}" for word in ("answer", "hangup", "exit", "action"))
SETTING = Setting({"1": User("1", ("0003*210", "0003*211")), "2": User("2", ("0004*210",))})
NAMES = ("call-1", "call-2", "call-3")
MOST_WORLDS, FEWER_WORLDS = 500, 80
"""How many different worlds are visited from one beginning: by default, and where one thing is assumed otherwise."""

OUTBOUND = Placement("default", Direction.OUTBOUND, "+15550100000", "+15550100003", ANSWER, HANGUP)
INBOUND = Placement("default", Direction.INBOUND, "+15550100009", "+15550100000", ANSWER, HANGUP)


def _document(*elements: Element) -> Document:
    return Document(elements, tuple(range(1, len(elements) + 1)))


def _room(exit_url: str | None = None, stay_alone: bool = False) -> MultiPartyCall:
    return MultiPartyCall(ROOM, "agent", exit_url, stay_alone=stay_alone)


TALK = Speak("hello")
PLAIN = (
    _document(),
    _document(TALK, Hangup()),
    _document(Hangup(schedule=1000), Wait(5000)),
    _document(Redirect(ANSWER)),
    _document(Play(TUNE, 0)),
    _document(Wait(1000), TALK),
    _document(Record(1000), TALK),
    _document(Record(1000, ACTION), TALK),
    _document(Record(1000, ACTION, redirect=False), TALK),
    _document(Hangup()),
    _document(Hangup("rejected")),
    _document(Hangup("busy")),
    _document(TALK, Hangup("rejected")),
    _document(TALK, Hangup("busy")),
    _document(Unknown("Dance"), TALK),
)
ROOMS = (_document(_room(), TALK), _document(_room(EXIT), TALK), _document(_room(stay_alone=True), TALK))
SPOILT = (BadDocument.UNREACHABLE, BadDocument.EMPTY, BadDocument.INVALID, BadDocument.BAD_URL)

Pending = tuple[tuple[str, Purpose], ...]


@dataclass(frozen=True)
class Seed:
    """Where an exploration begins: calls that are placed, what has happened to them, and which documents may arrive."""

    calls: tuple[Placement, ...]
    documents: tuple[Document, ...]
    said: tuple[Command, ...] = ()
    most_calls: int = 3


def _join(name: str, document: Document) -> tuple[Command, ...]:
    return (Command(Verb.RUN, name, By.DOCUMENT, document, Purpose.ANSWER),)


def _seeds(book: Rulebook) -> Iterator[Seed]:
    yield Seed((OUTBOUND,), PLAIN, most_calls=1)
    yield Seed((INBOUND,), PLAIN, most_calls=1)
    yield Seed((replace(OUTBOUND, answer_url=None, hangup_url=None),), (), most_calls=1)
    yield Seed((replace(INBOUND, hangup_url=None),), PLAIN[1:2], most_calls=1)
    yield Seed((INBOUND, INBOUND), ROOMS, most_calls=2)
    for first in ROOMS:
        inside = tuple(said for name in NAMES for said in _join(name, first))
        yield Seed((INBOUND, INBOUND, INBOUND), (*PLAIN[1:2], *ROOMS[:1]), inside)
        yield Seed((INBOUND, INBOUND), ROOMS[:1], (*inside[:2], _hang_up(NAMES[0])), most_calls=2)
    if Verb.ADD in {route.verb for route in book.routes}:
        yield from _seeds_with_adding()


def _seeds_with_adding() -> Iterator[Seed]:
    """The same where the API can add calls to a room."""
    yield Seed((replace(OUTBOUND, answer_url=None),), (), (), most_calls=2)
    for exit_url in (None, EXIT):
        adds = [Command(Verb.ADD, name, By.API, _joining(exit_url, OUTBOUND)) for name in NAMES]
        rings = [Command(Verb.RING, name, By.CARRIER) for name in NAMES]
        answers = [Command(Verb.ANSWER, name, By.FAR_PARTY) for name in NAMES]
        stop = Command(Verb.STOP, ROOM, By.API)
        yield Seed((), PLAIN[1:2], (*adds[:2], *rings[:2]), most_calls=2)
        yield Seed((), PLAIN[1:2], (*adds[:2], *rings[:2], *answers[:1], stop), most_calls=2)
        yield Seed((), (), (*adds, *rings, *answers[:1], _hang_up(NAMES[0])))
    adopted = Command(Verb.ADD, NAMES[0], By.API, _joining(None))
    yield Seed((INBOUND, INBOUND), PLAIN[1:2], (*_join(NAMES[0], PLAIN[1]), adopted, *_join(NAMES[1], ROOMS[0])))


def _hang_up(name: str) -> Command:
    return Command(Verb.HANG_UP, name, By.FAR_PARTY)


def _joining(exit_url: str | None, placement: Placement | None = None) -> Joining:
    called = placement and replace(placement, answer_url=None)
    return Joining(ROOM, "agent", exit_url, StayAlone.NO, called)


class Explorer:
    """Visits the worlds of one vendor's rulebook and notes every rule that has its say in any of them."""

    def __init__(self, vendor: str, assume: dict[str, str] | None = None, most: int = MOST_WORLDS) -> None:
        self.vendor, self.most = vendor, most
        self.book = _with_few_redirects(rulebook(vendor, assume))
        # One dialect for all worlds: the n-th call has the same name in each, and so the same id.
        self.dialect = dialect_class(vendor)(self.book, replace(SETTING, token="system"))
        self.reached: dict[str, None] = {}

    def explore(self) -> set[str]:
        """Every rule that was reached."""
        for seed in _seeds(self.book):
            self._from(seed)
        return set(self.reached)

    def _from(self, seed: Seed) -> None:
        switch, pending = Switch(self.book, {TUNE: 3000}), ()
        begun = [
            Command(Verb.PLACE, name, By.API if placed.direction is Direction.OUTBOUND else By.FAR_PARTY, placed)
            for name, placed in zip(NAMES, seed.calls, strict=False)
        ]
        for command in (*begun, *seed.said):
            if command.verb is Verb.RUN:
                pending = tuple(each for each in pending if each[0] != command.target)  # This is what it waited for.
            pending = self._say(switch, pending, command)
        queue = deque([(switch, pending)])
        seen = {(switch.key(), pending)}
        while queue and len(seen) < self.most:
            switch, pending = queue.popleft()
            self._look(switch)
            for world in self._next(switch, pending, seed):
                key = world[0].key(), world[1]
                if key not in seen and len(world[0].calls) <= seed.most_calls:
                    seen.add(key)
                    queue.append(world)

    # -- what can happen next --------------------------------------------------------------------------------------

    def _next(self, switch: Switch, pending: Pending, seed: Seed) -> Iterator[tuple[Switch, Pending]]:
        for command in (*_said(switch), *(clock.command for clock in switch.timers.values())):
            copy = switch.copy()
            self._note_limit(copy, command)
            yield copy, self._say(copy, pending, command)
        for place, waiting in enumerate(pending):
            rest = pending[:place] + pending[place + 1 :]
            for command in _arrivals(waiting, seed.documents):
                copy = switch.copy()
                yield copy, self._say(copy, rest, command)
        for asked in self._requests(switch):
            plan = self.dialect.read(asked, switch)
            world = switch if plan.command is None else switch.copy()
            outcome = None if plan.command is None else world.apply(plan.command, world.now)
            self._note(self.dialect.answer(plan, outcome, world, 1).rules)
            if outcome is not None:
                yield world, self._heard(world, pending, outcome)

    def _say(self, switch: Switch, pending: Pending, command: Command) -> Pending:
        outcome = switch.apply(command, switch.now)
        return self._heard(switch, pending, outcome)

    def _heard(self, switch: Switch, pending: Pending, outcome: Outcome) -> Pending:
        for todo in outcome.todos:
            if todo.kind is TodoKind.CALLBACK:
                self._note(self.dialect.callback(todo.callback, switch.calls[todo.name], switch)[1])
        self._note(switch.used)
        fetched = tuple(
            (todo.name, todo.purpose) for todo in outcome.todos if todo.kind is TodoKind.FETCH and todo.purpose
        )
        if fetched:
            self._note(["limit.document_time"])  # Any of them may take too long.
        return (*pending, *fetched)

    def _look(self, switch: Switch) -> None:
        dialect = self.dialect
        for call in switch.calls.values():
            self._note(dialect.call_words(call)[1])
        for mpc in switch.mpcs.values():
            self._note(dialect.mpc_words(mpc)[1])

    def _note(self, rules: Iterable[str]) -> None:
        self.reached.update(dict.fromkeys(rules))

    def _note_limit(self, switch: Switch, command: Command) -> None:
        name = {Verb.RING_TIME_OVER: "ring_timeout", Verb.TIME_LIMIT_REACHED: "time_limit"}.get(command.verb)
        if name is not None:
            switch.limit(name)

    # -- requests ----------------------------------------------------------------------------------------------------

    def _requests(self, switch: Switch) -> list[Request]:
        """Every request that means something else in this world, the mistaken ones included."""
        dialect = self.dialect
        made = [request(line, body) for line, body in _RAW[self.vendor](dialect, switch)]
        for verb in (Verb.HANG_UP, Verb.CANCEL, Verb.KICK):
            for name, call in switch.calls.items():
                if verb is not Verb.KICK or call.participant is not None:
                    made += _made(dialect, switch, verb, name, None)
        for key in switch.mpcs:
            made += _made(dialect, switch, Verb.STOP, key, None)
        for call in switch.calls.values():
            made += _made(dialect, switch, Verb.ADD, call.name, _joining(None))
        new = dialect.free_name(switch)
        made += _made(dialect, switch, Verb.ADD, new, _joining(None, OUTBOUND))
        made += _made(dialect, switch, Verb.HANG_UP_ALL, "default", None)
        made += _made(dialect, switch, Verb.PLACE, new, OUTBOUND)
        return made


def _made(dialect: Dialect, switch: Switch, verb: Verb, name: str, detail: object) -> list[Request]:
    try:
        return [dialect.say(verb, name, switch, detail)]
    except UsageError:
        return []  # This vendor has no such request.


Raw = Iterator[tuple[str, object]]


def _plivo(dialect: Dialect, switch: Switch) -> Raw:
    root = f"/v1/Account/{dialect.account_id('default')}"
    yield from (
        (f"DELETE {root}/{word}/", None) for word in ("Call/x", "Request/x", "MultiPartyCall/name_x", "Nothing")
    )
    yield f"DELETE {root}/MultiPartyCall/name_{ROOM}/Participant/x/", None
    yield f"PUT {root}/Call/", None
    yield f"POST {root}/Call/", {}
    yield f"POST {root}/MultiPartyCall/name_{ROOM}/Participant/", {}
    for mpc in switch.mpcs.values():
        yield f"DELETE {root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/", None


def _tryvox(dialect: Dialect, switch: Switch) -> Raw:
    root = f"/v1/voice/accounts/{dialect.account_id('default')}"
    yield from ((f"DELETE {root}/{word}", None) for word in ("calls/x", "conferences/x", "nothing"))
    yield f"PUT {root}/calls", None
    yield f"POST {root}/calls", {}


def _voipnow(dialect: Dialect, switch: Switch) -> Raw:
    root = "/uapi/phoneCalls"
    for word in ("@me/@self", "@me/@self/x", "@me/@self/x-x", "@me/9/x", "9/@self/x", "9/@self", "@me/9"):
        yield f"DELETE {root}/{word}", None
    yield f"DELETE {root}/@me/@self?phoneNumber=x", None
    yield from ((f"POST {root}/{word}/simple", {"extension": "9"}) for word in ("@me", "9"))
    yield f"PUT {root}/@me/@self", None
    yield "DELETE /uapi/nothing", None
    for call in switch.calls.values():
        yield from (
            (f"DELETE {root}/@me/@self/{dialect.call_id(call)}?phoneNumber={number}", None) for number in ("1", "x")
        )


_RAW = {"plivo": _plivo, "tryvox": _tryvox, "voipnow": _voipnow}


def _with_few_redirects(book: Rulebook) -> Rulebook:
    """The same book with a bound on redirects that a small world can meet."""
    rows = (
        replace(row, value=1) if isinstance(row, Limit) and row.name == "redirects" else row
        for row in book.rows.values()
    )
    return book.with_rows(rows)


def _said(switch: Switch) -> Iterator[Command]:
    """What people and the network can say, each only of a call whose far party it is."""
    for call in switch.calls.values():
        yield Command(Verb.RING, call.name, By.CARRIER)
        yield Command(Verb.FAIL, call.name, By.CARRIER, 3050)
        yield Command(Verb.ANSWER, call.name, By.API)
        yield Command(Verb.HANG_UP, call.name, By.FAR_PARTY)
        if call.direction is Direction.OUTBOUND:
            yield from _said_by_callee(call)


def _said_by_callee(call: Call) -> Iterator[Command]:
    yield from (Command(verb, call.name, By.FAR_PARTY) for verb in (Verb.ANSWER, Verb.REJECT, Verb.BUSY))
    if call.ending is None:
        yield Command(Verb.NO_ANSWER, call.name, By.CARRIER)  # No step says it: only a far end that cannot be reached.


def _arrivals(waiting: tuple[str, Purpose], documents: Iterable[Document]) -> Iterator[Command]:
    name, purpose = waiting
    for document in documents:
        yield Command(Verb.RUN, name, By.DOCUMENT, document, purpose)
    for bad in (*SPOILT, *((BadDocument.BAD_METHOD,) if purpose in (Purpose.ACTION, Purpose.REDIRECT) else ())):
        yield Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, bad, purpose)


def behaves_otherwise(book: Rulebook, other: Rulebook) -> bool:
    """Whether more than words and answers differ, so that other worlds can be reached."""
    silent = (Answer, Spelling, Route)
    return any(row != other.rows[id] for id, row in book.rows.items() if not isinstance(row, silent))


@cache
def reachable(vendor: str) -> frozenset[str]:
    """Every rule of a vendor's that can have its say in what a scenario can tell, whatever is assumed."""
    reached = Explorer(vendor).explore()
    book = rulebook(vendor)
    for assumption in book.assumptions.values():
        for choice in () if assumption.reserved else assumption.choices:
            if behaves_otherwise(book, rulebook(vendor, {assumption.id: choice})):
                reached |= Explorer(vendor, {assumption.id: choice}, FEWER_WORLDS).explore()
    return frozenset(reached)
