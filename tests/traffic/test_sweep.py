"""A sweep comes to the same whoever makes it, however often it is stopped, and says what is known when it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from callsim.errors import InputError, UsageError
from callsim.scenario.loading import Case
from callsim.traffic import sweep as sweeping
from callsim.traffic.keeping import Journal
from callsim.traffic.plan import Plan
from callsim.traffic.sweep import Gathered, Runner, Sweep, document, gather, measured, on_this_machine, sweep
from callsim.traffic.working import Task

from . import standing_in

FILE = b"""
callsim: 1
title: How many trunks
vendor: plivo
traffic: {horizon: 2h, replications: 4}
limits: {trunks: 40}
arrivals: {campaign: {poisson: 30/min, talks: {exponential: 3m}}}
"""
IN_CASES = FILE.replace(b"30/min", b"$rate") + b"cases: [{case: calm, rate: 10/min}, {case: busy, rate: 50/min}]\n"
TWO = ("trunks=20,40,60",)


def planned(case: Case) -> Plan:
    assert case.spec.limits is not None
    assert case.spec.limits.trunks is not None
    return standing_in.plan(case.spec.title, case.spec.limits.trunks.count, 4)


def told(options: tuple[str, ...] = TWO, file: bytes = FILE) -> Sweep:
    return sweep(file, "campaign.yaml", options, planned)


def result(run: Runner, journal: Journal | None = None) -> str:
    gathered = Gathered(told())
    gather(gathered, run, journal)
    return json.dumps(document(gathered))


def alone(workers: int = 1) -> Runner:
    return on_this_machine(workers, standing_in.replicate)


def test_a_sweep_has_a_point_for_each_value_and_each_has_its_replications() -> None:
    whole = told()
    assert [point.name for point in whole.points] == ["limits.trunks=20", "limits.trunks=40", "limits.trunks=60"]
    assert [point.plan.trunks and point.plan.trunks.count for point in whole.points] == [20, 40, 60]
    assert whole.size == 12
    assert list(whole.tasks())[3:5] == [Task(0, 3), Task(1, 0)]


def test_every_case_of_a_file_is_a_point_of_its_own() -> None:
    names = [point.name for point in told(("trunks=20,40",), IN_CASES).points]
    assert names == ["limits.trunks=20 [calm]", "limits.trunks=20 [busy]", "limits.trunks=40 [calm]", "limits.trunks=40 [busy]"]


@pytest.mark.parametrize(("option", "message"), [
    ("trunks=40,0", "--vary trunks=0: '0' is no number of trunks; expected a whole number from 1 to 1,000,000"),
    ("trunks=4.5", "--vary trunks=4.5: '4.5' is no number of trunks"), ("poisson=0", "--vary poisson=0/min: nothing ever comes at this rate"),
    ("horizon=never", "--vary horizon=never: 'never' is not a duration"),
    ("exponential=0", "--vary exponential=0m: "),
])  # fmt: skip
def test_a_value_that_is_wrong_gets_the_words_that_a_file_gets(option: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        told((option,))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_wrong_is_told_of_with_its_place() -> None:
    with pytest.raises(InputError, match=r"campaign\.yaml:5:11: "):
        told(file=FILE.replace(b"horizon", b"horison"))


def test_there_is_an_end_to_points_and_replications(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MOST_POINTS", 5)
    with pytest.raises(UsageError, match="with every case of the file these are more than 5 points"):
        told(TWO, IN_CASES)
    monkeypatch.setattr(sweeping, "MOST_REPLICATIONS", 11)
    with pytest.raises(UsageError, match="this sweep has 12 replications; at most 11 are made"):
        told()


def test_the_result_is_the_same_to_the_byte_for_one_two_and_three_workers() -> None:
    assert result(alone(1)) == result(alone(2)) == result(alone(3))


def test_the_result_says_what_was_varied_and_what_it_came_to() -> None:
    data = json.loads(result(alone()))
    assert data["complete"] is True
    assert data["varied"] == [{"name": "limits.trunks", "values": ["20", "40", "60"]}]
    assert [point["values"] for point in data["points"]] == [{"limits.trunks": each} for each in ("20", "40", "60")]
    first = data["points"][0]
    assert (first["replications"], first["known"], first["vendor"]) == (4, 4, "plivo")
    plan = told().points[0].plan
    assert first["measures"]["counts"]["offered"] == sum(standing_in.replicate(plan, number).total("offered") for number in range(4))


class Stopped(Exception):  # noqa: N818 - it is what happens
    pass


def stopped_after(count: int) -> Any:
    """Something to be told of each replication, that stops at one of them."""
    left = iter(range(count))

    def tell(_: Task) -> None:
        if next(left, None) is None:
            raise Stopped

    return tell


@pytest.mark.parametrize("count", [0, 1, 4, 5, 11])
def test_a_sweep_that_is_stopped_and_resumed_comes_to_the_same_to_the_byte(tmp_path: Path, count: int) -> None:
    path, whole = tmp_path / "kept.jsonl", told()
    journal = Journal(path, whole.about())
    with pytest.raises(Stopped):
        gather(Gathered(whole), alone(), journal, stopped_after(count))
    journal.close()
    journal = Journal(path, whole.about(), resume=True)
    assert result(alone(2), journal) == result(alone())
    journal.close()
    journal = Journal(path, whole.about(), resume=True)
    assert result(nobody, journal) == result(alone())
    journal.close()


def nobody(plans: Any, tasks: Any) -> Any:
    assert list(tasks) == []
    yield from ()


def test_whatever_stops_a_sweep_what_is_finished_is_known() -> None:
    gathered = Gathered(told())
    with pytest.raises(Stopped):
        gather(gathered, alone(), None, stopped_after(5))
    data = document(gathered)
    assert (data["complete"], len(gathered.known)) == (False, 6)
    assert [point["known"] for point in data["points"]] == [4, 2, 0]
    assert data["points"][2]["measures"] is None
    plan = gathered.sweep.points[1].plan
    assert data["points"][1]["measures"] == measured(plan, [standing_in.replicate(plan, number) for number in (0, 1)]).data


def test_what_a_sweep_is_about_tells_it_from_every_other() -> None:
    about = told().about()
    assert about == told().about()
    assert about["what is varied"] == "limits.trunks=20,40,60"
    assert about["the plan's horizon"] == "60000"
    others = {
        "what is varied": told(("trunks=20,40",)), "the plan's trunks": told(("trunks=20,40,61",)),
        "the plan's title": told(file=FILE.replace(b"How many", b"So many")),
    }  # fmt: skip
    for name, other in others.items():
        assert other.about()[name] != about[name]


def test_a_replication_that_a_journal_has_twice_or_for_no_point_is_passed_over(tmp_path: Path) -> None:
    whole = told()
    journal = Journal(tmp_path / "kept.jsonl", whole.about())
    tally = standing_in.replicate(whole.points[0].plan, 0)
    for task in (Task(0, 0), Task(0, 0), Task(7, 0), Task(0, 7), Task(-1, 0)):
        journal.note(task, tally)
    journal.close()
    journal = Journal(tmp_path / "kept.jsonl", whole.about(), resume=True)
    gathered = Gathered(whole)
    with pytest.raises(Stopped):
        gather(gathered, alone(), journal, stopped_after(0))
    assert gathered.known == {Task(0, 0), Task(0, 1)}
    journal.close()
