"""What the inspector shows of a running emulator, as plain data: what there is, one thing of it, and how to ask its vendor for an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from operator import is_
from typing import Any, NamedTuple
from urllib.parse import quote

from callsim.dialects import Request
from callsim.errors import UsageError
from callsim.far_end import TEST_NUMBERS
from callsim.model import Call, MpcState, MultipartyCall, Participant, Placement, Verb
from callsim.report.film import rule_data
from callsim.report.wording import in_words
from callsim.server.accounts import is_its_own
from callsim.server.clock import Clock
from callsim.server.excerpt import lived_through
from callsim.server.exchange import Exchange, Office
from callsim.server.greeting import does
from callsim.server.live import LiveWorld

MOST_LISTED = 200
"""How many things are listed at once."""
_OF_CALLS = (Verb.HANG_UP, Verb.CANCEL, Verb.KICK)
_OF_MPCS = (Verb.START, Verb.STOP)
_SAFE = "/?=&%:@+*,~"
_LONGEST = 2_000

Query = Mapping[str, str]
Find = Callable[[list[Office], list[str]], list[tuple[Office, Any]]]


class _Looked(NamedTuple):
    """What somebody looked for, and how much had been seen of which worlds."""

    worlds: list[LiveWorld]
    seen: list[int]
    words: list[str]

    def same(self, other: _Looked) -> bool:
        worlds = len(self.worlds) == len(other.worlds) and all(map(is_, self.worlds, other.worlds))
        return worlds and (self.seen, self.words) == (other.seen, other.words)


class Inspecting:
    """Looks at an exchange by its clock, and changes nothing. Raises UsageError with what was expected."""

    def __init__(self, exchange: Exchange, clock: Clock) -> None:
        self.exchange, self.clock = exchange, clock
        self._last: dict[str, tuple[_Looked, list[tuple[Office, Any]]]] = {}

    def world(self, query: Query) -> dict[str, Any]:
        """What world it is, what time, and what is still to go wrong. `speed`: how many times as fast as real time; 0: it is held."""
        exchange = self.exchange
        return {
            "world": exchange.setting.title, "vendors": list(exchange.offices), "now": exchange.now, "due": exchange.due(),
            "clock": self.clock.word, "speed": self.clock.speed, "faults": [fault.as_data() for fault in islice(exchange.faults.waiting, 20)],
            "numbers": [[number, does(far)] for number, far in TEST_NUMBERS.items()],
        }  # fmt: skip

    # -- what there is ---------------------------------------------------------------------------------------------

    def calls(self, query: Query) -> dict[str, Any]:
        """The calls that fit, those that are up first, the latest first; `offset` and `limit` say which of them."""
        return self._window(query, self._found("calls", query, self._calls), _call_row)

    def multiparty_calls(self, query: Query) -> dict[str, Any]:
        """The multiparty calls that fit, likewise."""
        return self._window(query, self._found("multiparty_calls", query, self._mpcs), _mpc_row)

    def _calls(self, offices: list[Office], words: list[str]) -> list[tuple[Office, Any]]:
        found = [(office, call) for office in offices for call in office.world.switch.calls.values()]
        found = [each for each in found if _fits(words, _named(*each))] if words else found
        found.sort(key=lambda each: (each[1].ending is not None, -_since(each[1]), -each[1].number))
        return found

    def _mpcs(self, offices: list[Office], words: list[str]) -> list[tuple[Office, Any]]:
        found = [(office, mpc) for office in offices for mpc in office.world.switch.mpcs.values()]
        found = [each for each in found if _fits(words, f"{each[0].vendor} {each[1].key}")] if words else found
        found.sort(key=lambda each: (each[1].state is MpcState.ENDED, -each[1].created_at, -each[1].number))
        return found

    def _found(self, what: str, query: Query, find: Find) -> list[tuple[Office, Any]]:
        """All that fit, in their order: found once, as long as nothing happens and the same is asked for."""
        offices, words = self._offices(query), query.get("text", "").lower().split()
        worlds = [office.world for office in offices]
        now = _Looked(worlds, [world.entries_seen for world in worlds], words)
        last, found = self._last.get(what, (None, []))
        if last is None or not now.same(last):
            found = find(offices, words)
            self._last[what] = now, found
        return found

    def _offices(self, query: Query) -> list[Office]:
        vendor = query.get("vendor", "")
        return [self._office(vendor)] if vendor else list(self.exchange.offices.values())

    def _office(self, vendor: str) -> Office:
        office = self.exchange.offices.get(vendor)
        if office is None:
            raise UsageError(f"there is no vendor {vendor!r:.100} here; expected one of {', '.join(self.exchange.offices)}")
        return office

    def _window(self, query: Query, found: list[Any], row: Any) -> dict[str, Any]:
        offset, limit = _number(query, "offset", 0), min(_number(query, "limit", 50), MOST_LISTED)
        rows = [row(*each) for each in islice(found, offset, offset + limit)]
        return {"now": self.exchange.now, "total": len(found), "offset": offset, "rows": rows}

    # -- one of it -------------------------------------------------------------------------------------------------

    def call(self, query: Query) -> dict[str, Any] | None:
        """One call, and the requests by which its vendor ends it; None: there is none of that name."""
        office = self._office(query.get("vendor", ""))
        call = office.world.switch.calls.get(query.get("name", ""))
        if call is None:
            return None
        joined = call.participant
        return {
            **_call_row(office, call), "multiparty_call": None if joined is None else joined.mpc.key,
            "requests": list(self._requests(office, _OF_CALLS, call.name)),
        }  # fmt: skip

    def multiparty_call(self, query: Query) -> dict[str, Any] | None:
        """One multiparty call, who takes part, and the requests by which its vendor starts and stops it; None: there is none."""
        office = self._office(query.get("vendor", ""))
        mpc = office.world.switch.mpcs.get(query.get("name", ""))
        if mpc is None:
            return None
        parts = [_part(one) for one in mpc.participants[-MOST_LISTED:]]
        return {**_mpc_row(office, mpc), "participants": parts, "requests": list(self._requests(office, _OF_MPCS, mpc.key))}

    def story(self, query: Query) -> dict[str, Any] | None:
        """What a call or a multiparty call has lived through, as `film` writes it down; None: there is none of that name."""
        office, name = self._office(query.get("vendor", "")), query.get("name", "")
        switch = office.world.switch
        return lived_through(office.world, name, self.exchange.now) if name in switch.calls or name in switch.mpcs else None

    def rule(self, query: Query) -> dict[str, Any] | None:
        """One rule of a vendor's: what it says, why, and on what it stands; None: there is none."""
        office = self._office(query.get("vendor", ""))
        book = office.dialect.rulebook
        row = book.rows.get(query.get("id", ""))
        return None if row is None else rule_data(row, book)

    # -- how to ask a vendor ---------------------------------------------------------------------------------------

    def placing(self, query: Query) -> dict[str, Any]:
        """The vendor's own request for a call."""
        office = self._office(query.get("vendor", ""))
        for name in ("from", "to", "answer_url"):
            if len(query.get(name, "")) > _LONGEST:
                raise UsageError(f"{name} has at most {_LONGEST:,} characters")
        placement = Placement(
            from_=query.get("from") or "+15550100000", to=query.get("to") or "+15550100003", answer_url=query.get("answer_url") or None,
        )  # fmt: skip
        return self._request(office, "make a call", office.dialect.say(Verb.PLACE, "", office.world.switch, placement))

    def _requests(self, office: Office, verbs: tuple[Verb, ...], name: str) -> Iterator[dict[str, Any]]:
        for verb in verbs:
            if verb in office.dialect.verbs:
                try:
                    request = office.dialect.say(verb, name, office.world.switch)
                except UsageError:  # It has none for this one, such as to kick somebody who takes part in nothing.
                    continue
                yield self._request(office, str(verb), request)

    def _request(self, office: Office, what: str, request: Request) -> dict[str, Any]:
        """A request as its sender would word it. The secrets of a demo are no secrets; those of other accounts are not told."""
        method, _, target = request.line.partition(" ")
        ways = str(office.dialect.rulebook.limits["credentials"].value).split("+")
        account = next((each for each in office.accounts if is_its_own(office.dialect, request.path, each)), office.accounts[0])
        opens = {
            "scheme": "basic" if "basic" in ways and "bearer" not in ways else "bearer", "id": account.id,
            "secret": account.secret if self.exchange.setting.is_demo else None,
        }  # fmt: skip
        path = quote(target, safe=_SAFE)
        return {"what": what, "vendor": office.vendor, "method": method, "path": path, "body": request.body, "opens": opens}


def _fits(words: list[str], text: str) -> bool:
    text = text.lower()
    return all(word in text for word in words)


def _named(office: Office, call: Call) -> str:
    return f"{office.vendor} {call.name} {call.placement.from_} {call.placement.to} {call.state}"


def _since(call: Call) -> int:
    if call.ended_at is not None:
        return call.ended_at
    return call.answered_at or call.ringing_at or call.queued_at or 0


def _call_row(office: Office, call: Call) -> dict[str, Any]:
    ending, dialect = call.ending, office.dialect
    id = dialect.call_id(call)
    return {
        "vendor": office.vendor, "name": call.name, "id": id, "from": call.placement.from_, "to": call.placement.to,
        "direction": str(call.direction), "state": str(call.state), "since": _since(call), "answered": call.answered_at,
        "ending": None if ending is None else {"cause": str(ending.cause), "by": ending.who, "rule": ending.rule},
        "words": in_words(dialect.call_words(call)[0], call.name, id),
    }  # fmt: skip


def _mpc_row(office: Office, mpc: MultipartyCall) -> dict[str, Any]:
    states = [str(one.state) for one in mpc.participants]
    return {
        "vendor": office.vendor, "name": mpc.key, "called": mpc.name, "kind": str(mpc.kind), "state": str(mpc.state),
        "since": next((at for at in (mpc.ended_at, mpc.started_at) if at is not None), mpc.created_at),
        "count": {state: states.count(state) for state in dict.fromkeys(states)}, "rule": mpc.rule,
        "by": None if mpc.ended_by is None else str(mpc.ended_by),
    }  # fmt: skip


def _part(one: Participant) -> dict[str, Any]:
    return {"call": one.call.name, "role": one.role, "state": str(one.state), "exit": None if one.exit is None else str(one.exit)}


def _number(query: Query, name: str, usual: int) -> int:
    word = query.get(name) or str(usual)
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise UsageError(f"{name} is a whole number")
    return int(word)
