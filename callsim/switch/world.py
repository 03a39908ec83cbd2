"""Every call, multiparty call and timer of one world: finding them, copying them, comparing them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

from callsim.machines import Events, events
from callsim.model import (
    SIGNATURES,
    Action,
    ActionState,
    By,
    Call,
    CallState,
    Command,
    Entity,
    MpcState,
    MultipartyCall,
    Participant,
    ParticipantState,
    StayAlone,
    Thing,
    Timer,
    Verb,
)
from callsim.rules import Rulebook

_NONE_YET = dict.fromkeys(CallState, 0)


class Clock(NamedTuple):
    """A timer that runs: when it is due, its place among those set, what it will say, its key among the timers (whose it
    is, and which), and the number of the change that set it."""

    due: int
    order: int
    verb: Verb
    key: tuple[str, Timer]
    because: int

    @property
    def command(self) -> Command:
        """What it says when it strikes."""
        return Command(self.verb, self.key[0], By.PLATFORM)


class World:
    """What a switch knows. Read it freely; only `Switch.apply` changes it.

    `alone` says by name in which multiparty calls one may stay alone, whoever opens them; `used` holds the rows that have
    had their say, in the order in which they first had it.
    """

    def __init__(self, rulebook: Rulebook, media: dict[str, int] | None = None, _events: Events | None = None) -> None:
        self.rulebook = rulebook
        self.events: Events = _events or events(rulebook)
        self.media = media if media is not None else {}
        self.now = 0
        self.calls: dict[str, Call] = {}
        self.live: dict[str, Call] = {}
        self.mpcs: dict[str, MultipartyCall] = {}
        self.rooms: dict[tuple[str, str], MultipartyCall] = {}
        self.timers: dict[tuple[str, Timer], Clock] = {}
        self.tally: dict[CallState, int] = _NONE_YET.copy()
        self.change_count = 0
        self.timer_count = 0
        self.alone: dict[str, StayAlone] = {}
        self.used: dict[str, None] = {}

    def limit(self, name: str) -> int | str:
        """What the rulebook limits something to; to ask is to use the row."""
        row = self.rulebook.limits[name]
        self.used[row.id] = None
        return row.value

    def live_calls(self, account: str | None = None) -> list[Call]:
        """Calls that are not over, in order of placing; of one account, or of all."""
        return [call for call in self.live.values() if account is None or call.placement.account == account]

    def find(self, entity: Entity, name: str) -> Thing | None:
        """The thing of that name, or None."""
        if entity is Entity.MPC:
            return self.mpcs.get(name)
        if entity is Entity.ACTION:
            return self._action(name)
        call = self.calls.get(name)
        return call.participant if call is not None and entity is Entity.PARTICIPANT else call

    def room(self, account: str, name: str) -> MultipartyCall | None:
        """The live multiparty call of that name in that account, or None."""
        return self.rooms.get((account, name))

    def _action(self, name: str) -> Action | None:
        owner, _, rest = name.rpartition("/")
        number = rest.rpartition("#")[2]
        call = self.calls.get(owner)
        if call is None or not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        return next((action for action in call.actions if action.number == int(number)), None)

    # -- copies and comparison -------------------------------------------------------------------------------------

    def _copy_into(self, other: World) -> None:
        """Make another world of the same media equal to this one. Explorers copy at every step: nothing here is asked twice."""
        copies: dict[str, Call] = {}
        for name, call in self.calls.items():
            copies[name] = copy = call.copied()
            actions = call.actions
            copy.actions = [Action(copy, *_facts_of_action(action)) for action in actions] if actions else []
        other.calls = copies
        other.live = {name: copies[name] for name in self.live}
        other.timers = self.timers.copy()
        other.tally = self.tally.copy()
        other.alone = self.alone
        other.used = self.used.copy()
        other.now, other.change_count, other.timer_count = self.now, self.change_count, self.timer_count
        if self.mpcs or other.mpcs:
            other.mpcs = {key: _mpc_copied(mpc, copies) for key, mpc in self.mpcs.items()}
            other.rooms = {place: other.mpcs[mpc.key] for place, mpc in self.rooms.items()}

    def key(self) -> Hashable:
        """What distinguishes this world from another for all that can still happen: no ids, no absolute times.

        Two worlds with one key answer every further order of commands alike; pending timers count by what they will
        say, in the order they are due.
        """
        calls = tuple([_call_key(call) for call in self.calls.values()])
        rooms = tuple([_mpc_key(mpc) for mpc in self.mpcs.values()]) if self.mpcs else ()
        # A clock is a tuple: when it is due, its place among those set, what it says, to whom.
        timers = tuple([clock[2:4] for clock in sorted(self.timers.values())]) if self.timers else ()
        return calls, rooms, timers

    def commands(self) -> tuple[Command, ...]:
        """The alphabet now: everything somebody outside could say about what exists, refused or not, plus due timers."""
        said: list[Command] = []
        for call in self.calls.values():
            said += (Command(verb, call.name, by) for verb, by in _SAID_OF_CALLS)
            if call.participant is not None:
                said.append(Command(Verb.KICK, call.name, By.API))
        said += (Command(Verb.STOP, key, By.API) for key in self.mpcs)
        for account in dict.fromkeys(call.placement.account for call in self.calls.values()):
            names = tuple(call.name for call in self.live_calls(account))
            said += [Command(Verb.HANG_UP_ALL, names, By.API)] if names else []
        said += (clock.command for clock in self.timers.values())
        return tuple(said)


_SAID_OF_CALLS: tuple[tuple[Verb, By], ...] = tuple(
    (verb, by)
    for verb in (Verb.RING, Verb.ANSWER, Verb.HANG_UP, Verb.CANCEL, Verb.REJECT, Verb.BUSY, Verb.NO_ANSWER, Verb.FAIL)
    for by in SIGNATURES[verb].by
    if by not in (By.DOCUMENT, By.PLATFORM)
)


def _facts(thing: type, skipped: tuple[str, ...]) -> Any:
    return attrgetter(*(field.name for field in fields(thing) if field.name not in skipped))


_facts_of_action = _facts(Action, ("call",))
_facts_of_participant = _facts(Participant, ("call", "mpc"))
_facts_of_mpc = _facts(MultipartyCall, ("participants",))


def _mpc_copied(mpc: MultipartyCall, calls: dict[str, Call]) -> MultipartyCall:
    twin = MultipartyCall(*_facts_of_mpc(mpc))
    for one in mpc.participants:
        call = calls[one.call.name]
        new = Participant(call, twin, *_facts_of_participant(one))
        twin.participants.append(new)
        if call.participant is one:
            call.participant = new
    return twin


_told_of_call = attrgetter(
    "name", "state", "was", "direction", "membership", "document", "position", "redirects", "placement",
)  # fmt: skip
_told_of_mpc = attrgetter("key", "state", "was", "termination", "ended_by", "rule", "stay_alone")
_told_of_participant = attrgetter("call.name", "state", "was", "exit", "joined_by", "role", "exit_url")


def _call_key(call: Call) -> Hashable:
    ending, actions, one = call.ending, call.actions, call.participant
    return (
        _told_of_call(call),
        None if ending is None else (ending[:2], ending[3:]),  # all but when
        tuple([(each.kind, each.number, each.state) for each in actions]) if actions else None,
        None if one is None else (one.mpc.key, one.number),
        call.purpose if ending is None else None,
        call.answered_at is None,
    )


def _mpc_key(mpc: MultipartyCall) -> Hashable:
    return _told_of_mpc(mpc), tuple([_told_of_participant(one) for one in mpc.participants])


def running(actions: Iterable[Action]) -> list[Action]:
    """Those still running, in the order they began."""
    return [action for action in actions if action.state is ActionState.RUNNING]


def present(mpc: MultipartyCall) -> list[Participant]:
    """Those in it or joining it, in order of joining."""
    return [one for one in mpc.participants if one.state is not ParticipantState.EXITED]


def is_live(mpc: MultipartyCall) -> bool:
    """Whether it can still be found by its name."""
    return mpc.state is not MpcState.ENDED
