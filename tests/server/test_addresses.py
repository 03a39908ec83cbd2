"""Who may be sent something, whatever the spelling; and what a person may write to allow more."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from callsim.errors import UsageError
from callsim.server.addresses import Guard, Mapping, is_of_this_machine, look_up
from callsim.server.sending import Place, place_of

NAMES = {
    "local.example": ["127.0.0.1"], "both.example": ["127.0.0.1", "::1"], "inner.example": ["10.0.0.7"], "outer.example": ["203.0.113.5"],
    "mixed.example": ["127.0.0.1", "10.0.0.7"], "mapped.example": ["::ffff:10.0.0.7"], "nothing.example": [], "odd.example": ["here"],
    "xn--tda.example": ["10.0.0.9"],
    "2130706433": ["127.0.0.1"], "167772167": ["10.0.0.7"], "0177.0.0.1": ["127.0.0.1"], "012.0.0.7": ["10.0.0.7"], "127.1": ["127.0.0.1"],
}  # fmt: skip


async def resolve(host: str, port: int) -> Sequence[str]:
    if host not in NAMES:
        raise OSError("unknown")
    return NAMES[host]


def admitted(guard: Guard, url: str) -> list[str] | str:
    """The addresses that are connected to, or why none is."""
    try:
        return asyncio.run(guard.admit(place_of(url)[0], resolve))
    except UsageError as problem:
        return str(problem)


LOOPBACK = (
    ("http://127.0.0.1:5000/a", ["127.0.0.1"]), ("http://127.9.9.9/", ["127.9.9.9"]), ("http://[::1]:5000/", ["::1"]),
    ("http://[::ffff:127.0.0.1]/", ["127.0.0.1"]), ("http://localhost/", ["127.0.0.1", "::1"]), ("http://LocalHost./", ["127.0.0.1", "::1"]),
    ("https://my.app.test/", ["127.0.0.1", "::1"]), ("http://a.localhost:1/", ["127.0.0.1", "::1"]), ("http://local.example/", ["127.0.0.1"]),
    ("http://both.example/", ["127.0.0.1", "::1"]), ("http://2130706433/", ["127.0.0.1"]), ("http://0177.0.0.1/", ["127.0.0.1"]),
    ("http://127.1/", ["127.0.0.1"]),
)  # fmt: skip


@pytest.mark.parametrize(("url", "addresses"), LOOPBACK)
def test_loopback_is_sent_to_in_any_spelling(url: str, addresses: list[str]) -> None:
    assert admitted(Guard.of((), ()), url) == addresses


ELSEWHERE = (
    "http://10.0.0.7/", "http://0.0.0.0/", "http://[::]/", "http://[::ffff:10.0.0.7]/", "http://[::ffff:0.0.0.0]/", "http://169.254.169.254/",
    "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://255.255.255.255/",
    "http://inner.example/", "http://outer.example/", "http://mixed.example/", "http://mapped.example/", "http://167772167/",
    "http://012.0.0.7/", "http://224.0.0.1/",
)  # fmt: skip


@pytest.mark.parametrize("url", ELSEWHERE)
def test_everything_else_is_refused_and_says_what_allows_it(url: str) -> None:
    said = admitted(Guard.of((), ()), url)
    assert isinstance(said, str)
    assert "no loopback address: start with --allow-callbacks" in said


def test_a_refusal_names_the_address_a_name_stands_for() -> None:
    assert admitted(Guard.of((), ()), "http://inner.example/a") == (
        "http://inner.example resolves to 10.0.0.7, which is no loopback address: start with --allow-callbacks inner.example"
    )


NOWHERE = (
    ("http://nothing.example/", "no address is found"), ("http://unknown.example/", "no address is found"),
    ("http://odd.example/", "resolves to 'here', which is no address"),
)  # fmt: skip


@pytest.mark.parametrize(("url", "why"), NOWHERE)
def test_a_name_that_leads_nowhere_is_refused(url: str, why: str) -> None:
    assert why in admitted(Guard.of((), ()), url)


ALLOWED = (
    ("inner.example", "http://inner.example/", True), ("INNER.Example", "http://inner.EXAMPLE/", True),
    ("inner.example", "http://outer.example/", False), ("inner.example", "http://10.0.0.7/", False),
    ("10.0.0.7", "http://10.0.0.7/", True), ("10.0.0.7", "http://inner.example/", True), ("10.0.0.7", "http://167772167/", True),
    ("10.0.0.7", "http://[::ffff:10.0.0.7]/", True), ("10.0.0.7", "http://10.0.0.8/", False), ("10.0.0.7", "http://mixed.example/", True),
    ("012.0.0.7", "http://10.0.0.7/", True), ("fe80::1", "http://[fe80::1%25lo]/", True), ("[fe80::1]", "http://[fe80:0::1]/", True),
    ("\u00fc.example", "http://xn--tda.example/", True), ("mixed.example", "http://mixed.example/", True),
)  # fmt: skip


@pytest.mark.parametrize(("allowed", "url", "may"), ALLOWED)
def test_a_host_or_address_that_is_allowed_is_sent_to_and_no_other(allowed: str, url: str, may: bool) -> None:
    assert isinstance(admitted(Guard.of([allowed], ()), url), list) is may


@pytest.mark.parametrize("text", ["http://a.example", "a.example:80", "a.example/x", "a b", "", "u@a.example", "a?b", "a#b", "*.example"])
def test_what_is_no_host_cannot_be_allowed(text: str) -> None:
    with pytest.raises(UsageError, match="is no host; expected a name or an address alone"):
        Guard.of([text], ())


FAR = (
    ("http://127.0.0.1/", (), False), ("http://app.test/", (), False), ("http://app.test/", ("app.test",), True),
    ("http://local.example/", ("127.0.0.1",), True), ("http://localhost/", ("127.0.0.1", "::1"), True),
    ("http://localhost/", ("127.0.0.1",), False),
)  # fmt: skip


@pytest.mark.parametrize(("url", "allowed", "may"), FAR)
def test_a_server_that_others_reach_sends_to_loopback_only_where_that_is_named(url: str, allowed: Sequence[str], may: bool) -> None:
    said = admitted(Guard.of(allowed, (), loopback=False), url)
    assert isinstance(said, list) is may
    assert may or "those must be allowed here: start with --allow-callbacks" in said


OWN = (
    ("127.0.0.1", "http://127.0.0.1:8080/", True), ("127.0.0.1", "http://localhost:8080/", True), ("127.0.0.1", "http://my.test:8080/", True),
    ("127.0.0.1", "http://local.example:8080/", True), ("127.0.0.1", "http://[::ffff:127.0.0.1]:8080/", True),
    ("127.0.0.1", "http://2130706433:8080/", True), ("127.0.0.1", "http://0.0.0.0:8080/", True), ("127.0.0.1", "http://127.0.0.1:8081/", False),
    ("127.0.0.1", "http://127.0.0.2:8080/", False), ("127.0.0.1", "http://[::1]:8080/", False), ("localhost", "http://[::1]:8080/", True),
    ("localhost", "http://127.1:8080/", True), ("::1", "http://[0::1]:8080/", True), ("[::1]", "http://[::1]:8080/", True),
    ("0.0.0.0", "http://127.0.0.2:8080/", True), ("::", "http://127.0.0.1:8080/", True), ("::", "http://[::1]:8080/", True),
    ("0.0.0.0", "http://0.0.0.0:8080/", True), ("10.0.0.7", "http://inner.example:8080/", True), ("10.0.0.7", "http://127.0.0.1:8080/", False),
    ("0.0.0.0", "http://outer.example:8080/", False), ("::", "http://[2001:db8::1]:8080/", False),
)  # fmt: skip


@pytest.mark.parametrize(("own", "url", "itself"), OWN)
def test_the_server_sends_nothing_to_itself_in_any_spelling(own: str, url: str, itself: bool) -> None:
    allowed = ("inner.example", "outer.example", "0.0.0.0", "2001:db8::1")
    said = admitted(Guard.of(allowed, [(own, 8080)]), url)
    assert ("this server itself" in said) is itself
    assert isinstance(said, str) is itself


# -- maps ------------------------------------------------------------------------------------------------------------


def test_a_map_leads_from_one_origin_to_another() -> None:
    assert Mapping.parse("https://My.App=http://127.0.0.1:5000/") == Mapping(Place("https", "my.app", 443), Place("http", "127.0.0.1", 5000))


BAD_MAPS = (
    ("https://my.app", "names one origin only"), ("", "names one origin only"), ("my.app=http://127.0.0.1:5000", "cannot be read"),
    ("https://my.app=127.0.0.1:5000", "cannot be read"), ("https://my.app=http://127.0.0.1:5000/app", "has a path"),
    ("https://my.app/x=http://127.0.0.1", "has a path"), ("https://my.app=http://127.0.0.1?", "has a path"),
    ("https://my.app=http://127.0.0.1#x", "has a path"), ("https://my.app=http://u:p@127.0.0.1", "names a user"),
    ("https://my.app=ftp://127.0.0.1", "cannot be read"), ("https://my.app=http://127.0.0.1:99999", "Port out of range"),
    ("https://=http://127.0.0.1", "cannot be read"), ("=", "cannot be read"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "why"), BAD_MAPS)
def test_a_bad_map_says_what_is_wrong_and_shows_a_good_one(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        Mapping.parse(text)
    assert "https://my.app=http://127.0.0.1:5000" in str(caught.value)
    assert "\n" not in str(caught.value)


# -- this machine ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "own"), [("127.0.0.1", True), ("203.0.113.5", False), ("2001:db8::1", False)])
def test_this_machine_knows_its_own_addresses(address: str, own: bool) -> None:
    assert is_of_this_machine(ip_address(address)) is own


def test_this_machine_finds_its_own_loopback() -> None:
    assert asyncio.run(look_up("127.0.0.1", 80)) == ["127.0.0.1"]


def test_this_machine_finds_nothing_for_what_is_no_name() -> None:
    with pytest.raises((socket.gaierror, UnicodeError)):
        asyncio.run(look_up("a" * 64 + ".invalid", 80))
