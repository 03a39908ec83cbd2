"""From a scenario file to what traffic is to be made: one plan for each of its cases and vendors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from callsim.application import Page
from callsim.dialects import Dialect, dialect
from callsim.errors import InputError, Problem, UsageError
from callsim.model import Allowed, Placement
from callsim.report.visible import visible
from callsim.scenario.chances import Spread
from callsim.scenario.front import VOCABULARY, Scenario
from callsim.scenario.limits import AS_PUBLISHED, allowed
from callsim.scenario.loading import Case, load
from callsim.scenario.playing import chosen, setting
from callsim.scenario.references import REQUEST_UUID, resolved
from callsim.scenario.saying import UNPLACED, pages_of, placement
from callsim.scenario.streams import INBOUND_FATES, MOST_BATCHES, MOST_REPLICATIONS, Stream as Written, time_of_day
from callsim.scenario.values import format_duration
from callsim.scenario.vetting import vet
from callsim.switch import Switch
from callsim.traffic import plan
from callsim.traffic.plan import FATES, Distribution, Plan
from callsim.traffic.recorded import arrivals_of, times_of

_URLS = ("answer_url", "hangup_url", "fallback_url", "ring_url")
_TEXTS = ("from_", "to", *_URLS)


def plans_of(path: str | Path, vendor: str | None = None, assume: Mapping[str, str] | None = None) -> list[Plan]:
    """The plans of a scenario file, in its order. `vendor` takes the place of its own, `assume` goes before what it assumes.

    Raises InputError with every problem in it and in the files it names, UsageError for an assumption that does not exist.
    """
    made, problems = [], dict[Problem, None]()
    for case in load(path, vendor, VOCABULARY):
        try:
            made.append(plan_of(case, assume))
        except InputError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise InputError(*problems)
    return made


def cases_of(file: str | Path | Scenario, vendor: str | None = None, name: str | None = None) -> list[Case]:
    """The cases of a file, or that one of them. Raises InputError for a file that is wrong, UsageError for a name that no case has."""
    cases = file.under(vendor) if isinstance(file, Scenario) else load(file, vendor, VOCABULARY)
    kept = [case for case in cases if name is None or case.case == name]
    if not kept:
        names = ", ".join(repr(case.case) for case in cases if case.case is not None)
        raise UsageError(visible(f"no case is called {name!r}; there are {names}" if names else "the file has no cases"))
    return kept


def files_of(case: Case) -> list[Path]:
    """What other files a case is made from."""
    reader = _Reader(case, {}, dialect(case.vendor))
    trunks = case.spec.limits and case.spec.limits.trunks
    streams = (case.spec.arrivals or {}).values()
    times = [trunks.patience if trunks else None, *(time for each in streams for time in (each.rings, each.answers, each.talks))]
    named = [*(each.recorded for each in streams), *(time and time.empirical for time in times)]
    return [reader.beside(name) for name in named if isinstance(name, str)]


def plan_of(case: Case, assume: Mapping[str, str] | None = None) -> Plan:
    """The plan of one case. Raises as `plans_of` does."""
    if case.spec.arrivals is None:
        expected = f"expected arrivals, or callsim run {'FILE' if case.file.startswith('<') else case.file}"
        raise InputError(Problem(case.place(), "no calls arrive at random here", expected))
    problems = vet(case)
    if problems:
        raise InputError(*problems)
    assumed = chosen(case, assume or {})
    return _Reader(case, assumed, dialect(case.vendor, assumed, setting(case))).made()


def adjusted(
    made: Plan,
    horizon: int | None = None,
    warm_up: int | None = None,
    replications: int | None = None,
    batches: int | None = None,
    seed: int | None = None,
    trunks: int | None = None,
) -> Plan:
    """The same plan with something else in place of what its file says; times are milliseconds, None leaves what it is.

    Raises UsageError for what cannot be.
    """
    given = {
        "horizon": horizon, "warm_up": warm_up, "replications": replications, "batches": batches, "seed": seed,
    }  # fmt: skip
    changed = replace(made, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    if trunks is not None:
        own = made.trunks or plan.Trunks(trunks)
        changed = replace(changed, trunks=replace(own, count=trunks))
    for wrong in _wrong(changed):
        raise UsageError(wrong)
    return changed


def _wrong(made: Plan) -> Iterator[str]:
    if made.horizon <= made.warm_up or made.warm_up < 0:
        ends, begins = format_duration(max(made.horizon, 0)), format_duration(max(made.warm_up, 0))
        yield f"it ends at {ends}, and counting begins at {begins}; expected a horizon after the warm-up"
    for name, least, most in (("replications", 1, MOST_REPLICATIONS), ("batches", 2, MOST_BATCHES)):
        if not least <= getattr(made, name) <= most:
            yield f"{getattr(made, name)} is no number of {name}; expected a whole number from {least} to {most:,}"
    if made.horizon - made.warm_up < made.batches:
        yield f"{made.batches:,} batches find no room in {format_duration(made.horizon - made.warm_up)}; expected fewer"
    if made.seed < 0:
        yield f"{made.seed} is no seed; expected a whole number from 0"
    if made.trunks is not None and made.trunks.count < 1:
        yield f"{made.trunks.count} is no number of trunks; expected a whole number from 1"


class _Reader:
    """Makes the plan of one case, and gathers what is wrong with the files it names."""

    def __init__(self, case: Case, assume: Mapping[str, str], dialect: Dialect) -> None:
        self.case, self.spec, self.assume, self.dialect = case, case.spec, assume, dialect
        self.problems: list[Problem] = []

    def made(self) -> Plan:
        spec, how_long = self.spec, self.spec.traffic
        assert how_long is not None  # A file with arrivals has it.
        streams = tuple(self._stream(name, stream) for name, stream in (spec.arrivals or {}).items())
        trunks = self._trunks()
        if self.problems:
            raise InputError(*self.problems)
        return Plan(
            spec.title, self.case.vendor, streams, how_long.horizon, how_long.warm_up, how_long.replications, how_long.batches,
            how_long.seed, trunks, dict(self.assume), self._pages(), dict(spec.media), self.case.case, self._allowed(),
            setting(self.case),
        )  # fmt: skip

    def _stream(self, name: str, written: Written) -> plan.Stream:
        path = ("arrivals", name)
        rings, answers = self._times(path, "rings", written.rings), self._times(path, "answers", written.answers)
        meeting = None if written.mpc is None else plan.Meeting(tuple(written.mpc.size.items()), written.mpc.stops)
        return plan.Stream(
            name, self._process(path, written), self._filled(placement(written.call)),
            tuple((written.mix or {"answers": 1.0}).items()), written.fails_with or 503, rings or plan.Constant(0),
            answers or plan.Constant(0), self._times(path, "talks", written.talks),
            cast(plan.Enders, tuple((written.hangs_up or {"far_end": 1.0}).items())), written.api_hang_ups, meeting,
        )  # fmt: skip

    def _process(self, path: tuple[str, ...], written: Written) -> plan.Process:
        if written.poisson is not None:
            return plan.Poisson(written.poisson)
        if written.constant is not None:
            return plan.Regular(written.constant)
        if written.by_time_of_day is not None:
            rates = tuple((time_of_day(each), rate) for each, rate in written.by_time_of_day.items())
            return plan.ByTimeOfDay(rates, time_of_day(written.begins or "00:00"))
        fates = INBOUND_FATES if written.call.direction == "inbound" else FATES
        try:
            return plan.Recorded(arrivals_of(self.beside(written.recorded or ""), self.case.vendor, fates))
        except InputError as error:
            self._note(error, (*path, "recorded"))
        return plan.Recorded(())

    def _times(self, path: tuple[str, ...], key: str, written: Spread | None) -> Distribution | None:
        """How long something takes; None if nothing is said of it."""
        try:
            return None if written is None else self._distribution(written)
        except InputError as error:
            self._note(error, (*path, key, "empirical"))
            return None

    def _distribution(self, written: Spread) -> Distribution:
        if written.exponential is not None:
            return plan.Exponential(written.exponential)
        if written.lognormal is not None:
            return plan.Lognormal(written.lognormal.mean, written.lognormal.deviation)
        if written.uniform is not None:
            return plan.Uniform(*written.uniform)
        if isinstance(written.empirical, str):
            return plan.Empirical(times_of(self.beside(written.empirical), written.column or ""))
        if written.empirical is not None:
            return plan.Empirical(written.empirical)
        return plan.Constant(written.constant or 0)

    def beside(self, name: str) -> Path:
        """A file beside the scenario's own; where that is none, beside whoever reads it."""
        return Path(name) if self.case.file.startswith("<") else Path(self.case.file).parent / name

    def _note(self, error: InputError, path: tuple[str, ...]) -> None:
        """What is wrong with a file as a whole is told where it is named."""
        for each in error.problems:
            here = replace(each, place=self.case.place(*path), what=f"{each.place.file}: {each.what}")
            self.problems.append(each if each.place.line else here)

    def _trunks(self) -> plan.Trunks | None:
        written = self.spec.limits and self.spec.limits.trunks
        if not written:
            return None
        patience = self._times(("limits", "trunks"), "patience", written.patience)
        return plan.Trunks(written.count, cast(plan.WhenFull, written.when_full), patience)

    def _allowed(self) -> Allowed | None:
        limits = self.spec.limits
        asks = limits is not None and limits.calls_per_second == AS_PUBLISHED
        return allowed(limits, int(Switch(self.dialect.rulebook).limit("calls_per_second")) if asks else None)

    def _pages(self) -> dict[str, Page]:
        return {path: replace(page, body=self._resolve(page.body)) for path, page in pages_of(self.case)}

    def _filled(self, placed: Placement) -> Placement:
        texts = {name: getattr(placed, name) for name in _TEXTS}
        filled = {name: self._resolve(text) for name, text in texts.items() if text and "$" in text}
        return replace(placed, **filled) if filled else placed  # type: ignore[arg-type]  # all are texts

    def _resolve(self, text: str) -> str:
        """A text with its $references filled in: of the calls of traffic none has a name."""
        account = self.dialect.account_id("default")
        return resolved(text, lambda name, attribute: account if name == "account" and attribute != REQUEST_UUID else UNPLACED)
