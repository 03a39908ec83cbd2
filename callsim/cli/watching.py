"""How much of some long work is done and how long the rest will take, as a bar on a terminal's standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from callsim.report.visible import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_EVERY = 0.1


class Watch:
    """A bar that is drawn over and over and leaves nothing behind; silent where nobody looks."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._drawn = 0.0
        if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._begin()

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("left")
        self._bar = Progress(
            *columns, console=Console(stderr=True), auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )  # fmt: skip
        self._task = self._bar.add_task("", total=1.0)
        self._carefully(self._bar.start)

    def further(self, done: float, what: str) -> None:
        """Say how much is done, from 0 to 1, and what is being made now."""
        now = time.monotonic()
        if self._bar is None or self._task is None or (now < self._drawn + _EVERY and done < 1):
            return
        self._drawn = now
        self._bar.update(self._task, completed=done, description=visible(what))
        self._carefully(self._bar.refresh)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._carefully(self._bar.stop)

    def _carefully(self, draw: Callable[[], None]) -> None:
        """A terminal that is gone is no reason to stop the work."""
        try:
            draw()
        except OSError:
            self._bar = None
