"""Every animal is caught, by the law it breaks and as early as it says; a healthy switch passes where they are caught."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from callsim.errors import BrokenLaw
from callsim.explore import Exploration, Property, SwitchWorld, explore
from callsim.model import Command
from callsim.properties import LAWS, Law, Watch, watch
from callsim.rules import Rulebook
from callsim.switch import Switch
from callsim.testing.machine import SwitchMachine
from callsim.testing.strategies import MEDIA
from tests.core.language import command, tell
from tests.explore.worlds import BASE, everything

from .animal import Animal, Explored, Played, Tame, words
from .of_machines import MACHINES
from .of_rules import RULES
from .of_switches import DEEP, SWITCHES
from .promises import EVERYTHING, PROMISES

EXPLORED: list[Explored] = [*RULES, *SWITCHES]
ANIMALS: list[Animal] = [*EXPLORED, *MACHINES]
AGENDA = "the agenda ends"
"""The one law that no look at a switch can tell: what follows from a command comes to an end."""

PLAY = settings(
    stateful_step_count=25, deadline=None, derandomize=True, database=None, report_multiple_bugs=False,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""The same plays each time; who breaks a law is not asked for the shortest way to it, that is what exploring is for."""


# -- exploring -----------------------------------------------------------------------------------------------------------


def let_loose(
    animal: Explored,
    states: int,
    healthy: bool = False,
    depth: int | None = None,
    looks: Sequence[Property[Switch]] = EVERYTHING,
) -> Exploration[Command]:
    """What exploring finds in so many states of an animal's world; or of that world with a healthy switch in it."""
    alphabet = everything(*animal.more) if animal.only is None else [command(line) for line in animal.only]
    return explore(SwitchWorld(animal.begun(healthy), alphabet), looks, max_states=states, max_depth=depth)


def shortest(found: Exploration[Command], law: str) -> list[Command] | None:
    """The way to where a law is broken; None if it was not."""
    ways = [each.shortest for each in found.verdicts if each.name == law and each.shortest is not None]
    return list(min(ways, key=len)) if ways else None


@pytest.mark.parametrize("animal", EXPLORED, ids=str)
def test_exploring_catches_it_by_that_law_by_the_shortest_way_and_as_early_as_it_says(animal: Explored) -> None:
    way = shortest(let_loose(animal, animal.states), animal.law)
    assert way is not None
    assert [words(each) for each in way] == list(animal.path)
    if animal.states > 1:
        assert shortest(let_loose(animal, animal.states - 1), animal.law) is None


WORLDS = {(*each.lines, "and", *each.more, "only", *(each.only or ())): each for each in EXPLORED}
MOST = 900
"""So many states of a healthy world are looked at; all but the worlds in which documents never cease to come have fewer."""


@pytest.mark.parametrize("animal", WORLDS.values(), ids=lambda each: f"where_{each}")
def test_in_the_same_world_a_healthy_switch_breaks_no_law_and_no_promise(animal: Explored) -> None:
    found = let_loose(animal, MOST, healthy=True)
    assert found.holds
    assert found.complete or found.states == MOST


def test_a_bug_five_commands_deep_in_a_switch_is_found_by_its_shortest_path() -> None:
    assert len(DEEP.path) == 5
    above = let_loose(DEEP, 10_000, depth=4)
    assert (above.holds, above.bound, above.depth) == (True, "depth", 4)
    found = let_loose(DEEP, 10_000, depth=5)
    assert [words(each) for each in shortest(found, DEEP.law) or ()] == list(DEEP.path)


# -- without a law -----------------------------------------------------------------------------------------------------

IMPLIED = {
    "an ended call has stopped": {"what runs has a live call", "who is in is answered"},
    "an ended mpc is empty": {"who is in is answered"},
    "a clock runs for what is not over": {"a clock that runs would be obeyed"},
    "an over conversation has no live leg": {"a live leg has a live conversation"},
    "a live leg has a live conversation": {"an over conversation has no live leg"},
    "its call knows of it": {"who is in is answered", "membership is mutual"},
}
"""Laws that say once more, of another thing, what others say: who breaks one of these breaks one of those, though perhaps
not where a command has just been."""


def broken_without(law: str, animal: Explored, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which laws and promises an animal breaks where nobody asks that law."""

    def fewer(laws: tuple[Law, ...]) -> tuple[Law, ...]:
        return tuple(each for each in laws if each is not LAWS[law])

    for name in [name for name in vars(watch) if name.endswith("_LAWS")]:
        monkeypatch.setattr(watch, name, fewer(getattr(watch, name)))
    monkeypatch.setattr(watch, "LAWS_OF", {entity: fewer(laws) for entity, laws in watch.LAWS_OF.items()})
    found = let_loose(animal, MOST, looks=[each for each in EVERYTHING if each.name != law])
    return {each.name for each in found.verdicts if not each.holds}


@pytest.mark.parametrize("law", sorted({each.law for each in EXPLORED} & set(LAWS)))
def test_without_its_law_an_animal_escapes(law: str, monkeypatch: pytest.MonkeyPatch) -> None:
    caught = [broken_without(law, each, monkeypatch) for each in EXPLORED if each.law == law]
    if law in IMPLIED:
        assert all(IMPLIED[law] & others for others in caught)
    else:
        assert set() in caught


# -- the state machine ---------------------------------------------------------------------------------------------------


def cage(kind: type[Tame], book: Rulebook, lines: Sequence[str]) -> type[SwitchMachine]:
    """The state machine over a switch of that kind, which begins where these lines lead to."""

    class Cage(SwitchMachine):
        rulebook = book

        def __init__(self) -> None:
            super().__init__()
            self.switch = kind(self.rulebook, dict(MEDIA))
            for outcome in tell(self.switch, list(lines)):
                self._note(outcome)
            self.now, self.watch = self.switch.now, Watch(self.switch)

    return Cage


@pytest.mark.parametrize("animal", MACHINES, ids=str)
def test_the_state_machine_catches_it_by_that_law_within_so_many_examples(animal: Played) -> None:
    machine = cage(animal.kind, animal.book, animal.lines)
    with pytest.raises((BrokenLaw, AssertionError)) as caught:
        run_state_machine_as_test(machine, settings=settings(PLAY, max_examples=animal.examples))
    stood_in = [frame.name.replace("_", " ") for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert animal.law in (caught.value.law if isinstance(caught.value, BrokenLaw) else f"{caught.value} {stood_in}")


BEGINNINGS = {tuple(each.lines): each.lines for each in MACHINES}
PLAYED = 40
"""So many examples of 25 steps are played with a healthy switch from each beginning."""


@pytest.mark.parametrize("lines", BEGINNINGS.values(), ids=lambda lines: "_".join(lines).replace(" ", "_") or "nothing")
def test_the_state_machine_finds_nothing_wrong_with_a_healthy_switch_that_begins_there(lines: Sequence[str]) -> None:
    run_state_machine_as_test(cage(Tame, BASE, lines), settings=settings(PLAY, max_examples=PLAYED))


# -- the zoo as a whole --------------------------------------------------------------------------------------------------


def test_no_two_animals_are_one() -> None:
    assert len({each.name for each in ANIMALS}) == len(ANIMALS)
    assert len({(each.law, each.kind, id(each.book)) for each in ANIMALS}) == len(ANIMALS)


def test_there_are_as_many_animals_as_there_should_be() -> None:
    assert len(ANIMALS) >= 28
    assert len(EXPLORED) >= 18
    assert len(MACHINES) >= 8


def test_every_law_and_every_promise_catches_an_animal() -> None:
    caught = {each.law for each in ANIMALS}
    assert set(LAWS) <= caught
    assert {each.name for each in PROMISES} <= caught
    assert {each.law for each in EXPLORED} <= {*LAWS, *(each.name for each in PROMISES), AGENDA}
