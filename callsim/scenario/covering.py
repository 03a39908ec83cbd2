"""What was exercised of each vendor's rulebook: collected order by order, by whoever plays or explores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from callsim.model import (
    STATES,
    ActionUrl,
    AnswerUrl,
    Change,
    Direction,
    Entity,
    ExitUrl,
    FallbackUrl,
    HangupUrl,
    JoinedBy,
    RingUrl,
    State,
    StayAlone,
)
from callsim.rules import AnyRow, Row, Rulebook, Start
from callsim.rules.rows import fact_kinds
from callsim.scenario.sentences import SENTENCES
from callsim.trace import Entry

if TYPE_CHECKING:
    from callsim.scenario.playing import Played

Instance = tuple[Entity, str]
"""One call, multiparty call, participant or action of a world: what it is, and its name."""
Last = Mapping[Instance, str]
"""The row that had its say last about each of them."""
Pair = tuple[str, str]
"""The ids of two rows, the second of which had its say next about the same thing."""

_LASTING = (Direction, JoinedBy, ExitUrl, AnswerUrl, HangupUrl, FallbackUrl, RingUrl, StayAlone, ActionUrl)
"""The facts that a thing has from its beginning to its end: what asks for one is never met by what has another."""
_OWNERS = {"P": "plivo", "M": "plivo", "T": "tryvox", "V": "voipnow"}
"""Whose page a sentence is from, by the letter of its id."""


@dataclass
class Covered:
    """What was exercised of one vendor's rulebook, beside all that it holds.

    `rows` are its rows by id; `leads` says to which states transitions and beginnings lead, under any of the assumptions that
    were played. What was seen: `states`, `rules` by id, `pairs`, and `sentences` proved.
    """

    vendor: str
    rows: dict[str, AnyRow] = field(default_factory=dict)
    leads: dict[str, set[State]] = field(default_factory=dict)
    states: set[tuple[Entity, str]] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    pairs: set[Pair] = field(default_factory=set)
    sentences: set[str] = field(default_factory=set)

    @property
    def all_states(self) -> tuple[tuple[Entity, State], ...]:
        """Every state of every entity."""
        return tuple((entity, state) for entity in Entity for state in STATES[entity])

    @property
    def all_sentences(self) -> tuple[str, ...]:
        """The sentences of the vendor's own pages."""
        return tuple(id for id in SENTENCES if _OWNERS[id[0]] == self.vendor)

    def all_pairs(self, moves: bool = False) -> tuple[Pair, ...]:
        """Every pair whose second row is about the state that the first, a transition or a beginning, leads to, of which some
        thing can have the lasting facts; with `moves` only those in which both change the state.

        Not each of them can happen: whether one can depends on more than a look at the tables tells.
        """
        found = {
            (first.id, second.id)
            for rows in self._ways()
            for first in rows
            for second in rows
            if isinstance(second, Row) and second.state in self._leads(first, moves)
            if not moves or self._leads(second, moves)
        }
        order = {id: place for place, id in enumerate(self.rows)}
        return tuple(sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]])))

    def _leads(self, row: Row | Start, away: bool) -> set[State]:
        """Where a row leads to; with `away`, what moves nothing leads nowhere."""
        leads = self.leads[row.id]
        return leads - {row.state} if away and isinstance(row, Row) else leads

    def _ways(self) -> Iterator[list[Row | Start]]:
        """For every entity and every set of lasting facts: the rows that can be met by what has them, from its beginning on."""
        for entity in Entity:
            rows = [row for row in self.rows.values() if isinstance(row, (Row, Start)) and row.entity is entity]
            lasting = [tuple(fact for fact in row.when if isinstance(fact, _LASTING)) for row in rows]
            for facts in product(*fact_kinds(lasting)):
                fitting = [row for row, asked in zip(rows, lasting, strict=True) if set(asked) <= set(facts)]
                yield self._met(fitting)

    def _met(self, rows: list[Row | Start]) -> list[Row | Start]:
        """Those of these rows that are a beginning, or about a state to which others of them lead."""
        states: set[State] = set()
        while True:
            met = [row for row in rows if isinstance(row, Start) or row.state in states]
            reached = {state for row in met for state in self.leads[row.id]}
            if reached == states:
                return met
            states = reached

    def meet(self, book: Rulebook) -> None:
        """Count what this book holds among all that there is. An assumption changes what rows say, not which there are."""
        self.rows = {**book.rows, **self.rows}
        for row in book.rows.values():
            if isinstance(row, (Row, Start)):
                self.leads.setdefault(row.id, set()).add(row.to if isinstance(row, Row) else row.state)

    def include(self, other: Covered) -> None:
        """Add what another has seen of the same vendor."""
        self.rows = {**other.rows, **self.rows}
        for id, states in other.leads.items():
            self.leads.setdefault(id, set()).update(states)
        self.states |= other.states
        self.rules |= other.rules
        self.pairs |= other.pairs
        self.sentences |= other.sentences


class Coverage:
    """What was exercised, vendor by vendor. What is collected counts once, in whatever order it comes.

    A driver that has a whole order says `saw` with its trace; one that goes step by step, and may go back, says `saw_after`
    and keeps what that returns beside each of its states. Both count the rows that decided and led to each change; `used`
    adds those that no change names: limits, requests, answers, spellings.
    """

    def __init__(self) -> None:
        self.vendors: dict[str, Covered] = {}
        self._at_hand: tuple[Rulebook, Covered] | None = None

    def of(self, book: Rulebook) -> Covered:
        """What was exercised of the vendor whose book this is; from now on it is one of those that were played."""
        if self._at_hand is not None and self._at_hand[0] is book:
            return self._at_hand[1]
        covered = self.vendors.setdefault(book.vendor, Covered(book.vendor))
        covered.meet(book)
        self._at_hand = book, covered
        return covered

    def saw(self, book: Rulebook, entries: Iterable[Entry]) -> None:
        """A world from its beginning: its trace, all of it and in order."""
        self.saw_after(book, {}, (entry for entry in entries if isinstance(entry, Change)))

    def saw_after(self, book: Rulebook, before: Last, changes: Iterable[Change]) -> dict[Instance, str]:
        """One step on the way: its changes, after those that left the rows of `before`. Returns those that this step leaves.

        A plain tuple of a Change's values does as well. Where an explorer meets one state by several ways and goes on from
        it once, it has one `before` for all of them, and the pairs that only the other ways would show are not counted.
        """
        covered, last = self.of(book), dict(before)
        for _, _, entity, name, _, _, was, to, _, _, rule, _, via in changes:
            covered.states.add((entity, to))
            covered.rules.add(rule)
            if via is not None:
                covered.rules.add(via)
            thing = entity, name
            # Without a state before this one it is a beginning: whoever had that name before was somebody else.
            if was and thing in last:
                covered.pairs.add((last[thing], rule))
            last[thing] = rule
        return last

    def used(self, book: Rulebook, rules: Iterable[str]) -> None:
        """These rules have had their say."""
        covered = self.of(book)
        covered.rules.update(id for id in rules if id in book.rows)

    def proved(self, book: Rulebook, sentences: Iterable[str]) -> None:
        """A scenario that says it proves these has been found to hold. By the rules of one vendor nothing can be proved of
        another's pages: those are left out."""
        covered = self.of(book)
        covered.sentences.update(id for id in sentences if id in covered.all_sentences)

    def played(self, played: Played) -> None:
        """A case that was played: what it exercised counts whatever its verdict, what it proves only if it holds."""
        book = played.simulation.dialect.rulebook
        self.saw(book, played.simulation.trace)
        self.used(book, played.rules_used)
        if played.passed:
            self.proved(book, played.case.spec.proves)

    def include(self, other: Coverage) -> None:
        """Add what another collector has seen."""
        for vendor, covered in other.vendors.items():
            self.vendors.setdefault(vendor, Covered(vendor)).include(covered)
