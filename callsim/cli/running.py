"""`callsim run`: find, load, choose, play, tell; every readable scenario is played whatever is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callsim.cli.assuming import assumed, check_concerned
from callsim.cli.guard import BROKEN, FAILS, HOLDS, UNDECIDED, WRONG_INPUT, told
from callsim.cli.output import Output, abandon_stdout, complain
from callsim.cli.progress import Progress
from callsim.errors import BrokenLaw, InputError, Problem, UsageError
from callsim.report.visible import visible
from callsim.scenario.loading import Case, find, load
from callsim.scenario.playing import Played, RulebookVocabulary, play


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    paths: Sequence[str]
    format: str = "text"
    output: str | None = None
    seed: int = 0
    assume: Sequence[str] = ()
    vendor: str | None = None
    trace: str | None = None
    with_trace: bool = False
    word: str | None = None
    list_only: bool = False
    fail_fast: bool = False


@dataclass
class Loaded:
    """The cases of some paths, and what is wrong with the rest."""

    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: int = 0


def loaded(paths: Iterable[str], vendor: str | None = None) -> Loaded:
    """Every case of every file that can be read; problems are told as they are found."""
    found, vocabulary = Loaded(), RulebookVocabulary()
    for file in _files(paths, found):
        try:
            found.cases += load(file, vendor, vocabulary)
            found.files += 1
        except InputError as error:
            _note(error, found)
    return found


def _files(paths: Iterable[str], found: Loaded) -> Iterator[Path]:
    files: dict[Path, None] = {}
    for path in paths:
        try:
            files.update(dict.fromkeys(find([path])))
        except InputError as error:
            _note(error, found)
    yield from files


def _note(error: InputError, found: Loaded) -> None:
    found.problems += error.problems
    told(error)


def chosen(cases: Sequence[Case], word: str | None) -> list[Case]:
    """The cases that have a word in their file, case, vendor or title."""
    if word is None:
        return list(cases)
    wanted = word.casefold()
    kept = [case for case in cases if wanted in f"{case.file} {case.case} {case.vendor} {case.spec.title}".casefold()]
    if cases and not kept:
        raise UsageError(f"no scenario has {visible(word)!r} in its file, case, vendor or title")
    return kept


def run(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    assume = assumed(wishes.assume)
    _check_vendor(wishes.vendor)
    found = loaded(wishes.paths, wishes.vendor)
    cases = chosen(found.cases, wishes.word)
    check_concerned(assume, {case.vendor for case in cases})
    output = Output(wishes.output)
    try:
        if wishes.list_only:
            return _list(cases, output, found)
        return _Run(wishes, assume, cases, found.problems, output).do()
    except BrokenPipeError:
        # Whoever read it has gone, and with them the wish to know the rest.
        abandon_stdout()
        return UNDECIDED
    finally:
        output.close()


def _check_vendor(vendor: str | None) -> None:
    if vendor is not None:
        from callsim.dialects import dialect_class

        dialect_class(vendor)


def _list(cases: Sequence[Case], output: Output, found: Loaded) -> int:
    for case in cases:
        name = f"{case.file} [{case.case}]" if case.case else case.file
        output.write(f"{visible(name)}  {case.vendor}  {visible(case.spec.title)}\n")
    return WRONG_INPUT if found.problems else HOLDS


class _Run:
    """One run over cases that are loaded: plays them one by one, tells them as they come or all at the end."""

    def __init__(
        self, wishes: Wishes, assume: dict[str, str], cases: Sequence[Case], problems: list[Problem], output: Output
    ) -> None:
        self.wishes, self.assume, self.cases, self.problems, self.output = wishes, assume, cases, problems, output
        self.trace = Output(wishes.trace) if wishes.trace else None
        self.progress = Progress(len(cases), wishes.format != "text" or not output.is_terminal)
        self.plays: list[Played] = []
        self.interrupted = self.broken = False

    def do(self) -> int:
        try:
            self._report()
        finally:
            if self.trace is not None:
                self.trace.close()
        if self.interrupted:
            complain(f"interrupted after {len(self.plays)} of {len(self.cases)} scenarios")
        return self._code()

    def _report(self) -> None:
        if self.wishes.format == "text":
            self._tell()
            return
        for _ in self._played():
            pass
        self.output.write(self._document())

    def _code(self) -> int:
        """The gravest of what happened; that something fails is known even if something else is undecided."""
        if self.broken:
            return BROKEN
        if self.interrupted:
            return UNDECIDED
        if self.problems:
            return WRONG_INPUT
        if any(played.failures for played in self.plays):
            return FAILS
        return UNDECIDED if any(not played.complete for played in self.plays) else HOLDS

    # -- playing ---------------------------------------------------------------------------------------------------

    def _played(self) -> Iterator[Played]:
        """Every case played, until the end, an interruption, or the first that does not hold if that is wished."""
        try:
            for number, case in enumerate(self.cases, 1):
                self.progress.step(number, case.file)
                played = self._play(case)
                self.progress.clear()
                if played is not None:
                    yield played
                if self.wishes.fail_fast and (played is None or not played.passed):
                    return
        except KeyboardInterrupt:
            self.progress.clear()
            self.interrupted = True

    def _play(self, case: Case) -> Played | None:
        try:
            played = play(case, self.wishes.seed, self.assume)
        except Exception as error:
            self._went_wrong(case, error)
            return None
        self.plays.append(played)
        self._trace(played)
        return played

    def _went_wrong(self, case: Case, error: Exception) -> None:
        """Tell it, each problem once: the cases of a file may share theirs."""
        if isinstance(error, UsageError):
            error = InputError(Problem(case.place(), str(error)))
        if isinstance(error, InputError):
            fresh = [problem for problem in error.problems if problem not in self.problems]
            self.problems += fresh
            told(InputError(*fresh))
            return
        if isinstance(error, BrokenLaw):
            error = BrokenLaw(error.law, f"{error.what}, in {case.file}", error.commands)
        self.broken = told(error) == BROKEN or self.broken

    def _trace(self, played: Played) -> None:
        if self.trace is not None:
            from callsim.report.results import trace_lines

            self.trace.write("".join(f"{line}\n" for line in trace_lines(played)))

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        from callsim.report import text
        from callsim.report.paper import Paper
        from callsim.report.side_by_side import compared, grouped

        paper = Paper(self.output, self.output.is_terminal)
        groups = 0
        for group in grouped(self._played()):
            groups += 1
            paper.print(*(compared(group, paper.width) if len(group) > 1 else text.told(group[0], paper.width)))
        if groups > 1:
            paper.print(*text.summary(self.plays, paper.width))
        elif len(self.plays) != 1 and not (self.problems or self.broken):
            paper.print(text.counted(self.plays))

    def _document(self) -> str:
        if self.wishes.format == "junit":
            from callsim.report.junit import junit

            return junit(self.plays, self.problems)
        from callsim.report.results import as_json, document

        readable = not (self.problems or self.interrupted or self.broken)
        return as_json(document(self.plays, readable, self.wishes.with_trace))
