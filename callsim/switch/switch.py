"""The switch: says to the tables what is said to it, and does what they say, until nothing follows.

It has no clock, no socket, no file and no chance in it. What it wants from outside (a timer, a document, a callback) it
returns as data. Consequences wait on an agenda in stages: what stops at once, who leaves a multiparty call, what
becomes of their calls, what becomes of the multiparty call, and last the callbacks, that of the end after all others.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from callsim import instructions as xml
from callsim.errors import BrokenLaw, UsageError
from callsim.machines import Events
from callsim.model import (
    SIGNATURES,
    Answerer,
    BadDocument,
    By,
    Call,
    CallState,
    Came,
    Command,
    Entity,
    Joining,
    Leg,
    LegTold,
    Membership,
    MpcState,
    MultipartyCall,
    Outcome,
    OwnClocks,
    Plain,
    RoutineOutcome,
    State,
    Status,
    Thing,
    Timer,
    TodoKind,
    Transfer,
    Verb,
    named,
)
from callsim.rules import Effect, Executes, Followers, Of, Row, Rulebook
from callsim.switch import before_answer, digits  # noqa: F401 - each brings its effects
from callsim.switch.agenda import AGENDA_BOUND, Closing, Due, those
from callsim.switch.beginnings import begin, place
from callsim.switch.effects import EFFECTS
from callsim.switch.elements import instruction_of
from callsim.switch.noting import Notes
from callsim.switch.ready import PLAIN, TIMED, Doing, Key, Ready, is_plain, ready_of
from callsim.switch.recordings import record
from callsim.switch.rooms import closed_to, turn_away

_RANK = {Status.DONE: 0, Status.ALREADY: 1, Status.REFUSED: 2, Status.UNKNOWN: 3}
# Looked up once: on Python 3.11 an enum's member costs a function call each time it is asked of its class.
_DONE, _UNKNOWN = Status.DONE, Status.UNKNOWN
_RINGING, _IN_PROGRESS = CallState.RINGING, CallState.IN_PROGRESS
_CALL, _MPC = Entity.CALL, Entity.MPC
_PLACE, _ADD, _RUN, _JOIN, _TRANSFER = Verb.PLACE, Verb.ADD, Verb.RUN, Verb.JOIN, Verb.TRANSFER
_RECORD = Verb.RECORD
_PLACERS = frozenset(SIGNATURES[Verb.PLACE].by)
_NOTHING_CAME = (BadDocument.UNREACHABLE, BadDocument.BAD_URL, BadDocument.BAD_METHOD)
_ENDED, _EACH_ACTION, _MACHINE = MpcState.ENDED, Of.EACH_ACTION, Answerer.MACHINE
_NO_CLOCKS, _IN_NONE, _NO_LEG, _NOT_TOLD = OwnClocks.NONE, Membership.NONE, Leg.NONE, LegTold.NO
_ACTION_CLOCK, _FORGET_TIMER = Timer.ACTION, TodoKind.FORGET_TIMER
_new: Any = tuple.__new__


class Switch(Notes):
    """Every call and multiparty call of one world, obeying one rulebook.

    `apply(command, now)` is the only way to change it; `now` is in milliseconds and never goes back. `media` maps the URL
    of an audio file to its length in milliseconds.
    """

    def __init__(self, rulebook: Rulebook, media: dict[str, int] | None = None, _events: Events | None = None) -> None:
        super().__init__(rulebook, media, _events)
        # Made when something first waits: explorers copy switches by the thousand, and between commands nothing does.
        self._agenda: tuple[deque[Due | Closing], ...] = ()
        self._waiting = 0
        self._followers = rulebook.followers
        # Made ready by the events of the book; whoever brings others, to try something out, begins anew.
        self._ready = ready_of(rulebook) if _events is None else Ready(rulebook)
        self.ready: dict[Key, Doing] = {}  # of these, what was done here before: its rules are known to have been used

    def copy(self) -> Switch:
        """An independent switch in the same state, over the same rulebook."""
        other = self.empty()
        self._copy_into(other)
        return other

    def empty(self) -> Switch:
        """A switch over the same rulebook in which nothing has happened."""
        other = Switch(self.rulebook, self.media, self.events)
        other._ready = self._ready
        return other

    def _stage(self, stage: int) -> deque[Due | Closing]:
        """What waits in one stage of the agenda."""
        if not self._agenda:
            self._agenda = tuple(deque() for _ in range(6))
        return self._agenda[stage]

    def would(self, command: Command) -> Status:
        """What the command would come to now, best over its targets. Changes nothing."""
        entity = _signature(command)
        names = (command.target,) if isinstance(command.target, str) else command.target
        return min((self._would(entity, name, command) for name in names), key=_RANK.__getitem__, default=_UNKNOWN)

    def may(self, command: Command) -> bool:
        """Whether the command would take effect now."""
        return self.would(command) is _DONE

    def _would(self, entity: Entity, name: str, command: Command) -> Status:
        thing = self.find(entity, name)
        if command.verb is _ADD:
            mpc = closed_to(self, thing, command)  # type: ignore[arg-type]  # it is a call that is added
            if mpc is not None:
                return self.events[Verb.LET_IN].find(mpc, command.by).status
        if thing is None:
            return _DONE if _begins(command) else _UNKNOWN
        return self.events[command.verb].find(thing, command.by).status

    def apply(self, command: Command, now: int) -> Outcome:
        """Say one command at one time, and do all that follows.

        Raises UsageError if nobody may say it or time would go back, BrokenLaw if consequences find no end.
        """
        return named(command, self.carry_out(command, now))

    def carry_out(self, command: Command, now: int) -> Plain:
        """The same for drivers that say a great many commands: what comes of it as plain tuples, `named` only where somebody
        looks. The command may be a plain tuple, too."""
        verb, target, by, detail, purpose = command
        if verb is _PLACE and type(target) is str and target not in self.calls and by in _PLACERS:
            if now < self.now:
                raise self._back_to(now)
            self.now = now
            self._changes, self._todos = [], []
            rule = place(self, target, detail, by)[1]
            if self._waiting:
                self._settle()
            return _DONE, rule, self._changes, self._todos, None
        done = self.routinely(command, now)
        if done is not None:
            return _plain(done)
        if purpose is None and verb in PLAIN and by in self.events[verb].speakers:
            call = self.calls.get(target)  # type: ignore[arg-type]  # a name, or names that no call has
            if call is not None:
                return self._carry_out_plainly(call, verb, by, detail)
        return self._carry_out_with_care(command)

    def _back_to(self, now: int) -> UsageError:
        return UsageError(f"time cannot go back from {self.now} ms to {now} ms")

    def routinely(self, command: Command, now: int) -> RoutineOutcome | None:
        """Say a command, and do all that follows, if that is what was done to such a call before and comes to nothing but that it moves
        and its clocks do. None: nothing was done, let it be carried out. Nearly all that is ever said is said here first."""
        verb, target, by, detail, purpose = command
        if now < self.now:
            raise self._back_to(now)
        self.now = now
        if purpose is None:
            call = self.calls.get(target)  # type: ignore[arg-type]  # a name, or names that no call has
            if call is not None:
                do = self.ready.get((verb, call.state, by, call.placement.sort))
                if (
                    do is not None
                    and call.clocks is _NO_CLOCKS
                    and call.membership is _IN_NONE
                    and call.leg is _NO_LEG
                    and call.leg_told is _NOT_TOLD
                    and not call.actions
                ):  # as is_plain asks: to ask it costs a tenth of all that is done then
                    return do(self, call, now, detail)
        return None

    def _carry_out_plainly(self, call: Call, verb: Verb, by: By, detail: Any) -> Plain:
        """What is said to a call as it is, by somebody who may say it."""
        key, plain = (verb, call.state, by, call.placement.sort), is_plain(call)
        do = self._ready.get(key) if plain else None
        if do is not None:
            self.ready[key] = do
            self.used.update(self._ready.rules[key])
            return _plain(do(self, call, self.now, detail))
        self._changes, self._todos = [], []
        picker = self.events[verb].pickers[call.state, by]
        row = picker.pick(call)
        if plain and key not in self._ready:
            self._ready.learn(key, call, row, picker.kinds)
        self._do_call(call, row, by, -1, None, detail)
        if self._waiting:
            self._settle()
        return row.status, row.id, self._changes, self._todos, None

    def _carry_out_with_care(self, command: Command) -> Plain:
        """What begins things, is said to several, to nobody, or by somebody who may not say it."""
        self._changes, self._todos = [], []
        if type(command) is tuple:
            command = Command._make(command)
        verb, target, by, _, _ = command
        entity, speakers = SIGNATURES[verb]
        if by not in speakers or verb is _ADD or verb is _TRANSFER:
            _signature(command)
        if not isinstance(target, str):
            return self._carry_out_on_several(entity, command)
        status, rule = self._say(entity, target, command)
        if self._waiting:
            self._settle()
        return status, rule, self._changes, self._todos, None

    def _carry_out_on_several(self, entity: Entity, command: Command) -> Plain:
        """All targets first, consequences after; or, by that rule, one target after the other."""
        one_by_one = self.limit("many") == "one-by-one"
        each: dict[str, Status] = {}
        best: tuple[Status, str | None] = (_UNKNOWN, None)
        several = command.detail if isinstance(command.detail, Transfer) else None
        for number, name in enumerate(dict.fromkeys(command.target)):
            found = self._say(entity, name, command if several is None else command._replace(detail=several.of(number)))
            each[name] = found[0]
            best = min(best, found, key=lambda pair: _RANK[pair[0]])
            if one_by_one:
                self._settle()
        self._settle()
        return best[0], best[1], self._changes, self._todos, each

    def _say(self, entity: Entity, name: str, command: Command) -> tuple[Status, str | None]:
        timer = TIMED.get(command.verb)
        if timer is not None:
            self.timers.pop((name, timer), None)
        thing = self.find(entity, name)
        if command.verb is _ADD:
            mpc = closed_to(self, thing, command)  # type: ignore[arg-type]  # it is a call that is added
            if mpc is not None:
                row = turn_away(self, mpc, command.by)
                return row.status, row.id
        if thing is None:
            return begin(self, name, command) if _begins(command) else (_UNKNOWN, None)
        if isinstance(thing, MultipartyCall) and command.verb is _RECORD:
            row = record(self, thing, command)
        elif isinstance(thing, Call) and (command.purpose is not None or command.verb is _RUN):
            row = self._hear(thing, command)
        else:
            if command.verb is _JOIN and isinstance(thing, Call) and not _stands_at_a_room(thing):
                raise UsageError("'join' is what an element of a document says; give the call a document to run")
            row = self._do(thing, command.verb, command.by, -1, None, command.detail)
        return row.status, row.id

    def _hear(self, call: Call, command: Command) -> Row:
        """A document has arrived, or failed to: what it was fetched for counts if the call still listens."""
        before, call.purpose = call.purpose, command.purpose or call.purpose
        listens = self.events[command.verb].find(call, command.by).status is _DONE
        spoiler = self._spoiler(command.detail) if listens and command.verb is _RUN else None
        call.came = Came.NOTHING if command.detail in _NOTHING_CAME else Came.SOMETHING
        if spoiler is None:
            row = self._do(call, command.verb, command.by, -1, None, command.detail)
        else:
            row = self._do(call, Verb.BAD_INSTRUCTIONS, By.PLATFORM, -1, spoiler.id, BadDocument.INVALID)
        call.came = Came.SOMETHING
        if row.status is not _DONE:
            call.purpose = before
        return row

    def _spoiler(self, document: xml.Document | None) -> Executes | None:
        """The row of an element that makes its whole document unusable, if there is one. A file nobody knows the length
        of is the mistake of whoever wrote it, said before anything has moved."""
        for element in document.elements if document is not None else ():
            row = self.rulebook.executes[instruction_of(element, last=False)]
            if row.spoils:
                self.used[row.id] = None
                return row
            for each in (element, *xml.within(element)):
                if isinstance(each, xml.Play) and each.url not in self.media:
                    raise UsageError(f"nobody said how long {each.url} is; give its length under media")
        return None

    # -- one verb on one thing -------------------------------------------------------------------------------------

    def _do(self, thing: Thing, verb: Verb, by: By, because: int, via: str | None, detail: Any) -> Row:
        """Let the tables decide, move the thing, put what follows on the agenda."""
        event = self.events[verb]
        if isinstance(thing, Call):
            return self._do_call(thing, event.find(thing, by), by, because, via, detail)
        if isinstance(thing, MultipartyCall):
            row = event.find(thing, by)
            if row.to is _ENDED and row.status is _DONE:
                self._close(thing, row, by, because, via)
                return row
        row = event.trigger(thing, by)
        number = self._record(thing, row, by, because, via)
        if row.to is not row.state:
            self._entered(thing, row, by)
        followers = self._followers.get(row.on)  # type: ignore[arg-type]  # nothing follows None
        if followers is not None:
            self._follow(followers, thing, number, by, detail)
        return row

    def _do_call(self, call: Call, row: Row, by: By, because: int, via: str | None, detail: Any) -> Row:
        """The same for a call, in one piece, by the row that was found: nearly all that is ever done is done to calls."""
        id, verb, status, state, to, cause = row.line
        number, now, used = self.change_count, self.now, self.used
        self.change_count = number + 1
        if id not in used:
            used[id] = None
        self._changes.append((number, now, _CALL, call.name, verb, status, state, to, by, cause, id, because, via))
        if to is not state:
            call.was = state  # type: ignore[assignment]  # a row of calls
            call.state = to  # type: ignore[assignment]
            tally = self.tally
            tally[state] -= 1  # type: ignore[index]
            tally[to] += 1  # type: ignore[index]
            if to is _RINGING:
                call.ringing_at = now
            elif to is _IN_PROGRESS:
                call.answered_at = now
                if detail is _MACHINE:
                    call.answerer = _MACHINE
            else:
                self._ended(call, row, by, detail)
        followers = self._followers.get(row.on)  # type: ignore[arg-type]  # nothing follows None
        if followers is not None:
            self._follow(followers, call, number, by, detail)
        return row

    def _close(self, mpc: MultipartyCall, row: Row, by: By, because: int, via: str | None) -> None:
        """An end is decided: its name is free at once, its participants go first, then it ends."""
        self.rooms.pop(mpc.place, None)
        self._stage(3).appendleft(Closing(mpc, row, by, because, via))
        self._waiting += 1
        self._follow_state(_MPC, _ENDED, mpc, because, by)

    # -- what follows ----------------------------------------------------------------------------------------------

    def _follow(self, followers: Followers, thing: Thing, because: int, by: By, detail: Any) -> None:
        """Do at once what a thing does to its own clocks; put the rest on the agenda."""
        get, used = followers.get, self.used
        for id, stage, timer, row in followers.every_step if get is None else followers.steps[get(thing)]:
            if id not in used:
                used[id] = None
            if timer is not None:
                name = thing.awaits if timer is _ACTION_CLOCK else thing.name  # type: ignore[union-attr]
                clock = self.timers.pop((name, timer), None)
                if clock is not None:
                    self._todos.append((_FORGET_TIMER, clock, id))
            elif stage < 0:
                EFFECTS[row.do](self, thing, _new(Due, (row, thing, because, by, detail)))  # type: ignore[index]
            elif row.of is not _EACH_ACTION or thing.actions:  # type: ignore[union-attr]
                self._stage(stage).append(_new(Due, (row, thing, because, by, detail)))
                self._waiting += 1

    def _follow_state(self, entity: Entity, state: State | Verb, thing: Thing, because: int, by: By) -> None:
        followers = self._followers.get((entity, state))
        if followers is not None:
            self._follow(followers, thing, because, by, None)

    def _settle(self) -> None:
        """Work through the agenda, the lowest stage first, until nothing follows."""
        bound = AGENDA_BOUND
        while self._waiting:
            self._waiting -= 1
            bound -= 1
            if not bound:
                raise BrokenLaw("the agenda ends", f"more than {AGENDA_BOUND} consequences followed from one command")
            self._perform(next(filter(None, self._agenda)).popleft())

    def _perform(self, due: Due | Closing) -> None:
        if isinstance(due, Closing):
            # Who was in it is out by now, and another row might fit: the one that decided is carried out.
            self.events[due.row.verb].carry(due.mpc, due.row)
            self._record(due.mpc, due.row, due.by, due.because, due.via)
            self._mpc_entered(due.mpc, due.row, due.by)
            return
        do = due.row.do
        for thing in those(due.row.of, due.thing):
            if isinstance(do, Effect):
                EFFECTS[do](self, thing, due)
            else:
                self._do(thing, do, due.row.by or due.by, due.because, due.row.id, None)

def _plain(done: RoutineOutcome) -> Plain:
    change, todos, begun = done
    if begun is not None:
        todos.append(begun)
    return _DONE, change[3].rule, [change], todos, None


def _signature(command: Command) -> Entity:
    signature = SIGNATURES[command.verb]
    if command.by not in signature.by:
        allowed = ", ".join(signature.by)
        raise UsageError(f"'{command.verb}' cannot be said by {command.by}; it is said by {allowed}")
    if command.verb is _ADD and not isinstance(command.detail, Joining):
        raise UsageError("'add' needs a Joining as its detail: which multiparty call, and how")
    if command.verb is _TRANSFER and not isinstance(command.detail, Transfer):
        raise UsageError("'transfer' needs a Transfer as its detail: the URL to go on with")
    return signature.entity


def _begins(command: Command) -> bool:
    return command.verb is _PLACE or (command.verb is _ADD and isinstance(command.detail, Joining))


def _stands_at_a_room(call: Call) -> bool:
    """Whether the element that a call executes is one that lets it into a multiparty call."""
    elements = call.document.elements if call.document is not None else ()
    return isinstance(next(iter(elements[call.position - 1 : call.position]), None), xml.MultiPartyCall)
