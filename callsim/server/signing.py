"""How vendors sign what they send to an application, so that their own validators accept it.

What is signed is what `encode` says goes out. Nonces and times are the caller's: nothing is drawn and no clock is read here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, urlparse

from callsim.server.sending import Sending, encode, pairs


@dataclass(frozen=True, slots=True)
class Secret:
    """What a sending is signed with: the token of the account it is about, a nonce that no other sending has, and the seconds
    since 1970. `main` is the token of the account it belongs to; empty: it belongs to none."""

    token: str
    nonce: str = ""
    at: int = 0
    main: str = ""


def signed(how: str, sending: Sending, secret: Secret) -> Sending:
    """The sending with its signature among its headers. `how` is a dialect's `signature`; an empty one signs nothing."""
    return replace(sending, headers={**sending.headers, **SIGNERS[how](sending, secret)})


def _unsigned(sending: Sending, secret: Secret) -> Mapping[str, str]:
    return {}


def _plivo(sending: Sending, secret: Secret) -> Mapping[str, str]:
    """The second version signs the URL alone, the third its query and the form as well, in an order of its own."""
    url = encode(sending).url
    bare, whole = _without_query(url), _spelled_out(url, sending)
    main = secret.main or secret.token
    return {
        "X-Plivo-Signature-V2": _digest(secret.token, f"{bare}{secret.nonce}"), "X-Plivo-Signature-V2-Nonce": secret.nonce,
        "X-Plivo-Signature-V3": _digest(secret.token, f"{whole}.{secret.nonce}"), "X-Plivo-Signature-V3-Nonce": secret.nonce,
        "X-Plivo-Signature-Ma-V3": _digest(main, f"{whole}.{secret.nonce}"),
    }  # fmt: skip


def _tryvox(sending: Sending, secret: Secret) -> Mapping[str, str]:
    """The time and the body as it is sent. One that is sent with GET has none."""
    said = hmac.new(secret.token.encode(), f"{secret.at}.".encode() + encode(sending).body, hashlib.sha256)
    return {"X-TryVox-Signature": f"t={secret.at},v1={said.hexdigest()}", "X-TryVox-Timestamp": str(secret.at)}


SIGNERS: Final[Mapping[str, Callable[[Sending, Secret], Mapping[str, str]]]] = {"": _unsigned, "plivo": _plivo, "tryvox": _tryvox}
"""The headers of a signature, by the name that a dialect gives to its way of signing."""


def _digest(token: str, text: str) -> str:
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _without_query(url: str) -> str:
    # Of a last segment such as `a;b` the validator drops what follows the semicolon; so does urlparse, and urlsplit does not.
    parts = urlparse(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _spelled_out(url: str, sending: Sending) -> str:
    """The URL with its query unescaped and sorted, and with what is posted: names before values, nothing between them."""
    query = parse_qs(urlparse(url).query, keep_blank_values=True)
    asked = "&".join(f"{name}={value}" for name, value in _sorted(query))
    posted = {} if sending.method.upper() == "GET" else _gathered(sending)
    if not posted:
        return _without_query(url) + (f"?{asked}" if asked else "")
    form = "".join(f"{name}{value}" for name, value in _sorted(posted))
    return f"{_without_query(url)}?{asked}{'.' if asked else ''}{form}"


def _gathered(sending: Sending) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs(sending.params):
        found.setdefault(name, []).append(value)
    return found


def _sorted(params: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name in sorted(params) for value in sorted(params[name])]
