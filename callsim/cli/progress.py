"""How far a long run has come, on a terminal's standard error."""

from __future__ import annotations

import sys

from callsim.report.visible import cut

_CLEAR = "\r\x1b[K"
_ROOM, _LEAST = 60, 20
_EVERY = 1_000


class Progress:
    """One line that is written over and over and leaves nothing behind; silent where nobody looks, or for one scenario
    unless even that may take long."""

    def __init__(self, total: int, wanted: bool, even_for_one: bool = False) -> None:
        self.total = total
        several = total > 1 or even_for_one
        self.shown = wanted and several and sys.stderr is not None and sys.stderr.isatty()
        self._number, self._what, self._told = 0, "", 0

    def step(self, number: int, what: str) -> None:
        """Say that scenario `number`, counted from 1, is being played."""
        self._number, self._what, self._told = number, what, 0
        self._write(f"{_CLEAR}{number}/{self.total} {cut(what, _ROOM)}")

    def further(self, count: int, how_far: str) -> None:
        """Say how far it has come, whenever `count` has grown by a thousand or more."""
        if count >= self._told + _EVERY:
            self._told = count
            what = cut(self._what, max(_LEAST, _ROOM - len(how_far)))
            self._write(f"{_CLEAR}{self._number}/{self.total} {what}  {how_far}")

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
