"""Whole worlds at random, as a hypothesis strategy: an application, calls with everybody at their ends, and what is said when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from callsim.application import Page
from callsim.course import Course, Part
from callsim.dialects import Dialect, Request, dialect
from callsim.errors import MissingExtra, UsageError
from callsim.far_end import FarEnd
from callsim.model import Allowed, By, Command, Verb
from callsim.motion import Motion
from callsim.simulation import Simulation

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.pages import some_pages
from callsim.testing.people import Happening, some_allowed, some_happenings, some_legs

_MORE_VERBS: Mapping[str, tuple[Verb, ...]] = {
    "voipnow": (
        Verb.HOLD_CALL, Verb.UNHOLD_CALL, Verb.PARK, Verb.UNPARK, Verb.RECORD_CALL, Verb.STOP_RECORDING, Verb.REFER, Verb.DIVERT,
    ),
}  # fmt: skip
"""What a vendor's request does to calls beside the verbs that every scenario may say."""


@dataclass(frozen=True)
class Flow:
    """A world before anything has happened in it, and all that people will say in it.

    `pages` is what its application answers; `legs` are the far ends of those that are dialled, by the names of their calls;
    `allowed` is what its accounts may do. Times are milliseconds since the world began.
    """

    vendor: str
    pages: Mapping[str, Page]
    happenings: Sequence[Happening]
    legs: Mapping[str, FarEnd] = field(default_factory=dict)
    allowed: Allowed | None = None
    assume: Mapping[str, str] = field(default_factory=dict)

    def dialect(self) -> Dialect:
        """The vendor's interface, over its rulebook under what is assumed."""
        return dialect(self.vendor, self.assume)

    def set_up(self, motion: Motion) -> None:
        """Give a world that has just been made what is fixed in it."""
        motion.switch.allowed = self.allowed
        motion.far_ends.update(self.legs)

    def in_time(self, simulation: Simulation) -> None:
        """Set a simulation up, and let all that is said come in it, each at its time."""
        self.set_up(simulation)
        for each in self.happenings:
            simulation.at(each.at, partial(happen, each, simulation))

    def script(self) -> tuple[Part, ...]:
        """The same as what a course takes in any order: each is somebody else's act."""
        return tuple(
            Part(each.at, f"{number}: {_called(each.what)}", f"somebody {number}", partial(happen, each))
            for number, each in enumerate(self.happenings, 1)
        )


def _called(what: Command | Request) -> str:
    return what.line if isinstance(what, Request) else f"{what.verb} {what.target} by {what.by}"


def happen(each: Happening, motion: Motion | Course) -> None:
    """Say it now. What the vendor has no request for, or not about this, nobody says."""
    what = each.what
    if isinstance(what, Request):
        motion.ask(what)
    elif what.by is By.API:
        _ask(motion, what, each.far_end)
    else:
        _say(motion, what, each.far_end)


def _say(motion: Motion, what: Command, far_end: FarEnd | None) -> None:
    if what.verb is Verb.PLACE and far_end is not None:
        motion.far_ends.setdefault(str(what.target), far_end)
    motion.say(what)


def _ask(motion: Motion, what: Command, far_end: FarEnd | None) -> None:
    name = str(what.target)
    makes = what.verb in (Verb.PLACE, Verb.ADD)
    if makes and what.detail is not None and getattr(what.detail, "placement", None) is None and name not in motion.switch.calls:
        makes = what.verb is Verb.PLACE
        if not makes:
            return
    try:
        request = motion.dialect.say(what.verb, name, motion.switch, what.detail)
    except UsageError:
        return
    motion.ask(request, name if makes else None, far_end if makes else None)


def flows(vendor: str, assume: Mapping[str, str] | None = None, most: int = 10) -> st.SearchStrategy[Flow]:
    """A world of one vendor: what its application answers, one to three calls, and up to `most` things that are said.

    A world comes of one number: the largest costs no more to draw than the smallest, and no two of a run are alike. What is
    left out of one that fails until nothing more can be, `smallest` knows.
    """
    return st.integers(0, (1 << 64) - 1).map(partial(flow_of, vendor, assume or {}, most))


def flow_of(vendor: str, assume: Mapping[str, str], most: int, number: int) -> Flow:
    """The world that comes of a number."""
    chance = Random(number)
    verbs = [verb for verb in (*dialect(vendor).verbs, *_MORE_VERBS.get(vendor, ())) if verb is not Verb.PLACE]
    said = sorted(some_happenings(chance, verbs, most), key=lambda each: each.at)
    return Flow(vendor, some_pages(chance), tuple(said), some_legs(chance), some_allowed(chance), assume)


def smallest(flow: Flow, fails: Callable[[Flow], bool]) -> Flow:
    """The same world with all left out without which it still fails: what is said, pages, elements, far ends."""
    found = True
    while found:
        found = False
        for less in _with_less(flow):
            if fails(less):
                flow, found = less, True
                break
    return flow


def _with_less(flow: Flow) -> Iterator[Flow]:
    for number in range(len(flow.happenings)):
        yield replace(flow, happenings=(*flow.happenings[:number], *flow.happenings[number + 1 :]))
    if flow.allowed is not None:
        yield replace(flow, allowed=None)
    for name in flow.legs:
        yield replace(flow, legs={each: far for each, far in flow.legs.items() if each != name})
    for path, page in flow.pages.items():
        yield replace(flow, pages={each: had for each, had in flow.pages.items() if each != path})
        if page != Page(page.body):
            yield replace(flow, pages={**flow.pages, path: Page(page.body)})
        for element in _ELEMENT.finditer(page.body):
            body = page.body[: element.start()] + page.body[element.end() :]
            yield replace(flow, pages={**flow.pages, path: replace(page, body=body)})


_ELEMENT = re.compile(r"<([A-Z]\w+)[^<>]*>[^<>]*</\1>| [a-zA-Z]+=\"[^\"]*\"")
"""An element that holds no other, or an attribute."""
