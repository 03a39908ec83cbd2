"""The vendors: one file or folder each, and its name here.

`rulebook("plivo", assume={"plivo.kick.cause": "4020"})` is that vendor's rules with some assumptions chosen otherwise;
`dialect(...)` is the interface that speaks its words over such a rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from callsim.dialects.dialect import Dialect, Plan, Setting, User
from callsim.dialects.http import Request, Response, request
from callsim.dialects.plivo import Plivo
from callsim.dialects.policy import AGAIN, Failure, Policy
from callsim.dialects.tryvox import TryVox
from callsim.dialects.voipnow import VoipNow
from callsim.errors import UsageError
from callsim.rules import Rulebook, lay

DIALECTS: tuple[type[Dialect], ...] = (Plivo, TryVox, VoipNow)
VENDORS: tuple[str, ...] = tuple(each.vendor.name for each in DIALECTS)


def dialect_class(vendor: str) -> type[Dialect]:
    """The dialect of that name. Raises UsageError with the names there are."""
    for each in DIALECTS:
        if each.vendor.name == vendor:
            return each
    near = get_close_matches(vendor, VENDORS, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UsageError(f"there is no vendor {vendor!r}; there are {', '.join(VENDORS)}{hint}")


def rulebook(vendor: str | None = None, assume: Mapping[str, str] | None = None) -> Rulebook:
    """The rules of one vendor (None: the base rules alone), with assumptions chosen otherwise by id.

    Raises UsageError for a vendor, an assumption or a choice that does not exist.
    """
    return _laid(vendor, tuple(sorted((assume or {}).items())))


@lru_cache(maxsize=64)
def _laid(vendor: str | None, assume: tuple[tuple[str, str], ...]) -> Rulebook:
    """A rulebook never changes, so those who ask for the same one may share it."""
    return lay(None if vendor is None else dialect_class(vendor).vendor, dict(assume))


def dialect(vendor: str, assume: Mapping[str, str] | None = None, setting: Setting | None = None) -> Dialect:
    """A vendor's interface over its rulebook."""
    return dialect_class(vendor)(rulebook(vendor, assume), setting)


__all__ = [
    "AGAIN", "DIALECTS", "VENDORS", "Dialect", "Failure", "Plan", "Policy", "Request", "Response", "Setting", "User", "dialect",
    "dialect_class", "request", "rulebook",
]  # fmt: skip
