"""The public names of callsim: they exist, say what they are, and cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import callsim

TEXT = """
callsim: 1
title: Hung up while it rings
vendor: [plivo, tryvox]
calls: {alice: {}}
steps: [{at: 1s, hang_up: alice, expect: 204}]
"""
FROM_THE_START = (
    "Switch", "rulebook", "dialect", "VENDORS", "Command", "Verb", "By", "Status", "Cause", "CallState", "Placement",
    "Direction", "Joining", "Outcome", "Change", "Rulebook", "Simulation", "FarEnd", "Page", "Scenario", "Played", "Explored", "play",
    "CallsimError", "InputError", "UsageError", "MissingExtra", "RulebookError", "BrokenLaw", "Problem", "Place", "__version__",
)  # fmt: skip


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(callsim.__all__) == sorted(FROM_THE_START)
    assert set(FROM_THE_START) <= set(dir(callsim))


@pytest.mark.parametrize("name", callsim.__all__)
def test_every_public_name_exists_and_says_what_it_is(name: str) -> None:
    value = getattr(callsim, name)
    if not isinstance(value, (str, tuple)):
        assert value.__doc__


@pytest.mark.parametrize("name", ["load", "from_text", "play", "title"])
def test_every_public_method_of_a_scenario_says_what_it_does(name: str) -> None:
    assert getattr(callsim.Scenario, name).__doc__


def test_every_error_is_a_callsim_error() -> None:
    for name in ("InputError", "UsageError", "MissingExtra", "RulebookError", "BrokenLaw"):
        assert issubclass(getattr(callsim, name), callsim.CallsimError)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Swich'"):
        callsim.Swich  # noqa: B018


def test_importing_callsim_imports_nothing_heavy() -> None:
    heavy = ("simpy", "pydantic", "transitions", "yaml", "rich", "click", "callsim.model")
    code = f"import callsim, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_version_is_that_of_the_project() -> None:
    project = Path(__file__).parents[1] / "pyproject.toml"
    assert f'version = "{callsim.__version__}"' in project.read_text()


def test_a_scenario_is_read_once_and_played_as_often_as_one_likes() -> None:
    scenario = callsim.Scenario.from_text(TEXT)
    assert scenario.title == "Hung up while it rings"
    assert [case.vendor for case in scenario.cases] == ["plivo", "tryvox"]
    first, second = scenario.play(seed=3), scenario.play(seed=3)
    assert [played.passed for played in first] == [True, True]
    assert [each.simulation.trace_sha256() for each in first] == [each.simulation.trace_sha256() for each in second]


def test_another_vendor_takes_the_place_of_the_files_own() -> None:
    (played,) = callsim.Scenario.from_text(TEXT).play(vendor="voipnow")
    assert not played.passed
    assert [failure.found for failure in played.failures] == ["200"]


def test_an_assumption_goes_before_the_files_own() -> None:
    scenario = callsim.Scenario.from_text(TEXT.replace("vendor: [plivo, tryvox]", "vendor: plivo"))
    (played,) = scenario.play(assume={"plivo.hang_up.ended": "204"})
    assert played.assume == {"plivo.hang_up.ended": "204"}


def test_a_file_is_played_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(TEXT)
    assert [played.passed for played in callsim.play(path)] == [True, True]


def test_what_is_wrong_with_a_text_is_told_with_its_place() -> None:
    with pytest.raises(callsim.InputError) as caught:
        callsim.Scenario.from_text(TEXT.replace("hang_up", "hangup"), "mine.yaml")
    problem = caught.value.problems[0]
    assert (problem.place.file, problem.place.line) == ("mine.yaml", 6)
