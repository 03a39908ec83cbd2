"""A run whose people chose names that would do harm wherever text is taken for something else."""

from __future__ import annotations

from functools import partial

from callsim.application import Page
from callsim.dialects import dialect
from callsim.model import By, Command, Placement, Verb
from callsim.simulation import Simulation

NAMES = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "end; %% #59; `tick`", "\u202ereversed\x1b[31m",
    "@@DATA@@ {{x}} ${y}",
)  # fmt: skip
URL = "http://app.test/bye?<script>alert(3)</script>&x=@@SCRIPT@@#end;"


def nasty() -> Simulation:
    """Five calls of such names, each placed, answered and hung up, whose application hears of it at such a URL."""
    simulation = Simulation(dialect("plivo"), {"/hold": Page(body='<Response><Wait length="60"/></Response>')})
    for number, name in enumerate(NAMES):
        placement = Placement(from_="+15550100000", to="+15550100001", answer_url="http://app.test/hold", hangup_url=URL)
        simulation.at(number, partial(simulation.place, name, placement))
        simulation.at(9_000 + number, partial(simulation.say, Command(Verb.HANG_UP, name, By.API)))
    assert simulation.run()
    return simulation
