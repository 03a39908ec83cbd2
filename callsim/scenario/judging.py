"""Expectations held against what is: one matcher for answers, for looks in between, for the end, and for properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from callsim.errors import Place
from callsim.model import Status
from callsim.scenario.alternatives import ONE_OF, plain
from callsim.scenario.comparing import Difference, Either, Path, differences, nearest, shown
from callsim.scenario.facts import SPELLED, World, facts, room as room, so_far
from callsim.scenario.fields import absolute
from callsim.scenario.loading import Case
from callsim.scenario.matchers import SEVERAL, Answer, Check, Count
from callsim.scenario.nodes import ListNode, Node, entries, items, plain as as_written
from callsim.scenario.schema import PROPERTIES
from callsim.scenario.wording import listed

Tell = Callable[..., Place]
_MOST_SAID = 3
_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold: where it stands, about what, what was expected, what was found."""

    place: Place
    subject: str
    expected: str
    found: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Property:
    """Something that must hold always, never, or at some moment (`kind`); `number` counts those of its kind from 1.

    `wrong` looks at the judge's world as it is when it is called, and remembers nothing: it says what is wrong now, or None.
    For `eventually` that only matters if it is so at every moment.
    """

    kind: str
    number: int
    place: Place
    said: str
    wrong: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several things that would do: where it stands, what it says, and under which word of the file."""

    place: Place
    said: str
    under: str


def alternatives(case: Case) -> list[Alternative]:
    """Every alternative that may hold in a case, as they stand in the file. Those under `never` are left out."""
    root = case.root
    below = [("steps", entries(step).get(key)) for step in items(root.get("steps")) for key in ("expect", "check")]
    below += [(key, root.entries.get(key)) for key in ("expect", "always", "eventually")]
    found = [each for key, entry in below if entry is not None for each in _alternatives(entry.value, key)]
    return sorted(dict.fromkeys(found), key=lambda each: each.place)


def _alternatives(node: Node, under: str) -> Iterator[Alternative]:
    for key, entry in entries(node).items():
        if key == ONE_OF:
            for each in items(entry.value):
                yield Alternative(each.place, shown(as_written(each)), under)
        yield from _alternatives(entry.value, under)
    for each in items(node):
        yield from _alternatives(each, under)


class Judge:
    """Holds expectations against a world as it stands, and keeps what did not hold, and which alternatives did.

    `timeless`: no time goes by in that world, so nothing that tells a time is held against anything.
    """

    def __init__(self, world: World, resolve: Callable[[str], str], timeless: bool = False) -> None:
        self.world = world
        self.resolve = resolve
        self.timeless = timeless
        self.failures: list[Failure] = []
        self.held: set[Place] = set()
        """Where the alternatives (`one_of`) stand that held at some time."""
        self.spelled: dict[str, None] = {}
        """The rules that spelled the vendors' words that were looked at."""

    # -- answers ---------------------------------------------------------------------------------------------------

    def answer(self, expected: Answer | Status | None, answered: Any, tell: Tell) -> None:
        """Hold an expected answer against the one that came."""
        if expected is None:
            return
        came = f"{answered.request} came to {answered.status} ({answered.outcome}, by {answered.rule})"
        headers = {name.lower(): value for name, value in answered.headers.items()}
        found = {
            "status": answered.status, "body": answered.body, "headers": headers, "outcome": str(answered.outcome),
        }  # fmt: skip
        held: set[Path] = set()
        for each in differences(self._filled(_wanted(expected)), found, ("answer",), held, self.timeless):
            want, what = shown(each.want), "" if each.what == "outcome" else f"the answer's {each.what} to be "
            message = f"expected {what}{want}{what and f', found {each.found}'}; {came}{_which(each)}"
            self._fail(tell(*each.path[1:]), "answer", want, each.found, message)
        self._keep({path[1:] for path in held}, tell)

    def outcome(self, expected: Answer | Status | None, status: Status, rule: str | None, tell: Tell) -> None:
        """Hold an expected word against what became of a command that is no request."""
        if expected is None:
            return
        words = dict(_words(expected, ()))
        if isinstance(expected, Answer) and not words:
            message = f"this is said by somebody who gets no HTTP answer; it was {status}: expect that word instead"
            self._fail(tell(), "outcome", shown(plain(expected.status)), str(status), message)
        elif status not in words.values():
            want = shown(Either(words.values()))
            message = f"expected {want}, found {status}" + (f" (by {rule})" if rule else "")
            self._fail(tell(), "outcome", want, str(status), message)
        self._keep({path for path, word in words.items() if word is status and path}, tell)

    def _keep(self, held: set[Path], tell: Tell) -> None:
        self.held.update(tell(*path) for path in held)

    # -- looks -----------------------------------------------------------------------------------------------------

    def check(self, check: Check, tell: Tell) -> None:
        """Hold what is expected of calls, multiparty calls, callbacks, fetches and warnings against what is."""
        held: set[Path] = set()
        for each in self._compared(check, (), held):
            expected, found, message = self._words(each)
            self._fail(tell(*each.path), each.subject, expected, found, message)
        self._keep(held, tell)

    def _compared(self, check: Check, path: Path, held: set[Path], unborn: bool = True) -> list[Difference]:
        """What is not as expected. With `unborn` off, nothing is expected of what does not exist yet."""
        wrong: list[Difference] = []
        for name, thing in check.things.items():
            said, found = self._filled(thing.said), facts(self.world, name)
            if found is not None:
                if "vendor" in said:
                    self.spelled.update(dict.fromkeys(found[SPELLED]))
                wrong += differences(said, found, (*path, name), held, self.timeless)
            elif unborn:
                wrong.append(Difference((*path, name), said, None, (name,)))
        for subject, several in check.several.items():
            said = _with_urls(self._filled(several), False)
            said = _as_fetches(said) if subject == "fetched" else said
            wrong += differences(said, so_far(self.world, subject), (*path, subject), held, self.timeless)
        if check.one_of:
            wrong += self._nearest(check.one_of, (*path, ONE_OF), held, unborn)
        return wrong

    def _nearest(self, checks: Sequence[Check], path: Path, held: set[Path], unborn: bool) -> list[Difference]:
        tried = []
        for number, each in enumerate(checks):
            inside: set[Path] = set()
            tried.append(self._compared(each, (*path, number), inside, unborn))
            # What is so only because nobody is there yet has not come about.
            if not tried[-1] and (unborn or not self._compared(each, (), set())):
                held |= {(*path, number), *inside}
        return nearest(tried, path)

    def _words(self, one: Difference) -> tuple[str, str, str]:
        """What was expected, what was found, and both in a sentence."""
        subject = one.subject
        if subject in SEVERAL:
            return _words_of_several(one)
        want, found = shown(one.want), "some time" if self.timeless and one.is_time else one.found
        if not one.what and one.have is None:
            return want, "nothing", f"there is no {subject} yet{_which(one)}"
        rule = (facts(self.world, subject) or {}).get("rule")
        by = f" (by {rule})" if rule else ""
        return want, found, f"expected {subject}'s {one.what} to be {want}, found {found}{by}{_which(one)}"

    def _fail(self, place: Place, subject: str, expected: str, found: str, message: str) -> None:
        self.failures.append(Failure(place, subject, expected, found, message))

    def _filled(self, value: Any) -> Any:
        """An expected value with its $references filled in."""
        if isinstance(value, str):
            return self.resolve(value)
        if isinstance(value, Mapping):
            return {key: self._filled(each) for key, each in value.items()}
        return [self._filled(each) for each in value] if isinstance(value, (list, tuple)) else value

    # -- properties ------------------------------------------------------------------------------------------------

    def properties(self, case: Case) -> list[Property]:
        """What a case says must hold always, never, or at some moment, in the order of those words."""
        wrong = {"always": self._not_so, "never": self._so, "eventually": self._not_yet_so}
        found = []
        for kind in PROPERTIES:
            several = isinstance(case.root.get(kind), ListNode)
            for number, check in enumerate(getattr(case.spec, kind)):
                path = (kind, number) if several else (kind,)
                tell = partial(case.place, *path)
                place = case.place(*path) if several else case.key_place(kind)
                found.append(Property(kind, number + 1, place, _said(check), partial(wrong[kind], check, tell)))
        return found

    def _not_so(self, check: Check, tell: Tell) -> str | None:
        return self._told(check, tell, unborn=False)

    def _not_yet_so(self, check: Check, tell: Tell) -> str | None:
        return self._told(check, tell, unborn=True)

    def _so(self, check: Check, tell: Tell) -> str | None:
        return None if self._compared(check, (), set()) else f"found {_said(check)}"

    def _told(self, check: Check, tell: Tell, unborn: bool) -> str | None:
        held: set[Path] = set()
        wrong = self._compared(check, (), held, unborn)
        self._keep(held, tell)
        messages = [self._words(each)[2] for each in wrong[:_MOST_SAID]]
        more = [f"and {len(wrong) - _MOST_SAID} more"] if len(wrong) > _MOST_SAID else []
        return "; ".join([*messages, *more]) or None


def _which(one: Difference) -> str:
    return f"; {one.nearest}" if one.nearest else ""


def _wanted(expected: Answer | Status) -> dict[str, Any]:
    """An expected answer as a plain mapping; names of headers are compared in small letters."""
    if isinstance(expected, Status):
        return {"outcome": str(expected)}
    wanted = expected.said
    if expected.headers is not None:
        wanted["headers"] = {name.lower(): plain(value) for name, value in expected.headers.items()}
    if expected.one_of is not None:
        wanted[ONE_OF] = [_wanted(each) for each in expected.one_of]
    return wanted


def _words(expected: Answer | Status, path: Path) -> Iterator[tuple[Path, Status]]:
    """The words that are expected, with where they stand; nothing if an HTTP answer is."""
    if isinstance(expected, Status):
        yield path, expected
    elif expected.model_fields_set == {ONE_OF}:
        for number, each in enumerate(expected.one_of or ()):
            yield from _words(each, (*path, ONE_OF, number))


def _with_urls(value: Any, here: bool) -> Any:
    """The same with absolute URLs: under `url`, or everywhere."""
    if isinstance(value, str):
        return absolute(value) if here else value
    if isinstance(value, Mapping):
        return {
            key: _with_urls(each, here or key == "url") if key in ("url", ONE_OF) else each
            for key, each in value.items()
        }
    return [_with_urls(each, here) for each in value] if isinstance(value, list) else value


def _as_fetches(value: Any) -> Any:
    """The same with a URL alone written out as what is expected of the document that was asked for."""
    if isinstance(value, str):
        return {"url": absolute(value)}
    if isinstance(value, Mapping):
        return {key: _as_fetches(each) if key == ONE_OF else each for key, each in value.items()}
    return [_as_fetches(each) for each in value] if isinstance(value, list) else value


def _words_of_several(one: Difference) -> tuple[str, str, str]:
    want, found, subject = one.want, one.have, one.subject
    if len(one.names) > 1:
        number, what = int(one.names[1]) + 1, ".".join(map(str, one.names[2:])) or "it"
        message = f"of {subject}, number {number}: expected {what} to be {shown(want)}, found {one.found}{_which(one)}"
        return shown(want), one.found, message
    each = want if isinstance(want, Either) else (want,)
    sizes = shown(Either(several if isinstance(several, Count) else len(several) for several in each))
    message = f"expected {sizes} {subject}, found {len(found)}: {_brief(found)}{_which(one)}"
    return listed(map(_brief, each)), str(len(found)) if isinstance(want, Count) else _brief(found), message


def _brief(values: Any) -> str:
    """Callbacks by what tells them apart; anything else in full."""
    if isinstance(values, Count):
        return str(values)
    brief = [{key: each[key] for key in ("at", "call", "kind", "url") if key in each}
             if isinstance(each, Mapping) else each for each in values[:_MOST_LISTED]]  # fmt: skip
    more = f" and {len(values) - _MOST_LISTED} more" if len(values) > _MOST_LISTED else ""
    return shown(brief) + more


def _said(check: Check) -> str:
    return shown(_as_mapping(check))


def _as_mapping(check: Check) -> dict[str, Any]:
    said = {**{name: thing.said for name, thing in check.things.items()}, **check.several}
    return {**said, ONE_OF: [_as_mapping(each) for each in check.one_of]} if check.one_of else said
