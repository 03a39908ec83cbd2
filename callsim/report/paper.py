"""Where reports are written: a terminal in colour and at its width, or a pipe in plain text. The only file that makes a rich console."""

from __future__ import annotations

import os
import shutil
from io import StringIO
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import RenderableType

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
        from rich.console import Console

        drawn = StringIO()
        console = Console(
            file=drawn, force_terminal=self.terminal, width=self.width, highlight=False, markup=False, emoji=False,
            legacy_windows=False, _environ=_colours(),
        )  # fmt: skip
        for part in parts:
            console.print(part, crop=False)
        self.sink.write("".join(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines()))

    def line(self, text: str = "") -> None:
        """Write a line as it is, however long."""
        self.sink.write(f"{text}\n")


def _width(terminal: bool) -> int:
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted):
        return int(wanted)
    return shutil.get_terminal_size().columns if terminal else PIPED_WIDTH


def _colours() -> dict[str, str]:
    """What rich may know of the environment: how many colours there are, and whether they are wanted at all."""
    names = ("TERM", "COLORTERM", "NO_COLOR")
    return {name: os.environ[name] for name in names if name in os.environ}
