"""Sessions with an emulator, for tests: what somebody says to it, as data that hypothesis can draw, and what came of it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st

from callsim.application import Page
from callsim.dialects import Request
from callsim.errors import UsageError
from callsim.far_end import FarEnd
from callsim.model import By, Command, Direction, Placement, Verb
from callsim.server.exchange import Exchange, Office
from callsim.server.faults import Fault, Mishap
from callsim.server.reception import Received, Reception
from callsim.server.worlds import setting
from callsim.trace import as_data

PLIVO = "/v1/Account/MADEMODEMODEMODEMO00"
BASIC = {"authorization": "Basic " + b64encode(b"MADEMODEMODEMODEMO00:demo-token").decode()}
NUMBERS = tuple(f"+1555010000{number}" for number in range(8))
"""The test numbers: what answers them is known to everybody."""
DOCUMENTS = (
    "<Response><Speak>Hello</Speak><Wait length=\"3\"/></Response>",
    "<Response><MultiPartyCall>room</MultiPartyCall></Response>",
    "<Response><Dial hangupOnStar=\"true\"><Number>+15550100001</Number></Dial></Response>",
    "<Response><GetDigits action=\"http://app.test/digits\" numDigits=\"1\"/></Response>",
    "<Response><Play>http://app.test/unknown.mp3</Play></Response>",
    "<Response><Hangup/></Response>", "<nonsense", "",
)  # fmt: skip
PAGES = (*(Page(each) for each in DOCUMENTS), Page(status=500), Page(hangs=True), Page(refuses=True), Page("ü\ud800", 200, type="text/html"))
FAULTS = (
    Fault(Mishap.ERROR), Fault(Mishap.LOST_REPLY, "DELETE"), Fault(Mishap.WAIT, "POST", ms=500), Fault(Mishap.LATE, ms=700),
    Fault(Mishap.TWICE), Fault(Mishap.REORDERED), Fault(Mishap.LATE, kind="hangup", ms=20_000),
)  # fmt: skip
Deed = tuple[Any, ...]


def exchange(keep: int = 10_000, seed: int = 0) -> Exchange:
    """A demo world in which there is nothing yet."""
    return Exchange(setting(None, {}, (), seed), keep)


def received(method: str, path: str, body: Any = None) -> Received:
    """A request with the credentials of whose path it is."""
    headers = dict(BASIC)
    if not path.startswith("/v1/Account"):
        headers = {"authorization": "Bearer demo" if path.startswith("/uapi") else "Bearer tvx_sk_demo"}
    target, _, query = path.partition("?")
    return Received(method, target, query, {**headers, "content-type": "application/json"}, b"" if body is None else json.dumps(body).encode())


class Session:
    """Carries deeds out on an exchange. A deed that does not fit what there is does nothing."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange, self.reception = exchange, Reception(exchange)
        self.acknowledged: list[tuple[str, int, Any]] = []

    def do(self, deeds: Iterable[Deed]) -> None:
        """Carry deeds out, one after the other."""
        for what, *words in deeds:
            with suppress(UsageError):
                getattr(self, f"_{what}")(*words)

    def _call(self, vendor: int, number: int) -> Any:
        offices = list(self.exchange.offices.values())
        office = offices[vendor % len(offices)]
        calls = list(office.world.switch.calls.values())
        return office, calls[number % len(calls)] if calls else None

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request; returns status and body."""
        replied = self.reception.handle(received(method, path, body))
        found = json.loads(replied.body) if replied.body else None
        self.acknowledged.append((f"{method} {path}", replied.status, found))
        return replied.status, found

    def _make(self, vendor: int, number: str, url: bool) -> None:
        office, _ = self._call(vendor, 0)
        answer = "http://app.test:5000/answer" if url else "/nowhere"
        placement = Placement("default", Direction.OUTBOUND, "+15550100000", number, answer, "http://app.test:5001/over", extension="0003*210")
        self._said(office, office.dialect.say(Verb.PLACE, "", office.world.switch, placement))

    def _talk(self, vendor: int, page: int) -> None:
        """A call that is answered, and goes on with a document."""
        self._make(vendor, "+15550100001", True)
        self._advance(3000)
        while self.exchange.out:
            self._back(0, page)

    def _end(self, vendor: int, number: int) -> None:
        office, call = self._call(vendor, number)
        if call is not None:
            self._said(office, office.dialect.say(Verb.HANG_UP, call.name, office.world.switch))

    def _said(self, office: Office, request: Request) -> None:
        method, _, target = request.line.partition(" ")
        self.request(method, target, request.body)

    def _ask(self, method: str, path: str, body: Any = None) -> None:
        self.request(method, path, body)

    def _say(self, verb: Verb, by: By, vendor: int, number: int) -> None:
        office, call = self._call(vendor, number)
        if call is not None:
            self.exchange.say(office.vendor, Command(verb, call.name, by, "1#" if verb is Verb.PRESS else None))

    def _inbound(self, vendor: int, hangs_up: int | None) -> None:
        office, _ = self._call(vendor, 0)
        name = office.dialect.free_name(office.world.switch)
        placement = Placement("default", Direction.INBOUND, "+15550100009", "+15550100000", "http://app.test:5000/answer", "http://app.test:5000/over")
        self.exchange.call_in(office.vendor, name, placement, FarEnd(hangs_up=hangs_up))

    def _advance(self, ms: int) -> None:
        until = self.exchange.now + ms
        for _ in range(200):
            due = self.exchange.due()
            if due is None or due > until:
                self.exchange.wait(until)
                return
            self.exchange.come()

    def _back(self, number: int, page: int) -> None:
        out = list(self.exchange.out)
        if out:
            self.exchange.came_back(out[number % len(out)], PAGES[page])

    def _fault(self, number: int) -> None:
        self.exchange.set_fault(FAULTS[number])

    def _release(self) -> None:
        self.exchange.release()

    def _look(self) -> None:
        self.exchange.fingerprint()
        for world in self.exchange.worlds():
            world.due()

    def _snapshot(self) -> None:
        self.exchange.snapshot()

    def _restore(self, number: int) -> None:
        names = list(self.exchange.snapshots)
        self.exchange.restore(names[number % len(names)] if names else "none")

    def _reset(self) -> None:
        self.exchange.reset()


_few, _some = st.integers(0, 2), st.integers(0, 5)
_far = st.sampled_from([
    (Verb.RING, By.CARRIER), (Verb.ANSWER, By.FAR_PARTY), (Verb.HANG_UP, By.FAR_PARTY), (Verb.HANG_UP, By.API), (Verb.REJECT, By.FAR_PARTY),
    (Verb.BUSY, By.FAR_PARTY), (Verb.PRESS, By.FAR_PARTY), (Verb.LOSE_MEDIA, By.CARRIER), (Verb.RING, By.API),
])  # fmt: skip
_asked = st.sampled_from([
    ("GET", f"{PLIVO}/Call/"), ("GET", f"{PLIVO}/Call/?status=live"), ("DELETE", f"{PLIVO}/Call/"), ("GET", f"{PLIVO}/MultiPartyCall/"),
    ("DELETE", f"{PLIVO}/MultiPartyCall/name_room/"),
    ("POST", f"{PLIVO}/MultiPartyCall/name_room/Participant/", {"role": "agent", "from": "+15550100000", "to": "+15550100001"}),
    ("POST", f"{PLIVO}/MultiPartyCall/name_room/Record/", {}), ("GET", f"{PLIVO}/nowhere/?accessRequestToken=Bearer%20demo"),
    ("POST", f"{PLIVO}/Call/", {"to": [1e400, None, {"a": "ü"}]}), ("GET", "/v1/voice/accounts/demo/calls"), ("GET", "/nobody"),
])  # fmt: skip
DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("make"), _few, st.sampled_from(NUMBERS), st.booleans()),
    st.tuples(st.just("make"), st.just(0), st.sampled_from(NUMBERS), st.booleans()),
    st.tuples(st.just("talk"), st.integers(0, 1), st.integers(0, len(DOCUMENTS) - 1)),
    st.tuples(st.just("end"), _few, _some),
    _asked.map(lambda asked: ("ask", *asked)),
    st.tuples(_far, _few, _some).map(lambda drawn: ("say", *drawn[0], *drawn[1:])),
    st.tuples(st.just("inbound"), _few, st.none() | st.sampled_from([0, 3000])),
    st.tuples(st.just("advance"), st.sampled_from([0, 1, 500, 3000, 60_000, 300_000])),
    st.tuples(st.just("back"), _some, st.integers(0, len(PAGES) - 1)),
    st.tuples(st.just("back"), _some, st.integers(0, len(PAGES) - 1)),
    st.tuples(st.just("fault"), st.integers(0, len(FAULTS) - 1)),
    st.sampled_from([("release",), ("look",), ("snapshot",), ("reset",)]),
    st.tuples(st.just("restore"), _few),
)  # fmt: skip


def seen(exchange: Exchange) -> dict[str, Any]:
    """Everything by which one exchange could be told from another, as far as anything can come of it."""
    state = exchange.state()
    return {
        **{key: state[key] for key in ("now", "moments", "errands", "out", "times")},
        "faults": state["faults"].waiting, "held": state["faults"].held,
        "due": exchange.due(), "goes on": exchange.goes_on(), "fingerprint": exchange.fingerprint(), "snapshots": list(exchange.snapshots),
        "worlds": [
            {"key": world.switch.key(), "used": list(world.switch.used), "media": dict(world.switch.media), "requests": world.requests,
             "far ends": world.far_ends, "dropped": (world.entries_dropped, world.switch.forgotten),
             "trace": [as_data(entry) for entry in world.trace]}
            for world in exchange.worlds()
        ],
    }  # fmt: skip


def hold_laws(exchange: Exchange) -> None:
    """Hold every law of every world."""
    for world in exchange.worlds():
        world._watch.check_all()
