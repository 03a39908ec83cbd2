"""Names and pages for a story that is retold: what a file can call things, and the documents that were said to arrive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from callsim.application import Page
from callsim.dialects import Request
from callsim.instructions import (
    Conference,
    Document,
    Element,
    GetDigits,
    GetInput,
    MultiPartyCall,
    PreAnswer,
    Record,
    Redirect,
)
from callsim.model import BadDocument, Command, Purpose, Verb
from callsim.scenario.fields import NAME_PATTERN, TAKEN_NAMES, absolute
from callsim.scenario.markup import document_text
from callsim.scenario.phrasing import numbered

Saying = Command | Request
"""Something somebody outside said: a command, or a vendor's request as it was sent."""

ARRIVALS = (Verb.RUN, Verb.BAD_INSTRUCTIONS)
_BROKEN = {
    BadDocument.UNREACHABLE: Page(status=404), BadDocument.EMPTY: Page(), BadDocument.INVALID: Page("<Response>"),
}  # fmt: skip


class Names:
    """The name that a scenario can use for each call and multiparty call of a story."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._known:
            good = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")
            good = good if re.fullmatch(NAME_PATTERN, good) and good not in TAKEN_NAMES else f"x-{good}".rstrip("-")
            taken = set(self._known.values())
            self._known[name] = next(each for each in numbered(good) if each not in taken)
        return self._known[name]

    def know(self, names: Iterable[str]) -> None:
        """These are good as they are."""
        for name in names:
            self._known.setdefault(name, name)

    def is_for(self, target: str | tuple[str, ...], name: str) -> bool:
        """Whether what was said is about the thing that has this name now."""
        return isinstance(target, str) and self._known.get(target) == name


class Arrivals(dict[str, Page]):
    """Pages of an application, made as they are asked for out of the documents that are said to arrive later.

    Every URL is exchanged for a page of its own, which one call fetches once, so that each gets what was said for it.
    `position` is how far the story has come, `clock` tells the time there.
    """

    def __init__(self, said: Sequence[tuple[int, Saying]], names: Names) -> None:
        super().__init__()
        self._said, self._names = said, names
        self._owners: dict[str, tuple[str, Purpose]] = {}
        self.position = 0
        self.clock: Callable[[], int] = lambda: 0

    def url(self, url: str | None, name: str, purpose: Purpose) -> str | None:
        """The URL that stands for this one of that call, and for nothing else."""
        if url is None:
            return None
        path = next(each for each in numbered(f"/{name}-{purpose}") if each not in self._owners)
        self._owners[path] = (name, purpose)
        return absolute(path)

    def expected(self, arrival: Command) -> bool:
        """Whether anybody has a URL for what arrives."""
        purpose = arrival.purpose
        return any(wanted is purpose and self._names.is_for(arrival.target, name) for name, wanted in self._owners.values())

    def get(self, path: str, default: Any = None) -> Any:
        """The page that makes arrive what was said to arrive next for whoever has that URL; one that hangs if nothing was."""
        if path not in self._owners:
            return default
        name, purpose = self._owners[path]
        self[path] = Page(hangs=True)
        for at, each in self._said[self.position :]:
            if isinstance(each, Command) and each.verb in ARRIVALS and each.purpose is purpose and self._names.is_for(each.target, name):
                self[path] = replace(self._page(each, name), after=max(0, at - self.clock()))
                break
        return self[path]

    def _page(self, command: Command, name: str) -> Page:
        if command.verb is Verb.BAD_INSTRUCTIONS:
            return _BROKEN.get(command.detail, Page(status=404))
        document = command.detail if isinstance(command.detail, Document) else Document(())
        return Page(document_text(Document(tuple(self._element(element, name) for element in document.elements))))

    def _element(self, element: Element, name: str) -> Element:
        """An element with URLs and a room that a scenario has."""
        match element:
            case MultiPartyCall():
                return replace(element, name=self._names(element.name), exit_url=self.url(element.exit_url, name, Purpose.EXIT))
            case Conference():
                return replace(element, name=self._names(element.name), action=self.url(element.action, name, Purpose.ACTION))
            case Record(action=str()) | GetDigits(action=str()) | GetInput(action=str()):
                return replace(element, action=self.url(element.action, name, Purpose.ACTION))
            case PreAnswer(elements=held):
                return replace(element, elements=tuple(self._element(each, name) for each in held))  # type: ignore[misc]
            case Redirect():
                return replace(element, url=self.url(element.url, name, Purpose.REDIRECT) or "")
            case _:
                return element
