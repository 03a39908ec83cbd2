"""What the emulator costs, beside a bare Starlette application in the same run: its start, one connection, thirty-two."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
AUTH = "Authorization: Bearer tvx_sk_demo"
CALLS = "/v1/voice/accounts/demo/calls"
_MADE = json.dumps({"from": "+15550100000", "to": "+15550100003", "answer_url": "http://127.0.0.1:9/answer"})
_BARE = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

async def make(request):
    await request.json()
    return JSONResponse({"call_uuid": "x"}, 201)

async def hang_up(request):
    return Response(status_code=204)

app = Starlette(routes=[Route("/v1/voice/accounts/{account}/calls", make, methods=["POST"]),
                        Route("/v1/voice/accounts/{account}/calls/{call}", hang_up, methods=["DELETE"])])
listener = socket.create_server(("127.0.0.1", 0))
print(f"callsim: serving on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, http="h11", ws="none", lifespan="off", access_log=False, log_level="critical")).run(sockets=[listener])
"""


@contextmanager
def served(*command: str) -> Iterator[int]:
    """The port of a server that runs as its own process."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        line = next(line for line in process.stdout if "serving on" in line)
        yield int(line.rpartition(":")[2])
    finally:
        process.terminate()
        process.communicate()


def cold_start() -> float:
    """Seconds from the start of the process to its first answer."""
    began = time.perf_counter()
    with served("-m", "callsim", "serve", "--port", "0", "--clock", "manual") as port:
        asyncio.run(_asked(port, "GET", "/_callsim/health"))
        return time.perf_counter() - began


async def _asked(port: int, method: str, path: str) -> None:
    connection = await Connection.open(port)
    await connection.ask(method, path)
    connection.close()


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.port, self.reader, self.writer = port, reader, writer

    @classmethod
    async def open(cls, port: int) -> Connection:
        return cls(port, *await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{AUTH}\r\nContent-Type: application/json\r\n"
        self.writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = await self.reader.readuntil(b"\r\n\r\n")
        found = answer.lower().partition(b"content-length: ")[2]
        length = int(found.partition(b"\r")[0]) if found else 0
        return int(answer[9:12]), await self.reader.readexactly(length)

    def close(self) -> None:
        self.writer.close()


async def one(port: int, count: int) -> tuple[float, float]:
    """The p50 and p99 of hang-ups over one connection, in milliseconds."""
    connection = await Connection.open(port)
    ids = [json.loads((await connection.ask("POST", CALLS, _MADE))[1])["call_uuid"] for _ in range(count)]
    await connection.ask("POST", "/_callsim/clock/advance", '{"ms": 0}')
    taken = []
    for id in ids:
        began = time.perf_counter()
        await connection.ask("DELETE", f"{CALLS}/{id}")
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return median(taken), quantiles(taken, n=100)[98]


async def many(port: int, count: int, connections: int = 32) -> float:
    """Hang-ups a second over so many connections."""
    first = await Connection.open(port)
    ids = [json.loads((await first.ask("POST", CALLS, _MADE))[1])["call_uuid"] for _ in range(count)]
    await first.ask("POST", "/_callsim/clock/advance", '{"ms": 0}')
    open_ = [await Connection.open(port) for _ in range(connections)]
    began = time.perf_counter()
    await asyncio.gather(*(_hang_up(each, ids[number::connections]) for number, each in enumerate(open_)))
    rate = count / (time.perf_counter() - began)
    for each in (first, *open_):
        each.close()
    return rate


async def _hang_up(connection: Connection, ids: list[str]) -> None:
    for id in ids:
        await connection.ask("DELETE", f"{CALLS}/{id}")


def tell(rounds: int, count: int = 1_000) -> None:
    """Measure and print."""
    print(f"\nthe emulator: {rounds} rounds, each {count} hang-ups; bare: a Starlette application that answers 204")
    print(f"  cold start to the first answer: {median(cold_start() for _ in range(rounds)):.2f} s (aim 0.35)")
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Callable[[int], tuple[str, ...]]] = {
            "bare": lambda _: ("-c", _BARE),
            "callsim": lambda _: ("-m", "callsim", "serve", "--port", "0", "--clock", "manual"),
            "journal": lambda turn: ("-m", "callsim", "serve", "--port", "0", "--clock", "manual", "--journal", f"{folder}/{turn}.db"),
        }
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
        for turn in range(rounds):
            for name, command in ways.items():
                with served(*command(turn)) as port:
                    found[name].append((*asyncio.run(one(port, count)), asyncio.run(many(port, count))))
    bare = median(each[2] for each in found["bare"])
    for name, rows in found.items():
        p50, p99, rate = (median(column) for column in zip(*rows, strict=True))
        print(f"  {name:<8} 1 connection p50 {p50:5.2f} ms, p99 {p99:5.2f} ms; 32 connections {rate:6,.0f}/s, {rate / bare:.2f} of bare")
    print("  (aims: p50 under 1 ms, p99 under 5 ms, half of bare)")
