"""A group of trunks by itself, without a switch or rules: what tallies look like, for tests of what is made of them."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

import numpy as np

from callsim.model import Placement
from callsim.traffic.plan import Exponential, Plan, Poisson, Stream, Trunks
from callsim.traffic.tally import Tally, empty

RULES = {"4000 Normal Hangup": ["call.hang_up.in-progress.far-party", "spelling.ending.normal.far-party.outbound"]}


def plan(
    trunks: int = 10, erlangs: float = 8.0, when_full: str = "blocked", patience: float | None = None, horizon: int = 7_200_000,
    replications: int = 4, batches: int = 10, warm_up: int = 1_200_000, talk: float = 60_000,
) -> Plan:  # fmt: skip
    stream = Stream("campaign", Poisson(erlangs / talk * 1000), Placement(to="+15550100009"), talks=Exponential(talk))
    group = Trunks(trunks, when_full, None if patience is None else Exponential(patience))  # type: ignore[arg-type]
    return Plan("A group of trunks", "plivo", (stream,), horizon, warm_up, replications, batches, 1, group)


class Group:
    """One replication, in whole milliseconds. Whoever gets a trunk is answered at once, and talks."""

    def __init__(self, plan: Plan, number: int) -> None:
        [stream] = plan.streams
        assert plan.trunks is not None
        assert isinstance(stream.process, Poisson)
        assert isinstance(stream.talks, Exponential)
        self.random = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(number,)))
        self.rate, self.talk, self.trunks = stream.process.rate / 1000, stream.talks.mean, plan.trunks
        self.plan, self.tally = plan, empty(number, (plan.horizon - plan.warm_up) // plan.batches, plan.batches)
        self.events: list[tuple[int, int, str, int]] = []
        self.began: dict[int, int] = {}
        self.asked: dict[int, int] = {}
        self.line: deque[int] = deque()
        self.now = self.made = 0

    def chance(self, mean: float) -> int:
        return round(self.random.exponential(mean))

    def count(self, name: str, by: int = 1) -> None:
        batch = self.batch(self.now)
        if batch is not None:
            (self.tally.counts if name in self.tally.counts else self.tally.times)[name][batch] += by

    def batch(self, at: int) -> int | None:
        counted = self.plan.warm_up <= at < self.plan.horizon
        return min((at - self.plan.warm_up) // self.tally.length, self.tally.batches - 1) if counted else None

    def ages(self, end: str) -> None:
        self.tally.ages[f"live_{end}"] = sum(self.now - at for at in self.began.values())
        self.tally.ages[f"waiting_{end}"] = sum(self.now - at for at in self.asked.values())
        setattr(self.tally, {"before": "in_flight", "after": "left"}[end], len(self.began) + len(self.asked))

    def until(self, at: int) -> None:
        """Time goes by: what is taken and what waits adds up, each in its batch."""
        while self.now < at:
            edges = (self.plan.warm_up + n * self.tally.length for n in range(self.tally.batches))
            then = min([at, self.plan.horizon, *(edge for edge in edges if edge > self.now)])
            for name, how_many in (("busy", len(self.began)), ("live", len(self.began)), ("waiting", len(self.asked))):
                self.count(name, how_many * (then - self.now))
            self.now = then
            if self.now == self.plan.warm_up:
                self.ages("before")
            if self.now == self.plan.horizon:
                return

    def run(self) -> Tally:
        self.ages("before")
        heappush(self.events, (self.chance(1 / self.rate), 0, "arrives", 0))
        while self.events[0][0] < self.plan.horizon:
            at, _, what, who = heappop(self.events)
            self.until(at)
            getattr(self, what)(who)
        self.until(self.plan.horizon)
        self.ages("after")
        self.tally.because = {name: list(rules) for name, rules in RULES.items()}
        return self.tally

    def later(self, mean: float, what: str, who: int) -> None:
        heappush(self.events, (self.now + self.chance(mean), who, what, who))

    def arrives(self, who: int) -> None:
        self.made += 1
        self.later(1 / self.rate, "arrives", self.made)
        self.count("offered")
        if len(self.began) < self.trunks.count:
            self.begins(who)
        elif self.trunks.when_full == "blocked":
            self.count("blocked")
        else:
            self.waits(who)

    def waits(self, who: int) -> None:
        self.count("waited")
        self.asked[who] = self.now
        self.line.append(who)
        if isinstance(self.trunks.patience, Exponential):
            self.later(self.trunks.patience.mean, "gives_up", who)

    def begins(self, who: int) -> None:
        self.began[who] = self.now
        self.count("seized")
        self.count("answered")
        self.tally.peak = max(self.tally.peak, len(self.began))
        self.later(self.talk, "ends", who)

    def gives_up(self, who: int) -> None:
        if who in self.asked:
            self.count("abandoned")
            self.count("waits", self.now - self.asked.pop(who))

    def ends(self, who: int) -> None:
        stay = self.now - self.began.pop(who)
        for name in ("ended", "talk", "stays"):
            self.count(name, 1 if name == "ended" else stay)
        for kind, word in ((self.tally.causes, "normal"), (self.tally.codes, "4000 Normal Hangup")):
            batch = self.batch(self.now)
            if batch is not None:
                kind.setdefault(word, [0] * self.tally.batches)[batch] += 1
        while self.line and self.line[0] not in self.asked:
            self.line.popleft()
        if self.line:
            who = self.line.popleft()
            self.count("waits", self.now - self.asked.pop(who))
            self.begins(who)


def replicate(plan: Plan, number: int) -> Tally:
    return Group(plan, number).run()


def run(plan: Plan) -> list[Tally]:
    return [replicate(plan, number) for number in range(plan.replications)]
