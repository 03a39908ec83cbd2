"""A depth of many states split among processes, and put together again so that nobody can tell.

It helps only where a step is much dearer than sending a state from one process to another and back. Measured on two
cores: with steps of 0.7 ms and small tuples two workers took 0.7 of the time of one; with switches, where a step takes
20 us and a switch is frozen and thawed in 150, two to five times the time of one. So one worker is what `explore` takes by itself.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from callsim.errors import BrokenLaw, UsageError
from callsim.explore.judging import Found, Waiting, Wrong

try:
    import resource
except ImportError:  # pragma: no cover - no such thing on Windows
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from callsim.explore.engine import Search

LEAST = 512
"""Fewer states than this are stepped from faster than processes are made."""

_Law = tuple[int, str, str]
_Steps = list["int | _Law"]
_Ending = tuple[int, Wrong]
_Survey = tuple[list["_Steps | _Ending"], list[Found[Any]], Any]
"""What came of each state: its end, or its steps. A step leads to a state by its number, to one newly found (-1 the
first of the second list, -2 the next), or to a broken law with the marks, its name and what was wrong. And what the world
has gathered on the way."""


def split(search: Search[Any, Any], layer: Sequence[Waiting], workers: int) -> bool:
    """Step from every state of a layer, in as many forked processes; False if it is not worth it or cannot be done.

    A forked process has all that this one has, so nothing is sent to it. Back come steps and new states. A part whose
    process could not tell what it found is done here.
    """
    if len(layer) < LEAST or sys.platform == "darwin" or "fork" not in multiprocessing.get_all_start_methods():
        return False
    size = -(-len(layer) // workers)
    parts = [layer[begin : begin + size] for begin in range(0, len(layer), size)]
    started = [_started(search, part) for part in parts]
    try:
        for part, (receiver, _) in zip(parts, started, strict=True):
            survey = _received(receiver)
            if survey is None:
                for each in part:
                    search.step_from(each)
            else:
                _put_together(search, part, survey)
    finally:
        for receiver, process in started:
            receiver.close()
            process.kill()
            process.join()
    return True


def _started(search: Search[Any, Any], part: Sequence[Waiting]) -> tuple[Connection, Any]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(search, part, sender), daemon=True)
    with deaf():
        process.start()
    sender.close()
    return receiver, process


@contextmanager
def deaf() -> Iterator[None]:
    """Whatever process is started meanwhile is deaf to interrupts from its birth: those are for this one alone, which hears them
    afterwards. Does nothing on Windows."""
    if sys.platform == "win32":
        yield
        return
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _received(receiver: Connection) -> _Survey | None:
    with suppress(EOFError):
        survey: _Survey | None = receiver.recv()
        return survey
    return None


def _tell(search: Search[Any, Any], part: Sequence[Waiting], sender: Connection) -> None:
    try:
        survey = pickle.dumps(_survey(search, part), pickle.HIGHEST_PROTOCOL)
    except Exception:  # whatever it is, it comes again where it can be seen
        survey = pickle.dumps(None)
    with suppress(BrokenPipeError):
        sender.send_bytes(survey)


def _survey(search: Search[Any, Any], part: Sequence[Waiting]) -> _Survey:
    came: list[_Steps | _Ending] = []
    new: list[Found[Any]] = []
    ordinals: dict[Any, int] = {}
    for number, marks, kept, frozen in part:
        state = search.thawed(kept, frozen)
        actions = search.world.actions(state)
        came.append([_step(search, number, marks, state, action, new, ordinals) for action in actions]
                    if actions else search.judge.at_end(state, marks))
    gathered = getattr(search.world, "gathered", None)
    return came, new, None if gathered is None else gathered()


def _step(
    search: Search[Any, Any], number: int, marks: int, state: Any, action: Any, new: list[Found[Any]], ordinals: dict[Any, int]
) -> int | _Law:
    try:
        after = search.world.step(state, action)
    except BrokenLaw as broken:
        return marks, broken.law, broken.what
    found = number if after is state else search.look(after, marks)
    if isinstance(found, int):
        return found
    ordinal = ordinals.setdefault(found.identity, len(ordinals))
    if ordinal == len(new):
        found.kept, found.frozen = freeze(search.world, after), True
        new.append(found)
    return -1 - ordinal


def _put_together(search: Search[Any, Any], part: Sequence[Waiting], survey: _Survey) -> None:
    came, new, gathered = survey
    if gathered is not None:
        cast(Any, search.world).gather(gathered)
    for (number, *_), what in zip(part, came, strict=True):
        if isinstance(what, tuple):
            search.end(number, *what)
        else:
            _follow(search, number, what, new)
        search.tick()


def _follow(search: Search[Any, Any], number: int, steps: _Steps, new: list[Found[Any]]) -> None:
    for chosen, step in enumerate(steps):
        if isinstance(step, tuple):
            search.breaks(number, chosen, *step)
        elif step >= 0:
            search.reach(number, chosen, step)
        else:
            found = new[-1 - step]
            known = search.index.get(found.identity)
            search.reach(number, chosen, found if known is None else known)


def freeze(world: Any, state: Any) -> Any:
    """What a state is sent as: what its world makes of it, or pickled."""
    own = getattr(world, "freeze", None)
    return pickle.dumps(state, pickle.HIGHEST_PROTOCOL) if own is None else own(state)


def thaw(world: Any, frozen: Any) -> Any:
    """The state again."""
    own = getattr(world, "thaw", None)
    return pickle.loads(frozen) if own is None else own(frozen)


def memory_used() -> int:
    """Bytes this process has taken at its most. Raises UsageError where the system does not tell."""
    if resource is None:  # pragma: no cover - Windows
        raise UsageError("this system does not tell how much memory is used; bound the search by states instead")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1_024
