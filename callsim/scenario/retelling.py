"""What was said to a switch, retold as a scenario: the same story, for everybody to play, read and keep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from callsim.dialects import Request, Response, dialect
from callsim.errors import UsageError
from callsim.far_end import WORDS
from callsim.model import (
    By,
    Command,
    Direction,
    Joining,
    Placement,
    Purpose,
    StayAlone,
    Subscription,
    Transfer,
    Verb,
)
from callsim.scenario.arrivals import ARRIVALS, Arrivals, Names, Saying
from callsim.scenario.declarations import OF_LEG
from callsim.scenario.fields import METHODS
from callsim.scenario.judging import room
from callsim.scenario.phrasing import (
    Referring,
    call_end,
    call_words,
    document_words,
    joining_words,
    one_line,
    path_or_url,
    room_end,
    usable_url,
)
from callsim.scenario.placing import Placing, dialled_later, ringing_at_once, unreachable_at_once
from callsim.scenario.values import format_duration
from callsim.simulation import SILENT, FarEnd, Page, Simulation

_HOUR = 3_600_000
_LONGEST = 999_999 * _HOUR
_MOST_NAMED = 5
_FAR_STEPS = {
    Verb.RING: "ring", Verb.ANSWER: "answer", Verb.REJECT: "reject", Verb.BUSY: "busy", Verb.FAIL: "fail",
    Verb.HANG_UP: "hang_up", Verb.PRESS: "press",
}  # fmt: skip
_OF_ROOMS = (Verb.START, Verb.STOP, Verb.RECORD, Verb.PAUSE_RECORDING, Verb.RESUME_RECORDING, Verb.END_RECORDING)
_ASKED = (Verb.HANG_UP, Verb.HANG_UP_ALL, Verb.CANCEL, *_OF_ROOMS, Verb.KICK, Verb.ADD, Verb.TRANSFER)
_WRITTEN_OUT = (
    Verb.HOLD_CALL, Verb.UNHOLD_CALL, Verb.PARK, Verb.UNPARK, Verb.RECORD_CALL, Verb.STOP_RECORDING, Verb.PAUSE_CALL_RECORDING,
    Verb.RESUME_CALL_RECORDING, Verb.REFER, Verb.DIVERT,
)  # fmt: skip
"""What the language has no step for: told by the request itself."""
_BY_THEMSELVES = frozenset(Verb) - {*_FAR_STEPS, *_ASKED, *_WRITTEN_OUT, Verb.PLACE, Verb.NO_ANSWER}


def scenario_of(
    said: Iterable[tuple[int, Saying]],
    *,
    vendor: str = "plivo",
    title: str = "A story found by a program",
    about: str = "",
    assume: Mapping[str, str] | None = None,
    media: Mapping[str, int] | None = None,
    pages: Mapping[str, Page] | None = None,
    until: int | None = None,
    expectations: bool = True,
) -> dict[str, Any]:
    """The scenario in which the same is said at the same times (in ms, never going back), in the language's own keys.

    What a world does by itself (timers, consequences) need not be among what is said. `pages` is what the application
    answers by path; without it the documents that were said to arrive become its pages, each under a URL of its own. The
    play ends `until` (ms) or with what is said last. With `expectations` the scenario also says what comes of it: the
    answers, and how everything ends.

    What a scenario cannot say is left out, and named in `about`. Raises UsageError for a vendor or assumption that does not
    exist, or a time that goes back.
    """
    retelling = _Retelling([*said], vendor, assume or {}, dict(media or {}), pages, expectations)
    retelling.tell(until or 0)
    return retelling.scenario(title, about)


class _Retelling:
    """Plays the story again while writing it down, so that what is written is known to be there when it is said."""

    def __init__(
        self, said: Sequence[tuple[int, Saying]], vendor: str, assume: Mapping[str, str], media: dict[str, int],
        pages: Mapping[str, Page] | None, expectations: bool,
    ) -> None:  # fmt: skip
        self.expectations, self.assume, self.media = expectations, assume, media
        self.dialect = dialect(vendor, assume)
        self.names = Names()
        self.placing = Placing(self.dialect)
        self.left_out: list[str] = []
        self.said = self.placing.in_playing_order(said, self.left_out)
        self.arrivals = Arrivals(self.said, self.names) if pages is None else None
        self.pages = self._own_pages(pages or {}) if self.arrivals is None else self.arrivals
        self.simulation = Simulation(self.dialect, self.pages, media, laws=False)
        if self.arrivals is not None:
            self.arrivals.clock = lambda: self.simulation.now
        self.calls: dict[str, dict[str, Any]] = {}
        self.steps: list[dict[str, Any]] = []
        self.ringing, self.unreachable = ringing_at_once(self.said), unreachable_at_once(self.said)
        self.end, self.silent = 0, SILENT
        self._now = 0
        self._instant = -1

    def _own_pages(self, pages: Mapping[str, Page]) -> dict[str, Page]:
        """The pages of the application itself: a scenario has no other."""
        self.left_out += [f"what {path} answers" for path in pages if not path.startswith("/")]
        return {path: page for path, page in pages.items() if path.startswith("/")}

    def tell(self, until: int) -> None:
        self.end = max([until, *(at for at, _ in self.said)])
        if self.end > _LONGEST:
            raise UsageError(f"a story of {self.end} ms is too long for a scenario; at most {format_duration(_LONGEST)}")
        self.silent = FarEnd(rings=self.end + _HOUR)
        for number, (at, saying) in enumerate(self.said):
            if at < self._now:
                raise UsageError(f"time cannot go back from {self._now} ms to {at} ms; give what was said in its order")
            self._now = at
            self.simulation.at(at, partial(self._retell, number, saying))
        self.simulation.run(self.end)

    def scenario(self, title: str, about: str) -> dict[str, Any]:
        left_out = list(dict.fromkeys(self.left_out))
        if left_out:
            more = f" and {len(left_out) - _MOST_NAMED} more" if len(left_out) > _MOST_NAMED else ""
            about = f"{about} Not retold: {'; '.join(left_out[:_MOST_NAMED])}{more}.".strip()
        parts = {
            "callsim": 1, "title": one_line(title) or "A story", "about": one_line(about), "vendor": self.dialect.vendor.name,
            "assume": dict(self.assume), "documents": document_words(self.pages),
            "media": {url: format_duration(length) for url, length in self.media.items() if usable_url(url)},
            "calls": self.calls, "steps": self.steps, "until": format_duration(self.end),
            "expect": self._ends() if self.expectations else {},
        }  # fmt: skip
        return {key: value for key, value in parts.items() if value}

    def _ends(self) -> dict[str, Any]:
        switch = self.simulation.switch
        rooms = {name: room(switch, name) for name in dict.fromkeys(mpc.name for mpc in switch.mpcs.values())}
        told = {name: room_end(mpc) for name, mpc in rooms.items() if mpc is not None}
        return {call.name: call_end(call) for call in switch.calls.values()} | told

    # -- one after the other ---------------------------------------------------------------------------------------

    def _retell(self, number: int, saying: Saying) -> None:
        if self.arrivals is not None:
            self.arrivals.position = number
        if isinstance(saying, Request):
            self._request(saying)
        elif saying.verb not in _BY_THEMSELVES and saying.by is not By.DOCUMENT:
            self._command(saying)
        elif self.arrivals is not None and saying.verb in ARRIVALS and not self.arrivals.expected(saying):
            self.left_out.append(f"{saying.verb} {saying.target}, which nobody asked for")

    def _command(self, command: Command) -> None:
        names = (command.target,) if isinstance(command.target, str) else command.target
        if command.verb is Verb.PLACE:
            self._place(self.names(names[0]), command.detail or Placement(), self._far_end(names[0]))
        elif command.verb is Verb.HANG_UP_ALL:
            self._hang_up_all(names)
        elif command.verb in _OF_ROOMS:
            for key in names if command.by is By.API else ():
                self._room(command.verb, key, command.detail)
        else:
            for name in names:
                self._one(command, self.names(name))

    def _one(self, command: Command, name: str) -> None:
        verb = command.verb
        if verb is Verb.ADD:
            self._add(name, command.detail)
        elif name not in self.simulation.switch.calls:
            self.left_out.append(f"{verb} {name}, which is no call at that time")
        elif verb is Verb.TRANSFER:
            self._transfer(name, command.detail)
        elif verb in _ASKED and command.by is By.API:
            self._ask(verb, name, {str(verb): name})
        elif verb in _FAR_STEPS:
            self._far(command, name)
        elif verb is Verb.NO_ANSWER and command.target in self.unreachable:
            pass  # Its far end says so itself.
        elif verb in _WRITTEN_OUT:
            self._write_out(command, name)
        else:
            self.left_out.append(f"{verb} {name} by {command.by}")

    def _transfer(self, name: str, transfer: Transfer) -> None:
        to = self._url(transfer.url, name, Purpose.TRANSFER)
        if to is None or transfer.method not in METHODS:
            self.left_out.append(f"transfer {name}, to where nothing can be asked for")
            return
        step = {"transfer": name, "to": path_or_url(to)} | ({"method": transfer.method} if transfer.method != "POST" else {})
        self._ask(Verb.TRANSFER, name, step, Transfer(to, transfer.method))

    def _far(self, command: Command, name: str) -> None:
        """A step of the far party, the carrier, or an answer by the API."""
        verb, call = command.verb, self.simulation.switch.calls[name]
        inbound = call.direction is Direction.INBOUND
        if verb is Verb.RING and command.target in self.ringing:
            return
        if inbound and verb not in (Verb.HANG_UP, Verb.PRESS) and command.by is By.FAR_PARTY:
            self.left_out.append(f"{verb} {name} by its caller")
            return
        step: dict[str, Any] = {_FAR_STEPS[verb]: name}
        if verb is Verb.HANG_UP:
            step["by"] = "caller" if inbound else "callee"
        elif verb is Verb.ANSWER and command.by is By.API:
            step["by"] = "api"
        elif verb is Verb.PRESS:
            if not command.detail:
                self.left_out.append(f"{name} presses nothing")
                return
            step["digits"] = command.detail
        elif verb is Verb.FAIL:
            command = command._replace(by=By.CARRIER, detail=self._failure(command.detail))
            step["code"] = command.detail
        outcome = self.simulation.say(command._replace(target=name))
        self._step(step, str(outcome.status))

    def _failure(self, code: Any) -> int:
        """A code with which calls may fail here: the one that was said, or else the first there is."""
        codes = self.dialect.failure_codes()
        if codes is None or code in codes:
            return code if isinstance(code, int) else 1
        return next(iter(codes))

    def _step(self, step: Mapping[str, Any], expect: Any) -> None:
        now = self.simulation.now
        time = {} if now == self._instant or (not now and not self.steps) else {"at": format_duration(now)}
        self._instant = now
        self.steps.append({**time, **step, **({"expect": expect} if self.expectations else {})})

    # -- the vendor's requests -------------------------------------------------------------------------------------

    def _ask(self, verb: Verb, target: str, step: dict[str, Any], detail: Any = None, made: str | None = None) -> None:
        """A step that is a request: say it as its own vendor would, or leave it out where that vendor cannot."""
        try:
            request = self.dialect.say(verb, target, self.simulation.switch, detail)
        except UsageError:
            self.left_out.append(f"{verb} {target}, for which {self.dialect.vendor.name} has no request then")
            return
        self._step(step, self._answer(request, made).status)

    def _answer(self, request: Request, made: str | None = None) -> Response:
        return self.simulation.ask(request, made, self.silent if made else None)

    def _hang_up_all(self, names: Sequence[str]) -> None:
        calls = [call for name in names if (call := self.simulation.switch.calls.get(self.names(name)))]
        if Verb.HANG_UP_ALL not in self.dialect.verbs:
            for call in calls:
                self._ask(Verb.HANG_UP, call.name, {"hang_up": call.name})
        elif calls:
            account = calls[0].placement.account
            self._ask(Verb.HANG_UP_ALL, account, {"hang_up_all": "all" if account == "default" else account})

    def _room(self, verb: Verb, key: str, told: Subscription | None) -> None:
        name, _, again = key.partition("#")
        target = self.names(name) + (f"#{again}" if again else "")
        mpc = self.simulation.switch.mpcs.get(target)
        if mpc is None or room(self.simulation.switch, mpc.name) is not mpc:
            self.left_out.append(f"{verb} {target}, which is not there at that time")
        else:
            url = {} if told is None else {"callback_url": path_or_url(told.url)}
            self._ask(verb, mpc.key, {str(verb): mpc.name, **url}, told)

    def _request(self, request: Request) -> None:
        """A request as a verb of the language if it is what the vendor's own would be, else as it was sent."""
        switch = self.simulation.switch
        # The calls that a request is about have their names here already.
        self.names.know(switch.calls)
        commands = self.dialect.read(request, switch).commands
        command = commands[0] if commands else None
        if command is not None and command.verb in (Verb.PLACE, Verb.ADD):
            for each in commands:
                self._command(each)
            return
        if command is not None and isinstance(command.target, str) and command.verb in _ASKED:
            own = self.dialect.say(command.verb, command.target, switch, command.detail)
            if own.line == request.line:
                self._command(command)
                return
        if " " in request.line.partition(" ")[2] or not request.line.isprintable():
            self.left_out.append("a request with a path that no file can hold")
            return
        self._as_written(request)

    def _write_out(self, command: Command, name: str) -> None:
        """What the language has no step for, as the vendor's own request; or left out where there is none."""
        try:
            request = self.dialect.say(command.verb, name, self.simulation.switch, command.detail)
        except UsageError:
            self.left_out.append(f"{command.verb} {name}, for which {self.dialect.vendor.name} has no request then")
            return
        self._as_written(request)

    def _as_written(self, request: Request) -> None:
        refer = Referring(self.simulation)
        step = {"request": refer(request.line), "body": None if request.body is None else refer(json.dumps(request.body))}
        self._step({key: value for key, value in step.items() if value is not None}, self._answer(request).status)

    # -- calls -----------------------------------------------------------------------------------------------------

    def _far_end(self, target: str) -> str:
        """The word for the far end of a call; empty: it does nothing that is not said."""
        return "silent" if target in self.ringing else "unreachable" if target in self.unreachable else ""

    def _place(self, name: str, placement: Placement, far_end: str) -> None:
        if name in self.simulation.switch.calls:
            self.left_out.append(f"place {name}, who is there already")
            return
        if self._is_called_like_a_leg(name):
            return
        placed = replace(
            self.placing.placed(placement), answer_url=self._url(placement.answer_url, name, Purpose.ANSWER),
            fallback_url=self._url(placement.fallback_url, name, Purpose.FALLBACK), joins=self._joins(placement, name),
        )  # fmt: skip
        far, word = (WORDS[far_end], far_end) if far_end else (self.silent, {"rings": format_duration(self.silent.rings or 0)})
        outbound = placement.direction is Direction.OUTBOUND
        said = {**call_words(placed, placement), **({"far_end": word} if outbound else {}), **({"with": placed.joins} if placed.joins else {})}
        request = self.placing.own_request(placed) if outbound else None
        if request is not None:
            self._step({"place": name, **said}, self.simulation.ask(request, name, far).status)
            return
        now = self.simulation.now
        self.calls[name] = {"direction": None if outbound else "inbound", "placed": format_duration(now) if now else None, **said}
        self.simulation.place(name, placed, far)

    def _is_called_like_a_leg(self, name: str) -> bool:
        """Whether only a call that a document makes can have that name in a scenario."""
        if OF_LEG.fullmatch(name) is None:
            return False
        self.left_out.append(f"place {name}, which is what a leg is called")
        return True

    def _joins(self, placement: Placement, name: str) -> str:
        """The call of which another is a further leg, if a scenario of this vendor can say so."""
        first = self.names(placement.joins) if placement.joins else ""
        if not first or (self.dialect.several_views and first in self.calls):
            return first
        self.left_out.append(f"that {name} is a further leg of {first}")
        return ""

    def _add(self, name: str, joining: Joining) -> None:
        known = name in self.simulation.switch.calls
        if not known and self._is_called_like_a_leg(name):
            return
        placement = joining.placement or Placement()
        placed = replace(self.placing.placed(placement), answer_url=None, fallback_url=None, ring_url=None, time_limit=None,
                         handling=dialled_later(placement))  # fmt: skip
        mpc, exit_url = self.names(joining.mpc), self._url(joining.exit_url, name, Purpose.EXIT)
        alone = joining.stay_alone is StayAlone.YES
        step: dict[str, Any] = {
            "add": name, "mpc": mpc, "role": joining.role or None, "exit_url": path_or_url(exit_url), "stay_alone": alone or None,
            **joining_words(joining),
        }  # fmt: skip
        if not known:
            step |= {**call_words(placed, placement), "far_end": {"rings": format_duration(self.silent.rings or 0)}}
        role = joining.role or "agent"
        fresh = None if known else placed
        detail = replace(joining, mpc=mpc, role=role, exit_url=exit_url, placement=fresh)
        self._ask(Verb.ADD, name, step, detail, None if known else name)

    def _url(self, url: str | None, name: str, purpose: Purpose) -> str | None:
        return usable_url(url) if self.arrivals is None else self.arrivals.url(url, name, purpose)
