"""`callsim run --step` and `--predict`: a walk through a run, forwards and backwards, one event after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import click
from rich.text import Text

from callsim.cli.output import Output
from callsim.report.film import Event, Film
from callsim.report.paper import Paper
from callsim.report.text import BASES
from callsim.report.visible import visible
from callsim.scenario.values import format_duration

HELP = "Enter or n: on   b: back   w: why   s: states   g N: to step N   e: to the end   q: stop   ?: this help"
_KEYS = {"\x1b[C": "n", "\x1b[B": "n", "\x1b[D": "b", "\x1b[A": "b", "\r": "n", "\n": "n", " ": "n", "\x1b": "q", "\x7f": "b"}
_MOST_TYPED = 200


class StoppedError(Exception):
    """Whoever walks has had enough, or there is nobody to ask."""


@dataclass
class Walk:
    """A walk through one film. `ask` gives the next word of whoever walks, and raises StoppedError if none comes."""

    film: Film
    paper: Paper
    ask: Callable[[str], str]
    predict: bool = False
    step: int = 0
    asked: dict[int, bool] = field(default_factory=dict)
    left: bool = False

    def __post_init__(self) -> None:
        self.events = [number for number, event in enumerate(self.film.events) if not event.minor]

    def go(self) -> None:
        """Walk until whoever walks goes on past the end. Raises StoppedError if they have had enough before."""
        self.paper.print(Text(visible(self.film.title), "bold"), Text(HELP, "dim"))
        while not self.left:
            if self.step == len(self.events):
                self.paper.print(Text("That is all that happened."))
            word = self.ask(f"[{self.step} of {len(self.events)}] ").strip()
            self._obey(word)

    def _obey(self, word: str) -> None:
        """Do what one word says."""
        match word.split():
            case [] | ["n"]:
                self._on()
            case ["b"]:
                self.step = max(self.step - 1, 0)
                self._tell_step()
            case ["w"]:
                self.paper.print(*self._why())
            case ["s"]:
                self.paper.print(Text(self._states()))
            case ["g", number] if number.isdecimal() and int(number) <= len(self.events):
                self.step = int(number)
                self._tell_step()
            case ["e"]:
                while self.step < len(self.events):
                    self._on()
            case ["q"]:
                raise StoppedError
            case _:
                self.paper.print(Text(HELP, "dim"))

    def _on(self) -> None:
        if self.step == len(self.events):
            self.left = True
            return
        number = self.events[self.step]
        event = self.film.events[number]
        if self.predict and event.kind == "answer" and number not in self.asked:
            self._predict(number, event)
        self.step += 1
        self._tell_step()

    def _predict(self, number: int, event: Event) -> None:
        request = self.film.events[event.because].text if event.because >= 0 else "this request"
        said = self.ask(f"  {visible(request)}: which HTTP status is the answer? ").strip()
        status = event.text.partition(" ")[0]
        self.asked[number] = said == status
        word = "right" if said == status else f"no: {status}"
        self.paper.print(Text(f"  {word}", "green" if said == status else "yellow"))
        if said != status:
            self.paper.print(*self._rules(event))

    # -- telling -------------------------------------------------------------------------------------------------------

    def _tell_step(self) -> None:
        if self.step == 0:
            self.paper.print(Text("Nothing has happened yet."))
            return
        self.paper.print(self._line(self.film.events[self.events[self.step - 1]]))

    def _line(self, event: Event) -> Text:
        first, last = self.film.columns[event.from_].label, self.film.columns[event.to].label
        where = first if first == last else f"{first} -> {last}"
        note = f"  ({visible(event.note)})" if event.note else ""
        return Text.assemble((f"{format_duration(event.at):>8}  ", "cyan"), (f"{visible(where)}: ", ""), (visible(event.text), "bold"), note)

    def _why(self) -> Iterator[Text]:
        if self.step == 0:
            yield Text("Nothing has happened yet.")
            return
        number = self.events[self.step - 1]
        yield from self._rules(self.film.events[number])
        yield Text("  it follows from:" if self.film.events[number].because >= 0 else "  it follows from nothing: somebody said it")
        while (number := self.film.events[number].because) >= 0:
            yield Text.assemble("  ", self._line(self.film.events[number]))

    def _rules(self, event: Event) -> Iterator[Text]:
        for id in event.rules:
            row = self.film.book.rows.get(id)
            if row is not None:
                source = f"  {row.basis.evidence[0]}" if row.basis.evidence else ""
                yield Text.assemble("  ", (row.id, "blue"), f": {row.why}")
                yield Text.assemble("    ", (str(row.basis), BASES[row.basis.kind]), (source, "dim"))

    def _states(self) -> str:
        number = self.events[self.step - 1] if self.step else -1
        found = []
        for lane in self.film.lanes:
            states = [state for event, state in lane.moves if event <= number]
            if states:
                found.append(f"{lane.name} {states[-1]}")
        return "  " + (visible(", ".join(found)) or "nothing is there yet")


def walk(films: Iterator[Film], predict: bool, output: Output) -> None:
    """Walk through one film after the other. Where nobody can be asked any more the walk ends."""
    paper = Paper(output, output.is_terminal)
    right = asked = 0
    try:
        for film in films:
            one = Walk(film, paper, _asker(output), predict)
            try:
                one.go()
            finally:
                right, asked = right + sum(one.asked.values()), asked + len(one.asked)
    except StoppedError:
        paper.print(Text(""))
    if predict:
        paper.print(Text(f"{right} of {asked} answers were predicted"))


def _asker(output: Output) -> Callable[[str], str]:
    """Keys where a person sits at a terminal, lines anywhere else."""
    keys = sys.stdin.isatty() and output.is_terminal

    def ask(prompt: str) -> str:
        output.write(prompt)
        if keys and prompt.startswith("["):
            try:
                key = click.getchar()
            except EOFError:
                raise StoppedError from None
            output.write("\r" + " " * len(prompt) + "\r")
            if _KEYS.get(key, key) == "g":
                output.write("to step: ")
                return "g " + _typed()
            return _KEYS.get(key, key)
        line = _typed()
        if not keys:
            output.write("\n")
        return line

    return ask


def _typed() -> str:
    line = sys.stdin.readline(_MOST_TYPED)
    if not line:
        raise StoppedError
    return line
