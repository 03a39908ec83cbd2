"""What a switch does about recordings of multiparty calls: what is on them, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim.model import (
    Command,
    MpcEvent,
    MpcOptions,
    MultipartyCall,
    Recording,
    RecordingTold,
    Status,
    Subscription,
    Tape,
    ToBeRecorded,
    Todo,
    TodoKind,
)
from callsim.rules import Effect, Row

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch

_BLANK = Tape(0)


def wanted_of(options: MpcOptions) -> dict[str, Any]:
    """Whether somebody wants a multiparty call recorded and who is told, as facts of it."""
    return {"to_be_recorded": ToBeRecorded.YES if options.record else ToBeRecorded.NO, **_told_of(options.recorded_to)}


def _told_of(told: Subscription | None) -> dict[str, Any]:
    return {"recorded_to": told, "recording_told": RecordingTold.NO if told is None else RecordingTold.YES}


def record(switch: Switch, mpc: MultipartyCall, command: Command) -> Row:
    """Let somebody ask that a multiparty call is recorded. If it comes to that, whoever they name is told."""
    before = mpc.recorded_to
    if command.detail is not None:
        _tell_to(mpc, command.detail)
    row = switch._do(mpc, command.verb, command.by, -1, None, None)
    if row.status is not Status.DONE:
        _tell_to(mpc, before)
    return row


def _tell_to(mpc: MultipartyCall, told: Subscription | None) -> None:
    for name, value in _told_of(told).items():
        setattr(mpc, name, value)


def _start(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    number = (mpc.tape or _BLANK).number + 1
    mpc.recording, mpc.tape = Recording.ON, Tape(number, switch.now, switch.now)


def _pause(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    mpc.recording, mpc.tape = Recording.PAUSED, _kept(mpc, switch.now)


def _resume(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    mpc.recording, mpc.tape = Recording.ON, (mpc.tape or _BLANK)._replace(since=switch.now)


def _end(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    mpc.recording, mpc.tape = Recording.OFF, _kept(mpc, switch.now)._replace(ended_at=switch.now)


def _kept(mpc: MultipartyCall, now: int) -> Tape:
    """The recording with all that is on it so far, and nothing added from now on."""
    tape = mpc.tape or _BLANK
    more = 0 if tape.since is None else now - tape.since
    return tape._replace(length=tape.length + more, since=None)


def _tell(switch: Switch, mpc: MultipartyCall, due: Due) -> None:
    """Tell the application what has just become of a recording."""
    told, tape = mpc.recorded_to or Subscription(""), mpc.tape or _BLANK
    mpc.tape = tape = tape._replace(told=tape.told + 1)
    # What is told is told by some call: by whoever came last.
    name, event = mpc.participants[-1].call.name, MpcEvent(mpc.key, f"recording.{due.row.on}", tape.told)
    switch._todos.append(
        Todo(TodoKind.CALLBACK, name, switch.now, due.row.id, told.url, told.method, callback="mpc", because=due.because, about=event)
    )


RECORDING_EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.START_TAPING: _start,
    Effect.PAUSE_TAPING: _pause,
    Effect.RESUME_TAPING: _resume,
    Effect.END_TAPING: _end,
    Effect.TELL_TAPING: _tell,
}
