"""What is looked at in every state that exploring comes to: every law of everything there is, and what no law speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from callsim.explore import Kind, Property, late_timers
from callsim.model import Exit, Membership, Status, Termination, Verb
from callsim.properties import LAWS, Law
from callsim.switch import Switch, running

LOOK: dict[str, Callable[[Switch], Iterable[Any]]] = {
    "Call": lambda switch: (*switch.calls.values(), *switch.live.values()),
    "MultipartyCall": lambda switch: (*switch.mpcs.values(), *switch.rooms.values()),
    "Participant": lambda switch: (one for mpc in switch.mpcs.values() for one in mpc.participants),
    "Action": lambda switch: (action for call in switch.calls.values() for action in call.actions),
    "Conversation": lambda switch: switch.conversations.values(),
    "Clock": lambda switch: switch.timers.values(),
    "None": lambda switch: (None,),
}
"""What laws are about, and where it is found. Changes and outcomes are seen only when they happen, by the world itself."""


def _everywhere(name: str, law: Law, about: str) -> Property[Switch]:
    def holds(switch: Switch) -> str | None:
        return next(filter(None, (law(switch, thing) for thing in LOOK[about](switch))), None)

    return Property(name, Kind.ALWAYS, holds)


def _about(law: Law) -> str:
    """What a law is about, by the type of what it is given."""
    return list(law.__annotations__.values())[1]


LAWS_EVERYWHERE = [_everywhere(name, law, _about(law)) for name, law in LAWS.items() if _about(law) in LOOK]


# -- what no law speaks of -----------------------------------------------------------------------------------------------


def a_clock_that_runs_would_be_obeyed(switch: Switch) -> str | None:
    """What has nothing more to say is forgotten, so that it costs neither time nor memory."""
    idle = [str(clock.command) for clock in switch.timers.values() if not switch.may(clock.command)]
    return f"clocks run for nothing: {idle}" if idle else None


def a_clock_that_lost_its_race_is_not_obeyed(switch: Switch) -> str | None:
    """A driver that forgot to forget a clock does no harm."""
    late = [str(each) for each in late_timers(switch) if switch.would(each) is Status.DONE]
    return f"clocks strike late and are obeyed: {late}" if late else None


def who_takes_part_runs_nothing(switch: Switch) -> str | None:
    """While a call is in a multiparty call, no element of its document runs on it; in a conference, only its stay there."""
    for call in switch.calls.values():
        runs = [action for action in running(call.actions) if action.kind != "conference"]
        if call.membership is Membership.ACTIVE and runs:
            return f"{call.name} is in {call.membership} and {runs[0].name} runs"
    return None


def who_is_hung_up_with_all_leaves_nobody_alone(switch: Switch) -> str | None:
    """All are reached before anything follows, so no multiparty call sees one leave and the next left behind."""
    for mpc in switch.mpcs.values():
        out = [one.call.ending for one in mpc.participants if one.exit is Exit.CALL_ENDED]
        hung_up = any(ending is not None and ending.verb is Verb.HANG_UP_ALL for ending in out)
        if hung_up and mpc.termination is Termination.STAY_ALONE:
            return f"one of {mpc.key} was hung up with all, and another was left alone"
    return None


PROMISES: list[Property[Switch]] = [
    Property(promise.__name__.replace("_", " "), Kind.ALWAYS, promise)
    for promise in (
        a_clock_that_runs_would_be_obeyed, a_clock_that_lost_its_race_is_not_obeyed,
        who_takes_part_runs_nothing, who_is_hung_up_with_all_leaves_nobody_alone,
    )
]  # fmt: skip

EVERYTHING = [*LAWS_EVERYWHERE, *PROMISES]
"""What every state is asked."""
