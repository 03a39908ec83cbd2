"""Broken switches that exploring catches: the rules are as they should be, and something does not do what they say."""

from __future__ import annotations

from typing import Any, Self

from callsim.model import (
    Action,
    Allowed,
    By,
    Call,
    CallState,
    Cause,
    Command,
    Conversation,
    ConversationState,
    Dials,
    Exit,
    Line,
    Membership,
    MultipartyCall,
    Participant,
    ParticipantState,
    Plain,
    Status,
    Thing,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.rules import Row
from tests.explore.worlds import OUT, ROOM_OF_TWO

from .animal import Explored, Tame
from .of_rules import DIALS, LASTING_ROOM, ROOM_BY_XML, SPEAKS

# -- ends ----------------------------------------------------------------------------------------------------------------


class Rewriting(Tame):
    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        call = self.calls["ann"]
        if said[0] is Verb.RING and call.ending is not None:
            call.ending = call.ending._replace(cause=Cause.BUSY)
        return outcome


class Misremembering(Tame):
    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        super()._ended(call, row, by, detail)
        call.ending = call.ending and call.ending._replace(was=CallState.QUEUED)


class Undated(Tame):
    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        super()._ended(call, row, by, detail)
        call.ended_at = None


class Foreboding(Tame):
    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if said[0] is Verb.RING:
            self.calls["ann"].ended_at = now
        return outcome


class Accusing(Tame):
    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        super()._ended(call, row, By.API, detail)


class Undead(Tame):
    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        super()._ended(call, row, by, detail)
        self.live[call.name] = call


class Miscounting(Tame):
    def _ended(self, call: Call, row: Row, by: By, detail: Any) -> None:
        super()._ended(call, row, by, detail)
        self.tally[row.state] += 1  # type: ignore[index]  # a call's row has a call's state


class Confused(Tame):
    """Ringing is noted a moment too early."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if said[0] is Verb.RING and outcome[0] is Status.DONE:
            self.calls["ann"].ringing_at = now - 1
        return outcome


# -- multiparty calls ------------------------------------------------------------------------------------------------


class Estranged(Tame):
    def _participant_entered(self, one: Participant, row: Row) -> None:
        super()._participant_entered(one, row)
        one.call.membership = Membership.ACTIVE


class Possessive(Tame):
    def _close(self, mpc: MultipartyCall, row: Row, by: By, because: int, via: str | None) -> None:
        super()._close(mpc, row, by, because, via)
        self.rooms[mpc.account, mpc.name] = mpc


class Hasty(Tame):
    def _participant_entered(self, one: Participant, row: Row) -> None:
        super()._participant_entered(one, row)
        if one.state is ParticipantState.EXITED:
            self.rooms.pop((one.mpc.account, one.mpc.name), None)


class Discreet(Tame):
    def _mpc_entered(self, mpc: MultipartyCall, row: Row, by: By) -> None:
        super()._mpc_entered(mpc, row, by)
        mpc.ended_by = None


class Silent(Tame):
    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        for one in (one for mpc in self.mpcs.values() for one in mpc.participants):
            one.exit = None if one.exit is Exit.CALL_ENDED else one.exit
        return outcome


class Endless(Tame):
    def _entered(self, thing: Thing, row: Row, by: By) -> None:
        if not isinstance(thing, Action):
            super()._entered(thing, row, by)


class Distracted(Tame):
    """Who is seen out of a multiparty call to which everybody came is forgotten to be dated."""

    def _participant_entered(self, one: Participant, row: Row) -> None:
        super()._participant_entered(one, row)
        if one.exit is Exit.MPC_ENDED and all(each.was is ParticipantState.ACTIVE for each in one.mpc.participants):
            one.exited_at = None


# -- conversations and lines ---------------------------------------------------------------------------------------------


class Timeless(Tame):
    """A conversation is over, and nobody notes when."""

    def _entered(self, thing: Thing, row: Row, by: By) -> None:
        super()._entered(thing, row, by)
        if isinstance(thing, Conversation) and thing.state is ConversationState.OVER:
            thing.over_at = None


class Distraught(Tame):
    """Somebody rings, and the call that dialled does not know what it waits for."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if said[0] is Verb.RING and outcome[0] is Status.DONE:
            self.calls["ann"].actions[-1].dials = Dials.NO
        return outcome


class Disowning(Tame):
    """Whoever rings is none of those that were called for the call, and does not know it."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if said[:2] == (Verb.RING, "ann-leg-1") and outcome[0] is Status.DONE:
            leg = self.calls["ann-leg-1"]
            leg.leg_of.legs.remove(leg)  # type: ignore[union-attr]  # it was called for a call
        return outcome


class Premature(Tame):
    """As soon as somebody rings, all is over."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if said[0] is Verb.RING and outcome[0] is Status.DONE:
            self.conversations["ann/dial#1"].state = ConversationState.OVER
        return outcome


class Generous(Tame):
    """What is allowed is looked at, and forgotten."""

    def carry_out(self, said: Command, now: int) -> Plain:
        allowed, self.allowed = self.allowed, Allowed()
        outcome = super().carry_out(said, now)
        self.allowed = allowed
        return outcome


class Demoting(Tame):
    """Who has been taken on and rings waits again."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if said[0] is Verb.RING and outcome[0] is Status.DONE:
            call = self.calls["ann"]
            call.line, call.taken_on_at = Line.WAITING, None
        return outcome


# -- what comes of a command -----------------------------------------------------------------------------------------


class Forgetful(Tame):
    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if outcome[0] is Status.REFUSED and said[0] is Verb.ANSWER:
            self.timers.clear()
        return outcome


class Anxious(Tame):
    """A call that is hung up too late asks for a clock."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if outcome[0] is Status.ALREADY and said[0] is Verb.HANG_UP:
            outcome[3].append(Todo(TodoKind.SET_TIMER, "ann", now, "", key=("ann", Timer.RING)))
        return outcome


class Boasting(Tame):
    """A call that refuses to be cancelled is said to be queued again."""

    def carry_out(self, said: Command, now: int) -> Plain:
        outcome = super().carry_out(said, now)
        if outcome[0] is Status.REFUSED and said[0] is Verb.CANCEL:
            outcome[2][0] = (*outcome[2][0][:7], CallState.QUEUED, *outcome[2][0][8:])
        return outcome


class Inventive(Tame):
    def _record(self, thing: Thing, row: Row, by: By, because: int, via: str | None) -> int:
        number = super()._record(thing, row, by, because, via)
        line = self._changes[-1]
        self._changes[-1] = (*line[:10], f"{row.id}.of-course", *line[11:])
        return number


# -- copies --------------------------------------------------------------------------------------------------------------


class SharingLive(Tame):
    def copy(self) -> Self:
        other = super().copy()
        other.live = self.live
        return other


class SharingCalls(Tame):
    def copy(self) -> Self:
        other = super().copy()
        other.calls = self.calls
        return other


class SharingTally(Tame):
    def copy(self) -> Self:
        other = super().copy()
        other.tally = self.tally
        return other


DEEP = Explored(
    "who is seen out when all had come is not dated", "an exit is complete", ROOM_OF_TWO,
    ["ring ann carrier", "answer ann far-party", "ring bob carrier", "answer bob far-party", "hang_up ann api"], 905,
    kind=Distracted,
)  # fmt: skip
"""Five commands deep, and nothing wrong before."""

ENDS = [
    Explored("an ending is overwritten by what comes later", "the first ending stays", OUT,
             ["hang_up ann api", "ring ann carrier"], 18, kind=Rewriting),
    Explored("an ending names another state than it ended", "the first ending stays", OUT,
             ["ring ann carrier", "hang_up ann api"], 9, kind=Misremembering),
    Explored("an end is not dated", "a call ends once", OUT,
             ["hang_up ann api"], 2, kind=Undated),
    Explored("a call has an end before it ends", "a call ends once", OUT,
             ["ring ann carrier"], 1, kind=Foreboding),
    Explored("every end is put down to the application", "an ending is the change that ended", OUT,
             ["reject ann far-party"], 4, kind=Accusing),
    Explored("a call that is over is among the live ones", "no call is lost", OUT,
             ["hang_up ann api"], 2, kind=Undead),
    Explored("calls that end are counted twice", "the counts add up", OUT,
             ["hang_up ann api"], 3, kind=Miscounting),
    Explored("a call rings before it was placed", "a calls times are in order", OUT,
             ["ring ann carrier"], 1, kind=Confused),
]  # fmt: skip

ROOMS = [
    Explored("a call does not know that it is out", "membership is mutual", ROOM_BY_XML,
             ["hang_up ann api"], 1, kind=Estranged),
    Explored("a name is not freed", "a name is free again", ROOM_BY_XML,
             ["hang_up ann api"], 1, kind=Possessive),
    Explored("a name is freed as the first one leaves", "a name is free again", LASTING_ROOM,
             ["hang_up ann api"], 1, kind=Hasty),
    Explored("nobody ended a multiparty call", "an mpcs end is complete", ROOM_BY_XML,
             ["hang_up ann api"], 1, kind=Discreet),
    Explored("somebody left for no reason", "an exit is complete", ROOM_BY_XML,
             ["hang_up ann api"], 1, kind=Silent),
    Explored("what was cut off has no end", "what runs has a live call", SPEAKS,
             ["hang_up ann api"], 1, kind=Endless),
    DEEP,
]  # fmt: skip

OUTCOMES = [
    Explored("a refused answer stops the clocks", "a refusal changes nothing", OUT,
             ["ring ann carrier", "answer ann api"], 9, kind=Forgetful),
    Explored("a call that is hung up too late is timed", "a refusal changes nothing", OUT,
             ["hang_up ann api", "hang_up ann api"], 18, kind=Anxious),
    Explored("what is refused is said to have moved", "only what is done moves", SPEAKS,
             ["cancel ann api"], 3, kind=Boasting),
    Explored("a change names a rule that nobody wrote", "every change names its rule", SPEAKS,
             ["hang_up ann api"], 1, kind=Inventive),
]  # fmt: skip

COPIES = [
    Explored("a copy shares the live calls", "no call is lost", OUT,
             ["ring ann carrier"], 1, kind=SharingLive),
    Explored("a copy shares the calls", "no call is lost", OUT,
             ["ring ann carrier"], 1, kind=SharingCalls),
    Explored("a copy shares the tally", "the counts add up", OUT,
             ["hang_up ann api"], 3, kind=SharingTally),
]  # fmt: skip

RINGS = ["ring ann-leg-1 carrier"]
CONVERSATIONS = [
    Explored("a call forgets whom it waits for", "a conversation has a call that waits", DIALS,
             RINGS, 2, kind=Distraught, only=RINGS),
    Explored("a conversation was over at no time", "a conversations end is complete", DIALS,
             ["hang_up ann api"], 2, kind=Timeless),
    Explored("who rings is disowned", "a leg is in one conversation", DIALS,
             RINGS, 1, kind=Disowning, only=RINGS),
    Explored("what somebody rings for is over", "a live leg has a live conversation", DIALS,
             RINGS, 6, kind=Premature),
]  # fmt: skip

LINES = [
    Explored("one call more than allowed is made", "no account has more than allowed", ["allow - 1 -", *OUT],
             ["place bob api"], 8, kind=Generous, more=["place bob out"]),
    Explored("who was taken on waits again", "who was placed first goes first", ["allow 5 - -", "place ann out", "place bob out"],
             ["ring ann carrier"], 1, kind=Demoting),
]  # fmt: skip

SWITCHES = [*ENDS, *ROOMS, *OUTCOMES, *COPIES, *CONVERSATIONS, *LINES]
