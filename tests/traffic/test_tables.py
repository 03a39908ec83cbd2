"""Results as arrays and tables hold what the tallies and the figures hold."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from callsim.errors import MissingExtra, UsageError
from callsim.traffic.results import Results, results
from callsim.traffic.tables import arrays, as_pandas, as_polars, batches, endings, figures, points
from callsim.traffic.tally import COUNTS, TIMES, empty

from .trunk_group import plan, run


@pytest.fixture(scope="module")
def found() -> Results:
    asked = plan(replications=3, horizon=2_400_000)
    return results(asked, run(asked))


def test_arrays_have_a_row_for_each_replication_and_a_column_for_each_batch(found: Results) -> None:
    made = arrays(found)
    assert set(made) == {*COUNTS, *TIMES, "cause normal", "code 4000 Normal Hangup"}
    assert {each.shape for each in made.values()} == {(3, 10)}
    assert made["offered"].sum() == sum(tally.total("offered") for tally in found.tallies)
    assert np.array_equal(made["cause normal"], made["ended"])
    assert made["blocked"].sum() / made["offered"].sum() == found["blocked"].value


def test_what_ended_in_some_replications_only_did_not_in_the_others() -> None:
    tallies = [empty(number, 1000, 2) for number in range(2)]
    tallies[1].causes["busy"] = [3, 4]
    made = arrays(results(plan(), tallies))
    assert made["cause busy"].tolist() == [[0, 0], [3, 4]]


def test_tables_have_the_figures_and_the_endings(found: Results) -> None:
    made = figures(found).to_pylist()
    assert [each["name"] for each in made] == [each.name for each in found.figures]
    blocked = next(each for each in made if each["name"] == "blocked")
    estimate = found["blocked"]
    assert (blocked["value"], blocked["low"], blocked["high"]) == (estimate.value, estimate.low, estimate.high)
    assert (blocked["unit"], blocked["by"], blocked["samples"]) == ("share", "replications", 3)
    assert [(each["of"], each["name"], each["basis"]) for each in endings(found).to_pylist()] == [
        ("cause", "normal", None), ("code", "4000 Normal Hangup", "observed"),
    ]  # fmt: skip


def test_a_table_of_nothing_has_its_columns_and_their_kinds() -> None:
    nothing = results(plan(), [empty(0, 1000, 2)])
    assert endings(nothing).num_rows == 0
    assert endings(nothing).schema == endings(results(plan(), run(plan(replications=1)))).schema
    assert str(figures(nothing).schema.field("low").type) == "double"


def test_batches_have_a_row_each_and_begin_after_the_warm_up(found: Results) -> None:
    made = batches(found)
    assert made.num_rows == 30
    assert made.column("begins").to_pylist()[:2] == [1200.0, 1320.0]
    assert made.column("replication").to_pylist()[::10] == [0, 1, 2]
    assert sum(made.column("offered").to_pylist()) == arrays(found)["offered"].sum()


def test_a_sweep_has_a_column_for_each_thing_that_is_varied(found: Results) -> None:
    made = points([({"trunks": "10", "talks": "3m"}, found), ({"trunks": "20", "talks": "4m"}, found)])
    assert made.num_rows == 2 * len(found.figures)
    assert set(made.column("trunks").to_pylist()) == {10.0, 20.0}
    assert set(made.column("talks").to_pylist()) == {"3m", "4m"}
    assert points([]).num_rows == 0


def test_pandas_and_polars_take_them(found: Results) -> None:
    for frame in (as_pandas(figures(found)), as_polars(figures(found))):
        assert frame.shape == (len(found.figures), 8)
        assert next(iter(frame["name"])) == "offered"


@pytest.mark.parametrize(("library", "asked"), [("numpy", arrays), ("pyarrow", figures)])
def test_without_its_library_it_says_what_to_install(
    library: str, asked: object, found: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf"this needs {library}; install it with: pip install 'callsim\[traffic\]'"):
        asked(found)  # type: ignore[operator]


@pytest.mark.parametrize(("library", "asked"), [("pandas", as_pandas), ("polars", as_polars)])
def test_what_is_not_there_is_named(library: str, asked: object, found: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=f"this needs {library}; install it with: pip install {library}"):
        asked(figures(found))  # type: ignore[operator]
