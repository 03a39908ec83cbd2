"""How the calls of a story are placed in a scenario: by a step that is the vendor's own request, or declared among its calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from callsim.dialects import Dialect, Request
from callsim.errors import UsageError
from callsim.model import Command, Direction, Handling, Placement, Verb
from callsim.scenario.arrivals import Names, Saying
from callsim.scenario.handling import later
from callsim.scenario.phrasing import usable_url
from callsim.scenario.values import format_duration
from callsim.switch import Switch


class Placing:
    """Knows which calls a vendor has a request for, and what of a placement a scenario can have."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._accounts = Names()

    def placed(self, placement: Placement) -> Placement:
        """The same with numbers, an account and URLs that a scenario can have."""
        return replace(
            placement, from_=placement.from_ or "+15550100000", to=placement.to or "+15550100003",
            account=self._accounts(placement.account), answer_url=usable_url(placement.answer_url),
            hangup_url=usable_url(placement.hangup_url), fallback_url=usable_url(placement.fallback_url),
            ring_url=usable_url(placement.ring_url), handling=_handling(placement.handling),
        )  # fmt: skip

    def own_request(self, placed: Placement) -> Request | None:
        """The vendor's request that makes this very call; None if there is none."""
        nobody = Switch(self.dialect.rulebook)
        try:
            request = self.dialect.say(Verb.PLACE, "somebody", nobody, placed)
        except UsageError:
            return None
        command = self.dialect.read(request, nobody).command
        made = None if command is None else command.detail
        return request if isinstance(made, Placement) and _decides(made) == _decides(placed) else None

    def in_playing_order(self, said: Sequence[tuple[int, Saying]], left_out: list[str]) -> list[tuple[int, Saying]]:
        """What is said, with calls that no step can place at the beginning of their instant, as a scenario has them."""
        ordered: list[tuple[int, Saying]] = []
        for at, together in groupby(said, key=lambda each: each[0]):
            of_now = [each for _, each in together]
            declared = [each for each in of_now if isinstance(each, Command) and self._is_declared(each)]
            steps = [each for each in of_now if not any(each is one for one in declared)]
            if any(one is not other for one, other in zip(of_now, (*declared, *steps), strict=True)):
                left_out.append(f"that {declared[-1].verb} {declared[-1].target} came after something else at {format_duration(at)}")
            ordered += [(at, each) for each in (*declared, *steps)]
        return ordered

    def _is_declared(self, command: Command) -> bool:
        """Whether this places a call that is written among the calls of a scenario, not as a step."""
        if command.verb is not Verb.PLACE:
            return False
        placed = self.placed(command.detail or Placement())
        return placed.direction is Direction.INBOUND or self.own_request(placed) is None


def ringing_at_once(said: Sequence[tuple[int, Saying]]) -> frozenset[str]:
    """The calls whose ringing is all that is still said at the instant of their placing."""
    found = []
    for number, ((at, first), (then, second)) in enumerate(pairwise(said)):
        last = number + 2 == len(said) or said[number + 2][0] != at
        if last and then == at and isinstance(first, Command) and isinstance(second, Command) and first.target == second.target:
            found += [str(first.target)] if (first.verb, second.verb) == (Verb.PLACE, Verb.RING) else []
    return frozenset(found)


def unreachable_at_once(said: Sequence[tuple[int, Saying]]) -> frozenset[str]:
    """The calls that nobody can reach, as the network says at the instant of their placing."""
    placed = {(at, each.target) for at, each in said if isinstance(each, Command) and each.verb is Verb.PLACE}
    return frozenset(
        str(each.target) for at, each in said if isinstance(each, Command) and each.verb is Verb.NO_ANSWER and (at, each.target) in placed
    )


def _handling(asked: Handling | None) -> Handling | None:
    if asked is None:
        return None
    found = replace(asked, machine_detection_url=usable_url(asked.machine_detection_url), dial_delay=None)
    return None if found == Handling() else found


def dialled_later(placement: Placement) -> Handling | None:
    """What of it a call can be asked that is added to a multiparty call: to be dialled so many whole seconds later."""
    delay = 0 if placement.handling is None else placement.handling.dial_delay or 0
    return later(delay - delay % 1000)


def _decides(placement: Placement) -> tuple[Any, ...]:
    """What of a placement has a say in what becomes of its call."""
    return (
        placement.answer_url, placement.hangup_url, placement.fallback_url, placement.ring_url, placement.ring_timeout,
        placement.time_limit, placement.account, placement.answer_method, placement.hangup_method, placement.fallback_method,
        placement.ring_method, placement.handling, placement.joins,
    )  # fmt: skip
