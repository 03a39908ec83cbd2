"""The command line in this process, among the scenarios of these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callsim.cli import cli

HERE = Path(__file__).parent
WORLDS = HERE / "worlds"
Callsim = Callable[..., Result]


@pytest.fixture
def callsim(monkeypatch: pytest.MonkeyPatch) -> Callsim:
    """Run a command line; an exception that gets out of it fails the test."""
    monkeypatch.chdir(HERE)
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*arguments: str, stdin: str | bytes | None = None, width: int = 120) -> Result:
        result = CliRunner().invoke(cli, arguments, input=stdin, env={"COLUMNS": str(width)}, prog_name="callsim")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return run
