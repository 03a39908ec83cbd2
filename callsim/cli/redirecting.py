"""`callsim redirect`: a program of somebody else's, with an emulator where it expects Plivo."""

from __future__ import annotations

import os
from collections.abc import Sequence

from callsim.errors import UsageError
from callsim.report.visible import visible
from callsim.testing.redirecting import redirected


def run(to: str, command: Sequence[str]) -> None:
    """Become that program. Raises UsageError if there is no such program."""
    environment = redirected(to)
    try:
        os.execvpe(command[0], list(command), environment)
    except OSError as error:
        raise UsageError(f"{visible(command[0])} cannot be started: {error.strerror}") from None
