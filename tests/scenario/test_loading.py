"""Loading whole files: their cases, and everything that can be wrong with them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from callsim.errors import InputError, Place
from callsim.scenario.loading import Case, find, load, load_bytes
from callsim.scenario.references import resolved

HERE = Path(__file__).parent
HEAD = "callsim: 1\ntitle: A title\nvendor: plivo\n"


def cases_of(text: str, vendor: str | None = None) -> list[Case]:
    return load_bytes(text.encode(), "f", vendor)


def problems_of(text: str, **options: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_bytes(text.encode(), "f", **options)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


# -- what loads ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "times"), [("short", [5_000, 6_000]), ("long", [2_000, 2_000, 10_000, 30_000])])
def test_the_examples_of_the_language_load(name: str, times: list[int]) -> None:
    (case,) = load(HERE / f"example_{name}.yaml")
    assert case.case is None
    assert [step.at_ms for step in case.spec.steps] == times


def test_a_case_knows_where_everything_stands() -> None:
    path = HERE / "example_long.yaml"
    (case,) = load(path)
    lines = path.read_text().split("\n")

    def line_of(place: Place) -> str:
        return lines[place.line - 1][place.column - 1 :]

    assert line_of(case.place("steps", 3, "expect")).startswith("204")
    assert line_of(case.place("steps", 3, "expect", "status")).startswith("204")
    assert line_of(case.key_place("steps", 3, "check", "anna", "running")).startswith("running: speak")
    assert line_of(case.text_place(("documents", "/join"), 3, 3)).startswith("<Speak>")
    assert line_of(case.text_place(("documents", "/join", "body"), 3, 3)).startswith("<Speak>")
    assert line_of(case.place("expect", "room", "vendor", "termination_cause_code")).startswith("3000")
    assert case.place().file == str(path)


def test_the_authors_own_keys_are_left_alone() -> None:
    (case,) = cases_of(HEAD + "x-mine: {$nobody: [$nothing]}\n")
    assert case.spec.title == "A title"


def test_a_failing_document_is_legitimate() -> None:
    (case,) = cases_of(HEAD + "documents: {/a: <Response>, /b: nothing, /c: '', /d: <Play>}")
    assert len(case.spec.documents) == 4


def test_a_page_that_is_not_found_plays_nothing() -> None:
    assert cases_of(HEAD + "documents: {/a: {status: 404, body: '<Response><Play>/x.mp3</Play></Response>'}}")


def test_an_mpc_comes_into_being_by_being_joined() -> None:
    assert cases_of(
        HEAD + "documents: {/a: '<Response><MultiPartyCall>room</MultiPartyCall></Response>'}\nsteps: [stop: room]"
    )
    assert cases_of(HEAD + "steps: [{add: a, mpc: room}, {stop: room}]\nexpect: {room: {participants: []}}")
    assert cases_of(HEAD + "mpcs: {room: {stay_alone: yes}}\nsteps: [stop: room]")


def test_a_call_may_be_added_that_is_declared_already() -> None:
    assert cases_of(HEAD + "calls: {a: {}}\nsteps: [{add: a, mpc: m, role: x, exit_url: /x}, {add: a, mpc: m}]")


def test_references_name_calls_mpcs_and_the_account() -> None:
    text = "calls: {a: {}, b-c: {}}\nmpcs: {m: {stay_alone: yes}}\nsteps:\n"
    text += "  - request: POST /$account/$a/$b-c/$a.request_uuid/$m/$m.json?cost=$$a$5\n    body: {x: [$a]}\n"
    assert cases_of(HEAD + text)


def test_resolving_fills_references_in_and_makes_one_dollar_of_two() -> None:
    text = "/$account/$a.request_uuid/$a/$a.requests/$b-c-/$$a/$5$"
    names = {("account", ""): "A", ("a", "request_uuid"): "R", ("a", ""): "U", ("b-c", ""): "B"}
    assert resolved(text, lambda name, attribute: names[name, attribute]) == "/A/R/U/U.requests/B-/$a/$5$"


# -- cases -----------------------------------------------------------------------------------------------------------

CASES = """callsim: 1
title: As $who
vendor: $under
assume: {some.id: $code}
calls: {alice: {to: $to}}
steps:
  - {at: 5s, hang_up: alice, by: $who, expect: $answer}
  - request: GET /$who/$$who/$alice
documents:
  /a: |
    <Response>
      <Speak>$who</Speak>
    </Response>
cases:
  - {case: first, who: caller, under: plivo, code: 1, to: +1, answer: 204}
  - {case: second, who: callee, under: [plivo, tryvox], code: 2, to: $$2, answer: {status: 404}}
"""


def test_a_file_is_as_many_cases_as_it_says() -> None:
    cases = cases_of(CASES)
    named = [(case.case, case.vendor, case.spec.title) for case in cases]
    assert named == [
        ("first", "plivo", "As caller"),
        ("second plivo", "plivo", "As callee"),
        ("second tryvox", "tryvox", "As callee"),
    ]
    assert [case.spec.assume for case in cases[:2]] == [{"some.id": "1"}, {"some.id": "2"}]


def test_words_are_filled_in_whole_or_inside_a_text() -> None:
    first, second, _ = cases_of(CASES)
    assert first.spec.steps[1].target == "GET /caller/$$who/$alice"
    assert second.spec.calls["alice"].to == "$$2"
    assert second.place("steps", 0, "expect", "status") == Place("f", 16, 92)
    assert first.text_place(("documents", "/a"), 2, 3) == Place("f", 12, 7)


def test_vendors_side_by_side_are_a_case_each() -> None:
    text = HEAD.replace("plivo", "[plivo, tryvox]")
    assert [(case.case, case.vendor) for case in cases_of(text)] == [("plivo", "plivo"), ("tryvox", "tryvox")]


def test_another_vendor_may_be_asked_for() -> None:
    assert [(case.case, case.vendor) for case in cases_of(HEAD, vendor="tryvox")] == [(None, "tryvox")]
    assert {case.vendor for case in cases_of(CASES, vendor="voipnow")} == {"voipnow"}


# -- what does not load ----------------------------------------------------------------------------------------------

CALLS = "calls: {alice: {}, bert: {}}\n"
MISTAKES = [block.split("\n=> ") for block in (HERE / "mistakes.txt").read_text().strip().split("\n\n")[1:]]


@pytest.mark.parametrize(("text", "problem"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(text: str, problem: str) -> None:
    assert problems_of(HEAD + text) == [problem]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("- a", ["f:1:1: this is no scenario; expected a mapping that begins with callsim: 1"]),
        ("callsim: 2\nfoo: bar", ["f:1:10: this is format '2'; expected callsim: 1"]),
        ("callsim: 1", ["f:1:1: 'title' is missing", "f:1:1: 'vendor' is missing"]),
        ("callsim: 1\ntitle: ' '\nvendor: []", [
            "f:2:8: this is empty; expected a text", "f:3:9: there is no vendor; expected one name, or a list"]),
        ("callsim: 1\ntitle: x\nvendor: [a, a]", ["f:3:9: the vendor 'a' stands there twice"]),
    ],
)  # fmt: skip
def test_a_file_says_what_it_is(text: str, problems: list[str]) -> None:
    assert problems_of(text) == problems


def test_all_the_mistakes_of_a_file_are_told_at_once_and_sorted() -> None:
    text = "steps:\n  - {at: 5, hang_up: x}\n  - {stopp: y}\ncolour: red\nexpect: {z: {}}\n"
    assert [problem.split(": ")[0] for problem in problems_of(HEAD + text)] == [
        "f:5:10",
        "f:5:22",
        "f:6:6",
        "f:7:1",
        "f:8:10",
    ]


def test_a_list_is_no_part_of_a_text() -> None:
    problem = problems_of(HEAD + "about: of $x\ncases: [{case: a, x: [1]}]")[0]
    assert problem == "f:4:8: $x is no text, and stands inside one; let it stand alone"


def test_the_same_mistake_in_every_case_is_told_once() -> None:
    assert len(problems_of(HEAD + "about: $x\nuntil: 5\ncases: [{case: a, x: 1}, {case: b, x: 2}]")) == 1


def test_pydantics_own_words_do_not_come_through() -> None:
    text = HEAD.replace("A title", "[x]") + (
        "about: {}\nassume: [x]\ndocuments: {/a: [x], /b: {status: {}}}\nmedia: x\nusers: {a: x}\n"
        "calls: {a: x, b: {far_end: []}}\nmpcs: x\nuntil: []\n"
        "steps: [x, [], {check: x}, {request: [], expect: [], body: {}}, {place: {}}]\n"
        "expect: {callbacks: [x], fetched: {}, warnings: {count: []}, a: x, b: {vendor: x, participants: x}}\n"
    )
    problems = problems_of(text)
    assert len(problems) > 20
    for jargon in ("Input", "Field", "valid", "dictionary", "something else", "tag", "<", "union", "Extra"):
        assert not [problem for problem in problems if jargon in problem]


class Words:
    """A small vocabulary."""

    vendors = ("plivo", "tryvox")

    def rule_known(self, vendor: str, id: str) -> bool:
        return id == "a.rule"

    def rule_suggestions(self, vendor: str, id: str) -> list[str]:
        return ["a.rule"] if id.startswith("a") else []

    def assumption_problem(self, vendor: str, id: str, value: str) -> str | None:
        return None if (id, value) == ("an.id", "1") else f"{vendor} has no {id}={value}"


def test_rules_and_assumptions_are_held_against_the_vocabulary() -> None:
    text = HEAD.replace("plivo", "[plivo, plifo]") + "teaches: [a.rule, a.roole, b]\nassume: {an.id: 1, b: 2}\n"
    assert problems_of(text, vocabulary=Words()) == [
        "f:3:17: no vendor is called 'plifo'; expected plivo or tryvox; did you mean 'plivo'?",
        "f:4:19: plivo has no rule 'a.roole'; expected the id of a rule; did you mean 'a.rule'?",
        "f:4:28: plivo has no rule 'b'; expected the id of a rule",
        "f:5:20: plivo has no b=2",
    ]


def test_what_is_written_twice_or_cannot_be_read_does_not_hide_the_rest() -> None:
    text = HEAD.replace("plivo", "plifo") + (
        "teaches: [a.roole]\ntitle: Again\nassume: {b: 2}\ncolour: red\nuntil: *now\ncalls: &all {alice: {far_end: !x bussy}}\n"
        "steps:\n  - {<<: *step, at: 1s}\n  - {hang_up: *alice}\n  - {at: 5, stop: x}\nexpect: {z: {}}\n"
    )
    told = [problem.split("; ")[0].removeprefix("f:") for problem in problems_of(text, vocabulary=Words())]
    assert told == [
        "3:9: no vendor is called 'plifo'",
        "5:1: the key 'title' stands twice in one mapping",
        "7:1: the key 'colour' is not known here",
        "8:8: '*now' is a YAML alias",
        "9:8: '&all' is a YAML anchor",
        "9:31: '!x' is a YAML tag",
        "9:31: 'bussy' is nothing a far end does",
        "11:6: '<<' is a YAML merge key",
        "11:10: '*step' is a YAML alias",
        "12:15: '*alice' is a YAML alias",
        "13:10: '5' has no unit",
        "13:19: no multiparty call is called 'x'",
        "14:10: nothing is called 'z'",
    ]


def test_rules_are_held_against_the_vendors_that_there_are_however_wrong_the_rest_is() -> None:
    text = "callsim: 1\nvendor: [plivo, '', [], $x, plivo]\nteaches: [a.roole, a.rule, []]\nassume: {an.id: 1, b: 2, c: []}\n"
    told = [problem.split("; ")[0].removeprefix("f:") for problem in problems_of(text, vocabulary=Words())]
    assert told == [
        "1:1: 'title' is missing",
        "2:9: the vendor 'plivo' stands there twice",
        "2:25: $x stands for nothing",
        "3:11: plivo has no rule 'a.roole'",
        "3:28: a list stands here",
        "4:20: plivo has no b=2",
        "4:29: a list stands here",
    ]


def test_a_vendor_asked_for_must_be_known() -> None:
    assert problems_of(HEAD, vendor="x", vocabulary=Words()) == ["f: no vendor is called 'x'; expected plivo or tryvox"]


# -- files -----------------------------------------------------------------------------------------------------------


def test_files_and_folders_are_found_each_once(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.yaml", "a.yml", "sub/c.yaml", "note.txt"):
        (tmp_path / name).write_text(HEAD)
    found = find([tmp_path / "b.yaml", tmp_path, "-"])
    assert found == [tmp_path / "b.yaml", tmp_path / "a.yml", tmp_path / "sub/c.yaml", Path("-")]


def test_what_cannot_be_read_is_told_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        find([tmp_path, tmp_path / "gone.yaml", "nul\0.yaml"])
    problems = sorted(str(problem) for problem in caught.value.problems)
    assert any(
        problem.endswith("this folder holds no scenarios; expected files *.yaml or *.yml") for problem in problems
    )
    assert any(problem.endswith("gone.yaml: this cannot be read: No such file or directory") for problem in problems)
    assert len(problems) == 3


def test_loading_what_is_no_file_is_an_input_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.yaml"):
        with pytest.raises(InputError, match="this cannot be read"):
            load(path)


def test_a_scenario_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HEAD.encode())))
    (case,) = load("-")
    assert case.place("title") == Place("<stdin>", 2, 8)


def test_an_endless_file_is_too_large() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is none here")
    with pytest.raises(InputError, match="too large"):
        load("/dev/zero")


def test_a_step_that_places_one_call_and_adds_another_is_an_input_error() -> None:
    (problem,) = problems_of(HEAD + "steps: [{place: alice, add: bert}]")
    assert problem == "f:4:24: 'add' stands in a step that says 'place' already; expected one verb in a step"
