"""The atlas told: tables for people, Markdown whose tables hold, values that spreadsheets read, and two side by side."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from callsim.atlas.cells import KEYS, Cell
from callsim.atlas.comparing import assumed_otherwise, vendors_beside
from callsim.atlas.worlds import named, reference_worlds
from callsim.errors import UsageError
from callsim.report import atlas as report, atlas_beside

from .drawn import atlas, drawn

TITLES = report.titles(reference_worlds())
NASTY = r"""
nasty:
  title: "A | pipe, a <b>tag</b>, a `tick`, a \u202ereversed and [a link](http://x.test)"
  vendor: plivo
  subject: anna
  calls: {anna: {far_end: {rings: 1s}, hangup_url: "/a|b?x=<script>"}}
"""


def nasty() -> tuple[list[Cell], dict[tuple[str, str], str]]:
    from callsim.atlas.worlds import read_worlds

    lines = "".join(f"  {line}\n" for line in NASTY.strip().splitlines())
    return drawn(NASTY), report.titles(read_worlds(f"callsim: 1\nworlds:\n{lines}".encode(), "worlds.yaml"))


def bars(line: str) -> int:
    """How many bars part the columns of a line of Markdown."""
    return len(re.findall(r"(?<!\\)\|", line))


def test_json_is_one_object_of_cells_with_exactly_their_keys() -> None:
    data = json.loads(report.as_json(atlas()))
    assert list(data) == ["cells"]
    assert len(data["cells"]) == len(atlas())
    assert all(tuple(cell) == KEYS for cell in data["cells"])


def test_comma_separated_values_come_back_as_they_were() -> None:
    rows = list(csv.DictReader(io.StringIO(report.as_csv(atlas()))))
    assert len(rows) == len(atlas())
    for row, cell in zip(rows, atlas(), strict=True):
        data = cell.as_data()
        assert tuple(row) == KEYS
        assert json.loads(row["callbacks"]) == data["callbacks"]
        assert (json.loads(row["body"]) if row["body"] else None) == data["body"]
        for key in KEYS[:6]:
            assert row[key] == ("" if data[key] is None else str(data[key]))


def test_every_line_of_a_markdown_table_has_all_its_columns() -> None:
    for cells, titles in ((atlas(), TITLES), nasty()):
        lines = [line for line in report.as_markdown(cells, titles) if line.startswith("|")]
        assert {bars(line) for line in lines} == {len(report.HEADINGS) + 1}
        assert len(lines) == len(cells) + 2 * len({(cell.vendor, cell.world) for cell in cells})


def test_nothing_people_wrote_is_markdown_or_obeyed_by_a_terminal() -> None:
    cells, titles = nasty()
    text = "\n".join(report.as_markdown(cells, titles))
    assert "A | pipe, a \\<b>tag\\<" in text
    assert "\\`tick\\`" in text
    assert "\\[a link]" in text
    assert "\u202e" not in text + "".join(map(str, report.as_text(cells, titles, 100))) + report.as_csv(cells)


def test_a_table_tells_what_a_cell_says() -> None:
    lines = [str(line) for line in report.as_text([cell for cell in atlas() if cell.world == "outbound"], TITLES, 300)]
    (line,) = [line for line in lines if re.match(r"ringing +api +hang_up +204", line) and "1000" in line]
    assert re.split(r"  +", line) == [
        "ringing", "api", "hang_up", "204", "completed", "cancelled", "completed, code 1000, Canceled, API Request",
        "hangup of alice: /over (Hangup, cancel, Canceled, 1000, API Request)", "documented",
    ]  # fmt: skip
    assert lines[0] == "Plivo: A lone outbound call, whose application wants to hear of its end [outbound]"


def test_a_table_fits_a_narrow_terminal() -> None:
    cells = [cell for cell in atlas() if cell.world == "outbound" and cell.vendor == "tryvox"]
    assert max(line.cell_len for line in list(report.as_text(cells, TITLES, 120))[1:-1]) <= 120


def test_the_last_line_counts_what_the_cells_stand_on() -> None:
    assert re.fullmatch(r"\d+ cells: \d+ documented, \d+ observed, \d+ disputed, \d+ assumed", report.counted(atlas()))
    assert report.counted(atlas()[:1]) == f"1 cell: 1 {atlas()[0].basis}"
    assert report.counted([]) == "0 cells"


# -- two side by side -------------------------------------------------------------------------------------------------

DIFFERENCES = """
queued      | hang_up | * | 204; completed, cancelled (completed, code 1000, Canceled, API Request); hangup | 409 invalid_call_state; queued
ringing     | hang_up |   | 204; completed, cancelled (completed, code 1000, Canceled, API Request); hangup | 204; completed, cancelled
in-progress | hang_up |   | 204; completed, normal (completed, code 4000, Normal Hangup, API Request)       | 204; completed, normal
completed   | hang_up |   | 404 call not found; completed; assumed (plivo.hang_up.ended) | 404 call_already_ended; completed; documented
queued      | cancel  | * | 204; completed, cancelled                                              | -
"""


@pytest.mark.parametrize("row", [[word.strip() for word in line.split("|")] for line in DIFFERENCES.strip().splitlines()], ids=" ".join)
def test_two_vendors_stand_side_by_side_and_differences_are_marked(row: list[str]) -> None:
    state, operation, mark, one, other = row
    pairs = vendors_beside(named(reference_worlds(), "outbound"), "plivo", "tryvox")
    (pair,) = [pair for pair in pairs if pair.place == ("outbound", state, "api", operation)]
    assert ("*" if pair.differs else "") == mark
    assert atlas_beside.said(pair.one).startswith(one)
    assert atlas_beside.said(pair.other).startswith(other)


def test_vendors_that_share_no_world_are_told() -> None:
    with pytest.raises(UsageError, match="no world here is played by both plivo and tryvox"):
        vendors_beside(named(reference_worlds(), "conference"), "plivo", "tryvox")
    with pytest.raises(UsageError, match="'plivo' is no different from itself; name two vendors"):
        vendors_beside(reference_worlds(), "plivo", "plivo")


def test_what_an_assumption_changes_is_shown_before_and_after() -> None:
    pairs = assumed_otherwise(named(reference_worlds(), "outbound"), "tryvox.hang_up.queued", "204")
    (pair,) = pairs
    assert pair.place == ("outbound", "queued", "api", "hang_up")
    data = json.loads(atlas_beside.as_json(pairs, ("before", "after")))
    (row,) = data["rows"]
    assert data["sides"] == ["before", "after"]
    assert (row["vendor"], row["before"]["status"], row["after"]["status"], row["after"]["to"]) == ("tryvox", 409, 204, "completed")


def test_an_assumption_that_changes_no_cell_shows_none() -> None:
    assert assumed_otherwise(named(reference_worlds(), "outbound"), "plivo.kick.cause", "4020") == []


def test_both_sides_are_told_in_every_form() -> None:
    pairs = vendors_beside(named(reference_worlds(), "outbound"), "plivo", "tryvox")
    sides = ("plivo", "tryvox")
    rows = list(csv.reader(io.StringIO(atlas_beside.as_csv(pairs, sides))))
    assert rows[0] == ["vendor", "differs", "world", "state", "by", "operation", "plivo", "tryvox"]
    assert {len(row) for row in rows} == {8}
    assert sum(row[1] == "yes" for row in rows) == sum(pair.differs for pair in pairs)
    table = [line for line in atlas_beside.as_markdown(pairs, sides) if line.startswith("|")]
    assert {bars(line) for line in table} == {8}
    told = [str(line) for line in atlas_beside.as_text(pairs, sides, 200)]
    assert told[0] == "outbound"
    assert told[-1] == atlas_beside.summary(pairs)
