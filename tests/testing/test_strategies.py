"""What the strategies draw is what they say: worlds that are lawful, requests that are answered, files that play."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from callsim import Scenario, rulebook
from callsim.dialects import VENDORS, Request, dialect_class
from callsim.instructions import Document, Rejected, parse
from callsim.model import (
    By,
    CallState,
    Command,
    Direction,
    JoinedBy,
    MpcState,
    ParticipantState,
    Placement,
    Status,
    Verb,
)
from callsim.properties import Watch
from callsim.switch import Switch
from callsim.testing.files import document_texts, scenarios
from callsim.testing.requests import hostile_requests, requests, valid_requests
from callsim.testing.strategies import MEDIA, ROOMS
from callsim.testing.worlds import mpcs, pass_time, say_later, worlds

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Enough(Exception):  # noqa: N818 - nothing went wrong
    """All that is wanted has been drawn."""


def found(strategy: st.SearchStrategy[object], wanted: set[object], tries: int = 400) -> set[object]:
    """Which of what is wanted a strategy draws, in so many tries."""
    seen: set[object] = set()

    @settings(max_examples=tries, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategy)
    def look(value: object) -> None:
        seen.update(value if isinstance(value, (set, frozenset)) else {value})
        if wanted <= seen:
            raise Enough

    with suppress(Enough):
        look()
    return seen & wanted


@FEW
@given(data=st.data(), vendor=st.sampled_from([None, *VENDORS]))
def test_a_drawn_world_is_lawful(data: st.DataObject, vendor: str | None) -> None:
    Watch(data.draw(worlds(vendor))).check_all()


def test_worlds_are_in_every_state_there_is() -> None:
    states = {*CallState, *MpcState, *ParticipantState}

    def seen(switch: Switch) -> frozenset[object]:
        members = {one.state for mpc in switch.mpcs.values() for one in mpc.participants}
        return frozenset({call.state for call in switch.calls.values()} | {mpc.state for mpc in switch.mpcs.values()} | members)

    assert found(worlds("plivo").map(seen), set(states)) == states


def test_multiparty_calls_have_legs_of_every_kind() -> None:
    def seen(said: list[Command]) -> frozenset[object]:
        switch = Switch(rulebook("plivo"), dict(MEDIA))
        for command in said:
            assert switch.apply(command, 0).status is Status.DONE
        members = [one for mpc in switch.mpcs.values() for one in mpc.participants]
        return frozenset((one.joined_by, one.exit_url is None) for one in members)

    # A conference is a room of another kind.
    wanted = {(how, without) for how in JoinedBy if how is not JoinedBy.CONFERENCE for without in (True, False)}
    assert found(mpcs().map(seen), set(wanted)) == wanted


def test_time_passes_and_what_is_due_in_it_strikes() -> None:
    switch = Switch(rulebook("plivo"))
    switch.apply(Command(Verb.PLACE, "ann", By.FAR_PARTY, Placement(direction=Direction.INBOUND, ring_timeout=700)), 0)
    switch.apply(Command(Verb.ANSWER, "ann", By.API), 100)
    (limit,) = switch.timers.values()
    pass_time(switch, limit.due - 101)
    assert (switch.now, switch.calls["ann"].state) == (limit.due - 1, CallState.IN_PROGRESS)
    say_later(switch, Command(Verb.HANG_UP, "ann", By.API), 5)
    assert (switch.now, switch.calls["ann"].ended_at) == (limit.due + 4, limit.due)


@FEW
@given(data=st.data(), vendor=st.sampled_from(VENDORS))
def test_every_request_to_every_world_is_answered_and_changes_nothing_unless_it_is_done(data: st.DataObject, vendor: str) -> None:
    switch = data.draw(worlds(vendor))
    request = data.draw(requests(vendor, switch))
    spoken, before = dialect_class(vendor)(switch.rulebook), switch.key()
    plan = spoken.read(request, switch)
    outcome = None if plan.command is None else switch.apply(plan.command, switch.now)
    response = spoken.answer(plan, outcome, switch, 1)
    assert 200 <= response.status < 500
    assert response.rule in switch.rulebook.rows
    if outcome is None or outcome.status is not Status.DONE:
        assert switch.key() == before
    Watch(switch).check_all()


@pytest.mark.parametrize("vendor", VENDORS)
def test_valid_requests_reach_every_verb_of_the_vendor(vendor: str) -> None:
    def seen(pair: tuple[Switch, Request]) -> object:
        switch, request = pair
        command = dialect_class(vendor)(switch.rulebook).read(request, switch).command
        return command and command.verb

    drawn = worlds(vendor).flatmap(lambda switch: st.tuples(st.just(switch), valid_requests(vendor, switch)))
    spoken = dialect_class(vendor).verbs
    # VoipNow hangs up all by hanging up each.
    wanted = set(spoken) - ({"hang_up_all"} if vendor == "voipnow" else set())
    assert found(drawn.map(seen), wanted, tries=800) == wanted


@given(hostile_requests("plivo"))
def test_requests_need_no_world(request: Request) -> None:
    assert request.path.startswith("/")


@FEW
@given(scenarios())
def test_every_drawn_scenario_reads_plays_and_holds(text: str) -> None:
    for played in Scenario.from_text(text).play():
        assert played.failures == []
        assert played.complete


@given(document_texts(usable=True), document_texts(usable=False), document_texts())
def test_drawn_documents_are_usable_or_broken_as_asked(good: str, broken: str, any_text: str) -> None:
    assert isinstance(parse(good), Document)
    assert isinstance(parse(broken), Rejected)
    assert parse(any_text) is not None


def test_rooms_are_those_that_are_named() -> None:
    assert found(mpcs(rooms=["kitchen"]).map(lambda said: "kitchen" in repr(said)), {True, False}, 20) == {True}
    assert "kitchen" not in ROOMS
