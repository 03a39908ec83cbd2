"""Reading YAML that nobody vouches for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from callsim.errors import InputError, Place
from callsim.scenario.nodes import ListNode, MapNode, TextNode, find, key_place, plain, texts
from callsim.scenario.reading import read


def problems_of(data: bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(data, "f")
    return [str(problem) for problem in caught.value.problems]


def tree(text: str) -> MapNode:
    node = read(text.encode(), "f")
    assert isinstance(node, MapNode)
    return node


def test_every_scalar_is_text() -> None:
    text = "a: on\nb: 0017\nc: 0003*210\nd: +1555\ne: 1:30\nf: ~\ng:\nh: 2024-01-01"
    assert plain(tree(text)) == {
        "a": "on", "b": "0017", "c": "0003*210", "d": "+1555", "e": "1:30", "f": "~", "g": "", "h": "2024-01-01",
    }  # fmt: skip


def test_keys_and_values_know_their_places() -> None:
    root = tree("a:\n  - {b: x}\n  - 'y'\n")
    assert key_place(root, ("a", 0, "b")) == Place("f", 2, 6)
    assert find(root, ("a", 0, "b")).place == Place("f", 2, 9)
    assert find(root, ("a", 1)).place == Place("f", 3, 5)
    assert find(root, ("a", 7, "nothing")).place == find(root, ("a",)).place == Place("f", 2, 3)
    assert key_place(root, ("nothing", "below")) == root.place == Place("f", 1, 1)


@pytest.mark.parametrize(
    ("text", "inside", "place"),
    [
        ("a: |\n    one\n      two\n", (2, 3), (3, 7)),
        ("a: |\n\n    one\n", (2, 1), (3, 5)),
        ("a: |2\n     one\n", (1, 1), (2, 3)),
        ("a: |-  # why\n  one\n  two", (2, 1), (3, 3)),
        ("a: one\n", (1, 2), (1, 5)),
        ("a: 'one'\n", (1, 2), (1, 6)),
        ("a: >\n  one\n  two\n", (1, 2), (1, 4)),
        ("a: one\n  two\n", (1, 2), (1, 4)),
        ("a: |\r\n  one\r\n  two\r\n", (2, 2), (3, 4)),
    ],
)
def test_a_place_inside_a_text_is_the_place_in_the_file(
    text: str, inside: tuple[int, int], place: tuple[int, int]
) -> None:
    node = tree(text).entries["a"].value
    assert node.inside(*inside) == Place("f", *place)


def test_columns_count_characters() -> None:
    assert tree("{é: ü, ☎: x}").entries["☎"].column == 8


def test_a_byte_order_mark_is_fine() -> None:
    node = read(b"\xef\xbb\xbfa: 1", "f")
    assert node.place == Place("f", 1, 1)


def test_texts_come_in_the_order_of_the_file() -> None:
    assert [node.text for node in texts(tree("a: [1, {b: 2, c: 3}]\nd: 4"))] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "f: the file is empty; expected a mapping that begins with callsim: 1"),
        (b"# nothing\n", "f: the file is empty; expected a mapping that begins with callsim: 1"),
        (b"---\n", "f: the file is empty; expected a mapping that begins with callsim: 1"),
        ("a: 1".encode("utf-16"), "f:1:1: this is UTF-16; save it as UTF-8"),
        ("a: 1".encode("utf-16-le"), "f:1:2: the character U+0000 has no place in a text file; save it as UTF-8 text"),
        ("a:\n  é".encode("latin-1"), "f:2:3: the byte 0xe9 here is not UTF-8; save it as UTF-8"),
        (b"\x7fELF\x02\x01", "f:1:1: the character U+007F has no place in a text file; save it as UTF-8 text"),
        (b"\x89PNG\r\n", "f:1:1: the byte 0x89 here is not UTF-8; save it as UTF-8"),
        (b"a: \x1b[31m", "f:1:4: the character U+001B has no place in a text file; save it as UTF-8 text"),
        (b'a: "\\e[31m"', r"f:1:4: the text '\x1b[31m' holds a control character; write it without"),
        (b"a: &x 1", "f:1:4: '&x' is a YAML anchor; write the value out where it is needed"),
        (b"a: *x", "f:1:4: '*x' is a YAML alias; write the value out"),
        (b"a: !!int 1", "f:1:4: 'tag:yaml.org,2002:int' is a YAML tag; every value is text; write it without a tag"),
        (b"a: !x {}", "f:1:4: '!x' is a YAML tag; every value is text; write it without a tag"),
        (b"<<: {}", "f:1:1: '<<' is a YAML merge key; write the keys out"),
        (b"a: 1\nb: 2\na: 3", "f:3:1: the key 'a' stands twice in one mapping; the first is in line 1"),
        (b"a: 1\n---\nb: 1", "f:2:1: a second document begins here; one file holds one scenario"),
        (b"? [a]\n: 1", "f:1:3: a list or a mapping stands here as a key; a key is a text"),
        (b"{{a: b}: 1}", "f:1:2: a list or a mapping stands here as a key; a key is a text"),
        (b"a: [1", "f:1:4: a [ ... ] list is not closed or lacks a comma; put a text with , : { } [ ] in quotes"),
        (b"a: {b: {c}",
         "f:1:4: a { ... } mapping is not closed or lacks a comma; put a text with , : { } [ ] in quotes"),
        (b"a: b: c", "f:1:5: a ':' makes no sense here; quote a text with ': ' in it, and mind the indentation"),
        (b"a:\n\tb: 1",
         "f:2:1: a text cannot begin with this character; put it in quotes; indent with blanks, not tabs"),
        (b"a: @b", "f:1:4: a text cannot begin with this character; put it in quotes; indent with blanks, not tabs"),
        (b"a: 'x\n", "f:1:4: a quoted text begins here and never ends; close the quote"),
        (b'a: "\\q"', "f:1:5: an unknown escape after a backslash; double the backslash, or use single quotes"),
        (b"{a: x:}", "f:1:6: a ':' makes no sense here; put a text with ':' in it in quotes"),
        (b"a: - b", "f:1:4: a '- item' makes no sense here; put it on a line of its own, and mind the indentation"),
        (b"a: | b", "f:1:6: nothing may follow a | or > on its line; begin the text on the next line"),
        (b"a: * b", "f:1:5: a text cannot begin with & or *; put it in quotes"),
        (b"a: !<x", "f:1:4: a text cannot begin with !; put it in quotes"),
        (b"a: 1\n b: 2\n", "f:2:3: a ':' makes no sense here; quote a text with ': ' in it, and mind the indentation"),
        (b"  a: 1\nb: 2\n", "f:2:1: this does not line up with what is above it; mind the indentation"),
        (b"a:\n  - 1\n  b: 2", "f:3:3: a list goes on with something that is no '- item'; mind the indentation"),
    ],
)  # fmt: skip
def test_what_a_scenario_may_not_hold_is_refused_where_it_stands(data: bytes, problem: str) -> None:
    assert problems_of(data) == [problem]


def test_one_reading_shows_all_there_is_to_refuse() -> None:
    assert len(problems_of(b"a: &x 1\nb: *x\nc: !!str d\n<<: {}\na: 2\n")) == 5


def test_a_hundred_problems_are_enough() -> None:
    assert len(problems_of(b"".join(b"k%d: &x 1\n" % number for number in range(1_000)))) == 100


def test_a_mapping_may_begin_with_a_document_mark() -> None:
    assert plain(tree("---\na: 1\n...\n")) == {"a": "1"}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"[" * 100_000, "nested more than 32 deep"),
        (b"{a: " * 100_000, "nested more than 32 deep"),
        (b"- " * 100_000, "nested more than 32 deep"),
        (b"? " * 100_000, "a list or a mapping stands here as a key"),
        (b"a: 1\n" * 2_000_000, "the file is too large"),
        (b"[" + b"1," * 300_000 + b"]", "the file holds more than 200,000 values"),
        (b"a: &a [x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(99)), "is a YAML anchor"),
    ],
)
def test_a_bomb_does_not_go_off(data: bytes, what: str) -> None:
    start = time.process_time()
    assert what in problems_of(data)[0]
    assert time.process_time() - start < 5


def test_thirty_two_levels_are_read() -> None:
    assert isinstance(read(b"[" * 32 + b"]" * 32, "f"), ListNode)
    assert problems_of(b"[" * 33 + b"]" * 33) == ["f:1:33: nested more than 32 deep; no scenario needs as much"]


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!|>'\"%@`?,# \n\t~$<", max_size=80).map(str.encode))
def test_bytes_are_a_tree_or_an_input_error(data: bytes) -> None:
    try:
        node = read(data, "f")
    except InputError:
        return
    assert isinstance(node, MapNode | ListNode | TextNode)
