"""Broken rulebooks and switches that the state machine catches: what only time shows, or a copy, or a promise not kept."""

from __future__ import annotations

from typing import Any, Self

from callsim.model import (
    By,
    Call,
    CallState,
    Command,
    MpcState,
    MultipartyCall,
    Participant,
    ParticipantState,
    Plain,
    Purpose,
    Status,
    Verb,
)
from callsim.rules import Row

from .animal import Played, Tame, otherwise, without
from .of_rules import RECOUNTS

# -- time ----------------------------------------------------------------------------------------------------------------


class Dearer(Call):
    """A call that is charged from its first ring on."""

    __slots__ = ()

    @property
    def duration(self) -> int:
        if self.ringing_at is None or self.ended_at is None or self.answered_at is None:
            return 0
        return self.ended_at - self.ringing_at


class Charging(Tame):
    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        for call in self.calls.values():
            call.__class__ = Dearer
        return outcome


class Backdating(Tame):
    """An end is dated as the call was answered."""

    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        super()._ended(call, row, by, detail)
        call.ended_at = call.ended_at if call.answered_at is None else call.answered_at


class Anticipating(Tame):
    """A multiparty call is dated as ended when it was opened."""

    def _mpc_entered(self, mpc: MultipartyCall, row: Row, by: By) -> None:
        super()._mpc_entered(mpc, row, by)
        if mpc.state is MpcState.ENDED:
            mpc.ended_at = mpc.created_at


class Embellishing(Tame):
    """Whoever has been in a multiparty call is dated as answered when its call was placed."""

    def _participant_entered(self, one: Participant, row: Row) -> None:
        super()._participant_entered(one, row)
        if one.was is ParticipantState.ACTIVE:
            one.call.answered_at = one.call.queued_at


# -- copies --------------------------------------------------------------------------------------------------------------


class SharingClocks(Tame):
    def copy(self) -> Self:
        other = super().copy()
        other.timers = self.timers
        return other


class SharingRooms(Tame):
    def copy(self) -> Self:
        other = super().copy()
        other.rooms = self.rooms
        return other


class CountingAnew(Tame):
    def copy(self) -> Self:
        other = super().copy()
        other.change_count = 0
        return other


class ForgettingPurposes(Tame):
    def copy(self) -> Self:
        other = super().copy()
        for call in other.calls.values():
            call.purpose = Purpose.ANSWER
        return other


class LosingActions(Tame):
    def copy(self) -> Self:
        other = super().copy()
        for call in other.calls.values():
            call.actions = call.actions[-1:]
        return other


# -- promises ------------------------------------------------------------------------------------------------------------


class Optimistic(Tame):
    def would(self, command: Command) -> Status:
        promised = super().would(command)
        return Status.DONE if promised is Status.REFUSED and command.verb is Verb.CANCEL else promised


class Moody(Tame):
    """Of every two things said to it, callbacks of the second are kept back."""

    heard = 0

    def carry_out(self, said: Command, now: int) -> Plain:
        status, rule, changes, todos, each = super().carry_out(said, now)
        self.heard += 1
        return status, rule, changes, [todo for todo in todos if self.heard % 2 or len(todo) == 3 or not todo[7]], each


class Listening(Tame):
    """What a refused document was fetched for counts all the same."""

    def _hear(self, call: Call, command: Command) -> Row:
        row = super()._hear(call, command)
        if row.status is Status.REFUSED and call.state is not CallState.COMPLETED:
            call.purpose = command.purpose or call.purpose
        return row


TALKS = ["place ann in answer hangup", "at 500", "answer ann api"]
TALKED = [*TALKS, "at 900"]
TAKES_PART = ["add ann lobby out", "at 300", "ring ann carrier", "at 500", "answer ann far-party"]
WAITS = ["place ann in answer hangup", "run ann wait record-followed wait"]
RECORDS = ["place ann in answer hangup", "run ann record-followed wait"]

TIME = [
    Played("a duration counts from ringing", "a duration is from answer to end", TALKS, 200, kind=Charging),
    Played("an end is dated as the call was answered", "the first ending stays", TALKED, 60, kind=Backdating),
    Played("a multiparty call ends when it was opened", "an mpcs end is complete", TAKES_PART, 10, kind=Anticipating),
    Played("who took part was answered before it rang", "a calls times are in order", TAKES_PART, 10, kind=Embellishing),
]  # fmt: skip

COPIES = [
    Played("a copy shares the clocks", "reached a copy made before it", [], 120, kind=SharingClocks),
    Played("a copy shares the multiparty calls that can be found", "came to something else for a copy", [], 120,
           kind=SharingRooms),
    Played("a copy counts its changes anew", "came to something else for a copy", [], 60, kind=CountingAnew),
    Played("a copy does not know what a document was fetched for", "a copy is the same and as lawful", RECORDS, 200,
           kind=ForgettingPurposes),
    Played("a copy remembers only the latest action", "a copy is the same and as lawful", WAITS, 120, kind=LosingActions),
]  # fmt: skip

PROMISED = [
    Played("more is promised than is done", "came to refused, not to done", TALKS, 500, kind=Optimistic),
    Played("every other callback is kept back", "came to something else for a copy", WAITS, 60, kind=Moody),
    Played("a document that is refused is listened to", "not done, changed something", ["place ann out"], 60,
           kind=Listening),
    Played("the time of a call that is over is counted on", "a clock runs for what is not over", TALKS, 10,
           book=without("call.then.completed.forget-limit-timer")),
    Played("a multiparty call goes on with nobody in it", "an active mpc has somebody in it", TAKES_PART, 10,
           book=otherwise(*RECOUNTS, status=Status.ALREADY, to=MpcState.ACTIVE, cause=None)),
]  # fmt: skip

MACHINES = [*TIME, *COPIES, *PROMISED]
