"""The emulator as an ASGI application: the vendors' paths as they are on the wire, and the test clock under /_callsim/."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from callsim.rules import Reply
from callsim.server.control import Control
from callsim.server.driver import Driver
from callsim.server.faults import Fault, Mishap
from callsim.server.guard import Guard
from callsim.server.journal import Journal, NotWritten
from callsim.server.reception import MOST_BODY, Received, Reception, Replied
from callsim.server.watching import Watchers

OURS = b"/_callsim/"
_FILES = b"/_callsim/page/"
_JSON = [(b"content-type", b"application/json")]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gone(Exception):  # noqa: N818 - what it says is what happened
    """Whoever sent the request has left before it was complete."""


class App:
    """Answers what comes: vendors' requests at the instant they come, and what is asked of the clock.

    With a `journal` no answer leaves before what it says has happened is written down. What goes wrong in here is told to
    whoever started it, and answered as a failure of the vendor's; the others are served as before.
    """

    def __init__(self, reception: Reception, driver: Driver, control: Control, guard: Guard, journal: Journal | None = None) -> None:
        self.reception, self.driver, self.control, self.guard, self.journal = reception, driver, control, guard, journal
        self.watchers = Watchers(driver)
        self._panel: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            path: bytes = scope["raw_path"]
            if path == OURS[:-1]:
                await _reply(send, 307, [(b"location", OURS)], b"", True)
            elif path.startswith(OURS):
                await self._ours(scope, receive, send)
            else:
                await self._vendors(scope, receive, send)
        except Gone:
            return
        except Exception as error:
            self.driver.mistake(error)
            await _reply(send, 500, _JSON, b'{"error": "callsim made a mistake of its own; who started it is told"}', True)

    # -- the vendors -----------------------------------------------------------------------------------------------

    async def _vendors(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        received = Received(
            scope["method"], scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1"), headers_of(scope), body
        )
        replied = await self._replied(received)
        if replied.fault is not None and await self._goes_wrong(scope, replied.fault):
            return
        headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in replied.headers]
        await _reply(send, replied.status, headers, replied.body, body is None)

    async def _replied(self, received: Received) -> Replied:
        """Carry it out; from here to its answer nothing else gets a turn. Nothing is carried out that cannot be written down."""
        try:
            if self.journal is not None and self.journal.trouble:
                await self.journal.written()
            self.driver.catch_up()
            replied = self.reception.handle(received)
            self.driver.dispatch()
            if self.journal is not None:
                await self.journal.written()
        except NotWritten:
            return self.reception.sorry(received, Reply.UNAVAILABLE)
        except Exception as error:
            self.driver.mistake(error)
            self.driver.dispatch()
            return self.reception.sorry(received, Reply.FAILED)
        return replied

    async def _goes_wrong(self, scope: Scope, fault: Fault) -> bool:
        """Let a reply go wrong on its way; whether it is lost."""
        if fault.what is Mishap.WAIT:
            await self.driver.reached(self.driver.exchange.now + fault.ms)
            return False
        transport = scope.get("state", {}).get("transport")
        if fault.what is Mishap.LOST_REPLY and transport is not None:
            transport.abort()
            return True
        return False

    # -- the clock -------------------------------------------------------------------------------------------------

    async def _ours(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: bytes = scope["raw_path"]
        # What the page is made of is no secret: it asks for the token itself.
        plain = scope["method"] == "GET" and (path == OURS or path.startswith(_FILES))
        turned_away = self.guard.turns_away(scope["method"], headers_of(scope), plain)
        if turned_away is not None:
            status, said = turned_away
            await _reply(send, status, _JSON, json.dumps(said).encode(), True)
            return
        if self._panel is None:
            # Its libraries take a while to load, and who only calls vendors never needs them.
            from callsim.server.panel import Panel

            self._panel = Panel(self.control, self.watchers, None if self.journal is None else self.journal.written).application()
        await self._panel(scope, receive, send)


def headers_of(scope: Scope) -> dict[str, str]:
    """A request's headers, their names in lower case; of several of one name the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes | None:
    """The body of a request; None as soon as it is too long. Raises Gone if it never becomes complete."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _reply(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, close: bool) -> None:
    """Send an answer. One without a body says nothing of its length; after one to a body that was not read, nothing follows."""
    bare = status == 204
    more = [] if bare else [(b"content-length", str(len(body)).encode())]
    more += [(b"connection", b"close")] if close else []
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *more]})
    await send({"type": "http.response.body", "body": b"" if bare else body})
