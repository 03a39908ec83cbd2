"""The test clock and what belongs to it, under /_callsim/: look at everything, let time go on, let things happen and go wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from typing import Any

from callsim.errors import UsageError
from callsim.far_end import FarEnd
from callsim.model import By, Call, CallState, Command, Direction, Placement, Verb
from callsim.server.driver import Advanced, Driver
from callsim.server.exchange import Exchange, Office
from callsim.server.faults import Fault
from callsim.server.finding import find_call, state_reached
from callsim.server.reception import Reception
from callsim.trace import as_data

LONGEST = 10 * 365 * 86_400_000
"""The most milliseconds that one advance may be: ten years."""
_MOST_LISTED = 1000
_FAR = {
    "hang_up": (Verb.HANG_UP, By.FAR_PARTY), "ring": (Verb.RING, By.CARRIER), "answer": (Verb.ANSWER, By.FAR_PARTY),
    "reject": (Verb.REJECT, By.FAR_PARTY), "busy": (Verb.BUSY, By.FAR_PARTY), "press": (Verb.PRESS, By.FAR_PARTY),
    "lose_media": (Verb.LOSE_MEDIA, By.CARRIER),
}  # fmt: skip
_ENDS = ("far_party", "caller", "callee", "api")
_URLS = ("answer_url", "hangup_url")

Body = Mapping[str, Any]


class NotThere(UsageError):  # noqa: N818 - what it says is what it is
    """What is asked for is not there."""


class Control:
    """What can be asked of a running emulator, as plain data in and out. Raises UsageError with what was expected."""

    def __init__(self, reception: Reception, driver: Driver, about: Mapping[str, Any]) -> None:
        self.reception, self.driver, self.about = reception, driver, dict(about)

    @property
    def exchange(self) -> Exchange:
        return self.reception.exchange

    # -- looking ---------------------------------------------------------------------------------------------------

    def health(self) -> dict[str, Any]:
        """Whether it is there, and what time it is."""
        return {"ok": True, "now": self.exchange.now, "clock": self.driver.clock.word}

    def state(self) -> dict[str, Any]:
        """Everything at a glance, and what has been forgotten."""
        exchange, worlds = self.exchange, list(self.exchange.worlds())
        states = [call.state for world in worlds for call in world.switch.live.values()]
        return {
            **self.health(), **self.about,
            "due": exchange.due(), "outstanding": [_errand(errand.number, errand.outgoing) for errand in islice(exchange.out.values(), 100)],
            "calls": {
                **{str(state): states.count(state) for state in CallState if state is not CallState.COMPLETED},
                "completed": sum(world.switch.tally[CallState.COMPLETED] for world in worlds),
            },
            "multiparty_calls": sum(len(world.switch.rooms) for world in worlds),
            "snapshots": list(exchange.snapshots), "faults": [fault.as_data() for fault in exchange.faults.waiting],
            "requests": self.reception.count, "delivered": self.driver.lanes.delivered, "notes": list(self.driver.lanes.notes),
            "trace_hash": exchange.fingerprint(),
            "dropped": {
                "trace": sum(world.entries_dropped for world in worlds), "calls": sum(world.switch.forgotten for world in worlds),
                "requests": max(0, self.reception.count - len(self.reception.requests)), "snapshots": exchange.snapshots_dropped,
            },
        }  # fmt: skip

    def trace(self, after: int = 0, most: int = _MOST_LISTED) -> dict[str, Any]:
        """What was seen in each world, entry by entry, from the so-manieth on."""
        found = {}
        for vendor, office in self.exchange.offices.items():
            world = office.world
            first = max(0, after - world.entries_dropped)
            found[vendor] = [as_data(entry) for entry in world.trace[first : first + most]]
        return {"dropped": {vendor: office.world.entries_dropped for vendor, office in self.exchange.offices.items()}, "entries": found}

    def calls(self) -> list[dict[str, Any]]:
        """Every call there is, newest first, in our words and in the vendor's."""
        found = [(call, office) for office in self.exchange.offices.values() for call in office.world.switch.calls.values()]
        found.sort(key=lambda each: -each[0].number)
        return [_call(call, office) for call, office in found[:_MOST_LISTED]]

    def requests(self) -> list[dict[str, Any]]:
        """The latest requests that came, oldest first; those that nobody has a route for are not matched."""
        return list(self.reception.requests)[-_MOST_LISTED:]

    # -- doing -----------------------------------------------------------------------------------------------------

    async def advance(self, body: Body) -> dict[str, Any]:
        """Let so many milliseconds go by."""
        ms = body.get("ms")
        if not isinstance(ms, int) or isinstance(ms, bool) or not 0 <= ms <= LONGEST:
            raise UsageError(f'expected {{"ms": N}}, N a whole number of milliseconds from 0 to {LONGEST:,}')
        return _advanced(await self.driver.advance(ms))

    async def next(self, body: Body) -> dict[str, Any]:
        """Go on to what is due next."""
        return _advanced(await self.driver.next())

    async def idle(self, body: Body) -> dict[str, Any]:
        """Go on until nothing is to come but time limits."""
        return _advanced(await self.driver.idle())

    async def until(self, body: Body) -> dict[str, Any]:
        """Go on until a call has come to a state, or beyond it."""
        call, state = body.get("call"), body.get("state")
        if not isinstance(call, str) or not isinstance(state, str):
            raise UsageError('expected {"call": ID, "state": STATE}, such as "in-progress"')
        reached = state_reached(self.exchange, call, state, body.get("vendor"))
        return _advanced(await self.driver.until(reached, f"call {call} {state}"))

    async def reset(self, body: Body) -> dict[str, Any]:
        """Begin anew, at time 0."""
        self.exchange.reset()
        self.reception.requests.clear()
        self.driver.restarted()
        return self.health()

    async def snapshot(self, body: Body) -> dict[str, Any]:
        """Remember how everything is, once nothing is on its way."""
        await self.driver.settle()
        return {"id": self.exchange.snapshot(), "now": self.exchange.now}

    async def restore(self, body: Body) -> dict[str, Any]:
        """Go back to how everything was."""
        id = body.get("id")
        if not isinstance(id, str):
            raise UsageError('expected {"id": NAME} of a snapshot')
        self.exchange.restore(id)
        self.driver.restarted()
        return self.health()

    async def act(self, id: str, word: str, body: Body) -> dict[str, Any]:
        """Let a call's far party, or the network, do something."""
        if word not in _FAR:
            raise NotThere(f"nobody can {word!r} a call here; expected one of {', '.join(_FAR)}")
        try:
            vendor, name = find_call(self.exchange, id, body.get("vendor"))
        except UsageError as error:
            raise NotThere(str(error)) from None
        verb, by = _FAR[word]
        who = body.get("by", "far_party")
        if who not in _ENDS or (who == "api" and word != "hang_up"):
            raise UsageError(f"{who!r} hangs up no call; expected by: far_party, caller, callee or api")
        digits = body.get("digits")
        if verb is Verb.PRESS and not (isinstance(digits, str) and digits):
            raise UsageError('expected {"digits": "1#"}')
        by = By.API if who == "api" else by
        outcome = self.exchange.say(vendor, Command(verb, name, by, digits if verb is Verb.PRESS else None))
        call = self.exchange.offices[vendor].world.switch.calls[name]
        done = {"outcome": str(outcome.status), "rule": outcome.rule, "call": _call(call, self.exchange.offices[vendor])}
        self.driver.dispatch()
        return done

    async def inbound(self, body: Body) -> dict[str, Any]:
        """Let somebody call."""
        vendor = body.get("vendor", next(iter(self.exchange.offices)))
        office = self.exchange.offices.get(vendor) if isinstance(vendor, str) else None
        if office is None:
            raise UsageError(f"there is no vendor {vendor!r} here; expected one of {', '.join(self.exchange.offices)}")
        placement, far_end = _incoming(body, office)
        name = office.dialect.free_name(office.world.switch)
        self.exchange.call_in(office.vendor, name, placement, far_end)
        call = office.world.switch.calls[name]
        made = _call(call, office)
        self.driver.dispatch()
        return made

    async def fault(self, body: Body) -> dict[str, Any]:
        """Let something go wrong with what comes next that it fits."""
        fault = Fault.read(body)
        self.exchange.set_fault(fault)
        return {"fault": fault.as_data(), "waiting": len(self.exchange.faults.waiting)}


Verbs = Mapping[str, Callable[[Control, Body], Awaitable[dict[str, Any]]]]
POSTS: Verbs = {
    "clock/advance": Control.advance, "clock/next": Control.next, "clock/until": Control.until, "clock/idle": Control.idle,
    "reset": Control.reset, "snapshot": Control.snapshot, "restore": Control.restore, "inbound": Control.inbound, "fault": Control.fault,
}  # fmt: skip


def _advanced(advanced: Advanced) -> dict[str, Any]:
    return advanced._asdict()


def _errand(number: int, outgoing: Any) -> dict[str, Any]:
    return {"number": number, "vendor": outgoing.vendor, "kind": outgoing.kind, "method": outgoing.method, "url": outgoing.url}


def _call(call: Call, office: Office) -> dict[str, Any]:
    words, rules = office.dialect.call_words(call)
    ending = call.ending
    return {
        "id": office.dialect.call_id(call), "request_id": office.dialect.request_id(call), "name": call.name, "vendor": office.vendor,
        "direction": str(call.direction), "from": call.placement.from_, "to": call.placement.to, "state": str(call.state),
        "queued": call.queued_at, "ringing": call.ringing_at, "answered": call.answered_at, "ended": call.ended_at,
        "ending": None if ending is None else {"cause": str(ending.cause), "by": str(ending.by), "rule": ending.rule},
        "words": dict(words), "rules": list(rules),
    }  # fmt: skip


def _incoming(body: Body, office: Office) -> tuple[Placement, FarEnd]:
    known = ("vendor", "from", "to", "account", "hangs_up", "extension", *_URLS)
    unknown = [key for key in body if key not in known]
    if unknown:
        raise UsageError(f"an inbound call has no {unknown[0]!r}; it has {', '.join(known)}")
    for key in known:
        if key != "hangs_up" and not isinstance(body.get(key, ""), str):
            raise UsageError(f"the {key} of an inbound call is a text")
    for key in _URLS:
        if body.get(key) and not body[key].startswith(("http://", "https://", "/")):
            raise UsageError(f"the {key} is no URL; expected one such as http://127.0.0.1:5000/answer")
    ends = body.get("hangs_up")
    if ends is not None and (not isinstance(ends, int) or isinstance(ends, bool) or not 0 <= ends <= LONGEST):
        raise UsageError("hangs_up is a whole number of milliseconds after which the caller hangs up")
    placement = Placement(
        body.get("account") or "default", Direction.INBOUND, body.get("from") or "+15550100009", body.get("to") or "+15550100000",
        body.get("answer_url") or None, body.get("hangup_url") or None, extension=body.get("extension", ""),
    )  # fmt: skip
    return placement, FarEnd(hangs_up=ends)
