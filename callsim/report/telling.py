"""The story of a play as lines of plain data: who did what, what moved, why, by which rule; consequences under their causes.

What moves nothing is left out, unless it is somebody's own command and its refusal. How lines look is up to `text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from callsim.dialects import Dialect
from callsim.model import By, Change, Direction, Entity, Status, Verb
from callsim.motion import Motion
from callsim.report.references import Shortener
from callsim.report.wording import error_code, in_words
from callsim.switch import Switch
from callsim.trace import APPLICATION, Asked, Entry, Fetched, Said, Told, Warned

_DOCUMENT_VERBS = (Verb.RUN, Verb.BAD_INSTRUCTIONS, Verb.ARRIVE_LATE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story. `depth` counts what it follows from; `move` is `from -> to`, or what became of it."""

    at: int
    depth: int
    who: str
    what: str
    move: str = ""
    cause: str = ""
    words: str = ""
    rule: str = ""
    basis: str = ""
    kind: str = "change"


@dataclass(slots=True, eq=False)
class _Node:
    """Something that happened, and what followed from it; without a line it only passes its followers on."""

    at: int
    line: Line | None = None
    below: list[_Node] = field(default_factory=list)

    def lines(self, depth: int = 0) -> Iterator[Line]:
        # Consequences of consequences can be many: no recursion, so no depth is too deep.
        waiting = [(self, depth)]
        while waiting:
            node, depth = waiting.pop()
            if node.line is not None:
                yield replace(node.line, depth=depth)
                depth += 1
            waiting += [(each, depth) for each in reversed(node.below)]


def story(simulation: Motion, until: int | None = None) -> Iterator[Line]:
    """The lines of a play, in order of time; `until`: of so many entries of its trace only."""
    for root in _Teller(simulation, until).roots():
        yield from root.lines()


class _Teller:
    """Reads a trace once and hangs every entry below what it follows from."""

    def __init__(self, simulation: Motion, until: int | None = None) -> None:
        self.trace = simulation.trace[:until]
        self.switch = simulation.switch
        self.dialect = simulation.dialect
        self.short = Shortener(simulation)
        self.changes: dict[int, _Node] = {}
        self.tops: list[_Node] = []
        self.rooms = _rooms(simulation)
        self.current = _Node(0)
        self.asked: Asked | None = None
        self.merged: Change | None = None

    def roots(self) -> list[_Node]:
        for place, entry in enumerate(self.trace):
            self._read(place, entry)
        return self.tops

    def _read(self, place: int, entry: Entry) -> None:
        if isinstance(entry, Change):
            self._change(entry)
        elif isinstance(entry, Said):
            self._said(place, entry)
        elif isinstance(entry, Asked):
            self.current = self._top(entry.at, self._request(entry))
            self.asked = entry
        elif isinstance(entry, Fetched):
            self._after(entry.because, entry.at, self._fetch(entry))
        elif isinstance(entry, Told):
            self._after(entry.because, entry.at, self._callback(entry))
        else:
            self._top(entry.at, _warning(entry))

    def _top(self, at: int, line: Line | None) -> _Node:
        node = _Node(at, line)
        self.tops.append(node)
        return node

    def _after(self, because: int, at: int, line: Line | None) -> _Node:
        """Hang a line below the change it follows from, if that was at the same instant."""
        above = self.changes.get(because)
        if above is None or above.at != at:
            return self._top(at, line)
        node = _Node(at, line)
        above.below.append(node)
        return node

    # -- commands --------------------------------------------------------------------------------------------------

    def _said(self, place: int, said: Said) -> None:
        if self.asked is not None and self.asked.request.line == said.label and self.asked.at == said.at:
            self.asked = None
            return
        self.asked = None
        own = self._own_change(place, said)
        if own is not None and own.from_ != own.to:
            self.merged = own
        self.current = self._after(said.because, said.at, self._said_line(said, own))

    def _own_change(self, place: int, said: Said) -> Change | None:
        """The change that is the command itself, if the next entry is that."""
        entry = self.trace[place + 1] if place + 1 < len(self.trace) else None
        if isinstance(entry, Change) and entry.because < 0 and entry.via is None and entry.name == said.command.target:
            return entry
        return None

    def _said_line(self, said: Said, own: Change | None) -> Line | None:
        command = said.command
        moves = own is not None and own.from_ != own.to
        if command.verb in _DOCUMENT_VERBS and not moves and self._arrives_at_once(said):
            return None
        what = f"{command.verb.replace('_', ' ')} {self._targets(command.target)}"
        if own is not None and moves:
            return self._moved(own, what, who_says(command.by, command.target, self.switch))
        move = _standing(said.status, own)
        return Line(
            said.at, 0, who_says(command.by, command.target, self.switch), what, move, "", "", said.rule or "", self._basis(said.rule),
            "command" if said.status is Status.DONE else "refusal",
        )  # fmt: skip

    def _arrives_at_once(self, said: Said) -> bool:
        above = self.changes.get(said.because)
        return said.status is Status.DONE and above is not None and above.at == said.at

    def _targets(self, target: str | tuple[str, ...]) -> str:
        names = (target,) if isinstance(target, str) else target
        return ", ".join(_action(name) for name in names)

    def _request(self, asked: Asked) -> Line:
        response = asked.response
        outcome = "" if response.outcome == "done" else f" {response.outcome}"
        return Line(
            asked.at, 0, asked.client or "api",
            self.short.line(asked.request.line), f"{response.status}{outcome}", "", error_code(response.body),
            response.rule, response.basis, "request",
        )  # fmt: skip

    # -- what followed ---------------------------------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        if change is self.merged:
            self.merged = None
            self.changes[change.number] = self.current
            return
        line = self._change_line(change)
        if change.because < 0:
            node = _Node(change.at, line)
            self.current.below.append(node)
        else:
            node = self._after(change.because, change.at, line)
        self.changes[change.number] = node

    def _change_line(self, change: Change) -> Line | None:
        if change.from_ != change.to:
            return self._moved(change, self._subject(change), "")
        own_refusal = change.because < 0 and change.via is None and change.status is not Status.DONE
        above = self.current.line
        if not own_refusal or (above is not None and above.kind == "refusal"):
            return None
        move = _standing(change.status, change)
        return Line(
            change.at, 0, "", self._subject(change), move, "", "", change.rule, self._basis(change.rule), "refusal"
        )

    def _moved(self, change: Change, what: str, who: str) -> Line:
        move = f"{change.from_} -> {change.to}" if change.from_ else str(change.to)
        return Line(
            change.at,
            0,
            who,
            what,
            move,
            change.cause or "",
            self._words(change),
            change.rule,
            self._basis(change.rule),
        )

    def _subject(self, change: Change) -> str:
        if change.entity is Entity.PARTICIPANT:
            if not change.from_:
                self.rooms.begin(change.name)
            room = self.rooms.of(change.name)
            return f"{change.name} in {room}" if room else change.name
        return _action(change.name) if change.entity is Entity.ACTION else change.name

    def _words(self, change: Change) -> str:
        """The vendor's words for an end, without ids and names."""
        if change.entity is Entity.CALL and change.to == "completed":
            call = self.switch.calls[change.name]
            return in_words(self.dialect.call_words(call)[0], call.name, self.dialect.call_id(call))
        if change.entity is Entity.MPC and change.to == "ended":
            mpc = self.switch.mpcs[change.name]
            return in_words(self.dialect.mpc_words(mpc)[0], mpc.name, self.dialect.mpc_id(mpc))
        return ""

    def _fetch(self, fetched: Fetched) -> Line:
        url = fetched.url.removeprefix(APPLICATION)
        what = f"{fetched.call} fetches {url}"
        purpose = f"{fetched.purpose} document{_again(fetched.attempt)}"
        return Line(fetched.at, 0, "", what, "", "", purpose, fetched.rule, self._basis(fetched.rule), "fetch")

    def _callback(self, told: Told) -> Line:
        what = f"{told.kind} callback to {told.url.removeprefix(APPLICATION)}"
        return Line(told.at, 0, "", what, "", "", _again(told.attempt).removeprefix(", "), told.rule, self._basis(told.rule), "callback")

    def _basis(self, rule: str | None) -> str:
        return basis_of(rule, self.dialect)


def _again(attempt: int) -> str:
    """Which attempt something is, unless it is the first."""
    return f", attempt {attempt}" if attempt > 1 else ""


class _Rooms:
    """Which multiparty call a call is in, as the story goes: a call is in at most one at a time."""

    def __init__(self, rooms: Mapping[str, list[str]]) -> None:
        self._left = {call: list(names) for call, names in rooms.items()}
        self._now: dict[str, str] = {}

    def begin(self, call: str) -> None:
        if self._left.get(call):
            self._now[call] = self._left[call].pop(0)

    def of(self, call: str) -> str:
        return self._now.get(call, "")


def _rooms(simulation: Motion) -> _Rooms:
    joined: dict[str, list[tuple[float, str]]] = {}
    for mpc in simulation.switch.mpcs.values():
        for one in mpc.participants:
            left = float("inf") if one.exited_at is None else float(one.exited_at)
            joined.setdefault(one.call.name, []).append((left, mpc.key))
    return _Rooms({call: [key for _, key in sorted(keys, key=lambda pair: pair[0])] for call, keys in joined.items()})


def _action(name: str) -> str:
    """`anna/speak#1` as people say it."""
    call, slash, rest = name.rpartition("/")
    return f"{rest.partition('#')[0]} on {call}" if slash and "#" in rest else name


def _standing(status: Status, change: Change | None) -> str:
    if status is Status.DONE:
        return ""
    if status is Status.UNKNOWN or change is None:
        return str(status)
    return f"{status}: stays {change.to}"


def _warning(entry: Warned) -> Line:
    return Line(entry.at, 0, "callsim", f"warning: {entry.text}", kind="warning")


def who_says(by: By, target: str | tuple[str, ...], switch: Switch) -> str:
    """Who says something, by the word people use: the far party of a call is its callee or its caller."""
    call = switch.calls.get(target) if isinstance(target, str) else None
    if by is not By.FAR_PARTY or call is None:
        return str(by)
    return "callee" if call.direction is Direction.OUTBOUND else "caller"


def basis_of(rule: str | None, dialect: Dialect) -> str:
    """What a rule stands on, in one word."""
    row = dialect.rulebook.rows.get(rule or "")
    return "" if row is None else str(row.basis.kind)
