"""`callsim traffic`: what it prints and writes, what it says of mistakes, and what is left when it is stopped."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

HERE = Path(__file__).parent
FEW, SEVERAL = "traffic/few.yaml", "traffic/several.yaml"
COMMAND = [sys.executable, "-m", "callsim", "traffic"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent.parent), "COLUMNS": "100"}
ENDLESS = ["--horizon", "1000h", "--batches", "10000", "--replications", "3", "--workers", "1"]


def test_the_bytes_are_the_same_for_one_and_for_two_workers_and_with_call_records(callsim, tmp_path: Path) -> None:
    written = []
    told = ("--workers", "2", "--cdr", str(tmp_path / "a.csv"))
    for name, more in (("one", ("--workers", "1")), ("two", ("--workers", "2")), ("told", told)):
        path = tmp_path / f"{name}.json"
        assert callsim("traffic", FEW, "--replications", "4", *more, "-o", str(path)).exit_code == 0
        written.append(path.read_bytes())
    assert written[0] == written[1] == written[2]
    data = json.loads(written[0])
    assert data["complete"] is True
    assert data["runs"][0]["replications"] == {"planned": 4, "finished": [0, 1, 2, 3]}


def test_holding_every_law_changes_no_figure(callsim) -> None:
    assert callsim("traffic", FEW, "--workers", "1", "--laws").output == callsim("traffic", FEW, "--workers", "1").output


def test_options_go_before_the_file(callsim) -> None:
    options = "--horizon 40m --warm-up 20m --replications 1 --batches 2 --seed 9 --trunks 3 --vendor tryvox --format json"
    [run] = json.loads(callsim("traffic", FEW, *options.split()).output)["runs"]
    assert {name: run[name] for name in ("horizon_ms", "warm_up_ms", "batches", "seed", "trunks", "vendor", "case", "method")} == {
        "horizon_ms": 2_400_000, "warm_up_ms": 1_200_000, "batches": 2, "seed": 9, "trunks": 3, "vendor": "tryvox", "case": None,
        "method": "batch means",
    }  # fmt: skip


def test_an_assumption_is_told_with_its_choice(callsim) -> None:
    told = callsim("traffic", FEW, "--workers", "1", "--assume", "plivo.hang_up.answered=1000").output
    assert "plivo.hang_up.answered=1000 (disputed)" in told


def test_one_of_several_cases_can_be_made(callsim) -> None:
    both, one = callsim("traffic", SEVERAL, "--workers", "1").output, callsim("traffic", SEVERAL, "--case", "tryvox").output
    assert [line for line in both.splitlines() if line.startswith(SEVERAL)] == [f"{SEVERAL} [plivo]", f"{SEVERAL} [tryvox]"]
    assert both.endswith(one)
    assert "as plivo says it" not in one


def test_it_is_read_from_the_standard_input(callsim) -> None:
    text = (HERE / FEW).read_text()
    assert callsim("traffic", "-", "--workers", "1", stdin=text).output == callsim("traffic", FEW, "--workers", "1").output


def test_a_run_is_drawn(callsim, tmp_path: Path) -> None:
    for name, begins in (("a.svg", b"<?xml"), ("b.png", b"\x89PNG")):
        assert callsim("traffic", FEW, "--workers", "1", "--plot", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(begins)


# -- call records ------------------------------------------------------------------------------------------------------


def test_call_records_are_in_the_vendors_own_fields_and_can_be_made_again(callsim, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    alone = json.loads(callsim("traffic", FEW, "--replications", "1", "--cdr", str(path), "--format", "json").output)["runs"][0]
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() > {"call_uuid", "hangup_cause_code", "billed_duration"}
    # The records have the calls of the warm-up, too; the figures have not.
    assert len(rows) >= alone["counts"]["seized"] > 0
    again = (HERE / FEW).read_text().replace("poisson: 30/h", "recorded: calls.csv").replace("warm_up: 10m, ", "")
    (tmp_path / "again.yaml").write_text(again.replace("trunks: 2", "trunks: 100"))
    found = json.loads(callsim("traffic", str(tmp_path / "again.yaml"), "--replications", "1", "--format", "json").output)["runs"][0]
    assert found["counts"]["offered"] == len(rows)


def test_call_records_are_of_the_first_replication_however_many_there_are(callsim, tmp_path: Path) -> None:
    for name, replications, workers in (("one.csv", "1", "1"), ("many.csv", "3", "2"), ("one.parquet", "1", "1")):
        result = callsim("traffic", FEW, "--replications", replications, "--workers", workers, "--cdr", str(tmp_path / name))
        assert (result.exit_code, result.stderr) == (0, "")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "many.csv").read_bytes()
    assert parquet.read_table(tmp_path / "one.parquet").num_rows == (tmp_path / "one.csv").read_text().count("\n") - 1


def test_a_full_disk_is_one_line_and_what_was_written_before_can_be_read(tmp_path: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    path = tmp_path / "calls.csv"
    result = subprocess.run(
        [*COMMAND, FEW, *ENDLESS, "--cdr", str(path)], cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True, preexec_fn=small,
    )  # fmt: skip
    said = re.fullmatch(rf"callsim: {path}: file too large; the (.*) call records before that are in it, and can be read\n", result.stderr)
    assert said is not None
    assert (result.returncode, result.stdout) == (2, "")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == int(said[1].replace(",", "")) == 1_000
    assert all(row["resource_uri"].endswith("/") for row in rows)


def test_a_device_that_is_full_is_one_line(callsim, tmp_path: Path) -> None:
    full = tmp_path / "calls.csv"
    full.symlink_to("/dev/full")
    result = callsim("traffic", FEW, "--cdr", str(full))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"callsim: {full}: no space left on device; the 0 call records before that are in it, and can be read\n"


# -- an interrupting key -----------------------------------------------------------------------------------------------


def interrupted(*arguments: str) -> tuple[int, str, str]:
    """The exit code, the output, and the end of what a terminal shows, of a run that is interrupted as soon as calls are counted."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, FEW, *arguments], cwd=HERE, env={**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "200"}, stdout=subprocess.PIPE,
        stderr=follower, text=True,
    )  # fmt: skip
    os.close(follower)
    shown = b""
    while not re.search(rb"[1-9][0-9,]* calls", shown):
        shown += os.read(leader, 1024)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    try:
        while more := os.read(leader, 65536):
            shown += more
    except OSError:
        pass
    os.close(leader)
    *_, last = shown.decode().replace("\r\n", "\n").rsplit("\x1b[2K", 1)
    return process.returncode, out, last


@pytest.mark.parametrize("name", ["calls.csv", "calls.parquet"])
def test_an_interrupting_key_leaves_call_records_that_can_be_read_and_tells_what_is_known(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    code, out, shown = interrupted(*ENDLESS, "--cdr", str(path))
    said = re.fullmatch(r"interrupted: 0 of 3 replications are finished; (.*) has (.*) call records\n", shown)
    assert said is not None
    assert (code, said[1]) == (3, str(path))
    if name.endswith(".csv"):
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        count = len(rows)
        assert all(row["resource_uri"].endswith("/") for row in rows)
    else:
        count = parquet.read_table(path).num_rows
    assert count == int(said[2].replace(",", "")) > 0
    assert re.search(r"note: interrupted in the first replication: the figures are of \d+ of its 10000 batches", out)
    assert "Little's law is not checked" in out


def test_a_run_that_is_interrupted_tells_its_finished_replications(tmp_path: Path) -> None:
    code, out, shown = interrupted("--replications", "100000", "--workers", "1", "--format", "json")
    data = json.loads(out)
    finished = data["runs"][0]["replications"]["finished"]
    assert (code, data["complete"]) == (3, False)
    assert shown == f"interrupted: {len(finished):,} of 100,000 replications are finished\n"


def test_whoever_interrupts_before_anything_is_made_or_while_it_is_told_gets_one_line(
    callsim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from callsim.cli import traffic

    def interrupts(*arguments: object) -> None:
        raise KeyboardInterrupt

    for name in ("check_libraries", "of_run"):
        with monkeypatch.context() as patch:
            patch.setattr(traffic, name, interrupts)
            result = callsim("traffic", FEW, "--workers", "1", "--plot", str(tmp_path / "a.svg"))
        assert (result.exit_code, result.stderr) == (3, "interrupted\n")


def test_progress_is_shown_on_a_terminal_alone_and_leaves_nothing_behind() -> None:
    result = subprocess.run([*COMMAND, FEW, "--workers", "1"], cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, FEW, "--workers", "1"], cwd=HERE, env={**ENVIRONMENT, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=follower, text=True,
    )  # fmt: skip
    os.close(follower)
    assert process.communicate(timeout=120)[0] == result.stdout
    shown = b""
    try:
        while more := os.read(leader, 65536):
            shown += more
    except OSError:
        pass
    os.close(leader)
    assert b"1/2" in shown
    assert b"left" in shown
    assert shown.endswith(b"\x1b[?25h\r\x1b[1A\x1b[2K")


# -- mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "told"), [
    ("FILE --horizon 5m", "callsim: it ends at 5m, and counting begins at 10m; expected a horizon after the warm-up"),
    ("FILE --horizon soon", "callsim: --horizon: 'soon' is not a duration; write one"),
    ("FILE --warm-up 2", "callsim: --warm-up: '2' has no unit; write 2s for seconds"),
    ("FILE --case x", "callsim: the file has no cases"),
    ("SEVERAL --case x", "callsim: no case is called 'x'; there are 'plivo', 'tryvox'"),
    ("SEVERAL --plot a.svg", "callsim: --plot: a picture is of one run, and the file has 2 cases; choose one with --case: 'plivo', 'tryvox'"),
    ("SEVERAL --cdr a.csv", "callsim: --cdr: a file of call records is of one run, and the file has 2 cases; choose one with --case: "),
    ("FILE --vendor nobody", "callsim: there is no vendor 'nobody'"),
    ("FILE --assume voipnow.context=own-user", "callsim: --assume voipnow.context concerns voipnow, and no scenario here is played by"),
    ("FILE --plot a.pdf", "callsim: a.pdf: plots are drawn as .svg or .png; name a file that ends so"),
    ("FILE --cdr calls.xlsx", "callsim: calls.xlsx: call records are written as .csv or .parquet; name a file that ends so"),
    ("FILE --cdr no/such.csv", "callsim: no/such.csv cannot be written: No such file or directory"),
    ("FILE --plot no/such.svg", "callsim: no/such.svg cannot be written: No such file or directory"),
    ("FILE -o no/such.txt", "callsim: no/such.txt cannot be written: No such file or directory"),
    ("FILE -o FILE", "callsim: FILE is what this traffic is made from, and is not written over"),
    ("FILE -o same.svg --plot same.svg", "callsim: same.svg is to be written twice; name two files"),
    ("nowhere.yaml", "nowhere.yaml: this cannot be read: No such file or directory"),
    ("worlds/room.yaml", "worlds/room.yaml:1:1: no calls arrive at random here; expected arrivals, or callsim run worlds/room.yaml"),
])  # fmt: skip
def test_what_cannot_be_made_is_told_in_one_line(callsim, arguments: str, told: str) -> None:
    before = (HERE / FEW).read_bytes()
    result = callsim("traffic", *(word.replace("FILE", FEW).replace("SEVERAL", SEVERAL) for word in arguments.split()))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(told.replace("FILE", FEW))
    assert result.stderr.count("\n") == 1
    assert (HERE / FEW).read_bytes() == before


def test_what_calls_were_recorded_in_is_not_written_over(callsim, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("at\n1s\n2s\n")
    (tmp_path / "talks.csv").write_text("talk\n5s\n")
    times = "{empirical: talks.csv, column: talk}"
    file = tmp_path / "again.yaml"
    file.write_text(
        f"callsim: 1\ntitle: a\nvendor: plivo\ntraffic: {{horizon: 1m, batches: 2}}\narrivals: {{a: {{recorded: calls.csv, talks: {times}}}}}\n"
    )
    for name in ("calls.csv", "talks.csv"):
        before = (tmp_path / name).read_text()
        result = callsim("traffic", str(file), "--cdr", str(tmp_path / name))
        assert result.stderr == f"callsim: {tmp_path / name} is what this traffic is made from, and is not written over\n"
        assert (result.exit_code, (tmp_path / name).read_text()) == (2, before)


def test_a_bad_row_of_recorded_calls_is_told_with_its_place(callsim, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("at,outcome\n1s,answers\n2s,maybe\n")
    file = tmp_path / "again.yaml"
    file.write_text("callsim: 1\ntitle: a\nvendor: plivo\ntraffic: {horizon: 1m}\narrivals: {a: {recorded: calls.csv}}\n")
    result = callsim("traffic", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path / 'calls.csv'}:3:4: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("library", ["numpy", "scipy", "matplotlib", "pyarrow"])
def test_what_is_not_installed_is_told_before_anything_is_made(
    callsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    more = {"matplotlib": ("--plot", str(tmp_path / "a.svg")), "pyarrow": ("--cdr", str(tmp_path / "a.parquet"))}.get(library, ())
    result = callsim("traffic", FEW, *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"callsim: this needs {library}; install it with: pip install 'callsim[traffic]'\n"


@pytest.mark.parametrize("command", ["run", "explore"])
def test_a_file_of_traffic_that_is_played_is_told_which_command_makes_it(callsim, command: str) -> None:
    result = callsim(command, FEW)
    assert result.exit_code == 2
    assert f"expected a scenario with steps, or callsim traffic {FEW}" in result.stderr


def test_figures_that_break_a_law_end_it_with_1(callsim, monkeypatch: pytest.MonkeyPatch) -> None:
    from callsim.traffic import making
    from callsim.traffic.tally import Tally

    def wrong(*arguments: object) -> Tally:
        tally = replicate(*arguments)
        tally.times["live"][0] += 1
        return tally

    replicate = making.replicate
    monkeypatch.setattr(making, "replicate", wrong)
    result = callsim("traffic", FEW, "--workers", "1")
    assert result.exit_code == 1
    assert "error: Little's law is broken in replication 0" in result.output


def test_help_imports_nothing_heavy() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "callsim", "traffic", "--help"], env=ENVIRONMENT, capture_output=True, text=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "callsim.cli" in imported
    assert not imported & {"numpy", "scipy", "simpy", "multiprocessing", "callsim.traffic", "rich.progress"}
