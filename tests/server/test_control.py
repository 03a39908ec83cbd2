"""What can be asked of a running emulator under /_callsim/, and who may ask it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from callsim.application import Page
from callsim.server.clock import Clock
from callsim.server.exchange import Errand
from callsim.server.guard import Guard, names_of

from .emulated import ANSWER, KEYS, PLIVO, Emulated, run

# -- looking -----------------------------------------------------------------------------------------------------------


def test_everything_is_there_at_a_glance() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        await one.do("fault", {"what": "error"})
        await one.do("snapshot")
        state = await one.look("state")
        assert state["calls"] == {"queued": 1, "ringing": 0, "in-progress": 0, "completed": 0}
        assert (state["due"], state["snapshots"], state["faults"], state["requests"]) == (0, ["s1"], [{"what": "error"}], 1)
        assert state["dropped"] == {"trace": 0, "calls": 0, "requests": 0, "snapshots": 0}

    run(test)


def test_a_call_is_shown_in_our_words_and_in_the_vendors() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        await one.plivo("DELETE", f"/Call/{id}/")
        [call] = await one.look("calls")
        assert (call["ending"]["cause"], call["ending"]["by"], call["words"]["code"]) == ("cancelled", "api", 1000)

    run(test)


def test_requests_that_nobody_has_a_route_for_are_kept_and_listed() -> None:
    async def test(one: Emulated) -> None:
        await one.http.get("/v1/Account/MADEMODEMODEMODEMO00/Cell/", headers=KEYS["plivo"])
        await one.http.get("/twilio/2010-04-01/Calls")
        await one.call()
        told = [(each["vendor"], each["status"], each["matched"]) for each in await one.look("requests")]
        assert told == [("plivo", 404, False), ("", 404, False), ("plivo", 201, True)]

    run(test)


def test_what_opens_a_door_is_in_no_list() -> None:
    async def test(one: Emulated) -> None:
        await one.http.get(f"{PLIVO}/Call/", headers=KEYS["plivo"])
        await one.http.get("/uapi/phoneCalls/@me/@self?accessRequestToken=Bearer%20demo&count=1")
        await one.http.get("/uapi/phoneCalls/@me/@self?accessRequestToken=Bearer%20wrong-secret")
        shown = str([await one.look(path) for path in ("requests", "trace", "state", "calls")])
        for secret in ("demo-token", "TUFERU1P", "accessRequestToken", "Bearer", "wrong-secret"):
            assert secret not in shown

    run(test)


def test_the_trace_goes_on_where_somebody_has_stopped_reading() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        first = (await one.look("trace"))["entries"]["plivo"]
        await one.advance(2_000)
        more = (await one.look(f"trace?after={len(first)}"))["entries"]["plivo"]
        assert more
        assert (await one.look("trace"))["entries"]["plivo"] == first + more
        assert (await one.http.get("/_callsim/trace?after=soon")).status_code == 400

    run(test)


@pytest.mark.parametrize("vendor", ["plivo", "tryvox", "voipnow"])
def test_each_vendors_interface_is_described(vendor: str) -> None:
    async def test(one: Emulated) -> None:
        found = await one.look(f"openapi/{vendor}.json")
        assert found["openapi"] == "3.1.0"
        assert all((path.startswith("/") and "{" in path) or "Call" in path for path in found["paths"])

    run(test)


@pytest.mark.parametrize("path", ["nothing", "openapi/twilio.json", "openapi/plivo", "calls/1", "state/more"])
def test_what_is_not_there_is_not_found_and_says_what_is(path: str) -> None:
    async def test(one: Emulated) -> None:
        found = await one.http.get(f"/_callsim/{path}")
        assert found.status_code == 404
        assert "health" in found.json()["error"]

    run(test)


# -- doing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("clock/advance", {}, "ms"), ("clock/advance", {"ms": -1}, "ms"), ("clock/advance", {"ms": "1s"}, "milliseconds"),
        ("clock/advance", {"ms": True}, "ms"), ("clock/advance", {"ms": 10**15}, "ms"), ("clock/until", {"call": "1"}, "STATE"),
        ("clock/until", {"call": "nobody", "state": "ringing"}, "no call"), ("restore", {}, "NAME"), ("restore", {"id": "s9"}, "s9"),
        ("fault", {}, "expected one of"), ("fault", {"what": "flood"}, "flood"), ("fault", {"what": "late"}, "ms"),
        ("fault", {"what": "error", "kind": "hangup"}, "kind"), ("fault", {"what": "twice", "path": "/"}, "path"),
        ("fault", {"what": "error", "when": "now"}, "when"), ("fault", {"what": "wait", "ms": 10**9}, "ms"),
        ("fault", {"what": "error", "path": 7}, "text"), ("inbound", {"vendor": "twilio"}, "twilio"), ("inbound", {"vendor": 7}, "7"),
        ("inbound", {"form": "1"}, "form"), ("inbound", {"from": 1}, "text"), ("inbound", {"answer_url": "my.app"}, "URL"),
        ("inbound", {"hangs_up": -1}, "hangs_up"), ("clock/advance", [1], "object"), ("clock/advance", "{", "object"),
    ],
)  # fmt: skip
def test_what_is_asked_for_wrongly_is_answered_with_what_was_expected(path: str, body: Any, word: str) -> None:
    async def test(one: Emulated) -> None:
        said = await one.do(path, body, 400)
        assert word in said["error"]

    run(test)


def test_a_body_that_is_no_json_or_is_too_long_is_refused() -> None:
    async def test(one: Emulated) -> None:
        headers = {"content-type": "application/json"}
        for content, status in ((b"{", 400), (b"[" * 100_000, 400), (b"x" * (1024 * 1024 + 1), 413)):
            answer = await one.http.post("/_callsim/clock/advance", content=content, headers=headers)
            assert (answer.status_code, "error" in answer.json()) == (status, True)

    run(test)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_do_nothing_here(method: str) -> None:
    async def test(one: Emulated) -> None:
        answer = await one.http.request(method, "/_callsim/reset", json={})
        assert answer.status_code == 405

    run(test)


def test_the_far_party_can_be_made_to_do_what_people_do() -> None:
    async def test(one: Emulated) -> None:
        one.application.pages[ANSWER] = Page("<Response><GetDigits timeout='60'/></Response>")
        id = await one.call(to="+15550100003")
        await one.advance(0)
        done = await one.do(f"calls/{id}/answer")
        await one.advance(0)
        assert (done["outcome"], done["call"]["state"]) == ("done", "in-progress")
        assert (await one.do(f"calls/{id}/press", {"digits": "1"}))["outcome"] == "done"
        ended = await one.do(f"calls/{id}/hang_up", {"by": "callee"})
        assert ended["call"]["ending"]["by"] == "far-party"
        again = await one.do(f"calls/{id}/hang_up")
        assert again["outcome"] == "already"

    run(test)


@pytest.mark.parametrize(("by", "who"), [("api", "api"), ("far_party", "far-party"), ("caller", "far-party")])
def test_a_call_can_be_hung_up_by_either_side(by: str, who: str) -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        await one.advance(2_000)
        assert (await one.do(f"calls/{id}/hang_up", {"by": by}))["call"]["ending"]["by"] == who

    run(test)


def test_who_does_what_nobody_can_is_told_so() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        assert "press" in (await one.do(f"calls/{id}/sing", status=404))["error"]
        assert "no call" in (await one.do("calls/nobody/hang_up", status=404))["error"]
        assert "by" in (await one.do(f"calls/{id}/hang_up", {"by": "me"}, 400))["error"]
        assert "by" in (await one.do(f"calls/{id}/answer", {"by": "api"}, 400))["error"]
        assert "digits" in (await one.do(f"calls/{id}/press", status=400))["error"]

    run(test)


def test_somebody_can_call_in_and_is_answered_by_the_application() -> None:
    async def test(one: Emulated) -> None:
        made = await one.do("inbound", {"from": "+15550100009", "answer_url": ANSWER, "hangs_up": 5_000})
        assert (made["direction"], made["from"]) == ("inbound", "+15550100009")
        await one.advance(5_000)
        [call] = await one.look("calls")
        assert (call["state"], call["answered"], call["ended"]) == ("completed", 0, 5_000)

    run(test)


@pytest.mark.parametrize("vendor", ["plivo", "tryvox", "voipnow"])
def test_somebody_can_call_in_at_every_vendor(vendor: str) -> None:
    async def test(one: Emulated) -> None:
        await one.do("inbound", {"vendor": vendor})
        [call] = await one.look("calls")
        assert (call["vendor"], call["state"]) == (vendor, "ringing")

    run(test)


def test_reset_begins_anew_with_the_same_ids() -> None:
    async def test(one: Emulated) -> None:
        first = await one.call()
        await one.advance(7_000)
        assert await one.do("reset") == {"ok": True, "now": 0, "clock": "manual"}
        assert (await one.look("calls"), await one.look("requests")) == ([], [])
        assert await one.call() == first

    run(test)


def test_what_follows_a_snapshot_can_be_tried_again_and_comes_out_the_same() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        await one.advance(1_000)
        snapshot = await one.do("snapshot")
        ends = []
        for _ in range(2):
            await one.advance(3_000)
            await one.plivo("DELETE", f"/Call/{id}/")
            await one.driver.settle()
            state, [call] = await one.look("state"), await one.look("calls")
            ends.append((state["trace_hash"], call["ended"], call["ending"]["cause"]))
            assert (await one.do("restore", {"id": snapshot["id"]}))["now"] == 1_000
        assert ends[0] == ends[1]
        assert ends[0][1:] == (4_000, "normal")
        [call] = await one.look("calls")
        assert call["state"] == "ringing"

    run(test)


def test_what_was_on_its_way_when_a_world_was_left_means_nothing_to_the_next() -> None:
    async def test(one: Emulated) -> None:
        arrived, go_on = asyncio.Event(), asyncio.Event()

        async def waits(_: Errand) -> Page:
            arrived.set()
            await go_on.wait()
            return Page("<Response><Hangup/></Response>")

        one.application.pages[ANSWER] = waits
        await one.call()
        advancing = asyncio.create_task(one.advance(2_000))
        await arrived.wait()
        await one.do("reset")
        go_on.set()
        await advancing
        assert await one.look("calls") == []

    run(test)


def test_only_so_many_snapshots_are_kept() -> None:
    async def test(one: Emulated) -> None:
        for _ in range(5):
            await one.do("snapshot")
        state = await one.look("state")
        assert (state["snapshots"], state["dropped"]["snapshots"]) == (["s3", "s4", "s5"], 2)
        assert "s3, s4, s5" in (await one.do("restore", {"id": "s1"}, 400))["error"]

    run(test, Emulated(keep=3))


# -- faults ------------------------------------------------------------------------------------------------------------


def test_the_next_request_that_fits_fails_and_is_not_carried_out() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        await one.do("fault", {"what": "error", "method": "DELETE"})
        assert (await one.plivo("GET", f"/Call/{id}/?status=queued")).status_code == 200
        assert (await one.plivo("DELETE", f"/Call/{id}/")).status_code == 500
        assert (await one.look("calls"))[0]["state"] == "queued"
        assert (await one.plivo("DELETE", f"/Call/{id}/")).status_code == 204

    run(test)


def test_a_reply_that_waits_comes_when_its_time_has_come_and_its_request_was_carried_out_before() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        await one.do("fault", {"what": "wait", "path": "/Call/", "ms": 3_000})
        waiting = asyncio.create_task(one.plivo("DELETE", f"/Call/{id}/"))
        while (await one.look("calls"))[0]["state"] != "completed":
            await asyncio.sleep(0)
        await one.advance(2_999)
        assert not waiting.done()
        await one.advance(1)
        assert (await waiting).status_code == 204

    run(test)


def test_a_callback_can_come_late_twice_or_after_the_next() -> None:
    async def test(one: Emulated) -> None:
        ids = [await one.call(hangup_url=f"http://my.app/{name}") for name in ("first", "second", "third")]
        await one.do("fault", {"what": "late", "url": "first", "ms": 5_000})
        await one.do("fault", {"what": "reordered", "kind": "hangup", "url": "second"})
        await one.do("fault", {"what": "twice", "url": "third"})
        for id in ids:
            await one.plivo("DELETE", f"/Call/{id}/")
        await one.advance(0)
        told = [errand.outgoing.url.rpartition("/")[2] for errand in one.application.taken]
        assert told == ["third", "third", "second"]
        await one.advance(5_000)
        assert one.application.taken[-1].outgoing.url == "http://my.app/first"

    run(test)


def test_what_is_to_be_overtaken_goes_out_though_nothing_overtakes_it() -> None:
    async def test(one: Emulated) -> None:
        await one.do("fault", {"what": "reordered"})
        id = await one.call()
        await one.plivo("DELETE", f"/Call/{id}/")
        await one.advance(0)
        assert one.application.kinds == ["hangup"]

    run(test)


def test_a_callback_that_is_late_or_held_back_is_still_told_though_little_is_kept() -> None:
    async def test(one: Emulated) -> None:
        await one.do("fault", {"what": "late", "kind": "hangup", "ms": 9_000})
        await one.do("fault", {"what": "reordered", "kind": "hangup"})
        for _ in range(30):
            await one.plivo("DELETE", f"/Call/{await one.call()}/")
            await one.advance(100)
        kept = len(await one.look("calls"))
        await one.advance(9_000)
        assert (len(one.application.taken), kept < 10) == (30, True)

    run(test, Emulated(keep=4))


def test_there_are_only_so_many_faults() -> None:
    async def test(one: Emulated) -> None:
        for _ in range(1000):
            await one.do("fault", {"what": "error"})
        assert "1000" in (await one.do("fault", {"what": "error"}, 400))["error"]

    run(test)


# -- who may ask -------------------------------------------------------------------------------------------------------

_HERE = Guard(names_of("127.0.0.1", 8080, "127.0.0.1"))
_EVERYWHERE = Guard(names_of("0.0.0.0", 8080, "0.0.0.0"), "a-token-of-some-length", True)
_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("guard", "method", "headers", "status"),
    [
        (_HERE, "GET", {"host": "127.0.0.1:8080"}, None),
        (_HERE, "GET", {"host": "LOCALHOST:8080"}, None),
        (_HERE, "GET", {"host": "evil.example:8080"}, 403),
        (_HERE, "GET", {"host": "127.0.0.1:9"}, 403),
        (_HERE, "GET", {"host": "127.0.0.1"}, 403),
        (_HERE, "GET", {}, 403),
        (_HERE, "GET", {"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080"}, None),
        (_HERE, "GET", {"host": "127.0.0.1:8080", "origin": "http://evil.example"}, 403),
        (_HERE, "GET", {"host": "127.0.0.1:8080", "origin": "null"}, 403),
        (_HERE, "GET", {"host": "127.0.0.1:8080", "origin": "https://127.0.0.1:8080"}, 403),
        (_HERE, "POST", {"host": "127.0.0.1:8080"}, 415),
        (_HERE, "POST", {"host": "127.0.0.1:8080", "content-type": "text/plain"}, 415),
        (_HERE, "POST", {"host": "127.0.0.1:8080", "content-type": "application/json; charset=utf-8"}, None),
        (_HERE, "POST", {"host": "127.0.0.1:8080", "x-callsim-token": ""}, 415),
        (_EVERYWHERE, "GET", {"host": "0.0.0.0:8080"}, 401),
        (_EVERYWHERE, "POST", {"host": "0.0.0.0:8080", **_JSON}, 401),
        (_EVERYWHERE, "GET", {"host": "0.0.0.0:8080", "x-callsim-token": "a-token-of-some-lengths"}, 401),
        (_EVERYWHERE, "POST", {"host": "0.0.0.0:8080", "x-callsim-token": "a-token-of-some-length"}, None),
        (Guard(names_of("::1", 8080, "::1")), "GET", {"host": "[::1]:8080"}, None),
        (Guard(names_of("127.0.0.1", 80, "localhost")), "GET", {"host": "localhost"}, None),
    ],
)  # fmt: skip
def test_only_who_is_meant_to_holds_the_clock(guard: Guard, method: str, headers: dict[str, str], status: int | None) -> None:
    found = guard.turns_away(method, headers)
    assert (None if found is None else found[0]) == status


def test_no_page_of_another_site_is_told_anything() -> None:
    async def test(one: Emulated) -> None:
        answer = await one.http.options("/_callsim/reset", headers={"origin": "http://evil.example"})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]

    run(test)


def test_a_running_clock_can_be_looked_at_and_its_calls_can_be_hung_up() -> None:
    async def test(one: Emulated) -> None:
        id = await one.call()
        assert (await one.do(f"calls/{id}/hang_up", {"by": "api"}))["outcome"] == "done"

    run(test, Emulated(Clock(1)))


def test_how_often_somebody_looks_does_not_change_what_tells_a_story_from_others() -> None:
    found: list[str] = []

    async def story(one: Emulated, looks: bool) -> None:
        for number in range(12):
            await one.plivo("DELETE", f"/Call/{await one.call(to=f'+1555010000{number % 4}')}/")
            await one.advance(700)
            if looks and number % 3 != 1:
                await one.look("state")
        state = await one.look("state")
        assert state["dropped"]["trace"] > 0
        found.append(state["trace_hash"])

    for looks in (True, False):
        run(lambda one, looks=looks: story(one, looks), Emulated(keep=1))  # type: ignore[misc]
    assert found[0] == found[1]


def test_of_a_body_that_is_long_only_its_size_is_kept() -> None:
    async def test(one: Emulated) -> None:
        await one.plivo("POST", "/Call/", {"from": "1", "more": "x" * 500_000})
        [kept] = await one.look("requests")
        assert kept["body"].startswith("(500,0")
        assert kept["body"].endswith(" bytes)")

    run(test)


_HALVES = [
    *(b'{"from": "%", "call": "%", "state": "%", "what": "%"}'.replace(b"%", half) for half in (b"\\ud800", b"\xed\xa0\x80")),
    '{"from": "\ud800"}'.encode("utf-16", "surrogatepass"),
]


@pytest.mark.parametrize("body", _HALVES)
@pytest.mark.parametrize("path", ["/_callsim/inbound", "/_callsim/clock/until", "/_callsim/fault", f"{PLIVO}/Call/"])
def test_half_of_a_character_pair_is_no_text(path: str, body: bytes) -> None:
    async def test(one: Emulated) -> None:
        found = await one.http.post(path, content=body, headers={"content-type": "application/json", **KEYS["plivo"]})
        assert found.status_code == 400, found.text
        assert "JSON" in found.json()["error"]
        assert await one.look("calls") == []

    run(test)
