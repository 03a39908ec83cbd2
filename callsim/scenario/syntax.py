"""What YAML's own complaints mean to somebody who only wanted to write a scenario."""

from __future__ import annotations

# Fragments of libyaml's and PyYAML's messages, the first that fits wins: what is wrong, and what to do.
_MEANINGS = (
    (
        "expected ',' or '}'",
        "a { ... } mapping is not closed or lacks a comma",
        "put a text with , : { } [ ] in quotes",
    ),
    ("expected ',' or ']'", "a [ ... ] list is not closed or lacks a comma", "put a text with , : { } [ ] in quotes"),
    (
        "mapping values are not allowed",
        "a ':' makes no sense here",
        "quote a text with ': ' in it, and mind the indentation",
    ),
    ("could not find expected ':'", "a key without its ':'", "write key: value, and mind the indentation"),
    (
        "cannot start any token",
        "a text cannot begin with this character",
        "put it in quotes; indent with blanks, not tabs",
    ),
    ("tab character", "a tab stands where only blanks may", "indent with blanks"),
    ("unexpected end of stream", "a quoted text begins here and never ends", "close the quote"),
    ("unexpected document", "a quoted text is still open here", "close the quote"),
    ("escape", "an unknown escape after a backslash", "double the backslash, or use single quotes"),
    ("expected '-' indicator", "a list goes on with something that is no '- item'", "mind the indentation"),
    ("expected <block end>", "this does not line up with what is above it", "mind the indentation"),
    ("did not find expected key", "this does not line up with what is above it", "mind the indentation"),
    ("<document start>", "this does not line up with what is above it", "mind the indentation"),
    ("node content", "a value is missing here", "write one, or quote a text that begins with a mark"),
    (
        "entries are not allowed",
        "a '- item' makes no sense here",
        "put it on a line of its own, and mind the indentation",
    ),
    ("found unexpected ':'", "a ':' makes no sense here", "put a text with ':' in it in quotes"),
    ("scanning a block scalar", "nothing may follow a | or > on its line", "begin the text on the next line"),
    ("block scalar", "a text is indented less than its first line", "mind the indentation"),
    ("scanning an a", "a text cannot begin with & or *", "put it in quotes"),
    ("tag", "a text cannot begin with !", "put it in quotes"),
    ("incompatible YAML document", "a %YAML line for another version of YAML", "leave the line out"),
)


def explained(problem: str, context: str) -> tuple[str, str]:
    """What is wrong and what was expected, for a parser's problem and the context it gave."""
    told = " ".join(part for part in (context, problem) if part)
    for fragment, what, expected in _MEANINGS:
        if fragment in told:
            return what, expected
    return f"this is not YAML: {told}", ""
