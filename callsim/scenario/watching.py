"""What must hold always, never, or at some moment, watched while one world runs: which failed first when, and which were met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from callsim.dialects import Request, Response
from callsim.far_end import FarEnd
from callsim.model import Call, Command, Outcome
from callsim.scenario.judging import Failure, Property
from callsim.scenario.values import format_duration
from callsim.simulation import Simulation
from callsim.trace import Entry

_MUST = {
    "always": "this must always hold; at {when} {wrong}",
    "never": "this must never hold; at {when} {wrong}",
    "eventually": "this must hold at some moment and never did; at the end, at {when}, {wrong}",
}


class Vigil:
    """Looks at properties moment by moment. Each fails once at most, at the first moment that shows it."""

    def __init__(self, properties: Iterable[Property]) -> None:
        self._open = list(properties)
        self.failures: list[Failure] = []

    def look(self, now: int) -> None:
        """Judge the world as it is at a time, in milliseconds, with nothing more to follow from what was said."""
        if self._open:
            self._open = [each for each in self._open if self._goes_on(each, now)]

    def _goes_on(self, one: Property, now: int) -> bool:
        """Whether a property is still undecided."""
        wrong = one.wrong()
        if one.kind == "eventually":
            return wrong is not None
        if wrong is not None:
            self._fail(one, now, wrong)
        return wrong is None

    def conclude(self, now: int) -> list[Failure]:
        """What failed, with what was to be at some moment and never was."""
        self.look(now)
        for one in self._open:
            if one.kind == "eventually":
                self._fail(one, now, one.wrong() or "")
        return self.failures

    def _fail(self, one: Property, now: int, wrong: str) -> None:
        message = _MUST[one.kind].format(when=f"{format_duration(now)} ({now} ms)", wrong=wrong)
        self.failures.append(Failure(one.place, one.kind, one.said, wrong, message))


class WatchedSimulation(Simulation):
    """A simulation that tells `at_rest` whenever a command has been carried out with all that follows from it."""

    at_rest: Callable[[], None]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sorted: defaultdict[type[Entry], list[Any]] = defaultdict(list)
        self._read = 0

    def entries(self, kind: type[Entry]) -> list[Any]:
        """The same, without going through all of the trace at every moment. The list grows on."""
        # What is put into the trace later than it happened is put behind what was there when the command was said.
        for entry in self.trace[self._read :]:
            self._sorted[type(entry)].append(entry)
        self._read = len(self.trace)
        return self._sorted[kind]

    def say(self, command: Command, because: int = -1, label: str = "") -> Outcome:
        outcome = super().say(command, because, label)
        self.at_rest()
        return outcome

    def ask(
        self, request: Request, name: str | None = None, far_end: FarEnd | None = None, client: str = ""
    ) -> Response:
        response = super().ask(request, name, far_end, client)
        self.at_rest()
        return response

    def _far_party_acts(self, act: tuple[Call, Command, int]) -> None:
        super()._far_party_acts(act)
        self.at_rest()
