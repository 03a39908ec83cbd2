"""How the values of attributes are written: each form reads a text as a value, or says what it expected, and writes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

MAX_SECONDS: Final = 86_400
"""The longest time an attribute may ask for."""
MAX_LOOPS: Final = 1_000
"""The most repetitions an attribute may ask for, for ever excepted."""
KEYS: Final = "1234567890*#"
"""The keys of a telephone."""


class Misshapen(Exception):  # noqa: N818 - always caught by who knows which attribute it was
    """An attribute's value is not of its shape; the message says what was expected."""


class Form(NamedTuple):
    """How one kind of value is written: `read` raises Misshapen for a text that is none, `write` is the other way round."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def _as_seconds(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


def seconds(least: int = 0, most: int = MAX_SECONDS, *, capped: bool = False) -> Form:
    """Seconds, whole or decimal, as whole milliseconds; what is more than the most is the most if `capped`."""
    such = "such as 2 or 0.5" if least < 2 else f"such as {least}"

    def read(value: str) -> int:
        found = float(value) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) else -1.0
        found = min(found, most) if capped else found
        if not least <= found <= most:
            raise Misshapen(f"seconds from {least} to {most}, {such}")
        return round(found * 1000)

    return Form(read, _as_seconds)


def automatic(form: Form) -> Form:
    """The same, or None for `auto`."""

    def read(value: str) -> object:
        try:
            return None if value == "auto" else form.read(value)
        except Misshapen as expected:
            raise Misshapen(f"{expected}, or auto") from None

    return Form(read, form.write)


def whole(least: int, most: int, zero: str = "") -> Form:
    """A whole number; `zero` says what the least means."""

    def read(value: str) -> int:
        # Not int(): Python refuses to convert thousands of digits, and a float only becomes infinite.
        found = float(value) if re.fullmatch(r"[0-9]+", value) else -1.0
        if not least <= found <= most:
            raise Misshapen(f"a whole number from {least}{zero} to {most}")
        return int(found)

    return Form(read)


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise Misshapen("true or false")
    return value == "true"


def _optional_url(value: str) -> str | None:
    return value.strip() or None


def _reason(value: str) -> str:
    # What other texts do is not documented (the vendor's own SDK lets them pass), so they are as if not given.
    return value if value in ("rejected", "busy") else ""


def _key(value: str) -> str:
    """One key of a telephone; nothing, or `none`, is no key at all."""
    found = "" if value == "none" else value
    if found and (len(found) > 1 or found not in KEYS):
        raise Misshapen("one of 0 to 9, * and #, or none")
    return found


def _keys(value: str) -> str:
    """Any keys of a telephone, each once and in the order of a telephone's; nothing, or `none`, is none of them."""
    if value != "none" and not set(value) <= set(KEYS):
        raise Misshapen("keys from 0 to 9, * and #, or none")
    return "".join(each for each in KEYS if each in value)


def _tones(value: str) -> str:
    """Keys to be sent, w and W for silence between them, perhaps each tone's length after an @."""
    if not re.fullmatch(r"[0-9*#wW]*(@[0-9]{1,5})?", value):
        raise Misshapen("keys from 0 to 9, * and #, w for half a second and W for a second of silence")
    return value


def _inputs(value: str) -> tuple[str, ...]:
    """Which kinds of input are listened for."""
    found = tuple(sorted(value.split()))
    if found not in (("dtmf",), ("speech",), ("dtmf", "speech")):
        raise Misshapen("dtmf, speech or both")
    return found


def _listed(value: str) -> tuple[str, ...]:
    """Words with commas between them."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _or_none(value: str) -> str:
    return value or "none"


TEXT: Final = Form(str)
LOWER: Final = Form(str.lower)
URL: Final = Form(_optional_url)
LOOPS: Final = whole(0, MAX_LOOPS, " (for ever)")
SECONDS: Final = seconds()
FLAG: Final = Form(_flag, lambda value: str(value).lower())
REASON: Final = Form(_reason)
KEY: Final = Form(_key, _or_none)
KEYS_OF: Final = Form(_keys, _or_none)
TONES: Final = Form(_tones)
INPUTS: Final = Form(_inputs, " ".join)
LISTED: Final = Form(_listed, ",".join)
