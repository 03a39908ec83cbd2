"""What is counted in a replication while it runs: calls by what became of them, and for how long how many were up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from callsim.dialects import Dialect
from callsim.model import By, Call, CallState, Cause, Termination
from callsim.traffic.plan import Plan
from callsim.traffic.tally import AGES, COUNTS, TIMES, Tally, empty

_EARLY = frozenset((CallState.QUEUED, CallState.RINGING))


class Interrupted(KeyboardInterrupt):
    """A replication was interrupted. `tally` is what the batches came to that were over; None if none was."""

    def __init__(self, tally: Tally | None) -> None:
        super().__init__()
        self.tally = tally


class Counter:
    """Counts for one tally. Times are milliseconds since the replication began.

    What happens before counting begins is counted as well, into a batch of its own that is thrown away.
    """

    def __init__(self, plan: Plan, number: int, dialect: Dialect) -> None:
        self.plan, self._records = plan, dialect.call_records()
        length = (plan.horizon - plan.warm_up) // plan.batches
        self.tally = empty(number, length, plan.batches)
        self._kept: list[tuple[dict[str, int], ...]] = []
        self._because: dict[str, tuple[str, ...]] = {}
        self._words: dict[Any, tuple[str, tuple[str, ...]]] = {}
        self._clear()
        self.arrived = self._finished = self._live = self._waiting = self._peak = self._rooms = 0
        self._at = 0
        self.end = plan.warm_up + plan.batches * length
        """Counting ends here: all batches are of one length."""
        self._queue: dict[int, int] = {}
        """Of those who wait: how many since when."""

    def _clear(self) -> None:
        self._counts, self._times = dict.fromkeys(COUNTS, 0), dict.fromkeys(TIMES, 0)
        self._causes: dict[str, int] = {}
        self._codes: dict[str, int] = {}

    # -- what happens ----------------------------------------------------------------------------------------------------

    def offered(self) -> None:
        """Somebody wants to call."""
        self.arrived += 1
        self._counts["offered"] += 1

    def blocked(self) -> None:
        """And finds no trunk, and will not wait."""
        self._counts["blocked"] += 1

    def waits(self, now: int) -> None:
        """And waits for a trunk."""
        self._advance(now)
        self._waiting += 1
        self._queue[now] = self._queue.get(now, 0) + 1
        self._counts["waited"] += 1

    def waited(self, now: int, since: int) -> None:
        """And has one."""
        self._advance(now)
        self._leave_queue(since)
        self._times["waits"] += now - since

    def abandoned(self, now: int, since: int) -> None:
        """And gives up."""
        self.waited(now, since)
        self._counts["abandoned"] += 1

    def _leave_queue(self, since: int) -> None:
        self._waiting -= 1
        self._queue[since] -= 1
        if not self._queue[since]:
            del self._queue[since]

    def seized(self, now: int) -> None:
        """A call is placed."""
        self._advance(now)
        self._live += 1
        self._counts["seized"] += 1
        if self._live > self._peak:
            self._peak = self._live

    def turned_away(self, now: int) -> None:
        """It was not placed after all."""
        self._advance(now)
        self._live -= 1
        self._counts["seized"] -= 1
        self._counts["refused"] += 1

    def answered(self) -> None:
        """One is answered."""
        self._counts["answered"] += 1

    def ended(self, call: Call, now: int, since: int) -> None:
        """A call is over that was placed at `since`."""
        self._advance(now)
        self._live -= 1
        self._finished += 1
        times = self._times
        times["stays"] += now - since
        if call.answered_at is not None:
            times["talk"] += now - call.answered_at
            self._counts["ended"] += 1
        self._word(call)

    def _word(self, call: Call) -> None:
        """Count how it ended, in our words and in the vendor's."""
        ending, counts = call.ending, self._counts
        assert ending is not None
        cause = ending.cause
        self._causes[cause] = self._causes.get(cause, 0) + 1
        if ending.was in _EARLY and cause is Cause.CANCELLED:
            counts["cancelled"] += 1
        if ending.by is By.API:
            self._by_api(call)
        key = *ending[:2], *ending[3:]  # all but when
        found = self._words.get(key)
        if found is None:
            self._words[key] = found = self._records.ended_as(call)
        word, rules = found
        self._codes[word] = self._codes.get(word, 0) + 1
        self._because.setdefault(word, rules)

    def _by_api(self, call: Call) -> None:
        one = call.participant
        stopped = one is not None and one.mpc.termination is Termination.STOPPED
        if stopped and call.ending is not None and call.ending.cause is Cause.MPC_ENDED:
            self._counts["stopped"] += 1
        elif not stopped:
            self._counts["hung_up_by_api"] += 1

    def met(self) -> int:
        """A multiparty call is begun; returns its number."""
        self._rooms += 1
        self._counts["mpcs"] += 1
        return self._rooms

    def stopped(self) -> None:
        """One was stopped."""
        self._counts["stops"] += 1

    def refused(self) -> None:
        """The API asked for something, and nothing came of it."""
        self._counts["refused"] += 1

    # -- time ------------------------------------------------------------------------------------------------------------

    def _advance(self, now: int) -> None:
        """Add up what has been so since the last change."""
        passed = now - self._at
        if passed:
            times = self._times
            times["live"] += passed * self._live
            times["waiting"] += passed * self._waiting
            self._at = now

    def begin(self, now: int, up: Collection[tuple[Any, int, Any, Any]]) -> None:
        """The warm-up is over."""
        self._advance(now)
        self._clear()
        self.tally.in_flight = self._live + self._waiting
        self._age(now, up, "before")

    def next_batch(self, now: int) -> None:
        """A batch is over. Every call that is up has a trunk, where there are any."""
        self._advance(now)
        self._times["busy"] = self._times["live"]
        self._kept.append((self._counts, self._times, self._causes, self._codes))
        self._clear()

    def _age(self, now: int, up: Iterable[tuple[Any, int, Any, Any]], when: str) -> None:
        ages = self.tally.ages
        ages[f"live_{when}"] = sum(now - since for _, since, _, _ in up)
        ages[f"waiting_{when}"] = sum((now - since) * many for since, many in self._queue.items())

    def done(self, now: int, up: Collection[tuple[Any, int, Any, Any]], moments: int) -> Tally:
        """The horizon is reached."""
        self.next_batch(now)
        self._age(now, up, "after")
        tally = self._gathered(self.tally)
        assert set(tally.ages) == set(AGES)
        tally.left, tally.late = self._live + self._waiting, self._waiting
        tally.finished, tally.moments = self._finished, moments
        return tally

    def so_far(self) -> Tally | None:
        """The batches that are over, as of a run that was that long; None if none is. What is known only at the end is not known."""
        whole = self.tally
        return self._gathered(empty(whole.replication, whole.length, len(self._kept))) if self._kept else None

    def _gathered(self, tally: Tally) -> Tally:
        for batch, (counts, times, causes, codes) in enumerate(self._kept):
            for every, part in ((tally.counts, counts), (tally.times, times), (tally.causes, causes), (tally.codes, codes)):
                for name, number in part.items():
                    every.setdefault(name, [0] * tally.batches)[batch] += number
        tally.because = {word: list(rules) for word, rules in self._because.items() if word in tally.codes}
        tally.peak = self._peak
        return tally
