"""A world of calls beside somebody's own program: what the program is told, when, and how it sends requests of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from callsim.application import Page
from callsim.dialects import Request, Response, dialect
from callsim.errors import MissingExtra
from callsim.far_end import FarEnd
from callsim.model import Call, Command, Outcome
from callsim.simulation import Simulation
from callsim.switch import Switch
from callsim.trace import Fetched, Told

try:
    from hypothesis.stateful import RuleBasedStateMachine, invariant
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.keeping import KeptTestCase, Story

STAYS = '<Response><Wait length="86400"/></Response>'
"""A document that keeps a call up for a day."""
_LIVES_BY_RULES = FarEnd(rings=None)
_MOST_MOMENTS = 100


class Race(StrEnum):
    """What can happen to a callback on its way; each makes rules that a program must be ready for."""

    LATE = "late"
    """It arrives when something else has happened since, and callbacks can overtake each other."""
    TWICE = "twice"
    """It is delivered again, as vendors do when they hear no answer."""
    BEFORE_REPLY = "before-reply"
    """It arrives before the reply to the very request that led to it, or that made the call it is about."""


class Callback(NamedTuple):
    """A callback as it is delivered: its kind (`hangup` or `record`), the vendor's parameters, its URL and its call."""

    kind: str
    params: Mapping[str, Any]
    url: str
    call: str


class Beside(RuleBasedStateMachine):
    """A simulation, the hooks by which a program hears of it, and the ways by which a program speaks to it; no rules.

    Class attributes choose what is played: `vendor` and `assume` whose rules, `races` what may happen to callbacks.
    `failures` is the folder for the scenario of a failure.
    """

    vendor: ClassVar[str] = "plivo"
    assume: ClassVar[Mapping[str, str]] = {}
    races: ClassVar[Collection[Race]] = ()
    failures: ClassVar[str] = ".callsim/failures"

    TestCase = KeptTestCase()  # type: ignore[assignment]  # as hypothesis makes its own, by a descriptor

    def __init__(self) -> None:
        super().__init__()
        self.simulation = Simulation(dialect(self.vendor, self.assume), _Application(self), laws=True)
        self.story = Story(self.vendor, self.assume)
        self.waiting: list[Callback] = []
        """Callbacks that are on their way."""
        self.delivered: list[Callback] = []
        self.replies: list[tuple[Request, Response, str]] = []
        """Replies that are on their way, to the making of the call of that name."""
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
        """Send a request to the vendor, as a program's own client would; `name` is for a call that it makes.

        Callbacks that follow wait for `settle`, so that the program sees the reply before; or they are delivered before this
        returns, if that race is on and wished.
        """
        command = self.simulation.dialect.read(request, self.switch, name).command
        self.story.say(self.now, request if command is None else command)
        response = self.simulation.ask(request, name, _LIVES_BY_RULES)
        self._collect()
        if callbacks_first and Race.BEFORE_REPLY in self.races:
            for callback in [*self.waiting]:
                self.story.note(f"{spoken_of(callback)} is delivered before the reply to the request")
                self.deliver(0)
        return response

    def say(self, command: Command) -> Outcome:
        """Say something that is no request: what far parties and carriers do. Its callbacks are told to the program."""
        self.story.say(self.now, command)
        outcome = self.simulation.say(command)
        self.settle()
        return outcome

    def let_time_pass(self, milliseconds: int) -> None:
        """Go on in time; clocks strike and documents arrive on their way."""
        self._run(milliseconds)
        # What is said next comes after what struck now; a scenario has its steps first at one instant.
        for _ in range(_MOST_MOMENTS):
            if not self.struck_now():
                break
            self._run(1)
        self.settle()

    def _run(self, milliseconds: int) -> None:
        self.simulation.run(self.now + milliseconds)
        self.story.now = self.now

    def struck_now(self) -> bool:
        """Whether something has happened at this very instant."""
        trace = self.simulation.trace
        return bool(trace) and trace[-1].at == self.now

    # -- delivering ----------------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        told = [entry for entry in self.simulation.trace[self._seen :] if isinstance(entry, Told)]
        self._seen = len(self.simulation.trace)
        self.waiting += [Callback(entry.kind, entry.params, entry.url, entry.call) for entry in told]

    def settle(self) -> None:
        """Deliver the callbacks that have come, unless they may be late."""
        self._collect()
        while self.waiting and Race.LATE not in self.races:
            self.deliver(0)

    def deliver(self, number: int) -> None:
        """Deliver one of those that are waiting."""
        callback = self.waiting.pop(number)
        self.delivered.append(callback)
        self.on_callback(callback.kind, dict(callback.params))

    # -- always --------------------------------------------------------------------------------------------------------

    @invariant()
    def callsim_keeps_its_own_laws(self) -> None:
        self.simulation.check_all()

    def teardown(self) -> None:
        """Keeps the story if the program failed. Subclasses that override it call it, too."""
        self.story.keep(type(self))


class _Application(dict[str, Page]):
    """Pages that the program beside the calls answers, one question at a time."""

    def __init__(self, machine: Beside) -> None:
        super().__init__()
        self._machine = machine

    def get(self, path: str, default: Any = None) -> Any:
        machine = self._machine
        # What asks for a page has been noted just before it asks.
        asked = next(entry for entry in reversed(machine.simulation.trace) if isinstance(entry, Fetched))
        answer = machine.on_document(machine.switch.calls[asked.call], asked.url, asked.purpose)
        page = answer if isinstance(answer, Page) else Page(answer)
        machine.story.answered(path, page, machine.now)
        return page


def spoken_of(callback: Callback) -> str:
    """What people call it."""
    return f"the {callback.kind} callback of {callback.call}"
