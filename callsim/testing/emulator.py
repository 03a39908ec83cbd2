"""The emulator without a socket, for tests in Python: the vendors' interfaces, a clock that the test holds, callbacks as values.

Whatever a test does is done when the call returns: what is due has happened, and callbacks have been delivered to the
`application` of the test, if it has one.
"""

from __future__ import annotations

import json as as_json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from callsim.application import Page
from callsim.errors import MissingExtra, UsageError
from callsim.far_end import FarEnd
from callsim.model import By, Call, Command, Direction, Outcome, Placement, Verb
from callsim.scenario.values import parse_duration
from callsim.server.carrying import worded
from callsim.server.exchange import Errand, Exchange, Office
from callsim.server.faults import Fault
from callsim.server.finding import find_call, state_reached
from callsim.server.reception import Received, Reception, Replied
from callsim.server.sending import encode
from callsim.server.worlds import setting
from callsim.trace import Told

__all__ = ["Asked", "CallSeen", "CallbackSeen", "Emulator"]

MOST_MOMENTS = 100_000
Answer = Page | str | tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class CallSeen:
    """A call as it stands. Times are milliseconds since the world began; `words` are the vendor's own for it, `rule` the one by
    which it ended."""

    id: str
    request_id: str
    vendor: str
    direction: str
    from_: str
    to: str
    state: str
    queued: int | None
    ringing: int | None
    answered: int | None
    ended: int | None
    cause: str | None
    by: str | None
    rule: str | None
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallbackSeen:
    """A callback that was made at a time, in milliseconds, for the `attempt`-th time: its `kind`, such as hangup, and what it says."""

    vendor: str
    call: str
    kind: str
    method: str
    url: str
    params: Mapping[str, Any]
    at: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application is asked: for a document (`document`), or to take notice. `body` are the bytes as they would be sent,
    `headers` have the vendor's signature, `params` what was said."""

    vendor: str
    kind: str
    document: bool
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    params: Mapping[str, Any]


class Emulator:
    """The vendors' worlds, for one test.

    `assume` chooses assumptions, `world` is a scenario file without steps; unless said, a demo world. `pages` is what the
    application answers, by URL or by its path: XML, or a Page. `application` is asked for what `pages` has not: it is given an
    `Asked` and returns XML, a pair of status and text, a Page, or None; documents that nobody has are answered with 404, callbacks
    with 200.
    """

    def __init__(
        self, assume: Mapping[str, str] | None = None, world: str | Path | None = None, seed: int = 0,
        application: Callable[[Asked], Answer] | None = None,
    ) -> None:  # fmt: skip
        self.exchange = Exchange(setting(world, assume, (), seed))
        self.reception = Reception(self.exchange)
        self.pages: dict[str, str | Page] = {}
        self.application = application
        self._deliver()

    # -- the vendors' own SDKs -------------------------------------------------------------------------------------

    def plivo(self) -> Any:
        """A `plivo.RestClient` whose requests come here instead of going to Plivo. Raises MissingExtra without that library."""
        try:
            import plivo

            from callsim.testing.sdk import adapter
        except ImportError:
            raise MissingExtra("plivo", "testing") from None
        own = self._office("plivo").accounts[0]
        client = plivo.RestClient(own.id, own.secret)
        client.session.mount("https://", adapter(self))
        return client

    def request(
        self, method: str, path: str, json: Any = None, *, vendor: str | None = None, body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Replied:  # fmt: skip
        """Send a request with the vendor's own credentials: the reply's status, headers and body as bytes. `path` may have a query;
        `vendor` need only be said where the path does not tell."""
        target, _, query = path.partition("?")
        office = self._office(vendor) if vendor else next((each for each in self._offices if target.startswith(each.dialect.root)), None)
        own = {} if office is None else _credentials(office)
        said = {"content-type": "application/json", **own, **{name.lower(): value for name, value in (headers or {}).items()}}
        return self.handle(Received(method, target, query, said, as_json.dumps(json).encode() if json is not None else body))

    def handle(self, received: Received) -> Replied:
        """Carry out a request as it comes over a wire, and deliver what follows at this instant."""
        replied = self.reception.handle(received)
        self._deliver()
        return replied

    # -- time ------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Milliseconds since the world began."""
        return self.exchange.now

    def advance(self, duration: str | int) -> int:
        """Let time go by, such as "30s" or 1500 (milliseconds), with all that is due in it; returns the time it is then."""
        try:
            ms = parse_duration(duration) if isinstance(duration, str) else duration
        except ValueError as error:
            raise UsageError(str(error)) from None
        if ms < 0:
            raise UsageError(f"time does not go back: {ms} ms")
        until = self.exchange.now + ms
        self._go(lambda due: due <= until)
        self.exchange.wait(until)
        return self.exchange.now

    def idle(self) -> int:
        """Let time go on until nothing is to come but the time limits of what is still up; returns the time it is then."""
        self._go(lambda _: self.exchange.goes_on())
        return self.exchange.now

    def until(self, call: str, state: str) -> int:
        """Let time go on until a call has come to a state, or beyond it. Raises UsageError if it never does."""
        reached = state_reached(self.exchange, call, state)
        self._go(lambda _: reached() is False)
        if not reached():
            raise UsageError(f"call {call} does not come to be {state}: it is {self.exchange.now} ms, and it is {self.call(call).state}")
        return self.exchange.now

    def _go(self, goes: Callable[[int], bool]) -> None:
        left = MOST_MOMENTS
        while (due := self.exchange.due()) is not None and goes(due):
            if not left:
                raise UsageError(f"after {MOST_MOMENTS:,} moments there is still something due: this may never end")
            left -= 1
            self.exchange.come()
            self._deliver()

    # -- what happens ----------------------------------------------------------------------------------------------

    def hang_up(self, call: str, by: str = "far_party") -> Outcome:
        """Let a call's far party hang up, or with by="api" the API, whoever asked."""
        if by not in ("far_party", "api"):
            raise UsageError(f"{by!r} hangs up no call; expected far_party or api")
        return self.say(Verb.HANG_UP, call, By.API if by == "api" else By.FAR_PARTY)

    def answer(self, call: str) -> Outcome:
        """Let a call's far party answer."""
        return self.say(Verb.ANSWER, call, By.FAR_PARTY)

    def press(self, call: str, digits: str) -> Outcome:
        """Let a call's far party press keys."""
        return self.say(Verb.PRESS, call, By.FAR_PARTY, digits)

    def say(self, verb: Verb, call: str, by: By, detail: Any = None) -> Outcome:
        """Let somebody do something with a call, which is named by its vendor's id. Raises UsageError for one nobody knows."""
        vendor, name = find_call(self.exchange, call)
        outcome = self.exchange.say(vendor, Command(verb, name, by, detail))
        self._deliver()
        return outcome

    def inbound(
        self, answer_url: str | None = None, *, hangup_url: str | None = None, from_: str = "+15550100009", to: str = "+15550100000",
        vendor: str = "plivo", hangs_up: int | None = None,
    ) -> str:  # fmt: skip
        """Let somebody call; returns the call's id. `hangs_up`: after how many milliseconds the caller does."""
        office = self._office(vendor)
        name = office.dialect.free_name(office.world.switch)
        placement = Placement("default", Direction.INBOUND, from_, to, answer_url, hangup_url)
        self.exchange.call_in(vendor, name, placement, FarEnd(hangs_up=hangs_up))
        self._deliver()
        return office.dialect.call_id(office.world.switch.calls[name])

    def fault(self, what: str, **of: Any) -> None:
        """Let something go wrong with what comes next that fits, such as `fault("error", method="DELETE")`."""
        self.exchange.set_fault(Fault.read({"what": what, **of}))

    def snapshot(self) -> str:
        """Remember how everything is; returns a name to `restore` it by."""
        return self.exchange.snapshot()

    def restore(self, name: str) -> None:
        """Go back to how everything was."""
        self.exchange.restore(name)
        self._deliver()

    # -- what was seen ---------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[CallSeen]:
        """Every call there is, oldest first of each vendor."""
        return [_seen(call, office) for office in self._offices for call in office.world.switch.calls.values()]

    def call(self, id: str) -> CallSeen:
        """The call of that id. Raises UsageError for one nobody knows."""
        vendor, name = find_call(self.exchange, id)
        office = self._office(vendor)
        return _seen(office.world.switch.calls[name], office)

    @property
    def callbacks(self) -> list[CallbackSeen]:
        """Every callback that was made, oldest first of each vendor."""
        return [
            CallbackSeen(office.vendor, told.call, told.kind, told.method, told.url, told.params, told.at, told.attempt)
            for office in self._offices for told in office.world.entries(Told)
        ]  # fmt: skip

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Every request that came, oldest first: what it was, what it was answered, by which rule."""
        return list(self.reception.requests)

    # -- the application -------------------------------------------------------------------------------------------

    def _deliver(self) -> None:
        """Carry out what has been put down, until nothing is left."""
        while True:
            fresh = self.exchange.take_fresh()
            if not fresh and not self.exchange.release():
                return
            for errand in fresh:
                if errand.number in self.exchange.out:
                    self.exchange.came_back(errand.number, self._page(errand))

    def _page(self, errand: Errand) -> Page:
        url = errand.outgoing.url
        known = self.pages.get(url)
        if known is None:
            path, query = _path_of(url)
            known = self.pages.get(path + query, self.pages.get(path))
        if known is None and self.application is not None:
            return _page_of(self.application(self._asked(errand)), errand)
        return _page_of(known, errand)

    def _asked(self, errand: Errand) -> Asked:
        outgoing = errand.outgoing
        sent = worded(self._office(outgoing.vendor), errand, int(time.time()))
        encoded = encode(sent)
        headers = {**encoded.headers, **sent.headers}
        return Asked(
            outgoing.vendor, outgoing.kind, outgoing.document, outgoing.method, encoded.url, headers, encoded.body, outgoing.params
        )

    # -- who there is ----------------------------------------------------------------------------------------------

    @property
    def _offices(self) -> list[Office]:
        return list(self.exchange.offices.values())

    def _office(self, vendor: str) -> Office:
        office = self.exchange.offices.get(vendor)
        if office is None:
            raise UsageError(f"there is no vendor {vendor!r} in this world; there are {', '.join(self.exchange.offices)}")
        return office


def _path_of(url: str) -> tuple[str, str]:
    """The path of a URL, and its query with its question mark; nothing of what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.path, f"?{parts.query}" if parts.query else ""


def _page_of(answer: Answer, errand: Errand) -> Page:
    if isinstance(answer, Page):
        return answer
    if isinstance(answer, tuple):
        return Page(answer[1], answer[0])
    if answer is None:
        return Page(status=404 if errand.outgoing.document else 200)
    return Page(answer)


def _credentials(office: Office) -> dict[str, str]:
    own = office.accounts[0]
    ways = str(office.dialect.rulebook.limits["credentials"].value).split("+")
    if "bearer" in ways:
        return {"authorization": f"Bearer {own.secret}"}
    return {"authorization": "Basic " + b64encode(f"{own.id}:{own.secret}".encode()).decode()}


def _seen(call: Call, office: Office) -> CallSeen:
    ending = call.ending
    cause, by, rule = (None, None, None) if ending is None else (str(ending.cause), str(ending.by), ending.rule)
    return CallSeen(
        office.dialect.call_id(call), office.dialect.request_id(call), office.vendor, str(call.direction), call.placement.from_,
        call.placement.to, str(call.state), call.queued_at, call.ringing_at, call.answered_at, call.ended_at, cause, by, rule,
        dict(office.dialect.call_words(call)[0]),
    )  # fmt: skip
