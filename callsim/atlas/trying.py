"""One operation tried in a copy of a moment, with all that follows at its instant; and what came of it for whoever is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from callsim.atlas.operations import Operation
from callsim.atlas.stating import legs, state_of, subject
from callsim.course import Course
from callsim.dialects import Response
from callsim.errors import UsageError
from callsim.model import Call, Change, Entity, MultipartyCall
from callsim.trace import Fetched, Told

MOST_FOLLOWING = 10_000
_TELLING = re.compile("status|cause|source|reason|disposition|event|exit|machine", re.IGNORECASE)
_CODES = ("code", "end_reason", "termination_cause_code")

_Words = tuple[str, Mapping[str, Any], tuple[str, ...]]
"""The cause of an end, the vendor's words for it, and the rules that those stand on."""


class Trial:
    """An operation that was done to a copy of a world; `before` is that world as it was."""

    def __init__(self, before: Course, after: Course, operation: Operation) -> None:
        self.before, self.after, self.operation = before, after, operation
        self._ends: dict[str, _Words | None] = {}
        known, seen = {each[1:4] for each in after.coming()}, len(after.trace)
        if operation.at is not None:
            after.now = max(after.now, operation.at)
        self.done = operation.do(after)
        self._settle(known)
        self.entries = after.trace[seen:]

    def _settle(self, known: set[Any]) -> None:
        """Let all come that is due at this instant and was not on its way before: answers that take no time."""
        for _ in range(MOST_FOLLOWING):
            coming = self.after.coming()
            new = next((each for each in coming if each.due <= self.after.now and each[1:4] not in known), None)
            if new is None:
                return
            self.after.take(new, [new])
        raise UsageError("what follows from it at one instant finds no end")

    @property
    def response(self) -> Response | None:
        return self.done if isinstance(self.done, Response) else None

    def state(self, name: str) -> str:
        """How a subject stands now: of a multiparty call, those who were in it are told even if they are out."""
        return state_of(self.after, name, legs(self.before.switch, name))

    def touches(self, name: str) -> bool:
        """Whether it makes any difference to a subject."""
        return self.state(name) != state_of(self.before, name)

    # -- ends --------------------------------------------------------------------------------------------------------

    def end(self, name: str) -> tuple[str | None, Any, str | None]:
        """The cause, the vendor's code and the vendor's source of the end that this brings to a subject, if it does."""
        words = self._words_of_end(name)
        if words is None:
            return None, None, None
        cause, told, _ = words
        code = next((told[key] for key in _CODES if key in told), None)
        return cause, code, told.get("source")

    def words(self, name: str) -> Mapping[str, Any]:
        """All that the vendor says of that end."""
        words = self._words_of_end(name)
        return {} if words is None else words[1]

    def _words_of_end(self, name: str) -> _Words | None:
        if name not in self._ends:
            self._ends[name] = self._found_words(name)
        return self._ends[name]

    def _found_words(self, name: str) -> _Words | None:
        old, new = subject(self.before.switch, name), subject(self.after.switch, name)
        speaks = self.after.dialect
        if isinstance(new, Call) and new.ending is not None and (old is None or old.ended_at is None):
            return str(new.ending.cause), *speaks.call_words(new)
        if isinstance(new, MultipartyCall) and new.termination is not None and (old is None or old.ended_at is None):
            words, rules = speaks.mpc_words(new)
            return str(new.termination), {key: word for key, word in words.items() if _TELLING.search(key)}, rules
        return None

    # -- what it stands on -------------------------------------------------------------------------------------------

    def rules(self, name: str) -> tuple[str, ...]:
        """The rules behind what it comes to for a subject: the one that decides, what led there, the words, the answer."""
        ended = self._words_of_end(name)
        spelled = () if ended is None else ended[2][-1:]
        answer = () if self.response is None else (self.response.rule,)
        rows = self.after.dialect.rulebook.rows
        return tuple(dict.fromkeys(rule for rule in (*self._deciding(name), *spelled, *answer) if rule in rows))

    def _deciding(self, name: str) -> Iterator[str]:
        thing = subject(self.after.switch, name)
        if thing is not None and self._words_of_end(name) is not None:
            rule = thing.rule if isinstance(thing, MultipartyCall) else thing.ending.rule if thing.ending else None
            yield from (rule,) if rule else ()
            yield from (change.via for change in self._changes(name) if change.rule == rule and change.via)
            return
        if self.touches(name):
            yield from (entry.rule for entry in self.entries if isinstance(entry, Fetched) and entry.call == name)
            yield from (change.via for change in self._changes(name) if change.via and ".its-call." in change.via)
        done = [change.rule for change in self._changes(name)]
        yield from done[-1:] if self.touches(name) else done[:1]

    def _changes(self, name: str) -> list[Change]:
        """What was done or refused to a subject, to its membership, or to what runs on it."""
        thing = subject(self.after.switch, name)
        key = thing.key if isinstance(thing, MultipartyCall) else name
        changes = [entry for entry in self.entries if isinstance(entry, Change)]
        found = [each for each in changes if each.name == key and (each.entity is Entity.MPC) is isinstance(thing, MultipartyCall)]
        return found or [each for each in changes if each.name.startswith(f"{key}/")]

    # -- what the application hears ----------------------------------------------------------------------------------

    def callbacks(self) -> tuple[Mapping[str, Any], ...]:
        """What the application is told and asked at that instant: kind, call, URL, and the words about state and cause."""
        found: list[Mapping[str, Any]] = []
        for entry in self.entries:
            if isinstance(entry, Told):
                words = {key: value for key, value in entry.params.items() if _TELLING.search(key)}
                found.append({"kind": entry.kind, "call": entry.call, "url": entry.url, "words": words})
            elif isinstance(entry, Fetched):
                found.append({"kind": f"{entry.purpose} document", "call": entry.call, "url": entry.url, "words": {}})
        return tuple(found)

