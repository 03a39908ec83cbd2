"""Sequence diagrams, read and drawn by Mermaid itself, as a pull request does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callsim.report.film import Film
from callsim.report.filming import film
from callsim.report.sequence import sequence
from callsim.scenario.loading import load
from callsim.scenario.playing import RulebookVocabulary, play
from tests.report.nasty import NAMES, nasty

from .conftest import without

ROOT = Path(__file__).parents[2]
MERMAID = Path(__file__).parent / "node" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
DRAWN = """async (text) => {
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxTextSize: 200000 });
  const { svg } = await mermaid.render("drawn", text);
  document.body.innerHTML = svg;
  return [...document.querySelectorAll("text")].map((each) => each.textContent);
}"""


def drawn(page: Any, taken: Film) -> list[str]:
    """All texts that Mermaid draws of the diagram of a film."""
    if not MERMAID.exists():
        without("mermaid is not installed")
    text = "\n".join(sequence(taken))
    page.set_content("<!doctype html><html lang=en><title>x</title><body></body></html>")
    page.add_script_tag(path=str(MERMAID))
    found: list[str] = page.evaluate(DRAWN, text)
    return found


@pytest.mark.parametrize("name", ["plivo/01", "plivo/103", "races/10", "voipnow/05", "tryvox/05"])
def test_mermaid_draws_what_happened(page: Any, name: str) -> None:
    folder, number = name.split("/")
    (path,) = (ROOT / "scenarios" / folder).glob(f"{number}-*.yaml")
    case = load(path, None, RulebookVocabulary())[0]
    texts = drawn(page, film(play(case).simulation, case.spec.title))
    assert "platform" in texts
    assert any("completed" in each for each in texts)


def test_whatever_things_are_called_the_diagram_is_whole(page: Any) -> None:
    texts = drawn(page, film(nasty(), "; end <img src=x> %%"))
    assert sum("(callee)" in each for each in texts) >= len(NAMES)
    assert any(each.startswith(NAMES[0]) for each in texts)
    assert page.locator("img, script:not([src])").count() <= 1
