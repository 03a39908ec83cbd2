"""The rules do what the tables of the specification say."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest

from callsim.dialects import VENDORS, rulebook
from callsim.machines import Events, events
from callsim.model import SIGNATURES, STATES, Verb
from callsim.rules import Rulebook, lay

from . import checks

pytestmark = pytest.mark.core

BOOKS = ("base", *VENDORS)


@cache
def book(vendor: str) -> tuple[Rulebook, Events]:
    rules = lay() if vendor == "base" else rulebook(vendor)
    return rules, events(rules)


@pytest.mark.parametrize("vendor", BOOKS)
@pytest.mark.parametrize("verb", Verb)
def test_every_verb_does_what_its_table_says(verb: Verb, vendor: str) -> None:
    checks.check_verb(verb, vendor, *book(vendor))


@pytest.mark.parametrize("verb", Verb)
def test_the_table_of_a_verb_decides_every_case(verb: Verb) -> None:
    entity, speakers = SIGNATURES[verb]
    decided = checks.decisions("base")[verb]
    facts = {decision.case.facts for decision in decided}
    wanted = set(product(speakers, STATES[entity], facts))
    assert {(each.by, each.case.state, each.case.facts) for each in decided} == wanted


@pytest.mark.parametrize("story", checks.stories(), ids=lambda story: story.title)
def test_what_follows_follows(story: checks.Story) -> None:
    checks.check_story(story, *book("base"))


@pytest.mark.parametrize("vendor", BOOKS)
def test_consequences_are_those_of_the_table(vendor: str) -> None:
    checks.check_triggers(vendor, book(vendor)[0])


@pytest.mark.parametrize("vendor", BOOKS)
def test_instructions_beginnings_and_limits_are_those_of_the_tables(vendor: str) -> None:
    checks.check_instructions(vendor, book(vendor)[0])
    checks.check_beginnings(vendor, book(vendor)[0])
    checks.check_limits(vendor, book(vendor)[0])


def test_every_trigger_is_in_a_story() -> None:
    told = frozenset().union(*(checks.triggers(story) for story in checks.stories()))
    assert set(checks.consequences("base")) <= told


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_interface_is_that_of_its_table(vendor: str) -> None:
    checks.check_routes(vendor, book(vendor)[0])
    checks.check_answers(vendor, book(vendor)[0])
    checks.check_spellings(vendor, book(vendor)[0])
