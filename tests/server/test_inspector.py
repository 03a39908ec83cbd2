"""The inspector without a browser: its page, what it is told and when, what it shows, and who may not use it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from callsim.dialects import VENDORS
from callsim.server.clock import Clock
from callsim.server.driver import Driver
from callsim.server.guard import Guard, names_of
from callsim.server.inspecting import Inspecting
from callsim.server.inspector import FILES
from callsim.server.watching import MOST_TOLD, Crowded, Place, Watcher, Watchers

from .emulated import Emulated, run
from .process import ROOT, Served, serving
from .session import DEEDS, Session, exchange
from .streams import watching

PAGE = Path(ROOT, "callsim", "server", "page")
ADDED = {"role": "agent", "from": "+15550100000", "to": "+15550100001"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as one:
        yield one


async def told(watcher: Watcher) -> dict[str, Any]:
    found = await watcher.more(10)
    assert found is not None
    return found


# -- the page ----------------------------------------------------------------------------------------------------------


def test_all_of_the_page_is_served_as_what_it_is_and_as_nothing_that_could_load_more() -> None:
    types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

    async def test(one: Emulated) -> None:
        for path in ["", *(f"page/{name}" for name in (*FILES, *(file.name for file in PAGE.iterdir())))]:
            answer = await one.http.get(f"/_callsim/{path}")
            assert answer.status_code == 200, path
            headers = answer.headers
            assert headers["content-type"] == f"{types[Path(path or 'x.html').suffix]}; charset=utf-8"
            assert (headers["x-content-type-options"], headers["cache-control"], headers["x-frame-options"]) == ("nosniff", "no-store", "DENY")
            policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
            assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
            assert policy["frame-ancestors"] == policy["form-action"] == policy["base-uri"] == "'none'"

    run(test)


@pytest.mark.parametrize("path", ["page/", "page/nothing.js", "page/../app.py", "page/%2e%2e/app.py", "page/..%2fapp.py", "page/start.js/x"])
def test_no_other_file_is_served(path: str) -> None:
    async def test(one: Emulated) -> None:
        assert (await one.http.get(f"/_callsim/{path}")).status_code == 404

    run(test)


def test_the_address_without_its_last_stroke_leads_to_the_page() -> None:
    async def test(one: Emulated) -> None:
        answer = await one.http.get("/_callsim")
        assert (answer.status_code, answer.headers["location"]) == (307, "/_callsim/")

    run(test)


def test_a_server_says_where_the_page_is_and_its_help_mentions_it(served: Served) -> None:
    assert f"{served.url}/_callsim/" in served.lines[-2]
    command = [sys.executable, "-m", "callsim", "serve", "--help"]
    assert "/_callsim/" in subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True).stdout


def test_who_only_calls_vendors_never_loads_what_the_page_needs() -> None:
    loads = "import sys, callsim.server.serving, callsim.server.app; print([name for name in ('starlette', 'rich') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert done.stdout == "[]\n"


# -- what is told, and when --------------------------------------------------------------------------------------------


def test_whoever_looks_on_is_told_about_whom_there_is_more_and_once() -> None:
    async def test(one: Emulated) -> None:
        watcher = one.app.watchers.admit()
        assert (await told(watcher))["new"]
        await one.call()
        await one.plivo("POST", "/MultiPartyCall/name_den/Participant/", ADDED)
        both = [["plivo", "call#1"], ["plivo", "call#2"]]
        found = await told(watcher)
        assert (found["new"], found["calls"], found["multiparty_calls"]) == (False, both, [["plivo", "den"]])
        await one.advance(1)
        assert (await told(watcher))["calls"] == both
        await one.advance(1)
        found = await told(watcher)
        assert (found["now"], found["calls"]) == (2, [])

    run(test)


def test_what_goes_wrong_later_is_told_and_looking_is_not() -> None:
    async def test(one: Emulated) -> None:
        watcher = one.app.watchers.admit()
        await told(watcher)
        await one.look("calls")
        assert await watcher.more(0.01) is None
        await one.do("fault", {"what": "error"})
        assert await told(watcher)

    run(test)


def test_a_burst_is_told_in_one_piece_and_a_long_one_as_everything_anew() -> None:
    async def test(one: Emulated) -> None:
        watcher = one.app.watchers.admit()
        await told(watcher)
        for _ in range(10):
            await one.call()
        assert len((await told(watcher))["calls"]) == 10
        while one.exchange.offices["plivo"].world.entries_seen < 2 * MOST_TOLD:
            await one.call()
            one.exchange.wait(one.exchange.now + 1_000)
        found = await told(watcher)
        assert (found["new"], found["calls"]) == (True, [])

    run(test)


def test_who_comes_back_is_told_what_there_was_meanwhile() -> None:
    async def test(one: Emulated) -> None:
        first = one.app.watchers.admit()
        await told(first)
        first.leave()
        await one.call()
        again = one.app.watchers.admit(first.place.id)
        found = await told(again)
        assert (found["new"], found["calls"]) == (False, [["plivo", "call#1"]])

    run(test)


@pytest.mark.parametrize("last", ["", "x", "1.2.3.4", "....", "9" * 400, "\ud800.1", "-1.-1.-1"])
def test_who_was_somewhere_else_is_told_to_look_anew(last: str) -> None:
    async def test(one: Emulated) -> None:
        assert (await told(one.app.watchers.admit(last)))["new"]
        here = one.app.watchers.place()
        ahead = here._replace(seen=tuple(each + 1 for each in here.seen))
        assert (await told(one.app.watchers.admit(ahead.id)))["new"]

    run(test)


@pytest.mark.parametrize("deed", ["reset", "restore"])
def test_another_world_is_told_as_everything_anew(deed: str) -> None:
    async def test(one: Emulated) -> None:
        await one.do("snapshot")
        await one.call()
        watcher = one.app.watchers.admit()
        await told(watcher)
        await one.do(deed, {"id": "s1"})
        assert (await told(watcher))["new"]

    run(test)


def test_what_has_been_forgotten_meanwhile_is_told_as_everything_anew() -> None:
    async def test(one: Emulated) -> None:
        watcher = one.app.watchers.admit()
        await told(watcher)
        while not one.exchange.offices["plivo"].world.entries_dropped:
            await one.plivo("DELETE", f"/Call/{await one.call()}/")
        assert (await told(watcher))["new"]

    run(test, Emulated(keep=1))


def test_the_vendors_callers_wake_nobody_where_nobody_looks_on() -> None:
    async def test(one: Emulated) -> None:
        assert one.driver.woken is None
        first, second = one.app.watchers.admit(), one.app.watchers.admit()
        assert one.driver.woken is not None
        first.leave()
        first.leave()
        assert one.driver.woken is not None
        second.leave()
        assert one.driver.woken is None

    run(test)


def test_only_so_many_look_on_and_one_who_leaves_makes_room() -> None:
    async def test(one: Emulated) -> None:
        watchers = Watchers(one.driver, most=2)
        first, _ = watchers.admit(), watchers.admit()
        with pytest.raises(Crowded, match="2 look on already"):
            watchers.admit()
        first.leave()
        assert len(watchers) == 1
        assert watchers.admit()

    run(test)


def test_once_it_ends_nobody_waits_and_nobody_is_let_in() -> None:
    async def test(one: Emulated) -> None:
        watcher = one.app.watchers.admit()
        await told(watcher)
        waiting = asyncio.ensure_future(watcher.more(600))
        await asyncio.sleep(0)
        one.app.watchers.close()
        assert await waiting is None
        with pytest.raises(Crowded):
            one.app.watchers.admit()

    run(test)


def test_a_clock_that_runs_tells_what_comes_by_itself() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        watcher = one.app.watchers.admit()
        while (await told(watcher))["due"] is not None and one.exchange.now < 2_000:
            pass
        assert (await one.look("calls"))[0]["state"] == "in-progress"

    run(test, Emulated(Clock(100)))


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place("ab-1", (1, 20, 300))
    assert Place.read(place.id) == place


# -- the stream of a process -------------------------------------------------------------------------------------------


def test_the_stream_says_what_changes_and_goes_on_where_somebody_was(served: Served) -> None:
    with watching(served.port) as stream:
        assert stream.status == 200
        assert "content-type: text/event-stream" in stream.head
        assert stream.next()["new"]
        served.call()
        told = stream.next()
        assert len(told["calls"]) == 1
    served.call()
    with watching(served.port, f"Last-Event-ID: {stream.last}") as again:
        told = again.next()
        assert (told["new"], len(told["calls"])) == (False, 1)


def test_one_too_many_is_told_so_and_gone_ones_make_room(served: Served) -> None:
    from contextlib import ExitStack

    with ExitStack() as stack:
        streams = [stack.enter_context(watching(served.port)) for _ in range(33)]
        assert sorted(each.status for each in streams) == [*[200] * 32, 503]
        assert "retry-after: 5" in next(each.head for each in streams if each.status == 503)
    while True:
        with watching(served.port) as stream:
            if stream.status == 200:
                break


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_somebody_who_looks_on_holds_up_no_end(how: int) -> None:
    with serving() as one, watching(one.port) as stream:
        stream.next()
        assert one.stop(how) == (0, "")
        assert stream.ends()


def test_what_is_looked_at_is_in_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with serving("--journal", str(path)) as one, watching(one.port) as stream:
        one.call()
        stream.next()
        for look in ("", "list/calls", "one/world", "one/call?vendor=plivo&name=call%231", "one/story?vendor=plivo&name=call%231"):
            assert one.process.poll() is None
            _plain(one, look)
        one.stop()
    command = [sys.executable, "-m", "callsim", "journal", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True).stdout
    assert "inspect" not in said
    assert "one/" not in said


def _plain(one: Served, path: str) -> bytes:
    from urllib.request import ProxyHandler, build_opener

    with build_opener(ProxyHandler({})).open(f"{one.url}/_callsim/{path}", timeout=30) as answer:
        return bytes(answer.read())


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_calls_are_listed_those_that_are_up_first_and_page_by_page() -> None:
    async def test(one: Emulated) -> None:
        ids = [await one.call() for _ in range(5)]
        await one.plivo("DELETE", f"/Call/{ids[4]}/")
        await one.advance(10)
        await one.plivo("DELETE", f"/Call/{ids[1]}/")
        listed = await one.look("list/calls?limit=4")
        assert [row["name"] for row in listed["rows"]] == ["call#4", "call#3", "call#1", "call#2"]
        assert listed["total"] == 5
        assert [row["name"] for row in (await one.look("list/calls?offset=4"))["rows"]] == ["call#5"]
        assert (await one.look("list/calls?limit=0&text=call%235+completed"))["total"] == 1
        assert (await one.look("list/calls?vendor=tryvox"))["total"] == 0
        [row] = (await one.look("list/calls?text=call%232"))["rows"]
        assert (row["since"], row["ending"]["cause"], row["ending"]["by"], row["words"]) == (
            10, "cancelled", "api", "completed, code 1000, Canceled, API Request",
        )  # fmt: skip

    run(test)


def test_multiparty_calls_are_listed_with_who_takes_part() -> None:
    async def test(one: Emulated) -> None:
        for name in ("den", "attic"):
            await one.plivo("POST", f"/MultiPartyCall/name_{name}/Participant/", ADDED)
        await one.advance(3_000)
        await one.plivo("DELETE", "/MultiPartyCall/name_den/")
        rows = (await one.look("list/multiparty_calls"))["rows"]
        shown = [(row["name"], row["state"], row["count"]) for row in rows]
        assert shown == [("attic", "active", {"active": 1}), ("den", "ended", {"exited": 1})]
        assert (await one.look("list/multiparty_calls?text=den"))["total"] == 1
        den = await one.look("one/multiparty_call?vendor=plivo&name=den")
        assert [(part["call"], part["role"], part["exit"]) for part in den["participants"]] == [("call#1", "agent", "mpc-ended")]
        assert (await one.look("one/call?vendor=plivo&name=call%231"))["multiparty_call"] == "den"

    run(test)


def test_a_call_has_its_story_and_nobody_elses() -> None:
    async def test(one: Emulated) -> None:
        id, _ = await one.call(), await one.call()
        await one.advance(1)
        await one.plivo("DELETE", f"/Call/{id}/")
        await one.plivo("DELETE", "/Call/")
        story = await one.look("one/story?vendor=plivo&name=call%231")
        assert [column["name"] for column in story["columns"]] == ["application", "platform", "call#1"]
        assert {event["kind"] for event in story["events"]} >= {"request", "answer", "state"}
        assert "call#2" not in json.dumps(story)
        end = story["ends"][0]
        assert (end["cause"], story["events"][end["event"]]["text"]) == ("cancelled", "completed")

    run(test)


def test_a_multiparty_call_has_the_story_of_all_who_take_part() -> None:
    async def test(one: Emulated) -> None:
        await one.plivo("POST", "/MultiPartyCall/name_den/Participant/", ADDED)
        await one.advance(3_000)
        story = await one.look("one/story?vendor=plivo&name=den")
        assert {lane["name"] for lane in story["lanes"]} == {"call#1", "den", "call#1 in den"}

    run(test)


def test_a_rule_is_told_with_what_it_stands_on() -> None:
    async def test(one: Emulated) -> None:
        rule = await one.look("one/rule?vendor=plivo&id=call.hang_up.ringing.api.outbound")
        assert rule["basis"] in ("documented", "observed")
        assert rule["evidence"][0]["source"]

    run(test)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("list/calls?offset=-1", "whole number"), ("list/calls?limit=many", "whole number"), ("list/calls?vendor=twilio", "twilio"),
        ("list/calls?limit=99999999999999999999", "whole number"), ("one/call?name=x", "vendor"), ("placing", "vendor"),
        ("placing?vendor=plivo&to=" + 2_001 * "1", "characters"),
    ],
)  # fmt: skip
def test_what_is_looked_for_wrongly_is_answered_with_what_was_expected(path: str, word: str) -> None:
    async def test(one: Emulated) -> None:
        answer = await one.http.get(f"/_callsim/{path}")
        assert (answer.status_code, word in answer.json()["error"]) == (400, True), answer.text

    run(test)


@pytest.mark.parametrize("path", ["call", "multiparty_call", "story", "rule"])
def test_what_is_not_there_any_more_is_nothing(path: str) -> None:
    async def test(one: Emulated) -> None:
        assert await one.look(f"one/{path}?vendor=plivo&name=x&id=x") is None

    run(test)


# -- the requests of vendors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_call_is_made_and_ended_by_the_requests_the_page_is_given(vendor: str) -> None:
    async def test(one: Emulated) -> None:
        made = await _sent(one, await one.look(f"placing?vendor={vendor}&to=%2B15550100001"))
        assert made < 300
        await one.advance(3_000)
        [row] = (await one.look(f"list/calls?vendor={vendor}"))["rows"]
        call = await one.look(f"one/call?vendor={vendor}&name={row['name'].replace('#', '%23')}")
        end = next(each for each in call["requests"] if each["what"] == "hang_up")
        assert await _sent(one, end) < 300
        assert (await one.look("list/calls"))["rows"][0]["state"] == "completed"

    run(test)


async def _sent(one: Emulated, deed: dict[str, Any]) -> int:
    opens = deed["opens"]
    auth = (opens["id"], opens["secret"]) if opens["scheme"] == "basic" else None
    headers = {} if auth else {"authorization": f"Bearer {opens['secret']}"}
    answer = await one.http.request(deed["method"], deed["path"], json=deed["body"], headers=headers, auth=auth)
    return answer.status_code


@pytest.mark.parametrize("name", ["den", "a den", "d\u00e9n", "100%", "a?b", "x#y", "<img src=x onerror=alert(1)>"])
def test_a_multiparty_call_is_stopped_by_the_request_the_page_is_given_whatever_its_name(name: str) -> None:
    async def test(one: Emulated) -> None:
        one.application.pages["http://my.app/answer"] = _room(name)
        await one.call()
        await one.advance(3_000)
        [row] = (await one.look("list/multiparty_calls"))["rows"]
        assert row["called"] == name
        found = (await one.http.get("/_callsim/one/multiparty_call", params={"vendor": "plivo", "name": row["name"]})).json()
        stop = next(each for each in found["requests"] if each["what"] == "stop")
        assert await _sent(one, stop) == 204
        assert (await one.look("list/multiparty_calls"))["rows"][0]["state"] == "ended"

    run(test)


def _room(name: str) -> Any:
    from xml.sax.saxutils import escape

    from callsim.application import Page

    return Page(f"<Response><MultiPartyCall>{escape(name)}</MultiPartyCall></Response>")


def test_a_far_party_of_one_vendor_is_told_from_that_of_another_though_their_calls_have_one_id() -> None:
    async def test(one: Emulated) -> None:
        await one.call()
        await _sent(one, await one.look("placing?vendor=tryvox"))
        for vendor in ("tryvox", "plivo"):
            done = await one.do("calls/call%231/hang_up", {"vendor": vendor})
            assert done["call"]["vendor"] == vendor
        said = await one.do("calls/call%231/hang_up", {"vendor": ["twilio"]}, 404)
        assert "twilio" in said["error"]

    run(test)


def test_the_secrets_of_ones_own_accounts_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text("callsim: 1\ntitle: A desk\nvendor: plivo\ncalls:\n  alice: {to: \"+15550100003\"}\n")
    with serving("--world", "desk.yaml", "--account", "plivo:MAXXXXXXXXXXXXXXXXXX:my-own-secret", cwd=tmp_path) as one:
        for path in ("one/call?vendor=plivo&name=alice", "placing?vendor=plivo", "one/world", "list/calls"):
            text = _plain(one, path).decode()
            assert "my-own-secret" not in text
        deed = json.loads(_plain(one, "placing?vendor=plivo"))
        assert deed["opens"] == {"scheme": "basic", "id": "MAXXXXXXXXXXXXXXXXXX", "secret": None}


# -- who may not -------------------------------------------------------------------------------------------------------

_HOST = {"host": "127.0.0.1:8080"}
_LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"sec-fetch-site": "same-origin"}, None), ("GET", {"sec-fetch-site": "none"}, None),
        ("GET", {"sec-fetch-site": "cross-site"}, 403),
        ("GET", {"sec-fetch-site": "same-site"}, 403), ("GET", {"sec-fetch-site": "cross-site", **_LINK}, None),
        ("GET", {"sec-fetch-site": "same-site", **_LINK, "sec-fetch-dest": "iframe"}, 403),
        ("POST", {"sec-fetch-site": "cross-site", **_LINK, "content-type": "application/json"}, 403),
    ],
)  # fmt: skip
def test_what_a_page_of_somebody_elses_asks_for_is_refused_but_a_link_may_be_followed(
    method: str, headers: dict[str, str], status: int | None
) -> None:
    found = Guard(names_of("127.0.0.1", 8080, "127.0.0.1")).turns_away(method, {**_HOST, **headers})
    assert (None if found is None else found[0]) == status


def test_the_page_needs_no_token_and_all_it_shows_does() -> None:
    async def test(one: Emulated) -> None:
        one.app.guard = Guard({"emulator"}, "a-token-of-some-length", True)
        assert [(await one.http.get(f"/_callsim/{path}")).status_code for path in ("", "page/start.js", "page/style.css")] == [200] * 3
        for path in ("events", "list/calls", "one/world", "one/call?vendor=plivo&name=x", "placing?vendor=plivo", "state", "page"):
            assert (await one.http.get(f"/_callsim/{path}")).status_code == 401, path
        answer = await one.http.get("/_callsim/one/world", headers={"x-callsim-token": "a-token-of-some-length"})
        assert answer.status_code == 200
        assert (await one.http.get("/_callsim/page/start.js", headers={"host": "evil.example"})).status_code == 403

    run(test)


# -- a law -------------------------------------------------------------------------------------------------------------


def _shown(inspecting: Inspecting) -> dict[tuple[str, str, str], Any]:
    """Everything the page could show of what there is."""
    lists = {"calls": inspecting.calls, "multiparty_calls": inspecting.multiparty_calls}
    rows = {(kind, row["vendor"], row["name"]): row for kind, find in lists.items() for row in find({"limit": "200"})["rows"]}
    for (kind, vendor, name), row in rows.items():
        query = {"vendor": vendor, "name": name}
        one = inspecting.call(query) if kind == "calls" else inspecting.multiparty_call(query)
        row["more"] = one
        story = inspecting.story(query)
        assert story is not None
        row["story"], row["beside"] = story["events"], {column["name"] for column in story["columns"]}
    return rows


@settings(deadline=None, max_examples=60)
@given(st.lists(DEEDS, min_size=1, max_size=30))
def test_nothing_that_is_shown_changes_without_being_told(deeds: list[Any]) -> None:
    session = Session(exchange())
    driver = Driver(session.exchange, Clock(0), None)  # type: ignore[arg-type]  # nothing is carried here
    watchers, inspecting = Watchers(driver), Inspecting(session.exchange, driver.clock)
    place, before = watchers.place(), _shown(inspecting)
    for deed in deeds:
        session.do([deed])
        if deed[0] in ("reset", "restore"):
            driver.worlds += 1
        told, after = watchers.since(place), _shown(inspecting)
        named = {(vendor, name) for kind in ("calls", "multiparty_calls") for vendor, name in told[kind]}
        # A page looks again where there is more of anybody on the ladder it shows.
        looks = {key for key, row in before.items() if any((key[1], name) in named for name in (key[2], *row["beside"]))}
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert told["new"] or all(key in looks or key[1:] in named for key in changed)
        place, before = watchers.place(), after
