"""One vendor's interface over a world without time: what is asked there is answered at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import copy
from functools import cache
from typing import Any

from callsim.dialects import Dialect, Plan, Response, Setting, dialect_class, request
from callsim.dialects.dialect import best
from callsim.machines import Events, events
from callsim.model import By, Call, Command, Direction, Joining, Outcome, Placement, Verb
from callsim.rules import Rulebook, lay
from callsim.scenario.references import resolved
from callsim.switch import Switch

NUMBER, OUR_NUMBER = "+15550100003", "+15550100000"
OUT, IN = Direction.OUTBOUND, Direction.INBOUND


@cache
def book(speaks: type[Dialect], assume: tuple[tuple[str, str], ...]) -> tuple[Rulebook, Events]:
    """A vendor's rules and their machines, made once for all tests."""
    rules = lay(speaks.vendor, dict(assume))
    return rules, events(rules)


class Desk:
    """A switch, the dialect that speaks for it, and what has been asked so far."""

    def __init__(self, vendor: str | type[Dialect], assume: Mapping[str, str] | None = None, setting: Setting | None = None) -> None:
        speaks = dialect_class(vendor) if isinstance(vendor, str) else vendor
        rules, machines = book(speaks, tuple((assume or {}).items()))
        self.speaks = speaks(rules, setting)
        self.switch = Switch(rules, None, machines)
        self.now = 0
        self.asked = 0
        self.plan = Plan("")

    def copy(self) -> Desk:
        """Another desk, over a copy of the world."""
        other = copy(self)
        other.switch = self.switch.copy()
        return other

    def say(self, verb: Verb, target: str, by: By, detail: Any = None) -> Outcome:
        return self.switch.apply(Command(verb, target, by, detail), self.now)

    def place(self, name: str = "anna", state: str = "queued", direction: Direction = OUT, **placed: Any) -> Call:
        """A call brought into a state; an inbound one cannot be queued. The far party has +15550100003."""
        from_, to = (OUR_NUMBER, NUMBER) if direction is OUT else (NUMBER, OUR_NUMBER)
        placement = Placement(direction=direction, from_=from_, to=to, **placed)
        self.say(Verb.PLACE, name, By.API if direction is OUT else By.FAR_PARTY, placement)
        if direction is OUT and state != "queued":
            self.say(Verb.RING, name, By.CARRIER)
        if state in ("in-progress", "completed"):
            self.say(Verb.ANSWER, name, By.API if direction is IN else By.FAR_PARTY)
        if state == "completed":
            self.say(Verb.HANG_UP, name, By.FAR_PARTY)
        return self.switch.calls[name]

    def add(self, name: str, room: str = "room", answered: bool = True, **joined: Any) -> Call:
        """A call that the API adds to a multiparty call."""
        self.say(Verb.ADD, name, By.API, Joining(room, placement=Placement(from_=OUR_NUMBER, to=NUMBER), **joined))
        if answered:
            self.say(Verb.RING, name, By.CARRIER)
            self.say(Verb.ANSWER, name, By.FAR_PARTY)
        return self.switch.calls[name]

    def id(self, name: str, attribute: str = "") -> str:
        """What stands for $name in a request: an id as the vendor writes it, or $account, or $name-extension."""
        if name == "account":
            return self.speaks.account_id("default")
        if name in self.switch.mpcs:
            return self.speaks.mpc_id(self.switch.mpcs[name])
        call = self.switch.calls[name]
        return self.speaks.request_id(call) if attribute else self.speaks.call_id(call)

    def ask(self, line: str, body: Any = None, name: str | None = None) -> Response:
        """Send a request, whose $references are filled in, and have what it says done."""
        sent = request(resolved(line, self.id), body)
        self.asked += 1
        self.plan = self.speaks.read(sent, self.switch, name)
        outcome = best([self.switch.apply(command, self.now) for command in self.plan.commands])
        self.answered = self.speaks.answer(self.plan, outcome, self.switch, self.asked)
        return self.answered if self.plan.later is None or self.answered.status >= 300 else self.speaks.acknowledged(self.asked)

    def words(self, name: str = "anna") -> dict[str, Any]:
        return self.speaks.call_words(self.switch.calls[name])[0]


def table(text: str) -> list[list[str]]:
    """The rows of a table, cells between bars, without its heading; an empty first cell repeats the one above."""
    rows: list[list[str]] = []
    for line in list(_lines(text))[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        rows.append([cells[0] or rows[-1][0], *cells[1:]])
    return rows


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not re.fullmatch(r"[-| ]+", line):
            yield line
