"""What is written reads back to the same, and looks as if a person had written it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from callsim import Scenario, UsageError
from callsim.instructions import Document, MultiPartyCall, Speak, Unknown, parse
from callsim.scenario.markup import document_text
from callsim.scenario.nodes import plain
from callsim.scenario.reading import read
from callsim.scenario.writing import WIDTH, written
from callsim.testing.strategies import documents

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.yaml"))

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t\r\x85\u2028")).filter(
    lambda text: "\ufffe" not in text and "\uffff" not in text
)
TRICKY = st.sampled_from([
    "yes", "on", "~", "null", "0017", "1:30", "+1555", "204", "-1", "1e3", "2026-01-01", "- a", "a: b", "a:b", "a #b", "a#b", "#",
    "", " ", "a ", " a", "{", "}", "a,b", "[a]", "*x", "&x", "!x", "|", ">", "%a", "@me", "`a", "'", '"', "\\", "a\n", "a\nb",
    "\na", "a\n\n", " a\nb", "a\n b\n", "---", "...", "<<", "=", "?", "? a", "http://a.test/b?c=d", "<Hangup/>", "0003*210",
    "word " * 60, "a\n \nb", "x" * 300, "$alice", "4h", "\ufeff", "a\u00a0b",
])  # fmt: skip
KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20) | TRICKY.filter(
    lambda text: 0 < len(text) < 100
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | TRICKY,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=20,
)


def read_back(text: str) -> Any:
    return plain(read(text.encode(), "written"))


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_what_is_written_reads_back_to_the_same(value: dict[str, Any]) -> None:
    junk = "\ufffe\uffff"
    if not any(char in str(value) for char in junk):
        assert read_back(written(value)) == value


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_scenario_written_anew_says_the_same(path: Path) -> None:
    tree = read(path.read_bytes(), str(path))
    text = written(tree)
    assert read_back(text) == plain(tree)
    assert max(map(len, text.splitlines())) <= max(WIDTH, *map(len, path.read_text("utf-8").splitlines()))


def test_it_looks_as_if_a_person_had_written_it() -> None:
    scenario = {
        "callsim": 1,
        "title": "Too late, too often",
        "about": "It is over after the first of the two, and that is what the second one hears." + 60 * " So",
        "vendor": ["plivo", "tryvox"],
        "documents": {"/answer": "<Response>\n  <Speak>Hello.</Speak>\n</Response>\n", "/late": "hangs"},
        "calls": {"alice": {"to": "+15550100003", "account": None, "far_end": {"answers": "1s"}, "extension": "0003*210"}},
        "steps": [
            {"at": "5s", "hang_up": "alice", "expect": 204},
            {"at": "6s", "add": "bob", "mpc": "room", "stay_alone": True, "answer_url": "http://app.test/" + 100 * "x"},
        ],
        "expect": {"alice": {"cause": "normal", "vendor": {"code": "4000"}}, "callbacks": [{"at": "5s"}], "fetched": []},
    }
    assert written(scenario) == f"""\
callsim: 1
title: Too late, too often
about: >-
  It is over after the first of the two, and that is what the second one hears.{13 * " So"}
  {(39 * "So ").strip()}
  {(8 * "So ").strip()}
vendor: [plivo, tryvox]

documents:
  /answer: |
    <Response>
      <Speak>Hello.</Speak>
    </Response>
  /late: hangs

calls:
  alice: {{to: "+15550100003", far_end: {{answers: 1s}}, extension: 0003*210}}

steps:
  - {{at: 5s, hang_up: alice, expect: 204}}
  - at: 6s
    add: bob
    mpc: room
    stay_alone: yes
    answer_url: http://app.test/{100 * "x"}

expect:
  alice: {{cause: normal, vendor: {{code: 4000}}}}
  callbacks: [{{at: 5s}}]
  fetched: []
"""


@pytest.mark.parametrize("bad", [{"a": "\x00"}, {"a\x1b": "b"}, {"k" * 600: "v"}, {"a": ["\ud800"]}, "text", []])
def test_what_no_file_can_hold_is_refused_in_one_sentence(bad: Any) -> None:
    with pytest.raises(UsageError, match=r"^[^\n\x00\x1b]+; "):
        written(bad)


def test_what_nests_too_deep_is_refused() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"a": [deep]}
    with pytest.raises(UsageError, match="nested"):
        written({"a": deep})


@given(documents(max_size=6))
def test_the_text_of_a_document_reads_back_to_the_same_elements(document: Document) -> None:
    text = document_text(document)
    found = parse(text)
    assert isinstance(found, Document)
    assert found.elements == document.elements
    opened = [number for number, line in enumerate(text.splitlines(), 1) if line.lstrip()[1] != "/"]
    assert [line for _, line in found.every()] == opened[1:]


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_in_a_document_is_text(said: str, url: str) -> None:
    shown = Document((Speak(said), MultiPartyCall("room", exit_url=url or None), Unknown("{urn:x}Dance")))
    found = parse(document_text(shown))
    if isinstance(found, Document):
        assert len(found.elements) == 3
        assert isinstance(found.elements[0], Speak)
        # Line breaks are told in one way in XML, and what surrounds a text is not part of it.
        assert found.elements[0].text.split() == said.split() or "\x85" in said
    else:
        assert "not well-formed" in found.message or "surrogate" in found.message


def test_a_scenario_written_is_a_scenario() -> None:
    text = written({"callsim": 1, "title": "t", "vendor": "plivo", "calls": {"a": {}}, "expect": {"a": {"state": "ringing"}}})
    assert [played.passed for played in Scenario.from_text(text).play()] == [False]
