"""The page of a running emulator in a real browser: it shows what happens, and what is done in it happens."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

import pytest

from tests.server.emulated import PLIVO
from tests.server.process import Served, serving

from .minding import Minded

NASTY = "<img src=x onerror=document.title='run'>"
WIDE = {"width": 1400, "height": 1000}


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as one:
        yield one


@contextmanager
def another(page: Any, *options: str, **more: Any) -> Iterator[Served]:
    """An emulator that is left before it ends: a browser complains of one that is not there."""
    with serving(*options, **more) as one:
        yield one
        page.goto("about:blank")


@pytest.fixture
def own(tmp_path: Path) -> tuple[str, ...]:
    """The options for a world with an account of one's own."""
    calls = "calls:\n  alice: {to: \"+15550100003\", account: MAXXXXXXXXXXXXXXXXXX}\n"
    (tmp_path / "desk.yaml").write_text(f"callsim: 1\ntitle: A desk\nvendor: plivo\n{calls}")
    return "--world", str(tmp_path / "desk.yaml"), "--account", "plivo:MAXXXXXXXXXXXXXXXXXX:my-own-secret"


def opened(page: Any, served: Served, hash: str = "") -> Any:
    """The page, once it is told of changes."""
    page.goto(f"{served.url}/_callsim/{hash}")
    live(page)
    return page


def live(page: Any) -> None:
    page.locator("#connection", has_text="live").wait_for()


def state(page: Any, text: str) -> None:
    """Wait until what is chosen has come to a state."""
    page.locator("#chosen .facts dd", has_text=text).first.wait_for()


def choose(page: Any, name: str) -> None:
    page.locator("#lists").get_by_role("button", name=name, exact=True).click()
    page.get_by_role("heading", name=name).wait_for()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


# -- it shows what happens ---------------------------------------------------------------------------------------------


def test_a_call_that_somebody_makes_and_ends_is_seen_as_it_happens(served: Served, page: Any) -> None:
    opened(page, served)
    id = served.call()
    row = page.locator("#calls tr", has_text="call#1")
    row.get_by_text("queued").wait_for()
    served.do("clock/until", call=id, state="in-progress")
    row.get_by_text("in-progress").wait_for()
    served.ask("DELETE", f"{PLIVO}/Call/{id}/")
    row.get_by_text("completed, code 4000").wait_for()
    assert page.locator("#time").inner_text() == "2s"


def test_a_multiparty_call_is_seen_with_who_takes_part_and_leads_to_them(served: Served, page: Any) -> None:
    opened(page, served)
    said = {"role": "agent", "from": "+15550100000", "to": "+15550100001"}
    assert served.ask("POST", f"{PLIVO}/MultiPartyCall/name_den/Participant/", said)[0] == 201
    served.do("clock/advance", ms=3_000)
    choose(page, "den")
    state(page, "active")
    page.get_by_role("table", name="Who takes part").get_by_role("button").click()
    page.get_by_role("heading", name="call#1").wait_for()
    press(page, "kick from the multiparty call")
    state(page, "completed")


def test_a_click_on_an_end_tells_the_rule_its_source_and_the_chain_of_causes(served: Served, page: Any) -> None:
    opened(page, served)
    id = served.call()
    served.ask("DELETE", f"{PLIVO}/Call/{id}/")
    choose(page, "call#1")
    press(page, "Why call#1 ended")
    behind = page.locator("#behind")
    assert behind.get_by_text("call.hang_up.queued.api").count() >= 1
    assert behind.locator(".causes li").count() >= 2
    first = behind.locator(".causes li").last
    assert "where it began" in first.inner_text()
    first.get_by_role("button").click()
    assert "DELETE" in behind.locator("h2").inner_text()


def test_the_ladder_grows_and_leaves_the_reader_and_the_focus_where_they_were(served: Served, page: Any) -> None:
    opened(page, served)
    id = served.call()
    choose(page, "call#1")
    first = page.locator(".ladder button").first
    first.focus()
    page.keyboard.press("Enter")
    told = page.locator("#behind h2").inner_text()
    served.do("clock/advance", ms=1_500)
    served.ask("DELETE", f"{PLIVO}/Call/{id}/")
    page.locator(".ladder").get_by_role("button", name="completed, cancelled").wait_for()
    assert page.evaluate("document.activeElement.dataset.place") == "0"
    assert page.locator("#behind h2").inner_text() == told
    assert page.locator(".ladder li.chosen button").get_attribute("data-place") == "0"


def test_what_is_chosen_is_in_the_address(served: Served, page: Any) -> None:
    served.call()
    opened(page, served, "#call/plivo/call%231")
    state(page, "queued")
    assert page.locator("#calls [aria-current]").inner_text() == "call#1"


def test_a_list_that_changes_keeps_the_focus(served: Served, page: Any) -> None:
    opened(page, served)
    served.call()
    button = page.locator("#lists").get_by_role("button", name="call#1", exact=True)
    button.focus()
    served.call()
    page.locator("#calls tr").nth(1).wait_for()
    assert page.evaluate("document.activeElement.textContent") == "call#1"
    assert page.locator("#calls button").all_inner_texts() == ["call#2", "call#1"]


def test_a_page_that_nobody_sees_does_not_listen_and_catches_up_once_it_is_seen(served: Served, page: Any) -> None:
    opened(page, served)
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }""")
    served.call()
    with page.expect_request(lambda asked: asked.url.endswith("/events")) as asked:
        page.evaluate("""() => {
            Object.defineProperty(document, 'hidden', {value: false, configurable: true});
            document.dispatchEvent(new Event('visibilitychange'));
        }""")
    assert asked.value.headers["last-event-id"]
    page.locator("#calls tr", has_text="call#1").wait_for()


def test_on_a_small_screen_nothing_is_wider_than_it(served: Served, minded: Callable[..., Minded]) -> None:
    page = opened(minded(viewport={"width": 400, "height": 800}).page, served)
    served.ask("DELETE", f"{PLIVO}/Call/{served.call()}/")
    said = {"role": "agent", "from": "+15550100000", "to": "+15550100001"}
    served.ask("POST", f"{PLIVO}/MultiPartyCall/name_den/Participant/", said)
    choose(page, "den")
    choose(page, "call#1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_comes_back_by_itself_to_an_emulator_that_was_started_again(minded: Callable[..., Minded], tmp_path: Any) -> None:
    one = minded()
    journal = str(tmp_path / "calls.db")
    with serving("--journal", journal) as first:
        opened(one.page, first)
        first.call()
        one.page.locator("#calls tr").wait_for()
        first.stop()
        port = first.port
    one.page.locator("#connection", has_text="not connected").wait_for()
    with another(one.page, "--journal", journal, "--port", str(port)) as again:
        live(one.page)
        again.call()
        one.page.locator("#calls tr").nth(1).wait_for()
    # While nobody was there the browser said so.
    one.complaints[:] = [each for each in one.complaints if "net::ERR" not in each]


# -- what is done in it happens ----------------------------------------------------------------------------------------


def test_a_hang_up_by_the_api_and_one_by_the_far_party_change_the_call(served: Served, page: Any) -> None:
    opened(page, served)
    first, second = served.call(to="+15550100003"), served.call(to="+15550100001")
    served.do("clock/until", call=second, state="in-progress")
    choose(page, "call#1")
    press(page, "hang up by the API")
    state(page, "completed")
    choose(page, "call#2")
    press(page, "hang up")
    state(page, "completed")
    ended = {call["id"]: call["ending"] for call in served.look("calls")}
    assert {id: (each["cause"], each["by"]) for id, each in ended.items()} == {first: ("cancelled", "api"), second: ("normal", "far-party")}
    assert page.locator("#said").inner_text().startswith("call#2: completed, normal by callee")


def test_hanging_up_twice_tells_the_vendors_refusal_and_its_rule(served: Served, minded: Callable[..., Minded]) -> None:
    one = minded()
    page = opened(one.page, served)
    id = served.call()
    served.ask("DELETE", f"{PLIVO}/Call/{id}/")
    choose(page, "call#1")
    press(page, "hang up by the API")
    came = page.locator("#chosen .came").first
    came.get_by_text("404").wait_for()
    came.get_by_role("button").click()
    page.locator("#chosen .came .rule .basis").wait_for()
    # A browser notes every 404 on its console.
    one.complaints[:] = [each for each in one.complaints if "404" not in each]


def test_the_clock_is_advanced_by_so_much_or_to_what_is_due(served: Served, page: Any) -> None:
    opened(page, served)
    served.call(to="+15550100001")
    choose(page, "call#1")
    page.get_by_label("Milliseconds").first.fill("1500")
    press(page, "advance")
    state(page, "ringing")
    assert served.look("health")["now"] == 1_500
    press(page, "on to what is due next")
    state(page, "in-progress")
    assert page.locator("#time").inner_text() == "2s"
    served.ask("DELETE", f"{PLIVO}/Call/{served.call(to='+15550100003')}/")
    served.call(to="+15550100003")
    choose(page, "call#3")
    page.get_by_role("combobox", name="State").select_option("completed")
    press(page, "on until it is")
    state(page, "completed")
    assert served.look("health")["now"] == 122_000


def test_where_the_clock_runs_nobody_advances_it_and_it_says_why(page: Any) -> None:
    with another(page, "--clock", "x2") as one:
        opened(page, one)
        assert page.get_by_role("button", name="advance", exact=True).is_disabled()
        assert page.get_by_text("The clock is x2: it runs by itself.").count() == 1
        one.call()
        page.locator("#calls td", has_text="in-progress").wait_for()


@pytest.mark.parametrize("what", ["error", "lost-reply", "wait", "late", "twice", "reordered"])
def test_every_fault_can_be_injected_and_is_listed_until_it_has_happened(served: Served, page: Any, what: str) -> None:
    opened(page, served)
    page.get_by_label("What goes wrong").select_option(what)
    press(page, "inject the fault")
    page.locator("#faults", has_text=what).wait_for()
    [fault] = served.look("state")["faults"]
    assert fault["what"] == what
    if what == "error":
        assert served.ask("GET", f"{PLIVO}/Call/")[0] == 500
        page.locator("#faults", has_text="nothing").wait_for()


def test_a_call_is_made_somebody_calls_a_snapshot_is_gone_back_to_and_all_begins_anew(served: Served, page: Any) -> None:
    opened(page, served)
    for vendor in ("plivo", "tryvox", "voipnow"):
        form = page.get_by_role("form", name="make a call", exact=True)
        with page.expect_response(lambda answer: "placing" in answer.url):
            form.get_by_label("Vendor").select_option(vendor)
        form.locator(".curl", has_text={"plivo": "/v1/Account", "tryvox": "/v1/voice", "voipnow": "/uapi"}[vendor]).wait_for()
        press(page, "make a call")
        page.locator("#calls tr", has_text=vendor).wait_for()
    press(page, "take a snapshot")
    press(page, "call in")
    page.locator("#calls tr").nth(3).wait_for()
    press(page, "go back to it")
    page.locator("#calls tr").nth(3).wait_for(state="detached")
    press(page, "begin anew")
    page.locator("#calls tr").first.wait_for(state="detached")
    assert served.look("calls") == []


def test_a_reply_that_waits_is_waited_for(served: Served, page: Any) -> None:
    opened(page, served)
    served.call(to="+15550100003")
    served.do("fault", what="wait", method="DELETE", ms=5_000)
    choose(page, "call#1")
    press(page, "hang up by the API")
    state(page, "completed")
    came = page.locator("#chosen .came").first
    assert came.inner_text() == "on its way"
    served.do("clock/advance", ms=5_000)
    came.get_by_text("204").wait_for()


def test_a_multiparty_call_is_stopped(served: Served, page: Any) -> None:
    opened(page, served)
    said = {"role": "agent", "from": "+15550100000", "to": "+15550100001"}
    served.ask("POST", f"{PLIVO}/MultiPartyCall/name_den/Participant/", said)
    served.do("clock/advance", ms=3_000)
    choose(page, "den")
    press(page, "stop the multiparty call")
    state(page, "ended")
    assert served.look("calls")[0]["state"] == "completed"


# -- the lines beside the buttons --------------------------------------------------------------------------------------


def line_of(page: Any, name: str) -> str:
    found = page.locator(".deed", has=page.get_by_role("button", name=name, exact=True)).locator("code.curl")
    return str(found.inner_text())


def run(line: str, **more: str) -> str:
    """Run a line as it stands, in a shell."""
    environment = {"PATH": "/usr/bin:/bin", "no_proxy": "*", **more}
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30, env=environment)
    assert (done.returncode, done.stderr) == (0, ""), line
    return done.stdout


def test_every_line_does_what_its_button_does(served: Served, page: Any) -> None:
    opened(page, served)
    form = page.get_by_role("form", name="make a call", exact=True)
    form.get_by_label("From").fill("it's $HOME `x` \"y\" \\")
    form.locator(".curl", has_text="HOME").wait_for()
    assert "request_uuid" in run(line_of(page, "make a call"))
    run(line_of(page, "call in"))
    assert {call["from"] for call in served.look("calls")} == {"it's $HOME `x` \"y\" \\", "+15550100009"}
    run(line_of(page, "advance"))
    assert served.look("health")["now"] == 1_000
    choose(page, "call#1")
    assert '"outcome":"done"' in run(line_of(page, "answer"))
    assert run(line_of(page, "hang up by the API")) == ""
    state(page, "completed")
    run(line_of(page, "inject the fault"))
    assert served.look("state")["faults"] == [{"what": "error"}]
    run(line_of(page, "take a snapshot"))
    run(line_of(page, "begin anew"))
    assert served.look("calls") == []
    page.get_by_text("It is not there: this world has none of that name, or has forgotten it.").wait_for()
    run(line_of(page, "go back to it"))
    assert len(served.look("calls")) == 2
    state(page, "completed")


def test_with_accounts_of_ones_own_the_secret_is_asked_for_and_in_no_line(page: Any, own: tuple[str, ...]) -> None:
    with another(page, *own) as one:
        one.do("clock/advance", ms=1_000)
        opened(page, one, "#call/plivo/alice")
        state(page, "ringing")
        page.locator("#chosen").get_by_label("Secret of plivo's account MAXXXXXXXXXXXXXXXXXX").fill("my-own-secret")
        assert "my-own-secret" not in page.content()
        line = line_of(page, "hang up by the API")
        press(page, "hang up by the API")
        state(page, "completed")
        assert run(f"{line} -w '%{{http_code}}'", PLIVO_SECRET="my-own-secret").endswith("404")


# -- who may not -------------------------------------------------------------------------------------------------------


class _Elsewhere(BaseHTTPRequestHandler):
    """A page of somebody else's, at another port of this machine."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_from_elsewhere_changes_nothing_and_reads_nothing(
    served: Served, elsewhere: str, minded: Callable[..., Minded], host: str
) -> None:
    one = minded()
    page = one.page
    page.goto(elsewhere.replace("127.0.0.1", host))
    id = served.call()
    tries = """async ([url, id]) => {
        const read = [];
        const attempt = async (path, wish) => {
            try {
                const answer = await fetch(url + path, wish);
                if (answer.type !== 'opaque' || await answer.text()) read.push(path);
            } catch { }
        };
        const body = '{"ms": 5000}', plain = {'Content-Type': 'text/plain'}, json = {'Content-Type': 'application/json'};
        for (const path of ['clock/advance', `calls/${id}/hang_up`, 'reset', 'fault']) {
            await attempt(path, {method: 'POST', mode: 'no-cors', body, headers: plain});
            await attempt(path, {method: 'POST', mode: 'cors', body, headers: json});
            await attempt(path, {method: 'POST', mode: 'cors', body, headers: plain});
        }
        for (const path of ['events', 'state', 'list/calls', 'one/world', 'placing?vendor=plivo']) {
            await attempt(path, {});
            await attempt(path, {mode: 'no-cors'});
        }
        const loaded = (tag, name, path) => new Promise((done) => {
            const element = document.createElement(tag);
            element.onload = () => done([path]); element.onerror = () => done([]);
            element[name] = url + path; document.body.append(element);
        });
        read.push(...await loaded('img', 'src', 'clock/advance'), ...await loaded('script', 'src', 'page/start.js'));
        read.push(...await loaded('script', 'src', 'calls'));
        await new Promise((done) => {
            const stream = new EventSource(url + 'events');
            stream.onmessage = stream.onopen = () => { read.push('stream'); stream.close(); done(); };
            stream.onerror = () => { stream.close(); done(); };
        });
        const frame = document.createElement('iframe');
        frame.name = 'frame'; document.body.append(frame);
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
            const form = document.createElement('form');
            form.method = 'POST'; form.enctype = type; form.target = 'frame'; form.action = url + 'clock/advance';
            const field = document.createElement('input'); field.name = '{"ms": 5000, "x": "'; field.value = '"}'; form.append(field);
            document.body.append(form);
            await new Promise((done) => { frame.onload = done; form.submit(); });
        }
        return read;
    }"""
    assert page.evaluate(tries, [f"{served.url}/_callsim/", id]) == []
    state = served.look("state")
    assert (state["now"], state["calls"]["queued"], state["faults"]) == (0, 1, [])
    one.complaints.clear()  # They are what the browser says of what it was kept from.


def test_a_frame_of_somebody_elses_does_not_show_it(served: Served, elsewhere: str, minded: Callable[..., Minded]) -> None:
    one = minded()
    one.page.goto(elsewhere)
    framed = "url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); }"
    one.page.evaluate(framed, f"{served.url}/_callsim/")
    one.page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    assert one.page.frames[-1].locator("#calls").count() == 0
    one.complaints.clear()


TOKEN = "a-token-of-some-length"


def test_where_a_token_is_needed_it_is_asked_for_and_kept_in_the_tab(minded: Callable[..., Minded], own: tuple[str, ...]) -> None:
    mind = minded()
    page = mind.page
    with another(page, "--host", "0.0.0.0", *own, "--token", TOKEN) as one:
        page.goto(f"http://localhost:{one.port}/_callsim/")
        page.get_by_role("textbox", name="Token").fill("not-the-token-at-all")
        press(page, "Open")
        page.get_by_text("This is not the token.").wait_for()
        page.get_by_role("textbox", name="Token").fill(TOKEN)
        press(page, "Open")
        live(page)
        assert TOKEN not in page.content()
        assert "$CALLSIM_TOKEN" in line_of(page, "advance")
        assert '"now":1000' in run(line_of(page, "advance"), CALLSIM_TOKEN=TOKEN)
        page.locator("#time", has_text="1s").wait_for()
        page.reload()
        live(page)
    # A browser notes on its console that something was refused.
    mind.complaints[:] = [each for each in mind.complaints if "401" not in each]


# -- for everybody -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_left_out(served: Served, minded: Callable[..., Minded], axe: Callable[[Any], None], scheme: str) -> None:
    page = opened(minded(color_scheme=scheme, viewport=WIDE).page, served)
    served.call(to="+15550100003")
    said = {"role": "agent", "from": "+15550100000", "to": "+15550100001"}
    served.ask("POST", f"{PLIVO}/MultiPartyCall/name_den/Participant/", said)
    served.do("clock/advance", ms=3_000)
    axe(page)
    choose(page, "den")
    axe(page)
    choose(page, "call#1")
    press(page, "hang up by the API")
    state(page, "completed")
    press(page, "Why call#1 ended")
    page.locator("#chosen .came button").first.click()
    page.locator("#chosen .came .rule").wait_for()
    axe(page)


def test_the_form_for_a_token_leaves_nobody_out(
    minded: Callable[..., Minded], axe: Callable[[Any], None], own: tuple[str, ...]
) -> None:
    mind = minded()
    with another(mind.page, "--host", "0.0.0.0", *own, "--token", TOKEN) as one:
        mind.page.goto(f"http://localhost:{one.port}/_callsim/")
        mind.page.get_by_role("textbox", name="Token").wait_for()
        axe(mind.page)
    mind.complaints[:] = [each for each in mind.complaints if "401" not in each]


def test_a_call_is_found_chosen_and_hung_up_by_keyboard_alone(served: Served, page: Any) -> None:
    served.call()
    opened(page, served)
    page.locator("#calls tr").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("call#1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "call#1"
    page.keyboard.press("Enter")
    page.locator("#chosen:focus").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "hang up by the API":
            break
    page.keyboard.press("Enter")
    state(page, "completed")
    assert served.look("calls")[0]["ending"]["cause"] == "cancelled"


def test_what_people_wrote_is_shown_and_not_run(served: Served, page: Any) -> None:
    opened(page, served)
    served.do("inbound", **{"from": NASTY, "to": NASTY, "answer_url": f"http://127.0.0.1:9/{NASTY}"})
    served.call(**{"from": NASTY})
    said = {"role": "agent", "from": "+15550100000", "to": "+15550100001"}
    assert served.ask("POST", f"{PLIVO}/MultiPartyCall/name_%3Cimg%20src=x%20onerror=document.title=1%3E/Participant/", said)[0] in (201, 400)
    assert served.ask("POST", "/_callsim/fault", {"what": "error", "path": NASTY})[0] == 200
    page.locator("#calls tr").nth(1).wait_for()
    page.locator("#faults", has_text="img").wait_for()
    for button in page.locator("#lists tbody button").all():
        button.click()
        page.locator(".ladder button").first.click()
    assert page.locator("img, main script").count() == 0
    assert page.get_by_text("onerror").count() > 3
    assert page.title() == "callsim: what is happening"


def test_five_thousand_changes_stay_usable(served: Served, page: Any, capsys: pytest.CaptureFixture[str]) -> None:
    opened(page, served)
    began = perf_counter()
    for number in range(1_250):
        served.call()
        if number % 2:
            served.do("clock/advance", ms=1_000)
    served.do("clock/advance", ms=60_000)
    made = perf_counter() - began
    page.locator("#calls-count", has_text="1250").wait_for()
    changes = len([entry for entry in _entries(served) if entry["kind"] == "change"])
    assert changes >= 5_000
    assert page.locator("#calls tr").count() == 50
    clicked = perf_counter()
    choose(page, "call#1250")
    page.locator(".ladder button").first.wait_for()
    chosen = perf_counter() - clicked
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    with capsys.disabled():
        print(f"\n{changes:,} changes made in {made:.1f} s while the page looked on; a call is chosen in {chosen * 1000:.0f} ms; "
              f"the page has {heap / 1e6:.0f} MB")  # fmt: skip


def _entries(served: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while more := served.look(f"trace?after={len(found)}")["entries"]["plivo"]:
        found += more
    return found
