"""How calls, pages, ends and requests are put in the words of the scenario language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from callsim.model import Call, EndsOnExit, Joining, MultipartyCall, Placement, Subscription
from callsim.scenario.fields import absolute
from callsim.scenario.handling import handling_words
from callsim.scenario.judging import room
from callsim.scenario.values import format_duration
from callsim.simulation import Page, Simulation


class Referring:
    """Writes `$references` in the place of ids, and `$$` in that of dollars."""

    def __init__(self, simulation: Simulation) -> None:
        spelled, switch = simulation.dialect, simulation.switch
        self._ids = {spelled.account_id("default"): "$account"}
        self._ids |= {spelled.mpc_id(mpc): f"${mpc.name}" for mpc in switch.mpcs.values() if room(switch, mpc.name) is mpc}
        self._ids |= {spelled.request_id(call): f"${call.name}.request_uuid" for call in switch.calls.values()}
        # Of several legs with one id the first has it.
        self._ids |= {spelled.call_id(call): f"${call.name}" for call in reversed(switch.calls.values())}
        ids = sorted(self._ids, key=len, reverse=True)
        self._known = re.compile("|".join(rf"(?<![A-Za-z0-9]){re.escape(id)}(?![A-Za-z0-9])" for id in ids))

    def __call__(self, text: str) -> str:
        return self._known.sub(lambda found: self._ids[found[0]], text.replace("$", "$$"))


def numbered(name: str) -> Iterator[str]:
    """The name, and then the same with a number, from 2."""
    yield name
    number = 1
    while True:
        number += 1
        yield f"{name}-{number}"


def usable_url(url: str | None) -> str | None:
    """A URL as a scenario can hold it; None for one that is none."""
    if not url or not re.fullmatch(r"(https?://[^\s/?#]+|/)\S*", url) or not url.isprintable():
        return None
    return url


def call_words(placed: Placement, said: Placement) -> dict[str, Any]:
    """What a scenario says of a call: what was said, and nothing that is so anyhow."""
    limits = {"ring_timeout": placed.ring_timeout, "time_limit": placed.time_limit}
    methods = {name: getattr(placed, name) for name in ("answer_method", "hangup_method", "fallback_method", "ring_method")}
    return {
        "to": escaped(said.to), "from": escaped(said.from_), "account": placed.account if placed.account != "default" else None,
        "user": escaped(said.user), "extension": escaped(said.extension), "answer_url": path_or_url(placed.answer_url),
        "hangup_url": path_or_url(placed.hangup_url), "fallback_url": path_or_url(placed.fallback_url),
        "ring_url": path_or_url(placed.ring_url), **{name: None if said == "POST" else said for name, said in methods.items()},
        **{key: None if value is None else format_duration(value) for key, value in limits.items()},
        **{key: path_or_url(value) for key, value in handling_words(placed.handling).items()},
    }  # fmt: skip


def path_or_url(url: str | None) -> str | None:
    """A URL of the application is written as its path."""
    app = absolute("/")
    return escaped(url if url is None or not url.startswith(app) else "/" + url.removeprefix(app))


def escaped(text: str | None) -> str | None:
    """A text in which nothing is a reference; None for none or an empty one."""
    return text.replace("$", "$$") if text else None


def one_line(text: str) -> str:
    """A text for people on one line, in which nothing is a reference."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).replace("$", "$$").split())


def document_words(pages: Mapping[str, Page]) -> dict[str, Any]:
    """The pages of an application, by path."""
    told: dict[str, Any] = {}
    for path, page in sorted(pages.items()):
        body = page.body.replace("$", "$$")
        if page.hangs:
            told[path] = "hangs"
        elif page.refuses:
            told[path] = {"refuses": True}
        elif page.status == 200 and not page.after and not page.size and page.type == Page().type and page.body not in ("", "hangs"):
            told[path] = body
        else:
            after = format_duration(page.after) if page.after else None
            kind = page.type if page.type != Page().type else None
            status = page.status if page.status != 200 else None
            told[path] = {"status": status, "type": kind, "after": after, "size": page.size or None, "body": body}
    return told


def _told(told: Subscription | None) -> dict[str, Any]:
    if told is None:
        return {}
    groups = [name for name in ("states", "participants", "adds") if getattr(told, name)]
    return {"status_url": path_or_url(told.url), "status_method": told.method, "status_events": groups}


def _recorded(told: Subscription | None) -> dict[str, Any]:
    return {} if told is None else {"recording_url": path_or_url(told.url), "recording_method": told.method}


def joining_words(joining: Joining) -> dict[str, Any]:
    """How a call is put into a multiparty call, as far as it is not as usual."""
    manner, wanted = joining.manner, joining.options
    longest = wanted.max_duration
    return {
        "start_on_enter": None if manner.starts else False,
        "end_on_exit": True if manner.ends_on_exit is EndsOnExit.YES else None,
        "exit_method": None if manner.exit_method == "POST" else manner.exit_method,
        "single": wanted.single, "max_participants": wanted.max_participants, **_told(wanted.told),
        "max_duration": None if longest is None else format_duration(longest),
        "recorded": wanted.record or None, **_recorded(wanted.recorded_to),
    }  # fmt: skip


def call_end(call: Call) -> dict[str, Any]:
    """How a call stands, as one would expect it."""
    if call.ending is None:
        return {"state": str(call.state)}
    ended = format_duration(call.ending.at)
    return {"state": str(call.state), "cause": str(call.ending.cause), "by": call.ending.who, "ended": ended}


def room_end(mpc: MultipartyCall) -> dict[str, Any]:
    """How a multiparty call stands, as one would expect it."""
    ended = {} if mpc.ended_at is None else {"ended": format_duration(mpc.ended_at)}
    return {"state": str(mpc.state), **ended}
