"""Text that a terminal would obey, hide or turn around."""

from __future__ import annotations

import pytest

from callsim.report.visible import cut, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcode, 日本", "plain, ünïcode, 日本"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("\u200bzero", r"\u200bzero"),
        ("\ud800", r"\ud800"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_what_does_not_print_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_is_too_long_is_cut_with_three_dots() -> None:
    assert cut("abcdef", 5) == "ab..."
    assert cut("abcde", 5) == "abcde"
