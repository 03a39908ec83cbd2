"""The film of a run: all that happened is in it, in order, and every cause comes before what follows from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from callsim.model import Change
from callsim.report.film import KINDS, Film
from callsim.report.filming import film
from callsim.scenario.loading import find, load
from callsim.scenario.playing import Played, RulebookVocabulary, play
from callsim.trace import Asked, Fetched, Told, Warned
from tests.report.conftest import PlayText
from tests.report.nasty import NAMES, nasty
from tests.report.worlds import CANCELLED, ROOM

ROOT = Path(__file__).parents[2] / "scenarios"
FILES = [path for folder in ("plivo", "tryvox", "voipnow", "races") for path in find([ROOT / folder])][::4]


@cache
def played(path: Path) -> list[Played]:
    return [play(case) for case in load(path, None, RulebookVocabulary())[:2]]


def hold(taken: Film) -> None:
    """What holds of every film."""
    before = 0
    for number, event in enumerate(taken.events):
        assert event.kind in KINDS
        assert event.because < number
        assert event.at >= before
        assert {event.from_, event.to} <= set(range(len(taken.columns)))
        assert set(event.rules) <= set(taken.book.rows)
        before = event.at
    for lane in taken.lanes:
        events = [number for number, _ in lane.moves]
        assert events == sorted(set(events))
        assert all(taken.events[number].text == state for number, state in lane.moves)
    data = taken.as_data()
    for event in data["events"]:
        assert all(0 <= rule < len(data["rules"]) for rule in event.get("rules", ()))
        assert all(0 <= lane < len(data["lanes"]) for lane in event.get("about", ()))
    for lane in data["lanes"]:
        assert {state for _, state in lane["moves"]} <= set(data["charts"][lane["kind"]]["states"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_all_that_a_run_has_seen_is_in_its_film(path: Path) -> None:
    for one in played(path):
        taken = film(one.simulation)
        hold(taken)
        trace = one.simulation.trace
        count = {kind: sum(event.kind == kind for event in taken.events) for kind in KINDS}
        assert count["answer"] == sum(isinstance(entry, Asked) for entry in trace)
        assert count["fetch"] == sum(isinstance(entry, Fetched) for entry in trace)
        assert count["callback"] == sum(isinstance(entry, Told) for entry in trace)
        assert count["warning"] == sum(isinstance(entry, Warned) for entry in trace)
        changes = sum(isinstance(entry, Change) for entry in trace)
        assert sum(count[kind] for kind in ("state", "member", "talk", "action", "stays")) == changes
        states = {call.name: str(call.state) for call in one.simulation.switch.calls.values()}
        assert {lane.name: lane.moves[-1][1] for lane in taken.lanes if lane.kind == "call"} == states


@pytest.mark.parametrize("path", FILES[::3], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_film_of_one_call_is_a_part_that_holds_by_itself(path: Path) -> None:
    for one in played(path):
        whole = film(one.simulation)
        for name in [*one.simulation.switch.calls, *one.simulation.switch.mpcs][:4]:
            part = film(one.simulation, about=name)
            hold(part)
            own = [event.text for event in whole.events if name in event.about]
            assert [event.text for event in part.events if name in event.about] == own
            assert any(column.name == name for column in part.columns)


def test_an_answer_comes_after_all_that_its_request_led_to_at_once(plays: PlayText) -> None:
    taken = film(plays(CANCELLED)[0].simulation)
    told = [(event.kind, event.text) for event in taken.events if event.at == 5_000]
    assert told == [
        ("request", "DELETE .../calls/$alice"), ("state", "completed"), ("callback", "hangup callback of alice"), ("answer", "204"),
    ]  # fmt: skip
    again = [(event.kind, event.text, event.note) for event in taken.events if event.at == 6_000 and not event.minor]
    assert again == [("request", "DELETE .../calls/$alice", ""), ("answer", "404 already", "CALL_NOT_FOUND")] or again[1][1].startswith("404")


def test_the_end_of_a_call_goes_back_to_the_request_that_stopped_its_room(plays: PlayText) -> None:
    taken = film(plays(ROOM)[0].simulation)
    (end,) = [each for each in taken.ends if each.name == "cleo"]
    assert (end.cause, end.by) == ("mpc-ended", "api")
    links = [end.event]
    while taken.events[links[-1]].because >= 0:
        links.append(taken.events[links[-1]].because)
    assert [taken.events[link].kind for link in links] == ["state", "member", "request"]
    assert taken.events[links[-1]].text.startswith("DELETE .../MultiPartyCall/")


def test_the_latest_events_are_kept_where_there_is_no_room_for_all(plays: PlayText) -> None:
    simulation = plays(ROOM)[0].simulation
    whole, part = film(simulation), film(simulation, most=10)
    hold(part)
    assert (len(part.events), part.left_out) == (10, len(whole.events) - 10)
    assert [event.text for event in part.events] == [event.text for event in whole.events][-10:]


def test_names_are_kept_as_they_are() -> None:
    taken = film(nasty())
    hold(taken)
    assert {column.name for column in taken.columns if column.kind == "callee"} == set(NAMES)
