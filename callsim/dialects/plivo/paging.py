"""How Plivo's lists are asked for: which page of them, and which of what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

MOST = 20
"""How many a page holds at most, and without a word of it."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_SUFFIXES = ("", "__gt", "__gte", "__lt", "__lte")
Query = Sequence[tuple[str, str]]


class Field(NamedTuple):
    """What a list can be filtered by: the parameter, the key of what is listed, whether it is a "text", a "number", a "phone"
    number or a "time", and the words that it may have, should it not have any."""

    name: str
    key: str
    kind: str = "text"
    words: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that ask for it."""
        ranged = self.kind == "time" or self.name == "bill_duration"
        return tuple(self.name + suffix for suffix in _SUFFIXES) if ranged else (self.name,)

    def wrong(self, value: str) -> bool:
        if self.kind in _KINDS:
            return not _KINDS[self.kind].fullmatch(value)
        return bool(self.words) and value.lower() not in self.words


_KINDS = {"number": _NUMBER, "time": _TIME}


class Page(NamedTuple):
    """Which part of a list is wanted."""

    limit: int = MOST
    offset: int = 0


def page(query: Query) -> Page:
    """The page that a query asks for; what is no number counts as nothing said."""
    said = {name: int(value) for name, value in query if name in ("limit", "offset") and not _bad_place(name, value)}
    return Page(**said)


def wrong_with(query: Query, fields: Iterable[Field]) -> str:
    """The complaint about the first parameter that cannot be taken; nothing if all can."""
    known = {name: field for field in fields for name in field.names}
    bad = (name for name, value in query if _bad_place(name, value) or (name in known and known[name].wrong(value)))
    return next((f"{name} parameter is not valid" for name in bad), "")


def _bad_place(name: str, value: str) -> bool:
    if name not in ("limit", "offset"):
        return False
    return not _NUMBER.fullmatch(value) or (name == "limit" and not 1 <= int(value) <= MOST)


def asked(query: Query, fields: Iterable[Field]) -> dict[str, str]:
    """The filters among the parameters, without those that make no sense."""
    known = {name: field for field in fields for name in field.names}
    return {name: value for name, value in query if name in known and not known[name].wrong(value)}


def fits(one: Mapping[str, Any], filters: Mapping[str, str], fields: Iterable[Field]) -> bool:
    """Whether something that could be listed is among what is asked for."""
    return all(
        _fits(one[field.key], filters[name], name.removeprefix(field.name), field.kind)
        for field in fields for name in field.names if name in filters
    )  # fmt: skip


def _fits(have: Any, want: str, suffix: str, kind: str) -> bool:
    if have is None:
        return False
    if kind == "time":
        moment = str(have)[:19]
        # To the minute where only that is said; what is less than a second nothing is listed with.
        return moment.startswith(want[:19]) if not suffix else _compared(moment, f"{want[:19]}:00"[:19], suffix)
    if kind == "number":
        return _compared(int(have), int(want), suffix)
    if kind == "phone":
        return str(have).lstrip("+") == want.lstrip("+")
    return str(have).lower() == want.lower()


def _compared(have: Any, want: Any, suffix: str) -> bool:
    return bool({"": have == want, "__gt": have > want, "__gte": have >= want, "__lt": have < want, "__lte": have <= want}[suffix])


def meta(path: str, total: int, at: Page, filters: Mapping[str, str], count: str) -> dict[str, Any]:
    """What a list says of itself; `count` is what it calls how many there are in all."""
    later, earlier = at.offset + at.limit, max(0, at.offset - at.limit)
    return {
        "limit": at.limit, "next": _link(path, at.limit, later, filters) if later < total else None, "offset": at.offset,
        "previous": _link(path, at.limit, earlier, filters) if at.offset else None, count: total,
    }  # fmt: skip


def _link(path: str, limit: int, offset: int, filters: Mapping[str, str]) -> str:
    return f"{quote(path)}?{urlencode({'limit': limit, 'offset': offset, **filters})}"
