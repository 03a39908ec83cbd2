"""What a scenario's author can get wrong that only its vendor's dialect can tell; found without playing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsim.dialects import dialect_class
from callsim.errors import Problem
from callsim.model import Direction, Verb
from callsim.scenario.calls import CallTerms, FarEnd
from callsim.scenario.handling import KEYS, Handled
from callsim.scenario.limits import AS_PUBLISHED
from callsim.scenario.loading import Case
from callsim.scenario.steps import (
    AddStep,
    AnswerStep,
    BusyStep,
    FailStep,
    HangUpAllStep,
    HangUpStep,
    OutOfCreditStep,
    PlaceStep,
    RejectStep,
    Step,
)
from callsim.scenario.values import format_duration
from callsim.scenario.wording import listed, nearest

RECORDINGS = (Verb.RECORD, Verb.PAUSE_RECORDING, Verb.RESUME_RECORDING, Verb.END_RECORDING)
_BY_REQUEST = (
    Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.CANCEL, Verb.START, Verb.STOP, Verb.KICK, *RECORDINGS, Verb.PLACE, Verb.ADD, Verb.TRANSFER,
)  # fmt: skip
_CALLEE_SAYS = (RejectStep, BusyStep)


def vet(case: Case) -> list[Problem]:
    """Every such mistake, sorted by place."""
    of_calls = (*_directions(case), *_codes(case), *_added(case), *_limits(case), *_handled(case), *_views(case))
    return sorted([*of_calls, *_users(case), *_requests(case), *_rates(case), *_meetings(case)])


def _calls(case: Case) -> dict[str, tuple[CallTerms, tuple[str | int, ...]]]:
    """Every call a scenario declares, with where it does; those of a stream as one."""
    found: dict[str, tuple[CallTerms, tuple[str | int, ...]]] = {}
    for name, stream in (case.spec.arrivals or {}).items():
        found[f"arrivals {name}"] = (stream.call, ("arrivals", name, "call"))
    for name, call in case.spec.calls.items():
        found[name] = (call, ("calls", name))
    for number, step in enumerate(case.spec.steps):
        if isinstance(step, (PlaceStep, AddStep)):
            found.setdefault(step.target, (step, ("steps", number)))
    return found


def _directions(case: Case) -> Iterator[Problem]:
    """The far party of an outbound call is its callee, that of an inbound one its caller."""
    calls = _calls(case)
    for number, step in enumerate(case.spec.steps):
        who = _far_party_named(step)
        known = calls.get(step.target)
        if who is None or known is None:
            continue
        direction = getattr(known[0], "direction", Direction.OUTBOUND)
        right = "callee" if direction is Direction.OUTBOUND else "caller"
        if who != right:
            place = case.key_place("steps", number, "by" if getattr(step, "by", "") == who else step.verb)
            what = f"'{step.target}' is an {direction} call, and its far party is the {right}, not the {who}"
            yield Problem(place, what, f"expected something that the {right} can do")


def _far_party_named(step: Step) -> str | None:
    if isinstance(step, HangUpStep):
        return step.by if step.by != "api" else None
    if isinstance(step, AnswerStep):
        return "callee" if step.by == "callee" else None
    return "callee" if isinstance(step, _CALLEE_SAYS) else None


def _views(case: Case) -> Iterator[Problem]:
    """A call is a further leg of one that its own file declares, at a vendor that knows such phone calls, and not before it."""
    calls, order = case.spec.calls, [*case.spec.calls]
    for name, call in calls.items():
        if call.with_ is None:
            continue
        first, place = calls.get(call.with_), case.place("calls", name, "with")
        if not dialect_class(case.vendor).several_views:
            what = f"a phone call has one leg at {case.vendor}, and 'with' gives it another"
            yield Problem(place, what, "expected no such key, or voipnow as the vendor")
        elif first is None or first.leg_of is not None or call.with_ == name:
            others = [other for other in calls if other != name and calls[other].leg_of is None]
            what = f"{call.with_!r} is no other call that is placed by itself under calls"
            yield Problem(place, what, f"expected {listed(others)}" if others else "declare it first", nearest(call.with_, others))
        elif (first.placed, order.index(call.with_)) > (call.placed, order.index(name)):
            yield Problem(place, f"{call.with_!r} is placed after {name!r}, which is to be a further leg of it", "expected it before")


def _codes(case: Case) -> Iterator[Problem]:
    """A call fails with a code its vendor publishes, where it publishes any."""
    codes = dialect_class(case.vendor).failure_codes()
    if codes is None:
        return
    for call, path in _calls(case).values():
        far_end = getattr(call, "far_end", None)
        if isinstance(far_end, FarEnd) and far_end.fails is not None and far_end.fails not in codes:
            yield _bad_code(case, (*path, "far_end", "fails"), far_end.fails, codes)
    for name, stream in (case.spec.arrivals or {}).items():
        if stream.fails_with is not None and stream.fails_with not in codes:
            yield _bad_code(case, ("arrivals", name, "fails_with"), stream.fails_with, codes)
    for number, step in enumerate(case.spec.steps):
        if isinstance(step, FailStep) and step.code not in codes:
            yield _bad_code(case, ("steps", number, "code"), step.code, codes)


def _bad_code(case: Case, path: tuple[str | int, ...], code: int, codes: Mapping[int, str]) -> Problem:
    known = [str(each) for each in codes]
    what = f"{code} is no code with which a call fails at {case.vendor}"
    return Problem(case.place(*path), what, f"expected {listed(known)}", nearest(str(code), known))


def _added(case: Case) -> Iterator[Problem]:
    """A call that is added gets its instructions and its longest duration from the multiparty call, not from itself."""
    for number, step in enumerate(case.spec.steps):
        if not isinstance(step, AddStep):
            continue
        for key in ("answer_url", "time_limit"):
            if key in step.model_fields_set:
                what = f"{key!r} means nothing to a call that is added to a multiparty call"
                hint = "use exit_url for what follows" if key == "answer_url" else "let somebody hang up instead"
                yield Problem(case.key_place("steps", number, key), what, "expected no such key here", hint)


def _users(case: Case) -> Iterator[Problem]:
    """Requests are made for the first user, with one of its extensions."""
    users = case.spec.users
    if not users:
        yield Problem(case.key_place("users"), "there are no users", "expected at least one, with an extension")
    elif not next(iter(users.values())).extensions:
        first = next(iter(users))
        what = f"the first user, {first!r}, has no extension"
        yield Problem(case.key_place("users", first), what, "expected extensions: one or more, such as 0003*210")


def _requests(case: Case) -> Iterator[Problem]:
    """What is said by the API is said by a request, which not every vendor has for every verb."""
    accounts = {call.account for call, _ in _calls(case).values()} | {"default", "all", "$account"}
    known = dialect_class(case.vendor).verbs
    for number, step in enumerate(case.spec.steps):
        if step.verb in {str(verb) for verb in _BY_REQUEST} - {str(verb) for verb in known} and _far_party_named(step) is None:
            what = f"{case.vendor} has no request to {step.verb.replace('_', ' ')}"
            expected = f"expected {listed(verb for verb in known)}"
            yield Problem(case.key_place("steps", number, step.verb), what, expected)
        if isinstance(step, (HangUpAllStep, OutOfCreditStep)) and step.target not in accounts:
            what = f"no call belongs to an account {step.target!r}"
            expected = f"expected {listed(sorted(accounts))}"
            yield Problem(case.place("steps", number, step.verb), what, expected, nearest(step.target, sorted(accounts)))


def _handled(case: Case) -> Iterator[Problem]:
    """What else is asked of the platform is something that the vendor offers, and takes no longer than it may."""
    for call, path in _calls(case).values():
        if isinstance(call, Handled):
            yield from _not_offered(case, call, path)
            yield from _times_of_handling(case, call, path)


def _not_offered(case: Case, call: Handled, path: tuple[str | int, ...]) -> Iterator[Problem]:
    offered = dialect_class(case.vendor).handles
    for key in KEYS:
        if key in call.model_fields_set and key not in offered:
            expected = f"expected {listed(offered)}" if offered else "expected no such key"
            yield Problem(case.key_place(*path, key), f"{case.vendor} has no {key}", expected)


def _times_of_handling(case: Case, call: Handled, path: tuple[str | int, ...]) -> Iterator[Problem]:
    time, ring = call.machine_detection_time, call.hangup_on_ring
    if time is not None and not 2_000 <= time <= 10_000:
        what = f"{format_duration(time)} is no time in which a machine is detected"
        yield Problem(case.place(*path, "machine_detection_time"), what, "expected 2s to 10s")
    if ring is not None and ring % 1000 and path[0] == "steps":
        what = "hangup_on_ring goes into a request, which has whole seconds"
        yield Problem(case.place(*path, "hangup_on_ring"), what, "expected such a duration, or the call under calls:")


def _rates(case: Case) -> Iterator[Problem]:
    """A vendor's own figure can be asked for only where it publishes one."""
    limits = case.spec.limits
    if limits is None or limits.calls_per_second != AS_PUBLISHED:
        return
    if not any(row.id == "limit.calls_per_second" for row in dialect_class(case.vendor).vendor.rows):
        what = f"{case.vendor} publishes no number of calls per second"
        yield Problem(case.place("limits", "calls_per_second"), what, "expected a number of your own")


def _meetings(case: Case) -> Iterator[Problem]:
    """A stream is of multiparty calls only where the vendor has any that can be stopped."""
    for name, stream in (case.spec.arrivals or {}).items():
        if stream.mpc is not None and Verb.STOP not in dialect_class(case.vendor).verbs:
            what = f"{case.vendor} has no multiparty calls"
            yield Problem(case.key_place("arrivals", name, "mpc"), what, "expected no such key, or another vendor")


def _limits(case: Case) -> Iterator[Problem]:
    """Requests write limits in whole seconds; a call under `calls:` may have any."""
    for number, step in enumerate(case.spec.steps):
        if not isinstance(step, (PlaceStep, AddStep)):
            continue
        for key in ("ring_timeout", "time_limit"):
            ms = getattr(step, key)
            if ms is not None and (ms % 1000 or not ms):
                what = f"{key} goes into a request, which has whole seconds and at least one"
                yield Problem(case.place("steps", number, key), what, "expected such a duration, or the call under calls:")
        yield from _delays(case, step, number)


def _delays(case: Case, step: PlaceStep | AddStep, number: int) -> Iterator[Problem]:
    """A delay goes into a request as well."""
    asked: dict[tuple[str, ...], int | None] = {("dial_delay",): step.dial_delay} if isinstance(step, AddStep) else {}
    if isinstance(step, AddStep):
        asked |= {("also", name, "dial_delay"): rival.dial_delay for name, rival in step.also.items()}
    for path, ms in asked.items():
        if ms is not None and ms % 1000:
            what = "dial_delay goes into a request, which has whole seconds"
            yield Problem(case.place("steps", number, *path), what, "expected such a duration")
