"""Tells at the end of a run how much was tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TRIED = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says a line when all tests are over."""
    return request.config.stash.setdefault(TRIED, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(TRIED, [])
    if lines:
        terminalreporter.section("explored")
        for line in lines:
            terminalreporter.line(line)
