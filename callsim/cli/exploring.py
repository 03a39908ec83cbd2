"""`callsim explore`: every order in which things can happen, and what holds in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callsim.cli.cases import Chosen, Troubles, choose, reporting
from callsim.cli.output import Output, complain
from callsim.cli.progress import Progress
from callsim.cli.writable import check_free
from callsim.errors import BrokenLaw, UsageError
from callsim.explore import Bound, Progress as Reached
from callsim.explore.workers import memory_used
from callsim.report.exploring import LAW, verdict
from callsim.report.visible import visible
from callsim.scenario.covering import Coverage
from callsim.scenario.explored import Explored
from callsim.scenario.exploring import MOST_STATES, explore_case, failing_order
from callsim.scenario.loading import Case
from callsim.scenario.values import parse_duration

_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_MOST_MEMORY = 2 * 10**9
_SIZE = re.compile(rf"([0-9]{{1,12}})({'|'.join(_BYTES)})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    paths: Sequence[str]
    same_instant: bool = False
    window: str | None = None
    any_order: bool = False
    max_states: int = MOST_STATES
    max_memory: str | None = None
    workers: int = 1
    write: str | None = None
    format: str = "text"
    output: str | None = None
    seed: int = 0
    assume: Sequence[str] = ()
    vendor: str | None = None
    word: str | None = None
    list_only: bool = False
    fail_fast: bool = False
    coverage: bool = False


def explore(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    if wishes.coverage and wishes.format == "html":
        raise UsageError("--coverage has no place in a page of orders; ask for --format text or json")
    bounds = _Bounds(window(wishes), wishes.max_states, memory(wishes.max_memory))
    chosen = choose(wishes.paths, wishes.word, wishes.vendor, wishes.assume)
    if wishes.list_only:
        return reporting(wishes.output, chosen.name_all)
    if wishes.write is not None:
        check_free(wishes.write, [case.file for case in chosen.cases], "one of the scenarios explored")
    return reporting(wishes.output, lambda output: _Exploring(wishes, bounds, chosen, output).do())


def window(wishes: Wishes) -> int | None:
    """How many milliseconds apart what changes places may be; None if times are forgotten. Raises UsageError."""
    if (wishes.window is not None) + wishes.same_instant + wishes.any_order > 1:
        raise UsageError("--same-instant, --window and --any say different things; give one of them")
    if wishes.any_order:
        return None
    try:
        return 0 if wishes.window is None else parse_duration(wishes.window)
    except ValueError as error:
        raise UsageError(f"--window: {visible(error)}") from None


def memory(text: str | None) -> int | None:
    """The bytes that a size such as `500MB` stands for. Raises UsageError; with nothing said, it bounds what can be measured."""
    if text is None:
        try:
            memory_used()
        except UsageError:
            return None
        return _MOST_MEMORY
    found = _SIZE.fullmatch(text)
    if found is None or not int(found[1]):
        raise UsageError(f"--max-memory: {visible(text)!r} is no size; write one such as 500MB or 2GB")
    return int(found[1]) * _BYTES[found[2]]


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What is explored, and how far."""

    window: int | None
    states: int
    memory: int | None


class _Exploring:
    """One after the other, cases that are loaded are explored, and told as they come or all at the end."""

    def __init__(self, wishes: Wishes, bounds: _Bounds, chosen: Chosen, output: Output) -> None:
        self.wishes, self.bounds, self.output = wishes, bounds, output
        self.assume, self.cases, self.troubles = chosen.assume, chosen.cases, Troubles(chosen.problems)
        self.progress = Progress(len(self.cases), True, even_for_one=True)
        self.explored: list[Explored] = []
        self.coverage = Coverage() if wishes.coverage else None
        self.written: str | None = None
        self.unwritable: UsageError | None = None
        self.interrupted = False

    def do(self) -> int:
        match self.wishes.format:
            case "text":
                self._tell()
            case "html":
                self._page()
            case _:
                self._document()
        if self.interrupted:
            complain(f"interrupted after {len(self.explored)} of {len(self.cases)} scenarios")
        if self.unwritable is not None:
            raise self.unwritable
        words = [verdict(each) for each in self.explored]
        return self.troubles.code(self.interrupted, "FAILS" in words, "UNDECIDED" in words)

    # -- exploring -------------------------------------------------------------------------------------------------

    def _each(self) -> Iterator[Explored]:
        """Every case explored, until the end, an interruption, or the first that does not hold if that is wished."""
        try:
            for number, case in enumerate(self.cases, 1):
                self.progress.step(number, case.file)
                explored = self._explore(case)
                self.progress.clear()
                if explored is not None:
                    yield explored
                    self.interrupted = explored.bound is Bound.INTERRUPTED
                if self.interrupted or (self.wishes.fail_fast and (explored is None or verdict(explored) != "holds")):
                    return
        except KeyboardInterrupt:
            self.progress.clear()
            self.interrupted = True

    def _explore(self, case: Case) -> Explored | None:
        bounds, wishes, memory = self.bounds, self.wishes, self.bounds.memory
        if memory is not None and self.explored:
            # What is known is how much was taken at most, ever: what an earlier search has given back can be had again.
            memory = max(memory, memory_used())
        try:
            explored = explore_case(
                case, wishes.seed, self.assume, bounds.window, max_states=bounds.states, max_memory=memory,
                workers=wishes.workers, progress=self._reached, coverage=self.coverage,
            )  # fmt: skip
        except Exception as error:
            self.troubles.note(case, error)
            return None
        self.explored.append(explored)
        return explored

    def _reached(self, reached: Reached) -> None:
        self.progress.further(reached.states, f"{reached.states:,} states, depth {reached.depth:,}")

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        from callsim.report import exploring
        from callsim.report.grid import line
        from callsim.report.paper import Paper

        paper = Paper(self.output, self.output.is_terminal)
        for explored in self._each():
            paper.print(*exploring.told(explored, paper.width))
            if self._settled(explored):
                path = visible(self.written)
                paper.print(line(f"{path} is written; play it with: callsim run {path}"), line())
        if len(self.explored) > 1:
            paper.print(*exploring.summary(self.explored, paper.width))
        if self.coverage is not None:
            from callsim.report import coverage

            paper.print(*[line()] * (len(self.explored) > 1), *coverage.told(self.coverage, paper.width))
        if self.wishes.write is not None and self.written is None and self.unwritable is None:
            paper.print(line(f"{visible(self.wishes.write)} is not written: no order was found that fails"))

    def _page(self) -> None:
        from callsim.report.run_page import group_of_orders, page

        groups = []
        for explored in self._each():
            self._settled(explored)
            groups.append(group_of_orders(explored, self.wishes.seed))
        self.output.write(page(groups))

    def _document(self) -> None:
        from callsim.report.exploring_results import document
        from callsim.report.results import as_json

        for explored in self._each():
            self._settled(explored)
        readable = not (self.troubles or self.interrupted)
        data = document(self.explored, readable, self.written)
        if self.coverage is not None:
            from callsim.report import coverage

            data["coverage"] = coverage.as_data(self.coverage)
        self.output.write(as_json(data))

    def _settled(self, explored: Explored) -> bool:
        """Say of a broken law that it is callsim's own fault, and write the first order that fails; whether it was written."""
        for one in explored.failures:
            if one.kind == LAW:
                commands = [each.label for each in one.shortest]
                self.troubles.note(explored.case, BrokenLaw(one.subject, one.message, commands))
        path = self.wishes.write
        if path is None or self.written is not None or self.unwritable is not None or not explored.failures:
            return False
        try:
            file = Output(path)
            file.write(failing_order(explored, explored.failures[0]))
            file.close()
        except UsageError as error:
            # What was searched for so long is worth more than where it was to go: that is told when all else has been.
            self.unwritable = error
            return False
        self.written = path
        return True
