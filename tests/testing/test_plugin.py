"""The pytest plugin in real processes: scenario files are tests, and worlds are fixtures."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]

Run = Callable[..., pytest.RunResult]
HOLDS = """\
callsim: 1
title: Hung up while it rings
vendor: [plivo, tryvox]
calls: {alice: {}}
steps: [{at: 1s, hang_up: alice, expect: 204}]
"""
FAILS = """\
# What comes first is a comment.
callsim: 1
title: Hung up, and something else was expected
vendor: plivo
cases:
  - {case: as it is, cause: cancelled}
  - {case: as it is not, cause: busy}
calls: {alice: {}}
steps: [{at: 1s, hang_up: alice}]
expect:
  alice: {cause: $cause}
"""
MISTAKEN = """\
callsim: 1
title: A misspelt key
vendor: plivo
step: []
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in a process of its own, in a project of these files."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def go(files: dict[str, str], *arguments: str) -> pytest.RunResult:
        for name, text in files.items():
            path = pytester.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        # Where callsim is installed, pytest finds the plugin by itself; here it must also do without.
        return pytester.runpytest_subprocess("-p", "no:callsim", "-p", "callsim.testing.plugin", "-p", "no:cacheprovider", *arguments)

    return go


def test_every_case_of_a_scenario_file_is_a_test(run: Run) -> None:
    result = run({"scenarios/holds.yaml": HOLDS, "api/scenarios/deep/fails.yaml": FAILS}, "-v")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines_random([
        "scenarios/holds.yaml::plivo PASSED*", "scenarios/holds.yaml::tryvox PASSED*",
        "api/scenarios/deep/fails.yaml::as it is PASSED*", "api/scenarios/deep/fails.yaml::as it is not FAILED*",
    ])  # fmt: skip


def test_a_failure_says_what_callsim_run_says_and_shows_the_story(run: Run) -> None:
    result = run({"scenarios/fails.yaml": FAILS})
    result.stdout.fnmatch_lines([
        "scenarios/fails.yaml:7:*: expected alice's cause to be busy, found cancelled (by call.hang_up.ringing.api.outbound)",
        "FAILS  1 expectation did not hold",
        "relies on: *",
        "*callsim*",
        "1s  api      DELETE */Call/$alice/  204*",
        "*1 failed, 1 passed*",
    ])  # fmt: skip
    assert "Traceback" not in result.stdout.str()


def test_a_mistake_in_a_file_is_an_error_with_its_place(run: Run) -> None:
    result = run({"scenarios/mistaken.yaml": MISTAKEN, "scenarios/holds.yaml": HOLDS}, "--continue-on-collection-errors")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["scenarios/mistaken.yaml:4:1: the key 'step' is not known here; *did you mean 'steps'?"])
    assert "Traceback" not in result.stdout.str()
    assert "plugin.py" not in result.stdout.str()


def test_a_mistake_that_only_playing_shows_fails_with_its_place(run: Run) -> None:
    early = HOLDS.replace("{alice: {}}", "{alice: {placed: 2s}}")
    result = run({"scenarios/early.yaml": early})
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["scenarios/early.yaml:5:9: there is no call 'alice' yet*"])


def test_other_yaml_is_left_alone(run: Run) -> None:
    files = {
        "scenarios/other.yaml": "services: {callsim: 1}\n", "scenarios/empty.yaml": "", "scenarios/bytes.yaml": "\x00\x00",
        "docs/holds.yaml": HOLDS, "scenarios/later.yaml": "title: x\ncallsim: 1\n", "test_a.py": "def test_a(): pass\n",
    }  # fmt: skip
    run(files).assert_outcomes(passed=1)


def test_traffic_is_no_test(run: Run) -> None:
    traffic = "callsim: 1\ntitle: Many\nvendor: plivo\ntraffic: {horizon: 1h}\narrivals: {a: {poisson: 1/s}}\n"
    run({"scenarios/traffic.yaml": traffic, "scenarios/holds.yaml": HOLDS}).assert_outcomes(passed=2)


def test_a_file_that_is_named_is_played_wherever_it_lies(run: Run) -> None:
    run({"docs/holds.yaml": HOLDS}, "docs/holds.yaml").assert_outcomes(passed=2)


def test_which_files_are_scenarios_can_be_configured(run: Run) -> None:
    config = "[pytest]\ncallsim_scenarios = calls/*.yaml more/**/x?.yml\n"
    files = {
        "calls/a.yaml": HOLDS, "calls/below/b.yaml": HOLDS, "more/x1.yml": HOLDS, "more/a/b/x2.yml": HOLDS, "more/xyz.yml": HOLDS,
        "scenarios/c.yaml": HOLDS,
    }  # fmt: skip
    run({**files, "pytest.ini": config}).assert_outcomes(passed=6)


def test_assumptions_are_chosen_on_the_command_line(run: Run) -> None:
    scenario = """\
callsim: 1
title: A call that is over
vendor: plivo
calls: {alice: {}}
steps: [{at: 1s, hang_up: alice}, {hang_up: alice, expect: 204}]
"""
    files = {
        "scenarios/over.yaml": scenario, "test_fixture.py": """\
def test_it(callsim_switch, callsim_simulation):
    assert callsim_switch("plivo").rulebook.chosen("plivo.hang_up.ended") == "204"
    assert callsim_simulation("tryvox").dialect.vendor.name == "tryvox"
""",
    }  # fmt: skip
    run(files, "--callsim-assume", "plivo.hang_up.ended=204").assert_outcomes(passed=2)
    run(files).assert_outcomes(failed=2)


@pytest.mark.parametrize(
    ("assume", "said"),
    [
        ("plivo.hang_up.ended", "'plivo.hang_up.ended' is no ID=VALUE"),
        ("plivo.hang_up.endet=204", "there is no assumption 'plivo.hang_up.endet'"),
        ("plivo.hang_up.ended=500", "500"),
    ],
)
def test_an_assumption_that_does_not_exist_is_an_error_of_usage(run: Run, assume: str, said: str) -> None:
    result = run({"scenarios/holds.yaml": HOLDS}, "--callsim-assume", assume)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search(re.escape(said), result.stderr.str()), result.stderr.str()
    assert "Traceback" not in result.stderr.str()


def test_fixtures_make_worlds_and_hold_their_laws(run: Run) -> None:
    run({"test_worlds.py": """\
from callsim import By, Command, Page, Placement, Verb

def test_it(callsim_switch, callsim_simulation):
    switch = callsim_switch()
    switch.apply(Command(Verb.PLACE, "alice", By.API), 0)
    simulation = callsim_simulation("plivo", {"plivo.hang_up.ended": "204"}, pages={"/a": Page("<Response/>")})
    simulation.place("bob", Placement(answer_url="/a", to="+15550100001"))
    simulation.run()
    assert simulation.switch.calls["bob"].state == "completed"

def test_broken(callsim_switch):
    switch = callsim_switch("plivo")
    switch.apply(Command(Verb.PLACE, "alice", By.API), 0)
    switch.live.clear()
"""}).assert_outcomes(passed=2, errors=1)


def test_the_marker_tells_scenarios_from_other_tests(run: Run) -> None:
    files = {"scenarios/holds.yaml": HOLDS, "test_a.py": "def test_a(): pass\n"}
    run(files, "--strict-markers", "-m", "callsim").assert_outcomes(passed=2, deselected=1)


def test_who_does_not_use_the_plugin_imports_nothing_for_it(run: Run) -> None:
    heavy = ["hypothesis", "pydantic", "simpy", "transitions", "yaml", "rich", "click", "defusedxml", "callsim.model"]
    # A folder of scenarios that are none of ours costs no more than a look at them.
    result = run({"scenarios/other.yaml": "a: 1\n", "test_a.py": f"""\
import sys

def test_a():
    assert [name for name in {heavy!r} if name in sys.modules] == []
"""}, "-p", "no:hypothesispytest", "-p", "no:schemathesis")
    result.assert_outcomes(passed=1)


UNUSUAL = {
    "a broken law": (
        "raise BrokenLaw('calls end once', 'it did not', ['0 ms: place alice'])",
        ["callsim broke its own law 'calls end once': it did not", "  0 ms: place alice"],
    ),
    "a bound that was hit": (
        "played = real(case, **options); played.complete = played.passed = False; return played", ["UNDECIDED", "relies on: *"],
    ),
    "a mistake of callsim": ("raise ZeroDivisionError('oh')", ["*ZeroDivisionError: oh"]),
}  # fmt: skip


@pytest.mark.parametrize("what", UNUSUAL)
def test_what_is_unusual_fails_and_is_told(run: Run, what: str) -> None:
    happens, told = UNUSUAL[what]
    conftest = f"""\
from callsim.errors import BrokenLaw
from callsim.scenario import playing

real = playing.play

def play(case, **options):
    {happens}

playing.play = play
"""
    result = run({"scenarios/holds.yaml": HOLDS, "conftest.py": conftest})
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(told)


RACE = """\
callsim: 1
title: Both put down at once
vendor: plivo
calls: {alice: {far_end: {answers: 1s, hangs_up: 4s}}}
steps: [{at: 5s, hang_up: alice}]
expect:
  alice: {by: api}
"""


def test_every_order_is_tried_if_that_is_wished(run: Run) -> None:
    files = {"scenarios/race.yaml": RACE, "scenarios/holds.yaml": HOLDS}
    run(files).assert_outcomes(passed=3)
    result = run(files, "--callsim-explore")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([
        "the shortest order in which expect alice.by fails:", "scenarios/race.yaml:7:*: *expected alice's by to be api, found callee*",
        "FAILS  1 expectation does not hold in every order",
    ])  # fmt: skip
    assert "Traceback" not in result.stdout.str()
