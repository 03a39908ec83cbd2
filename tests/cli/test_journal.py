"""`callsim journal`: what a journal has, for people and as a scenario."""

from __future__ import annotations

from pathlib import Path

from callsim.server.journal import Journal
from tests.cli.conftest import Callsim
from tests.server.session import exchange
from tests.server.test_history import BY_HAND, told


def test_a_journal_is_told_in_a_few_lines(callsim: Callsim, tmp_path: Path) -> None:
    told(tmp_path / "it.db", BY_HAND, page=0)
    before = (tmp_path / "it.db").read_bytes()
    result = callsim("journal", str(tmp_path / "it.db"))
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert " inputs (" in lines[0]
    assert lines[0].endswith("; it is 6.5s, and 0 errands are on their way")
    assert "  seed: 0" in lines
    assert "plivo: 4 calls:" in lines
    assert any(line.startswith("  call#1  ") and line.endswith("+15550100001  completed at 4.5s: normal by api") for line in lines)
    assert lines[-1] == "voipnow: 0 calls"
    assert callsim("journal", str(tmp_path / "it.db"), "--vendor", "tryvox").output.splitlines()[-1] == "tryvox: 0 calls"
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"it.db": before}


def test_a_journal_becomes_a_scenario_that_is_played(callsim: Callsim, tmp_path: Path) -> None:
    told(tmp_path / "it.db", BY_HAND, page=0)
    story = tmp_path / "story.yaml"
    assert callsim("journal", str(tmp_path / "it.db"), "--as-scenario", "--output", str(story)).output == ""
    assert callsim("journal", str(tmp_path / "it.db"), "--as-scenario").output == story.read_text()
    assert callsim("run", str(story)).exit_code == 0
    assert callsim("explore", str(story), "--max-states", "2000").exit_code in (0, 3)


def test_what_is_no_journal_or_in_use_is_told_in_one_line(callsim: Callsim, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("dear diary")
    for file, why in (("text.db", "is no journal of callsim"), ("none.db", "there is no journal"), (".", "is no file")):
        result = callsim("journal", str(tmp_path / file))
        assert (result.exit_code, why in result.output, result.output.count("\n")) == (2, True, 1), result.output
    told(tmp_path / "it.db", BY_HAND)
    result = callsim("journal", str(tmp_path / "it.db"), "--vendor", "bell")
    assert (result.exit_code, "knows nothing of 'bell'" in result.output) == (2, True), result.output
    assert callsim("journal", str(tmp_path / "it.db"), "--output", str(tmp_path / "no/where")).exit_code == 2


def test_one_that_a_server_uses_says_so(callsim: Callsim, tmp_path: Path) -> None:
    from callsim.server.serving import Wishes, about

    there = exchange()
    kept = Journal(tmp_path / "it.db", there, about(Wishes(), there.setting))
    kept.begin()
    try:
        result = callsim("journal", str(tmp_path / "it.db"))
        assert (result.exit_code, "it.db is in use by a server" in result.output) == (2, True), result.output
    finally:
        kept.close()
