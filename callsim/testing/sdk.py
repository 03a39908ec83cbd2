"""Lets the requests of an SDK come to an emulator in the same process; the SDK itself is the vendor's, as it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import ConnectionError as Lost
from requests.structures import CaseInsensitiveDict

from callsim.server.faults import Mishap
from callsim.server.reception import Received

if TYPE_CHECKING:
    from callsim.testing.emulator import Emulator


def adapter(emulator: Emulator) -> BaseAdapter:
    """What a session of `requests` sends by, so that everything comes to this emulator."""
    return _ToEmulator(emulator)


class _ToEmulator(BaseAdapter):
    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._emulator = emulator

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Hand a request over; the reply is there at once. Raises the ConnectionError of `requests` for a reply that is lost."""
        parts = urlsplit(str(request.url))
        body: Any = request.body or b""
        headers = {str(name).lower(): _text(value) for name, value in request.headers.items()}
        received = Received(str(request.method), parts.path, parts.query, headers, body.encode() if isinstance(body, str) else body)
        replied = self._emulator.handle(received)
        if replied.fault is not None and replied.fault.what is Mishap.LOST_REPLY:
            raise Lost("the connection was closed without a reply", request=request)
        response = Response()
        response.status_code, response.headers = replied.status, CaseInsensitiveDict(replied.headers)
        response.raw, response.url, response.request = io.BytesIO(replied.body), str(request.url), request
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """There is nothing to close."""


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
