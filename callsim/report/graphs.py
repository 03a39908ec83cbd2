"""State diagrams out of the rows, in Mermaid's language."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.model import FINAL, STATES, Entity, State, Status
from callsim.rules import Row, Rulebook, Start

_OUTSIDE = "[*]"


def mermaid(entity: Entity, book: Rulebook) -> Iterator[str]:
    """The lines of a stateDiagram-v2: every state, how it begins and ends, and one edge for each move, labelled with the
    verbs, who says them, and the cause."""
    yield "stateDiagram-v2"
    yield f"    %% {entity}: {'the base rules' if book.vendor == 'base' else book.vendor}"
    for state in STATES[entity]:
        yield f'    state "{state}" as {_name(state)}'
    yield from _beginnings(entity, book)
    for (source, target), labels in _edges(entity, book).items():
        yield f"    {_name(source)} --> {_name(target)}: {'<br/>'.join(labels)}"
    for state in FINAL[entity]:
        yield f"    {_name(state)} --> {_OUTSIDE}"


def _name(state: State) -> str:
    return str(state).replace("-", "_")


def _beginnings(entity: Entity, book: Rulebook) -> Iterator[str]:
    begun: dict[State, list[str]] = {}
    for row in book.starts.values():
        if isinstance(row, Start) and row.entity is entity:
            begun.setdefault(row.state, []).extend(str(fact) for fact in row.when)
    for state, facts in begun.items():
        yield f"    {_OUTSIDE} --> {_name(state)}" + (f": {', '.join(facts)}" if facts else "")


def _edges(entity: Entity, book: Rulebook) -> dict[tuple[State, State], list[str]]:
    """The labels of each move; those who say the same verb to the same end share one."""
    speakers: dict[tuple[State, State], dict[tuple[str, str], dict[str, None]]] = {}
    for row in book.transitions:
        if row.entity is entity and _moves(row):
            said = speakers.setdefault((row.state, row.to), {}).setdefault((row.verb, row.cause or ""), {})
            said[row.by] = None
    return {move: [_label(verb, by, cause) for (verb, cause), by in said.items()] for move, said in speakers.items()}


def _moves(row: Row) -> bool:
    return row.status is Status.DONE and row.to is not row.state


def _label(verb: str, by: dict[str, None], cause: str) -> str:
    return f"{verb} by {', '.join(by)}" + (f" / {cause}" if cause else "")
