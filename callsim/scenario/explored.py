"""What came of exploring a case: how many orders there are, and what holds in all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from callsim.errors import Place
from callsim.explore import Bound
from callsim.scenario.judging import Alternative
from callsim.scenario.loading import Case


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing of an order: what happened, at which millisecond (None where times are forgotten), and what it came to."""

    label: str
    at: int | None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation, property or law, held against every order.

    `kind`: expect, check, always, never, eventually, teaches or law; `subject`: what it is about, as a person would write it
    (`alice.cause`, `step 2`, the sentence of a law). `place`: where it stands; None for laws. `failing`: in how many orders
    it fails, None if orders could not be counted. `shortest`: the shortest order that leads to its failing, empty if it holds.
    """

    kind: str
    subject: str
    place: Place | None
    holds: bool
    failing: int | None = 0
    shortest: tuple[Happening, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Linearizable:
    """Whether the answers that several clients expect can be had together: in how many orders, and one such order.

    Such answers are what was seen, or might be: they need not come in every order, and have no findings of their own.
    """

    clients: tuple[str, ...]
    yes: bool
    orders: int | None
    order: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Explored:
    """What exploring a case has found. `window`: how many milliseconds apart things may be and still change places, 0 for the
    same instant, None if times are forgotten. `orders` is None if the search was cut. `not_judged`: expectations of times,
    where times are forgotten. `unreached`: alternatives that no order leads to."""

    case: Case
    assume: dict[str, str]
    window: int | None
    orders: int | None
    states: int
    transitions: int
    depth: int
    ends: int
    bound: Bound
    findings: tuple[Finding, ...] = ()
    linearizable: Linearizable | None = None
    unreached: tuple[Alternative, ...] = ()
    not_judged: tuple[Place, ...] = ()
    relied_on: tuple[str, ...] = ()
    rules_used: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether every order was tried."""
        return self.bound is Bound.NONE

    @property
    def holds(self) -> bool:
        """Whether everything expected holds in every order that was tried, every alternative comes about in one, and so do the
        answers that several clients expect, all together."""
        together = self.linearizable is None or self.linearizable.yes
        return all(finding.holds for finding in self.findings) and not self.unreached and together

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What does not hold, that with the shortest order first."""
        wrong = (finding for finding in self.findings if not finding.holds)
        return tuple(sorted(wrong, key=lambda finding: len(finding.shortest)))
