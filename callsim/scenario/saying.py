"""What the steps of a scenario say, to whatever world is to hear it: requests to a vendor, acts of far parties, calls placed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from callsim.dialects import Dialect, request
from callsim.errors import UsageError
from callsim.far_end import SILENT, TEST_NUMBERS, WORDS, FarEnd
from callsim.instructions import Rejected
from callsim.model import By, Command, Direction, Joining, Placement, StayAlone, Verb
from callsim.motion import Motion, Page
from callsim.scenario.calls import CallOptions, FarEnd as FarEndSpec
from callsim.scenario.facts import room
from callsim.scenario.loading import Case
from callsim.scenario.references import REQUEST_UUID, resolved
from callsim.scenario.schema import HANGS
from callsim.scenario.steps import (
    AddStep,
    AnswerStep,
    CancelStep,
    FailStep,
    HangUpAllStep,
    HangUpStep,
    KickStep,
    PlaceStep,
    RequestStep,
    Step,
    StopStep,
)
from callsim.trace import APPLICATION

FROM = "+15550100000"
UNPLACED = "not-placed-yet"


@dataclass(frozen=True, slots=True)
class Answered:
    """One request of a scenario and its answer; `line` is that of its step, `client` who of several sent it, or empty."""

    line: int
    at_ms: int
    request: str
    status: int
    headers: Mapping[str, str]
    body: Any
    outcome: str
    rule: str
    basis: str
    client: str = ""


class Stage:
    """Lets a case's steps be said to the world that is `motion` at the time."""

    motion: Motion

    def __init__(self, case: Case, dialect: Dialect) -> None:
        self.case, self.spec, self.dialect = case, case.spec, dialect
        self.pages = _Pages(dict(_pages(case)), self.resolve)
        self.media = dict(case.spec.media)

    def set_up(self, motion: Motion) -> None:
        """Take up a world that has just been made."""
        self.motion = motion
        motion.switch.alone = {name: _alone(options.stay_alone) for name, options in self.spec.mpcs.items()}

    def about_document(self, url: str, rejected: Rejected) -> str:
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
        switch = self.motion.switch
        if name == "account":
            return self.dialect.account_id("default")
        call = switch.calls.get(name)
        if call is not None:
            return self.dialect.request_id(call) if attribute == REQUEST_UUID else self.dialect.call_id(call)
        mpc = room(switch, name)
        return UNPLACED if mpc is None else self.dialect.mpc_id(mpc)

    # -- steps -----------------------------------------------------------------------------------------------------

    def place(self, name: str, call: CallOptions) -> None:
        """Place a call that is declared under `calls`."""
        self.motion.place(name, self._filled(placement(call)), far_end(call))

    def _filled(self, placed: Placement) -> Placement:
        """What is fixed about a call, with its $references filled in."""
        texts = {name: getattr(placed, name) for name in ("from_", "to", "answer_url", "hangup_url")}
        filled = {name: self.resolve(text) for name, text in texts.items() if text and "$" in text}
        return replace(placed, **filled) if filled else placed  # type: ignore[arg-type]  # all four are texts

    def can_say(self, step: Step, motion: Motion) -> bool:
        """Whether a step that names what exists can be said in a world as it stands: a vendor may have no request for it, such
        as one to remove a call that takes part in nothing."""
        if not isinstance(step, (KickStep, StopStep, CancelStep, HangUpStep)) or far_command(step) is not None:
            return True
        before, self.motion = self.__dict__.get("motion"), motion
        try:
            verb, name, detail = self._verb(step)
            self.dialect.say(verb, name, motion.switch, detail)
        except UsageError:
            return False
        finally:
            if before is not None:
                self.motion = before
        return True

    def ask(self, number: int, step: Step) -> Answered:
        """Send the request a step writes out, or the vendor's own for its verb."""
        motion = self.motion
        made, far = None, None
        if isinstance(step, PlaceStep) and step.direction is Direction.INBOUND:
            raise UsageError("an inbound call is placed by its caller; declare it under calls with its time")
        if isinstance(step, RequestStep):
            sent = request(self.resolve(step.request), self._body(step.body))
        else:
            verb, name, detail = self._verb(step)
            sent = self.dialect.say(verb, name, motion.switch, detail)
            if isinstance(step, (PlaceStep, AddStep)):
                made, far = name, far_end(step)
        client = getattr(step, "client", None) or ""
        response = motion.ask(sent, made, far, client)
        line = self.case.place("steps", number).line
        return Answered(
            line, motion.now, sent.line, response.status, response.headers, response.body, response.outcome,
            response.rule, response.basis, client,
        )  # fmt: skip

    def _verb(self, step: Step) -> tuple[Verb, str, Any]:
        """What a step says by the API: verb, target and details."""
        target = step.target
        match step:
            case StopStep():
                mpc = room(self.motion.switch, target)
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
                known = target in self.motion.switch.calls
                alone = _alone(bool(step.stay_alone))
                fresh = None if known else self._filled(placement(step))
                exit_url = step.exit_url and self.resolve(step.exit_url)
                return Verb.ADD, target, Joining(step.mpc, step.role or "agent", exit_url, alone, fresh)
            case _:
                return Verb.HANG_UP, target, None

    def _body(self, body: Any) -> Any:
        if isinstance(body, str):
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


