"""What a scenario must fulfil beyond its shape: names that exist, times that go on, media that have a length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from callsim import instructions
from callsim.errors import Place
from callsim.model import STATES, Cause, Entity, Termination
from callsim.scenario.alternatives import ONE_OF
from callsim.scenario.calls import CallOptions
from callsim.scenario.declarations import Declared, ReadDocument, declare, read_documents
from callsim.scenario.fields import absolute
from callsim.scenario.lessons import check_names
from callsim.scenario.matchers import CALL_KEYS, MPC_KEYS, SUBJECTS
from callsim.scenario.nodes import MapNode, Node, TextNode, entries, items, text_at, texts
from callsim.scenario.references import ACCOUNT, REQUEST_UUID, references
from callsim.scenario.schema import PROPERTIES
from callsim.scenario.values import format_duration, parse_duration
from callsim.scenario.wording import Problems, listed, nearest, quoted

_ABOUT_CALLS = (
    "mute", "unmute", "hold", "unhold", "coach", "uncoach",
    "hang_up", "cancel", "kick", "transfer", "answer", "ring", "reject", "busy", "fail", "lose_media",
)
_ABOUT_MPCS = ("start", "stop", "record", "pause_recording", "resume_recording", "end_recording")
_CALL_OPTIONS = frozenset((*CallOptions.written_keys(), "dial_delay"))
_STATES = {entity: tuple(str(state) for state in states) for entity, states in STATES.items()}
_TERMINATIONS = (*(str(cause) for cause in Termination), "none", "never")
_CAUSES = (*(str(cause) for cause in Cause), "none", "never")
_KEYS = {Entity.CALL: CALL_KEYS, Entity.MPC: MPC_KEYS}
_WORDS = {Entity.CALL: "call", Entity.MPC: "multiparty call"}


class Vocabulary(Protocol):
    """What the rulebooks know: the vendors, their rules and the assumptions that can be made."""

    @property
    def vendors(self) -> tuple[str, ...]: ...

    def rule_known(self, vendor: str, id: str) -> bool: ...

    def rule_suggestions(self, vendor: str, id: str) -> list[str]: ...

    def assumption_problem(self, vendor: str, id: str, value: str) -> str | None:
        """What is wrong with assuming this; None if nothing is."""


def declared_in(root: MapNode) -> Declared:
    """The names in a tree, without complaints."""
    return declare(root, list(read_documents(root)), Problems())


def check(root: MapNode, problems: Problems) -> None:
    """Add a problem for everything in the tree that the shape alone cannot tell. The tree may be of a wrong shape."""
    documents = list(read_documents(root))
    declared = declare(root, documents, problems)
    _check_references(root, declared, problems)
    _check_legs(root, declared, problems)
    _check_steps(items(root.get("steps")), declared, problems)
    for expected in (root.get("expect"), *_properties(root)):
        _check_subjects(expected, declared, problems)
    _check_media(root, documents, problems)
    check_names(root, declared, problems)


def _properties(root: MapNode) -> Iterator[Node]:
    for kind in PROPERTIES:
        node = root.get(kind)
        if node is not None:
            yield from items(node) or [node]


def check_vocabulary(root: MapNode, vendor: str | None, vocabulary: Vocabulary, problems: Problems) -> None:
    """Hold vendors, `teaches` and `assume` against the rulebooks. `vendor` takes the place of the file's own. The tree may
    be of a wrong shape."""
    known = dict.fromkeys([vendor] if vendor else _known_vendors(root.get("vendor"), vocabulary, problems))
    for each in known:
        _check_taught(root, each, vocabulary, problems)
    for key, entry in entries(root.get("assume")).items():
        value = entry.value.text if isinstance(entry.value, TextNode) else None
        wrong = [vocabulary.assumption_problem(vendor, key, value) for vendor in known] if value is not None else []
        # What one of several vendors leaves open another may not know of at all.
        if wrong and all(wrong):
            problems.add(root.source.place(entry.line, entry.column), wrong[0] or "")


def _known_vendors(node: Node | None, vocabulary: Vocabulary, problems: Problems) -> Iterator[str]:
    for each in items(node) or filter(None, [node]):
        # An empty one, or one that holds a word of no case, is complained of as such.
        if not isinstance(each, TextNode) or not each.text.strip() or "$" in each.text:
            continue
        if each.text in vocabulary.vendors:
            yield each.text
        else:
            problems.add(each.place, *unknown_vendor(each.text, vocabulary))


def unknown_vendor(vendor: str, vocabulary: Vocabulary) -> tuple[str, str, str]:
    """What to say of a vendor that nobody knows."""
    expected = f"expected {listed(vocabulary.vendors)}"
    return f"no vendor is called {quoted(vendor)}", expected, nearest(vendor, vocabulary.vendors)


def _check_taught(root: MapNode, vendor: str, vocabulary: Vocabulary, problems: Problems) -> None:
    for item in items(root.get("teaches")):
        if isinstance(item, TextNode) and not vocabulary.rule_known(vendor, item.text):
            near = vocabulary.rule_suggestions(vendor, item.text)
            hint = f"did you mean {listed(map(quoted, near))}?" if near else ""
            problems.add(item.place, f"{vendor} has no rule {quoted(item.text)}", "expected the id of a rule", hint)


def _check_references(root: MapNode, declared: Declared, problems: Problems) -> None:
    names = declared.names
    for node in texts(root):
        for index, name, attribute in references(node.text):
            if name == ACCOUNT or declared.is_call(name) or (name in names and not attribute):
                continue
            place = _place_in(node, index)
            if name in names:
                problems.add(place, f"the multiparty call {quoted(name)} has no {REQUEST_UUID}", "calls have one")
                continue
            expected = "expected a call, a multiparty call, $account or a word of the case; write $$ for a dollar"
            problems.add(place, f"${name} stands for nothing", expected, nearest(name, (*names, ACCOUNT)))


def _place_in(node: TextNode, index: int) -> Place:
    before = node.text[:index]
    return node.inside(before.count("\n") + 1, index - before.rfind("\n"))


def _check_legs(root: MapNode, declared: Declared, problems: Problems) -> None:
    """A leg is of a call, and not of itself."""
    for name, entry in entries(root.get("calls")).items():
        of = text_at(entry.value, "leg_of")
        if of and of.text == name:
            problems.add(of.place, f"{quoted(name)} cannot be a leg of itself", "expected the call that dials it")
        elif of and not declared.is_call(of.text):
            _check_declared(of, "call", declared.calls, problems)


def _check_steps(steps: Iterable[Node], declared: Declared, problems: Problems) -> None:
    now, seen = 0, set()
    for step in steps:
        now = _check_time(step, now, problems)
        _check_subjects(_below(step, "check"), declared, problems)
        for verb in entries(step).keys() & _ABOUT_CALLS:
            called = text_at(step, verb)
            if not (called and declared.is_call(called.text)):
                _check_declared(called, "call", declared.calls, problems)
        for verb in _ABOUT_MPCS:
            _check_declared(text_at(step, verb), "multiparty call", declared.mpcs, problems)
        added = text_at(step, "add")
        if added:
            repeated = added.text in seen or declared.calls.get(added.text, added.place) != added.place
            seen.add(added.text)
            if repeated:
                _check_only_joins(step, added, declared, problems)


def _below(node: Node, key: str) -> Node | None:
    entry = entries(node).get(key)
    return entry.value if entry else None


def _check_time(step: Node, now: int, problems: Problems) -> int:
    at, after = text_at(step, "at"), text_at(step, "after")
    try:
        if at is None:
            return now + (parse_duration(after.text) if after else 0)
        time = parse_duration(at.text)
    except ValueError:
        return now  # The shape complains of that.
    if time < now:
        what = f"{at.text} is before the step above, which is at {format_duration(now)}"
        problems.add(at.place, what, "times do not go back")
    return max(time, now)


def _check_declared(target: TextNode | None, kind: str, names: dict[str, Place], problems: Problems) -> None:
    # A $ where a name belongs is complained of as such, once.
    if target and target.text not in names and not target.text.startswith("$"):
        expected = f"expected {listed(names)}" if 0 < len(names) <= 12 else "declare it first"
        hint = nearest(target.text, names)
        problems.add(target.place, f"no {kind} is called {quoted(target.text)}", expected, hint)


def _check_only_joins(step: Node, added: TextNode, declared: Declared, problems: Problems) -> None:
    for key, entry in entries(step).items():
        if key in _CALL_OPTIONS:
            first = declared.calls[added.text].line
            what = f"{quoted(key)} cannot be said again of the call {quoted(added.text)}"
            place = added.source.place(entry.line, entry.column)
            problems.add(place, what, f"it is declared in line {first}; expected what is said of its part, such as mpc, role or exit_url")


def _check_subjects(node: Node | None, declared: Declared, problems: Problems) -> None:
    if not isinstance(node, MapNode):
        return
    for name, entry in node.entries.items():
        if declared.is_call(name):
            _check_thing(entry.value, Entity.CALL, name, problems)
        elif name in declared.mpcs:
            _check_thing(entry.value, Entity.MPC, name, problems)
        elif name == ONE_OF:
            for alternative in items(entry.value):
                _check_subjects(alternative, declared, problems)
        elif name not in SUBJECTS:
            expected = f"expected a call, a multiparty call, {listed(SUBJECTS)}"
            hint = nearest(name.lstrip("$"), (*SUBJECTS, *declared.names))
            problems.add(node.key_place(name), f"nothing is called {quoted(name)}", expected, hint)
            problems.moot.add(entry.value.place)


def _check_thing(node: Node, entity: Entity, name: str, problems: Problems) -> None:
    for key, entry in entries(node).items():
        if key in (*CALL_KEYS, *MPC_KEYS) and key not in _KEYS[entity]:
            other = Entity.MPC if entity is Entity.CALL else Entity.CALL
            what = f"{quoted(key)} is said of a {_WORDS[other]}, and {quoted(name)} is a {_WORDS[entity]}"
            problems.add(node.source.place(entry.line, entry.column), what, f"expected {listed(_KEYS[entity])}")
        elif key in ("state", "cause", "termination"):
            known = {"state": _STATES[entity], "cause": _CAUSES, "termination": _TERMINATIONS}[key]
            for word in items(_below(entry.value, ONE_OF)) or [entry.value]:
                _check_word(word, key, known, _WORDS[entity], problems)
        elif key == ONE_OF:
            for alternative in items(entry.value):
                _check_thing(alternative, entity, name, problems)


def _check_word(node: Node, key: str, known: tuple[str, ...], kind: str, problems: Problems) -> None:
    if isinstance(node, TextNode) and node.text not in known:
        what = f"{quoted(node.text)} is no {key} of a {kind}"
        problems.add(node.place, what, f"expected {listed(known)}", nearest(node.text, known))


def _check_media(root: MapNode, documents: Iterable[ReadDocument], problems: Problems) -> None:
    lengths = {absolute(key): key for key in entries(root.get("media"))}
    for read in documents:
        for element, line in read.document.every():
            if (
                isinstance(element, instructions.Play)
                and absolute(element.url) not in lengths
                and "$" not in element.url
            ):
                what = f"nothing says how long {quoted(element.url)} plays"
                hint = nearest(element.url, lengths.values()) or nearest(element.url, lengths)
                problems.add(read.place_of(line, element.url), what, "expected its duration under media", hint)
