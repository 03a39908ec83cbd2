"""The cases a command is about: found, loaded, chosen, listed; and what goes wrong with one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callsim.cli.assuming import assumed, check_concerned
from callsim.cli.guard import BROKEN, FAILS, HOLDS, UNDECIDED, WRONG_INPUT, told
from callsim.cli.output import Output, abandon_stdout
from callsim.errors import BrokenLaw, InputError, Problem, UsageError
from callsim.report.visible import visible
from callsim.scenario.loading import Case, find, load
from callsim.scenario.playing import RulebookVocabulary


@dataclass
class Loaded:
    """The cases of some paths, and what is wrong with the rest."""

    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    passed_by: list[Case] = field(default_factory=list)
    """Those of traffic that happen to lie in a folder."""

    def played(self) -> list[Case]:
        """Those to be played: a folder may hold traffic as well, and is passed by where there is anything else."""
        left = {id(case) for case in self.passed_by}
        return [case for case in self.cases if id(case) not in left] or self.cases


def loaded(paths: Iterable[str], vendor: str | None = None) -> Loaded:
    """Every case of every file that can be read; problems are told as they are found."""
    found, vocabulary = Loaded(), RulebookVocabulary()
    for file, by_name in _files(paths, found).items():
        try:
            cases = load(file, vendor, vocabulary)
            found.cases += cases
            found.passed_by += [case for case in cases if case.spec.arrivals is not None and not by_name]
            found.files += 1
        except InputError as error:
            _note(error, found)
    return found


def _files(paths: Iterable[str], found: Loaded) -> dict[Path, bool]:
    """The files of some paths, and whether each was named itself or found in a folder."""
    files: dict[Path, bool] = {}
    for path in paths:
        try:
            below = find([path])
            for file in below:
                files[file] = files.get(file, False) or below == [Path(path)]
        except InputError as error:
            _note(error, found)
    return files


def _note(error: InputError, found: Loaded) -> None:
    found.problems += error.problems
    told(error)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a command line asks for: cases, the assumptions it makes for them, and what is wrong with other files."""

    cases: list[Case]
    assume: dict[str, str]
    problems: list[Problem]

    def name_all(self, output: Output) -> int:
        """Name the cases, one a line; returns the exit code."""
        for case in self.cases:
            name = f"{case.file} [{case.case}]" if case.case else case.file
            output.write(f"{visible(name)}  {case.vendor}  {visible(case.spec.title)}\n")
        return WRONG_INPUT if self.problems else HOLDS


def choose(paths: Iterable[str], word: str | None, vendor: str | None, assume: Sequence[str]) -> Chosen:
    """Load what can be loaded, and keep the cases that have a word in their file, case, vendor or title.

    Raises UsageError for a vendor, a word or an assumption that is of no use.
    """
    assumptions = assumed(assume)
    check_vendor(vendor)
    found = loaded(paths, vendor)
    cases = _with_word(found.played(), word)
    check_concerned(assumptions, {case.vendor for case in cases})
    return Chosen(cases, assumptions, found.problems)


def check_vendor(vendor: str | None) -> None:
    """Raises UsageError for a vendor that callsim does not know."""
    if vendor is not None:
        from callsim.dialects import dialect_class

        dialect_class(vendor)


def _with_word(cases: Sequence[Case], word: str | None) -> list[Case]:
    if word is None:
        return list(cases)
    wanted = word.casefold()
    kept = [case for case in cases if wanted in f"{case.file} {case.case} {case.vendor} {case.spec.title}".casefold()]
    if cases and not kept:
        raise UsageError(f"no scenario has {visible(word)!r} in its file, case, vendor or title")
    return kept


def reporting(path: str | None, report: Callable[[Output], int]) -> int:
    """Open the file a report goes to, or the standard output, and let it be written; returns the exit code."""
    output = Output(path)
    try:
        return report(output)
    except BrokenPipeError:
        # Whoever read it has gone, and with them the wish to know the rest.
        abandon_stdout()
        return UNDECIDED
    finally:
        output.close()


@dataclass
class Troubles:
    """What went wrong so far, with files and with callsim itself."""

    problems: list[Problem]
    broken: bool = False

    def note(self, case: Case, error: Exception) -> None:
        """Tell what went wrong with a case, each problem once: the cases of a file may share theirs."""
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

    def __bool__(self) -> bool:
        return bool(self.problems) or self.broken

    def code(self, interrupted: bool, fails: bool, undecided: bool) -> int:
        """The gravest of what happened; that something fails is known even if something else is undecided."""
        if self.broken:
            return BROKEN
        if interrupted:
            return UNDECIDED
        if self.problems:
            return WRONG_INPUT
        if fails:
            return FAILS
        return UNDECIDED if undecided else HOLDS
