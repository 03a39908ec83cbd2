"""callsim: what hanging up and stopping calls really do, by which rule, and who says so. The public names."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callsim.dialects import VENDORS, dialect, rulebook  # type: ignore[no-redef]  # a submodule has that name, too
    from callsim.errors import (
        BrokenLaw,
        CallsimError,
        InputError,
        MissingExtra,
        Place,
        Problem,
        RulebookError,
        UsageError,
    )
    from callsim.model import (
        By,
        CallState,
        Cause,
        Change,
        Command,
        Direction,
        Joining,
        Outcome,
        Placement,
        Status,
        Verb,
    )
    from callsim.rules import Rulebook
    from callsim.scenario.explored import Explored
    from callsim.scenario.front import Scenario, play
    from callsim.scenario.playing import Played
    from callsim.simulation import FarEnd, Page, Simulation
    from callsim.switch import Switch

__version__ = "0.1.0"
__all__ = [
    "VENDORS", "BrokenLaw", "By", "CallState", "CallsimError", "Cause", "Change", "Command", "Direction", "Explored",
    "FarEnd", "InputError", "Joining", "MissingExtra", "Outcome", "Page", "Place", "Placement", "Played", "Problem", "Rulebook",
    "RulebookError", "Scenario", "Simulation", "Status", "Switch", "UsageError", "Verb", "__version__", "dialect", "play",
    "rulebook",
]  # fmt: skip

_HOMES = {
    "callsim.dialects": ("VENDORS", "dialect", "rulebook"),
    "callsim.errors": (
        "BrokenLaw", "CallsimError", "InputError", "MissingExtra", "Place", "Problem", "RulebookError", "UsageError",
    ),
    "callsim.model": (
        "By", "CallState", "Cause", "Change", "Command", "Direction", "Joining", "Outcome", "Placement", "Status", "Verb",
    ),
    "callsim.rules": ("Rulebook",),
    "callsim.scenario.explored": ("Explored",),
    "callsim.scenario.front": ("Scenario", "play"),
    "callsim.scenario.playing": ("Played",),
    "callsim.simulation": ("FarEnd", "Page", "Simulation"),
    "callsim.switch": ("Switch",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A public name, from the module it lives in, which is imported now and not before."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'callsim' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
