"""The small language in which the core's tests tell a story: what is said, one command a line, and what comes of it.

place ann out answer hangup     a call, outbound, with an answer URL and a hang-up URL
add ann lobby exit out          the API adds a call to a multiparty call
run ann speak record-followed   a document arrives
transfer ann                    the API sends a call to another document; with nowhere, to none
allow 2 - -                     so many calls a second, at once, and to one destination
at 2500                         from now on it is so late, in milliseconds
hang_up ann api                 anything else: verb, whom (several with commas), by whom
"""

from __future__ import annotations

from dataclasses import replace

from callsim.instructions import (
    Conference,
    Dial,
    Document,
    Dtmf,
    Element,
    GetDigits,
    GetInput,
    Hangup,
    Message,
    MultiPartyCall,
    Number,
    Play,
    PreAnswer,
    Record,
    Redirect,
    Speak,
    Stream,
    Unknown,
    User,
    Wait,
)
from callsim.model import (
    Allowed,
    Answerer,
    BadDocument,
    By,
    Change,
    Command,
    DialEvent,
    Direction,
    EndsOnExit,
    Handling,
    Joining,
    MachineDetection,
    Manner,
    MpcOptions,
    Outcome,
    Placement,
    Purpose,
    Status,
    StayAlone,
    Subscription,
    Timer,
    Todo,
    TodoKind,
    Transfer,
    Verb,
)
from callsim.switch import Switch

STATUS = "https://app/status"
ANSWER, HANGUP, EXIT = "https://app/answer", "https://app/hangup", "https://app/exit"
MACHINE = "https://app/machine"
TOLD, NEXT, TUNE = "https://app/told", "https://app/next", "https://app/tune"
READY = "https://app/ready"
ELSEWHERE, FALLBACK, RING = "https://app/elsewhere", "https://app/fallback", "https://app/ring"
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
    "mpc-waits": MultiPartyCall("lobby", start_on_enter=False),
    "mpc-ends-it": MultiPartyCall("lobby", end_on_exit=True),
    "mpc-recorded": MultiPartyCall("lobby", record=True, recording_url=READY),
    "mpc-two": MultiPartyCall("lobby", max_participants=2),
    "dance": Unknown("Dance"),
    "dial": Dial((Number("+1"),)),
    "dial-three": Dial((Number("+1"), Number("+2"), User("sip:cyd@phone")), timeout=20_000, time_limit=60_000),
    "dial-followed": Dial((Number("+1"),), TOLD, caller_id="+9"),
    "dial-told": Dial((Number("+1"),), TOLD, redirect=False),
    "dial-star": Dial((Number("+1"),), hangup_on_star=True),
    "dial-key": Dial((Number("+1"), Number("+2")), confirm_key="1", confirm_timeout=10_000),
    "dial-key-heard": Dial((Number("+1"),), confirm_key="*", confirm_sound=NEXT, callback_url=READY, callback_method="GET"),
    "dial-heard": Dial((Number("+1"), Number("+2")), callback_url=READY),
    "dial-matched": Dial((Number("+1"),), hangup_on_star=True, callback_url=READY, digits_match=("1", "2#", "31*")),
    "dial-itself": Dial((Number("+7"),)),
    "dial-itself-too": Dial((Number("+7"), Number("+1"))),
    "dial-crowd": Dial(tuple(Number(f"+{number}") for number in range(200, 301))),
    "record-nothing": Record(0, NEXT),
    "record-any-key": Record(10_000, TOLD, finish_on_key="", callback_url=READY),
    "record-and-tell": Record(10_000, callback_url=READY),
    "record-session": Record(10_000, session=True, callback_url=READY),
    "record-session-followed": Record(10_000, TOLD, session=True),
    "record-session-told": Record(10_000, TOLD, redirect=False, session=True),
    "record-dial": Record(10_000, on_dial_answer=True),
    "record-dial-told": Record(10_000, TOLD, on_dial_answer=True, callback_url=READY),
    "tones": Dtmf("12w"),
    "tones-waited": Dtmf("12wW", run_on=False),
    "tones-slow": Dtmf("12w@100", run_on=False),
    "message": Message("late", "1", "2"),
    "stream": Stream("wss://app/audio", timeout=60_000),
    "stream-kept": Stream("wss://app/audio", keep_alive=True, bidirectional=True, timeout=60_000),
    "stream-kept-one-way": Stream("wss://app/audio", keep_alive=True, timeout=60_000),
    "conference": Conference("yard", time_limit=90_000),
    "conference-followed": Conference("yard", TOLD),
    "conference-told": Conference("yard", TOLD, redirect=False, callback_url=READY),
    "conference-waits": Conference("yard", start_on_enter=False),
    "conference-ends-it": Conference("yard", end_on_exit=True),
    "conference-not-alone": Conference("yard", stay_alone=False),
    "conference-one": Conference("yard", max_members=1, muted=True),
    "conference-lobby": Conference("lobby"),
    "digits": GetDigits(TOLD, most=2, prompts=(Speak("pin?"), Wait(1_000))),
    "digits-told": GetDigits(TOLD, redirect=False, most=2, retries=3, prompts=(Speak("pin?"),)),
    "digits-unasked": GetDigits(most=2, valid="12", finish_on_key="*"),
    "digits-for-ever": GetDigits(TOLD, prompts=(Speak("pin?", 0), Speak("now!"))),
    "input": GetInput(TOLD, prompts=(Speak("pin?"),)),
    "input-slow": GetInput(TOLD, timeout=5_000, digit_timeout=4_000),
    "input-spoken": GetInput(TOLD, kinds=("speech",)),
    "early": PreAnswer((Speak("hello"), Wait(2_000))),
    "early-digits": PreAnswer((GetDigits(TOLD, most=1), Message("late"))),
    "early-redirect": PreAnswer((Redirect(NEXT),)),
    "early-for-ever": PreAnswer((Speak("hello", 0), Wait())),
    "early-nothing": PreAnswer(),
}


def document(words: list[str]) -> Document:
    return Document(tuple(ELEMENTS[word] for word in words))


def placement(words: list[str]) -> Placement:
    """What is fixed about a call, from any of: in, out, answer, hangup, fallback, told-of-ringing,
    ring=, limit= (milliseconds), with= (a call), and what `_handling` knows."""
    figures = _figures(words)
    return Placement(
        account="other" if "other" in words else "default",
        direction=Direction.INBOUND if "in" in words else Direction.OUTBOUND,
        answer_url=ANSWER if "answer" in words else None,
        from_="+7" if "in" in words else "",
        to="" if "in" in words else "+7",
        hangup_url=HANGUP if "hangup" in words else None,
        ring_timeout=figures.get("ring"),
        time_limit=figures.get("limit"),
        fallback_url=FALLBACK if "fallback" in words else None,
        ring_url=RING if "told-of-ringing" in words else None,
        handling=_handling(words),
        joins=next((word.removeprefix("with=") for word in words if word.startswith("with=")), ""),
    )


def _figures(words: list[str]) -> dict[str, int]:
    return {key: int(value) for key, _, value in (word.partition("=") for word in words) if value.isdigit()}


def _handling(words: list[str]) -> Handling | None:
    """What else the platform is asked to do, from any of: hangup-on-ring=, detect, detect-hangup, detect-time=, machine-url,
    later= (milliseconds)."""
    figures = _figures(words)
    asked = {"detect": MachineDetection.TOLD, "detect-hangup": MachineDetection.HANGUP}
    how = next((asked[word] for word in words if word in asked), MachineDetection.NONE)
    url = MACHINE if "machine-url" in words else None
    handling = Handling(figures.get("hangup-on-ring"), how, figures.get("detect-time"), url, figures.get("later"))
    return None if handling == Handling() else handling


def joining(words: list[str]) -> Joining:
    """How a call is added: the multiparty call's name, then any of exit, exit-get, stay-alone, waits, ends-it, no-single,
    recorded, recorded-told, longest=, most=, and what `placement` knows."""
    alone = StayAlone.YES if "stay-alone" in words else StayAlone.NO
    figures = _figures(words)
    ends = EndsOnExit.YES if "ends-it" in words else EndsOnExit.NO
    told = {"states-told": "states", "participants-told": "participants", "adds-told": "adds"}
    groups = {told[word] for word in words if word in told}
    subscribed = Subscription(STATUS, "POST", *(each in groups for each in told.values())) if groups else None
    manner = Manner("waits" not in words, ends, "GET" if "exit-get" in words else "POST")
    options = MpcOptions(None, False if "no-single" in words else None, figures.get("longest"), figures.get("most"), subscribed,
                         "recorded" in words, Subscription(READY) if "recorded-told" in words else None)  # fmt: skip
    exit_url = EXIT if {"exit", "exit-get"} & {*words} else None
    return Joining(words[0], "", exit_url, alone, placement(words[1:]), manner, options)


def command(line: str) -> Command:
    """One line of a story as the command it stands for."""
    verb, name, *rest = line.split()
    match Verb(verb):
        case Verb.PLACE:
            return Command(Verb.PLACE, name, By.FAR_PARTY if "in" in rest else By.API, placement(rest))
        case Verb.ADD:
            names = tuple(name.split(","))
            if len(names) == 1:
                return Command(Verb.ADD, name, By.API, joining(rest))
            # Several at once: who answers first comes in.
            parallel = tuple((each, placement(rest)) for each in names)
            return Command(Verb.ADD, names, By.API, replace(joining(rest), parallel=parallel))
        case Verb.TRANSFER:
            return Command(Verb.TRANSFER, name, By.API, Transfer(None if rest == ["nowhere"] else ELSEWHERE))
        case Verb.RUN:
            return Command(Verb.RUN, name, By.DOCUMENT, document(rest))
        case Verb.BAD_INSTRUCTIONS:
            purpose = Purpose(rest[0]) if rest else None
            problem = BadDocument(rest[1]) if rest[1:] else BadDocument.UNREACHABLE
            return Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, problem, purpose)
        case Verb.RECORD:
            return Command(Verb.RECORD, name, By(rest[0]), Subscription(READY) if rest[1:] == ["told"] else None)
        case Verb.PRESS:
            return Command(Verb.PRESS, name, By.FAR_PARTY, rest[1] if rest[1:] else None)
        case other:
            target = tuple(name.split(",")) if "," in name else name
            return Command(other, target, By(rest[0]), _detail(rest[1]) if rest[1:] else None)


def _detail(word: str) -> object:
    """A code, or who answers."""
    return Answerer.MACHINE if word == "machine" else int(word)


def tell(switch: Switch, lines: list[str]) -> list[Outcome]:
    """Say every line to the switch, one after the other."""
    outcomes = []
    now = switch.now
    for line in lines:
        if line.startswith("at "):
            now = int(line.removeprefix("at "))
        elif line.startswith("allow "):
            switch.allowed = Allowed(*(None if word == "-" else int(word) for word in line.split()[1:]))
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
    if todo.kind is TodoKind.PLACED:
        return f"{todo.name} has a far end"
    where = todo.url.rpartition("/")[2]
    if todo.kind is TodoKind.FETCH:
        return f"fetch {where} of {todo.name} for {todo.purpose}"
    if isinstance(todo.about, DialEvent):
        digits = f", {todo.about.digits}" if todo.about.digits else ""
        assert todo.about.leg == todo.name
        return f"tell {todo.callback} of {todo.name} by {todo.method} to {where}{digits}"
    if todo.about is not None:
        mpc, what, number, participant = todo.about
        return f"tell {what} of {mpc if participant is None else todo.name} to {where}, number {number}"
    return f"tell {todo.callback} of {todo.name} to {where}"


def _clock(todo: Todo) -> str:
    name, timer = todo.key or ("", Timer.RING)
    return f"{timer} of {name}"
