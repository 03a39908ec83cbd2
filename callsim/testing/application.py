"""A hypothesis state machine that plays calls beside somebody's own program, and tells it what a vendor would tell it.

Subclass `CallMachine`, hand what its hooks are told to your webhook consumer or call controller, and add invariants that
compare your state with `self.switch`. When it fails, hypothesis finds the shortest story that does it, and that story is
written as a scenario file, which the failure names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from callsim.dialects import Request, Response, dialect
from callsim.errors import MissingExtra, UsageError
from callsim.far_end import FarEnd
from callsim.model import By, Call, CallState, Command, Direction, Joining, MpcState, Outcome, Placement, Verb
from callsim.motion import Page
from callsim.simulation import Simulation
from callsim.switch import Switch
from callsim.trace import APPLICATION, Fetched, Told

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.keeping import KeptTestCase, Story

HANGUP_URL = f"{APPLICATION}/hangup"
STAYS = '<Response><Wait length="86400"/></Response>'
"""A document that keeps a call up for a day."""
_LIVES_BY_RULES = FarEnd(rings=None)
_MOST_MOMENTS = 100
# Every rule draws as much whatever there is to choose from, and rules that become impossible in time do nothing instead:
# what is left out in shrinking must leave the rest as it was, or the shortest story is not found.
_WHICH = st.integers(0, 7)
_FAR = By.FAR_PARTY


class Race(StrEnum):
    """What can happen to a callback on its way; each makes rules that a program must be ready for."""

    LATE = "late"
    """It arrives when something else has happened since, and callbacks can overtake each other."""
    TWICE = "twice"
    """It is delivered again, as vendors do when they hear no answer."""
    BEFORE_REPLY = "before-reply"
    """It arrives before the reply to the very request that led to it."""


class Callback(NamedTuple):
    """A callback as it is delivered: its kind (`hangup` or `record`), the vendor's parameters, its URL and its call."""

    kind: str
    params: Mapping[str, Any]
    url: str
    call: str


class CallMachine(RuleBasedStateMachine):
    """Calls of one vendor, and a program beside them that is told what happens.

    Class attributes choose what is played: `vendor` and `assume` whose rules; `races` what may happen to callbacks; `says`
    what the machine itself asks of the API (None: all that the vendor has); `names` the calls there may be; `rooms` the
    multiparty calls. `failures` is the folder for the scenario of a failure.
    """

    vendor: ClassVar[str] = "plivo"
    assume: ClassVar[Mapping[str, str]] = {}
    races: ClassVar[Collection[Race]] = ()
    says: ClassVar[Collection[Verb] | None] = None
    names: ClassVar[tuple[str, ...]] = ("alice", "bob", "carol")
    rooms: ClassVar[tuple[str, ...]] = ("lobby",)
    failures: ClassVar[str] = ".callsim/failures"

    TestCase = KeptTestCase()  # type: ignore[assignment]  # as hypothesis makes its own, by a descriptor

    def __init__(self) -> None:
        super().__init__()
        self.simulation = Simulation(dialect(self.vendor, self.assume), _Application(self), laws=True)
        self.story = Story(self.vendor, self.assume)
        self.waiting: list[Callback] = []
        """Callbacks that are on their way."""
        self.delivered: list[Callback] = []
        self._seen = 0

    # -- your side: override these -----------------------------------------------------------------------------------

    def on_callback(self, kind: str, params: Mapping[str, Any]) -> None:
        """A callback is delivered: `hangup` or `record`, with the vendor's own parameters."""

    def on_response(self, request: Request, response: Response) -> None:
        """A reply arrives to a request that was sent."""

    def on_answer_document(self, call: Call) -> str | Page:
        """What the program answers when a call wants its instructions: XML, or a Page with a status and a delay.

        Unless overridden, a document that keeps the call up.
        """
        return STAYS

    def on_document(self, call: Call, url: str, purpose: str) -> str | Page:
        """The same for any document: `purpose` is answer, action, redirect or exit. Asks on_answer_document unless overridden."""
        return self.on_answer_document(call)

    # -- what subclasses can use ---------------------------------------------------------------------------------------

    @property
    def switch(self) -> Switch:
        """The model: what really is."""
        return self.simulation.switch

    @property
    def now(self) -> int:
        """Milliseconds since the world began."""
        return self.simulation.now

    def id_of(self, call: Call) -> str:
        """The id by which the vendor knows a call."""
        return self.simulation.dialect.call_id(call)

    def send(self, request: Request, name: str | None = None, callbacks_first: bool = False) -> Response:
        """Send a request to the vendor; `name` is for a call that it makes. What follows is told to the program: the reply,
        then callbacks - or the other way round, if that race is on and wished."""
        command = self.simulation.dialect.read(request, self.switch, name).command
        self.story.say(self.now, request if command is None else command)
        response = self.simulation.ask(request, name, _LIVES_BY_RULES if name else None)
        if callbacks_first and Race.BEFORE_REPLY in self.races:
            self._collect()
            for callback in [*self.waiting]:
                self.story.note(f"{_told(callback)} is delivered before the reply to it")
                self._deliver(self.waiting.index(callback))
            self.on_response(request, response)
        else:
            self.on_response(request, response)
            self._settle()
        return response

    def say(self, command: Command) -> Outcome:
        """Say something that is no request: what far parties and carriers do. Its callbacks are told to the program."""
        self.story.say(self.now, command)
        outcome = self.simulation.say(command)
        self._settle()
        return outcome

    def let_time_pass(self, milliseconds: int) -> None:
        """Go on in time; clocks strike and documents arrive on their way."""
        self._run(milliseconds)
        # What is said next comes after what struck now; a scenario has its steps first at one instant.
        for _ in range(_MOST_MOMENTS):
            if not self._struck_now():
                break
            self._run(1)
        self._settle()

    def _run(self, milliseconds: int) -> None:
        self.simulation.run(self.now + milliseconds)
        self.story.now = self.now

    def _struck_now(self) -> bool:
        trace = self.simulation.trace
        return bool(trace) and trace[-1].at == self.now

    # -- delivering ----------------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        told = [entry for entry in self.simulation.trace[self._seen :] if isinstance(entry, Told)]
        self._seen = len(self.simulation.trace)
        self.waiting += [Callback(entry.kind, entry.params, entry.url, entry.call) for entry in told]

    def _settle(self) -> None:
        """Deliver what has come, unless callbacks may be late."""
        self._collect()
        while self.waiting and Race.LATE not in self.races:
            self._deliver(0)

    def _deliver(self, number: int) -> None:
        callback = self.waiting.pop(number)
        self.delivered.append(callback)
        self.on_callback(callback.kind, dict(callback.params))

    @precondition(lambda self: self.waiting)
    @rule(which=_WHICH)
    def a_callback_arrives(self, which: int) -> None:
        """Only where callbacks may be late; else they have all arrived."""
        number = which % len(self.waiting)
        self.story.note(f"{_told(self.waiting[number])} arrives at {self.now} ms")
        self._deliver(number)

    @precondition(lambda self: Race.TWICE in self.races and self.delivered)
    @rule(which=_WHICH)
    def a_callback_arrives_again(self, which: int) -> None:
        callback = self.delivered[-1 - which % len(self.delivered)]
        self.story.note(f"{_told(callback)} arrives again at {self.now} ms")
        self.on_callback(callback.kind, dict(callback.params))

    # -- the API -------------------------------------------------------------------------------------------------------

    def may_say(self, verb: Verb) -> bool:
        """Whether the machine asks this of the API: the vendor has a request for it, and `says` does not leave it out."""
        return verb in self.simulation.dialect.verbs and (self.says is None or verb in self.says)

    def ask(self, verb: Verb, target: str, detail: Any = None, name: str | None = None, callbacks_first: bool = False) -> None:
        """Send the vendor's own request for a verb; nothing if it has none now, as for kicking who is in no room."""
        try:
            request = self.simulation.dialect.say(verb, target, self.switch, detail)
        except UsageError:
            return
        self.send(request, name, callbacks_first)

    def _next_name(self) -> str:
        return self.names[len(self.switch.calls)]

    @precondition(lambda self: self.may_say(Verb.PLACE))
    @rule()
    def place(self) -> None:
        if not self._has_room():
            return
        name = self._next_name()
        self.ask(Verb.PLACE, name, _placement(name), name)

    @precondition(lambda self: self.switch.calls and self.may_say(Verb.HANG_UP))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def hang_up(self, which: int, callbacks_first: bool) -> None:
        self.ask(Verb.HANG_UP, self._one_of(which), callbacks_first=callbacks_first)

    @precondition(lambda self: self.switch.calls and self.may_say(Verb.HANG_UP_ALL))
    @rule(callbacks_first=st.booleans())
    def hang_up_all(self, callbacks_first: bool) -> None:
        self.ask(Verb.HANG_UP_ALL, "default", callbacks_first=callbacks_first)

    @precondition(lambda self: self.switch.calls and self.may_say(Verb.CANCEL))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def cancel(self, which: int, callbacks_first: bool) -> None:
        self.ask(Verb.CANCEL, self._one_of(which), callbacks_first=callbacks_first)

    @precondition(lambda self: self.rooms and self.may_say(Verb.ADD))
    @rule(which=_WHICH)
    def add(self, which: int) -> None:
        if not self._has_room():
            return
        name = self._next_name()
        room = self.rooms[which % len(self.rooms)]
        self.ask(Verb.ADD, name, Joining(room, "agent", placement=_placement()), name)

    @precondition(lambda self: self._occupied() and self.may_say(Verb.KICK))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def kick(self, which: int, callbacks_first: bool) -> None:
        self.ask(Verb.KICK, self._one_of(which), callbacks_first=callbacks_first)

    @precondition(lambda self: self._occupied() and self.may_say(Verb.STOP))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def stop(self, which: int, callbacks_first: bool) -> None:
        live = [mpc.key for mpc in self.switch.mpcs.values() if mpc.state is not MpcState.ENDED]
        self.ask(Verb.STOP, live[which % len(live)], callbacks_first=callbacks_first)

    # -- people and the network ----------------------------------------------------------------------------------------

    @rule()
    def come_in(self) -> None:
        """Somebody calls."""
        if not self._has_room():
            return
        if self._struck_now():
            self.let_time_pass(1)
        name = self._next_name()
        self.say(Command(Verb.PLACE, name, _FAR, _placement(name, Direction.INBOUND)))

    @precondition(lambda self: self._in_state(CallState.QUEUED))
    @rule(which=_WHICH)
    def ring(self, which: int) -> None:
        self.say(Command(Verb.RING, self._one_of(which, CallState.QUEUED), By.CARRIER))

    @precondition(lambda self: self._in_state(CallState.RINGING, Direction.OUTBOUND))
    @rule(which=_WHICH, verb=st.sampled_from([Verb.ANSWER, Verb.REJECT, Verb.BUSY]))
    def pick_up_or_not(self, which: int, verb: Verb) -> None:
        self.say(Command(verb, self._one_of(which, CallState.RINGING, Direction.OUTBOUND), _FAR))

    @precondition(lambda self: self._in_state(CallState.IN_PROGRESS))
    @rule(which=_WHICH)
    def put_down(self, which: int) -> None:
        self.say(Command(Verb.HANG_UP, self._one_of(which, CallState.IN_PROGRESS), _FAR))

    @precondition(lambda self: self._in_state(CallState.RINGING, Direction.INBOUND))
    @rule(which=_WHICH)
    def give_up(self, which: int) -> None:
        self.say(Command(Verb.HANG_UP, self._one_of(which, CallState.RINGING, Direction.INBOUND), _FAR))

    @precondition(lambda self: self.switch.timers)
    @rule(milliseconds=st.sampled_from([1, 1_000, 60_000, 300_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.let_time_pass(milliseconds)

    # -- always --------------------------------------------------------------------------------------------------------

    @invariant()
    def callsim_keeps_its_own_laws(self) -> None:
        self.simulation.check_all()

    def teardown(self) -> None:
        """Keeps the story if the program failed. Subclasses that override it call it, too."""
        self.story.keep(type(self))

    def _has_room(self) -> bool:
        return len(self.switch.calls) < len(self.names)

    def _occupied(self) -> bool:
        return any(mpc.state is not MpcState.ENDED for mpc in self.switch.mpcs.values())

    def _named(self, state: CallState | None = None, direction: Direction | None = None) -> list[str]:
        calls = self.switch.calls.values()
        return [call.name for call in calls if state in (None, call.state) and direction in (None, call.direction)]

    def _in_state(self, state: CallState, direction: Direction | None = None) -> bool:
        return bool(self._named(state, direction))

    def _one_of(self, which: int, state: CallState | None = None, direction: Direction | None = None) -> str:
        found = self._named(state, direction)
        return found[which % len(found)]


class _Application(dict[str, Page]):
    """Pages that the program beside the calls answers, one question at a time."""

    def __init__(self, machine: CallMachine) -> None:
        super().__init__()
        self._machine = machine

    def get(self, path: str, default: Any = None) -> Any:
        machine = self._machine
        # What asks for a page has been noted just before it asks.
        asked = next(entry for entry in reversed(machine.simulation.trace) if isinstance(entry, Fetched))
        answer = machine.on_document(machine.switch.calls[asked.call], asked.url, asked.purpose)
        page = answer if isinstance(answer, Page) else Page(answer)
        machine.story.answered(path, page)
        return page


def _placement(name: str | None = None, direction: Direction = Direction.OUTBOUND) -> Placement:
    """A call that asks for instructions under its name, if it has one, and tells of its end."""
    answered_by = name and f"{APPLICATION}/answer/{name}"
    numbers = ("+15550100000", "+15550100003") if direction is Direction.OUTBOUND else ("+15550100009", "+15550100000")
    return Placement("default", direction, *numbers, answered_by, HANGUP_URL)


def _told(callback: Callback) -> str:
    return f"the {callback.kind} callback of {callback.call}"
