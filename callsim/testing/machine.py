"""One hypothesis state machine over a switch: all that can be said, in every order, with every law held after each.

Use it as it is (`SwitchMachine.TestCase`), or subclass it with another `rulebook`. The shortest story of a failure is
written as a scenario file in the folder `failures`.
"""

from __future__ import annotations

from typing import ClassVar

from callsim.dialects import VENDORS
from callsim.errors import MissingExtra
from callsim.instructions import Document
from callsim.model import (
    BadDocument,
    By,
    CallState,
    Command,
    Direction,
    Joining,
    Outcome,
    Placement,
    Purpose,
    Status,
    Timer,
    TodoKind,
    Verb,
)
from callsim.properties import Watch
from callsim.rules import Rulebook, lay
from callsim.switch import Switch, is_live

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.keeping import KeptTestCase, Story
from callsim.testing.strategies import MEDIA, NAMES, documents, joinings, placements

_OUTBOUND, _INBOUND = Direction
_NAMES = st.sampled_from(NAMES)


class SwitchMachine(RuleBasedStateMachine):
    """People placing, answering and ending calls; an application; clocks. After every rule: laws, copies, promises."""

    rulebook: ClassVar[Rulebook] = lay()
    failures: ClassVar[str] = ".callsim/failures"

    TestCase = KeptTestCase()  # type: ignore[assignment]  # as hypothesis makes its own, by a descriptor

    def __init__(self) -> None:
        super().__init__()
        # A scenario is some vendor's: the base rules are told by the first there is.
        vendor = self.rulebook.vendor if self.rulebook.vendor in VENDORS else VENDORS[0]
        self.story = Story(vendor, self.rulebook.assume, MEDIA)
        self.story.pages = None
        self.switch = Switch(self.rulebook, dict(MEDIA))
        self.watch = Watch(self.switch)
        self.now = 0
        self.fetches: list[tuple[str, Purpose]] = []
        self.told: list[str] = []

    def say(self, command: Command) -> Outcome:
        """Apply a command, and hold it against the laws, against what a copy does and against what was promised."""
        self.story.say(self.now, command)
        before, twin = self.switch.key(), self.switch.copy()
        promised = self.switch.would(command)
        outcome = self.switch.apply(command, self.now)
        self.watch.check(outcome)
        assert outcome.status is promised, f"{command} came to {outcome.status}, not to {promised}"
        assert twin.key() == before, f"{command} reached a copy made before it"
        assert twin.apply(command, self.now) == outcome, f"{command} came to something else for a copy"
        assert twin.key() == self.switch.key(), f"{command} led a copy somewhere else"
        assert outcome.status is Status.DONE or self.switch.key() == before, f"{command}, not done, changed something"
        self._note(outcome)
        return outcome

    def teardown(self) -> None:
        """Keeps the story if something failed. Subclasses that override it call it, too."""
        self.story.keep(type(self))

    def _note(self, outcome: Outcome) -> None:
        fetches = (todo for todo in outcome.todos if todo.kind is TodoKind.FETCH)
        self.fetches += [(todo.name, todo.purpose) for todo in fetches if todo.purpose is not None]
        told = [todo.name for todo in outcome.todos if todo.callback == "hangup"]
        for name in told:
            assert name not in self.told, f"the end of {name} is told twice"
            self.told.append(name)

    # -- people and the network --------------------------------------------------------------------------------------

    @rule(name=_NAMES, placement=placements(_OUTBOUND))
    def place(self, name: str, placement: Placement) -> None:
        self.say(Command(Verb.PLACE, name, By.API, placement))

    @rule(name=_NAMES, placement=placements(_INBOUND))
    def come_in(self, name: str, placement: Placement) -> None:
        self.say(Command(Verb.PLACE, name, By.FAR_PARTY, placement))

    @rule(name=_NAMES, joining=joinings())
    def add(self, name: str, joining: Joining) -> None:
        self.say(Command(Verb.ADD, name, By.API, joining))

    @rule(name=_NAMES)
    def ring(self, name: str) -> None:
        self.say(Command(Verb.RING, name, By.CARRIER))

    @rule(name=_NAMES, by=st.sampled_from([By.FAR_PARTY, By.API]))
    def answer(self, name: str, by: By) -> None:
        self.say(Command(Verb.ANSWER, name, by))

    @rule(name=_NAMES, by=st.sampled_from([By.FAR_PARTY, By.API]))
    def hang_up(self, name: str, by: By) -> None:
        self.say(Command(Verb.HANG_UP, name, by))

    @rule(name=_NAMES)
    def cancel(self, name: str) -> None:
        self.say(Command(Verb.CANCEL, name, By.API))

    @rule(name=_NAMES, verb=st.sampled_from([Verb.REJECT, Verb.BUSY]))
    def turn_away(self, name: str, verb: Verb) -> None:
        self.say(Command(verb, name, By.FAR_PARTY))

    @rule(name=_NAMES, verb=st.sampled_from([Verb.NO_ANSWER, Verb.FAIL]))
    def give_up(self, name: str, verb: Verb) -> None:
        self.say(Command(verb, name, By.CARRIER))

    @rule(name=_NAMES, digits=st.text("12#", max_size=3))
    def press(self, name: str, digits: str) -> None:
        self.say(Command(Verb.PRESS, name, By.FAR_PARTY, digits))

    # -- the application -----------------------------------------------------------------------------------------------

    @rule(names=st.lists(_NAMES, min_size=1, max_size=2))
    def kick(self, names: list[str]) -> None:
        self.say(Command(Verb.KICK, tuple(names), By.API))

    @precondition(lambda self: self.switch.mpcs)
    @rule(data=st.data(), verb=st.sampled_from([Verb.STOP, Verb.STOP, Verb.START]))
    def start_or_stop(self, data: st.DataObject, verb: Verb) -> None:
        self.say(Command(verb, data.draw(st.sampled_from(sorted(self.switch.mpcs))), By.API))

    @precondition(lambda self: self.switch.live)
    @rule()
    def hang_up_all(self) -> None:
        self.say(Command(Verb.HANG_UP_ALL, tuple(self.switch.live), By.API))

    @precondition(lambda self: self.fetches)
    @rule(document=documents())
    def document_arrives(self, document: Document) -> None:
        name, purpose = self.fetches.pop(0)
        self.say(Command(Verb.RUN, name, By.DOCUMENT, document, purpose))

    @precondition(lambda self: self.fetches)
    @rule(what=st.sampled_from(BadDocument))
    def document_fails(self, what: BadDocument) -> None:
        name, purpose = self.fetches.pop(0)
        self.say(Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, what, purpose))

    @rule(name=_NAMES, document=documents())
    def document_arrives_unasked(self, name: str, document: Document) -> None:
        self.say(Command(Verb.RUN, name, By.DOCUMENT, document, Purpose.REDIRECT))

    # -- time ----------------------------------------------------------------------------------------------------------

    @rule(milliseconds=st.integers(1, 2_000))
    def time_goes_by(self, milliseconds: int) -> None:
        due = [clock.due for clock in self.switch.timers.values()]
        self.now = min([self.now + milliseconds, *(at for at in due if at > self.now)])

    @precondition(lambda self: self.switch.timers)
    @rule()
    def next_timer_strikes(self) -> None:
        clock = min(self.switch.timers.values())
        self.now = max(self.now, clock.due)
        self.say(clock.command)

    @rule(name=_NAMES, verb=st.sampled_from([Verb.RING_TIME_OVER, Verb.TIME_LIMIT_REACHED, Verb.PRE_ANSWER_TIME_OVER]))
    def forgotten_timer_strikes(self, name: str, verb: Verb) -> None:
        """A driver that ignored what it was asked to forget; only a timer that is not running can be one."""
        if all(clock.command[:2] != (verb, name) for clock in self.switch.timers.values()):
            self.say(Command(verb, name, By.PLATFORM))

    # -- always --------------------------------------------------------------------------------------------------------

    @invariant()
    def every_law_holds(self) -> None:
        self.watch.check_all()

    @invariant()
    def a_copy_is_the_same_and_as_lawful(self) -> None:
        copy = self.switch.copy()
        assert copy.key() == self.switch.key()
        assert copy.commands() == self.switch.commands()
        Watch(copy).check_all()

    @invariant()
    def a_timer_that_runs_has_something_to_run_for(self) -> None:
        for name, timer in self.switch.timers:
            if timer is Timer.DURATION:
                over = not is_live(self.switch.mpcs[name])
            else:
                over = self.switch.calls[name.partition("/")[0]].state is CallState.COMPLETED
            assert not over, f"the timer of {name} outlived it"
