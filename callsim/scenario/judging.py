"""Expectations held against what is: one matcher for answers, for looks in between, and for the end.

Only named keys are compared; lists are exact and ordered; `never` and `none` say that a thing did not happen. Everything
in a file is text, so what was found is compared as the text a person would write for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callsim.errors import Place
from callsim.model import ActionState, Call, Membership, MultipartyCall, ParticipantState, Status
from callsim.scenario.fields import absolute
from callsim.scenario.matchers import Answer, Callback, Check, Count, Thing
from callsim.scenario.values import format_duration, parse_duration
from callsim.simulation import Fetched, Simulation, Told, Warned
from callsim.switch import Switch, is_live

TIMES = ("queued", "ringing", "answered", "ended", "duration", "at")
NOTHING = ("none", "never")
Tell = Callable[..., Place]


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
class Difference:
    """Where two values differ, as a path into the expected one."""

    path: tuple[str | int, ...]
    expected: str
    found: str


def shown(value: Any) -> str:
    """A value as a person would write it in a scenario."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(shown, value)) + "]"
    return str(value)


def differences(expected: Any, found: Any, path: tuple[str | int, ...] = ()) -> Iterator[Difference]:
    """Every place where what was found is not as expected."""
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            yield Difference(path, shown(expected), shown(found))
            return
        for key, each in expected.items():
            yield from differences(each, found.get(key), (*path, key))
    elif isinstance(expected, (list, tuple)):
        yield from _list_differences(expected, found, path)
    elif not _same(str(expected), found, path):
        yield Difference(path, str(expected), _time_or_shown(found, path))


def _list_differences(expected: Sequence[Any], found: Any, path: tuple[str | int, ...]) -> Iterator[Difference]:
    if not isinstance(found, (list, tuple)) or len(found) != len(expected):
        yield Difference(path, shown(expected), shown(found))
        return
    for number, (want, have) in enumerate(zip(expected, found, strict=True)):
        yield from differences(want, have, (*path, number))


def _is_time(path: tuple[str | int, ...]) -> bool:
    """Whether a value is one of our own times; what is under a vendor's words or in a body is theirs."""
    return bool(path) and path[-1] in TIMES and not {"vendor", "params", "body"} & set(path)


def _same(expected: str, found: Any, path: tuple[str | int, ...]) -> bool:
    if found is None:
        return expected in (*NOTHING, "null", "")
    if _is_time(path) and expected not in NOTHING:
        return bool(parse_duration(expected) == found)
    if isinstance(found, (Mapping, list, tuple)):
        return expected == "none" and not found
    return expected == shown(found) or (isinstance(found, bool) and expected == ("yes" if found else "no"))


def _time_or_shown(found: Any, path: tuple[str | int, ...]) -> str:
    if _is_time(path):
        return "never" if found is None else format_duration(found)
    return shown(found)


def room(switch: Switch, name: str) -> MultipartyCall | None:
    """The multiparty call that a scenario means by a name: the live one, that of the default account before another's, and
    if none is live the latest there was."""
    live = switch.room("default", name)
    found = [mpc for mpc in switch.mpcs.values() if name in (mpc.name, mpc.key)]
    return live or next(filter(is_live, found), found[-1] if found else None)


class Judge:
    """Holds expectations against a simulation as it stands, and keeps what did not hold."""

    def __init__(self, simulation: Simulation, resolve: Callable[[str], str]) -> None:
        self.simulation = simulation
        self.resolve = resolve
        self.failures: list[Failure] = []

    # -- answers ---------------------------------------------------------------------------------------------------

    def answer(self, expected: Answer | Status | None, answered: Any, tell: Tell) -> None:
        """Hold an expected answer against the one that came."""
        if expected is None:
            return
        came = f"{answered.request} came to {answered.status} ({answered.outcome}, by {answered.rule})"
        if isinstance(expected, Status):
            if expected != answered.outcome:
                self._fail(tell(), "answer", str(expected), answered.outcome, f"expected {expected}; {came}")
            return
        headers = {name.lower(): value for name, value in answered.headers.items()}
        found = {"status": answered.status, "body": answered.body, "headers": headers}
        wanted: dict[str, Any] = {}
        if expected.status is not None:
            wanted["status"] = expected.status
        if expected.body is not None:
            wanted["body"] = self._filled(expected.body)
        if expected.headers is not None:
            wanted["headers"] = {name.lower(): self.resolve(value) for name, value in expected.headers.items()}
        for each in differences(wanted, found):
            what = ".".join(map(str, each.path))
            message = f"expected the answer's {what} to be {each.expected}, found {each.found}; {came}"
            self._fail(tell(*each.path), "answer", each.expected, each.found, message)

    def outcome(self, expected: Answer | Status | None, status: Status, rule: str | None, tell: Tell) -> None:
        """Hold an expected word against what became of a command that is no request."""
        if expected is None:
            return
        if isinstance(expected, Answer):
            message = f"this is said by somebody who gets no HTTP answer; it was {status}: expect that word instead"
            self._fail(tell(), "outcome", shown(expected.status), str(status), message)
        elif expected is not status:
            message = f"expected {expected}, found {status}" + (f" (by {rule})" if rule else "")
            self._fail(tell(), "outcome", str(expected), str(status), message)

    # -- looks -----------------------------------------------------------------------------------------------------

    def check(self, check: Check, tell: Tell) -> None:
        """Hold what is expected of calls, multiparty calls, callbacks, fetches and warnings against what is."""
        for name, thing in check.things.items():
            self._thing(name, thing, lambda *path, name=name: tell(name, *path))
        simulation = self.simulation
        if check.callbacks is not None:
            told = [_callback_facts(entry) for entry in simulation.entries(Told)]
            self._several("callbacks", check.callbacks, told, tell)
        if check.fetched is not None:
            self._several("fetched", check.fetched, [absolute(entry.url) for entry in simulation.entries(Fetched)], tell)
        if check.warnings is not None:
            self._several("warnings", check.warnings, [entry.text for entry in simulation.entries(Warned)], tell)

    def _thing(self, name: str, thing: Thing, tell: Tell) -> None:
        found = self.facts(name)
        if found is None:
            self._fail(tell(), name, shown(self._filled(thing.said)), "nothing", f"there is no {name} yet")
            return
        for each in differences(self._filled(thing.said), found):
            what = ".".join(map(str, each.path))
            by = f" (by {found['rule']})" if found.get("rule") else ""
            message = f"expected {name}'s {what} to be {each.expected}, found {each.found}{by}"
            self._fail(tell(*each.path), name, each.expected, each.found, message)

    def _several(self, subject: str, expected: Any, found: list[Any], tell: Tell) -> None:
        if isinstance(expected, Count):
            if expected.count != len(found):
                message = f"expected {expected.count} {subject}, found {len(found)}: {shown(found)}"
                self._fail(tell(subject), subject, str(expected.count), str(len(found)), message)
            return
        wanted = [self._filled(each.said if isinstance(each, Callback) else each) for each in expected]
        if subject == "fetched":
            wanted = [absolute(each) for each in wanted]
        wanted = [_with_absolute_url(each) if isinstance(each, Mapping) else each for each in wanted]
        if len(wanted) != len(found):
            message = f"expected {len(wanted)} {subject}, found {len(found)}: {_brief(found)}"
            self._fail(tell(subject), subject, _brief(wanted), _brief(found), message)
            return
        for number, (want, have) in enumerate(zip(wanted, found, strict=True)):
            for each in differences(want, have):
                what = ".".join(map(str, each.path)) or "it"
                message = f"of {subject}, number {number + 1}: expected {what} to be {each.expected}, found {each.found}"
                self._fail(tell(subject, number, *each.path), subject, each.expected, each.found, message)

    def _fail(self, place: Place, subject: str, expected: str, found: str, message: str) -> None:
        self.failures.append(Failure(place, subject, expected, found, message))

    def _filled(self, value: Any) -> Any:
        """An expected value with its $references filled in."""
        if isinstance(value, str):
            return self.resolve(value)
        if isinstance(value, Mapping):
            return {key: self._filled(each) for key, each in value.items()}
        return [self._filled(each) for each in value] if isinstance(value, (list, tuple)) else value

    # -- what is ---------------------------------------------------------------------------------------------------

    def facts(self, name: str) -> dict[str, Any] | None:
        """All there is to expect of a call, or of the latest multiparty call of that name; None if there is none yet."""
        switch = self.simulation.switch
        call = switch.calls.get(name)
        if call is not None:
            return self._call_facts(call)
        mpc = room(switch, name)
        return None if mpc is None else self._mpc_facts(mpc)

    def _call_facts(self, call: Call) -> dict[str, Any]:
        ending, one = call.ending, call.participant
        running = [action.kind for action in call.actions if action.state is ActionState.RUNNING]
        inside = one is not None and call.membership in (Membership.JOINING, Membership.ACTIVE)
        return {
            "state": call.state, "direction": call.direction,
            "cause": ending and ending.cause, "by": ending and ending.who,
            "rule": ending and ending.rule, "basis": self._basis(ending and ending.rule),
            "queued": call.queued_at, "ringing": call.ringing_at, "answered": call.answered_at, "ended": call.ended_at,
            "duration": call.duration, "running": running[-1] if running else None,
            "participant": one.mpc.name if one is not None and inside else None,
            "vendor": self.simulation.dialect.call_words(call)[0],
        }  # fmt: skip

    def _mpc_facts(self, mpc: MultipartyCall) -> dict[str, Any]:
        inside = [one.call.name for one in mpc.participants if one.state is not ParticipantState.EXITED]
        return {
            "state": mpc.state, "participants": inside, "ended": mpc.ended_at, "by": mpc.ended_by, "rule": mpc.rule,
            "basis": self._basis(mpc.rule), "vendor": self.simulation.dialect.mpc_words(mpc)[0],
        }  # fmt: skip

    def _basis(self, rule: str | None) -> str | None:
        return None if rule is None else str(self.simulation.dialect.rulebook.rows[rule].basis.kind)


def _callback_facts(told: Told) -> dict[str, Any]:
    return {"at": told.at, "call": told.call, "kind": told.kind, "url": absolute(told.url), "params": told.params}


def _with_absolute_url(expected: Mapping[str, Any]) -> dict[str, Any]:
    return {**expected, "url": absolute(expected["url"])} if "url" in expected else dict(expected)


def _brief(values: Sequence[Any]) -> str:
    """Callbacks by what tells them apart; anything else in full."""
    return shown([{key: each[key] for key in ("at", "call", "kind", "url") if key in each}
                  if isinstance(each, Mapping) else each for each in values])  # fmt: skip

