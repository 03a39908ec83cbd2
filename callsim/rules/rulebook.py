"""A vendor is a rulebook: the base rows, the vendor's laid over them, the chosen assumptions laid over those; frozen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from callsim.errors import RulebookError, UsageError
from callsim.model import Entity, State, Verb
from callsim.rules.assumption import CORE_ASSUMPTIONS, Assumption, Patch
from callsim.rules.base_call import CALL_ROWS
from callsim.rules.base_conference import CONFERENCE_ROWS
from callsim.rules.base_conversation import (
    CONVERSATION_CONSEQUENCES,
    CONVERSATION_EXECUTES,
    CONVERSATION_LIMITS,
    CONVERSATION_ROWS,
    CONVERSATION_STARTS,
)
from callsim.rules.base_delay import DELAY_ROWS
from callsim.rules.base_dial import DIAL_CONSEQUENCES, DIAL_LIMITS, DIAL_ROWS
from callsim.rules.base_documents import DOCUMENT_CONSEQUENCES, DOCUMENT_EXECUTES, DOCUMENT_LIMITS, DOCUMENT_ROWS
from callsim.rules.base_equals import EQUALS_CONSEQUENCES, EQUALS_ROWS, EQUALS_STARTS
from callsim.rules.base_flow import CONSEQUENCES, EXECUTES, LIMITS, STARTS
from callsim.rules.base_mpc import MPC_ROWS
from callsim.rules.base_part import PART_CONSEQUENCES, PART_ROWS
from callsim.rules.base_phone_call import PHONE_CALL_CONSEQUENCES, PHONE_CALL_LIMITS, PHONE_CALL_ROWS
from callsim.rules.base_platform import PLATFORM_ROWS
from callsim.rules.base_queue import QUEUE_ROWS
from callsim.rules.base_recording import RECORDING_CONSEQUENCES, RECORDING_ROWS
from callsim.rules.base_room import ROOM_CONSEQUENCES, ROOM_ROWS
from callsim.rules.base_told import TOLD_CONSEQUENCES
from callsim.rules.base_transfer import TRANSFER_LIMITS, TRANSFER_ROWS, TRANSFERRED
from callsim.rules.rows import (
    Answer,
    AnyRow,
    Consequence,
    Executes,
    Followers,
    Limit,
    Picker,
    Route,
    Row,
    Spelling,
    Start,
)
from callsim.rules.soundness import check_following, check_row, check_whole

RENAMED: Mapping[str, str] = {
    "call.bad_instructions.ringing.platform": "call.bad_instructions.ringing.platform.answer.no-fallback-url",
    **{f"{id}.{place}": f"{id}.{place}.no-fallback-url"
       for id in ("call.bad_instructions.in-progress.platform.answer",) for place in ("in-no-mpc", "left-mpc")},
    "conversation.begins": "conversation.begins.for-a-call",
    "call.lose_race.in-progress.platform": "call.lose_race.in-progress.platform.dialled",
    "call.then.bad_instructions.proceed": "call.then.bad_instructions.proceed.exit",
}  # fmt: skip
"""Ids that base rows once had, and those that they have now."""

BASE: tuple[AnyRow, ...] = (
    *CALL_ROWS, *MPC_ROWS, *ROOM_ROWS, *PART_ROWS, *TRANSFER_ROWS, *PHONE_CALL_ROWS, *DOCUMENT_ROWS, *STARTS, *CONSEQUENCES,
    *ROOM_CONSEQUENCES, *PART_CONSEQUENCES, *TOLD_CONSEQUENCES, *TRANSFERRED, *PHONE_CALL_CONSEQUENCES, *DOCUMENT_CONSEQUENCES,
    *EXECUTES, *DOCUMENT_EXECUTES, *LIMITS, *TRANSFER_LIMITS, *PHONE_CALL_LIMITS, *DOCUMENT_LIMITS,
    *PLATFORM_ROWS, *QUEUE_ROWS, *DELAY_ROWS, *RECORDING_ROWS, *RECORDING_CONSEQUENCES, *CONFERENCE_ROWS,
    *EQUALS_ROWS, *EQUALS_STARTS, *EQUALS_CONSEQUENCES,
    *CONVERSATION_ROWS, *CONVERSATION_STARTS, *CONVERSATION_CONSEQUENCES, *CONVERSATION_EXECUTES, *CONVERSATION_LIMITS,
    *DIAL_ROWS, *DIAL_CONSEQUENCES, *DIAL_LIMITS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vendor:
    """What a dialect supplies as data: its rows, what it lays over the base, its assumptions, and aliases of old ids.
    """

    name: str
    title: str
    overlay: tuple[Patch, ...] = ()
    rows: tuple[AnyRow, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)


class Rulebook:
    """Every rule that holds, by id and ready to be looked up. Made by `lay`; nothing in it changes afterwards."""

    def __init__(
        self,
        vendor: str,
        rows: Iterable[AnyRow],
        assumptions: Mapping[str, Assumption],
        assume: Mapping[str, str],
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.vendor = vendor
        self.assumptions = dict(assumptions)
        self.assume = dict(assume)
        self.aliases = dict(aliases or {})
        self.rows: dict[str, AnyRow] = _by_id(rows)
        self.transitions = tuple(row for row in self.rows.values() if isinstance(row, Row))
        self.starts = {(row.entity, row.when): row for row in self.rows.values() if isinstance(row, Start)}
        self.executes = {row.instruction: row for row in self.rows.values() if isinstance(row, Executes)}
        self.limits = {row.name: row for row in self.rows.values() if isinstance(row, Limit)}
        self.routes = tuple(row for row in self.rows.values() if isinstance(row, Route))
        self.requests = frozenset(row.verb for row in self.routes if row.verb is not None)
        self.answers = {(row.route, row.reply): row for row in self.rows.values() if isinstance(row, Answer)}
        self.spellings = tuple(row for row in self.rows.values() if isinstance(row, Spelling))
        self.followers = _followers(self.rows.values())
        self._check()

    def __repr__(self) -> str:
        return f"<Rulebook {self.vendor}: {len(self.rows)} rows, {self.assume or 'all defaults'}>"

    def _check(self) -> None:
        for row in self.rows.values():
            check_row(row)
            id = row.basis.assumption
            if id is not None and id not in self.assumptions:
                raise RulebookError(f"{row.id} stands on {id}, which is no assumption of {self.vendor}")
            if id is not None and self.assumptions[id].kind != row.basis.kind:
                raise RulebookError(f"{row.id} calls {id} {row.basis.kind}, which is {self.assumptions[id].kind}")
        check_whole(self.rows)
        consequences = [row for each in self.followers.values() for row in each.all]
        check_following(consequences, self.transitions, self.starts.values())

    def rule(self, id: str) -> AnyRow:
        """The row of that id, or of that former id. Raises UsageError with the nearest ids."""
        found = self.rows.get(self.aliases.get(id, id))
        if found is None:
            raise UsageError(f"no rule is called {id!r}{self.suggestion(id)}")
        return found

    def family(self, id: str) -> tuple[AnyRow, ...]:
        """The row of that id, or every row whose id begins with it and a dot; empty if there is none."""
        id = self.aliases.get(id, id)
        if id in self.rows:
            return (self.rows[id],)
        return tuple(row for key, row in self.rows.items() if key.startswith(f"{id}."))

    def near(self, id: str) -> list[str]:
        """Rule and assumption ids that look like `id`, the nearest first."""
        return get_close_matches(id, [*self.rows, *self.assumptions], n=3, cutoff=0.55)

    def suggestion(self, id: str) -> str:
        near = self.near(id)
        return f"; did you mean {' or '.join(near)}?" if near else ""

    def chosen(self, id: str) -> str:
        """What an assumption is taken to be in this rulebook."""
        return self.assume.get(id, self.assumptions[id].default)

    def standing_on(self, id: str) -> tuple[AnyRow, ...]:
        """The rows that an assumption decides."""
        return tuple(row for row in self.rows.values() if row.basis.assumption == id)

    def with_rows(self, rows: Iterable[AnyRow]) -> Rulebook:
        """The same book with other rows: for tests and for trying a rule out."""
        return Rulebook(self.vendor, rows, self.assumptions, self.assume, self.aliases)


def _by_id(rows: Iterable[AnyRow]) -> dict[str, AnyRow]:
    found: dict[str, AnyRow] = {}
    for row in rows:
        if row.id in found:
            raise RulebookError(f"two rows are called {row.id}")
        found[row.id] = row
    return found


def _followers(rows: Iterable[AnyRow]) -> dict[tuple[Entity, State | Verb], Followers]:
    groups: dict[tuple[Entity, State | Verb], list[Consequence]] = {}
    for row in rows:
        if isinstance(row, Consequence):
            groups.setdefault((row.entity, row.on), []).append(row)
    return {key: Followers(group) for key, group in groups.items()}


def lay(vendor: Vendor | None = None, assume: Mapping[str, str] | None = None) -> Rulebook:
    """The rulebook of a vendor (None: the base alone) with some assumptions chosen otherwise.

    Raises UsageError for an assumption or a choice that does not exist, RulebookError for an overlay that names no row
    or changes nothing.
    """
    vendor = vendor or Vendor("base", "the base rules")
    assumptions = {each.id: each for each in (*CORE_ASSUMPTIONS, *vendor.assumptions)}
    rows = _by_id((*BASE, *vendor.rows))
    rows = laid_over(rows, vendor.overlay, vendor.name)
    for id, value in (assume or {}).items():
        if id not in assumptions:
            raise UsageError(_no_assumption(id, assumptions, vendor))
        assumption = assumptions[id]
        _refuse_reserved(assumption, value)
        rows = laid_over(rows, assumption.patches(value), f"{id}={value}", assumption)
    chosen = {id: value for id, value in (assume or {}).items() if value != assumptions[id].default}
    return Rulebook(vendor.name, rows.values(), assumptions, chosen, {**RENAMED, **vendor.aliases})


def _no_assumption(id: str, assumptions: Mapping[str, Assumption], vendor: Vendor) -> str:
    near = get_close_matches(id, list(assumptions), n=1, cutoff=0.5)
    return f"{vendor.name} has no assumption {id!r}" + (f"; did you mean {near[0]}?" if near else "")


def _refuse_reserved(assumption: Assumption, value: str) -> None:
    if assumption.reserved and value != assumption.default:
        raise UsageError(assumption.complaint(value))


def laid_over(
    rows: Mapping[str, AnyRow], patches: Sequence[Patch], who: str, assumption: Assumption | None = None
) -> dict[str, AnyRow]:
    """The rows with patches laid over them, in the same order. A patch must name a row and change something."""
    laid, in_order = dict(rows), sorted(rows)
    for each in patches:
        # All that begins with an id and a dot stands together, before the sign that comes after the dot.
        below = in_order[bisect_left(in_order, f"{each.id}.") : bisect_left(in_order, f"{each.id}/")]
        ids = [each.id, *below] if each.id in laid else below
        if not ids:
            raise RulebookError(f"{who} lays something over {each.id!r}, which names no row")
        for id in ids:
            laid[id] = _patched(laid[id], each.values, who, assumption)
    return laid


def _patched(row: AnyRow, values: Mapping[str, Any], who: str, assumption: Assumption | None) -> AnyRow:
    new = replace(row, **values)
    if new == row:
        raise RulebookError(f"{who} lays something over {row.id} that changes nothing")
    if new.id != row.id:
        raise RulebookError(f"{who} would make {row.id} into {new.id}: a row may not change what it is about")
    if assumption is not None and new.basis.assumption != assumption.id:
        raise RulebookError(f"{who} changes {row.id}, which does not say that it stands on {assumption.id}")
    return new


__all__ = ["BASE", "Picker", "Rulebook", "Vendor", "laid_over", "lay"]
