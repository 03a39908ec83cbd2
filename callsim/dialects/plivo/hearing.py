"""Plivo's requests about what is heard and recorded while a call goes on: audio, speech, tones and recordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from callsim.dialects import ids
from callsim.dialects.dialect import Plan
from callsim.dialects.http import Request
from callsim.model import By, Call, Command, MultipartyCall, Verb
from callsim.provenance import Basis, Evidence, assumed, documented, observed
from callsim.rules import Answer, AnyRow, Assumption, Patch, Reply, Route, patch
from callsim.switch import Switch

from .rooms import ONGOING
from .rules import CALL, OVER, PHP, error
from .transferring import other_leg

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

SEEN = "2026-11-22"
REC = Evidence(
    "https://docs.plivo.com/docs/voice/api/call/record-calls/start-recording-a-call", SEEN, "recorded from a request on; 202 and an id"
)
MEMBERS = Evidence(
    "https://plivo.com/docs/voice/api/multiparty-calls.md", SEEN, "audio that is played to participants; stopping it is a 204"
)
GO = Evidence(
    "https://github.com/plivo/plivo-go fixtures/mPCStartSpeakResponse.json", SEEN, "speech is queued into a multiparty call as audio is"
)
_CALL = "/v1/Account/{account}/Call/{call}"
_LEGS = ("aleg", "bleg", "both")
_PAUSING = (Verb.PAUSE_CALL_RECORDING, Verb.RESUME_CALL_RECORDING)
_GONE, _D, _TAPED = assumed("plivo.heard.not_live", CALL), documented(CALL), documented(REC)


class Kind(NamedTuple):
    """One kind of request: its route, method and path, what it says, the status and body of a good answer, what they stand
    on, and which parameters it needs, one of each group."""

    name: str
    method: str
    path: str
    verb: Verb
    status: int
    body: Any
    basis: Basis
    needs: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        return f"plivo.{self.name}"


def _says(text: str) -> dict[str, Any]:
    return {"message": text, "api_id": "{api_id}"}


def _queued(what: str) -> dict[str, Any]:
    return {"api_id": "{api_id}", "message": f"{what} queued into MPC", "mpcMemberId": "{members}", "mpcName": "{room}"}


_STARTED = {
    "url": "https://media.plivo.com/v1/Account/{account}/Recording/{recording_id}.mp3", "message": "call recording started",
    "recording_id": "{recording_id}", "api_id": "{api_id}",
}  # fmt: skip
_TAKEN = {
    "api_id": "{api_id}", "message": "MPC: {room} record started", "recording_id": "{recording_id}",
    "recording_url": "https://media.plivo.com/v1/Account/{account}/Recording/{recording_id}.mp3",
}  # fmt: skip
_HEAR, _MEMBER, _ONE = Verb.HEAR, f"{ONGOING}/Member/{{member}}", f"{ONGOING}/Participant/{{member}}"
_TRACKS = documented(MEMBERS, PHP)
KINDS: dict[str, Kind] = {
    kind.route: kind
    for kind in (
        Kind("record_call", "POST", f"{_CALL}/Record", Verb.RECORD_CALL, 202, _STARTED, _TAPED),
        Kind("stop_call_recording", "DELETE", f"{_CALL}/Record", Verb.STOP_RECORDING, 204, None, _TAPED),
        Kind("record_participant", "POST", f"{_ONE}/Record", Verb.RECORD_CALL, 202, _TAKEN, _TRACKS),
        Kind("stop_participant_recording", "DELETE", f"{_ONE}/Record", Verb.STOP_RECORDING, 204, None, _TRACKS),
        Kind("pause_participant_recording", "POST", f"{_ONE}/Record/Pause", Verb.PAUSE_CALL_RECORDING, 204, None, _TRACKS),
        Kind("resume_participant_recording", "POST", f"{_ONE}/Record/Resume", Verb.RESUME_CALL_RECORDING, 204, None, _TRACKS),
        Kind("play", "POST", f"{_CALL}/Play", _HEAR, 202, _says("play started"), _D, ("urls",)),
        Kind("stop_playing", "DELETE", f"{_CALL}/Play", _HEAR, 204, None, _D),
        Kind("speak", "POST", f"{_CALL}/Speak", _HEAR, 202, _says("speak started"), _D, ("text",)),
        Kind("stop_speaking", "DELETE", f"{_CALL}/Speak", _HEAR, 204, None, _D),
        Kind("send_digits", "POST", f"{_CALL}/DTMF", _HEAR, 202, _says("digits sent"), _D, ("digits",)),
        Kind("play_to_member", "POST", f"{_MEMBER}/Play", _HEAR, 202, _queued("play"), documented(MEMBERS, PHP), ("urls", "url")),
        Kind("stop_playing_to_member", "DELETE", f"{_MEMBER}/Play", _HEAR, 204, None, documented(MEMBERS)),
        Kind("speak_to_member", "POST", f"{_MEMBER}/Speak", _HEAR, 202, _queued("speak"), observed(GO), ("text",)),
        Kind("stop_speaking_to_member", "DELETE", f"{_MEMBER}/Speak", _HEAR, 204, None, observed(GO)),
    )
}


def _answers(kind: Kind) -> tuple[Answer, ...]:
    nobody = error("not found" if "{mpc}" in kind.path else "call not found")
    found = [
        Answer(kind.route, Reply.DONE, kind.status, kind.body, kind.basis, "It is so from now on."),
        Answer(kind.route, Reply.REFUSED, 404, nobody, _GONE, "Only a call that goes on hears anything."),
        Answer(kind.route, Reply.UNKNOWN, 404, nobody, documented(OVER), "Nobody like that is there."),
    ]
    if kind.verb is Verb.RECORD_CALL:
        again = assumed("plivo.record_call.again", REC)
        found.append(Answer(kind.route, Reply.ALREADY, kind.status, kind.body, again, "It was so before, and that is no error."))
    if kind.verb is Verb.STOP_RECORDING:
        found.append(Answer(kind.route, Reply.ALREADY, 204, None, assumed("plivo.record_call.nothing", REC), "Nothing of it is recorded."))
    if kind.verb in _PAUSING:
        again, refused = assumed("plivo.record_call.again", REC), assumed("plivo.record_call.no_pause", REC)
        found[1] = replace(found[1], basis=refused, why="Only what is recorded can be paused and gone on with.")
        found.append(Answer(kind.route, Reply.ALREADY, kind.status, kind.body, again, "It was so before, and that is no error."))
    if kind.needs:
        found.append(Answer(kind.route, Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "It does not say what is to be heard."))
    return tuple(found)


ROWS: tuple[AnyRow, ...] = (
    *(Route(kind.route, kind.method, kind.path, kind.verb, kind.basis, "Let something be heard on a call, or record it, or stop that.")
      for kind in KINDS.values()),
    *(answer for kind in KINDS.values() for answer in _answers(kind)),
)  # fmt: skip
OVERLAY: tuple[Patch, ...] = (
    patch("call.hear.in-progress.api", basis=_D),
    patch("call.record_call.in-progress.api.not-recorded", basis=_TAPED),
    patch("call.stop_recording.in-progress.api.recorded", basis=_TAPED),
    patch("call.stop_recording.in-progress.api.recorded-paused", basis=_TRACKS),
    patch("call.pause_call_recording.in-progress.api.recorded", basis=_TRACKS),
    patch("call.resume_call_recording.in-progress.api.recorded-paused", basis=_TRACKS),
)
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.heard.not_live", "404", "What does it come to that something is to be heard on a call, or recorded, that does not go on?",
        "What is not live is not found where live calls are asked for.",
        {"400": tuple(patch(f"answer.{kind.route}.refused", status=400) for kind in KINDS.values() if kind.verb not in _PAUSING)},
    ),
    Assumption(
        "plivo.record_call.again", "as-done", "What does a request come to that a recording be begun, paused or resumed which is so already?",
        "It is as was wanted.",
        {"400": tuple(patch(f"answer.plivo.{name}.already", status=400, body=error("recording is so already"))
                 for name in ("record_call", "record_participant", "pause_participant_recording", "resume_participant_recording"))},
    ),
    Assumption(
        "plivo.record_call.nothing", "204", "What does stopping the recording of a call come to that is not recorded?",
        "It is as was wanted.",
        {"404": tuple(patch(f"answer.plivo.{name}.already", status=404, body=error("not found"))
                      for name in ("stop_call_recording", "stop_participant_recording"))},
    ),
    Assumption(
        "plivo.record_call.no_pause", "404", "What does pausing or resuming the recording of a participant come to who is not recorded?",
        "What is not there is not found; the same holds for who is not in it.",
        {"400": tuple(patch(f"answer.plivo.{name}_participant_recording.refused", status=400) for name in ("pause", "resume"))},
    ),
)  # fmt: skip


def plan(dialect: Plivo, route: Route, account: str, words: Mapping[str, str], request: Request, switch: Switch) -> Plan:
    """What a request of these means."""
    kind = KINDS[route.name]
    body = request.body if isinstance(request.body, Mapping) else {}
    problem = _wrong_with(kind, body)
    if problem:
        return Plan(route.name, None, Reply.BAD_REQUEST, {**words, "problem": problem}, rules=(route.id,))
    if "mpc" in words:
        mpc = dialect.room_of(words["mpc"], account, switch)
        names = dialect.members(mpc, words["member"])
        told = {**words, "room": "" if mpc is None else mpc.name, "members": _ids(dialect, mpc, names)}
        return _said(kind, route, names, told)
    call = dialect.known(words["call"], account, switch)
    found = _said(kind, route, () if call is None else _legs(call, str(body.get("legs") or "aleg"), switch), words)
    return replace(found, rules=(route.id, "limit.request_uuid"))


def _said(kind: Kind, route: Route, names: tuple[str, ...], words: Mapping[str, Any]) -> Plan:
    command = Command(kind.verb, names, By.API) if names else None
    return Plan(route.name, command, None if names else Reply.UNKNOWN, words, rules=(route.id,))


def _wrong_with(kind: Kind, body: Mapping[str, Any]) -> str:
    if kind.needs and not any(body.get(name) for name in kind.needs):
        return f"{kind.needs[0]} parameter is missing"
    return "legs parameter is not valid" if kind.needs and str(body.get("legs") or "aleg") not in _LEGS else ""


def _legs(call: Call, legs: str, switch: Switch) -> tuple[str, ...]:
    """The calls that are to hear something: the call itself, the one it talks with, or both."""
    other = other_leg(call, switch)
    both = (call.name, *((other.name,) if other is not None else ()))
    return {"aleg": both[:1], "bleg": both[1:], "both": both}[legs]


def _ids(dialect: Plivo, mpc: MultipartyCall | None, names: tuple[str, ...]) -> list[str]:
    """The numbers of those who are to hear something."""
    inside = [] if mpc is None else mpc.participants
    return [dialect.member_id(one) for one in inside if one.call.participant is one and one.call.name in names]


def recording_id(dialect: Plivo, call: Call) -> str:
    """The id of the latest recording of a call; of a call that never was recorded, one that nothing has."""
    latest = max((each.number for each in call.actions if each.kind == "recording"), default=0)
    return ids.uuid(dialect.setting.seed, "call-recording", 10_000 * call.number + latest)
