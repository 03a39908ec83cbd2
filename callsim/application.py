"""What an application answers, and what becomes of asking it: how long an attempt takes, how it fails, what a document comes to."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from callsim.dialects import Failure, Policy
from callsim.instructions import Document, Rejected, parse
from callsim.model import BadDocument, By, Command, Todo, Verb

XML_TYPES = ("application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class Page:
    """What the application answers for one path: status, body and type, and after how many milliseconds.

    `hangs`: it takes the request and never answers. `refuses`: nobody takes the connection. `size`: as many bytes as it is
    said to have, for one that is too long to be written down; 0: as many as its body has.
    """

    body: str = ""
    status: int = 200
    after: int = 0
    hangs: bool = False
    type: str = "application/xml"
    refuses: bool = False
    size: int = 0

    @property
    def bytes(self) -> int:
        """How many bytes it has."""
        return self.size or (len(self.body) if self.body.isascii() else len(self.body.encode(errors="surrogatepass")))


class Asking(NamedTuple):
    """One attempt to ask the application something: what the switch wants, how its URL is asked, the number of the attempt
    from 1, when the first was made, and how often its call had been sent elsewhere by then."""

    todo: Todo
    policy: Policy
    number: int
    began: int
    transfers: int

    @property
    def next(self) -> Asking:
        return self._replace(number=self.number + 1)


class Arrival(NamedTuple):
    """What an attempt comes to: something to say to the switch, or None where the same is asked once more."""

    command: Command | None
    asking: Asking

    @property
    def key(self) -> Hashable:
        """What tells it from others for all that can come of it."""
        todo, _, number, began, transfers = self.asking
        return self.command, todo.name, todo.url, todo.callback, todo.about, number, began, transfers


def requested(url: str) -> str:
    """What of a URL is requested: a fragment never is."""
    return url.partition("#")[0]


def tried(page: Page, policy: Policy, spent: int) -> tuple[int, Failure | None]:
    """How long an attempt takes that is made so many milliseconds after the first, and why it fails; None: it does not."""
    took, failure = _alone(page, policy)
    left = max(0, policy.total - spent)
    return (left, Failure.TOTAL) if took > left else (took, failure)


def _alone(page: Page, policy: Policy) -> tuple[int, Failure | None]:
    if page.refuses:
        return policy.connect, Failure.CONNECT
    if page.hangs or page.after > policy.read:
        return policy.read, Failure.READ
    if 200 <= page.status < 300:
        return page.after, None
    errors = {4: Failure.CLIENT_ERROR, 5: Failure.SERVER_ERROR}
    return page.after, errors.get(page.status // 100, Failure.OTHER)


def wrong_with_request(todo: Todo) -> BadDocument | None:
    """What is wrong with asking for a document at all."""
    if not todo.url.startswith(("http://", "https://", "/")):
        return BadDocument.BAD_URL
    return None if todo.method.upper() in ("GET", "POST") else BadDocument.BAD_METHOD


def nothing_usable(todo: Todo, what: BadDocument = BadDocument.UNREACHABLE) -> Command:
    """What is said where no document came, or none can."""
    return Command(Verb.BAD_INSTRUCTIONS, todo.name, By.PLATFORM, what, todo.purpose)


def document_of(todo: Todo, page: Page, labelled: bool, most: int) -> tuple[Command, Rejected | None]:
    """What a page that came comes to, and what is wrong with it. `labelled`: only what is labelled as XML is read at all;
    `most`: only what has no more bytes."""
    if page.bytes > most:
        found = Rejected(f"the document has {page.bytes} bytes, expected at most {most}")
        return nothing_usable(todo, BadDocument.INVALID), found
    kind = page.type.partition(";")[0].strip().lower()
    if labelled and kind not in XML_TYPES and page.body.strip():
        found = Rejected(f"its type is {page.type}, expected {' or '.join(XML_TYPES)}")
        return nothing_usable(todo, BadDocument.INVALID), found
    document = parse(page.body)
    if isinstance(document, Document):
        return Command(Verb.RUN, todo.name, By.DOCUMENT, document, todo.purpose), None
    return nothing_usable(todo, BadDocument.EMPTY if document.empty else BadDocument.INVALID), document
