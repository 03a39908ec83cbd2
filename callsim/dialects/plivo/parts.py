"""How Plivo's participants take part: muted, on hold, coaching; and several agents called at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.model import Added, By, Coaching, Command, Held, Muted, Participant, Verb
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Patch, Reply, Route, patch

from .rooms import MOST, ONGOING, YES_NO
from .rules import ADD, OVER, PHP, error

UPDATE = Evidence(
    "https://plivo.com/docs/voice/api/multiparty-calls.md", "2026-11-22", "mute, hold and coach_mode of one, several or all participants"
)
_SAYS: Mapping[str, tuple[Verb, Verb]] = {
    "mute": (Verb.MUTE, Verb.UNMUTE), "hold": (Verb.HOLD, Verb.UNHOLD), "coach_mode": (Verb.COACH, Verb.UNCOACH),
}
PARAMETERS: Mapping[Verb, tuple[str, bool]] = {
    verb: (name, verb is verbs[0]) for name, verbs in _SAYS.items() for verb in verbs
}
"""Which parameter of a request says a verb, and with which value."""


_D, _STATUS, _GONE = documented(UPDATE), assumed("plivo.participant.update_status", PHP), assumed("plivo.participant.not_in", OVER)
PART_ROUTES: tuple[AnyRow, ...] = (
    Route("plivo.update_participant", "POST", f"{ONGOING}/Participant/{{member}}", Verb.MUTE, _D, "Mute, hold or coach."),
)
PART_ANSWERS: tuple[AnyRow, ...] = (
    Answer("plivo.update_participant", Reply.DONE, 202, "{updated}", _STATUS, "It is so from now on."),
    Answer("plivo.update_participant", Reply.ALREADY, 202, "{updated}", _STATUS, "It was so before, and that is no error."),
    Answer("plivo.update_participant", Reply.REFUSED, 404, error("not found"), _GONE, "Who is not in cannot be changed."),
    Answer("plivo.update_participant", Reply.UNKNOWN, 404, error("not found"), _GONE, "No such participant."),
    Answer("plivo.update_participant", Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "Nothing it could do."),
)
PART_OVERLAY: tuple[Patch, ...] = (
    *(patch(f"participant.{verb}.active", basis=_D) for verb in PARAMETERS),
    *(patch(f"participant.then.{verb}", basis=_D) for verb in PARAMETERS),
    patch(f"participant.then.active.each-rival.lose_race.{Added.PARALLEL}", basis=documented(ADD)),
)
PART_ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.participant.update_status", "202", "With which status is a changed participant acknowledged?",
        "The SDK's tests say 202; the page prints none.",
        {"200": tuple(patch(f"answer.plivo.update_participant.{reply}", status=200) for reply in ("done", "already"))},
    ),
    Assumption(
        "plivo.participant.not_in", "404", "What does changing somebody come to who is not in the multiparty call?",
        "What cannot be found is a 404 everywhere else.",
        {"400": tuple(patch(f"answer.plivo.update_participant.{reply}", status=400) for reply in ("refused", "unknown"))},
    ),
)


def wrong_with(body: Any, member: str) -> str:
    """The complaint about a request to change participants; nothing if it can be done."""
    said = [name for name in _SAYS if isinstance(body, Mapping) and name in body]
    if not said:
        return "one of mute, hold and coach_mode parameters is missing"
    if member == "all" and "coach_mode" in said:
        return "coach_mode parameter cannot be set for all"
    return next((f"{name} parameter must be true or false" for name in said if str(body[name]).lower() not in YES_NO), "")


def changes(body: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Command, ...]:
    """What a request says to these participants, one command for each parameter."""
    return tuple(
        Command(verbs[not YES_NO[str(body[name]).lower()]], names, By.API) for name, verbs in _SAYS.items() if name in body
    )


def updated(body: Mapping[str, Any], room: str, api_id: str) -> dict[str, Any]:
    """What a request that changed participants is answered with."""
    words = {"mute": "mute/unmute", "hold": "hold/unhold", "coach_mode": "coach mode"}
    told = {name: f"MPC: {room} {words[name]} member(s) succeeded" for name in _SAYS if name in body}
    return {"api_id": api_id, **told}


def how_heard(one: Participant) -> dict[str, bool | None]:
    """A participant's flags; nothing once it is out."""
    if one.exit is not None:
        return {"mute": None, "hold": None, "coach_mode": None}
    return {"mute": one.muted is Muted.YES, "hold": one.held is Held.YES, "coach_mode": one.coaching is Coaching.YES}


def too_many(destinations: list[str], role: str) -> str:
    """The complaint about several destinations; nothing if they can be called at once."""
    if len(destinations) > 1 and role.lower() != "agent":
        return "to parameter may name several destinations for the role agent only"
    return f"to parameter may name at most {MOST} destinations" if len(destinations) > MOST else ""
