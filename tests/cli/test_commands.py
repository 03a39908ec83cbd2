"""The commands and their options, when all is well, and when callsim itself is at fault."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from callsim.cli import cli, running
from callsim.cli.progress import Progress
from callsim.errors import BrokenLaw
from callsim.scenario.playing import Played

WORLDS = Path(__file__).parent / "worlds"


@pytest.mark.parametrize("command", cli.commands)
def test_the_help_of_every_command_has_an_example(callsim, command: str) -> None:
    result = callsim(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"callsim {command} " in result.stdout.replace(f"Usage: callsim {command}", "") or command == "schema"


def test_the_version_is_told(callsim) -> None:
    assert callsim("--version").stdout.startswith("callsim ")


# -- run -------------------------------------------------------------------------------------------------------------


def test_a_scenario_can_come_from_the_standard_input(callsim) -> None:
    assert callsim("run", "-", stdin=(WORLDS / "cancelled.yaml").read_text()).exit_code == 0


TRAFFIC = "callsim: 1\ntitle: Many\nvendor: plivo\ntraffic: {horizon: 1h}\narrivals: {a: {poisson: 1/s}}\n"


def test_traffic_in_a_folder_is_passed_by_and_refused_where_it_is_named_or_alone(callsim, tmp_path: Path) -> None:
    traffic = tmp_path / "b.yaml"
    traffic.write_text(TRAFFIC)
    for paths in ([traffic], [tmp_path], [tmp_path, traffic]):
        for command in ("run", "explore"):
            result = callsim(command, *map(str, paths))
            assert result.exit_code == 2
            message = "b.yaml:5:1: calls arrive at random here, and nothing is said step by step"
            assert result.stderr.count(message) == 1, result.stderr
            assert f"or callsim traffic {traffic}" in result.stderr
    (tmp_path / "a.yaml").write_text((WORLDS / "cancelled.yaml").read_text())
    for command in ("run", "explore"):
        result = callsim(command, str(tmp_path))
        assert (result.exit_code, result.stderr) == (0, "")
        assert callsim(command, str(tmp_path), str(traffic)).exit_code == 2


def test_traffic_is_checked_with_the_files_it_names(callsim, tmp_path: Path) -> None:
    path, recorded = tmp_path / "b.yaml", tmp_path / "r.csv"
    path.write_text(TRAFFIC.replace("poisson: 1/s", "recorded: r.csv"))
    recorded.write_text("at\n1\n")
    assert (callsim("check", str(path)).exit_code, callsim("check", str(tmp_path)).exit_code) == (0, 0)
    recorded.write_text("at\nsoon\n")
    result = callsim("check", str(tmp_path))
    assert (result.exit_code, result.stderr) == (
        2, f"{recorded}:2:1: 'soon' is no time; expected a duration such as 1.5s, or seconds\n",
    )  # fmt: skip


def test_a_new_scenario_holds_as_it_is_written(callsim) -> None:
    new = callsim("new", "-")
    assert new.exit_code == 0
    result = callsim("run", "-", stdin=new.stdout)
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_report_can_go_to_a_file(callsim, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    result = callsim("run", "worlds/cancelled.yaml", "--format", "json", "--output", str(path))
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads(path.read_text())["passed"] is True


def test_a_trace_is_json_lines_with_a_heading_for_each_scenario(callsim, tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    assert callsim("run", "worlds/queued.yaml", "--trace", str(path)).exit_code == 0
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["vendor"] for line in lines if line["kind"] == "scenario"] == ["plivo", "tryvox", "voipnow"]


def test_the_json_report_can_hold_the_trace(callsim) -> None:
    assert "trace" not in json.loads(callsim("run", "worlds/cancelled.yaml", "--format", "json").stdout)["scenarios"][0]
    held = json.loads(callsim("run", "worlds/cancelled.yaml", "--format", "json", "--with-trace").stdout)
    assert held["scenarios"][0]["trace"]


def test_coverage_is_told_after_the_usual_only_if_it_is_asked_for(callsim) -> None:
    for arguments in (["worlds/cancelled.yaml"], ["worlds/queued.yaml"], ["worlds/cancelled.yaml", "worlds/fails.yaml"]):
        usual, more = callsim("run", *arguments), callsim("run", *arguments, "--coverage")
        assert more.exit_code == usual.exit_code
        rest = more.stdout.removeprefix(usual.stdout)
        assert rest.lstrip("\n").startswith("coverage\n")
        assert f"{usual.stdout}{rest}".count("\n\n\n") == 0


def test_the_json_report_has_coverage_only_if_it_is_asked_for(callsim) -> None:
    arguments = ("run", "worlds/queued.yaml", "worlds/cancelled.yaml", "--format", "json")
    usual, more = (json.loads(callsim(*arguments, *option).stdout) for option in ([], ["--coverage"]))
    coverage = more.pop("coverage")
    assert usual == more
    assert list(coverage) == ["plivo", "tryvox", "voipnow"]
    assert coverage["tryvox"]["transitions"]["seen"] > coverage["plivo"]["transitions"]["seen"]


def test_what_cannot_be_played_covers_nothing(callsim) -> None:
    result = callsim("run", "-", "--coverage", stdin="no scenario")
    assert (result.exit_code, result.stdout) == (2, "coverage: nothing was played\n")


def test_an_assumption_on_the_command_line_decides(callsim) -> None:
    result = callsim(
        "run", "worlds/kicked.yaml", "worlds/cancelled.yaml", "--assume", "plivo.kick.cause=4020", "--format", "json"
    )
    kicked, cancelled = json.loads(result.stdout)["scenarios"]
    assert (kicked["assume"], kicked["calls"]["ann"]["vendor"]["code"]) == ({"plivo.kick.cause": "4020"}, 4020)
    assert cancelled["assume"] == {}
    assert result.exit_code == 1


def test_another_seed_makes_other_ids_and_the_same_verdict(callsim) -> None:
    first, second = (
        json.loads(callsim("run", "worlds/kicked.yaml", "--format", "json", "--seed", seed).stdout) for seed in "12"
    )
    assert first["scenarios"][0]["calls"]["ann"].pop("uuid") != second["scenarios"][0]["calls"]["ann"].pop("uuid")
    assert first["scenarios"][0]["calls"] == second["scenarios"][0]["calls"]


def test_a_word_chooses_by_file_case_vendor_or_title_whatever_its_case(callsim) -> None:
    for word, count in (("CANCELLED", 1), ("voipnow", 1), ("kick", 1), ("worlds", 7)):
        assert len(callsim("run", "worlds", "--list", "-k", word).stdout.splitlines()) == count


def test_fail_fast_stops_at_the_first_that_does_not_hold(callsim) -> None:
    arguments = ("run", "worlds/fails.yaml", "worlds/cancelled.yaml", "--format", "json")
    assert len(json.loads(callsim(*arguments).stdout)["scenarios"]) == 2
    assert len(json.loads(callsim(*arguments, "--fail-fast").stdout)["scenarios"]) == 1


def test_check_reads_and_does_not_play(callsim) -> None:
    result = callsim("check", "worlds")
    assert (result.exit_code, result.stdout) == (0, "5 files, 7 scenarios: nothing is wrong\n")


def test_a_run_that_hit_a_bound_is_undecided(callsim, monkeypatch) -> None:
    real = running.play

    def play(*arguments: object) -> Played:
        return replace(real(*arguments), complete=False, passed=False)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "play", play)
    result = callsim("run", "worlds/cancelled.yaml")
    assert result.exit_code == 3
    assert "UNDECIDED" in result.stdout


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_for_several_scenarios_and_taken_away(monkeypatch) -> None:
    for total, wanted, shown in ((2, True, "\r\x1b[K1/2 a\\x1b.yaml\r\x1b[K"), (1, True, ""), (2, False, "")):
        monkeypatch.setattr(sys, "stderr", _Terminal())
        progress = Progress(total, wanted)
        progress.step(1, "a\x1b.yaml")
        progress.clear()
        assert sys.stderr.getvalue() == shown  # type: ignore[attr-defined]


# -- interruptions, and callsim's own faults -------------------------------------------------------------------------


def _play_once_then(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    plays = iter([running.play, None])

    def play(*arguments: object) -> Played:
        real = next(plays)
        if real is None:
            raise error
        return real(*arguments)

    monkeypatch.setattr(running, "play", play)


@pytest.mark.parametrize("format", ["text", "json", "junit"])
def test_an_interruption_leaves_what_is_known_and_ends_with_3(callsim, monkeypatch, format: str) -> None:
    _play_once_then(monkeypatch, KeyboardInterrupt())
    result = callsim("run", "worlds/cancelled.yaml", "worlds/fails.yaml", "--format", format)
    assert (result.exit_code, result.stderr) == (3, "interrupted after 1 of 2 scenarios\n")
    assert "cancelled while it rings" in result.stdout
    if format == "json":
        assert json.loads(result.stdout)["passed"] is False


def test_a_broken_law_ends_with_70_one_line_and_a_file_with_the_commands(callsim, monkeypatch, tmp_path: Path) -> None:
    _play_once_then(
        monkeypatch, BrokenLaw("a call ends once", "it ended twice", ["0 ms: place ann", "1 ms: hang_up ann"])
    )
    cancelled, fails = (str(WORLDS / name) for name in ("cancelled.yaml", "fails.yaml"))
    monkeypatch.setattr("callsim.cli.guard.Path", lambda *words: Path(tmp_path, *words))
    result = callsim("run", cancelled, fails)
    assert result.exit_code == 70
    assert result.stderr.count("\n") == 1
    assert "callsim broke its own law 'a call ends once': it ended twice" in result.stderr
    (kept,) = tmp_path.glob("callsim-broken-law-*.txt")
    assert kept.read_text().endswith("0 ms: place ann\n1 ms: hang_up ann\n")


def test_a_fault_nobody_foresaw_is_one_line_too(callsim, monkeypatch, tmp_path: Path) -> None:
    _play_once_then(monkeypatch, ZeroDivisionError("one\nby\x1bnone"))
    monkeypatch.setattr("callsim.cli.guard.Path", lambda *words: Path(tmp_path, *words))
    result = callsim("run", "worlds/cancelled.yaml", "worlds/fails.yaml")
    assert result.exit_code == 70
    assert result.stderr.startswith(
        r"callsim made a mistake of its own: ZeroDivisionError: one by\x1bnone; please report it"
    )
    assert result.stderr.count("\n") == 1
    (kept,) = tmp_path.glob("callsim-error-*.txt")
    assert "ZeroDivisionError" in kept.read_text()


def test_a_fault_outside_of_playing_is_one_line_too(callsim, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("callsim.report.graphs.mermaid", fail)
    monkeypatch.setattr("callsim.cli.guard.Path", lambda *words: Path("/proc/nowhere", *words))
    result = callsim("graph", "call")
    assert (result.exit_code, result.stderr.count("\n")) == (70, 1)
    assert "RecursionError" in result.stderr


# -- new -------------------------------------------------------------------------------------------------------------


def test_a_new_scenario_is_written_once(callsim, tmp_path: Path) -> None:
    name = str(tmp_path / "my-first_call")
    result = callsim("new", name)
    assert (result.exit_code, result.stdout) == (0, f"{name}.yaml is written; play it with: callsim run {name}.yaml\n")
    assert 'title: "my first call"' in Path(f"{name}.yaml").read_text()
    assert callsim("new", name).exit_code == 2


@pytest.mark.parametrize("name", ["it's: [odd] {name}", "#", "- x", "\x1b[1m", "日本", '"', "%"])
def test_a_new_scenario_of_any_name_can_be_played(callsim, tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    assert callsim("new", path).exit_code == 0
    assert callsim("run", f"{path}.yaml").exit_code == 0


def test_the_schema_is_json(callsim) -> None:
    assert json.loads(callsim("schema").stdout)["title"] == "A callsim scenario"


@pytest.mark.parametrize("format", ["text", "md", "json"])
def test_the_rules_can_be_had_in_three_formats(callsim, format: str) -> None:
    result = callsim("rules", "--format", format)
    assert result.exit_code == 0
    assert "call.hang_up.ringing.api.outbound" in result.stdout
