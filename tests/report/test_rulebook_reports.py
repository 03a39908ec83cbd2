"""The rulebook told: tables, diagrams, explanations, and the systems side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callsim.dialects import DIALECTS, VENDORS, rulebook
from callsim.errors import UsageError
from callsim.model import STATES, Entity
from callsim.provenance import Kind
from callsim.report import explaining, graphs, systems, tables
from callsim.report.wording import differing, says
from tests.report.worlds import CANCELLED


@pytest.mark.parametrize("vendor", [*VENDORS, None])
def test_every_rule_can_be_put_into_words(vendor) -> None:
    assert all(says(row) for row in rulebook(vendor).rows.values())


def test_every_version_of_every_rule_is_in_the_table_of_all_once() -> None:
    found = tables.entries()
    pairs = [(entry.row.id, vendor) for entry in found for vendor in _vendors(entry.vendors)]
    assert len(pairs) == len(set(pairs)) == sum(len(rulebook(vendor).rows) for vendor in VENDORS)


def _vendors(words: str) -> list[str]:
    return list(VENDORS) if words == "all" else words.split(", ")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_table_can_be_of_one_basis_only(kind) -> None:
    assert {entry.row.basis.kind for entry in tables.entries("plivo", kind)} == {kind}


def test_the_table_in_json_has_all_the_evidence() -> None:
    data = json.loads(tables.as_json(tables.entries("tryvox")))
    (row,) = [each for each in data if each["id"] == "call.hang_up.queued.api"]
    assert (row["says"], row["basis"], row["assumption"]) == (
        "refused: stays queued",
        "assumed",
        "tryvox.hang_up.queued",
    )
    assert len(row["evidence"]) == 2


def test_the_table_in_markdown_has_five_cells_in_every_row() -> None:
    rows = [line for line in tables.as_markdown(tables.entries()) if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_the_table_for_people_keeps_ids_whole_where_there_is_room(drawn) -> None:
    found = tables.entries("plivo")
    shown = drawn(*tables.as_text(found, 240), width=240)
    assert all(entry.row.id in shown for entry in found)
    assert shown.rstrip().endswith(tables.counted(found))


@pytest.mark.parametrize("entity", list(Entity))
@pytest.mark.parametrize("vendor", [*VENDORS, None])
def test_a_diagram_has_every_state_and_each_move_once(entity, vendor) -> None:
    lines = list(graphs.mermaid(entity, rulebook(vendor)))
    assert lines[0] == "stateDiagram-v2"
    assert all(any(f'state "{state}" as' in line for line in lines) for state in STATES[entity])
    moves = [line.partition(":")[0] for line in lines if "-->" in line]
    assert len(moves) == len(set(moves))


def test_a_diagram_says_who_may_do_what_with_which_cause() -> None:
    (edge,) = (line for line in graphs.mermaid(Entity.MPC, rulebook("plivo")) if "initialized --> ended" in line)
    assert "stop by api / stopped" in edge


def test_the_systems_stand_side_by_side() -> None:
    heading, _, *rows = systems.hanging_up()
    assert heading == "| request | queued | ringing | in-progress | completed | unknown id |"
    cells = {row.split(" | ")[0].strip("| "): row.strip("| ").split(" | ")[1:] for row in rows}
    assert cells["TryVox: hang up"][0] == "409, changes nothing (assumed: `tryvox.hang_up.queued`)"
    assert cells["Plivo: hang up"][1] == "204, cancelled: completed, code 1000, Canceled, API Request (documented)"
    assert cells["VoipNow: hang up"][3] == "400, changes nothing (disputed: `voipnow.hang_up.not_live`)"


def test_the_four_legs_of_a_room_that_is_ended_stand_side_by_side() -> None:
    _, _, xml, api = systems.ending_mpc()
    assert "goes on with the next element (documented) | its call goes on with the document its exit URL" in xml
    assert "code 4020, Multiparty Call Ended, API Request (documented) | its call goes on with the document" in api


# -- explain ---------------------------------------------------------------------------------------------------------


def explained(drawn, id: str, *options: object) -> str:
    return str(drawn(*explaining.explained(id, *options), width=200))


def test_a_rule_is_explained_with_its_sentence_its_sources_and_where_vendors_differ(drawn) -> None:
    shown = explained(drawn, "call.hang_up.queued.api")
    assert "It is withdrawn before it was placed." in shown
    assert "(seen 2026-" in shown
    assert "tryvox: Only ringing and in-progress calls can be hung up." in " ".join(shown.split())
    assert "to: completed -> queued" in shown


def test_one_vendors_rule_is_explained_alone(drawn) -> None:
    shown = explained(drawn, "call.hang_up.queued.api", "tryvox")
    assert "refused: stays queued" in shown
    assert "plivo:" not in shown


def test_the_beginning_of_several_ids_lists_them(drawn) -> None:
    shown = explained(drawn, "call.hang_up")
    assert "rules begin with call.hang_up:" in shown
    assert "call.hang_up.ringing.api.outbound" in shown


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_assumption_can_be_explained_with_all_its_choices(drawn, vendor) -> None:
    for id, one in rulebook(vendor).assumptions.items():
        shown = explained(drawn, id)
        assert one.question in shown
        assert all(choice in shown for choice in one.all_choices())


def test_an_assumption_tells_what_each_choice_changes(drawn) -> None:
    assert "call.hang_up.queued.api: to queued -> completed" in explained(drawn, "tryvox.hang_up.queued")


def test_an_unknown_id_is_a_mistake_with_the_nearest_ones(drawn) -> None:
    with pytest.raises(UsageError, match=r"nothing is called 'plivo.kik.cause'; did you mean plivo.kick.cause"):
        explained(drawn, "plivo.kik.cause")


def test_the_scenarios_that_teach_prove_or_set_something_are_found(drawn, tmp_path: Path) -> None:
    head = "callsim: 1\n" + CANCELLED
    (tmp_path / "teaches.yaml").write_text(head + "teaches: [call.hang_up.ringing.api.outbound]\n")
    (tmp_path / "proves.yaml").write_text(head + "proves: [T7]\n")
    (tmp_path / "sets.yaml").write_text(head + "assume: {tryvox.hang_up.queued: 404}\n")
    (tmp_path / "broken.yaml").write_text("callsim: 1\nT7: call.hang_up.ringing\n")
    assert [path.name for path, _, _ in explaining.teaching("call.hang_up.ringing", tmp_path)] == ["teaches.yaml"]
    assert "proved by" in explained(drawn, "T7", None, tmp_path)
    assert "set by" in explained(drawn, "tryvox.hang_up.queued", None, tmp_path)
    assert "No scenario in" in explained(drawn, "T8", None, tmp_path)


def test_a_missing_folder_of_scenarios_or_an_empty_one_is_said_to_be_one(drawn, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = "There is no folder scenarios here to look for what teaches it; --scenarios FOLDER names another."
    for id in ("T7", "plivo.kick.cause", "call.hang_up.queued.api"):
        assert explained(drawn, id).splitlines()[-1] == said
    (tmp_path / "scenarios").mkdir()
    said = "The folder scenarios here holds no scenarios; --scenarios FOLDER names another."
    assert explained(drawn, "T7").splitlines()[-1] == said


def test_a_folder_that_is_none_is_a_mistake(drawn, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        explained(drawn, "T7", None, tmp_path / "nowhere")


def test_what_vendors_change_of_base_rules_can_be_told() -> None:
    base = rulebook()
    for each in DIALECTS:
        book = rulebook(each.vendor.name)
        changed = [id for id, row in base.rows.items() if book.rows[id] != row]
        assert all(list(differing(base.rows[id], book.rows[id])) for id in changed)
