"""Where the command line writes: the standard output or a file. Whatever goes wrong there is one clear line."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import IO

from callsim.errors import UsageError
from callsim.report.visible import visible

STANDARD_OUTPUT = "the standard output"


class Output:
    """A sink for reports. A pipe that closes raises BrokenPipeError; all else that fails, UsageError."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self._stream: IO[str] | None = sys.stdout if path is None else None
        if path is not None:
            try:
                self._stream = open(path, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
            except (OSError, ValueError) as error:
                raise self._failure(error) from None

    @property
    def is_terminal(self) -> bool:
        """Whether a person is looking."""
        return self.path is None and self._stream is not None and self._stream.isatty()

    @property
    def _name(self) -> str:
        return STANDARD_OUTPUT if self.path is None else visible(self.path) or "a file without a name"

    def write(self, text: str) -> None:
        """Write, and see that it has arrived: a full disk is noticed here and not at the end of the process."""
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """Finish a file; the standard output stays open."""
        if self.path is None or self._stream is None:
            return
        try:
            self._stream.close()
        except OSError as error:
            raise self._failure(error) from None

    def _failure(self, error: OSError | ValueError) -> UsageError:
        # Text that never arrived would be tried again when the stream is closed: let it go instead.
        stream, self._stream = self._stream, None
        if self.path is None:
            abandon_stdout()
        elif stream is not None:
            with suppress(OSError):
                stream.close()
        return unwritable(self._name, error)


def unwritable(name: str, error: OSError | ValueError) -> UsageError:
    """What to say of a file or stream that does not take what is written."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"{name} cannot be written: {reason}")


def be_lenient() -> None:
    """Let a terminal that knows only ASCII show what it cannot write as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Nobody takes what is written any more: let the rest, and Python's own flush at its end, go nowhere."""
    _abandon(sys.stdout)


def _abandon(stream: IO[str] | None) -> None:
    if stream is not None:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(text: str) -> None:
    """One line for people, beside the output. If even that cannot be written, nobody is there to read it."""
    try:
        print(visible(text), file=sys.stderr, flush=True)
    except (OSError, ValueError):
        # What is left of it would be tried again at the end of the process, and change how that ends.
        _abandon(sys.stderr)
