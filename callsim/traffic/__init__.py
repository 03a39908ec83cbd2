"""Traffic: the same rules under load. Calls that arrive at random, trunks that are full, and what becomes of it all."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callsim.traffic import erlang, plots, tables
    from callsim.traffic.driving import replicate
    from callsim.traffic.front import plans, run
    from callsim.traffic.plan import Plan
    from callsim.traffic.results import Results
    from callsim.traffic.tally import Tally

__all__ = ["Plan", "Results", "Tally", "erlang", "plans", "plots", "replicate", "run", "tables"]

_HOMES = {
    "Plan": "plan", "Results": "results", "Tally": "tally", "plans": "front", "replicate": "driving", "run": "front",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, from the module it lives in, which is imported now and not before."""
    if name not in __all__:
        raise AttributeError(f"module 'callsim.traffic' has no attribute {name!r}")
    module = import_module(f"callsim.traffic.{_HOMES.get(name, name)}")
    return getattr(module, name) if name in _HOMES else module


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
