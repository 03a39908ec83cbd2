"""From what comes over a wire to a vendor's request, and from its answer to what goes back; no socket here either."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from callsim.dialects import Request, Response
from callsim.dialects.http import pairs
from callsim.rules import Reply
from callsim.server.accounts import is_its_own, opened, shown_by
from callsim.server.exchange import Exchange, Office
from callsim.server.faults import Fault, Mishap

MOST_BODY = 1024 * 1024
"""How many bytes the body of a request may have."""
_MOST_KEPT = 16 * 1024
_TOKEN = "accessRequestToken"
_JSON = [("content-type", "application/json")]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: `path` is raw, `query` raw, header names are lower case, `body` None if it was too long."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = b""


@dataclass(frozen=True, slots=True)
class Replied:
    """What goes back; `fault`: how it is to go wrong on its way."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    fault: Fault | None = None


class Reception:
    """The vendors' interfaces as bytes, in front of an exchange. `requests` are the latest that came, oldest first."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.requests: deque[dict[str, Any]] = deque(maxlen=exchange.keep)
        self.count = 0

    def handle(self, received: Received) -> Replied:
        """Carry a request out and say what is sent back: its answer is fixed when this returns."""
        office = self._office(received.path)
        if office is None:
            return self._nobody(received)
        request, reply = self._read(office, received)
        fault = self.exchange.fault_of(request) if reply is None else None
        if fault is not None and fault.what is Mishap.ERROR:
            reply = Reply.FAILED
        if reply is not None:
            response = self.exchange.turn_away(office.vendor, reply)
        else:
            response = self.exchange.ask(office.vendor, request)
        self._keep(office.vendor, request, response.status, response.rule, response.basis, len(received.body or b""))
        return Replied(response.status, _headers(office, response), _body(response), fault)

    def sorry(self, received: Received, reply: Reply) -> Replied:
        """What is sent back where there is trouble of ours: nothing can be written down just now, or something went wrong."""
        office = self._office(received.path)
        if office is None:
            return self._nobody(received)
        response = self.exchange.turn_away(office.vendor, reply)
        return Replied(response.status, _headers(office, response), _body(response))

    # -- reading ---------------------------------------------------------------------------------------------------

    def _office(self, path: str) -> Office | None:
        """The vendor whose path it is, by how it begins."""
        return next((each for each in self.exchange.offices.values() if path.startswith(each.dialect.root)), None)

    def _read(self, office: Office, received: Received) -> tuple[Request, Reply | None]:
        """A request, and what it comes to if nobody is to read it."""
        if received.body is None:
            return _plain(received, None), Reply.TOO_LARGE
        reply = self._at_the_door(office, received)
        if reply is not None:
            return _plain(received, None), reply
        try:
            return _plain(received, _parsed(received)), None
        except ValueError:
            return _plain(received, None), Reply.BAD_JSON

    def _at_the_door(self, office: Office, received: Received) -> Reply | None:
        limits = office.dialect.rulebook.limits
        shown = shown_by(Request(received.method, received.path, pairs(received.query)), received.headers, str(limits["credentials"].value))
        own = opened(shown, office.accounts)
        if own is None:
            return Reply.UNAUTHORIZED
        if not is_its_own(office.dialect, received.path, own):
            told_apart = (f"{office.vendor}.door", Reply.FOREIGN) in office.dialect.rulebook.answers
            return Reply.FOREIGN if told_apart else Reply.UNAUTHORIZED
        # One more than its vendor takes within a while of the world's clock is turned away.
        return None if office.has_room(self.exchange.now) else Reply.TOO_MANY

    # -- answering -------------------------------------------------------------------------------------------------

    def _nobody(self, received: Received) -> Replied:
        roots = ", ".join(f"{each.dialect.root}... ({each.vendor})" for each in self.exchange.offices.values())
        body = {"error": f"nobody has this path here; there are {roots}, and /_callsim/ for the clock"}
        self._keep("", _plain(received, None), 404, "", "")
        return Replied(404, [*_JSON, ("x-callsim-rule", "none"), ("x-callsim-basis", "none")], json.dumps(body).encode())

    def _keep(self, vendor: str, request: Request, status: int, rule: str, basis: str, size: int = 0) -> None:
        """Remember a request, without what opened its door; of a body that is long, how long it was."""
        self.count += 1
        body = request.body if size <= _MOST_KEPT else f"({size:,} bytes)"
        self.requests.append({
            "number": self.count, "at": self.exchange.now, "vendor": vendor, "request": request.line[:_MOST_KEPT], "body": body,
            "status": status, "rule": rule, "basis": basis, "matched": bool(vendor) and ".nowhere." not in rule,
        })  # fmt: skip


def _plain(received: Received, body: Any) -> Request:
    """A request as the vendor's interface reads it. The token of a query opens the door, and goes no further."""
    query = tuple((name, value) for name, value in pairs(received.query) if name != _TOKEN)
    parts = [part for part in received.query.split("&") if part and unquote(part.partition("=")[0]) != _TOKEN]
    target = received.path + (f"?{'&'.join(parts)}" if parts else "")
    return Request(received.method, received.path, query, body, f"{received.method} {target}")


def _parsed(received: Received) -> Any:
    """The body of a request. Raises ValueError if it is neither JSON nor, so labelled, a form."""
    body = received.body
    if not body or not body.strip():
        return None
    form = received.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"
    if form and body.lstrip()[:1] not in (b"{", b"["):
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=1000))
    return read_json(body)


def read_json(body: bytes) -> Any:
    """What a body of JSON says. Raises ValueError for one that is none, that nests too deeply, or has half of a character in it."""
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if b"\\u" in body:
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _headers(office: Office, response: Response) -> list[tuple[str, str]]:
    row = office.dialect.rulebook.rows.get(response.rule)
    assumption = None if row is None else row.basis.assumption
    own = [("x-callsim-rule", response.rule), ("x-callsim-basis", response.basis)]
    own += [("x-callsim-assumption", assumption)] if assumption else []
    return [*((name.lower(), value) for name, value in response.headers.items()), *own]


def _body(response: Response) -> bytes:
    return b"" if response.body is None else json.dumps(response.body).encode()
