"""Which scenarios prove a rule: those of a folder that teach it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callsim.errors import CallsimError, UsageError
from callsim.scenario.loading import find, load
from callsim.scenario.wording import quoted

FOLDER = "scenarios"
MOST_PROOFS = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """A scenario, by its path as it was found, and what it says."""

    path: str
    title: str
    text: str


class Proofs:
    """The scenarios of a folder by the rules they teach; none if there is no folder."""

    def __init__(self, folder: str | None = None) -> None:
        self.folder = folder or FOLDER
        self._taught: dict[tuple[str, str], dict[str, Proof]] = {}
        self.found = False
        if Path(self.folder).is_dir():
            self._gather()
        elif folder is not None:
            raise UsageError(f"{quoted(folder)} is no folder of scenarios")

    def _gather(self) -> None:
        try:
            paths = find([self.folder])
        except CallsimError:
            return
        self.found = True
        for path in paths:
            try:
                cases = load(path)
                text = path.read_text(encoding="utf-8")
            except (CallsimError, OSError, ValueError):
                continue
            for case in cases:
                proof = Proof(path.as_posix(), case.spec.title, text)
                for id in case.spec.teaches:
                    self._taught.setdefault((case.vendor, id), {})[proof.path] = proof

    def of(self, vendor: str, rule: str) -> list[Proof]:
        """Scenarios of that vendor that teach the rule, those that name it nearest first: a few are enough."""
        parts = rule.split(".")
        ids = (".".join(parts[:most]) for most in range(len(parts), 0, -1))
        found: dict[str, Proof] = {}
        for id in ids:
            found.update({path: proof for path, proof in self._taught.get((vendor, id), {}).items() if path not in found})
        return list(found.values())[:MOST_PROOFS]
