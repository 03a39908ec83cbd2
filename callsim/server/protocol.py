"""HTTP/1.1 as the emulator speaks it: uvicorn's, with a deadline for every request and a way to drop a connection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

_PIECE = 16 * 1024


class Protocol(H11Protocol):
    """A connection. Whoever does not complete a request in time is cut off: slow senders hold nothing up."""

    patience = 10.0
    """How many seconds a request may take from its first byte, or a fresh connection until then, to be complete."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # An application finds the connection here, to let a reply be lost.
        self.app_state = {**self.app_state, "transport": transport}
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None:
            self._watch()
        # In pieces: how long a head is, is looked at between them only.
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + _PIECE])
        cycle: Any = self.cycle
        if cycle is not None and not cycle.more_body:
            self._unwatch()

    def _watch(self) -> None:
        self._deadline = self.loop.call_later(self.patience, self._too_slow)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        self.transport.abort()


class Server(uvicorn.Server):
    """Says when it takes connections, and ends at the first signal without waiting for those who are slow."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._ready, self._ending = ready, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._ending is not None:
            # Whoever is told as things change would be waited for.
            self._ending()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: Any) -> None:
        self.should_exit = True
