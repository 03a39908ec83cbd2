"""VoipNow: phone calls of several views, one for each leg; which of them a request ends, and how they are written."""

from __future__ import annotations

import pytest

from callsim.model import By, Call, Direction, Placement, Verb

from .desk import Desk, table

NUMBERS = {"pat": "+15550100021", "sam": "+15550100022"}
PATH = "/uapi/phoneCalls/@me/0003*210"


def talking(legs: int, assume: dict[str, str] | None = None, state: str = "in-progress", beside: bool = True) -> Desk:
    """A phone call of so many legs: the extension's own is desk, then pat and sam; and a lone call beside it, to pat's number."""
    desk = Desk("voipnow", assume)
    for name in ("desk", "pat", "sam")[:legs]:
        place(desk, name, NUMBERS.get(name, "0003*210"), state, "" if name == "desk" else "desk")
    if beside:
        place(desk, "lone", NUMBERS["pat"], state)
    return desk


def place(desk: Desk, name: str, to: str, state: str, joins: str = "", extension: str = "0003*210") -> Call:
    placement = Placement("default", Direction.OUTBOUND, "0003*210", to, extension=extension, joins=joins)
    desk.say(Verb.PLACE, name, By.API, placement)
    desk.say(Verb.RING, name, By.CARRIER) if state != "queued" else None
    desk.say(Verb.ANSWER, name, By.FAR_PARTY) if state == "in-progress" else None
    return desk.switch.calls[name]


ENDED = """
legs | id     | number | scope | came | ended
-----|--------|--------|-------|------|------------------
1    | yes    |        | leg   | 200  | desk
     |        |        | leg   | 200  | desk lone
     | yes    | pat    | leg   | 204  |
     |        | pat    | leg   | 200  | lone
2    | yes    |        | leg   | 200  | desk pat
     |        |        | leg   | 200  | desk pat lone
     | yes    | pat    | leg   | 200  | desk pat
     |        | pat    | leg   | 200  | desk pat lone
     | yes    | sam    | leg   | 204  |
     |        | sam    | leg   | 204  |
     | yes    | pat    | call  | 200  | desk pat
3    | yes    |        | leg   | 200  | desk pat sam
     |        |        | leg   | 200  | desk pat sam lone
     | yes    | pat    | leg   | 200  | desk pat
     | yes    | sam    | leg   | 200  | desk sam
     |        | pat    | leg   | 200  | desk pat lone
     |        | sam    | leg   | 200  | desk sam
     | yes    | sam    | call  | 200  | desk pat sam
     |        | sam    | call  | 200  | desk pat sam
     |        | pat    | call  | 200  | desk pat sam lone
"""
ROWS = [[*row[:4], row[4], row[5] if len(row) > 5 else ""] for row in table(ENDED)]


@pytest.mark.parametrize("state", ["queued", "ringing", "in-progress"])
@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_a_request_ends_these_legs(row: list[str], state: str) -> None:
    legs, id, number, scope, came, ended = row
    desk = talking(int(legs), {"voipnow.number.scope": scope, "voipnow.view.left_alone": "stays"}, state)
    response = desk.ask(f"DELETE {PATH}{'/$desk' if id else ''}{f'?phoneNumber={NUMBERS[number]}' if number else ''}")
    assert response.status == int(came)
    assert [name for name, call in desk.switch.calls.items() if call.ending] == ended.split()


def test_whichever_leg_is_named_it_is_one_phone_call_with_one_id() -> None:
    desk = talking(3)
    assert desk.id("desk") == desk.id("pat") == desk.id("sam") != desk.id("lone")
    ended = desk.ask(f"DELETE {PATH}/$sam").body
    assert [each["id"] for each in ended] == [desk.id("desk")]
    assert desk.ask(f"DELETE {PATH}/$desk").status == 400


def test_what_is_left_alone_ends_too_unless_it_is_assumed_to_stay() -> None:
    for choice, left in (("ends", []), ("stays", ["sam"])):
        desk = talking(3, {"voipnow.view.left_alone": choice}, beside=False)
        desk.ask(f"DELETE {PATH}/$desk?phoneNumber={NUMBERS['pat']}")
        assert [name for name, call in desk.switch.calls.items() if call.ending is None] == left
    desk = talking(2, beside=False)
    desk.say(Verb.HANG_UP, "pat", By.FAR_PARTY)
    assert desk.switch.calls["desk"].ending is not None
    assert (desk.switch.calls["desk"].ending.cause, desk.switch.calls["desk"].ending.by) == ("normal", "other-leg")
    assert desk.words("desk") == {"code": 0, "disposition": "ANSWERED"}


def test_of_several_phone_calls_with_one_number_each_is_ended_and_each_comes_back() -> None:
    desk = talking(2)
    response = desk.ask(f"DELETE /uapi/phoneCalls/@me/@self?phoneNumber={NUMBERS['pat']}")
    assert [[view["id"] for view in each["phoneCallView"]] for each in response.body] == [["00", "01"], ["00"]]
    assert [each["id"] for each in response.body] == [desk.id("desk"), desk.id("lone")]


def test_the_legs_of_a_phone_call_are_owned_by_the_extension_of_its_first() -> None:
    desk = talking(1, beside=False)
    place(desk, "pat", NUMBERS["pat"], "ringing", "desk", extension="0003*211")
    assert desk.ask("DELETE /uapi/phoneCalls/@me/0003*211").status == 204
    assert desk.ask(f"DELETE {PATH}").status == 200
    assert desk.switch.calls["pat"].ending is not None


def test_each_leg_is_a_view_and_what_a_number_left_open_is_still_on_call() -> None:
    desk = talking(3, beside=False)
    body = desk.ask(f"DELETE {PATH}/$desk?phoneNumber={NUMBERS['pat']}").body[0]
    at = "2026-01-01T00:00:00.000Z"
    assert body["answered"] == body["published"] == at
    told = [(view["id"], view["flow"], view["destination"], view.get("status"), view.get("disposition")) for view in body["phoneCallView"]]
    assert told == [
        ("00", 2, ["0003*210"], None, 0), ("01", 4, [NUMBERS["pat"]], None, 0), ("02", 4, [NUMBERS["sam"]], None, 0),
    ]  # fmt: skip
    desk = talking(3, {"voipnow.view.left_alone": "stays"}, beside=False)
    body = desk.ask(f"DELETE {PATH}/$desk?phoneNumber={NUMBERS['pat']}").body[0]
    assert [view.get("status") for view in body["phoneCallView"]] == [None, None, 5]
    again = desk.ask(f"DELETE {PATH}/$desk").body[0]
    assert [view["id"] for view in again["phoneCallView"]] == ["02"]


@pytest.mark.parametrize(("answered", "told"), [((), None), (("desk",), None), (("desk", "sam"), 2_000), (("pat", "sam", "desk"), 2_000)])
def test_a_phone_call_is_answered_when_two_of_it_can_talk(answered: tuple[str, ...], told: int | None) -> None:
    desk = talking(3, state="ringing", beside=False)
    for name in answered:
        desk.now += 1_000
        desk.say(Verb.ANSWER, name, By.FAR_PARTY)
    (body,) = desk.ask(f"DELETE {PATH}/$desk").body
    assert body.get("answered") == (None if told is None else f"2026-01-01T00:00:0{told // 1000}.000Z")


ACTED = """
view | action   | came | runs
-----|----------|------|------
00   | OnHold   | 200  | desk
01   | OnHold   | 200  | pat
02   | OnHold   | 400  |
01   | Park     | 200  | pat
     | OnHold   | 400  |
     | Transfer | 501  |
01   | Transfer | 501  |
"""


@pytest.mark.parametrize("row", [[*line.split("|"), ""] for line in ACTED.strip().splitlines()[2:]], ids="|".join)
def test_an_action_is_done_to_the_view_it_names(row: list[str]) -> None:
    view, action, came, runs = (cell.strip() for cell in row[:4])
    desk = talking(2, beside=False)
    body = {"action": action, "sendCallTo": "0003*211", **({"phoneCallViewId": view} if view else {})}
    response = desk.ask(f"PUT {PATH}/$pat", body)
    assert response.status == int(came)
    assert [name for name, call in desk.switch.calls.items() if call.actions] == runs.split()
    if came == "200":
        held = next(each for each in response.body["phoneCallView"] if each["id"] == view)
        assert "onHold" in held or "parked" in held
    desk.say(Verb.HANG_UP, "desk", By.FAR_PARTY)
    assert desk.ask(f"PUT {PATH}/$pat", body).status == 400
