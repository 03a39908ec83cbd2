"""Every file and every command of the README's "Test your own integration" does what it shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .process import ROOT, refused, serving
from .test_sdks import NODE_PACKAGE, needs_node

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("## Test your own integration\n")[2].partition("\n## ")[0]
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", SECTION, re.DOTALL))
COMMANDS = dict(re.findall(r"<!-- (commands[:\w ]*) -->\n```console\n(.*?)```", SECTION, re.DOTALL))


def steps(name: str) -> list[tuple[str, str]]:
    """Each command of a block and what it is shown to print."""
    parts = re.split(r"^\$ ", COMMANDS[name], flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], part.partition("\n")[2].strip()) for part in parts]


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """Surroundings in which `callsim`, `pytest` and `python3` are those of this checkout."""
    tools = tmp_path / "bin"
    tools.mkdir()
    test = "-m pytest -p no:callsim -p callsim.testing.plugin -p no:schemathesis"
    for name, command in {"callsim": "-m callsim", "pytest": test, "python3": ""}.items():
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_the_tests_for_pytest_pass(tmp_path: Path, shell: dict[str, str]) -> None:
    install, (command, shown) = steps("commands")
    assert install[0].startswith("pip install 'callsim[testing]'")
    assert run(command, tmp_path, shell).splitlines()[-1].startswith(shown)


@needs_node
def test_the_program_for_node_and_the_commands_beside_it_print_what_they_show(tmp_path: Path, shell: dict[str, str]) -> None:
    (tmp_path / "node_modules").symlink_to(NODE_PACKAGE.parent)
    pip, npm, serve, *others = steps("commands: served")
    assert (pip[0], npm[0]) == ("pip install 'callsim[server]'", "npm install plivo")
    assert serve[0] == "callsim serve --clock manual &"
    assert shutil.which("curl"), "curl is among the commands"
    with serving() as one:
        for command, shown in others:
            here = command.replace("http://127.0.0.1:8080", one.url).replace("callsim redirect ", f"callsim redirect --to {one.url} ")
            assert run(here, tmp_path, shell).strip() == shown


def test_what_lies_under_callsim_is_what_the_table_has() -> None:
    from callsim.server.control import POSTS

    table = SECTION.partition("| under `/_callsim/` | |")[2].partition("\n\n")[0]
    assert [path for path in POSTS if path not in table] == []


def test_the_container_serves_what_it_says_and_needs_no_more_than_ten_lines(tmp_path: Path) -> None:
    lines = FILES["Dockerfile"].strip().splitlines()
    assert len(lines) == 10
    world = next(line for line in lines if "world.yaml" in line and line.startswith("RUN")).removeprefix("RUN ")
    subprocess.run(["sh", "-c", world], cwd=tmp_path, check=True)
    name, _, token = next(line for line in lines if line.startswith("ENV ")).removeprefix("ENV ").partition("=")
    command = json.loads(lines[-1].removeprefix("CMD "))
    assert (name, command[:2]) == ("CALLSIM_TOKEN", ["callsim", "serve"])
    assert "--token" in refused(*command[2:], cwd=tmp_path)[1]
    with serving(*command[2:], "--token", token, "--clock", "manual", cwd=tmp_path) as one:
        one.url = f"http://127.0.0.1:{one.port}"
        headers = {"Host": f"localhost:{one.port}", "X-Callsim-Token": token}
        assert one.ask("GET", "/_callsim/health", headers=headers)[0] == 200
