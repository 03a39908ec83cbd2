"""Prints the fingerprint of every scenario's trace, a line each: the same on every Python and under every hash seed."""

from __future__ import annotations

from pathlib import Path

from callsim import Scenario

ROOT = Path(__file__).parents[1]


def main() -> None:
    for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
        if path.parent.name == "traffic":
            continue  # It is not played.
        for played in Scenario.load(path).play():
            print(played.simulation.trace_sha256(), path.relative_to(ROOT), played.case.case or "")


if __name__ == "__main__":
    main()
