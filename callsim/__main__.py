"""`python -m callsim`, and the command `callsim`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. A key pressed while callsim still starts is an interruption like any other."""
    try:
        from callsim.cli import cli

        cli(prog_name="callsim")
    except KeyboardInterrupt:
        sys.exit(3)


if __name__ == "__main__":
    main()
