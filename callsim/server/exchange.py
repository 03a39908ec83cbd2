"""The vendors' worlds under one clock: everything that is said to them goes through here, one thing after the other.

Nothing here waits, and nothing here is left to chance: the same things said in the same order lead to the same worlds,
which is what a journal relies on. What goes out to applications is put down in `out`; whoever carries it there says what
came back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from callsim.application import Page
from callsim.dialects import Dialect, Request, Response
from callsim.errors import UsageError
from callsim.far_end import FarEnd
from callsim.model import Command, Outcome, Placement
from callsim.rules import Reply
from callsim.server.accounts import Account
from callsim.server.faults import Fault, Faults
from callsim.server.live import LiveWorld, Outgoing
from callsim.server.worlds import Setting, Stand

Input = list[Any]
"""One thing that was said from outside, as a journal keeps it: its kind and what it needs."""
KEEP = 10_000
_MOST_SNAPSHOTS = 100


class Errand(NamedTuple):
    """Something on its way to an application: which of all it is, and whether what comes back counts."""

    number: int
    outgoing: Outgoing
    counts: bool = True


@dataclass
class Office:
    """One vendor's side of the emulator: its interface, its world, and who may use it."""

    stand: Stand
    dialect: Dialect
    accounts: tuple[Account, ...]
    world: LiveWorld
    times: deque[int] = field(default_factory=deque)
    """When the latest requests were carried out, for a vendor that counts them."""

    @property
    def vendor(self) -> str:
        return self.dialect.vendor.name

    def has_room(self, now: int) -> bool:
        """Whether its vendor takes one more request at that time."""
        most, times = self._most, self.times
        if most is None or len(times) < most:
            return True
        return times[0] <= now - int(self.dialect.rulebook.limits["requests_window"].value)

    def count(self, now: int) -> None:
        """One more request is carried out: as many are remembered as are taken within a while."""
        most = self._most
        if most is not None:
            self.times.append(now)
            if len(self.times) > most:
                self.times.popleft()

    @property
    def _most(self) -> int | None:
        """How many requests are taken within a while; None: nobody counts them."""
        row = self.dialect.rulebook.limits.get("requests")
        return row.value if row is not None and isinstance(row.value, int) else None


class Exchange:
    """Some vendors' worlds that share a clock. Times are milliseconds since the world began.

    `record` is told of every input before it is carried out; `keep` bounds what is remembered of what is over.
    """

    def __init__(self, setting: Setting, keep: int = KEEP) -> None:
        self.setting, self.keep = setting, keep
        self.forgets_entries = True
        """Whether the oldest entries of a trace are forgotten, once there are ten for each call that is remembered."""
        self.record: Callable[[Input], None] = lambda _: None
        self.snapshots: dict[str, dict[str, Any]] = {}
        self.snapshots_dropped = 0
        self.errands = self.moments = 0
        self._begin()

    def _begin(self) -> None:
        """Begin anew, at time 0."""
        self.now = 0
        self.out: dict[int, Errand] = {}
        self.fresh: list[Errand] = []
        self.faults = Faults()
        self.offices = {stand.vendor: self._office(stand) for stand in self.setting.stands}
        for office in self.offices.values():
            office.stand.begin(office.world)

    def _office(self, stand: Stand) -> Office:
        dialect = stand.dialect()
        world = LiveWorld(
            dialect, stand.pages, stand.media, self._send if self.setting.outward else None,
            partial(self._step, stand.vendor), stand.about_document,
        )  # fmt: skip
        return Office(stand, dialect, stand.accounts, world)

    # -- what is said from outside ---------------------------------------------------------------------------------

    def ask(self, vendor: str, request: Request) -> Response:
        """Carry out a vendor's request whose sender is known."""
        self._note(["ask", vendor, request.line, request.body])
        office = self.offices[vendor]
        office.count(self.now)
        response = self._at(office).ask(request)
        self._bound(office)
        return response

    def turn_away(self, vendor: str, reply: Reply) -> Response:
        """Answer a request that nobody reads."""
        office = self.offices[vendor]
        return office.dialect.at_the_door(reply, office.world.requests + 1)

    def say(self, vendor: str, command: Command) -> Outcome:
        """Say something that is no request: what a far party or the network does. Raises UsageError if nobody may."""
        self._note(["say", vendor, str(command.verb), command.target, str(command.by), command.detail])
        outcome = self._at(self.offices[vendor]).say(command)
        self._bound_entries(self.offices[vendor])
        return outcome

    def call_in(self, vendor: str, name: str, placement: Placement, far_end: FarEnd) -> Outcome:
        """Let somebody call."""
        self._note(["call", vendor, name, *_as_data(placement, far_end)])
        outcome = self._at(self.offices[vendor]).place(name, placement, far_end)
        self._bound(self.offices[vendor])
        return outcome

    def came_back(self, number: int, page: Page) -> None:
        """Take in what an application answered to an errand; nothing if that is of a world no longer there."""
        errand = self.out.get(number)
        if errand is None:
            return
        self._note(["back", number, page.body, page.status, page.hangs, page.type, page.refuses, page.size])
        del self.out[number]
        if errand.counts:
            outgoing = errand.outgoing
            office = self.offices[outgoing.vendor]
            self._at(office).came_back(outgoing.asking, page, outgoing.sent)
            self._bound(office)

    def set_fault(self, fault: Fault) -> None:
        """Let something go wrong with what comes next that it fits."""
        self._note(["fault", fault.as_data()])
        self.faults.add(fault)

    def fault_of(self, request: Request) -> Fault | None:
        """What is to go wrong with this request; from now on it has gone wrong."""
        fault = self.faults.of_request(request)
        if fault is not None:
            self._note(["used", fault.as_data()])
            self.faults.waiting.remove(fault)
        return fault

    def reset(self) -> None:
        """Begin anew."""
        self._note(["reset"])
        self._begin()

    # -- time ------------------------------------------------------------------------------------------------------

    def due(self) -> int | None:
        """When the next thing comes by itself; None: nothing does."""
        return min((due for office in self.offices.values() if (due := office.world.due()) is not None), default=None)

    def come(self) -> None:
        """Let the next thing come that is due; time goes on to it."""
        office = min(
            (each for each in self.offices.values() if each.world.due() is not None),
            key=lambda each: (each.world.due(), *each.world.first),
        )
        due = office.world.due()
        assert due is not None
        self.now = max(self.now, due)
        self.moments += 1
        self._at(office).come()
        self._bound(office)

    def wait(self, until: int) -> None:
        """Let time go on where nothing is due before."""
        self.now = max(self.now, until)

    def goes_on(self) -> bool:
        """Whether anything is to come but time limits of what is still up."""
        return any(office.world.goes_on() for office in self.offices.values())

    # -- snapshots -------------------------------------------------------------------------------------------------

    def snapshot(self) -> str:
        """Remember how everything is; returns the name of it."""
        self._note(["snapshot"])
        name = f"s{len(self.snapshots) + self.snapshots_dropped + 1}"
        self.snapshots[name] = self.state()
        while len(self.snapshots) > min(self.keep, _MOST_SNAPSHOTS):
            del self.snapshots[next(iter(self.snapshots))]
            self.snapshots_dropped += 1
        return name

    def restore(self, name: str) -> None:
        """Go back to how everything was. Raises UsageError if that is not remembered."""
        if name not in self.snapshots:
            known = ", ".join(list(self.snapshots)[-5:]) or "none"
            raise UsageError(f"there is no snapshot {name!r}; the latest there are: {known}")
        self._note(["restore", name])
        self.take_up(self.snapshots[name])

    def state(self) -> dict[str, Any]:
        """How everything is: a copy that nothing changes any more."""
        return {
            "now": self.now, "moments": self.moments, "errands": self.errands, "out": dict(self.out), "faults": self.faults.copy(),
            "worlds": {vendor: office.world.copy() for vendor, office in self.offices.items()},
            "times": {vendor: tuple(office.times) for vendor, office in self.offices.items()},
        }  # fmt: skip

    def take_up(self, state: Mapping[str, Any]) -> None:
        """Go on from there. What was on its way then is sent again, as something new."""
        self._take_worlds(state)
        self.out, self.fresh = {}, []
        for errand in state["out"].values():
            self._put_out(errand.outgoing, errand.counts)

    def resume(self, state: Mapping[str, Any]) -> None:
        """Be what another exchange of this setting was when it was in that state: what was on its way then still is."""
        self._take_worlds(state)
        self.moments, self.errands = state["moments"], state["errands"]
        self.out, self.fresh = dict(state["out"]), []

    def _take_worlds(self, state: Mapping[str, Any]) -> None:
        self.now, self.faults = state["now"], state["faults"].copy()
        for vendor, office in self.offices.items():
            office.world = state["worlds"][vendor].copy()
            office.times = deque(state["times"][vendor])
            office.stand.take_up(office.world)

    # -- what goes out ---------------------------------------------------------------------------------------------

    def take_fresh(self) -> Sequence[Errand]:
        """What has been put down to be carried out since the last time, in order."""
        fresh, self.fresh = self.fresh, []
        return fresh

    def send_again(self) -> None:
        """Put down once more whatever is on its way: whoever carried it is gone."""
        self.fresh = list(self.out.values())

    def _send(self, outgoing: Outgoing) -> None:
        """Put something down to be carried out, unless something is to go wrong with it."""
        for late, counts, each in self.faults.sent(outgoing):
            if late:
                self.offices[each.vendor].world.later(self.now + late, (each, counts))
            else:
                self._put_out(each, counts)

    def _put_out(self, outgoing: Outgoing, counts: bool) -> None:
        self.errands += 1
        errand = Errand(self.errands, outgoing._replace(sent=self.now), counts)
        self.out[errand.number] = errand
        self.fresh.append(errand)

    def release(self) -> bool:
        """Let go what waits for something to overtake it; whether there was anything."""
        if not self.faults.held:
            return False
        self._note(["release"])
        held = self.faults.release()
        for outgoing in held:
            self._put_out(outgoing, True)
        return True

    def _step(self, vendor: str, what: Any) -> None:
        """Do what was put off: a call of the world's own, or a callback that is late."""
        if isinstance(what, str):
            self.offices[vendor].stand.place(what)
        else:
            outgoing, counts = what
            self._put_out(outgoing, counts)

    # -- bounds ----------------------------------------------------------------------------------------------------

    def _note(self, what: Input) -> None:
        self.record(what)

    def _at(self, office: Office) -> LiveWorld:
        office.world.now = self.now
        return office.world

    def _bound(self, office: Office) -> None:
        """Forget the oldest of what is over."""
        self._bound_entries(office)
        going = chain((errand.outgoing for errand in self.out.values()), self.faults.held)
        office.world.drop_calls(self.keep, (outgoing.asking.todo.name for outgoing in going))

    def _bound_entries(self, office: Office) -> None:
        if self.forgets_entries:
            office.world.drop_entries(10 * self.keep)

    def fingerprint(self) -> str:
        """What tells this story from any other."""
        return "-".join(office.world.fingerprint()[:32] for office in self.offices.values())

    def worlds(self) -> Iterator[LiveWorld]:
        """The vendors' worlds."""
        for office in self.offices.values():
            yield office.world


def _as_data(placement: Placement, far_end: FarEnd) -> tuple[dict[str, Any], dict[str, Any]]:
    placed = {"from": placement.from_, "to": placement.to, "account": placement.account, "answer_url": placement.answer_url,
              "hangup_url": placement.hangup_url, "answer_method": placement.answer_method, "hangup_method": placement.hangup_method,
              "extension": placement.extension, "user": placement.user}  # fmt: skip
    return placed, {"hangs_up": far_end.hangs_up}
