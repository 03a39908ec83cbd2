"""Every order in which things can happen: shows that expectations hold in all of them, or the shortest in which not."""

from callsim.explore.engine import explore
from callsim.explore.nouns import Bound, Exploration, Kind, Progress, Property, Verdict, World

__all__ = ["Bound", "Exploration", "Kind", "Progress", "Property", "Verdict", "World", "explore"]
