"""A scenario's text, played; and what rich draws, as plain text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.console import RenderableType

from callsim.report.paper import Paper
from callsim.scenario.loading import load_bytes
from callsim.scenario.playing import Played, RulebookVocabulary, play

PlayText = Callable[..., list[Played]]
Drawn = Callable[..., str]


@pytest.fixture
def plays() -> PlayText:
    """Play every case of a scenario written without its first line."""

    def play_text(text: str, vendor: str | None = None, **assume: str) -> list[Played]:
        cases = load_bytes(f"callsim: 1\n{text}".encode(), "some.yaml", vendor, RulebookVocabulary())
        return [play(case, assume=assume) for case in cases]

    return play_text


class Kept:
    """A sink that keeps what is written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


@pytest.fixture
def drawn() -> Drawn:
    """What a report looks like at a width, on a terminal or not."""

    def draw(*parts: RenderableType, width: int = 160, terminal: bool = False) -> str:
        kept = Kept()
        Paper(kept, terminal, width).print(*parts)
        return kept.text

    return draw
