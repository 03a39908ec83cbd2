"""The benchmarks measure what they say; how fast it is, no test asserts."""

from __future__ import annotations

import pytest

from callsim.report.filming import film
from callsim.report.run_page import Group, Run, page
from callsim.scenario.loading import load_bytes

from . import exploring, files, load, pages, serving, sweeping
from .calls import ANSWER, EVERY, RING, TALK, WAYS, measure


@pytest.mark.parametrize("name", WAYS)
def test_every_way_has_the_same_calls_end_at_the_same_time(name: str) -> None:
    assert WAYS[name][1](3) == 2 * EVERY + RING + ANSWER + TALK


def test_every_way_is_measured() -> None:
    assert all(rate > 0 for rate in measure(calls=20, rounds=1).values())


def test_the_long_file_has_as_many_steps_as_asked_for() -> None:
    (case,) = load_bytes(files.long_scenario(40), "long.yaml")
    assert len(case.spec.steps) == 40
    assert files.checking(steps=40, rounds=1) > 0


def test_the_small_file_runs_from_the_command_line() -> None:
    assert files.running(rounds=1) > 0


@pytest.mark.parametrize(("name", "states"), [("t", 4_420), ("e", 4_420), ("s", 4_530)])
def test_every_way_of_exploring_finds_the_states_there_are(name: str, states: int) -> None:
    """Switches have a few more: they know in which order their clocks will strike."""
    assert exploring.WAYS[name][1]() == states


def test_exploring_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(exploring, "BIGGER", exploring.ACTORS[:3])
    exploring.tell(rounds=1)
    assert "states/s (required 5,000, aim 20,000)" in capsys.readouterr().out


def test_the_emulator_is_measured_beside_a_bare_application(capsys: pytest.CaptureFixture[str]) -> None:
    serving.tell(rounds=1, count=40)
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines() if "connections" in line] == ["bare", "callsim", "journal"]
    assert "cold start" in told


def test_the_page_of_a_long_run_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    pages.tell(900)
    assert "the page of a run of 900 changes: 0." in capsys.readouterr().out


def test_the_page_of_ten_thousand_changes_is_under_three_megabytes() -> None:
    text = page([Group("long", "A long run", [Run(film(pages.long_run(10_000)), "long")])])
    assert len(text.encode()) < 3_000_000


def test_a_sweep_by_two_workers_is_measured_beside_pure_arithmetic(capsys: pytest.CaptureFixture[str]) -> None:
    sweeping.tell(1, hours=0.05, replications=2, loops=10_000)
    assert "of it (required 0.85)" in capsys.readouterr().out


def test_a_world_under_load_has_as_many_calls_up_as_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    world = load.Closed(50)
    world.turn_over(500)
    assert len(world.world.switch.live) == 50
    assert len(world.world.switch.calls) <= 60, "who is over is forgotten"
    load.tell((40,), turnover=100, over=200)
    told = capsys.readouterr().out
    assert "40 calls up" in told
    assert "over 200 finished calls" in told
