"""The races: every order of each was thought of, and what goes wrong for one client cannot go wrong for the other."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from callsim.model import Call
from callsim.scenario.benches import Bench
from callsim.scenario.explored import Explored
from callsim.scenario.exploring import explore_case
from callsim.scenario.loading import Case, load_bytes
from callsim.scenario.nodes import plain
from callsim.scenario.playing import RulebookVocabulary, play
from callsim.scenario.writing import written
from callsim.switch import Switch

from .played import SCENARIOS, all_cases, cases_of, name_of

FOLDER = SCENARIOS / "races"
CLIENTS = FOLDER / "clients"
MOST_STATES = 2000
WRONG, RIGHT = "-wrong", "-right"

# No clocks and no two people: one request on several calls, and the order in which they were made says nothing about it.
ALWAYS_ALIKE = "races/24-two-leave-at-once"

# The races between commands that semantics know, and a scenario of each for every vendor that has the requests.
RACES = {
    "hang_up x answer": {"01-hang-up-and-answer": "plivo tryvox voipnow"},
    "hang_up x hang_up, both by the API": {"03-two-requests-to-hang-up": "plivo tryvox voipnow"},
    "hang_up x hang_up, by the API and the far party": {"04-request-and-callee-hang-up": "plivo tryvox voipnow"},
    "hang_up x ring timeout": {"05-hang-up-and-ring-timeout": "plivo tryvox voipnow"},
    "stop x joining": {
        "09-stop-and-joining": "plivo",
        "10-stop-and-somebody-being-added": "plivo",
        "16-a-conference-ends-as-somebody-enters-or-leaves": "tryvox",
    },
    "stop x a participant's own hang-up": {"11-stop-and-hang-up": "plivo", "15-hang-up-and-end-a-conference": "tryvox"},
    "stop x kick": {"13-stop-and-kick": "plivo"},
    "stop x the end of its recording": {"33-stop-and-the-end-of-its-recording": "plivo"},
    "stop x last one leaving": {
        "14-stop-and-the-last-one-leaving": "plivo",
        "16-a-conference-ends-as-somebody-enters-or-leaves": "tryvox",
    },
    "delete-all x a call being placed": {
        "18-hang-up-all-and-a-call-being-placed": "plivo",
        "20-all-calls-of-an-extension-and-one-being-placed": "voipnow",
    },
    "cancel x dequeue": {
        "21-cancel-and-leaving-the-queue": "plivo",
        "22-hang-up-and-leaving-the-queue": "plivo tryvox voipnow",
    },
    "hang_up x running recording": {"07-hang-up-and-recording": "plivo tryvox voipnow"},
}


def _races() -> list[tuple[Path, int]]:
    return [(path, number) for path, number in all_cases() if FOLDER in path.parents]


def _name(path: Path, number: int) -> str:
    """A race in the table: its file, and its case, or its vendor if there are several of them."""
    case = cases_of(path)[number]
    several = len(cases_of(path)) > 1
    return name_of(path) + (f" [{case.case or case.vendor}]" if several else "")


def _race_params() -> list[object]:
    return [pytest.param(path, number, id=_name(path, number)) for path, number in _races()]


@cache
def _explored(path: Path, number: int) -> Explored:
    return explore_case(cases_of(path)[number], max_states=2 * MOST_STATES)


def _pinned() -> dict[str, tuple[int, int]]:
    """Of each race how many orders it has, and in how many different ends they come out."""
    text = (Path(__file__).parent / "races.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {" ".join(words[:-2]): (int(words[-2]), int(words[-1])) for words in map(str.split, lines)}


# -- every race --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "number"), _race_params())
def test_what_is_expected_of_a_race_holds_in_each_of_its_orders(path: Path, number: int) -> None:
    found = _explored(path, number)
    assert found.complete
    assert found.states < MOST_STATES
    assert [f"{each.subject}: {each.message}" for each in found.failures] == []


@pytest.mark.parametrize(("path", "number"), _race_params())
def test_every_alternative_of_a_race_comes_about_in_one_of_its_orders(path: Path, number: int) -> None:
    assert [f"{each.place}: {each.said}" for each in _explored(path, number).unreached] == []


@pytest.mark.parametrize(("path", "number"), _race_params())
def test_the_answers_that_several_clients_get_can_be_had_one_after_the_other(path: Path, number: int) -> None:
    found = _explored(path, number)
    clients = {getattr(step, "client", None) for step in found.case.spec.steps} - {None}
    if len(clients) > 1:
        assert found.linearizable is not None
    assert found.linearizable is None or found.linearizable.orders == found.orders


@pytest.mark.parametrize(("path", "number"), _race_params())
def test_a_race_has_as_many_orders_and_ends_as_were_counted(path: Path, number: int) -> None:
    found = _explored(path, number)
    assert (found.orders, found.ends) == _pinned()[_name(path, number)]


def test_the_counted_races_are_those_there_are() -> None:
    assert sorted(_pinned()) == sorted(_name(path, number) for path, number in _races())


@pytest.mark.parametrize("path", dict.fromkeys(path for path, _ in _races()), ids=name_of)
def test_a_race_can_come_out_in_more_than_one_way(path: Path) -> None:
    ends = {_explored(path, number).ends for number in range(len(cases_of(path)))}
    assert (max(ends) > 1) != (name_of(path) == ALWAYS_ALIKE)


def _together(path: Path) -> list[tuple[Case, Case, Case]]:
    """The cases of a file that are a millisecond before, at, and after one instant, under each vendor."""
    found: dict[str, dict[str, Case]] = {}
    for case in cases_of(path):
        found.setdefault(case.vendor, {})[(case.case or "").partition(" ")[0]] = case
    return [
        (of["before"], of["together"], of["after"])
        for of in found.values()
        if of.keys() >= {"before", "together", "after"}
    ]


def _ended(switch: Switch) -> tuple[object, ...]:
    """How everything ended, whenever that was."""
    calls = [
        (call.name, call.ringing_at is None, call.answered_at is None, _end(call)) for call in switch.calls.values()
    ]
    return tuple(calls)


def _end(call: Call) -> object:
    return call.ending and (call.ending.cause, call.ending.by)


def _worlds(case: Case) -> set[tuple[object, ...]]:
    """In which ways everything can end."""
    found: set[tuple[object, ...]] = set()

    def look(before: Bench, happening: str, after: Bench) -> None:
        if not after.goes_on(after.coming()):
            found.add(_ended(after.switch))

    explore_case(case, seen=look)
    return found


@pytest.mark.parametrize("path", [path for path in sorted(FOLDER.glob("*.yaml")) if _together(path)], ids=name_of)
def test_what_a_millisecond_decides_is_one_of_the_worlds_of_the_same_instant(path: Path) -> None:
    for before, together, after in _together(path):
        worlds = _worlds(together)
        for case in (before, after):
            assert _ended(play(case).simulation.switch) in worlds


@pytest.mark.parametrize("race", RACES)
def test_there_is_a_scenario_of_every_race_between_commands_for_whoever_has_the_requests(race: str) -> None:
    for name, vendors in RACES[race].items():
        together = {case.vendor for case in cases_of(FOLDER / f"{name}.yaml")}
        assert together == set(vendors.split())


def test_the_page_about_races_names_each_of_them() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml")]
    assert [name for name in files if f"({name})" not in page] == []


# -- clients that get it wrong, and clients that get it right ------------------------------------------------------------


def _pairs() -> list[object]:
    wrong = sorted(CLIENTS.glob(f"*{WRONG}.yaml"))
    return [pytest.param(path, _partner(path), id=_subject(path)) for path in wrong]


def _subject(path: Path) -> str:
    return path.stem[3:].removesuffix(WRONG).removesuffix(RIGHT)


def _partner(wrong: Path) -> Path:
    return CLIENTS / f"{int(wrong.name[:2]) + 1:02}-{_subject(wrong)}{RIGHT}.yaml"


def _values(path: Path, vendor: str) -> dict[str, Any]:
    """A scenario as plain data, its words filled in."""
    case = next(case for case in cases_of(path) if case.vendor == vendor)
    values = plain(case.root)
    assert isinstance(values, dict)
    return {**{key: value for key, value in values.items() if key != "cases"}, "vendor": vendor}


def test_every_client_that_gets_it_wrong_has_one_beside_it_that_gets_it_right() -> None:
    files = {path.name for path in CLIENTS.glob("*.yaml")}
    wrong = {path.name for path in CLIENTS.glob(f"*{WRONG}.yaml")}
    right = {_partner(CLIENTS / name).name for name in wrong}
    assert files == wrong | right
    assert len(wrong) == len(right)
    for path, _ in _races():
        said = next(iter(cases_of(path))).spec.title.partition(" - ")[0]
        assert (said in ("Wrong", "Right")) == (path.name in files)
        if path.name in files:
            assert path.stem.endswith(f"-{said.lower()}")


@pytest.mark.parametrize(("wrong", "right"), _pairs())
def test_both_clients_live_in_the_same_world(wrong: Path, right: Path) -> None:
    vendor = cases_of(wrong)[0].vendor
    one, other = (_values(path, vendor) for path in (wrong, right))
    for key in ("calls", "documents", "media", "mpcs", "users", "until"):
        assert one.get(key) == other.get(key), key


def _with_steps_of(expecting: Path, doing: Path, vendor: str) -> Case:
    """What one file expects, of the client of the other."""
    values = {**_values(expecting, vendor), "steps": _values(doing, vendor)["steps"]}
    values.pop("teaches", None)
    return load_bytes(written(values).encode(), "mixed", vocabulary=RulebookVocabulary())[0]


def _of_the_world(found: Explored) -> list[str]:
    """What of the world, answers aside, does not hold in every order."""
    return [each.subject for each in found.failures if not each.subject.startswith("step")]


@pytest.mark.parametrize(("wrong", "right"), _pairs())
def test_what_the_right_client_is_sure_of_the_wrong_one_is_not(wrong: Path, right: Path) -> None:
    case = _with_steps_of(right, wrong, cases_of(wrong)[0].vendor)
    assert _of_the_world(explore_case(case))
    assert not play(case).passed, "a play of it does not tell what goes wrong"


@pytest.mark.parametrize(("wrong", "right"), _pairs())
def test_what_happens_to_the_wrong_client_cannot_happen_to_the_right_one(wrong: Path, right: Path) -> None:
    found = explore_case(_with_steps_of(wrong, right, cases_of(wrong)[0].vendor))
    assert _of_the_world(found) or found.unreached
