"""What every command ends with: one line for whatever went wrong, and the exit code that says which kind it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from callsim.cli.output import STANDARD_OUTPUT, abandon_stdout, be_lenient, complain, unwritable
from callsim.errors import BrokenLaw, CallsimError, InputError

HOLDS, FAILS, WRONG_INPUT, UNDECIDED, BROKEN = 0, 1, 2, 3, 70


@contextmanager
def _told_if_unwritable() -> Iterator[None]:
    """Where nothing is done but to read the command line, all that can be written is help: say so if that does not arrive."""
    try:
        yield
    except BrokenPipeError:
        abandon_stdout()
        raise click.exceptions.Exit(HOLDS) from None
    except OSError as error:
        abandon_stdout()
        raise click.exceptions.Exit(told(unwritable(STANDARD_OUTPUT, error))) from None


class Helpful(click.Command):
    """A command whose help has to arrive."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _told_if_unwritable():
            return super().make_context(*args, **kwargs)


class Guarded(Helpful, click.Group):
    """A group of commands none of which ever shows a traceback."""

    command_class = Helpful

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run it; what is written here is the words of click itself, about a command line that is wrong or half-typed."""
        try:
            with _told_if_unwritable():
                return super().main(*args, **kwargs)
        except click.exceptions.Exit as end:
            sys.exit(end.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        be_lenient()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            abandon_stdout()
            ctx.exit(HOLDS)
        except KeyboardInterrupt:
            complain("interrupted")
            ctx.exit(UNDECIDED)
        except Exception as error:
            ctx.exit(told(error))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they are written: what is used most comes first."""
        return list(self.commands)


def told(error: Exception) -> int:
    """Say what went wrong, and return the exit code for it."""
    if isinstance(error, InputError):
        for problem in error.problems:
            complain(str(problem))
        return error.exit_code
    if isinstance(error, BrokenLaw):
        path = _kept("broken-law", [str(error), "", "The commands that lead to it:", *error.commands])
        complain(f"{error}; the commands that lead to it are in {path}; please report it with them")
        return error.exit_code
    if isinstance(error, CallsimError):
        complain(f"callsim: {error}")
        return error.exit_code
    path = _kept("error", _traceback(error))
    what = " ".join(str(error).split())[:200]
    complain(f"callsim made a mistake of its own: {type(error).__name__}: {what}; please report it with {path}")
    return BROKEN


def _traceback(error: Exception) -> list[str]:
    import traceback

    return traceback.format_exception(error)


def _kept(kind: str, lines: Sequence[str]) -> str:
    """Write something worth reporting to a file here, or where temporary files go; return where."""
    import tempfile

    text = "\n".join(lines) + "\n"
    name = f"callsim-{kind}-{sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}.txt"
    for folder in (Path(), Path(tempfile.gettempdir())):
        try:
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return str(folder / name)
    return "its commands (no file could be written)"
