"""What was played, for build servers: JUnit's XML, one test case for each scenario, one error for each unusable input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from callsim.errors import Problem
from callsim.report.visible import visible
from callsim.scenario.playing import Played


def junit(plays: Sequence[Played], problems: Sequence[Problem]) -> str:
    """The document. A failure's text begins with its file:line:column; what a verdict relies on is a property."""
    suites = [_suite(file, list(some)) for file, some in groupby(plays, key=lambda played: played.case.file)]
    if problems:
        suites.append(_unusable(problems))
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>", ""))


def _suite(file: str, plays: list[Played]) -> str:
    failures = sum(bool(played.failures) for played in plays)
    errors = sum(not played.failures and not played.complete for played in plays)
    head = f"<testsuite name={_quoted(file)} tests='{len(plays)}' failures='{failures}' errors='{errors}'>"
    return "\n".join((head, *map(_case, plays), "</testsuite>"))


def _case(played: Played) -> str:
    case = played.case
    title = f"{case.spec.title} [{case.case or case.vendor}]"
    seconds = f"{played.simulation.now / 1000:.3f}"
    head = f"<testcase classname={_quoted(case.file)} name={_quoted(title)} file={_quoted(case.file)} time='{seconds}'>"
    return "\n".join((head, _properties(played), *_verdict(played), "</testcase>"))


def _properties(played: Played) -> str:
    values = {
        "vendor": played.case.vendor,
        "relies_on": ", ".join(played.relied_on),
        "trace_sha256": played.simulation.trace_sha256(),
        **{f"assume {id}": value for id, value in played.assume.items()},
    }
    each = (f"<property name={_quoted(name)} value={_quoted(value)}/>" for name, value in values.items())
    return f"<properties>{''.join(each)}</properties>"


def _verdict(played: Played) -> Iterable[str]:
    """One element at most is what build servers expect, so all failures share it."""
    if played.failures:
        lines = "\n".join(str(failure) for failure in played.failures)
        first = played.failures[0].message
        yield f"<failure type='expectation' message={_quoted(first)}>{_text(lines)}</failure>"
    elif not played.complete:
        yield "<error type='undecided' message='a bound was hit before the end'/>"


def _unusable(problems: Sequence[Problem]) -> str:
    head = f"<testsuite name='unusable input' tests='{len(problems)}' failures='0' errors='{len(problems)}'>"
    cases = (
        f"<testcase classname={_quoted(problem.place.file)} name={_quoted(str(problem.place))}>"
        f"<error type='input' message={_quoted(problem.what)}>{_text(str(problem))}</error></testcase>"
        for problem in problems
    )
    return "\n".join((head, *cases, "</testsuite>"))


def _quoted(text: str) -> str:
    return quoteattr(visible(text))


def _text(text: str) -> str:
    return escape("\n".join(map(visible, text.split("\n"))))
