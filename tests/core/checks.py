"""Reads the tables of the specification and holds a rulebook against them, by what it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from callsim.machines import Events
from callsim.model import (
    CAUSES,
    FACTS,
    STATES,
    ActionUrl,
    Added,
    AddsTold,
    Answerer,
    AnswerUrl,
    By,
    CallbackUrl,
    CallState,
    Came,
    Cause,
    Coaching,
    Command,
    ConferenceTold,
    DetectionUrl,
    Dials,
    Direction,
    Early,
    Enders,
    EndsOnExit,
    Entity,
    EntityCause,
    Exit,
    ExitUrl,
    Fact,
    FallbackUrl,
    HangupUrl,
    Hears,
    Held,
    JoinedBy,
    Kin,
    Leaver,
    Leg,
    LegHungUp,
    LegsLeft,
    LegTold,
    Line,
    MachineDetection,
    Members,
    Membership,
    Muted,
    OnHold,
    Opening,
    Outcome,
    OwnClocks,
    Parked,
    ParticipantsTold,
    Parting,
    Pending,
    Purpose,
    Recorded,
    Recording,
    RecordingTold,
    RingUrl,
    Room,
    Runs,
    State,
    StatesTold,
    Status,
    StayAlone,
    ToBeRecorded,
    Verb,
    Waiting,
)
from callsim.rules import Effect, Instruction, Of, Rulebook, Spelling
from callsim.rules.rows import fact_kinds

from . import spec
from .language import command, told
from .worlds import Case, contradicts, found, named, put, under, world

KINDS: tuple[type[StrEnum], ...] = (
    Direction, JoinedBy, ExitUrl, AnswerUrl, HangupUrl, FallbackUrl, RingUrl, Came, Membership, Members, Pending, StayAlone,
    ActionUrl, Purpose, Exit,
    OwnClocks, MachineDetection, DetectionUrl, Answerer, Line, OnHold, Parked, Recorded,
    Opening, Room, Enders, EndsOnExit, Muted, Held, Coaching, Added,
    StatesTold, ParticipantsTold, AddsTold, Recording, RecordingTold, ToBeRecorded, ConferenceTold,
    Leg, LegTold, Kin, Dials, LegsLeft, LegHungUp, Waiting, Leaver, Parting,
    Runs, CallbackUrl, Hears, Early,
)  # fmt: skip
FACT_OF: dict[str, Any] = {str(fact.value): fact for kind in (Cause, *KINDS) for fact in kind}


def lines(table: str) -> Iterator[list[str]]:
    """The lines of a table, cut into cells."""
    for line in table.splitlines():
        if line.strip():
            yield [cell.strip() for cell in line.split("|")]


def facts(words: str, entity: Entity) -> tuple[Fact, ...]:
    """The facts of a cell; `was-...` is the state the entity comes from."""
    states = {f"was-{state.value}": state for state in STATES[entity]}
    return tuple(states[word] if word in states else FACT_OF[word] for word in words.split())


ALWAYS: dict[Entity, tuple[Fact, ...]] = {
    Entity.CALL: (Direction.OUTBOUND,),
    Entity.MPC: (Members.NONE, Pending.NONE, StayAlone.NO),
}
Kinds = dict[str, tuple[type[StrEnum], ...]]
"""Which kinds of facts are tried for each verb."""

# -- decisions -----------------------------------------------------------------------------------------------------


class Decision(NamedTuple):
    """One case, one speaker, one verb, and what must come of it."""

    verb: Verb
    by: By
    case: Case
    status: Status
    to: State
    cause: EntityCause | None

    def __str__(self) -> str:
        return f"{self.verb} by {self.by} to a {self.case.entity} that is {self.case.state} {' '.join(self.case.facts)}"


@cache
def decisions(vendor: str) -> dict[Verb, tuple[Decision, ...]]:
    """Every case of every verb, for the base rules or as a vendor has it otherwise."""
    cases: dict[tuple[Verb, By, Case], Decision] = {}
    for entity in Entity:
        table = spec.DECISIONS[entity]
        kinds = _kinds_by_verb(table, entity)
        cases |= _by_case(table, entity, kinds) | _by_case(spec.OTHERWISE[vendor].get(entity, ""), entity, kinds)
    return {verb: tuple(each for each in cases.values() if each.verb is verb) for verb in Verb}


def _by_case(table: str, entity: Entity, kinds: Kinds) -> dict[tuple[Verb, By, Case], Decision]:
    found: dict[tuple[Verb, By, Case], Decision] = {}
    for each in _decided(table, entity, kinds):
        assert found.setdefault((each.verb, each.by, each.case), each) is each, f"the table decides twice on {each}"
    return found


def _kinds_by_verb(table: str, entity: Entity) -> Kinds:
    """Which facts a verb's lines ask for. Some are always tried every way, asked for or not."""
    asked: dict[str, list[Sequence[Fact]]] = {}
    for verb, _, _, words, _ in lines(table):
        asked.setdefault(verb, [ALWAYS.get(entity, ())]).append(facts(words, entity))
    return {verb: fact_kinds(each) for verb, each in asked.items()}


def _decided(table: str, entity: Entity, kinds: Kinds) -> Iterator[Decision]:
    for verb, states, speakers, words, outcome in lines(table):
        asked = facts(words, entity)
        for state, by, combination in product(_states(states, entity), speakers.split(), product(*kinds[verb])):
            if set(asked) <= set(combination) and not contradicts(combination):
                yield Decision(Verb(verb), By(by), Case(entity, state, combination), *_outcome(outcome, state, entity))


def _states(words: str, entity: Entity) -> list[State]:
    known = {str(state.value): state for state in STATES[entity]}
    return [known[word] for word in words.split()]


def _outcome(words: str, state: State, entity: Entity) -> tuple[Status, State, EntityCause | None]:
    if words in ("refused", "already"):
        return Status(words), state, None
    if words == "goes on":
        return Status.DONE, state, None
    to, _, cause = words.partition(", ")
    causes = {str(each.value): each for each in CAUSES[entity]}
    return Status.DONE, _states(to, entity)[0], causes[cause] if cause else None


def check_decision(decision: Decision, book: Rulebook, on: Events) -> None:
    """Say it to a thing in that state, and compare all that can be seen of it."""
    case = decision.case
    switch = under(put(case), book, on)
    before, rooms = switch.key(), dict(switch.rooms)
    said = Command(decision.verb, named(case.entity), decision.by)
    if decision.verb is Verb.ADD:
        said = command("add ann lobby")
    if decision.verb is Verb.TRANSFER:
        said = command("transfer ann")
    assert switch.would(said) is decision.status, f"{decision} would come to {switch.would(said)}"
    outcome = switch.apply(said, 1_000)
    change = next(each for each in outcome.changes if each.entity is case.entity and each.verb is decision.verb)
    seen = (outcome.status, change.status, change.from_, change.to, change.cause, change.by)
    want = (decision.status, decision.status, case.state, decision.to, decision.cause, decision.by)
    assert seen == want, f"{decision}: {seen}, not {want}"
    assert change.rule == outcome.rule in book.rows, f"{decision}: {outcome.rule} answers, {change.rule} changes"
    if decision.status is Status.DONE:
        _check_end(decision, switch, outcome)
    else:
        left = (switch.key(), switch.rooms, outcome.todos, len(outcome.changes))
        assert left == (before, rooms, (), 1), f"{decision} changed something"


def _check_end(decision: Decision, switch: Any, outcome: Outcome) -> None:
    """The thing itself agrees with the change told of it, unless more has happened to it since."""
    thing = found(switch, decision.case.entity)
    about = [each for each in outcome.changes if (each.entity, each.name) == (decision.case.entity, named(each.entity))]
    if len(about) > 1:
        return
    assert thing.state is decision.to, f"{decision}: it is {thing.state}"
    ending = getattr(thing, "ending", None)
    if decision.to is not decision.case.state and ending is not None:
        assert ending[:4] == (decision.cause, decision.by, 1_000, decision.verb), f"{decision}: it ended by {ending}"


def check_verb(verb: Verb, vendor: str, book: Rulebook, on: Events) -> None:
    """Every case of one verb."""
    for decision in decisions(vendor)[verb]:
        check_decision(decision, book, on)


# -- stories -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """What was said before, the command, and all that comes of it."""

    title: str
    given: tuple[str, ...]
    when: str
    then: tuple[str, ...]

    @property
    def now(self) -> int:
        return max((int(line.removeprefix("at ")) for line in self.given if line.startswith("at ")), default=0)


@cache
def stories() -> tuple[Story, ...]:
    texts = (file.read_text() for file in sorted((Path(__file__).parent / "stories").glob("*.txt")))
    return tuple(_story(block.splitlines()) for text in texts for block in text.strip().split("\n\n"))


def _story(block: list[str]) -> Story:
    title, *rest = block
    when = next(place for place, line in enumerate(rest) if line.startswith("> "))
    given, then = rest[:when], rest[when + 1 :]
    what, came = rest[when].removeprefix("> "), tuple(line.strip() for line in then)
    return Story(title.removeprefix("# "), tuple(given), what, came)


@cache
def before(story: Story) -> Any:
    return world(list(story.given))


def happened(story: Story, book: Rulebook, on: Events) -> list[str]:
    """What comes of a story's command under these rules."""
    switch = under(before(story), book, on)
    return told(switch.apply(command(story.when), story.now), story.now)


def check_story(story: Story, book: Rulebook, on: Events) -> None:
    seen = happened(story, book, on)
    assert seen == list(story.then), f"{story.title}: {seen}"


@cache
def triggers(story: Story) -> frozenset[tuple[Entity, str]]:
    """Everything that happened in a story that something could follow from, under the base rules."""
    from .worlds import BASE, BASE_EVENTS

    switch = under(before(story), BASE, BASE_EVENTS)
    changes = switch.apply(command(story.when), story.now).changes
    moved = {(each.entity, each.to if each.from_ != each.to else str(each.verb)) for each in changes}
    return frozenset(moved | {(each.entity, str(each.verb)) for each in changes if each.verb is Verb.PLACE})


# -- bare tables ---------------------------------------------------------------------------------------------------

Follows = tuple[tuple[Fact, ...], Of, "Verb | Effect", "By | None"]


@cache
def consequences(vendor: str) -> dict[tuple[Entity, str], list[Follows]]:
    """What follows from what: by trigger, in order."""
    table: dict[tuple[Entity, str], list[Follows]] = {}
    otherwise = {tuple(cells[:2]): cells for cells in lines(spec.OTHERWISE[vendor].get("consequences", ""))}
    for cells in lines(spec.CONSEQUENCES):
        trigger, words, what = otherwise.pop(tuple(cells[:2]), cells)
        kind, on = trigger.split()
        entity = Entity(kind)
        of, do, _, *by = what.split(maxsplit=3)
        said = None if by == ["who did it"] else By(by[0])
        table.setdefault((entity, on), []).append((facts(words, entity), Of(of), _verb_or_effect(do), said))
    assert not otherwise, f"a vendor has otherwise what nobody has: {otherwise}"
    return table


def _verb_or_effect(word: str) -> Verb | Effect:
    return Verb(word) if word in Verb._value2member_map_ else Effect(word)


def check_trigger(trigger: tuple[Entity, str], vendor: str, book: Rulebook) -> None:
    """For every combination of facts, what follows from a trigger is what the table says, in its order."""
    expected = consequences(vendor).get(trigger, [])
    followers = next((each for key, each in book.followers.items() if (key[0], str(key[1])) == trigger), None)
    written = () if followers is None else followers.all
    for thing, combination in _combinations((*(each[0] for each in expected), *(row.when for row in written))):
        want = [each[1:] for each in expected if set(each[0]) <= combination]
        rows = () if followers is None else followers.pick(thing)
        have = [(row.of, row.do, row.by) for row in rows]
        assert have == want, f"from {' '.join(trigger)} with {sorted(combination)} follows {have}, not {want}"


def _combinations(whens: Iterable[Sequence[Fact]]) -> Iterator[tuple[Any, set[Fact]]]:
    kinds = fact_kinds(whens)
    for combination in product(*kinds):
        yield standing(combination), set(combination)


def standing(facts: Iterable[Fact]) -> SimpleNamespace:
    """Something of which these facts are true, each where the model looks for it."""
    thing = SimpleNamespace(placement=SimpleNamespace(), ending=SimpleNamespace())
    for fact in facts:
        place, _, name = FACTS[type(fact)].rpartition(".")
        setattr(getattr(thing, place) if place else thing, name, fact)
    return thing


def check_triggers(vendor: str, book: Rulebook) -> None:
    for trigger in dict.fromkeys([*consequences(vendor), *((key[0], str(key[1])) for key in book.followers)]):
        check_trigger(trigger, vendor, book)


@cache
def _instructions() -> dict[Instruction, tuple[bool, Verb | Effect, bool, bool]]:
    return {
        Instruction(name): (answers == "answers", _verb_or_effect(do), then == "then goes on", spoils == ["spoils"])
        for name, answers, do, then, *spoils in lines(spec.INSTRUCTIONS)
    }


def check_instructions(vendor: str, book: Rulebook) -> None:
    have = {name: (row.answers, row.do, row.goes_on, row.spoils) for name, row in book.executes.items()}
    assert have == _instructions()


@cache
def _beginnings() -> dict[tuple[Entity, tuple[Fact, ...]], State]:
    return {
        (Entity(kind), facts(words, Entity(kind))): _states(state, Entity(kind))[0]
        for kind, words, state in lines(spec.BEGINNINGS)
    }


def check_beginnings(vendor: str, book: Rulebook) -> None:
    assert {key: row.state for key, row in book.starts.items()} == _beginnings()


@cache
def _limits(vendor: str) -> dict[str, str]:
    return dict(lines(spec.LIMITS)) | dict(lines(spec.OTHERWISE[vendor].get("limits", "")))  # type: ignore[arg-type]


def check_limits(vendor: str, book: Rulebook) -> None:
    assert {name: str(row.value) for name, row in book.limits.items()} == _limits(vendor)


# -- vendors' interfaces ---------------------------------------------------------------------------------------------


@cache
def _interface(vendor: str, part: str) -> frozenset[str]:
    """The lines of one part of a vendor's table, whatever their spacing and order."""
    text = (Path(__file__).parent / "vendors.txt").read_text()
    found = text.partition(f"[{vendor} {part}]\n")[2].partition("\n\n")[0]
    return frozenset(" | ".join(cells) for cells in lines(found))


def check_routes(vendor: str, book: Rulebook) -> None:
    assert {f"{row.name} | {row.verb} | {row.method} {row.path}" for row in book.routes} == _interface(vendor, "routes")


def check_answers(vendor: str, book: Rulebook) -> None:
    have = {_answer_line(*key, row.status, row.body) for key, row in book.answers.items()}
    assert have == _interface(vendor, "answers")


def _answer_line(route: str, reply: str, status: int, body: Any) -> str:
    if body is None:
        return f"{route} | {reply} | {status}"
    return f"{route} | {reply} | {status} | {body if isinstance(body, str) else json.dumps(body)}"


def check_spellings(vendor: str, book: Rulebook) -> None:
    assert {_spelling_line(row) for row in book.spellings} == _interface(vendor, "spellings")


def _spelling_line(row: Spelling) -> str:
    when = " ".join(f"was-{fact.value}" if isinstance(fact, CallState) else str(fact.value) for fact in row.when)
    words = ", ".join(f"{name} {word}" for name, word in row.words.items())
    return f"{row.of} {row.word}{f' by {row.by}' if row.by else ''} | {when} | {words}"
