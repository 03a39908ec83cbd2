"""What the steps of a scenario say, to whatever world is to hear it: requests to a vendor, acts of far parties, calls placed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from callsim.application import Page
from callsim.dialects import Dialect, request
from callsim.errors import UsageError
from callsim.far_end import SILENT, TEST_NUMBERS, WORDS, FarEnd
from callsim.instructions import Rejected
from callsim.model import (
    Answerer,
    By,
    Command,
    Direction,
    EndsOnExit,
    Joining,
    Manner,
    MpcOptions,
    Outcome,
    Placement,
    StayAlone,
    Subscription,
    Transfer,
    Verb,
)
from callsim.motion import Motion
from callsim.scenario.calls import CallOptions, CallTerms, FarEnd as FarEndSpec, Rival, WantedMpc
from callsim.scenario.facts import room
from callsim.scenario.handling import handling, later
from callsim.scenario.limits import AS_PUBLISHED, allowed
from callsim.scenario.loading import Case
from callsim.scenario.references import REQUEST_UUID, resolved
from callsim.scenario.schema import HANGS
from callsim.scenario.steps import (
    TO_PARTICIPANTS,
    TO_RECORDINGS,
    AddStep,
    AnswerStep,
    CancelStep,
    CoachStep,
    EndRecordingStep,
    FailStep,
    HangUpAllStep,
    HangUpStep,
    HoldStep,
    KickStep,
    MuteStep,
    PauseRecordingStep,
    PlaceStep,
    PressStep,
    RecordStep,
    RequestStep,
    ResumeRecordingStep,
    StartStep,
    Step,
    StopStep,
    TransferStep,
    UncoachStep,
    UnholdStep,
    UnmuteStep,
)
from callsim.switch import Switch
from callsim.switch.rooms import heard
from callsim.trace import APPLICATION

FROM = "+15550100000"
UNPLACED = "not-placed-yet"
_OF_WHAT_EXISTS = (KickStep, *TO_PARTICIPANTS, StartStep, StopStep, *TO_RECORDINGS, CancelStep, HangUpStep, TransferStep)


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
        self.pages = _Pages(dict(pages_of(case)), self.resolve)
        self.media = dict(case.spec.media)

    def set_up(self, motion: Motion) -> None:
        """Take up a world that has just been made."""
        self.motion = motion
        self._limit(motion.switch)
        self._name_legs(motion)
        motion.switch.options = {name: _options(options) for name, options in self.spec.mpcs.items()}

    def _limit(self, switch: Switch) -> None:
        limits = self.spec.limits
        asks = limits is not None and limits.calls_per_second == AS_PUBLISHED
        switch.allowed = allowed(limits, int(switch.limit("calls_per_second")) if asks else None)

    def _name_legs(self, motion: Motion) -> None:
        """Tell a world how those are called who will be dialled, and what they do."""
        for name, leg in self.spec.legs.items():
            dialled = (str(leg.leg_of), self.resolve(leg.to))
            motion.switch.leg_names[dialled] = (*motion.switch.leg_names.get(dialled, ()), name)
            motion.far_ends[name] = far_end(leg)

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
        texts = {name: getattr(placed, name) for name in ("from_", "to", "answer_url", "hangup_url", "fallback_url", "ring_url")}
        filled = {name: self.resolve(text) for name, text in texts.items() if text and "$" in text}
        return replace(placed, **filled) if filled else placed  # type: ignore[arg-type]  # all are texts

    def say(self, command: Command) -> Outcome:
        """Say what is no request; an account stands for all that is up of its calls."""
        if command.verb is Verb.OUT_OF_CREDIT:
            account = "default" if command.target in ("all", "$account") else str(command.target)
            names = tuple(call.name for call in self.motion.switch.live_calls(account))
            command = command._replace(target=names)
        return self.motion.say(command)

    def can_say(self, step: Step, motion: Motion) -> bool:
        """Whether a step that names what exists can be said in a world as it stands: a vendor may have no request for it, such
        as one to remove a call that takes part in nothing."""
        if not isinstance(step, _OF_WHAT_EXISTS) or far_command(step) is not None:
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
            if isinstance(step, AddStep) and step.also:
                motion.far_ends[name] = far_end(step)
                motion.far_ends.update({each: far_end(rival) for each, rival in step.also.items()})
                made = "<".join((name, *step.also))
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
            case StartStep() | StopStep() | RecordStep() | PauseRecordingStep() | ResumeRecordingStep() | EndRecordingStep():
                mpc = room(self.motion.switch, target)
                url = getattr(step, "callback_url", None)
                return Verb(step.verb), target if mpc is None else mpc.key, Subscription(self.resolve(url)) if url else None
            case HangUpAllStep():
                return Verb.HANG_UP_ALL, "default" if target in ("all", "$account") else target, None
            case KickStep() | MuteStep() | UnmuteStep() | HoldStep() | UnholdStep() | CoachStep() | UncoachStep():
                return Verb(step.verb), target, None
            case CancelStep():
                return Verb.CANCEL, target, None
            case PlaceStep():
                return Verb.PLACE, target, self._filled(placement(step))
            case TransferStep():
                return Verb.TRANSFER, target, Transfer(self.resolve(step.to), step.method)
            case AddStep():
                known = target in self.motion.switch.calls
                fresh = None if known else self._filled(placement(step))
                exit_url = step.exit_url and self.resolve(step.exit_url)
                return Verb.ADD, target, _joining(step, exit_url, fresh)
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
    if isinstance(step, PressStep):
        return Command(Verb.PRESS, target, By.FAR_PARTY, step.digits)
    plain = {
        "ring": (Verb.RING, By.CARRIER), "lose_media": (Verb.LOSE_MEDIA, By.CARRIER),
        "out_of_credit": (Verb.OUT_OF_CREDIT, By.PLATFORM), "reject": (Verb.REJECT, By.FAR_PARTY), "busy": (Verb.BUSY, By.FAR_PARTY),
    }  # fmt: skip
    if step.verb in plain:
        verb, by = plain[step.verb]
        return Command(verb, target, by)
    return None


def placement(call: CallTerms) -> Placement:
    """What is fixed about a call that a scenario describes."""
    direction = getattr(call, "direction", Direction.OUTBOUND)
    inbound = direction is Direction.INBOUND
    return Placement(
        call.account, direction, call.from_ or ("+15550100009" if inbound else FROM),
        call.to or (FROM if inbound else "+15550100003"), call.answer_url, call.hangup_url, call.ring_timeout,
        call.time_limit, call.user, call.extension, answer_method=call.answer_method, hangup_method=call.hangup_method,
        fallback_url=call.fallback_url, fallback_method=call.fallback_method, ring_url=call.ring_url, ring_method=call.ring_method,
        handling=handling(call), joins=getattr(call, "with_", None) or "",
    )  # fmt: skip


def far_end(call: CallOptions | Rival) -> FarEnd:
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
    answerer = Answerer.MACHINE if said.machine else None
    return FarEnd(rings, said.answers, said.hangs_up, said.rejects, said.busy, said.fails, False, said.media_stops, answerer)


def _joining(step: AddStep, exit_url: str | None, fresh: Placement | None) -> Joining:
    """How a step puts its call into a multiparty call."""
    ends = EndsOnExit.YES if step.end_on_exit else EndsOnExit.NO
    role = step.role or "agent"
    listened = heard(bool(step.muted), bool(step.held))
    manner = Manner(step.start_on_enter is not False, ends, step.exit_method or "POST", *listened, step.coaching is not False)
    options, alone = _options(step), StayAlone.YES if step.stay_alone else StayAlone.NO
    rivals = {} if fresh is None else {name: _rival(fresh, rival) for name, rival in step.also.items()}
    parallel = ((step.target, fresh), *rivals.items()) if fresh is not None and rivals else ()
    return Joining(step.mpc, role, exit_url, alone, fresh, manner, replace(options, stay_alone=None), parallel)


def _rival(first: Placement, rival: Rival) -> Placement:
    own = rival.dial_delay
    return replace(first, to=rival.to, handling=first.handling if own is None else later(own))


def _options(wanted: WantedMpc) -> MpcOptions:
    alone = None if wanted.stay_alone is None else StayAlone.YES if wanted.stay_alone else StayAlone.NO
    url, groups = wanted.status_url, wanted.status_events
    told = None if url is None else Subscription(url, wanted.status_method, *(each in groups for each in ("states", "participants", "adds")))
    heard = wanted.recording_url
    to = None if heard is None else Subscription(heard, wanted.recording_method)
    return MpcOptions(alone, wanted.single, wanted.max_duration, wanted.max_participants, told, bool(wanted.recorded), to)


def pages_of(case: Case) -> Iterable[tuple[str, Page]]:
    """What a case's application answers, by path, with $references as they are written."""
    for path, page in case.spec.documents.items():
        if page == HANGS or isinstance(page, str):
            yield path, Page(hangs=True)
        else:
            yield path, Page(page.body, page.status, page.after, type=page.type, refuses=page.refuses, size=page.size)


