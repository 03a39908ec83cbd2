"""`python -m callsim`, and the command `callsim`."""

from __future__ import annotations

import gc
import sys

_MANY = 100_000


def main() -> None:
    """Run the command line. A key pressed while callsim still starts is an interruption like any other."""
    # Importing makes tens of thousands of objects and no garbage: looking for some all the while is a tenth of a short run.
    gc.set_threshold(_MANY, 50, 100)
    try:
        from callsim.cli import cli

        cli(prog_name="callsim")
    except KeyboardInterrupt:
        sys.exit(3)


if __name__ == "__main__":
    main()
