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
    from callsim.traffic.intervals import Estimate
    from callsim.traffic.notebook import Run, SweepRun, run, run_sweep
    from callsim.traffic.results import Results

__all__ = ["Estimate", "Results", "Run", "SweepRun", "run", "run_sweep"]

_HOMES = {"intervals": ("Estimate",), "notebook": ("Run", "SweepRun", "run", "run_sweep"), "results": ("Results",)}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A public name, from its module, which is imported now and not before."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'callsim.traffic' has no attribute {name!r}")
    return getattr(import_module(f"callsim.traffic.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
