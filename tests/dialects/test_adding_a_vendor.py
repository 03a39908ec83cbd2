"""A vendor is one class with its tables: this one is whole, and small enough to be read as the example."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from callsim.dialects import VENDORS, Dialect, Plan, Request, dialect, dialect_class, rulebook
from callsim.dialects.dialect import Made, epoch, whole_seconds
from callsim.errors import RulebookError, UsageError
from callsim.model import By, Call, CallState, Cause, Command, Direction, Status, Verb
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, Assumption, Reply, Route, Spelling, Vendor, lay, patch
from callsim.simulation import FarEnd, Simulation
from callsim.switch import Switch

from .desk import Desk

_PAGE = documented(Evidence("Tiny, the whole manual", "2026-01-01", "one page, one request"))
_LATE = assumed("tiny.late")


class Tiny(Dialect):
    """A vendor with one request: POST /calls/{call}/end."""

    vendor: ClassVar[Vendor] = Vendor(
        "tiny", "Tiny",
        overlay=(
            patch("call.hang_up.queued.api", status=Status.REFUSED, to=CallState.QUEUED, cause=None, basis=_PAGE,
                  why="What has not begun cannot be ended."),
            patch("limit.ring_timeout", value=30_000, basis=_PAGE),
        ),
        rows=(
            Route("tiny.end", "POST", "/calls/{call}/end", Verb.HANG_UP, _PAGE, "End a call."),
            Answer("tiny.end", Reply.DONE, 200, {"ended": "{call}"}, _PAGE, "It is ended."),
            Answer("tiny.end", Reply.REFUSED, 409, {"ended": None}, _PAGE, "It has not begun."),
            Answer("tiny.end", Reply.ALREADY, 410, None, _LATE, "It is gone."),
            Answer("tiny.end", Reply.UNKNOWN, 404, None, _PAGE, "There is none."),
            Answer("tiny.nowhere", Reply.UNKNOWN, 404, None, _PAGE, "No such path."),
            Answer("tiny.nowhere", Reply.REFUSED, 405, None, _PAGE, "No such method."),
            Spelling("ending", Cause.CANCELLED, By.API, (), {"reason": "given up"}, _PAGE, "It rang."),
            Spelling("ending", Cause.NORMAL, By.API, (Direction.OUTBOUND,), {"reason": "done"}, _PAGE, "They had talked."),
        ),
        assumptions=(Assumption("tiny.late", "410", "What does ending an ended call come to?", "Gone is gone.",
                                {"404": (patch("answer.tiny.end.already", status=404),)}),),
    )  # fmt: skip

    def plan(self, route: Route, words: dict[str, str], request: Request, switch: Switch, name: str | None) -> Plan:
        call = self.call_of(words["call"], switch)
        if call is None:
            return Plan(route.name, None, Reply.UNKNOWN, words, rules=(route.id,))
        return Plan(route.name, Command(route.verb, call.name, By.API), None, words, rules=(route.id,))

    def made(self, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
        return Made("POST", f"/calls/{self.call_id(switch.calls[name])}/end") if verb is Verb.HANG_UP else None

    def call_words(self, call: Call) -> tuple[dict[str, Any], tuple[str, ...]]:
        if call.ending is None:
            return {}, ()
        row = self.ending(call.ending)
        return dict(row.words), (row.id,)

    def callback(self, kind: str, call: Call, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
        return {"told": kind}, ()


@pytest.mark.parametrize(
    ("state", "status", "body", "words"),
    [
        ("queued", 409, {"ended": None}, {}),
        ("ringing", 200, "$anna", {"reason": "given up"}),
        ("in-progress", 200, "$anna", {"reason": "done"}),
    ],
)
def test_its_tables_are_enough(state: str, status: int, body: Any, words: dict[str, str]) -> None:
    desk = Desk(Tiny)
    desk.place("anna", state)
    response = desk.ask("POST /calls/$anna/end")
    assert response.status == status
    assert response.body == ({"ended": desk.id("anna")} if body == "$anna" else body)
    assert desk.words() == words


def test_what_is_over_is_over_and_its_assumption_can_be_chosen_otherwise() -> None:
    for assume, status in ((None, 410), ({"tiny.late": "404"}, 404)):
        desk = Desk(Tiny, assume)
        desk.place("anna", "ringing")
        desk.ask("POST /calls/$anna/end")
        assert desk.ask("POST /calls/$anna/end").status == status


def test_it_knows_no_other_paths() -> None:
    desk = Desk(Tiny)
    assert [desk.ask(line).status for line in ("POST /calls/4711/end", "POST /calls", "GET /calls/1/end")] == [404, 404, 405]


def test_it_is_simulated_like_any_other() -> None:
    simulation = Simulation(Tiny(lay(Tiny.vendor)))
    simulation.place("anna", _outbound(), FarEnd(answers=1_000))
    simulation.at(5_000, lambda: simulation.ask(simulation.dialect.say(Verb.HANG_UP, "anna", simulation.switch)))
    simulation.run()
    assert simulation.switch.calls["anna"].ended_at == 5_000
    simulation.check_all()


def _outbound() -> Any:
    from callsim.model import Placement

    return Placement()


def test_its_ring_timeout_is_the_one_it_laid_over_the_base() -> None:
    simulation = Simulation(Tiny(lay(Tiny.vendor)))
    simulation.place("anna", _outbound())
    simulation.run()
    assert simulation.switch.calls["anna"].ended_at == 30_000


def test_a_verb_it_has_no_request_for_is_said_to_have_none() -> None:
    desk = Desk(Tiny)
    with pytest.raises(UsageError, match="tiny has no request to ring time over"):
        desk.speaks.say(Verb.RING_TIME_OVER, "anna", desk.switch)


def test_a_word_it_does_not_spell_is_an_error_of_its_tables() -> None:
    desk = Desk(Tiny)
    for what, message in (
        (("ending", "busy", By.FAR_PARTY), "tiny has no spelling for ending busy by far-party"),
        (("state", "queued"), "tiny has no spelling for state queued"),
    ):
        with pytest.raises(RulebookError, match=message):
            desk.speaks.spelling(*what)
    inbound = desk.place("anna", "in-progress", Direction.INBOUND)
    desk.ask("POST /calls/$anna/end")
    with pytest.raises(RulebookError, match="tiny has no spelling for ending normal of Ending"):
        desk.speaks.call_words(inbound)


def test_what_a_vendor_says_nothing_of_has_a_plain_answer() -> None:
    desk = Desk(Tiny)
    assert desk.speaks.account_id("default") == "default"
    desk.add("anna")
    assert desk.speaks.mpc_words(desk.switch.mpcs["room"]) == ({}, ())
    assert Tiny.failure_codes() is None
    assert desk.speaks.words_of_answer(Plan("tiny.end"), desk.switch, 1) == {}


@pytest.mark.parametrize("missing", ["plan", "made", "call_words", "callback"])
def test_a_vendor_that_leaves_a_reading_out_cannot_be_made(missing: str) -> None:
    readings = {name: getattr(Tiny, name) for name in ("plan", "made", "call_words", "callback") if name != missing}
    speechless = type("Speechless", (Dialect,), {"vendor": Tiny.vendor, **readings})
    with pytest.raises(TypeError, match=f"abstract method '?{missing}'?$"):
        speechless(lay())


# -- by name ---------------------------------------------------------------------------------------------------------


def test_vendors_are_found_by_name() -> None:
    assert VENDORS == ("plivo", "tryvox", "voipnow")
    for name in VENDORS:
        assert dialect_class(name).vendor.name == dialect(name).rulebook.vendor == rulebook(name).vendor == name
    assert rulebook().vendor == "base"


@pytest.mark.parametrize(("name", "hint"), [("plivvo", "; did you mean plivo?"), ("zzz", "")])
def test_a_vendor_nobody_knows_is_told_with_those_there_are(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        dialect_class(name)
    assert str(caught.value) == f"there is no vendor '{name}'; there are plivo, tryvox, voipnow{hint}"


# -- times as vendors write them -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "text"),
    [(None, None), (0, "2026-01-01T00:00:00.000Z"), (86_399_999, "2026-01-01T23:59:59.999Z"), (86_400_000, "2026-01-02T00:00:00.000Z")],
)
def test_the_world_begins_at_midnight(ms: int | None, text: str | None) -> None:
    assert epoch(ms) == text


def test_a_time_beyond_the_calendar_is_no_error() -> None:
    assert (epoch(10**18) or "").endswith("Z")


@pytest.mark.parametrize(("ms", "seconds"), [(0, 0), (1, 1), (1_000, 1), (1_001, 2)])
def test_any_part_of_a_second_counts_as_one(ms: int, seconds: int) -> None:
    assert whole_seconds(ms) == seconds


def test_a_vendor_at_which_nobody_can_look_names_nothing_to_look_at_and_a_route_that_looks_is_its_mistake() -> None:
    class Staring(Tiny):
        vendor: ClassVar[Vendor] = replace(
            Tiny.vendor, rows=(*Tiny.vendor.rows, Route("tiny.see", "GET", "/calls/{call}", None, _PAGE, "Look at a call."))
        )

    desk = Desk(Staring)
    assert list(desk.speaks.looks(desk.switch)) == []
    with pytest.raises(RulebookError, match=r"tiny has route\.tiny\.see, and nothing that looks"):
        desk.ask("GET /calls/1")
