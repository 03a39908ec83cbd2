"""Traffic from Python, as in a notebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import callsim.traffic
from callsim.errors import InputError, UsageError
from callsim.traffic import Plan, Results, plans, run, tables
from callsim.traffic.results import results

from .trunk_group import plan

CAMPAIGN = """
callsim: 1
title: A small campaign
vendor: plivo
traffic: {warm_up: 2m, horizon: 12m, replications: 3, seed: 5, batches: 5}
limits: {trunks: 8}
arrivals: {campaign: {poisson: 4/min, talks: {exponential: 2m}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "campaign.yaml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    return path


def test_a_file_is_run_and_tells_what_it_came_to(file: Path) -> None:
    found = run(file)
    assert isinstance(found, Results)
    assert (found.plan.title, len(found.tallies), found.as_data()["laws"]) == ("A small campaign", 3, "holds")
    assert found["blocked"].value == tables.figures(found).to_pylist()[5]["value"]


def test_what_is_said_goes_before_what_the_file_says(file: Path) -> None:
    found = run(str(file), vendor="tryvox", horizon=400_000, warm_up=100_000, replications=2, batches=4, seed=9, trunks=3)
    asked = found.plan
    assert (asked.vendor, asked.horizon, asked.warm_up, asked.replications, asked.batches, asked.seed) == (
        "tryvox", 400_000, 100_000, 2, 4, 9,
    )  # fmt: skip
    assert asked.trunks is not None
    assert asked.trunks.count == 3


def test_several_processes_come_to_the_same_as_one(file: Path) -> None:
    assert run(file, workers=2).as_json() == run(file).as_json()


def test_a_plan_is_run_as_it_is() -> None:
    asked = plan(horizon=1_500_000, replications=2)
    told: list[tuple[int, int]] = []
    found = run(asked, finished=lambda some, of: told.append((some, of)))
    assert found.plan == asked
    assert told == [(1, 2), (2, 2)]
    assert found.as_json() == results(asked, found.tallies).as_json()


def test_an_interrupt_ends_with_what_is_finished(file: Path) -> None:
    def stop(some: int, of: int) -> None:
        if some == 2:
            raise KeyboardInterrupt

    found = run(file, finished=stop)
    assert [tally.replication for tally in found.tallies] == [0, 1]
    assert "2 of 3 replications are finished; the figures are of those" in found.warnings


def test_an_interrupt_before_anything_is_finished_is_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("callsim.traffic.making.replicate", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(file)


def test_a_file_of_several_runs_is_told_how_to_take_one(file: Path) -> None:
    file.write_text(CAMPAIGN.replace("vendor: plivo", "vendor: [plivo, tryvox]"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds 2 runs \(A small campaign \(plivo\); A small campaign \(tryvox\)\); take one of"):
        run(file)
    assert [(type(each), each.vendor) for each in plans(file)] == [(Plan, "plivo"), (Plan, "tryvox")]


def test_what_cannot_be_is_told(file: Path) -> None:
    with pytest.raises(UsageError, match="0 processes make nothing; expected 1 or more"):
        run(file, workers=0)
    with pytest.raises(UsageError, match="0 is no number of trunks"):
        run(file, trunks=0)
    file.write_text(CAMPAIGN.replace("4/min", "-4/min"), encoding="utf-8")
    with pytest.raises(InputError, match=r"campaign\.yaml:7:"):
        run(file)


def test_the_public_names_exist_say_what_they_are_and_cost_nothing_before() -> None:
    for name in callsim.traffic.__all__:
        assert getattr(callsim.traffic, name).__doc__
        assert name in dir(callsim.traffic)
    with pytest.raises(AttributeError, match=r"module 'callsim\.traffic' has no attribute 'rum'"):
        callsim.traffic.rum  # noqa: B018
    heavy = ("numpy", "scipy", "pyarrow", "matplotlib", "simpy", "callsim.model")
    code = f"import callsim.traffic, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
