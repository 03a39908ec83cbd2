"""Durations as a scenario writes them (`250ms 2.5s 1m30s 4h`), to and from whole milliseconds."""

from __future__ import annotations

import re
from functools import lru_cache

from callsim.scenario.wording import quoted

DURATION_PATTERN = r"^(?=[0-9])([0-9]+(\.[0-9]+)?h)?([0-9]+(\.[0-9]+)?m(?!s))?([0-9]+(\.[0-9]+)?s)?([0-9]+ms)?$|^0$"
DURATION_EXAMPLES = "such as 250ms, 2.5s, 1m30s or 4h"
_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_SHAPE = re.compile(DURATION_PATTERN, re.ASCII)
_PART = re.compile(r"([0-9]+)(?:\.([0-9]+))?(ms|[hms])", re.ASCII)
_BARE_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_LONGEST_TEXT = 32
_LONGEST_TIME = 1_000_000 * _UNITS["h"]


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> int:
    """The milliseconds a duration stands for. Raises ValueError with a sentence for whoever wrote it."""
    if text == "0":
        return 0
    if len(text) > _LONGEST_TEXT or not text or not _SHAPE.fullmatch(text):
        raise ValueError(_refusal(text))
    total = 0
    for whole, decimals, unit in _PART.findall(text):
        part, rest = divmod(int(whole + decimals) * _UNITS[unit], 10 ** len(decimals))
        if rest:
            raise ValueError(f"{quoted(text)} is not a whole number of milliseconds")
        total += part
    if total > _LONGEST_TIME:
        raise ValueError(f"{quoted(text)} is too long; at most {format_duration(_LONGEST_TIME)}")
    return total


def format_duration(milliseconds: int) -> str:
    """The shortest plain way to write it: `0s`, `250ms`, `2.5s`, `1m30s`, `4h`."""
    if milliseconds < 0:
        raise ValueError(f"a duration is not negative: {milliseconds}")
    hours, rest = divmod(milliseconds, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    text = (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")
    if 0 < rest < _UNITS["s"]:
        return f"{text}{rest}ms"
    seconds, thousandths = divmod(rest, _UNITS["s"])
    decimals = f".{thousandths:03}".rstrip("0") if thousandths else ""
    return f"{text}{seconds}{decimals}s" if rest or not text else text


def _refusal(text: str) -> str:
    if _BARE_NUMBER.fullmatch(text) and len(text) <= _LONGEST_TEXT:
        return f"{quoted(text)} has no unit; write {text}s for seconds or {text}ms for milliseconds"
    return f"{quoted(text)} is not a duration; write one {DURATION_EXAMPLES}"
