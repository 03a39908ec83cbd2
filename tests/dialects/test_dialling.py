"""What a vendor tells of calls that dial others."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.dialects import dialect
from callsim.instructions import Dial, Document, Number, Wait
from callsim.model import By, Command, Direction, Exceeded, Joining, Outcome, Placement, Purpose, TodoKind, Verb
from callsim.switch import Switch

CALLS_IN = Placement(direction=Direction.INBOUND, from_="+7", to="+8")


def dialled(vendor: str, *said: Command, redirect: bool = False) -> tuple[Any, Switch, list[Outcome]]:
    """A call that dials one number and has an action URL, and what was said then."""
    speaks = dialect(vendor)
    switch = Switch(speaks.rulebook)
    document = Document((Dial((Number("+1"),), "http://app.test/after", redirect), Wait()))
    begun = (Command(Verb.PLACE, "ann", By.FAR_PARTY, CALLS_IN), Command(Verb.RUN, "ann", By.DOCUMENT, document))
    return speaks, switch, [switch.apply(command, 0) for command in (*begun, *said)]


def leg(verb: Verb, by: By = By.FAR_PARTY, detail: Any = None) -> Command:
    return Command(verb, "ann-leg-1", by, detail)


RANG = leg(Verb.RING, By.CARRIER)
ENDS = [
    ((RANG, leg(Verb.ANSWER), leg(Verb.HANG_UP)), "completed", "true", "NORMAL_CLEARING"),
    ((leg(Verb.BUSY),), "busy", "false", "USER_BUSY"),
    ((RANG, leg(Verb.REJECT)), "busy", "true", "CALL_REJECTED"),
    ((leg(Verb.NO_ANSWER, By.CARRIER),), "no-answer", "false", "NO_ANSWER"),
    ((RANG, leg(Verb.RING_TIME_OVER, By.PLATFORM)), "timeout", "true", "NO_ANSWER"),
    ((leg(Verb.FAIL, By.CARRIER, 3050),), "failed", "false", "NETWORK_OUT_OF_ORDER"),
    ((leg(Verb.HANG_UP, By.API),), "cancel", "false", "ORIGINATOR_CANCEL"),
    ((leg(Verb.OUT_OF_CREDIT, By.PLATFORM),), "failed", "false", "CALL_REJECTED"),
    ((leg(Verb.EXCEED, By.PLATFORM, Exceeded.DIALS),), "failed", "false", "CALL_REJECTED"),
]


@pytest.mark.parametrize(("said", "status", "rang", "cause"), ENDS)
def test_plivos_action_url_is_told_how_the_dial_ended(said: tuple[Command, ...], status: str, rang: str, cause: str) -> None:
    speaks, switch, outcomes = dialled("plivo", *said)
    (told,) = (todo for todo in outcomes[-1].todos if todo.kind is TodoKind.CALLBACK)
    params, rules = speaks.callback(told.callback, switch.calls["ann"], switch)
    assert told.callback == "dial"
    assert [params[name] for name in ("DialStatus", "DialRingStatus", "DialHangupCause")] == [status, rang, cause]
    assert params["DialALegUUID"] == speaks.call_id(switch.calls["ann"])
    assert params["DialBLegUUID"] == speaks.call_id(switch.calls["ann-leg-1"])
    assert any(rule.startswith("spelling.dial-status.") for rule in rules)


KEY = Dial((Number("+1"),), "http://app.test/after", False, confirm_key="1", confirm_sound="http://app.test/sound")
UNJOINED = [
    (leg(Verb.HANG_UP), "no-answer"),
    (leg(Verb.HANG_UP, By.API), "no-answer"),
    (leg(Verb.TIME_LIMIT_REACHED, By.PLATFORM), "timeout"),
    (leg(Verb.MEDIA_TIME_OVER, By.PLATFORM), "failed"),
]


@pytest.mark.parametrize(("end", "status"), UNJOINED)
def test_who_has_answered_and_not_pressed_the_key_has_completed_no_dial(end: Command, status: str) -> None:
    speaks, switch, _ = dialled("plivo")
    said = [Command(Verb.RUN, "ann", By.DOCUMENT, Document((KEY, Wait())))]
    for command in (*said, *(each._replace(target="ann-leg-2") for each in (RANG, leg(Verb.ANSWER), end))):
        outcome = switch.apply(command, 0)
    (told,) = (todo for todo in outcome.todos if todo.kind is TodoKind.CALLBACK)
    assert speaks.callback(told.callback, switch.calls["ann"], switch)[0]["DialStatus"] == status


def test_plivos_action_url_is_asked_with_how_the_dial_ended() -> None:
    speaks, switch, outcomes = dialled("plivo", leg(Verb.BUSY), redirect=True)
    (asked,) = (todo for todo in outcomes[-1].todos if todo.kind is TodoKind.FETCH)
    assert asked.purpose is Purpose.ACTION
    params, _ = speaks.asks(Purpose.ACTION, switch.calls["ann"], switch.calls["ann"].state)
    assert params["DialStatus"] == "busy"


def test_of_a_leg_that_went_elsewhere_nothing_is_told_but_that_it_is_gone() -> None:
    """Nobody is joined to it yet: whoever answered has not pressed the key."""
    speaks, switch, _ = dialled("plivo")
    said = [Command(Verb.RUN, "ann", By.DOCUMENT, Document((KEY, Wait())))]
    moved = leg(Verb.ADD, By.API, Joining("room"))
    for command in (*said, *(each._replace(target="ann-leg-2") for each in (RANG, leg(Verb.ANSWER), moved))):
        outcome = switch.apply(command, 0)
    (told,) = (todo for todo in outcome.todos if todo.callback == "dial")
    params, _ = speaks.callback(told.callback, switch.calls["ann"], switch)
    assert (params["DialStatus"], params["DialBLegUUID"]) == ("cancel", "")


def test_a_joined_leg_that_is_moved_has_completed_the_dial() -> None:
    moved = leg(Verb.ADD, By.API, Joining("room"))
    speaks, switch, outcomes = dialled("plivo", RANG, leg(Verb.ANSWER), moved)
    (told,) = (todo for todo in outcomes[-1].todos if todo.callback == "dial")
    assert speaks.callback(told.callback, switch.calls["ann"], switch)[0]["DialStatus"] == "completed"


@pytest.mark.parametrize("vendor", ["tryvox", "voipnow"])
def test_other_vendors_have_a_callback_for_it_too(vendor: str) -> None:
    speaks, switch, outcomes = dialled(vendor, leg(Verb.BUSY))
    (told,) = (todo for todo in outcomes[-1].todos if todo.callback == "dial")
    assert speaks.callback(told.callback, switch.calls["ann"], switch)[0]


# -- what is told of a leg ---------------------------------------------------------------------------------------------

HEARD = Dial((Number("+1"),), callback_url="http://app.test/events", digits_match=("42",))
JOINED = (RANG, leg(Verb.ANSWER))


def told_of_leg(vendor: str, *said: Command, assume: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """What the callback URL of a dial is told after the last of these."""
    speaks = dialect(vendor, assume)
    switch = Switch(speaks.rulebook)
    begun = (Command(Verb.PLACE, "ann", By.FAR_PARTY, CALLS_IN), Command(Verb.RUN, "ann", By.DOCUMENT, Document((HEARD, Wait()))))
    outcomes = [switch.apply(command, at * 1_000) for at, command in enumerate((*begun, *said))]
    found = [speaks.tells(todo.about, switch) for todo in outcomes[-1].todos if todo.about is not None]
    assert all(rule in speaks.rulebook.rows for _, rules in found for rule in rules)
    return [params for params, _ in found]


def test_plivo_tells_who_has_answered_and_is_connected() -> None:
    answer, connected = told_of_leg("plivo", *JOINED)
    assert (answer.pop("DialAction"), connected.pop("DialAction")) == ("answer", "connected")
    assert answer == connected
    assert (answer["DialBLegStatus"], answer["DialBLegFrom"], answer["DialBLegTo"]) == ("in-progress", "+7", "+1")
    assert answer["CallUUID"] == answer["DialALegUUID"] != answer["DialBLegUUID"]
    assert not {"DialBLegDuration", "DialDigitsMatch"} & answer.keys()


def test_plivo_tells_which_digits_were_pressed_and_by_whom() -> None:
    (told,) = told_of_leg("plivo", *JOINED, Command(Verb.PRESS, "ann", By.FAR_PARTY, "942"))
    assert [told[name] for name in ("DialAction", "DialDigitsMatch", "DialDigitsPressedBy")] == ["digits", "42", "ALeg"]


def test_plivo_tells_how_a_leg_has_ended_and_how_long_it_lasted() -> None:
    (told,) = told_of_leg("plivo", *JOINED, leg(Verb.HANG_UP))
    assert {name: value for name, value in told.items() if name.startswith("DialBLeg") and name != "DialBLegUUID"} == {
        "DialBLegStatus": "completed", "DialBLegFrom": "+7", "DialBLegTo": "+1", "DialBLegDuration": 1, "DialBLegBillDuration": 60,
        "DialBLegHangupCauseName": "Normal Hangup", "DialBLegHangupCauseCode": 4000, "DialBLegHangupSource": "Callee",
    }  # fmt: skip


def test_plivo_may_call_the_status_of_a_leg_by_what_has_happened_to_it() -> None:
    (told,) = told_of_leg("plivo", leg(Verb.BUSY), assume={"plivo.dial.leg_status": "dial-action"})
    assert (told["DialBLegStatus"], told["DialBLegHangupCauseCode"]) == ("hangup", 3010)


@pytest.mark.parametrize("vendor", ["tryvox", "voipnow"])
def test_other_vendors_tell_what_has_happened_and_how_the_leg_stands(vendor: str) -> None:
    assert [told["event"] for told in told_of_leg(vendor, *JOINED)] == ["dial.answer", "dial.connected"]


def test_tryvox_says_for_which_call_a_leg_was_made() -> None:
    speaks, switch, _ = dialled("tryvox")
    ann, made = switch.calls["ann"], switch.calls["ann-leg-1"]
    asked = [speaks.asks(Purpose.TRANSFER, call, call.state)[0] for call in (ann, made)]
    assert [params.get("parent_call_uuid") for params in asked] == [None, speaks.call_id(ann)]
