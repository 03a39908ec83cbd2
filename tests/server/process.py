"""A `callsim serve` of its own, as a process, and what speaks to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from .emulated import KEYS, PLIVO

ROOT = Path(__file__).parents[2]
_OPENER = build_opener(ProxyHandler({}))


class Served:
    """A server that runs. `lines` are what it said as it began; `url` is where it is."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("callsim: serving on "):
                break
        self.url = self.lines[-1].removeprefix("callsim: serving on ") if self.lines else ""
        self.port = int(self.url.rpartition(":")[2] or 0)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and parsed body of one request."""
        said = {"Content-Type": "application/json", **(KEYS["plivo"] if headers is None else headers)}
        request = Request(self.url + path, None if body is None else json.dumps(body).encode(), said, method=method)
        try:
            with _OPENER.open(request, timeout=30) as answer:
                status, text = answer.status, answer.read()
        except OSError as error:
            if not hasattr(error, "read"):
                raise
            status, text = error.status, error.read()  # type: ignore[attr-defined]
            error.close()  # type: ignore[attr-defined]
        return status, json.loads(text) if text else None

    def do(self, path: str, **body: Any) -> Any:
        """Something asked of the test clock."""
        status, found = self.ask("POST", f"/_callsim/{path}", body)
        assert status == 200, found
        return found

    def look(self, path: str) -> Any:
        """Something looked at beside the test clock."""
        status, found = self.ask("GET", f"/_callsim/{path}")
        assert status == 200, found
        return found

    def call(self, **more: Any) -> str:
        """Make a call at Plivo; returns its id."""
        said = {"from": "+15550100000", "to": "+15550100001", "answer_url": "http://127.0.0.1:9/answer", **more}
        status, found = self.ask("POST", f"{PLIVO}/Call/", said)
        assert status == 201, found
        return str(found["request_uuid"])

    def stop(self, how: int = signal.SIGINT) -> tuple[int, str]:
        """Stop it; returns its exit code and what it complained of."""
        self.process.send_signal(how)
        _, complaints = self.process.communicate(timeout=30)
        return self.process.returncode, complaints


@contextmanager
def serving(*options: str, cwd: Path | None = None, **more: Any) -> Iterator[Served]:
    """A server as its own process, on any port, with the clock held unless options say otherwise."""
    clock = () if any(option.startswith("--clock") for option in options) else ("--clock", "manual")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "callsim", "serve", "--port", "0", *clock, *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, env=environment, **more,
    )  # fmt: skip
    try:
        yield Served(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def refused(*options: str, cwd: Path | None = None) -> tuple[int, str]:
    """The exit code and the complaint of a server that does not begin."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "callsim", "serve", "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=60)
    return done.returncode, done.stderr
