"""Long campaigns run only when asked for by name, `pytest -m nightly`; what takes long begins first; interrupts are heard."""

from __future__ import annotations

import signal

import pytest

# A shell that starts pytest in the background has it ignore interrupts, and whatever it starts as well: tests that interrupt a
# process would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LONGEST = ("test_mutants.py", "test_scenarios.py", "test_answers.py", "test_laws.py", "test_worlds.py", "test_killed.py")
"""The files that take longest begin first: what begins last is what several processes wait for."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    if "nightly" in str(config.getoption("-m")):
        return
    skip = pytest.mark.skip(reason="a long campaign; run it with -m nightly")
    for item in items:
        if item.get_closest_marker("nightly") is not None:
            item.add_marker(skip)
