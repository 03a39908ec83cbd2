"""A switch as a world to be explored: everything that could be said to it, in every order, with every law held."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields
from operator import attrgetter

from callsim.errors import BrokenLaw
from callsim.model import ActionState, By, Call, CallState, Command, Entity, OwnClocks, Plain, Status, Verb
from callsim.properties import Watch
from callsim.switch import Switch, is_live

_DONE, _CALL = Status.DONE, Entity.CALL
_all_of = attrgetter(*(field.name for field in fields(Call) if field.name not in ("participant", "actions", "leg_of")))
_DATA = (
    "now", "calls", "live", "mpcs", "rooms", "timers", "tally", "change_count", "timer_count", "options", "used",
    "conversations", "leg_names", "allowed",
)  # fmt: skip
"""What makes one switch different from another of the same rulebook and media."""

_SPENT: dict[CallState, tuple[Verb, ...]] = {
    CallState.IN_PROGRESS: (Verb.RING_TIME_OVER, Verb.PRE_ANSWER_TIME_OVER),
    CallState.COMPLETED: (Verb.RING_TIME_OVER, Verb.TIME_LIMIT_REACHED, Verb.SCHEDULE_REACHED, Verb.PRE_ANSWER_TIME_OVER),
}
"""What the clocks would say that a call may once have had and has no more."""

_OF_ITS_OWN = (Verb.RING_SCHEDULE_REACHED, Verb.MEDIA_TIME_OVER, Verb.DETECT, Verb.TAKE_ON, Verb.DIAL_DELAY_OVER)
"""The same, of clocks that most calls never have."""

Alphabet = Sequence[Command] | Callable[[Switch], Sequence[Command]]


def late_timers(switch: Switch) -> tuple[Command, ...]:
    """What the clocks would still say to a driver that forgets none of them: each has lost its race and must change nothing."""
    said = [Command(verb, call.name, By.PLATFORM) for call in switch.calls.values() for verb in _SPENT.get(call.state, ())]
    rare = (call for call in switch.calls.values() if call.clocks is OwnClocks.SOME and call.ending is not None)
    said += (Command(verb, call.name, By.PLATFORM) for call in rare for verb in _OF_ITS_OWN)
    over = (action for call in switch.calls.values() for action in call.actions if action.state is not ActionState.RUNNING)
    said += (Command(Verb.FINISH, action.awaits, By.PLATFORM) for action in over)
    asked = (action for call in switch.calls.values() for action in call.actions if action.keys is not None)
    said += (Command(Verb.FINISH, f"{each.name}+{heard}", By.PLATFORM) for each in asked for heard in range(len(each.heard)))
    ended = (mpc.key for mpc in switch.mpcs.values() if not is_live(mpc))
    said += (Command(Verb.MAX_DURATION_REACHED, key, By.PLATFORM) for key in ended)
    return tuple(said)


class SwitchWorld:
    """A switch under an alphabet; its states are switches and its actions commands.

    `alphabet` is what can be said in every state: a list, a function of the switch, or without one `Switch.commands`,
    which is all that somebody outside could say about what exists. No time goes by: a timer strikes when its command
    is said. After each step the laws are held of all that was touched; that a command which was not done has changed
    nothing is not believed but looked at. Whoever begins with a switch must leave it alone from then on.
    """

    def __init__(self, switch: Switch, alphabet: Alphabet = Switch.commands) -> None:
        self.switch = switch
        self._said = alphabet if callable(alphabet) else lambda _, commands=tuple(alphabet): commands
        self._spare: tuple[Switch, Switch, Hashable] | None = None

    def begin(self) -> Switch:
        """The switch as it was given."""
        return self.switch

    def actions(self, state: Switch) -> Sequence[Command]:
        """The alphabet as it is now."""
        return self._said(state)

    def step(self, state: Switch, action: Command) -> Switch:
        """Say a command to a copy; a state in which it was not done is returned itself. Raises BrokenLaw."""
        spare, self._spare = self._spare, None
        known = spare is not None and spare[0] is state
        after = spare[1] if spare is not None and known else state.copy()
        outcome = after.carry_out(action, state.now)
        if not _turned_away(state, after, outcome):
            watch = Watch(state)  # so that what was over before has the ending it had
            watch.switch = after
            watch.check(outcome)
        if outcome[0] is _DONE:
            return after
        key = spare[2] if spare is not None and known else state.key()
        if after.key() != key:
            raise BrokenLaw("a refusal changes nothing", f"a command that is {outcome[0]} has changed something")
        self._spare = state, after, key  # as good as a new copy, for the next command
        return state

    def key(self, state: Switch) -> Hashable:
        """What distinguishes a switch for all that can still happen."""
        spare = self._spare
        return spare[2] if spare is not None and spare[0] is state else state.key()

    def freeze(self, state: Switch) -> bytes:
        """What a switch knows, without its rules."""
        return pickle.dumps([getattr(state, name) for name in _DATA], pickle.HIGHEST_PROTOCOL)

    def thaw(self, frozen: bytes) -> Switch:
        """A switch that knows that, by the same rules."""
        state = self.switch.empty()
        for name, value in zip(_DATA, pickle.loads(frozen), strict=True):
            setattr(state, name, value)
        return state


def _turned_away(before: Switch, after: Switch, outcome: Plain) -> bool:
    """Whether all that came of a command is that one row refused it and its call is what it was, to the last field: what
    was lawful before is so still, and needs not be asked again."""
    status, _, changes, todos, _ = outcome
    if status is _DONE or todos or len(changes) != 1:
        return False
    _, _, entity, name, _, said, from_, to, _, _, rule, _, via = changes[0]
    if entity is not _CALL or said is not status or from_ is not to or via is not None or rule not in before.rulebook.rows:
        return False
    return bool(_all_of(before.calls[name]) == _all_of(after.calls[name]))
