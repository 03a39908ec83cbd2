"""What an animal of the zoo is: a rulebook or a switch that is broken in one place, and where that is noticed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from callsim.model import By, Command, Entity, State, Verb
from callsim.rules import AnyRow, Consequence, Effect, Of, Rulebook
from callsim.switch import Switch
from tests.core.language import MEDIA, tell
from tests.explore.worlds import BASE


class Tame(Switch):
    """A switch with nothing wrong. One with something wrong is a subclass, and so are its copies."""

    def copy(self) -> Self:
        other = type(self)(self.rulebook, self.media, self.events)
        self._copy_into(other)
        return other


@dataclass(frozen=True)
class Explored:
    """An animal that exploring catches.

    It is let loose in the world that `lines` lead to, in which anybody may say anything and `more` at any time, or nothing
    but what is in `only`. With `states` states it breaks `law`, with one less it does not; `path` is the shortest way there.
    """

    name: str
    law: str
    lines: Sequence[str]
    path: Sequence[str]
    states: int
    book: Rulebook = BASE
    kind: type[Tame] = Tame
    more: Sequence[str] = ()
    only: Sequence[str] | None = None

    def __str__(self) -> str:
        return self.name.replace(" ", "_")

    def begun(self, healthy: bool = False) -> Switch:
        """A fresh switch in the world's first state: the broken one, or a healthy one."""
        made = Tame(BASE, dict(MEDIA)) if healthy else self.kind(self.book, dict(MEDIA))
        tell(made, list(self.lines))
        return made


@dataclass(frozen=True)
class Played:
    """An animal that the state machine catches within so many examples, each of which begins where `lines` lead to.

    `law` is the law that it breaks, or a part of what the assertion says that fails, or the invariant in which it stands.
    """

    name: str
    law: str
    lines: Sequence[str]
    examples: int
    book: Rulebook = BASE
    kind: type[Tame] = Tame

    def __str__(self) -> str:
        return self.name.replace(" ", "_")


Animal = Explored | Played


# -- broken rulebooks --------------------------------------------------------------------------------------------------


def otherwise(*ids: str, **values: Any) -> Rulebook:
    """The base rules, but these rows say something else."""
    _known(ids)
    return BASE.with_rows(replace(row, **values) if id in ids else row for id, row in BASE.rows.items())


def without(*ids: str) -> Rulebook:
    """The base rules, these rows dropped."""
    _known(ids)
    return BASE.with_rows(row for id, row in BASE.rows.items() if id not in ids)


def and_then(entity: Entity, on: State | Verb, of: Of, do: Verb | Effect, by: By | None = None) -> Rulebook:
    """The base rules, and one consequence more."""
    like = next(row for row in BASE.rows.values() if isinstance(row, Consequence))
    row = Consequence(entity, on, (), "besides", of, do, by, like.basis, "Nobody should have written this.")
    return BASE.with_rows([*BASE.rows.values(), row])


def standing_on_nothing() -> Rulebook:
    """The base rules, and nobody knows what they assume."""
    rows: list[AnyRow] = list(BASE.rows.values())
    book = BASE.with_rows(rows)
    book.assumptions = {}
    return book


def _known(ids: Collection[str]) -> None:
    assert set(ids) <= set(BASE.rows), f"no row is called {set(ids) - set(BASE.rows)}"


def words(said: Command) -> str:
    """A command as it is written in a table of the zoo."""
    target = said.target if isinstance(said.target, str) else ",".join(said.target)
    return f"{said.verb} {target} {said.by}"
