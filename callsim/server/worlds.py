"""The worlds that are served: what there is for each vendor, and who may use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callsim.application import Page
from callsim.dialects import VENDORS, Dialect, Setting as Token, dialect, rulebook
from callsim.errors import UsageError
from callsim.instructions import Rejected
from callsim.server.accounts import Account, demo
from callsim.server.live import LiveWorld


@dataclass(frozen=True)
class Stand:
    """One vendor's part of a world in which there is nothing yet: by which assumptions it goes on, and who may use it."""

    vendor: str
    assume: Mapping[str, str]
    accounts: tuple[Account, ...]
    seed: int = 0
    pages: Mapping[str, Page] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)

    def dialect(self) -> Dialect:
        """The vendor's interface over its rules."""
        return dialect(self.vendor, self.assume, Token(seed=self.seed))

    def about_document(self, url: str, rejected: Rejected) -> str:
        """What is wrong with a document, in one line."""
        return f"{url} is no document that can be used: {rejected.message}"

    def begin(self, world: LiveWorld) -> None:
        """Set a world up that has just been made."""

    def take_up(self, world: LiveWorld) -> None:
        """Go on with another world of the same kind."""

    def place(self, name: str) -> None:
        """Place a call of the world's own now."""


@dataclass(frozen=True)
class Setting:
    """Everything that decides how a world begins. `outward`: what it does not answer itself is asked for outside."""

    title: str
    stands: tuple[Stand, ...]
    outward: bool = True
    is_demo: bool = True


def setting(
    path: str | Path | None = None, assume: Mapping[str, str] | None = None, accounts: Sequence[Account] = (), seed: int = 0,
    outward: bool = True,
) -> Setting:  # fmt: skip
    """The world of a file, or else the demo world: every vendor, and nothing there yet. Accounts that are given take the place of
    those of the demo.

    Raises InputError with every mistake in the file, UsageError for an assumption or an account that concerns nobody in it.
    """
    if path is not None:
        # Reading files takes longer than all the rest of a start.
        from callsim.server.world_files import read_world

        title, stands = read_world(path, assume or {}, accounts, seed)
    else:
        title, stands = "The demo world", tuple(_demo(vendor, assume or {}, accounts, seed) for vendor in VENDORS)
    for each in accounts:
        if each.vendor not in {stand.vendor for stand in stands}:
            known = ", ".join(stand.vendor for stand in stands)
            raise UsageError(f"--account {each.vendor}:{each.id}:... concerns {each.vendor}, and this world has {known} only")
    return Setting(title, stands, outward, path is None)


def _demo(vendor: str, assume: Mapping[str, str], accounts: Sequence[Account], seed: int) -> Stand:
    known = rulebook(vendor).assumptions
    own = {id: value for id, value in assume.items() if id in known}
    return Stand(vendor, own, accounts_of(vendor, accounts), seed)


def accounts_of(vendor: str, accounts: Sequence[Account]) -> tuple[Account, ...]:
    """Those of one vendor; the demo's if there are none."""
    return tuple(each for each in accounts if each.vendor == vendor) or demo([vendor])
