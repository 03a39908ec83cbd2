"""What lies under /_callsim/ as a Starlette application: its routes, what is read of a request, how mistakes are answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callsim.errors import UsageError
from callsim.server.control import POSTS, Body, Control, NotThere
from callsim.server.inspector import Inspector
from callsim.server.journal import NotWritten
from callsim.server.openapi import document
from callsim.server.reception import MOST_BODY, read_json
from callsim.server.watching import Watchers

ROOT = "/_callsim"
_LOOKS = ("health", "state", "trace", "calls", "requests")
Written = Callable[[], Awaitable[None]]


class Panel:
    """Reads requests for the test clock and answers them. With `written` nothing is answered before it is written down."""

    def __init__(self, control: Control, watchers: Watchers, written: Written | None = None) -> None:
        self.control, self.watchers, self.written = control, watchers, written

    def application(self) -> Starlette:
        """It as an ASGI application."""
        looks = [Route(f"{ROOT}/{name}", self._looking(name), methods=["GET"]) for name in _LOOKS]
        posts = [Route(f"{ROOT}/{path}", self._doing(act), methods=["POST"]) for path, act in POSTS.items()]
        more = [
            Route(f"{ROOT}/openapi/{{vendor}}.json", self._described, methods=["GET"]),
            Route(f"{ROOT}/calls/{{id}}/{{word}}", self._acting, methods=["POST"]),
        ]
        page = Inspector(ROOT, self.control, self.watchers, self._answered).routes()
        return Starlette(routes=[*page, *looks, *posts, *more], exception_handlers={HTTPException: self._not_there})

    # -- routes ----------------------------------------------------------------------------------------------------

    def _looking(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def look(request: Request) -> Response:
            if name == "trace":
                return await self._answered(request, lambda _: _now(self.control.trace(_after(request))))
            return await self._answered(request, lambda _: _now(getattr(self.control, name)()))

        return look

    def _doing(self, act: Callable[[Control, Body], Awaitable[dict[str, Any]]]) -> Callable[[Request], Awaitable[Response]]:
        async def do(request: Request) -> Response:
            return await self._answered(request, lambda body: act(self.control, body))

        return do

    async def _acting(self, request: Request) -> Response:
        id, word = request.path_params["id"], request.path_params["word"]
        return await self._answered(request, lambda body: self.control.act(id, word, body))

    async def _described(self, request: Request) -> Response:
        office = self.control.exchange.offices.get(request.path_params["vendor"])
        if office is None:
            return self._nothing(request)
        return await self._answered(request, lambda _: _now(document(office.dialect)))

    # -- answers ---------------------------------------------------------------------------------------------------

    async def _answered(self, request: Request, act: Callable[[Body], Awaitable[Any]]) -> Response:
        """Do it, and say what came of it or what was expected."""
        driver = self.control.driver
        try:
            body = await said(request) if request.method == "POST" else {}
            if self.written is not None and request.method == "POST":
                # While nothing can be written down, nothing is done.
                await self.written()
            driver.catch_up()
            found = await act(body)
            if self.written is not None and request.method == "POST":
                await self.written()
            if request.method == "POST":
                self.watchers.wake()
        except TooLong as error:
            return _error(413, error, close=True)
        except NotThere as error:
            return _error(404, error)
        except NotWritten as error:
            return _error(503, error)
        except UsageError as error:
            return _error(409 if "/clock/" in request.url.path and not driver.clock.held else 400, error)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            driver.mistake(error)
            driver.dispatch()
            return JSONResponse({"error": f"callsim made a mistake of its own ({type(error).__name__}); who started it is told"}, 500)
        return JSONResponse(found)

    async def _not_there(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            return JSONResponse({"error": f"{request.method} does nothing here; GET looks, POST does"}, 405, error.headers)
        return self._nothing(request)

    def _nothing(self, request: Request) -> Response:
        described = (f"openapi/{vendor}.json" for vendor in self.control.exchange.offices)
        known = ", ".join((*_LOOKS, *described, *POSTS, "calls/ID/hang_up"))
        return JSONResponse({"error": f"there is no {request.url.path!r}; {ROOT}/ is a page, and under it there are {known}"}, 404)


class TooLong(UsageError):  # noqa: N818 - what it says is what it is
    """A body is longer than anything anybody has to say here."""


async def _now(found: Any) -> Any:
    return found


def _error(status: int, error: Exception, close: bool = False) -> Response:
    return JSONResponse({"error": str(error)}, status, {"connection": "close"} if close else None)


async def said(request: Request, most: int = MOST_BODY) -> Mapping[str, Any]:
    """What was sent, an object of at most so many bytes. Raises UsageError for anything else, TooLong as soon as it is that."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLong(f"a body here has at most {most:,} bytes")
        parts.append(part)
    body = b"".join(parts)
    try:
        found = read_json(body) if body.strip() else {}
    except ValueError:
        raise UsageError("the body is no JSON; expected an object") from None
    if not isinstance(found, dict):
        raise UsageError("expected an object as body")
    return found


def _after(request: Request) -> int:
    word = request.query_params.get("after", "0")
    if not (word.isascii() and word.isdigit() and len(word) < 12):
        raise UsageError("after is how many entries have been seen already: a whole number")
    return int(word)
