"""What a journal tells: everything that was said is said again in memory, and the file is left as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callsim.dialects import Request
from callsim.errors import UsageError
from callsim.model import Command, Verb
from callsim.scenario.phrasing import call_end
from callsim.scenario.retelling import scenario_of
from callsim.server.exchange import Exchange, Office
from callsim.server.journal_file import about_of, compare, damaged, look, reading, resolved
from callsim.server.replaying import repeat
from callsim.server.serving import Wishes, about
from callsim.server.worlds import setting
from callsim.trace import Asked, Said

_NOTHING = "nothing"
_MOST_AT_ONCE = 100_000
_TOLD_AS_COMMANDS = frozenset({
    Verb.PLACE, Verb.ADD, Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.CANCEL, Verb.KICK, Verb.START, Verb.STOP, Verb.TRANSFER,
})  # fmt: skip
"""Requests that come to one of these are told by what they come to: so it does not matter what ids say."""
_NOT_RETOLD = {
    "fault": "faults that were set", "restore": "that time went back to a snapshot", "reset": "what was before a reset",
    "release": "that a callback was overtaken",
}  # fmt: skip


@dataclass(frozen=True)
class History:
    """A journal that was read: what it is about, the inputs by their kinds, and the exchange they lead to."""

    path: Path
    about: Mapping[str, str]
    inputs: Mapping[str, int]
    exchange: Exchange

    @property
    def assume(self) -> Mapping[str, str]:
        """The assumptions it was begun with."""
        return _assumptions(self.about)


def read(path: str | Path, world: str | None = None) -> History:
    """Read a journal. `world` is the file of the world that it was begun with, if it was no demo. Raises UsageError for what is no
    journal, is damaged or in use, or was begun with something else."""
    file = resolved(path)
    if not look(file):
        raise UsageError(f"there is no journal {path}")
    with reading(file) as base:
        said = about_of(base)
        wishes = _wishes(said, world, file)
        there = setting(world, _assumptions(said), (), wishes.seed)
        compare(base, about(wishes, there), file)
        exchange = Exchange(there, wishes.keep)
        exchange.forgets_entries = False
        inputs: dict[str, int] = {}
        for (line,) in base.execute("SELECT line FROM inputs ORDER BY number"):
            kind = _again(exchange, line, file)
            inputs[kind] = inputs.get(kind, 0) + 1
    return History(Path(path), said, inputs, exchange)


def _again(exchange: Exchange, line: str, path: Path) -> str:
    try:
        said = json.loads(line)
        repeat(exchange, said)
        exchange.take_fresh()
        return "time" if said[2] is None else str(said[2][0])
    except (UsageError, ValueError, RecursionError) as error:
        raise damaged(path, str(error)) from None


def _wishes(said: Mapping[str, str], world: str | None, path: Path) -> Wishes:
    """What the server was started with, as far as the worlds depend on it."""
    own = said.get("world", "") != "the demo world"
    if own and world is None:
        raise UsageError(f"{path} was begun with a world of its own; name that file with --world")
    try:
        return Wishes(world=world, assume=tuple(_assumptions(said).items()), seed=int(said["seed"]), keep=int(said["--keep"]))
    except (KeyError, ValueError):
        raise damaged(path, "it does not say what it is about") from None


def _assumptions(said: Mapping[str, str]) -> dict[str, str]:
    chosen = said.get("set of assumptions", _NOTHING)
    return {} if chosen == _NOTHING else dict(each.partition("=")[::2] for each in chosen.split(" "))


# -- as a scenario ---------------------------------------------------------------------------------------------------


def as_scenario(history: History, vendor: str | None = None) -> dict[str, Any]:
    """What happened with one vendor, to the end of the instant it is, as a scenario in the language's own keys.

    Raises UsageError where nothing says which vendor, or nothing happened.
    """
    office = _office(history, vendor)
    _finish(history.exchange)
    known = office.dialect.rulebook.assumptions
    told = scenario_of(
        _said(office), vendor=office.vendor, title=f"What happened in {history.path.name}", about=_about(history, office),
        assume={id: value for id, value in history.assume.items() if id in known}, media=office.world.switch.media,
        until=history.exchange.now,
    )  # fmt: skip
    otherwise = _ending_otherwise(told, office)
    if otherwise:
        told["about"] += f" What happened at one instant comes in another order here, and so ends otherwise: {', '.join(otherwise)}."
    return told


def _finish(exchange: Exchange) -> None:
    """Let come what is due at the very instant at which it ends: a story is told to the end of an instant."""
    left = _MOST_AT_ONCE
    while left and (due := exchange.due()) is not None and due <= exchange.now:
        exchange.come()
        left -= 1


def _office(history: History, vendor: str | None) -> Office:
    offices = history.exchange.offices
    if vendor is not None:
        if vendor not in offices:
            raise UsageError(f"{history.path} knows nothing of {vendor!r}; it has {', '.join(offices)}")
        return offices[vendor]
    found = [office for office in offices.values() if office.world.trace]
    if len(found) != 1:
        what = "nothing has happened" if not found else f"something happened with {', '.join(each.vendor for each in found)}"
        raise UsageError(f"in {history.path} {what}; say which vendor's part with --vendor")
    return found[0]


def _about(history: History, office: Office) -> str:
    missing = [what for kind, what in _NOT_RETOLD.items() if history.inputs.get(kind)]
    others = [each.vendor for each in history.exchange.offices.values() if each is not office and each.world.trace]
    missing += [f"what happened with {vendor}" for vendor in others]
    if any(errand.outgoing.document and errand.outgoing.vendor == office.vendor for errand in history.exchange.out.values()):
        missing.append("documents that had been asked for and had not come yet")
    if int(history.about["seed"]):
        missing.append(f"that ids were made from the seed {history.about['seed']}")
    return "Retold from a journal of callsim serve." + (f" It has no word for: {'; '.join(missing)}." if missing else "")


def _ending_otherwise(told: Mapping[str, Any], office: Office) -> list[str]:
    """The calls that end otherwise in a scenario than they did: what happened at one instant may have another order there."""
    ends = told.get("expect", {})
    calls = {call.name.replace("#", "-"): call for call in office.world.switch.calls.values()}
    return [name for name, call in calls.items() if name in ends and ends[name] != call_end(call)]


def _said(office: Office) -> list[tuple[int, Command | Request]]:
    """What was said from outside, with its times, and what documents arrived."""
    said: list[tuple[int, Command | Request]] = []
    for entry, commands in _together(office.world.trace):
        if isinstance(entry, Said):
            said.append((entry.at, entry.command))
        elif commands and {command.verb for command in commands} <= _TOLD_AS_COMMANDS:
            said += [(entry.at, command) for command in commands]
        else:
            said.append((entry.at, entry.request))
    return said


def _together(trace: Sequence[Any]) -> Iterator[tuple[Said | Asked, list[Command]]]:
    """Requests, each with what it came to, and what was said otherwise."""
    asked: tuple[Asked, list[Command]] | None = None
    for entry in trace:
        if isinstance(entry, Asked):
            if asked is not None:
                yield asked
            asked = entry, []
        elif isinstance(entry, Said):
            if asked is not None and entry.label == asked[0].request.line and entry.at == asked[0].at:
                asked[1].append(entry.command)
                continue
            if asked is not None:
                yield asked
                asked = None
            yield entry, []
    if asked is not None:
        yield asked
