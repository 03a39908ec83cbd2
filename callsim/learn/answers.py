"""What is right: a question's answer in a world as it stands, and the words that could be given instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from callsim.model import STATES, Cause, Entity, Termination
from callsim.provenance import Kind
from callsim.rules import Answer, Row, Rulebook, Spelling
from callsim.scenario.facts import World, facts, so_far
from callsim.scenario.lessons import Question
from callsim.scenario.wording import listed, nearest, quoted

MOST_CHOICES = 6
ENDERS = ("api", "caller", "callee", "document", "platform", "carrier")
LEAST_COUNT = 5
"""Of what is counted, at least so many and none are offered."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """That there is none, and what there is instead."""

    why: str
    instead: str = ""


def answer(question: Question, world: World, status: int | None) -> str | NoAnswer:
    """What is right as the world stands; `status`: the HTTP status of the step that is asked about, if it was answered."""
    if question.ask == "status":
        return NoAnswer("this step was not answered") if status is None else str(status)
    if question.ask == "callbacks":
        return str(len(heard(question, world)))
    name = str(question.of)
    found = facts(world, name)
    if found is None:
        return NoAnswer(f"there is no {quoted(name)} then", "expected a time at which it has begun")
    if question.ask == "state":
        return str(found["state"])
    if question.ask == "participants":
        return str(len(found["participants"]))
    if question.ask == "vendor":
        return _word(question, found["vendor"], world)
    ended = found.get("cause" if "cause" in found else "termination")
    if ended is None:
        return NoAnswer(f"{quoted(name)} has not ended then: it is {found['state']}", "expected a time after its end")
    return str(ended if question.ask == "cause" else found[question.ask])


def heard(question: Question, world: World) -> list[Any]:
    """The callbacks that a question counts."""
    return [
        each for each in so_far(world, "callbacks")
        if question.kind in (None, each["kind"]) and question.of in (None, each["call"])
    ]  # fmt: skip


def _word(question: Question, words: Mapping[str, Any], world: World) -> str | NoAnswer:
    plain = {key: str(value) for key, value in words.items() if value is not None and not isinstance(value, (Mapping, list, tuple))}
    word = str(question.word)
    if word in plain:
        return plain[word]
    vendor = world.dialect.rulebook.vendor
    return NoAnswer(f"{vendor} says no {quoted(word)} of {quoted(str(question.of))} then", nearest(word, plain) or f"expected {listed(plain)}")


# -- what could be said instead --------------------------------------------------------------------------------------


def choices(question: Question, right: str, world: World, key: str) -> tuple[str, ...]:
    """The words to choose from, the right one among them, in an order that does not depend on it. `key` tells questions apart."""
    if question.ask in ("callbacks", "participants"):
        return tuple(map(str, range(max(LEAST_COUNT, int(right) + 2) + 1)))
    return _window(_known(question, right, world), right, key)


def _known(question: Question, right: str, world: World) -> Sequence[str]:
    """All that the vendor's rulebook could say."""
    book = world.dialect.rulebook
    is_call = question.of is None or question.of in world.switch.calls
    if question.ask == "state":
        return [str(state) for state in STATES[Entity.CALL if is_call else Entity.MPC]]
    if question.ask == "status":
        return sorted({str(row.status) for row in book.rows.values() if isinstance(row, Answer)})
    if question.ask == "cause":
        return _causes(book, is_call)
    if question.ask == "basis":
        return [str(kind) for kind in Kind]
    if question.ask == "by":
        return ENDERS
    return _spelled(book, str(question.word), right, is_call)


def _causes(book: Rulebook, is_call: bool) -> list[str]:
    used = {str(row.cause) for row in book.rows.values() if isinstance(row, Row) and row.cause}
    return [str(cause) for cause in (Cause if is_call else Termination) if str(cause) in used]


def _spelled(book: Rulebook, word: str, right: str, is_call: bool) -> list[str]:
    """What the vendor's tables say under that word, or under the one that they have for it; just the right one if nothing."""
    about = ("ending", "state") if is_call else ("termination", "mpc-state")
    rows = [row for row in book.rows.values() if isinstance(row, Spelling) and row.id.split(".")[1] in about]
    names = [word, *dict.fromkeys(name for row in rows for name in row.words)]
    said = ([str(row.words[name]) for row in rows if name in row.words] for name in names)
    found = next((each for each in said if right in each), [right])
    plain = dict.fromkeys(each for each in found if each != "by-code")
    return sorted(plain, key=int) if all(each.isdigit() for each in plain) else list(plain)


def _window(known: Sequence[str], right: str, key: str) -> tuple[str, ...]:
    """As many neighbours as may be shown, in the order they are known in; where the right one stands is left to the key."""
    several = list(dict.fromkeys([*known, *([] if right in known else [right])]))
    if len(several) <= MOST_CHOICES:
        return tuple(several)
    before = int(sha256(key.encode()).hexdigest(), 16) % MOST_CHOICES
    first = max(0, min(several.index(right) - before, len(several) - MOST_CHOICES))
    return tuple(several[first : first + MOST_CHOICES])
