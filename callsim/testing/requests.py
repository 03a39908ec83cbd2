"""Hypothesis strategies for a vendor's requests: those its page describes, and those that nobody should ever send."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from callsim.dialects import Dialect, Request, dialect, dialect_class, request
from callsim.dialects.http import METHODS
from callsim.errors import MissingExtra, UsageError
from callsim.model import SIGNATURES, Direction, Entity, Joining, Placement, Transfer, Verb
from callsim.switch import Switch

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.strategies import ROOMS

_NUMBERS = ("+15550100003", "15550100009", "sip:ann@app.example", "$ann", "")
_URLS = ("https://app.example/answer", "/hangup", "not a url", "", None)
_ELSEWHERE = Transfer("http://app.test/elsewhere")
_SECONDS = (None, 1_000, 30_000)
_PIECES = (
    "", ".", "..", "%2e%2e", "%2F", "%00", "%", "%zz", ";x=1", "{call}", "$ann", "@me", "@self", "name_", "uuid_", "name_lobby", "all",
    "\u00fc\u202e", "x" * 300, "0", "-1", "1,2,", "null", "%0d%0aX: y", "*", "+",
)  # fmt: skip
_QUERIES = ("", "?", "?call_uuid=1", "?phoneNumber=%2B1", "?phoneNumber=x", "?fields=id,,", "?waitForPickup=99999999999", "?a&b==&%", "?$x")


def requests(vendor: str, switch: Switch | None = None, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[Request]:
    """Any request to a vendor: half of them as its page describes them, half of them with something wrong.

    What they name is what the switch holds, and what it does not hold.
    """
    return valid_requests(vendor, switch, rooms) | hostile_requests(vendor, switch, rooms)


def valid_requests(vendor: str, switch: Switch | None = None, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[Request]:
    """The vendor's own request for one of its verbs, about anything in the switch: allowed now, refused or too late."""
    spoken = _dialect(vendor, switch)
    world = spoken[1]
    ready = _about_what_is_there(*spoken)
    made = st.builds(partial(_making, *spoken), st.sampled_from(rooms), _placements(), st.booleans())
    stopping = st.sampled_from([*world.calls, *world.mpcs, *rooms]).map(partial(_or_making, spoken, Verb.STOP))
    return st.one_of(made, stopping, *(st.sampled_from(found) for found in ready.values()))


def hostile_requests(vendor: str, switch: Switch | None = None, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[Request]:
    """A request with another method, a path that misleads, ids of something else, a query or a body nobody expects."""
    good = valid_requests(vendor, switch, rooms)
    return st.builds(
        _spoilt, good, st.sampled_from([None, *METHODS]), st.integers(0, 12), st.sampled_from([None, *_PIECES]) | st.text(max_size=8),
        st.sampled_from(_QUERIES), bodies(),
    )  # fmt: skip


def bodies() -> st.SearchStrategy[Any]:
    """What JSON can hold, mostly with keys that mean something to somebody."""
    keys = st.sampled_from([
        "from", "to", "answer_url", "hangup_url", "ring_timeout", "time_limit", "role", "call_uuid", "stay_alone", "extension",
        "phoneCallView", "on_exit_action_url", "call_status_callback_url", "x-hangup-url",
    ])  # fmt: skip
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6) | st.sampled_from(_URLS)
    values = st.recursive(leaves, lambda below: st.lists(below, max_size=2) | st.dictionaries(keys, below, max_size=2), max_leaves=4)
    return st.none() | values | st.dictionaries(keys, values, max_size=5)


# -- as its page describes them --------------------------------------------------------------------------------------


def _dialect(vendor: str, switch: Switch | None) -> tuple[Dialect, Switch]:
    """The vendor's interface over a switch's own rulebook; an empty switch if there is none."""
    if switch is None:
        spoken = dialect(vendor)
        return spoken, Switch(spoken.rulebook)
    return dialect_class(vendor)(switch.rulebook), switch


def _about_what_is_there(spoken: Dialect, switch: Switch) -> dict[Verb, list[Request]]:
    """What can be said of each thing there is, by verb, so that no verb is drowned by another."""
    accounts = dict.fromkeys(["default", *(call.placement.account for call in switch.calls.values())])
    of_mpcs = {verb: [*switch.mpcs] for verb in spoken.verbs if SIGNATURES[verb].entity is Entity.MPC}
    targets = {**of_mpcs, Verb.HANG_UP_ALL: [*accounts], Verb.PLACE: [], Verb.ADD: []}
    found: dict[Verb, list[Request]] = {}
    for verb in spoken.verbs:
        detail = _ELSEWHERE if verb is Verb.TRANSFER else None
        said = [_said(spoken, switch, verb, name, detail) for name in targets.get(verb, [*switch.calls])]
        found[verb] = [each for each in said if each is not None]
    return {verb: said for verb, said in found.items() if said}


def _said(spoken: Dialect, switch: Switch, verb: Verb, name: str, detail: Any = None) -> Request | None:
    try:
        return spoken.say(verb, name, switch, detail)
    except UsageError:
        return None


def _placements() -> st.SearchStrategy[Placement]:
    return st.builds(
        Placement, direction=st.just(Direction.OUTBOUND), from_=st.sampled_from(_NUMBERS), to=st.sampled_from(_NUMBERS),
        answer_url=st.sampled_from(_URLS), hangup_url=st.sampled_from(_URLS), ring_timeout=st.sampled_from(_SECONDS),
        time_limit=st.sampled_from(_SECONDS),
    )  # fmt: skip


def _making(spoken: Dialect, switch: Switch, room: str, placement: Placement, adds: bool) -> Request:
    """A request that makes a call, into a room if that is wished and the vendor can."""
    name = spoken.free_name(switch)
    added = _said(spoken, switch, Verb.ADD, name, Joining(room, "agent", placement=placement)) if adds else None
    return added or spoken.say(Verb.PLACE, name, switch, placement)


def _or_making(spoken: tuple[Dialect, Switch], verb: Verb, name: str) -> Request:
    return _said(*spoken, verb, name) or _making(*spoken, name, Placement(to="+15550100003", from_="1"), False)


# -- and otherwise ---------------------------------------------------------------------------------------------------


def _spoilt(good: Request, method: str | None, place: int, piece: str | None, query: str, body: Any) -> Request:
    """A good request with another method, one segment of its path replaced, a query, and another body."""
    parts = good.path.split("/")
    if piece is not None:
        parts[1 + place % (len(parts) - 1)] = piece.replace(" ", "%20").replace("?", "%3F")
    path = "/".join(parts) if len(parts) > 1 and not parts[0] else "/"
    line = f"{method or good.method} {path}{query}"
    return request("".join(line.split("\n")) if line.count(" ") == 1 else f"GET /{query}", good.body if body is None else body)
