"""A case in every order in which its actors could have acted: what is expected holds in all of them, or the shortest in which not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from callsim.errors import BrokenLaw
from callsim.explore import Exploration, Progress, Verdict, explore
from callsim.scenario.benches import UNSAID, CaseWorld
from callsim.scenario.covering import Coverage
from callsim.scenario.expected import Bench
from callsim.scenario.explored import Explored, Finding, Happening, Linearizable
from callsim.scenario.loading import Case
from callsim.scenario.nodes import plain
from callsim.scenario.playing import chosen, prepared
from callsim.scenario.writing import written

MOST_STATES = 100_000


def explore_case(
    case: Case,
    seed: int = 0,
    assume: Mapping[str, str] | None = None,
    window: int | None = 0,
    max_states: int = MOST_STATES,
    max_memory: int | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    seen: Callable[[Bench, str, Bench], None] | None = None,
    coverage: Coverage | None = None,
) -> Explored:
    """Try every order of a case and judge it in each.

    `window`: things due so many milliseconds apart, or less, may change places; None: any two things of different actors may,
    and times are forgotten. `max_memory` in bytes. What cut the search, if anything, is in what is returned. `seen` is called
    with every step: the world before, what happened, the world after. `coverage` collects what was exercised of the rulebook,
    pairs of rules as far as orders that lead to one state tell; the sentences a case proves count if it holds in every order.

    Raises InputError for what its author got wrong, UsageError for an assumption that does not exist or a bound below 1.
    """
    assumed = chosen(case, assume or {})
    world = CaseWorld(case, prepared(case, assumed, seed), window, coverage)
    expected = world.expected
    properties = expected.properties()
    found = explore(
        world, properties, max_states=max_states, max_memory=max_memory, workers=workers, progress=progress, seen=seen
    )
    telling = _Telling(world)
    units, rest = found.verdicts[: len(expected.units)], found.verdicts[len(expected.units) :]
    met, rest = rest[: len(expected.alternatives)], rest[len(expected.alternatives) :]
    answers, laws = (rest[0], rest[1:]) if expected.clients else (None, rest)
    explored = Explored(
        case, assumed, window, found.orders, found.states, found.transitions, found.depth, found.ends, found.bound,
        findings=(*telling.findings(units), *telling.laws(laws), *_taught(world, found)),
        linearizable=None if answers is None else telling.linearizable(answers),
        unreached=tuple(each for each, verdict in zip(expected.alternatives, met, strict=True) if verdict.holds),
        not_judged=expected.not_judged(),
        relied_on=_relied_on(world),
        rules_used=tuple(sorted(world.used)),
    )  # fmt: skip
    if coverage is not None:
        coverage.used(world.dialect.rulebook, explored.rules_used)
        if explored.holds and explored.complete:
            coverage.proved(world.dialect.rulebook, case.spec.proves)
    return explored


def failing_order(explored: Explored, finding: Finding) -> str:
    """The text of a scenario that plays the shortest order in which something fails, and fails alike."""
    case = explored.case
    said = {key: value for key, value in plain(case.root).items() if key not in ("cases", "title", "about", "vendor")}
    title = f"{case.spec.title}{f' ({case.case})' if case.case else ''}"
    values: dict[str, Any] = {
        "callsim": said.pop("callsim"),
        "title": f"{title}, in an order in which it fails",
        "about": f"{finding.subject}: {finding.message}",
        "vendor": case.vendor,
        **said,
        "order": [happening.label for happening in finding.shortest if happening.label != UNSAID],
    }
    if explored.assume:
        values["assume"] = dict(explored.assume)
    return written(values)


class _Telling:
    """Puts verdicts in the words of scenarios, by going through their orders once more."""

    def __init__(self, world: CaseWorld) -> None:
        self.world = world

    def findings(self, verdicts: Sequence[Verdict[str]]) -> list[Finding]:
        return [
            Finding(unit.kind, unit.subject, unit.place, verdict.holds, verdict.failing_orders,
                    self.order(verdict.shortest), verdict.message)
            for number, (unit, verdict) in enumerate(zip(self.world.expected.units, verdicts, strict=True))
            if number not in self.world.expected.of_clients
        ]  # fmt: skip

    def laws(self, verdicts: Sequence[Verdict[str]]) -> list[Finding]:
        """Laws that were broken on the way."""
        return [
            Finding("law", verdict.name, None, False, verdict.failing_orders, self.order(verdict.shortest), verdict.message)
            for verdict in verdicts
        ]

    def linearizable(self, verdict: Verdict[str]) -> Linearizable:
        """What "wrong" means here: that all clients have had the answers they expect."""
        return Linearizable(
            self.world.expected.clients, not verdict.holds, verdict.failing_orders, self.order(verdict.shortest)
        )

    def order(self, actions: Sequence[str] | None) -> tuple[Happening, ...]:
        """An order, with what each thing came to."""
        world, happenings = self.world, []
        state = world.begin()
        for action in actions or ():
            world.actions(state)
            try:
                state = world.step(state, action)
            except BrokenLaw:
                happenings.append(Happening(action, None if state.timeless else state.now, "broke a law"))
                break
            happenings.append(Happening(action, None if state.timeless else state.now, state.outcome))
        return tuple(happenings)


def _taught(world: CaseWorld, found: Exploration[str]) -> list[Finding]:
    """The rules that a case says it teaches and that have no say in any order, if all of them were tried."""
    book = world.dialect.rulebook
    return [
        Finding("teaches", id, world.case.place("teaches", number), False, found.orders, (),
                f"this scenario says it teaches {id}, and no order uses it")
        for number, id in enumerate(world.spec.teaches)
        if found.complete and not any(row.id in world.used for row in book.family(id))
    ]  # fmt: skip


def _relied_on(world: CaseWorld) -> tuple[str, ...]:
    """The assumptions that the rules which had their say stand on."""
    rows = world.dialect.rulebook.rows
    bases = (rows[id].basis.assumption for id in sorted(world.used) if id in rows)
    return tuple(dict.fromkeys(id for id in bases if id is not None))
