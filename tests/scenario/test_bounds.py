"""What no file can do to a reader: take long, take much, or raise what nobody expects."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import InputError
from callsim.scenario.loading import load_bytes

HEAD = "callsim: 1\ntitle: A title\nvendor: plivo\n"


def problems_of(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_bytes(text.encode(), "f")
    return [str(problem) for problem in caught.value.problems]


def _timed(text: str) -> list[str]:
    start = time.process_time()
    problems = problems_of(text)
    assert time.process_time() - start < 20
    return problems


def test_words_cannot_blow_a_file_up() -> None:
    inside = HEAD + "about: " + "x$w " * 100_000 + "\ncases: [{case: a, w: " + "y" * 100_000 + "}]"
    whole = HEAD + "about: [" + "$w," * 10_000 + "]\ncases: [{case: a, w: [" + "y," * 10_000 + "]}]"
    for text in (inside, whole):
        assert "the cases make too much of this file" in _timed(text)[-1]


def test_there_are_not_too_many_cases() -> None:
    text = HEAD + "cases:\n" + "".join(f" - case: c{number}\n" for number in range(201))
    assert problems_of(text) == ["f:5:2: there are 201 cases; at most 200 are read"]


def test_ever_the_same_typo_takes_no_ever_longer() -> None:
    calls = "".join(f"  call{number}: {{}}\n" for number in range(5_000))
    steps = "".join(f"  - {{hang_up: caal{number}, bye: api}}\n" for number in range(5_000))
    assert len(_timed(HEAD + f"calls:\n{calls}steps:\n{steps}")) == 100


def test_five_thousand_steps_load_in_no_time() -> None:
    steps = "".join(f"  - {{at: {number}s, hang_up: alice, expect: 204}}\n" for number in range(5_000))
    start = time.process_time()
    (case,) = load_bytes(f"{HEAD}calls: {{alice: {{}}}}\nsteps:\n{steps}".encode(), "f")
    assert len(case.spec.steps) == 5_000
    assert time.process_time() - start < 5  # ten times what it takes


SOME = st.sampled_from(
    [
        "alice",
        "$alice",
        "$",
        "204",
        "5s",
        "0",
        "none",
        "never",
        "busy",
        "yes",
        "/a",
        "<Response/>",
        "",
        "all",
        "GET /x",
        "1",
    ]
)
KEYS = st.sampled_from(
    (
        *(
            "callsim",
            "title",
            "vendor",
            "assume",
            "documents",
            "media",
            "users",
            "calls",
            "mpcs",
            "steps",
            "until",
            "expect",
            "always",
            "never",
            "eventually",
            "order",
        ),
        *(
            "cases",
            "case",
            "at",
            "after",
            "check",
            "request",
            "hang_up",
            "add",
            "mpc",
            "place",
            "stop",
            "fail",
            "code",
            "by",
            "client",
        ),
        *(
            "far_end",
            "answers",
            "hangs_up",
            "state",
            "callbacks",
            "count",
            "at_least",
            "one_of",
            "alice",
            "status",
            "body",
            "x-y",
            "<x>",
            "$a",
        ),
    )
)
TREES = st.recursive(
    SOME, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=5), max_leaves=25
)


def _loads_or_complains(data: bytes) -> None:
    try:
        cases = load_bytes(data, "f")
    except InputError:
        return
    assert cases


@given(st.dictionaries(KEYS, TREES, max_size=8))
@settings(max_examples=300, deadline=None)
def test_whatever_a_file_says_it_loads_or_is_an_input_error(tree: dict[str, object]) -> None:
    whole = {"callsim": "1", "title": "x", "vendor": "plivo", "calls": {"alice": {}}} | tree | {"callsim": "1"}
    _loads_or_complains(_flow(whole).encode())


@given(st.text(max_size=100))
def test_any_text_loads_or_is_an_input_error(text: str) -> None:
    _loads_or_complains((HEAD + text).encode("utf-8", "surrogatepass"))


def _flow(node: object) -> str:
    if isinstance(node, dict):
        return "{" + ", ".join(f'"{key}": {_flow(value)}' for key, value in node.items()) + "}"
    return "[" + ", ".join(map(_flow, node)) + "]" if isinstance(node, list) else f'"{node}"'
