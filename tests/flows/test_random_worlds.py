"""Worlds drawn whole: any documents, any calls, any order; the laws hold, everything ends, and its end is told in the vendor's words."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings

from callsim.application import Page
from callsim.dialects import VENDORS
from callsim.errors import BrokenLaw
from callsim.explore import explore
from callsim.model import BadDocument, By, Cause, Command, Direction, Placement, Verb
from callsim.simulation import Fetched
from callsim.testing.flows import Flow, flow_of, flows, smallest
from callsim.testing.people import Happening

from .drawn import A_DAY, FlowWorld, end_of, hold_what_must_be_so, played

IN_CI = {"plivo": 200, "tryvox": 60, "voipnow": 40}
BY_NIGHT = 20_000
_BATCHES = 40
CI = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
)  # fmt: skip
_MOST_STATES = 60


def hold_all(flow: Flow) -> None:
    """All that must be so of one world, played forth and back."""
    simulation = played(flow)
    hold_what_must_be_so(simulation)
    assert played(flow, lawful=False).trace_sha256() == simulation.trace_sha256(), "the same again comes to something else"
    remembering = played(flow, forget=False, lawful=False)
    for one in (simulation, remembering):
        one.run(one.now + A_DAY)
    assert end_of(simulation) == end_of(remembering), "forgetting timers changes the end"
    assert not simulation.switch.live or all(call.answered_at is None for call in simulation.switch.live.values())


def fails(flow: Flow) -> bool:
    try:
        hold_all(flow)
    except (AssertionError, BrokenLaw):
        return True
    return False


def hold_all_or_tell(flow: Flow) -> None:
    """The same; of a world that fails what it needs to fail is told."""
    try:
        hold_all(flow)
    except (AssertionError, BrokenLaw):
        note(f"this is enough to fail: {smallest(flow, fails)}")
        raise


def test_as_many_worlds_are_drawn_as_there_are_to_be() -> None:
    assert sum(IN_CI.values()) == 300
    assert set(IN_CI) == set(VENDORS)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_drawn_world_keeps_the_laws_and_ends(vendor: str) -> None:
    settings(CI, max_examples=IN_CI[vendor])(given(flows(vendor))(hold_all_or_tell))()


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_order_of_a_drawn_world_breaks_a_law(vendor: str) -> None:
    @settings(CI, max_examples=10)
    @given(flows(vendor, most=3))
    def hold_in_every_order(flow: Flow) -> None:
        found = explore(FlowWorld(flow), max_states=_MOST_STATES)
        assert [verdict.message for verdict in found.verdicts if not verdict.holds] == []

    hold_in_every_order()


def test_of_a_world_that_fails_only_what_it_needs_to_fail_is_kept() -> None:
    def hangs_up_beside_a_redirect(flow: Flow) -> bool:
        redirects = any("<Redirect" in page.body for page in flow.pages.values())
        return redirects and any(each.what.verb is Verb.HANG_UP for each in flow.happenings if isinstance(each.what, Command))

    drawn = (flow_of("plivo", {}, 10, number) for number in range(1_000))
    found = smallest(next(filter(hangs_up_beside_a_redirect, drawn)), hangs_up_beside_a_redirect)
    assert [each.what.verb for each in found.happenings] == [Verb.HANG_UP]
    assert len(found.pages) == 1
    assert (found.legs, found.allowed) == ({}, None)
    assert hangs_up_beside_a_redirect(found)


@pytest.mark.parametrize(
    ("vendor", "number"), [("plivo", 330), ("plivo", 1458), ("plivo", 1684), ("plivo", 1929), ("voipnow", 794), ("voipnow", 1684)]
)
def test_worlds_that_once_broke_something_hold(vendor: str, number: int) -> None:
    hold_all(flow_of(vendor, {}, 10, number))


@pytest.mark.nightly
@pytest.mark.parametrize("vendor", VENDORS)
def test_every_drawn_world_keeps_the_laws_and_ends_all_night(vendor: str) -> None:
    """As large a part of the night's worlds as of the day's; several processes, each with seeds of its own."""
    share = BY_NIGHT * IN_CI[vendor] // sum(IN_CI.values())
    batches = [(vendor, number, -(-share // _BATCHES)) for number in range(_BATCHES)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        assert sum(pool.map(one_batch, *zip(*batches, strict=True))) >= share


def one_batch(vendor: str, number: int, examples: int) -> int:
    """Hold all of so many worlds, drawn by a seed; how many there were."""
    count = 0

    @seed(number)
    @settings(CI, max_examples=examples, derandomize=False, print_blob=True)
    @given(flows(vendor))
    def hold(flow: Flow) -> None:
        nonlocal count
        count += 1
        hold_all(flow)

    hold()
    return count


@pytest.mark.parametrize("length", ["0", "0.001", "0.999"])
def test_a_document_that_leads_to_itself_in_less_than_a_second_is_followed_no_further_than_a_redirect(length: str) -> None:
    placement = Placement(direction=Direction.INBOUND, answer_url="/one")
    came_in = Happening(0, Command(Verb.PLACE, "ann", By.FAR_PARTY, placement))
    page = Page(f'<Response><Record maxLength="{length}" action="/one"/></Response>')
    simulation = played(Flow("plivo", {"/one": page}, (came_in,)), lawful=False)
    ending = simulation.switch.calls["ann"].ending
    assert ending is not None
    assert (ending.cause, ending.detail) == (Cause.BAD_INSTRUCTIONS, BadDocument.TOO_MANY)
    assert len(simulation.entries(Fetched)) == 1 + int(str(simulation.switch.limit("redirects")))
