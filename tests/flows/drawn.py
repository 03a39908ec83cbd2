"""What must be so of every world, whatever was drawn: asked of it while it runs, and once nothing more is to come."""

from __future__ import annotations

from collections.abc import Hashable

from callsim.course import LONGEST, Coming, Course
from callsim.model import ActionState, Call, CallState, Change, Command, Entity, Membership, Plain, Routine, Status
from callsim.simulation import Fetched, Said, Simulation, Told
from callsim.testing.flows import Flow
from callsim.testing.pages import TUNES

MOST_MOMENTS = 100_000
A_DAY = 86_400_000


class Lawful(Simulation):
    """A simulation that holds every law over everything whenever something has come with all that follows from it."""

    def _apply(self, command: Command, because: int, label: str) -> Plain:
        plain = super()._apply(command, because, label)
        self._look()
        return plain

    def _act(self, command: Command) -> tuple[int, int, str, Routine] | None:
        change = super()._act(command)
        if change is not None:
            self._look()
        return change

    def _look(self) -> None:
        # What takes long to come about is looked at now and then: all of a thousand documents would take all night.
        if len(self._seen) < 2_000:
            self.check_all()


def played(flow: Flow, forget: bool = True, lawful: bool = True) -> Simulation:
    """A world at its end; it has one, before the bound."""
    kind = Lawful if lawful else Simulation
    simulation = kind(flow.dialect(), flow.pages, dict(TUNES), laws=lawful, forget=forget, moment_bound=MOST_MOMENTS)
    flow.in_time(simulation)
    assert simulation.run(), "it finds no end"
    return simulation


def end_of(simulation: Simulation) -> Hashable:
    """How everything stands that somebody outside can see, once every clock has struck."""
    switch = simulation.switch
    calls = [(call.name, call.state, call.ending, call.ringing_at, call.answered_at) for call in switch.calls.values()]
    rooms = [
        (mpc.key, mpc.state, mpc.termination, mpc.ended_at, tuple((one.name, one.state, one.exit, one.exited_at) for one in mpc.participants))
        for mpc in switch.mpcs.values()
    ]
    talks = [(one.name, one.state, one.parting, one.over_at) for one in switch.conversations.values()]
    told = [(entry.at, entry.call, entry.kind, entry.attempt) for entry in simulation.entries(Told)]
    asked = [(entry.at, entry.call, entry.url, entry.purpose, entry.attempt) for entry in simulation.entries(Fetched)]
    return tuple(calls), tuple(rooms), tuple(talks), tuple(told), tuple(asked)


def hold_what_must_be_so(simulation: Simulation) -> None:
    """All that is asked of a world at its end."""
    simulation.check_all()
    every_change_names_a_rule(simulation)
    nobody_lives_after_the_end(simulation)
    nobody_stands_still(simulation)
    everything_has_words(simulation)


def every_change_names_a_rule(simulation: Simulation) -> None:
    rows = simulation.switch.rulebook.rows
    for change in simulation.entries(Change):
        assert change.rule in rows, change
        assert change.via is None or change.via in rows, change
    for said in simulation.entries(Said):
        assert said.rule in rows or (said.rule is None and said.status is Status.UNKNOWN), said


def nobody_lives_after_the_end(simulation: Simulation) -> None:
    over: set[str] = set()
    for change in simulation.entries(Change):
        moves = change.status is Status.DONE and change.from_ != change.to
        if change.entity is Entity.CALL:
            assert change.name not in over or not moves, change
            if change.to == CallState.COMPLETED:
                over.add(change.name)
    for asked in simulation.entries(Fetched):
        ended = simulation.switch.calls[asked.call].ended_at
        assert ended is None or asked.at <= ended, asked


def nobody_stands_still(simulation: Simulation) -> None:
    """Every document that was asked for has had its say: its call is over, or something goes on that a clock or somebody ends."""
    switch = simulation.switch
    assert not simulation._arrivals
    for call in switch.live.values():
        if call.state is CallState.IN_PROGRESS:
            assert any(name == call.name and timer in LONGEST for name, timer in switch.timers), f"{call.name} would stay for ever"
        if call.document is not None and call.leg_of is None:
            assert _goes_on(call), f"{call.name} has a document, and nothing goes on"


def _goes_on(call: Call) -> bool:
    running = any(action.state is ActionState.RUNNING for action in call.actions)
    return running or call.membership in (Membership.ACTIVE, Membership.JOINING) or call.state is not CallState.IN_PROGRESS


def everything_has_words(simulation: Simulation) -> None:
    spoken, switch = simulation.dialect, simulation.switch
    for call in switch.calls.values():
        words, rules = spoken.call_words(call)
        assert words
        assert set(rules) <= set(switch.rulebook.rows)
    for mpc in switch.mpcs.values():
        assert set(spoken.mpc_words(mpc)[1]) <= set(switch.rulebook.rows)
    first = [(told.call, told.kind) for told in simulation.entries(Told) if told.kind == "hangup" and told.attempt == 1]
    assert len(first) == len(set(first)), "an end is told twice"
    for told in simulation.entries(Told):
        assert told.params
        assert told.kind != "hangup" or switch.calls[told.call].ended_at is not None


# -- every order -----------------------------------------------------------------------------------------------------


class FlowWorld:
    """A drawn world to be explored: whatever is due at one instant comes in any order; every law is held after each."""

    def __init__(self, flow: Flow) -> None:
        self.course = Course(flow.dialect(), flow.script(), flow.pages, dict(TUNES))
        flow.set_up(self.course)

    def begin(self) -> Course:
        return self.course

    def actions(self, state: Course) -> list[str]:
        return [each.label for each in self._due(state)]

    def _due(self, state: Course) -> list[Coming]:
        coming = state.coming()
        if not state.goes_on(coming):
            return []
        soonest = min(max(each.due, state.now) for each in coming)
        return [each for each in coming if each.due <= soonest]

    def step(self, state: Course, action: str) -> Course:
        after = state.copy()
        coming = after.coming()
        after.take(next(each for each in coming if each.label == action), coming)
        after.check_all()
        return after

    def key(self, state: Course) -> Hashable:
        return state.key()

    def freeze(self, state: Course) -> Course:
        return state

    def thaw(self, frozen: Course) -> Course:
        return frozen


