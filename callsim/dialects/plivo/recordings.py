"""Plivo's recordings of multiparty calls: their requests, what is told of them, and what is assumed about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from callsim.dialects.dialect import Made
from callsim.model import MpcEvent, MpcOptions, MpcState, MultipartyCall, Recording, Status, Subscription, Tape, Verb
from callsim.provenance import Evidence, assumed, documented
from callsim.rules import Answer, AnyRow, Assumption, Limit, Patch, Reply, Route, Spelling, patch
from callsim.switch import Switch

from .rooms import ONGOING, YES_NO
from .rules import ADD, MPC, OVER, PHP, error
from .times import console_time, seconds

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo

START = Evidence(
    "https://www.plivo.com/docs/voice/api/multiparty-call/recording/start-recording/", "2026-11-22",
    "who is told of a recording, by which events and with which parameters"
)
_PATHS = {
    Verb.RECORD: ("POST", "/Record"), Verb.END_RECORDING: ("DELETE", "/Record"), Verb.PAUSE_RECORDING: ("POST", "/Record/Pause"),
    Verb.RESUME_RECORDING: ("POST", "/Record/Resume"),
}  # fmt: skip
VERBS = tuple(_PATHS)
_ROUTES = {
    Verb.RECORD: "plivo.record_mpc", Verb.END_RECORDING: "plivo.stop_mpc_recording",
    Verb.PAUSE_RECORDING: "plivo.pause_mpc_recording", Verb.RESUME_RECORDING: "plivo.resume_mpc_recording",
}  # fmt: skip
_D, _AGAIN, _NOTHING = documented(START, PHP), assumed("plivo.mpc_record.again", START), assumed("plivo.mpc_record.nothing", OVER)
_STARTED = {
    "api_id": "{api_id}", "message": "MPC: {room} record started", "recording_id": "{recording_id}",
    "recording_url": "https://media.plivo.com/v1/Account/{account}/Recording/{recording_id}.mp3",
}  # fmt: skip


def _answers(verb: Verb) -> tuple[AnyRow, ...]:
    route = _ROUTES[verb]
    status, body = (202, _STARTED) if verb is Verb.RECORD else (204, None)
    return (
        Answer(route, Reply.DONE, status, body, _D, "It is so from now on."),
        Answer(route, Reply.REFUSED, 404, error("not found"), _NOTHING, "There is nothing to record, or no recording."),
        Answer(route, Reply.UNKNOWN, 404, error("not found"), documented(OVER), "No such multiparty call."),
        *((Answer(route, Reply.BAD_REQUEST, 400, error("{problem}"), documented(OVER), "Nobody could be told there."),)
          if verb is Verb.RECORD else ()),
        *(() if verb is Verb.END_RECORDING else
          (Answer(route, Reply.ALREADY, status, body, _AGAIN, "It was so before, and that is no error."),)),
    )  # fmt: skip


_EVENTS = {
    Verb.RECORD: "MPCRecordingInitiated", Verb.PAUSE_RECORDING: "MPCRecordingPaused", Verb.RESUME_RECORDING: "MPCRecordingResumed",
    Verb.END_RECORDING: "MPCRecordingCompleted", MpcState.ENDED: "MPCRecordingCompleted",
}  # fmt: skip
_HOW = {Recording.OFF: "not-recording", Recording.ON: "recording", Recording.PAUSED: "paused"}
ROWS: tuple[AnyRow, ...] = (
    *(Route(_ROUTES[verb], method, f"{ONGOING}{path}", verb, _D, "Record a multiparty call, or go on or stop doing so.")
      for verb, (method, path) in _PATHS.items()),
    *(answer for verb in _PATHS for answer in _answers(verb)),
    *(Spelling("mpc-event", f"recording.{on}", None, (), {"text": name}, documented(START), "What it is called where it is told.")
      for on, name in _EVENTS.items()),
    *(Spelling("mpc-recording", how, None, (), {"text": text}, documented(MPC), "What a multiparty call says of its recording.")
      for how, text in _HOW.items()),
    Limit("recorded_time", "heard", assumed("plivo.mpc_record.pauses", START), "Whether pauses count for how long a recording is."),
)  # fmt: skip

_BEGUN = "mpc.record.initialized.api"
OVERLAY: tuple[Patch, ...] = (
    *(patch(f"mpc.{verb}.active.api.{now}", basis=documented(START)) for verb, states in (
        (Verb.RECORD, (Recording.OFF,)), (Verb.PAUSE_RECORDING, (Recording.ON,)), (Verb.RESUME_RECORDING, (Recording.PAUSED,)),
        (Verb.END_RECORDING, (Recording.ON, Recording.PAUSED))) for now in states),
    patch("mpc.record.active.platform.recording-off", basis=documented(ADD)),
    patch("mpc.then.active.record", basis=documented(ADD)),
    *(patch(f"mpc.then.{verb}.tell-taping", basis=documented(START)) for verb in _PATHS),
    patch(_BEGUN, basis=assumed("plivo.mpc_record.initialized", START)),
    *(patch(f"mpc.then.ended.{what}", basis=assumed("plivo.mpc_record.ended", START)) for what in ("end-taping", "tell-taping")),
)  # fmt: skip
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.mpc_record.again", "as-done", "What does a request come to that a recording be begun, paused or resumed which is so already?",
        "It is as was wanted.",
        {"400": tuple(patch(f"answer.{_ROUTES[verb]}.already", status=400, body=error("recording is so already"))
                      for verb in (Verb.RECORD, Verb.PAUSE_RECORDING, Verb.RESUME_RECORDING))},
    ),
    Assumption(
        "plivo.mpc_record.nothing", "404", "What does a request come to about a recording that there is not, or cannot be?",
        "What cannot be found is a 404 everywhere else.",
        {"400": tuple(patch(f"answer.{route}.refused", status=400) for route in _ROUTES.values())},
    ),
    Assumption(
        "plivo.mpc_record.initialized", "404", "Can a multiparty call be recorded that has not started?",
        "Who is in it hears music and waits.",
        {"records": (patch(_BEGUN, status=Status.DONE, why="It is recorded while it waits, too."),)},
    ),
    Assumption(
        "plivo.mpc_record.ended", "completed", "What becomes of a recording whose multiparty call ends?",
        "Nothing is left to record, and the application has no other way to hear that it is there.",
    ),
    Assumption(
        "plivo.mpc_record.pauses", "heard", "Do pauses count for the length of a recording?",
        "What was not recorded is not in the file.",
        {"elapsed": (patch("limit.recorded_time", value="elapsed"),)},
    ),
)  # fmt: skip


# -- requests --------------------------------------------------------------------------------------------------------


def told_to(body: Mapping[str, Any]) -> Subscription | None:
    """Who is to be told of a recording, as a request wants it."""
    url = body.get("recording_callback_url")
    return Subscription(str(url), str(body.get("recording_callback_method") or "POST").upper()) if url else None


def wanted(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a request to add somebody wants recorded."""
    return {"record": YES_NO.get(str(body.get("record")).lower(), False), "recorded_to": told_to(body)}


def recording(options: MpcOptions) -> dict[str, Any]:
    """What a request to add somebody holds that wants this recorded."""
    return ({"record": True} if options.record else {}) | _telling(options.recorded_to)


def _telling(told: Subscription | None) -> dict[str, Any]:
    return {} if told is None else {"recording_callback_url": told.url, "recording_callback_method": told.method}


def made(verb: Verb, path: str, told: Subscription | None) -> Made:
    """The request that says this of the multiparty call at a path."""
    method, below = _PATHS[verb]
    return Made(method, f"{path.rstrip('/')}{below}/", _telling(told) or None)


# -- words -----------------------------------------------------------------------------------------------------------


def how_recorded(dialect: Plivo, mpc: MultipartyCall) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a multiparty call says of its recording: nothing once it has ended."""
    if mpc.state is MpcState.ENDED:
        return {"recording": None}, ()
    row = dialect.spelling("mpc-recording", mpc.recording)
    return {"recording": row.words["text"]}, (row.id,)


def told(dialect: Plivo, event: MpcEvent, switch: Switch) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parameters of what is told of a recording, and the rules they stand on."""
    mpc = switch.mpcs[event.mpc]
    named, id = dialect.spelling("mpc-event", event.what), dialect.recording_id(mpc)
    tape = mpc.tape or Tape(0)
    words: dict[str, Any] = {
        "EventName": named.words["text"], "EventTimestamp": console_time(switch.now), "SequenceNumber": event.number,
        "MPCUUID": dialect.mpc_id(mpc), "MPCName": mpc.name, "RecordingUUID": id, "RecordingFormat": "mp3",
        "RecordingURL": f"https://media.plivo.com/v1/Account/{dialect.account_id(mpc.account)}/Recording/{id}.mp3",
        "RecordingStartTime": console_time(tape.began_at),
    }  # fmt: skip
    if tape.ended_at is None:
        return words, (named.id,)
    counted, spelled = dialect.rulebook.limits["recorded_time"], dialect.spelling("duration", "told")
    lasted = tape.length if counted.value == "heard" else tape.ended_at - tape.began_at
    words |= {"RecordingDuration": seconds(lasted, spelled), "RecordingEndTime": console_time(tape.ended_at)}
    return words, (named.id, counted.id, spelled.id)
