"""How a URL of the application is asked: how long each attempt may take, and after which failures there is another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Failure(StrEnum):
    """Why an attempt to ask the application failed; the words that some vendors' retry policies use."""

    CONNECT = "ct"
    READ = "rt"
    TOTAL = "tt"
    CLIENT_ERROR = "4xx"
    SERVER_ERROR = "5xx"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Policy:
    """How one URL is asked. Times are milliseconds: for a connection, for an answer, and for all attempts together.

    `again` are the failures after which it is asked once more, up to `attempts` in all. `because` names the rows that each
    failure, and each further attempt, stands on. `complaints` say what is wrong with what the URL itself asked for, `rules` by
    which rows it counts as something else.
    """

    attempts: int
    connect: int
    read: int
    total: int
    again: frozenset[Failure] = frozenset()
    because: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    complaints: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def goes_on(self, failure: Failure, attempt: int, spent: int) -> bool:
        """Whether it is asked again after this failure of this attempt, so many milliseconds after the first began."""
        return failure in self.again and attempt < self.attempts and spent < self.total


AGAIN = "again"
"""Under this key `because` names the rows by which there is another attempt."""
