"""`callsim learn --web`: the course on a socket of this machine, until somebody stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from callsim.errors import MissingExtra, UsageError
from callsim.learn.desk import Desk
from callsim.server.guard import Guard, names_of
from callsim.server.serving import is_loopback, listening, url_of

WHAT = "this course"
_HEAD = 16 * 1024
_MOST_CONNECTIONS = 64


def serve(desk: Desk, host: str, port: int, say: Callable[[str], None], tell: Callable[[Exception], object]) -> None:
    """Serve until interrupted. `say` is told where; `tell` what we did wrong ourselves.

    Raises UsageError for a host that others can reach (it is one learner's progress that is shown and changed), MissingExtra
    without the libraries of a server."""
    try:
        import uvicorn

        from callsim.learn.web import Web
        from callsim.server.protocol import Server
    except ImportError:
        raise MissingExtra("uvicorn", "server") from None

    if not is_loopback(host):
        raise UsageError(f"{host} can be reached from elsewhere, and this course is for whoever sits here: serve it on 127.0.0.1")
    with listening(host, port) as listener:
        port = listener.getsockname()[1]
        guard = Guard(names_of(listener.getsockname()[0], port, host), what=WHAT)
        config = uvicorn.Config(
            Web(desk, guard, tell).application(), http="callsim.server.protocol:Protocol", ws="none", lifespan="off",
            proxy_headers=False, server_header=False, access_log=False, log_level="critical", h11_max_incomplete_event_size=_HEAD,
            limit_concurrency=_MOST_CONNECTIONS, timeout_graceful_shutdown=1,
        )  # fmt: skip
        where = f"callsim: the course is at {url_of(host, port)} - stop it with Ctrl-C"
        asyncio.run(Server(config, lambda: say(where)).serve(sockets=[listener]))
