"""What the emulator did wrong itself: told to whoever started it, and no reason to stop answering."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

_MOST_TOLD = 20


class Mistakes:
    """Counts our own mistakes, and tells `tell` of the first ones: what goes wrong once may go wrong with every request."""

    def __init__(self, tell: Callable[[Exception], object]) -> None:
        self._tell = tell
        self.count = 0

    def __call__(self, error: Exception) -> None:
        """One was made. Nothing that goes wrong with telling it makes it worse."""
        self.count += 1
        if self.count <= _MOST_TOLD:
            with suppress(Exception):
                self._tell(error)


def raised(error: Exception) -> None:
    """What becomes of a mistake where nobody is told of it: it is raised."""
    raise error
