"""A picture of everything an exchange holds, as bytes, and back; what a picture may hold is told by name."""

from __future__ import annotations

import io
import pickle
from collections import deque
from collections.abc import Mapping
from typing import Any

from callsim.errors import UsageError
from callsim.server.exchange import Errand, Exchange, Office
from callsim.server.faults import Fault, Faults, Mishap
from callsim.server.live import Coming, LiveWorld, Outgoing
from callsim.server.media import Media
from callsim.switch.world import Clock

_MODULES = frozenset({
    "callsim.model.facts", "callsim.model.said", "callsim.model.states", "callsim.model.things", "callsim.instructions.elements",
    "callsim.application", "callsim.course", "callsim.dialects.http", "callsim.dialects.policy", "callsim.far_end", "callsim.trace",
})  # fmt: skip
"""Where the classes are of which there may be things in a picture: data, every one of them."""
_CLASSES: Mapping[tuple[str, str], type] = {
    (each.__module__, each.__name__): each
    for each in (deque, frozenset, set, Clock, Coming, Outgoing, Errand, Fault, Faults, Mishap)
}
"""Further ones, from where there are others as well."""
_OF_SWITCH = ("rulebook", "events", "_followers", "_ready", "ready", "media")
"""What a switch shares with others, and a picture has not: the exchange that takes it up has its own."""
_OF_WORLD = ("now", "_seen", "far_ends", "requests", "_heap", "_count", "_dropped", "_chain")


def frozen(exchange: Exchange) -> bytes:
    """A picture of how everything is, its snapshots included."""
    snapshots = {id: _plain(each) for id, each in exchange.snapshots.items()}
    state = {"now": _plain(exchange.state()), "snapshots": snapshots, "snapshots_dropped": exchange.snapshots_dropped}
    return pickle.dumps(state, 5)


def thaw(picture: bytes, exchange: Exchange) -> None:
    """Let an exchange be what the picture is of. Raises UsageError for what is no picture of one like this."""
    try:
        state = _Unpickler(io.BytesIO(picture)).load()
        exchange.snapshots = {id: _whole(exchange, each) for id, each in state["snapshots"].items()}
        exchange.snapshots_dropped = state["snapshots_dropped"]
        exchange.resume(_whole(exchange, state["now"]))
    except UsageError:
        raise
    except Exception as error:  # A pickle that is damaged may fail in any way there is.
        raise UsageError(f"the picture in it is damaged ({type(error).__name__}: {str(error)[:100]})") from None


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    return {**state, "worlds": {vendor: _world(world) for vendor, world in state["worlds"].items()}}


def _world(world: LiveWorld) -> dict[str, Any]:
    world.trace  # noqa: B018 - what was seen gets its names
    switch = {name: value for name, value in world.switch.__dict__.items() if name not in _OF_SWITCH}
    return {
        "switch": switch, "media": dict(world.switch.media), "endings": dict(world._watch.endings),
        **{name: getattr(world, name) for name in _OF_WORLD},
    }  # fmt: skip


def _whole(exchange: Exchange, state: Mapping[str, Any]) -> dict[str, Any]:
    return {**state, "worlds": {vendor: _made(exchange.offices[vendor], each) for vendor, each in state["worlds"].items()}}


def _made(office: Office, state: Mapping[str, Any]) -> LiveWorld:
    world = office.world.copy()
    world.switch.__dict__.update(state["switch"])
    world.switch.media = Media(state["media"], world._warn)
    for name in _OF_WORLD:
        setattr(world, name, state[name])
    world._named = len(world._seen)
    world._watch.endings = dict(state["endings"])
    return world


class _Unpickler(pickle.Unpickler):
    """Makes nothing but data: only classes of the modules named above, and nothing is ever called but they."""

    def find_class(self, module: str, name: str) -> Any:
        known = _CLASSES.get((module, name))
        if known is not None:
            return known
        found = super().find_class(module, name) if module in _MODULES and "." not in name else None
        if not isinstance(found, type) or found.__module__ != module:
            raise UsageError(f"there is a picture in it of {module}.{name}, which is none of ours")
        return found
