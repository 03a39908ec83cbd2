"""The laws of what happens, change by change and command by command, and of the world as a whole."""

from __future__ import annotations

from collections import Counter

from callsim.model import CallState, Change, Entity, Outcome, Status, TodoKind
from callsim.properties.wording import ended, moment
from callsim.switch import World

_COMPLETED, _DONE, _CALL, _FETCH = CallState.COMPLETED, Status.DONE, Entity.CALL, TodoKind.FETCH

# -- changes and outcomes ------------------------------------------------------------------------------------------


def every_change_names_its_rule(world: World, change: Change) -> str | None:
    """The rule of a change, and the consequence that led to it, are rows of the rulebook."""
    rows = world.rulebook.rows
    if change.rule in rows and (change.via is None or change.via in rows):
        return None
    via = "" if change.via is None else f", via {change.via!r}"
    return f"change {change.number} names the rule {change.rule!r}{via}: no row of the rulebook"


def only_what_is_done_moves(world: World, change: Change) -> str | None:
    """What is refused, was so already or is unknown moves nothing, and nothing is done to a call that is over."""
    if change.status is not _DONE:
        if change.from_ == change.to:
            return None
        return f"change {change.number} is {change.status} and moves {change.name} to {change.to}"
    if change.entity is _CALL and change.from_ is _COMPLETED:
        return f"change {change.number} does {change.verb} to call {change.name}, which is over"
    return None


def an_ending_is_the_change_that_ended(world: World, change: Change) -> str | None:
    """The change that completes a call and the call's ending tell the same."""
    if change.to is not _COMPLETED or change.status is not _DONE:
        return None
    call = world.calls.get(change.name)
    ending = None if call is None else call.ending
    if ending is not None and ending[:5] == (change.cause, change.by, change.at, change.verb, change.rule):
        return None
    done = f"{change.cause or 'no cause'} by {change.by} at {moment(change.at)}, of {change.verb} by {change.rule}"
    return f"change {change.number} ended call {change.name}: {done}; it has {ended(ending)}"


def a_refusal_changes_nothing(world: World, outcome: Outcome) -> str | None:
    """A command that was not done has no done change and asks for nothing."""
    if outcome.status is _DONE:
        return None
    if outcome.todos or any(change.status is _DONE for change in outcome.changes):
        asked = [f"{todo.kind} for {todo.name}" for todo in outcome.todos]
        done = [f"{change.verb} of {change.name}" for change in outcome.changes if change.status is _DONE]
        return f"a command that is {outcome.status} led to {', '.join(asked + done)}"
    return None


def the_end_is_told_once(world: World, outcome: Outcome) -> str | None:
    """A hang-up callback goes out with the end of its call, once; so there is never a second one, nor an early one."""
    told = [todo.name for todo in outcome.todos if todo.callback == "hangup"] if outcome.todos else ()
    for name in told:
        ends = sum(1 for change in outcome.changes if change.name == name and _ends_a_call(change))
        if ends != 1 or told.count(name) != 1:
            return f"the end of call {name} is told {told.count(name)} times as it ends {ends} times"
    return None


def _ends_a_call(change: Change) -> bool:
    return change.entity is _CALL and change.to is _COMPLETED and change.status is _DONE


def what_ended_asks_for_nothing(world: World, outcome: Outcome) -> str | None:
    """No document is fetched for a call that is over."""
    for todo in outcome.todos:
        if todo.kind is _FETCH and world.calls[todo.name].state is _COMPLETED:
            return f"a document is asked for call {todo.name}, which is over"
    return None


# -- the world as a whole -------------------------------------------------------------------------------------------


def the_counts_add_up(world: World, _: None = None) -> str | None:
    """Calls counted by their state are what the tally says, and the live ones are those not over."""
    counted = Counter(call.state for call in world.calls.values())
    wrong = [state for state in CallState if world.tally[state] != counted[state]]
    if not wrong:
        return None
    return "; ".join(f"calls that are {state}: counted {counted[state]}, by the tally {world.tally[state]}" for state in wrong)


def every_rule_has_its_basis(world: World, _: None = None) -> str | None:
    """Each row says on what it stands; an assumption it stands on is one of the rulebook's."""
    book = world.rulebook
    for row in book.rows.values():
        if not (row.basis.evidence or row.basis.assumption in book.assumptions):
            return f"rule {row.id} stands on nothing"
    return None
