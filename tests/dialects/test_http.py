"""Requests are read as they are written, and no path leads to another route than the one it spells."""

from __future__ import annotations

import pytest

from callsim.dialects import Request, request
from callsim.dialects.http import filled, match, segments
from callsim.errors import UsageError

from .desk import Desk


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("/v1/Account/MA/Call", ("v1", "Account", "MA", "Call")),
        ("/v1/Account/MA/Call/", ("v1", "Account", "MA", "Call")),
        ("/v1/0003%2A210", ("v1", "0003*210")),
        ("/v1/0003*210", ("v1", "0003*210")),
        ("/v1/%2541", ("v1", "%41")),  # decoded once, not twice
        ("/v1/caf%C3%A9", ("v1", "café")),
        ("/v1/a+b", ("v1", "a+b")),
        ("/v1/...", ("v1", "...")),
        ("v1/Call", None),
        ("", None),
        ("/", None),
        ("//", None),
        ("/v1//Call", None),
        ("/v1/Call//", None),
        ("/v1/./Call", None),
        ("/v1/../Call", None),
        ("/v1/%2e/Call", None),
        ("/v1/%2E%2e/Call", None),
        ("/v1/Call%2F1", None),
        ("/v1/Call%5C1", None),
        ("/v1/Call\\1", None),
        ("/v1/Call;x", None),
        ("/v1/Call%3Bx", None),
        ("/v1/Call%00", None),
        ("/v1/Call%0A", None),
        ("/v1/Call%7F", None),
    ],
)
def test_a_path_has_these_segments_or_is_no_path(path: str, read: tuple[str, ...] | None) -> None:
    assert segments(path) == read


@pytest.mark.parametrize("tail", ["//", "/%2e%2e/", "/../", "/./", "/%2F/", "/;x/", "/%00/", ";x", "%2F", "//x"])
def test_a_doubtful_path_is_not_found_and_never_hangs_up_all(tail: str) -> None:
    desk = Desk("plivo")
    call = desk.place(state="in-progress")
    response = desk.ask(f"DELETE /v1/Account/$account/Call{tail}")
    assert (response.status, response.rule) == (404, "answer.plivo.nowhere.unknown")
    assert call.ending is None


@pytest.mark.parametrize("end", ["", "/"])
def test_one_trailing_slash_makes_no_difference(end: str) -> None:
    desk = Desk("plivo")
    call = desk.place(state="in-progress")
    assert desk.ask(f"DELETE /v1/Account/$account/Call{end}").status == 204
    assert call.ending is not None


def test_a_request_line_is_a_method_and_a_path_with_its_query() -> None:
    assert request(" DELETE  /a/b?x=1&y=%2B2#top ", {"z": 1}) == Request(
        "DELETE", "/a/b", (("x", "1"), ("y", "+2")), {"z": 1}, "DELETE /a/b?x=1&y=%2B2#top"
    )


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", ()),
        ("a=1", (("a", "1"),)),
        ("a=1&a=2", (("a", "1"), ("a", "2"))),
        ("number=+1555", (("number", "+1555"),)),  # a plus is a plus, as telephone numbers need it
        ("number=%2B1555", (("number", "+1555"),)),
        ("a", (("a", ""),)),
        ("a=b=c", (("a", "b=c"),)),
        ("&&a=1&", (("a", "1"),)),
        ("%61=%20", (("a", " "),)),
    ],
)
def test_a_query_is_pairs_in_order(query: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert request(f"GET /?{query}").query == pairs


def test_the_first_value_of_a_parameter_counts() -> None:
    asked = request("GET /?a=1&a=2")
    assert (asked.parameter("a"), asked.parameter("b")) == ("1", None)


@pytest.mark.parametrize("line", ["", "DELETE", "/v1/Call/", "delete /v1/Call/", "FETCH /v1/Call/", "DELETE v1/Call", "DELETE /a b"])
def test_what_is_no_request_is_said_to_be_none(line: str) -> None:
    with pytest.raises(UsageError, match="is no request; write a method and a path"):
        request(line)


@pytest.mark.parametrize(
    ("pattern", "path", "words"),
    [
        ("/v1/{account}/Call", "/v1/MA/Call", {"account": "MA"}),
        ("/v1/{account}/Call", "/v1/MA/call", None),
        ("/v1/{account}/Call", "/v1/MA/Call/1", None),
        ("/v1/{account}/Call", "/v1/MA", None),
        ("/v1/{account}/{call}", "/v1/MA/{x}", {"account": "MA", "call": "{x}"}),
    ],
)
def test_a_route_matches_its_own_paths(pattern: str, path: str, words: dict[str, str] | None) -> None:
    assert match(pattern, segments(path) or ()) == words


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ("call {id}", "call 7"),
        ("{id}", 7),  # alone, it keeps its type
        ("{unknown}", "{unknown}"),
        ("{id} of {name}", "7 of anna"),
        ({"a": "{list}", "b": {"c": "{id}"}}, {"a": [1], "b": {"c": 7}}),
        (["{id}", ("{name}",)], [7, ["anna"]]),
        (None, None),
        (204, 204),
    ],
)
def test_a_body_is_filled_with_its_words(template: object, body: object) -> None:
    assert filled(template, {"id": 7, "name": "anna", "list": [1]}) == body


def test_what_was_filled_in_is_not_filled_again() -> None:
    assert filled("call {call} of {user}", {"call": "{user}", "user": "1"}) == "call {user} of 1"
