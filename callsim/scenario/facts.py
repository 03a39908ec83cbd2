"""What is so in a world, in the words of scenarios: of calls, of multiparty calls, and of all that happened so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, overload

from callsim.dialects import Dialect
from callsim.model import (
    ActionState,
    Call,
    Coaching,
    ConversationState,
    Dials,
    Held,
    Membership,
    MultipartyCall,
    Muted,
    Participant,
    ParticipantState,
)
from callsim.scenario.fields import absolute
from callsim.switch import Switch, is_live
from callsim.trace import Fetched, Told, Warned

SPELLED = "spelled by"
"""Among the facts of a thing: the ids of the rules that its vendor's words stand on. No scenario can ask for it."""


class World(Protocol):
    """What a judge looks at: a simulation as it stands, or whatever else knows as much."""

    @property
    def switch(self) -> Switch: ...

    @property
    def dialect(self) -> Dialect: ...

    def entries(self, kind: Any) -> list[Any]:
        """All that was told, fetched or warned of so far, in order."""


def room(switch: Switch, name: str) -> MultipartyCall | None:
    """The multiparty call that a scenario means by a name: the live one, that of the default account before another's, and
    if none is live the latest there was."""
    live = switch.room("default", name)
    found = [mpc for mpc in switch.mpcs.values() if name in (mpc.name, mpc.key)]
    return live or next(filter(is_live, found), found[-1] if found else None)


def facts(world: World, name: str) -> dict[str, Any] | None:
    """All there is to expect of a call, or of the latest multiparty call of that name; None if there is none yet."""
    call = world.switch.calls.get(name)
    if call is not None:
        return _call_facts(world, call)
    mpc = room(world.switch, name)
    return None if mpc is None else _mpc_facts(world, mpc)


class Seen(Sequence[Any]):
    """Entries of a trace in the words of scenarios, each put into words when it is asked for: mostly it is enough to know
    how many there are, and a world that is watched is asked at every moment."""

    def __init__(self, entries: Sequence[Any], words: Callable[[Any], Any]) -> None:
        self._entries, self._words = entries, words

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Seen: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Seen(self._entries[index], self._words)
        return self._words(self._entries[index])


def so_far(world: World, subject: str) -> Seen:
    """All callbacks, URLs fetched or warnings so far, in order."""
    if subject == "callbacks":
        return Seen(world.entries(Told), _callback_facts)
    if subject == "fetched":
        return Seen(world.entries(Fetched), _fetch_facts)
    return Seen(world.entries(Warned), lambda entry: entry.text)


def _call_facts(world: World, call: Call) -> dict[str, Any]:
    ending, one = call.ending, call.participant
    running = [action.kind for action in call.actions if action.state is ActionState.RUNNING]
    inside = one is not None and call.membership in (Membership.JOINING, Membership.ACTIVE)
    words, spelled = world.dialect.call_words(call)
    return {
        "state": call.state, "direction": call.direction,
        "cause": ending and ending.cause, "by": ending and ending.who,
        "rule": ending and ending.rule, "basis": _basis(world, ending and ending.rule),
        "queued": call.queued_at, "ringing": call.ringing_at, "answered": call.answered_at, "ended": call.ended_at,
        "duration": call.duration, "running": running[-1] if running else None,
        "participant": one.mpc.name if one is not None and inside else None,
        **_heard(one if inside else None), **_conversing(call), "vendor": words, SPELLED: spelled,
    }  # fmt: skip


def _conversing(call: Call) -> dict[str, Any]:
    """Whom a call has dialled who is still there, and whom it talks to."""
    own = next((each.conversation for each in reversed(call.actions) if each.dials is Dials.YES), None)
    one = own or call.leg_of
    joined = one is not None and one.state is ConversationState.JOINED and call.ending is None
    other = None if one is None or not joined else one.joined if own is not None else one.call
    return {
        "legs": [leg.name for leg in own.live_legs] if own is not None else [],
        "talks_with": None if other is None else other.name,
    }  # fmt: skip


def _heard(one: Participant | None) -> dict[str, str | None]:
    """How a participant takes part; nothing for a call that takes part in nothing."""
    if one is None:
        return dict.fromkeys(("role", "muted", "held", "coaching"))
    flags = {"muted": one.muted is Muted.YES, "held": one.held is Held.YES, "coaching": one.coaching is Coaching.YES}
    return {"role": one.role or None, **{name: "yes" if flag else "no" for name, flag in flags.items()}}


def _mpc_facts(world: World, mpc: MultipartyCall) -> dict[str, Any]:
    inside = [one.call.name for one in mpc.participants if one.state is not ParticipantState.EXITED]
    words, spelled = world.dialect.mpc_words(mpc)
    return {
        "state": mpc.state, "participants": inside, "started": mpc.started_at, "ended": mpc.ended_at,
        "termination": mpc.termination, "by": mpc.ended_by,
        "rule": mpc.rule, "basis": _basis(world, mpc.rule), "vendor": words, SPELLED: spelled,
    }  # fmt: skip


def _basis(world: World, rule: str | None) -> str | None:
    return None if rule is None else str(world.dialect.rulebook.rows[rule].basis.kind)


def _callback_facts(told: Told) -> dict[str, Any]:
    return {
        "at": told.at, "call": told.call, "kind": told.kind, "url": absolute(told.url), "method": told.method, "params": told.params,
        "attempt": told.attempt,
    }  # fmt: skip


def _fetch_facts(fetched: Fetched) -> dict[str, Any]:
    return {
        "url": absolute(fetched.url), "at": fetched.at, "call": fetched.call, "method": fetched.method, "purpose": fetched.purpose,
        "params": fetched.params, "attempt": fetched.attempt,
    }  # fmt: skip
