"""The scenarios of traffic: each is checked with all it names, and together they show every word of the language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callsim.dialects import VENDORS
from callsim.scenario import chances, limits, streams
from callsim.scenario.loading import load
from callsim.traffic.driving import replicate
from callsim.traffic.reading import adjusted, plans_of

FOLDER = Path(__file__).parents[2] / "scenarios" / "traffic"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_what_it_shows_and_nothing_is_wrong_with_it(path: Path) -> None:
    for made in plans_of(path):
        assert made.streams
        assert not made.title.endswith(".")
    for case in load(path):
        assert case.spec.about.strip().endswith((".", "?"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_calls_can_be_made_and_no_law_is_broken(path: Path) -> None:
    for made in plans_of(path):
        tally = replicate(adjusted(made, warm_up=0, horizon=600_000, batches=2), 0, laws=True)
        assert tally.total("offered")
        assert tally.total("answered")


def test_the_files_are_numbered_from_one_and_have_titles_of_their_own() -> None:
    assert [int(path.name.partition("-")[0]) for path in FILES] == list(range(1, len(FILES) + 1))
    titles = [plans_of(path)[0].title for path in FILES]
    assert len(set(titles)) == len(FILES)


def test_every_vendor_and_every_way_to_arrive_and_to_be_distributed_is_shown() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    words = [*streams.PROCESSES, *(set(streams.FATES) - {"unreachable"}), *streams.ENDERS, *chances.DISTRIBUTIONS, "waits", *VENDORS]
    assert [word for word in words if word != "constant" and not re.search(rf"\b{word}\b", text)] == []
    assert re.search(r"constant: [0-9]+/", text)
    assert limits.WHEN_FULL == ("blocked", "waits")


def test_a_file_beside_them_belongs_to_one_of_them() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    assert [path.name for path in FOLDER.iterdir() if path.suffix != ".yaml" and path.name not in text] == []
