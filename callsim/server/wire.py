"""One request over HTTP, to one address that was checked: the only module that knows httpx, imported once something is sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from callsim.errors import UsageError
from callsim.server.sending import Place

if TYPE_CHECKING:
    import httpcore

_LONGEST = 200


class NobodyThereError(Exception):
    """NobodyThereError takes the connection, or who does is not trusted. Its text says why."""


class BrokenOffError(Exception):
    """The connection was taken, and no whole answer of HTTP came. Its text says why."""


class Line(NamedTuple):
    """One request as it goes out: to whom, its method, path with query, headers and body."""

    place: Place
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What came back: status, headers by their names in lower case, and the body as it comes, packed as it came."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]


class Wire:
    """Connects, asks and closes. No connection serves twice: none that its peer has closed meanwhile can fail a request, and
    no certificate that was good for one name serves another."""

    def __init__(self, certificates: Callable[[], ssl.SSLContext]) -> None:
        self._certificates = certificates
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    async def prepare(self, scheme: str) -> None:
        """Be ready to ask over http or https. Raises UsageError where the certificates to trust cannot be read."""
        if scheme in self._transports:
            return
        try:
            # That takes a while, for which nobody else waits.
            verify = await asyncio.to_thread(self._certificates) if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        except OSError as failure:
            raise UsageError(f"the certificates to trust cannot be read: {_said(failure)}") from None
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._transports.setdefault(scheme, httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits))

    @asynccontextmanager
    async def ask(self, line: Line, address: str, connect: float | None, connected: Callable[[], None]) -> AsyncIterator[Answer]:
        """Send a request to an address over what is prepared. `connect` bounds connecting, in seconds; None: nothing does.
        `connected` is called once somebody has taken the connection. Raises NobodyThereError and BrokenOffError, the latter also
        while the body is read."""
        transport, taken = self._transports.get(line.place.scheme), _Taken(connected)
        if transport is None:
            raise NobodyThereError("everything is being closed")
        try:
            async with aclosing(await transport.handle_async_request(_request(line, address, connect, taken))) as response:
                pieces = response.aiter_raw()
                assert isinstance(pieces, AsyncGenerator)
                async with aclosing(pieces):
                    yield Answer(response.status_code, response.headers, pieces)
        except (httpx.ConnectError, httpx.ConnectTimeout) as failure:
            raise NobodyThereError(_said(failure)) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failure:
            raise BrokenOffError(_said(failure)) from None
        finally:
            await taken.aclose()

    async def aclose(self) -> None:
        """Close what is open. Requests that are under way break off."""
        while self._transports:
            await self._transports.popitem()[1].aclose()


class _Taken:
    """Notices when somebody takes a connection, and closes it whatever happens: one whose TLS is given up halfway stays open
    otherwise."""

    def __init__(self, connected: Callable[[], None]) -> None:
        self._connected = connected
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._stream = info["return_value"]
            self._connected()

    async def aclose(self) -> None:
        if self._stream is not None:
            await self._stream.aclose()


def _request(line: Line, address: str, connect: float | None, taken: _Taken) -> httpx.Request:
    """The request that goes to an address. Its line, its Host and the name on the certificate are those of the original."""
    host = f"[{address}]" if ":" in address else address
    return httpx.Request(
        line.method, f"{line.place.scheme}://{host}:{line.place.port}/", headers=dict(line.headers), content=line.body,
        extensions={
            "target": line.target.encode(), "sni_hostname": line.place.host, "trace": taken,
            "timeout": {"connect": connect, "read": None, "write": None, "pool": None},
        },
    )  # fmt: skip


def _said(failure: Exception) -> str:
    return (str(failure) or type(failure).__name__)[:_LONGEST]
