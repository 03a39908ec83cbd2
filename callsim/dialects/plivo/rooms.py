"""How Plivo's multiparty calls go on: starting them, what is wanted of them, what it assumes, and their words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callsim.errors import UsageError
from callsim.model import (
    CallState,
    Cause,
    EndsOnExit,
    Held,
    Joining,
    Manner,
    MpcOptions,
    MpcState,
    Muted,
    Status,
    StayAlone,
    Termination,
    Verb,
)
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Patch, Reply, Route, Spelling, patch
from callsim.switch.rooms import heard

from .rules import ADD, MPC, OVER, error

START = Evidence(
    "https://plivo.com/docs/voice/api/multiparty-calls.md", "2026-11-22", "starting one that is not initialized is a 404, else a 204"
)
ONGOING = "/v1/Account/{account}/MultiPartyCall/{mpc}"
ROLES = ("agent", "supervisor", "customer", "ai-agent")
MOST, LEAST = 10, 2
_MIN_SECONDS, _MAX_SECONDS = 300, 28_800
YES_NO = {"true": True, "false": False}


# -- rows ----------------------------------------------------------------------------------------------------------

_D = documented(START)
ROOM_ROUTES: tuple[AnyRow, ...] = (Route("plivo.start_mpc", "POST", ONGOING, Verb.START, _D, "Start a multiparty call."),)
ROOM_ANSWERS: tuple[AnyRow, ...] = (
    Answer("plivo.start_mpc", Reply.DONE, 204, None, _D, "It has started."),
    Answer("plivo.start_mpc", Reply.ALREADY, 404, error("not found"), _D, "Only one that has not started can be."),
    Answer("plivo.start_mpc", Reply.REFUSED, 404, error("not found"), _D, "One that has ended does not start."),
    Answer("plivo.start_mpc", Reply.UNKNOWN, 404, error("not found"), documented(OVER), "None such is live."),
    Answer("plivo.start_mpc", Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "Active is all it can become."),
)
ROOM_WORDS: tuple[AnyRow, ...] = (
    Spelling("termination", Termination.MAX_DURATION, None, (), {"text": "Max Duration Reached", "code": 2000},
             documented(MPC), "It lasted as long as it may."),
    Spelling("termination", Termination.ENDED_ON_EXIT, None, (), {"text": "No Active Participants", "code": 1000},
             assumed("plivo.mpc_end.on_exit_code", MPC), "Somebody left with whose exit it was to end."),
)  # fmt: skip

_RECOUNT = "mpc.recount.initialized.platform"
ROOM_OVERLAY: tuple[Patch, ...] = (
    patch("mpc.start.initialized.api", basis=_D),
    patch("mpc.start.active.api", basis=_D),
    patch("mpc.start.initialized.platform.starter-alone", basis=assumed("plivo.mpc.single", ADD)),
    patch("mpc.let_in.initialized", basis=documented(ADD)),
    patch("mpc.let_in.active", basis=documented(ADD)),
    patch("call.stay_out.in-progress.platform", basis=assumed("plivo.mpc.full", ADD)),
    patch("mpc.max_duration_reached.active.platform", basis=documented(MPC)),
    patch("mpc.then.active.set-duration-timer", basis=documented(ADD)),
    patch("mpc.then.ended.forget-duration-timer", basis=documented(MPC)),
    *(patch(f"mpc.lose_ender.{state}.platform.no-other-enders", basis=documented(ADD)) for state in ("initialized", "active")),
    *(patch(f"mpc.lose_ender.{state}.platform.other-enders", basis=assumed("plivo.mpc_end.on_exit_who", ADD))
      for state in ("initialized", "active")),
    patch("participant.then.exited.its-mpc.lose_ender", basis=documented(ADD)),
    *(patch(f"{_RECOUNT}.{facts}.none-joining", basis=documented(MPC)) for facts in ("nobody", "one.no-stay-alone")),
    *(patch(f"{_RECOUNT}.{facts}.some-joining", basis=assumed("plivo.mpc_end.joining", MPC))
      for facts in ("nobody", "one.no-stay-alone")),
    patch("limit.mpc_duration", value=14_400_000, basis=documented(ADD)),
    patch("limit.max_participants", value=MOST, basis=documented(ADD)),
    patch("limit.mpc_options", basis=assumed("plivo.mpc.options", ADD)),
)  # fmt: skip


# -- what is assumed -------------------------------------------------------------------------------------------------


def _switch(id: str, default: str, question: str, reason: str, choices: Mapping[str, tuple[Patch, ...]]) -> Assumption:
    return Assumption(f"plivo.{id}", default, question, reason, choices)


ROOM_ASSUMPTIONS: tuple[Assumption, ...] = (
    _switch("mpc_end.on_exit_code", "1000", "Which termination has one that ends as a certain member leaves?",
            "Four codes are published, and none is for this; nobody asked for the end, and all who were in it are out.",
            {"3000": (patch("spelling.termination.ended-on-exit", words={"text": "Hangup API Triggered", "code": 3000}),)}),
    _switch("mpc_end.on_exit_who", "any", "Of several with whose exit it is to end, which one ends it?",
            "The page says it of a participant, not of the last one of them.",
            {"last": tuple(patch(f"mpc.lose_ender.{state}.platform.other-enders", status=Status.ALREADY, to=state, cause=None,
                                 why="Others are in with whose exit it ends.") for state in (MpcState.INITIALIZED, MpcState.ACTIVE))}),
    _switch("mpc.single", "waits", "What becomes of one that is not to be made for a single participant, and has one?",
            "The parameter speaks of making it; the participant is taken to wait for another.",
            {"ends": (patch("mpc.start.initialized.platform.starter-alone", status=Status.DONE, to=MpcState.ENDED,
                            cause=Termination.STAY_ALONE, why="It is not made for one alone."),)}),
    _switch("mpc.full", "goes-on", "What becomes of a call whose document lets it into one that is full?",
            "It is let in nowhere, and elements run one after the other.",
            {"ends": (patch("call.stay_out.in-progress.platform", to=CallState.COMPLETED, cause=Cause.END_OF_INSTRUCTIONS,
                            why="There is no room for it, and its document ends there."),)}),
    _switch("mpc.options", "opener", "Whose wishes count where several name different ones for one multiparty call?",
            "It is made as the first one wants it; nothing says that those who come later change it.",
            {"latest": (patch("limit.mpc_options", value="latest"),)}),
)  # fmt: skip


# -- what requests want ----------------------------------------------------------------------------------------------


def starting(body: Any) -> str:
    """The complaint about a request to start one; nothing if it asks for that. An SDK sends the word in a list."""
    status = body.get("status") if isinstance(body, Mapping) else None
    word = status[0] if isinstance(status, (list, tuple)) and len(status) == 1 else status
    return "" if word == "active" else "status parameter must be active"


def problem_with(body: Mapping[str, Any]) -> str:
    """The complaint about the first of the parameters of an added participant that cannot be taken; nothing if all can."""
    role = str(body.get("role", "")).lower()
    if role and role not in ROLES:
        return f"role parameter must be one of {', '.join(ROLES)}"
    for name, least, most in (("max_duration", _MIN_SECONDS, _MAX_SECONDS), ("max_participants", LEAST, MOST)):
        if name in body and not _between(body[name], least, most):
            return f"{name} parameter must be from {least} to {most}"
    flags = ("mute", "hold", "coach_mode", "start_mpc_on_enter", "end_mpc_on_exit", "create_mpc_with_single_participant", "record")
    return next((f"{name} parameter must be true or false" for name in flags if name in body and _flag(body, name, None) is None), "")


def _between(value: Any, least: int, most: int) -> bool:
    return bool(re.fullmatch("[0-9]{1,6}", str(value))) and least <= int(value) <= most


def _flag(body: Mapping[str, Any], name: str, otherwise: bool | None) -> bool | None:
    """A boolean as JSON writes it, or as text, as one of the SDKs sends it."""
    return YES_NO.get(str(body.get(name, otherwise)).lower())


def manner(body: Mapping[str, Any]) -> Manner:
    """How an added participant takes part."""
    ends = EndsOnExit.YES if _flag(body, "end_mpc_on_exit", False) else EndsOnExit.NO
    return Manner(
        _flag(body, "start_mpc_on_enter", True) is not False, ends, str(body.get("on_exit_action_method", "POST")),
        *heard(_flag(body, "mute", False) is True, _flag(body, "hold", False) is True), _flag(body, "coach_mode", True) is True,
    )  # fmt: skip


def options(body: Mapping[str, Any]) -> MpcOptions:
    """What an added participant wants of its multiparty call."""
    longest, most = body.get("max_duration"), body.get("max_participants")
    return MpcOptions(
        None, _flag(body, "create_mpc_with_single_participant", None),
        None if longest is None else int(longest) * 1000, None if most is None else int(most),
    )  # fmt: skip


def alone(body: Mapping[str, Any]) -> StayAlone:
    return StayAlone.YES if _flag(body, "stay_alone", False) else StayAlone.NO


def wanting(joining: Joining) -> dict[str, Any]:
    """What a request holds that wants this of a participant and its multiparty call. Raises UsageError for what it cannot
    say."""
    manner, wanted = joining.manner, joining.options
    longest = wanted.max_duration
    if longest is not None and not (longest % 1000 == 0 and _between(longest // 1000, _MIN_SECONDS, _MAX_SECONDS)):
        raise UsageError(f"Plivo's requests take max_duration in whole seconds from {_MIN_SECONDS} to {_MAX_SECONDS}")
    said = {
        "start_mpc_on_enter": None if manner.starts else False,
        "end_mpc_on_exit": True if manner.ends_on_exit is EndsOnExit.YES else None,
        "on_exit_action_method": None if manner.exit_method == "POST" else manner.exit_method,
        "mute": True if manner.muted is Muted.YES else None,
        "hold": True if manner.held is Held.YES else None,
        "coach_mode": None if manner.coaches else False,
        "create_mpc_with_single_participant": wanted.single,
        "max_duration": None if longest is None else longest // 1000,
        "max_participants": wanted.max_participants,
    }
    return {name: value for name, value in said.items() if value is not None}
