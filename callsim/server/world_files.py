"""Worlds from files: scenarios that say what there is, and not what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from callsim.dialects import Dialect
from callsim.errors import InputError, Problem
from callsim.instructions import Rejected
from callsim.scenario.loading import Case, load
from callsim.scenario.playing import RulebookVocabulary, chosen, prepared
from callsim.scenario.saying import Stage
from callsim.scenario.schema import PROPERTIES
from callsim.server.accounts import Account
from callsim.server.live import LiveWorld
from callsim.server.worlds import Stand, accounts_of

_STORY = ("steps", "expect", "until", "order", "teaches", "proves", *PROPERTIES)
"""What a scenario has that is played, and a world has not."""


@dataclass(frozen=True)
class FileStand(Stand):
    """One vendor's part of a world that a file describes."""

    case: Any = None
    stage: Any = None

    def dialect(self) -> Dialect:
        return prepared(self.case, self.assume, self.seed)

    def about_document(self, url: str, rejected: Rejected) -> str:
        own: bool = self.case.spec.page(url) is not None
        return str(self.stage.about_document(url, rejected)) if own else super().about_document(url, rejected)

    def begin(self, world: LiveWorld) -> None:
        self.stage.set_up(world)
        for name, call in self.case.spec.placed.items():
            if call.placed:
                world.later(call.placed, name)
            else:
                self.place(name)

    def take_up(self, world: LiveWorld) -> None:
        self.stage.motion = world

    def place(self, name: str) -> None:
        self.stage.place(name, self.case.spec.placed[name])


def read_world(
    path: str | Path, assume: Mapping[str, str], accounts: Sequence[Account], seed: int
) -> tuple[str, tuple[Stand, ...]]:
    """The title of a world and its vendors' parts. Raises InputError with every mistake in the file, each with its place."""
    cases = load(path, None, RulebookVocabulary())
    _check(cases)
    return cases[0].spec.title, tuple(map(partial(_stand, assume=assume, accounts=accounts, seed=seed), cases))


def _stand(case: Case, assume: Mapping[str, str], accounts: Sequence[Account], seed: int) -> Stand:
    own = chosen(case, assume)
    stage = Stage(case, prepared(case, own, seed))
    return FileStand(case.vendor, own, accounts_of(case.vendor, accounts), seed, stage.pages, stage.media, case, stage)


def _check(cases: Sequence[Case]) -> None:
    first = cases[0]
    problems = [
        Problem(first.key_place(key), f"a world has no {key!r}", "expected a scenario that says what there is, not what happens")
        for key in _STORY if key in first.spec.model_fields_set
    ]  # fmt: skip
    vendors = [case.vendor for case in cases]
    for number, case in enumerate(cases):
        if case.vendor in vendors[:number]:
            problems.append(Problem(case.place(), f"there are several cases for {case.vendor}", "expected one for each vendor of a world"))
            break
    if problems:
        raise InputError(*problems)
