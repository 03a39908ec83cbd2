"""What rows must say to be carried out at all: each row for itself, and the rows of a book with one another.

Whether a rule is right is for its basis to say. Here is only what no switch could do: end a call for a multiparty call's
cause, let something follow for one who is not there, begin as what is over. Each is refused as the book is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import singledispatch

from callsim.errors import RulebookError
from callsim.model import (
    CAUSES,
    FINAL,
    SIGNATURES,
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
    MpcState,
    Muted,
    OnHold,
    Opening,
    OwnClocks,
    Parked,
    ParticipantState,
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
from callsim.rules.rows import AnyRow, Consequence, Effect, Executes, Instruction, Limit, Of, Row, Start

_CALL, _MPC, _PARTICIPANT, _ACTION, _CONVERSATION = Entity
_A: Mapping[Entity, str] = {_CALL: "a call", _MPC: "an mpc", _PARTICIPANT: "a participant", _ACTION: "an action",
                             _CONVERSATION: "a conversation"}  # fmt: skip

FACTS_OF: Mapping[Entity, tuple[type[StrEnum], ...]] = {
    Entity.CALL: (
        Direction, AnswerUrl, HangupUrl, FallbackUrl, RingUrl, Came, Membership, Purpose, CallState, Cause,
        OwnClocks, MachineDetection, DetectionUrl, Answerer, Line,
        OnHold, Parked, Recorded, Leg, LegTold, Hears, Early,
    ),
    Entity.MPC: (Members, Pending, StayAlone, Opening, Room, Enders, StatesTold, MpcState,
                 Recording, RecordingTold, ToBeRecorded),
    Entity.PARTICIPANT: (JoinedBy, ExitUrl, EndsOnExit, Muted, Held, Coaching, Added, ParticipantsTold, AddsTold, ConferenceTold,
                         Exit, ParticipantState),
    Entity.ACTION: (ActionUrl, Dials, Runs, CallbackUrl),
    Entity.CONVERSATION: (LegsLeft, LegHungUp, Waiting, Leaver, Parting, Kin, Members, CallbackUrl),
}
"""Which facts a row may ask of what it is about."""
_OF_WHAT_IS_OVER = (Cause, Exit, Parting, Leaver)
_OF_WHAT_HAS_MOVED = (CallState, MpcState, ParticipantState)

LEADS_TO: Mapping[tuple[Entity, Of], Entity] = {
    **{(entity, Of.SELF): entity for entity in Entity},
    (Entity.CALL, Of.ITS_PARTICIPANT): Entity.PARTICIPANT,
    (Entity.CALL, Of.EACH_ACTION): Entity.ACTION,
    (Entity.CALL, Of.ITS_HOLD): Entity.ACTION,
    (Entity.CALL, Of.ITS_PARKING): Entity.ACTION,
    (Entity.CALL, Of.ITS_RECORDING): Entity.ACTION,
    (Entity.CALL, Of.ITS_RECORDING_PAUSE): Entity.ACTION,
    (Entity.PARTICIPANT, Of.ITS_CALL): Entity.CALL,
    (Entity.PARTICIPANT, Of.ITS_MPC): Entity.MPC,
    (Entity.PARTICIPANT, Of.ITS_STAY): Entity.ACTION,
    (Entity.PARTICIPANT, Of.EACH_RIVAL): Entity.CALL,
    (Entity.MPC, Of.EACH_PARTICIPANT): Entity.PARTICIPANT,
    (Entity.ACTION, Of.ITS_CALL): Entity.CALL,
    (Entity.ACTION, Of.ITS_CONVERSATION): Entity.CONVERSATION,
    (Entity.CALL, Of.ITS_CONVERSATION): Entity.CONVERSATION,
    (Entity.CONVERSATION, Of.ITS_CALL): Entity.CALL,
    (Entity.CONVERSATION, Of.ITS_ACTION): Entity.ACTION,
    (Entity.CONVERSATION, Of.EACH_LEG): Entity.CALL,
    (Entity.CONVERSATION, Of.EACH_OTHER_LEG): Entity.CALL,
    (Entity.CONVERSATION, Of.EACH_LOOPING_LEG): Entity.CALL,
}
"""To what a consequence comes that follows from one thing and happens to another; the other pairs lead nowhere."""

HAPPENS_TO: Mapping[Effect, Entity] = {
    **dict.fromkeys(Effect, Entity.CALL),
    Effect.SET_ACTION_TIMER: Entity.ACTION,
    Effect.FORGET_ACTION_TIMER: Entity.ACTION,
    **dict.fromkeys((Effect.TELL_RECORDING, Effect.TELL_RECORDED, Effect.TELL_INPUT, Effect.LEAVE_PRE_ANSWER), Entity.ACTION),
    **dict.fromkeys((effect for effect in Effect if effect.startswith("mark-")), Entity.PARTICIPANT),
    **dict.fromkeys((Effect.CONCLUDE, Effect.LISTEN, Effect.RECORD_DIAL, Effect.TELL_DIAL), Entity.CONVERSATION),
    Effect.TELL_MPC: Entity.MPC,
    **dict.fromkeys((effect for effect in Effect if effect.endswith("-taping")), Entity.MPC),
    Effect.TELL_PARTICIPANT: Entity.PARTICIPANT,
    Effect.TELL_CONFERENCE: Entity.PARTICIPANT,
    Effect.TELL_ADDING: Entity.PARTICIPANT,
    Effect.SET_DURATION_TIMER: Entity.MPC,
    Effect.FORGET_DURATION_TIMER: Entity.MPC,
}
"""What an effect can happen to. `nothing` happens to anything."""

FOLLOWS: Mapping[Effect, tuple[Entity, tuple[Verb, ...]]] = {
    Effect.FETCH_ACTION: (Entity.ACTION, ()),
    Effect.FETCH_EXIT: (Entity.PARTICIPANT, ()),
    Effect.FETCH_TRANSFER: (Entity.CALL, (Verb.TRANSFER,)),
    Effect.FETCH_FALLBACK: (Entity.CALL, (Verb.BAD_INSTRUCTIONS,)),
    Effect.ADMIT: (Entity.CALL, (Verb.ADD, Verb.JOIN)),
    Effect.TAKE_DOCUMENT: (Entity.CALL, (Verb.RUN,)),
    Effect.START_PARKING: (Entity.CALL, (Verb.PARK,)),
    Effect.TAKE_DIGITS: (Entity.CALL, (Verb.PRESS,)),
    Effect.LISTEN: (Entity.CONVERSATION, ()),
    Effect.RECORD_DIAL: (Entity.CONVERSATION, ()),
}
"""From what an effect must follow because it uses what only that brings along: a URL, a document, a multiparty call's
name. Without verbs, from anything that happens to such a thing."""

BY_ELEMENT: Mapping[Verb | Effect, tuple[Instruction, ...]] = {
    Effect.START_ACTION: (
        Instruction.SPEAK, Instruction.PLAY, Instruction.WAIT, Instruction.RECORD, Instruction.RECORD_SESSION, Instruction.DTMF,
        Instruction.DTMF_WAITED, Instruction.STREAM, Instruction.STREAM_KEPT, Instruction.STREAM_KEPT_ONE_WAY,
        Instruction.GET_DIGITS, Instruction.GET_INPUT,
    ),
    Effect.START_BEHIND: (
        Instruction.RECORD_SESSION, Instruction.RECORD_ON_DIAL, Instruction.STREAM, Instruction.STREAM_KEPT,
        Instruction.STREAM_KEPT_ONE_WAY,
    ),
    Effect.START_PRE_ANSWER: (Instruction.PRE_ANSWER, Instruction.PRE_ANSWER_LATE),
    Effect.FINISH_PRE_ANSWER: (Instruction.PRE_ANSWER_OVER,),
    Effect.SET_SCHEDULE_TIMER: (Instruction.HANGUP_SCHEDULED,),
    Effect.DIAL: (Instruction.DIAL,),
    Effect.FETCH_REDIRECT: (Instruction.REDIRECT,),
    Effect.ADMIT: (Instruction.MPC,),
    Effect.CONFER: (Instruction.CONFERENCE,),
    Effect.NOTHING: tuple(Instruction),
    Verb.JOIN: (Instruction.MPC,),
}
"""Which elements can do it: they have the length, the URL or the name it needs. Verbs not named need nothing of the kind;
effects not named are nothing an element does."""

_FROM_OUTSIDE = (Verb.PLACE, Verb.ADD, Verb.RUN, Verb.TRANSFER)
"""Verbs that bring along a placement, a multiparty call's name, a document or where to find one."""
_STARTERS: Mapping[Entity, tuple[By, ...]] = {
    Entity.CALL: SIGNATURES[Verb.PLACE].by,
    Entity.ACTION: (By.DOCUMENT, By.PLATFORM),
    Entity.CONVERSATION: (By.DOCUMENT,),
}
"""By whom things begin from whose beginning something can follow."""
_BEGINNINGS: tuple[tuple[Entity, tuple[Fact, ...]], ...] = (
    *((_CALL, (direction,)) for direction in Direction),
    (_MPC, ()),
    *((_PARTICIPANT, (joined,)) for joined in JoinedBy),
    (_ACTION, ()),
    *((_CONVERSATION, (kin,)) for kin in Kin),
)
LIMITS: Mapping[str, tuple[str, ...]] = {
    "ring_timeout": (), "time_limit": (), "redirects": (), "transfers": (), "brief_action": (), "document_time": (),
    "document_size": (),
    "document_type": ("any", "xml"), "speech_pace": (),
    "longest_call": (), "media_timeout": (), "machine_detection_time": (),
    "mpc_duration": (), "max_participants": (), "mpc_options": ("opener", "latest"), "conference_members": (),
    "dial_legs": (), "confirm_sound": ("needed", "not-needed"), "other_key": ("ignored", "fails"),
    "recording": ("max-length",), "many": ("snapshot-first", "one-by-one"), "request_uuid": ("same", "separate"),
    "parking": (),
    "pre_answer_time": (), "tone_pace": (), "digit_end_time": (), "digit_tries": ("attempts", "repeats"),
    "empty_input": ("no-input", "input"), "session_recording": ("until-end", "max-length"),
    "background_recordings": ("one", "several"),
}  # fmt: skip
"""The limits that every book must have, each with its words; those without words are whole numbers."""


# -- each row for itself -------------------------------------------------------------------------------------------


@singledispatch
def check_row(row: AnyRow) -> None:
    """Refuse a row that no switch could carry out. Raises RulebookError."""


@check_row.register
def _(row: Row) -> None:
    entity, states = row.entity, STATES[row.entity]
    if not (_among(row.state, states) and _among(row.to, states)):
        raise RulebookError(f"{row.id}: '{row.state}' or '{row.to}' is no state of {_A[entity]}; it has {_listed(states)}")
    if row.status is not Status.DONE and row.to is not row.state:
        raise RulebookError(f"{row.id}: a row that is {row.status} cannot move to {row.to}; let it stay {row.state}")
    if row.to is not row.state and row.to is states[0]:
        raise RulebookError(f"{row.id}: nothing comes back to {row.to}, in which {_A[entity]} only begins")
    _check_cause(row, CAUSES[entity])
    _check_facts(row, row.state)


def _check_cause(row: Row, causes: Sequence[EntityCause]) -> None:
    if row.cause is not None and not _among(row.cause, causes):
        raise RulebookError(f"{row.id}: '{row.cause}' is no cause of {_A[row.entity]}; it has {_listed(causes)}")
    if causes and row.cause is None and row.to is not row.state and row.to in FINAL[row.entity]:
        raise RulebookError(f"{row.id}: {_A[row.entity]} is {row.to} for no cause; expected one of {_listed(causes)}")


def _check_facts(row: Row | Consequence, state: State | Verb) -> None:
    entity = row.entity
    for fact in row.when:
        if type(fact) not in FACTS_OF[entity]:
            kinds = _listed(kind.__name__ for kind in FACTS_OF[entity])
            raise RulebookError(f"{row.id}: '{fact}' is nothing that can be asked of {_A[entity]}; that is {kinds}")
        if type(fact) in _OF_WHAT_IS_OVER and state not in FINAL[entity]:
            raise RulebookError(f"{row.id}: '{fact}' is known only of {_A[entity]} that is {_listed(FINAL[entity])}")


@check_row.register
def _(row: Start) -> None:
    states, final = STATES[row.entity], FINAL[row.entity]
    if not _among(row.state, states) or row.state in final:
        begins = _listed(state for state in states if state not in final)
        raise RulebookError(f"{row.id}: {_A[row.entity]} cannot begin as '{row.state}'; expected one of {begins}")
    if (row.entity, row.when) not in _BEGINNINGS:
        raise RulebookError(f"{row.id}: no {row.entity} begins like that; expected one of {_listed(_starts(row.entity))}")


def _starts(about: Entity) -> Iterable[str]:
    return (".".join((f"{entity}.begins", *map(str, when))) for entity, when in _BEGINNINGS if entity is about)


@check_row.register
def _(row: Consequence) -> None:
    said = isinstance(row.on, Verb) and SIGNATURES[row.on].entity is row.entity
    if not (said or _among(row.on, STATES[row.entity])):
        raise RulebookError(f"{row.id}: '{row.on}' is no state of {_A[row.entity]} and no verb said to it")
    _check_facts(row, row.on)
    whom = LEADS_TO.get((row.entity, row.of))
    if whom is None:
        leads = _listed(of for entity, of in LEADS_TO if entity is row.entity)
        raise RulebookError(f"{row.id}: from {_A[row.entity]} nothing leads to {row.of}; expected one of {leads}")
    if isinstance(row.do, Effect):
        _check_effect(row, row.do, whom)
    else:
        _check_said(row, row.do, whom)


def _check_effect(row: Consequence, effect: Effect, whom: Entity) -> None:
    if effect is Effect.NOTHING:
        return
    if HAPPENS_TO[effect] is not whom:
        raise RulebookError(f"{row.id}: '{effect}' happens to {_A[HAPPENS_TO[effect]]}, and {row.of} is {_A[whom]} here")
    source, verbs = FOLLOWS.get(effect, (row.entity, ()))
    if source is not row.entity or (verbs and row.on not in verbs):
        after = f"{_listed(verbs)} of {_A[source]}" if verbs else f"what becomes of {_A[source]}"
        raise RulebookError(f"{row.id}: '{effect}' can only follow from {after}, not from {row.on} of {_A[row.entity]}")
    if effect in BY_ELEMENT and effect not in FOLLOWS:
        raise RulebookError(f"{row.id}: '{effect}' needs an element of a document; expected it as what an instruction does")


def _check_said(row: Consequence, verb: Verb, whom: Entity) -> None:
    entity, speakers = SIGNATURES[verb]
    if entity is not whom:
        raise RulebookError(f"{row.id}: '{verb}' is said to {_A[entity]}, and {row.of} is {_A[whom]} here")
    if verb in _FROM_OUTSIDE or verb in BY_ELEMENT:
        raise RulebookError(f"{row.id}: '{verb}' needs what only a command or an element brings; expected a verb without details")
    if row.by is not None and row.by not in speakers:
        raise RulebookError(f"{row.id}: '{verb}' cannot be said by {row.by}; it is said by {_listed(speakers)}")


@check_row.register
def _(row: Executes) -> None:
    able = BY_ELEMENT.get(row.do)
    if isinstance(row.do, Verb):
        entity, speakers = SIGNATURES[row.do]
        says = By.DOCUMENT in speakers or By.PLATFORM in speakers
        if entity is not Entity.CALL or not says or row.do in _FROM_OUTSIDE:
            raise RulebookError(f"{row.id}: '{row.do}' is nothing that an element says to its call")
    elif able is None:
        raise RulebookError(f"{row.id}: '{row.do}' is nothing that an element does; expected a verb or one of {_EFFECTS}")
    if able is not None and row.instruction not in able:
        raise RulebookError(f"{row.id}: '{row.do}' needs what {row.instruction} does not have; it is for {_listed(able)}")


@check_row.register
def _(row: Limit) -> None:
    words, value = LIMITS.get(row.name), row.value
    if words == () and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise RulebookError(f"{row.id}: {value!r} is no limit; expected a whole number from 0")
    if words and value not in words:
        raise RulebookError(f"{row.id}: {value!r} is no choice; expected one of {_listed(words)}")


def _among(word: object, words: Iterable[object]) -> bool:
    """Whether it is one of these, and not one that is only spelled alike: two enums can share a word."""
    return any(each is word for each in words)


def _listed(words: Iterable[object]) -> str:
    return ", ".join(map(str, words))


_EFFECTS = _listed(effect for effect in BY_ELEMENT if isinstance(effect, Effect))


# -- the rows of a book with one another ---------------------------------------------------------------------------


def check_whole(rows: Mapping[str, AnyRow]) -> None:
    """Refuse a book that lacks what a switch looks up. Raises RulebookError."""
    expected = [id for entity in Entity for id in _starts(entity)] + [f"limit.{name}" for name in LIMITS]
    expected += [f"instruction.{instruction}" for instruction in Instruction]
    missing = [id for id in expected if id not in rows]
    if missing:
        raise RulebookError(f"the book has no row {_listed(missing)}; every book needs one")


def check_following(followers: Iterable[Consequence], rows: Iterable[Row], starts: Iterable[Start]) -> None:
    """Refuse consequences that do not fit what they follow from. Raises RulebookError."""
    moves: dict[tuple[Entity, State | Verb], list[Row]] = {}
    begun = {(start.entity, start.state) for start in starts}
    for row in rows:
        if row.when:
            _check_came_from(row, row.state, begun)
        if row.on is not None:
            moves.setdefault(row.on, []).append(row)
    for each in followers:
        key = (each.entity, each.on)
        _check_came_from(each, each.on, begun)
        if each.by is None and isinstance(each.do, Verb):
            speakers = {row.by for row in moves.get(key, ()) if _could_follow(each, row)}
            speakers.update(_STARTERS.get(each.entity, ()) if key in begun else ())
            _check_whoever(each, each.do, speakers)


def _check_came_from(row: Row | Consequence, state: State | Verb, begun: Collection[tuple[Entity, State]]) -> None:
    """What has just begun came from no state, and what a verb did not move need not have."""
    asks = any(type(fact) in _OF_WHAT_HAS_MOVED for fact in row.when)
    if asks and (isinstance(state, Verb) or (row.entity, state) in begun):
        raise RulebookError(f"{row.id}: at {state} {_A[row.entity]} may have come from no state; ask for other facts")


def _could_follow(each: Consequence, row: Row) -> bool:
    told = {CallState: row.state, MpcState: row.state, ParticipantState: row.state, Cause: row.cause, Exit: row.cause,
            Parting: row.cause}  # fmt: skip
    return all(told.get(type(fact), fact) is fact for fact in each.when)


def _check_whoever(each: Consequence, verb: Verb, speakers: Iterable[By]) -> None:
    allowed = SIGNATURES[verb].by
    for by in sorted(set(speakers).difference(allowed)):
        raise RulebookError(
            f"{each.id}: it follows from what {by} did, and '{verb}' cannot be said by {by}; it is said by {_listed(allowed)}"
        )
