"""How far a long run has come, on a terminal's standard error."""

from __future__ import annotations

import sys

from callsim.report.visible import cut

_CLEAR = "\r\x1b[K"
_ROOM = 60


class Progress:
    """One line that is written over and over and leaves nothing behind; silent where nobody looks, or for one scenario."""

    def __init__(self, total: int, wanted: bool) -> None:
        self.total = total
        self.shown = wanted and total > 1 and sys.stderr is not None and sys.stderr.isatty()

    def step(self, number: int, what: str) -> None:
        """Say that scenario `number`, counted from 1, is being played."""
        self._write(f"{_CLEAR}{number}/{self.total} {cut(what, _ROOM)}")

    def clear(self) -> None:
        """Take the line away."""
        self._write(_CLEAR)

    def _write(self, text: str) -> None:
        if self.shown:
            try:
                sys.stderr.write(text)
                sys.stderr.flush()
            except OSError:
                self.shown = False
