"""Text made safe to look at: whatever a terminal would obey, hide or turn around is shown as what it is."""

from __future__ import annotations


def visible(text: object) -> str:
    r"""The text with every character that does not print written out: `\x1b`, `\n`, `\u202e`.

    That covers control characters, bidirectional overrides, zero-width characters and lone surrogates, so nobody's title
    can colour, hide or reorder what callsim says.
    """
    plain = str(text)
    if plain.isprintable():
        return plain
    return "".join(char if char.isprintable() else _escaped(char) for char in plain)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def cut(text: object, most: int) -> str:
    """The visible text, cut with three dots if it is longer than `most`."""
    shown = visible(text)
    return shown if len(shown) <= most else shown[: most - 3] + "..."
