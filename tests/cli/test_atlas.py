"""`callsim atlas` on the command line: what can be asked, how it is told, and what is said of a wrong question."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

LONE = """\
callsim: 1
worlds:
  lone:
    title: A lone call
    vendor: [plivo, tryvox]
    subject: anna
    calls: {anna: {far_end: {rings: 1s, answers: 1s}}}
  voip:
    title: A lone phone call
    vendor: voipnow
    subject: anna
    calls: {anna: {far_end: {rings: 1s}}}
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(LONE, encoding="utf-8")
    return str(path)


def cells(callsim, *arguments: str) -> list[dict[str, object]]:
    result = callsim("atlas", *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.output)["cells"]
    return found


def test_it_draws_the_worlds_that_callsim_brings_along(callsim) -> None:
    found = cells(callsim, "--world", "outbound", "--vendor", "tryvox")
    assert {cell["vendor"] for cell in found} == {"tryvox"}
    assert {cell["world"] for cell in found} == {"outbound"}


CHOICES = [
    (("--vendor", "plivo"), "vendor", {"plivo"}),
    (("--world", "voip"), "world", {"voip"}),
    (("--state", "ringing"), "state", {"ringing"}),
    (("--basis", "observed"), "basis", {"observed"}),
    (("-k", "api-hangup"), "code", {"api-hangup"}),
]


@pytest.mark.parametrize(("options", "key", "expected"), CHOICES, ids=lambda word: str(word))
def test_cells_can_be_chosen(callsim, mine: str, options: tuple[str, ...], key: str, expected: set[str]) -> None:
    assert {cell[key] for cell in cells(callsim, "--worlds", mine, *options)} == expected


def test_what_is_assumed_otherwise_is_drawn_otherwise(callsim, mine: str) -> None:
    def late(*options: str) -> set[object]:
        found = cells(callsim, "--worlds", mine, "--vendor", "plivo", "--state", "unknown", *options)
        return {cell["status"] for cell in found if cell["operation"] == "hang_up_all"}

    assert late() == {204}
    assert late("--assume", "plivo.hang_up_all.none=404") == {404}


@pytest.mark.parametrize("format", ["text", "md", "html", "json", "csv"])
def test_every_form_can_be_written_to_a_file(callsim, mine: str, tmp_path: Path, format: str) -> None:
    path = tmp_path / "atlas"
    result = callsim("atlas", "--worlds", mine, "--format", format, "--output", str(path))
    assert (result.exit_code, result.output) == (0, "")
    text = path.read_text(encoding="utf-8")
    begins = {"text": "Plivo: A lone call [lone]\n", "md": "## Plivo: A lone call \\[lone]\n", "html": "<!doctype html>\n",
              "json": '{\n "cells": [', "csv": "vendor,world,state,by,operation,"}  # fmt: skip
    assert text.startswith(begins[format])
    assert text.endswith("\n")


def test_two_vendors_stand_side_by_side(callsim, mine: str) -> None:
    result = callsim("atlas", "--worlds", mine, "--diff", "plivo", "tryvox", "--state", "queued", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert {row["operation"]: row["differs"] for row in rows if row["by"] == "api"} == {"hang_up": "yes", "hang_up_all": "yes", "cancel": "yes"}
    data = json.loads(callsim("atlas", "--worlds", mine, "--diff", "plivo", "tryvox", "--format", "json").output)
    assert data["sides"] == ["plivo", "tryvox"]


def test_a_difference_can_be_searched_by_basis(callsim, mine: str) -> None:
    options = ("--worlds", mine, "--diff-assume", "tryvox.hang_up.queued=204", "--format", "md")
    assert callsim("atlas", *options).output.splitlines()[-1] == "1 cell, 1 of which differs"
    assert callsim("atlas", *options, "--basis", "documented").output.splitlines()[-1] == "0 cells, 0 of which differ"


MISTAKES = [
    ("--vendor plvo", "callsim: there is no vendor 'plvo'; there are plivo, tryvox, voipnow; did you mean plivo?"),
    ("--diff plivo plvo", "callsim: there is no vendor 'plvo'; there are plivo, tryvox, voipnow; did you mean plivo?"),
    ("--diff plivo plivo", "callsim: 'plivo' is no different from itself; name two vendors"),
    ("--diff plivo tryvox --vendor plivo", "callsim: --diff names both its vendors; leave --vendor out"),
    ("--diff plivo tryvox --diff-assume many.atomic=one-by-one", "callsim: --diff and --diff-assume are two questions; ask one of them"),
    ("--diff plivo tryvox --format html", "callsim: a difference has no page; ask for --format text, md, json or csv"),
    ("--world outbond", "callsim: there is no world 'outbond'; did you mean 'outbound'?"),
    ("--world conference --vendor plivo", "callsim: no world here is played by plivo; there are worlds of tryvox"),
    ("--world outbound --state rining", "callsim: nothing here is ever 'rining'; "
     "there are queued, ringing, in-progress, completed and unknown; did you mean 'ringing'?"),
    ("--assume plivo.kik.cause=4020", "callsim: there is no assumption 'plivo.kik.cause'; did you mean 'plivo.kick.cause'?"),
    ("--assume x", "callsim: --assume 'x' is no ID=VALUE, such as plivo.kick.cause=4020"),
    ("--diff-assume x", "callsim: --diff-assume 'x' is no ID=VALUE, such as plivo.kick.cause=4020"),
    ("--diff-assume plivo.kick.cause=4021", "callsim: plivo.kick.cause cannot be '4021'; it is one of 4030, 4020"),
    ("--diff-assume plivo.kick.cause=4030", "callsim: plivo.kick.cause is 4030 already; choose another value to see what it changes"),
    ("--vendor tryvox --assume plivo.kick.cause=4020",
     "callsim: --assume plivo.kick.cause concerns plivo, and no world here is played by that vendor"),
    ("--vendor tryvox --diff-assume plivo.kick.cause=4020",
     "callsim: --diff-assume plivo.kick.cause concerns plivo, and no world here is played by that vendor"),
    ("--worlds nowhere.yaml", "nowhere.yaml: this cannot be read: No such file or directory"),
    ("--format html --scenarios nowhere", "callsim: 'nowhere' is no folder of scenarios"),
    ("--output nowhere/atlas.txt", "callsim: nowhere/atlas.txt cannot be written: No such file or directory"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
def test_a_wrong_question_is_answered_with_what_to_ask(callsim, arguments: str, expected: str) -> None:
    result = callsim("atlas", *arguments.split())
    assert result.exit_code == 2
    assert result.output.splitlines() == [expected]


def test_a_world_that_is_wrong_is_told_with_its_place(callsim, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(LONE.replace("rings: 1s}", "rings: soon}"), encoding="utf-8")
    result = callsim("atlas", "--worlds", str(path))
    assert result.exit_code == 2
    assert result.output.startswith(f"{path}:12:37: 'soon' is not a duration")
