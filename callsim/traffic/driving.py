"""One replication: calls arrive, take trunks, live by the rules, end, and are counted.

A replication is a function of its plan and its number alone. Each stream has chances of its own, and so has each thing that is drawn
in it: a plan that differs in something else meets the same callers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callsim.dialects import Dialect, dialect
from callsim.model import By, Call, Command, Direction, Joining, Status, Verb
from callsim.simulation import Trunks
from callsim.traffic.counting import Counter, Interrupted
from callsim.traffic.distributions import arrivals, chooser, generator, sampler
from callsim.traffic.lives import Life, Lives, callee, caller
from callsim.traffic.passing import Passing
from callsim.traffic.plan import Arrived, Constant, Exponential, Plan, Recorded, Stream
from callsim.traffic.tally import Tally

Over = Callable[[Call, Dialect], None]
"""Is told of each call that has ended."""
Told = Callable[[float, int], None]
"""Is told now and then how much of a replication is done, from 0 to 1, and how many calls have arrived."""

_API, _HANG_UP = By.API, Verb.HANG_UP
_NEVER = Constant(0)
_TOLD = 200


def replicate(plan: Plan, number: int, over: Over | None = None, told: Told | None = None, laws: bool = False) -> Tally:
    """Make one replication; `laws`: hold every law after every command, as scenarios do.

    Raises MissingExtra without numpy, BrokenLaw if a law is broken; and Interrupted, with what is known, if somebody interrupts it.
    """
    return _Replication(plan, number, over, told, laws).made()


class _Replication:
    """A world with its streams, its trunks and what is counted in it."""

    def __init__(self, plan: Plan, number: int, over: Over | None, told: Told | None, laws: bool) -> None:
        self.plan, self.number = plan, number
        self.dialect = dialect(plan.vendor, plan.assume, plan.setting)
        self.world = Passing(self.dialect, plan, self._answered, self._over, laws)
        self.count = Counter(plan, number, self.dialect)
        self.trunks = None if plan.trunks is None else Trunks(self.world, plan.trunks.count)
        self.up: dict[str, tuple[_Stream, int, Any, Life]] = {}
        """Of each call that is up: its stream, since when, the trunk it has taken, and its life."""
        self.streams = [_Stream(self, stream, place) for place, stream in enumerate(plan.streams)]
        self._told_of, self._told = over, told

    def made(self) -> Tally:
        world, count, plan = self.world, self.count, self.plan
        world.later(plan.warm_up, self._begin_counting, None)
        for stream in self.streams:
            stream.begin()
        if self._told is not None:
            world.later(0, self._tell, 0)
        try:
            world.run(count.end)
        except KeyboardInterrupt:
            raise Interrupted(count.so_far()) from None
        return count.done(world.now, self.up.values(), world.moments)

    def _begin_counting(self, _: None) -> None:
        self.count.begin(self.world.now, self.up.values())
        length = self.count.tally.length
        for batch in range(1, self.plan.batches):
            self.world.later(batch * length, self.count.next_batch, self.plan.warm_up + batch * length)

    def _tell(self, step: int) -> None:
        assert self._told is not None
        self._told(step / _TOLD, self.count.arrived)
        if step < _TOLD:
            rest = self.count.end - self.world.now
            self.world.later(rest // (_TOLD - step), self._tell, step + 1)

    # -- calls -----------------------------------------------------------------------------------------------------------

    def place(self, stream: _Stream, life: Life, taken: Any) -> None:
        """Let a call of a stream begin, over the trunk it has taken."""
        now = self.world.now
        name = stream.next_name()
        self.up[name] = stream, now, taken, life
        self.count.seized(now)
        stream.place(name, life)
        if name in self.up and name not in self.world.switch.calls:
            self._turned_away(name)

    def _turned_away(self, name: str) -> None:
        """There is no such call after all: the multiparty call would not have it."""
        stream, _, taken, _ = self.up.pop(name)
        stream.calls.drop(name)
        self.count.turned_away(self.world.now)
        self._give_back(taken)

    def _give_back(self, taken: Any) -> None:
        if self.trunks is not None:
            self.trunks.give_back(taken)

    def _answered(self, name: str) -> None:
        found = self.up.get(name)
        if found is not None:
            self.count.answered()
            found[0].answered(name, found[3])

    def _over(self, call: Call) -> None:
        found = self.up.pop(call.name, None)
        if found is not None:
            stream, since, taken, _ = found
            stream.lose(call)
            self._give_back(taken)
            self.count.ended(call, self.world.now, since)
        if self._told_of is not None:
            self._told_of(call, self.dialect)


class _Stream:
    """The calls of one stream: when they arrive, what becomes of them, and who ends them."""

    def __init__(self, whole: _Replication, stream: Stream, place: int) -> None:
        self.whole, self.stream, self.placement = whole, stream, stream.placement
        plan = whole.plan
        rng = generator(plan.seed, whole.number, place)
        self._arrivals = arrivals(stream.process, rng)
        self._known = iter(stream.process.arrivals) if isinstance(stream.process, Recorded) else None
        self._lives = Lives(stream, rng)
        self._size = chooser(stream.meeting.size if stream.meeting else ((1, 1.0),), rng)
        self._patience = sampler((plan.trunks and plan.trunks.patience) or _NEVER, rng)
        self._hang_ups, self._stops = _times(stream.api_hang_ups, rng), _times(stream.meeting.stops if stream.meeting else 0.0, rng)
        self._which = rng.spawn(1)[0]
        self.calls, self.rooms = _Living(), _Living()
        self._inbound = stream.direction is Direction.INBOUND
        self._living = {"calls": bool(stream.api_hang_ups), "rooms": stream.meeting is not None}
        self._count = 0
        self._said: Arrived | None = None

    def begin(self) -> None:
        """Let the first call arrive in its time, and what the API does at random."""
        self._next_arrival()
        if self._hang_ups is not None:
            self.whole.world.later(self._hang_ups(), self._api_hangs_up_some, None)
        if self._stops is not None:
            self.whole.world.later(self._stops(), self._api_stops_some, None)

    def next_name(self) -> str:
        self._count += 1
        return f"{self.stream.name}-{self._count}"

    # -- arrivals --------------------------------------------------------------------------------------------------------

    def _next_arrival(self) -> None:
        at = next(self._arrivals, None)
        if at is not None and at <= self.whole.count.end:
            self.whole.world.later(at - self.whole.world.now, self._arrive, None)

    def _arrive(self, _: None) -> None:
        self._said = None if self._known is None else next(self._known)
        if self.stream.meeting is None:
            self._offer(self._lives.draw(self._said, None))
        else:
            self._meet()
        self._next_arrival()

    def _offer(self, life: Life) -> None:
        """Somebody wants to call: now, later, or not at all."""
        whole, trunks = self.whole, self.whole.trunks
        now = whole.world.now
        whole.count.offered()
        if trunks is None or trunks.free:
            whole.place(self, life, None if trunks is None else trunks.take())
        elif whole.plan.trunks.when_full == "blocked":  # type: ignore[union-attr]  # there are some
            whole.count.blocked()
        else:
            self._wait(life, now)

    def _wait(self, life: Life, since: int) -> None:
        whole, trunks = self.whole, self.whole.trunks
        assert trunks is not None
        assert whole.plan.trunks is not None
        count, world = whole.count, whole.world

        def served(taken: Any) -> None:
            count.waited(world.now, since)
            whole.place(self, life, taken)

        def gone() -> None:
            count.abandoned(world.now, since)

        count.waits(since)
        trunks.wait(served, None if whole.plan.trunks.patience is None else self._patience(), gone)

    # -- lives -----------------------------------------------------------------------------------------------------------

    def place(self, name: str, life: Life) -> None:
        """Place a call."""
        world, stream = self.whole.world, self.stream
        placement = self.placement if life.to is None else replace(self.placement, to=life.to)
        world.far_ends[name] = caller(life) if self._inbound else callee(life, stream.fails_with)
        if self._living["calls"]:
            self.calls.add(name)
        if life.room is not None:
            self.rooms.add(life.room)
            world.say(Command(Verb.ADD, name, _API, Joining(life.room, placement=placement)))
        else:
            world.place(name, placement)
        if self._inbound and life.fate == "answers" and placement.answer_url is None:
            world.later(life.rings + life.answers, self._api_answers, name)

    def answered(self, name: str, life: Life) -> None:
        """A call was answered, and somebody will hang up when talk is over. A callee does so by itself."""
        if life.talks is not None and life.fate == "answers":
            if life.api:
                self.whole.world.later(life.talks, self._hangs_up, (name, _API))
            elif self._inbound:
                self.whole.world.later(life.talks, self._hangs_up, (name, By.FAR_PARTY))

    def lose(self, call: Call) -> None:
        """A call is over."""
        if self._living["calls"]:
            self.calls.drop(call.name)
        one = call.participant
        if one is not None and self._living["rooms"] and one.mpc.ended_at is not None:
            self.rooms.drop(one.mpc.name)

    def _meet(self) -> None:
        """Several people are called into a multiparty call of their own."""
        room = f"{self.stream.name}-mpc-{self.whole.count.met()}"
        for _ in range(self._size()):
            self._offer(self._lives.draw(self._said, room))

    # -- what the API does -----------------------------------------------------------------------------------------------

    def _api_answers(self, name: str) -> None:
        if name in self.whole.up:
            self.whole.world.say(Command(Verb.ANSWER, name, _API))

    def _hangs_up(self, who: tuple[str, By]) -> None:
        name, by = who
        if name in self.whole.up:
            self.whole.world.say(Command(_HANG_UP, name, by))

    def _api_hangs_up_some(self, _: None) -> None:
        whole = self.whole
        name = self.calls.some(self._which)
        if name is None or whole.world.say(Command(_HANG_UP, name, _API)).status is not Status.DONE:
            whole.count.refused()
        whole.world.later(self._hang_ups(), self._api_hangs_up_some, None)  # type: ignore[misc]  # they come at a rate

    def _api_stops_some(self, _: None) -> None:
        whole = self.whole
        room = self.rooms.some(self._which)
        done = room is not None and whole.world.say(Command(Verb.STOP, room, _API)).status is Status.DONE
        if done:
            self.rooms.drop(str(room))
            whole.count.stopped()
        else:
            whole.count.refused()
        whole.world.later(self._stops(), self._api_stops_some, None)  # type: ignore[misc]  # they come at a rate


class _Living:
    """Names of what is up, of which one is picked by chance as quickly as another is put in or taken out."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._places: dict[str, int] = {}

    def add(self, name: str) -> None:
        if name not in self._places:
            self._places[name] = len(self._names)
            self._names.append(name)

    def drop(self, name: str) -> None:
        """Take it out, if it is there."""
        place = self._places.pop(name, None)
        if place is not None:
            last = self._names.pop()
            if last != name:
                self._names[place] = last
                self._places[last] = place

    def some(self, rng: Any) -> str | None:
        """One of them, each as likely as another; None if there is none."""
        return self._names[int(rng.integers(len(self._names)))] if self._names else None


def _times(rate: float, rng: Any) -> Callable[[], int] | None:
    """The times between what comes at a rate, in calls a second; None if nothing comes."""
    return sampler(Exponential(1_000 / rate), rng) if rate else None
