"""The page: one file that needs nothing else, in which all that people wrote is text, and whose choosing is right."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from callsim.atlas.proofs import Proofs
from callsim.atlas.worlds import reference_worlds
from callsim.dialects import rulebook
from callsim.errors import UsageError
from callsim.report.atlas import HEADINGS, titles
from callsim.report.atlas_page import page

from .drawn import atlas
from .test_forms import nasty

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "callsim" / "report" / "atlas_page.js"
LOADS = {"src", "srcset", "href", "data", "action", "background", "poster", "xlink:href"}
NODE = shutil.which("node")


class Parsed(HTMLParser):
    """The elements of a page, with their attributes and the text in each script, and whether all are closed."""

    VOID = ("meta", "input", "br", "link", "img", "col")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.scripts if self.open[-1:] == ["script"] else self.texts).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@cache
def whole() -> str:
    return page(atlas(), titles(reference_worlds()), {}, Proofs(str(ROOT / "scenarios")))


@cache
def parsed() -> Parsed:
    return Parsed(whole())


def test_the_page_needs_nothing_from_outside() -> None:
    found = [(tag, name) for tag, attributes in parsed().elements for name in attributes if name in LOADS]
    assert found == []
    assert {tag for tag, _ in parsed().elements} & {"link", "img", "iframe", "object", "embed", "base"} == set()
    style = whole().partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    policy = [each["content"] for each in parsed().all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy[0] is not None
    assert policy[0].startswith("default-src 'none'; ")


def test_only_its_own_script_is_run() -> None:
    kinds = [each.get("type") for each in parsed().all("script")]
    assert kinds == ["application/json", None]
    script = parsed().scripts[1]
    assert script == SCRIPT.read_text(encoding="utf-8")
    assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in whole()


def test_every_element_is_closed_and_every_cell_has_its_row() -> None:
    assert parsed().open == []
    rows = [each for each in parsed().all("tr") if "data-number" in each]
    assert [row["data-number"] for row in rows] == [str(number) for number in range(len(atlas()))]
    assert len(parsed().all("button")) == len(atlas()) + 1
    assert len(parsed().all("th")) == len(HEADINGS) + 2
    assert [row["data-vendor"] for row in rows] == [cell.vendor for cell in atlas()]


def test_there_is_a_choice_for_every_facet() -> None:
    names = [each["name"] for each in parsed().all("select")]
    assert names == ["vendor", "world", "state", "by", "basis"]


def test_behind_each_cell_are_its_rules_with_their_sources_and_dates() -> None:
    data = json.loads(parsed().scripts[0])
    for cell, behind in zip(atlas(), data["cells"], strict=True):
        assert (behind["vendor"], tuple(behind["rules"])) == (cell.vendor, cell.rules)
        for id in cell.rules:
            rule, row = data["rules"][cell.vendor][id], rulebook(cell.vendor).rows[id]
            assert rule["why"] == row.why
            assert [each["source"] for each in rule["evidence"]] == [each.source for each in row.basis.evidence]
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", each["seen"]) for each in rule["evidence"])
            assert all(number < len(data["proofs"]) for number in rule["proofs"])


def test_a_rule_comes_with_the_text_of_a_scenario_that_proves_it() -> None:
    data = json.loads(parsed().scripts[0])
    numbers = data["rules"]["plivo"]["call.hang_up.in-progress.api"]["proofs"]
    assert 1 <= len(numbers) <= 3
    for number in numbers:
        proof = data["proofs"][number]
        assert "teaches:" in proof["text"]
        assert proof["path"].endswith(".yaml")


def test_without_scenarios_the_page_says_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = json.loads(Parsed(page(atlas()[:5], {}, {}, Proofs())).scripts[0])
    assert data["proofs"] == []
    assert data["unproved"].startswith("Scenarios that teach this rule are in the folder scenarios of the project")
    with pytest.raises(UsageError, match="'nowhere' is no folder of scenarios"):
        Proofs("nowhere")


def test_all_that_people_wrote_is_text() -> None:
    cells, about = nasty()
    found = Parsed(page(cells, about, {"core.<b>": "<4020>"}, Proofs(str(ROOT / "scenarios"))))
    assert found.open == []
    assert [each.get("type") for each in found.all("script")] == ["application/json", None]
    assert not found.all("b")
    rows = [each for each in found.all("td") if "title" in each]
    assert rows[0]["title"] == "A | pipe, a <b>tag</b>, a `tick`, a \\u202ereversed and [a link](http://x.test)"
    assert any("/a|b?x=<script>" in text for text in found.texts)
    assert any("core.<b>=<4020>" in text for text in found.texts)


def test_markers_in_what_people_wrote_are_left_alone() -> None:
    cells, about = nasty()
    text = page(cells, dict.fromkeys(about, "@@DATA@@ and @@"), {}, Proofs(str(ROOT / "scenarios")))
    assert 'title="@@DATA@@ and @@"' in text


def test_the_page_says_what_is_assumed() -> None:
    text = page(atlas()[:3], {}, {"plivo.kick.cause": "4020"}, Proofs(str(ROOT / "scenarios")))
    assert "Assumed otherwise: plivo.kick.cause=4020." in text


CELL = {"vendor": "plivo", "world": "outbound", "state": "ringing", "by": "api", "basis": "documented", "text": "hang_up 204 completed"}
CHOOSING = [
    ({}, True),
    ({"vendor": "", "text": ""}, True),
    ({"vendor": "plivo"}, True),
    ({"vendor": "tryvox"}, False),
    ({"vendor": "plivo", "state": "ringing", "basis": "documented", "by": "api", "world": "outbound"}, True),
    ({"state": "ring"}, False),
    ({"basis": "assumed"}, False),
    ({"text": "204 HANG_UP"}, True),
    ({"text": "  204  "}, True),
    ({"text": "204 404"}, False),
]


@pytest.mark.skipif(NODE is None, reason="needs Node to run the page's script")
def test_what_is_chosen_is_what_is_shown() -> None:
    program = (
        f"const {{matches, readWish, writeWish}} = require({json.dumps(str(SCRIPT))});"
        f"const cell = {json.dumps(CELL)};"
        f"console.log(JSON.stringify({json.dumps([wish for wish, _ in CHOOSING])}.map((wish) => matches(cell, wish))));"
        'console.log(JSON.stringify(readWish("#" + writeWish({state: "in-progress", text: "a & b", vendor: ""}))));'
    )
    run = subprocess.run([str(NODE), "-e", program], capture_output=True, text=True, check=True)
    shown, wish = run.stdout.splitlines()
    assert json.loads(shown) == [expected for _, expected in CHOOSING]
    assert json.loads(wish) == {"state": "in-progress", "text": "a & b"}
