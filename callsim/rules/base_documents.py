"""The base rules of what documents do besides speaking: digits, what runs behind the rest, what comes before the answer."""

from __future__ import annotations

from callsim.model import (
    ActionState,
    ActionUrl,
    By,
    CallbackUrl,
    CallState,
    Direction,
    Early,
    Entity,
    Fact,
    Hears,
    Runs,
    State,
    Status,
    Verb,
)
from callsim.provenance import Basis, assumed
from callsim.rules.rows import Consequence, Effect, Executes, Instruction, Limit, Of, Row
from callsim.rules.sources import CSTA, XML_FLOW

_CALL, _ACT = Entity.CALL, Entity.ACTION
_RUNNING, _FINISHED, _STOPPED = ActionState
_PRESS, _OVER = Verb.PRESS, Verb.PRE_ANSWER_TIME_OVER


def _call(verb: Verb, state: CallState, by: By, status: Status, why: str, *when: Fact, basis: Basis = XML_FLOW) -> Row:
    return Row(_CALL, verb, state, by, when, status, state, None, basis, why)


def _gives_way(state: ActionState, status: Status, to: ActionState, why: str, *when: Fact, basis: Basis = XML_FLOW) -> Row:
    return Row(_ACT, Verb.CUT_OFF, state, By.DOCUMENT, when, status, to, None, basis, why)


DOCUMENT_ROWS: tuple[Row, ...] = (
    _call(_PRESS, CallState.QUEUED, By.FAR_PARTY, Status.REFUSED, "The far party has not been reached yet."),
    _call(_PRESS, CallState.RINGING, By.FAR_PARTY, Status.REFUSED, "Who has not answered presses in vain.", Direction.OUTBOUND),
    _call(_PRESS, CallState.RINGING, By.FAR_PARTY, Status.DONE, "Digits were asked for before the answer.",
          Direction.INBOUND, Hears.YES),
    _call(_PRESS, CallState.RINGING, By.FAR_PARTY, Status.REFUSED, "Nothing listens for digits.", Direction.INBOUND, Hears.NO),
    _call(_PRESS, CallState.IN_PROGRESS, By.FAR_PARTY, Status.DONE, "Something listens for digits.", Hears.YES),
    _call(_PRESS, CallState.IN_PROGRESS, By.FAR_PARTY, Status.REFUSED, "Nothing listens for digits.", Hears.NO),
    _call(_PRESS, CallState.COMPLETED, By.FAR_PARTY, Status.REFUSED, "The call is over.", basis=CSTA),
    _call(_OVER, CallState.QUEUED, By.PLATFORM, Status.REFUSED, "A queued call executes no document yet."),
    _call(_OVER, CallState.RINGING, By.PLATFORM, Status.DONE, "What comes before the answer took as long as it may.", Early.YES),
    _call(_OVER, CallState.RINGING, By.PLATFORM, Status.REFUSED, "What came before the answer was over in time.", Early.NO),
    _call(_OVER, CallState.IN_PROGRESS, By.PLATFORM, Status.REFUSED, "It was answered in time."),
    _call(_OVER, CallState.COMPLETED, By.PLATFORM, Status.ALREADY, "It is over already; nothing changes.", basis=CSTA),
    _gives_way(_RUNNING, Status.DONE, _STOPPED, "Another document takes over.", Runs.ALONE),
    _gives_way(_RUNNING, Status.REFUSED, _RUNNING, "It runs behind whatever document there is.", Runs.BEHIND),
    *(_gives_way(state, Status.ALREADY, state, "It runs no more.", basis=CSTA) for state in (_FINISHED, _STOPPED)),
)  # fmt: skip


def _then(entity: Entity, on: State | Verb, of: Of, do: Verb | Effect, why: str, *when: Fact, by: By = By.PLATFORM) -> Consequence:
    name = str(do) if of is Of.SELF else f"{of}.{do}"
    return Consequence(entity, on, when, name, of, do, by, XML_FLOW, why)


DOCUMENT_CONSEQUENCES: tuple[Consequence, ...] = (
    _then(_CALL, _PRESS, Of.SELF, Effect.TAKE_DIGITS, "They are heard one by one."),
    _then(_CALL, _OVER, Of.EACH_ACTION, Verb.CUT_OFF, "What is left of it is not executed.", by=By.DOCUMENT),
    _then(_CALL, _OVER, Of.SELF, Verb.PROCEED, "The element after it is executed."),
    _then(_ACT, _RUNNING, Of.ITS_CALL, Verb.PROCEED, "The next element does not wait for it.", ActionUrl.BEHIND),
    _then(_ACT, _RUNNING, Of.ITS_CALL, Effect.FETCH_ACTION, "Its URL says how to go on meanwhile.", ActionUrl.BEHIND_FOLLOWED),
    _then(_ACT, _RUNNING, Of.SELF, Effect.TELL_RECORDING, "Its URL is told that it has begun.", ActionUrl.BEHIND_TOLD),
    _then(_ACT, _RUNNING, Of.ITS_CALL, Verb.PROCEED, "The next element does not wait for it.", ActionUrl.BEHIND_TOLD),
    _then(_ACT, _FINISHED, Of.SELF, Effect.FORGET_ACTION_TIMER, "Its end may have come before its time."),
    _then(_ACT, _FINISHED, Of.ITS_CALL, Effect.FETCH_ACTION, "What to do with the digits is for its URL to say.", ActionUrl.INPUT),
    _then(_ACT, _FINISHED, Of.SELF, Effect.TELL_INPUT, "Its URL is told the digits.", ActionUrl.INPUT_TOLD),
    _then(_ACT, _FINISHED, Of.ITS_CALL, Verb.PROCEED, "The next element follows.", ActionUrl.INPUT_TOLD),
    _then(_ACT, _FINISHED, Of.ITS_CALL, Verb.PROCEED, "Nobody asked for the digits.", ActionUrl.INPUT_UNASKED),
    _then(_ACT, _FINISHED, Of.SELF, Effect.LEAVE_PRE_ANSWER, "What comes next may answer.", ActionUrl.BEFORE_ANSWER),
    _then(_ACT, _FINISHED, Of.ITS_CALL, Verb.PROCEED, "The element after it is executed.", ActionUrl.BEFORE_ANSWER),
    _then(_ACT, _STOPPED, Of.SELF, Effect.LEAVE_PRE_ANSWER, "What comes next may answer.", ActionUrl.BEFORE_ANSWER),
    *(_then(_ACT, state, Of.SELF, Effect.TELL_RECORDED, "The recording is ready.", CallbackUrl.SET)
      for state in (_FINISHED, _STOPPED)),
)  # fmt: skip


def _does(instruction: Instruction, answers: bool, do: Verb | Effect, goes_on: bool, why: str) -> Executes:
    return Executes(instruction, answers, do, goes_on, False, XML_FLOW, why)


DOCUMENT_EXECUTES: tuple[Executes, ...] = (
    _does(Instruction.DTMF, True, Effect.NOTHING, True, "Tones are sent while the document goes on."),
    _does(Instruction.DTMF_WAITED, True, Effect.START_ACTION, False, "Tones take their time."),
    _does(Instruction.MESSAGE, False, Effect.NOTHING, True, "A text message goes its own way."),
    _does(Instruction.STREAM, True, Effect.START_BEHIND, False, "Audio is streamed behind all that follows."),
    _does(Instruction.STREAM_KEPT, True, Effect.START_ACTION, False, "The document waits until the stream ends."),
    _does(Instruction.STREAM_KEPT_ONE_WAY, True, Effect.START_ACTION, False, "The document waits until the stream ends."),
    _does(Instruction.GET_DIGITS, True, Effect.START_ACTION, False, "Asking for digits needs an answered call."),
    _does(Instruction.GET_INPUT, True, Effect.START_ACTION, False, "Asking for input needs an answered call."),
    _does(Instruction.RECORD_SESSION, True, Effect.START_BEHIND, False, "All that follows is recorded."),
    _does(Instruction.RECORD_ON_DIAL, False, Effect.NOTHING, True, "It begins once a dialled party answers."),
    _does(Instruction.PRE_ANSWER, False, Effect.START_PRE_ANSWER, True, "What it holds is executed without answering."),
    _does(Instruction.PRE_ANSWER_LATE, False, Effect.START_PRE_ANSWER, True, "What it holds is executed after the answer, too."),
    _does(Instruction.PRE_ANSWER_OVER, False, Effect.FINISH_PRE_ANSWER, False, "All that it holds has been executed."),
)  # fmt: skip

_SET = assumed("core.instructions")
DOCUMENT_LIMITS: tuple[Limit, ...] = (
    Limit("pre_answer_time", 30_000, _SET, "How long what comes before the answer may take, in milliseconds."),
    Limit("tone_pace", 200, _SET, "How long one tone that is sent takes, silence after it included, in milliseconds."),
    Limit("digit_end_time", 2_000, _SET, "How long the next digit is waited for where the vendor decides, in milliseconds."),
    Limit("digit_tries", "attempts", _SET, "Whether retries counts how often digits are asked for, or how often once more."),
    Limit("empty_input", "no-input", _SET, "What the key that ends input comes to where no digit came before it."),
    Limit("session_recording", "until-end", _SET, "How long a recording of the rest of the call runs."),
    Limit("background_recordings", "one", _SET, "How many recordings run behind one call."),
)
