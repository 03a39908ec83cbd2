"""Replications of several plans are made here or elsewhere alike, and whatever stops that, what is finished is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsim.model import Placement
from callsim.traffic.making import Made, make
from callsim.traffic.plan import Exponential, Plan, Poisson, Stream, Trunks
from callsim.traffic.results import results
from callsim.traffic.working import Task

STREAM = Stream("campaign", Poisson(0.1), Placement(to="+15550100009"), talks=Exponential(60_000))
PLAN = Plan("Few trunks", "plivo", (STREAM,), 3_600_000, warm_up=600_000, replications=3, batches=10, seed=1, trunks=Trunks(6))
OTHER = replace(PLAN, vendor="tryvox", replications=2)


def test_what_several_processes_make_is_what_one_makes() -> None:
    alone, together = Made([PLAN, OTHER]), Made([PLAN, OTHER])
    make(alone, 1)
    make(together, 2)
    assert [found and found.as_json() for found in alone.known()] == [found and found.as_json() for found in together.known()]


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_goes_from_the_beginning_to_the_end(workers: int) -> None:
    shares = list[float]()
    make(Made([PLAN, OTHER]), workers, told=lambda task, share, arrived: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_who_listens_hears_every_call_of_the_first_replication_alone() -> None:
    made, heard = Made([PLAN]), list[str]()
    make(made, 2, over=lambda call, dialect: heard.append(call.name))
    assert len(heard) == len(set(heard)) == made.tallies[Task(0, 0)].finished
    assert len(made.tallies) == 3


def interrupted(plan: Plan, at: float) -> Made:
    def told(task: Task, share: float, arrived: int) -> None:
        if share >= at:
            raise KeyboardInterrupt

    made = Made([plan, plan])
    with pytest.raises(KeyboardInterrupt):
        make(made, 1, told=told)
    return made


def test_a_first_replication_that_is_interrupted_is_known_as_far_as_its_batches_were_over() -> None:
    plan = replace(PLAN, replications=1)
    # A little behind the half of the first of two.
    first, second = interrupted(plan, 0.251).known()
    assert first is not None
    assert second is None
    batches = len(first.tallies[0].counts["offered"])
    assert 0 < batches < 10
    shorter = replace(plan, horizon=600_000 + batches * 300_000, batches=batches)
    whole = Made([shorter])
    make(whole, 1)
    assert first.figures == results(shorter, whole.tallies.values()).figures
    assert first.warnings[0] == f"interrupted in the first replication: the figures are of {batches} of its 10 batches"


def test_of_one_that_is_interrupted_in_its_warm_up_nothing_is_known() -> None:
    made = interrupted(PLAN, 0.01)
    assert (made.tallies, made.part, made.known()) == ({}, None, [None, None])


def test_of_later_ones_those_are_known_that_are_finished() -> None:
    made = interrupted(PLAN, 0.4)
    first, second = made.known()
    assert sorted(made.tallies) == [Task(0, 0), Task(0, 1)]
    assert first is not None
    assert "2 of 3 replications are finished; the figures are of those" in first.warnings
    assert second is None
    make(made, 1)
    assert len(made.tallies) == made.size == 6
