"""A project that has only the wheel and its `testing` extra: the kit finds its race, and the README's commands do as shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from callsim import Scenario
from callsim.scenario.loading import load

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).parent / "example"
README = ROOT / "README.md"
RACE = "        call = self.open.pop(uuid)\n        call.agent_hung_up = True\n"
MENDED = "        self.open.pop(uuid, None)\n"
SHOWN = README.read_text(encoding="utf-8").partition("<!-- played: kit -->\n```console\n")[2].partition("```")[0]
COMMANDS = [part.partition("\n")[::2] for part in re.split(r"^\$ ", SHOWN, flags=re.MULTILINE)[1:]]
MOST_STEPS = 4


def run(command: str, folder: Path, bin: Path) -> subprocess.CompletedProcess[str]:
    """A command as somebody would type it, with the project's own Python before all others."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYTEST", "COVERAGE"))}
    clean |= {"PATH": f"{bin}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        command, shell=True, cwd=folder, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, stdin=subprocess.DEVNULL)
    (found,) = folder.glob("callsim-*.whl")
    return found


@pytest.fixture(scope="module")
def bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with nothing in it."""
    folder = tmp_path_factory.mktemp("project") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("desk") / "desk", ignore=shutil.ignore_patterns("__pycache__", ".*")))


def missing(expected: str, found: str) -> list[str]:
    """The runs of lines, between those that are left out, that do not come in this order."""
    lines, position = [line.rstrip() for line in found.splitlines()], 0
    for part in re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE):
        wanted = part.rstrip("\n").split("\n") if part.strip() else []
        starts = (at for at in range(position, len(lines)) if all(map(alike, wanted, lines[at : at + len(wanted)])))
        at = next(starts, None) if wanted else position
        if at is None:
            return wanted
        position = at + len(wanted)
    return []


def alike(wanted: str, found: str) -> bool:
    """How wide columns are depends on which of several shortest stories was found."""
    wanted, found = " ".join(wanted.split()), " ".join(found.split())
    return found.startswith(wanted.removesuffix("...")) if wanted.endswith("...") else found == wanted


def test_the_readme_shows_what_its_commands_do(wheel: Path, bin: Path, project: Path) -> None:
    assert [command.split()[0] for command, _ in COMMANDS] == ["pip", "pytest", "callsim"]
    for command, expected in COMMANDS:
        found = run(command.replace("callsim[testing]", f"{wheel}[testing]"), project, bin)
        assert found.returncode == (1 if command.startswith("pytest") else 0), found.stdout
        assert missing(expected, found.stdout) == [], found.stdout
    assert str(ROOT) not in run("python -c 'import callsim; print(callsim.__file__)'", project, bin).stdout


def test_the_race_shrinks_to_a_story_of_a_few_steps_that_holds(project: Path) -> None:
    (file,) = (project / ".callsim" / "failures").iterdir()
    (played,) = Scenario.load(file).play()
    spec = played.case.spec
    assert played.passed
    assert 0 < len(spec.steps) + len(spec.calls) <= MOST_STEPS
    assert "is delivered before the reply to the request" in file.read_text(encoding="utf-8")


def test_the_mended_desk_passes(bin: Path, project: Path) -> None:
    desk = project / "desk.py"
    text = desk.read_text(encoding="utf-8")
    assert RACE in text
    desk.write_text(text.replace(RACE, MENDED), encoding="utf-8")
    found = run("pytest -q", project, bin)
    assert (found.returncode, "2 passed" in found.stdout) == (0, True), found.stdout


def test_the_wheel_brings_the_worlds_of_the_atlas_and_its_page(wheel: Path, bin: Path, project: Path) -> None:
    with ZipFile(wheel) as packed:
        assert packed.read("callsim/worlds.yaml") == (ROOT / "tests" / "worlds.yaml").read_bytes()
    found = run("callsim atlas --format html --output atlas.html && callsim atlas --world outbound --format csv", project, bin)
    assert found.returncode == 0, found.stdout
    assert found.stdout.startswith("vendor,world,state,by,operation,")
    page = (project / "atlas.html").read_text(encoding="utf-8")
    assert page.count("<tr data-number=") > 1000


def test_the_wheel_brings_the_page_of_runs_and_the_lessons(wheel: Path, bin: Path, project: Path) -> None:
    (project / "one.yaml").write_text((ROOT / "scenarios" / "plivo" / "01-hang-up-an-answered-call.yaml").read_text(encoding="utf-8"))
    found = run("callsim run one.yaml --format html --output one.html && callsim learn --list", project, bin)
    assert found.returncode == 0, found.stdout
    page = (project / "one.html").read_text(encoding="utf-8")
    assert "function drawLadder" in page
    assert ".ladder" in page
    lessons = [load(path)[0].spec.title for path in sorted((ROOT / "scenarios" / "lessons").glob("*.yaml"))]
    assert [title for title in lessons if title not in found.stdout] == []
