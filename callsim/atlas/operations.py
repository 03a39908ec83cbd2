"""What can be done to a subject at a moment: the vendor's requests, and what far parties, documents, carriers, the platform
and its clocks can say. Which verbs end something is read off the rules, so a new one is there without being named here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from callsim import instructions
from callsim.atlas.moments import Moment, Walk
from callsim.atlas.stating import awaited, subject
from callsim.course import Coming, Course
from callsim.dialects import Request, Response
from callsim.errors import UsageError
from callsim.instructions import Document
from callsim.model import (
    FINAL,
    SIGNATURES,
    BadDocument,
    By,
    Call,
    Command,
    Direction,
    Entity,
    MultipartyCall,
    Outcome,
    Purpose,
    Verb,
)
from callsim.rules import Rulebook
from callsim.scenario.saying import far_command
from callsim.scenario.steps import CheckOnly, RequestStep, Step
from callsim.trace import APPLICATION, Asked

Done = Response | Outcome | None


class Operation(NamedTuple):
    """One thing that can be done: what, by whom, to which subject, how; the request it is, if it is one; `at`: its time;
    `all`: it is done to every call alike."""

    name: str
    by: str
    target: str
    do: Callable[[Course], Done]
    request: Request | None = None
    at: int | None = None
    all: bool = False


DOCUMENTS: dict[str, tuple[By, str | BadDocument]] = {
    "hang_up": (By.DOCUMENT, "<Response><Hangup/></Response>"),
    "reject": (By.DOCUMENT, '<Response><Hangup reason="rejected"/></Response>'),
    "busy": (By.DOCUMENT, '<Response><Hangup reason="busy"/></Response>'),
    "run_out": (By.PLATFORM, "<Response/>"),
    "bad_instructions (bad URL)": (By.PLATFORM, "<Response><Redirect>ftp://app.test/</Redirect></Response>"),
    "bad_instructions (bad method)": (By.PLATFORM, '<Response><Redirect method="PUT">/again</Redirect></Response>'),
    "bad_instructions (unknown element)": (By.PLATFORM, "<Response><Sing/></Response>"),
    "bad_instructions (invalid)": (By.PLATFORM, BadDocument.INVALID),
    "bad_instructions (empty)": (By.PLATFORM, BadDocument.EMPTY),
    "bad_instructions (unreachable)": (By.PLATFORM, BadDocument.UNREACHABLE),
}
"""What a document that is on its way may turn out to be: who then has its say, and the document or what is wrong with it."""


UNPROMPTED = frozenset({Verb.FAIL, Verb.OUT_OF_CREDIT})
"""What the platform says by itself, without a clock, a document or another change that makes it."""
OF_ACCOUNTS = frozenset({Verb.HANG_UP_ALL, Verb.OUT_OF_CREDIT})
"""What is done to every call of an account that is not over."""


@lru_cache(maxsize=64)
def ending_verbs(book: Rulebook) -> dict[Verb, None]:
    """The verbs by which something ends in some state."""
    ends = (row.verb for row in book.transitions if row.to is not row.state and row.to in FINAL[row.entity])
    return dict.fromkeys(ends)


def operations(walk: Walk, moment: Moment, name: str) -> Iterator[Operation]:
    """Everything that can be done to a subject at a moment, each once."""
    thing = subject(moment.course.switch, name)
    if thing is None:
        return
    known: set[tuple[str, str]] = set()
    own = (_of_step(walk, moment, number, name) for number in range(walk.world.played, len(walk.world.case.spec.steps)))
    for each in (*filter(None, own), *_requests(walk, moment, name, thing), *_commands(walk, moment, name, thing)):
        if (each.name, each.by) not in known:
            known.add((each.name, each.by))
            yield each


def _requests(walk: Walk, moment: Moment, name: str, thing: Call | MultipartyCall) -> Iterator[Operation]:
    """The vendor's requests that end something, as far as it has one for this thing as it stands."""
    speaks, switch = walk.dialect, moment.course.switch
    wanted = (Entity.MPC,) if isinstance(thing, MultipartyCall) else (Entity.CALL, Entity.PARTICIPANT)
    for verb in speaks.verbs:
        if verb not in ending_verbs(speaks.rulebook) or SIGNATURES[verb].entity not in wanted:
            continue
        target = thing.key if isinstance(thing, MultipartyCall) else name
        if verb is Verb.HANG_UP_ALL and isinstance(thing, Call):
            target = thing.placement.account
        try:
            request = speaks.say(verb, target, switch)
        except UsageError:
            continue
        doing = partial(Course.ask, request=request)
        yield Operation(str(verb), str(By.API), name, doing, request, all=verb in OF_ACCOUNTS)


def _commands(walk: Walk, moment: Moment, name: str, thing: Call | MultipartyCall) -> Iterator[Operation]:
    if isinstance(thing, Call):
        yield from _said(walk, moment, thing)
        yield from _documents(moment, name)
    yield from _clocks(moment, name if isinstance(thing, Call) else thing.key, name)


def _said(walk: Walk, moment: Moment, call: Call) -> Iterator[Operation]:
    """What far party, carrier and platform can say of a call that ends it in some state."""
    for verb in ending_verbs(walk.dialect.rulebook):
        entity, speakers = SIGNATURES[verb]
        for by in speakers if entity is Entity.CALL else ():
            if by in (By.FAR_PARTY, By.CARRIER) or (by is By.PLATFORM and verb in UNPROMPTED):
                # A failure comes with a code; worlds that are about failures name the others.
                code = next(iter(walk.dialect.failure_codes() or ()), None) if verb is Verb.FAIL else None
                doing = partial(Course.say, command=Command(verb, _meant(verb, call, moment), by, code))
                yield Operation(str(verb), _people(by, call), call.name, doing, all=verb in OF_ACCOUNTS)


def _meant(verb: Verb, call: Call, moment: Moment) -> str | tuple[str, ...]:
    """Whom a verb is said to: the call, or all live ones of its account; a call that is over is told so."""
    live = moment.course.switch.live_calls(call.placement.account) if verb in OF_ACCOUNTS else []
    return tuple(each.name for each in live) if call in live else call.name


def _people(by: By, call: Call) -> str:
    """Who, by the word people use."""
    if by is not By.FAR_PARTY:
        return str(by)
    return "callee" if call.direction is Direction.OUTBOUND else "caller"


def _documents(moment: Moment, name: str) -> Iterator[Operation]:
    """What a document that the call waits for may say instead of what it will."""
    for coming in awaited(moment.course, name):
        arrival, purpose = coming.what, coming.what.asking.todo.purpose
        for what, (by, said) in DOCUMENTS.items():
            other = coming._replace(what=arrival._replace(command=_arrival(name, said, purpose)))
            yield Operation(f"{what}, {purpose}", str(by), name, partial(_arrives, planned=coming, other=other))


def _arrival(name: str, said: str | BadDocument, purpose: Purpose) -> Command:
    if isinstance(said, BadDocument):
        return Command(Verb.BAD_INSTRUCTIONS, name, By.PLATFORM, said, purpose)
    document = instructions.parse(said)
    assert isinstance(document, Document)
    return Command(Verb.RUN, name, By.DOCUMENT, document, purpose)


def _arrives(course: Course, planned: Coming, other: Coming) -> None:
    """Let another document come instead of the one that was to come, and now."""
    now = other._replace(due=course.now)
    course.pending = tuple(now if each is planned else each for each in course.pending)
    course.take(now, [now])


def _clocks(moment: Moment, key: str, name: str) -> Iterator[Operation]:
    """The subject's clocks: one that runs strikes when it is due, one that was forgotten strikes too late. A clock for a
    digit that has been pressed since is nobody's, and not asked."""
    switch = moment.course.switch
    running = switch.timers
    for clock in (*running.values(), *moment.clocks):
        owner = clock.key[0]
        theirs = owner == key or owner.startswith(f"{key}/")
        if theirs and switch.find(SIGNATURES[clock.verb].entity, owner) is not None:
            at = clock.due if clock.key in running else None
            yield Operation(str(clock.verb), str(By.PLATFORM), name, partial(Course.say, command=clock.command), None, at)


def _of_step(walk: Walk, moment: Moment, number: int, name: str) -> Operation | None:
    """An operation that the world itself names, as a step: of its target, or of the first subject if that is none of them."""
    step, subjects = walk.world.case.spec.steps[number], walk.world.subjects
    if isinstance(step, CheckOnly) or name != (step.target if step.target in subjects else subjects[0]):
        return None
    command, call = far_command(step), moment.course.switch.calls.get(step.target)
    if (command is not None and call is None) or not walk.stage.can_say(step, moment.course):
        return None
    by = _people(command.by, call) if command is not None and call is not None else str(By.API)
    return Operation(_label(step, name), by, name, partial(_say, walk=walk, number=number))


def _label(step: Step, name: str) -> str:
    """What people call it: the verb, of whom if that is not the subject itself, and all else that is said."""
    if isinstance(step, RequestStep):
        return step.request
    said = [str(getattr(step, key)).removeprefix(APPLICATION) for key in sorted(step.model_fields_set - {*_NOT_TOLD, step.verb})]
    return " ".join([step.verb, *([] if step.target == name else [step.target]), *said])


_NOT_TOLD = frozenset({"at", "after", "check", "expect", "client", "by"})


def _say(course: Course, walk: Walk, number: int) -> Done:
    step = walk.world.case.spec.steps[number]
    command = far_command(step)
    if command is not None:
        return course.say(command)
    before = len(course.trace)
    walk.stage.ask(number, step)
    asked = next(entry for entry in course.trace[before:] if isinstance(entry, Asked))
    response: Response = asked.response
    return response

