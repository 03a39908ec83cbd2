"""How the switch carries out what is not a verb: clocks, fetches, callbacks, and the elements of a document.

Nothing is decided here. Which effect follows from what is a consequence row; what an element asks for is an instruction
row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callsim import instructions as xml
from callsim.model import (
    SIGNATURES,
    Action,
    ActionUrl,
    BadDocument,
    By,
    Call,
    JoinedBy,
    Joining,
    Participant,
    Purpose,
    StayAlone,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.rules import PURPOSES, Effect, Instruction
from callsim.rules.rows import FORGETS
from callsim.switch.beginnings import admit, start_action
from callsim.switch.world import Clock

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_PLATFORM, _RING, _LIMIT = By.PLATFORM, Timer.RING, Timer.LIMIT
_SET_TIMER, _FORGET_TIMER, _FETCH, _CALLBACK = TodoKind
_RING_TIME_OVER, _TIME_LIMIT_REACHED = Verb.RING_TIME_OVER, Verb.TIME_LIMIT_REACHED
_new: Any = tuple.__new__


# -- clocks --------------------------------------------------------------------------------------------------------


def _set(switch: Switch, name: str, timer: Timer, verb: Verb, delay: int, rule: str, because: int) -> None:
    """Start a clock. Of two clocks of one kind the earlier counts: whichever strikes first has its say."""
    key, at = (name, timer), switch.now + delay
    running = switch.timers.get(key)
    if running is not None and running.due <= at:
        return
    switch.timer_count = order = switch.timer_count + 1
    switch.timers[key] = _new(Clock, (at, order, verb, key, because))
    switch._todos.append((_SET_TIMER, name, at, rule, "", "POST", None, "", key, verb, because))


def forget(switch: Switch, name: str, timer: Timer, rule: str) -> None:
    """Stop a clock if it runs."""
    key = (name, timer)
    clock = switch.timers.pop(key, None)
    if clock is not None:
        at, _, verb, _, _ = clock
        switch._todos.append((_FORGET_TIMER, name, at, rule, "", "POST", None, "", key, verb, -1))


def set_ring(switch: Switch, call: Call, rule: str, because: int) -> None:
    """Start the clock of a call that rings."""
    own = call.placement.ring_timeout
    # To ask for the platform's own limit is not to use it: it is used when it strikes.
    delay = switch.rulebook.limits["ring_timeout"].value if own is None else own
    _set(switch, call.name, _RING, _RING_TIME_OVER, delay, rule, because)  # type: ignore[arg-type]


def set_limit(switch: Switch, call: Call, rule: str, because: int) -> None:
    """Start the clock of a call that was answered."""
    own = call.placement.time_limit
    delay = switch.rulebook.limits["time_limit"].value if own is None else own
    _set(switch, call.name, _LIMIT, _TIME_LIMIT_REACHED, delay, rule, because)  # type: ignore[arg-type]


SETS: dict[Verb | Effect, Callable[[Switch, Any, str, int], None]] = {
    Effect.SET_RING_TIMER: set_ring,
    Effect.SET_LIMIT_TIMER: set_limit,
}
"""The clocks that every call starts, which is why they are started without more ado."""


def _set_action(switch: Switch, action: Action, due: Due) -> None:
    if action.length is not None:
        _set(switch, action.name, Timer.ACTION, Verb.FINISH, action.length, due.row.id, due.because)


def _forgets(switch: Switch, thing: Any, due: Due) -> None:
    forget(switch, thing.name, FORGETS[due.row.do], due.row.id)


# -- fetches and callbacks -----------------------------------------------------------------------------------------


def _fetch(switch: Switch, call: Call, url: str, purpose: Purpose, due: Due, method: str = "POST") -> None:
    call.purpose = purpose
    switch._todos.append(
        Todo(_FETCH, call.name, switch.now, due.row.id, url, method, purpose, because=due.because)
    )


def _fetch_answer(switch: Switch, call: Call, due: Due) -> None:
    _fetch(switch, call, call.placement.answer_url or "", PURPOSES[Effect.FETCH_ANSWER], due)


def _fetch_exit(switch: Switch, call: Call, due: Due) -> None:
    one: Participant = due.thing  # type: ignore[assignment]
    _fetch(switch, call, one.exit_url or "", PURPOSES[Effect.FETCH_EXIT], due)


def _fetch_action(switch: Switch, call: Call, due: Due) -> None:
    action: Action = due.thing  # type: ignore[assignment]
    _fetch(switch, call, action.url or "", PURPOSES[Effect.FETCH_ACTION], due, action.method)


def _fetch_redirect(switch: Switch, call: Call, due: Due) -> None:
    call.redirects += 1
    if call.redirects > int(switch.rulebook.limits["redirects"].value):
        switch.limit("redirects")
        call.purpose = Purpose.REDIRECT
        switch._do(call, Verb.BAD_INSTRUCTIONS, _PLATFORM, due.because, "limit.redirects", BadDocument.TOO_MANY)
    else:
        element: xml.Redirect = _element(call)
        _fetch(switch, call, element.url, PURPOSES[Effect.FETCH_REDIRECT], due, element.method)


def _tell(switch: Switch, name: str, kind: str, url: str | None, due: Due) -> None:
    switch._todos.append(
        Todo(_CALLBACK, name, switch.now, due.row.id, url=url or "", callback=kind, because=due.because)
    )


def _tell_hangup(switch: Switch, call: Call, due: Due) -> None:
    _tell(switch, call.name, "hangup", call.placement.hangup_url, due)


def _tell_hangup_to_answer_url(switch: Switch, call: Call, due: Due) -> None:
    _tell(switch, call.name, "hangup", call.placement.answer_url, due)


def _tell_recording(switch: Switch, action: Action, due: Due) -> None:
    _tell(switch, action.call.name, "record", action.url, due)


# -- documents -----------------------------------------------------------------------------------------------------


def _element(call: Call) -> Any:
    """The element being executed: the one before the position."""
    return call.document.elements[call.position - 1]


def instruction_of(element: xml.Element | None, last: bool) -> Instruction:
    """What an element asks for. A scheduled hang-up with nothing after it has nothing to wait for."""
    match element:
        case None:
            return Instruction.NONE_LEFT
        case xml.Hangup(schedule=int()) if not last:
            return Instruction.HANGUP_SCHEDULED
        case xml.Hangup(reason="rejected"):
            return Instruction.HANGUP_REJECTED
        case xml.Hangup(reason="busy"):
            return Instruction.HANGUP_BUSY
        case _:
            return _PLAIN[type(element)]


_PLAIN: dict[type, Instruction] = {
    xml.Speak: Instruction.SPEAK,
    xml.Play: Instruction.PLAY,
    xml.Wait: Instruction.WAIT,
    xml.Record: Instruction.RECORD,
    xml.Hangup: Instruction.HANGUP,
    xml.Redirect: Instruction.REDIRECT,
    xml.MultiPartyCall: Instruction.MPC,
    xml.Unknown: Instruction.UNKNOWN,
}


def _run_element(switch: Switch, call: Call, due: Due) -> None:
    """Execute the next element: answer first if it needs that, then do what its row says."""
    elements = call.document.elements if call.document is not None else ()
    element = elements[call.position] if call.position < len(elements) else None
    call.position += 1
    row = switch.rulebook.executes[instruction_of(element, call.position >= len(elements))]
    switch.used[row.id] = None
    if row.answers and call.answered_at is None:
        switch._do(call, Verb.ANSWER, By.DOCUMENT, due.because, row.id, None)
    if isinstance(row.do, Effect):
        EFFECTS[row.do](switch, call, due._replace(detail=element))
    else:
        by = By.DOCUMENT if By.DOCUMENT in SIGNATURES[row.do].by else _PLATFORM
        detail = BadDocument.INVALID if row.do is Verb.BAD_INSTRUCTIONS else None
        switch._do(call, row.do, by, due.because, row.id, detail)
    if row.goes_on:
        switch._do(call, Verb.PROCEED, _PLATFORM, due.because, row.id, None)


def _take_document(switch: Switch, call: Call, due: Due) -> None:
    """Make a document the call's own, to be executed from its top."""
    call.document, call.position = due.detail, 0


def _set_schedule(switch: Switch, call: Call, due: Due) -> None:
    delay = due.detail.schedule
    _set(switch, call.name, Timer.SCHEDULE, Verb.SCHEDULE_REACHED, delay, due.row.id, due.because)


def _start_action(switch: Switch, call: Call, due: Due) -> None:
    element = due.detail
    kind = str(_PLAIN[type(element)])
    url, fact = None, ActionUrl.NONE
    if isinstance(element, xml.Record) and element.action:
        url, fact = element.action, ActionUrl.FOLLOWED if element.redirect else ActionUrl.TOLD
    method = element.method if isinstance(element, xml.Record) else "POST"
    length = _length(switch, element)
    start_action(switch, call, kind, length, due.because, url=url, method=method, action_url_fact=fact)


def _length(switch: Switch, element: Any) -> int | None:
    """How long an element runs, in milliseconds; None for ever."""
    match element:
        case xml.Speak(text=text, loop=loop):
            return len(text) * int(switch.limit("speech_pace")) * loop if loop else None
        case xml.Play(url=url, loop=loop):
            return switch.media[url] * loop if loop else None
        case xml.Wait(length=length):
            return int(length)
        case _:
            switch.limit("recording")
            return int(element.max_length)


def _admit(switch: Switch, call: Call, due: Due) -> None:
    """Let a call into a multiparty call: by its document's element, or adopted by a command."""
    if isinstance(due.detail, Joining):
        joining, joined_by = due.detail, JoinedBy.ADOPTED
    else:
        element: xml.MultiPartyCall = _element(call)
        alone = StayAlone.YES if element.stay_alone else StayAlone.NO
        joining, joined_by = Joining(element.name, element.role, element.exit_url, alone), JoinedBy.XML
    one = admit(switch, call, joining, joined_by, due.because, due.row.id)
    switch._do(one, Verb.ENTER, _PLATFORM, due.because, due.row.id, None)


def _nothing(switch: Switch, thing: Any, due: Due) -> None:
    """What a row says that lets nothing follow."""


EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.SET_RING_TIMER: lambda switch, call, due: set_ring(switch, call, due.row.id, due.because),
    Effect.FORGET_RING_TIMER: _forgets,
    Effect.SET_LIMIT_TIMER: lambda switch, call, due: set_limit(switch, call, due.row.id, due.because),
    Effect.FORGET_LIMIT_TIMER: _forgets,
    Effect.SET_SCHEDULE_TIMER: _set_schedule,
    Effect.FORGET_SCHEDULE_TIMER: _forgets,
    Effect.SET_ACTION_TIMER: _set_action,
    Effect.FORGET_ACTION_TIMER: _forgets,
    Effect.FETCH_ANSWER: _fetch_answer,
    Effect.FETCH_ACTION: _fetch_action,
    Effect.FETCH_EXIT: _fetch_exit,
    Effect.FETCH_REDIRECT: _fetch_redirect,
    Effect.TELL_HANGUP: _tell_hangup,
    Effect.TELL_HANGUP_TO_ANSWER_URL: _tell_hangup_to_answer_url,
    Effect.TELL_RECORDING: _tell_recording,
    Effect.START_ACTION: _start_action,
    Effect.ADMIT: _admit,
    Effect.TAKE_DOCUMENT: _take_document,
    Effect.RUN_ELEMENT: _run_element,
    Effect.NOTHING: _nothing,
}
