"""The README shows what callsim does, and says of its language what the language is."""

from __future__ import annotations

import re
from typing import Any

import pytest
import readme

from callsim import Scenario
from callsim.model import Cause
from callsim.scenario import alternatives, calls, chances, fields, lessons, limits, matchers, schema, steps, streams
from callsim.scenario.vetting import vet
from callsim.simulation import TEST_NUMBERS

TEXT = readme.README.read_text(encoding="utf-8")
REFERENCE = (readme.ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", readme.GENERATORS)
def test_a_generated_block_is_what_is_generated_now(name: str) -> None:
    block = re.search(rf"<!-- generated: {name} -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    assert block is not None
    assert block[1] == readme.GENERATORS[name](TEXT), "make it anew with: python -m tests.readme"


def test_it_has_the_two_command_lines() -> None:
    play, test = readme.command_lines(TEXT)
    assert play.endswith("callsim run scenarios/")
    assert test.endswith("pytest -q -n auto")


def test_the_python_example_runs() -> None:
    exec(compile(readme.python_example(TEXT), "README.md", "exec"), {"__name__": "readme"})


def test_the_number_of_trunks_that_it_reads_from_the_sweep_is_the_first_that_is_enough() -> None:
    rows = re.findall(r"^(\d+) +[\d.]+ % +[\d.]+ to ([\d.]+) ", TEXT, re.MULTILINE)
    enough = [trunks for trunks, most in rows if float(most) < 1]
    assert rows
    assert f"So it needs {enough[0]}." in TEXT


def test_files_that_it_points_to_exist() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT):
        assert (readme.ROOT / target).exists(), target


# -- the reference of the language -----------------------------------------------------------------------------------


def keys(shape: Any) -> list[str]:
    return [key for key in shape.written_keys() if key != "verb"]


SHAPES = [
    schema.Scenario, schema.Page, schema.User, schema.MpcOptions, calls.Rival, calls.FarEnd, calls.Call, matchers.Answer, matchers.Thing,
    matchers.Callback, matchers.Check, matchers.Count, alternatives.OneText, steps.CheckOnly, *steps.SAYING,
    lessons.Lesson, lessons.Question,
    streams.Traffic, streams.Stream, streams.StreamCall, streams.StreamMpc, chances.Spread, chances.LognormalTimes, limits.Limits,
    limits.Trunks,
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_key_of_the_language_is_in_its_reference(shape: Any) -> None:
    assert [key for key in keys(shape) if not re.search(rf"`[^`\n]*\b{key}\b", REFERENCE)] == []


def test_every_word_of_the_language_is_in_its_reference() -> None:
    words = [
        *calls.FAR_END_WORDS, *streams.FATES, *streams.ENDERS, *limits.WHEN_FULL, *chances.DISTRIBUTIONS,
        "cases", "hangs", "none", "never", *map(str, Cause), *fields.TAKEN_NAMES,
        *lessons.ASKS, *lessons.CALLBACK_KINDS,
    ]  # fmt: skip
    assert [word for word in words if not re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", REFERENCE)] == []


def test_every_test_number_is_in_its_reference() -> None:
    assert [number for number in TEST_NUMBERS if number not in REFERENCE] == []


@pytest.mark.parametrize(("number", "cases"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 1)])
def test_the_examples_of_the_reference_hold(number: int, cases: int) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
    assert len(examples) == 6
    assert [played.passed for played in Scenario.from_text(examples[number]).play()] == [True] * cases


def test_the_example_of_traffic_can_be_made() -> None:
    *_, example = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
    (case,) = Scenario.from_text(example).cases
    assert case.spec.arrivals is not None
    assert vet(case) == []
