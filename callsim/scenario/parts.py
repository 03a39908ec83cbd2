"""The script of a scenario: which of its steps who does, what each is called in an order, and what it must wait for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from callsim.course import Part, far_party
from callsim.model import Direction
from callsim.scenario.loading import Case
from callsim.scenario.references import ACCOUNT, references
from callsim.scenario.saying import Stage, far_command
from callsim.scenario.steps import CheckOnly, RequestStep, Step

_MAKES = ("place", "add")


Doing = Callable[[Any, int], None]


def parts(case: Case, stage: Stage, say: Doing, check: Doing) -> Iterator[Part]:
    """Every part of a case, in the order written: calls that are declared, then steps. `say` does a step, by its number, in
    the world it is given; `check` looks at what it has come to."""
    spec = case.spec
    for name, call in spec.placed.items():
        said = f"{name} calls" if call.direction is Direction.INBOUND else f"{name} is placed"
        yield Part(call.placed, said, f"whoever places {name}", partial(_place, stage, name), partial(_beside, call.with_), free=True)
    known = {*spec.calls, *(step.target for step in spec.steps if step.verb in _MAKES)}
    for number, step in enumerate(spec.steps):
        needs = _needs(step, known, spec.calls)
        ready = partial(_ready, stage, needs, None if isinstance(step, CheckOnly) else step)
        then = None if step.check is None else partial(_say, check, number)
        doing = partial(_say, say, number)
        yield Part(step.at_ms, label(number, step), actor(step), doing, ready, isinstance(step, CheckOnly), then=then)


def _place(stage: Stage, name: str, _: Any) -> None:
    stage.place(name, stage.spec.calls[name])


def _beside(first: str | None, world: Any) -> bool:
    """A further leg of a phone call waits for the call of which it is one."""
    return first is None or first in world.switch.calls


def _say(say: Doing, number: int, world: Any) -> None:
    say(world, number)


def _ready(stage: Stage, needs: frozenset[str], step: Step | None, world: Any) -> bool:
    """Whether the calls exist that a step names, and the vendor has a request for it as things stand."""
    return needs <= world.switch.calls.keys() and (step is None or stage.can_say(step, world))


def client(step: Step) -> str:
    """Who sends the request of a step."""
    return getattr(step, "client", None) or "the application"


def actor(step: Step) -> str:
    """Who does a step: a client of the API, or the far party of a call."""
    if isinstance(step, CheckOnly):
        return "whoever looks"
    if step.verb == "out_of_credit":
        return "the platform"
    return far_party(step.target) if far_command(step) is not None else client(step)


def label(number: int, step: Step) -> str:
    """What people call a step in an order."""
    who = getattr(step, "client", None) or getattr(step, "by", "api")
    by = "" if who == "api" else f" by {who}"
    if isinstance(step, CheckOnly):
        return f"step {number + 1}: a look"
    said = step.request if isinstance(step, RequestStep) else f"{step.verb} {step.target}"
    return f"step {number + 1}: {said}{by}"


def _needs(step: Step, calls: set[str], declared: Collection[str] = ()) -> frozenset[str]:
    """The calls that must exist before a step can be said."""
    if isinstance(step, CheckOnly):
        return frozenset()
    if step.verb in _MAKES:
        return frozenset({step.target} & set(declared))
    said = f"{step.request} {step.body or ''}" if isinstance(step, RequestStep) else f"${step.target}"
    return frozenset(name for _, name, _ in references(said) if name in calls and name != ACCOUNT)
