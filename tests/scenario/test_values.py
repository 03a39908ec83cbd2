"""Durations as text and as milliseconds."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from callsim.scenario.values import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("250ms", 250), ("2.5s", 2_500), ("1m30s", 90_000), ("4h", 14_400_000), ("0", 0), ("0s", 0),
        ("1.5h", 5_400_000), ("1h2m3s4ms", 3_723_004), ("90s", 90_000), ("0.001s", 1), ("007s", 7_000),
    ],
)  # fmt: skip
def test_a_duration_is_a_number_and_a_unit_or_several(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["5", "2.5", "00", "15"])
def test_a_bare_number_is_not_a_duration(text: str) -> None:
    with pytest.raises(
        ValueError, match=rf"'{text}' has no unit; write {text}s for seconds or {text}ms for milliseconds"
    ):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["", "s", "-5s", "5 s", "5S", "30s1m", "1s1s", "1.s", ".5s", "2.5ms", "٣s", "1e3s", "5s\n", "9" * 100 + "s"]
)
def test_what_is_no_duration_is_told_how_one_looks(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write one such as 250ms, 2\.5s, 1m30s or 4h"):
        parse_duration(text)


def test_durations_are_whole_milliseconds() -> None:
    with pytest.raises(ValueError, match=r"'0\.0005s' is not a whole number of milliseconds"):
        parse_duration("0.0005s")


def test_a_duration_has_a_bound() -> None:
    with pytest.raises(ValueError, match="is too long"):
        parse_duration("999999999h")


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"), (250, "250ms"), (2_500, "2.5s"), (5_000, "5s"), (60_000, "1m"), (90_000, "1m30s"),
        (14_400_000, "4h"), (3_600_250, "1h250ms"), (61_050, "1m1.05s"),
    ],
)  # fmt: skip
def test_a_duration_is_written_short(milliseconds: int, text: str) -> None:
    assert format_duration(milliseconds) == text


def test_nothing_lasts_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="not negative"):
        format_duration(-1)


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_written_reads_back(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds)) == milliseconds
