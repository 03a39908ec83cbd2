"""Ten thousand worlds at random come to what they came to when their traces were written down."""

from __future__ import annotations

import pytest

from tests import traces

IN_CI = (0, 17)
"""Two blocks of worlds are looked at every time, all of them by night."""


def written() -> list[str]:
    return traces.OF_WORLDS.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("block", IN_CI)
def test_worlds_come_to_what_they_came_to(block: int) -> None:
    assert traces.of_block(block) == written()[block], "if that is meant: python -m tests.traces --pin"


@pytest.mark.nightly
def test_all_worlds_come_to_what_they_came_to() -> None:
    assert list(traces.of_worlds()) == written()
