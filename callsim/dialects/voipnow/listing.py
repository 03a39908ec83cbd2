"""How VoipNow lists the phone calls there are: the requests, their parameters, answers, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from callsim.dialects.dialect import Plan, epoch, instant
from callsim.dialects.http import Request
from callsim.model import Call
from callsim.provenance import Evidence, assumed, documented, observed
from callsim.rules import Answer, AnyRow, Assumption, Limit, Patch, Reply, Route, Spelling, patch

from . import views
from .door import CODES, error

if TYPE_CHECKING:
    from callsim.dialects.voipnow import VoipNow

SEEN = "2026-11-22"
PAGE = Evidence("https://wiki.4psa.com/display/VNUAPI30/List+PhoneCalls", SEEN, "those in the system now, by the standard parameters")
OBJECT = Evidence("https://wiki.4psa.com/pages/viewpage.action?pageId=44078660", SEEN, "the fields of a phone call")
STANDARD = Evidence(
    "https://wiki.4psa.com/pages/viewpage.action?pageId=44078656", SEEN, "count 20 to 5000, startIndex, filters, sortOrder, fields"
)
CLIENT = Evidence("net2phone's client of UnifiedAPI", SEEN, "takes 200 with an empty entry for a phone call that has ended")
TELPHIN = Evidence("client of Telphin's UnifiedAPI", SEEN, "reads totalResults beside entry")

LIST, GET = "voipnow.list", "voipnow.get"
_PREFIX = "/uapi/phoneCalls/{user}/{extension}"
ROUTES: tuple[AnyRow, ...] = (
    Route(LIST, "GET", _PREFIX, None, documented(PAGE), "The phone calls of an extension that are in the system."),
    Route(GET, "GET", f"{_PREFIX}/{{call}}", None, documented(PAGE), "One phone call of an extension."),
)

_BAD_CALL = error("pc_phonecall_invalid", "The phone call {call} does not exist or its id is not alphanumeric")
_BODY = {"entry": "{entry}", "links": "{links}"}
_EMPTY: dict[str, list[Any]] = {"entry": []}
_COLLECTION = assumed("voipnow.list.collection", PAGE, TELPHIN)


def rows(common: Callable[[str], tuple[AnyRow, ...]]) -> tuple[AnyRow, ...]:
    """The answers; `common` are those of what every request to phone calls is checked for first."""
    return (
        *(each for route in (LIST, GET) for each in (
            Answer(route, Reply.DONE, 200, _BODY, _COLLECTION, "A collection of phone calls, and where its other pages are."),
            *common(route),
            Answer(route, Reply.BAD_REQUEST, 400, error("{code}", "{problem}"), documented(CODES), "A parameter is not what it can be."))),
        Answer(GET, Reply.ALREADY, 200, _EMPTY, observed(CLIENT), "One that has ended is in the system no more."),
        Answer(GET, Reply.UNKNOWN, 200, _EMPTY, assumed("voipnow.get.unknown", CLIENT), "As one that has ended."),
        Answer(GET, Reply.BAD_ID, 400, _BAD_CALL, assumed("voipnow.get.bad_id", PAGE), "An id is alphanumeric."),
    )  # fmt: skip


_NEAREST = assumed("voipnow.list.start_index", CODES)
_PARAMETERS = ("fields", "count", "startIndex", "filterBy", "filterOp", "filterValue", "sortOrder")
WORDS: tuple[AnyRow, ...] = (
    Limit("count", 20, documented(STANDARD), "How many phone calls a page has unless more or fewer are asked for."),
    Limit("count_most", 5000, documented(STANDARD), "How many a page has at most."),
    Limit("start_index_most", 5000, documented(STANDARD), "How far on a page can begin."),
    Limit("filter_by", "id published", documented(PAGE), "What phone calls can be filtered by."),
    Limit("filter_ops", "contains equals greaterThan lessThan inArray present startsWith", documented(STANDARD), "How they can be compared."),
    Limit("filter_op", "contains", assumed("voipnow.list.filter_op", STANDARD), "How they are compared if nobody says."),
    Limit("sort_order", "ascending", assumed("voipnow.list.order", STANDARD), "In which order of their beginning if nobody says."),
    Limit("fields", "id nonce extension ownerId ownerName published answered phoneCallView links", documented(OBJECT),
          "Which fields can be asked for."),
    *(Spelling("parameter", name, None, (), {"code": f"{name.lower()}_invalid"}, documented(CODES), "Its published code.")
      for name in _PARAMETERS if name != "startIndex"),
    Spelling("parameter", "startIndex", None, (), {"code": "count_invalid"}, _NEAREST, "None is published; this is the nearest."),
)  # fmt: skip


def _bodies(body: Mapping[str, Any]) -> tuple[Patch, ...]:
    return tuple(patch(f"answer.{route}.done", body=body) for route in (LIST, GET))


ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "voipnow.list.collection", "links", "What stands beside the phone calls of a list?",
        "The page says a collection with paging links; a client of a derivative reads how many there are in all.",
        {"nothing": _bodies({"entry": "{entry}"}),
         "totals": _bodies({"totalResults": "{total}", "startIndex": "{start}", "itemsPerPage": "{count}", **_BODY})},
    ),
    Assumption(
        "voipnow.list.filter_op", "contains", "How is a filter compared that does not say how?",
        "The standard whose parameters these are says contains.",
        {"equals": (patch("limit.filter_op", value="equals"),)},
    ),
    Assumption(
        "voipnow.list.order", "ascending", "Which phone call of a list comes first if nobody says?",
        "The page says by what they are sorted, and both ways to do so.",
        {"descending": (patch("limit.sort_order", value="descending"),)},
    ),
    Assumption(
        "voipnow.list.start_index", "count_invalid", "Which code has a startIndex that is none?",
        "Every other parameter has a published code; that of the count is the nearest.",
    ),
    Assumption(
        "voipnow.get.unknown", "200", "What does a look at a phone call come to that never was?",
        "One that has ended was seen to be an empty collection, and the system need not know the difference.",
        {"400": (patch(f"answer.{GET}.unknown", status=400, body=_BAD_CALL),)},
    ),
    Assumption(
        "voipnow.get.bad_id", "400", "What does a look at a phone call come to whose id is not alphanumeric?",
        "Other requests to a phone call say so of such an id; this page does not.",
        {"200": (patch(f"answer.{GET}.bad-id", status=200, body=_EMPTY),)},
    ),
)  # fmt: skip


# -- reading ---------------------------------------------------------------------------------------------------------

_WHOLE = re.compile(r"[0-9]{1,9}")
OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "contains": lambda have, wanted: wanted in have,
    "startsWith": lambda have, wanted: bool(have.startswith(wanted)),
    "equals": lambda have, wanted: bool(have == wanted),
    "inArray": lambda have, wanted: have in wanted,
    "greaterThan": lambda have, wanted: bool(have > wanted),
    "lessThan": lambda have, wanted: bool(have < wanted),
    "present": lambda have, wanted: True,
}
_AS_WRITTEN = ("contains", "startsWith", "present")


class _WrongError(Exception):
    """A parameter is not what it can be: its name, and what it can be."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list is to hold: from where on, how many, in which order, and which of them."""

    start: int
    count: int
    ascending: bool
    fits: Callable[[str, int], bool]
    fields: str | None


def listed(dialect: VoipNow, name: str, calls: Iterable[Call], request: Request, words: dict[str, Any]) -> Plan:
    """What a request that only looks finds among the phone calls that these are legs of."""
    reading = _Reading(dialect, request, [f"route.{name}", "limit.context"])
    try:
        asked = reading.listing()
    except _WrongError as wrong:
        parameter, problem = wrong.args
        row = dialect.spelling("parameter", parameter)
        return Plan(name, None, Reply.BAD_REQUEST, {"problem": problem, **row.words}, rules=(*reading.rules, row.id))
    firsts = {first.name: first for first in (views.legs(call)[0] for call in calls)}.values()
    found = [first for first in firsts if asked.fits(dialect.call_id(first), published(first))]
    found.sort(key=published, reverse=not asked.ascending)
    page = found[asked.start : asked.start + asked.count]
    beside = {"total": len(found), "start": asked.start, "count": asked.count, "links": _links(request, asked, len(found))}
    entry = [dialect.phone_call(first, asked.fields) for first in page]
    return Plan(name, None, Reply.DONE, {**words, "entry": entry, **beside}, rules=tuple(reading.rules))


def published(call: Call) -> int:
    """When a phone call entered the system, in milliseconds."""
    return (call.ringing_at or 0) if call.queued_at is None else call.queued_at


def _links(request: Request, asked: Listing, total: int) -> dict[str, str]:
    """Where the page before and the page after are, if there are any."""
    kept = [(name, value) for name, value in request.query if name not in ("startIndex", "count")]
    starts = {"prev": max(asked.start - asked.count, 0) if asked.start else None,
              "next": asked.start + asked.count if asked.start + asked.count < total else None}  # fmt: skip
    pages = {word: (*kept, ("startIndex", str(start)), ("count", str(asked.count))) for word, start in starts.items() if start is not None}
    path = request.path.rstrip("/")
    return {word: f"{path}?" + "&".join(f"{name}={quote(value, safe='*')}" for name, value in query) for word, query in pages.items()}


class _Reading:
    """Reads the standard parameters, in the order of their codes, and notes the rules that have their say."""

    def __init__(self, dialect: VoipNow, request: Request, rules: list[str]) -> None:
        self.limits, self.request, self.rules = dialect.rulebook.limits, request, rules

    def limit(self, name: str) -> str:
        self.rules.append(f"limit.{name}")
        return str(self.limits[name].value)

    def listing(self) -> Listing:
        fields = self.fields()
        count = self.whole("count", 1, "count_most", "count")
        start = self.whole("startIndex", 0, "start_index_most", None)
        fits = self.filter()
        order = self.among("sortOrder", ("ascending", "descending"))
        return Listing(start, count, (order or self.limit("sort_order")) == "ascending", fits, fields)

    def fields(self) -> str | None:
        asked = self.request.parameter("fields")
        if asked:
            known = self.limit("fields").split()
            strange = [each.strip() for each in asked.split(",") if each.strip() not in known]
            if strange:
                raise _WrongError("fields", f"{strange[0]!r} is no field of a phone call; it has {', '.join(known)}")
        return asked

    def whole(self, name: str, least: int, most: str, unsaid: str | None) -> int:
        text = self.request.parameter(name)
        if text is None:
            return least if unsaid is None else int(self.limit(unsaid))
        highest = int(self.limits[most].value)
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= highest:
            raise _WrongError(name, f"{name} is a whole number from {least} to {self.limit(most)}")
        return int(text)

    def among(self, name: str, known: Sequence[str]) -> str | None:
        said = self.request.parameter(name)
        if said is not None and said not in known:
            raise _WrongError(name, f"{name} is one of {', '.join(known)}")
        return said

    def filter(self) -> Callable[[str, int], bool]:
        """Whether a phone call of such an id, that entered the system then, is asked for."""
        if self.request.parameter("filterBy") is None:
            return lambda id, at: True
        by = self.among("filterBy", self.limit("filter_by").split())
        said = self.among("filterOp", self.limit("filter_ops").split()) if self.request.parameter("filterOp") is not None else None
        op = said or self.limit("filter_op")
        compare, by_time = OPS[op], by == "published" and op not in _AS_WRITTEN
        wanted = self.wanted(op, by_time)
        if by_time:
            return lambda id, at: compare(at, wanted)
        return lambda id, at: compare(id if by == "id" else str(epoch(at)), wanted)

    def wanted(self, op: str, by_time: bool) -> Any:
        value = self.request.parameter("filterValue") or ""
        if not value and op != "present":
            raise _WrongError("filterValue", "filterValue is missing")
        several = value.split(",") if op == "inArray" else [value]
        read = [_instant(each) for each in several] if by_time else several
        return read if op == "inArray" else read[0]


def _instant(text: str) -> int:
    at = instant(text.strip())
    if at is None:
        raise _WrongError("filterValue", f"{text[:40]!r} is no date and time, such as 2026-01-01T00:00:00Z")
    return at


def lines(dialect: VoipNow, calls: Iterable[Call]) -> Iterator[str]:
    """The request lines by which one can look at phone calls; the mistaken ones included."""
    root = "/uapi/phoneCalls/@me/@self"
    mistakes = ("fields=x", "count=0", "startIndex=x", "filterBy=x", "filterBy=id&filterOp=x", "filterBy=id", "sortOrder=x")
    shown = ("fields=id", "filterBy=published&filterOp=present")
    yield from (f"GET {path}" for path in (root, f"{root}/4711", f"{root}/a-b", "/uapi/phoneCalls/-/@self", "/uapi/phoneCalls/@me/-"))
    yield from (f"GET /uapi/phoneCalls/{path}/4711" for path in ("-/@self", "@me/-"))
    yield from (f"GET {path}?{query}" for path in (root, f"{root}/4711") for query in (*shown, *mistakes))
    yield from (f"GET {root}/{dialect.call_id(call)}" for call in calls)
