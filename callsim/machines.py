"""The tables run by `transitions`: one machine for each kind of entity. The only file that imports that library.

The machines hold no models: an event is triggered on any object with `state` and `was`. Stock events build an EventData
and walk the transitions of a state; the lean event here keeps the same transitions and finds the one that fits by
who speaks and by the facts of the object, which is many times faster. A test holds the two equal for every case.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import Any, cast

from transitions import Machine
from transitions.core import Event, EventData, Transition

from callsim.errors import RulebookError
from callsim.model import FACTS, SIGNATURES, STATES, By, Entity, State, Status, Verb
from callsim.rules import Picker, Row, Rulebook


class RowTransition(Transition):
    """A transition that knows its row. Rows that move nothing are internal transitions: they have no destination."""

    def __init__(self, source: str, dest: str | None, *args: Any, row: Row, **kwargs: Any) -> None:
        super().__init__(source, cast(str, dest), *args, **kwargs)  # None is transitions' word for an internal one
        self.row = row


class LeanEvent(Event):
    """One verb: the same transitions as a stock event, found by state, speaker and facts without any copying."""

    def __init__(self, name: str, machine: Machine) -> None:
        super().__init__(name, machine)
        self.pickers: dict[tuple[State, By], Picker[Row]] = {}
        self.speakers = frozenset(SIGNATURES[Verb(name)].by)

    def settle(self) -> None:
        """Index the transitions; for each state and speaker they must be total and disjoint over the facts."""
        groups: dict[tuple[State, By], list[Row]] = {}
        for transitions in self.transitions.values():
            for transition in cast("list[RowTransition]", transitions):
                groups.setdefault((transition.row.state, transition.row.by), []).append(transition.row)
        self.pickers = {key: Picker(rows, lambda row: row.when, FACTS) for key, rows in groups.items()}

    def find(self, model: Any, by: By) -> Row:
        """The row that says what this verb would do now; moves nothing."""
        return self.pickers[model.state, by].pick(model)

    def carry(self, model: Any, row: Row) -> None:
        """Move the model as a row says that was found before, whatever else would fit by now."""
        if row.to is not row.state:
            model.was, model.state = row.state, row.to

    def trigger(self, model: Any, by: By) -> Row:  # type: ignore[override]
        """Move the model as its row says, and return the row."""
        picker = self.pickers[model.state, by]
        row = picker.only or picker.pick(model)
        state, to = row.state, row.to
        if to is not state:
            model.was = state
            model.state = to
        return row


def fits(row: Row, event: EventData) -> bool:
    """Whether a row is about this speaker and these facts; what a stock event asks before it moves."""
    if event.kwargs["by"] is not row.by or row.status is not Status.DONE:
        return False
    return all(attrgetter(FACTS[type(fact)])(event.model) is fact for fact in row.when)


class RowMachine(Machine):
    """The machine of one entity, built from the rows of a rulebook."""

    event_cls = LeanEvent
    transition_cls = RowTransition

    def __init__(self, entity: Entity, rulebook: Rulebook) -> None:
        super().__init__(
            model=None, states=list(STATES[entity]), initial=None, auto_transitions=False, send_event=True, queued=False
        )
        for row in rulebook.transitions:
            if row.entity is entity:
                self._add(row)
        _require_every_case(entity, rulebook)

    def _add(self, row: Row) -> None:
        dest = row.to.name if row.to is not row.state else None
        self.add_transition(row.verb, row.state.name, dest, conditions=[lambda event, row=row: fits(row, event)], row=row)


def _require_every_case(entity: Entity, rulebook: Rulebook) -> None:
    have = {(row.verb, row.state, row.by) for row in rulebook.transitions if row.entity is entity}
    want = {
        (verb, state, by)
        for verb, (about, speakers) in SIGNATURES.items()
        if about is entity
        for state in STATES[entity]
        for by in speakers
    }
    for verb, state, by in sorted(want ^ have):
        problem = "no row says" if (verb, state, by) in want else "a row says, though nobody can say it,"
        raise RulebookError(f"{problem} what {verb} by {by} does to a {entity} that is {state}")


def machine(entity: Entity, rulebook: Rulebook) -> RowMachine:
    """The machine of one entity, with lean events ready to be triggered."""
    built = RowMachine(entity, rulebook)
    for event in built.events.values():
        cast(LeanEvent, event).settle()
    return built


Events = dict[Verb, LeanEvent]


@lru_cache(maxsize=32)
def events(rulebook: Rulebook) -> Events:
    """Every verb's event, over the machines of all entities. They hold no state, so switches of one book share them."""
    return {Verb(name): cast(LeanEvent, event) for entity in Entity for name, event in machine(entity, rulebook).events.items()}
