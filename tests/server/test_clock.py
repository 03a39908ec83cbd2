"""The test clock: time stands still, goes on as far as somebody says, and never while anything is on its way."""

from __future__ import annotations

import asyncio

import pytest

from callsim.application import Page
from callsim.errors import UsageError
from callsim.server.clock import Clock, clock
from callsim.server.exchange import Errand

from .emulated import ANSWER, TALK, Application, Emulated, run


def test_a_clock_that_is_held_stands_still_whatever_is_asked() -> None:
    async def test(one: Emulated) -> None:
        for _ in range(3):
            await one.call()
        assert (await one.look("state"))["now"] == 0
        assert one.application.kinds == []

    run(test)


def test_when_an_advance_returns_all_that_was_due_has_happened_and_has_been_delivered() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        assert await one.advance(2_000) == {"now": 2_000, "moments": 2, "delivered": 1}
        assert one.application.kinds == ["answer"]
        [call] = await one.look("calls")
        assert (call["id"], call["state"], call["answered"]) == (id, "in-progress", 2_000)
        assert (await one.look("state"))["outstanding"] == []

    run(test)


def test_the_answer_of_a_document_leads_on_at_the_instant_at_which_it_was_asked_for() -> None:
    async def test(one: Emulated) -> None:
        one.application.pages[ANSWER] = Page("<Response><Hangup/></Response>")
        await one.call()
        await one.advance(10_000)
        [call] = await one.look("calls")
        assert (call["ended"], call["ending"]["by"], one.application.kinds) == (2_000, "document", ["answer", "hangup"])

    run(test)


def test_requests_are_served_at_the_instant_at_which_time_stands_still() -> None:
    async def test(one: Emulated) -> None:
        async def hangs_up_first(errand: Errand) -> Page:
            seen.append((await one.plivo("DELETE", f"/Call/{errand.outgoing.params['CallUUID']}/")).status_code)
            return Page(TALK)

        seen: list[int] = []
        one.application.pages[ANSWER] = hangs_up_first
        await one.call()
        await one.advance(60_000)
        [call] = await one.look("calls")
        assert (seen, call["ended"], call["answered"]) == ([204], 2_000, 2_000)

    run(test)


def test_callbacks_of_one_instant_go_to_one_receiver_one_after_the_other() -> None:
    order: list[str] = []

    async def slowly(errand: Errand) -> Page:
        order.append(f"begins {errand.number}")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        order.append(f"ends {errand.number}")
        return Page()

    async def test(one: Emulated) -> None:
        one.application.pages["http://my.app/hangup"] = slowly
        ids = [await one.call() for _ in range(3)]
        for id in ids:
            await one.plivo("DELETE", f"/Call/{id}/")
        await one.advance(0)
        assert order == [f"{what} {number}" for number in (1, 2, 3) for what in ("begins", "ends")]

    run(test)


def test_a_receiver_that_is_slow_holds_up_no_other() -> None:
    async def test(one: Emulated) -> None:
        slow, done = asyncio.Event(), asyncio.Event()

        async def waits(_: Errand) -> Page:
            await slow.wait()
            return Page()

        async def is_told(_: Errand) -> Page:
            done.set()
            return Page()

        one.application.pages |= {"http://slow.app/hangup": waits, "http://my.app/hangup": is_told}
        first, second = await one.call(hangup_url="http://slow.app/hangup"), await one.call()
        await one.plivo("DELETE", f"/Call/{first}/")
        await one.plivo("DELETE", f"/Call/{second}/")
        await done.wait()
        assert not one.driver.lanes.is_quiet
        slow.set()
        await one.driver.settle()

    run(test)


def test_what_fails_while_it_is_carried_is_a_receiver_that_takes_nothing() -> None:
    async def test(one: Emulated) -> None:
        async def fails(_: Errand) -> Page:
            raise RuntimeError("the network is down")

        one.application.pages[ANSWER] = fails
        await one.call()
        await one.advance(130_000)
        [call] = await one.look("calls")
        assert call["words"]["code"] == 7011
        assert "the network is down" in (await one.look("state"))["notes"][0]

    run(test)


def test_next_goes_to_the_next_instant_and_lets_all_of_it_happen() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        await one.call()
        assert (await one.do("clock/next"))["moments"] == 2  # both ring
        assert await one.do("clock/next") == {"now": 2_000, "moments": 2, "delivered": 2}
        assert {call["state"] for call in await one.look("calls")} == {"in-progress"}

    run(test)


def test_until_goes_on_as_long_as_it_takes_and_no_longer() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        assert (await one.do("clock/until", {"call": id, "state": "in-progress"}))["now"] == 2_000
        assert (await one.do("clock/until", {"call": id, "state": "ringing"}))["moments"] == 0

    run(test)


def test_until_says_so_where_it_never_comes_to_be() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call(to="+15550100003", ring_timeout=20)
        said = await one.do("clock/until", {"call": id, "state": "in-progress"}, 400)
        assert said["error"] == f"call {id} in-progress does not come to be: it is 20000 ms, and it is over"
        assert (await one.do("clock/until", {"call": id, "state": "completed"}))["moments"] == 0
        with pytest.raises(UsageError, match="spring does not come to be: it is 20000 ms, and nothing more is due"):
            await one.driver.until(lambda: False, "spring")

    run(test)


def test_idle_leaves_the_time_limits_of_what_is_up() -> None:
    async def test(one: Emulated) -> None:
        one.application.pages[ANSWER] = Page("<Response><MultiPartyCall>room</MultiPartyCall></Response>")
        await one.call()
        assert (await one.do("clock/idle"))["now"] == 2_000
        assert (await one.look("state"))["calls"]["in-progress"] == 1

    run(test)


def test_an_advance_that_may_never_end_is_stopped_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.server.driver.MOST_MOMENTS", 50)

    async def test(one: Emulated) -> None:
        one.application.pages[ANSWER] = Page("<Response><Play loop='0'>http://my.app/tune.mp3</Play></Response>")
        await one.call()
        one.application.pages["http://my.app/again"] = Page("<Response><Wait length='1'/><Redirect>http://my.app/again</Redirect></Response>")
        one.application.pages[ANSWER] = Page("<Response><Redirect>http://my.app/again</Redirect></Response>")
        said = await one.do("clock/idle", status=400)
        assert "may never end" in said["error"]

    run(test)


@pytest.mark.parametrize(
    ("word", "speed", "again"), [("manual", 0, "manual"), ("real", 1, "real"), ("x60", 60, "x60"), ("x0.5", 0.5, "x0.5"), ("x1", 1, "real")]
)
def test_a_clock_is_read_from_one_word(word: str, speed: float, again: str) -> None:
    read = clock(word)
    assert (read.speed, read.word, read.held) == (speed, again, speed == 0)


@pytest.mark.parametrize("word", ["", "fast", "x", "x0", "x-1", "x1e9", "60", "x12345678"])
def test_a_word_that_is_no_clock_is_refused_with_those_there_are(word: str) -> None:
    with pytest.raises(UsageError, match="expected manual, real, or x"):
        clock(word)


class Hands:
    """The time of day, as a test wants it."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_two_advances_at_once_come_to_the_time_of_both() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        ends = await asyncio.gather(one.advance(2_500), one.advance(2_500))
        assert sorted(end["now"] for end in ends) == [2_500, 5_000]

    run(test)


def test_an_advance_of_a_world_that_is_left_moves_no_other() -> None:
    async def test(one: Emulated) -> None:
        async def resets(_: Errand) -> Page:
            await one.do("reset")
            return Page(TALK)

        one.application.pages[ANSWER] = resets
        await one.call()
        assert (await one.advance(60_000))["now"] == 0
        assert (await one.look("health"))["now"] == 0

    run(test)


def test_until_says_so_where_its_world_is_left() -> None:
    async def test(one: Emulated) -> None:
        async def resets(_: Errand) -> Page:
            await one.do("reset")
            return Page(TALK)

        one.application.pages[ANSWER] = resets
        id = await one.call()
        said = await one.do("clock/until", {"call": id, "state": "completed"}, 400)
        assert "the world is another by now" in said["error"]

    run(test)


def test_a_reply_that_waits_in_a_world_that_is_left_is_let_go() -> None:
    async def test(one: Emulated) -> None:
        await one.do("fault", {"what": "wait", "ms": 60_000})
        waiting = asyncio.create_task(one.plivo("GET", "/Call/"))
        while not one.driver._waiting:
            await asyncio.sleep(0)
        await one.do("reset")
        assert (await asyncio.wait_for(waiting, 30)).status_code == 200

    run(test)


def test_until_a_call_is_over_is_reached_though_it_is_forgotten_at_once() -> None:
    async def test(one: Emulated) -> None:
        ids = [await one.call(to="+15550100002") for _ in range(3)]
        await one.do("clock/until", {"call": ids[0], "state": "completed"})
        assert len(await one.look("calls")) < 4

    run(test, Emulated(keep=1))


@pytest.mark.parametrize("path", ["clock/advance", "clock/next", "clock/idle", "clock/until"])
def test_a_clock_that_runs_cannot_be_moved_and_says_so_with_409(path: str) -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        said = await one.do(path, {"ms": 1, "call": id, "state": "completed"}, 409)
        assert "--clock manual" in said["error"]

    run(test, Emulated(Clock(1, Hands())))


def test_on_a_clock_that_runs_what_is_due_has_happened_before_a_request_is_read() -> None:
    hands = Hands()

    async def test(one: Emulated) -> None:
        id = await one.call()
        hands.seconds += 2.5
        assert (await one.plivo("DELETE", f"/Call/{id}/")).status_code == 204
        [call] = await one.look("calls")
        assert (call["answered"], call["ended"], call["ending"]["cause"]) == (2_000, 2_500, "normal")

    run(test, Emulated(Clock(1, hands)))


def test_a_clock_that_is_fast_is_so_many_times_as_fast() -> None:
    hands = Hands()

    async def test(one: Emulated) -> None:
        await one.call()
        hands.seconds += 1
        assert (await one.look("health")) == {"ok": True, "now": 60_000, "clock": "x60"}

    run(test, Emulated(Clock(60, hands)))


def test_a_clock_that_runs_lets_things_happen_by_itself() -> None:
    async def test(one: Emulated) -> None:
        done = asyncio.Event()

        async def is_asked(_: Errand) -> Page:
            done.set()
            return Page(TALK)

        one.application.pages[ANSWER] = is_asked
        await one.call()
        await asyncio.wait_for(done.wait(), 30)

    run(test, Emulated(Clock(1000)))


def test_a_clock_that_runs_can_be_stopped_at_the_moment_at_which_something_happens() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        while not one.application.kinds:
            await asyncio.sleep(0)
        one.driver.dispatch()
        await asyncio.wait_for(one.driver.stop(), 30)

    run(test, Emulated(Clock(1000)))


def test_an_application_of_a_test_is_asked_for_nothing_before_its_time() -> None:
    assert Application().kinds == []
