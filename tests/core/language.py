"""The small language in which the core's tests tell a story: what is said, one command a line, and what comes of it.

place ann out answer hangup     a call, outbound, with an answer URL and a hang-up URL
add ann lobby exit out          the API adds a call to a multiparty call
run ann speak record-followed   a document arrives
at 2500                         from now on it is so late, in milliseconds
hang_up ann api                 anything else: verb, whom (several with commas), by whom
"""

from __future__ import annotations

from callsim.instructions import Document, Element, Hangup, MultiPartyCall, Play, Record, Redirect, Speak, Unknown, Wait
from callsim.model import (
    BadDocument,
    By,
    Change,
    Command,
    Direction,
    Joining,
    Outcome,
    Placement,
    Purpose,
    Status,
    StayAlone,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.switch import Switch

ANSWER, HANGUP, EXIT = "https://app/answer", "https://app/hangup", "https://app/exit"
TOLD, NEXT, TUNE = "https://app/told", "https://app/next", "https://app/tune"
MEDIA = {TUNE: 3_000}

ELEMENTS: dict[str, Element] = {
    "speak": Speak("hello"),
    "speak-twice": Speak("hello", 2),
    "speak-for-ever": Speak("hello", 0),
    "play": Play(TUNE),
    "play-for-ever": Play(TUNE, 0),
    "wait": Wait(2_000),
    "record": Record(10_000),
    "record-followed": Record(10_000, TOLD),
    "record-told": Record(10_000, TOLD, redirect=False),
    "hangup": Hangup(),
    "hangup-rejected": Hangup("rejected"),
    "hangup-busy": Hangup("busy"),
    "hangup-later": Hangup(schedule=5_000),
    "hangup-busy-later": Hangup("busy", schedule=5_000),
    "redirect": Redirect(NEXT),
    "mpc": MultiPartyCall("lobby"),
    "mpc-exit": MultiPartyCall("lobby", exit_url=EXIT),
    "mpc-alone": MultiPartyCall("lobby", stay_alone=True),
    "dance": Unknown("Dance"),
}


def document(words: list[str]) -> Document:
    return Document(tuple(ELEMENTS[word] for word in words))


def placement(words: list[str]) -> Placement:
    """What is fixed about a call, from any of: in, out, answer, hangup, ring=, limit= (milliseconds)."""
    figures = {key: int(value) for key, _, value in (word.partition("=") for word in words) if value}
    return Placement(
        direction=Direction.INBOUND if "in" in words else Direction.OUTBOUND,
        answer_url=ANSWER if "answer" in words else None,
        hangup_url=HANGUP if "hangup" in words else None,
        ring_timeout=figures.get("ring"),
        time_limit=figures.get("limit"),
    )


def joining(words: list[str]) -> Joining:
    """How a call is added: the multiparty call's name, then any of exit, stay-alone, and what `placement` knows."""
    alone = StayAlone.YES if "stay-alone" in words else StayAlone.NO
    return Joining(words[0], "", EXIT if "exit" in words else None, alone, placement(words[1:]))


def command(line: str) -> Command:
    """One line of a story as the command it stands for."""
    verb, name, *rest = line.split()
    match Verb(verb):
        case Verb.PLACE:
            return Command(Verb.PLACE, name, By.FAR_PARTY if "in" in rest else By.API, placement(rest))
        case Verb.ADD:
            return Command(Verb.ADD, name, By.API, joining(rest))
        case Verb.RUN:
            return Command(Verb.RUN, name, By.DOCUMENT, document(rest))
        case Verb.BAD_INSTRUCTIONS:
            purpose = Purpose(rest[0]) if rest else None
            return Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, BadDocument.UNREACHABLE, purpose)
        case other:
            target = tuple(name.split(",")) if "," in name else name
            return Command(other, target, By(rest[0]), int(rest[1]) if rest[1:] else None)


def tell(switch: Switch, lines: list[str]) -> list[Outcome]:
    """Say every line to the switch, one after the other."""
    outcomes = []
    now = switch.now
    for line in lines:
        if line.startswith("at "):
            now = int(line.removeprefix("at "))
        else:
            outcomes.append(switch.apply(command(line), now))
    return outcomes


# -- what comes of it, in words -------------------------------------------------------------------------------------


def told(outcome: Outcome, now: int) -> list[str]:
    """An outcome as lines: every change, then everything asked for."""
    return [_change(change) for change in outcome.changes] + [_todo(todo, now) for todo in outcome.todos]


def _change(change: Change) -> str:
    head = f"{change.entity} {change.name} {change.verb}"
    if change.status is not Status.DONE:
        return f"{head} by {change.by}: {change.status}"
    to = change.to if change.from_ != change.to else "goes on"
    return f"{head} by {change.by}: {to}" + (f", {change.cause}" if change.cause else "")


def _todo(todo: Todo, now: int) -> str:
    if todo.kind is TodoKind.SET_TIMER:
        assert todo.command is not None
        return f"set {_clock(todo)} in {todo.at - now} to {todo.command.verb}"
    if todo.kind is TodoKind.FORGET_TIMER:
        return f"forget {_clock(todo)}"
    where = todo.url.rpartition("/")[2]
    if todo.kind is TodoKind.FETCH:
        return f"fetch {where} of {todo.name} for {todo.purpose}"
    return f"tell {todo.callback} of {todo.name} to {where}"


def _clock(todo: Todo) -> str:
    name, timer = todo.key or ("", Timer.RING)
    return f"{timer} of {name}"
