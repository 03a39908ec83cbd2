"""Broken rulebooks that exploring catches: a row says something else, is gone, or is one too many."""

from __future__ import annotations

from callsim.model import By, CallState, Cause, Entity, MpcState, Status, Verb
from callsim.rules import Effect, Of
from tests.explore.worlds import IN, OUT, ROOM_OF_TWO

from .animal import Explored, and_then, otherwise, standing_on_nothing, without

DONE, ALREADY, REFUSED, _ = Status
RINGING, IN_PROGRESS, COMPLETED = CallState.RINGING, CallState.IN_PROGRESS, CallState.COMPLETED
SPEAKS = ["place ann in answer hangup", "run ann speak-for-ever"]
SPEAKS_BRIEFLY = ["place ann in answer hangup", "run ann speak wait"]
ROOM_BY_XML = ["place ann in answer", "run ann mpc", "place bob in answer hangup", "run bob mpc-exit"]
LASTING_ROOM = ["place ann in answer", "run ann mpc-alone", "place bob in answer", "run bob mpc"]
DIALS = ["place ann in answer", "run ann dial-three"]
ROOM_TO_BE = ["add ann lobby out", "add bob lobby out"]

RECOUNTS = [
    f"mpc.recount.active.platform.{who}.{joining}"
    for who in ("nobody", "one.no-stay-alone") for joining in ("none-joining", "some-joining")
]  # fmt: skip

ENDED = [
    Explored("a call that is over can be answered", "only what is done moves", OUT,
             ["hang_up ann api", "answer ann far-party"], 18,
             otherwise("call.answer.completed.far-party", status=DONE, to=IN_PROGRESS)),
    Explored("a call ends twice", "only what is done moves", OUT,
             ["hang_up ann api", "hang_up ann api"], 18,
             otherwise("call.hang_up.completed.api", status=DONE, cause=Cause.NORMAL)),
    Explored("a call that is over rings", "only what is done moves", OUT,
             ["hang_up ann api", "ring ann carrier"], 18,
             otherwise("call.ring.completed.carrier", status=DONE)),
    Explored("an action is left running on a call that is over", "an ended call has stopped", SPEAKS,
             ["hang_up ann api"], 1,
             without("call.then.completed.each-action.cut_off")),
    Explored("who is over stays in the multiparty call", "an ended call has stopped", ROOM_BY_XML,
             ["hang_up ann api"], 1,
             without("call.then.completed.its-participant.leave.in-mpc")),
    Explored("who is over before it was in is waited for", "an ended call has stopped", ROOM_OF_TWO,
             ["hang_up ann api"], 2,
             without("call.then.completed.its-participant.leave.joining-mpc")),
]  # fmt: skip

BEGINNINGS = [
    Explored("an answered call rings again", "states have their times", OUT,
             ["ring ann carrier", "answer ann far-party", "ring ann carrier"], 18,
             otherwise("call.ring.in-progress.carrier", status=DONE, to=RINGING)),
    Explored("a call to be made rings before anybody was called", "states have their times", OUT,
             [], 1,
             otherwise("call.begins.outbound", state=RINGING)),
    Explored("a call that comes in was answered before it came", "states have their times", IN,
             [], 1,
             otherwise("call.begins.inbound", state=IN_PROGRESS)),
    Explored("a rule stands on nothing", "every rule has its basis", OUT,
             [], 1,
             standing_on_nothing()),
]  # fmt: skip

ROOMS = [
    Explored("a participant is left in a multiparty call that has ended", "an ended mpc is empty", LASTING_ROOM,
             ["stop lobby api"], 7,
             without("mpc.then.ended.each-participant.dismiss")),
    Explored("who only rings is in already", "who is in is answered", ROOM_OF_TWO,
             ["ring ann carrier"], 1,
             and_then(Entity.CALL, RINGING, Of.ITS_PARTICIPANT, Verb.ENTER, By.PLATFORM)),
    Explored("a call is in two multiparty calls", "its call knows of it", ROOM_BY_XML,
             ["add ann api"], 12,
             otherwise("call.add.in-progress.api.in-mpc", status=DONE), more=["add ann attic"]),
    Explored("the last one out leaves the multiparty call open", "an active mpc has somebody in it", ROOM_TO_BE,
             ["ring ann carrier", "answer ann far-party", "hang_up bob api", "hang_up ann api"], 504,
             otherwise(*RECOUNTS, status=ALREADY, to=MpcState.ACTIVE, cause=None)),
    Explored("whoever starts a multiparty call waits in it", "an mpc has started or waits to", ROOM_TO_BE,
             ["ring ann carrier", "answer ann far-party"], 19,
             otherwise("mpc.start.initialized.platform.starter-in", status=REFUSED, to=MpcState.INITIALIZED)),
    Explored("a full multiparty call lets in one more", "an mpc is not overfull", ["add ann lobby out most=1"],
             ["add bob api"], 12, otherwise("mpc.let_in.initialized.api.full", status=DONE), more=["add bob lobby out"]),
    Explored("what has ended is recorded for ever", "an mpc is recorded as it says", ["add ann lobby out recorded"],
             ["start lobby api", "hang_up ann api"], 24,
             without("mpc.then.ended.end-taping.recording-on")),
    Explored("who was removed from a conference stays there", "a stay lasts as long as its member", ["place ann in", "run ann conference"],
             ["kick ann api"], 4,
             without("participant.then.exited.its-stay.finish.was-active.kicked.conference")),
    Explored("all are hung up one by one", "who is hung up with all leaves nobody alone", ROOM_TO_BE,
             ["ring ann carrier", "answer ann far-party", "ring bob carrier", "answer bob far-party", "hang_up_all ann,bob api"], 905,
             otherwise("limit.many", value="one-by-one")),
    Explored("who is moved into a multiparty call goes on speaking", "who takes part runs nothing", SPEAKS,
             ["add ann api"], 6,
             without("call.then.add.each-action.cut_off"), more=["add ann attic"]),
]  # fmt: skip

CLOCKS = [
    Explored("the ringing of a call that was answered is timed", "a clock that runs would be obeyed", OUT,
             ["ring ann carrier", "answer ann far-party"], 9,
             without("call.then.in-progress.forget-ring-timer")),
    Explored("the time of a call that is over is counted", "a clock runs for what is not over", OUT,
             ["ring ann carrier", "answer ann far-party", "hang_up ann api"], 19,
             without("call.then.completed.forget-limit-timer")),
    Explored("the length of what was cut off is timed", "a clock runs for what is not over", SPEAKS_BRIEFLY,
             ["hang_up ann api"], 1,
             without("action.then.stopped.forget-action-timer")),
    Explored("a ring time that is over too late ends an answered call", "a clock that lost its race is not obeyed", OUT,
             ["ring ann carrier", "answer ann far-party"], 9,
             otherwise("call.ring_time_over.in-progress.platform", status=DONE, to=COMPLETED, cause=Cause.RING_TIMEOUT)),
    Explored("what has finished finishes again", "a clock that lost its race is not obeyed", SPEAKS_BRIEFLY,
             ["finish ann/speak#1 platform"], 6,
             otherwise("action.finish.finished.platform", status=DONE)),
]  # fmt: skip

TOLD = [
    Explored("the end is told twice", "the end is told once", OUT,
             ["hang_up ann api"], 2,
             and_then(Entity.CALL, COMPLETED, Of.SELF, Effect.TELL_HANGUP)),
    Explored("the end is told as the call is answered", "the end is told once", OUT,
             ["ring ann carrier", "answer ann far-party"], 8,
             and_then(Entity.CALL, IN_PROGRESS, Of.SELF, Effect.TELL_HANGUP)),
    Explored("a call that is over is asked what to do", "what ended asks for nothing", OUT,
             ["hang_up ann api"], 2,
             and_then(Entity.CALL, COMPLETED, Of.SELF, Effect.FETCH_ANSWER)),
    Explored("how to go on is asked for one whose call is over", "what ended asks for nothing", ROOM_BY_XML,
             ["hang_up ann api"], 1,
             otherwise("participant.then.exited.its-mpc.recount.was-active.call-ended",
                       of=Of.ITS_CALL, do=Effect.FETCH_EXIT)),
]  # fmt: skip

DOCUMENTS = [
    Explored("the old document speaks beside the new", "one element runs at a time", SPEAKS,
             ["run ann document"], 5,
             without("call.then.run.each-action.cut_off"), more=["run ann wait"]),
    Explored("an element is followed by itself", "the agenda ends", IN,
             ["run ann document"], 1,
             otherwise("call.then.proceed.run-element", do=Verb.PROCEED), only=["run ann speak"]),
]  # fmt: skip

CONVERSATIONS = [
    Explored("somebody that was called for a call that is over goes on ringing", "an over conversation has no live leg", DIALS,
             ["hang_up ann far-party"], 3,
             without("conversation.then.over.each-leg.release.call-left.left-by-far-party")),
    Explored("a conversation goes on without who wanted it", "a conversation has a call that waits", DIALS,
             ["hang_up ann api"], 3,
             without("action.then.stopped.its-conversation.clear.dials")),
    Explored("everybody who is called may answer", "who is joined talks", DIALS,
             ["ring ann-leg-1 carrier", "answer ann-leg-1 far-party"], 57,
             without("conversation.then.joined.each-other-leg.lose_race")),
]  # fmt: skip

RULES = [*ENDED, *BEGINNINGS, *ROOMS, *CLOCKS, *TOLD, *DOCUMENTS, *CONVERSATIONS]
