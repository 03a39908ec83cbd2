"""Plivo's conferences: their requests, what is told of their members, and what is assumed about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callsim.dialects.dialect import Made
from callsim.model import Action, Call, MpcEvent, MultipartyCall, Participant, ParticipantState, Verb
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Patch, Reply, Route, Spelling, patch
from callsim.switch import Switch

from .rules import OVER

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

SEEN = "2026-11-22"
ELEMENT = Evidence(
    "https://plivo.com/docs/voice/xml/conferencing", SEEN,
    "20 members at most, who starts and who ends one, how long it lasts, the URL that is called as a member leaves"
)
CALLBACK = Evidence(
    "https://www.plivo.com/docs/voice/detailed-reference/xml/conference/using-callback-url/", SEEN,
    "a request as a member enters and as it leaves"
)
KICK = Evidence(
    "https://www.plivo.com/docs/voice/api/conference/member/kick-a-member-from-conference/", SEEN,
    "whoever is kicked goes on with the next element; 202 and the member's id"
)
HANG_UP = Evidence("http://plivo.com/docs/api/conference/", SEEN, "hanging up a conference, or a member of one: 204")
_ROOT = "/v1/Account/{account}/Conference/{conference}"
_D, _NONE = documented(HANG_UP), assumed("plivo.conference.none", OVER)
_NOT_FOUND = {"api_id": "{api_id}", "error": "not found"}
ROWS: tuple[AnyRow, ...] = (
    Route("plivo.hang_up_conference", "DELETE", _ROOT, Verb.HANG_UP, assumed("plivo.conference.hang_up", HANG_UP), "Hang up a conference."),
    Route("plivo.hang_up_member", "DELETE", f"{_ROOT}/Member/{{member}}", Verb.HANG_UP, _D, "Hang up members of a conference."),
    Route("plivo.kick_member", "POST", f"{_ROOT}/Member/{{member}}/Kick", Verb.KICK, documented(KICK), "Remove members from a conference."),
    Answer("plivo.hang_up_conference", Reply.DONE, 204, None, _D, "Whoever was in it is hung up."),
    Answer("plivo.hang_up_conference", Reply.UNKNOWN, 404, _NOT_FOUND, _NONE, "No such conference is live."),
    Answer("plivo.hang_up_member", Reply.DONE, 204, None, _D, "It is hung up."),
    Answer("plivo.hang_up_member", Reply.UNKNOWN, 404, _NOT_FOUND, _NONE, "Nobody like that is in it."),
    Answer("plivo.kick_member", Reply.DONE, 202, {"api_id": "{api_id}", "message": "kicked", "member_id": "{member}"}, documented(KICK),
           "It is out, and its call goes on."),
    Answer("plivo.kick_member", Reply.UNKNOWN, 404, _NOT_FOUND, _NONE, "Nobody like that is in it."),
    Spelling("mpc-event", "conference.active", None, (), {"text": "enter"}, documented(CALLBACK), "What is told of who comes in."),
    Spelling("mpc-event", "conference.exited", None, (), {"text": "exit"}, documented(CALLBACK), "What is told of who leaves."),
    Spelling("callback", "conference", None, (), {"text": "ConferenceExit"}, assumed("plivo.conference.action", ELEMENT),
             "The event of what the URL of an element is told as its call leaves."),
)  # fmt: skip
_STAY = "participant.then.exited.its-stay.finish.was-active"
OVERLAY: tuple[Patch, ...] = (
    patch("instruction.conference", basis=documented(ELEMENT)),
    patch("limit.conference_members", value=20, basis=documented(ELEMENT)),
    patch(f"{_STAY}.mpc-ended.conference", basis=documented(ELEMENT)),
    patch(f"{_STAY}.kicked.conference", basis=documented(KICK)),
    patch("participant.then.active.tell-conference", basis=documented(CALLBACK)),
    patch("participant.then.exited.tell-conference", basis=documented(CALLBACK)),
)
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.conference.hang_up", "calls-end", "What becomes of the members of a conference that is hung up?",
        "Hanging up a member ends its call, and removing one has a request of its own after which the call goes on.",
        {"calls-go-on": (patch("route.plivo.hang_up_conference", verb=Verb.KICK, why="Its members leave it, and their calls go on."),)},
    ),
    Assumption(
        "plivo.conference.none", "404", "What does a request come to about a conference or a member that there is not?",
        "What cannot be found is a 404 everywhere else.",
        {"204": tuple(patch(f"answer.plivo.{route}.unknown", status=204, body=None) for route in ("hang_up_conference", "hang_up_member"))},
    ),
    Assumption(
        "plivo.conference.action", "our-fields", "What is the URL of an element told beside which conference was left?",
        "No page lists its parameters; those of the other URL are sent, and the event is ours.",
    ),
)  # fmt: skip


def members(mpc: MultipartyCall | None, word: str, dialect: Plivo) -> tuple[str, ...]:
    """The calls of those in a conference whom a path names: one, some with commas between them, or all."""
    inside = [] if mpc is None else [one for one in mpc.participants if one.state is ParticipantState.ACTIVE]
    return tuple(one.name for one in inside if word == "all" or dialect.member_id(one) in word.split(","))


def kicking(root: str, one: Participant, member: str) -> Made:
    """The request that removes somebody from a conference."""
    return Made("POST", f"{root}/Conference/{one.mpc.name}/Member/{member}/Kick/")


def told(dialect: Plivo, event: MpcEvent, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters of what is told of a member, and the rules they stand on."""
    mpc, action = switch.mpcs[event.mpc], dialect.spelling("mpc-event", event.what)
    one = mpc.participants[(event.participant or 0) - 1]
    return {"ConferenceAction": action.words["text"], **_about(dialect, one)}, (action.id,)


def left(dialect: Plivo, call: Call, latest: Action | None) -> dict[str, Any]:
    """What the URL of an element is told of the conference that its call has left; nothing if that is not the latest element."""
    one = call.participant
    return _about(dialect, one) if one is not None and latest is not None and latest.kind == "conference" else {}


def _about(dialect: Plivo, one: Participant) -> dict[str, Any]:
    return {
        "ConferenceName": one.mpc.name, "ConferenceUUID": dialect.mpc_id(one.mpc), "ConferenceMemberID": dialect.member_id(one),
        "CallUUID": dialect.call_id(one.call),
    }  # fmt: skip
