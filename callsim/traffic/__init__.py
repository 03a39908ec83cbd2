"""Traffic: the same rules under load. Calls that arrive at random, trunks that are full, and what becomes of it all.

For notebooks and programs: `run` makes the traffic of a scenario file, `run_sweep` varies something in it.

    >>> from callsim.traffic import run, run_sweep                                      # doctest: +SKIP
    >>> found = run("campaign.yaml", trunks=40, replications=20)
    >>> found["blocked"].value, found["blocked"].low, found["blocked"].high
    >>> found.table().to_pandas()
    >>> run_sweep("campaign.yaml", {"trunks": range(20, 61, 5)}).plot("trunks.svg")

The names below come from the modules they live in, which are imported when a name is first asked for. Needs
`pip install 'callsim[traffic]'`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callsim.traffic import erlang, plots, tables
    from callsim.traffic.driving import replicate
    from callsim.traffic.front import plans, run, run_sweep
    from callsim.traffic.plan import Plan
    from callsim.traffic.results import Results
    from callsim.traffic.showing import SweepRun
    from callsim.traffic.tally import Tally

__all__ = ["Plan", "Results", "SweepRun", "Tally", "erlang", "plans", "plots", "replicate", "run", "run_sweep", "tables"]

_HOMES = {
    "Plan": "plan", "Results": "results", "SweepRun": "showing", "Tally": "tally", "plans": "front", "replicate": "driving", "run": "front",
    "run_sweep": "front",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, from the module it lives in, which is imported now and not before."""
    if name not in __all__:
        raise AttributeError(f"module 'callsim.traffic' has no attribute {name!r}")
    module = import_module(f"callsim.traffic.{_HOMES.get(name, name)}")
    return getattr(module, name) if name in _HOMES else module


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
