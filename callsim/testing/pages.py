"""Applications at random: pages with documents of any nesting, attribute and length, that lead to each other."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from random import Random
from typing import Final, NamedTuple

from callsim.application import Page
from callsim.instructions.shapes import NESTED_ONLY, SHAPES
from callsim.instructions.values import TEXT, URL, Form, Misshapen
from callsim.testing.strategies import ROOMS
from callsim.trace import APPLICATION

PATHS: Final = ("/one", "/two", "/three", "/four")
TUNES: Final[Mapping[str, int]] = {f"{APPLICATION}/{name}.mp3": length for name, length in (("tune", 3_000), ("silence", 0), ("click", 1))}
"""The audio that drawn pages play, with its lengths in milliseconds; give it to the switch as `media`."""

NUMBERS: Final = tuple(f"+1555010000{last}" for last in range(1, 10))
"""The numbers that are called: the test numbers, of which each lives its own way, and others that nobody answers."""

_ODD_URLS = ("/nowhere", "ftp://app.test/one", "one", "/one#rc=2", "/two#ct=200&rt=1000&rc=3&rp=all", "/three#rt=x", "/four?a=1", "")
_VALUES = (
    "0", "0.001", "1", "2", "2", "3", "5", "10", "60", "61", "300", "1000", "1001", "28800", "86400", "86401", "-1", "1e3", "", " ",
    "true", "false", "TRUE", "auto", "none", "#", "*", "12#", "0123456789*#", "dtmf", "speech", "dtmf speech", "rejected", "busy", "late",
    "GET", "POST", "PUT", "agent", "supervisor", "many", "1,2", "x" * 300,
)  # fmt: skip
_BROKEN = (
    "", "<", "<Response>", "<Request/>", "<Response><Hangup></Response>", "<Response><Play/></Response>",
    "<Response><Hangup><Wait/></Hangup></Response>", "<Response>" + "<a>" * 40 + "</a>" * 40 + "</Response>",
)  # fmt: skip
_KINDS = ("application/xml", "application/xml", "text/xml; charset=utf-8", "text/html", "")
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Speak": ("", "hello", "hello " * 50),
    "Play": tuple(sorted(TUNES)),
    "DTMF": ("1", "12w#", "W", "1@100"),
    "Number": NUMBERS,
    "User": ("sip:ann@phone.test", "sip:bob@phone.test"),
    "Conference": ROOMS,
    "MultiPartyCall": ROOMS,
    "Message": ("late",),
    "Stream": ("wss://app.test/audio",),
}
_TOP = tuple(name for name in SHAPES if name not in NESTED_ONLY)
_LIKELY = ("Dial", "Dial", "MultiPartyCall", "MultiPartyCall", "Conference", "GetDigits", "Record", "Redirect", "Wait")
_MOST_IN_A_ROW = 60


def rarely(chance: Random, one_in: int) -> bool:
    return chance.randrange(one_in) == 0


def some_url(chance: Random) -> str:
    """Where an application has something, mostly; else where it has nothing, or what is no URL."""
    if rarely(chance, 20):
        return chance.choice(_ODD_URLS)
    return chance.choice(("", APPLICATION)) + chance.choice(PATHS)


def some_pages(chance: Random) -> dict[str, Page]:
    """What an application answers by path: documents that can be used, mostly; some that cannot, late, refused or never."""
    return {path: _odd_page(chance) if rarely(chance, 6) else Page(some_text(chance)) for path in PATHS}


def _odd_page(chance: Random) -> Page:
    body = chance.choice(_BROKEN) if rarely(chance, 3) else some_text(chance)
    return Page(
        body, chance.choice((200, 200, 204, 302, 404, 503)), chance.choice((0, 1, 500, 2_000, 14_999, 61_000)), rarely(chance, 6),
        chance.choice(_KINDS), rarely(chance, 6), 200_000 if rarely(chance, 10) else 0,
    )  # fmt: skip


def some_text(chance: Random) -> str:
    """A document as it is written: any elements with any attributes in any order; now and then long, or with elements within
    others where none belong."""
    if rarely(chance, 12):
        found = [_element(chance, chance.choice(_TOP))] * chance.randint(1, _MOST_IN_A_ROW)
    else:
        found = [_element(chance, chance.choice((*_TOP, *_LIKELY))) for _ in range(chance.randint(0, 5))]
    if rarely(chance, 20):
        found.insert(chance.randint(0, len(found)), "<Dance/>")
    return f"<Response>{''.join(found)}</Response>"


def _element(chance: Random, name: str) -> str:
    shape = SHAPES[name]
    known = sorted(shape.attributes)
    said = {each: _value(chance, name, each) for each in chance.sample(known, chance.randint(0, min(4, len(known))))}
    within = ""
    if shape.holds:
        below = _TOP if rarely(chance, 40) else shape.holds
        within = "".join(_element(chance, chance.choice(below)) for _ in range(chance.randint(1 if shape.needs else 0, 3)))
    return _written(name, said, _between(chance, name), within)


def _written(name: str, attributes: Mapping[str, str], text: str, within: str) -> str:
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{escape(text)}{within}</{name}>"


def _between(chance: Random, element: str) -> str:
    """What stands between the tags of an element, before what it holds."""
    return some_url(chance) if element == "Redirect" else chance.choice(_TEXTS.get(element, ("",)))


class _Values(NamedTuple):
    """What may be written as one attribute: of its shape and soon over, of its shape, anything; or somewhere to be asked."""

    short: tuple[str, ...]
    fitting: tuple[str, ...]
    asked: bool = False


def _value(chance: Random, element: str, attribute: str) -> str:
    values = _FITTING[element, attribute]
    if rarely(chance, 60):
        return chance.choice(_VALUES)
    if values.asked:
        return some_url(chance)
    # A world in which all is over soon meets more than one that lasts for hours.
    return chance.choice(values.fitting if rarely(chance, 4) else values.short)


def _sorted_out(name: str, form: Form) -> _Values:
    if name == "confirmSound":
        return _Values(tuple(TUNES), tuple(TUNES))
    if form is URL:
        return _Values((), (), asked=True)
    if form is TEXT:
        found = ("GET", "POST") if name.lower().endswith("method") else ("", "1", "12#")
        return _Values(found, found)
    fitting = tuple(value for value in _VALUES if _reads(form, value))
    return _Values(tuple(value for value in fitting if len(value) < 3) or fitting, fitting)


def _reads(form: Form, value: str) -> bool:
    try:
        form.read(value)
    except Misshapen:
        return False
    return True


_FITTING = {
    (element, name): _sorted_out(name, form)
    for element, shape in SHAPES.items() for name, (_, form) in shape.attributes.items()
}  # fmt: skip
