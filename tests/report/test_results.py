"""The JSON and JUnit of what was played: stable interfaces."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from xml.etree import ElementTree

from callsim.errors import Place, Problem
from callsim.report import text
from callsim.report.junit import junit
from callsim.report.results import as_json, document, scenario, trace_lines
from callsim.simulation import Told
from tests.report.worlds import CANCELLED, ROOM, SURROGATE, UP

SCENARIO_KEYS = [
    "file", "case", "title", "vendor", "assume", "relied_on", "passed", "failures", "calls", "mpcs", "responses",
    "callbacks", "rules_used", "trace_sha256",
]  # fmt: skip


def test_the_document_has_the_keys_that_were_promised(plays) -> None:
    data = json.loads(as_json(document(plays(ROOM), True)))
    assert list(data) == ["callsim", "passed", "scenarios"]
    assert set(data["callsim"]) == {"version", "format"}
    assert data["callsim"]["format"] == 1
    assert list(data["scenarios"][0]) == SCENARIO_KEYS


def test_a_call_is_told_in_full(plays) -> None:
    data = scenario(plays(CANCELLED)[0])
    alice = data["calls"]["alice"]
    assert alice.pop("uuid").count("-") == 4
    assert alice.pop("source").startswith("TryVox")
    assert alice == {
        "state": "completed", "cause": "cancelled", "by": "api", "rule": "call.hang_up.ringing.api.outbound",
        "basis": "documented", "queued_ms": 0, "ringing_ms": 0, "answered_ms": None, "ended_ms": 5000, "duration_ms": 0,
        "vendor": {"status": "completed", "end_reason": "api-hangup"},
    }  # fmt: skip


def test_a_calls_basis_is_that_of_its_end_and_what_spells_it_is_relied_on(plays) -> None:
    data = scenario(plays(CANCELLED)[0])
    assert data["calls"]["alice"]["basis"] == "documented"
    assert "spelling.ending.cancelled.api" in data["rules_used"]
    assert "tryvox.hang_up.ringing_status" in data["relied_on"]


def test_what_has_not_ended_has_no_end(plays) -> None:
    alice = scenario(plays(UP)[0])["calls"]["alice"]
    assert [alice[key] for key in ("cause", "by", "rule", "basis", "source", "ended_ms")] == [None] * 6


def test_a_multiparty_call_is_told_with_its_participants(plays) -> None:
    room = scenario(plays(ROOM)[0])["mpcs"]["room"]
    assert (room["state"], room["by"], room["rule"], room["ended_ms"]) == (
        "ended",
        "api",
        "mpc.stop.active.api",
        30_000,
    )
    assert room["participants"][1] == {"call": "cleo", "joined_by": "api", "state": "exited", "exit": "mpc-ended"}


def test_answers_and_callbacks_are_told_in_order(plays) -> None:
    data = scenario(plays(CANCELLED)[0])
    assert [(each["line"], each["at_ms"], each["status"], each["outcome"]) for each in data["responses"]] == [
        (7, 5_000, 204, "done"),
        (8, 6_000, 404, "already"),
    ]
    assert [(each["at_ms"], each["call"], each["kind"], each["url"]) for each in data["callbacks"]] == [
        (5_000, "alice", "hangup", "http://app.test/hangup")
    ]


def test_a_failure_has_its_place(plays) -> None:
    data = scenario(plays(CANCELLED.replace("cause: cancelled", "cause: normal"))[0])
    assert not data["passed"]
    (failure,) = data["failures"]
    assert [failure[key] for key in ("line", "column", "subject", "expected", "found")] == [
        10,
        18,
        "alice",
        "normal",
        "cancelled",
    ]


def test_a_file_that_could_not_be_read_fails_the_document(plays) -> None:
    assert document(plays(CANCELLED), True)["passed"]
    assert not document(plays(CANCELLED), False)["passed"]


def test_the_trace_is_there_only_when_asked_for(plays) -> None:
    data = scenario(plays(CANCELLED)[0], with_trace=True)
    assert data["trace"][0]["kind"] == "command"


def test_a_trace_file_has_a_heading_whose_hash_is_that_of_the_lines_below(plays) -> None:
    heading, *lines = trace_lines(plays(CANCELLED)[0])
    assert json.loads(heading)["kind"] == "scenario"
    assert json.loads(heading)["trace_sha256"] == sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_junit_has_a_test_case_for_each_case_with_what_it_relies_on(plays) -> None:
    bad = CANCELLED.replace("cause: cancelled", "cause: normal").replace("A call", r"<&\"' ")
    root = ElementTree.fromstring(junit([*plays(ROOM), *plays(bad)], []))
    good, failed = root.iter("testcase")
    relied = {each.get("name"): each.get("value") for each in good.iter("property")}["relies_on"]
    assert "plivo.participant.add_status" in str(relied)
    failure = failed.find("failure")
    assert failure is not None
    assert str(failure.text).startswith("some.yaml:10:18: ")


def test_junit_survives_what_xml_cannot_hold(plays) -> None:
    (played,) = plays(CANCELLED)
    played.case = replace(played.case, file="\x1b \x01 <x> & \ufffe \ud800 \"'")
    (case,) = ElementTree.fromstring(junit([played], [])).iter("testcase")
    assert case.get("file") == r"""\x1b \x01 <x> & \ufffe \ud800 "'"""


def test_junit_counts_what_is_undecided_and_what_could_not_be_read_as_errors(plays) -> None:
    (played,) = plays(CANCELLED)
    played.complete = False
    root = ElementTree.fromstring(junit([played], [Problem(Place("f", 3, 4), "this is wrong")]))
    assert [error.get("type") for error in root.iter("error")] == ["undecided", "input"]
    assert [suite.get("errors") for suite in root.iter("testsuite")] == ["1", "1"]


def test_every_report_writes_a_lone_surrogate_escaped(plays, drawn) -> None:
    played = plays(SURROGATE)
    assert [told.url for told in played[0].simulation.entries(Told)] == ["http://app.test/\ud800"]
    reports = {
        "text": drawn(*text.told(played[0], 160)),
        "json": as_json(document(played, True, with_trace=True)),
        "junit": junit(played, []),
        "trace": "\n".join(trace_lines(played[0])),
    }
    assert [kind for kind, report in reports.items() if r"\ud800" not in report] == []
    assert b"".join(report.encode("utf-8") for report in reports.values())
