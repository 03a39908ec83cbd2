"""A run as a sequence diagram in Mermaid's language, which pull requests, wikis and editors draw by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.report.film import Event, Film
from callsim.report.visible import cut
from callsim.scenario.values import format_duration

MOST = 400
"""How many events a diagram has at most: those who draw it refuse longer ones."""
_LONGEST = 120
_DASHED = ("answer", "document")
_ACTORS = ("caller", "callee")


def sequence(film: Film) -> Iterator[str]:
    """The lines of a sequenceDiagram. What people wrote is text: everything that Mermaid would obey is written as its number."""
    events = [event for event in film.events if not event.minor]
    shown = events[:MOST]
    yield "sequenceDiagram"
    yield f"    %% {_comment(film.title)}"
    for number in _columns(film, shown):
        column = film.columns[number]
        yield f"    {'actor' if column.kind in _ACTORS else 'participant'} c{number} as {_text(column.label)}"
    before = None
    for event in shown:
        if event.at != before:
            yield f"    note over c0: {_text(format_duration(event.at))}"
        before = event.at
        yield f"    {_line(event)}"
    if len(events) > len(shown):
        yield f"    note over c0: and {len(events) - len(shown)} events more"


def _columns(film: Film, shown: Sequence[Event]) -> Sequence[int]:
    used = {number for event in shown for number in (event.from_, event.to)} | {0, 1}
    return [number for number in range(len(film.columns)) if number in used]


def _line(event: Event) -> str:
    text = _text(f"{event.text} {event.note}".strip())
    if event.kind == "member":
        # Who takes part is told where the call and the room meet.
        return f"note over c{event.from_},c{event.to}: {text}"
    if event.from_ == event.to:
        return f"note over c{event.from_}: {text}"
    return f"c{event.from_}{'-->>' if event.kind in _DASHED else '->>'}c{event.to}: {text}"


def _text(text: str) -> str:
    """Letters, digits and a few signs as they are; all else as Mermaid's numbers of characters."""
    return "".join(char if char.isalnum() or char in " .,/_-()*+=?$:" else f"#{ord(char)};" for char in cut(text, _LONGEST))


def _comment(text: str) -> str:
    return "".join(char for char in cut(text, _LONGEST) if char.isalnum() or char in " .,_-()")
