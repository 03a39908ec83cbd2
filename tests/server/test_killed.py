"""A server that is killed while many speak to it: nothing it has acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import resource
import shutil
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs

import pytest

from callsim.model import CallState, Change, Entity
from callsim.server.exchange import Exchange
from callsim.server.journal import Journal
from callsim.server.serving import Wishes, about
from callsim.server.worlds import setting

from .emulated import PLIVO, TALK
from .process import Served, refused, serving
from .session import hold_laws, seen


class Receiver:
    """An application on a real socket. `told` are the calls it was told are over; with `patience` it lets everybody wait."""

    def __init__(self, answers: bool = True) -> None:
        self.told: Counter[str] = Counter()
        self.changed = threading.Condition()
        self.silent = threading.Event()
        if answers:
            self.silent.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
                receiver.silent.wait(60)
                if self.path == "/over":
                    with receiver.changed:
                        receiver.told[said["CallUUID"][0]] += 1
                        receiver.changed.notify_all()
                body = TALK.encode() if self.path == "/answer" else b""
                self.send_response(200)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def handle(self) -> None:
                # Whoever asks may be killed meanwhile.
                with suppress(OSError):
                    super().handle()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def listening(self) -> Iterator[Receiver]:
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.silent.set()
            self.server.shutdown()
            thread.join()
            self.server.server_close()

    def wait_for(self, ids: set[str]) -> set[str]:
        """Wait until it was told of all these; returns those of which it never was."""
        with self.changed:
            self.changed.wait_for(lambda: ids <= self.told.keys(), 30)
            return ids - self.told.keys()


class Client(threading.Thread):
    """Makes calls and hangs them up until nobody answers any more; remembers what was acknowledged."""

    def __init__(self, served: Served, receiver: Receiver, acknowledged: threading.Semaphore) -> None:
        super().__init__()
        self.served, self.receiver, self.acknowledged = served, receiver, acknowledged
        self.made: list[str] = []
        self.ended: set[str] = set()
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        try:
            while True:
                self._call()
        except (OSError, HTTPException, ValueError):
            pass  # It was killed, perhaps in the middle of an answer.

    def _call(self) -> None:
        url = self.receiver.url
        said = {"from": "+15550100000", "to": "+15550100001", "answer_url": f"{url}/answer", "hangup_url": f"{url}/over"}
        status, found = self._ask("POST", f"{PLIVO}/Call/", said)
        if status == 201:
            self.made.append(found["request_uuid"])
        if len(self.made) % 3 == 1:
            return
        status, _ = self._ask("DELETE", f"{PLIVO}/Call/{self.made[-1]}/")
        if status == 204:
            self.ended.add(self.made[-1])
        if self.served.clock == "manual":
            self._ask("POST", "/_callsim/clock/advance", {"ms": 700})

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.served.ask(method, path, body)
        self.statuses[answer[0]] += 1
        self.acknowledged.release()
        return answer


def loaded(path: Path, clock: str = "manual") -> Exchange:
    """What there is by a journal, which is left as it is."""
    exchange = Exchange(setting())
    copy = path.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for each in path.parent.glob(f"{path.name}*"):
        shutil.copy(each, copy / each.name)
    kept = Journal(copy / path.name, exchange, about(Wishes(clock=clock), exchange.setting))
    try:
        kept.begin()
    finally:
        kept.close()
    return exchange


def states(exchange: Exchange) -> dict[str, CallState]:
    """The state of each of Plivo's calls, by its id."""
    office = exchange.offices["plivo"]
    return {office.dialect.call_id(call): call.state for call in office.world.switch.calls.values()}


def kill_under_load(folder: Path, clock: str, seed: int) -> None:
    """Kill a server after so many answers, and hold what is left against what was acknowledged."""
    path, acknowledged = folder / "calls.db", threading.Semaphore(0)
    with Receiver().listening() as receiver:
        with serving("--journal", str(path), "--clock", clock) as served:
            served.clock = clock
            clients = [Client(served, receiver, acknowledged) for _ in range(4)]
            for client in clients:
                client.start()
            for _ in range(Random(seed).randrange(1, 80)):
                acknowledged.acquire(timeout=30)
            served.process.kill()
            for client in clients:
                client.join()
        made, ended = {id for client in clients for id in client.made}, {id for client in clients for id in client.ended}
        _hold(path, clock, made, ended)
        with serving("--journal", str(path), "--clock", clock) as again:
            again.clock = clock
            over = {call["id"] for call in again.look("calls") if call["state"] == "completed"}
            assert ended <= over
            while again.ask("DELETE", f"{PLIVO}/Call/")[0] != 204:
                again.do("clock/advance", ms=5_000)
            if clock == "manual":
                again.do("clock/idle")
            over = {call["id"] for call in again.look("calls") if call["state"] == "completed"}
            assert made <= over
            # Deliveries: each at least once, whoever was told of it before.
            assert receiver.wait_for(over) == set()
            assert again.stop() == (0, "")
    assert states(loaded(path, clock)).keys() >= made


def _hold(path: Path, clock: str, made: set[str], ended: set[str]) -> None:
    exchange, other = loaded(path, clock), loaded(path, clock)
    assert seen(exchange) == seen(other)
    hold_laws(exchange)
    found = states(exchange)
    assert made <= found.keys()
    assert {found[id] for id in ended} <= {CallState.COMPLETED}
    ends = Counter(
        change.name for world in exchange.worlds() for change in world.entries(Change)
        if change.entity is Entity.CALL and change.to is CallState.COMPLETED and change.from_ is not CallState.COMPLETED
    )  # fmt: skip
    assert set(ends.values()) <= {1}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("clock", ["manual", "real"])
def test_nothing_acknowledged_is_lost_when_it_is_killed_under_load(tmp_path: Path, clock: str, seed: int) -> None:
    kill_under_load(tmp_path, clock, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("clock", ["manual", "real"])
def test_nothing_acknowledged_is_lost_however_often_it_is_killed(tmp_path: Path, clock: str) -> None:
    for seed in range(5, 105):
        folder = tmp_path / str(seed)
        folder.mkdir()
        kill_under_load(folder, clock, seed)


_SAME = ("now", "due", "outstanding", "calls", "multiparty_calls", "snapshots", "faults", "trace_hash", "dropped")


def test_a_restart_restores_calls_rooms_timers_and_callbacks_on_their_way(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with Receiver(answers=False).listening() as receiver:
        said = {"answer_url": f"{receiver.url}/answer", "hangup_url": f"{receiver.url}/over"}
        with serving("--journal", str(path)) as served:
            first = served.call(**said, to="+15550100003", ring_timeout=20)
            for _ in range(3):
                served.call(**said, to="+15550100003")
            served.do("snapshot")
            served.do("fault", what="late", kind="hangup", ms=5000, url="nobody")
            added = {"role": "agent", "from": "+15550100000", "to": "+15550100003"}
            assert served.ask("POST", f"{PLIVO}/MultiPartyCall/name_room/Participant/", added)[0] == 201
            served.do("clock/advance", ms=3000)
            assert served.ask("DELETE", f"{PLIVO}/Call/{first}/")[0] == 204
            before = served.look("state")
            assert [errand["kind"] for errand in before["outstanding"]] == ["hangup"]
            served.process.kill()
        assert loaded(path).fingerprint() == before["trace_hash"]
        with serving("--journal", str(path)) as again:
            assert f"journal {path}: 9 inputs said again" in "\n".join(again.lines)
            after = again.look("state")
            assert {key: after[key] for key in _SAME} == {key: before[key] for key in _SAME}
            receiver.silent.set()
            assert receiver.wait_for({first}) == set()
            assert again.do("clock/advance", ms=1)["now"] == before["now"] + 1


def test_a_second_server_on_its_journal_does_not_begin(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with serving("--journal", str(path)) as served:
        served.call()
        code, said = refused("--journal", str(path))
        assert (code, said.count("\n")) == (2, 1)
        assert f"{path} is in use by a server" in said
        served.call()


CHANGED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("seed", ("--seed", "1")), ("--keep", ("--keep", "7")), ("set of assumptions", ("--assume", "plivo.hang_up.answered=4000")),
    ("rulebook of plivo", ("--assume", "plivo.hang_up.answered=1000")), ("world", ("--world", "mine.yaml")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "options"), CHANGED, ids=[name for name, _ in CHANGED])
def test_a_journal_of_another_world_is_refused_by_name_and_left_as_it_was(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    path = tmp_path / "calls.db"
    (tmp_path / "mine.yaml").write_text("callsim: 1\ntitle: Mine\nvendor: [plivo, tryvox, voipnow]\n")
    with serving("--journal", str(path)) as served:
        served.call()
        assert served.stop() == (0, "")
    before = path.read_bytes()
    code, said = refused("--journal", str(path), *options, cwd=tmp_path)
    assert (code, said.count("\n")) == (2, 1)
    assert f"was begun with another {name}: " in said
    assert (path.read_bytes(), sorted(each.name for each in tmp_path.iterdir())) == (before, ["calls.db", "mine.yaml"])


def test_another_version_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with serving("--journal", str(path)) as served:
        served.stop()
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE about SET said = '0.0.9' WHERE name = 'version of callsim'")
    code, said = refused("--journal", str(path))
    assert (code, "was begun with another version of callsim: 0.0.9, and this is " in said) == (2, True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets another process have more room")
def test_a_full_disk_answers_503_in_the_vendors_form_until_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"

    def short_of_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))

    with serving("--journal", str(path), preexec_fn=short_of_room) as served:
        made = list(_until(lambda: _make(served)))
        status, found = _make(served)
        assert (status, sorted(found)) == (503, ["api_id", "error"])
        status, found = served.ask("POST", "/_callsim/clock/advance", {"ms": 1})
        assert (status, "cannot be written" in found["error"]) == (503, True)
        assert served.look("health")["ok"]
        now = served.look("state")["now"]
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        made.append(served.call())
        assert served.do("clock/advance", ms=1)["now"] == now + 1
        served.process.kill()
    assert states(loaded(path)).keys() >= set(made)


def _make(served: Served) -> tuple[int, Any]:
    said = {"from": "+15550100000", "to": "+15550100003", "answer_url": "http://127.0.0.1:9/" + "x" * 1900}
    return served.ask("POST", f"{PLIVO}/Call/", said)


def _until(make: Callable[[], tuple[int, Any]]) -> Iterator[str]:
    for _ in range(290):
        status, found = make()
        if status == 503:
            return
        yield found["request_uuid"]
    raise AssertionError("it never was short of room")


def test_a_signal_lets_everything_that_happened_be_written(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with serving("--journal", str(path)) as served:
        served.call()
        before = served.look("state")
        assert served.stop(signal.SIGTERM) == (0, "")
    assert [each.name for each in tmp_path.iterdir()] == ["calls.db"]
    assert loaded(path).fingerprint() == before["trace_hash"]
