"""Hypothesis strategies for whole worlds: multiparty calls with everybody in them, and switches in any state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from callsim.dialects import rulebook
from callsim.errors import MissingExtra
from callsim.instructions import Document, MultiPartyCall
from callsim.model import By, Command, Direction, Joining, Placement, Purpose, Verb
from callsim.rules import Rulebook
from callsim.switch import Switch

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.strategies import MEDIA, NAMES, ROOMS, joinings, stories

EXIT_URL = "https://app.example/exit"
_MOST_LEGS = 4
_BEFORE = 100
"""How many milliseconds a world may go on before the first thing is said."""


_ROOMY = (None,)
"""No legs come in vain: there may be as many as the vendor lets."""


def mpcs(names: Sequence[str] = NAMES, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[list[Command]]:
    """What is said until a multiparty call is there, with one to four legs of every kind: by document, by the API, or a
    running call moved in; with an exit URL or without; inside already or still joining."""
    members = st.lists(st.sampled_from(names), min_size=1, max_size=min(_MOST_LEGS, len(names)), unique=True)
    return st.sampled_from(rooms).flatmap(
        lambda room: members.flatmap(lambda chosen: st.tuples(*(legs(name, room) for name in chosen)).map(_all))
    )


def _all(parts: tuple[list[Command], ...]) -> list[Command]:
    return [command for part in parts for command in part]


def legs(name: str, room: str) -> st.SearchStrategy[list[Command]]:
    """What is said until one call is in one room, or at least on its way there."""
    return st.one_of(
        st.builds(partial(_by_document, name, room), st.sampled_from([None, EXIT_URL]), st.booleans()),
        st.builds(partial(_by_api, name), joinings([room], _ROOMY), st.integers(0, 2)),
        st.builds(partial(_moved_in, name), joinings([room], _ROOMY)),
    )


def _by_document(name: str, room: str, exit_url: str | None, stay_alone: bool) -> list[Command]:
    document = Document((MultiPartyCall(room, exit_url=exit_url, stay_alone=stay_alone),))
    placement = Placement(direction=Direction.INBOUND, answer_url="https://app.example/answer")
    return [
        Command(Verb.PLACE, name, By.FAR_PARTY, placement),
        Command(Verb.RUN, name, By.DOCUMENT, document, Purpose.ANSWER),
    ]


def _by_api(name: str, joining: Joining, stage: int) -> list[Command]:
    """Added, and then perhaps ringing, and perhaps answered."""
    told = [
        Command(Verb.ADD, name, By.API, joining),
        Command(Verb.RING, name, By.CARRIER),
        Command(Verb.ANSWER, name, By.FAR_PARTY),
    ]
    return told[: stage + 1]


def _moved_in(name: str, joining: Joining) -> list[Command]:
    alone = Joining(joining.mpc, joining.role, joining.exit_url, joining.stay_alone)
    return [
        Command(Verb.PLACE, name, By.API, Placement()),
        Command(Verb.RING, name, By.CARRIER),
        Command(Verb.ANSWER, name, By.FAR_PARTY),
        Command(Verb.ADD, name, By.API, alone),
    ]


def worlds(
    vendor: str | Rulebook | None = None,
    assume: Mapping[str, str] | None = None,
    names: Sequence[str] = NAMES,
    rooms: Sequence[str] = ROOMS,
    max_size: int = 12,
) -> st.SearchStrategy[Switch]:
    """A switch in any state that can be reached: up to `max_size` lives, multiparty calls and sayings after its beginning.

    It obeys a vendor's rulebook (None: the base rules), or the one that is given. Clocks have struck when they were due.
    """
    book = vendor if isinstance(vendor, Rulebook) else rulebook(vendor, assume)
    rooms_first = st.lists(mpcs(names, rooms), max_size=1).map(lambda found: [(each, 0) for part in found for each in part])
    told = st.tuples(rooms_first, stories(names, rooms, max_size=max(4, max_size)), st.integers(0, _BEFORE))
    return told.map(lambda parts: _played(book, [*parts[0], *parts[1]], parts[2]))


def _played(book: Rulebook, steps: Sequence[tuple[Command, int]], start: int) -> Switch:
    switch = Switch(book, dict(MEDIA))
    for number, (command, later) in enumerate(steps):
        say_later(switch, command, later if number else start)
    return switch


def say_later(switch: Switch, command: Command, milliseconds: int) -> None:
    """Say something after a time, in which every clock that comes due has struck."""
    pass_time(switch, milliseconds)
    switch.apply(command, switch.now)


def pass_time(switch: Switch, milliseconds: int) -> None:
    """Let time go by, and every clock that comes due in it strike at its time.

    A switch has no clock: if nothing strikes, it is told the time with the next command.
    """
    until = switch.now + milliseconds
    while switch.timers and (clock := min(switch.timers.values())).due <= until:
        switch.apply(clock.command, max(clock.due, switch.now))
    switch.now = until
