"""Every way callsim complains. A refusal by the model is a value; what is here is a mistake of a person or of callsim."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file something stands; line and column count from 1, 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in an input: where it stands, what is wrong, what was expected, and perhaps what was meant."""

    place: Place
    what: str
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        tail = "".join(f"; {part}" for part in (self.expected, self.hint) if part)
        return f"{self.place}: {self.what}{tail}"


class CallsimError(Exception):
    """Anything callsim stops for; `exit_code` is what the command line ends with."""

    exit_code = 2


class InputError(CallsimError):
    """An input cannot be used. Holds every problem found in it, sorted by place; never empty."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(CallsimError):
    """A command, an option or an argument of the Python interface is not what callsim takes."""


class UnreadableField(UsageError):
    """A field of a record is not what is written there; `column` says which field, `what` what is wrong, and `expected` the rest."""

    def __init__(self, column: str, what: str, expected: str) -> None:
        super().__init__(f"{column} {what}; expected {expected}")
        self.column, self.what, self.expected = column, what, expected


class MissingExtra(CallsimError):
    """A part of callsim needs a library that an extra would have installed."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"this needs {library}; install it with: pip install 'callsim[{extra}]'")


class RulebookError(CallsimError):
    """The tables contradict themselves: two rows for one case, none, or an overlay that names no row or changes nothing."""

    exit_code = 70


class Undecided(CallsimError):
    """The model has no answer to something that can be done; says to what."""

    exit_code = 70


@dataclass
class BrokenLaw(CallsimError):
    """callsim itself broke one of its laws. `commands` lead to it from an empty world; please report them."""

    exit_code = 70

    law: str = ""
    what: str = ""
    commands: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"callsim broke its own law '{self.law}': {self.what}"
