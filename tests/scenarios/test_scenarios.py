"""The scenarios: each of them passes, and together they leave out no sentence, no rule and no choice."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from callsim.dialects import VENDORS, rulebook
from callsim.scenario.loading import load, load_bytes
from callsim.scenario.playing import Played, RulebookVocabulary, play
from callsim.scenario.schema import SENTENCES
from callsim.traffic.reading import plan_of

from .played import FILES, ROOT, all_played, case_params, cases_of, name_of, played
from .reach import for_servers, only_for_servers, reachable, reachable_somehow

FEWEST_FILES = 40
_NAME = re.compile(r"[0-9]{2,3}-[a-z0-9]+(-[a-z0-9]+)*\.yaml")


# -- each file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_scenario_says_what_it_shows(path: Path) -> None:
    for case in cases_of(path):
        spec = case.spec
        assert not spec.title.endswith("."), f"{path}: a title is one line without a full stop"
        assert spec.about.strip().endswith((".", ")", "?")), f"{path}: its 'about' is no sentence"
        assert spec.expect is not None or any(step.check for step in spec.steps), f"{path}: nothing is expected of it"


@pytest.mark.parametrize(("path", "number"), case_params())
def test_a_scenario_passes(path: Path, number: int) -> None:
    one = played(path, number)
    assert one.complete, "a bound was hit before its end"
    assert one.passed, "\n" + "\n".join(map(str, one.failures))


def test_the_files_of_a_folder_are_numbered_from_one() -> None:
    for folder in {path.parent for path in FILES}:
        names = sorted((path.name for path in folder.glob("*.yaml")), key=lambda name: (len(name.partition("-")[0]), name))
        assert [name for name in names if not _NAME.fullmatch(name)] == []
        assert [int(name.partition("-")[0]) for name in names] == list(range(1, len(names) + 1)), f"{folder.name}: {names}"


def test_there_are_enough_of_them_and_no_two_of_one_title() -> None:
    assert len(FILES) >= FEWEST_FILES
    titles = Counter(title for path in FILES for title in {case.spec.title for case in cases_of(path)})
    assert [title for title, times in titles.items() if times > 1] == []


# -- all of them together --------------------------------------------------------------------------------------------


def test_every_sentence_of_the_specification_is_proved_by_a_scenario_that_passes() -> None:
    proved = {sentence for one in all_played() if one.passed for sentence in one.case.spec.proves}
    unproved = [sentence for sentence in SENTENCES if sentence not in proved]
    assert not unproved, f"no passing scenario proves {', '.join(unproved)}"


@cache
def used(vendor: str, usually: bool = False) -> frozenset[str]:
    """Every rule that has its say in a scenario of that vendor; `usually`: in one that assumes nothing otherwise."""
    plays = (one for one in all_played() if one.case.vendor == vendor and not (usually and one.assume))
    return frozenset(rule for one in plays for rule in one.rules_used)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_rule_that_can_have_its_say_has_it_in_a_scenario(vendor: str) -> None:
    unused = sorted(reachable(vendor) - used(vendor))
    assert not unused, f"{vendor}: reached by exploring, used by no scenario:\n" + "\n".join(unused)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_scenarios_use_was_reached_by_exploring(vendor: str) -> None:
    unknown = sorted(used(vendor, usually=True) - reachable(vendor))
    assert not unknown, f"{vendor}: used by a scenario, not reached by exploring:\n" + "\n".join(unknown)


@pytest.mark.nightly
@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_holds_whatever_is_assumed(vendor: str) -> None:
    reached, told = reachable_somehow(vendor), used(vendor)
    assert sorted(reached - told) == [], f"{vendor}: reached by exploring, used by no scenario"
    assert sorted(told - reached) == [], f"{vendor}: used by a scenario, not reached by exploring"


# -- what is disputed or assumed -------------------------------------------------------------------------------------


def chosen(id: str, value: str | None = None) -> list[Played]:
    """The plays whose file sets this assumption, to this value if one is given."""
    return [one for one in all_played() if id in one.assume and value in (None, one.assume[id])]


def _choices() -> list[object]:
    """Every choice of every assumption that has more than one and that a scenario can tell of."""
    books = [rulebook(vendor) for vendor in VENDORS]
    found = {id: (book, each) for book in books for id, each in book.assumptions.items() if not each.reserved}
    ids = {id: each for id, (book, each) in found.items() if not only_for_servers(book, each)}
    return [
        pytest.param(each.id, value, id=f"{each.id}={value}")
        for each in ids.values() if each.choices for value in each.all_choices()
    ]  # fmt: skip


@pytest.mark.parametrize(("id", "value"), _choices())
def test_every_choice_is_made_in_a_scenario_and_makes_a_difference_there(id: str, value: str) -> None:
    made = chosen(id, value)
    assert made, f"no scenario sets {id} to {value}"
    other = next(each for each in _others(made[0].case.vendor, id) if each != value)
    assert any(not play(one.case, assume={id: other}).passed for one in made), f"{id}={value} changes no expectation"


def _others(vendor: str, id: str) -> tuple[str, ...]:
    return rulebook(vendor).assumptions[id].all_choices()


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_only_servers_assume_changes_what_they_do_and_nothing_else(vendor: str) -> None:
    book = rulebook(vendor)
    found = [each for each in book.assumptions.values() if not each.reserved and only_for_servers(book, each)]
    for assumption, choice in ((each, choice) for each in found for choice in each.choices):
        other = rulebook(vendor, {assumption.id: choice})
        changed = [row for id, row in book.rows.items() if row != other.rows[id]]
        assert changed, f"{assumption.id}={choice} changes nothing"
        assert all(for_servers(row) for row in changed)


def test_a_measure_is_tried_with_several_values() -> None:
    measures = {id for vendor in VENDORS for id, each in rulebook(vendor).assumptions.items() if each.measure}
    assert measures
    for id in measures:
        values = {one.assume[id] for one in chosen(id)}
        assert len(values) > 1, f"{id} is set to {values or 'nothing'} only"
        strange = next(one for one in chosen(id) if one.assume[id] != rulebook(one.case.vendor).assumptions[id].default)
        assert not play(strange.case, assume={id: rulebook(strange.case.vendor).assumptions[id].default}).passed


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_can_only_be_taken_one_way_is_relied_on_somewhere(vendor: str) -> None:
    book = rulebook(vendor)
    relied = {id for one in all_played() if one.case.vendor == vendor for id in one.relied_on}
    only = [id for id, each in book.assumptions.items() if not each.choices and not each.reserved]
    missing = [id for id in only if {row.id for row in book.standing_on(id)} & reachable(vendor) and id not in relied]
    assert not missing, f"no {vendor} scenario relies on {', '.join(missing)}"


# -- the examples of the language --------------------------------------------------------------------------------------

_BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_WRITTEN = ("README.md", "scenarios/README.md")
_REST = "callsim: 1\ntitle: An example\nvendor: plivo\n"


def _examples() -> list[object]:
    """The scenarios printed for readers; one that leaves out what is the same in all of them is given it."""
    found = []
    for name in _WRITTEN:
        text = (ROOT / name).read_text(encoding="utf-8") if (ROOT / name).exists() else ""
        for block in _BLOCK.finditer(text):
            missing = "" if block[1].startswith("callsim:") else _REST
            found.append(
                pytest.param(missing + block[1], id=f"{name} line {text.count(chr(10), 0, block.start()) + 2}")
            )
    return found


@pytest.mark.parametrize("text", _examples())
def test_the_examples_that_are_printed_pass(text: str) -> None:
    for case in load_bytes(text.encode(), "example", vocabulary=RulebookVocabulary()):
        if case.spec.arrivals is None:
            assert play(case).failures == []
        else:
            assert plan_of(case).streams


@pytest.mark.parametrize("name", ["short", "long"])
def test_the_examples_of_the_language_pass(name: str) -> None:
    for case in load(ROOT / "tests" / "scenario" / f"example_{name}.yaml", vocabulary=RulebookVocabulary()):
        assert play(case).failures == []
