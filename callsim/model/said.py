"""What is said to the model, and what comes of it: commands, changes, what is asked of the driver, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from callsim.model.facts import Purpose, RoomKind, StayAlone, Timer
from callsim.model.states import By, CallState, Entity, Status, Verb
from callsim.model.things import UNSAID, USUAL, Manner, MpcOptions, Placement


@dataclass(frozen=True, slots=True)
class Joining:
    """How a call is to be put into a multiparty call by ADD; `placement` is for a call that does not exist yet.
    If several are added at once, of whom the first to answer comes in, `parallel` has the placement of each by its name.
    `stay_alone` and the `options` are what is wanted of the multiparty call, should this open it."""

    mpc: str
    role: str = ""
    exit_url: str | None = None
    stay_alone: StayAlone = StayAlone.NO
    placement: Placement | None = None
    manner: Manner = USUAL
    options: MpcOptions = UNSAID
    parallel: tuple[tuple[str, Placement], ...] = ()
    kind: RoomKind = RoomKind.MPC


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where a call is sent by TRANSFER: it goes on with the document at `url`; None if there is none to go on with.

    Of several calls that are sent at once the first goes there, and those after it to the `others`, in order.
    """

    url: str | None
    method: str = "POST"
    others: tuple[Transfer, ...] = ()

    def of(self, number: int) -> Transfer:
        """Where the call of that place among the targets is sent, counted from 0; with none of its own, where the first is."""
        return (self, *self.others)[number] if number <= len(self.others) else self


class Command(NamedTuple):
    """One thing said to the model: verb, the names it is about (one, or several at once), by whom, and its details.

    A call is named by its name, a multiparty call by its key, a participant by its call, an action by `call/kind#number`.
    `detail` is a Placement (place), a Joining (add), a Transfer (transfer), a Document (run), a failure's code (fail) or a BadDocument
    (bad_instructions); for run and bad_instructions `purpose` says what the document was fetched for.
    """

    verb: Verb
    target: str | tuple[str, ...]
    by: By
    detail: Any = None
    purpose: Purpose | None = None

    def __str__(self) -> str:
        target = self.target if isinstance(self.target, str) else ",".join(self.target)
        return f"{self.verb} {target} by {self.by}" + ("" if self.detail is None else f" {self.detail!r}")


class Change(NamedTuple):
    """One line of the story. `because` is the number of the change it follows from, -1 for the command itself;
    `via` is the consequence row that led from there to here. Where status is not done, from_ and to are the same."""

    number: int
    at: int
    entity: Entity
    name: str
    verb: Verb
    status: Status
    from_: str
    to: str
    by: By
    cause: str | None
    rule: str
    because: int = -1
    via: str | None = None


class Routine:
    """What is the same of every change by which a row moves a call by a command: all but its number, its time and whose it is.

    Such a change is kept as these three and its Routine until somebody looks.
    """

    __slots__ = ("by", "cause", "from_", "rule", "to", "verb")

    def __init__(self, verb: Verb, from_: CallState, to: CallState, by: By, cause: str | None, rule: str) -> None:
        self.verb, self.from_, self.to, self.by, self.cause, self.rule = verb, from_, to, by, cause, rule

    def change(self, number: int, at: int, name: str) -> Change:
        """The change with all its fields."""
        line = (number, at, _CALL, name, self.verb, _DONE, self.from_, self.to, self.by, self.cause, self.rule, -1, None)
        return _new(Change, line)  # type: ignore[no-any-return]


class MpcEvent(NamedTuple):
    """What is told of a multiparty call: which one, by its key; what happened; the number of what was told of it so far;
    and the number of the participant that it happened to, if it did to one."""

    mpc: str
    what: str
    number: int
    participant: int | None = None


class DialEvent(NamedTuple):
    """What is told of a conversation: which one, and what happened to which of its legs, with the digits if they were a
    match. `sound` asks what is to be heard by a leg that has to press a key."""

    conversation: str
    what: str
    leg: str
    digits: str = ""


class LateAnswer(NamedTuple):
    """The answer to a request that asked to be told it later: what it holds, by name, and the rules it stands on."""

    said: tuple[tuple[str, Any], ...]
    rules: tuple[str, ...]


class TodoKind(StrEnum):
    """What a switch asks of whoever drives it; PLACED: that there be somebody at the far end of a call it has made itself."""

    SET_TIMER = "set-timer"
    FORGET_TIMER = "forget-timer"
    FETCH = "fetch"
    CALLBACK = "callback"
    PLACED = "placed"


class Todo(NamedTuple):
    """One thing a switch asks for. Timer: `key` names it, `at` is its due time, `command` what it says then.
    Fetch: `url` for `purpose`. Callback: `kind` ("hangup" or "record") to `url`. `rule` is the row that asks."""

    kind: TodoKind
    name: str
    at: int
    rule: str
    url: str = ""
    method: str = "POST"
    purpose: Purpose | None = None
    callback: str = ""
    key: tuple[str, Timer] | None = None
    command: Command | None = None
    because: int = -1
    about: MpcEvent | DialEvent | LateAnswer | None = None


class Outcome(NamedTuple):
    """What became of a command: the best status over its targets, the rule that gave it (None when there was no such
    thing), every change in order, what is to be done outside, and the status of each target by name."""

    status: Status
    rule: str | None
    changes: tuple[Change, ...] = ()
    todos: tuple[Todo, ...] = ()
    each: Mapping[str, Status] = {}


Plain = tuple[Status, str | None, list[Any], list[Any], "dict[str, Status] | None"]
"""An Outcome before its parts have names: changes and todos as plain tuples, a timer's with the verb of its command, a change
that is routine with what makes it so; `each` only where there are several targets."""

RoutineOutcome = tuple[tuple[int, int, str, Routine], list[Any], "tuple[TodoKind, Any, str] | None"]
"""What comes of a command that is routine: its change, the clocks that were forgotten, and the clock that was begun if one was."""


def change_of(plain: tuple[Any, ...]) -> Change:
    """The change that a plain tuple stands for."""
    if len(plain) == OF_A_ROUTINE:
        number, at, name, routine = plain
        return routine.change(number, at, name)  # type: ignore[no-any-return]
    return _new(Change, plain)  # type: ignore[no-any-return]


def named(command: Command, plain: Plain) -> Outcome:
    """The outcome of a command, all its parts with their names."""
    status, rule, changes, todos, each = plain
    if not todos and each is None and len(changes) == 1:
        return _new(Outcome, (status, rule, (change_of(changes[0]),), (), {str(command[1]): status}))  # type: ignore[no-any-return]
    lines = tuple([change_of(change) for change in changes])
    asked = tuple([_named_todo(todo) if len(todo) == _OF_A_CLOCK else todo for todo in todos])
    return Outcome(status, rule, lines, asked, {str(command[1]): status} if each is None else each)


def _named_todo(plain: tuple[TodoKind, Any, str]) -> Todo:
    """A clock that is to be set or forgotten, as plain as a switch tells of it: which of both, the clock, and by which rule."""
    kind, (due, _, verb, key, because), rule = plain
    command = Command(verb, key[0], By.PLATFORM)
    return Todo(kind, key[0], due, rule, key=key, command=command, because=because if kind is TodoKind.SET_TIMER else -1)


_new: Any = tuple.__new__
_CALL, _DONE = Entity.CALL, Status.DONE
_OF_A_CLOCK, OF_A_ROUTINE = 3, 4
"""How much is kept of a clock that is to be set or forgotten, and of a change that is routine."""
