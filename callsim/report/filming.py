"""The film of a run, read off its trace: once, from its beginning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from callsim.model import By, Call, Change, Direction, Entity, MultipartyCall, Status, Verb
from callsim.motion import Motion
from callsim.report.excerpts import PLATFORM, kin, latest, only, owner
from callsim.report.film import Column, End, Event, Film, Lane
from callsim.report.references import Shortener
from callsim.report.wording import error_code, in_words
from callsim.scenario.references import ACCOUNT
from callsim.trace import APPLICATION, Asked, Entry, Fetched, Said, Told, Warned

_APPLICATION, _PLATFORM = 0, PLATFORM
_SPEAKERS = {By.API: "request", By.FAR_PARTY: "far", By.CARRIER: "carrier", By.DOCUMENT: "document"}
_CHANGES = {
    Entity.CALL: "state", Entity.MPC: "state", Entity.PARTICIPANT: "member", Entity.CONVERSATION: "talk", Entity.ACTION: "action",
}  # fmt: skip
_LANES = (Entity.CALL, Entity.MPC, Entity.PARTICIPANT)
_PEOPLE = (By.API, By.FAR_PARTY)
_ANSWERING = (Verb.ANSWER, Verb.REJECT, Verb.BUSY)
_MOST_SAID, _LONGEST_SAID = 4, 60
_DOCUMENTS = {
    Verb.RUN: "its document comes", Verb.BAD_INSTRUCTIONS: "no usable document comes", Verb.ARRIVE_LATE: "its document comes too late",
}  # fmt: skip
MOST = 100_000
"""How many events are drawn unless said otherwise; the latest are."""


def film(motion: Motion, title: str = "", about: str | None = None, most: int = MOST) -> Film:
    """The film of a run so far.

    `about` names a call or a multiparty call: then only what concerns it, whom it talks with and where it takes part is in the film.
    What a run no longer remembers is left out.
    """
    found = _Reader(motion).read(title)
    if about is not None:
        found = only(found, kin(motion.switch, about))
    return found if len(found.events) <= most else latest(found, most)


class _Reader:
    """Turns each entry of a trace into events, and keeps which change and which command each of them was."""

    def __init__(self, motion: Motion) -> None:
        self.motion, self.switch, self.dialect = motion, motion.switch, motion.dialect
        self.short = Shortener(motion)
        self.columns = [Column("application", "application"), Column("platform", "platform")]
        self.places: dict[tuple[Entity, str], int] = {}
        self.rooms: dict[str, str] = {}
        self.joins: dict[str, list[str]] = _joins(motion)
        self.events: list[Event] = []
        self.lanes: dict[tuple[Entity, str], Lane] = {}
        self.latest: dict[tuple[Entity, str], int] = {}
        self.changes: dict[int, int] = {}
        self.fetches: dict[tuple[int, str], int] = {}
        self.command = -1
        self.open: tuple[Asked, int, tuple[str, ...]] | None = None

    def read(self, title: str) -> Film:
        for call in self.switch.calls.values():
            self._column(Entity.CALL, call.name)
        for mpc in self.switch.mpcs.values():
            self._column(Entity.MPC, mpc.key)
        for entry in self.motion.trace:
            self._entry(entry)
        self._answer()
        ends = [*map(self._end_of_call, self.switch.calls.values()), *map(self._end_of_mpc, self.switch.mpcs.values())]
        name = self.dialect.vendor.title
        return Film(name, title, self.motion.now, self.columns, self.events, list(self.lanes.values()), ends, self.dialect.rulebook)

    def _entry(self, entry: Entry) -> None:
        match entry:
            case Change():
                self._change(entry)
            case Said():
                self._said(entry)
            case Asked():
                self._answer()
                self._request(entry)
            case Fetched():
                self._fetched(entry)
            case Told():
                self._told(entry)
            case Warned():
                self._add(Event(entry.at, "warning", _PLATFORM, _PLATFORM, entry.text))

    def _add(self, event: Event) -> int:
        self.events.append(event)
        return len(self.events) - 1

    # -- what is said --------------------------------------------------------------------------------------------------

    def _request(self, asked: Asked) -> None:
        line = self.short.line(asked.request.line)
        more = {"request": line} | ({"body": asked.request.body} if asked.request.body not in (None, {}) else {})
        note = ", ".join(filter(None, (asked.client, _briefly(asked.request.body))))
        number = self._add(Event(asked.at, "request", _APPLICATION, _PLATFORM, _short(line), note, more=more))
        self.open, self.command = (asked, number, ()), number

    def _answer(self) -> None:
        """Whatever a request led to at once has happened: it is answered."""
        if self.open is None:
            return
        (asked, number, about), self.open = self.open, None
        response = asked.response
        outcome = "" if response.outcome == "done" else f" {response.outcome}"
        rules = tuple(dict.fromkeys((response.rule, *response.rules)))
        self._about(self.events[number], about)
        more = None if response.body is None else {"body": response.body}
        event = Event(
            asked.at, "answer", _PLATFORM, _APPLICATION, f"{response.status}{outcome}", error_code(response.body), number, rules, about, more,
        )  # fmt: skip
        self._add(event)

    def _about(self, event: Event, names: tuple[str, ...]) -> None:
        """Say of a request whom it is about, where its line does not: numbers of participants are no names."""
        event.about = names
        unsaid = [name for name in names if name not in event.text]
        if unsaid and self._known(names):
            event.note = ", ".join(filter(None, (f"about {', '.join(unsaid[:3])}" + (" ..." if len(unsaid) > 3 else ""), event.note)))

    def _known(self, names: Iterable[str]) -> bool:
        return all(self.lanes.keys() & {(Entity.CALL, name), (Entity.MPC, name)} for name in names)

    def _said(self, said: Said) -> None:
        command = said.command
        names = (command.target,) if isinstance(command.target, str) else command.target
        if self.open is not None:
            asked, number, about = self.open
            if said.because < 0 and said.label == asked.request.line and said.at == asked.at and not about:
                self.open, self.command = (asked, number, tuple(names)), number
                return
            self._answer()
        kind = _SPEAKERS.get(command.by, "timer")
        first, last = self._between(kind, names[0] if names else "")
        text = _DOCUMENTS.get(command.verb) or _spoken(said, names if kind == "request" or len(names) > 1 else ())
        note = "" if said.status is Status.DONE else str(said.status)
        rules = (said.rule,) if said.rule else ()
        self.command = self._add(Event(said.at, kind, first, last, text, note, self._cause(said), rules, tuple(names)))

    def _cause(self, said: Said) -> int:
        """The request for the document that came, the change that let something come later, or what a network or whoever is called
        answers to: that it rings, or was placed."""
        target = said.command.target
        if said.command.purpose is not None and isinstance(target, str) and (said.because, target) in self.fetches:
            return self.fetches[said.because, target]
        if said.because < 0 and isinstance(target, str) and (said.command.by is By.CARRIER or said.command.verb in _ANSWERING):
            return self.latest.get((Entity.CALL, target), -1)
        return self.changes.get(said.because, -1)

    def _between(self, kind: str, name: str) -> tuple[int, int]:
        far = self.places.get((Entity.CALL, name), _PLATFORM)
        match kind:
            case "request" | "document":
                return _APPLICATION, _PLATFORM
            case "far":
                return far, _PLATFORM
            case "carrier":
                return _PLATFORM, far
            case _:
                return _PLATFORM, _PLATFORM

    def _fetched(self, fetched: Fetched) -> None:
        url = fetched.url.removeprefix(APPLICATION)
        note = f"{fetched.purpose} document" + (f", attempt {fetched.attempt}" if fetched.attempt > 1 else "")
        rules = tuple(dict.fromkeys((fetched.rule, *fetched.rules)))
        event = Event(
            fetched.at, "fetch", _PLATFORM, _APPLICATION, f"{fetched.method} {url}", note, self.changes.get(fetched.because, -1), rules,
            (fetched.call,), {"parameters": dict(fetched.params)} if fetched.params else None,
        )  # fmt: skip
        self.fetches[fetched.because, fetched.call] = self._add(event)

    def _told(self, told: Told) -> None:
        url = told.url.removeprefix(APPLICATION)
        note = f"{told.method} {url}" + (f", attempt {told.attempt}" if told.attempt > 1 else "")
        rules = tuple(dict.fromkeys((told.rule, *told.rules)))
        text, because = f"{told.kind} callback of {told.call}", self.changes.get(told.because, -1)
        more = {"parameters": dict(told.params)}
        self._add(Event(told.at, "callback", _PLATFORM, _APPLICATION, text, note, because, rules, (told.call,), more))

    # -- what changes --------------------------------------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        entity, name = change.entity, change.name
        moves = change.from_ != change.to
        subject = name if entity in _LANES else owner(name)
        if entity is Entity.PARTICIPANT and not change.from_ and self.joins.get(name):
            self.rooms[name] = self.joins[name].pop(0)
        room = self.rooms.get(name, "") if entity is Entity.PARTICIPANT else ""
        here = self._column(Entity.MPC if entity is Entity.MPC else Entity.CALL, subject)
        there = self._column(Entity.MPC, room) if room else here
        own = change.because < 0 and change.via is None and change.status is Status.DONE and change.by in _PEOPLE
        text, note = self._moved(change) if moves else (_words(change.verb) if own else _stays(change), "")
        because = self.changes.get(change.because, -1) if change.because >= 0 else self.command
        rules = tuple(rule for rule in (change.rule, change.via) if rule)
        event = Event(
            change.at, _CHANGES[entity] if moves else "stays", here, there, text, note, because, rules,
            tuple(filter(None, (subject, room))), minor=not moves and not own,
        )  # fmt: skip
        number = self.changes[change.number] = self._add(event)
        if moves and entity in _LANES:
            label = f"{name} in {room}" if room else name
            lane = self.lanes.setdefault((entity, label), Lane(entity, label, here))
            lane.moves.append((number, change.to))
            event.about = tuple(dict.fromkeys((*event.about, label)))
            self.latest[entity, name] = number

    def _moved(self, change: Change) -> tuple[str, str]:
        match change.entity:
            case Entity.ACTION:
                return f"{_thing(change.name)} {'begins' if not change.from_ else change.to}", change.cause or ""
            case Entity.CONVERSATION:
                return f"conversation {change.to}", change.cause or ""
            case Entity.PARTICIPANT:
                return change.to, change.cause or ""
            case _:
                return change.to, change.cause or ""

    def _column(self, entity: Entity, name: str) -> int:
        key = entity, name
        if key not in self.places:
            call = self.switch.calls.get(name) if entity is Entity.CALL else None
            kind = "mpc" if entity is Entity.MPC else "caller" if call and call.direction is Direction.INBOUND else "callee"
            self.places[key] = len(self.columns)
            self.columns.append(Column(kind, name))
        return self.places[key]

    # -- how it came out -----------------------------------------------------------------------------------------------

    def _end_of_call(self, call: Call) -> End:
        ending = call.ending
        if ending is None:
            return End(call.name, Entity.CALL, str(call.state))
        said, rules = self.dialect.call_words(call)
        words = in_words(said, call.name, self.dialect.call_id(call))
        event = self.latest.get((Entity.CALL, call.name), -1)
        self._in_words(event, said, rules)
        return End(call.name, Entity.CALL, str(call.state), str(ending.cause), ending.who, words, event)

    def _in_words(self, number: int, words: Mapping[str, Any], rules: Iterable[str]) -> None:
        """Say with an end how the vendor words it, and by which rules: those may be disputed where the end itself is not."""
        if number >= 0:
            event = self.events[number]
            event.rules = tuple(dict.fromkeys((*event.rules, *rules)))
            event.more = {"in the vendor's words": dict(words)}

    def _end_of_mpc(self, mpc: MultipartyCall) -> End:
        if mpc.ended_at is None:
            return End(mpc.key, Entity.MPC, str(mpc.state))
        said, rules = self.dialect.mpc_words(mpc)
        words = in_words(said, mpc.name, self.dialect.mpc_id(mpc))
        event = self.latest.get((Entity.MPC, mpc.key), -1)
        self._in_words(event, said, rules)
        return End(mpc.key, Entity.MPC, str(mpc.state), str(mpc.termination), str(mpc.ended_by), words, event)


def _short(line: str) -> str:
    """A request line without what comes before and is its account."""
    method, _, path = line.partition(" ")
    _, account, rest = path.partition(f"/${ACCOUNT}/")
    return f"{method} .../{rest}" if account and rest else line


def _stays(change: Change) -> str:
    return f"{_words(change.verb) if change.status is Status.DONE else change.status}: stays {change.to}"


def _briefly(body: Any) -> str:
    """What a request says beside its line, as far as there is room."""
    if not isinstance(body, Mapping):
        return ""
    said = [f"{key}={value}" for key, value in body.items() if isinstance(value, (str, int, float, bool))]
    text = ", ".join(said[:_MOST_SAID])
    return text if len(text) <= _LONGEST_SAID and len(said) <= _MOST_SAID else f"{text[:_LONGEST_SAID]}..."


def _spoken(said: Said, several: Iterable[str]) -> str:
    command = said.command
    detail = f" {command.detail}" if command.verb is Verb.PRESS and isinstance(command.detail, str) else ""
    return " ".join((_words(command.verb) + detail, ", ".join(several))).strip()


def _words(verb: Verb) -> str:
    return str(verb).replace("_", " ")


def _thing(name: str) -> str:
    return name.rpartition("/")[2].partition("#")[0]


def _joins(motion: Motion) -> dict[str, list[str]]:
    """Which multiparty calls each call was in, in order: it is in at most one at a time."""
    found: dict[str, list[tuple[float, str]]] = {}
    for mpc in motion.switch.mpcs.values():
        for one in mpc.participants:
            left = float("inf") if one.exited_at is None else float(one.exited_at)
            found.setdefault(one.call.name, []).append((left, mpc.key))
    return {call: [key for _, key in sorted(keys, key=lambda pair: pair[0])] for call, keys in found.items()}


def as_data(motion: Motion, title: str = "", about: str | None = None, most: int = MOST) -> dict[str, Any]:
    """The film of a run so far, as plain data for a page."""
    return film(motion, title, about, most).as_data()
