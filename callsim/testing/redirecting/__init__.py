"""Lets a program that uses Plivo's SDK for Python or Node talk to an emulator, though it knows nothing of one.

The SDKs have the vendor's host written into them. A program that `redirected` starts has it replaced as the SDK is loaded:
nothing of the program, nor of the SDK on disk, is changed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from callsim.errors import UsageError

_HERE = Path(__file__).parent
NODE_HOOK = _HERE / "node.cjs"
PYTHON_HOOK = _HERE / "python"


def redirected(to: str, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which Python and Node programs reach the emulator at `to` instead of Plivo. What is in the environment
    already is kept. Raises UsageError for what is no address of one."""
    parts = urlsplit(to)
    if parts.scheme != "http" or not parts.hostname or parts.path.strip("/"):
        raise UsageError(f"{to!r} is no address of an emulator; expected one such as http://127.0.0.1:8080")
    before = dict(os.environ if environment is None else environment)
    path = [str(PYTHON_HOOK), *([before["PYTHONPATH"]] if before.get("PYTHONPATH") else [])]
    options = [before.get("NODE_OPTIONS", ""), f'--require "{NODE_HOOK}"']
    return {
        **before, "CALLSIM_URL": to.rstrip("/"), "PYTHONPATH": os.pathsep.join(path), "NODE_OPTIONS": " ".join(options).strip(),
    }  # fmt: skip
