"""Who is at the other end of a call, and what they do next: ring, answer, turn away, hang up, each after its time."""

from __future__ import annotations

from dataclasses import dataclass

from callsim.model import Answerer, By, Call, Command, Direction, Verb


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What the far party does, each after so many milliseconds from the stage before; None: it never does.

    `rings` None means that it never rings. `media_stops` counts from the answer, too. An inbound call's far party is its
    caller, who only hangs up or falls silent, both counted from the placing. `answerer` None: a person.
    """

    rings: int | None = 0
    answers: int | None = None
    hangs_up: int | None = None
    rejects: int | None = None
    busy: int | None = None
    fails: int | None = None
    unreachable: bool = False
    media_stops: int | None = None
    answerer: Answerer | None = None


SILENT = FarEnd()
WORDS: dict[str, FarEnd] = {
    "silent": SILENT,
    "busy": FarEnd(rings=None, busy=0),
    "rejects": FarEnd(rejects=0),
    "unreachable": FarEnd(rings=None, unreachable=True),
}
TEST_NUMBERS: dict[str, FarEnd] = {
    "+15550100001": FarEnd(answers=2_000),
    "+15550100002": WORDS["busy"],
    "+15550100003": SILENT,
    "+15550100004": WORDS["rejects"],
    "+15550100005": WORDS["unreachable"],
    "+15550100006": FarEnd(answers=2_000, hangs_up=10_000),
}
"""How the test numbers behave, in scenarios and wherever else a call is made without a far party of its own."""


Act = tuple[int, Command, int]
"""What the far party of a call does next: after so many milliseconds, this; and the stage it comes to by it."""


# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_FAR_PARTY, _CARRIER, _INBOUND = By.FAR_PARTY, By.CARRIER, Direction.INBOUND
_RING, _ANSWER, _HANG_UP = Verb.RING, Verb.ANSWER, Verb.HANG_UP
PLACED, RINGING, ANSWERED, DONE, MEDIA_STOPPED = range(5)
"""The stages of a far party: its call has been placed, it has rung, it was answered, nothing more is to come; or its media
has stopped."""


def next_act(call: Call, far: FarEnd, stage: int) -> Act | None:
    """What the far party of a call does next, once it has come to a stage; None if it does nothing more.

    Where every call passes, the command is the plain tuple of a Command: to name its fields costs more than to carry it out.
    """
    if stage == PLACED:
        if call.direction is _INBOUND:
            return _after_the_answer(call, far)
        if far.rings is not None:
            return far.rings, (_RING, call.name, _CARRIER, None, None), RINGING  # type: ignore[return-value]
        stage = RINGING
    if stage == RINGING:
        if far.answers is not None:
            return far.answers, (_ANSWER, call.name, _FAR_PARTY, far.answerer, None), ANSWERED  # type: ignore[return-value]
        return _turns_away(call, far)
    if stage == ANSWERED and far.media_stops is None:
        ends = far.hangs_up
        return None if ends is None else (ends, (_HANG_UP, call.name, _FAR_PARTY, None, None), DONE)  # type: ignore[return-value]
    return None if stage == DONE else _after_the_answer(call, far, stage == MEDIA_STOPPED)


def _after_the_answer(call: Call, far: FarEnd, silent: bool = False) -> Act | None:
    """Its media stops, and it hangs up: whichever comes first."""
    stops, ends = far.media_stops, far.hangs_up
    if stops is not None and not silent and (ends is None or stops < ends):
        return stops, Command(Verb.LOSE_MEDIA, call.name, _CARRIER), MEDIA_STOPPED
    if ends is None:
        return None
    waits = ends - stops if silent and stops is not None else ends
    return waits, (_HANG_UP, call.name, _FAR_PARTY, None, None), DONE  # type: ignore[return-value]


def _turns_away(call: Call, far: FarEnd) -> Act | None:
    if far.rejects is not None:
        return far.rejects, Command(Verb.REJECT, call.name, _FAR_PARTY), DONE
    if far.busy is not None:
        return far.busy, Command(Verb.BUSY, call.name, _FAR_PARTY), DONE
    if far.fails is not None:
        return 0, Command(Verb.FAIL, call.name, _CARRIER, far.fails), DONE
    return (0, Command(Verb.NO_ANSWER, call.name, _CARRIER), DONE) if far.unreachable else None
