"""Pictures of an exchange: everything is in them, and nothing else can be."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import UsageError
from callsim.server import freezing
from callsim.server.exchange import Exchange
from callsim.server.freezing import frozen, thaw
from callsim.server.live import LiveWorld
from callsim.server.worlds import setting
from callsim.switch import Switch
from tests.server.session import DEEDS, NUMBERS, Deed, Session, exchange, hold_laws, seen


class _Does:
    """What a forged picture holds: something that is called when the picture is taken up."""

    def __init__(self, what: Any, *words: Any) -> None:
        self.what, self.words = what, words

    def __reduce__(self) -> Any:
        return self.what, self.words


@pytest.mark.parametrize(("what", "name"), [
    (os.system, "posix.system"), (eval, "builtins.eval"), (getattr, "builtins.getattr"), (Exchange, "callsim.server.exchange.Exchange"),
    (setting, "callsim.server.worlds.setting"), (LiveWorld, "callsim.server.live.LiveWorld"), (Path, "pathlib.Path"),
])  # fmt: skip
def test_a_forged_picture_is_refused_by_the_name_of_what_it_would_call(tmp_path: Path, what: Any, name: str) -> None:
    forged = pickle.dumps({"now": _Does(what, f"touch {tmp_path}/done"), "snapshots": {}, "snapshots_dropped": 0})
    with pytest.raises(UsageError, match=f"a picture in it of {name}, which is none of ours"):
        thaw(forged, exchange())
    assert not list(tmp_path.iterdir())


def test_what_lies_within_a_class_is_refused_as_well() -> None:
    forged = b"\x80\x05\x8c\x14callsim.model.states\x8c\x0dVerb.__init__\x93."
    with pytest.raises(UsageError, match=r"a picture in it of callsim\.model\.states\.Verb\.__init__"):
        thaw(forged, exchange())


_OF_NOTHING = pickle.dumps({"snapshots": {}, "snapshots_dropped": 0, "now": {}})


@pytest.mark.parametrize("picture", [b"", b"junk", b"\x80\x05N.", b"\x80\x05}.", _OF_NOTHING])
def test_a_damaged_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(UsageError, match="the picture in it is damaged"):
        thaw(picture, exchange())


def test_a_picture_that_names_what_lies_outside_of_it_is_refused() -> None:
    with pytest.raises(UsageError, match="the picture in it is damaged"):
        thaw(b"\x80\x05\x8c\x05plivoQ.", exchange())


@settings(max_examples=80, deadline=None)
@given(st.lists(DEEDS, max_size=25), st.lists(DEEDS, max_size=10))
def test_what_is_taken_up_from_a_picture_goes_on_as_the_original_does(before: list[Deed], after: list[Deed]) -> None:
    original, other = Session(exchange()), Session(exchange())
    original.do(before)
    thaw(frozen(original.exchange), other.exchange)
    assert seen(other.exchange) == seen(original.exchange)
    hold_laws(other.exchange)
    original.acknowledged.clear()
    for each in (original, other):
        each.do(after)
    assert other.acknowledged == original.acknowledged
    assert seen(other.exchange) == seen(original.exchange)


def test_every_part_of_a_world_is_in_its_picture_or_is_shared_on_purpose() -> None:
    """Whoever gives a world, a switch or an exchange a new attribute says here what becomes of it."""
    session = Session(exchange())
    session.do(TOLD)
    of_exchange = {"now", "moments", "errands", "out", "faults", "offices", "snapshots", "snapshots_dropped"}
    assert vars(session.exchange).keys() - of_exchange == {"setting", "keep", "forgets_entries", "record", "fresh"}
    world = next(session.exchange.worlds())
    shared = {"dialect", "pages", "laws", "traced", "complaint", "send", "step", "_log", "_arrivals", "_named"}
    # What can be reckoned again from the rest.
    shared |= {"_reckoned"}
    assert vars(world).keys() - shared - {"switch", "_watch"} == set(freezing._OF_WORLD)
    assert not world._arrivals
    assert not world._log
    assert vars(Switch(world.switch.rulebook)).keys() >= set(freezing._OF_SWITCH)


TOLD: Iterable[Deed] = (("make", 0, NUMBERS[1], True), ("advance", 3000), ("back", 0, 0), ("snapshot",), ("advance", 5000))
