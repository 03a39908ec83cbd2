"""What Plivo ends calls for by itself: its words, what its pages say of it, and what they leave open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callsim.model import (
    Answerer,
    By,
    Call,
    CallState,
    Cause,
    Exceeded,
    Handling,
    Line,
    MachineDetection,
    Placement,
    Status,
    Timer,
)
from callsim.provenance import Basis, Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Effect, Limit, Patch, Reply, Rulebook, Spelling, patch

from .bodies import whole
from .causes import HC
from .rules import CALL, FRAMEWORK, PHP, QUEUE

SEEN = "2026-11-22"
DETECTION = Evidence(
    "https://docs.plivo.com/docs/voice/api/call/machine-detection", SEEN, "a URL is told in the background that a machine answered"
)
TWO_WAYS = Evidence(
    "https://support.plivo.com/hc/en-us/articles/360042027051", SEEN,
    "without a URL the call waits for the result, with one it goes on meanwhile",
)  # fmt: skip
ACCOUNT = Evidence(
    "https://docs.plivo.com/docs/voice/concepts/account-limits", SEEN,
    "two calls a second unless agreed otherwise, the others wait; calls at once are limited in India, and one more gets 5030",
)  # fmt: skip
ON_RING = assumed("plivo.hangup_on_ring.cause", CALL, HC)
AFTER_ANSWER = assumed("plivo.hangup_on_ring.after_answer", CALL, FRAMEWORK)
TOLD = assumed("plivo.machine_detection.told", DETECTION)
_UNSTATED = assumed("plivo.cause.unstated", HC)


def _ends(cause: Cause, code: int, basis: Basis, why: str, *when: Timer | Exceeded) -> Spelling:
    return Spelling("ending", cause, By.PLATFORM, when, {"code": code, "source": "Plivo"}, basis, why)


_FIRED = {"request_uuid": "{request_uuid}", "api_id": "{api_id}"}
ANSWERS: tuple[AnyRow, ...] = (
    Answer("plivo.make_call", Reply.QUEUED, 201, {"message": "call queued", **_FIRED}, documented(QUEUE, PHP),
           "It waits until its account may make another call."),
    Answer("plivo.make_call", Reply.EXCEEDED, 201, {"message": "call fired", **_FIRED}, assumed("plivo.limits.answer", ACCOUNT),
           "It was made, and rejected at once."),
)  # fmt: skip

LIMITS: tuple[AnyRow, ...] = (
    Limit("calls_per_second", 2, documented(QUEUE, ACCOUNT), "How many calls an account may make a second unless it has agreed on more."),
    Limit("nonsense", "ignored", assumed("plivo.limits.nonsense", CALL), "What becomes of a limit in a request that is none."),
)

WORDS: tuple[AnyRow, ...] = (
    _ends(Cause.TIME_LIMIT, 6000, ON_RING, "The name of this code fits an end that was set for when it rings.", Timer.RING_SCHEDULE),
    _ends(Cause.OUT_OF_CREDIT, 1010, documented(HC), "The account's balance came to zero."),
    _ends(Cause.OVER_LIMIT, 5030, documented(ACCOUNT), "More calls at once than the account may have.", Exceeded.CALLS),
    _ends(Cause.OVER_LIMIT, 1020, documented(HC), "Too many calls to one destination at once.", Exceeded.DIALS),
    _ends(Cause.MEDIA_TIMEOUT, 6020, _UNSTATED, "A minute without media; the table's code, its source read off the wording."),
    _ends(Cause.MACHINE, 9100, _UNSTATED, "A machine answered; the table's code, its source read off the wording."),
    Spelling("callback", "machine", None, (), {"text": "MachineDetection"}, documented(DETECTION), "The event of what is told of a machine."),
)

ROWS: tuple[AnyRow, ...] = (*LIMITS, *ANSWERS, *WORDS)

_DETECT = "call.then.detect"
OVERLAY: tuple[Patch, ...] = (
    patch("call.ring_schedule_reached.ringing.platform", basis=documented(CALL)),
    patch("call.ring_schedule_reached.in-progress.platform", basis=AFTER_ANSWER),
    patch("call.then.ringing.set-ring-schedule-timer", basis=documented(CALL)),
    patch("call.take_on.queued.platform.in-line", basis=documented(QUEUE)),
    *(patch(f"call.then.{id}", basis=documented(QUEUE)) for id in ("place.line-up", "take_on.dial-out", "take_on.call-next")),
    patch("call.exceed.queued.platform", basis=documented(ACCOUNT, HC)),
    patch("call.media_time_over.in-progress.platform", basis=documented(HC)),
    patch("limit.longest_call", basis=documented(CALL)),
    patch("limit.media_timeout", basis=documented(HC)),
    *(patch(f"call.out_of_credit.{state}.platform", basis=documented(HC)) for state in ("queued", "ringing", "in-progress")),
    patch("call.detect.in-progress.platform", basis=documented(CALL)),
    patch("call.end_for_machine.in-progress.platform", basis=documented(CALL, HC)),
    patch("call.then.in-progress.set-machine-timer", basis=documented(CALL)),
    patch(f"{_DETECT}.tell-machine", basis=documented(DETECTION)),
    patch(f"{_DETECT}.nothing", basis=TOLD),
    patch(f"{_DETECT}.end_for_machine", basis=documented(CALL)),
    patch(f"{_DETECT}.fetch-answer", basis=documented(TWO_WAYS)),
    patch("limit.machine_detection_time", basis=documented(CALL)),
)

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.hangup_on_ring.cause", "6000", "Which code has a call that hangup_on_ring ends?",
        "The parameter schedules a hang-up, and 6000 is called Scheduled Hangup; the open ancestor cancels.",
        {code: (patch("spelling.ending.time-limit.platform.ring-schedule", words={"code": int(code), "source": "Plivo"}),)
         for code in ("1000", "6010")},
    ),
    Assumption(
        "plivo.hangup_on_ring.after_answer", "counts-on", "Does hangup_on_ring count on once the call is answered?",
        "The page schedules it from the ringing and names no exception; the open ancestor lets it strike all the same.",
        {"rings-only": (patch("call.ring_schedule_reached.in-progress.platform", status=Status.REFUSED,
                              to=CallState.IN_PROGRESS, cause=None, why="It was answered in time."),)},
    ),
    Assumption(
        "plivo.limits.answer", "201", "With which status is a call acknowledged that is one more than its account may have?",
        "The code with which it is rejected is a hang-up cause, and only calls have those.",
        {"429": (patch("answer.plivo.make_call.exceeded", status=429, body={"api_id": "{api_id}", "error": "too many calls"}),)},
    ),
    Assumption(
        "plivo.limits.nonsense", "ignored", "What does a request come to whose limits are no whole numbers of the right size?",
        "No page says that it is refused, and the open ancestor takes what is no number for nothing said.",
        {"refused": (patch("limit.nonsense", value="refused"),)},
    ),
    Assumption(
        "plivo.machine_detection.told", "machines", "Is the machine detection URL told of persons, too?",
        "The page tells it of a machine that was detected; its parameter could as well be false.",
        {"always": (patch("call.then.detect.nothing", do=Effect.TELL_MACHINE, why="It is told whoever answered."),)},
    ),
)  # fmt: skip


# -- requests --------------------------------------------------------------------------------------------------------

HANDLES = ("hangup_on_ring", "machine_detection", "machine_detection_time", "machine_detection_url")
_DETECTS = {"true": MachineDetection.TOLD, "hangup": MachineDetection.HANGUP}
_NUMBER = re.compile(r"[0-9]{1,6}")
_LEAST = {"ring_timeout": 1, "time_limit": 1, "hangup_on_ring": 0, "machine_detection_time": 2_000}
_MOST_DETECTION = 10_000


def _right(name: str, value: Any) -> bool:
    """Whether it is a whole number of the size that this parameter has."""
    if not _NUMBER.fullmatch(str(value)) or int(value) < _LEAST[name]:
        return False
    return name != "machine_detection_time" or int(value) <= _MOST_DETECTION


def nonsense(body: Mapping[str, Any]) -> str:
    """The first of the limits in a request that is none; nothing if all are."""
    return next((name for name in _LEAST if body.get(name) not in (None, "") and not _right(name, body[name])), "")


def handling(body: Mapping[str, Any]) -> Handling | None:
    """What else a request asks of the platform; None if nothing. What is no number of the right size is not said."""
    ring, time = (int(body[name]) if name in body and _right(name, body[name]) else None for name in (HANDLES[0], HANDLES[2]))
    how = _DETECTS.get(str(body.get("machine_detection", "")).lower(), MachineDetection.NONE)
    detects = how is not MachineDetection.NONE
    url = body.get("machine_detection_url") or None
    asked = Handling(None if ring is None else ring * 1000, how, time if detects else None, url if detects else None)
    return None if asked == Handling() else asked


def asking(placement: Placement) -> dict[str, Any]:
    """What of a request asks for it. Raises UsageError for a time that no request can write."""
    asked = placement.handling or Handling()
    ring = asked.hangup_on_ring
    words = {how: word for word, how in _DETECTS.items()}
    fields = {
        "hangup_on_ring": 0 if ring == 0 else whole("hangup_on_ring", ring), "machine_detection": words.get(asked.machine_detection),
        "machine_detection_time": asked.machine_detection_time, "machine_detection_url": asked.machine_detection_url,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def came_to(call: Call) -> Reply | None:
    """What making a call came to where its account is limited."""
    if call.line is Line.WAITING:
        return Reply.QUEUED
    return Reply.EXCEEDED if call.ending is not None and call.ending.cause is Cause.OVER_LIMIT else None


# -- callbacks -------------------------------------------------------------------------------------------------------

_IF_MACHINE = {MachineDetection.TOLD: "continue", MachineDetection.HANGUP: "hangup"}


def told_of_machine(call: Call) -> dict[str, Any]:
    """What the machine detection URL is told beside who calls whom."""
    machine = "true" if call.answerer is Answerer.MACHINE else "false"
    return {"Machine": machine, "IfMachine": _IF_MACHINE[call.detection], "CallStatus": "in-progress"}


def machine_known(call: Call, book: Rulebook) -> dict[str, Any]:
    """What a call that is over tells of the machine that answered it, if that was found out in time."""
    asked, ending = call.placement.handling, call.ending
    if asked is None or ending is None or call.detection is MachineDetection.NONE or call.answerer is not Answerer.MACHINE:
        return {}
    own = asked.machine_detection_time
    takes = int(book.limits["machine_detection_time"].value) if own is None else own
    return {"Machine": "true"} if ending.cause is Cause.MACHINE or call.duration > takes else {}
