"""The stream of an emulator's inspector as a process sends it, read event by event."""

from __future__ import annotations

import json
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO


class Stream:
    """One connection that is told of changes; `head` are the status line and the headers."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = [line.decode().rstrip("\r\n") for line in iter(file.readline, b"\r\n") if line]
        self.status = int(self.head[0].split()[1]) if self.head else 0
        self.last = ""
        self._lines: deque[str] = deque()

    def next(self) -> dict[str, Any]:
        """The next event. Raises EOFError once the stream has ended."""
        while True:
            while self._lines:
                word, _, rest = self._lines.popleft().partition(": ")
                if word == "id":
                    self.last = rest
                if word == "data":
                    return dict(json.loads(rest))
            self._read()

    def ends(self) -> bool:
        """Whether it ends as it should, after whatever there still is."""
        try:
            while True:
                self._read()
        except EOFError:
            return True

    def _read(self) -> None:
        """Read one more piece; what says how long it is, is left out."""
        size = int(self._file.readline() or b"-1", 16)
        if size < 0:
            raise ConnectionError("it broke off")
        self._lines += self._file.read(size).decode().splitlines()
        self._file.readline()
        if not size:
            raise EOFError


@contextmanager
def watching(port: int, *headers: str) -> Iterator[Stream]:
    """A connection of one's own to the events of a server on this machine."""
    asked = "".join(f"{line}\r\n" for line in ("GET /_callsim/events HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, ""))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection, connection.makefile("rb") as file:
        connection.sendall(asked.encode())
        yield Stream(file)
