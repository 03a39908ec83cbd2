"""Where reports are written: a terminal, in colour and at its width, or a pipe, in plain text."""

from __future__ import annotations

import os
import shutil
from functools import cached_property
from io import StringIO
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPED_WIDTH = 140
NARROWEST = 40


class Sink(Protocol):
    """Takes text as it comes."""

    def write(self, text: str) -> None: ...


class Paper:
    """Turns what rich can draw into text for a sink. Rich itself never sees the stream, so a pipe that closes or a disk
    that fills is the sink's affair alone."""

    def __init__(self, sink: Sink, terminal: bool = False, width: int | None = None) -> None:
        self.sink = sink
        self.terminal = terminal
        self.width = max(NARROWEST, width or _width(terminal))

    def print(self, *parts: RenderableType) -> None:
        """Draw each part on lines of its own."""
        from rich.text import Text

        for part in parts:
            # What rich would leave as it is need not go through it: most lines, when nobody looks at a terminal.
            plain = isinstance(part, Text) and part.no_wrap and not self.terminal
            self.sink.write(f"{part.plain.rstrip()}\n" if plain else self._drawn(part))  # type: ignore[union-attr]

    def _drawn(self, part: RenderableType) -> str:
        console = self._console
        console.file = drawn = StringIO()
        # Rich joins what it prints, and forgets what a text says of itself: that a place and its message are one line.
        whole = getattr(part, "no_wrap", None) is True
        console.print(part, crop=False, no_wrap=whole or None, overflow="ignore" if whole else None)
        return "".join(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines())

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        return Console(
            file=StringIO(), force_terminal=self.terminal, width=self.width, highlight=False, markup=False, emoji=False,
            legacy_windows=False, _environ=_colours(),
        )  # fmt: skip


def _width(terminal: bool) -> int:
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted):
        return int(wanted)
    return shutil.get_terminal_size().columns if terminal else PIPED_WIDTH


def _colours() -> dict[str, str]:
    """What rich may know of the environment: how many colours there are, and whether they are wanted at all."""
    names = ("TERM", "COLORTERM", "NO_COLOR")
    return {name: os.environ[name] for name in names if name in os.environ}
