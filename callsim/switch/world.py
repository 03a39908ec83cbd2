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
    Allowed,
    By,
    Call,
    CallState,
    Command,
    Conversation,
    Entity,
    Hears,
    MpcOptions,
    MpcState,
    MultipartyCall,
    Participant,
    ParticipantState,
    RoomKind,
    Thing,
    Timer,
    Verb,
)
from callsim.model.things import place_of
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

    `options` says by name what holds for multiparty calls, whoever opens them; `allowed` what each account may do, None
    where nothing is limited; `used` holds the rows that have
    had their say, in the order in which they first had it; `forgotten` and `rooms_forgotten` how many calls and multiparty calls
    were forgotten that are over; `leg_names` how those are called who are dialled: by the call for
    which, and the number.
    """

    def __init__(self, rulebook: Rulebook, media: dict[str, int] | None = None, _events: Events | None = None) -> None:
        self.rulebook = rulebook
        self.events: Events = _events or events(rulebook)
        self.media = media if media is not None else {}
        self.now = 0
        self.calls: dict[str, Call] = {}
        self.live: dict[str, Call] = {}
        self.mpcs: dict[str, MultipartyCall] = {}
        self.rooms: dict[tuple[str, ...], MultipartyCall] = {}
        self.timers: dict[tuple[str, Timer], Clock] = {}
        self.tally: dict[CallState, int] = _NONE_YET.copy()
        self.change_count = 0
        self.timer_count = 0
        self.options: dict[str, MpcOptions] = {}
        self.used: dict[str, None] = {}
        self.conversations: dict[str, Conversation] = {}
        self.leg_names: dict[tuple[str, str], tuple[str, ...]] = {}
        self.allowed: Allowed | None = None
        self.forgotten = self.rooms_forgotten = 0

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
        if entity is Entity.CONVERSATION:
            return self.conversations.get(name)
        call = self.calls.get(name)
        return call.participant if call is not None and entity is Entity.PARTICIPANT else call

    def room(self, account: str, name: str, kind: RoomKind = RoomKind.MPC) -> MultipartyCall | None:
        """The live multiparty call, or conference, of that name in that account, or None."""
        return self.rooms.get(place_of(account, name, kind))

    def _action(self, name: str) -> Action | None:
        owner, _, rest = name.rpartition("/")
        number, _, heard = rest.rpartition("#")[2].partition("+")
        call = self.calls.get(owner)
        if call is None or not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        action = next((action for action in call.actions if action.number == int(number)), None)
        return None if action is None or (heard and name != action.awaits) else action

    # -- copies and comparison -------------------------------------------------------------------------------------

    def _copy_into(self, other: World) -> None:
        """Make another world of the same media equal to this one. Explorers copy at every step: nothing here is asked twice."""
        copies: dict[str, Call] = {}
        for name, call in self.calls.items():
            copies[name] = copy = call.copied()
            actions = call.actions
            copy.actions = [Action(copy, *_facts_of_action(action)) for action in actions] if actions else ()
        other.calls = copies
        other.live = {name: copies[name] for name in self.live}
        other.timers = self.timers.copy()
        other.tally = self.tally.copy()
        other.options, other.allowed = self.options, self.allowed
        other.forgotten, other.rooms_forgotten = self.forgotten, self.rooms_forgotten
        other.used = self.used.copy()
        other.now, other.change_count, other.timer_count = self.now, self.change_count, self.timer_count
        if self.mpcs or other.mpcs:
            other.mpcs = {key: _mpc_copied(mpc, copies) for key, mpc in self.mpcs.items()}
            other.rooms = {place: other.mpcs[mpc.key] for place, mpc in self.rooms.items()}
        other.leg_names = self.leg_names
        if self.conversations or other.conversations:
            other.conversations = {name: _conversation_copied(each, copies) for name, each in self.conversations.items()}

    def key(self) -> Hashable:
        """What distinguishes this world from another for all that can still happen: no ids, no absolute times.

        Two worlds with one key answer every further order of commands alike; pending timers count by what they will
        say, in the order they are due.
        """
        calls = tuple([_call_key(call) for call in self.calls.values()])
        rooms = tuple([_mpc_key(mpc) for mpc in self.mpcs.values()]) if self.mpcs else ()
        # A clock is a tuple: when it is due, its place among those set, what it says, to whom.
        timers = tuple([clock[2:4] for clock in sorted(self.timers.values())]) if self.timers else ()
        talks = tuple([_conversation_key(each) for each in self.conversations.values()]) if self.conversations else ()
        if self.allowed is None:
            return calls, rooms, timers, talks
        return calls, rooms, timers, talks, self.allowed, self._just_taken_on()

    def _just_taken_on(self) -> Hashable:
        """How long ago calls were taken on of which the next in line still have to keep a distance."""
        since = self.now - 1000
        return tuple([
            (call.name, self.now - call.taken_on_at) for call in self.calls.values()
            if call.taken_on_at is not None and call.taken_on_at > since
        ])  # fmt: skip

    def commands(self) -> tuple[Command, ...]:
        """The alphabet now: everything somebody outside could say about what exists, refused or not, plus due timers; but for
        who is muted, held, coaches or is recorded, on which nothing else depends, and for parking, of which each time is another."""
        said: list[Command] = []
        for call in self.calls.values():
            said += (Command(verb, call.name, by) for verb, by in _SAID_OF_CALLS)
            if call.actions and call.hears is Hears.YES:
                said += [Command(Verb.PRESS, call.name, By.FAR_PARTY, digits) for digits in ("1", "#", *_own_keys(call))]
            if call.participant is not None:
                said.append(Command(Verb.KICK, call.name, By.API))
        said += (Command(verb, key, By.API) for key in self.mpcs for verb in (Verb.START, Verb.STOP))
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


def _own_keys(call: Call) -> str:
    """Keys that say something else than that input is over."""
    listening = (action.keys for action in running(call.actions) if action.keys is not None)
    return "".join(keys.finish_on for keys in listening if keys.says is not Verb.FINISH)


def _facts(thing: type, skipped: tuple[str, ...]) -> Any:
    return attrgetter(*(field.name for field in fields(thing) if field.name not in skipped))


_facts_of_action = _facts(Action, ("call", "conversation"))
_facts_of_conversation = _facts(Conversation, ("call", "legs", "joined"))
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


def _conversation_copied(one: Conversation, calls: dict[str, Call]) -> Conversation:
    call = calls[one.call.name]
    twin = Conversation(call, *_facts_of_conversation(one))
    twin.legs = [calls[leg.name] for leg in one.legs]
    twin.joined = None if one.joined is None else calls[one.joined.name]
    for leg in twin.legs:
        leg.leg_of = twin
    for action in call.actions:
        if action.number == one.number:
            action.conversation = twin
    return twin


_told_of_call = attrgetter(
    "name", "state", "was", "direction", "membership", "document", "position", "redirects", "transfers", "placement",
    "clocks", "answerer", "line",
    "dialled", "early", "early_position", "leg", "leg_told",
)  # fmt: skip
_told_of_mpc = attrgetter(
    "key", "state", "was", "termination", "ended_by", "rule", "stay_alone", "single", "max_duration", "max_participants", "bound",
    "told", "telling", "recording", "to_be_recorded", "recorded_to", "tape", "kind",
)  # fmt: skip
_told_of_conversation = attrgetter("name", "state", "was", "parting", "url", "action_url_fact", "callback_url", "kin", "element")
_told_of_participant = attrgetter(
    "call.name", "state", "was", "exit", "joined_by", "role", "exit_url", "exit_method", "starts", "ends_on_exit",
    "muted", "held", "coaching", "group", "told",
)  # fmt: skip


def _call_key(call: Call) -> Hashable:
    ending, actions, one = call.ending, call.actions, call.participant
    return (
        _told_of_call(call),
        None if ending is None else (ending[:2], ending[3:]),  # all but when
        tuple([(each.kind, each.number, each.state, each.heard) for each in actions]) if actions else None,
        None if one is None else (one.mpc.key, one.number),
        call.purpose if ending is None else None,
        call.answered_at is None,
        None if call.leg_of is None else call.leg_of.name,
    )


def _mpc_key(mpc: MultipartyCall) -> Hashable:
    return _told_of_mpc(mpc), tuple([_told_of_participant(one) for one in mpc.participants])


def _conversation_key(one: Conversation) -> Hashable:
    joined = None if one.joined is None else one.joined.name
    return _told_of_conversation(one), tuple([leg.name for leg in one.legs]), joined


def running(actions: Iterable[Action]) -> list[Action]:
    """Those still running, in the order they began."""
    return [action for action in actions if action.state is ActionState.RUNNING]


def present(mpc: MultipartyCall) -> list[Participant]:
    """Those in it or joining it, in order of joining."""
    return [one for one in mpc.participants if one.state is not ParticipantState.EXITED]


def is_live(mpc: MultipartyCall) -> bool:
    """Whether it can still be found by its name."""
    return mpc.state is not MpcState.ENDED
