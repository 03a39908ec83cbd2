"""The systems side by side: the tables of the README, cut out of the atlas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.atlas.cells import Cell, cells
from callsim.atlas.stating import NOWHERE
from callsim.atlas.worlds import named, reference_worlds
from callsim.dialects import dialect_class
from callsim.model import CallState
from callsim.report.atlas import their_words
from callsim.report.tables import markdown

REQUESTS: tuple[tuple[str, str, str], ...] = (
    ("plivo", "hang_up", "hang up"),
    ("plivo", "cancel", "cancel by request id"),
    ("plivo", "hang_up_all", "hang up all"),
    ("tryvox", "hang_up", "hang up"),
    ("voipnow", "hang_up", "hang up"),
)
_LEGS: tuple[tuple[str, str, str], ...] = (
    ("`<MultiPartyCall>` in its own document", "xml-leg, no exit URL: anna", "xml-leg, exit URL: anna"),
    ("the API, Add Participant", "api-leg: cleo", "api-leg-exit-url: cleo"),
)


def _drawn(*worlds: str) -> list[Cell]:
    return list(cells([one for name in worlds for one in named(reference_worlds(), name)]))


def hanging_up() -> Iterator[str]:
    """A Markdown table: what hanging up an outbound call comes to in each state, in the vendor's words, and what that stands on."""
    known = {(cell.vendor, cell.operation, cell.state): cell for cell in _drawn("outbound") if cell.by == "api"}
    states = (*map(str, CallState), NOWHERE)
    rows = ([known[vendor, operation, state] for state in states] for vendor, operation, _ in REQUESTS)
    titles = (f"{dialect_class(vendor).vendor.title}: {label}" for vendor, _, label in REQUESTS)
    yield from markdown(
        ("request", *CallState, "unknown id"), ([title, *map(_ended, row)] for title, row in zip(titles, rows, strict=True))
    )


def _ended(cell: Cell) -> str:
    came = "changes nothing" if cell.cause is None else f"{cell.cause}: {their_words(cell)}"
    return f"{cell.status}, {came} ({_stands_on(cell)})"


def _stands_on(cell: Cell) -> str:
    return f"{cell.basis}: `{cell.assumption}`" if cell.assumption else cell.basis


def ending_mpc() -> Iterator[str]:
    """A Markdown table: what becomes of each kind of leg when Plivo's multiparty call is ended by the API."""
    drawn = _drawn("xml-leg", "api-leg", "api-leg-exit-url")
    yield from markdown(
        ("leg joined by", "no exit URL", "exit URL"), ([label, _leg(drawn, plain), _leg(drawn, exits)] for label, plain, exits in _LEGS)
    )


def _leg(drawn: Sequence[Cell], world: str) -> str:
    """What stopping comes to for a leg that is in the multiparty call."""
    found = (cell for cell in drawn if cell.vendor == "plivo" and (cell.world, cell.operation) == (world, "stop room"))
    cell = next(cell for cell in found if cell.state.startswith(CallState.IN_PROGRESS))
    if cell.cause is not None:
        return f"its call ends, {cell.cause}: {their_words(cell)} ({_stands_on(cell)})"
    on = "the document its exit URL returns" if cell.callbacks else "the next element"
    return f"its call goes on with {on} ({_stands_on(cell)})"
