"""Runs as one page that needs nothing else: ladders, lanes and charts to go through in time, and behind each line its rule and cause."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import groupby, zip_longest
from typing import Any

from callsim.motion import Motion
from callsim.report.exploring import figure, verdict as exploring_verdict
from callsim.report.film import Event, Film
from callsim.report.filming import film
from callsim.report.side_by_side import grouped
from callsim.report.telling import story
from callsim.report.text import name as case_name, verdict
from callsim.report.visible import visible
from callsim.scenario.explored import Explored
from callsim.scenario.playing import Played
from callsim.scenario.two_orders import two_orders
from callsim.scenario.values import format_duration

_LONG = 200_000
"""From how many characters on the data is packed."""
_MOST_TEXT = 300
_MOST_BESIDE = 6
"""So many cases of a file are shown side by side; more are chosen from one by one."""


@dataclass(frozen=True)
class Run:
    """One run of a page: its film, what it is called beside others, and what is to be said of its expectations, if it has any."""

    film: Film
    name: str
    about: str = ""
    verdict: str = ""
    failures: Sequence[str] = ()
    assume: Mapping[str, str] = field(default_factory=dict)
    relied_on: Sequence[str] = ()
    text: str = ""


@dataclass(frozen=True)
class Group:
    """Runs side by side under one title."""

    name: str
    title: str
    runs: Sequence[Run]
    file: str = ""


def groups_of(plays: Iterable[Played]) -> list[Group]:
    """A group for each scenario, the same case under several vendors side by side; and one for all cases of a file, side by side."""
    groups = [_group(some) for some in grouped(plays)]
    return [each for one in _by_file(groups) for each in (*one, *_cases(one))]


def _by_file(groups: Sequence[Group]) -> Iterator[list[Group]]:
    for _, some in groupby(groups, key=lambda group: group.file):
        yield list(some)


def _cases(groups: Sequence[Group]) -> list[Group]:
    """The cases of a file as one group, if they are several and each is of one vendor."""
    runs = [run for group in groups for run in group.runs]
    if not 1 < len(runs) == len(groups) <= _MOST_BESIDE:
        return []
    return [Group(f"{groups[0].file}: its {len(runs)} cases side by side", groups[0].title, runs, groups[0].file)]


def _group(plays: Sequence[Played]) -> Group:
    case = plays[0].case
    vendors = len(plays) > 1
    return Group(case.file if vendors else case_name(case), case.spec.title, [_run(played, vendors) for played in plays],
                 case.file)  # fmt: skip


def _run(played: Played, vendors: bool) -> Run:
    case = played.case
    taken = film(played.simulation, case.spec.title)
    failures = [f"{each.place}: {each.message}" for each in played.failures]
    return Run(taken, taken.vendor if vendors else case_name(case), case.spec.about or "", verdict(played), failures, played.assume,
               played.relied_on, _text(played.simulation))  # fmt: skip


def group_of_orders(explored: Explored, seed: int = 0) -> Group:
    """Two orders of what was explored side by side, with what holds in all of them."""
    case = explored.case
    tried = f"all {figure(explored.orders)} orders" if explored.complete and explored.orders else "every order that was tried"
    word = exploring_verdict(explored)
    failures = [f"{each.place}: {each.message}" if each.place else each.message for each in explored.failures]
    runs = [
        Run(film(motion, case.spec.title), name, case.spec.about or "", f"{word} in {tried}" if word == "holds" else word,
            failures, explored.assume, explored.relied_on, _text(motion))
        for name, motion in two_orders(explored, seed)
    ]  # fmt: skip
    return Group(case_name(case), case.spec.title, runs)


def _text(motion: Motion) -> str:
    """The story for those who run no scripts, as far as there is room."""
    lines = [
        f"{format_duration(line.at):>8}  {'  ' * line.depth}{' '.join(filter(None, (line.who, line.what, line.move, line.cause, line.words)))}"
        f"  [{line.rule}]"
        for line in story(motion)
    ]
    return "\n".join(lines[:_MOST_TEXT] + (["..."] if len(lines) > _MOST_TEXT else []))


def page(groups: Sequence[Group], title: str = "") -> str:
    """The whole page. All that people wrote in it is text, whatever it looks like."""
    script = _file("web/ladder.js").replace("\nexport ", "\n") + _file("run_page.js")
    kind, data = _packed(_data(groups))
    shown = title or (groups[0].title if groups else "Nothing was played")
    parts = {
        "TITLE": escape(visible(shown)), "STYLE": _file("web/ladder.css"), "SCRIPT": script, "TYPE": kind, "DATA": data,
        "TEXT": escape("\n\n".join(visible_lines(run.text) for group in groups[:1] for run in group.runs)),
        "HASH": f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
    }  # fmt: skip
    # What has been filled in is never looked at again: a name may hold anything.
    return "".join(parts[part] if number % 2 else part for number, part in enumerate(_file("run_page.html").split("@@")))


def visible_lines(text: str) -> str:
    """Text of several lines, with all in it that does not print written out."""
    return "\n".join(map(visible, text.split("\n")))


def _file(name: str) -> str:
    return (resources.files("callsim.report") / name).read_text(encoding="utf-8")


def _packed(data: Any) -> tuple[str, str]:
    """The type of the element that holds the data, and its text, in which nothing can end that element."""
    plain = json.dumps(data, separators=(",", ":"), default=str)
    if len(plain) > _LONG:
        return "application/zlib", b64encode(zlib.compress(plain.encode(), 9)).decode()
    return "application/json", plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _data(groups: Sequence[Group]) -> dict[str, Any]:
    numbers: dict[int, int] = {}
    runs: list[dict[str, Any]] = []
    for run in (run for group in groups for run in group.runs):
        if id(run) not in numbers:
            numbers[id(run)] = len(runs)
            runs.append(_run_data(run))
    named = [
        {"name": group.name, "title": group.title, "runs": [numbers[id(run)] for run in group.runs],
         "differs": first_difference([run.film for run in group.runs])}
        for group in groups
    ]  # fmt: skip
    return {"runs": runs, "groups": named}


def _run_data(run: Run) -> dict[str, Any]:
    book = run.film.book
    return {
        "name": run.name, "about": run.about, "verdict": run.verdict, "failures": list(run.failures),
        "assume": [[id, value] for id, value in run.assume.items()],
        "relied": [[id, book.chosen(id), str(book.assumptions[id].kind), book.assumptions[id].question] for id in run.relied_on],
        "film": run.film.as_data(),
    }  # fmt: skip


# -- side by side ------------------------------------------------------------------------------------------------------


def first_difference(films: Sequence[Film]) -> list[int | None]:
    """Of films side by side, the number of the event in each at which they first differ in what happens; None where one has no event
    there, or they do not differ. Vendors' own paths, ids and words are no difference."""
    if len(films) < 2:
        return [None] * len(films)
    told = [[number for number, event in enumerate(each.events) if not event.minor] for each in films]
    for places in zip_longest(*told):
        meant = {None if place is None else _meaning(each, each.events[place]) for each, place in zip(films, places, strict=True)}
        if len(meant) > 1:
            return list(places)
    return [None] * len(films)


_IN_VENDORS_WORDS = ("request", "fetch", "callback")


def _meaning(of: Film, event: Event) -> tuple[Any, ...]:
    text = event.text if event.kind not in _IN_VENDORS_WORDS or event.kind == "callback" else ""
    note = "" if event.kind in (*_IN_VENDORS_WORDS, "answer") else event.note
    return event.at, event.kind, of.columns[event.from_].name, of.columns[event.to].name, text, note
