"""The commands that answer questions: explain, why, rules, graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from callsim.cli.assuming import assumed, check_concerned
from callsim.cli.output import Output
from callsim.dialects import dialect_class, rulebook
from callsim.errors import UsageError
from callsim.model import Entity
from callsim.report.paper import Paper
from callsim.report.visible import visible
from callsim.scenario.loading import Case, load
from callsim.scenario.playing import RulebookVocabulary, play

TABLE_WIDTH = 240


def explain(id: str, vendor: str | None, scenarios: str | None) -> None:
    """Say all there is to say about an id."""
    from callsim.report.explaining import explained

    parts = list(explained(id, vendor, None if scenarios is None else Path(scenarios)))
    _paper().print(*parts)


def why(file: str, call: str, case: str | None, seed: int, assume: Sequence[str], vendor: str | None) -> None:
    """Play one case and go back from a call's end to its first cause."""
    from callsim.report.why import told_why

    chosen = assumed(assume)
    if vendor is not None:
        dialect_class(vendor)
    one = _one_case(load(file, vendor, RulebookVocabulary()), case)
    check_concerned(chosen, [one.vendor])
    parts = list(told_why(play(one, seed, chosen), call))
    _paper().print(*parts)


def _one_case(cases: Sequence[Case], name: str | None) -> Case:
    if len(cases) == 1 and name is None:
        return cases[0]
    names = [str(case.case) for case in cases if case.case is not None]
    for case in cases:
        if case.case is not None and case.case == name:
            return case
    listed = visible(", ".join(map(repr, names)))
    if name is None:
        raise UsageError(f"the file has {len(cases)} cases; choose one with --case: {listed}")
    raise UsageError(f"no case is called {visible(name)!r}; there are {listed}" if names else "the file has no cases")


def rules(vendor: str | None, basis: str | None, format: str) -> None:
    """Write the rulebook as a table."""
    from callsim.report import tables

    found = tables.entries(vendor, basis)
    output = Output()
    if format == "json":
        output.write(tables.as_json(found))
    elif format == "md":
        output.write("\n".join(tables.as_markdown(found)) + "\n")
    else:
        # Into a pipe a table may be as wide as it likes: lines are what grep finds things by.
        paper = Paper(output, output.is_terminal, None if output.is_terminal else TABLE_WIDTH)
        paper.print(*tables.as_text(found, paper.width))


def graph(entity: str, vendor: str | None) -> None:
    """Write a state diagram."""
    from callsim.report.graphs import mermaid

    Output().write("\n".join(mermaid(Entity(entity), rulebook(vendor))) + "\n")


def _paper() -> Paper:
    output = Output()
    return Paper(output, output.is_terminal)
