"""Measure everything and print it: `python -m tests.benchmarks [--calls N [N ...]] [--rounds N] [--steps N] [--finished N]`."""

from __future__ import annotations

import argparse

from tests.benchmarks import exploring, load, pages, serving, sweeping
from tests.benchmarks.calls import WAYS, Rates, measure
from tests.benchmarks.files import checking, machine, running

MANY = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[10_000, 100_000], help="calls in each world (10000, and then 100000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, each measuring every way once (7)")
    parser.add_argument("--steps", type=int, default=5_000, help="steps of the file that is validated (5000)")
    parser.add_argument("--finished", type=int, default=200_000, help="finished calls over which memory is watched (200000)")
    args = parser.parse_args()
    print(machine())
    for calls in args.calls:
        # A machine for each call takes a minute for each round of many, to no other end.
        ways, rounds = ("abcde", args.rounds) if calls <= MANY else ("acde", min(args.rounds, 3))
        tell(measure(calls, rounds, ways), calls, rounds)
    print(f"\nvalidating a file of {args.steps} steps: {checking(args.steps, args.rounds):.2f} s CPU (aim 0.5)")
    print(f"callsim run of one small file: {running(args.rounds):.2f} s CPU (aim 0.3)")
    exploring.tell(args.rounds)
    serving.tell(min(args.rounds, 3))
    pages.tell()
    load.tell(over=args.finished)
    sweeping.tell(min(args.rounds, 3))


def tell(rates: Rates, calls: int, rounds: int) -> None:
    """Print the calls a second of each way, and what callsim makes of the others."""
    print(f"\n{calls:,} calls, each placed, ringing, answered and hung up; median of {rounds} interleaved rounds, CPU time\n")
    for name, rate in rates.items():
        print(f"  ({name}) {WAYS[name][0]:<68} {rate:>9,.0f} calls/s")
    over = {name: rates[name] / rates["a"] for name in "cde"}
    times = f"    c/b {rates['c'] / rates['b']:.1f} (required 5)" if "b" in rates else ""
    print(f"\n  c/a {over['c']:.2f} (required 0.35, aim 1){times}    d/a {over['d']:.2f} (required 0.5)    e/a {over['e']:.2f}")


if __name__ == "__main__":
    main()
