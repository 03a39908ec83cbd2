"""What exploring found, for programs: the JSON of `callsim explore --format json`, a stable interface.

The document, format 1. Times are milliseconds since the world began:

    {"callsim": {"version": "0.1.0", "format": 1},
     "passed": true,                              every scenario holds in every order, and every file could be read
     "written": null,                             the file that holds the first failing order, with --write
     "scenarios": [{
        "file", "case", "title", "vendor",        case is null where the file holds just one
        "assume": {ID: VALUE},                    assumptions set by the file or by --assume
        "relied_on": [ID],                        disputed and assumed, whatever had its say in some order
        "passed",                                 all holds in every order, and every order was tried
        "window_ms",                              how far apart what changes places may be; null if times are forgotten
        "bound",                                  null, or what cut the search: states, memory, depth, interrupted
        "orders", "states", "transitions", "depth", "ends",
        "findings": [{"kind", "subject", "line", "column", "holds", "failing_orders", "message", "shortest": [STEP]}],
        "unreached": [{"line", "column", "alternative"}],
        "not_judged": [{"line", "column"}],
        "linearizable": {"clients", "holds", "orders", "order": [STEP]},
        "rules_used": [ID]
     }]}

A STEP is {"at_ms", "what", "outcome"}, its time null where times are forgotten. `kind` is expect, check, always, never,
eventually, teaches or law; line and column are null for a law. `failing_orders` is 0 for what holds; `shortest` is the
shortest order in which it does not, up to where that shows, and empty for what holds. A number of orders is null if the search
was cut, if there is no end of them, or if it has more than four thousand digits. `linearizable` is null unless several
clients expect answers. Keys may be added; none is renamed or taken away while the format is 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from callsim import __version__
from callsim.errors import Place
from callsim.report.exploring import verdict
from callsim.report.results import FORMAT
from callsim.scenario.explored import Explored, Finding, Happening, Linearizable

_TOO_MANY = 10**4_000
"""Python itself refuses to write numbers of more digits than four thousand and some."""


def document(several: Iterable[Explored], all_readable: bool, written: str | None = None) -> dict[str, Any]:
    """The whole result. `all_readable` is off if a file could not be explored at all."""
    scenarios = [scenario(explored) for explored in several]
    passed = all_readable and all(each["passed"] for each in scenarios)
    return {
        "callsim": {"version": __version__, "format": FORMAT}, "passed": passed, "written": written, "scenarios": scenarios,
    }  # fmt: skip


def scenario(explored: Explored) -> dict[str, Any]:
    """One scenario's part of the document."""
    case = explored.case
    return {
        "file": case.file, "case": case.case, "title": case.spec.title, "vendor": case.vendor,
        "assume": dict(explored.assume), "relied_on": list(explored.relied_on), "passed": verdict(explored) == "holds",
        "window_ms": explored.window, "bound": str(explored.bound) or None, "orders": _number(explored.orders),
        "states": explored.states, "transitions": explored.transitions, "depth": explored.depth, "ends": explored.ends,
        "findings": [_finding(each) for each in explored.findings],
        "unreached": [{**_place(each.place), "alternative": each.said} for each in explored.unreached],
        "not_judged": [_place(place) for place in explored.not_judged],
        "linearizable": explored.linearizable and _linearizable(explored.linearizable),
        "rules_used": list(explored.rules_used),
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind, "subject": one.subject, **_place(one.place), "holds": one.holds,
        "failing_orders": _number(one.failing), "message": one.message, "shortest": _steps(one.shortest),
    }  # fmt: skip


def _linearizable(answers: Linearizable) -> dict[str, Any]:
    return {
        "clients": list(answers.clients), "holds": answers.yes, "orders": _number(answers.orders),
        "order": _steps(answers.order),
    }  # fmt: skip


def _place(place: Place | None) -> dict[str, int | None]:
    return {"line": None, "column": None} if place is None else {"line": place.line, "column": place.column}


def _steps(order: Iterable[Happening]) -> list[dict[str, Any]]:
    return [{"at_ms": each.at, "what": each.label, "outcome": each.outcome} for each in order]


def _number(count: int | None) -> int | None:
    return count if count is None or count < _TOO_MANY else None
