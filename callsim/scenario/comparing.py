"""What differs between what is expected and what is found, alternatives included.

Only named keys are compared; lists are exact and ordered; `never` and `none` say that a thing did not happen. Everything
in a file is text, so what was found is compared as the text a person would write for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callsim.scenario.alternatives import ONE_OF
from callsim.scenario.matchers import Count
from callsim.scenario.values import format_duration, parse_duration
from callsim.scenario.wording import listed

TIMES = ("queued", "ringing", "answered", "started", "ended", "duration", "at")
NOTHING = ("none", "never")
_THEIRS = {"vendor", "params", "body"}
_TELLS_TIME = re.compile(r"duration|time|date|second|start|ended|answered|initiated|ringing|_ms\b|_at\b", re.IGNORECASE)
"""What keys are called under which vendors tell times."""
Path = tuple[str | int, ...]


class Either(tuple[Any, ...]):
    """What would have been right: any of these."""


def named(path: Path) -> Path:
    """A path without the alternatives it goes through."""
    kept: list[str | int] = []
    steps = iter(path)
    for step in steps:
        if step == ONE_OF:
            next(steps, None)
        else:
            kept.append(step)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where what was found is not as expected: `path` leads to it in the file, `names` is what it is called.

    Both begin with the subject: a call, a multiparty call, `callbacks` and so on, or `answer`.
    """

    path: Path
    want: Any
    have: Any
    names: Path = ()
    nearest: str = field(default="", compare=False)
    """If this is said of the nearest of several alternatives: which it is."""

    @property
    def subject(self) -> str:
        return str(self.names[0])

    @property
    def is_of_time(self) -> bool:
        """Whether both are times, ours or, as far as its name tells, the vendor's; not whether something happened at all."""
        if _THEIRS & set(self.names):
            return bool(_TELLS_TIME.search(str(self.names[-1])))
        return self.is_time and self.want not in NOTHING

    @property
    def is_time(self) -> bool:
        """Whether what was found is one of our own times."""
        ours = self.names[-1] in TIMES and not _THEIRS & set(self.names)
        return ours and self.have is not None

    @property
    def what(self) -> str:
        """What of the subject; empty if it is the whole of it."""
        return ".".join(map(str, self.names[1:]))

    @property
    def found(self) -> str:
        """What was found, as a person would write it."""
        if not _is_time(self.names):
            return shown(self.have)
        return "never" if self.have is None else format_duration(self.have)


def shown(value: Any) -> str:
    """A value as a person would write it in a scenario."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Either):
        return listed(dict.fromkeys(map(shown, value)))
    if _is_list(value):
        return "[" + ", ".join(map(shown, value)) + "]"
    return str(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def differences(
    expected: Any, found: Any, path: Path, held: set[Path], timeless: bool = False
) -> Iterator[Difference]:
    """Every place where what was found is not as expected. The alternatives that hold are added to `held`. With `timeless` it
    is no difference when something happened, but whether it did."""
    if isinstance(expected, Mapping):
        yield from _of_mapping(expected, found, path, held, timeless)
    elif isinstance(expected, Count):
        if not (_is_list(found) and expected.holds(len(found))):
            yield _difference(path, expected, found)
    elif isinstance(expected, (list, tuple)):
        yield from _of_list(expected, found, path, held, timeless)
    elif not _same(str(expected), found, named(path)):
        wrong = _difference(path, str(expected), found)
        if not (timeless and wrong.is_of_time):
            yield wrong


def _difference(path: Path, want: Any, have: Any) -> Difference:
    return Difference(path, want, have, named(path))


def _of_mapping(
    expected: Mapping[str, Any], found: Any, path: Path, held: set[Path], timeless: bool
) -> Iterator[Difference]:
    alternatives = expected.get(ONE_OF)
    if isinstance(alternatives, (list, tuple)):
        tried = []
        for number, each in enumerate(alternatives):
            inside: set[Path] = set()
            at = (*path, ONE_OF, number)
            tried.append(list(differences(each, found, at, inside, timeless)))
            if not tried[-1]:
                held |= {at, *inside}
        yield from nearest(tried, (*path, ONE_OF))
        expected = {key: each for key, each in expected.items() if key != ONE_OF}
        if not expected:
            return
    if not isinstance(found, Mapping):
        yield _difference(path, expected, found)
        return
    for key, each in expected.items():
        yield from differences(each, found.get(key), (*path, key), held, timeless)


def _of_list(
    expected: Sequence[Any], found: Any, path: Path, held: set[Path], timeless: bool
) -> Iterator[Difference]:
    if not _is_list(found) or len(found) != len(expected):
        yield _difference(path, expected, found)
        return
    for number, (want, have) in enumerate(zip(expected, found, strict=True)):
        yield from differences(want, have, (*path, number), held, timeless)


def nearest(tried: Sequence[Sequence[Difference]], path: Path) -> list[Difference]:
    """What to say of alternatives, by what is wrong with each: nothing if one holds; what all of them are wrong about, if
    that is one thing; or what is wrong with the one that lacks least."""
    if not all(tried):
        return []
    firsts = [wrong[0] for wrong in tried]
    one = firsts[0]
    if all(len(wrong) == 1 and (wrong[0].names, wrong[0].have) == (one.names, one.have) for wrong in tried):
        wanted = [each for first in firsts for each in (first.want if isinstance(first.want, Either) else (first.want,))]
        return [replace(one, path=path, want=Either(wanted), nearest="")]
    best = min(range(len(tried)), key=lambda number: len(tried[number]))
    which = f"alternative {best + 1} of {len(tried)} comes nearest"
    return [replace(each, nearest=which) for each in tried[best]]


def _is_time(names: Path) -> bool:
    """Whether a value is one of our own times; what is under a vendor's words or in a body is theirs."""
    return len(names) > 1 and names[-1] in TIMES and not _THEIRS & set(names[1:])


def _same(expected: str, found: Any, names: Path) -> bool:
    if found is None:
        return expected in (*NOTHING, "null", "")
    if _is_time(names) and expected not in NOTHING:
        return bool(parse_duration(expected) == found)
    if isinstance(found, Mapping) or _is_list(found):
        return expected == "none" and not found
    return expected == shown(found) or (isinstance(found, bool) and expected == ("yes" if found else "no"))
