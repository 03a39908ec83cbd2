"""`callsim check`: scenarios read and held against the rulebooks, and not played."""

from __future__ import annotations

from collections.abc import Sequence

from callsim.cli.cases import check_vendor, loaded
from callsim.cli.guard import HOLDS, WRONG_INPUT, told
from callsim.cli.output import Output
from callsim.errors import InputError, Problem
from callsim.scenario.loading import Case
from callsim.scenario.vetting import vet


def check(paths: Sequence[str], vendor: str | None) -> int:
    """Tell every problem; returns the exit code."""
    check_vendor(vendor)
    found = loaded(paths, vendor)
    problems = len(found.problems)
    for case in found.cases:
        wrong = vet(case) if case.spec.arrivals is None else _wrong_with_traffic(case)
        problems += len(wrong)
        if wrong:
            told(InputError(*wrong))
    if problems:
        return WRONG_INPUT
    files, cases = found.files, len(found.cases)
    what = f"{files} file{'s' if files != 1 else ''}, {cases} scenario{'s' if cases != 1 else ''}"
    Output().write(f"{what}: nothing is wrong\n")
    return HOLDS


def _wrong_with_traffic(case: Case) -> Sequence[Problem]:
    """What is wrong with it, and with the files it names."""
    from callsim.traffic.reading import plan_of

    try:
        plan_of(case)
    except InputError as error:
        return error.problems
    return ()
