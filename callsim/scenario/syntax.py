"""What YAML's own complaints mean to somebody who only wanted to write a scenario."""

from __future__ import annotations

from callsim.scenario.wording import quoted

# Fragments of libyaml's and PyYAML's messages, the first that fits wins: what is wrong, and what to do.
_MEANINGS = (
    (
        "expected ',' or '}'",
        "a { ... } mapping is not closed or lacks a comma",
        "put a text with , : { } [ ] in quotes",
    ),
    ("expected ',' or ']'", "a [ ... ] list is not closed or lacks a comma", "put a text with , : { } [ ] in quotes"),
    ("mapping values are not allowed", "a second ':' makes no sense here", "put a text with ': ' in it in quotes"),
    ("could not find expected ':'", "a key without its ':'", "write key: value, and mind the indentation"),
    (
        "cannot start any token",
        "a text cannot begin with this character",
        "put it in quotes; indent with blanks, not tabs",
    ),
    ("tab character", "a tab stands where only blanks may", "indent with blanks"),
    ("unexpected end of stream", "the file ends inside a quoted text", "close the quote"),
    ("unexpected document", "a quoted text is still open here", "close the quote"),
    ("escape", "an unknown escape after a backslash", "double the backslash, or use single quotes"),
    ("expected '-' indicator", "a list goes on with something that is no '- item'", "mind the indentation"),
    ("expected <block end>", "this does not line up with what is above it", "mind the indentation"),
    ("did not find expected key", "this does not line up with what is above it", "mind the indentation"),
    ("<document start>", "there is something after the end of the scenario", "mind the indentation"),
    ("expected node content", "a value is missing here", "write one, or quote a text that begins with a mark"),
    ("undefined tag", "this is a YAML tag", "every value is text; write it without a tag"),
    ("anchor", "a YAML anchor or alias", "write the value out"),
    ("alias", "a YAML anchor or alias", "write the value out"),
    ("incompatible YAML document", "a %YAML line for another version of YAML", "leave the line out"),
)


def explained(problem: str, context: str) -> tuple[str, str]:
    """What is wrong and what was expected, for a parser's problem and the context it gave."""
    for fragment, what, expected in _MEANINGS:
        if fragment in problem:
            return what, expected
    told = " ".join(part for part in (context, problem) if part)
    return f"this is not YAML: {quoted(told)[1:-1]}", ""
