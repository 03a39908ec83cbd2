"""`callsim why`: from a call's end back, change by change and rule by rule, to whoever started it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from callsim.errors import UsageError
from callsim.model import Change, Entity
from callsim.motion import Motion
from callsim.report.references import Shortener
from callsim.report.telling import who_says
from callsim.report.text import BASES
from callsim.report.visible import visible
from callsim.report.wording import in_words
from callsim.rules import AnyRow
from callsim.scenario.playing import Played
from callsim.scenario.values import format_duration
from callsim.scenario.wording import nearest
from callsim.trace import APPLICATION, Asked, Fetched, Said


@dataclass(frozen=True, slots=True)
class Link:
    """One step back: what happened when, and the rules by which it did, the one that decided first."""

    at: int
    what: str
    rules: tuple[AnyRow, ...] = ()


def chain(simulation: Motion, call: str) -> list[Link]:
    """The links from a call's end back to its first cause; empty if the call has not ended.

    Raises UsageError for a call that the play does not have.
    """
    calls = simulation.switch.calls
    if call not in calls:
        hints = [
            f"there {'is' if len(calls) == 1 else 'are'} {', '.join(calls) or 'no call at all'}",
            nearest(call, calls),
        ]
        raise UsageError("; ".join([f"no call is called {visible(call)!r}", *filter(None, hints)]))
    return list(_Back(simulation).links(call))


class _Back:
    """Walks a trace from its end; every change knows what it follows from."""

    def __init__(self, simulation: Motion) -> None:
        self.simulation = simulation
        self.trace = simulation.trace
        self.rows = simulation.dialect.rulebook.rows
        self.short = Shortener(simulation)
        self.places = {entry.number: place for place, entry in enumerate(self.trace) if isinstance(entry, Change)}

    def links(self, call: str) -> Iterator[Link]:
        place = self._end(call)
        while place is not None:
            entry = self.trace[place]
            if isinstance(entry, Change):
                yield Link(entry.at, self._change(entry), self._rules(entry.rule, entry.via))
                place = self._before(entry, place)
            elif isinstance(entry, Said):
                yield from self._said(entry, place)
                place = self.places.get(entry.because)
            else:
                return

    def _end(self, call: str) -> int | None:
        for place, entry in enumerate(self.trace):
            if isinstance(entry, Change) and (entry.entity, entry.name, entry.to) == (Entity.CALL, call, "completed"):
                return place
        return None

    def _before(self, change: Change, place: int) -> int | None:
        """The change it follows from, or the command it belongs to."""
        if change.because >= 0:
            return self.places[change.because]
        return next((at for at in range(place - 1, -1, -1) if isinstance(self.trace[at], Said)), None)

    def _said(self, said: Said, place: int) -> Iterator[Link]:
        command = said.command
        target = command.target if isinstance(command.target, str) else ", ".join(command.target)
        by = "" if said.because >= 0 else f" by {who_says(command.by, command.target, self.simulation.switch)}"
        follower = self.trace[place + 1] if place + 1 < len(self.trace) else None
        told_already = isinstance(follower, Change) and follower.rule == said.rule and follower.name == command.target
        if not told_already:
            yield Link(said.at, f"{command.verb.replace('_', ' ')} {target}{by}", self._rules(said.rule))
        fetched = self._fetched(said, place)
        if fetched is not None:
            yield Link(
                fetched.at, f"{fetched.call} fetched {fetched.url.removeprefix(APPLICATION)}", self._rules(fetched.rule)
            )
        asked = self.trace[place - 1] if place else None
        if said.label and isinstance(asked, Asked) and asked.request.line == said.label:
            response = asked.response
            yield Link(
                asked.at, f"{self.short.line(said.label)}, answered {response.status}", self._rules(response.rule)
            )

    def _fetched(self, said: Said, place: int) -> Fetched | None:
        """The request for the document that arrived with this command."""
        if said.because < 0 or said.command.purpose is None:
            return None
        for entry in reversed(self.trace[:place]):
            if isinstance(entry, Fetched) and entry.because == said.because and entry.call == said.command.target:
                return entry
        return None

    def _change(self, change: Change) -> str:
        move = f"{change.from_} -> {change.to}" if change.from_ else change.to
        if change.from_ == change.to:
            move = f"{change.verb.replace('_', ' ')}, stays {change.to}"
        entity = "" if change.entity is Entity.CALL else f"{change.entity} "
        cause = f", {change.cause}" if change.cause else ""
        return f"{entity}{change.name}: {move}{cause} by {who_says(change.by, change.name, self.simulation.switch)}"

    def _rules(self, *ids: str | None) -> tuple[AnyRow, ...]:
        return tuple(self.rows[id] for id in ids if id is not None and id in self.rows)


def told_why(played: Played, call: str) -> Iterator[RenderableType]:
    """The chain, numbered, its end first."""
    simulation = played.simulation
    links = chain(simulation, call)
    one = simulation.switch.calls[call]
    if one.ending is None:
        yield Text(f"{visible(call)} has not ended: it is {one.state} at {format_duration(simulation.now)}")
        return
    words = in_words(simulation.dialect.call_words(one)[0], one.name, simulation.dialect.call_id(one))
    yield Text.assemble(
        (visible(call), "bold"), f" ended at {format_duration(one.ending.at)}: ", (str(one.ending.cause), "yellow"),
        f" by {one.ending.who} ({visible(words)})",
    )  # fmt: skip
    for number, link in enumerate(links, 1):
        last = number == len(links) > 1
        yield Text.assemble(
            f"{number:>3}. ", (format_duration(link.at), "cyan"), "  ", (visible(link.what), "bold"),
            "  (the first cause)" if last else "",
        )  # fmt: skip
        for row in link.rules:
            yield from _rule(row)


def _rule(row: AnyRow) -> Iterator[RenderableType]:
    basis = row.basis
    yield Padding(Text.assemble((row.id, "blue"), f": {row.why}"), (0, 0, 0, 7))
    source = Text.assemble((str(basis), BASES[basis.kind]), (f"  {basis.evidence[0]}" if basis.evidence else "", "dim"))
    yield Padding(source, (0, 0, 0, 9))
