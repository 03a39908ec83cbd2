"""Traffic from a program: one line makes it, and it can be looked at as a number, an array, a table, a plot, a page and words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import callsim
from callsim import InputError, Scenario, UsageError, traffic
from callsim.traffic import Results, run, run_sweep

TEXT = """
callsim: 1
title: A <few> calls
vendor: plivo
traffic: {horizon: 1h, batches: 4, replications: 3, seed: 7}
limits: {trunks: 2}
arrivals:
  doctor: {poisson: 60/h, call: {to: "+15550100009"}, answers: {uniform: [2s, 9s]}, talks: {exponential: 2m}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("traffic") / "few.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture(scope="module")
def found(file: Path) -> Results:
    return run(file)


@pytest.mark.parametrize("kind", [traffic.Results, traffic.SweepRun])
def test_everything_that_can_be_asked_of_them_says_what_it_is(kind: type) -> None:
    assert all(getattr(kind, name).__doc__ for name in vars(kind) if not name.startswith("_") and callable(getattr(kind, name)))


def test_making_it_imports_no_table_and_no_plot(file: Path) -> None:
    code = f"from callsim.traffic import run; import sys; run({str(file)!r}); print('pyarrow' in sys.modules, 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False False"


def test_it_is_what_the_command_makes(file: Path, found: Results) -> None:
    command = [sys.executable, "-m", "callsim", "traffic", str(file), "--workers", "1"]
    printed = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True).stdout
    [data] = json.loads(printed)["runs"]
    assert {"callsim": found.as_data()["callsim"], "case": None, **data} == {**found.as_data(), "case": None}
    wide = {**os.environ, "COLUMNS": "140"}
    assert str(found) + "\n" == subprocess.run(command, env=wide, capture_output=True, text=True, check=True).stdout


def test_a_figure_is_had_by_its_name(found: Results) -> None:
    blocked = found["blocked"]
    assert blocked.low < blocked.value < blocked.high  # type: ignore[operator]
    with pytest.raises(KeyError):
        found["bloked"]


def test_arrays_have_a_row_for_each_replication_and_a_column_for_each_batch(found: Results) -> None:
    counted = found.batches()
    assert {each.shape for each in counted.values()} == {(3, 4)}
    assert counted["blocked"].sum() / counted["offered"].sum() == pytest.approx(found["blocked"].value)


def test_tables_have_a_row_for_each_figure_and_each_ending(found: Results) -> None:
    assert found.table().column("name").to_pylist() == [each.name for each in found.figures]
    assert set(found.endings().column("of").to_pylist()) == {"cause", "code"}


def test_it_is_drawn_into_a_file(found: Results, tmp_path: Path) -> None:
    assert found.plot(tmp_path / "a.svg").read_bytes().startswith(b"<?xml")
    assert found.plot(str(tmp_path / "a.png")).read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="plots are drawn as"):
        found.plot("a.pdf")
    with pytest.raises(UsageError, match=r"a.svg cannot be written: No such file or directory"):
        found.plot(tmp_path / "no" / "a.svg")


def test_a_notebook_shows_tables_in_which_no_title_is_obeyed(found: Results) -> None:
    page = found._repr_html_()
    assert "<h4>A &lt;few&gt; calls</h4>" in page
    assert "<td>blocked</td>" in page
    assert "4000 Normal Hangup" in page
    assert "Little&#x27;s law holds" in page
    assert "Erlang B of" in page


def test_what_is_given_goes_before_the_file(file: Path) -> None:
    told = list[tuple[int, int]]()
    options = {"replications": 2, "batches": 3, "seed": 8, "trunks": 5}
    other = run(file, vendor="tryvox", horizon="40m", warm_up=600_000, laws=True, finished=lambda *how: told.append(how), **options)
    plan = other.plan
    assert (plan.vendor, plan.horizon, plan.warm_up, plan.replications, plan.batches, plan.seed) == ("tryvox", 2_400_000, 600_000, 2, 3, 8)
    assert plan.trunks is not None
    assert plan.trunks.count == 5
    assert told == [(1, 2), (2, 2)]
    assert run(file, assume={"plivo.hang_up.answered": "1000"}).plan.assume["plivo.hang_up.answered"] == "1000"


def test_a_scenario_that_was_read_is_made_as_its_file_is(found: Results) -> None:
    scenario = Scenario.from_text(TEXT)
    assert run(scenario).as_data() == found.as_data()
    assert run(scenario, vendor="tryvox").plan.vendor == "tryvox"


def test_one_of_several_cases_is_chosen_by_its_name(tmp_path: Path) -> None:
    several = tmp_path / "several.yaml"
    several.write_text(TEXT.replace("vendor: plivo", "vendor: [plivo, tryvox]"))
    with pytest.raises(UsageError, match="or name one: case='plivo'"):
        run(several)
    assert run(several, case="tryvox").plan.vendor == "tryvox"


def test_mistakes_are_errors_of_callsim(file: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="horizon: 'soon' is not a duration"):
        run(file, horizon="soon")
    with pytest.raises(UsageError, match="0 is no number of trunks"):
        run(file, trunks=0)
    with pytest.raises(InputError, match="this cannot be read"):
        run(tmp_path / "nowhere.yaml")
    with pytest.raises(callsim.CallsimError, match="no such place"):
        run_sweep(file, {"trunk": [1]})


def test_a_sweep_is_a_table_a_plot_a_page_and_words(file: Path, tmp_path: Path) -> None:
    told = list[tuple[int, int]]()
    found = run_sweep(file, {"trunks": range(1, 4)}, replications=2, finished=lambda *how: told.append(how))
    assert told == [(number, 6) for number in range(1, 7)]
    assert found.as_data() == run_sweep(file, {"trunks": "1..3:1"}, replications=2).as_data()
    table = found.table().to_pylist()
    blocked = {row["limits.trunks"]: row["value"] for row in table if row["name"] == "blocked"}
    assert list(blocked) == [1.0, 2.0, 3.0]
    assert sorted(blocked.values(), reverse=True) == list(blocked.values())
    assert found.plot(tmp_path / "a.svg").read_bytes() != found.plot(tmp_path / "b.svg", "occupancy").read_bytes()
    assert "3 points of 2 replications" in str(found)
    assert "<th>trunks</th><th>blocked</th><th>95 % interval</th>" in found._repr_html_()
    several = tmp_path / "several.yaml"
    several.write_text(TEXT.replace("vendor: plivo", "vendor: [plivo, tryvox]"))
    rows = run_sweep(several, {"trunks": [1, 2]}, replications=1).table().to_pylist()
    assert {(row["limits.trunks"], row["case"]) for row in rows} == {(1.0, "plivo"), (1.0, "tryvox"), (2.0, "plivo"), (2.0, "tryvox")}
