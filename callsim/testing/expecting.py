"""Assertions about calls, multiparty calls and callbacks, whose failures tell what was expected, what is, and the story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from callsim.errors import UsageError
from callsim.model import Call, CallState, Cause, MpcState, MultipartyCall, Participant, Termination
from callsim.motion import Motion
from callsim.scenario.values import format_duration, parse_duration
from callsim.trace import APPLICATION, Told

WHO = ("api", "callee", "caller", "document", "platform", "carrier")
_CALLBACK_KEYS = ("at", "call", "kind", "url", "params")
_MOST_LISTED = 20
Time = int | str
"""Whole milliseconds, or a duration as scenarios write it: `2.5s`."""


def assert_state(call: Call, state: str) -> None:
    """A call is in a state: queued, ringing, in-progress or completed."""
    _check_word("state", state, CallState)
    _compare(f"{call.name} is in another state", {"state": (state, str(call.state))}, call_story(call))


def assert_ended(
    call: Call, cause: str | None = None, by: str | None = None, at: Time | None = None, rule: str | None = None
) -> None:
    """A call has ended; and if they are given, why, by whom, when and by which rule.

    `by` is api, callee, caller, document, platform or carrier. Raises UsageError for a word that is none of ours.
    """
    _check_word("cause", cause, Cause)
    _check_word("by", by, WHO)
    ending = call.ending
    found = {
        "state": str(call.state), "cause": ending and str(ending.cause), "by": ending and ending.who,
        "at": ending and ending.at, "rule": ending and ending.rule,
    }  # fmt: skip
    wanted = {"state": "completed", "cause": cause, "by": by, "at": _ms(at), "rule": rule}
    _compare(f"{call.name} did not end like this", _pairs(wanted, found), call_story(call))


def assert_mpc_ended(
    mpc: MultipartyCall, termination: str | None = None, by: str | None = None, at: Time | None = None
) -> None:
    """A multiparty call has ended; and if they are given, why (stopped, no-participants, stay-alone), by whom and when."""
    _check_word("termination", termination, Termination)
    _check_word("by", by, WHO)
    found = {
        "state": str(mpc.state), "termination": mpc.termination and str(mpc.termination),
        "by": mpc.ended_by and str(mpc.ended_by), "at": mpc.ended_at,
    }  # fmt: skip
    wanted = {"state": str(MpcState.ENDED), "termination": termination, "by": by, "at": _ms(at)}
    _compare(f"{mpc.key} did not end like this", _pairs(wanted, found), mpc_story(mpc))


def assert_called_back(world: Motion, expected: Iterable[Mapping[str, Any] | str]) -> None:
    """These callbacks were made, all of them and in this order.

    Each is a call's name, or a mapping of what is to be compared: `at`, `call`, `kind` (hangup or record), `url` (a path
    below the application's, or whole) and `params` (of which only those named are compared).
    """
    wanted = [{"call": each} if isinstance(each, str) else dict(each) for each in expected]
    for each in wanted:
        for key in each:
            _check_word("callback key", key, _CALLBACK_KEYS)
    told: list[Told] = world.entries(Told)
    found = [_callback(entry) for entry in told]
    lines = [*_count_lines(wanted, found), *_callback_lines(wanted, found)]
    if lines:
        names = dict.fromkeys([str(each["call"]) for each in (*found, *wanted) if "call" in each])
        calls = [world.switch.calls[name] for name in names if name in world.switch.calls]
        raise AssertionError("\n".join(["other callbacks were made", *lines, *_listed(found), *(s for c in calls for s in call_story(c))]))


# -- stories ---------------------------------------------------------------------------------------------------------


def call_story(call: Call) -> list[str]:
    """What became of a call, line by line, from the call itself."""
    moments = [(call.queued_at, "queued"), (call.ringing_at, "ringing"), (call.answered_at, "answered")]
    moments += [(at, what) for one in [call.participant] if one is not None for at, what in _membership(one)]
    if call.ending is not None:
        end = call.ending
        moments.append((end.at, f"ended: {end.cause} by {end.who}, by rule {end.rule}"))
    return _told(f"{call.name}, {call.direction}", moments)


def mpc_story(mpc: MultipartyCall) -> list[str]:
    """What became of a multiparty call and of those in it, line by line."""
    moments: list[tuple[int | None, str]] = [(mpc.created_at, "opened"), (mpc.started_at, "somebody in it")]
    moments += [(at, f"{one.name} {what}") for one in mpc.participants for at, what in _membership(one)]
    moments.append((mpc.ended_at, f"ended: {mpc.termination} by {mpc.ended_by}, by rule {mpc.rule}"))
    return _told(f"{mpc.key}", moments)


def _membership(one: Participant) -> Iterator[tuple[int | None, str]]:
    yield one.joined_at, f"in {one.mpc.key}, joined by {one.joined_by}"
    yield one.exited_at, f"out of {one.mpc.key}: {one.exit}"


def _told(head: str, moments: Iterable[tuple[int | None, str]]) -> list[str]:
    happened = sorted(((at, what) for at, what in moments if at is not None), key=lambda moment: moment[0])
    return [f"story of {head}:", *(f"  {format_duration(at):>8}  {what}" for at, what in happened)]


# -- comparing -------------------------------------------------------------------------------------------------------


def _pairs(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (value, found[key]) for key, value in wanted.items() if value is not None}


def _compare(head: str, pairs: Mapping[str, tuple[Any, Any]], story: Iterable[str]) -> None:
    wrong = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
    if wrong:
        raise AssertionError("\n".join([head, *_lines(wrong), *story]))


def _lines(wrong: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    width = max(map(len, wrong))
    for key, (want, have) in wrong.items():
        yield f"  {key + ':':{width + 1}} expected {_shown(key, want)}, found {_shown(key, have)}"


def _shown(key: str, value: Any) -> str:
    if value is None:
        return "nothing"
    return format_duration(value) if key == "at" and isinstance(value, int) else str(value)


def _callback(entry: Told) -> dict[str, Any]:
    return {"at": entry.at, "call": entry.call, "kind": entry.kind, "url": entry.url, "params": entry.params}


def _count_lines(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[str]:
    if len(wanted) != len(found):
        yield f"  expected {len(wanted)}, found {len(found)}"


def _callback_lines(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[str]:
    for number, (want, have) in enumerate(zip(wanted, found, strict=False), 1):
        wrong = {key: pair for key, pair in _callback_pairs(want, have).items() if pair[0] != pair[1]}
        if wrong:
            yield f"  callback {number}:"
            yield from (f"  {line}" for line in _lines(wrong))


def _callback_pairs(want: Mapping[str, Any], have: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    pairs = {key: (want[key], have[key]) for key in ("call", "kind") if key in want}
    if "at" in want:
        pairs["at"] = (_ms(want["at"]), have["at"])
    if "url" in want:
        pairs["url"] = (_whole(want["url"]), have["url"])
    for name, value in want.get("params", {}).items():
        pairs[f"params.{name}"] = (value, have["params"].get(name))
    return pairs


def _listed(found: list[dict[str, Any]]) -> Iterator[str]:
    yield "callbacks that were made:" if found else "no callback was made"
    for each in found[:_MOST_LISTED]:
        yield f"  {format_duration(each['at']):>8}  {each['kind']} of {each['call']} to {each['url']}"
    if len(found) > _MOST_LISTED:
        yield f"  and {len(found) - _MOST_LISTED} more"


def _whole(url: str) -> str:
    return APPLICATION + url if url.startswith("/") else url


def _ms(time: Time | None) -> int | None:
    if not isinstance(time, str):
        return time
    try:
        return parse_duration(time)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _check_word(what: str, word: str | None, known: Iterable[str] | type[StrEnum]) -> None:
    words = [str(each) for each in known]
    if word is not None and word not in words:
        near = get_close_matches(str(word), words, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"{word!r} is no {what}; there are {', '.join(words)}{hint}")
