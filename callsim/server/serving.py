"""`callsim serve`: everything put together, on a socket, until somebody stops it."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from callsim import __version__
from callsim.errors import MissingExtra, UsageError
from callsim.server.accounts import Account, account
from callsim.server.addresses import Mapping
from callsim.server.app import App
from callsim.server.carrying import Carrier
from callsim.server.clock import clock
from callsim.server.control import Control
from callsim.server.driver import Driver
from callsim.server.exchange import KEEP, Exchange
from callsim.server.greeting import greeting
from callsim.server.guard import Guard, names_of
from callsim.server.journal import Journal
from callsim.server.mistakes import Mistakes
from callsim.server.outside import Outside
from callsim.server.reception import Reception
from callsim.server.worlds import Setting, setting

MOST_CONNECTIONS = 512
_HEAD = 16 * 1024
_KEEP_ALIVE = 30
_SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Wishes:
    """What was said on the command line. `callback_patience` is in seconds."""

    host: str = "127.0.0.1"
    port: int = 8080
    world: str | None = None
    clock: str = "real"
    journal: str | None = None
    assume: tuple[tuple[str, str], ...] = ()
    account: tuple[str, ...] = ()
    keep: int = KEEP
    seed: int = 0
    allow_callbacks: tuple[str, ...] = ()
    map: tuple[str, ...] = ()
    callback_patience: float = 5.0
    signature_time: str = "real"
    token: str = ""


def serve(wishes: Wishes, say: Callable[[str], None], tell: Callable[[Exception], object]) -> None:
    """Serve until interrupted. `say` is told lines for the person who started it, `tell` what we did wrong ourselves.

    Raises UsageError for what cannot be served so, InputError for mistakes in the world's file, MissingExtra without the libraries
    of a server."""
    try:
        import uvicorn

        from callsim.server.protocol import Server
    except ImportError:
        raise MissingExtra("uvicorn", "server") from None

    accounts = tuple(account(each) for each in wishes.account)
    world = setting(wishes.world, dict(wishes.assume), accounts, wishes.seed)
    everywhere = not is_loopback(wishes.host)
    if everywhere:
        _check_reach(wishes, world, accounts)
    exchange = Exchange(world, wishes.keep)
    held = clock(wishes.clock)
    with listening(wishes.host, wishes.port) as listener:
        port = listener.getsockname()[1]
        journal = None if wishes.journal is None else Journal(wishes.journal, exchange, about(wishes, world))
        again = 0 if journal is None else journal.begin()
        try:
            outside = Outside(
                patience=wishes.callback_patience, most=_longest_document(exchange), allowed=wishes.allow_callbacks,
                own=[(wishes.host, port)], maps=[Mapping.parse(each) for each in wishes.map], loopback=not everywhere,
            )  # fmt: skip
            reception = Reception(exchange)
            written = None if journal is None else journal.written
            driver = Driver(exchange, held, Carrier(exchange, outside, wishes.signature_time, held.speed), written, Mistakes(tell))
            control = Control(reception, driver, _shown(wishes, world))
            guard = Guard(names_of(listener.getsockname()[0], port, wishes.host), wishes.token, everywhere)
            app = App(reception, driver, control, guard, journal)
            config = uvicorn.Config(
                app, http="callsim.server.protocol:Protocol", ws="none", lifespan="off", proxy_headers=False, server_header=False,
                access_log=False, log_level="critical", h11_max_incomplete_event_size=_HEAD, limit_concurrency=MOST_CONNECTIONS,
                timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=1,
            )  # fmt: skip
            for line in _began(wishes, world, again, port):
                say(line)
            server = Server(config, lambda: say(f"callsim: serving on {url_of(wishes.host, port)}"), app.watchers.close)
            asyncio.run(_run(server, listener, driver, outside))
        finally:
            if journal is not None:
                journal.close()


async def _run(server: Any, listener: socket.socket, driver: Driver, outside: Outside) -> None:
    driver.start()
    # What is here by now stays: nothing of it need be looked at again.
    gc.collect()
    gc.freeze()
    try:
        await server.serve(sockets=[listener])
    finally:
        await driver.stop()
        await outside.aclose()


# -- what is checked before -------------------------------------------------------------------------------------------


def is_loopback(host: str) -> bool:
    """Whether only this machine can come to a host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_reach(wishes: Wishes, world: Setting, accounts: Sequence[Account]) -> None:
    """Where anybody may come, nothing may be open whose key is known."""
    known = {each.vendor for each in accounts}
    lacking = [stand.vendor for stand in world.stands if stand.vendor not in known]
    if world.is_demo or lacking:
        whose = "the demo world" if world.is_demo else ", ".join(lacking)
        raise UsageError(
            f"{wishes.host} can be reached from elsewhere, and everybody knows the credentials of {whose}: serve on 127.0.0.1, or a "
            "--world of your own with --account VENDOR:ID:SECRET for each vendor in it"
        )
    if len(wishes.token) < _SHORTEST_TOKEN:
        raise UsageError(f"{wishes.host} can be reached from elsewhere: the test clock needs a --token of {_SHORTEST_TOKEN} characters or more")


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections there, on any port for 0. Raises UsageError if there can be none."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        raise UsageError(f"nobody can be served on {host}: {error.strerror or error}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise UsageError(f"port {port} on {host} cannot be served: {error.strerror}; choose another with --port, or 0 for any") from None
    return listener


def _longest_document(exchange: Exchange) -> int:
    return max(int(office.dialect.rulebook.limits["document_size"].value) for office in exchange.offices.values())


def about(wishes: Wishes, world: Setting) -> dict[str, str]:
    """What must be the same for a journal to be gone on with."""
    books = {stand.vendor: stand.dialect().rulebook for stand in world.stands}
    rows = {
        f"rulebook of {vendor}": sha256("\n".join(repr(row) for row in book.rows.values()).encode()).hexdigest()[:16]
        for vendor, book in books.items()
    }
    said = "the demo world" if wishes.world is None else sha256(Path(wishes.world).read_bytes()).hexdigest()[:16]
    chosen = " ".join(f"{id}={value}" for id, value in sorted(wishes.assume)) or "nothing"
    return {
        "version of callsim": __version__, **rows, "world": said, "set of assumptions": chosen,
        "seed": str(wishes.seed), "--keep": str(wishes.keep),
    }  # fmt: skip


def _shown(wishes: Wishes, world: Setting) -> dict[str, Any]:
    return {
        "world": world.title, "vendors": [stand.vendor for stand in world.stands], "assume": dict(wishes.assume), "seed": wishes.seed,
        "journal": wishes.journal, "keep": wishes.keep,
    }  # fmt: skip


def url_of(host: str, port: int) -> str:
    """Where something is that is served there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _began(wishes: Wishes, world: Setting, again: int, port: int) -> list[str]:
    said = f"journal {wishes.journal}" + (f": {again:,} inputs said again" if again else "")
    look = f"look at it, and have a hand in it: {url_of(wishes.host, port)}/_callsim/"
    return [*greeting(world, wishes.clock), *([said] if wishes.journal is not None else []), look]
