"""What was played, for programs: the JSON of `--format json`, a stable interface, and the JSON lines of `--trace`.

The document, format 1. Times are milliseconds since the world began; what has not happened is null:

    {"callsim": {"version": "0.1.0", "format": 1},
     "passed": true,                              every scenario holds, and every file could be read
     "scenarios": [{
        "file", "case", "title", "vendor",        case is null where the file holds just one
        "assume": {ID: VALUE},                    assumptions set by the file or by --assume
        "relied_on": [ID],                        disputed and assumed, in order of first use
        "passed",
        "failures": [{"line", "column", "subject", "expected", "found", "message"}],
        "calls": {NAME: {"uuid", "state", "cause", "by", "rule", "basis", "source", "queued_ms", "ringing_ms",
                         "answered_ms", "ended_ms", "duration_ms", "vendor": {...}}},
        "mpcs": {NAME: {"uuid", "state", "by", "rule", "basis", "ended_ms",
                        "participants": [{"call", "joined_by", "state", "exit"}], "vendor": {...}}},
        "responses": [{"line", "at_ms", "request", "status", "headers", "body", "outcome", "rule", "basis", "client" if several}],
        "callbacks": [{"at_ms", "call", "kind", "url", "params", "rule"}],
        "rules_used": [ID],
        "trace_sha256",
        "trace": [...]                            only with --with-trace
     }]}

`cause`, `by`, `rule`, `basis` and `source` are those of a call's end: `basis` and `source` say on what that one rule
stands, the one that ended the call. Which rules put its end into the words under "vendor", into answers and callbacks is
among "rules_used", and what of any of them is disputed or assumed in "relied_on". The keys of "mpcs" are the names of
the multiparty calls; a name may be used again once its multiparty call has ended, or by another account, and then the
later ones are `room#2`, `room#3` and so on, in order of their beginning. Keys may be added; none is renamed or taken away
while the format is 1. Everything outside ASCII is escaped, so the document can be shown anywhere.

A trace file holds, for each scenario, one line {"kind": "scenario", "file", "case", "vendor", "trace_sha256"} and then
its entries; the SHA-256 of those lines, newlines included, is the one named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from callsim import __version__
from callsim.dialects import Dialect
from callsim.model import Call, MultipartyCall, Participant
from callsim.scenario.judging import Failure
from callsim.scenario.playing import Played
from callsim.scenario.saying import Answered
from callsim.simulation import Told

FORMAT = 1


def document(plays: Iterable[Played], all_readable: bool, with_trace: bool = False) -> dict[str, Any]:
    """The whole result. `all_readable` is off if a file could not be played at all."""
    scenarios = [scenario(played, with_trace) for played in plays]
    passed = all_readable and all(each["passed"] for each in scenarios)
    return {"callsim": {"version": __version__, "format": FORMAT}, "passed": passed, "scenarios": scenarios}


def as_json(data: Any) -> str:
    """JSON in lines of a readable length, ASCII only."""
    return json.dumps(data, indent=2, default=str) + "\n"


def scenario(played: Played, with_trace: bool = False) -> dict[str, Any]:
    """One scenario's part of the document."""
    case, simulation = played.case, played.simulation
    dialect, switch = simulation.dialect, simulation.switch
    data: dict[str, Any] = {
        "file": case.file, "case": case.case, "title": case.spec.title, "vendor": case.vendor,
        "assume": dict(played.assume), "relied_on": list(played.relied_on), "passed": played.passed,
        "failures": [_failure(each) for each in played.failures],
        "calls": {call.name: _call(call, dialect) for call in switch.calls.values()},
        "mpcs": {mpc.key: _mpc(mpc, dialect) for mpc in switch.mpcs.values()},
        "responses": [_response(each) for each in played.responses],
        "callbacks": [_callback(each) for each in simulation.entries(Told)],
        "rules_used": list(played.rules_used), "trace_sha256": simulation.trace_sha256(),
    }  # fmt: skip
    if with_trace:
        data["trace"] = [json.loads(line) for line in simulation.trace_lines()]
    return data


def trace_lines(played: Played) -> Iterator[str]:
    """The lines of a trace file that one scenario fills, its heading first."""
    case, simulation = played.case, played.simulation
    heading = {
        "kind": "scenario", "file": case.file, "case": case.case, "vendor": case.vendor,
        "trace_sha256": simulation.trace_sha256(),
    }  # fmt: skip
    yield json.dumps(heading)
    yield from simulation.trace_lines()


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "line": failure.place.line, "column": failure.place.column, "subject": failure.subject,
        "expected": failure.expected, "found": failure.found, "message": failure.message,
    }  # fmt: skip


def _call(call: Call, dialect: Dialect) -> dict[str, Any]:
    ending = call.ending
    basis = dialect.rulebook.rows[ending.rule].basis if ending else None
    return {
        "uuid": dialect.call_id(call), "state": call.state, "cause": ending and ending.cause, "by": ending and ending.who,
        "rule": ending and ending.rule, "basis": basis and basis.kind, "source": basis and basis.source,
        "queued_ms": call.queued_at, "ringing_ms": call.ringing_at, "answered_ms": call.answered_at,
        "ended_ms": call.ended_at, "duration_ms": call.duration, "vendor": dialect.call_words(call)[0],
    }  # fmt: skip


def _mpc(mpc: MultipartyCall, dialect: Dialect) -> dict[str, Any]:
    return {
        "uuid": dialect.mpc_id(mpc), "state": mpc.state, "by": mpc.ended_by, "rule": mpc.rule,
        "basis": dialect.rulebook.rows[mpc.rule].basis.kind if mpc.rule else None, "ended_ms": mpc.ended_at,
        "participants": [_participant(one) for one in mpc.participants], "vendor": dialect.mpc_words(mpc)[0],
    }  # fmt: skip


def _participant(one: Participant) -> dict[str, Any]:
    return {"call": one.call.name, "joined_by": one.joined_by, "state": one.state, "exit": one.exit}


def _response(answered: Answered) -> dict[str, Any]:
    return {
        "line": answered.line, "at_ms": answered.at_ms, "request": answered.request, "status": answered.status,
        "headers": dict(answered.headers), "body": answered.body, "outcome": answered.outcome, "rule": answered.rule,
        "basis": answered.basis, **({"client": answered.client} if answered.client else {}),
    }  # fmt: skip


def _callback(told: Told) -> dict[str, Any]:
    return {
        "at_ms": told.at, "call": told.call, "kind": told.kind, "url": told.url, "params": told.params, "rule": told.rule,
    }  # fmt: skip
