"""The worlds that are served: a scenario file without steps, or the demo world where there is no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from callsim.application import Page
from callsim.dialects import VENDORS, Dialect
from callsim.errors import InputError, Problem, UsageError
from callsim.motion import Motion
from callsim.scenario.front import VOCABULARY
from callsim.scenario.loading import Case, load, load_bytes
from callsim.scenario.playing import chosen, prepared
from callsim.scenario.saying import Stage
from callsim.scenario.schema import PROPERTIES
from callsim.server.accounts import Account, demo

DEMO = f"""\
callsim: 1
title: The demo world
vendor: [{", ".join(VENDORS)}]
"""
_STORY = ("steps", "expect", "until", "order", "teaches", "proves", *PROPERTIES)
"""What a scenario has that is played, and a world has not."""


@dataclass(frozen=True)
class Stand:
    """One vendor's part of a world: what its file says, by which assumptions, and who may use it."""

    case: Case
    assume: Mapping[str, str]
    accounts: tuple[Account, ...]
    seed: int = 0

    @property
    def vendor(self) -> str:
        return self.case.vendor

    @cached_property
    def _dialect(self) -> Dialect:
        return prepared(self.case, self.assume, self.seed)

    def dialect(self) -> Dialect:
        """The vendor's interface over its rules."""
        return prepared(self.case, self.assume, self.seed)

    @cached_property
    def stage(self) -> Stage:
        return Stage(self.case, self._dialect)

    @property
    def pages(self) -> Mapping[str, Page]:
        return self.stage.pages

    @property
    def media(self) -> Mapping[str, int]:
        return self.stage.media

    @property
    def about_document(self) -> Callable[..., str]:
        """How to say what is wrong with a document: with its place in the file if it is of the file."""
        return self._about

    def _about(self, url: str, rejected: object) -> str:
        if self.case.spec.page(url) is None:
            return f"{url} is no document that can be used: {getattr(rejected, 'message', rejected)}"
        return self.stage.about_document(url, rejected)  # type: ignore[arg-type]  # it is what a motion rejects

    def begin(self, world: Motion) -> None:
        """Set a world up that has just been made, and place or put off the calls of the file."""
        self.stage.set_up(world)
        for name, call in self.case.spec.placed.items():
            if call.placed:
                world.later(call.placed, name)  # type: ignore[attr-defined]  # it is a live one
            else:
                self.place(name)

    def place(self, name: str) -> None:
        """Place a call of the file now."""
        self.stage.place(name, self.case.spec.placed[name])


@dataclass(frozen=True)
class Setting:
    """Everything that decides how a world begins. `outward`: what the file does not answer is asked for outside."""

    stands: tuple[Stand, ...]
    outward: bool = True
    is_demo: bool = True

    @property
    def title(self) -> str:
        return self.stands[0].case.spec.title

    @property
    def accounts(self) -> tuple[Account, ...]:
        return tuple(account for stand in self.stands for account in stand.accounts)


def setting(
    path: str | Path | None = None, assume: Mapping[str, str] | None = None, accounts: Sequence[Account] = (), seed: int = 0,
    outward: bool = True, text: str | None = None,
) -> Setting:  # fmt: skip
    """The world of a file or a text, or else the demo world, with the accounts given in the place of those of the demo.

    Raises InputError with every mistake in the file, UsageError for an assumption or an account that concerns nobody in it.
    """
    if path is None:
        cases = load_bytes((text or DEMO).encode(), "<world>", None, VOCABULARY)
    else:
        cases = load(path, None, VOCABULARY)
    _check(cases, accounts)
    stands = tuple(_stand(case, assume or {}, accounts, seed) for case in cases)
    return Setting(stands, outward, path is None and text is None)


def _stand(case: Case, assume: Mapping[str, str], accounts: Sequence[Account], seed: int) -> Stand:
    own = tuple(each for each in accounts if each.vendor == case.vendor)
    stand = Stand(case, chosen(case, assume), own or demo([case.vendor]), seed)
    stand.dialect()
    return stand


def _check(cases: Sequence[Case], accounts: Sequence[Account]) -> None:
    problems = [
        Problem(case.key_place(key), f"a world has no {key!r}", "expected a scenario that says what there is, not what happens")
        for case in cases[:1] for key in _STORY if key in case.spec.model_fields_set
    ]  # fmt: skip
    vendors = [case.vendor for case in cases]
    if len(set(vendors)) < len(vendors):
        case = next(case for number, case in enumerate(cases) if case.vendor in vendors[:number])
        problems.append(Problem(case.place(), "a world has one case for each vendor", f"there are several for {case.vendor}"))
    if problems:
        raise InputError(*problems)
    for each in accounts:
        if each.vendor not in vendors:
            raise UsageError(f"--account {each.vendor}:{each.id}:... concerns {each.vendor}, and this world has {', '.join(vendors)} only")
