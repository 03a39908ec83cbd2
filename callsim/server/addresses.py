"""Which addresses something may be sent to: loopback, those that were allowed, and never the server's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from callsim.errors import UsageError
from callsim.server.sending import Place, in_ascii, place_of

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Finds the addresses of a name, as texts. Raises OSError or UnicodeError where it has none."""

HERE = ("127.0.0.1", "::1")
"""What a name stands for that is loopback by definition; a server that listens on only one of them is found on either."""

_EXAMPLE = "https://my.app=http://127.0.0.1:5000"


async def look_up(host: str, port: int) -> list[str]:
    """The addresses that this machine finds for a name, in its order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Mapping(NamedTuple):
    """Where requests to one origin are sent instead; they keep its name."""

    origin: Place
    target: Place

    @classmethod
    def parse(cls, text: str) -> Mapping:
        """Read `https://my.app=http://127.0.0.1:5000`. Raises UsageError saying what is wrong with it."""
        origin, equals, target = text.partition("=")
        if not equals:
            raise UsageError(f"--map {text!r:.200} names one origin only; expected two, such as {_EXAMPLE}")
        return cls(_origin(origin, text), _origin(target, text))


def _origin(url: str, text: str) -> Place:
    try:
        place, parts = place_of(url)
    except UsageError as problem:
        raise UsageError(f"--map {text!r:.200} cannot be read: {problem}; expected two origins, such as {_EXAMPLE}") from None
    if parts.path not in ("", "/") or "?" in url or "#" in url:
        raise UsageError(f"--map {text!r:.200} has a path; whole origins are mapped, such as {_EXAMPLE}")
    return place


def address_of(text: str) -> Address | None:
    """An address as it is meant: one of version 4 within one of version 6 is that of version 4. None: it is none."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def is_loopback_name(host: str) -> bool:
    """Whether a name is loopback by definition, whatever a resolver says."""
    return host.rpartition(".")[2] in ("test", "localhost")


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides who may be sent something.

    `allowed` are hosts or addresses besides loopback; `loopback`: whether that is allowed without being named. `own` are the
    addresses and ports that the server itself listens on.
    """

    allowed: frozenset[str]
    addresses: frozenset[Address]
    own: frozenset[tuple[Address, int]]
    loopback: bool

    @classmethod
    def of(cls, allowed: Iterable[str], own: Iterable[tuple[str, int]], loopback: bool = True) -> Guard:
        """A guard of what a person wrote, in any spelling. Raises UsageError for what is no host."""
        hosts = frozenset(_host(each) for each in allowed)
        spelled = (found for each in hosts if (found := _spelled(each)) is not None)
        listening = frozenset((found, port) for host, port in own for each in _listens(host) if (found := _spelled(each)) is not None)
        return cls(hosts, frozenset(spelled), listening, loopback)

    async def admit(self, place: Place, resolve: Resolve) -> list[str]:
        """The addresses to connect to for a place, in order, all of them checked: a name is looked up here, once, and never again.

        Raises UsageError saying why nothing is sent there.
        """
        found = [(text, address_of(text)) for text in await _addresses(place, resolve)]
        for text, address in found:
            self._check(place, text, address)
        return [str(address) for _, address in found]

    def _check(self, place: Place, text: str, address: Address | None) -> None:
        if address is None:
            raise UsageError(f"{place} resolves to {text!r:.100}, which is no address")
        if any(port == place.port and _reaches(address, own) for own, port in self.own):
            raise UsageError(f"{place} is this server itself, which sends nothing to itself")
        if place.host in self.allowed or _plain(address) in self.addresses or (self.loopback and address.is_loopback):
            return
        leads = f"{place} is" if address_of(place.host) == address else f"{place} resolves to {address}, which is"
        kind = "a loopback address, and those must be allowed here" if address.is_loopback else "no loopback address"
        raise UsageError(f"{leads} {kind}: start with --allow-callbacks {place.host}")


def _host(text: str) -> str:
    host = f"[{text}]" if ":" in text and not text.startswith("[") else text
    try:
        place, parts = place_of(in_ascii(f"http://{host}/".lower()))
    except UsageError:
        parts = None
    if parts is None or parts.path != "/" or ":" in parts.netloc.rpartition("]")[2]:
        raise UsageError(f"--allow-callbacks {text!r:.100} is no host; expected a name or an address alone, such as app.example or 10.0.0.7")
    return place.host


def _listens(host: str) -> Collection[str]:
    return HERE if is_loopback_name(host) else (host.strip("[]"),)


async def _addresses(place: Place, resolve: Resolve) -> Sequence[str]:
    address = address_of(place.host)
    if address is not None:
        return (str(address),)
    if is_loopback_name(place.host):
        return HERE
    try:
        found = await resolve(place.host, place.port)
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise UsageError(f"{place} leads nowhere: no address is found for {place.host:.100}")
    return found


def _spelled(host: str) -> Address | None:
    """An address in any spelling that a resolver reads as one: in four parts or fewer, decimal, octal or hexadecimal."""
    found = address_of(host)
    if found is not None:
        return _plain(found)
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _plain(address: Address) -> Address:
    """An address without the interface it is reached by."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) else address


def _reaches(address: Address, own: Address) -> bool:
    """Whether who connects to an address meets who listens on another."""
    if own.is_unspecified or address.is_unspecified:
        return address.is_loopback or address.is_unspecified or (own.is_unspecified and is_of_this_machine(address))
    return _plain(address) == own


def is_of_this_machine(address: Address) -> bool:
    """Whether one can listen there, which only the machine that has the address can. Nothing is sent."""
    try:
        with socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as asked:
            asked.bind((str(address), 0))
    except OSError:
        return False
    return True
