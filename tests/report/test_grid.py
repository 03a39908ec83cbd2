"""Columns of text."""

from __future__ import annotations

import pytest
from rich.text import Text

from callsim.report.grid import Cell, grid


def lines(rows: list[list[str]], width: int, flexible: tuple[int, ...], right: tuple[int, ...] = ()) -> list[str]:
    cells = [[Cell(Text(text.lstrip()), len(text) - len(text.lstrip())) for text in row] for row in rows]
    return [line.plain for line in grid(cells, width, flexible, right)]


def test_columns_are_as_wide_as_their_content_where_there_is_room() -> None:
    assert lines([["a", "bb", "c"], ["aaa", "b", "cc"]], 80, (1,)) == ["a    bb  c", "aaa  b   cc"]


def test_a_column_can_end_flush() -> None:
    assert lines([["1s", "x"], ["10s", "y"]], 80, (1,), right=(0,)) == [" 1s  x", "10s  y"]


def test_what_does_not_fit_wraps_below_its_own_indent() -> None:
    assert lines([["now", "  one two three four five"]], 20, (1,)) == ["now    one two three", "       four five"]


def test_a_word_without_end_is_broken() -> None:
    assert lines([["x" * 30]], 20, (0,)) == ["x" * 20, "x" * 10]


def test_slim_flexible_columns_keep_their_width_and_leave_the_room_to_the_others() -> None:
    assert lines([["slim", "w " * 12 + "w"]], 26, (0, 1)) == ["slim  w w w w w w w w w w", "      w w w"]


def test_wide_characters_count_twice() -> None:
    assert lines([["日本", "x"], ["ab", "y"]], 80, ()) == ["日本  x", "ab    y"]


def test_no_rows_are_no_lines() -> None:
    assert lines([], 80, ()) == []


@pytest.mark.parametrize("width", [1, 13, 40])
def test_a_width_that_is_too_small_for_anything_still_ends(width: int) -> None:
    assert "".join(lines([["      deep", "text " * 9]], width, (0, 1))).count("text") == 9
