"""Sending to applications over real HTTP: only where that is allowed, for as long as its patience lasts, and with one page as
what comes of it, whatever is at the other end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from callsim.application import Page, requested
from callsim.errors import MissingExtra, UsageError
from callsim.server.addresses import Guard, Mapping, Resolve, look_up
from callsim.server.reading import drained, kind_of, page_of
from callsim.server.sending import Encoded, Place, Sending, Sent, encode, escaped, place_of, target_of

if TYPE_CHECKING:
    from callsim.server.wire import Line, Wire

REDIRECTS: Final = 5
"""How many redirects of one attempt are followed."""

_REDIRECTING = (301, 302, 303, 307, 308)
_AS_GET = (301, 302, 303)
"""The redirects after which what was posted is asked for instead, as browsers do."""

_TRIED = 8
"""How many addresses of one name are tried."""

_USUAL = {"User-Agent": "callsim", "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "close"}


class Outside:
    """Sends to applications. Nothing is kept between two attempts: no connection, no cookie, no address.

    `patience` is what one attempt may take in all, in seconds of real time; `most`, how many bytes of a document are read.
    `allowed` are hosts and addresses besides loopback, and `loopback` says whether that needs no naming. `own` are the addresses
    and ports that the server itself listens on; `maps`, what is sent elsewhere than where it is addressed to. `resolve` finds the
    addresses of a name; `certificates` makes what decides whom to trust. Raises UsageError for what a person cannot have meant,
    MissingExtra without httpx.
    """

    def __init__(
        self, *, patience: float = 5.0, most: int = 102_400, allowed: Iterable[str] = (), own: Iterable[tuple[str, int]] = (),
        maps: Iterable[Mapping] = (), loopback: bool = True, resolve: Resolve = look_up,
        certificates: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:  # fmt: skip
        if find_spec("httpx") is None:
            raise MissingExtra("httpx", "server")
        self.patience, self.most = patience, most
        self._guard, self._maps = Guard.of(allowed, own, loopback), _by_origin(maps)
        self._resolve, self._certificates = resolve, certificates
        self._wire: Wire | None = None

    async def send(self, sending: Sending) -> Sent:
        """Send one attempt, and say what page it comes to: one that refuses where nothing is sent or nobody takes the
        connection, one that hangs where no whole answer comes. A wrong URL is no error, but a page and a note."""
        try:
            request = _Request.of(sending)
            place, _ = place_of(request.encoded.url)
            attempt = _Attempt(sending, place, self._maps.get(place, place))
            wire = await self._ready(attempt.target.scheme)
            try:
                async with asyncio.timeout(self.patience) as attempt.limit:
                    return await self._asked(request, attempt, wire)
            except TimeoutError:
                return attempt.too_late()
        except UsageError as problem:
            return Sent(Page(refuses=True), str(problem))

    async def aclose(self) -> None:
        """Close what is open."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()

    async def _ready(self, scheme: str) -> Wire:
        """What connects. Its library and the certificates take long to read: that happens once something is sent, beside
        everything else, and nobody's patience pays for it."""
        if self._wire is None:
            found = await asyncio.to_thread(import_module, "callsim.server.wire")
            self._wire = self._wire or found.Wire(self._certificates)
        wire = self._wire
        await wire.prepare(scheme)
        return wire

    async def _asked(self, request: _Request, attempt: _Attempt, wire: Wire) -> Sent:
        """What an attempt comes to, once it was redirected as often as it is."""
        place, target = attempt.place, attempt.target
        addresses = await self._guard.admit(target, self._resolve)
        for _ in range(REDIRECTS):
            sent, location = await self._hop(request.line(place, target), addresses, attempt, wire)
            if not location:
                return sent
            onward = _onward(place, request.encoded.url, location)
            if onward is None:
                return sent._replace(note=f"it redirects to {location!r:.200}, and is followed only within {place}")
            request = request.redirected(sent.page.status, onward)
        sent, location = await self._hop(request.line(place, target), addresses, attempt, wire)
        return sent._replace(note=f"it redirects more than {REDIRECTS} times") if location else sent

    async def _hop(self, line: Line, addresses: Sequence[str], attempt: _Attempt, wire: Wire) -> tuple[Sent, str]:
        """What one request comes to, and where it is redirected to; empty: nowhere."""
        from callsim.server.wire import BrokenOffError, NobodyThereError

        problems: list[str] = []
        for address in addresses[:_TRIED]:
            try:
                return await self._exchange(line, address, attempt, wire)
            except NobodyThereError as failure:
                problems.append(f"{address}: {failure}")
            except BrokenOffError as failure:
                return Sent(Page(hangs=True), f"no whole answer came from {line.place} ({failure})"), ""
        hint = f"; --map {line.place}=http://127.0.0.1:5000 sends it there without TLS" if line.place.scheme == "https" else ""
        return Sent(Page(refuses=True), f"nobody takes the connection to {line.place} ({', '.join(problems)}){hint}"), ""

    async def _exchange(self, line: Line, address: str, attempt: _Attempt, wire: Wire) -> tuple[Sent, str]:
        async with wire.ask(line, address, attempt.connect, attempt.connected) as (status, headers, pieces):
            location = headers.get("location", "") if status in _REDIRECTING else ""
            if attempt.sending.document and not location:
                return Sent(*await page_of(status, headers, pieces, self.most)), ""
            await drained(pieces)
            return Sent(Page("", status, type=kind_of(headers))), location


class _Attempt:
    """What is being sent, the place that its URL names and where it goes instead, and how far it has come."""

    def __init__(self, sending: Sending, place: Place, target: Place) -> None:
        self.sending, self.place, self.target = sending, place, target
        self.connect = sending.connect_ms / 1000 if sending.connect_ms else None
        self.limit = asyncio.timeout(None)
        self._taken = False

    def connected(self) -> None:
        """Somebody has taken the connection: from now on it is an answer that is waited for."""
        self._taken = True
        if self.sending.read_ms:
            until = asyncio.get_running_loop().time() + self.sending.read_ms / 1000
            self.limit.reschedule(min(until, self.limit.when() or until))

    def too_late(self) -> Sent:
        if self._taken:
            return Sent(Page(hangs=True), f"{self.target} took the connection and gave no whole answer in time")
        return Sent(Page(refuses=True), f"nobody took the connection to {self.target} in time")


class _Request(NamedTuple):
    """What is asked next within one attempt."""

    method: str
    encoded: Encoded
    headers: dict[str, str]

    @classmethod
    def of(cls, sending: Sending) -> _Request:
        method = sending.method.upper()
        if method not in ("GET", "POST"):
            raise UsageError(f"{sending.method!r:.20} is no method to send anything with; expected GET or POST")
        return cls(method, encode(sending), dict(sending.headers))

    def line(self, place: Place, target: Place) -> Line:
        """The request as it goes out to a target, which need not be the place that its URL names."""
        from callsim.server.wire import Line

        _, parts = place_of(self.encoded.url)
        # What speaks TLS in the application's place says so, as proxies do: it must know the URL that was signed.
        instead = {"X-Forwarded-Proto": place.scheme} if place.scheme != target.scheme else {}
        length = {"Content-Length": str(len(self.encoded.body))} if self.method == "POST" else {}
        headers = {"Host": parts.netloc, **_USUAL, **instead, **length, **self.encoded.headers, **self.headers}
        return Line(target, self.method, target_of(self.encoded.url), headers, self.encoded.body)

    def redirected(self, status: int, url: str) -> _Request:
        """The request that follows a redirect. Its signature stays that of the first."""
        if status in _AS_GET:
            return _Request("GET", Encoded(url, b"", {}), self.headers)
        return self._replace(encoded=self.encoded._replace(url=url))


def _onward(place: Place, url: str, location: str) -> str | None:
    """The URL that a redirect leads to, if it is of the same scheme, host and port."""
    try:
        onward = requested(urljoin(url, escaped(location)))
        there, _ = place_of(onward)
    except (ValueError, UsageError):
        return None
    return onward if there == place else None


def _by_origin(maps: Iterable[Mapping]) -> dict[Place, Place]:
    found: dict[Place, Place] = {}
    for each in maps:
        if found.setdefault(each.origin, each.target) != each.target:
            raise UsageError(f"--map names {each.origin} twice, with two targets; expected one for each origin")
    return found
