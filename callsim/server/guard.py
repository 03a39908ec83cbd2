"""Who may hold the test clock: the person at this machine and their tests, and no page that their browser happens to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

TOKEN_HEADER = "x-callsim-token"


@dataclass(frozen=True)
class Guard:
    """What a request to the test clock has to show. `hosts` are the names by which it may be called, with its port; `token`
    has to be shown by whoever wants anything where the emulator can be reached from elsewhere (`everywhere`); `what` is guarded."""

    hosts: Collection[str]
    token: str = ""
    everywhere: bool = False
    what: str = "the test clock"

    def turns_away(self, method: str, headers: Mapping[str, str], known_to_all: bool = False) -> tuple[int, dict[str, Any]] | None:
        """The answer to a request that may not be carried out; None to one that may. What is `known_to_all` needs no token.

        A page of somebody else's cannot send another Host than its own name, nor JSON without being asked for its Origin first;
        and browsers say of what a page asks for whether it is of the same site. That somebody follows a link to here is no request
        of the page that has it.
        """
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            return 403, {"error": f"{self.what} answers for {', '.join(sorted(self.hosts))} only, not for {host!r:.100}"}
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{each}" for each in self.hosts}:
            return 403, {"error": f"{self.what} is not for pages of {origin!r:.100}"}
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not _follows_a_link(method, headers):
            return 403, {"error": f"{self.what} is not for pages of others"}
        shown = headers.get(TOKEN_HEADER, "")
        has_token = bool(self.token) and compare_digest(shown.encode(), self.token.encode())
        if self.everywhere and not has_token and not known_to_all:
            return 401, {"error": f"{self.what} needs its token here, in the header {TOKEN_HEADER}"}
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method not in ("GET", "HEAD") and kind != "application/json" and not has_token:
            return 415, {"error": "what is to be done is sent as content-type: application/json"}
        return None


def _follows_a_link(method: str, headers: Mapping[str, str]) -> bool:
    return method == "GET" and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def names_of(host: str, port: int, called: str) -> frozenset[str]:
    """The names by which a server bound to a host may be called; `called`: what was said on the command line."""
    bare = {host, called, "localhost"}
    shown = {f"[{name}]" if ":" in name else name for name in bare}
    return frozenset(f"{name}:{port}".lower() for name in shown) | (frozenset(name.lower() for name in shown) if port == 80 else frozenset())
