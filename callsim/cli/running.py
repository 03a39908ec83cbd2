"""`callsim run`: find, load, choose, play, tell; every readable scenario is played whatever is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callsim.cli.cases import Chosen, Troubles, choose, reporting
from callsim.cli.output import Output, complain
from callsim.cli.progress import Progress
from callsim.errors import UsageError
from callsim.scenario.covering import Coverage
from callsim.scenario.loading import Case
from callsim.scenario.playing import Played, play


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
    coverage: bool = False
    step: bool = False
    predict: bool = False


def run(wishes: Wishes) -> int:
    """Do it all; returns the exit code."""
    if wishes.coverage and wishes.format not in ("text", "json"):
        raise UsageError(f"--coverage has no place in {_PLACES[wishes.format]}; ask for --format text or json")
    walks = wishes.step or wishes.predict
    if walks and (wishes.format != "text" or wishes.coverage or wishes.output):
        raise UsageError("--step and --predict are for somebody who looks; leave --format, --output and --coverage away")
    chosen = choose(wishes.paths, wishes.word, wishes.vendor, wishes.assume)
    if wishes.list_only:
        return reporting(wishes.output, chosen.name_all)
    return reporting(wishes.output, lambda output: _Run(wishes, chosen, output).do())


_PLACES = {"junit": "JUnit's XML", "html": "a page of runs", "mermaid": "a diagram"}


class _Run:
    """One run over cases that are loaded: plays them one by one, tells them as they come or all at the end."""

    def __init__(self, wishes: Wishes, chosen: Chosen, output: Output) -> None:
        self.wishes, self.assume, self.cases, self.output = wishes, chosen.assume, chosen.cases, output
        self.troubles = Troubles(chosen.problems)
        self.trace = Output(wishes.trace) if wishes.trace else None
        self.progress = Progress(len(self.cases), wishes.format != "text" or not output.is_terminal)
        self.plays: list[Played] = []
        self.coverage = Coverage() if wishes.coverage else None
        self.interrupted = False

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
        if self.wishes.step or self.wishes.predict:
            self._walk()
            return
        if self.wishes.format == "text":
            self._tell()
            return
        for _ in self._played():
            pass
        self.output.write(self._document())

    def _code(self) -> int:
        return self.troubles.code(
            self.interrupted,
            any(played.failures for played in self.plays),
            any(not played.complete for played in self.plays),
        )

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
            self.troubles.note(case, error)
            return None
        self.plays.append(played)
        if self.coverage is not None:
            self.coverage.played(played)
        self._trace(played)
        return played

    def _trace(self, played: Played) -> None:
        if self.trace is not None:
            from callsim.report.results import trace_lines

            self.trace.write("".join(f"{line}\n" for line in trace_lines(played)))

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        from callsim.report import text
        from callsim.report.grid import line
        from callsim.report.paper import Paper
        from callsim.report.side_by_side import compared, grouped

        paper = Paper(self.output, self.output.is_terminal)
        groups = 0
        for group in grouped(self._played()):
            groups += 1
            paper.print(*(compared(group, paper.width) if len(group) > 1 else text.told(group[0], paper.width)))
        if groups > 1:
            paper.print(*text.summary(self.plays, paper.width))
        elif len(self.plays) != 1 and not self.troubles:
            paper.print(text.counted(self.plays))
        if self.coverage is not None:
            from callsim.report import coverage

            # A single story ends with an empty line already.
            paper.print(*[line()] * (len(self.plays) > 1), *coverage.told(self.coverage, paper.width))

    def _walk(self) -> None:
        from callsim.cli.stepping import walk
        from callsim.report.filming import film

        walk((film(played.simulation, played.case.spec.title) for played in self._played()), self.wishes.predict, self.output)

    def _document(self) -> str:
        if self.wishes.format in ("html", "mermaid"):
            return self._picture()
        if self.wishes.format == "junit":
            from callsim.report.junit import junit

            return junit(self.plays, self.troubles.problems)
        from callsim.report.results import as_json, document

        readable = not (self.troubles or self.interrupted)
        data = document(self.plays, readable, self.wishes.with_trace)
        if self.coverage is not None:
            from callsim.report import coverage

            data["coverage"] = coverage.as_data(self.coverage)
        return as_json(data)

    def _picture(self) -> str:
        if self.wishes.format == "html":
            from callsim.report.run_page import groups_of, page

            return page(groups_of(self.plays))
        from callsim.report.filming import film
        from callsim.report.sequence import sequence

        # Each diagram by itself: whoever draws them takes what stands between empty lines, or one file for each.
        drawn = (sequence(film(played.simulation, played.case.spec.title)) for played in self.plays)
        return "\n".join("\n".join(lines) + "\n" for lines in drawn)
