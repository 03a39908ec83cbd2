"""The pytest plugin: scenario files are tests, and two fixtures give worlds to test against.

Every pytest run of an environment with callsim in it imports this module, so it imports nothing heavy itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from callsim.scenario.loading import Case
    from callsim.scenario.playing import Played
    from callsim.simulation import Simulation
    from callsim.switch import Switch
    from callsim.testing.emulator import Emulator

_GLOBS = ("**/scenarios/**/*.yaml", "**/scenarios/**/*.yml")
_WIDTH = 120
_MOST_LINES, _LONGEST_LINE = 200, 1_000
_ASSUME = pytest.StashKey[dict[str, str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("callsim", "scenarios of calls")
    group.addoption("--callsim-explore", action="store_true", help="play each scenario in every order its actors could act in as well")
    group.addoption(
        "--callsim-assume", action="append", default=[], metavar="ID=VALUE",
        help="which way a disputed or assumed rule goes, before what a scenario says; can be repeated",
    )  # fmt: skip
    globs = " ".join(_GLOBS)
    parser.addini("callsim_scenarios", f"files that are scenarios if they begin with callsim: (default: {globs})", "args", [*_GLOBS])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "callsim: a scenario file, played as a test")
    config.stash[_ASSUME] = _assumed(config.getoption("--callsim-assume"))


def _assumed(words: Iterable[str]) -> dict[str, str]:
    """The assumptions that were chosen on the command line, if there are such."""
    chosen: dict[str, str] = {}
    for word in words:
        id, equals, value = word.partition("=")
        if not equals or not id:
            raise pytest.UsageError(f"--callsim-assume {word!r} is no ID=VALUE, such as plivo.kick.cause=4020")
        chosen[id] = value
        problem = _assumption_problem(id, value)
        if problem:
            raise pytest.UsageError(f"--callsim-assume: {problem}")
    return chosen


def _assumption_problem(id: str, value: str) -> str | None:
    from callsim.dialects import VENDORS, rulebook
    from callsim.errors import UsageError
    from callsim.scenario.wording import nearest

    known = {vendor: rulebook(vendor).assumptions for vendor in VENDORS}
    vendors = [vendor for vendor in VENDORS if id in known[vendor]]
    if not vendors:
        hint = nearest(id, sorted({each for some in known.values() for each in some}))
        return "; ".join(filter(None, [f"there is no assumption {id!r}", hint]))
    for vendor in vendors:
        try:
            rulebook(vendor, {id: value})
        except UsageError as error:
            return str(error)
    return None


def _concerning(vendor: str | None, config: pytest.Config) -> dict[str, str]:
    """Those chosen on the command line that this vendor's rules know."""
    chosen = config.stash[_ASSUME]
    if not chosen:
        return {}
    from callsim.dialects import rulebook

    return {id: value for id, value in chosen.items() if id in rulebook(vendor).assumptions}


# -- scenario files are tests ----------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    wanted = parent.session.isinitpath(file_path) or _fits(file_path, parent.config)
    if not wanted or not _begins_as_scenario(file_path):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


def _fits(path: Path, config: pytest.Config) -> bool:
    shown = os.path.relpath(path, config.rootpath).replace(os.sep, "/")
    return any(_pattern(glob).fullmatch(shown) for glob in config.getini("callsim_scenarios"))


@lru_cache(maxsize=64)
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob in which `**` stands for any folders, none included; Python has this from 3.13 on."""
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return re.compile("".join(meanings.get(part) or re.escape(part) for part in parts))


def _begins_as_scenario(path: Path) -> bool:
    """Whether `callsim:` is the first thing that is said; other YAML lies about in folders of scenarios as well."""
    try:
        with path.open("rb") as file:
            for _ in range(_MOST_LINES):
                line = file.readline(_LONGEST_LINE).removeprefix(b"\xef\xbb\xbf").strip()
                if line and not line.startswith((b"#", b"---", b"%")):
                    return re.match(rb"callsim\s*:", line) is not None
    except OSError:
        return False
    return False


class ScenarioFile(pytest.File):
    """A scenario file: one test for each of its cases and vendors."""

    def collect(self) -> Iterator[ScenarioItem]:
        from callsim.errors import InputError
        from callsim.scenario.front import VOCABULARY
        from callsim.scenario.loading import load

        try:
            cases = load(_shown(self.path), vocabulary=VOCABULARY)
        except InputError as error:
            raise self.CollectError(_visible(str(error))) from None
        for case in cases:
            if case.spec.arrivals is not None:
                continue  # Traffic is no test: it has nothing that can fail.
            yield ScenarioItem.from_parent(self, name=_visible(case.case or case.vendor), case=case)


def _shown(path: Path) -> str:
    """The file as `callsim run` would call it from here."""
    shown = os.path.relpath(path)
    return str(path) if shown.startswith(os.pardir) else shown


def _visible(text: str) -> str:
    from callsim.report.visible import visible

    return "\n".join(map(visible, text.split("\n")))


class ScenarioItem(pytest.Item):
    """One case of a scenario file."""

    def __init__(self, *, case: Case, **others: Any) -> None:
        super().__init__(**others)
        self.case = case
        self.add_marker("callsim")

    def runtest(self) -> None:
        from callsim.errors import InputError, Problem, UsageError
        from callsim.scenario.playing import play

        try:
            played = play(self.case, assume=_concerning(self.case.vendor, self.config))
        except UsageError as error:
            raise InputError(Problem(self.case.place(), str(error))) from None
        if not played.passed:
            self.add_report_section("call", "callsim", _story(played))
            raise _DoesNotHold(_verdict(played))
        if self.config.getoption("--callsim-explore"):
            _explore(self.case, _concerning(self.case.vendor, self.config))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from callsim.errors import BrokenLaw, CallsimError

        error = excinfo.value
        if isinstance(error, BrokenLaw):
            return "\n".join([_visible(str(error)), *(f"  {_visible(command)}" for command in error.commands)])
        if isinstance(error, (CallsimError, _DoesNotHold)):
            return _visible(str(error))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, max(0, self.case.place().line - 1), f"{self.path.name} [{self.name}]"


class _DoesNotHold(Exception):  # noqa: N818 - a verdict, which the item words
    """What did not hold, in the words of `callsim run`."""


def _verdict(played: Played) -> str:
    from callsim.report.text import judged

    return _printed(judged(played, _WIDTH))


def _story(played: Played) -> str:
    from callsim.report.text import told

    return _printed(told(played, _WIDTH))


def _printed(parts: Iterable[Any]) -> str:
    from callsim.report.paper import Paper

    sheet = _Sheet()
    Paper(sheet, width=_WIDTH).print(*parts)
    return "".join(sheet.texts).strip("\n")


class _Sheet:
    """What a report is written on."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def write(self, text: str) -> None:
        self.texts.append(text)


def _explore(case: Case, assume: Mapping[str, str]) -> None:
    """Try the case in every order. Raises _DoesNotHold with what `callsim explore` says if it does not hold in all of them."""
    from callsim.report.exploring import told, verdict
    from callsim.scenario.exploring import explore_case

    explored = explore_case(case, assume=assume)
    if verdict(explored) != "holds":
        raise _DoesNotHold(_printed(told(explored, _WIDTH)))


# -- worlds to test against ------------------------------------------------------------------------------------------


@pytest.fixture
def callsim_switch(request: pytest.FixtureRequest) -> Iterator[Callable[..., Switch]]:
    """Makes switches: `callsim_switch("plivo", assume={...}, media={...})`. Their laws are held when the test is over."""
    from callsim.dialects import rulebook
    from callsim.switch import Switch
    from callsim.testing.laws import Watch

    watches: list[Watch] = []

    def make(
        vendor: str | None = None, assume: Mapping[str, str] | None = None, media: Mapping[str, int] | None = None
    ) -> Switch:
        book = rulebook(vendor, {**(assume or {}), **_concerning(vendor, request.config)})
        switch = Switch(book, dict(media or {}))
        watches.append(Watch(switch))
        return switch

    yield make
    for watch in watches:
        watch.check_all()


@pytest.fixture
def callsim_simulation(request: pytest.FixtureRequest) -> Iterator[Callable[..., Simulation]]:
    """Makes simulations: `callsim_simulation("tryvox", assume={...}, pages={...}, media={...}, setting=...)`. Their laws are
    held after every command, and once more when the test is over."""
    from callsim.dialects import dialect
    from callsim.simulation import Simulation

    made: list[Simulation] = []

    def make(
        vendor: str = "plivo", assume: Mapping[str, str] | None = None, setting: Any = None, **options: Any
    ) -> Simulation:
        spoken = dialect(vendor, {**(assume or {}), **_concerning(vendor, request.config)}, setting)
        made.append(Simulation(spoken, **options))
        return made[-1]

    yield make
    for simulation in made:
        simulation.check_all()


@pytest.fixture
def callsim_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """The vendors' interfaces without a socket, and a clock that the test holds: `callsim_emulator.plivo()` is the vendor's own
    client. Every law is held when the test is over."""
    from callsim.testing.emulator import Emulator

    emulator = Emulator(request.config.stash[_ASSUME])
    yield emulator
    for world in emulator.exchange.worlds():
        world.check_all()
