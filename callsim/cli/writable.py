"""Files that something is written to after long work: whether that can be, looked at beforehand."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from callsim.cli.output import unwritable
from callsim.errors import UsageError
from callsim.report.visible import visible


def check_free(path: str, files: Sequence[str], what: str) -> None:
    """See beforehand what would be a pity to find out after long work. Raises UsageError for a file that cannot be
    written, or that is one of those the work is about; `what` says what those are."""
    try:
        wrong = _in_the_way(Path(path))
        same = any(_is_same(Path(path), Path(file)) for file in files)
    except (OSError, ValueError) as error:
        raise unwritable(visible(path), error) from None
    if wrong or not path:
        raise unwritable(visible(path) or "a file without a name", OSError(wrong, os.strerror(wrong)))
    if same:
        raise UsageError(f"{visible(path)} is {what}, and is not written over")


def _in_the_way(path: Path) -> int:
    """What keeps a file from being written, as an error number; 0 if nothing is known to."""
    try:
        path.stat()
    except FileNotFoundError:
        return 0 if path.parent.is_dir() else errno.ENOENT
    return errno.EISDIR if path.is_dir() else 0


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
