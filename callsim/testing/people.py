"""People at random: how calls begin, who is at their ends, and what is said to them and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final, NamedTuple

from callsim.dialects import Request
from callsim.far_end import SILENT, FarEnd
from callsim.model import (
    SIGNATURES,
    Allowed,
    Answerer,
    By,
    Command,
    Direction,
    EndsOnExit,
    Entity,
    Handling,
    Held,
    Joining,
    MachineDetection,
    Manner,
    MpcOptions,
    Muted,
    Placement,
    StayAlone,
    Transfer,
    Verb,
)
from callsim.testing.pages import NUMBERS, PATHS, rarely, some_url
from callsim.testing.strategies import NAMES, ROOMS

LEGS: Final = tuple(f"{name}-leg-{number}" for name in NAMES for number in (1, 2, 3))
"""What the first legs are called that the calls of a drawn world dial."""

_BY_OTHERS = tuple(
    (verb, by)
    for verb in (Verb.HANG_UP, Verb.HANG_UP, Verb.ANSWER, Verb.ANSWER, Verb.REJECT, Verb.BUSY, Verb.PRESS, Verb.PRESS, Verb.RING,
                 Verb.NO_ANSWER, Verb.FAIL, Verb.LOSE_MEDIA)
    for by in SIGNATURES[verb].by if by in (By.FAR_PARTY, By.CARRIER)
)  # fmt: skip
_SOON = (0, 0, 1, 500, 1_000, 2_000, 3_000)
_LATER = (0, 1_000, 2_000, 2_000, 3_000, 3_000, 4_000, 5_000, 5_001, 7_000, 10_000, 60_000)
_METHODS = ("POST", "POST", "GET")


class Happening(NamedTuple):
    """What is said at a time, in milliseconds since the world began: a command of a far party, of the network or of the platform;
    by the API whatever the vendor's own request for it is; or a request as it stands. `far_end` is for a call that it makes."""

    at: int
    what: Command | Request
    far_end: FarEnd | None = None


def some_happenings(chance: Random, verbs: Sequence[Verb], most: int) -> list[Happening]:
    """One to three calls that begin, and up to `most` other things that are said, of these verbs by the API."""
    begun = [_beginning(chance, name) for name in NAMES[: chance.randint(1, len(NAMES))]]
    return [*begun, *(_saying(chance, verbs) for _ in range(chance.randint(0, most)))]


def some_allowed(chance: Random) -> Allowed | None:
    """What the accounts of a world may do; mostly as much as they like."""
    if not rarely(chance, 6):
        return None
    return Allowed(chance.choice((None, 1)), chance.choice((None, 2)), chance.choice((None, 1)))


def some_legs(chance: Random) -> dict[str, FarEnd]:
    """Who is at the far end of those that are dialled, by the names of their calls; of some nothing is said."""
    return {name: some_far_end(chance) for name in LEGS if not rarely(chance, 3)}


def some_far_end(chance: Random) -> FarEnd:
    """Whoever is at the other end: mostly somebody who answers, and perhaps hangs up; else anybody there is."""
    if not rarely(chance, 4):
        return FarEnd(rings=chance.choice(_SOON), answers=chance.choice(_SOON), hangs_up=_maybe(chance, chance.choice(_LATER)))
    if rarely(chance, 3):
        return SILENT
    later = chance.choice(_LATER)
    return FarEnd(
        rings=_maybe(chance, chance.choice(_SOON)), answers=_maybe(chance, chance.choice(_SOON)), hangs_up=_maybe(chance, later),
        rejects=_maybe(chance, 500), busy=_maybe(chance, 0), fails=_maybe(chance, 3040), unreachable=rarely(chance, 3),
        media_stops=_maybe(chance, 1_000), answerer=chance.choice((None, Answerer.MACHINE)),
    )  # fmt: skip


def _maybe(chance: Random, value: Any) -> Any:
    return value if rarely(chance, 2) else None


# -- how calls begin ---------------------------------------------------------------------------------------------------


def _beginning(chance: Random, name: str) -> Happening:
    """Somebody calls, the API calls somebody, or adds them to a room."""
    how = chance.choice(("in", "in", "out", "out", "added"))
    if how == "in":
        what = Command(Verb.PLACE, name, By.FAR_PARTY, _placement(chance, Direction.INBOUND))
        return Happening(chance.choice(_SOON), what, FarEnd(hangs_up=_maybe(chance, chance.choice(_LATER)), media_stops=_rare(chance, 2_000)))
    placement = _placement(chance, Direction.OUTBOUND)
    verb, detail = (Verb.PLACE, placement) if how == "out" else (Verb.ADD, _joining(chance, placement))
    return Happening(chance.choice(_SOON), Command(verb, name, By.API, detail), some_far_end(chance))


def _rare(chance: Random, value: Any) -> Any:
    return value if rarely(chance, 6) else None


def _placement(chance: Random, direction: Direction) -> Placement:
    out = direction is Direction.OUTBOUND
    ours, theirs = chance.choice(NUMBERS[6:]), chance.choice(NUMBERS)
    return Placement(
        chance.choice(("default", "default", "default", "other")), direction, ours if out else theirs, theirs if out else ours,
        chance.choice(PATHS) if not rarely(chance, 8) else _maybe(chance, some_url(chance)), _maybe(chance, some_url(chance)),
        chance.choice((None, 1_000, 5_000)), chance.choice((None, 1_000, 5_000, 30_000)),
        answer_method=chance.choice(_METHODS), fallback_url=_maybe(chance, some_url(chance)), ring_url=_rare(chance, some_url(chance)),
        handling=_rare(chance, _handling(chance)) if out else None,
    )  # fmt: skip


def _handling(chance: Random) -> Handling:
    return Handling(
        chance.choice((None, 1_000, 5_000)), chance.choice(tuple(MachineDetection)), chance.choice((None, 2_000, 10_000)),
        _maybe(chance, chance.choice(PATHS)),
    )  # fmt: skip


def _joining(chance: Random, placement: Placement | None) -> Joining:
    manner = Manner(
        not rarely(chance, 4), chance.choice((EndsOnExit.NO, EndsOnExit.NO, EndsOnExit.YES)), chance.choice(_METHODS),
        Muted.YES if rarely(chance, 4) else Muted.NO, Held.YES if rarely(chance, 4) else Held.NO, not rarely(chance, 4),
    )  # fmt: skip
    options = MpcOptions(None, chance.choice((None, None, False)), chance.choice((None, None, 300_000)), chance.choice((None, None, 2)))
    rivals: tuple[tuple[str, Placement], ...] = ()
    return Joining(
        chance.choice(ROOMS), chance.choice(("agent", "customer", "supervisor")), _maybe(chance, some_url(chance)),
        chance.choice(tuple(StayAlone)), placement, manner, options, rivals,
    )  # fmt: skip


# -- what is said ------------------------------------------------------------------------------------------------------


def _saying(chance: Random, verbs: Sequence[Verb]) -> Happening:
    """The API asks for something, somebody at the other end or the network does something, or money runs out."""
    at, dice = chance.choice(_LATER), chance.randrange(20)
    if dice == 0:
        return Happening(at, Command(Verb.OUT_OF_CREDIT, NAMES, By.PLATFORM))
    return Happening(at, _asked(chance, chance.choice(verbs)) if dice < 12 else _by_others(chance), some_far_end(chance))


def _who(chance: Random) -> str:
    return chance.choice((*NAMES, *NAMES, *NAMES, *LEGS))


def _by_others(chance: Random) -> Command:
    verb, by = chance.choice(_BY_OTHERS)
    details = {
        Verb.FAIL: chance.choice((2000, 3040)), Verb.PRESS: chance.choice(("1", "2", "12#", "*", "#")),
        Verb.ANSWER: chance.choice((None, None, Answerer.MACHINE)),
    }  # fmt: skip
    return Command(verb, _who(chance), by, details.get(verb))


def _asked(chance: Random, verb: Verb) -> Command:
    if verb is Verb.HANG_UP_ALL:
        return Command(verb, chance.choice(("default", "other")), By.API)
    if SIGNATURES[verb].entity is Entity.MPC:
        return Command(verb, chance.choice(ROOMS), By.API)
    details: dict[Verb, Any] = {
        Verb.ADD: lambda: _joining(chance, None), Verb.PARK: lambda: chance.choice((None, 10_000, 60_000)),
        Verb.TRANSFER: lambda: Transfer(some_url(chance), chance.choice(_METHODS)),
    }
    return Command(verb, _who(chance), By.API, details.get(verb, lambda: None)())
