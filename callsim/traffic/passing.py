"""A world through which calls pass: each is told of when it is over, and then forgotten, so that millions leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callsim.application import Arrival
from callsim.dialects import Dialect
from callsim.model import OF_A_ROUTINE, Call, CallState, Command, Entity, Plain, Routine
from callsim.simulation import Simulation
from callsim.switch.forgetting import forget_together
from callsim.traffic.plan import Plan

_COMPLETED, _IN_PROGRESS, _CALL = CallState.COMPLETED, CallState.IN_PROGRESS, Entity.CALL
_NO_END = 1 << 62


class Passing(Simulation):
    """A simulation of a plan's application and limits, without a trace. `answered` is told of each call, by its name, as it is
    answered, `over` of each as it ends, once all that
    follows from the command that ended it is done. Then the call is forgotten, with whom it was in a multiparty call or a
    conversation: as soon as all of them are over and nothing is on its way to or from the application about them."""

    moment_bound = _NO_END

    def __init__(self, dialect: Dialect, plan: Plan, answered: Callable[[str], None], over: Callable[[Call], None], laws: bool = False) -> None:
        super().__init__(dialect, plan.pages, plan.media, laws=laws, traced=False)
        self.switch.allowed = plan.allowed
        self._told = answered, over
        self._ended: list[str] = []
        self._awaited: dict[str, int] = {}

    def _apply(self, command: Command, because: int, label: str) -> Plain:
        if self._ended and not self._arrivals:
            self._forget_ended()
        plain = super()._apply(command, because, label)
        for change in plain[2]:
            if len(change) == OF_A_ROUTINE:
                self._tell(change[2], change[3].to)
            elif change[7] is not change[6] and change[2] is _CALL:
                self._tell(change[3], change[7])
        return plain

    def _act(self, command: Command) -> tuple[int, int, str, Routine] | None:
        if self._ended and not self._arrivals:
            self._forget_ended()
        change = super()._act(command)
        if change is not None:
            self._tell(change[2], change[3].to)
        return change

    def _tell(self, name: str, to: CallState) -> None:
        """A call has come into a state."""
        if to is _COMPLETED:
            self._ended.append(name)
            self._told[1](self.switch.calls[name])
        elif to is _IN_PROGRESS:
            self._told[0](name)

    def _forget_ended(self) -> None:
        ended, self._ended = self._ended, []
        for name in ended:
            if name in self._awaited:
                continue  # it comes back here when nothing is awaited any more
            for each in forget_together(self.switch, name, self._awaited):
                self.far_ends.pop(each, None)
                self._watch.forget((each,))

    def _document_later(self, arrival: Arrival, delay: int) -> None:
        if delay:
            name = arrival.asking.todo.name
            self._awaited[name] = self._awaited.get(name, 0) + 1
        super()._document_later(arrival, delay)

    def _arrived(self, arrival: Any) -> None:
        super()._arrived(arrival)
        name = arrival.asking.todo.name
        left = self._awaited[name] - 1
        if left:
            self._awaited[name] = left
            return
        del self._awaited[name]
        if self.switch.calls[name].ending is not None:
            self._ended.append(name)
