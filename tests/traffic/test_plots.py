"""Plots say what the figures say, in text, and are the same bytes each time."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib
import pytest

from callsim.errors import MissingExtra, UsageError
from callsim.traffic import plots
from callsim.traffic.plots import COLOURS, FORMATS, format_of, of_run, of_sweep
from callsim.traffic.results import Results, results
from callsim.traffic.tally import empty

from .trunk_group import plan, run

SVG = "{http://www.w3.org/2000/svg}"
BEGINS = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n"}
Several = list[tuple[Mapping[str, str], Results]]


def texts(svg: bytes) -> list[str]:
    return ["".join(each.itertext()) for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def one(**asked: object) -> Results:
    made = plan(horizon=2_400_000, **{"replications": 2, **asked})  # type: ignore[arg-type]
    return results(made, run(made))


@pytest.fixture(scope="module")
def several() -> Several:
    return [({"trunks": str(trunks)}, one(trunks=trunks)) for trunks in (8, 10, 12)]


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_figures_are_the_same_bytes(format: str, several: Several) -> None:
    found = one()
    assert of_run(found, format) == of_run(found, format)
    assert of_sweep(several, format=format) == of_sweep(several, format=format)
    assert of_run(found, format).startswith(BEGINS[format])


def test_no_picture_says_when_or_by_which_version_it_was_drawn(several: Several) -> None:
    drawn = of_run(one()) + of_sweep(several)
    assert not re.search(rb"<dc:date>|Matplotlib v|20[0-9]{2}-[0-9]{2}", drawn)
    assert b"matplotlib.org" not in of_run(one(), "png")


def test_a_run_has_its_title_axes_and_lines_in_text() -> None:
    shown = texts(of_run(one()))
    for each in ("A group of trunks", "calls", "minutes", "trunks", "calls up", "blocked", "% of calls offered", "4000 Normal Hangup",
                 "% of calls that ended, with 95 % interval"):  # fmt: skip
        assert each in shown
    waiting = texts(of_run(one(when_full="waits", patience=60_000)))
    assert {"calls that wait", "abandoned", "had to wait"} <= set(waiting)
    assert "blocked" not in waiting


def test_without_trunks_there_is_what_was_offered_instead() -> None:
    found = one()
    unlimited = results(replace(found.plan, trunks=None), found.tallies)
    assert {"offered", "calls a minute"} <= set(texts(of_run(unlimited)))
    assert "trunks" not in texts(of_run(unlimited))


def test_of_nothing_a_plot_is_empty_and_no_more() -> None:
    asked = plan(replications=1)
    found = results(asked, [empty(0, 600_000, 10)])
    assert of_run(found).startswith(b"<?xml")
    assert of_sweep([({"trunks": "10"}, found)]).startswith(b"<?xml")


def test_a_sweep_has_its_figure_over_what_is_varied_and_erlangs_curve(several: Several) -> None:
    shown = texts(of_sweep(several))
    assert {"trunks", "blocked, %", "simulated", "Erlang B"} <= set(shown)
    assert "average call duration, s" in texts(of_sweep(several, "average_call_duration"))
    assert "Erlang B" not in texts(of_sweep(several, "average_call_duration"))


def test_whatever_is_varied_besides_has_a_line_each(several: Several) -> None:
    both = [({**values, "rings": rings}, found) for rings in ("1s", "2s") for values, found in several]
    assert {"rings 1s", "rings 2s", "Erlang B, rings 1s", "Erlang B, rings 2s"} <= set(texts(of_sweep(both)))


def test_what_is_no_number_stands_side_by_side(several: Several) -> None:
    words = [({"talks": word}, found) for word, (_, found) in zip(("short", "long", "inf"), several, strict=True)]
    assert {"short", "long", "inf", "talks"} <= set(texts(of_sweep(words)))


def test_an_endless_queue_has_no_curve() -> None:
    found = one(erlangs=12, when_full="waits")
    assert "Erlang C" not in texts(of_sweep([({"trunks": "10"}, found)], "mean_queue"))


def test_what_people_wrote_is_text_and_nothing_else(several: Several) -> None:
    strange = r"$\frac{1}{0}$ <b>&amp; \x1b[2J" + "\x1b[2J" + "long " * 40
    found = results(replace(several[0][1].plan, title=strange), several[0][1].tallies)
    shown = texts(of_run(found))
    assert any(each.startswith(r"$\frac{1}{0}$ <b>&amp; ") and each.endswith("...") for each in shown)
    assert b"\x1b" not in of_run(found)
    assert r"$\alpha$" in texts(of_sweep([({r"$\alpha$": "1"}, found)]))


def test_what_cannot_be_plotted_is_told(several: Several) -> None:
    with pytest.raises(UsageError, match="there is nothing to plot: no point of the sweep is finished"):
        of_sweep([])
    with pytest.raises(UsageError, match="there is no figure 'abandoned'; these runs have offered, offered_traffic, carried"):
        of_sweep(several, "abandoned")
    many = [({"trunks": "1", "rings": str(number)}, several[0][1]) for number in range(8)]
    with pytest.raises(UsageError, match="a plot has room for 7 lines, and this sweep would have 8; vary less at once"):
        of_sweep(many)


@pytest.mark.parametrize(("path", "format"), [("a.svg", "svg"), ("a/b.PNG", "png")])
def test_the_format_is_that_of_the_files_name(path: str, format: str) -> None:
    assert format_of(path) == format


@pytest.mark.parametrize("path", ["a.pdf", "svg", "", "a.svg.gz"])
def test_another_format_is_told(path: str) -> None:
    with pytest.raises(UsageError, match=r"plots are drawn as \.svg or \.png; name a file that ends so"):
        format_of(path)


def test_drawing_changes_nothing_for_those_who_draw_themselves() -> None:
    with matplotlib.rc_context({"font.size": 23.0, "axes.facecolor": "red"}):
        mine = dict(matplotlib.rcParams)
        found = one()
        drawn = of_run(found)
        assert dict(matplotlib.rcParams) == mine
    assert drawn == of_run(found)
    assert "pyplot" not in inspect.getsource(plots)


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = one()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="this needs matplotlib"):
        of_run(found)


def test_colours_differ() -> None:
    assert len(set(COLOURS)) == len(COLOURS)
