"""Races of two real clients over HTTP come out as exploring says they can, and in no other way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from callsim.scenario.front import Scenario

from .emulated import KEYS, PLIVO, TRYVOX, VOIPNOW
from .process import Served, serving

ROUNDS = 12


@dataclass(frozen=True)
class Race:
    """What two clients ask at once, on the wire and in a scenario, of calls that have been answered; `room`: in a room."""

    vendor: str
    wire: tuple[str, str]
    said: tuple[str, str]
    calls: tuple[str, ...] = ("alice",)
    room: bool = False


_P = f"DELETE {PLIVO}"
RACES = {
    "plivo, two hang-ups": Race("plivo", (f"{_P}/Call/$alice/",) * 2, ("hang_up: alice",) * 2),
    "plivo, one and all": Race("plivo", (f"{_P}/Call/$alice/", f"{_P}/Call/"), ("hang_up: alice", "hang_up_all: all"), ("alice", "bob")),
    "plivo, by either id": Race("plivo", (f"{_P}/Call/$alice/", f"{_P}/Request/$alice/"), ("hang_up: alice", "cancel: alice")),
    "plivo, stop and hang up": Race(
        "plivo", (f"{_P}/MultiPartyCall/name_room/", f"{_P}/Call/$alice/"), ("stop: room", "hang_up: alice"), ("alice", "bob"), True
    ),
    "plivo, stop and kick": Race(
        "plivo", (f"{_P}/MultiPartyCall/name_room/", f"{_P}/MultiPartyCall/name_room/Participant/all/"),
        ("stop: room", "request: DELETE /v1/Account/$account/MultiPartyCall/name_room/Participant/all/"), ("alice", "bob"), True,
    ),
    "plivo, two stops": Race("plivo", (f"{_P}/MultiPartyCall/name_room/",) * 2, ("stop: room",) * 2, ("alice", "bob"), True),
    "tryvox, two hang-ups": Race("tryvox", (f"DELETE {TRYVOX}/calls/$alice",) * 2, ("hang_up: alice",) * 2),
    "voipnow, two hang-ups": Race("voipnow", (f"DELETE {VOIPNOW}/@self/$alice",) * 2, ("hang_up: alice",) * 2),
    "voipnow, one and all": Race(
        "voipnow", (f"DELETE {VOIPNOW}/@self/$alice", f"DELETE {VOIPNOW}/@self"),
        ("hang_up: alice", "request: DELETE /uapi/phoneCalls/@me/@self"), ("alice", "bob"),
    ),
}  # fmt: skip
WORLD = """\
callsim: 1
title: Where two clients race
vendor: [plivo, tryvox, voipnow]
documents:
  /answer: "<Response><Wait length='3000'/></Response>"
  /room: "<Response><MultiPartyCall stayAlone='true'>room</MultiPartyCall></Response>"
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    world = tmp_path_factory.mktemp("races") / "world.yaml"
    world.write_text(WORLD)
    with serving("--world", str(world)) as one:
        yield one


def make(served: Served, vendor: str, document: str) -> str:
    """A call that has been answered, and runs a document."""
    url = f"http://app.test{document}"
    body: dict[str, Any] = {"from": "+15550100000", "to": "+15550100001", "answer_url": url}
    paths = {"plivo": f"{PLIVO}/Call/", "tryvox": f"{TRYVOX}/calls", "voipnow": f"{VOIPNOW}/simple"}
    if vendor == "voipnow":
        body = {"extension": "0003*210", "phoneCallView": [{"destination": ["+15550100001"]}]}
    status, made = served.ask("POST", paths[vendor], body, KEYS[vendor])
    assert status in (200, 201), made
    id = {"plivo": lambda: made["request_uuid"], "tryvox": lambda: made["call_uuid"], "voipnow": lambda: made[0]["id"]}[vendor]()
    return str(id)


def raced(served: Served, race: Race) -> tuple[int, int]:
    """What two clients are answered who ask at once."""
    served.do("reset")
    ids = {name: make(served, race.vendor, "/room" if race.room else "/answer") for name in race.calls}
    served.do("clock/advance", ms=3_000)
    start, answers = threading.Barrier(2), {}

    def ask(number: int) -> None:
        line = race.wire[number]
        for name, id in ids.items():
            line = line.replace(f"${name}", id)
        method, _, path = line.partition(" ")
        start.wait()
        answers[number] = served.ask(method, path, None, KEYS[race.vendor])[0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers[0], answers[1]


@cache
def may_be(name: str, answers: tuple[int, int]) -> bool:
    """Whether exploring finds an order in which the two clients are answered so."""
    race = RACES[name]
    document = "/room" if race.room else "/answer"
    calls = "\n".join(f"  {each}: {{to: '+15550100001', answer_url: {document}}}" for each in race.calls)
    steps = "\n".join(
        f"  - {{at: 3s, {said}, client: {client}, expect: {answer}}}" for said, client, answer in zip(race.said, "ab", answers, strict=True)
    )
    documents = WORLD.partition("documents:\n")[2]
    text = f"callsim: 1\ntitle: A race\nvendor: {race.vendor}\ndocuments:\n{documents}calls:\n{calls}\nsteps:\n{steps}\nuntil: 4s\n"
    [explored] = Scenario.from_text(text).explore()
    assert explored.complete
    assert explored.linearizable is not None
    return explored.linearizable.yes


@pytest.mark.parametrize("name", RACES)
def test_two_clients_are_answered_as_exploring_says_they_can_be(served: Served, name: str) -> None:
    seen = {raced(served, RACES[name]) for _ in range(ROUNDS)}
    assert [answers for answers in sorted(seen) if not may_be(name, answers)] == []


@pytest.mark.parametrize("name", [name for name in RACES if name.endswith("two hang-ups") and not name.startswith("voipnow")])
def test_exploring_rules_out_that_both_have_hung_up(name: str) -> None:
    assert not may_be(name, (204, 204))
    assert not may_be(name, (404, 404))
