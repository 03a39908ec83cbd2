"""A hypothesis state machine that plays calls beside somebody's own program, and tells it what a vendor would tell it.

Subclass `CallMachine`, hand what its hooks are told to your webhook consumer or call controller, and add invariants that
compare your state with `self.switch`. When it fails, hypothesis finds the shortest story that does it, and that story is
written as a scenario file, which the failure names.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from callsim.errors import MissingExtra, UsageError
from callsim.model import By, CallState, Command, Direction, Joining, MpcState, Placement, Verb
from callsim.trace import APPLICATION

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import precondition, rule
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.beside import Beside, Callback, Race, spoken_of

__all__ = ["CallMachine", "Callback", "Race"]

HANGUP_URL = f"{APPLICATION}/hangup"
# Every rule draws as much whatever there is to choose from, and a rule for which there is nothing to do just now does
# nothing: what is left out in shrinking must leave the rest as it was, or the shortest story is not found.
_WHICH = st.integers(0, 7)
_FAR = By.FAR_PARTY


class CallMachine(Beside):
    """Calls of one vendor, and a program beside them that is told what happens.

    Class attributes choose what is played: `vendor` and `assume` whose rules; `races` what may happen to callbacks; `says`
    what the machine itself asks of the API (None: all that the vendor has); `names` the calls there may be; `rooms` the
    multiparty calls. `failures` is the folder for the scenario of a failure.
    """

    says: ClassVar[Collection[Verb] | None] = None
    names: ClassVar[tuple[str, ...]] = ("alice", "bob", "carol")
    rooms: ClassVar[tuple[str, ...]] = ("lobby",)

    # -- callbacks on their way ----------------------------------------------------------------------------------------

    @rule(which=_WHICH)
    def a_callback_arrives(self, which: int) -> None:
        """Only where callbacks may be late; else they have all arrived."""
        if not self.waiting:
            return
        number = which % len(self.waiting)
        self.story.note(f"{spoken_of(self.waiting[number])} arrives at {self.now} ms")
        self.deliver(number)

    @precondition(lambda self: Race.TWICE in self.races)
    @rule(which=_WHICH)
    def a_callback_arrives_again(self, which: int) -> None:
        if not self.delivered:
            return
        callback = self.delivered[-1 - which % len(self.delivered)]
        self.story.note(f"{spoken_of(callback)} arrives again at {self.now} ms")
        self.on_callback(callback.kind, dict(callback.params))

    @precondition(lambda self: Race.BEFORE_REPLY in self.races)
    @rule(which=_WHICH)
    def a_reply_arrives(self, which: int) -> None:
        if not self.replies:
            return
        request, response, _ = self.replies.pop(which % len(self.replies))
        self.story.note(f"the reply to {request.method} arrives at {self.now} ms")
        self.on_response(request, response)

    # -- the API -------------------------------------------------------------------------------------------------------

    def may_say(self, verb: Verb) -> bool:
        """Whether the machine asks this of the API: the vendor has a request for it, and `says` does not leave it out."""
        return verb in self.simulation.dialect.verbs and (self.says is None or verb in self.says)

    def ask(
        self, verb: Verb, target: str, detail: Any = None, name: str | None = None, callbacks_first: bool = False,
        reply_late: bool = False,
    ) -> None:  # fmt: skip
        """Send the vendor's own request for a verb; nothing if it has none now, as for kicking who is in no room.

        `name` is for a call that it makes. The last two only count where callbacks may be before replies: what the request
        leads to is told before its reply, or its reply comes when much else has happened.
        """
        try:
            request = self.simulation.dialect.say(verb, target, self.switch, detail)
        except UsageError:
            return
        response = self.send(request, name, callbacks_first)
        if reply_late and name is not None and Race.BEFORE_REPLY in self.races:
            self.replies.append((request, response, name))
        else:
            self.on_response(request, response)
        self.settle()

    def _ask_about_one(self, verb: Verb, which: int, callbacks_first: bool) -> None:
        """Nobody asks about a call of which they have not heard yet: the reply that has its id is still on its way."""
        unheard = [name for _, _, name in self.replies]
        known = [name for name in self.switch.calls if name not in unheard]
        if known:
            self.ask(verb, known[which % len(known)], callbacks_first=callbacks_first)

    def _next_name(self) -> str:
        return self.names[len(self.switch.calls)]

    @precondition(lambda self: self.may_say(Verb.PLACE))
    @rule(reply_late=st.booleans())
    def place(self, reply_late: bool) -> None:
        if not self._has_room():
            return
        name = self._next_name()
        self.ask(Verb.PLACE, name, _placement(name), name, reply_late=reply_late)

    @precondition(lambda self: self.may_say(Verb.HANG_UP))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def hang_up(self, which: int, callbacks_first: bool) -> None:
        self._ask_about_one(Verb.HANG_UP, which, callbacks_first)

    @precondition(lambda self: self.may_say(Verb.HANG_UP_ALL))
    @rule(callbacks_first=st.booleans())
    def hang_up_all(self, callbacks_first: bool) -> None:
        self.ask(Verb.HANG_UP_ALL, "default", callbacks_first=callbacks_first)

    @precondition(lambda self: self.may_say(Verb.CANCEL))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def cancel(self, which: int, callbacks_first: bool) -> None:
        self._ask_about_one(Verb.CANCEL, which, callbacks_first)

    @precondition(lambda self: self.rooms and self.may_say(Verb.ADD))
    @rule(which=_WHICH, reply_late=st.booleans())
    def add(self, which: int, reply_late: bool) -> None:
        if not self._has_room():
            return
        name = self._next_name()
        room = self.rooms[which % len(self.rooms)]
        self.ask(Verb.ADD, name, Joining(room, "agent", placement=_placement()), name, reply_late=reply_late)

    @precondition(lambda self: self.may_say(Verb.KICK))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def kick(self, which: int, callbacks_first: bool) -> None:
        self._ask_about_one(Verb.KICK, which, callbacks_first)

    @precondition(lambda self: self.may_say(Verb.STOP))
    @rule(which=_WHICH, callbacks_first=st.booleans())
    def stop(self, which: int, callbacks_first: bool) -> None:
        live = [mpc.key for mpc in self.switch.mpcs.values() if mpc.state is not MpcState.ENDED]
        if not live:
            return
        self.ask(Verb.STOP, live[which % len(live)], callbacks_first=callbacks_first)

    # -- people and the network ----------------------------------------------------------------------------------------

    @rule()
    def come_in(self) -> None:
        """Somebody calls."""
        if not self._has_room():
            return
        if self.struck_now():
            self.let_time_pass(1)
        name = self._next_name()
        self.say(Command(Verb.PLACE, name, _FAR, _placement(name, Direction.INBOUND)))

    @rule(which=_WHICH)
    def ring(self, which: int) -> None:
        self._far_says(Verb.RING, By.CARRIER, which, CallState.QUEUED)

    @rule(which=_WHICH, verb=st.sampled_from([Verb.ANSWER, Verb.REJECT, Verb.BUSY]))
    def pick_up_or_not(self, which: int, verb: Verb) -> None:
        self._far_says(verb, _FAR, which, CallState.RINGING, Direction.OUTBOUND)

    @rule(which=_WHICH)
    def put_down(self, which: int) -> None:
        self._far_says(Verb.HANG_UP, _FAR, which, CallState.IN_PROGRESS)

    @rule(which=_WHICH)
    def give_up(self, which: int) -> None:
        self._far_says(Verb.HANG_UP, _FAR, which, CallState.RINGING, Direction.INBOUND)

    @rule(milliseconds=st.sampled_from([1, 1_000, 60_000, 300_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.let_time_pass(milliseconds)

    # -- who there is -------------------------------------------------------------------------------------------------

    def _has_room(self) -> bool:
        return len(self.switch.calls) < len(self.names)

    def _named(self, state: CallState, direction: Direction | None = None) -> list[str]:
        calls = self.switch.calls.values()
        return [call.name for call in calls if call.state is state and direction in (None, call.direction)]

    def _far_says(
        self, verb: Verb, by: By, which: int, state: CallState, direction: Direction | None = None
    ) -> None:
        """Say this of one of the calls in that state, if there is any."""
        found = self._named(state, direction)
        if found:
            self.say(Command(verb, found[which % len(found)], by))


def _placement(name: str | None = None, direction: Direction = Direction.OUTBOUND) -> Placement:
    """A call that asks for instructions under its name, if it has one, and tells of its end."""
    answered_by = name and f"{APPLICATION}/answer/{name}"
    numbers = ("+15550100000", "+15550100003") if direction is Direction.OUTBOUND else ("+15550100009", "+15550100000")
    return Placement("default", direction, *numbers, answered_by, HANGUP_URL)


