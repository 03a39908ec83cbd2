"""`callsim serve` as a process: how it begins, whom it serves, how it ends."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import uvicorn

from callsim.server.protocol import Protocol, Server

from .emulated import PLIVO, Emulated
from .process import Served, refused, serving

WORLD = """\
callsim: 1
title: A desk with one call
vendor: plivo
documents:
  /answer: "<Response><Wait length='60'/></Response>"
calls:
  alice: {to: "+15550100001", answer_url: /answer}
  bob: {to: "+15550100003", placed: 5s}
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as one:
        yield one


def test_one_line_says_where_it_serves_once_it_does(served: Served) -> None:
    assert served.lines[-1] == f"callsim: serving on http://127.0.0.1:{served.port}"
    assert served.ask("GET", "/_callsim/health")[0] == 200


def test_the_demo_world_is_printed_with_all_that_opens_it(served: Served) -> None:
    said = "\n".join(served.lines)
    for word in (
        "MADEMODEMODEMODEMO00", "demo-token", "tvx_sk_demo", "0003*210", "0003*211", "+15550100001", "+15550100006", "user 1",
    ):
        assert word in said


def test_a_call_is_made_answered_and_hung_up(served: Served) -> None:
    id = served.call()
    served.do("clock/until", call=id, state="in-progress")
    assert served.ask("DELETE", f"{PLIVO}/Call/{id}/", {"call_uuid": id}) == (204, None)
    assert served.ask("DELETE", f"{PLIVO}/Call/{id}/")[0] == 404


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_though_somebody_is_still_connected(how: int) -> None:
    with serving() as one, socket.create_connection(("127.0.0.1", one.port)) as half:
        half.sendall(b"POST /v1/Account/MADEMODEMODEMODEMO00/Call/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        one.call()
        assert one.stop(how) == (0, "")


def test_a_world_from_a_file_has_its_calls_and_its_documents(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(WORLD)
    with serving("--world", "desk.yaml", cwd=tmp_path) as one:
        assert one.lines[0] == "A desk with one call: plivo; clock manual"
        one.do("clock/advance", ms=5_000)
        states = {call["name"]: call["state"] for call in one.look("calls")}
        assert states == {"alice": "in-progress", "bob": "ringing"}
        assert one.ask("GET", "/uapi/phoneCalls/@me/@self")[0] == 404


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (WORLD + "steps: [{hang_up: alice}]\n", "desk.yaml:9:1: a world has no 'steps'"),
        (WORLD + "expect: {alice: {state: completed}}\n", "desk.yaml:9:1: a world has no 'expect'"),
        (WORLD.replace("+15550100003", "7").replace("placed: 5s", "placed: soon"), "desk.yaml:8:"),
        (WORLD.replace("vendor: plivo", "vendor: twilio"), "desk.yaml:3:9"),
        ("[", "desk.yaml:2:1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_world_is_told_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "desk.yaml").write_text(text)
    code, said = refused("--world", "desk.yaml", cwd=tmp_path)
    assert (code, said.startswith(complaint)) == (2, True), said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--clock", "soon"), "expected manual, real, or x"),
        (("--account", "plivo"), "write VENDOR:ID:SECRET"),
        (("--account", "twilio:AC1:secret"), "write VENDOR:ID:SECRET"),
        (("--assume", "plivo.kick.cause=1"), "plivo.kick.cause"),
        (("--map", "https://my.app"), "--map"),
        (("--host", "no-such-host.invalid"), "no-such-host.invalid"),
        (("--world", "missing.yaml"), "missing.yaml"),
        (("--host", "0.0.0.0"), "can be reached from elsewhere"),
        (("--host", "0.0.0.0", "--account", "plivo:MAXXXXXXXXXXXXXXXXXX:secret"), "can be reached from elsewhere"),
        (("--keep", "0"), "--keep"),
    ],
)  # fmt: skip
def test_what_cannot_be_served_is_refused_in_one_line(options: tuple[str, ...], complaint: str, tmp_path: Path) -> None:
    code, said = refused(*options, cwd=tmp_path)
    assert code == 2
    assert complaint in said
    assert "Traceback" not in said


def test_a_secret_that_was_mistyped_is_not_printed(tmp_path: Path) -> None:
    assert "very-secret" not in refused("--account", "twilio:AC1:very-secret", cwd=tmp_path)[1]


def test_a_port_that_is_taken_is_told_with_what_to_do(served: Served) -> None:
    code, said = refused("--port", str(served.port))
    assert (code, "choose another with --port" in said) == (2, True)


def test_beyond_this_machine_its_clock_needs_a_token(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(WORLD)
    options = ("--host", "0.0.0.0", "--world", "desk.yaml", "--account", "plivo:MAXXXXXXXXXXXXXXXXXX:some-secret")
    code, said = refused(*options, cwd=tmp_path)
    assert (code, "--token" in said) == (2, True)
    with serving(*options, "--token", "a-token-of-some-length", cwd=tmp_path) as one:
        port = one.port
        one.url = f"http://127.0.0.1:{port}"
        told = {"Host": f"0.0.0.0:{port}"}
        assert one.ask("GET", "/_callsim/state", headers=told)[0] == 401
        assert one.ask("GET", "/_callsim/state", headers={**told, "X-Callsim-Token": "a-token-of-some-length"})[0] == 200


def test_the_clock_answers_for_nobody_elses_name(served: Served) -> None:
    assert served.ask("GET", "/_callsim/state", headers={"Host": "evil.example"})[0] == 403


def test_documents_and_callbacks_go_to_an_application_that_is_mapped() -> None:
    taken: list[tuple[str, str, str]] = []

    class Application(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers["Content-Length"])).decode()
            taken.append((self.path, self.headers["Host"], said))
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.end_headers()
            self.wfile.write(b"<Response><Hangup/></Response>")

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with _application(Application) as port, serving("--map", f"https://my.app=http://127.0.0.1:{port}") as one:
        one.call(answer_url="https://my.app/answer", hangup_url="https://my.app/hangup")
        one.do("clock/idle")
        [call] = one.look("calls")
    assert [(path, host) for path, host, _ in taken] == [("/answer", "my.app"), ("/hangup", "my.app")]
    assert "Event=Hangup" in taken[1][2]
    assert (call["words"]["source"], call["words"]["code"]) == ("Answer XML", 4000)


@contextmanager
def _application(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_reply_that_is_lost_is_a_connection_that_is_closed(served: Served) -> None:
    id = served.call()
    served.do("fault", what="lost-reply", method="DELETE")
    with pytest.raises(OSError, match=r"closed|reset|disconnected|Remote"):
        served.ask("DELETE", f"{PLIVO}/Call/{id}/")
    assert served.ask("DELETE", f"{PLIVO}/Call/{id}/")[0] == 404


def test_a_body_that_grows_too_long_is_refused_while_it_is_read(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as sender:
        sender.sendall(
            f"POST {PLIVO}/Call/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic TUFERU1PREVNT0RFTU9ERU1PMDA6ZGVtby10b2tlbg==\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        answer = b""
        sender.settimeout(10)
        try:
            for _ in range(200):
                sender.sendall(piece)
            answer = sender.recv(65536)
        except OSError:
            answer = answer or b"HTTP/1.1 413"
    assert answer.startswith(b"HTTP/1.1 413")
    assert served.ask("GET", "/_callsim/health")[0] == 200


JUNK = (
    b"\x00\x01\x02\x03\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"y" * 40_000 + b"\r\n\r\n",
    b"\r\n" * 9000,
)  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_what_is_no_http_is_refused_and_troubles_nobody(served: Served, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as sender:
        sender.settimeout(15)
        try:
            sender.sendall(junk)
            answer = sender.recv(100)
        except OSError:
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert served.ask("GET", "/_callsim/health")[0] == 200


def test_a_head_that_is_too_long_is_refused_however_it_comes(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client, suppress(ConnectionError):
        client.sendall(b"GET /v1/Account/ HTTP/1.1\r\nHost: x\r\nX-More: " + b"a" * 100_000 + b"\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert served.look("health")["ok"]


def test_five_hundred_connections_slow_and_half_sent_ones_among_them_are_served_or_refused() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, max(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    whole = b"GET /_callsim/health HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n"
    with serving() as one:
        before = _memory(one.process.pid)
        connections = [socket.create_connection(("127.0.0.1", one.port)) for _ in range(500)]
        request = whole % one.port
        for number, each in enumerate(connections):
            each.settimeout(30)
            each.sendall((request, request[:40], request[:1], b"")[number % 4])
        answers = [each.recv(12) for each in connections[::4]]
        assert set(answers) <= {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        assert b"HTTP/1.1 200" in answers
        for each in connections:
            each.close()
        assert one.ask("GET", "/_callsim/health")[0] == 200
        assert _memory(one.process.pid) - before < 64 * 1024 * 1024
        assert one.stop() == (0, "")


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


class _Hasty(Protocol):
    patience = 0.2


@pytest.mark.parametrize("begun", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"])
def test_who_does_not_complete_a_request_in_time_is_cut_off(begun: bytes) -> None:
    async def test() -> None:
        async with Emulated() as one:
            ready = asyncio.Event()
            config = uvicorn.Config(one.app, http=_Hasty, ws="none", lifespan="off", log_level="critical", port=0)
            server = Server(config, ready.set)
            serving = asyncio.create_task(server.serve())
            await ready.wait()
            port = server.servers[0].sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await asyncio.wait_for(reader.readexactly(1), 30)
            writer.close()
            server.should_exit = True
            await serving

    asyncio.run(test())
