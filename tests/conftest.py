"""Long campaigns run only when asked for by name: `pytest -m nightly`."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "nightly" in str(config.getoption("-m")):
        return
    skip = pytest.mark.skip(reason="a long campaign; run it with -m nightly")
    for item in items:
        if item.get_closest_marker("nightly") is not None:
            item.add_marker(skip)
