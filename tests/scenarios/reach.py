"""Which rules can have their say at all: found by exploring small worlds, without looking at any scenario.

A world here is a switch and the documents it still waits for. From a few beginnings everything is tried that a scenario
can let happen next: what people and the network do, every request of the vendor's, every clock that runs, every kind of
document. Worlds that are alike are visited once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from callsim.dialects import Dialect, Failure, Request, Setting, User, dialect_class, request, rulebook
from callsim.dialects.dialect import best
from callsim.errors import UsageError
from callsim.instructions import (
    Conference,
    Dial,
    Document,
    Dtmf,
    Element,
    GetDigits,
    GetInput,
    Hangup,
    Message,
    MultiPartyCall,
    Number,
    Play,
    PreAnswer,
    Record,
    Redirect,
    Speak,
    Stream,
    Unknown,
    Wait,
)
from callsim.model import (
    Allowed,
    Answerer,
    BadDocument,
    By,
    Call,
    CallState,
    Command,
    Direction,
    Handling,
    Joining,
    MachineDetection,
    MpcOptions,
    Outcome,
    Placement,
    Purpose,
    StayAlone,
    Subscription,
    TodoKind,
    Transfer,
    Verb,
)
from callsim.rules import Answer, AnyRow, Assumption, Limit, Route, Rulebook, Spelling
from callsim.switch import Switch, is_live

ROOM, TUNE = "room", "http://app.test/tune.mp3"
ANSWER, HANGUP, EXIT, ACTION = (f"http://app.test/{word}" for word in ("answer", "hangup", "exit", "action"))
SETTING = Setting({"1": User("1", ("0003*210", "0003*211")), "2": User("2", ("0004*210",))})
NAMES = ("call-1", "call-2", "call-3")
DONE_TO_PHONE_CALLS = (
    Verb.HOLD_CALL, Verb.UNHOLD_CALL, Verb.PARK, Verb.UNPARK, Verb.RECORD_CALL, Verb.STOP_RECORDING, Verb.REFER, Verb.DIVERT,
)
MOST_WORLDS, FEWER_WORLDS = 500, 80
"""How many different worlds are visited from one beginning: by default, and where one thing is assumed otherwise."""

ELSEWHERE, FALLBACK, RINGS = (f"http://app.test/{word}" for word in ("elsewhere", "fallback", "rings"))
FRAGMENTS = ("", "#ct=100&rt=100&tt=100&rc=5&rp=all", "#ct=1&rt=1&tt=1&rc=6&rp=x")
"""What the fragment of a URL can say: nothing, everything as it may be, everything as it may not."""

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
_AUDIO, _READY = "wss://app.test/audio", "http://app.test/ready"
_ONE, _TWO = Number("+15550100021"), Number("+15550100022")
DIALS = (
    _document(Dial((_ONE, _TWO), ACTION), TALK),
    _document(Dial((_ONE,), ACTION, redirect=False), TALK),
    _document(Dial((Number("+15550100009"), _ONE)), TALK),
    _document(Dial((Number("+15550100003"),), ACTION), TALK),
    _document(
        Record(1000, ACTION, on_dial_answer=True),
        Dial((_ONE, _TWO), hangup_on_star=True, digits_match=("1",), callback_url=_READY), TALK,
    ),
    _document(Dial((_ONE, _TWO), confirm_key="1", confirm_sound=ACTION, callback_url=_READY), TALK),
    _document(Dial((_ONE,), ACTION, confirm_key="1", confirm_sound=ACTION), Dial((_TWO,), confirm_key="1")),
    _document(Dial((_TWO,), confirm_key="1"), TALK),
)
DIGITS = (
    _document(GetDigits(ACTION, most=2), TALK),
    _document(GetDigits(ACTION, redirect=False, most=1), TALK),
    _document(GetInput(most=2), TALK),
    _document(Record(1000, callback_url=_READY), TALK),
)
BEHIND = (
    _document(Record(session=True), Record(session=True), TALK),
    _document(Record(session=True, action=ACTION), TALK),
    _document(Record(session=True, action=ACTION, redirect=False, callback_url=_READY), TALK),
    _document(Record(on_dial_answer=True), Message("hello"), Stream(_AUDIO), Dtmf("1"), TALK),
    _document(Dtmf("1", run_on=False), Stream(_AUDIO, True), Stream(_AUDIO, True, True), Conference("yard"), TALK),
)
CONFERENCES = (
    _document(Conference("yard", ACTION, redirect=False, callback_url="http://app.test/ready"), TALK),
    _document(Conference("yard", ACTION, end_on_exit=True), TALK),
    _document(Conference("yard", max_members=1, stay_alone=False, start_on_enter=False), TALK),
)
EARLY = (
    _document(PreAnswer((GetDigits(most=1), TALK)), TALK),
    _document(PreAnswer((Redirect(ANSWER),)), TALK),
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
    troubled: bool = False
    allowed: Allowed | None = None
    most_participants: int | None = None
    heard: bool = False


def _join(name: str, document: Document) -> tuple[Command, ...]:
    return (Command(Verb.RUN, name, By.DOCUMENT, document, Purpose.ANSWER),)


def _seeds(book: Rulebook) -> Iterator[Seed]:
    yield Seed((OUTBOUND,), PLAIN, most_calls=1)
    yield Seed((INBOUND,), PLAIN, most_calls=1)
    for documents in (DIGITS, BEHIND, EARLY):
        yield Seed((OUTBOUND,), documents, most_calls=1)
        yield Seed((INBOUND,), documents, most_calls=1)
    yield Seed((replace(OUTBOUND, answer_url=None, hangup_url=None),), (), most_calls=1)
    yield Seed((replace(INBOUND, hangup_url=None),), PLAIN[1:2], most_calls=1)
    yield Seed((INBOUND, INBOUND), ROOMS, most_calls=2)
    yield Seed((INBOUND,), (_document(Record(500, ACTION), TALK),), most_calls=1)
    for dials in DIALS:
        yield Seed((INBOUND,), (PLAIN[5],), _join(NAMES[0], dials))
        answered = (Command(Verb.RING, NAMES[0], By.CARRIER), Command(Verb.ANSWER, NAMES[0], By.FAR_PARTY))
        yield Seed((OUTBOUND,), (PLAIN[5],), (*answered, *_join(NAMES[0], dials)))
        picked_up = (Command(each.verb, f"{NAMES[0]}-leg-1", each.by) for each in answered)
        yield Seed((OUTBOUND,), (PLAIN[5],), (*answered, *_join(NAMES[0], dials), *picked_up))
    both = tuple(Command(each.verb, f"{NAMES[0]}-leg-{leg}", each.by) for leg in (1, 2) for each in answered)
    yield Seed((INBOUND,), (PLAIN[5],), (*_join(NAMES[0], DIALS[5]), *both))
    yield Seed((replace(OUTBOUND, time_limit=60_000),), (*DIALS[:1], DIALS[3], PLAIN[5]))
    for first in ROOMS:
        inside = tuple(said for name in NAMES for said in _join(name, first))
        yield Seed((INBOUND, INBOUND, INBOUND), (*PLAIN[1:2], *ROOMS[:1]), inside)
        yield Seed((INBOUND, INBOUND), ROOMS[:1], (*inside[:2], _hang_up(NAMES[0])), most_calls=2)
    yield from _seeds_of_the_platform(book)
    verbs = {route.verb for route in book.routes}
    if Verb.STOP in verbs:
        yield from _seeds_of_other_rooms()
    if Verb.ADD in verbs:
        yield from _seeds_with_adding()
    if Verb.HOLD_CALL in verbs:
        yield from _seeds_of_phone_calls()
    if Verb.TRANSFER in verbs:
        more = {"fallback_url": FALLBACK, "ring_url": RINGS}
        yield from (Seed((replace(each, **more),), PLAIN[1:3], most_calls=1) for each in (OUTBOUND, INBOUND))
        sent = Command(Verb.TRANSFER, NAMES[0], By.API, Transfer(ELSEWHERE))
        yield Seed((INBOUND,), PLAIN[1:2], (*_join(NAMES[0], PLAIN[1]), sent), most_calls=1)


def _seeds_of_the_platform(book: Rulebook) -> Iterator[Seed]:
    """Calls whose media stops and whose account cannot pay; calls in line, or one too many; calls asked to do more."""
    yield Seed((OUTBOUND,), PLAIN[1:2], most_calls=1, troubled=True)
    yield Seed((INBOUND,), PLAIN[1:2], most_calls=1, troubled=True)
    yield Seed((replace(OUTBOUND, time_limit=100_000_000),), (), most_calls=1)
    for allowed in (Allowed(1), Allowed(None, 1), Allowed(None, None, 1)):
        yield Seed((OUTBOUND, OUTBOUND), (), most_calls=3, allowed=allowed)
    handles = dialect_class(book.vendor).handles
    asked = [Handling(hangup_on_ring=1000)] if "hangup_on_ring" in handles else []
    urls = (None, ACTION) if "machine_detection_url" in handles else (None,)
    hows = (MachineDetection.TOLD, MachineDetection.HANGUP) if "machine_detection" in handles else ()
    asked += [Handling(None, how, None, url) for how in hows for url in urls]
    asked += [Handling(dial_delay=1000)] if Verb.ADD in {route.verb for route in book.routes} else []
    for handling in asked:
        yield Seed((replace(OUTBOUND, handling=handling),), PLAIN[1:2], most_calls=1, troubled=True)


def _seeds_of_other_rooms() -> Iterator[Seed]:
    """Multiparty calls in which one waits, which end with one, start for two, last only so long and hold only so many."""
    yield Seed((INBOUND, INBOUND), CONFERENCES, most_calls=2)
    onward = (*_join(NAMES[0], _document(_room(), Redirect(ANSWER))), Command(Verb.STOP, ROOM, By.API))
    yield Seed((INBOUND,), PLAIN[1:2], onward, most_calls=1)
    waits = _document(MultiPartyCall(ROOM, start_on_enter=False), TALK)
    waits_alone = _document(MultiPartyCall(ROOM, stay_alone=True, start_on_enter=False), TALK)
    ends = _document(MultiPartyCall(ROOM, end_on_exit=True), TALK)
    waits_and_ends = _document(MultiPartyCall(ROOM, start_on_enter=False, end_on_exit=True), TALK)
    lone = _document(MultiPartyCall(ROOM, create_with_one=False), TALK)
    small = _document(MultiPartyCall(ROOM, max_participants=1, start_on_enter=False), TALK)
    for document in (waits, waits_alone, ends, waits_and_ends, small):
        inside = tuple(said for name in NAMES for said in _join(name, document))
        yield Seed((INBOUND,) * 3, (document,), inside)
    yield Seed((INBOUND,) * 2, (lone, waits), most_calls=2)
    yield Seed((INBOUND,) * 2, (ends,), _join(NAMES[0], ends), most_calls=2)
    lasting = _document(MultiPartyCall(ROOM, max_duration=300_000), TALK)
    full = _document(MultiPartyCall(ROOM, max_participants=1), TALK)
    yield Seed((INBOUND,) * 2, (lasting, small), most_calls=2)
    yield Seed((INBOUND,) * 2, (full,), most_calls=2)


def _seeds_of_phone_calls() -> Iterator[Seed]:
    """Legs of one phone call: two, and three of whom some are answered."""
    first = replace(OUTBOUND, answer_url=None)
    further = replace(first, joins=NAMES[0])
    yield Seed((first,), (), most_calls=1)
    yield Seed((replace(INBOUND, answer_url=None),), (), most_calls=1)
    yield Seed((first, further), (), most_calls=2)
    rings = [Command(Verb.RING, name, By.CARRIER) for name in NAMES]
    answers = [Command(Verb.ANSWER, name, By.FAR_PARTY) for name in NAMES]
    yield Seed((first, further, further), (), (*rings, *answers), most_calls=3)


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
    yield Seed((INBOUND,) * 3, ROOMS[:1], _join(NAMES[0], ROOMS[0]), most_participants=1)
    yield Seed((), (), (Command(Verb.ADD, NAMES[0], By.API, _joining(None, OUTBOUND)),), most_calls=1, heard=True)
    told = MpcOptions(told=Subscription(ACTION, adds=True), record=True, recorded_to=Subscription(ACTION))
    subscribed = Command(Verb.ADD, NAMES[0], By.API, replace(_joining(None, OUTBOUND), options=told))
    yield Seed((), (), (subscribed,), most_calls=1, heard=True)
    paused = (Command(verb, ROOM, By.API) for verb in (Verb.RECORD, Verb.PAUSE_RECORDING))
    yield Seed((), (), (subscribed, *paused), most_calls=1, heard=True)
    alone = Command(Verb.ADD, NAMES[0], By.API, _joining(None, OUTBOUND))
    taped = tuple(Command(verb, NAMES[0], By.API) for verb in (Verb.RECORD_CALL, Verb.PAUSE_CALL_RECORDING))
    yield Seed((), (), (alone, Command(Verb.ANSWER, NAMES[0], By.FAR_PARTY), *taped), most_calls=1)
    yield Seed((INBOUND,), PLAIN[1:2], (*_join(NAMES[0], PLAIN[1]), Command(Verb.ADD, NAMES[0], By.API, replace(_joining(None), options=told))),
               most_calls=1)
    parallel = tuple((name, replace(OUTBOUND, answer_url=None)) for name in NAMES)
    both = Command(Verb.ADD, NAMES, By.API, replace(_joining(None), parallel=parallel))
    yield Seed((), (), (both, Command(Verb.RING, NAMES[0], By.CARRIER)))
    waits = _document(MultiPartyCall(ROOM, start_on_enter=False), TALK)
    for inside in (1, 2):
        joined = (each for name in NAMES[:inside] for each in _join(name, waits))
        said = (*joined, Command(Verb.ADD, NAMES[2], By.API, _joining(None, OUTBOUND)), Command(Verb.RING, NAMES[2], By.CARRIER))
        yield Seed((INBOUND,) * inside, (waits,), said)
    # Out of a room again before what was asked for has come: its action URL, or its fallback URL.
    kicked = Command(Verb.KICK, (NAMES[0],), By.API)
    yield Seed((INBOUND,), (), (*_join(NAMES[0], CONFERENCES[1]), kicked), most_calls=1)
    up = (Command(Verb.RING, NAMES[0], By.CARRIER), Command(Verb.ANSWER, NAMES[0], By.FAR_PARTY))
    moved = Command(Verb.ADD, NAMES[0], By.API, _joining(EXIT))
    yield Seed((replace(OUTBOUND, fallback_url=FALLBACK),), (), (*up, moved, kicked), most_calls=1)
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
        # A bound on redirects that a small world can meet.
        self.book = _with_limit(_with_limit(rulebook(vendor, assume), "redirects", 1), "transfers", 1)
        # One dialect for all worlds: the n-th call has the same name in each, and so the same id.
        self.dialect = dialect_class(vendor)(self.book, replace(SETTING, token="system"))
        self.reached: dict[str, None] = {}
        self.by_seed: list[dict[str, None]] = []
        self.heard = False
        self.looked: set[frozenset[str]] = set()

    def explore(self, numbers: Collection[int] | None = None) -> set[str]:
        """Every rule that was reached, from all seeds or from those of these numbers."""
        for number, seed in enumerate(_seeds(self.book)):
            self.reached = {}
            if numbers is None or number in numbers:
                self._from(seed)
            self.by_seed.append(self.reached)
        return {id for found in self.by_seed for id in found}

    def _from(self, seed: Seed) -> None:
        book = self.book if seed.most_participants is None else _with_limit(self.book, "max_participants", seed.most_participants)
        switch, pending = Switch(book, {TUNE: 3000}), ()
        switch.allowed = seed.allowed
        if seed.allowed is not None and "calls_per_second" in self.book.limits:
            self._note(["limit.calls_per_second"])  # A scenario can ask for the vendor's own.
        begun = [
            Command(Verb.PLACE, name, By.API if placed.direction is Direction.OUTBOUND else By.FAR_PARTY, placed)
            for name, placed in zip(NAMES, seed.calls, strict=False)
        ]
        for command in (*begun, *seed.said):
            if command.verb is Verb.RUN:
                pending = tuple(each for each in pending if each[0] != command.target)  # This is what it waited for.
            pending = self._say(switch, pending, command)
        self.heard = seed.heard
        self.looked = set()
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
        for command in (*_said(switch), *(_befalls(switch) if seed.troubled else ()), *(clock.command for clock in switch.timers.values())):
            copy = switch.copy()
            self._note_limit(copy, command)
            yield copy, self._say(copy, pending, command)
        for place, waiting in enumerate(pending):
            rest = pending[:place] + pending[place + 1 :]
            self._note(["limit.document_type", "limit.document_size"])  # Whatever comes is labelled, and may be too long.
            if switch.calls[waiting[0]].transfers:
                copy = switch.copy()
                yield copy, self._say(copy, rest, Command(Verb.ARRIVE_LATE, waiting[0], By.PLATFORM))
            for command in _arrivals(waiting, seed.documents):
                copy = switch.copy()
                yield copy, self._say(copy, rest, command)
        for asked in self._requests(switch, () if seed.documents else DONE_TO_PHONE_CALLS):
            plan = self.dialect.read(asked, switch)
            world, then = switch if plan.command is None else switch.copy(), pending
            outcomes = [world.apply(command, world.now) for command in plan.commands]
            self._note(self.dialect.answer(plan, best(outcomes), world, 1).rules)
            self._note(self.dialect.acknowledged(1).rules if plan.later else ())
            for outcome in outcomes:
                then = self._heard(world, then, outcome)
            if outcomes:
                yield world, then

    def _say(self, switch: Switch, pending: Pending, command: Command) -> Pending:
        outcome = switch.apply(command, switch.now)
        return self._heard(switch, pending, outcome)

    def _heard(self, switch: Switch, pending: Pending, outcome: Outcome) -> Pending:
        for todo in outcome.todos:
            if todo.kind not in (TodoKind.FETCH, TodoKind.CALLBACK):
                continue
            call = switch.calls[todo.name]
            self._note_policies(todo.url, call, todo.purpose)
            if todo.kind is TodoKind.CALLBACK:
                told = self.dialect.callback(todo.callback, call, switch) if todo.about is None else self.dialect.tells(todo.about, switch)
                self._note(told[1])
            elif todo.purpose:
                self._note(self.dialect.asks(todo.purpose, call, call.state)[1])
        self._note(switch.used)
        fetched = tuple(
            (todo.name, todo.purpose) for todo in outcome.todos if todo.kind is TodoKind.FETCH and todo.purpose
        )
        return (*pending, *fetched)

    def _note_policies(self, url: str, call: Call, purpose: Purpose | None) -> None:
        """Whatever is asked for may fail in any way, and its URL may say how often it is asked."""
        for fragment in FRAGMENTS:
            policy = self.dialect.policy(url + fragment, call, purpose)
            longest = policy.attempts * max(policy.connect, policy.read)
            because = {why: rules for why, rules in policy.because.items() if why != Failure.TOTAL or longest > policy.total}
            self._note((*policy.rules, *(rule for rules in because.values() for rule in rules)))

    def _look(self, switch: Switch) -> None:
        dialect = self.dialect
        told = [*(dialect.call_words(call)[1] for call in switch.calls.values()), *(dialect.mpc_words(mpc)[1] for mpc in switch.mpcs.values())]
        spelled = frozenset(rule for rules in told for rule in rules)
        self._note(spelled)
        if spelled not in self.looked:  # Worlds that are spelled alike look alike.
            self.looked.add(spelled)
            for line in dialect.looks(switch):
                self._note(dialect.answer(dialect.read(request(line), switch), None, switch, 1).rules)

    def _note(self, rules: Iterable[str]) -> None:
        self.reached.update(dict.fromkeys(rules))

    def _note_limit(self, switch: Switch, command: Command) -> None:
        name = {Verb.RING_TIME_OVER: "ring_timeout", Verb.TIME_LIMIT_REACHED: "time_limit"}.get(command.verb)
        call = switch.calls.get(str(command.target)) if name == "time_limit" else None
        if call is not None and (call.placement.time_limit or 0) > int(self.book.limits["longest_call"].value):
            name = "longest_call"
        mpc = switch.mpcs.get(str(command.target)) if command.verb is Verb.MAX_DURATION_REACHED else None
        if mpc is not None and mpc.max_duration is None:
            name = "mpc_duration"
        if name is not None:
            switch.limit(name)

    # -- requests ----------------------------------------------------------------------------------------------------

    def _requests(self, switch: Switch, acts: Iterable[Verb]) -> list[Request]:
        """Every request that means something else in this world, the mistaken ones included; of what can be done to phone calls
        while they go on only `acts`: what runs by a document is enough to look at where there is one."""
        dialect = self.dialect
        made = [request(line, body) for line, body in _RAW[self.vendor](dialect, switch)]
        for verb in (Verb.HANG_UP, Verb.CANCEL, Verb.KICK, *acts):
            for name, call in switch.calls.items():
                if verb is not Verb.KICK or call.participant is not None:
                    made += _made(dialect, switch, verb, name, None)
        for name in switch.calls:
            made += _made(dialect, switch, Verb.TRANSFER, name, Transfer(ELSEWHERE))
        for key in switch.mpcs:
            made += [*_made(dialect, switch, Verb.STOP, key, None), *_made(dialect, switch, Verb.START, key, None)]
            for verb in (Verb.RECORD, Verb.PAUSE_RECORDING, Verb.RESUME_RECORDING, Verb.END_RECORDING) if self.heard else ():
                made += _made(dialect, switch, verb, key, None)
        for call in switch.calls.values():
            made += _made(dialect, switch, Verb.ADD, call.name, _joining(None))
        for verb in (Verb.MUTE, Verb.UNMUTE, Verb.HOLD, Verb.UNHOLD, Verb.COACH, Verb.UNCOACH) if self.heard else ():
            made += [each for name in switch.calls for each in _made(dialect, switch, verb, name, None)]
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


_HEARD: tuple[tuple[str, str, object], ...] = (
    ("POST", "Record", None), ("DELETE", "Record", None), ("POST", "DTMF", {"digits": "1"}),
    *((method, what, body) for what, said in (("Play", {"urls": TUNE}), ("Speak", {"text": "hello"}))
      for method, body in (("POST", said), ("POST", {}), ("DELETE", None))), ("POST", "DTMF", {}),
)


def _plivo(dialect: Dialect, switch: Switch) -> Raw:
    root = f"/v1/Account/{dialect.account_id('default')}"
    yield from (
        (f"DELETE {root}/{word}/", None) for word in ("Call/x", "Request/x", "MultiPartyCall/name_x", "Nothing")
    )
    yield f"DELETE {root}/MultiPartyCall/name_{ROOM}/Participant/x/", None
    yield f"PUT {root}/Call/", None
    yield f"POST {root}/Call/", {}
    yield f"POST {root}/Call/", {"from": "1", "to": "2", "answer_url": ANSWER, "ring_timeout": "soon"}
    yield f"POST {root}/Call/", {"from": "1", "to": "2<3", "answer_url": ANSWER, "callback_url": ACTION}
    yield from ((f"POST {root}/Call/{id}/", body) for id in ("x",) for body in ({}, {"aleg_url": ELSEWHERE}))
    for call in switch.calls.values():
        yield f"POST {root}/Call/{dialect.call_id(call)}/", {"legs": "bleg", "bleg_url": ELSEWHERE}
    for id in ("x", *(dialect.call_id(call) for call in switch.calls.values())):
        for method, what, body in _HEARD:
            yield f"{method} {root}/Call/{id}/{what}/", body
    for method, what, body in _HEARD[3:-1]:
        yield from ((f"{method} {root}/MultiPartyCall/name_{room}/Member/all/{what}/", body) for room in (ROOM, "x"))
    for room in (ROOM, "x"):
        for method, path in (("POST", ""), ("DELETE", ""), ("POST", "Pause/"), ("POST", "Resume/")):
            yield f"{method} {root}/MultiPartyCall/name_{room}/Participant/all/Record/{path}", None
    yield f"POST {root}/MultiPartyCall/name_{ROOM}/Participant/", {}
    yield f"POST {root}/MultiPartyCall/name_x/", {"status": "active"}
    yield f"DELETE {root}/MultiPartyCall/name_x/Record/", None
    for method, path in (("DELETE", ""), ("DELETE", "Member/all/"), ("POST", "Member/all/Kick/")):
        yield from ((f"{method} {root}/Conference/{name}/{path}", None) for name in ("yard", "x"))
    yield f"POST {root}/MultiPartyCall/name_x/Record/", {"recording_callback_url": 7}
    yield from ((f"POST {root}/MultiPartyCall/name_x/Record{path}/", None) for path in ("", "/Pause", "/Resume"))
    yield f"POST {root}/MultiPartyCall/name_x/", {}
    yield from ((f"POST {root}/MultiPartyCall/name_x/Participant/1/", body) for body in ({}, {"mute": True}))
    for mpc in switch.mpcs.values():
        yield f"DELETE {root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/", None
        yield f"POST {root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/", {"status": "active"}
        if not is_live(mpc):
            yield f"DELETE {root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/Record/", None
            yield from ((f"POST {root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/Record{path}/", None) for path in ("", "/Pause", "/Resume"))


def _tryvox(dialect: Dialect, switch: Switch) -> Raw:
    root = f"/v1/voice/accounts/{dialect.account_id('default')}"
    yield from ((f"DELETE {root}/{word}", None) for word in ("calls/x", "conferences/x", "nothing"))
    yield f"PUT {root}/calls", None
    yield f"POST {root}/calls", {}
    yield f"POST {root}/calls/x/transfer", {}
    for call in switch.calls.values():
        yield from ((f"POST {root}/calls/{dialect.call_id(call)}/transfer", body) for body in ({}, {"to": "1"}))


def _voipnow(dialect: Dialect, switch: Switch) -> Raw:
    root = "/uapi/phoneCalls"
    for word in ("@me/@self", "@me/@self/x", "@me/@self/x-x", "@me/9/x", "9/@self/x", "9/@self", "@me/9"):
        yield f"DELETE {root}/{word}", None
    yield f"DELETE {root}/@me/@self?phoneNumber=x", None
    yield from ((f"POST {root}/{word}/simple", {"extension": "9"}) for word in ("@me", "9"))
    if all(call.state is CallState.QUEUED for call in switch.calls.values()):  # Made otherwise it is a phone call like any other.
        alike = {"extension": "0003*210", "phoneCallView": [{"destination": OUTBOUND.to}], "x-hangup-url": OUTBOUND.hangup_url}
        for how in ("callback", "conferenceInvite"):
            yield f"POST {root}/@me/{how}", alike
            yield from ((f"POST {root}/{word}/{how}", {"extension": "9"}) for word in ("@me", "9"))
    yield f"PUT {root}/@me/@self", None
    yield from ((f"PUT {root}/{word}", {"action": "Park"}) for word in ("@me/@self/x", "@me/@self/x-x", "@me/9/x", "9/@self/x"))
    yield "DELETE /uapi/nothing", None
    for call in switch.calls.values():
        yield from (
            (f"DELETE {root}/@me/@self/{dialect.call_id(call)}?phoneNumber={number}", None)
            for number in ("1", "x", "+15550100003")
        )
        yield from (
            (f"PUT {root}/@me/@self/{dialect.call_id(call)}", {"action": action, "phoneCallViewId": "00"})
            for action in ("PickUp", "BargeIn", "Whisper", "Monitor", "Dance")
        )


_RAW = {"plivo": _plivo, "tryvox": _tryvox, "voipnow": _voipnow}


def _with_limit(book: Rulebook, name: str, value: int) -> Rulebook:
    """The same book with another limit, one that a small world can meet."""
    rows = (replace(row, value=value) if isinstance(row, Limit) and row.name == name else row for row in book.rows.values())
    return book.with_rows(rows)


def _said(switch: Switch) -> Iterator[Command]:
    """What people and the network can say, each only of a call whose far party it is."""
    for call in switch.calls.values():
        yield Command(Verb.RING, call.name, By.CARRIER)
        yield Command(Verb.FAIL, call.name, By.CARRIER, 3050)
        yield Command(Verb.ANSWER, call.name, By.API)
        yield Command(Verb.HANG_UP, call.name, By.FAR_PARTY)
        yield from (Command(Verb.PRESS, call.name, By.FAR_PARTY, digits) for digits in ("1", "#", *(("*",) if call.runs("dial") else ())))
        if call.direction is Direction.OUTBOUND:
            yield from _said_by_callee(call)


def _befalls(switch: Switch) -> Iterator[Command]:
    """What befalls calls: their media stops, their account cannot pay, a machine answers."""
    for call in switch.calls.values():
        yield Command(Verb.LOSE_MEDIA, call.name, By.CARRIER)
        if call.direction is Direction.OUTBOUND:
            yield Command(Verb.ANSWER, call.name, By.FAR_PARTY, Answerer.MACHINE)
    if switch.live:
        yield Command(Verb.OUT_OF_CREDIT, tuple(switch.live), By.PLATFORM)


def _said_by_callee(call: Call) -> Iterator[Command]:
    yield from (Command(verb, call.name, By.FAR_PARTY) for verb in (Verb.ANSWER, Verb.REJECT, Verb.BUSY))
    if call.ending is None:
        yield Command(Verb.NO_ANSWER, call.name, By.CARRIER)  # No step says it: only a far end that cannot be reached.


def _arrivals(waiting: tuple[str, Purpose], documents: Iterable[Document]) -> Iterator[Command]:
    name, purpose = waiting
    for document in documents:
        yield Command(Verb.RUN, name, By.DOCUMENT, document, purpose)
    for bad in (*SPOILT, *((BadDocument.BAD_METHOD,) if purpose in (Purpose.ACTION, Purpose.REDIRECT, Purpose.TRANSFER, Purpose.EXIT) else ())):
        yield Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, bad, purpose)


def behaving_otherwise(book: Rulebook, other: Rulebook) -> set[str]:
    """The rows by which other worlds can be reached: those in which more than words, answers and sources differ."""
    silent = (Answer, Spelling, Route)
    rows = ((id, row) for id, row in book.rows.items() if not isinstance(row, silent))
    return {id for id, row in rows if replace(row, basis=other.rows[id].basis, why=other.rows[id].why) != other.rows[id]}


def for_servers(row: AnyRow) -> bool:
    """Whether a row is about what only a server meets: who knocks at its door, and how often."""
    return row.name in _SERVED if isinstance(row, Limit) else isinstance(row, Answer) and row.route.endswith(".door")


_SERVED = ("credentials", "requests", "requests_window")


def only_for_servers(book: Rulebook, assumption: Assumption) -> bool:
    """Whether nothing that a scenario can tell stands on it."""
    rows = book.standing_on(assumption.id)
    return bool(rows) and all(for_servers(row) for row in rows)


@cache
def _usual(vendor: str) -> tuple[Explorer, frozenset[str]]:
    usual = Explorer(vendor)
    return usual, frozenset(usual.explore())


def reachable(vendor: str) -> frozenset[str]:
    """Every rule of a vendor's that can have its say in what a scenario can tell, as long as nothing is assumed otherwise."""
    return _usual(vendor)[1]


@cache
def reachable_somehow(vendor: str) -> frozenset[str]:
    """The same, whatever is assumed. It takes minutes."""
    usual, book = _usual(vendor)[0], rulebook(vendor)
    reached = set(reachable(vendor))
    for assumption in book.assumptions.values():
        for choice in () if assumption.reserved else assumption.choices:
            rows = behaving_otherwise(book, rulebook(vendor, {assumption.id: choice}))
            if rows:
                # Where none of them has a say nothing comes about that did not before. A limit may be looked at in silence.
                seeds = [number for number, found in enumerate(usual.by_seed) if rows & found.keys()]
                every = not seeds and any(isinstance(book.rows[id], Limit) for id in rows)
                reached |= Explorer(vendor, {assumption.id: choice}, FEWER_WORLDS).explore(None if every else seeds)
    return frozenset(reached)
