"""For people's own tests: a state machine beside one's own program, strategies, laws, and assertions that tell the story.

The names below come from the modules they live in, which are imported when a name is first asked for. Needs
`pip install 'callsim[testing]'`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callsim.testing.application import Callback, CallMachine, Race
    from callsim.testing.emulator import Emulator
    from callsim.testing.expecting import assert_called_back, assert_ended, assert_mpc_ended, assert_state
    from callsim.testing.files import document_texts, scenarios
    from callsim.testing.flows import Flow, flows
    from callsim.testing.laws import assert_lawful
    from callsim.testing.machine import SwitchMachine
    from callsim.testing.requests import hostile_requests, requests, valid_requests
    from callsim.testing.strategies import calls, commands, documents, joinings, lives, placements, rulebooks, stories
    from callsim.testing.worlds import mpcs, worlds

__all__ = [
    "CallMachine", "Callback", "Emulator", "Flow", "Race", "SwitchMachine", "assert_called_back", "assert_ended", "assert_lawful",
    "assert_mpc_ended", "assert_state", "calls", "commands", "document_texts", "documents", "flows", "hostile_requests", "joinings",
    "lives", "mpcs", "placements", "requests", "rulebooks", "scenarios", "stories", "valid_requests", "worlds",
]  # fmt: skip

_HOMES = {
    "application": ("CallMachine", "Callback", "Race"),
    "emulator": ("Emulator",),
    "expecting": ("assert_called_back", "assert_ended", "assert_mpc_ended", "assert_state"),
    "files": ("document_texts", "scenarios"),
    "flows": ("Flow", "flows"),
    "laws": ("assert_lawful",),
    "machine": ("SwitchMachine",),
    "requests": ("hostile_requests", "requests", "valid_requests"),
    "strategies": ("calls", "commands", "documents", "joinings", "lives", "placements", "rulebooks", "stories"),
    "worlds": ("mpcs", "worlds"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A name of the kit, from its module, which is imported now and not before."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'callsim.testing' has no attribute {name!r}")
    return getattr(import_module(f"callsim.testing.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
