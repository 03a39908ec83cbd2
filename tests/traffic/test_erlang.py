"""Erlang's formulas against published figures, against each other, and where numbers are large."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from callsim.errors import UsageError
from callsim.traffic.erlang import abandoning, blocked, trunks_for, trunks_for_blocking, waiting

PER_CENT = [(1, 0.0101), (2, 0.153), (5, 1.36), (10, 4.46), (15, 8.108), (20, 12.0), (30, 20.3), (50, 37.9), (100, 84.1)]
"""Trunks, and the erlangs of which they turn away one call in a hundred, as the usual tables of telephone traffic have them; that
of 15 with more digits from the manual of the calculator at erlang.com."""


@pytest.mark.parametrize(("trunks", "erlangs"), PER_CENT)
def test_the_tables_of_one_in_a_hundred_blocked_are_met(trunks: int, erlangs: float) -> None:
    assert blocked(erlangs, trunks) == pytest.approx(0.01, rel=0.025)
    assert trunks_for_blocking(erlangs * 0.99, 0.01) == trunks


def test_the_textbook_call_centre_waits_as_published() -> None:
    """Ten erlangs of three-minute calls on fourteen agents: 17.4 % wait, 7.8 s on average, 88.8 % are answered within 20 s (the
    worked example of callcentrehelper.com)."""
    found = waiting(10, 14)
    assert round(100 * found.waits, 1) == 17.4
    assert round(180 * found.wait, 1) == 7.8
    assert round(100 * (1 - found.waits * math.exp(-(14 - 10) * 20 / 180)), 1) == 88.8


def test_fifty_agents_with_patient_and_with_impatient_callers_differ_as_published() -> None:
    """Forty-eight calls a minute of one minute, two minutes of patience: 20.8 s against 3.7 s, and 3.1 % give up (Mandelbaum and
    Zeltyn on the queue of Palm and Erlang A, and Garnett, Mandelbaum and Reiman)."""
    patient, impatient = waiting(48, 50), abandoning(48, 50, 2)
    assert (round(60 * patient.wait, 1), round(patient.queue)) == (20.8, 17)
    assert (round(60 * impatient.wait, 1), round(impatient.queue)) == (3.7, 3)
    assert round(100 * impatient.abandons, 1) == 3.1


GRID = [(erlangs, trunks) for trunks in (1, 2, 7, 40, 400, 5000) for erlangs in (0.2 * trunks, 0.9 * trunks, trunks, 1.3 * trunks)]


@pytest.mark.parametrize(("erlangs", "trunks"), GRID)
def test_without_patience_it_is_blocking_and_with_much_of_it_nobody_gives_up(erlangs: float, trunks: int) -> None:
    assert abandoning(erlangs, trunks, 1e-9).abandons == pytest.approx(blocked(erlangs, trunks), rel=1e-4, abs=1e-300)
    for_ever = waiting(erlangs, trunks)
    assert abandoning(erlangs, trunks, math.inf) == for_ever
    if erlangs < trunks:
        assert abandoning(erlangs, trunks, 1e7).waits == pytest.approx(for_ever.waits, rel=1e-3, abs=1e-300)
        assert abandoning(erlangs, trunks, 1e7).queue == pytest.approx(for_ever.queue, rel=1e-3, abs=1e-300)
    else:
        assert for_ever.wait == math.inf
        assert abandoning(erlangs, trunks, 1e7).abandons == pytest.approx(1 - trunks / erlangs, abs=1e-3)


@pytest.mark.parametrize("serving", [0.5, 30.0, 3000.0])
def test_the_queue_is_the_same_by_its_states_and_by_the_formula_for_many(serving: float) -> None:
    """Both ways to add up the states of a queue meet where neither is at home: summed term by term beyond its end."""
    for more in (1.0001, 1.1, 1.3):
        trunks, patience = 10, serving / 10
        erlangs, found = 10 * more, abandoning(10 * more, 10, serving / 10)
        states, term, count = [1.0], 1.0, 0
        while count < 40_000:
            count += 1
            term *= erlangs * patience / (serving + count)
            if term == 0:
                break
            states.append(term)
        lost = blocked(erlangs, trunks)
        full = 1 / (1 / lost + math.fsum(states) - 1)
        assert found.waits == pytest.approx(full * math.fsum(states), rel=1e-9)
        assert found.queue == pytest.approx(full * math.fsum(n * each for n, each in enumerate(states)), rel=1e-9)


@given(st.floats(0, 3000), st.integers(0, 2000), st.floats(1e-6, 1e6))
def test_shares_are_shares_and_what_comes_in_goes_out(erlangs: float, trunks: int, patience: float) -> None:
    lost, found = blocked(erlangs, trunks), abandoning(erlangs, trunks, patience)
    assert 0 <= lost <= 1
    assert 0 <= found.abandons <= found.waits * (1 + 1e-9) <= 1 + 2e-9
    assert found.queue == pytest.approx(erlangs * found.wait)
    assert erlangs * (1 - found.abandons) <= trunks * (1 + 1e-6)


@given(st.floats(0.01, 500), st.integers(0, 600))
def test_one_trunk_more_turns_away_fewer(erlangs: float, trunks: int) -> None:
    assert blocked(erlangs, trunks + 1) < blocked(erlangs, trunks) or blocked(erlangs, trunks) < 1e-300


@given(st.floats(0.01, 500), st.floats(0.001, 0.5))
def test_the_fewest_trunks_that_are_enough_are_enough_and_fewer_are_not(erlangs: float, target: float) -> None:
    trunks = trunks_for_blocking(erlangs, target)
    assert blocked(erlangs, trunks) <= target < blocked(erlangs, trunks - 1)


def test_thousands_of_trunks_are_no_trouble() -> None:
    assert trunks_for_blocking(5000, 0.01) == 5010
    assert trunks_for(0.01, lambda trunks: abandoning(5000, trunks, 1).abandons) == 4964
    assert trunks_for(1.0, lambda trunks: blocked(1, trunks)) == 0
    assert blocked(0, 3) == abandoning(0, 0, 1).abandons == abandoning(1, 10_000, 1).waits == 0
    assert abandoning(5, 0, 2) == (1.0, 2.0, 10.0, 1.0)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: blocked(-1, 3), "-1 erlangs are no traffic; expected a number from 0 on"),
        (lambda: blocked(math.nan, 3), "nan erlangs are no traffic"),
        (lambda: waiting(math.inf, 3), "inf erlangs are no traffic"),
        (lambda: blocked(1, -3), "there cannot be -3 trunks; expected a whole number from 0 to 2000000"),
        (lambda: abandoning(1, 3, 0), "a patience of 0 is none; expected a number above 0"),
        (lambda: abandoning(1, 3, math.nan), "a patience of nan is none"),
        (lambda: trunks_for_blocking(1, -0.1), "a target of -0.1 cannot be met; expected 0 or more"),
        (lambda: trunks_for(0.5, lambda trunks: 1.0), "more than 1000000 trunks would be needed"),
    ],
)
def test_what_makes_no_sense_is_told(asked: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        asked()  # type: ignore[operator]
