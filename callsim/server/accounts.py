"""Who may use which vendor's interface, and how they say who they are."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import unquote

from callsim.dialects import VENDORS, Dialect, Request
from callsim.errors import UsageError

_MOST = 4096
"""More of a credential than this nobody looks at."""
_DEMO = {"plivo": ("MADEMODEMODEMODEMO00", "demo-token"), "tryvox": ("demo", "tvx_sk_demo"), "voipnow": ("", "demo")}


class Shown(NamedTuple):
    """What a request shows: `id` is empty where only a secret is shown."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account by the vendor's own id, and the secret that opens it. No id: whoever has the secret is the one user."""

    vendor: str
    id: str
    secret: str

    def __repr__(self) -> str:
        return f"<Account {self.vendor} {self.id}>"


def demo(vendors: Iterable[str]) -> tuple[Account, ...]:
    """The accounts of the demo world."""
    return tuple(Account(vendor, *_DEMO[vendor]) for vendor in vendors)


def account(text: str) -> Account:
    """Read VENDOR:ID:SECRET. Raises UsageError saying what one looks like."""
    vendor, _, rest = text.partition(":")
    id, _, secret = rest.partition(":")
    if vendor not in VENDORS or not secret or not secret.isprintable():
        shown = f"{vendor}:{id}:..." if secret else vendor
        raise UsageError(
            f"--account {shown!r} is no account; write VENDOR:ID:SECRET, such as plivo:MAXXXXXXXXXXXXXXXXXX:some-token "
            f"(vendors: {', '.join(VENDORS)}; VoipNow has no id: voipnow::some-token)"
        )
    return Account(vendor, id, secret)


def shown_by(request: Request, headers: Mapping[str, str], accepts: str) -> Shown | None:
    """What a request shows of who sends it, as far as this vendor looks at it; None: nothing. `accepts` are the ways, such as
    `bearer+basic`; header names are lower case."""
    ways = accepts.split("+")
    scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
    said = rest.strip()[:_MOST]
    if scheme.lower() == "basic" and "basic" in ways:
        return _basic(said)
    if scheme.lower() == "bearer" and "bearer" in ways:
        return Shown("", said)
    asked = request.parameter("accessRequestToken") if "query" in ways else None
    if asked is None:
        return None
    word, _, token = unquote(asked[:_MOST]).replace("+", " ").partition(" ")
    return Shown("", token.strip()) if word.lower() == "bearer" else None


def _basic(said: str) -> Shown | None:
    try:
        id, colon, secret = b64decode(said, validate=True).decode().partition(":")
    except ValueError:
        return None
    return Shown(id, secret) if colon else None


def opened(shown: Shown | None, accounts: Iterable[Account]) -> Account | None:
    """The account that these credentials open; None: none. Every account is compared in full: how long it takes tells nothing."""
    found = None
    if shown is None:
        return None
    for each in accounts:
        same = compare_digest(each.secret.encode(), shown.secret.encode("utf-8", "surrogatepass"))
        named = not shown.id or not each.id or compare_digest(each.id.encode(), shown.id.encode("utf-8", "surrogatepass"))
        found = each if same and named else found
    return found


def is_its_own(dialect: Dialect, path: str, own: Account) -> bool:
    """Whether a path is below the account whose credentials were shown; one of a vendor without accounts in its paths is."""
    parts = path.removeprefix(dialect.root).partition("/")
    return not own.id or unquote(parts[0]) == own.id
