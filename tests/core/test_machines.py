"""The lean event decides as the library's own event does, and the machines refuse tables that are not whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest
from transitions.core import Event

from callsim.dialects import VENDORS, rulebook
from callsim.errors import RulebookError
from callsim.machines import LeanEvent, RowMachine, events
from callsim.model import By, CallState, Entity, Members, MpcState, Pending, State, Status, StayAlone, Verb
from callsim.rules import Row, Rulebook, lay

from .checks import standing

BASE = lay()


class StockMachine(RowMachine):
    """The same machine with the library's own events."""

    event_cls = Event


def every_case(on: dict[Verb, LeanEvent]) -> Iterator[tuple[Verb, State, By, tuple[Any, ...]]]:
    """Every verb in every state by every speaker, with every combination of the facts its rows ask for."""
    for verb, event in on.items():
        for (state, by), picker in event.pickers.items():
            for combination in product(*picker.kinds):
                yield verb, state, by, combination


def _model(state: State, facts: tuple[Any, ...]) -> SimpleNamespace:
    """Something in that state of which these facts are true."""
    model = standing(facts)
    model.state, model.was = state, None
    return model


def stock_events(book: Rulebook) -> dict[Verb, Event]:
    return {Verb(name): event for entity in Entity for name, event in StockMachine(entity, book).events.items()}


@pytest.mark.parametrize("book", [BASE, *map(rulebook, VENDORS)], ids=["base", *VENDORS])
def test_the_lean_event_does_what_the_stock_event_does(book: Rulebook) -> None:
    lean, stock = events(book), stock_events(book)
    for verb, state, by, facts in every_case(lean):
        ours, theirs = (_model(state, facts) for _ in range(2))
        row = lean[verb].trigger(ours, by)
        moved = stock[verb].trigger(theirs, by=by)
        assert moved is (row.status is Status.DONE), row.id
        assert theirs.state is ours.state is row.to, row.id


def test_finding_a_row_moves_nothing() -> None:
    on = events(BASE)
    for verb, state, by, facts in every_case(on):
        model = _model(state, facts)
        row = on[verb].find(model, by)
        assert (model.state, model.was) == (state, None)
        assert (row.verb, row.state, row.by) == (verb, state, by)


def test_a_move_remembers_where_it_came_from_and_a_refusal_does_not() -> None:
    on = events(BASE)
    model = SimpleNamespace(state=CallState.RINGING, was=CallState.QUEUED)
    on[Verb.CANCEL].trigger(model, By.API)
    assert (model.state, model.was) == (CallState.COMPLETED, CallState.RINGING)
    on[Verb.CANCEL].trigger(model, By.API)
    assert (model.state, model.was) == (CallState.COMPLETED, CallState.RINGING)


def test_a_row_that_was_found_is_carried_out_though_another_one_would_fit_by_now() -> None:
    on = events(BASE)
    model = SimpleNamespace(
        state=MpcState.ACTIVE, was=MpcState.INITIALIZED, members=Members.ONE, pending=Pending.NONE, stay_alone=StayAlone.NO
    )
    row = on[Verb.RECOUNT].find(model, By.PLATFORM)
    model.members = Members.SEVERAL
    assert on[Verb.RECOUNT].find(model, By.PLATFORM).status is Status.ALREADY
    on[Verb.RECOUNT].carry(model, row)
    assert (model.state, model.was) == (MpcState.ENDED, MpcState.ACTIVE)
    on[Verb.STOP].carry(model, on[Verb.STOP].find(model, By.API))
    assert (model.state, model.was) == (MpcState.ENDED, MpcState.ACTIVE)


def a_row(id: str) -> Row:
    row = BASE.rows[id]
    assert isinstance(row, Row)
    return row


def without(id: str) -> list[Any]:
    return [row for row in BASE.rows.values() if row.id != id]


def test_two_rows_for_one_case_are_refused() -> None:
    row = a_row("call.hang_up.queued.api")
    with pytest.raises(RulebookError, match=r"two rows are called call\.hang_up\.queued\.api"):
        BASE.with_rows([*BASE.rows.values(), row])


def test_a_case_without_a_row_is_refused() -> None:
    with pytest.raises(RulebookError, match="no row says what hang_up by api does to a call that is queued"):
        events(BASE.with_rows(without("call.hang_up.queued.api")))


def test_facts_that_leave_a_case_open_are_refused() -> None:
    with pytest.raises(RulebookError, match="must fit inbound; found none"):
        events(BASE.with_rows(without("call.hang_up.ringing.far-party.inbound")))


def test_facts_that_overlap_are_refused() -> None:
    broad = replace(a_row("call.hang_up.ringing.far-party.inbound"), when=())
    with pytest.raises(RulebookError, match=r"found call\.hang_up\.ringing\.far-party\.outbound"):
        events(BASE.with_rows([*BASE.rows.values(), broad]))


def test_a_row_for_what_nobody_can_say_is_refused() -> None:
    row = replace(a_row("call.ring.queued.carrier"), by=By.API)
    with pytest.raises(RulebookError, match="a row says, though nobody can say it, what ring by api does"):
        events(BASE.with_rows([*BASE.rows.values(), row]))


def test_a_row_that_speaks_of_another_entitys_state_is_refused() -> None:
    row = replace(a_row("call.hang_up.queued.api"), to=MpcState.ENDED)
    with pytest.raises(RulebookError, match="is no state of a call"):
        BASE.with_rows([*without(row.id), row])


def test_a_refusal_that_moves_is_refused() -> None:
    row = replace(a_row("call.hang_up.queued.api"), status=Status.REFUSED)
    with pytest.raises(RulebookError, match="a row that is refused cannot move to completed"):
        BASE.with_rows([*without(row.id), row])


def test_the_lean_event_and_the_stock_event_are_timed(capsys: pytest.CaptureFixture[str]) -> None:
    lean, stock = events(BASE)[Verb.CANCEL], stock_events(BASE)[Verb.CANCEL]
    times = []
    for trigger in (lambda model: lean.trigger(model, By.API), lambda model: stock.trigger(model, by=By.API)):
        models = [SimpleNamespace(state=CallState.RINGING, was=None) for _ in range(2_000)]
        begun = perf_counter()
        for model in models:
            trigger(model)
        times.append((perf_counter() - begun) / len(models) * 1e6)
    with capsys.disabled():
        print(f"\none event: lean {times[0]:.2f} us, stock {times[1]:.2f} us")
