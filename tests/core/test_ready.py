"""What is made ready for plain calls does what the switch does step by step, whatever was met first."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from callsim.dialects import VENDORS, rulebook as book_of
from callsim.errors import BrokenLaw
from callsim.model import (
    FIXED,
    SIGNATURES,
    Action,
    Answerer,
    By,
    CallState,
    Cause,
    Change,
    Command,
    Direction,
    Ending,
    Entity,
    Leg,
    LegTold,
    Line,
    Membership,
    OwnClocks,
    Placement,
    Plain,
    Routine,
    RoutineOutcome,
    Status,
    Timer,
    Verb,
    change_of,
)
from callsim.properties import Watch
from callsim.properties.laws import CALL_LAWS, CHANGE_LAWS
from callsim.rules import Consequence, Rulebook
from callsim.switch import Clock, Switch
from callsim.switch.ready import PLAIN, Ready, is_plain

pytestmark = pytest.mark.core
URLS = [
    Placement(direction=direction, answer_url=answer, hangup_url=hangup, fallback_url=fallback, ring_url=ring, ring_timeout=own, time_limit=own)
    for direction, answer, hangup, fallback, ring, own in product(
        Direction, (None, "/answer"), (None, "/over"), (None, "/else"), (None, "/rings"), (None, 7_000)
    )
]
URLS += [Placement(direction=direction, time_limit=1_000_000_000) for direction in Direction]  # longer than any platform lets it last
WAYS = {
    CallState.QUEUED: [], CallState.RINGING: [(Verb.RING, By.CARRIER)],
    CallState.IN_PROGRESS: [(Verb.RING, By.CARRIER), (Verb.ANSWER, By.FAR_PARTY)],
    CallState.COMPLETED: [(Verb.HANG_UP, By.API)],
}  # fmt: skip
SAID = [(verb, by) for verb in sorted(PLAIN) for by in SIGNATURES[verb].by]


class Unready(Ready):
    """One that never learns: all is done step by step."""

    def learn(self, *_: object) -> None:
        pass


def switch_in(state: CallState, placement: Placement, book: Rulebook, ready: Ready) -> Switch | None:
    """A switch with a call in that state; None if a call placed so does not come into it."""
    switch = Switch(book)
    switch._ready = ready
    by = By.API if placement.direction is Direction.OUTBOUND else By.FAR_PARTY
    switch.apply(Command(Verb.PLACE, "ann", by, placement), 10)
    for now, (verb, who) in enumerate(WAYS[state], 20):
        if switch.calls["ann"].state is not state:
            switch.apply(Command(verb, "ann", who), now)
    return switch if switch.calls["ann"].state is state else None


def seen(switch: Switch, command: Command) -> object:
    """All that can be seen of a command, and of what it leaves."""
    outcome = switch.apply(command, 1_000)
    call = switch.calls["ann"]
    facts = [getattr(call, name) for name in type(call).__slots__ if name not in ("placement", "actions")]
    facts += [(action.kind, action.number, action.state, action.ended_at) for action in call.actions]
    return outcome, facts, switch.key(), dict(switch.timers), list(switch.used), dict(switch.tally), switch.change_count, set(switch.live)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_was_made_ready_does_what_the_switch_does(vendor: str) -> None:
    book = book_of(vendor)
    learned, never = Ready(book), Unready(book)
    for state, placement, (verb, by) in product(CallState, URLS, SAID):
        for detail in (None, Answerer.MACHINE) if verb is Verb.ANSWER else (None,):
            command = Command(verb, "ann", by, detail)
            first, again, steps = (switch_in(state, placement, book, each) for each in (learned, learned, never))
            if first is None or again is None or steps is None:
                continue
            told = seen(steps, command)
            assert seen(first, command) == told
            assert seen(again, command) == told
    assert sum(each is not None for each in learned.values()) > 20, "nothing was made ready"
    assert not never


@pytest.mark.parametrize(
    ("fact", "value"),
    [("membership", Membership.LEFT), ("leg", Leg.PEER), ("leg_told", LegTold.YES), ("clocks", OwnClocks.SOME)],
)
def test_a_call_with_which_something_is_bound_up_is_not_plain(fact: str, value: object) -> None:
    book = book_of("plivo")
    switch = switch_in(CallState.RINGING, Placement(), book, Ready(book))
    assert switch is not None
    call = switch.calls["ann"]
    assert is_plain(call)
    setattr(call, fact, value)
    assert not is_plain(call)


def test_a_call_on_which_something_runs_is_ended_step_by_step() -> None:
    book = book_of("plivo")
    switches = [switch_in(CallState.IN_PROGRESS, Placement(), book, Ready(book)) for _ in range(2)]
    assert all(switches)
    for switch in switches:
        assert switch is not None
        switch.apply(Command(Verb.HANG_UP, "ann", By.API), 100)  # what follows is known now
    busy = switch_in(CallState.IN_PROGRESS, Placement(), book, switches[0]._ready)  # type: ignore[union-attr]
    assert busy is not None
    busy.calls["ann"].actions = (Action(busy.calls["ann"], "play", 1, None),)
    assert not is_plain(busy.calls["ann"])
    outcome = busy.apply(Command(Verb.HANG_UP, "ann", By.API), 200)
    assert [change.entity for change in outcome.changes] == [Entity.CALL, Entity.ACTION]


def test_the_sort_of_a_placement_tells_all_that_is_fixed_by_it() -> None:
    sorts = {placement.sort for placement in URLS}
    facts = {(*tuple(getattr(placement, name.partition(".")[2]) for name in sorted(FIXED)), placement.direction) for placement in URLS}
    assert len(sorts) == len(facts) == 32


def test_who_brings_other_events_begins_with_nothing_ready() -> None:
    book = book_of("plivo")
    assert Switch(book)._ready is Switch(book)._ready
    assert Switch(book, None, Switch(book).events)._ready is not Switch(book)._ready
    assert Switch(book).copy()._ready is Switch(book)._ready


@pytest.mark.parametrize("due", [5, 500_000])
def test_of_two_clocks_of_one_kind_the_earlier_counts_there_too(due: int) -> None:
    book = book_of("plivo")
    learned = Ready(book)
    told = []
    for ready in (learned, learned, Unready(book)):
        switch = switch_in(CallState.QUEUED, Placement(), book, ready)
        assert switch is not None
        key = ("ann", Timer.RING)
        switch.timers[key] = Clock(due, 1, Verb.RING_TIME_OVER, key, 0)
        told.append(seen(switch, Command(Verb.RING, "ann", By.CARRIER)))
    assert told[0] == told[1] == told[2]


def test_what_follows_by_more_than_is_fixed_is_left_to_the_switch() -> None:
    book = book_of("plivo")
    id = "call.then.ringing.set-ring-timer.outbound"
    rows = [replace(row, when=(*row.when, Line.NONE)) if isinstance(row, Consequence) and row.id == id else row for row in book.rows.values()]
    other = book.with_rows(rows)
    ready = Ready(other)
    for _ in range(2):
        switch = switch_in(CallState.RINGING, Placement(), other, ready)
        assert switch is not None
        assert ("ann", Timer.RING) in switch.timers
    assert ready[Verb.RING, CallState.QUEUED, By.CARRIER, Placement().sort] is None


# -- and the laws are held of it ----------------------------------------------------------------------------------------

LIVES = {
    "it rings": (Placement(), [], (Verb.RING, By.CARRIER)),
    "it is answered": (Placement(), WAYS[CallState.RINGING], (Verb.ANSWER, By.FAR_PARTY)),
    "an inbound one is answered": (Placement(direction=Direction.INBOUND), [], (Verb.ANSWER, By.API)),
    "it is hung up before it rang": (Placement(), [], (Verb.HANG_UP, By.API)),
    "it is hung up while it rings": (Placement(), WAYS[CallState.RINGING], (Verb.HANG_UP, By.API)),
    "it is hung up": (Placement(), WAYS[CallState.IN_PROGRESS], (Verb.HANG_UP, By.FAR_PARTY)),
}  # fmt: skip
"""How a call was placed, what came of it so far, and what is said to it then."""
WRONG: dict[str, tuple[object, ...]] = {
    "name": ("ben",), "state": tuple(CallState), "was": (None, *CallState), "participant": (object(),), "membership": tuple(Membership),
    "leg_of": (object(),), "line": tuple(Line), "queued_at": (None, -1, 0, 999), "ringing_at": (None, 0, 30, 999),
    "answered_at": (None, 0, 30, 999), "ended_at": (None, 0, 40, 999), "ending": (None,),
}  # fmt: skip


def routine_of(life: str) -> tuple[Switch, Watch, RoutineOutcome]:
    """A world in which a call has just come so far, by what stood ready, and what came of the last thing said to it."""
    placement, before, last = LIVES[life]
    book = book_of("plivo")
    ready = Ready(book)
    for _ in range(2):
        switch = Switch(book)
        switch._ready = ready
        watch = Watch(switch)
        switch.apply(Command(Verb.PLACE, "ann", By.API if placement.direction is Direction.OUTBOUND else By.FAR_PARTY, placement), 10)
        for now, (verb, by) in enumerate(before, 20):
            switch.apply(Command(verb, "ann", by), now)
        # A switch says routinely what was said in it before: to somebody else, here.
        switch.ready.update({key: do for key, do in ready.items() if do is not None})
        done = switch.routinely(Command(last[0], "ann", last[1]), 40)
        if done is None:
            switch.apply(Command(last[0], "ann", last[1]), 40)
    assert done is not None
    return switch, watch, done


def plain_of(done: RoutineOutcome) -> Plain:
    change, forgotten, begun = done
    return Status.DONE, change[3].rule, [change], [*forgotten, *([begun] if begun else [])], None


@pytest.mark.parametrize("life", LIVES)
def test_what_is_done_routinely_plainly_keeps_every_law(life: str) -> None:
    switch, watch, done = routine_of(life)
    assert watch.plainly_kept(done[0])
    watch.check(plain_of(done))
    watch.check_all()
    assert set(watch.endings) == (set() if switch.live else {"ann"})


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("field", WRONG)
def test_what_is_done_routinely_plainly_keeps_the_laws_only_if_each_of_them_holds(life: str, field: str) -> None:
    for value in WRONG[field]:
        switch, watch, done = routine_of(life)
        call = switch.calls["ann"]
        right = getattr(call, field) == value
        setattr(call, field, value)
        if watch.plainly_kept(done[0]):
            assert [law.__name__ for law in CALL_LAWS if law(switch, call) is not None] == [], value
            assert [law.__name__ for law in CHANGE_LAWS if law(switch, change_of(done[0])) is not None] == [], value
        else:
            assert not right, value


@pytest.mark.parametrize("life", ["it is hung up before it rang", "it is hung up"])
@pytest.mark.parametrize("parts", [{"cause": Cause.BUSY}, {"by": By.CARRIER}, {"at": 7}, {"verb": Verb.FAIL}, {"rule": "no"}, {"was": None}])
def test_an_ending_that_is_not_that_of_the_routine_is_noticed(life: str, parts: dict[str, Any]) -> None:
    switch, watch, done = routine_of(life)
    call = switch.calls["ann"]
    assert call.ending is not None
    call.ending = call.ending._replace(**parts)
    with pytest.raises(BrokenLaw):
        watch.check(plain_of(done))


@pytest.mark.parametrize("life", ["it rings", "it is hung up"])
def test_a_call_that_is_found_where_it_should_not_be_after_a_routine_is_noticed(life: str) -> None:
    switch, watch, done = routine_of(life)
    call = switch.calls["ann"]
    if life == "it rings":
        del switch.live["ann"]
    else:
        switch.live["ann"] = call
    with pytest.raises(BrokenLaw):
        watch.check(plain_of(done))
    del switch.calls["ann"]
    assert not watch.plainly_kept(done[0])
    with pytest.raises(BrokenLaw):
        watch.check(plain_of(done))


def test_a_routine_of_no_rule_of_the_book_is_noticed() -> None:
    _, watch, (change, _, _) = routine_of("it rings")
    number, at, name, routine = change
    other = Routine(routine.verb, routine.from_, routine.to, routine.by, routine.cause, "no.rule")
    with pytest.raises(BrokenLaw):
        watch.check((Status.DONE, "no.rule", [(number, at, name, other)], [], None))


def test_a_routine_has_all_the_fields_of_its_change() -> None:
    _, _, (change, _, _) = routine_of("it is answered")
    told = change_of(change)
    assert told == Change(2, 40, Entity.CALL, "ann", Verb.ANSWER, Status.DONE, "ringing", "in-progress", By.FAR_PARTY, None, told.rule)
    assert change_of(tuple(told)) == told


AN_END = Ending(Cause.BUSY, By.API, 20, Verb.RING, "x", CallState.QUEUED, Direction.OUTBOUND)


@pytest.mark.parametrize(("fact", "value"), [("ended_at", 5), ("ending", AN_END)])
def test_a_call_that_is_up_and_has_an_end_is_noticed_when_it_is_touched(fact: str, value: object) -> None:
    switch = switch_in(CallState.QUEUED, Placement(), book_of("plivo"), Ready(book_of("plivo")))
    assert switch is not None
    watch = Watch(switch)
    outcome = switch.apply(Command(Verb.RING, "ann", By.CARRIER), 20)
    watch.check(outcome)
    setattr(switch.calls["ann"], fact, value)
    with pytest.raises(BrokenLaw):
        watch.check(outcome)
