"""`--assume ID=VALUE`: read, and held against what the vendors know before anything is played."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from callsim.dialects import DIALECTS, VENDORS, dialect_class, rulebook
from callsim.errors import UsageError
from callsim.report.visible import visible
from callsim.rules import lay
from callsim.scenario.wording import listed, nearest


def assumed(words: Sequence[str], option: str = "--assume") -> dict[str, str]:
    """The assumptions by id. Raises UsageError for what is no ID=VALUE, no assumption, or none of its choices."""
    chosen: dict[str, str] = {}
    for word in words:
        id, equals, value = word.partition("=")
        if not equals or not id:
            raise UsageError(f"{option} {visible(word)!r} is no ID=VALUE, such as plivo.kick.cause=4020")
        chosen[id] = value
        _check(id, value)
    return chosen


def _check(id: str, value: str) -> None:
    vendors = knowing(id)
    if not vendors:
        everything = {each for vendor in VENDORS for each in rulebook(vendor).assumptions}
        hint = nearest(id, sorted(everything))
        raise UsageError("; ".join(filter(None, [f"there is no assumption {visible(id)!r}", hint])))
    for vendor in vendors:
        lay(dialect_class(vendor).vendor, {id: value})


def knowing(id: str) -> list[str]:
    """The vendors that have an assumption of that id."""
    return [each.vendor.name for each in DIALECTS if id in rulebook(each.vendor.name).assumptions]


def check_concerned(chosen: Iterable[str], vendors: Iterable[str], what: str = "scenario", option: str = "--assume") -> None:
    """An assumption that no vendor of what is to be played has would silently do nothing."""
    played = set(vendors)
    for id in chosen:
        if played and not played & set(knowing(id)):
            whose = listed(knowing(id), "and")
            raise UsageError(f"{option} {visible(id)} concerns {whose}, and no {what} here is played by that vendor")
