"""Who is at the other end of a call, and what they do next: ring, answer, turn away, hang up, each after its time."""

from __future__ import annotations

from dataclasses import dataclass

from callsim.model import By, Call, Command, Direction, Verb


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What the far party does, each after so many milliseconds from the stage before; None: it never does.

    `rings` None means that it never rings. An inbound call's far party is its caller, who only hangs up.
    """

    rings: int | None = 0
    answers: int | None = None
    hangs_up: int | None = None
    rejects: int | None = None
    busy: int | None = None
    fails: int | None = None
    unreachable: bool = False


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
PLACED, RINGING, ANSWERED, DONE = range(4)
"""The stages of a far party: its call has been placed, it has rung, it was answered, nothing more is to come."""


def next_act(call: Call, far: FarEnd, stage: int) -> Act | None:
    """What the far party of a call does next, once it has come to a stage; None if it does nothing more.

    Where every call passes, the command is the plain tuple of a Command: to name its fields costs more than to carry it out.
    """
    if stage == PLACED:
        if call.direction is _INBOUND:
            return _hangs_up(call, far)
        if far.rings is not None:
            return far.rings, (_RING, call.name, _CARRIER, None, None), RINGING  # type: ignore[return-value]
        stage = RINGING
    if stage == RINGING:
        if far.answers is not None:
            return far.answers, (_ANSWER, call.name, _FAR_PARTY, None, None), ANSWERED  # type: ignore[return-value]
        return _turns_away(call, far)
    return _hangs_up(call, far) if stage == ANSWERED else None


def _hangs_up(call: Call, far: FarEnd) -> Act | None:
    if far.hangs_up is None:
        return None
    return far.hangs_up, (_HANG_UP, call.name, _FAR_PARTY, None, None), DONE  # type: ignore[return-value]


def _turns_away(call: Call, far: FarEnd) -> Act | None:
    if far.rejects is not None:
        return far.rejects, Command(Verb.REJECT, call.name, _FAR_PARTY), DONE
    if far.busy is not None:
        return far.busy, Command(Verb.BUSY, call.name, _FAR_PARTY), DONE
    if far.fails is not None:
        return 0, Command(Verb.FAIL, call.name, _CARRIER, far.fails), DONE
    return (0, Command(Verb.NO_ANSWER, call.name, _CARRIER), DONE) if far.unreachable else None
