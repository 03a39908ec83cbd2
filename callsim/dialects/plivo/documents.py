"""What Plivo says of digits, recordings, streams and what comes before the answer, and what it leaves open about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callsim.dialects.dialect import whole_seconds
from callsim.model import Action, CallState, Cause, Runs
from callsim.provenance import Evidence, assumed, disputed, documented
from callsim.rules import AnyRow, Assumption, Effect, Patch, Spelling, patch

SEEN = "2026-11-22"
INPUT = Evidence(
    "https://plivo.com/docs/voice/xml/input", SEEN,
    "prompts, then a time for the first digit and one between digits; without input the next element; redirect false only tells"
)
DIGITS = Evidence(
    "https://docs.plivo.com/docs/voice/xml/getdigits", SEEN, "digits beyond the number asked for are ignored; the action URL has no default"
)
RECORDING = Evidence(
    "https://plivo.com/docs/voice/xml/record", SEEN, "a key ends a recording; one of the session starts at once and lasts until the call ends"
)
LENGTH = Evidence(
    "https://docs.plivo.com/docs/voice/xml/record", SEEN, "the longest length of a recording, 60 seconds by default, whatever kind it is"
)
STREAM = Evidence(
    "https://plivo.com/docs/voice/xml/audio-streaming", SEEN, "what follows waits for the end of a stream that keeps the call alive"
)
STREAM_ALONE = Evidence(
    "https://docs.plivo.com/docs/voice/xml/audiostream", SEEN, "keeping the call alive applies to streams of both directions only"
)
EARLY = Evidence("https://plivo.com/docs/voice/xml/routing.md", SEEN, "what is nested is executed before the answer, for less than 30 s")
ANCESTOR = Evidence(
    "https://github.com/plivo/plivoframework src/plivo/rest/freeswitch/elements.py", SEEN,
    "digits are asked for as often as retries says; without a URL they go to the document's own; a recording of both legs "
    "asks its URL as it begins, with a duration of -1"
)
MESSAGE = Evidence("https://docs.plivo.com/docs/messaging/xml/message", SEEN, "a message sent while a call goes on")

_FOLLOWS = "action.then.finished"
_NO_URL = f"{_FOLLOWS}.its-call.proceed.input-without-url"
_TIME_OVER = "call.pre_answer_time_over.ringing.platform.in-preanswer"

OVERLAY: tuple[Patch, ...] = (
    *(patch(f"instruction.{name}", basis=documented(INPUT)) for name in ("getdigits", "getinput")),
    patch("call.press.in-progress.far-party.listening", basis=documented(INPUT)),
    patch("call.then.press.take-digits", basis=documented(DIGITS)),
    patch(f"{_FOLLOWS}.its-call.fetch-action.input", basis=documented(INPUT)),
    patch(f"{_FOLLOWS}.tell-input.input-only-told", basis=documented(INPUT)),
    patch(f"{_FOLLOWS}.its-call.proceed.input-only-told", basis=documented(INPUT)),
    patch(_NO_URL, basis=disputed("plivo.get_digits.no_url", DIGITS, ANCESTOR)),
    patch("limit.digit_tries", basis=assumed("plivo.get_digits.retries", ANCESTOR, INPUT)),
    patch("limit.empty_input", basis=assumed("plivo.get_digits.empty", INPUT)),
    patch("limit.digit_end_time", basis=assumed("plivo.get_input.auto", INPUT)),
    patch("limit.tone_pace", basis=assumed("plivo.dtmf.pace")),
    patch("instruction.message", basis=assumed("plivo.message.answers", MESSAGE)),
    patch("instruction.stream", basis=documented(STREAM)),
    patch("instruction.stream-kept-alive", basis=documented(STREAM)),
    patch("instruction.stream-kept-alive-one-way", basis=disputed("plivo.stream.keep_alive", STREAM, STREAM_ALONE)),
    patch("instruction.record-session", basis=documented(RECORDING)),
    patch("action.cut_off.running.document.in-background", basis=documented(RECORDING)),
    *(patch(f"action.then.running.{what}", basis=assumed("plivo.record.session_action", ANCESTOR)) for what in (
        "its-call.fetch-action.behind-action-url", "tell-recording.behind-action-url-only-told",
        "its-call.proceed.behind-action-url-only-told")),
    *(patch(f"action.then.{state}.tell-recorded.callback-url", basis=documented(RECORDING)) for state in ("finished", "stopped")),
    patch("limit.session_recording", basis=disputed("plivo.record.session_length", RECORDING, LENGTH)),
    patch("limit.background_recordings", basis=assumed("plivo.record.sessions")),
    patch("instruction.preanswer", basis=documented(EARLY)),
    patch("instruction.preanswer-answered", basis=assumed("plivo.preanswer.answered", EARLY)),
    patch("limit.pre_answer_time", basis=documented(EARLY)),
    patch(_TIME_OVER, basis=assumed("plivo.preanswer.over", EARLY)),
)  # fmt: skip


def _told(kind: str, text: str, why: str) -> Spelling:
    return Spelling("callback", kind, None, (), {"text": text}, assumed("plivo.record.callback"), why)


ROWS: tuple[AnyRow, ...] = (
    _told("recording", "RecordStop", "The event of a recording that is ready."),
    Spelling("callback", "digits", None, (), {"text": "GetDigits"}, assumed("plivo.get_digits.callback", INPUT),
             "The event of digits that are told: its pages name Digits, and no event."),
)  # fmt: skip


def _switch(
    id: str, default: str, question: str, reason: str, choices: Mapping[str, tuple[Patch, ...]] | None = None, **more: Any
) -> Assumption:
    return Assumption(f"plivo.{id}", default, question, reason, choices or {}, **more)


ASSUMPTIONS: tuple[Assumption, ...] = (
    _switch("get_digits.retries", "attempts", "How often are digits asked for where retries says 2?",
            "The framework Plivo grew from takes it for the number of attempts, though the page speaks of more tries.",
            {"repeats": (patch("limit.digit_tries", value="repeats"),)}),
    _switch("get_digits.no_url", "next-element", "Where do digits go that no URL was given for?",
            "The page gives the URL no default; the framework Plivo grew from sends them to the document's own.",
            {"answer-url": (patch(_NO_URL, do=Effect.FETCH_ANSWER, why="The application is asked anew."),)}, disputed=True),
    _switch("get_digits.empty", "no-input", "Is the key that ends input an input when no digit came before it?",
            "Nobody has entered a digit, and the key itself is not passed on.",
            {"input": (patch("limit.empty_input", value="input"),)}),
    _switch("get_digits.callback", "our-fields", "What is told of digits beside the digits themselves?",
            "The page names Digits; the event is ours."),
    _switch("get_input.auto", "2000ms", "After which pause does Plivo itself take digits for complete?",
            "It is the least of the pauses that can be asked for, and what its older element waits.", measure="limit.digit_end_time"),
    _switch("dtmf.pace", "200ms", "How long does one tone take that is sent?",
            "A tenth of a second of tone and as much silence are usual.", measure="limit.tone_pace"),
    _switch("message.answers", "no", "Does sending a text message answer an inbound call?",
            "Nothing of it is heard in the call.",
            {"yes": (patch("instruction.message", answers=True),)}),
    _switch("stream.keep_alive", "any", "Does the document wait for a stream of one direction that keeps the call alive?",
            "Today's page says so of any stream; another of those of both directions only.",
            {"bidirectional": (patch("instruction.stream-kept-alive-one-way", do=Effect.START_BEHIND),)}, disputed=True),
    _switch("record.session_length", "until-end", "How long does a recording of the whole session run?",
            "One page says until the call ends, another gives every recording a longest length.",
            {"max-length": (patch("limit.session_recording", value="max-length"),)}, disputed=True),
    _switch("record.session_action", "as-it-begins", "When is the URL of a recording of the session asked?",
            "The framework Plivo grew from asks at once, with a duration of -1, and follows what it gets."),
    _switch("record.sessions", "one", "Can a second recording of the session run beside the first?",
            "Both would hold the same.",
            {"several": (patch("limit.background_recordings", value="several"),)}),
    _switch("preanswer.answered", "runs", "What becomes of a PreAnswer when the call has been answered?",
            "What it holds is meant to be heard, and can be.",
            {"skipped": (patch("instruction.preanswer-answered", do=Effect.NOTHING),)}),
    _switch("preanswer.over", "goes-on", "What happens when a PreAnswer takes longer than it may?",
            "Its page gives the bound and not what follows from it; the next element is what comes after it anyway.",
            {"ends": (patch(_TIME_OVER, to=CallState.COMPLETED, cause=Cause.RING_TIMEOUT),)}),
)  # fmt: skip


def told_of_digits(actions: Sequence[Action]) -> dict[str, Any]:
    """What is told of the digits that were pressed last."""
    return {"Digits": next(action.heard for action in reversed(actions) if action.kind in ("getdigits", "getinput"))}


def told_of_recording(actions: Sequence[Action]) -> dict[str, Any]:
    """What is told of the latest recording."""
    return _recorded(next(action for action in reversed(actions) if action.kind == "record"))


def latest_asked(actions: Sequence[Action]) -> Action | None:
    """The latest of what ran on a call that has a URL."""
    return next((action for action in reversed(actions) if action.url is not None), None)


def told_of_action(actions: Sequence[Action]) -> dict[str, Any]:
    """What the URL of an element is told as it is asked how to go on: it is that of the latest element that has one."""
    last = latest_asked(actions)
    if last is None:
        return {}
    return _recorded(last) if last.kind == "record" else {"Digits": last.heard} if last.keys is not None else {}


def _recorded(last: Action) -> dict[str, Any]:
    """A recording's length, or -1 while it runs behind the rest."""
    if last.ended_at is None and last.runs is Runs.BEHIND:
        return {"RecordingDuration": -1, "RecordingDurationMs": -1}
    lasted = (last.ended_at or last.started_at) - last.started_at
    return {"RecordingDuration": whole_seconds(lasted), "RecordingDurationMs": lasted}
