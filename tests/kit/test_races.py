"""Each race that a program like the example can lose is found, and told in a few steps; a program that loses none passes."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, settings

from callsim import Scenario
from callsim.testing import CallMachine

EXAMPLE = Path(__file__).parent / "example"
MOST_STEPS = 4
CRASHES = ("        self.open.pop(uuid, None)\n", "        call = self.open.pop(uuid)\n        call.agent_hung_up = True\n")
MENDED = (EXAMPLE / "desk.py").read_text(encoding="utf-8").replace(*reversed(CRASHES))

BUGS: dict[str, tuple[str, str, str]] = {
    "the webhook overtakes the reply to the hang-up": (*CRASHES, "is delivered before the reply to the request"),
    "the webhook overtakes the reply to the making of its call": (
        ' and body["request_uuid"] not in self.over', "", "the reply to POST arrives at",
    ),
    "a repeated webhook is billed twice": (
        'self.bill[params["CallUUID"]] = ', 'self.bill[params["CallUUID"] + "x" * len(self.bill)] = ', "arrives again",
    ),
}  # fmt: skip


def machine(desk: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> type[CallMachine]:
    """The example's own test, of a desk with this source."""
    made = {}
    for name, text in {"desk": desk, "test_desk": (EXAMPLE / "test_desk.py").read_text(encoding="utf-8")}.items():
        module = made[name] = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    found: type[CallMachine] = made["test_desk"].DeskMachine
    found.failures = str(folder)
    # What hypothesis explains of a failure is for people, and takes as long again.
    found.TestCase.settings = settings(made["test_desk"].TestDesk.settings, phases=[Phase.generate, Phase.shrink])
    return found


@pytest.mark.parametrize("bug", BUGS)
def test_a_race_is_found_and_told_in_a_few_steps(bug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, told = BUGS[bug]
    assert old in MENDED
    with pytest.raises((KeyError, AssertionError)):
        machine(MENDED.replace(old, new), tmp_path, monkeypatch).TestCase("runTest").runTest()
    (file,) = tmp_path.iterdir()
    (played,) = Scenario.load(file).play()
    assert played.passed
    assert 0 < len(played.case.spec.steps) + len(played.case.spec.calls) <= MOST_STEPS
    assert told in file.read_text(encoding="utf-8")


def test_a_desk_that_loses_no_race_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(MENDED, tmp_path, monkeypatch).TestCase("runTest").runTest()
    assert [*tmp_path.iterdir()] == []
