"""The four systems side by side: what each request that ends calls comes to, asked of the rulebooks themselves."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.dialects import Dialect, dialect, dialect_class
from callsim.instructions import Document, MultiPartyCall, Speak
from callsim.model import By, Call, CallState, Command, Direction, Joining, Outcome, Placement, TodoKind, Verb
from callsim.provenance import Basis, Kind
from callsim.report.tables import markdown
from callsim.report.wording import in_words
from callsim.switch import Switch

_CALL, _ROOM, _EXIT = "anna", "room", "http://app.test/exit"
_PLACEMENT = Placement(from_="+15550100000", to="+15550100003", user="1", extension="0003*210")
_WEAKEST = tuple(Kind)
_LATER = 1_000

REQUESTS: tuple[tuple[str, Verb], ...] = (
    ("plivo", Verb.HANG_UP),
    ("plivo", Verb.CANCEL),
    ("plivo", Verb.HANG_UP_ALL),
    ("tryvox", Verb.HANG_UP),
    ("voipnow", Verb.HANG_UP),
)
_LABELS = {Verb.HANG_UP: "hang up", Verb.CANCEL: "cancel by request id", Verb.HANG_UP_ALL: "hang up all"}
_TO_STATE: dict[CallState, tuple[Command, ...]] = {
    CallState.QUEUED: (),
    CallState.RINGING: (Command(Verb.RING, _CALL, By.CARRIER),),
    CallState.IN_PROGRESS: (Command(Verb.RING, _CALL, By.CARRIER), Command(Verb.ANSWER, _CALL, By.FAR_PARTY)),
    CallState.COMPLETED: (Command(Verb.RING, _CALL, By.CARRIER), Command(Verb.REJECT, _CALL, By.FAR_PARTY)),
}


def hanging_up(ids: bool = False) -> Iterator[str]:
    """A Markdown table: what hanging up an outbound call comes to in each state, in the vendor's words, and its basis.

    With `ids` a cell that is disputed or assumed names its switch.
    """
    headings = ["request", *CallState, "unknown id"]
    yield from markdown(headings, (_request_row(vendor, verb, ids) for vendor, verb in REQUESTS))


def _request_row(vendor: str, verb: Verb, ids: bool) -> list[str]:
    title = f"{dialect_class(vendor).vendor.title}: {_LABELS[verb]}"
    return [title, *(_cell(dialect(vendor), verb, state, ids) for state in (*CallState, None))]


def _cell(speaks: Dialect, verb: Verb, state: CallState | None, ids: bool) -> str:
    """Bring a call into a state, send the request, and say what came of it; no state: the call is not there any more."""
    switch = Switch(speaks.rulebook)
    switch.apply(Command(Verb.PLACE, _CALL, By.API, _PLACEMENT), 0)
    for command in _TO_STATE[state or CallState.QUEUED]:
        switch.apply(command, 0)
    request = speaks.say(verb, "default" if verb is Verb.HANG_UP_ALL else _CALL, switch)
    if state is None:
        switch = Switch(speaks.rulebook)
        speaks = dialect(speaks.vendor.name)
    plan = speaks.read(request, switch)
    outcome = switch.apply(plan.command, _LATER) if plan.command is not None else None
    response = speaks.answer(plan, outcome, switch, 1)
    rules = [response.rule, *([outcome.rule] if outcome is not None and outcome.rule else [])]
    call = switch.calls.get(_CALL)
    came = "changes nothing"
    if call is not None and call.ending is not None and call.ending.at == _LATER:
        words, spelled = speaks.call_words(call)
        came = f"{call.ending.cause}: {_words(words, speaks, call)}"
        rules.append(spelled[-1])
    basis = _weakest(rules, speaks)
    return f"{response.status}, {came} ({f'{basis.kind}: `{basis.assumption}`' if ids and basis.assumption else basis.kind})"


def _words(words: dict[str, object], speaks: Dialect, call: Call) -> str:
    return in_words(words, call.name, speaks.call_id(call))


def _weakest(rules: list[str], speaks: Dialect) -> Basis:
    """A cell stands on several rules; it is as firm as the weakest."""
    return max((speaks.rulebook.rows[rule].basis for rule in rules), key=lambda basis: _WEAKEST.index(basis.kind))


def ending_mpc() -> Iterator[str]:
    """A Markdown table: what becomes of each kind of leg when Plivo's multiparty call is ended by the API."""
    headings = ("leg joined by", "no exit URL", "exit URL")
    legs = (("`<MultiPartyCall>` in its own document", _join_by_document), ("the API, Add Participant", _add))
    yield from markdown(headings, ([label, _leg(join(None)), _leg(join(_EXIT))] for label, join in legs))


def _leg(switch: Switch) -> str:
    speaks = dialect("plivo")
    outcome = switch.apply(Command(Verb.STOP, _ROOM, By.API), _LATER)
    call = switch.calls[_CALL]
    rule = _deciding(outcome)
    kind = speaks.rulebook.rows[rule].basis.kind
    if call.ending is not None:
        words, spelled = speaks.call_words(call)
        return f"its call ends, {call.ending.cause}: {_words(words, speaks, call)} ({_weakest([rule, spelled[-1]], speaks).kind})"
    fetched = any(todo.kind is TodoKind.FETCH for todo in outcome.todos)
    return f"its call goes on with {'the document its exit URL returns' if fetched else 'the next element'} ({kind})"


def _deciding(outcome: Outcome) -> str:
    """The consequence row that says what becomes of a leg: the last that followed from its exit."""
    asked = [todo.rule for todo in outcome.todos if todo.kind is TodoKind.FETCH]
    vias = [change.via for change in outcome.changes if change.via and ".its-call." in change.via]
    return (asked or vias)[0]


def _join_by_document(exit_url: str | None) -> Switch:
    switch = Switch(dialect("plivo").rulebook)
    document = Document((MultiPartyCall(_ROOM, exit_url=exit_url), Speak("Goodbye.")))
    switch.apply(Command(Verb.PLACE, _CALL, By.FAR_PARTY, Placement(direction=Direction.INBOUND)), 0)
    switch.apply(Command(Verb.RUN, _CALL, By.DOCUMENT, document), 0)
    return switch


def _add(exit_url: str | None) -> Switch:
    switch = Switch(dialect("plivo").rulebook)
    switch.apply(Command(Verb.ADD, _CALL, By.API, Joining(_ROOM, exit_url=exit_url, placement=_PLACEMENT)), 0)
    for command in _TO_STATE[CallState.IN_PROGRESS]:
        switch.apply(command, 0)
    return switch
