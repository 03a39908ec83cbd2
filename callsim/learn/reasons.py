"""Why something is as it is: the rules that decided it, what each says, on what it stands and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from callsim.learn.answers import heard
from callsim.model import Change, Entity
from callsim.motion import Motion
from callsim.report.why import chain
from callsim.report.wording import says
from callsim.rules import AnyRow
from callsim.scenario.facts import SPELLED, facts, room
from callsim.scenario.lessons import Question
from callsim.scenario.values import format_duration
from callsim.trace import Asked, Entry, Told


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule: its id, why it is so, what it says, its basis in one word, and its sources."""

    rule: str
    why: str
    says: str
    basis: str
    sources: tuple[str, ...] = ()


def reasons(question: Question, world: Motion, trace: Sequence[Entry]) -> tuple[Reason, ...]:
    """The rules that decided an answer, the most telling first; `trace`: what had happened by then."""
    rows = world.dialect.rulebook.rows
    ids = dict.fromkeys(_ids(question, world, trace))
    return tuple(_reason(rows[id]) for id in ids if id in rows)


def _reason(row: AnyRow) -> Reason:
    return Reason(row.id, row.why, says(row), str(row.basis), tuple(str(each) for each in row.basis.evidence[:2]))


def _ids(question: Question, world: Motion, trace: Sequence[Entry]) -> Iterable[str]:
    if question.ask == "status":
        return _of_the_answer(trace)
    if question.ask == "callbacks":
        return _of_callbacks(question, world, trace)
    name = str(question.of)
    if question.ask in ("state", "participants"):
        return _of_the_last_change(question, world, trace)
    found = facts(world, name) or {}
    ending = [str(found["rule"])] if found.get("rule") else []
    spelled = [id for id in found.get(SPELLED, ()) if not id.startswith("spelling.state.")]
    return [*spelled, *ending] if question.ask == "vendor" else ending


def _of_the_answer(trace: Sequence[Entry]) -> Iterator[str]:
    asked = next((entry for entry in reversed(trace) if isinstance(entry, Asked)), None)
    if asked is not None:
        # What was done, or refused, says more than how that is answered.
        yield from (id for id in asked.response.rules if not id.startswith(("route.", "limit.", "spelling.")))
        yield asked.response.rule


def _of_callbacks(question: Question, world: Motion, trace: Sequence[Entry]) -> Iterator[str]:
    counted = len(heard(question, _Then(world, trace)))
    told = (entry for entry in trace if isinstance(entry, Told))
    yield from (entry.rule for entry in told if counted and question.kind in (None, entry.kind) and question.of in (None, entry.call))


class _Then:
    """A world of which only what had happened by then is told."""

    def __init__(self, world: Motion, trace: Sequence[Entry]) -> None:
        self.switch, self.dialect, self._trace = world.switch, world.dialect, trace

    def entries(self, kind: type) -> list[Entry]:
        """All of a kind that was seen by then."""
        return [entry for entry in self._trace if isinstance(entry, kind)]


def _of_the_last_change(question: Question, world: Motion, trace: Sequence[Entry]) -> Iterator[str]:
    mpc = room(world.switch, str(question.of)) if question.of not in world.switch.calls else None
    names, entity = ({str(question.of)}, Entity.CALL) if mpc is None else ({mpc.key}, Entity.MPC)
    if mpc is not None and question.ask == "participants":
        names, entity = {one.call.name for one in mpc.participants}, Entity.PARTICIPANT
    for entry in reversed(trace):
        if isinstance(entry, Change) and entry.entity is entity and entry.name in names:
            yield entry.rule
            if entry.via is not None:
                yield entry.via
            return


def causes(question: Question, world: Motion) -> tuple[str, ...]:
    """From the end of a call back to its first cause, one line each; nothing for what is not about an end of a call."""
    if question.ask not in ("cause", "by", "vendor", "basis") or question.of not in world.switch.calls:
        return ()
    return tuple(f"{format_duration(link.at)}  {link.what}" for link in chain(world, str(question.of)))
