"""The page of runs: it needs nothing else, all that people wrote is text, and what differs first is marked."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from callsim.report.filming import film
from callsim.report.run_page import Group, Run, first_difference, group_of_orders, groups_of, page
from callsim.report.sequence import MOST, sequence
from callsim.scenario.exploring import explore_case
from callsim.scenario.loading import load
from callsim.scenario.playing import RulebookVocabulary
from tests.report.conftest import PlayText
from tests.report.nasty import NAMES, nasty
from tests.report.worlds import CANCELLED, QUEUED, ROOM

ROOT = Path(__file__).parents[2] / "scenarios"


def data(text: str) -> Any:
    found = re.search(r'<script type="([^"]+)" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[2] if found[1] == "application/json" else zlib.decompress(b64decode(found[2])))


def test_the_page_needs_nothing_from_outside_and_runs_only_its_own_script(plays: PlayText) -> None:
    text = page(groups_of(plays(ROOM)))
    markup = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b|\bsrc=|url\(|@import", markup)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 1
    assert f"script-src 'sha256-{b64encode(sha256(scripts[0].encode()).digest()).decode()}'" in text
    assert "default-src 'none'" in text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|^export |^import ", scripts[0], re.MULTILINE)


def test_it_holds_every_run_with_its_verdict_and_what_it_stands_on(plays: PlayText) -> None:
    found = data(page([*groups_of(plays(CANCELLED)), *groups_of(plays(ROOM))]))
    assert [group["title"] for group in found["groups"]] == ["A call, cancelled while it rings", "A room is ended"]
    assert [run["verdict"] for run in found["runs"]] == ["holds", "holds"]
    assert found["runs"][1]["relied"]
    assert all(len(each) == 4 and each[3].endswith("?") for run in found["runs"] for each in run["relied"])


def test_a_case_under_several_vendors_stands_side_by_side_and_the_first_difference_is_marked(plays: PlayText) -> None:
    found = data(page(groups_of(plays(QUEUED))))
    (group,) = found["groups"]
    assert [found["runs"][number]["name"] for number in group["runs"]] == ["Plivo", "TryVox", "VoipNow"]
    marked = [run["film"]["events"][differs] for run, differs in zip(found["runs"], group["differs"], strict=True)]
    assert {event["at"] for event in marked} == {5_000}
    assert len({event["text"] for event in marked}) > 1


CASES = """\
title: Hung up sooner or later
vendor: plivo
cases: [{case: sooner, when: 1s}, {case: later, when: 3s}]
calls:
  alice: {to: "+15550100001"}
steps:
  - {at: $when, hang_up: alice}
"""


def test_the_cases_of_a_file_stand_side_by_side_as_well_as_alone(plays: PlayText) -> None:
    found = data(page(groups_of(plays(CASES))))
    assert [group["runs"] for group in found["groups"]] == [[0], [1], [0, 1]]
    assert found["groups"][2]["name"] == "some.yaml: its 2 cases side by side"
    both = [found["runs"][number]["film"]["events"][differs] for number, differs in enumerate(found["groups"][2]["differs"])]
    assert [(event["at"], event["kind"]) for event in both] == [(1_000, "request"), (2_000, "far")]


def test_runs_that_do_not_differ_have_no_mark(plays: PlayText) -> None:
    one = film(plays(ROOM)[0].simulation)
    assert first_difference([one, film(plays(ROOM)[0].simulation)]) == [None, None]
    assert first_difference([one]) == [None]
    short = film(plays(ROOM)[0].simulation)
    last = max(number for number, event in enumerate(short.events) if not event.minor)
    del short.events[last:]
    assert first_difference([one, short]) == [last, None]


def test_two_orders_of_a_race_stand_side_by_side() -> None:
    case = load(ROOT / "races" / "01-hang-up-and-answer.yaml", "plivo", RulebookVocabulary())[0]
    group = group_of_orders(explore_case(case))
    assert [run.name.partition(":")[0] for run in group.runs] == ["in the order that is played", "the other way round"]
    ends = [{end.name: end.cause for end in run.film.ends} for run in group.runs]
    assert (ends[0]["alice"], ends[1]["alice"]) == ("cancelled", "normal")
    played, turned = first_difference([run.film for run in group.runs])
    assert (group.runs[0].film.events[played or 0].kind, group.runs[1].film.events[turned or 0].kind) == ("request", "far")


WRONG = """\
title: Hung up as it is answered, whatever comes first it is said to be cancelled
vendor: plivo
calls:
  alice: {to: "+15550100077", far_end: {answers: 5s}}
steps:
  - {at: 5s, hang_up: alice}
expect:
  alice: {cause: cancelled}
"""


def test_the_shortest_order_that_fails_stands_beside_the_one_that_is_played(plays: PlayText) -> None:
    case = plays(WRONG)[0].case
    group = group_of_orders(explore_case(case))
    assert group.runs[1].name == "the shortest order in which this fails: alice.cause"
    assert {end.name: end.cause for end in group.runs[1].film.ends}["alice"] == "normal"
    assert any("alice" in each for each in group.runs[0].failures)


def test_a_case_with_one_order_stands_alone(plays: PlayText) -> None:
    case = plays(CANCELLED)[0].case
    assert [run.name for run in group_of_orders(explore_case(case)).runs] == ["in the order that is played"]


def test_all_that_people_wrote_is_text() -> None:
    taken = film(nasty(), "</title><script>alert(4)</script>@@DATA@@")
    text = page([Group("<b>", taken.title, [Run(taken, NAMES[0], NAMES[1], failures=NAMES, assume={"<i>": "</script>"}, text=NAMES[0])])])
    assert text.count("<script") == 2
    assert text.count("</script>") == 2
    assert text.count("<title>") == 1
    assert not re.search(r"<img|<b>|<i>", text)
    found = data(text)
    assert {lane["name"] for lane in found["runs"][0]["film"]["lanes"]} == set(NAMES)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_long_data_is_packed_and_comes_out_as_it_was(plays: PlayText) -> None:
    groups = groups_of([*plays(ROOM)] * 12)
    text = page(groups)
    assert 'type="application/zlib"' in text
    assert len(data(text)["runs"]) == 12


def test_a_diagram_holds_what_there_is_room_for_and_nothing_that_mermaid_would_obey() -> None:
    lines = list(sequence(film(nasty())))
    assert lines[0] == "sequenceDiagram"
    for line in lines[2:]:
        text = line.partition(": ")[2] or line.partition(" as ")[2]
        assert not re.search(r"[<>;%`{}@](?!\d)", re.sub(r"#\d+;", "", text)), line
    long = film(nasty())
    long.events *= 40
    shortened = list(sequence(long))
    assert sum(not line.startswith(("    note over c0", "    participant", "    actor", "    %%")) for line in shortened) <= MOST + 1
    assert "events more" in shortened[-1]
