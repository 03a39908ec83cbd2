"""What is sent to somebody's application: a request as data, the bytes it comes to, and what became of sending it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, quote_plus, urlsplit

from callsim.application import Page, requested
from callsim.errors import UsageError

# What may stand in a URL as it is: everything printable of ASCII, a percent sign too, for what is escaped stays as it was.
_AS_IT_IS = "".join(chr(code) for code in range(0x21, 0x7F))
# A name, an address of version 4 in any spelling, or one of version 6 with or without the interface it is reached by.
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*(%[a-z0-9_.-]+)?")


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt to ask an application for a document, or to tell it something.

    `url` is absolute and may have a fragment, which is not sent. With GET `params` are appended to its query; with POST they are
    the body, as a form or else as JSON. `headers` come on top: signatures. `connect_ms` and `read_ms` bound the attempt in real
    time, for a connection and from then on; 0: only its sender's patience does. `document`: the body of the answer is wanted.
    """

    url: str
    method: str = "POST"
    params: Mapping[str, Any] = field(default_factory=dict)
    form: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    connect_ms: int = 0
    read_ms: int = 0
    document: bool = False


class Sent(NamedTuple):
    """What became of an attempt: the page it came to, and what a person should be told of it; empty: nothing."""

    page: Page
    note: str = ""


class Encoded(NamedTuple):
    """The bytes of an attempt: the URL without fragment and in ASCII, the body, and the headers that describe it."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def encode(sending: Sending) -> Encoded:
    """What goes over the wire, and what is signed. The same for the same sending, always."""
    url = in_ascii(requested(sending.url))
    if sending.method.upper() == "GET":
        more = _form(sending.params)
        joint = "" if not more else "?" if "?" not in url else "" if url.endswith(("?", "&")) else "&"
        return Encoded(f"{url}{joint}{more}", b"", {})
    if sending.form:
        return Encoded(url, _form(sending.params).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    return Encoded(url, json.dumps(dict(sending.params), separators=(",", ":")).encode(), {"Content-Type": "application/json"})


def pairs(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every parameter as an application reads it from a form or a query: names and texts, one pair for each value of a list."""
    for name, value in params.items():
        for each in value if isinstance(value, (list, tuple)) else (value,):
            yield _sound(name), _sound(_text(each))


def in_ascii(url: str) -> str:
    """A URL as it is requested: what is no printable ASCII is escaped, in the host's name by IDNA; the rest is left alone."""
    head, slashes, rest = url.partition("://")
    end = next((at for at, char in enumerate(rest) if char in "/?"), len(rest))
    return f"{escaped(head)}{slashes}{_named(rest[:end])}{escaped(rest[end:])}"


def _named(host: str) -> str:
    try:
        return escaped(host) if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return escaped(host)  # Which is no name of a host, and refused as such.


def escaped(text: str) -> str:
    """A text as it may stand in a URL; what is escaped in it already stays as it is."""
    return quote(text, safe=_AS_IT_IS, errors="surrogatepass")


def target_of(url: str) -> str:
    """What of a URL in ASCII the request line holds: its path and its query, not a character changed."""
    _, _, rest = url.partition("://")
    start = next((at for at, char in enumerate(rest) if char in "/?"), len(rest))
    return rest[start:] if rest[start:].startswith("/") else f"/{rest[start:]}"


class Place(NamedTuple):
    """Where a URL leads: its scheme, its host as ASCII in lower case without brackets, and its port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


PORTS = {"http": 80, "https": 443}


def place_of(url: str) -> tuple[Place, SplitResult]:
    """Where a URL leads, and its parts. Raises UsageError for what is no URL of http or https, or names a user."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").replace("%25", "%"), parts.port
    except ValueError as problem:
        raise UsageError(f"{url!r:.200} is no URL: {problem}") from None
    if "@" in parts.netloc:
        raise UsageError(f"the URL for {host:.100} names a user or a password, which is not sent anywhere; leave it out")
    if parts.scheme not in PORTS or not _HOST.fullmatch(host):
        raise UsageError(f"{url!r:.200} is no URL to send anything to; expected one such as http://127.0.0.1:5000/answer")
    return Place(parts.scheme, host, PORTS[parts.scheme] if port is None else port), parts


def _form(params: Mapping[str, Any]) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs(params))


def _text(value: Any) -> str:
    """A value as it stands in a form; what has no form of its own is written as JSON is."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value) if isinstance(value, (bool, Mapping)) else str(value)


def _sound(text: str) -> str:
    """A text without halves of characters, which have no bytes."""
    return text.encode(errors="replace").decode()
