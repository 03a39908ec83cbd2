"""A case played: its world set up, its steps said, its expectations judged, and what the verdict stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from callsim.dialects import VENDORS, Dialect, Setting, User, dialect, request, rulebook
from callsim.errors import InputError, Problem, UsageError
from callsim.instructions import Rejected
from callsim.model import By, Command, Direction, Joining, Placement, StayAlone, Verb
from callsim.scenario.calls import CallOptions, FarEnd as FarEndSpec
from callsim.scenario.facts import room
from callsim.scenario.judging import Failure, Judge
from callsim.scenario.loading import Case
from callsim.scenario.references import REQUEST_UUID, resolved
from callsim.scenario.schema import HANGS, PROPERTIES
from callsim.scenario.steps import (
    AddStep,
    AnswerStep,
    CancelStep,
    CheckOnly,
    FailStep,
    HangUpAllStep,
    HangUpStep,
    KickStep,
    PlaceStep,
    RequestStep,
    Step,
    StopStep,
)
from callsim.scenario.vetting import vet
from callsim.scenario.watching import Vigil, WatchedSimulation
from callsim.simulation import APPLICATION, SILENT, TEST_NUMBERS, WORDS, Asked, FarEnd, Page, Simulation, Told, Warned

FROM = "+15550100000"
_UNPLACED = "not-placed-yet"
_MOMENTS = 100_000
"""How many moments a scenario may have before its play is called undecided."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One request of a scenario and its answer; `line` is that of its step."""

    line: int
    at_ms: int
    request: str
    status: int
    headers: Mapping[str, str]
    body: Any
    outcome: str
    rule: str
    basis: str


@dataclass
class Played:
    """What came of a case. `complete` is off if a bound was hit before its end: the verdict is then undecided."""

    case: Case
    simulation: Simulation
    assume: dict[str, str]
    passed: bool = False
    complete: bool = True
    failures: list[Failure] = field(default_factory=list)
    responses: list[Answered] = field(default_factory=list)
    rules_used: tuple[str, ...] = ()
    relied_on: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)


def play(case: Case, seed: int = 0, assume: Mapping[str, str] | None = None, laws: bool = True) -> Played:
    """Play a case and judge it. `assume` goes before what its file assumes; what another vendor leaves open is no matter.

    Raises InputError for what its author got wrong, UsageError for an assumption or choice that does not exist, BrokenLaw
    if callsim itself went wrong.
    """
    chosen = _chosen(case, assume or {})
    problems = vet(case)
    if problems:
        raise InputError(*problems)
    return _Player(case, _dialect(case, chosen, seed), chosen, laws).play()


def _chosen(case: Case, assume: Mapping[str, str]) -> dict[str, str]:
    """The assumptions that concern this case's vendor, the given ones before the file's."""
    known = rulebook(case.vendor).assumptions
    both = {**case.spec.assume, **assume}
    for id in both:
        if id not in known and not any(id in rulebook(vendor).assumptions for vendor in VENDORS):
            raise UsageError(f"there is no assumption {id!r}{rulebook(case.vendor).suggestion(id)}")
    return {id: value for id, value in both.items() if id in known}


def _dialect(case: Case, assume: Mapping[str, str], seed: int) -> Dialect:
    spec = case.spec
    users = {id: User(user.organization, tuple(user.extensions)) for id, user in spec.users.items()}
    own = next(iter(users), "1")
    return dialect(case.vendor, assume, Setting(users, own, spec.token, seed))


class _Player:
    """Sets a world up, lets its steps happen at their times, and collects what was seen."""

    def __init__(self, case: Case, dialect: Dialect, assume: dict[str, str], laws: bool) -> None:
        self.case, self.spec, self.dialect = case, case.spec, dialect
        self.simulation = (WatchedSimulation if any(getattr(case.spec, kind) for kind in PROPERTIES) else Simulation)(
            dialect, _Pages(dict(_pages(case)), self.resolve), dict(self.spec.media), laws, moment_bound=_MOMENTS,
            complaint=self._about_document,
        )  # fmt: skip
        self.played = Played(case, self.simulation, assume)
        self.judge = Judge(self.simulation, self.resolve)
        self.vigil = Vigil(self.judge.properties(case))
        if isinstance(self.simulation, WatchedSimulation):
            self.simulation.at_rest = lambda: self.vigil.look(self.simulation.now)

    def play(self) -> Played:
        simulation, played = self.simulation, self.played
        switch = simulation.switch
        switch.alone = {name: _alone(options.stay_alone) for name, options in self.spec.mpcs.items()}
        for name, call in self.spec.calls.items():
            simulation.at(call.placed, lambda name=name, call=call: self._place(name, call))  # type: ignore[misc]
        for number, step in enumerate(self.spec.steps):
            simulation.at(step.at_ms, lambda number=number, step=step: self._step(number, step))  # type: ignore[misc]
        self.vigil.look(simulation.now)
        played.complete = simulation.run(self.spec.until)
        self.judge.failures += self.vigil.conclude(simulation.now)
        if self.spec.expect is not None:
            self.judge.check(self.spec.expect, self._teller("expect"))
        if simulation.laws:
            simulation.check_all()
        self._conclude()
        return played

    def _conclude(self) -> None:
        played = self.played
        played.rules_used = tuple(self._rules())
        book = self.dialect.rulebook
        bases = (book.rows[id].basis.assumption for id in played.rules_used if id in book.rows)
        played.relied_on = tuple(dict.fromkeys(id for id in bases if id is not None))
        for number, id in enumerate(self.spec.teaches):
            if not any(row.id in played.rules_used for row in book.family(id)):
                place = self.case.place("teaches", number)
                message = f"this scenario says it teaches {id}, and never uses it"
                self.judge.failures.append(Failure(place, "teaches", id, "not used", message))
        played.failures = sorted(self.judge.failures, key=lambda failure: failure.place)
        played.warnings = [entry.text for entry in self.simulation.entries(Warned)]
        played.passed = not played.failures and played.complete

    def _rules(self) -> Iterable[str]:
        """Every rule that had its say, in order of first use, then those that spelled it out."""
        simulation = self.simulation
        used = dict.fromkeys(simulation.switch.used)
        for entry in simulation.trace:
            if isinstance(entry, Asked):
                used.update(dict.fromkeys(entry.response.rules))
            elif isinstance(entry, Told):
                used.update(dict.fromkeys(entry.rules))
        for call in simulation.switch.calls.values():
            used.update(dict.fromkeys(self.dialect.call_words(call)[1]))
        for mpc in simulation.switch.mpcs.values():
            used.update(dict.fromkeys(self.dialect.mpc_words(mpc)[1]))
        return used

    def _about_document(self, url: str, rejected: Rejected) -> str:
        """What is wrong with a document, with its place in the scenario file."""
        path = url.removeprefix(APPLICATION)
        page = ("documents", path, "body")
        place = self.case.text_place(page, rejected.line or 1, rejected.column or 1)
        # No file name: what a trace says must not depend on where its scenario lies.
        return f"{path}, at {place.line}:{place.column}, is no document that can be used: {rejected.message}"

    # -- references ------------------------------------------------------------------------------------------------

    def resolve(self, text: str) -> str:
        """A text with its $references filled in as they stand now."""
        return resolved(text, self._lookup)

    def _lookup(self, name: str, attribute: str) -> str:
        switch = self.simulation.switch
        if name == "account":
            return self.dialect.account_id("default")
        call = switch.calls.get(name)
        if call is not None:
            return self.dialect.request_id(call) if attribute == REQUEST_UUID else self.dialect.call_id(call)
        mpc = room(switch, name)
        return _UNPLACED if mpc is None else self.dialect.mpc_id(mpc)

    # -- steps -----------------------------------------------------------------------------------------------------

    def _teller(self, *path: str | int) -> Any:
        """Where a part of an expectation stands in the file."""
        return lambda *rest: self.case.place(*path, *rest)

    def _place(self, name: str, call: CallOptions) -> None:
        self.simulation.place(name, self._filled(placement(call)), far_end(call))

    def _filled(self, placed: Placement) -> Placement:
        """What is fixed about a call, with its $references filled in."""
        texts = {name: getattr(placed, name) for name in ("from_", "to", "answer_url", "hangup_url")}
        filled = {name: self.resolve(text) for name, text in texts.items() if text and "$" in text}
        return replace(placed, **filled) if filled else placed  # type: ignore[arg-type]  # all four are texts

    def _step(self, number: int, step: Step) -> None:
        try:
            self._do(number, step)
        except UsageError as error:
            raise InputError(Problem(self.case.place("steps", number), str(error))) from None
        if step.check is not None:
            self.judge.check(step.check, self._teller("steps", number, "check"))

    def _do(self, number: int, step: Step) -> None:
        if isinstance(step, CheckOnly):
            return
        expected = getattr(step, "expect", None)
        tell = self._teller("steps", number, "expect")
        command = far_command(step)
        if command is not None:
            outcome = self.simulation.say(command)
            self.judge.outcome(expected, outcome.status, outcome.rule, tell)
        else:
            answered = self._ask(number, step)
            self.judge.answer(expected, answered, tell)

    def _ask(self, number: int, step: Step) -> Answered:
        """Send the request a step writes out, or the vendor's own for its verb."""
        simulation = self.simulation
        made, far = None, None
        if isinstance(step, PlaceStep) and step.direction is Direction.INBOUND:
            raise UsageError("an inbound call is placed by its caller; declare it under calls with its time")
        if isinstance(step, RequestStep):
            sent = request(self.resolve(step.request), self._body(step.body))
        else:
            verb, name, detail = self._verb(step)
            sent = self.dialect.say(verb, name, simulation.switch, detail)
            if isinstance(step, (PlaceStep, AddStep)):
                made, far = name, far_end(step)
        response = simulation.ask(sent, made, far)
        line = self.case.place("steps", number).line
        answered = Answered(
            line, simulation.now, sent.line, response.status, response.headers, response.body, response.outcome,
            response.rule, response.basis,
        )  # fmt: skip
        self.played.responses.append(answered)
        return answered

    def _verb(self, step: Step) -> tuple[Verb, str, Any]:
        """What a step says by the API: verb, target and details."""
        target = step.target
        match step:
            case StopStep():
                mpc = room(self.simulation.switch, target)
                return Verb.STOP, target if mpc is None else mpc.key, None
            case HangUpAllStep():
                return Verb.HANG_UP_ALL, "default" if target in ("all", "$account") else target, None
            case KickStep():
                return Verb.KICK, target, None
            case CancelStep():
                return Verb.CANCEL, target, None
            case PlaceStep():
                return Verb.PLACE, target, self._filled(placement(step))
            case AddStep():
                known = target in self.simulation.switch.calls
                alone = _alone(bool(step.stay_alone))
                fresh = None if known else self._filled(placement(step))
                exit_url = step.exit_url and self.resolve(step.exit_url)
                return Verb.ADD, target, Joining(step.mpc, step.role or "agent", exit_url, alone, fresh)
            case _:
                return Verb.HANG_UP, target, None

    def _body(self, body: Any) -> Any:
        if isinstance(body, str):
            import json

            text = self.resolve(body)
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return text
        if isinstance(body, Mapping):
            return {key: self._body_value(value) for key, value in body.items()}
        return body

    def _body_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.resolve(value)
        if isinstance(value, Mapping):
            return {key: self._body_value(each) for key, each in value.items()}
        return [self._body_value(each) for each in value] if isinstance(value, list) else value


class _Pages(dict[str, Page]):
    """The application's pages, with their $references filled in as each is fetched."""

    def __init__(self, pages: dict[str, Page], resolve: Callable[[str], str]) -> None:
        super().__init__(pages)
        self.resolve = resolve

    def get(self, path: str, default: Any = None) -> Any:
        page = super().get(path, default)
        return replace(page, body=self.resolve(page.body)) if page is not None and "$" in page.body else page


def far_command(step: Step) -> Command | None:
    """The command of a step that is not said by the API; None for one that is a request."""
    target = step.target
    if isinstance(step, HangUpStep):
        return Command(Verb.HANG_UP, target, By.FAR_PARTY) if step.by != "api" else None
    if isinstance(step, AnswerStep):
        return Command(Verb.ANSWER, target, By.FAR_PARTY if step.by == "callee" else By.API)
    if isinstance(step, FailStep):
        return Command(Verb.FAIL, target, By.CARRIER, step.code)
    plain = {"ring": (Verb.RING, By.CARRIER), "reject": (Verb.REJECT, By.FAR_PARTY), "busy": (Verb.BUSY, By.FAR_PARTY)}
    if step.verb in plain:
        verb, by = plain[step.verb]
        return Command(verb, target, by)
    return None


def placement(call: CallOptions) -> Placement:
    """What is fixed about a call that a scenario describes."""
    direction = getattr(call, "direction", Direction.OUTBOUND)
    inbound = direction is Direction.INBOUND
    return Placement(
        call.account, direction, call.from_ or ("+15550100009" if inbound else FROM),
        call.to or (FROM if inbound else "+15550100003"), call.answer_url, call.hangup_url, call.ring_timeout,
        call.time_limit, call.user, call.extension,
    )  # fmt: skip


def far_end(call: CallOptions) -> FarEnd:
    """How the far party of a call behaves: as said, or as its test number does, or silent."""
    said = call.far_end
    if said is None:
        return TEST_NUMBERS.get(call.to, SILENT)
    if isinstance(said, str):
        return WORDS[said]
    return _stages(said)


def _stages(said: FarEndSpec) -> FarEnd:
    rings = said.rings
    if rings is None:
        rings = None if said.fails is not None else 0
    return FarEnd(rings, said.answers, said.hangs_up, said.rejects, said.busy, said.fails)


def _alone(yes: bool) -> StayAlone:
    return StayAlone.YES if yes else StayAlone.NO


def _pages(case: Case) -> Iterable[tuple[str, Page]]:
    for path, page in case.spec.documents.items():
        if page == HANGS or isinstance(page, str):
            yield path, Page(hangs=True)
        else:
            yield path, Page(page.body, page.status, page.after)


class RulebookVocabulary:
    """What scenario files may name, as the rulebooks know it."""

    vendors = VENDORS

    def rule_known(self, vendor: str, id: str) -> bool:
        return bool(rulebook(vendor).family(id))

    def rule_suggestions(self, vendor: str, id: str) -> list[str]:
        return [near for near in rulebook(vendor).near(id) if near in rulebook(vendor).rows]

    def assumption_problem(self, vendor: str, id: str, value: str) -> str | None:
        try:
            rulebook(vendor, {id: value})
        except UsageError as error:
            return str(error)
        return None
