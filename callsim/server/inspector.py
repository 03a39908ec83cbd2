"""The inspector below /_callsim/: a page, what it shows, and the stream that tells it when to look again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from callsim.server.control import Control
from callsim.server.inspecting import Inspecting
from callsim.server.watching import Crowded, Watcher, Watchers

_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_OWN = (
    "index.html", "style.css", "start.js", "making.js", "asking.js", "watching.js", "listing.js", "chosen.js", "story.js", "deeds.js",
)  # fmt: skip
FILES: Mapping[str, tuple[str, str]] = {
    **{name: ("callsim.server", f"page/{name}") for name in _OWN},
    **{name: ("callsim.report", f"web/{name}") for name in ("ladder.js", "ladder.css")},
}
"""What the page is made of: of each name the package that has it, and where. The ladder is that of reports."""
_HEADERS = {
    "cache-control": "no-store", "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
}  # fmt: skip
_PAUSE = 0.1
"""So many seconds are between two things that are told."""
_BEAT = 15.0
"""After so many seconds in which there was nothing to tell, it is told that all is well."""

Look = Callable[[Mapping[str, str]], Any]
Answered = Callable[[Request, Callable[[Any], Awaitable[Any]]], Awaitable[Response]]


class Inspector:
    """`answered` answers a request with what a function finds, or says what was expected instead."""

    def __init__(self, root: str, control: Control, watchers: Watchers, answered: Answered) -> None:
        self.root, self.watchers, self.answered = root, watchers, answered
        self.inspecting = Inspecting(control.exchange, control.driver.clock)

    def routes(self) -> list[Route]:
        """What is served, beside what there is anyway."""
        here, root = self.inspecting, self.root
        looks: dict[str, Look] = {
            "list/calls": here.calls, "list/multiparty_calls": here.multiparty_calls, "one/world": here.world, "one/call": here.call,
            "one/multiparty_call": here.multiparty_call, "one/story": here.story, "one/rule": here.rule, "placing": here.placing,
        }  # fmt: skip
        return [
            Route(f"{root}/", self._page, methods=["GET"]),
            Route(f"{root}/page/{{name}}", self._page, methods=["GET"]),
            Route(f"{root}/events", self._events, methods=["GET"]),
            *(Route(f"{root}/{path}", self._looking(look), methods=["GET"]) for path, look in looks.items()),
        ]

    async def _page(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in FILES:
            return JSONResponse({"error": f"the page has no file {name!r:.100}; {self.root}/ is the page, {self.root}/health how it is"}, 404)
        package, path = FILES[name]
        text = (resources.files(package) / path).read_bytes()
        return Response(text, headers={**_HEADERS, "content-type": _TYPES[name.rpartition(".")[2]]})

    def _looking(self, look: Look) -> Callable[[Request], Awaitable[Response]]:
        # What is not there any more is null, and no mistake of the page's: a browser complains of every 404.
        async def find(request: Request) -> Any:
            return look(request.query_params)

        async def answer(request: Request) -> Response:
            return await self.answered(request, lambda _: find(request))

        return answer

    async def _events(self, request: Request) -> Response:
        last = request.headers.get("last-event-id") or request.query_params.get("after", "")
        try:
            watcher = self.watchers.admit(last)
        except Crowded as error:
            return JSONResponse({"error": str(error)}, 503, {"retry-after": "5"})
        return _Stream(watcher)


class _Stream(StreamingResponse):
    """What a watcher is told, as server-sent events. However it ends, the watcher leaves."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__(_told(watcher), headers={**_HEADERS, "content-type": "text/event-stream"})
        self._watcher = watcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._watcher.leave()


async def _told(watcher: Watcher) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    while not watcher.watchers.closed:
        told = await watcher.more(_BEAT)
        yield b": all is well\n\n" if told is None else _event(watcher.place.id, told)
        if told is not None:
            # What happens in quick succession is told in one piece.
            await asyncio.sleep(_PAUSE)


def _event(id: str, told: Mapping[str, Any]) -> bytes:
    return f"id: {id}\nevent: changed\ndata: {json.dumps(told, separators=(',', ':'))}\n\n".encode()
