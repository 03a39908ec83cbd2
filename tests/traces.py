"""The fingerprints of every scenario's trace and of ten thousand worlds at random: the same on every Python, under every hash seed,
and whatever is done to make callsim faster.

`python -m tests.traces` prints them (`--scenarios`: of those alone, for which hypothesis need not be installed), and
`python -m tests.traces --pin` writes them down where tests compare them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from callsim import Scenario
from callsim.dialects import VENDORS
from callsim.simulation import Simulation

ROOT = Path(__file__).parents[1]
OF_SCENARIOS, OF_WORLDS = ROOT / "tests" / "scenarios" / "traces.txt", ROOT / "tests" / "flows" / "traces.txt"
WORLDS, BLOCK = 10_000, 250
A_DAY = 86_400_000


def of_scenarios() -> Iterator[str]:
    """A line for each case of each scenario that is played."""
    for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
        if path.parent.name == "traffic":
            continue  # It is not played.
        for played in Scenario.load(path).play():
            yield f"{played.simulation.trace_sha256()} {path.relative_to(ROOT).as_posix()} {played.case.case or ''}".rstrip()


def of_world(number: int) -> str:
    """What comes of the world of that number, a day later: its trace, whether it found an end, and when."""
    from callsim.testing.flows import flow_of
    from callsim.testing.pages import TUNES

    flow = flow_of(VENDORS[number % len(VENDORS)], {}, 10, number)
    world = Simulation(flow.dialect(), flow.pages, dict(TUNES), laws=False, moment_bound=20_000)
    flow.in_time(world)
    found = world.run() and world.run(world.now + A_DAY)
    return f"{world.trace_sha256()} {found} {world.now}"


def of_block(block: int) -> str:
    """A line for so many worlds at once."""
    digest = sha256("\n".join(of_world(number) for number in range(block * BLOCK, (block + 1) * BLOCK)).encode())
    return f"{digest.hexdigest()} worlds {block * BLOCK} to {(block + 1) * BLOCK - 1}"


def of_worlds() -> Iterator[str]:
    return map(of_block, range(WORLDS // BLOCK))


def main() -> None:
    alone = "--scenarios" in sys.argv[1:]
    for path, lines in ((OF_SCENARIOS, of_scenarios()), (OF_WORLDS, iter(()) if alone else of_worlds())):
        text = "".join(f"{line}\n" for line in lines)
        if "--pin" in sys.argv[1:] and not alone:
            path.write_text(text, encoding="utf-8")
        else:
            print(text, end="")


if __name__ == "__main__":
    main()
