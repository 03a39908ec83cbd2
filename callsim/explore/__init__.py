"""Every order in which things can happen: shows that expectations hold in all of them, or the shortest in which not."""

from callsim.explore.engine import explore
from callsim.explore.nouns import Bound, Exploration, Kind, Progress, Property, Verdict, World
from callsim.explore.switching import SwitchWorld, late_timers

__all__ = [
    "Bound", "Exploration", "Kind", "Progress", "Property", "SwitchWorld", "Verdict", "World", "explore", "late_timers",
]  # fmt: skip
