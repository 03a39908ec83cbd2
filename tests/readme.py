"""Writes what the README shows of callsim: `python -m tests.readme` fills every block between its markers anew.

A block begins with the line `<!-- generated: NAME -->` and ends with `<!-- end -->`. A test holds the README against this.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from callsim.report import systems

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SCENARIO = "scenarios/side-by-side/03-a-call-is-hung-up-twice.yaml"
RACE = "scenarios/races/26-the-caller-gives-up-as-somebody-answers.yaml"
CAMPAIGN = "scenarios/traffic/01-a-campaign.yaml"
SWEEP = f"callsim sweep {CAMPAIGN} --vary trunks=70..85:5 --replications 5 --plot trunks.svg"
KIT = "tests/kit/example"
_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


def callsim(*arguments: str, ends_with: int = 0) -> str:
    """What a callsim command prints on paper of a hundred columns, from the root of the project."""
    plain = {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "callsim", *arguments]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, **plain}, capture_output=True, text=True)
    assert run.returncode == ends_with, run.stderr
    return run.stdout


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```\n"


def _story() -> str:
    command = f"callsim run {SCENARIO} --as plivo"
    return fenced("console", f"$ {command}\n{_without_summary(callsim(*command.split()[1:]))}")


def _side_by_side() -> str:
    return fenced("console", f"$ callsim run {SCENARIO}\n{callsim('run', SCENARIO)}")


def _explored() -> str:
    command = f"callsim explore {SCENARIO} --as plivo --window 4s"
    return fenced("console", f"$ {command}\n{callsim(*command.split()[1:], ends_with=1)}")


def _race_explored() -> str:
    command = f"callsim explore {RACE} --as plivo"
    return fenced("console", f"$ {command}\n{callsim(*command.split()[1:])}")


def _diagram() -> str:
    return fenced("mermaid", callsim("run", SCENARIO, "--as", "plivo", "--format", "mermaid"))


def sweep(plot: Path) -> str:
    """What the sweep of the README prints; its plot goes to a file of that name."""
    return callsim(*SWEEP.replace("trunks.svg", str(plot)).split()[1:])


def _trunks() -> str:
    with TemporaryDirectory() as folder:
        return fenced("console", f"$ {SWEEP}\n{sweep(Path(folder) / 'trunks.svg')}")


def _atlas_diff() -> str:
    """The command, and the Markdown that it prints."""
    command = "callsim atlas --diff plivo tryvox --world outbound --state queued -k hang_up --format md"
    return f"`{command}`\n\n{callsim(*command.split()[1:])}"


def _without_summary(text: str) -> str:
    """The story without the table that ends a run."""
    return text.partition("\nverdict ")[0]


def python_example(readme: str) -> str:
    """The README's Python example."""
    found = _PYTHON.search(readme)
    assert found is not None, "the README has no Python example"
    return found[1]


def _python_output(readme: str) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(python_example(readme), "README.md", "exec"), {"__name__": "readme"})
    return fenced("text", printed.getvalue())


GENERATORS: dict[str, Callable[[str], str]] = {
    "scenario": lambda readme: fenced("yaml", (ROOT / SCENARIO).read_text(encoding="utf-8")),
    "story": lambda readme: _story(),
    "side-by-side": lambda readme: _side_by_side(),
    "race": lambda readme: fenced("yaml", (ROOT / RACE).read_text(encoding="utf-8")),
    "race-explored": lambda readme: _race_explored(),
    "explored": lambda readme: _explored(),
    "diagram": lambda readme: _diagram(),
    "hanging-up": lambda readme: "\n".join(systems.hanging_up()) + "\n",
    "ending-mpc": lambda readme: "\n".join(systems.ending_mpc()) + "\n",
    "atlas-diff": lambda readme: _atlas_diff(),
    "campaign": lambda readme: fenced("yaml", (ROOT / CAMPAIGN).read_text(encoding="utf-8")),
    "trunks": lambda readme: _trunks(),
    "python-output": _python_output,
    "kit": lambda readme: fenced("python", (ROOT / KIT / "test_desk.py").read_text(encoding="utf-8").partition("\n\n")[2]),
}


def regenerated(readme: str) -> str:
    """The README with every generated block made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{GENERATORS[found[2]](readme)}{found[3]}", readme)


def command_lines(readme: str) -> list[str]:
    """The two command lines: the first sets up and plays the scenarios, the second sets up and passes the tests."""
    return re.findall(r"^    (python3 -m venv .*)$", readme, re.MULTILINE)


if __name__ == "__main__":
    README.write_text(regenerated(README.read_text(encoding="utf-8")), encoding="utf-8")
