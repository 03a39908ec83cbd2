"""Measure everything and print it: `python -m tests.benchmarks [--calls N] [--rounds N] [--steps N] [--finished N]`."""

from __future__ import annotations

import argparse

from tests.benchmarks import exploring, load, pages, serving, sweeping
from tests.benchmarks.calls import WAYS, Rates, measure
from tests.benchmarks.files import checking, machine, running


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000, help="calls in each world (10000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, each measuring every way once (7)")
    parser.add_argument("--steps", type=int, default=5_000, help="steps of the file that is validated (5000)")
    parser.add_argument("--finished", type=int, default=200_000, help="finished calls over which memory is watched (200000)")
    args = parser.parse_args()
    print(machine())
    tell(measure(args.calls, args.rounds), args.calls, args.rounds)
    print(f"\nvalidating a file of {args.steps} steps: {checking(args.steps, args.rounds):.2f} s CPU (aim 0.5)")
    print(f"callsim run of one small file: {running(args.rounds):.2f} s CPU (aim 0.3)")
    exploring.tell(args.rounds)
    serving.tell(min(args.rounds, 3))
    pages.tell()
    load.tell(over=args.finished)
    sweeping.tell(min(args.rounds, 3))


def tell(rates: Rates, calls: int, rounds: int) -> None:
    """Print the calls a second of each way, and what callsim makes of the others."""
    print(f"\n{calls} calls, each placed, ringing, answered and hung up; median of {rounds} interleaved rounds, CPU time\n")
    for name, (title, _) in WAYS.items():
        print(f"  ({name}) {title:<68} {rates[name]:>9,.0f} calls/s")
    over = {name: rates[name] / rates["a"] for name in "cde"}
    print(
        f"\n  c/a {over['c']:.2f} (required 0.35, aim 1)    c/b {rates['c'] / rates['b']:.1f} (required 5)"
        f"    d/a {over['d']:.2f} (required 0.5)    e/a {over['e']:.2f}"
    )


if __name__ == "__main__":
    main()
