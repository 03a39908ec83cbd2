"""Hypothesis strategies: placements, documents, commands and rulebooks, for tests of what sits on top of a switch.

Everything drawn is something that can happen: what the tables say to each other as consequences (a participant entering
because its call was answered, say) is left out, because nobody outside can say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Final

from callsim.errors import MissingExtra
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
    SIGNATURES,
    BadDocument,
    By,
    Command,
    Direction,
    EndsOnExit,
    Entity,
    Joining,
    Manner,
    MpcOptions,
    Placement,
    Purpose,
    StayAlone,
    Subscription,
    Transfer,
    Verb,
)
from callsim.rules import Rulebook, Vendor, lay

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

NAMES: Final = ("ann", "bob", "cyd")
ROOMS: Final = ("lobby", "attic")
MEDIA: Final[Mapping[str, int]] = {"https://files.example/tune.mp3": 3_000}
"""The audio that drawn documents play; give it to the switch as `media`."""

CONSEQUENCES_ONLY: Final = frozenset({
    Verb.PARK_TIME_OVER,
    Verb.PROCEED, Verb.RUN_OUT, Verb.JOIN, Verb.STAY_OUT, Verb.END_WITH_MPC, Verb.END_BY_KICK, Verb.RECOUNT, Verb.LET_IN,
    Verb.LOSE_ENDER, Verb.LOSE_JOINING, Verb.LOSE_RACE, Verb.ENTER, Verb.LEAVE, Verb.DISMISS, Verb.WITHDRAW, Verb.CUT_OFF,
    Verb.END_FOR_MACHINE, Verb.TAKE_ON, Verb.EXCEED,
    Verb.DETECT_LOOP, Verb.RELEASE, Verb.CONNECT, Verb.LOSE_LEG, Verb.LOSE_PEER, Verb.CLEAR, Verb.CONFIRM,
    Verb.END_UNCONFIRMED, Verb.DROP_LEG, Verb.MATCH_DIGITS,
})  # fmt: skip
"""Verbs that only a switch says to itself."""

SAID: Final = tuple(
    (verb, by) for verb in Verb if verb not in CONSEQUENCES_ONLY for by in SIGNATURES[verb].by
    if (verb, by) not in ((Verb.START, By.PLATFORM), (Verb.RECORD, By.PLATFORM))
)
"""Every verb somebody or something outside a switch can say, with every speaker it has."""

_TOLD = st.sampled_from([None, None, Subscription("https://app.example/status", adds=True)])
_EXIT_URLS = st.sampled_from([None, "https://app.example/exit"])
_TRANSFERS = (Transfer("https://app.example/elsewhere"), Transfer(None))
_ONE_TO_FIVE_SECONDS = st.integers(1, 5).map(lambda seconds: seconds * 1_000)


def placements(direction: Direction | None = None) -> st.SearchStrategy[Placement]:
    """What is fixed about a call: direction (or the one given), URLs, and limits short enough to be met in a test."""
    return st.builds(
        Placement,
        direction=st.just(direction) if direction else st.sampled_from(Direction),
        account=st.sampled_from(["default", "default", "other"]),
        answer_url=st.sampled_from([None, "https://app.example/answer"]),
        hangup_url=st.sampled_from([None, "https://app.example/hangup"]),
        fallback_url=st.sampled_from([None, "https://app.example/fallback"]),
        ring_url=st.sampled_from([None, "https://app.example/ring"]),
        ring_timeout=st.none() | _ONE_TO_FIVE_SECONDS,
        time_limit=st.none() | _ONE_TO_FIVE_SECONDS,
        joins=st.sampled_from(["", "", "", *NAMES]),
    )


def joinings(rooms: Sequence[str] = ROOMS, most: Sequence[int | None] = (None, None, 2)) -> st.SearchStrategy[Joining]:
    """How a call is put into one of the rooms by the API; `most`: how many may take part then, None for as many as the vendor lets."""
    return st.builds(
        Joining,
        mpc=st.sampled_from(rooms),
        exit_url=_EXIT_URLS,
        stay_alone=st.sampled_from(StayAlone),
        manner=manners(),
        options=options(most),
        placement=st.none() | placements(Direction.OUTBOUND),
    )


def manners() -> st.SearchStrategy[Manner]:
    """How somebody takes part in a multiparty call; mostly as usual."""
    starts = st.sampled_from([True, True, True, False])
    ends = st.sampled_from([EndsOnExit.NO, EndsOnExit.NO, EndsOnExit.YES])
    return st.builds(Manner, starts, ends, st.sampled_from(["POST", "GET"]))


def options(most: Sequence[int | None] = (None, None, 2)) -> st.SearchStrategy[MpcOptions]:
    """What somebody wants of a multiparty call; mostly nothing. `most`: how many may take part."""
    longest = st.sampled_from([None, None, 300_000])
    return st.builds(MpcOptions, st.none(), st.sampled_from([None, None, False]), longest, st.sampled_from(most), _TOLD)


_PROMPT = st.one_of(
    st.builds(Speak, st.sampled_from(["", "hello"]), st.integers(0, 2)),
    st.builds(Play, st.sampled_from(sorted(MEDIA)), st.integers(0, 2)),
    st.builds(Wait, _ONE_TO_FIVE_SECONDS),
)
_PROMPTS = st.lists(_PROMPT, max_size=2).map(tuple)
_TAKEN = st.sampled_from([None, "https://app.example/digits"])
_DIGITS = st.builds(
    GetDigits, _TAKEN, st.booleans(), timeout=_ONE_TO_FIVE_SECONDS, digit_timeout=_ONE_TO_FIVE_SECONDS, most=st.integers(1, 2),
    finish_on_key=st.sampled_from(["#", ""]), retries=st.integers(1, 2), prompts=_PROMPTS,
)  # fmt: skip
_MESSAGE = st.builds(Message, st.just("late"))
_TONES = st.builds(Dtmf, st.sampled_from(["1", "2w#"]), st.booleans())
_NEXT = st.builds(Redirect, st.just("https://app.example/next"))
_EARLY = st.lists(st.one_of(_PROMPT, _DIGITS, _NEXT, _MESSAGE, _TONES), max_size=2).map(tuple)


def _recordings() -> st.SearchStrategy[Element]:
    return st.builds(
        Record, st.just(0) | _ONE_TO_FIVE_SECONDS, st.sampled_from([None, "https://app.example/record"]), st.booleans(),
        finish_on_key=st.sampled_from(["#", ""]), session=st.booleans(), on_dial_answer=st.booleans(),
        callback_url=st.sampled_from([None, "https://app.example/ready"]),
    )  # fmt: skip


def elements(rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[Element]:
    """One element of a document, of every kind there is."""
    return st.one_of(
        _PROMPT,
        _recordings(),
        _DIGITS,
        st.builds(GetInput, _TAKEN, st.booleans(), timeout=st.sampled_from([5_000, 6_000]), digit_timeout=st.sampled_from([None, 2_000, 5_000]),
                  kinds=st.sampled_from([("dtmf",), ("speech",), ("dtmf", "speech")]), most=st.integers(1, 2), prompts=_PROMPTS),
        _TONES,
        _MESSAGE,
        st.builds(Stream, st.just("wss://app.example/audio"), st.booleans(), st.booleans(), _ONE_TO_FIVE_SECONDS),
        st.builds(Conference, st.sampled_from(rooms), time_limit=_ONE_TO_FIVE_SECONDS),
        st.builds(PreAnswer, _EARLY),
        st.builds(Hangup, st.sampled_from(["", "rejected", "busy"]), st.none() | _ONE_TO_FIVE_SECONDS),
        st.builds(
            Dial, st.lists(st.sampled_from([Number("+1"), Number("+2"), User("sip:ann@phone.example")]), min_size=1, max_size=3).map(tuple),
            st.sampled_from([None, "https://app.example/dialled"]), st.booleans(), timeout=st.none() | _ONE_TO_FIVE_SECONDS,
            hangup_on_star=st.booleans(), confirm_key=st.sampled_from(["", "", "1"]),
            confirm_sound=st.sampled_from([None, "https://app.example/sound"]), confirm_timeout=_ONE_TO_FIVE_SECONDS,
            callback_url=st.sampled_from([None, "https://app.example/told"]), digits_match=st.sampled_from([(), ("1", "2#")]),
        ),
        _NEXT,
        _rooms_entered(rooms),
        st.builds(Unknown, st.just("Dance")),
    )


def _rooms_entered(rooms: Sequence[str]) -> st.SearchStrategy[MultiPartyCall]:
    return st.builds(
        MultiPartyCall, st.sampled_from(rooms), exit_url=_EXIT_URLS, stay_alone=st.booleans(),
        start_on_enter=st.sampled_from([True, True, False]), end_on_exit=st.booleans(),
        create_with_one=st.sampled_from([True, True, False]),
        max_duration=st.sampled_from([None, 300_000]), max_participants=st.sampled_from([None, 2]),
    )  # fmt: skip


def documents(rooms: Sequence[str] = ROOMS, max_size: int = 4) -> st.SearchStrategy[Document]:
    """A document of up to `max_size` elements, the empty one included."""
    return st.lists(elements(rooms), max_size=max_size).map(lambda found: Document(tuple(found)))


def calls(names: Sequence[str] = NAMES) -> st.SearchStrategy[Command]:
    """The placing of one call."""
    return st.builds(_place, st.sampled_from(names), placements())


def _place(name: str, placement: Placement) -> Command:
    by = By.API if placement.direction is Direction.OUTBOUND else By.FAR_PARTY
    return Command(Verb.PLACE, name, by, placement)


def commands(names: Sequence[str] = NAMES, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[Command]:
    """Anything said by anybody to calls, multiparty calls, participants or actions of these names, sensible or not."""
    return st.sampled_from(SAID).flatmap(lambda said: _command(*said, names, rooms))


def lives(names: Sequence[str] = NAMES, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[list[Command]]:
    """The beginning of one call's life, up to its document: come in, made and answered, or added and answered."""
    return st.builds(_life, st.sampled_from(names), st.booleans(), joinings(rooms), placements(), documents(rooms))


def _life(name: str, added: bool, joining: Joining, placement: Placement, document: Document) -> list[Command]:
    run = [Command(Verb.RUN, name, By.DOCUMENT, document, Purpose.ANSWER)]
    if isinstance(next(iter(document.elements), None), Dial):
        run += _picked_up(f"{name}-leg-1")
    if added:
        return [Command(Verb.ADD, name, By.API, joining), *_picked_up(name)]
    if placement.direction is Direction.INBOUND:
        return [_place(name, placement), *run]
    return [_place(name, placement), *_picked_up(name), *run]


def _picked_up(name: str) -> list[Command]:
    return [Command(Verb.RING, name, By.CARRIER), Command(Verb.ANSWER, name, By.FAR_PARTY)]


def stories(
    names: Sequence[str] = NAMES, rooms: Sequence[str] = ROOMS, max_size: int = 12
) -> st.SearchStrategy[list[tuple[Command, int]]]:
    """What is said one after the other, each so many milliseconds after the one before.

    Some of it are whole beginnings of calls, so that what else is said meets calls in every state.
    """
    parts = st.lists(lives(names, rooms) | commands(names, rooms).map(lambda one: [one]), min_size=4, max_size=max_size)
    times = st.lists(st.integers(0, 6_000), min_size=2, max_size=5)
    return st.builds(_in_time, parts, times)


def _in_time(parts: list[list[Command]], times: list[int]) -> list[tuple[Command, int]]:
    return list(zip((each for part in parts for each in part), cycle(times), strict=False))


def _command(verb: Verb, by: By, names: Sequence[str], rooms: Sequence[str]) -> st.SearchStrategy[Command]:
    if verb is Verb.PLACE:
        return calls(names)
    target = _targets(verb, names, rooms)
    if verb is Verb.ADD:
        return st.builds(Command, st.just(verb), target, st.just(by), joinings(rooms), st.none())
    if verb is Verb.TRANSFER:
        return st.builds(Command, st.just(verb), target, st.just(by), st.sampled_from(_TRANSFERS), st.none())
    if verb is Verb.RUN:
        return st.builds(Command, st.just(verb), target, st.just(by), documents(rooms), st.sampled_from(Purpose))
    if verb is Verb.BAD_INSTRUCTIONS:
        what = st.sampled_from(BadDocument)
        return st.builds(Command, st.just(verb), target, st.just(by), what, st.sampled_from(Purpose))
    details = {Verb.FAIL: st.sampled_from([None, 2000, 3040]), Verb.PRESS: st.text("12#", max_size=3)}
    detail: st.SearchStrategy[object] = details.get(verb, st.none())
    return st.builds(Command, st.just(verb), target, st.just(by), detail, st.none())


def _targets(verb: Verb, names: Sequence[str], rooms: Sequence[str]) -> st.SearchStrategy[str | tuple[str, ...]]:
    entity = SIGNATURES[verb].entity
    if entity is Entity.ACTION:
        kinds = st.sampled_from(["speak", "play", "wait", "record", "getdigits"])
        return st.builds("{}/{}#{}".format, st.sampled_from(names), kinds, st.integers(1, 3))
    known = [*rooms, *(f"{room}#2" for room in rooms)] if entity is Entity.MPC else [*names, *(f"{name}-leg-1" for name in names)]
    one = st.sampled_from([*known, "nobody"])
    several = st.lists(one, max_size=3).map(tuple)
    return one | several if verb in _SAID_TO_SEVERAL else one


_SAID_TO_SEVERAL = (Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.KICK, Verb.STOP)


def rulebooks(vendor: Vendor | None = None) -> st.SearchStrategy[Rulebook]:
    """The rulebook of a vendor (None: the base rules) under any choice of what is disputed or assumed."""
    choosable = {each.id: each.all_choices() for each in lay(vendor).assumptions.values() if not each.reserved}
    choices = {id: st.sampled_from(found) for id, found in choosable.items() if len(found) > 1}
    return st.fixed_dictionaries({}, optional=choices).map(lambda assume: lay(vendor, assume))
