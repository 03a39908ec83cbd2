"""`callsim explore`: what it is told, what it finds out, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callsim.cli import exploring
from callsim.cli.progress import Progress
from callsim.errors import BrokenLaw, UsageError
from callsim.explore import Bound, Progress as Reached
from callsim.scenario.explored import Explored, Finding, Happening

RACES = Path(__file__).parent / "races"
ANSWERED, LATE, CLIENTS = (f"races/{name}.yaml" for name in ("answered", "late", "clients"))
Found = Callable[..., Explored]


def _instead(monkeypatch: pytest.MonkeyPatch, *makes: Callable[[Explored], Explored] | BaseException) -> None:
    """Explore the first cases really, and make something else of what comes of each; or raise what is given."""
    real, left = exploring.explore_case, list(makes)

    def explore_case(*arguments: Any, **options: Any) -> Explored:
        make = left.pop(0) if left else lambda found: found
        if isinstance(make, BaseException):
            raise make
        return make(real(*arguments, **options))

    monkeypatch.setattr(exploring, "explore_case", explore_case)


def _as_it_is(found: Explored) -> Explored:
    return found


def _cut(bound: Bound = Bound.STATES) -> Callable[[Explored], Explored]:
    def make(found: Explored) -> Explored:
        findings = tuple(replace(one, failing=None) for one in found.findings)
        return replace(found, orders=None, bound=bound, findings=findings)

    return make


# -- verdicts and exit codes -----------------------------------------------------------------------------------------


def test_what_holds_in_every_order_ends_with_0(callsim) -> None:
    result = callsim("explore", LATE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "holds in the only order" in result.stdout
    assert result.stdout.endswith("2 scenarios: 2 hold\n")


def test_what_fails_in_some_order_ends_with_1_and_is_told_with_the_shortest(callsim) -> None:
    result = callsim("explore", ANSWERED)
    assert result.exit_code == 1
    assert "FAILS in 1 of 2 orders  9:18   expect alice.cause" in result.stdout
    assert ">  4  5s  step 1: hang_up alice  204\nraces/answered.yaml:9:18: expected alice's cause" in result.stdout


def test_every_file_that_can_be_read_is_explored_whatever_is_wrong_with_the_others(callsim, tmp_path: Path) -> None:
    (tmp_path / "junk.yaml").write_text("a: [")
    result = callsim("explore", "missing.yaml", str(tmp_path), ANSWERED)
    assert result.exit_code == 2
    assert "FAILS in 1 of 2 orders" in result.stdout
    assert result.stderr.splitlines()[0] == "missing.yaml: this cannot be read: No such file or directory"
    assert "junk.yaml:2:1: a value is missing" in result.stderr


def test_a_bound_that_was_hit_ends_with_3_and_tells_what_is_known(callsim) -> None:
    result = callsim("explore", ANSWERED, "--max-states", "3")
    assert (result.exit_code, result.stderr) == (3, "")
    assert "not every order of what happens at the same instant: 3 distinct states" in result.stdout
    assert "UNDECIDED  bound: states; --max-states allows more" in result.stdout


def test_memory_is_a_bound_too(callsim) -> None:
    result = callsim("explore", ANSWERED, "--max-memory", "1KiB")
    assert result.exit_code == 3
    assert "bound: memory" in result.stdout


def test_memory_that_one_search_has_given_back_is_there_for_the_next(callsim, monkeypatch) -> None:
    real, allowed = exploring.explore_case, []

    def explore_case(*arguments: Any, max_memory: int, **options: Any) -> Explored:
        allowed.append(max_memory)
        return real(*arguments, **options)

    monkeypatch.setattr(exploring, "explore_case", explore_case)
    monkeypatch.setattr(exploring, "memory_used", lambda: 700_000_000)
    callsim("explore", LATE, "--max-memory", "500MB")
    callsim("explore", LATE, "--max-memory", "1GB")
    assert allowed == [500_000_000, 700_000_000, 1_000_000_000, 1_000_000_000]


def test_what_fails_fails_even_if_the_search_was_cut(callsim, monkeypatch) -> None:
    _instead(monkeypatch, _cut())
    result = callsim("explore", ANSWERED)
    assert result.exit_code == 1
    assert "FAILS  2 expectations do not hold in every order; bound: states" in result.stdout


@pytest.mark.parametrize("format", ["text", "json"])
def test_an_interrupted_search_tells_what_it_knows_and_is_the_last(callsim, monkeypatch, format: str) -> None:
    _instead(monkeypatch, _as_it_is, _cut(Bound.INTERRUPTED))
    result = callsim("explore", CLIENTS, ANSWERED, LATE, "--format", format)
    assert (result.exit_code, result.stderr) == (3, "interrupted after 2 of 4 scenarios\n")
    assert "interrupted" in result.stdout
    if format == "json":
        data = json.loads(result.stdout)
        assert (data["passed"], len(data["scenarios"])) == (False, 2)


def test_an_interruption_between_searches_leaves_what_was_found(callsim, monkeypatch) -> None:
    _instead(monkeypatch, _as_it_is, KeyboardInterrupt())
    result = callsim("explore", ANSWERED, LATE)
    assert (result.exit_code, result.stderr) == (3, "interrupted after 1 of 3 scenarios\n")
    assert "FAILS in 1 of 2 orders" in result.stdout


LAW = Finding(
    "law", "a call ends once", None, False, 1, (Happening("alice is placed", 0), Happening("alice ends", 5, "twice")), "it ended twice"
)


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_broken_law_ends_with_70_and_a_file_with_what_leads_to_it(callsim, monkeypatch, tmp_path: Path, format: str) -> None:
    _instead(monkeypatch, lambda found: replace(found, findings=(*found.findings, LAW)))
    monkeypatch.setattr("callsim.cli.guard.Path", lambda *words: Path(tmp_path, *words))
    result = callsim("explore", LATE, "--as", "plivo", "--format", format)
    assert result.exit_code == 70
    assert result.stderr.startswith(f"callsim broke its own law 'a call ends once': it ended twice, in {LATE}; the commands")
    assert result.stderr.count("\n") == 1
    (kept,) = tmp_path.glob("callsim-broken-law-*.txt")
    assert kept.read_text().endswith("alice is placed\nalice ends\n")
    assert "it ended twice" in result.stdout


@pytest.mark.parametrize("error", [BrokenLaw("a call ends once", "it ended twice", ["place"]), ZeroDivisionError("by\x1bzero")])
def test_a_fault_of_callsims_own_ends_with_70_and_the_other_cases_are_explored(callsim, monkeypatch, tmp_path: Path, error) -> None:
    _instead(monkeypatch, error)
    monkeypatch.setattr("callsim.cli.guard.Path", lambda *words: Path(tmp_path, *words))
    result = callsim("explore", ANSWERED, LATE)
    assert result.exit_code == 70
    assert result.stderr.count("\n") == 1
    assert "2 scenarios: 2 hold" in result.stdout


def test_a_mistake_found_while_exploring_has_its_place_and_is_said_once(callsim, tmp_path: Path) -> None:
    path = tmp_path / "cancel.yaml"
    path.write_text("callsim: 1\ntitle: t\nvendor: tryvox\ncases: [{case: a}, {case: b}]\ncalls: {ann: {}}\nsteps: [{cancel: ann}]\n")
    result = callsim("explore", str(path))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}:6:")
    assert result.stderr.count("\n") == 1


# -- what is asked for -------------------------------------------------------------------------------------------------

WINDOWS = [([], 0), (["--same-instant"], 0), (["--window", "200ms"], 200), (["--window", "0"], 0), (["--any"], None)]


@pytest.mark.parametrize(("options", "window"), WINDOWS)
def test_what_changes_places_can_be_chosen(callsim, options: list[str], window: int | None) -> None:
    (one,) = json.loads(callsim("explore", LATE, "--as", "plivo", "--format", "json", *options).stdout)["scenarios"]
    assert one["window_ms"] == window
    assert one["orders"] == 1 if window == 0 else one["orders"] > 1


def test_every_wish_reaches_the_search(callsim, monkeypatch) -> None:
    asked: list[dict[str, Any]] = []
    real = exploring.explore_case

    def explore_case(case, seed, assume, window, **options: Any) -> Explored:
        options.pop("progress")
        asked.append({"vendor": case.vendor, "seed": seed, "assume": assume, "window": window, **options})
        return real(case, seed, assume, window)

    monkeypatch.setattr(exploring, "explore_case", explore_case)
    callsim(
        "explore", ANSWERED, "--seed", "7", "--assume", "tryvox.errors=nested", "--as", "tryvox", "--window", "1s",
        "--max-states", "50", "--max-memory", "3MiB", "--workers", "2",
    )  # fmt: skip
    assert asked == [{
        "vendor": "tryvox", "seed": 7, "assume": {"tryvox.errors": "nested"}, "window": 1_000,
        "max_states": 50, "max_memory": 3 * 2**20, "workers": 2, "coverage": None,
    }]  # fmt: skip


def test_memory_is_bounded_unless_the_system_does_not_tell_how_much_is_used(monkeypatch) -> None:
    assert exploring.memory(None) == 2 * 10**9

    def silent() -> int:
        raise UsageError("this system does not tell")

    monkeypatch.setattr(exploring, "memory_used", silent)
    assert exploring.memory(None) is None
    assert [exploring.memory(size) for size in ("1B", "1kB", "1KB", "1KiB", "3MB", "2GB", "1GiB")] == [
        1, 1_000, 1_000, 1_024, 3_000_000, 2_000_000_000, 2**30,
    ]  # fmt: skip


def test_scenarios_are_chosen_named_and_stopped_at_as_when_they_are_played(callsim) -> None:
    assert callsim("explore", "races", "--list").stdout == callsim("run", "races", "--list").stdout
    assert callsim("explore", "races", "-k", "CLIENTS", "--list").stdout.count("\n") == 1
    data = json.loads(callsim("explore", ANSWERED, LATE, "--format", "json", "--fail-fast").stdout)
    assert [one["file"] for one in data["scenarios"]] == [ANSWERED]


def test_the_report_can_go_to_a_file(callsim, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    result = callsim("explore", ANSWERED, "--format", "json", "--output", str(path))
    assert (result.exit_code, result.output) == (1, "")
    (one,) = json.loads(path.read_text())["scenarios"]
    assert [(finding["subject"], finding["failing_orders"]) for finding in one["findings"] if not finding["holds"]] == [
        ("alice.cause", 1), ("alice.answered", 1),
    ]  # fmt: skip


def test_workers_and_seeds_change_no_verdict(callsim) -> None:
    alone = callsim("explore", CLIENTS, "--any", "--format", "json").stdout
    assert callsim("explore", CLIENTS, "--any", "--format", "json", "--workers", "2").stdout == alone
    of_seeds = [json.loads(callsim("explore", CLIENTS, "--format", "json", "--seed", seed).stdout)["scenarios"][0] for seed in "12"]
    assert of_seeds[0]["orders"] == of_seeds[1]["orders"]
    assert [each["holds"] for each in of_seeds[0]["findings"]] == [each["holds"] for each in of_seeds[1]["findings"]]


def test_an_alternative_that_nothing_leads_to_and_what_clients_can_have_are_told(callsim) -> None:
    result = callsim("explore", CLIENTS)
    assert result.exit_code == 1
    assert "races/clients.yaml:10:52: no order leads to this alternative: carrier" in result.stdout
    assert "linearizable: crm and desk can get all the answers they expect" in " ".join(result.stdout.split())


# -- the first failing order as a file ---------------------------------------------------------------------------------


def test_the_first_order_that_fails_is_written_and_the_way_to_play_it_said(callsim, tmp_path: Path) -> None:
    path = tmp_path / "failing.yaml"
    result = callsim("explore", LATE, ANSWERED, "--write", str(path))
    assert result.exit_code == 1
    assert f"\n{path} is written; play it with: callsim run {path}\n" in result.stdout
    assert "alice answers" in path.read_text()


WRITTEN = [
    (ANSWERED, "--same-instant"), (ANSWERED, "--window=1s"), (ANSWERED, "--any"), (LATE, "--window=1s"), (LATE, "--any"),
    (CLIENTS, "--any"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "window"), WRITTEN)
def test_what_is_written_fails_alike_when_it_is_played_and_when_it_is_explored(callsim, tmp_path: Path, file: str, window: str) -> None:
    path = str(tmp_path / "failing.yaml")
    data = json.loads(callsim("explore", file, window, "--write", path, "--format", "json").stdout)
    first = next(found for found in data["scenarios"] if not found["passed"])
    wrong = [one for one in first["findings"] if not one["holds"]]
    played = callsim("run", path)
    assert (played.exit_code, played.stderr) == (1, "")
    assert min(wrong, key=lambda one: len(one["shortest"]))["message"] in played.stdout
    assert callsim("explore", path, window).exit_code == 1


def test_an_order_is_written_over_an_older_one(callsim, tmp_path: Path) -> None:
    path = tmp_path / "failing.yaml"
    path.write_text("an older one")
    assert json.loads(callsim("explore", ANSWERED, "--write", str(path), "--format", "json").stdout)["written"] == str(path)
    assert path.read_text().startswith("callsim: 1\n")


def test_where_no_order_fails_nothing_is_written_and_that_is_said(callsim, tmp_path: Path) -> None:
    path = tmp_path / "failing.yaml"
    result = callsim("explore", LATE, "--write", str(path))
    assert result.stdout.endswith(f"\n{path} is not written: no order was found that fails\n")
    assert json.loads(callsim("explore", LATE, "--write", str(path), "--format", "json").stdout)["written"] is None
    assert not path.exists()


def test_a_scenario_that_is_explored_is_not_written_over(callsim, tmp_path: Path) -> None:
    path, link = tmp_path / "mine.yaml", tmp_path / "link.yaml"
    path.write_text((RACES / "answered.yaml").read_text())
    link.symlink_to(path)
    for target in (path, link):
        result = callsim("explore", str(path), "--write", str(target))
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"callsim: {target} is one of the scenarios explored, and is not written over\n"
    assert path.read_text() == (RACES / "answered.yaml").read_text()


def test_a_full_disk_takes_the_order_but_not_the_report(callsim) -> None:
    for format in ("text", "json"):
        result = callsim("explore", ANSWERED, CLIENTS, "--write", "/dev/full", "--format", format)
        assert (result.exit_code, result.stderr) == (2, "callsim: /dev/full cannot be written: No space left on device\n")
        assert "expected alice's cause to be cancelled" in result.stdout
        assert "Two clients put down at once" in result.stdout


# -- what is wrong with a command line -----------------------------------------------------------------------------------

BAD_COMMAND_LINES = [
    ([], "Missing argument 'PATH...'"),
    ([ANSWERED, "--window", "200"], "--window: '200' has no unit; write 200s for seconds or 200ms for milliseconds"),
    ([ANSWERED, "--window", "soon\x1b"], r"--window: 'soon\x1b' is not a duration"),
    ([ANSWERED, "--window", "-1s"], "--window: '-1s' is not a duration"),
    ([ANSWERED, "--window", "1s", "--any"], "--same-instant, --window and --any say different things; give one of them"),
    ([ANSWERED, "--same-instant", "--any"], "say different things"),
    ([ANSWERED, "--max-states", "0"], "0 is not in the range"),
    ([ANSWERED, "--workers", "0"], "0 is not in the range"),
    ([ANSWERED, "--workers", "1000"], "1000 is not in the range"),
    ([ANSWERED, "--max-memory", "500"], "--max-memory: '500' is no size; write one such as 500MB or 2GB"),
    ([ANSWERED, "--max-memory", "0MB"], "--max-memory: '0MB' is no size"),
    ([ANSWERED, "--max-memory", "9" * 5_000 + "MB"], "is no size"),
    ([ANSWERED, "--format", "junit"], "'junit' is not one of 'text', 'json'"),
    ([ANSWERED, "--as", "trivox"], "there is no vendor 'trivox'"),
    ([ANSWERED, "--assume", "plivo.kick.caus=1"], "no assumption 'plivo.kick.caus'; did you mean 'plivo.kick.cause'?"),
    ([ANSWERED, "-k", "nothing-like-it"], "no scenario has 'nothing-like-it'"),
    ([ANSWERED, "--output", "nowhere/report.txt"], "nowhere/report.txt cannot be written: No such file or directory"),
    ([ANSWERED, "--write", "nowhere/order.yaml"], "nowhere/order.yaml cannot be written: No such file or directory"),
    ([ANSWERED, "--write", "races"], "races cannot be written: Is a directory"),
    ([ANSWERED, "--write", ""], "a file without a name cannot be written"),
    ([ANSWERED, "--write", "a\x00b"], r"a\x00b cannot be written"),
    (["evil\x1b[31m[/b].yaml"], r"evil\x1b[31m[/b].yaml: this cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD_COMMAND_LINES, ids=lambda value: None)
def test_a_bad_command_line_ends_with_2_before_anything_is_explored(callsim, arguments: list[str], message: str) -> None:
    result = callsim("explore", *arguments)
    assert (result.exit_code, result.stdout) == (2, "" if arguments[:1] != ["evil\x1b[31m[/b].yaml"] else result.stdout)
    assert message in result.stderr
    assert "\x1b" not in result.output


def test_hostile_names_and_titles_are_shown_as_they_are(callsim, tmp_path: Path) -> None:
    text = (RACES / "answered.yaml").read_text().replace("Hung up as somebody answers", "'[/b] [red]x[/red]'")
    path = tmp_path / "evil\x1b[2J[b]\u202e.yaml"
    path.write_text(text)
    for options in ([], ["--format", "json"], ["--list"], ["--write", str(tmp_path / "a\x1b[1m.yaml")]):
        result = callsim("explore", str(path), *options)
        assert "[/b] [red]x[/red]" in result.stdout
        assert not {"\x1b", "\u202e"} & set(result.output)


# -- while it searches ---------------------------------------------------------------------------------------------------


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_search_shows_how_far_it_has_come_and_takes_it_away(monkeypatch, capsys) -> None:
    monkeypatch.chdir(RACES.parent)
    monkeypatch.setattr(sys, "stderr", _Terminal())
    real = exploring.explore_case

    def explore_case(*arguments: Any, progress: Callable[[Reached], None], **options: Any) -> Explored:
        for states in (10, 1_024, 1_100, 2_048):
            progress(Reached(states, 2 * states, states // 100, 5))
        return real(*arguments, progress=progress, **options)

    monkeypatch.setattr(exploring, "explore_case", explore_case)
    assert exploring.explore(exploring.Wishes([LATE], vendor="plivo")) == 0
    shown = sys.stderr.getvalue().split("\r\x1b[K")  # type: ignore[attr-defined]
    assert shown == [
        "", f"1/1 {LATE}", f"1/1 {LATE}  1,024 states, depth 10", f"1/1 {LATE}  2,048 states, depth 20", "",
    ]  # fmt: skip
    assert "holds in the only order" in capsys.readouterr().out


def test_a_line_of_progress_fits_a_narrow_terminal(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())
    progress = Progress(1, True, even_for_one=True)
    progress.step(1, "a-very-long-folder/" * 9)
    progress.further(1_000_000, "1,000,000 states, depth 1,000")
    assert max(map(len, sys.stderr.getvalue().split("\r\x1b[K"))) < 80  # type: ignore[attr-defined]


def test_coverage_of_all_orders_is_told_if_it_is_asked_for(callsim) -> None:
    path = str(RACES / "clients.yaml")
    usual, more = callsim("explore", path), callsim("explore", path, "--coverage")
    assert more.exit_code == usual.exit_code
    assert more.stdout.startswith(usual.stdout)
    assert more.stdout.removeprefix(usual.stdout).lstrip("\n").startswith("coverage\n")
    usual, more = (json.loads(callsim("explore", path, "--format", "json", *option).stdout) for option in ([], ["--coverage"]))
    coverage = more.pop("coverage")
    assert more == usual
    played = json.loads(callsim("run", path, "--format", "json", "--coverage").stdout)["coverage"]
    assert coverage["plivo"]["rules"]["seen"] > played["plivo"]["rules"]["seen"]
    assert set(coverage["plivo"]["transitions"]["missing"]) < set(played["plivo"]["transitions"]["missing"])
