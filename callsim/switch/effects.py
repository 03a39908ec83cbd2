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
    BadDocument,
    By,
    Call,
    JoinedBy,
    Joining,
    Participant,
    Purpose,
    Runs,
    Timer,
    Todo,
    TodoKind,
    Verb,
)
from callsim.rules import PURPOSES, Effect, Instruction
from callsim.rules.rows import FORGETS
from callsim.switch.beginnings import admit, start_action
from callsim.switch.clocks import SETS, forget, set_clock, set_machine, set_media, set_ring_schedule, start
from callsim.switch.conferences import CONFERENCE_EFFECTS
from callsim.switch.conversations import conclude, dial, part
from callsim.switch.delays import DELAY_EFFECTS
from callsim.switch.dialling import DIALLING_EFFECTS
from callsim.switch.elements import PLAIN, asks, asks_behind, instruction_of, keys, length, length_behind
from callsim.switch.phone_calls import PHONE_CALL_EFFECTS
from callsim.switch.queue import call_next, dial_out, line_up
from callsim.switch.recordings import RECORDING_EFFECTS
from callsim.switch.rooms import ROOM_EFFECTS, by_document, stays_out
from callsim.switch.world import running

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_PLATFORM = By.PLATFORM
_FETCH, _CALLBACK = TodoKind.FETCH, TodoKind.CALLBACK


# -- clocks --------------------------------------------------------------------------------------------------------


def _set_action(switch: Switch, action: Action, due: Due) -> None:
    if action.length is not None:
        set_clock(switch, action.awaits, Timer.ACTION, Verb.FINISH, action.length, due.row.id, due.because)


def _starts(switch: Switch, call: Call, due: Due) -> None:
    start(switch, call, SETS[due.row.do], due.row.id, due.because)


def _forgets(switch: Switch, thing: Any, due: Due) -> None:
    forget(switch, thing.name, FORGETS[due.row.do], due.row.id)


# -- fetches and callbacks -----------------------------------------------------------------------------------------


def _fetch(switch: Switch, call: Call, url: str, purpose: Purpose, due: Due, method: str = "POST") -> None:
    call.purpose = purpose
    switch._todos.append(
        Todo(_FETCH, call.name, switch.now, due.row.id, url, method, purpose, because=due.because)
    )


def _fetch_answer(switch: Switch, call: Call, due: Due) -> None:
    placed = call.placement
    _fetch(switch, call, placed.answer_url or "", PURPOSES[Effect.FETCH_ANSWER], due, placed.answer_method)


def _fetch_fallback(switch: Switch, call: Call, due: Due) -> None:
    placed = call.placement
    _fetch(switch, call, placed.fallback_url or "", PURPOSES[Effect.FETCH_FALLBACK], due, placed.fallback_method)


def _fetch_exit(switch: Switch, call: Call, due: Due) -> None:
    one: Participant = due.thing  # type: ignore[assignment]
    _fetch(switch, call, one.exit_url or "", PURPOSES[Effect.FETCH_EXIT], due, one.exit_method)


def _fetch_action(switch: Switch, call: Call, due: Due) -> None:
    action: Action = due.thing  # type: ignore[assignment]
    # Calling others of whom nobody is reached leads in circles as well: they may all be busy at once.
    talk = action.conversation
    reached = talk is None or talk.joined_at is not None
    takes_time = action.runs is Runs.ALONE and reached and not _is_brief(switch, action)
    if takes_time or _may_redirect(switch, call, due):
        _fetch(switch, call, action.url or "", PURPOSES[Effect.FETCH_ACTION], due, action.method)


def _is_brief(switch: Switch, action: Action) -> bool:
    """Whether an action is over as quickly as a redirect, so that it counts as one."""
    if action.length is None or action.length >= int(switch.rulebook.limits["brief_action"].value):
        return False
    switch.limit("brief_action")
    return True


def _fetch_redirect(switch: Switch, call: Call, due: Due) -> None:
    element: xml.Redirect = due.detail
    if _may_redirect(switch, call, due):
        _fetch(switch, call, element.url, PURPOSES[Effect.FETCH_REDIRECT], due, element.method)


def _may_redirect(switch: Switch, call: Call, due: Due) -> bool:
    """Count a redirect; one too many ends the call."""
    call.redirects += 1
    if call.redirects <= int(switch.rulebook.limits["redirects"].value):
        return True
    switch.limit("redirects")
    call.purpose = Purpose.REDIRECT
    switch._do(call, Verb.BAD_INSTRUCTIONS, _PLATFORM, due.because, "limit.redirects", BadDocument.TOO_MANY)
    return False


def _fetch_transfer(switch: Switch, call: Call, due: Due) -> None:
    """Fetch what a call that is sent elsewhere goes on with; nothing if it is sent where there is nothing to fetch."""
    call.transfers += 1
    if call.transfers > int(switch.rulebook.limits["transfers"].value):
        switch.limit("transfers")
        call.purpose = Purpose.TRANSFER
        switch._do(call, Verb.BAD_INSTRUCTIONS, _PLATFORM, due.because, "limit.transfers", BadDocument.TOO_MANY)
    elif due.detail.url is not None:
        _fetch(switch, call, due.detail.url, PURPOSES[Effect.FETCH_TRANSFER], due, due.detail.method)


def _tell(switch: Switch, name: str, kind: str, url: str | None, due: Due, method: str = "POST") -> None:
    switch._todos.append(
        Todo(_CALLBACK, name, switch.now, due.row.id, url=url or "", method=method, callback=kind, because=due.because)
    )


def _tell_ring(switch: Switch, call: Call, due: Due) -> None:
    _tell(switch, call.name, "ring", call.placement.ring_url, due, call.placement.ring_method)


def _tell_hangup(switch: Switch, call: Call, due: Due) -> None:
    _tell(switch, call.name, "hangup", call.placement.hangup_url, due, call.placement.hangup_method)


def _tell_hangup_to_answer_url(switch: Switch, call: Call, due: Due) -> None:
    _tell(switch, call.name, "hangup", call.placement.answer_url, due, call.placement.answer_method)


def _tell_machine(switch: Switch, call: Call, due: Due) -> None:
    handling = call.placement.handling
    _tell(switch, call.name, "machine", None if handling is None else handling.machine_detection_url, due)


def _tell_recording(switch: Switch, action: Action, due: Due) -> None:
    _tell(switch, action.call.name, action.kind, action.url, due, action.method)


def _tell_recorded(switch: Switch, action: Action, due: Due) -> None:
    _tell(switch, action.call.name, "recording", action.callback_url, due)


def _tell_input(switch: Switch, action: Action, due: Due) -> None:
    _tell(switch, action.call.name, "digits", action.url, due)


# -- documents -----------------------------------------------------------------------------------------------------


def _element(call: Call) -> Any:
    """The element being executed: the one before the position."""
    return call.document.elements[call.position - 1]


def _next(call: Call) -> tuple[Any, Instruction]:
    """The next element, and what it asks for; what comes before the answer has a document of its own."""
    if call.early is not None:
        call.early_position = position = call.early_position + 1
        if position > len(call.early):
            return None, Instruction.PRE_ANSWER_OVER
        element = call.early[position - 1]
        return element, instruction_of(element, last=False)
    elements = call.document.elements if call.document is not None else ()
    element = elements[call.position] if call.position < len(elements) else None
    call.position += 1
    return element, instruction_of(element, call.position >= len(elements), call.answered_at is not None)


def _run_element(switch: Switch, call: Call, due: Due) -> None:
    """Execute the next element: answer first if it needs that, then do what its row says."""
    element, instruction = _next(call)
    row = switch.rulebook.executes[instruction]
    switch.used[row.id] = None
    if row.answers and call.answered_at is None and call.early is None:
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
    call.document, call.position, call.early = due.detail, 0, None


def _set_schedule(switch: Switch, call: Call, due: Due) -> None:
    delay = due.detail.schedule
    set_clock(switch, call.name, Timer.SCHEDULE, Verb.SCHEDULE_REACHED, delay, due.row.id, due.because)


def _start_action(switch: Switch, call: Call, due: Due) -> None:
    element = due.detail
    runs_for = length(switch, element)
    listens = keys(switch, element, runs_for)
    start_action(switch, call, str(PLAIN[type(element)]), runs_for, due.because, keys=listens, **asks(element))


def _start_behind(switch: Switch, call: Call, due: Due) -> None:
    """Let something run while the document goes on. Of recordings only so many run at once: one too many is left out."""
    element, kind = due.detail, str(PLAIN[type(due.detail)])
    others = [one for one in running(call.actions) if one.kind == kind and one.runs is Runs.BEHIND]
    if others and isinstance(element, xml.Record) and switch.limit("background_recordings") == "one":
        switch._do(call, Verb.PROCEED, _PLATFORM, due.because, "limit.background_recordings", None)
    else:
        start_action(switch, call, kind, length_behind(switch, element), due.because, **asks_behind(element))


def _admit(switch: Switch, call: Call, due: Due) -> None:
    """Let a call into a multiparty call: by its document's element, or adopted by a command."""
    if isinstance(due.detail, Joining):
        joining, joined_by = due.detail, JoinedBy.ADOPTED
    else:
        joining, joined_by = by_document(_element(call)), JoinedBy.XML
        if stays_out(switch, call, joining, due):
            return
    one = admit(switch, call, joining, joined_by, due.because, due.row.id)
    switch._do(one, Verb.ENTER, _PLATFORM, due.because, due.row.id, None)


def _nothing(switch: Switch, thing: Any, due: Due) -> None:
    """What a row says that lets nothing follow."""


EFFECTS: dict[Effect, Callable[[Switch, Any, Due], None]] = {
    Effect.SET_RING_TIMER: _starts,
    Effect.FORGET_RING_TIMER: _forgets,
    Effect.SET_LIMIT_TIMER: _starts,
    Effect.FORGET_LIMIT_TIMER: _forgets,
    Effect.SET_SCHEDULE_TIMER: _set_schedule,
    Effect.FORGET_SCHEDULE_TIMER: _forgets,
    Effect.SET_RING_SCHEDULE_TIMER: lambda switch, call, due: set_ring_schedule(switch, call, due.row.id, due.because),
    Effect.FORGET_RING_SCHEDULE_TIMER: _forgets,
    Effect.LINE_UP: line_up,
    Effect.DIAL_OUT: dial_out,
    Effect.CALL_NEXT: call_next,
    Effect.FORGET_QUEUE_TIMER: _forgets,
    Effect.FORGET_DIAL_DELAY_TIMER: _forgets,
    **DELAY_EFFECTS,
    **DIALLING_EFFECTS,
    Effect.SET_MEDIA_TIMER: lambda switch, call, due: set_media(switch, call, due.row.id, due.because),
    Effect.FORGET_MEDIA_TIMER: _forgets,
    Effect.SET_MACHINE_TIMER: lambda switch, call, due: set_machine(switch, call, due.row.id, due.because),
    Effect.FORGET_MACHINE_TIMER: _forgets,
    Effect.SET_ACTION_TIMER: _set_action,
    Effect.FORGET_ACTION_TIMER: _forgets,
    Effect.FETCH_ANSWER: _fetch_answer,
    Effect.FETCH_ACTION: _fetch_action,
    Effect.FETCH_EXIT: _fetch_exit,
    Effect.FETCH_REDIRECT: _fetch_redirect,
    Effect.FETCH_TRANSFER: _fetch_transfer,
    Effect.FETCH_FALLBACK: _fetch_fallback,
    Effect.TELL_HANGUP: _tell_hangup,
    Effect.TELL_HANGUP_TO_ANSWER_URL: _tell_hangup_to_answer_url,
    Effect.TELL_RECORDING: _tell_recording,
    Effect.TELL_RING: _tell_ring,
    Effect.TELL_MACHINE: _tell_machine,
    Effect.TELL_RECORDED: _tell_recorded,
    Effect.TELL_INPUT: _tell_input,
    Effect.START_ACTION: _start_action,
    Effect.START_BEHIND: _start_behind,
    Effect.ADMIT: _admit,
    Effect.TAKE_DOCUMENT: _take_document,
    Effect.RUN_ELEMENT: _run_element,
    Effect.NOTHING: _nothing,
    **PHONE_CALL_EFFECTS,
    **ROOM_EFFECTS,
    **RECORDING_EFFECTS,
    **CONFERENCE_EFFECTS,
    Effect.DIAL: dial,
    Effect.PART: part,
    Effect.CONCLUDE: conclude,
}
